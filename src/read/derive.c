/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/derive.h"

#include "base/check.h"
#include "read/date.h"

enum { DAY_SECONDS = 86400, HOUR_SECONDS = 3600, HOUR_DIGITS = 4 };

static const char *const words[DERIVE_COUNT] = {"day of year", "hour"};

const char *derive_word(enum derive_part part)
{
    return words[part];
}

bool derive_word_read(struct str word, enum derive_part *ret)
{
    for (int p = 0; p < DERIVE_COUNT; p++) {
        if (!str_eq(word, str_of(words[p])))
            continue;
        *ret = (enum derive_part)p;
        return true;
    }
    return false;
}

bool derive_has(enum column_time time, enum derive_part part)
{
    switch (time) {
    case TIME_NONE:
        return false;
    case TIME_DATE:
        return part == DERIVE_DAY_OF_YEAR;
    case TIME_CLOCK:
        return part == DERIVE_HOUR;
    case TIME_STAMP:
        break;
    }
    return true;
}

struct str derive_name(struct arena *arena, struct str name, enum derive_part part)
{
    return str_of(arena_printf(arena, "%.*s: %s", STR_ARG(name), words[part]));
}

/* value = whole * 10^0 + the rest, which is below 1 and counted in 10^-6. */
static int64_t split(struct decimal value, int64_t *ret_micro)
{
    int64_t m = value.mantissa;
    int64_t unit = 1;
    for (int e = value.exponent; e > 0; e--)
        m *= 10;
    for (int e = value.exponent; e < 0; e++)
        unit *= 10;
    int64_t whole = m / unit - (m % unit < 0);
    BUG_IF(unit > 1000000);
    *ret_micro = (m - whole * unit) * (1000000 / unit);
    return whole;
}

/* hours * 10^4 = micro * 10^4 / (3600 * 10^6) = micro / 360,000, half to even. */
static struct decimal hours(int64_t second, int64_t micro)
{
    const int64_t tick = INT64_C(360000);
    int64_t all = second * 1000000 + micro; /* below 86,400 * 10^6 */
    int64_t quotient = all / tick;
    int64_t twice = all % tick * 2;
    if (twice > tick || (twice == tick && quotient % 2 != 0))
        quotient++;
    return num_shorten((struct decimal){quotient, -HOUR_DIGITS});
}

struct decimal derive_value(enum column_time time, enum derive_part part, struct decimal value)
{
    int64_t micro;
    int64_t whole = split(value, &micro);
    int64_t days = time == TIME_DATE ? whole : whole / DAY_SECONDS - (whole % DAY_SECONDS < 0);
    BUG_IF(!derive_has(time, part));
    if (part == DERIVE_DAY_OF_YEAR)
        return num_shorten((struct decimal){date_day_of_year(days), 0});
    return hours(time == TIME_CLOCK ? whole : whole - days * DAY_SECONDS, micro);
}
