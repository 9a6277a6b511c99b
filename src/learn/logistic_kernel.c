/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plain, and with four numbers a vector: two registers of SSE2 or NEON, one of AVX2. */
#include <string.h>

#include "learn/logistic_rows.h"

enum { LANES = LOGISTIC_LANES, SIDE = 4, STRIP = 4 * SIDE };

static void outputs_plain(const float *x, size_t n, const double *weight, double *o)
{
    for (size_t j = 0; j < n; j++)
        for (size_t r = 0; r < LANES; r++)
            o[r] += weight[j] * (double)x[j * LANES + r];
}

static void sums_plain(const float *x, size_t n, const double *residual, double *ret)
{
    for (size_t j = 0; j < n; j++)
        for (size_t r = 0; r < LANES; r++)
            ret[j] += residual[r] * (double)x[j * LANES + r];
}

typedef float f4 __attribute__((vector_size(16)));
typedef double v4 __attribute__((vector_size(32)));

/* The bodies are the same for all processors; what the compiler makes of them is not. */
#define OUTPUTS_BODY                                                                               \
    for (size_t strip = 0; strip < LANES; strip += STRIP) {                                        \
        v4 sum[4];                                                                                 \
        memcpy(sum, o + strip, sizeof sum);                                                        \
        for (size_t j = 0; j < n; j++) {                                                           \
            f4 part[4];                                                                            \
            memcpy(part, x + j * LANES + strip, sizeof part);                                      \
            sum[0] += weight[j] * __builtin_convertvector(part[0], v4);                            \
            sum[1] += weight[j] * __builtin_convertvector(part[1], v4);                            \
            sum[2] += weight[j] * __builtin_convertvector(part[2], v4);                            \
            sum[3] += weight[j] * __builtin_convertvector(part[3], v4);                            \
        }                                                                                          \
        memcpy(o + strip, sum, sizeof sum);                                                        \
    }

#define SUMS_BODY                                                                                  \
    for (size_t j = 0; j < n; j++) {                                                               \
        v4 sum[4] = {{0}};                                                                         \
        for (size_t strip = 0; strip < LANES; strip += STRIP) {                                    \
            f4 part[4];                                                                            \
            v4 factor[4];                                                                          \
            memcpy(part, x + j * LANES + strip, sizeof part);                                      \
            memcpy(factor, residual + strip, sizeof factor);                                       \
            sum[0] += factor[0] * __builtin_convertvector(part[0], v4);                            \
            sum[1] += factor[1] * __builtin_convertvector(part[1], v4);                            \
            sum[2] += factor[2] * __builtin_convertvector(part[2], v4);                            \
            sum[3] += factor[3] * __builtin_convertvector(part[3], v4);                            \
        }                                                                                          \
        v4 all = (sum[0] + sum[1]) + (sum[2] + sum[3]);                                            \
        ret[j] += (all[0] + all[1]) + (all[2] + all[3]);                                           \
    }

static void outputs_any(const float *x, size_t n, const double *weight, double *o)
{
    OUTPUTS_BODY
}

static void sums_any(const float *x, size_t n, const double *residual, double *ret)
{
    SUMS_BODY
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void outputs_avx2(const float *x, size_t n,
                                                         const double *weight, double *o)
{
    OUTPUTS_BODY
}

__attribute__((target("avx2"))) static void sums_avx2(const float *x, size_t n,
                                                      const double *residual, double *ret)
{
    SUMS_BODY
}
#endif

struct logistic_kernel logistic_kernel_at(enum cpu_level level)
{
#if defined(__x86_64__)
    if (level == CPU_AVX2 || level == CPU_AVX512)
        return (struct logistic_kernel){outputs_avx2, sums_avx2};
#endif
    return level == CPU_PLAIN ? (struct logistic_kernel){outputs_plain, sums_plain}
                              : (struct logistic_kernel){outputs_any, sums_any};
}
