/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranges that have a formula: shares, means, slopes. Those of two sums or sides are in compare.c,
 * ranges by drawing again in bootstrap.c, what follows from a range in verdict.c, the measured
 * coverage in docs/design/intervals.md. */
#include "learn/interval.h"

#include <math.h>

#include "base/check.h"
#include "learn/real.h"

/* A point without a range: it may be anything between low and high. */
static struct interval unusable(double value, double low, double high, size_t units)
{
    return (struct interval){
        .value = value, .low = low, .high = high, .units = units, .usable = false};
}

/* Clopper-Pearson for x of n, which need not be whole.
 * SOURCE: Clopper & Pearson 1934, Biometrika 26(4), as beta quantiles. */
static void clopper_pearson(double x, double n, double confidence, struct interval *range)
{
    double tail = (1 - confidence) / 2;
    range->low = x > 0 ? real_beta_quantile(tail, x, n - x + 1) : 0;
    range->high = n - x > 0 ? real_beta_quantile(1 - tail, x + 1, n - x) : 1;
}

/* How many independent items the items of these units are worth. With right of all items right,
 * away_i = hits_i * all - right * sizes_i (exact), the variance of the share is
 *     var = units / (units - 1) * sum (away_i / all^2)^2
 * and that of `all` independent items p (1 - p) / (all - 1); all times their quotient is the
 * effective size, times (t_{all - 1} / t_{units - 1})^2 because var itself is uncertain, and never
 * more than all. With one item a unit it is exactly all, up to rounding.
 *
 * How alike the items of a unit are shows only where the rarer outcome occurs: with k of it, the
 * size is never above all / (1 + (all / units - 1) / (k + 1)). With k = 0 that is the number of
 * units, with many it fades. Without this bound a range that rests on two or three wrong items is
 * too narrow (docs/design/intervals.md). */
static double effective_size(const uint64_t *hits, const uint64_t *sizes, size_t units,
                             double confidence, struct interval *range)
{
    uint64_t all = 0;
    uint64_t right = 0;
    for (size_t u = 0; u < units; u++) {
        all += sizes[u];
        right += hits[u];
    }
    double squares = 0;
    for (size_t u = 0; u < units; u++) {
        double away = (double)((int64_t)(hits[u] * all) - (int64_t)(right * sizes[u]));
        squares += away * away;
    }
    double n = (double)all;
    range->most = n;
    if (squares == 0)
        return (double)units;
    double product = (double)right * (double)(all - right);
    double size = n / (n - 1) * product * n * n * ((double)units - 1) / ((double)units * squares);
    range->differ = units < UNITS_FEW && size * DIFFER_MIN < n;
    if (all > units) {
        double p = 1 - (1 - confidence) / 2;
        double ratio =
            real_student_quantile(p, n - 1) / real_student_quantile(p, (double)units - 1);
        size *= ratio * ratio;
    }
    double rare = (double)(right < all - right ? right : all - right);
    double bound = n / (1 + (n / (double)units - 1) / (rare + 1));
    return size < bound ? size : bound;
}

struct interval interval_share(const uint64_t *hits, const uint64_t *sizes, size_t units,
                               double confidence)
{
    uint64_t all = 0;
    uint64_t right = 0;
    for (size_t u = 0; u < units; u++) {
        BUG_IF(sizes[u] == 0 || sizes[u] > INT32_MAX || hits[u] > sizes[u]);
        all += sizes[u];
        right += hits[u];
        BUG_IF(all > INT32_MAX); /* then hits * all fits 62 bits */
    }
    double value = units > 0 ? (double)right / (double)all : 0;
    if (units < 2)
        return unusable(value, 0, 1, units);
    struct interval range = {.value = value, .units = units, .usable = true, .shape = SHAPE_SHARE};
    range.tail = (1 - confidence) / 2;
    range.worth = effective_size(hits, sizes, units, confidence, &range);
    double x = right == all ? range.worth : value * range.worth;
    clopper_pearson(x, range.worth, confidence, &range);
    return range;
}

struct interval interval_mean(const double *value, size_t units, double confidence)
{
    double sum = 0;
    bool varies = false;
    for (size_t u = 0; u < units; u++) {
        sum += value[u];
        varies = varies || value[u] != value[0];
    }
    double n = (double)units;
    double mean = units > 0 ? sum / n : 0;
    if (!varies)
        return unusable(units > 0 ? value[0] : 0, -HUGE_VAL, HUGE_VAL, units);
    double squares = 0;
    for (size_t u = 0; u < units; u++)
        squares += (value[u] - mean) * (value[u] - mean);
    double t = real_student_quantile(1 - (1 - confidence) / 2, n - 1);
    double half = t * sqrt(squares / (n - 1) / n);
    return (struct interval){.value = mean,
                             .low = mean - half,
                             .high = mean + half,
                             .units = units,
                             .usable = true,
                             .shape = SHAPE_STUDENT};
}

struct interval interval_slope(const double *x, const double *y, size_t units, double confidence)
{
    double n = (double)units;
    double x_sum = 0;
    double y_sum = 0;
    bool varies = false;
    for (size_t u = 0; u < units; u++) {
        x_sum += x[u];
        y_sum += y[u];
        varies = varies || x[u] != x[0];
    }
    if (!varies)
        return unusable(0, -HUGE_VAL, HUGE_VAL, units);
    double xx = 0;
    double xy = 0;
    double yy = 0;
    for (size_t u = 0; u < units; u++) {
        double dx = x[u] - x_sum / n;
        double dy = y[u] - y_sum / n;
        xx += dx * dx;
        xy += dx * dy;
        yy += dy * dy;
    }
    double slope = xy / xx;
    double left = 0;
    for (size_t u = 0; u < units; u++) {
        double rest = (y[u] - y_sum / n) - slope * (x[u] - x_sum / n);
        left += rest * rest;
    }
    /* Every point on one line, but for rounding (2^-40 of y's spread): nothing to judge by. */
    if (units < 3 || left <= 0x1p-80 * yy)
        return unusable(slope, -HUGE_VAL, HUGE_VAL, units);
    double t = real_student_quantile(1 - (1 - confidence) / 2, n - 2);
    double half = t * sqrt(left / (n - 2) / xx);
    return (struct interval){.value = slope,
                             .low = slope - half,
                             .high = slope + half,
                             .units = units,
                             .usable = true,
                             .shape = SHAPE_STUDENT};
}
