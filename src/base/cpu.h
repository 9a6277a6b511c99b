/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cpu: which instructions this processor has, for choosing among twins that give the same bits.
 *
 * A fast kernel is a function of its own, compiled for its instructions by
 * __attribute__((target("avx2"))), beside a plain one; whoever has both asks cpu_level() once a
 * call. The environment variable ALLMENDE_CPU (plain, sse2, avx2, avx512, neon) lowers the level,
 * for tests and for measuring what an old laptop would do; it can never raise it.
 */
#ifndef BASE_CPU_H
#define BASE_CPU_H

enum cpu_level {
    CPU_PLAIN = 0, /* what the compiler makes of plain C: SSE2 on x86-64 */
    CPU_SSE2,
    CPU_AVX2,   /* Haswell, 2013: with BMI2, without FMA in any kernel of ours */
    CPU_AVX512, /* F, BW, DQ, VL */
    CPU_NEON    /* every 64-bit ARM */
};

/* Cost: one load after the first call. */
enum cpu_level cpu_level(void);

/* True if this processor multiplies pairs of 16-bit integers into 32-bit sums in one instruction
 * (AVX512_VNNI) and the level is CPU_AVX512. */
int cpu_has_vnni(void);

#endif
