/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/scale.h"

#include "base/check.h"

enum { DIGITS_MAX = 18 };

static const int64_t power[DIGITS_MAX + 1] = {
    1,
    10,
    100,
    1000,
    10000,
    100000,
    1000000,
    10000000,
    100000000,
    1000000000,
    10000000000,
    100000000000,
    1000000000000,
    10000000000000,
    100000000000000,
    1000000000000000,
    10000000000000000,
    100000000000000000,
    1000000000000000000,
};

static int digits_of(int64_t mantissa)
{
    int64_t size = mantissa < 0 ? -mantissa : mantissa;
    int n = 1;
    while (n <= DIGITS_MAX && size >= power[n])
        n++;
    return n;
}

void scale_learn(struct scale *scale, struct decimal value)
{
    if (value.mantissa == 0)
        return;
    int top = digits_of(value.mantissa) + value.exponent;
    if (!scale->any || value.exponent < scale->exponent)
        scale->exponent = value.exponent;
    if (!scale->any || top > scale->top)
        scale->top = top;
    scale->any = true;
}

int scale_exponent(const struct scale *scale)
{
    int least = scale->top - DIGITS_MAX;
    return scale->exponent > least ? scale->exponent : least;
}

bool scale_fits(struct decimal value, int exponent)
{
    return value.mantissa == 0 ||
           digits_of(value.mantissa) + value.exponent - exponent <= DIGITS_MAX;
}

int64_t scale_apply(struct decimal value, int exponent, bool *ret_rounded)
{
    *ret_rounded = false;
    if (value.mantissa == 0)
        return 0;
    if (value.exponent >= exponent) {
        BUG_IF(value.exponent - exponent > DIGITS_MAX);
        return value.mantissa * power[value.exponent - exponent];
    }
    *ret_rounded = true;
    int dropped = exponent - value.exponent;
    if (dropped > DIGITS_MAX)
        return 0;
    int64_t quotient = value.mantissa / power[dropped];
    int64_t rest = value.mantissa % power[dropped];
    int64_t twice = rest < 0 ? -2 * rest : 2 * rest;
    bool away = twice > power[dropped] || (twice == power[dropped] && quotient % 2 != 0);
    return quotient + (away ? (rest < 0 ? -1 : 1) : 0);
}
