/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A text is first taken apart without an order (struct parsed); then an order says which number is
 * the day. So a column can be judged before its order is known.
 */
#include "read/date.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"

enum {
    YEAR_MAX = 9999,
    DAY_SECONDS = 86400,
    FRACTION_DIGITS = 6,
    TEXT_MAX_BYTES = 64,
    DECIMALS_MAX = 18
};

enum shape {
    SHAPE_NONE = 0,
    SHAPE_YEAR_FIRST,
    SHAPE_NAMED,     /* the month by name */
    SHAPE_YEAR_LAST, /* two numbers, then the year */
    SHAPE_SHORT,     /* the same with a year of two digits */
    SHAPE_COMPACT
};

struct parsed {
    enum shape shape;
    bool dotted;
    int year;
    int month; /* YEAR_LAST: the second number */
    int day;   /* YEAR_LAST: the first number */
    bool has_clock;
    bool clock_dotted;
    int second;       /* of the day */
    int64_t fraction; /* in 10^-FRACTION_DIGITS seconds */
    bool has_offset;
    int offset_minutes;
};

/* --- pieces of text --------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char lower(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return c;
}

/* The next character; NUL at the end. */
static char front(const struct str *s)
{
    if (s->n == 0)
        return '\0';
    return s->at[0];
}

static void skip(struct str *s, size_t n)
{
    s->at += n;
    s->n -= n;
}

static size_t skip_blanks(struct str *s)
{
    size_t n = 0;
    while (n < s->n && s->at[n] == ' ')
        n++;
    skip(s, n);
    return n;
}

static bool skip_char(struct str *s, char c)
{
    if (s->n == 0 || s->at[0] != c)
        return false;
    skip(s, 1);
    return true;
}

/* All digits that come next, at most 8 of them; returns how many there were. */
static size_t take_number(struct str *s, int *ret)
{
    size_t n = 0;
    *ret = 0;
    while (n < s->n && is_digit(s->at[n])) {
        if (n == 8)
            return 9;
        *ret = *ret * 10 + (s->at[n] - '0');
        n++;
    }
    skip(s, n);
    return n;
}

/* The month whose name, long or short, comes next; 0 if none does. Longer names come first, so that
 * "Juni" is not "Jun" and an i. */
static int take_month(struct str *s)
{
    static const struct {
        const char *name;
        int month;
    } names[] = {
        {"september", 9}, {"december", 12}, {"dezember", 12}, {"february", 2}, {"november", 11},
        {"january", 1},   {"februar", 2},   {"october", 10},  {"oktober", 10}, {"jänner", 1},
        {"januar", 1},    {"august", 8},    {"april", 4},     {"march", 3},    {"märz", 3},
        {"mÄrz", 3},      {"june", 6},      {"juni", 6},      {"july", 7},     {"juli", 7},
        {"sept", 9},      {"mrz", 3},       {"mär", 3},       {"jan", 1},      {"feb", 2},
        {"mar", 3},       {"apr", 4},       {"may", 5},       {"mai", 5},      {"jun", 6},
        {"jul", 7},       {"aug", 8},       {"sep", 9},       {"oct", 10},     {"okt", 10},
        {"nov", 11},      {"dec", 12},      {"dez", 12},
    };
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct str name = str_of(names[i].name);
        size_t n = 0;
        while (n < name.n && n < s->n && lower(s->at[n]) == name.at[n])
            n++;
        if (n < name.n)
            continue;
        skip(s, n);
        return names[i].month;
    }
    return 0;
}

/* --- dates ------------------------------------------------------------------------------------ */

static bool take_year_first(struct str *s, struct parsed *p)
{
    char separator = front(s);
    if (separator != '-' && separator != '/' && separator != '.')
        return false;
    skip(s, 1);
    size_t months = take_number(s, &p->month);
    if (months < 1 || months > 2 || !skip_char(s, separator))
        return false;
    size_t days = take_number(s, &p->day);
    p->shape = SHAPE_YEAR_FIRST;
    return days >= 1 && days <= 2;
}

static bool take_year(struct str *s, struct parsed *p)
{
    size_t digits = take_number(s, &p->year);
    if (digits == 2 && p->shape == SHAPE_YEAR_LAST)
        p->shape = SHAPE_SHORT;
    return digits == 4 || p->shape == SHAPE_SHORT;
}

