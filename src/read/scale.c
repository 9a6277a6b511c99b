/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/scale.h"

#include "base/check.h"

const int64_t scale_ten[SCALE_DIGITS + 1] = {
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
    while (n <= SCALE_DIGITS && size >= scale_ten[n])
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
    int least = scale->top - SCALE_DIGITS;
    return scale->exponent > least ? scale->exponent : least;
}

bool scale_fits(struct decimal value, int exponent)
{
    return value.mantissa == 0 ||
           digits_of(value.mantissa) + value.exponent - exponent <= SCALE_DIGITS;
}

int64_t scale_apply(struct decimal value, int exponent, bool *ret_rounded)
{
    *ret_rounded = false;
    if (value.mantissa == 0)
        return 0;
    if (value.exponent >= exponent) {
        BUG_IF(value.exponent - exponent > SCALE_DIGITS);
        return value.mantissa * scale_ten[value.exponent - exponent];
    }
    *ret_rounded = true;
    int dropped = exponent - value.exponent;
    if (dropped > SCALE_DIGITS)
        return 0;
    int64_t quotient = value.mantissa / scale_ten[dropped];
    int64_t rest = value.mantissa % scale_ten[dropped];
    int64_t twice = rest < 0 ? -2 * rest : 2 * rest;
    bool away = twice > scale_ten[dropped] || (twice == scale_ten[dropped] && quotient % 2 != 0);
    return quotient + (away ? (rest < 0 ? -1 : 1) : 0);
}
