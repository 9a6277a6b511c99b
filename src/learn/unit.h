/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit: which unit (site, night, person) a row belongs to, and what its rows add up to.
 *
 * A range is over units, never over rows; so the rows of each unit become one or two numbers first.
 * Sums over rows are sums of integers.
 */
#ifndef LEARN_UNIT_H
#define LEARN_UNIT_H

#include "learn/table.h"

#define UNIT_NONE UINT32_MAX

/* Numbers for the different values of a column, ascending: numbers by value, categories by byte
 * order. */
struct unit_codes {
    uint32_t *code; /* (rows) 0 … n - 1, UNIT_NONE where the cell is missing */
    size_t n;       /* different values that occur in a row */
    uint32_t *row;  /* (n) a row that has this value */
};

/* The values of a column that is in memory; in the arena. Unlike table_as_category it knows no
 * limit. Cost: rows * log2(rows). */
struct unit_codes unit_codes(const struct column *column, size_t rows, struct arena *arena);

/* A sum of mantissas: high * 2^30 + low, exact. |mantissa| <= 10^18 < 2^60, so each row adds less
 * than 2^30 in size to both; both stay within 63 bits for 2^33 rows. */
struct unit_sum {
    int64_t high;
    int64_t low;
    uint64_t n; /* rows */
};

/* Add a row. */
void unit_add(struct unit_sum *sum, int64_t mantissa);

/* Add another sum: what two groups of rows have together. */
void unit_join(struct unit_sum *sum, const struct unit_sum *other);

/* The sum, or the mean (0 of no rows), in units of the column; at most three roundings. */
double unit_total(const struct unit_sum *sum, int exponent);
double unit_mean(const struct unit_sum *sum, int exponent);

#endif