/* Behind the day: ". Mai 2021", "-Mar-2020", " May 2021", "May2021". */
static bool take_named(struct str *s, struct parsed *p)
{
    if (!skip_char(s, '-') && !skip_char(s, '/'))
        (void)skip_char(s, '.');
    skip_blanks(s);
    p->month = take_month(s);
    p->shape = SHAPE_NAMED;
    if (p->month == 0)
        return false;
    (void)skip_char(s, '.');
    if (!skip_char(s, '-') && !skip_char(s, '/'))
        (void)skip_char(s, ',');
    skip_blanks(s);
    return take_year(s, p);
}

static bool take_year_last(struct str *s, struct parsed *p)
{
    char separator = front(s);
    if (separator != '-' && separator != '/' && separator != '.')
        return false;
    p->dotted = separator == '.';
    p->shape = SHAPE_YEAR_LAST;
    skip(s, 1);
    if (p->dotted)
        skip_blanks(s);
    size_t digits = take_number(s, &p->month);
    if (digits < 1 || digits > 2 || !skip_char(s, separator))
        return false;
    if (p->dotted)
        skip_blanks(s);
    return take_year(s, p);
}

static bool take_date(struct str *s, struct parsed *p)
{
    int first;
    size_t digits = take_number(s, &first);
    if (digits == 8) {
        p->shape = SHAPE_COMPACT;
        p->year = first / 10000;
        p->month = first / 100 % 100;
        p->day = first % 100;
        return true;
    }
    if (digits == 4) {
        p->year = first;
        return take_year_first(s, p);
    }
    if (digits < 1 || digits > 2)
        return false;
    p->day = first;
    struct str rest = *s;
    if (take_year_last(s, p))
        return true;
    *s = rest;
    p->dotted = false;
    return take_named(s, p);
}

/* --- times of day ----------------------------------------------------------------------------- */

static bool take_fraction(struct str *s, struct parsed *p)
{
    int digits = 0;
    if (s->n < 2 || (s->at[0] != '.' && s->at[0] != ',') || !is_digit(s->at[1]))
        return true;
    skip(s, 1);
    for (; s->n && is_digit(s->at[0]); skip(s, 1), digits++) {
        if (digits >= FRACTION_DIGITS && s->at[0] != '0')
            return false;
        if (digits < FRACTION_DIGITS)
            p->fraction = p->fraction * 10 + (s->at[0] - '0');
    }
    for (; digits < FRACTION_DIGITS; digits++)
        p->fraction *= 10;
    return true;
}

/* " am", "PM": hours run from 1 to 12 then. */
static bool take_half_day(struct str *s, int *hour)
{
    struct str rest = *s;
    skip_blanks(&rest);
    if (rest.n < 2 || lower(rest.at[1]) != 'm' ||
        (lower(rest.at[0]) != 'a' && lower(rest.at[0]) != 'p'))
        return true;
    bool after_noon = lower(rest.at[0]) == 'p';
    if (*hour < 1 || *hour > 12)
        return false;
    *hour = *hour % 12 + (after_noon ? 12 : 0);
    skip(&rest, 2);
    *s = rest;
    return true;
}

static bool take_offset(struct str *s, struct parsed *p)
{
    struct str rest = *s;
    int hours, minutes = 0;
    skip_blanks(&rest);
    if (skip_char(&rest, 'Z')) {
        p->has_offset = true;
        *s = rest;
        return true;
    }
    bool minus = rest.n && rest.at[0] == '-';
    if (!minus && (rest.n == 0 || rest.at[0] != '+'))
        return true;
    skip(&rest, 1);
    size_t digits = take_number(&rest, &hours);
    bool parted = digits == 2 && skip_char(&rest, ':');
    if ((digits != 2 && digits != 4) || (parted && take_number(&rest, &minutes) != 2))
        return false;
    if (digits == 4) {
        minutes = hours % 100;
        hours /= 100;
    }
    p->has_offset = true;
    p->offset_minutes = (hours * 60 + minutes) * (minus ? -1 : 1);
    *s = rest;
    return hours <= 18 && minutes < 60;
}

static bool take_clock(struct str *s, struct parsed *p)
{
    int hour, minute, second = 0;
    size_t digits = take_number(s, &hour);
    char separator = front(s);
    if (digits < 1 || digits > 2 || (separator != ':' && separator != '.'))
        return false;
    skip(s, 1);
    if (take_number(s, &minute) != 2)
        return false;
    bool has_seconds = skip_char(s, separator);
    if (has_seconds ? take_number(s, &second) != 2 : separator == '.')
        return false;
    p->has_clock = true;
    p->clock_dotted = separator == '.';
    if (has_seconds && !take_fraction(s, p))
        return false;
    if (!take_half_day(s, &hour) || !take_offset(s, p))
        return false;
    p->second = (hour * 60 + minute) * 60 + second;
    return hour < 24 && minute < 60 && second < 60;
}

