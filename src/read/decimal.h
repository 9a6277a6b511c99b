/* SPDX-License-Identifier: GPL-3.0-or-later */
/* decimal: plain decimals straight from the bytes, eight at a time.
 *
 * Nearly all numbers of tables are a sign, a few digits and perhaps a point. Such a cell of up to
 * 16 characters behind its sign is read here without a branch for each byte; anything else is left
 * to num_decimal, which is the plain twin: what is read here equals what it reads
 * (test/unit/decimal_test.c).
 *
 * A word holds eight characters, the first in its lowest byte, and is shifted up so that the last
 * character stands in its highest byte; the bytes below then count as leading zeros. Letters below:
 * w such a word of characters, x of digits 0 … 9.
 * SOURCE of the three multiplications: W. Mula, "SIMD-ized parsing of numbers", and D. Lemire,
 * "Quickly parsing eight digits" (2018); written anew.
 */
#ifndef READ_DECIMAL_H
#define READ_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define EIGHT(byte) (UINT64_C(0x0101010101010101) * (byte))

enum { DECIMAL_CHARACTERS = 16 };

struct plain_decimal {
    uint64_t size; /* the digits without the point, below 10^16 */
    int behind;    /* digits behind the point */
    int before;    /* digits before it */
    bool negative;
};

/* The eight characters from at on. */
static inline uint64_t decimal_word(const char *at)
{
    uint64_t w;
    memcpy(&w, at, sizeof w);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    w = __builtin_bswap64(w);
#endif
    return w;
}

/* The number of eight digits, the first in the lowest byte. */
static inline uint64_t decimal_eight(uint64_t x)
{
    const uint64_t pairs = UINT64_C(0x000000FF000000FF);
    x = x * 10 + (x >> 8);
    return ((x & pairs) * (100 + (UINT64_C(1000000) << 32)) +
            ((x >> 16) & pairs) * (1 + (UINT64_C(10000) << 32))) >>
           32;
}

/* True if a byte of x is above 9. */
static inline bool decimal_odd(uint64_t x)
{
    return ((x + EIGHT(0x76)) | x) & EIGHT(0x80);
}

/* The high bit of the first byte of w that is c, counted from its lowest byte; 0 if there is none.
 * Bits of higher bytes mean nothing. */
static inline uint64_t decimal_find(uint64_t w, char c)
{
    uint64_t v = w ^ EIGHT((unsigned char)c);
    uint64_t zero = (v - EIGHT(1)) & ~v & EIGHT(0x80);
    return zero & (0 - zero);
}

/* All bits of the byte whose high bit is found; 0 of 0. */
static inline uint64_t decimal_byte(uint64_t found)
{
    return (found << 1) - (found >> 7);
}

/* How many bytes stand above it; 0 of 0. */
static inline int decimal_behind(uint64_t found)
{
    return 7 - (__builtin_ctzll(found | UINT64_C(1) << 63) >> 3);
}

/* What one to eight characters say. */
struct decimal_part {
    uint64_t size;
    int behind; /* digits behind the point */
    int points; /* 0 or 1 */
    bool odd;   /* anything else stands there */
};

/* Read n characters, 1 to 8: digits and at most one point. */
__attribute__((always_inline)) static inline struct decimal_part decimal_part(const char *at,
                                                                              size_t n, char point)
{
    struct decimal_part part;
    unsigned up = (unsigned)(64 - 8 * n);
    uint64_t w = decimal_word(at) << up;
    uint64_t found = decimal_find(w, point);
    uint64_t x = (w ^ EIGHT('0') << up) & ~decimal_byte(found);
    /* Take the point out: what stands before it moves up one byte. No branch, because tables mix
     * whole numbers with others. */
    uint64_t below = (found >> 7) - (found != 0);
    part.points = found != 0;
    part.behind = decimal_behind(found);
    part.odd = decimal_odd(x);
    part.size = decimal_eight((x & below) << 8 | (x & ~below));
    return part;
}

/* Nine to sixteen characters: the last eight, and those before them. */
static inline bool decimal_long(const char *at, size_t n, char point, struct plain_decimal *ret)
{
    struct decimal_part front = decimal_part(at, n - 8, point);
    struct decimal_part back = decimal_part(at + n - 8, 8, point);
    int points = front.points + back.points;
    ret->size = front.size * (back.points ? 10000000 : 100000000) + back.size;
    ret->behind = back.points ? back.behind : front.points ? front.behind + 8 : 0;
    ret->before = (int)n - points - ret->behind;
    return !front.odd && !back.odd && points < 2;
}

/* Read a cell of n characters. 17 bytes from at on must be readable, whatever they hold. False: it
 * is no number, or one that only num_decimal can read. Cost: about 5 ns. */
__attribute__((always_inline)) static inline bool
decimal_plain(const char *at, size_t n, char point, struct plain_decimal *ret)
{
    ret->negative = *at == '-';
    size_t sign = ret->negative || *at == '+';
    at += sign;
    n -= sign;
    if (n - 1 >= 8)
        return n - 9 < 8 && decimal_long(at, n, point, ret);
    struct decimal_part part = decimal_part(at, n, point);
    ret->size = part.size;
    ret->behind = part.behind;
    ret->before = (int)n - part.points - part.behind;
    return !part.odd && (int)n > part.points;
}

/* What the form of a number says without its value. */
struct decimal_form {
    int behind; /* digits behind the point */
    int before; /* digits before it */
    bool zero;  /* all digits are 0 */
};

/* As decimal_plain, but cheaper. */
static inline bool decimal_form(const char *at, size_t n, char point, struct decimal_form *ret)
{
    struct plain_decimal d;
    size_t sign = *at == '-' || *at == '+';
    if (n - sign - 1 >= 8) {
        bool fine = decimal_plain(at, n, point, &d);
        *ret = fine ? (struct decimal_form){d.behind, d.before, d.size == 0}
                    : (struct decimal_form){0, 0, false};
        return fine;
    }
    unsigned up = (unsigned)(64 - 8 * (n - sign));
    uint64_t w = decimal_word(at + sign) << up;
    uint64_t found = decimal_find(w, point);
    uint64_t x = (w ^ EIGHT('0') << up) & ~decimal_byte(found);
    ret->behind = decimal_behind(found);
    ret->before = (int)(n - sign) - (found != 0) - ret->behind;
    ret->zero = x == 0;
    return !decimal_odd(x) && ret->before + ret->behind > 0;
}

#endif
