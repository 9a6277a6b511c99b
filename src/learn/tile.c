/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The twins differ only in how many sums lie in one register. GNU vector types are arrays to which
 * + and * apply element by element. */
#include "learn/tile.h"

#include <string.h>

typedef double v2 __attribute__((vector_size(16)));

void tile_add_plain(const double *a, const double *b, size_t n, double *c, size_t stride)
{
    for (size_t u = 0; u < TILE; u++)
        for (size_t v = 0; v < TILE; v++)
            for (size_t k = 0; k < n; k++)
                c[u * stride + v] += a[k * TILE + u] * b[k * TILE + v];
}

/* A quarter of the tile, 4 by 4: eight registers of two sums, which leaves room among sixteen. */
static void quarter(const double *a, const double *b, size_t n, double *c, size_t stride)
{
    v2 sum[4][2];
#pragma GCC unroll 8
    for (size_t u = 0; u < 4; u++)
        memcpy(sum[u], c + u * stride, sizeof sum[u]);
    for (size_t k = 0; k < n; k++) {
        v2 low, high;
        memcpy(&low, b + k * TILE, sizeof low);
        memcpy(&high, b + k * TILE + 2, sizeof high);
#pragma GCC unroll 8
        for (size_t u = 0; u < 4; u++) {
            v2 factor = {a[k * TILE + u], a[k * TILE + u]};
            sum[u][0] += factor * low;
            sum[u][1] += factor * high;
        }
    }
#pragma GCC unroll 8
    for (size_t u = 0; u < 4; u++)
        memcpy(c + u * stride, sum[u], sizeof sum[u]);
}

static void add_by_two(const double *a, const double *b, size_t n, double *c, size_t stride)
{
    for (size_t u = 0; u < TILE; u += 4)
        for (size_t v = 0; v < TILE; v += 4)
            quarter(a + u, b + v, n, c + u * stride + v, stride);
}

#if defined(__x86_64__)
typedef double v4 __attribute__((vector_size(32)));
typedef double v8 __attribute__((vector_size(64)));

__attribute__((target("avx2"))) static void add_by_four(const double *a, const double *b, size_t n,
                                                        double *c, size_t stride)
{
    for (size_t half = 0; half < TILE; half += 4) {
        v4 sum[TILE];
#pragma GCC unroll 8
        for (size_t u = 0; u < TILE; u++)
            memcpy(&sum[u], c + u * stride + half, sizeof sum[u]);
        for (size_t k = 0; k < n; k++) {
            v4 right;
            memcpy(&right, b + k * TILE + half, sizeof right);
#pragma GCC unroll 8
            for (size_t u = 0; u < TILE; u++)
                sum[u] += a[k * TILE + u] * right;
        }
#pragma GCC unroll 8
        for (size_t u = 0; u < TILE; u++)
            memcpy(c + u * stride + half, &sum[u], sizeof sum[u]);
    }
}

__attribute__((target("avx512f"))) static void add_by_eight(const double *a, const double *b,
                                                            size_t n, double *c, size_t stride)
{
    v8 sum[TILE];
#pragma GCC unroll 8
    for (size_t u = 0; u < TILE; u++)
        memcpy(&sum[u], c + u * stride, sizeof sum[u]);
    for (size_t k = 0; k < n; k++) {
        v8 right;
        memcpy(&right, b + k * TILE, sizeof right);
#pragma GCC unroll 8
        for (size_t u = 0; u < TILE; u++)
            sum[u] += a[k * TILE + u] * right;
    }
#pragma GCC unroll 8
    for (size_t u = 0; u < TILE; u++)
        memcpy(c + u * stride, &sum[u], sizeof sum[u]);
}
#endif

tile_kernel *tile_at(enum cpu_level level)
{
#if defined(__x86_64__)
    if (level == CPU_AVX512)
        return add_by_eight;
    if (level == CPU_AVX2)
        return add_by_four;
#endif
    return level == CPU_PLAIN ? tile_add_plain : add_by_two;
}

void tile_add(const double *a, const double *b, size_t n, double *c, size_t stride)
{
    tile_at(cpu_level())(a, b, n, c, stride);
}
