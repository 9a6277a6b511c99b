/* SPDX-License-Identifier: GPL-3.0-or-later */
/* threshold: from how much on there is an alarm, and what that costs, in counts.
 *
 * A class of interest stands against the rest: an alarm is given where the model's score for it is
 * at least the threshold. Higher: fewer false alarms, more that is missed. Which is worse, people
 * must say; the program only counts, on answers of cross-validation, never on the part set aside.
 */
#ifndef LEARN_THRESHOLD_H
#define LEARN_THRESHOLD_H

#include <stddef.h>
#include <stdint.h>

struct alarm_count {
    double threshold;
    uint64_t alarms;
    uint64_t false_alarms;
    uint64_t missed; /* rows of the class without an alarm */
    uint64_t wanted; /* rows of the class */
};

/* Count at one threshold. score (n), truth (n), wanted: the class. */
struct alarm_count threshold_count(const double *score, const uint32_t *truth, size_t n,
                                   uint32_t wanted, double threshold);

enum { THRESHOLDS_MAX = 11 };

/* A table to choose from: 0.05, 0.1, 0.2, … 0.9, 0.95 where scores are probabilities, else scores
 * that occur, at the same shares of the rows (so 0.9 is reached by about a tenth of them), each
 * once, ascending. Returns how many lines. Cost: n log n. */
size_t threshold_table(const double *score, const uint32_t *truth, size_t n, uint32_t wanted,
                       int is_probability, struct alarm_count *ret);

#endif
