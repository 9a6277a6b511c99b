/* SPDX-License-Identifier: GPL-3.0-or-later */
/* num: decimals in and out, the same on every machine and in every locale.
 *
 * A decimal from outside is an integer mantissa and a power of ten, exactly as typed. A double
 * leaves as the shortest decimal that reads back as the same double.
 */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* value = mantissa * 10^exponent; minimal: mantissa does not end in 0, 0 is 0 * 10^0. */
struct decimal {
    int64_t mantissa;
    int exponent;
};

enum num_read {
    NUM_OK = 0,
    NUM_NOT_A_NUMBER,
    NUM_ROUNDED,  /* more than 18 digits: rounded half to even to 18; ret_value is filled */
    NUM_TOO_LARGE /* beyond 10^+-300 */
};

/* Read "-12.5", "+3", ".5", "7.", "1e-3". The decimal point is `point` ('.' or ','); blanks, signs
 * of currency, thousands separators, "inf", "nan" and hex are not numbers. -0 reads as 0. */
enum num_read num_decimal(struct str text, char point, struct decimal *ret_value);

/* The double nearest to a decimal, ties to even: correctly rounded. */
double num_double(struct decimal value);

enum { NUM_TEXT = 48 };

/* Write the shortest decimal that reads back as `value`: "0.1", "-12", "1e-07"; infinities as
 * "inf",
 * "-inf", not-a-number as "nan". Returns ret_text. Cost: up to 17 tries of printf and strtod. */
char *num_text(double value, char ret_text[NUM_TEXT]);

/* The same number, minimal. */
struct decimal num_shorten(struct decimal value);

/* Write a decimal exactly, without exponent where it fits NUM_TEXT. Returns ret_text. */
char *num_decimal_text(struct decimal value, char ret_text[NUM_TEXT]);

#endif
