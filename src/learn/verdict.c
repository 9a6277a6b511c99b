/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What follows from a range: the verdict, and how many units more would bring one. */
#include "learn/interval.h"

#include <math.h>

#include "base/check.h"

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
    if (!range->usable || range->units < least)
        return VERDICT_UNDECIDED;
    bool at_least = comparator == AT_LEAST;
    if (at_least ? range->low >= threshold : range->high <= threshold)
        return VERDICT_SUPPORTED;
    if (at_least ? range->high < threshold : range->low > threshold)
        return VERDICT_NOT_SUPPORTED;
    return VERDICT_UNDECIDED;
}

size_t interval_more_units(const struct interval *range, double threshold)
{
    const double more_max = 1000000;
    if (!range->usable)
        return SIZE_MAX;
    double away = fabs(range->value - threshold);
    double reach =
        threshold < range->value ? range->value - range->low : range->high - range->value;
    double have = (double)range->units;
    double need = UNITS_MIN;
    if (reach > away) {
        double ratio = reach / away; /* infinite at the threshold itself */
        need = fmax(need, ceil(have * ratio * ratio));
    }
    if (!(need - have <= more_max))
        return SIZE_MAX;
    return need > have ? (size_t)(need - have) : 0;
}
