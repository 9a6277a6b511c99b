/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/quant.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/num.h"

enum { TAIL_DIGITS = 18, CELLS_AT_ONCE = 8 };

static const int64_t FAR = (int64_t)1 << QUANT_FAR_BITS;

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Summing mantissas would need 60 + 26 bits. Eight of them still fit: 8 * 10^18 < 2^63. Each such
 * sum is split by n: m = whole * n + rest; the wholes add up to at most 10^18 + 2^26 in size, the
 * rests to less than n^2 <= 2^52. */
struct mean mean_of(const struct column *column, const uint32_t *rows, size_t n)
{
    struct mean mean = {0, 0, 0};
    for (size_t i = 0; i < n; i++)
        mean.n += !column->missing[rows[i]];
    if (mean.n == 0)
        return mean;
    int64_t count = (int64_t)mean.n;
    for (size_t i = 0; i < n;) {
        size_t end = n - i < CELLS_AT_ONCE ? n : i + CELLS_AT_ONCE;
        int64_t m = 0;
        for (; i < end; i++)
            m += column->mantissa[rows[i]]; /* 0 where missing */
        int64_t whole = floor_div(m, count);
        mean.whole += whole;
        mean.rest += (uint64_t)(m - whole * count);
    }
    mean.whole += (int64_t)(mean.rest / mean.n);
    mean.rest %= mean.n;
    return mean;
}

int64_t mean_round(struct mean mean)
{
    return mean.whole + (mean.n && 2 * mean.rest >= mean.n);
}

double mean_double(struct mean mean)
{
    bool negative = mean.whole < 0;
    uint64_t whole = negative ? 0 - (uint64_t)mean.whole : (uint64_t)mean.whole;
    uint64_t rest = mean.rest;
    if (negative && rest) { /* -(whole - rest / n) = -((whole - 1) + (n - rest) / n) */
        whole--;
        rest = mean.n - rest;
    }
    if (whole == 0 && rest == 0)
        return 0;
    /* Long division until 62 bits stand there; what is left only says on which side of a tie we
     * are, so one bit holds it and the conversion is the one rounding. */
    int shift = 0;
    for (; whole < (uint64_t)1 << 61; shift++) {
        rest *= 2;
        whole = whole * 2 + (rest >= mean.n);
        rest -= rest >= mean.n ? mean.n : 0;
    }
    double value = ldexp((double)(int64_t)(whole | (rest != 0)), -shift);
    return negative ? -value : value;
}

/* The shift for differences up to `farthest` <= 2 * 10^18 + 1 < 2^61. */
static int shift_for(int64_t farthest)
{
    const int64_t most = (int64_t)1 << QUANT_BITS;
    int shift = QUANT_SHIFT_MAX;
    if (farthest == 0)
        return 0;
    while (shift > 0 && farthest > most >> shift)
        shift--;
    while (shift <= 0 && farthest > most << -shift)
        shift--;
    BUG_IF(shift < QUANT_SHIFT_MIN);
    return shift;
}

struct quant quant_fit(const struct column *column, const uint32_t *rows, size_t n)
{
    struct spread spread = SPREAD_NONE;
    spread_add(&spread, column, rows, n);
    return spread_quant(&spread, column->exponent);
}

/* --- a column in parts -------------------------------------------------------------------------*/

/* Mantissas have up to 60 bits and a sign, so eight of them can be summed before the sum is cut
 * into 32 low bits and the rest: over 2^26 cells low stays below 2^58 and high within 2^58. */
static void add_sum(struct spread *spread, const int64_t *mantissa, size_t n)
{
    for (size_t i = 0; i < n;) {
        size_t end = n - i < CELLS_AT_ONCE ? n : i + CELLS_AT_ONCE;
        int64_t sum = 0;
        for (; i < end; i++)
            sum += mantissa[i];
        spread->low += sum & UINT32_MAX;
        spread->high += (sum - (sum & UINT32_MAX)) / ((int64_t)1 << 32);
    }
}

