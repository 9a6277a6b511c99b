/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/threshold.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"

struct alarm_count threshold_count(const double *score, const uint32_t *truth, size_t n,
                                   uint32_t wanted, double threshold)
{
    struct alarm_count count = {.threshold = threshold};
    for (size_t i = 0; i < n; i++) {
        int alarm = score[i] >= threshold;
        int is_wanted = truth[i] == wanted;
        count.alarms += (uint64_t)alarm;
        count.wanted += (uint64_t)is_wanted;
        count.false_alarms += alarm && !is_wanted;
        count.missed += !alarm && is_wanted;
    }
    return count;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

size_t threshold_table(const double *score, const uint32_t *truth, size_t n, uint32_t wanted,
                       int is_probability, struct alarm_count *ret)
{
    /* The doubles nearest to these decimals, so that --threshold 0.3 is the same threshold. */
    static const double at[THRESHOLDS_MAX] = {0.05, 0.1, 0.2, 0.3, 0.4, 0.5,
                                              0.6,  0.7, 0.8, 0.9, 0.95};
    CLEANUP(mem_free) double *sorted = mem_get(n, sizeof *sorted);
    size_t lines = 0;
    if (n == 0)
        return 0;
    memcpy(sorted, score, n * sizeof *sorted);
    if (!is_probability)
        qsort(sorted, n, sizeof *sorted, by_value);
    for (size_t i = 0; i < THRESHOLDS_MAX; i++) {
        double threshold = is_probability ? at[i] : sorted[(size_t)(at[i] * (double)n)];
        if (lines && !(threshold > ret[lines - 1].threshold))
            continue;
        ret[lines++] = threshold_count(score, truth, n, wanted, threshold);
    }
    return lines;
}
