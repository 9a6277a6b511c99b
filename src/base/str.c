/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/str.h"

#include <string.h>

struct str str_of(const char *text)
{
    return (struct str){text, text ? strlen(text) : 0};
}

bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.at, b.at, a.n) == 0);
}

int str_cmp(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.at, b.at, n) : 0;
    if (order != 0)
        return order;
    return (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str s, struct str front)
{
    return s.n >= front.n && str_eq((struct str){s.at, front.n}, front);
}

bool str_ends(struct str s, struct str tail)
{
    return s.n >= tail.n && str_eq((struct str){s.at + (s.n - tail.n), tail.n}, tail);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

struct str str_trim(struct str s)
{
    while (s.n && is_blank(s.at[0])) {
        s.at++;
        s.n--;
    }
    while (s.n && is_blank(s.at[s.n - 1]))
        s.n--;
    return s;
}

struct str str_front(struct str s, size_t max_bytes)
{
    if (s.n <= max_bytes)
        return s;
    s.n = max_bytes;
    while (s.n && ((unsigned char)s.at[s.n] & 0xC0) == 0x80)
        s.n--;
    return s;
}

bool str_cut(struct str *s, char at, struct str *ret_front)
{
    if (!s->at)
        return false;
    const char *found = s->n ? memchr(s->at, at, s->n) : NULL;
    if (!found) {
        *ret_front = *s;
        *s = (struct str){NULL, 0};
        return true;
    }
    *ret_front = (struct str){s->at, (size_t)(found - s->at)};
    s->n -= ret_front->n + 1;
    s->at = found + 1;
    return true;
}

/* Bytes of the character that starts at b, 0 if it is malformed; left is >= 1. */
static size_t utf8_length(const unsigned char *b, size_t left)
{
    if (b[0] < 0x80)
        return 1;
    size_t n = b[0] >= 0xF0 ? 4 : b[0] >= 0xE0 ? 3 : 2;
    if (b[0] < 0xC2 || b[0] > 0xF4 || left < n)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((b[i] & 0xC0) != 0x80)
            return 0;
    bool overlong = (b[0] == 0xE0 && b[1] < 0xA0) || (b[0] == 0xF0 && b[1] < 0x90);
    bool surrogate = b[0] == 0xED && b[1] > 0x9F;
    bool beyond = b[0] == 0xF4 && b[1] > 0x8F;
    return overlong || surrogate || beyond ? 0 : n;
}

bool str_utf8(struct str s, size_t *ret_at)
{
    const unsigned char *b = (const unsigned char *)s.at;
    size_t i = 0;
    while (i < s.n) {
        size_t n = utf8_length(b + i, s.n - i);
        if (n == 0) {
            *ret_at = i;
            return false;
        }
        i += n;
    }
    return true;
}

bool str_uint(struct str s, uint64_t max, uint64_t *ret_value)
{
    if (s.n == 0 || s.n > 20 || (s.n > 1 && s.at[0] == '0'))
        return false;
    uint64_t value = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
        if (__builtin_mul_overflow(value, (uint64_t)10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(s.at[i] - '0'), &value))
            return false;
    }
    if (value > max)
        return false;
    *ret_value = value;
    return true;
}
