/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quant: numbers of a column as small integers, and exact means.
 *
 * A number v (in units of the last digit of the training column) becomes
 *     q = floor((v - centre) * 2^shift + 1/2)
 * with centre the rounded mean and shift the largest for which every training row has |q| <= 2^18.
 * All of it is computed in 64-bit integers (armhf has no 128-bit ones).
 */
#ifndef LEARN_QUANT_H
#define LEARN_QUANT_H

#include <stddef.h>
#include <stdint.h>

#include "cluster/cluster.h"
#include "learn/table.h"

enum {
    QUANT_BITS = 18,       /* |q| <= 2^QUANT_BITS in training */
    QUANT_FAR_BITS = 40,   /* |q| <= 2^QUANT_FAR_BITS in prediction, where values may lie outside */
    QUANT_SHIFT_MIN = -43, /* the largest difference is below 2^61 */
    QUANT_SHIFT_MAX = QUANT_BITS
};

struct quant {
    int exponent; /* power of ten of the training column */
    int64_t centre;
    int shift;
};

/* A mean of n mantissas: exactly whole + rest / n, 0 <= rest < n. n = 0: no value, all 0. */
struct mean {
    int64_t whole;
    uint64_t rest;
    uint64_t n;
};

/* The mean over the cells of these rows that are not missing. rows (n), n <= 2^26. Exact. */
struct mean mean_of(const struct column *column, const uint32_t *rows, size_t n);

/* The nearest integer, halves upward. */
int64_t mean_round(struct mean mean);

/* The nearest double, ties to even: rounded once. */
double mean_double(struct mean mean);

/* Centre and shift from the cells of these rows that are not missing. All alike or none: shift 0.
 */
struct quant quant_fit(const struct column *column, const uint32_t *rows, size_t n);

/* What the cells of a column are like, put together from parts in any order. */
struct spread {
    int64_t low, high; /* the sum of the mantissas is low + high * 2^32 */
    int64_t least, most;
    int64_t n; /* cells that are not missing */
};
#define SPREAD_NONE ((struct spread){.least = INT64_MAX, .most = INT64_MIN})

/* Add rows of a column: at (n), or the first n where at is NULL. */
void spread_add(struct spread *spread, const struct column *column, const uint32_t *at, size_t n);

/* Add what another part found. */
void spread_join(struct spread *spread, const struct spread *other);

/* The same over all ranks. */
void spread_share(struct spread *spread, const struct cluster *cluster);

/* The mean; n = 0: no value, all 0. */
struct mean spread_mean(const struct spread *spread);

/* As quant_fit. */
struct quant spread_quant(const struct spread *spread, int exponent);

/* mantissa * 10^exponent as q; beyond ±2^QUANT_FAR_BITS it stays there. |mantissa| <=
 * MANTISSA_MAX. Digits beyond the 18th behind the last one of the training column are cut off.
 * Exact. */
int64_t quant_value(const struct quant *quant, int64_t mantissa, int exponent);

/* quant_value of rows at (n) of a column, or of the first n where at is NULL; in float64, where it
 * is exact. Cost: about 1 ns each where the exponent is the training column's own. */
void quant_values(const struct quant *quant, const struct column *column, const uint32_t *at,
                  size_t n, double *ret);

/* value * 10^exponent, at most one rounding beyond that of the power; huge ones end at ±DBL_MAX. */
double quant_scale(double value, int exponent);

#endif