/* Two of each, side by side: a comparison need not wait for the one before. */
static void add_range(struct spread *spread, const int64_t *mantissa, size_t n)
{
    int64_t least = spread->least, most = spread->most, least_odd = least, most_odd = most;
    for (size_t i = 0; i + 1 < n; i += 2) {
        int64_t even = mantissa[i], odd = mantissa[i + 1];
        least = even < least ? even : least;
        most = even > most ? even : most;
        least_odd = odd < least_odd ? odd : least_odd;
        most_odd = odd > most_odd ? odd : most_odd;
    }
    int64_t last = n ? mantissa[n - 1] : least;
    least = last < least ? last : least;
    most = n && last > most ? last : most;
    spread->least = least < least_odd ? least : least_odd;
    spread->most = most > most_odd ? most : most_odd;
}

static void add_cells(struct spread *spread, const int64_t *mantissa, size_t n)
{
    add_sum(spread, mantissa, n);
    add_range(spread, mantissa, n);
    spread->n += (int64_t)n;
}

enum { SOME = 512 };

/* Rows first … first + n - 1 of at, n <= SOME: those that are there, brought together. */
static void add_scattered(struct spread *spread, const struct column *column, const uint32_t *at,
                          size_t first, size_t n)
{
    int64_t there[SOME] = {0};
    size_t kept = 0;
    for (size_t i = first; i < first + n; i++) {
        size_t row = at ? at[i] : i;
        there[kept] = column->mantissa[row];
        kept += !column->missing[row];
    }
    add_cells(spread, there, kept);
}

void spread_add(struct spread *spread, const struct column *column, const uint32_t *at, size_t n)
{
    for (size_t first = 0; first < n; first += SOME) {
        size_t some = n - first < SOME ? n - first : SOME;
        if (at || memchr(column->missing + first, 1, some))
            add_scattered(spread, column, at, first, some);
        else
            add_cells(spread, column->mantissa + first, some);
    }
}

void spread_join(struct spread *spread, const struct spread *other)
{
    spread->low += other->low;
    spread->high += other->high;
    spread->n += other->n;
    spread->least = other->least < spread->least ? other->least : spread->least;
    spread->most = other->most > spread->most ? other->most : spread->most;
}

void spread_share(struct spread *spread, const struct cluster *cluster)
{
    int64_t sum[] = {spread->low, spread->high, spread->n};
    int64_t most[] = {-spread->least, spread->most}; /* no mantissa is INT64_MIN */
    cluster_sum(cluster, sum, COUNT_OF(sum));
    cluster_max(cluster, most, COUNT_OF(most));
    *spread = (struct spread){sum[0], sum[1], -most[0], most[1], sum[2]};
}

/* high = a n + b with 0 <= b < n, so the sum is a 2^32 n + (b 2^32 + low), and the part in brackets
 * is below 2^58 + 2^58. */
struct mean spread_mean(const struct spread *spread)
{
    struct mean mean = {0, 0, (uint64_t)spread->n};
    if (spread->n == 0)
        return mean;
    int64_t a = floor_div(spread->high, spread->n);
    int64_t b = spread->high - a * spread->n;
    int64_t left = b * ((int64_t)1 << 32) + spread->low;
    mean.whole = a * ((int64_t)1 << 32) + left / spread->n;
    mean.rest = (uint64_t)(left % spread->n);
    return mean;
}

struct quant spread_quant(const struct spread *spread, int exponent)
{
    struct quant quant = {.exponent = exponent};
    if (spread->n == 0)
        return quant;
    quant.centre = mean_round(spread_mean(spread));
    int64_t above = spread->most - quant.centre, below = quant.centre - spread->least;
    quant.shift = shift_for(above > below ? above : below);
    return quant;
}

/* A number in units of the training column: exactly whole + rest / unit, 0 <= rest < unit. */
struct aligned {
    int64_t whole;
    int64_t rest;
    int64_t unit; /* a power of ten, <= 10^18 */
};