/* --- all of it -------------------------------------------------------------------------------- */

static bool parse_clock(struct str text, struct parsed *ret)
{
    *ret = (struct parsed){.shape = SHAPE_NONE};
    return take_clock(&text, ret) && text.n == 0;
}

static bool parse_date(struct str text, struct parsed *ret)
{
    *ret = (struct parsed){.shape = SHAPE_NONE};
    if (!take_date(&text, ret))
        return false;
    if (text.n == 0)
        return true;
    if (ret->shape == SHAPE_COMPACT)
        return false;
    (void)skip_char(&text, ',');
    size_t blanks = skip_blanks(&text);
    if (blanks == 0 && !skip_char(&text, 'T') && !skip_char(&text, 't'))
        return false;
    return take_clock(&text, ret) && text.n == 0;
}

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

static bool is_valid(int year, int month, int day)
{
    return year >= 1 && year <= YEAR_MAX && month >= 1 && month <= 12 && day >= 1 &&
           day <= month_days(year, month);
}

static bool may_be_time(struct str text)
{
    return text.n >= 4 && text.n <= TEXT_MAX_BYTES && is_digit(text.at[0]);
}

/* Which orders give a date. */
static void look_at_date(const struct parsed *p, struct date_look *ret)
{
    bool straight = is_valid(p->year, p->month, p->day);
    bool turned = is_valid(p->year, p->day, p->month);
    switch (p->shape) {
    case SHAPE_NONE:
        return;
    case SHAPE_COMPACT:
        ret->compact = straight;
        ret->year = p->year;
        return;
    case SHAPE_SHORT: /* the year 2000 had a 29 February, as one in four has */
        ret->short_year = is_valid(2000 + p->year, p->month, p->day) ||
                          is_valid(2000 + p->year, p->day, p->month);
        return;
    case SHAPE_YEAR_FIRST:
    case SHAPE_NAMED:
        ret->dmy = ret->mdy = straight;
        break;
    case SHAPE_YEAR_LAST:
        ret->dmy = straight;
        ret->mdy = turned && !(p->dotted && straight && p->day != p->month);
        ret->open = ret->dmy && ret->mdy && p->day != p->month;
        break;
    }
    if (!ret->dmy && !ret->mdy)
        return;
    ret->kind = p->has_clock ? TIME_STAMP : TIME_DATE;
    ret->year = p->year;
    ret->has_fraction = p->fraction != 0;
    ret->has_offset = p->has_offset;
    ret->offset_minutes = p->offset_minutes;
}

struct date_look date_look(struct str text)
{
    struct date_look ret = {.kind = TIME_NONE};
    struct parsed p;
    if (!may_be_time(text))
        return ret;
    if (parse_date(text, &p))
        look_at_date(&p, &ret);
    if (ret.kind == TIME_NONE && !ret.compact && parse_clock(text, &p)) {
        ret.kind = TIME_CLOCK;
        ret.has_fraction = p.fraction != 0;
        ret.has_offset = p.has_offset;
        ret.offset_minutes = p.offset_minutes;
    }
    return ret;
}

/* --- values ----------------------------------------------------------------------------------- */

static struct decimal value_of(int64_t seconds, int64_t fraction)
{
    struct decimal value = {seconds, 0};
    if (fraction) {
        for (int i = 0; i < FRACTION_DIGITS; i++)
            value.mantissa *= 10; /* below 10^12 * 10^6 */
        value.mantissa += fraction;
        value.exponent = -FRACTION_DIGITS;
    }
    return num_shorten(value);
}

/* Day and month in the order asked for. */
static bool put_in_order(struct parsed *p, enum date_order order)
{
    int day = p->day;
    switch (p->shape) {
    case SHAPE_NONE:
    case SHAPE_SHORT:
        return false;
    case SHAPE_COMPACT:
        return order == DATE_COMPACT;
    case SHAPE_YEAR_FIRST:
    case SHAPE_NAMED:
        return true;
    case SHAPE_YEAR_LAST:
        break;
    }
    if (order == DATE_MDY && p->dotted && day != p->month && is_valid(p->year, p->month, day))
        return false; /* nobody writes dots this way round */
    if (order == DATE_MDY) {
        p->day = p->month;
        p->month = day;
    }
    return order == DATE_DMY || order == DATE_MDY || p->day == p->month;
}

