/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What follows from a range: the verdict, and how many units more would bring one. */
#include "learn/interval.h"

#include <float.h>
#include <math.h>

#include "base/check.h"
#include "learn/real.h"

static const char *const verdicts[] = {
    [VERDICT_SUPPORTED] = "supported",
    [VERDICT_NOT_SUPPORTED] = "not_supported",
    [VERDICT_UNDECIDED] = "undecided",
};

static const char *const comparators[] = {
    [AT_LEAST] = "at_least",
    [AT_MOST] = "at_most",
};

const char *verdict_name(enum verdict verdict)
{
    return verdicts[verdict];
}

const char *comparator_name(enum comparator comparator)
{
    return comparators[comparator];
}

bool comparator_by_name(struct str name, enum comparator *ret)
{
    for (size_t i = 0; i < COUNT_OF(comparators); i++) {
        if (str_eq(name, str_of(comparators[i]))) {
            *ret = (enum comparator)i;
            return true;
        }
    }
    return false;
}

enum verdict verdict_of(const struct interval *range, enum comparator comparator, double threshold,
                        size_t least_units)
{
    size_t least = least_units > UNITS_MIN ? least_units : UNITS_MIN;
    size_t units = range->smaller ? range->smaller : range->units;
    if (!range->usable || units < least)
        return VERDICT_UNDECIDED;
    bool at_least = comparator == AT_LEAST;
    if (at_least ? range->low >= threshold : range->high <= threshold)
        return VERDICT_SUPPORTED;
    if (at_least ? range->high < threshold : range->low > threshold)
        return VERDICT_NOT_SUPPORTED;
    return VERDICT_UNDECIDED;
}

/* --- how many more? ---------------------------------------------------------------------------*/

enum { MORE_MAX = 1000000 };

/* The scale on which a range is even; infinite at its ends. */
static double scaled(enum interval_shape shape, double value)
{
    switch (shape) {
    case SHAPE_LOG:
        return value > 0 ? real_log(value) : -HUGE_VAL;
    case SHAPE_Z:
        return fabs(value) < 1 ? real_atanh(value) : value < 0 ? -HUGE_VAL : HUGE_VAL;
    case SHAPE_AGREEMENT:
        return value < 1 ? -real_log(1 - value) : HUGE_VAL;
    case SHAPE_ROOT:
    case SHAPE_STUDENT:
    case SHAPE_SHARE:
        break;
    }
    return value;
}

/* The half width at n units, as a multiple of what one unit would have without Student's t. */
static double width(enum interval_shape shape, double n)
{
    double t = shape == SHAPE_ROOT ? 1 : real_student_quantile(0.975, n - 1);
    return t / sqrt(n);
}

/* Would n units like these decide? The items of a share grow with the units, and the adjustment for
 * few units fades. */
static bool share_decides(const struct interval *range, double threshold, double n)
{
    double have = (double)range->units;
    double items = range->worth * n / have;
    if (range->most > have) {
        double ratio = real_student_quantile(1 - range->tail, have - 1) /
                       real_student_quantile(1 - range->tail, n - 1);
        items *= ratio * ratio;
    }
    items = fmin(items, range->most * n / have);
    double x = range->value * items;
    double low = x > 0 ? real_beta_quantile(range->tail, x, items - x + 1) : 0;
    double high = x < items ? real_beta_quantile(1 - range->tail, x + 1, items - x) : 1;
    return threshold <= low || threshold > high;
}

static bool ends_decide(const struct interval *range, double threshold, size_t n)
{
    enum interval_shape shape = range->shape;
    if (shape == SHAPE_SHARE)
        return share_decides(range, threshold, (double)n);
    double value = scaled(shape, range->value);
    double away = fabs(value - scaled(shape, threshold));
    double end = scaled(shape, threshold < range->value ? range->low : range->high);
    double reach = fabs(value - end) * width(shape, (double)n) / width(shape, (double)range->units);
    return reach <= away && away <= DBL_MAX;
}

size_t verdict_more_units(const struct interval *range, double threshold, size_t least_units)
{
    size_t have = range->units;
    size_t side = range->smaller ? range->smaller : have;
    size_t least = least_units > UNITS_MIN ? least_units : UNITS_MIN;
    if (!range->usable || have < 2)
        return SIZE_MAX;
    /* Both groups grow alike, until the smaller one has enough. */
    size_t need = side >= least ? have : (have * least + side - 1) / side;
    size_t too_few = need > 2 ? need - 1 : 1;
    size_t enough = need;
    while (!ends_decide(range, threshold, enough)) {
        if (enough > have + MORE_MAX)
            return SIZE_MAX;
        too_few = enough;
        enough *= 2;
    }
    while (enough - too_few > 1 && enough > need) {
        size_t middle = too_few + (enough - too_few) / 2;
        if (ends_decide(range, threshold, middle))
            enough = middle;
        else
            too_few = middle;
    }
    return enough - have <= MORE_MAX ? enough - have : SIZE_MAX;
}