static struct aligned align(int64_t mantissa, int up)
{
    struct aligned a = {mantissa, 0, 1};
    if (up == 0) /* in training always */
        return a;
    for (; up > 0 && a.whole != 0; up--) {
        if (a.whole > MANTISSA_MAX / 10 || a.whole < -MANTISSA_MAX / 10) {
            a.whole = a.whole < 0 ? -MANTISSA_MAX : MANTISSA_MAX;
            return a;
        }
        a.whole *= 10;
    }
    for (; up < -TAIL_DIGITS && a.whole != 0 && a.whole != -1; up++)
        a.whole = floor_div(a.whole, 10);
    for (int digits = -up < TAIL_DIGITS ? -up : TAIL_DIGITS; digits > 0; digits--)
        a.unit *= 10;
    int64_t all = a.whole;
    a.whole = floor_div(all, a.unit);
    a.rest = all - a.whole * a.unit;
    return a;
}

int64_t quant_value(const struct quant *quant, int64_t mantissa, int exponent)
{
    struct aligned a = align(mantissa, exponent - quant->exponent);
    int64_t d = a.whole - quant->centre; /* below 2^61 in size */
    int64_t q;
    if (quant->shift < 0) { /* the rest cannot reach the next integer: it may be dropped */
        q = (d + ((int64_t)1 << (-quant->shift - 1))) >> -quant->shift;
    } else if (d > FAR >> quant->shift || d < -(FAR >> quant->shift)) {
        q = d < 0 ? -FAR : FAR;
    } else if (a.rest == 0) {
        q = d * ((int64_t)1 << quant->shift);
    } else {
        q = d;
        for (int i = 0; i < quant->shift; i++) { /* one bit of the rest at a time */
            a.rest *= 2;
            q = q * 2 + (a.rest >= a.unit);
            a.rest -= a.rest >= a.unit ? a.unit : 0;
        }
        q += 2 * a.rest >= a.unit;
    }
    return q > FAR ? FAR : q < -FAR ? -FAR : q;
}

/* --- many at once ------------------------------------------------------------------------------*/

/* In columns with the training column's own exponent nothing has to be aligned: a shift, or a
 * multiplication by a power of two, and the limit. Both are exact up to 2^53; what is beyond may
 * round, and is cut to FAR. */
static void limit(double *q, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double value = q[i] > (double)FAR ? (double)FAR : q[i];
        q[i] = value < -(double)FAR ? -(double)FAR : value;
    }
}

static void shift_down(const struct quant *quant, const int64_t *mantissa, const uint32_t *at,
                       size_t n, double *ret)
{
    const int down = -quant->shift;
    const int64_t add = ((int64_t)1 << (down - 1)) - quant->centre;
    if (at)
        for (size_t i = 0; i < n; i++)
            ret[i] = (double)((mantissa[at[i]] + add) >> down);
    else
        for (size_t i = 0; i < n; i++)
            ret[i] = (double)((mantissa[i] + add) >> down);
    limit(ret, n);
}

static void scale_up(const struct quant *quant, const int64_t *mantissa, const uint32_t *at,
                     size_t n, double *ret)
{
    const double up = (double)((int64_t)1 << quant->shift);
    for (size_t i = 0; i < n; i++)
        ret[i] = (double)(mantissa[at ? at[i] : i] - quant->centre) * up;
    limit(ret, n);
}

void quant_values(const struct quant *quant, const struct column *column, const uint32_t *at,
                  size_t n, double *ret)
{
    const int64_t *mantissa = column->mantissa;
    if (column->exponent == quant->exponent && quant->shift < 0)
        shift_down(quant, mantissa, at, n, ret);
    else if (column->exponent == quant->exponent)
        scale_up(quant, mantissa, at, n, ret);
    else
        for (size_t i = 0; i < n; i++)
            ret[i] = (double)quant_value(quant, mantissa[at ? at[i] : i], column->exponent);
}

double quant_scale(double value, int exponent)
{
    double power = num_double((struct decimal){1, exponent < 0 ? -exponent : exponent});
    double scaled = exponent < 0 ? value / power : value * power;
    return scaled > DBL_MAX ? DBL_MAX : scaled < -DBL_MAX ? -DBL_MAX : scaled;
}
