/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranges of what is compared: two sides of units, two sums, two values a unit. Which formula was
 * taken and which were tried: docs/design/intervals.md. */
#include "learn/interval.h"

#include <math.h>

#include "base/check.h"
#include "base/mem.h"
#include "learn/real.h"

static struct interval open_range(double value, double low, double high, size_t units)
{
    return (struct interval){
        .value = value, .low = low, .high = high, .units = units, .usable = false};
}

static double student(double confidence, double df)
{
    return real_student_quantile(1 - (1 - confidence) / 2, df);
}

/* --- two sides --------------------------------------------------------------------------------*/

struct moments {
    size_t n[2];
    double mean[2];
    double squares[2]; /* sum of (value - mean)^2 */
    size_t both;       /* units on both sides */
    double cross;      /* over these, sum of the products of both distances from their means */
    size_t units;
};

static struct moments moments_of(const struct interval_sides *sides)
{
    struct moments m = {.both = 0};
    for (int s = 0; s < 2; s++) {
        double sum = 0;
        for (size_t u = 0; u < sides->units; u++) {
            if (!sides->has[s][u])
                continue;
            sum += sides->value[s][u];
            m.n[s]++;
        }
        m.mean[s] = m.n[s] ? sum / (double)m.n[s] : 0;
    }
    for (size_t u = 0; u < sides->units; u++) {
        double away[2] = {0, 0};
        for (int s = 0; s < 2; s++) {
            away[s] = sides->has[s][u] ? sides->value[s][u] - m.mean[s] : 0;
            m.squares[s] += away[s] * away[s];
        }
        m.units += sides->has[0][u] || sides->has[1][u];
        m.both += sides->has[0][u] && sides->has[1][u];
        m.cross += away[0] * away[1];
    }
    return m;
}

/* Half the width of scale[0] mean[0] - scale[1] mean[1]; 0 if nothing varies. With v_s the variance
 * of a side's mean, the degrees of freedom are (v_0 + v_1)^2 / sum of v_s^2 / (n_s - 1). */
static double half_width(const struct moments *m, const double *scale, double confidence)
{
    double v[2];
    double below = 0;
    for (int s = 0; s < 2; s++) {
        double n = (double)m->n[s];
        v[s] = m->squares[s] / (n - 1) / n * scale[s] * scale[s];
        below += v[s] * v[s] / (n - 1);
    }
    if (!(below > 0))
        return 0;
    double df = (v[0] + v[1]) * (v[0] + v[1]) / below;
    double against = 0; /* units on both sides whose sides go against each other */
    if (m->both > 1 && m->cross < 0)
        against = -2 * m->cross / ((double)m->both - 1) * (double)m->both /
                  ((double)m->n[0] * (double)m->n[1]) * scale[0] * scale[1];
    return student(confidence, df) * sqrt(v[0] + v[1] + against);
}

static struct interval two_sides(const struct moments *m)
{
    return (struct interval){
        .units = m->units, .smaller = m->n[0] < m->n[1] ? m->n[0] : m->n[1], .usable = true};
}

struct interval interval_difference(const struct interval_sides *sides, double confidence)
{
    static const double scale[2] = {1, 1};
    struct moments m = moments_of(sides);
    struct interval range = two_sides(&m);
    range.shape = SHAPE_STUDENT;
    range.value = m.mean[0] - m.mean[1];
    double half = range.smaller < 2 ? 0 : half_width(&m, scale, confidence);
    range.usable = half > 0;
    range.low = range.usable ? range.value - half : -HUGE_VAL;
    range.high = range.usable ? range.value + half : HUGE_VAL;
    return range;
}

struct interval interval_mean_ratio(const struct interval_sides *sides, double confidence)
{
    struct moments m = moments_of(sides);
    struct interval range = two_sides(&m);
    double half = 0;
    range.shape = SHAPE_LOG;
    range.value = m.mean[1] > 0 ? m.mean[0] / m.mean[1] : 0;
    if (range.smaller >= 2 && m.mean[0] > 0 && m.mean[1] > 0) {
        const double scale[2] = {1 / m.mean[0], 1 / m.mean[1]};
        half = half_width(&m, scale, confidence);
    }
    range.usable = half > 0;
    range.low = range.usable ? range.value * real_exp(-half) : 0;
    range.high = range.usable ? range.value * real_exp(half) : HUGE_VAL;
    return range;
}

/* --- a sum over a sum -------------------------------------------------------------------------*/

/* The standard error of log(y_sum / x_sum) by leaving out one unit after the other; infinite if all
 * of a sum is in one unit. The linearised variance does not see that a large unit pulls the ratio
 * to itself. */
static double ratio_jackknife(const double *y, const double *x, size_t units, double y_sum,
                              double x_sum)
{
    CLEANUP(mem_free) double *part = mem_get(units, sizeof *part);
    double n = (double)units;
    double mean = 0;
    for (size_t u = 0; u < units; u++) {
        double y_rest = y_sum - y[u];
        double x_rest = x_sum - x[u];
        if (!(y_rest > 0x1p-40 * y_sum) || !(x_rest > 0x1p-40 * x_sum))
            return HUGE_VAL;
        part[u] = real_log(y_rest / x_rest);
        mean += part[u] / n;
    }
    double squares = 0;
    for (size_t u = 0; u < units; u++)
        squares += (part[u] - mean) * (part[u] - mean);
    return sqrt((n - 1) / n * squares);
}

