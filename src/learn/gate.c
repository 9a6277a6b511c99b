/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The twins differ only in how many cuts lie in one register: GNU vector types are arrays to which
 * operators apply element by element. All numbers are below 2^51, so adding 1.5 * 2^52 as an
 * integer to the bits of a double, and taking it away as a double, converts them exactly. What is
 * negative is told by its highest bit; no comparison is needed, which SSE2 has not for 64 bits.
 */
#include "learn/gate.h"

#include <string.h>

/* What a form says, once a call. */
struct fields {
    uint64_t count_mask, h_mask;
    unsigned h_shift, g_shift, scale;
};

static inline struct fields fields_of(const struct histogram_form *form)
{
    struct fields fields = {.count_mask = ((uint64_t)1 << form->hessian_shift) - 1,
                            .g_shift = form->gradient_shift,
                            .scale = form->scale_bits};
    fields.h_mask = fields.count_mask; /* where no hessian is stored it is the count */
    if (form->word_bits) {
        fields.h_mask = ((uint64_t)1 << form->gradient_shift) - 1;
        fields.h_shift = form->hessian_shift;
    }
    return fields;
}

static bool open_plain(const struct gate *gate, const int64_t *packed, size_t n, int64_t start)
{
    const struct fields form = fields_of(gate->form);
    uint64_t left = (uint64_t)start;
    for (size_t b = 0; b < n; b++) {
        left += (uint64_t)packed[b];
        int64_t count = (int64_t)(left & form.count_mask);
        if (count < gate->least || gate->n - count < gate->least)
            continue;
        double g = (double)(int64_t)((left >> form.g_shift) - ((uint64_t)count << form.scale));
        double h = (double)(int64_t)((left & form.h_mask) >> form.h_shift) + gate->penalty;
        double g_right = gate->g - g, h_right = gate->h - h;
        if (g * g * h_right + g_right * g_right * h - gate->most * h * h_right >= 0)
            return true;
    }
    return false;
}

#define MAGIC_BITS INT64_C(0x4338000000000000)
#define MAGIC 0x1.8p52

/* A twin with WIDTH cuts a register; PREFIX(x) adds up the elements of x from the left. */
#define OPEN_BODY(WIDTH, UNSIGNED, SIGNED, DOUBLE, PREFIX, SUM)                                    \
    const struct fields form = fields_of(gate->form);                                              \
    uint64_t before = (uint64_t)start;                                                             \
    SIGNED open = {0};                                                                             \
    for (size_t b = 0; b < n; b += (WIDTH)) {                                                      \
        UNSIGNED left;                                                                             \
        memcpy(&left, packed + b, sizeof left);                                                    \
        left = PREFIX(left) + before;                                                              \
        uint64_t after = (SUM);                                                                    \
        bool too_early = (int64_t)(after & form.count_mask) < gate->least;                         \
        bool too_late = gate->n - (int64_t)(before & form.count_mask) < gate->least;               \
        before = after;                                                                            \
        if (too_early)                                                                             \
            continue;                                                                              \
        if (too_late)                                                                              \
            break;                                                                                 \
        UNSIGNED count = left & form.count_mask;                                                   \
        SIGNED bad = ((SIGNED)count - gate->least) | (gate->n - gate->least - (SIGNED)count);      \
        SIGNED up = (SIGNED)((left >> form.g_shift) - (count << form.scale));                      \
        SIGNED low = (SIGNED)((left & form.h_mask) >> form.h_shift);                               \
        DOUBLE g = (DOUBLE)(up + MAGIC_BITS) - MAGIC;                                              \
        DOUBLE h = (DOUBLE)(low + MAGIC_BITS) - MAGIC + gate->penalty;                             \
        DOUBLE g_right = gate->g - g, h_right = gate->h - h;                                       \
        DOUBLE over = g * g * h_right + g_right * g_right * h - gate->most * h * h_right;          \
        open |= ~(bad | (SIGNED)over);                                                             \
    }                                                                                              \
    int64_t any = 0;                                                                               \
    for (size_t i = 0; i < (WIDTH); i++)                                                           \
        any |= open[i];                                                                            \
    return any < 0;

typedef uint64_t u2 __attribute__((vector_size(16)));
typedef int64_t i2 __attribute__((vector_size(16)));
typedef double d2 __attribute__((vector_size(16)));

#define PREFIX_2(x) ((x) + __builtin_shufflevector(x, (u2){0}, 2, 0))

static bool open_by_two(const struct gate *gate, const int64_t *packed, size_t n, int64_t start)
{
    OPEN_BODY(2, u2, i2, d2, PREFIX_2, before + (uint64_t)packed[b] + (uint64_t)packed[b + 1])
}

#if defined(__x86_64__)
typedef uint64_t u4 __attribute__((vector_size(32)));
typedef int64_t i4 __attribute__((vector_size(32)));
typedef double d4 __attribute__((vector_size(32)));
typedef uint64_t u8 __attribute__((vector_size(64)));
typedef int64_t i8 __attribute__((vector_size(64)));
typedef double d8 __attribute__((vector_size(64)));

__attribute__((target("avx2"))) static inline u4 prefix_4(u4 x)
{
    x += __builtin_shufflevector(x, (u4){0}, 4, 0, 1, 2);
    return x + __builtin_shufflevector(x, (u4){0}, 4, 5, 0, 1);
}

__attribute__((target("avx2"))) static bool
open_by_four(const struct gate *gate, const int64_t *packed, size_t n, int64_t start)
{
    OPEN_BODY(4, u4, i4, d4, prefix_4, left[3])
}

__attribute__((target("avx512f,avx512dq"))) static inline u8 prefix_8(u8 x)
{
    x += __builtin_shufflevector(x, (u8){0}, 8, 0, 1, 2, 3, 4, 5, 6);
    x += __builtin_shufflevector(x, (u8){0}, 8, 9, 0, 1, 2, 3, 4, 5);
    return x + __builtin_shufflevector(x, (u8){0}, 8, 9, 10, 11, 0, 1, 2, 3);
}

__attribute__((target("avx512f,avx512dq"))) static bool
open_by_eight(const struct gate *gate, const int64_t *packed, size_t n,
              int64_t start){OPEN_BODY(8, u8, i8, d8, prefix_8, left[7])}
#endif

gate_kernel *gate_at(enum cpu_level level)
{
#if defined(__x86_64__)
    if (level == CPU_AVX512)
        return open_by_eight;
    if (level == CPU_AVX2)
        return open_by_four;
#endif
    return level == CPU_PLAIN ? open_plain : open_by_two;
}

bool gate_open(const struct gate *gate, const int64_t *packed, size_t n, int64_t start)
{
    return gate_at(cpu_level())(gate, packed, n, start);
}
