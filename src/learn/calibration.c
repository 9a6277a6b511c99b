/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/calibration.h"

#include <math.h>

static size_t bin_of(double certainty)
{
    double at = floor(certainty * CALIBRATION_BINS);
    if (!(at > 0))
        return 0;
    return at < CALIBRATION_BINS ? (size_t)at : CALIBRATION_BINS - 1;
}

struct calibration calibration_of(const double *certainty, const uint32_t *truth,
                                  const uint32_t *guess, size_t n)
{
    struct calibration c = {.n = n};
    for (size_t i = 0; i < n; i++) {
        struct calibration_bin *bin = &c.bin[bin_of(certainty[i])];
        int right = truth[i] == guess[i];
        double lacking = right - certainty[i];
        bin->n++;
        bin->right += (uint64_t)right;
        bin->said += certainty[i];
        c.brier += lacking * lacking;
    }
    for (size_t b = 0; b < CALIBRATION_BINS; b++) {
        if (c.bin[b].n == 0)
            continue;
        c.error += fabs((double)c.bin[b].right - c.bin[b].said);
        c.bin[b].said /= (double)c.bin[b].n;
    }
    if (n > 0) {
        c.brier /= (double)n;
        c.error /= (double)n;
    }
    return c;
}
