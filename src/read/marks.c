/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each twin makes a word of 64 bits of 64 bytes, bit i set where byte i is a mark; what is done
 * with the words is the same in all. The rest behind the last 64 bytes is done in plain C.
 *
 * Measured: writing four places before looking whether there are more is faster than a branch for
 * each, because 64 bytes of a table hold about ten marks, and never the same number.
 */
#include "read/marks.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

enum { WORD_BYTES = 64 };

static void find_plain(struct str piece, size_t from, char separator, char quote,
                       struct marks *marks)
{
    unsigned char high = 0;
    uint32_t *to = marks->place + marks->n;
    for (size_t i = from; i < piece.n; i++) {
        char c = piece.at[i];
        *to = (uint32_t)i;
        to += c == separator || c == '\n' || c == '\r' || c == quote || c == '\0';
        high |= (unsigned char)c;
    }
    marks->n = (size_t)(to - marks->place);
    marks->high = marks->high || high >= 0x80;
}

#if defined(__x86_64__) || defined(__aarch64__)

/* The places of the bits of a word, appended. Up to four more than there are may be written. */
static inline __attribute__((always_inline)) void put_word(struct marks *marks, size_t base,
                                                           uint64_t word)
{
    const uint64_t last = UINT64_C(1) << 63; /* so that there is always a bit to find */
    uint32_t *to = marks->place + marks->n;
    marks->n += (size_t)__builtin_popcountll(word);
    while (word) {
        for (int i = 0; i < 4; i++) {
            *to++ = (uint32_t)base + (uint32_t)__builtin_ctzll(word | last);
            word &= word - 1;
        }
    }
}

#endif

#if defined(__x86_64__)

static size_t find_sse2(struct str piece, char separator, char quote, struct marks *marks)
{
    const __m128i sep = _mm_set1_epi8(separator), quo = _mm_set1_epi8(quote);
    const __m128i lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8('\r');
    __m128i all = _mm_setzero_si128();
    size_t i = 0;
    for (; i + WORD_BYTES <= piece.n; i += WORD_BYTES) {
        uint64_t word = 0;
        for (int part = 0; part < 4; part++) {
            __m128i b = _mm_loadu_si128((const __m128i *)(const void *)(piece.at + i + 16 * part));
            __m128i m = _mm_or_si128(_mm_cmpeq_epi8(b, sep), _mm_cmpeq_epi8(b, lf));
            m = _mm_or_si128(m, _mm_or_si128(_mm_cmpeq_epi8(b, cr), _mm_cmpeq_epi8(b, quo)));
            m = _mm_or_si128(m, _mm_cmpeq_epi8(b, _mm_setzero_si128()));
            word |= (uint64_t)(uint32_t)_mm_movemask_epi8(m) << (16 * part);
            all = _mm_or_si128(all, b);
        }
        put_word(marks, i, word);
    }
    marks->high = marks->high || _mm_movemask_epi8(all) != 0;
    return i;
}

__attribute__((target("avx2,bmi,bmi2,popcnt"))) static size_t
find_avx2(struct str piece, char separator, char quote, struct marks *marks)
{
    const __m256i sep = _mm256_set1_epi8(separator), quo = _mm256_set1_epi8(quote);
    const __m256i lf = _mm256_set1_epi8('\n'), cr = _mm256_set1_epi8('\r');
    __m256i all = _mm256_setzero_si256();
    size_t i = 0;
    for (; i + WORD_BYTES <= piece.n; i += WORD_BYTES) {
        uint64_t word = 0;
        for (int part = 0; part < 2; part++) {
            __m256i b =
                _mm256_loadu_si256((const __m256i *)(const void *)(piece.at + i + 32 * part));
            __m256i m = _mm256_or_si256(_mm256_cmpeq_epi8(b, sep), _mm256_cmpeq_epi8(b, lf));
            __m256i odd = _mm256_or_si256(_mm256_cmpeq_epi8(b, cr), _mm256_cmpeq_epi8(b, quo));
            m = _mm256_or_si256(m, odd);
            m = _mm256_or_si256(m, _mm256_cmpeq_epi8(b, _mm256_setzero_si256()));
            word |= (uint64_t)(uint32_t)_mm256_movemask_epi8(m) << (32 * part);
            all = _mm256_or_si256(all, b);
        }
        put_word(marks, i, word);
    }
    marks->high = marks->high || _mm256_movemask_epi8(all) != 0;
    return i;
}

#elif defined(__aarch64__)

/* Bit i of the result: byte i of m is FF; the others are 00. */
static uint64_t word_of(uint8x16_t m0, uint8x16_t m1, uint8x16_t m2, uint8x16_t m3)
{
    static const uint8_t bits[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    const uint8x16_t bit = vld1q_u8(bits);
    uint8x16_t a = vpaddq_u8(vandq_u8(m0, bit), vandq_u8(m1, bit));
    uint8x16_t b = vpaddq_u8(vandq_u8(m2, bit), vandq_u8(m3, bit));
    a = vpaddq_u8(a, b);
    a = vpaddq_u8(a, a);
    return vgetq_lane_u64(vreinterpretq_u64_u8(a), 0);
}

static size_t find_neon(struct str piece, char separator, char quote, struct marks *marks)
{
    const uint8x16_t sep = vdupq_n_u8((uint8_t)separator), quo = vdupq_n_u8((uint8_t)quote);
    const uint8x16_t lf = vdupq_n_u8('\n'), cr = vdupq_n_u8('\r');
    uint8x16_t all = vdupq_n_u8(0);
    size_t i = 0;
    for (; i + WORD_BYTES <= piece.n; i += WORD_BYTES) {
        uint8x16_t m[4];
        for (int part = 0; part < 4; part++) {
            uint8x16_t b = vld1q_u8((const uint8_t *)piece.at + i + 16 * part);
            m[part] = vorrq_u8(vceqq_u8(b, sep), vceqq_u8(b, lf));
            m[part] = vorrq_u8(m[part], vorrq_u8(vceqq_u8(b, cr), vceqq_u8(b, quo)));
            m[part] = vorrq_u8(m[part], vceqzq_u8(b));
            all = vorrq_u8(all, b);
        }
        put_word(marks, i, word_of(m[0], m[1], m[2], m[3]));
    }
    marks->high = marks->high || vmaxvq_u8(all) >= 0x80;
    return i;
}

#endif

void marks_find_by(enum cpu_level level, struct str piece, char separator, char quote,
                   struct marks *ret)
{
    size_t done = 0;
    ret->n = 0;
    ret->high = false;
#if defined(__x86_64__)
    if (level >= CPU_AVX2)
        done = find_avx2(piece, separator, quote, ret);
    else if (level >= CPU_SSE2)
        done = find_sse2(piece, separator, quote, ret);
#elif defined(__aarch64__)
    if (level == CPU_NEON)
        done = find_neon(piece, separator, quote, ret);
#else
    (void)level;
#endif
    find_plain(piece, done, separator, quote, ret);
}

void marks_find(struct str piece, char separator, char quote, struct marks *ret)
{
    marks_find_by(cpu_level(), piece, separator, quote, ret);
}
