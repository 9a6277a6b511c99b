/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "collect/pattern.h"

#include <string.h>

enum { PLACES_MAX = 400, COUNT_MAX = 100 };

/* One character of the pattern, that stands once, or may be missing, or may go on. */
struct place {
    struct str one; /* as it stands in the pattern */
    bool may_miss;
    bool may_repeat;
};

struct pattern {
    struct place place[PLACES_MAX];
    size_t n;
};

/* --- characters ----------------------------------------------------------------------------- */

/* The next character of valid UTF-8. */
static uint32_t next(struct str *text)
{
    const unsigned char *at = (const unsigned char *)text->at;
    size_t n = at[0] < 0x80 ? 1 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
    if (n > text->n)
        n = text->n;
    uint32_t c = n == 1 ? at[0] : at[0] & (0xffU >> (n + 1));
    for (size_t i = 1; i < n; i++)
        c = c << 6 | (at[i] & 0x3fU);
    *text = (struct str){text->at + n, text->n - n};
    return c;
}

/* \d and its like. */
static bool is_of_class(uint32_t name, uint32_t c)
{
    bool digit = c >= '0' && c <= '9';
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    switch (name) {
    case 'd':
        return digit;
    case 'D':
        return !digit;
    case 'w':
        return digit || letter || c == '_';
    case 'W':
        return !(digit || letter || c == '_');
    case 's':
        return c == ' ' || (c >= '\t' && c <= '\r');
    case 'S':
        return !(c == ' ' || (c >= '\t' && c <= '\r'));
    default:
        return c == name;
    }
}

static bool is_in_brackets(struct str set, uint32_t c)
{
    bool not = set.n && set.at[0] == '^';
    bool any = false;
    if (not )
        (void)next(&set);
    while (set.n) {
        uint32_t first = next(&set);
        if (first == '\\' && set.n) {
            any = any || is_of_class(next(&set), c);
            continue;
        }
        uint32_t last = first;
        if (set.n > 1 && set.at[0] == '-') {
            (void)next(&set);
            last = next(&set);
        }
        any = any || (c >= first && c <= last);
    }
    return any != not ;
}

static bool fits_one(struct str one, uint32_t c)
{
    if (one.at[0] == '[')
        return is_in_brackets((struct str){one.at + 1, one.n - 2}, c);
    if (one.at[0] == '.' && one.n == 1)
        return true;
    if (one.at[0] == '\\') {
        struct str name = {one.at + 1, one.n - 1};
        return is_of_class(next(&name), c);
    }
    return next(&one) == c;
}

/* --- reading -------------------------------------------------------------------------------- */

static bool cut(struct str *rest, size_t n, struct str *ret)
{
    if (n > rest->n)
        return false;
    *ret = (struct str){rest->at, n};
    *rest = (struct str){rest->at + n, rest->n - n};
    return true;
}

/* One character of the pattern, as it stands there. */
static bool read_one(struct str *rest, struct str *ret)
{
    struct str behind = *rest;
    size_t n = 1;
    if (memchr("()|*+?{}^$]", rest->at[0], 11))
        return false;
    if (rest->at[0] == '\\') {
        behind = (struct str){rest->at + 1, rest->n - 1};
        /* Letters with a meaning that is not known here, and back references. */
        if (behind.n == 0 ||
            (((behind.at[0] | 0x20) >= 'a' && (behind.at[0] | 0x20) <= 'z') &&
             !memchr("dDwWsS", behind.at[0], 6)) ||
            (behind.at[0] >= '0' && behind.at[0] <= '9'))
            return false;
        (void)next(&behind);
        return cut(rest, rest->n - behind.n, ret);
    }
    if (rest->at[0] != '[') {
        (void)next(&behind);
        return cut(rest, rest->n - behind.n, ret);
    }
    n += rest->n > 1 && rest->at[1] == '^';
    size_t first = n;
    while (n < rest->n && (rest->at[n] != ']' || n == first)) {
        if (rest->at[n] == '[')
            return false;
        n += rest->at[n] == '\\' ? 2 : 1;
    }
    return n < rest->n && cut(rest, n + 1, ret);
}

