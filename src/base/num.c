/* SPDX-License-Identifier: GPL-3.0-or-later */
/* strtod and printf are used in the C locale only: the program never calls setlocale (tools/lint
 * refuses it), and glibc and musl both round correctly in both directions. */
#include "base/num.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

enum { DIGITS_MAX = 18, EXPONENT_MAX = 300 };

/* What was read so far: `digits` significant ones in mantissa, the rest in `tail`. */
struct reading {
    int64_t mantissa;
    int digits;
    int exponent;
    int first_dropped; /* the first digit that found no room, -1 if none */
    bool more_dropped; /* a digit other than 0 was dropped behind it */
    bool any;
};

static void take_digit(struct reading *r, int digit, bool behind_point)
{
    r->any = true;
    if (r->digits < DIGITS_MAX) {
        r->mantissa = r->mantissa * 10 + digit;
        r->digits += r->mantissa != 0;
        r->exponent -= behind_point;
        return;
    }
    if (r->first_dropped < 0)
        r->first_dropped = digit;
    else
        r->more_dropped |= digit != 0;
    r->exponent += !behind_point;
}

/* Reads an optional "e-12" at s; false if what stands there is anything else. */
static bool take_exponent(struct str s, struct reading *r)
{
    if (s.n == 0)
        return true;
    if ((s.at[0] != 'e' && s.at[0] != 'E') || s.n < 2)
        return false;
    bool negative = s.at[1] == '-';
    size_t i = negative || s.at[1] == '+' ? 2 : 1;
    int value = 0;
    if (i == s.n)
        return false;
    for (; i < s.n; i++) {
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
        if (value < 100000)
            value = value * 10 + (s.at[i] - '0');
    }
    r->exponent += negative ? -value : value;
    return true;
}

static void round_half_even(struct reading *r)
{
    bool up = r->first_dropped > 5 || (r->first_dropped == 5 && r->more_dropped) ||
              (r->first_dropped == 5 && r->mantissa % 2 == 1);
    r->mantissa += up;
}

struct decimal num_shorten(struct decimal value)
{
    while (value.mantissa != 0 && value.mantissa % 10 == 0) {
        value.mantissa /= 10;
        value.exponent++;
    }
    if (value.mantissa == 0)
        value.exponent = 0;
    return value;
}

enum num_read num_decimal(struct str text, char point, struct decimal *ret_value)
{
    struct reading r = {.first_dropped = -1};
    bool negative = text.n && text.at[0] == '-';
    bool behind_point = false;
    size_t i = negative || (text.n && text.at[0] == '+') ? 1 : 0;
    for (; i < text.n; i++) {
        char c = text.at[i];
        if (c >= '0' && c <= '9')
            take_digit(&r, c - '0', behind_point);
        else if (c == point && !behind_point)
            behind_point = true;
        else
            break;
    }
    if (!r.any || !take_exponent((struct str){text.at + i, text.n - i}, &r))
        return NUM_NOT_A_NUMBER;
    round_half_even(&r);
    struct decimal value =
        num_shorten((struct decimal){negative ? -r.mantissa : r.mantissa, r.exponent});
    if (value.exponent > EXPONENT_MAX || value.exponent < -EXPONENT_MAX)
        return NUM_TOO_LARGE;
    *ret_value = value;
    return r.first_dropped > 0 || r.more_dropped ? NUM_ROUNDED : NUM_OK;
}

double num_double(struct decimal value)
{
    char text[48];
    snprintf(text, sizeof text, "%llde%d", (long long)value.mantissa, value.exponent);
    return strtod(text, NULL);
}

char *num_text(double value, char ret_text[NUM_TEXT])
{
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(ret_text, NUM_TEXT, "%.*g", digits, value);
        if (strtod(ret_text, NULL) == value)
            break;
    }
    if (value == 0)
        snprintf(ret_text, NUM_TEXT, "0");
    if (value != value)
        snprintf(ret_text, NUM_TEXT, "nan");
    return ret_text;
}

char *num_decimal_text(struct decimal value, char ret_text[NUM_TEXT])
{
    char digits[24];
    const char *sign = value.mantissa < 0 ? "-" : "";
    uint64_t size = value.mantissa < 0 ? 0 - (uint64_t)value.mantissa : (uint64_t)value.mantissa;
    snprintf(digits, sizeof digits, "%llu", (unsigned long long)size);
    int n = (int)strlen(digits);
    int whole = n + value.exponent;
    if (value.exponent >= 0 && whole <= 24)
        snprintf(ret_text, NUM_TEXT, "%s%s%.*s", sign, digits, value.exponent,
                 "000000000000000000000000");
    else if (value.exponent < 0 && whole > 0)
        snprintf(ret_text, NUM_TEXT, "%s%.*s.%s", sign, whole, digits, digits + whole);
    else if (value.exponent < 0 && whole > -8)
        snprintf(ret_text, NUM_TEXT, "%s0.%.*s%s", sign, -whole, "0000000", digits);
    else
        snprintf(ret_text, NUM_TEXT, "%s%se%d", sign, digits, value.exponent);
    return ret_text;
}
