/* SPDX-License-Identifier: GPL-3.0-or-later */
/* total: the exact sum of a column's numbers, whatever their order.
 *
 * A mantissa m (|m| < 10^18) is added in two parts, m = high * 2^30 + low with 0 <= low < 2^30:
 * then neither sum can overflow in 2^32 cells, more than a table has (|high| < 2^30), and no
 * processor needs integers of 128 bits.
 */
#ifndef READ_TOTAL_H
#define READ_TOTAL_H

#include <stdint.h>

/* {0} is the sum of nothing. */
struct total {
    int64_t high;
    int64_t low;
};

enum { TOTAL_LOW_BITS = 30, TOTAL_TEXT = 64 };

/* Add a mantissa below 10^18, from either side of zero. Cost: two additions. */
static inline void total_add(struct total *total, int64_t mantissa)
{
    const int64_t low = mantissa & ((INT64_C(1) << TOTAL_LOW_BITS) - 1);
    total->high += (mantissa - low) / (INT64_C(1) << TOTAL_LOW_BITS);
    total->low += low;
}

/* Add another sum; both together are of at most 2^32 cells. */
void total_merge(struct total *total, const struct total *other);

/* Write sum * 10^exponent exactly: "1046686517.4", "-3", "12e200"; without an exponent where it has
 * at most 40 digits, without zeros at the end behind the point. Returns ret_text. */
char *total_text(const struct total *total, int exponent, char ret_text[TOTAL_TEXT]);

#endif