struct interval interval_ratio(const double *y, const double *x, size_t units, double confidence)
{
    double y_sum = 0;
    double x_sum = 0;
    for (size_t u = 0; u < units; u++) {
        y_sum += y[u];
        x_sum += x[u];
    }
    double ratio = x_sum != 0 ? y_sum / x_sum : 0;
    if (units < 2 || !(y_sum > 0) || !(x_sum > 0))
        return open_range(ratio, 0, HUGE_VAL, units);
    double squares = 0;
    for (size_t u = 0; u < units; u++)
        squares += x[u] / x_sum * (x[u] / x_sum);
    /* Units of very different size know less of their variance than as many alike. */
    double df = fmax(1 / squares - 1, 1);
    double error = ratio_jackknife(y, x, units, y_sum, x_sum);
    double half = student(confidence, df) * error;
    /* All units with the same ratio, but for rounding: nothing to judge by. */
    if (!(error > 0x1p-40) || !(half < 700))
        return open_range(ratio, 0, HUGE_VAL, units);
    return (struct interval){.value = ratio,
                             .low = ratio * real_exp(-half),
                             .high = ratio * real_exp(half),
                             .units = units,
                             .usable = true,
                             .shape = SHAPE_LOG};
}

/* --- correlation ------------------------------------------------------------------------------*/

struct products {
    double xx;
    double xy;
    double yy;
};

/* atanh of the correlation; infinite where all points lie on a line, but for rounding. */
static double z_of(struct products p)
{
    double r = p.xy / sqrt(p.xx * p.yy);
    if (!(fabs(r) < 1 - 0x1p-48))
        return r < 0 ? -HUGE_VAL : HUGE_VAL;
    return real_atanh(r);
}

/* The standard error of z by leaving out one unit after the other. dx, dy: (units) distances from
 * the means. Without unit u the sums of products lose n / (n - 1) dx_u dy_u. Infinite if one unit
 * alone makes the points leave a line, or vary. */
static double z_jackknife(const double *dx, const double *dy, size_t units, struct products p)
{
    CLEANUP(mem_free) double *z = mem_get(units, sizeof *z);
    double n = (double)units;
    double f = n / (n - 1);
    double mean = 0;
    for (size_t u = 0; u < units; u++) {
        struct products rest = {p.xx - f * dx[u] * dx[u], p.xy - f * dx[u] * dy[u],
                                p.yy - f * dy[u] * dy[u]};
        z[u] = rest.xx > 0x1p-40 * p.xx && rest.yy > 0x1p-40 * p.yy ? z_of(rest) : HUGE_VAL;
        if (fabs(z[u]) == HUGE_VAL)
            return HUGE_VAL;
        mean += z[u] / n;
    }
    double squares = 0;
    for (size_t u = 0; u < units; u++)
        squares += (z[u] - mean) * (z[u] - mean);
    return sqrt((n - 1) / n * squares);
}

static double mean_of(const double *value, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += value[i];
    return n ? sum / (double)n : 0;
}

struct interval interval_correlation(const double *x, const double *y, size_t units,
                                     double confidence)
{
    CLEANUP(mem_free) double *dx = mem_get(units, sizeof *dx);
    CLEANUP(mem_free) double *dy = mem_get(units, sizeof *dy);
    double x_mean = mean_of(x, units);
    double y_mean = mean_of(y, units);
    double n = (double)units;
    struct products p = {0, 0, 0};
    bool varies[2] = {false, false};
    for (size_t u = 0; u < units; u++) {
        dx[u] = x[u] - x_mean;
        dy[u] = y[u] - y_mean;
        p.xx += dx[u] * dx[u];
        p.xy += dx[u] * dy[u];
        p.yy += dy[u] * dy[u];
        varies[0] = varies[0] || x[u] != x[0];
        varies[1] = varies[1] || y[u] != y[0];
    }
    if (!varies[0] || !varies[1])
        return open_range(0, -1, 1, units);
    double z = z_of(p);
    double r = fabs(z) == HUGE_VAL ? (z < 0 ? -1 : 1) : p.xy / sqrt(p.xx * p.yy);
    if (units < 4 || fabs(z) == HUGE_VAL)
        return open_range(r, -1, 1, units);
    double half = real_normal_quantile(1 - (1 - confidence) / 2) / sqrt(n - 3);
    half = fmax(half, student(confidence, n - 1) * z_jackknife(dx, dy, units, p));
    if (!(half <= 20)) /* tanh(20) is 1 in doubles */
        return open_range(r, -1, 1, units);
    return (struct interval){.value = r,
                             .low = real_tanh(z - half),
                             .high = real_tanh(z + half),
                             .units = units,
                             .usable = true,
                             .shape = SHAPE_Z};
}
