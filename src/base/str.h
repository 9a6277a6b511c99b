/* SPDX-License-Identifier: GPL-3.0-or-later */
/* str: text or bytes to read. It points into memory that somebody else owns and need not end with
 * NUL. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
    const char *at;
    size_t n; /* bytes */
};

/* A string literal as a str. */
#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})

/* For "%.*s" in printf. */
#define STR_ARG(s) (int)(s).n, (s).at

/* A NUL-terminated string as a str; NULL gives an empty one. */
struct str str_of(const char *text);

/* True if both have the same bytes. */
bool str_eq(struct str a, struct str b);

/* Order by bytes, the shorter first where one begins the other: <0, 0, >0. A total order. */
int str_cmp(struct str a, struct str b);

/* True if s begins with front. */
bool str_starts(struct str s, struct str front);

/* True if s ends with tail. */
bool str_ends(struct str s, struct str tail);

/* s without ASCII blanks and tabs at both ends. */
struct str str_trim(struct str s);

/* The longest front of at most max_bytes that does not cut a UTF-8 character, e.g. for a message.
 */
struct str str_front(struct str s, size_t max_bytes);

/* Cut s at the first `at`: ret_front gets what stands before it, s what stands behind.
 * Without `at`, ret_front gets all and s becomes empty; false if s was already used up (at NULL).
 */
bool str_cut(struct str *s, char at, struct str *ret_front);

/* True if s is valid UTF-8 (no overlong forms, no surrogates, at most U+10FFFF). On false,
 * ret_at gets the offset of the first wrong byte. SOURCE: Unicode 15.0, table 3-7. */
bool str_utf8(struct str s, size_t *ret_at);

/* An unsigned decimal without sign, blanks or leading zeros, at most max. False if it is not one.
 */
bool str_uint(struct str s, uint64_t max, uint64_t *ret_value);

#endif
