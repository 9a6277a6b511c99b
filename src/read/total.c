/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/total.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* 2^64 * 2^30 has 29 digits. */
enum { DIGITS = 32, PLAIN_DIGITS = 40 };

void total_merge(struct total *total, const struct total *other)
{
    total->high += other->high;
    total->low += other->low;
}

/* The digits of high * 2^30 + low, low < 2^30, without zeros in front; "0" for nothing. */
static const char *digits_of(uint64_t high, uint64_t low, char at[DIGITS + 1])
{
    /* In pieces of 30 bits, the most significant first; dividing them by ten leaves a digit. */
    const uint64_t mask = (UINT64_C(1) << TOTAL_LOW_BITS) - 1;
    uint64_t piece[] = {high >> TOTAL_LOW_BITS, high & mask, low};
    size_t n = DIGITS;
    at[n] = '\0';
    do {
        uint64_t rest = 0;
        for (size_t i = 0; i < 3; i++) {
            uint64_t value = rest << TOTAL_LOW_BITS | piece[i];
            piece[i] = value / 10;
            rest = value % 10;
        }
        at[--n] = (char)('0' + rest);
    } while (piece[0] || piece[1] || piece[2]);
    return at + n;
}

char *total_text(const struct total *total, int exponent, char ret_text[TOTAL_TEXT])
{
    char at[DIGITS + 1];
    /* First 0 <= low < 2^30: the sum is then negative exactly if high is. */
    const int64_t one = INT64_C(1) << TOTAL_LOW_BITS;
    int64_t high = total->high + total->low / one;
    int64_t low = total->low % one;
    const bool negative = high < 0;
    if (negative) {
        high = -high - (low > 0);
        low = low > 0 ? one - low : 0;
    }
    const char *digits = digits_of((uint64_t)high, (uint64_t)low, at);
    const char *sign = negative ? "-" : "";
    int n = (int)strlen(digits);
    if (*digits == '0')
        exponent = 0;
    for (; exponent < 0 && digits[n - 1] == '0'; exponent++)
        n--;
    const int before = n + exponent; /* digits in front of the point */
    if (before > PLAIN_DIGITS || -exponent > PLAIN_DIGITS)
        (void)snprintf(ret_text, TOTAL_TEXT, "%s%.*se%d", sign, n, digits, exponent);
    else if (exponent >= 0)
        (void)snprintf(ret_text, TOTAL_TEXT, "%s%.*s%.*s", sign, n, digits, exponent,
                       "0000000000000000000000000000000000000000");
    else if (before > 0)
        (void)snprintf(ret_text, TOTAL_TEXT, "%s%.*s.%.*s", sign, before, digits, n - before,
                       digits + before);
    else
        (void)snprintf(ret_text, TOTAL_TEXT, "%s0.%.*s%.*s", sign, -before,
                       "0000000000000000000000000000000000000000", n, digits);
    return ret_text;
}
