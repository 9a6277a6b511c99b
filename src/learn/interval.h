/* SPDX-License-Identifier: GPL-3.0-or-later */
/* interval: the range that a result has, over units (sites, nights, people), never over rows.
 *
 * DESIGN.md section 4 rule 5. Fewer than 5 units never decide anything (verdict_of).
 */
#ifndef LEARN_INTERVAL_H
#define LEARN_INTERVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cluster/cluster.h"
#include "learn/metric.h"

struct interval {
    double value; /* the point */
    double low;
    double high;
    size_t units; /* units it rests on */
    bool usable;  /* false: too many draws had no value, or no variance could be had; low and high
                     are then the ends of what the measure can be */
};

enum { UNITS_MIN = 5 };

enum comparator { AT_LEAST = 0, AT_MOST };
enum verdict { VERDICT_SUPPORTED = 0, VERDICT_NOT_SUPPORTED, VERDICT_UNDECIDED };

/* The words of the record: "supported", "not_supported", "undecided"; "at_least", "at_most". */
const char *verdict_name(enum verdict verdict);
const char *comparator_name(enum comparator comparator);
bool comparator_by_name(struct str name, enum comparator *ret);

/* at_least: supported if low >= threshold, not if high < threshold; at_most the mirror image; else,
 * and with fewer than least_units (at least UNITS_MIN) or an unusable range, undecided. */
enum verdict verdict_of(const struct interval *range, enum comparator comparator, double threshold,
                        size_t least_units);

/* Shares (accuracy, recall, precision): Korn-Graubard, i.e. Clopper-Pearson at the effective sample
 * size over units, t-adjusted. hits, sizes: (units) right and all items of each unit, sizes >= 1,
 * at most 2^31 - 1 items in all; confidence e.g. 0.95. With one item a unit it is Clopper-Pearson.
 * All units alike (no variance, e.g. all right): n = the number of units. Unusable with fewer than
 * 2 units. Cost: about 0.2 ms. SOURCE: Korn & Graubard 1998, Survey Methodology 24(2); effective n
 * truncated as in NCHS 2017, Vital and Health Statistics 2(175). */
struct interval interval_share(const uint64_t *hits, const uint64_t *sizes, size_t units,
                               double confidence);

/* Other metrics of classes: percentile bootstrap over whole units, `draws` draws, draw d unit u by
 * rng_below(seed, d, u, units), units without rows left out; a draw without a needed class is
 * replaced by the next one, more than 10 % of these makes it unusable; no side and not the whole
 * is ever narrower than interval_share of plain accuracy on the same items. Accuracy takes
 * interval_share, and so do precision and recall, over the units that have rows answered with the
 * wanted class, or rows in which it is true. truth, guess, unit, score: (n). Exact for any number
 * of threads. Cost: draws * (units + pairs of unit and class that occur); auc: of unit and score.
 */
struct classes_view {
    const uint32_t *truth;
    const uint32_t *guess;
    const uint32_t *unit; /* (n) 0 … units - 1 */
    size_t n;
    size_t class_n;
    size_t units;
    uint32_t wanted;               /* as in class_rows */
    const double *score;           /* auc: as in class_rows; else NULL */
    const struct cluster *cluster; /* who draws; NULL: one thread */
};
struct interval interval_classes(enum metric metric, const struct classes_view *view, uint64_t seed,
                                 unsigned draws, double confidence);

/* The same for metrics of numbers, without the lower bound of the width; unusable if all draws
 * are alike. */
struct numbers_view {
    const double *truth;
    const double *guess;
    const uint32_t *unit;
    size_t n;
    size_t units;
    const struct cluster *cluster; /* who draws; NULL: one thread */
};
struct interval interval_numbers(enum metric metric, const struct numbers_view *view, uint64_t seed,
                                 unsigned draws, double confidence);

/* The mean of one value a unit, Student's t. Unusable with fewer than 2 units or if all values are
 * the same. */
struct interval interval_mean(const double *value, size_t units, double confidence);

/* The slope of y over x by least squares, one point a unit, Student's t with units - 2 degrees of
 * freedom. x, y: (units). Unusable if x does not vary, units < 3, or every point
 * lies on the line.
 * SOURCE: Draper & Smith 1998, Applied Regression Analysis, section 1.4. */
struct interval interval_slope(const double *x, const double *y, size_t units, double confidence);

/* About how many more units would decide, if the rest were like those seen: the range shrinks with
 * the square root of the units. 0 if it is decided, SIZE_MAX if more than 1,000,000 or not to be
 * said. */
size_t interval_more_units(const struct interval *range, double threshold);

#endif
