/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tile: the one kernel of linear algebra here, for Gram matrices and for Cholesky.
 *
 * A matrix is packed into *panels*: TILE columns each, row after row, so that the kernel reads two
 * streams and keeps TILE * TILE sums in registers. Every sum starts from what is there and takes
 * its products in ascending order of the rows; a product is rounded, then the sum (no fma). So the
 * bits depend neither on the width of vectors nor on who computes which tile.
 */
#ifndef LEARN_TILE_H
#define LEARN_TILE_H

#include <stddef.h>

#include "base/cpu.h"

enum { TILE = 8 };

/* c += a'b: c[u * stride + v] += a[k * TILE + u] * b[k * TILE + v] for k = 0, 1, … n - 1.
 * a, b    (n, TILE) panels
 * c       (TILE, TILE) with stride; may not overlap a or b
 * Exact where all products and sums are integers below 2^53. Cost: n * 64 multiplications and
 * additions, about 8 a cycle with AVX-512, 4 with AVX2, 2 with SSE2. */
void tile_add(const double *a, const double *b, size_t n, double *c, size_t stride);

/* The same as three loops: the twin that the tests compare with. */
void tile_add_plain(const double *a, const double *b, size_t n, double *c, size_t stride);

/* The twin for a level of instructions that this processor has. */
typedef void tile_kernel(const double *a, const double *b, size_t n, double *c, size_t stride);
tile_kernel *tile_at(enum cpu_level level);

#endif