static bool read_count(struct str *rest, uint64_t *ret, uint64_t otherwise)
{
    size_t n = 0;
    while (n < rest->n && rest->at[n] >= '0' && rest->at[n] <= '9')
        n++;
    struct str number;
    *ret = otherwise;
    return cut(rest, n, &number) && (n == 0 || str_uint(number, COUNT_MAX, ret));
}

/* How often: at least, at most; UINT64_MAX: any number. */
static bool read_times(struct str *rest, uint64_t *ret_least, uint64_t *ret_most)
{
    struct str sign;
    char c = '\0';
    if (rest->n)
        c = rest->at[0];
    *ret_least = c == '*' || c == '?' ? 0 : 1;
    *ret_most = c == '*' || c == '+' ? UINT64_MAX : 1;
    if (c == '*' || c == '+' || c == '?')
        return cut(rest, 1, &sign);
    if (c != '{')
        return true;
    if (!cut(rest, 1, &sign) || rest->n == 0 || rest->at[0] < '0' || rest->at[0] > '9' ||
        !read_count(rest, ret_least, 0))
        return false;
    *ret_most = *ret_least;
    if (rest->n && rest->at[0] == ',' &&
        (!cut(rest, 1, &sign) || !read_count(rest, ret_most, UINT64_MAX)))
        return false;
    return rest->n && rest->at[0] == '}' && cut(rest, 1, &sign) && *ret_least <= *ret_most;
}

static bool add(struct pattern *p, struct str one, uint64_t least, uint64_t most)
{
    for (uint64_t i = 0; i < least || (most != UINT64_MAX && i < most); i++) {
        if (p->n == PLACES_MAX)
            return false;
        p->place[p->n++] = (struct place){one, i >= least, false};
    }
    if (most != UINT64_MAX)
        return true;
    if (p->n == PLACES_MAX)
        return false;
    p->place[p->n++] = (struct place){one, true, true};
    return true;
}

static bool read_pattern(struct str text, struct pattern *ret)
{
    ret->n = 0;
    if (text.n && text.at[0] == '^')
        text = (struct str){text.at + 1, text.n - 1};
    if (text.n && text.at[text.n - 1] == '$' && (text.n < 2 || text.at[text.n - 2] != '\\'))
        text.n--;
    while (text.n) {
        struct str one;
        uint64_t least;
        uint64_t most;
        if (!read_one(&text, &one) || !read_times(&text, &least, &most) ||
            (text.n && memchr("*+?{", text.at[0], 4)) || !add(ret, one, least, most))
            return false;
    }
    return true;
}

bool pattern_is_fine(struct str pattern)
{
    struct pattern p;
    return read_pattern(pattern, &p);
}

/* --- matching ------------------------------------------------------------------------------- */

/* From a place one can go on to those behind it that may be missing. */
static void spread(const struct pattern *p, bool *at)
{
    for (size_t i = 0; i < p->n; i++)
        if (at[i] && p->place[i].may_miss)
            at[i + 1] = true;
}

bool pattern_fits(struct str pattern, struct str text)
{
    struct pattern p;
    bool at[PLACES_MAX + 1] = {true}; /* (p.n + 1) can the text be here? */
    if (!read_pattern(pattern, &p))
        return false;
    spread(&p, at);
    while (text.n) {
        bool then[PLACES_MAX + 1] = {false};
        uint32_t c = next(&text);
        for (size_t i = 0; i < p.n; i++)
            if (at[i] && fits_one(p.place[i].one, c))
                then[p.place[i].may_repeat ? i : i + 1] = true;
        spread(&p, then);
        memcpy(at, then, sizeof at);
    }
    return at[p.n];
}
