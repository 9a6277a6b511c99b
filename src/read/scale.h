/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scale: the one power of ten of a number column.
 *
 * top = the largest (digits + exponent) of the column's numbers, so with an exponent of at least
 * top - 18 every mantissa has at most 18 digits. A number that is rounded to it has fewer digits
 * than that, so carrying cannot give it a nineteenth.
 */
#ifndef READ_SCALE_H
#define READ_SCALE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/num.h"

enum { SCALE_DIGITS = 18 };

/* 10^0 … 10^18. */
extern const int64_t scale_ten[SCALE_DIGITS + 1];

/* What the numbers of a column need; {0} before the first. 0 needs nothing. */
struct scale {
    bool any;
    int exponent; /* the smallest */
    int top;
};

/* Take a number into account. */
void scale_learn(struct scale *scale, struct decimal value);

/* The exponent for all numbers: the smallest, or the first with which all fit 18 digits. */
int scale_exponent(const struct scale *scale);

/* True if the mantissa of a number under this exponent has at most 18 digits. */
bool scale_fits(struct decimal value, int exponent);

/* The mantissa of a number that fits, exact or rounded half to even. */
int64_t scale_apply(struct decimal value, int exponent, bool *ret_rounded);

#endif
