/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "collect/view_int.h"

static const int64_t tens[] = {1, 10, 100, 1000, 10000};

/* floor(value * 10^digits); false beyond 180 degrees. */
static bool scaled_floor(struct decimal value, unsigned digits, int64_t *ret)
{
    int e = value.exponent + (int)digits;
    int64_t m = value.mantissa;
    for (; e > 0; e--) {
        if (m > 180000 || m < -180000)
            return false;
        m *= 10;
    }
    for (; e < 0; e++)
        m = m / 10 - (m % 10 < 0);
    *ret = m;
    return m >= -180 * tens[digits] && m <= 180 * tens[digits];
}

struct str view_cell(struct arena *arena, struct str typed, char point, unsigned digits,
                     bool latitude)
{
    char text[NUM_TEXT];
    struct decimal value;
    const int64_t most = latitude ? 90 : 180;
    int64_t cell;
    BUG_IF(digits < 1 || digits > 3);
    enum num_read read = num_decimal(typed, point, &value);
    if ((read != NUM_OK && read != NUM_ROUNDED) || !scaled_floor(value, digits, &cell) ||
        cell > most * tens[digits] || cell < -most * tens[digits])
        return STR("");
    if (cell == most * tens[digits])
        cell--;
    const struct decimal centre = {.mantissa = 10 * cell + 5, .exponent = -(int)digits - 1};
    return arena_str(arena, str_of(num_decimal_text(centre, text)));
}

uint64_t view_cell_m(unsigned digits)
{
    static const uint64_t metres_of_degree = 78452;
    const uint64_t by = (uint64_t)tens[digits];
    return (metres_of_degree + by - 1) / by;
}

bool view_metres(struct str typed, char point, uint64_t *ret)
{
    struct decimal value;
    if (num_decimal(typed, point, &value) != NUM_OK || value.mantissa < 0)
        return false;
    double metres = num_double(value);
    if (!(metres >= 0 && metres < 4e7))
        return false;
    *ret = (uint64_t)metres;
    *ret += (double)*ret < metres;
    return true;
}
