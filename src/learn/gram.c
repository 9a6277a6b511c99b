/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/gram.h"

#include "base/check.h"

size_t gram_stride(size_t width)
{
    return (width + GRAM_TILE - 1) / GRAM_TILE * GRAM_TILE;
}

/* One tile of the result; its sums stay in registers. */
static void add_tile(const double *x, size_t n, size_t stride, size_t i, size_t j, int64_t *sum)
{
    double tile[GRAM_TILE][GRAM_TILE] = {{0}};
    for (size_t r = 0; r < n; r++) {
        const double *a = x + r * stride + i;
        const double *b = x + r * stride + j;
        for (int u = 0; u < GRAM_TILE; u++)
            for (int v = 0; v < GRAM_TILE; v++)
                tile[u][v] += a[u] * b[v];
    }
    for (size_t u = 0; u < GRAM_TILE; u++)
        for (size_t v = 0; v < GRAM_TILE; v++)
            sum[(i + u) * stride + j + v] += (int64_t)tile[u][v];
}

void gram_add(const double *x, size_t n, size_t stride, size_t left, int64_t *sum)
{
    BUG_IF(n > GRAM_ROWS || stride % GRAM_TILE || left % GRAM_TILE || left > stride);
    for (size_t i = 0; i < left; i += GRAM_TILE)
        for (size_t j = i; j < stride; j += GRAM_TILE)
            add_tile(x, n, stride, i, j, sum);
}

void gram_add_plain(const double *x, size_t n, size_t stride, size_t left, int64_t *sum)
{
    for (size_t i = 0; i < left; i++)
        for (size_t j = i; j < stride; j++)
            for (size_t r = 0; r < n; r++)
                sum[i * stride + j] += (int64_t)x[r * stride + i] * (int64_t)x[r * stride + j];
}
