/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gram: sums of products of integers, exact and therefore free of order.
 *
 * Bound: |x| <= 2^18 = 2^QUANT_BITS, so a product is at most 2^36 and a sum over 2^26 rows at most
 * 2^62: it fits an int64. Within one call the sums run in float64, which holds every integer up to
 * 2^53: at most GRAM_ROWS * 2^36 = 2^42 here. No addition rounds, so any order, vector width or
 * contraction gives the same bits, and SSE2 multiplies float64 but not int64.
 */
#ifndef LEARN_GRAM_H
#define LEARN_GRAM_H

#include <stddef.h>
#include <stdint.h>

enum { GRAM_TILE = 4, GRAM_ROWS = 64 };

/* The stride that the kernels need for `width` columns: a multiple of GRAM_TILE. */
size_t gram_stride(size_t width);

/* Add x'x to sum.
 * x       (n, stride) integers up to 2^18 in float64; columns from width on hold 0; n <= GRAM_ROWS
 * sum     (left, stride); only entries [i][j] with i < left and j >= i are defined
 * left    how many rows of the matrix are wanted, a multiple of GRAM_TILE
 * Cost: n * left * (stride - left / 2) multiplications. */
void gram_add(const double *x, size_t n, size_t stride, size_t left, int64_t *sum);

/* The same as three loops over integers: the twin that the tests compare with. */
void gram_add_plain(const double *x, size_t n, size_t stride, size_t left, int64_t *sum);

#endif
