/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/cpu.h"

#include <stdlib.h>
#include <string.h>

static enum cpu_level best(void)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return CPU_AVX512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"))
        return CPU_AVX2;
    return CPU_SSE2;
#elif defined(__aarch64__)
    return CPU_NEON;
#else
    return CPU_PLAIN;
#endif
}

static enum cpu_level wanted(enum cpu_level level)
{
    static const char *const name[] = {"plain", "sse2", "avx2", "avx512", "neon"};
    const char *word = getenv("ALLMENDE_CPU");
    for (unsigned i = 0; word && i < sizeof name / sizeof *name; i++)
        if (strcmp(word, name[i]) == 0)
            return i < (unsigned)level && level != CPU_NEON ? (enum cpu_level)i
                   : i == CPU_PLAIN                         ? CPU_PLAIN
                                                            : level;
    return level;
}

enum cpu_level cpu_level(void)
{
    /* Whoever computes it first, all compute the same. */
    static _Atomic int known;
    int level = known;
    if (level == 0)
        known = level = (int)wanted(best()) + 1;
    return (enum cpu_level)(level - 1);
}

int cpu_has_vnni(void)
{
#if defined(__x86_64__)
    return cpu_level() == CPU_AVX512 && __builtin_cpu_supports("avx512vnni");
#else
    return 0;
#endif
}
