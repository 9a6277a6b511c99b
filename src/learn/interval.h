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

/* On which scale a range is even, and how it shrinks with more units (verdict_more_units). */
enum interval_shape {
    SHAPE_ROOT = 0,  /* as the root of the units: ranges by drawing again */
    SHAPE_STUDENT,   /* the same, and Student's t with it */
    SHAPE_LOG,       /* so on the scale of the logarithm: ratios */
    SHAPE_Z,         /* of atanh: correlations */
    SHAPE_AGREEMENT, /* of log(1 - value) */
    SHAPE_SHARE      /* Clopper-Pearson at `worth` items */
};

struct interval {
    double value; /* the point */
    double low;
    double high;
    size_t units; /* units it rests on */
    bool usable;  /* false: too many draws had no value, or no variance could be had; low and high
                     are then the ends of what the measure can be */
    enum interval_shape shape;
    size_t smaller; /* of two groups of units: how many are in the smaller one; 0: one group */
    double worth;   /* SHARE: how many independent items those of the units are worth … */
    double most;    /* … how many there are, … */
    double tail;    /* … and what lies beyond each end: 0.025 at 95 % */
    bool differ;    /* SHARE: few units, and they differ strongly: the range may be too narrow */
};

enum { UNITS_MIN = 5, UNITS_FEW = 50, DIFFER_MIN = 2 };

enum comparator { AT_LEAST = 0, AT_MOST };
enum verdict { VERDICT_SUPPORTED = 0, VERDICT_NOT_SUPPORTED, VERDICT_UNDECIDED };

/* The words of the record: "supported", "not_supported", "undecided"; "at_least", "at_most". */
const char *verdict_name(enum verdict verdict);
const char *comparator_name(enum comparator comparator);
bool comparator_by_name(struct str name, enum comparator *ret);

/* at_least: supported if low >= threshold, not if high < threshold; at_most the mirror image; else,
 * and with fewer than least_units (at least UNITS_MIN; in each of two groups) or an unusable range,
 * undecided. */
enum verdict verdict_of(const struct interval *range, enum comparator comparator, double threshold,
                        size_t least_units);

/* Shares (accuracy, recall, precision): Korn-Graubard, i.e. Clopper-Pearson at the effective sample
 * size over units, t-adjusted. hits, sizes: (units) right and all items of each unit, sizes >= 1,
 * at most 2^31 - 1 items in all; confidence e.g. 0.95. With one item a unit it is Clopper-Pearson.
 * All units alike (no variance, e.g. all right): n = the number of units; nearly all items right:
 * between that and their number (interval.c). Unusable with fewer than
 * 2 units. `differ` is set with fewer than UNITS_FEW units whose items are worth less than a
 * DIFFER_MIN-th of their number. Cost: about 0.2 ms. SOURCE: Korn & Graubard 1998, Survey
 * Methodology 24(2); effective n truncated as in NCHS 2017, Vital and Health Statistics 2(175). */
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

/* One or two values of each unit: value[s][u] is what unit u has on side s, where has[s][u]. */
struct interval_sides {
    const double *value[2]; /* (units) each */
    const uint8_t *has[2];
    size_t units;
};

/* The mean of side 0 less the mean of side 1 over units, Welch's t. Units that have both sides are
 * taken as independent, unless their sides go against each other: then the range is wider for it.
 * Unusable with fewer than 2 units on a side or if no side varies. units counts those with a side.
 * SOURCE: Welch 1947, Biometrika 34; the covariance of Derrick, Toher & White 2017, Journal of
 * Modern Applied Statistical Methods 16(1), where it widens. */
struct interval interval_difference(const struct interval_sides *sides, double confidence);

/* The mean of side 0 over the mean of side 1, the same on the scale of the logarithm. Unusable too
 * if a mean is not above 0. */
struct interval interval_mean_ratio(const struct interval_sides *sides, double confidence);

/* The sum of y over the sum of x, units as clusters: a jackknife over units of the logarithm,
 * Student's t with (sum of x)^2 / (sum of x^2) - 1 degrees of freedom: units - 1 where all are of a
 * size. y, x: (units) sums of the unit's rows. Unusable if either sum is not above 0, if one
 * unit has all of it, units < 2, or all units have the same ratio.
 * SOURCE: Cochran 1977, Sampling Techniques, sections 6.4 and 6.17; why the logarithm and the
 * jackknife: docs/design/intervals.md. */
struct interval interval_ratio(const double *y, const double *x, size_t units, double confidence);

/* Pearson's correlation, one point a unit: the wider one of Fisher's z and a jackknife of z with
 * Student's t, since Fisher's alone holds only for data that are normal. Unusable if x or y does
 * not vary, units < 4, or all points lie on a line.
 * SOURCE: Fisher 1921, Metron 1; Hinkley 1978, Biometrika 65(1). */
struct interval interval_correlation(const double *x, const double *y, size_t units,
                                     double confidence);

/* About how many more units would decide, if the point stays where it is and the rest are like
 * those seen (smaller groups and least_units heeded): then the chances are even. 0 if it is
 * decided, SIZE_MAX if more than 1,000,000 or not to be said. Cost: below 10 ms. */
size_t verdict_more_units(const struct interval *range, double threshold, size_t least_units);

#endif
