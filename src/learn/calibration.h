/* SPDX-License-Identifier: GPL-3.0-or-later */
/* calibration: does what a model calls sure come out? "Where it said 80 %, 74 of 100 were right."
 *
 * Answers are put into ten bins by the certainty of the answered class: 0 to 10 %, … 90 to 100 %; a
 * certainty on an edge belongs to the bin above it, 1 to the last.
 * The expected calibration error is the mean, over the answers, of how far the share right of their
 * bin lies from its mean certainty. SOURCE: Naeini, Cooper & Hauskrecht 2015, AAAI 29; Guo et al.
 * 2017, ICML 34. The Brier score is the mean square of what was lacking: of 1 where the answer was
 * right, of 0 where it was wrong; with two classes that is the score of Brier 1950, Monthly Weather
 * Review 78(1), with more it judges the answered class only.
 */
#ifndef LEARN_CALIBRATION_H
#define LEARN_CALIBRATION_H

#include <stddef.h>
#include <stdint.h>

enum { CALIBRATION_BINS = 10 };

struct calibration_bin {
    uint64_t n;
    uint64_t right;
    double said; /* the mean certainty; 0 if n is 0 */
};

struct calibration {
    struct calibration_bin bin[CALIBRATION_BINS];
    uint64_t n;
    double brier;
    double error; /* expected calibration error */
};

/* certainty (n) in [0, 1]; truth, guess (n). Sums run in row order in float64. n = 0: all 0. */
struct calibration calibration_of(const double *certainty, const uint32_t *truth,
                                  const uint32_t *guess, size_t n);

#endif