bool date_read(struct str text, enum column_time kind, enum date_order order, struct decimal *ret)
{
    struct parsed p;
    if (order == DATE_NEVER || !may_be_time(text))
        return false;
    if (kind == TIME_CLOCK) {
        if (!parse_clock(text, &p))
            return false;
        *ret = value_of(p.second, p.fraction);
        return true;
    }
    if (!parse_date(text, &p) || p.has_clock != (kind == TIME_STAMP) || !put_in_order(&p, order) ||
        !is_valid(p.year, p.month, p.day))
        return false;
    int64_t days = date_days((struct date_civil){p.year, p.month, p.day});
    *ret =
        kind == TIME_DATE ? value_of(days, 0) : value_of(days * DAY_SECONDS + p.second, p.fraction);
    return true;
}

/* --- the calendar ----------------------------------------------------------------------------- */

/* Years begin in March here, so that the leap day is the last one, and 400 years (an era) have
 * 146,097 days. */
int64_t date_days(struct date_civil civil)
{
    int year = civil.year - (civil.month <= 2);
    int era = (year >= 0 ? year : year - 399) / 400;
    int year_of_era = year - era * 400;
    int march_month = civil.month > 2 ? civil.month - 3 : civil.month + 9;
    int day_of_year = (153 * march_month + 2) / 5 + civil.day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (int64_t)era * 146097 + day_of_era - 719468;
}

struct date_civil date_from_days(int64_t days)
{
    int64_t shifted = days + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int day_of_era = (int)(shifted - era * 146097);
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int march_month = (5 * day_of_year + 2) / 153;
    struct date_civil civil;
    civil.day = day_of_year - (153 * march_month + 2) / 5 + 1;
    civil.month = march_month < 10 ? march_month + 3 : march_month - 9;
    civil.year = (int)(year_of_era + era * 400) + (civil.month <= 2);
    return civil;
}

int date_day_of_year(int64_t days)
{
    struct date_civil first = {date_from_days(days).year, 1, 1};
    return (int)(days - date_days(first)) + 1;
}

/* --- words ------------------------------------------------------------------------------------ */

static const char *const order_word[] = {
    [DATE_OPEN] = "",   [DATE_DMY] = "dmy",          [DATE_MDY] = "mdy",
    [DATE_YMD] = "ymd", [DATE_COMPACT] = "yyyymmdd", [DATE_NEVER] = "none"};

bool date_order_read(struct str word, enum date_order *ret)
{
    for (size_t i = 1; i < COUNT_OF(order_word); i++) {
        if (!str_eq(word, str_of(order_word[i])))
            continue;
        *ret = (enum date_order)i;
        return true;
    }
    return false;
}

const char *date_order_word(enum date_order order)
{
    return order_word[order];
}

/* Rounded down to a whole number; what is left, in 10^-FRACTION_DIGITS, goes to ret_rest. */
static int64_t whole(struct decimal value, int *ret_rest)
{
    int64_t m = value.mantissa;
    int64_t unit = 1;
    for (int e = value.exponent; e < 0 && e >= -FRACTION_DIGITS; e++)
        unit *= 10;
    for (int e = value.exponent; e > 0 && m < INT64_MAX / 10 && m > INT64_MIN / 10; e--)
        m *= 10;
    int64_t n = m / unit - (m % unit < 0);
    *ret_rest = (int)((m - n * unit) * (1000000 / unit));
    return n;
}

char *date_text(enum column_time kind, struct decimal value, char ret_text[DATE_TEXT])
{
    int rest;
    int64_t n = whole(value, &rest);
    int64_t days = kind == TIME_DATE ? n : n / DAY_SECONDS - (n % DAY_SECONDS < 0);
    int second = kind == TIME_DATE ? 0 : (int)(n - days * DAY_SECONDS);
    struct date_civil civil = date_from_days(days);
    char date[DATE_TEXT / 2] = "", clock[DATE_TEXT / 2] = "";
    if (kind != TIME_CLOCK)
        (void)snprintf(date, sizeof date, "%04d-%02d-%02d", civil.year, civil.month, civil.day);
    if (kind != TIME_DATE)
        (void)snprintf(clock, sizeof clock, "%02d:%02d:%02d", second / 3600, second / 60 % 60,
                       second % 60);
    (void)snprintf(ret_text, DATE_TEXT, "%s%s%s", date, kind == TIME_STAMP ? " " : "", clock);
    size_t end = strlen(ret_text);
    if (kind != TIME_DATE && rest) {
        (void)snprintf(ret_text + end, DATE_TEXT - end, ".%06d", rest);
        for (end = strlen(ret_text); ret_text[end - 1] == '0'; end--)
            ret_text[end - 1] = '\0';
    }
    return ret_text;
}
