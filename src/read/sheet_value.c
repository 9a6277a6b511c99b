/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers, dates and times of a spreadsheet as text. */
#include <string.h>

#include "base/num.h"
#include "read/sheet.h"

/* --- numbers ------------------------------------------------------------------------------ */

static bool is_whole(struct str text)
{
    for (size_t i = 0; i < text.n; i++)
        if ((text.at[i] < '0' || text.at[i] > '9') && !(i == 0 && text.at[i] == '-' && text.n > 1))
            return false;
    return text.n > 0 && text.n < SHEET_VALUE_TEXT;
}

static unsigned digits_of(int64_t mantissa)
{
    unsigned n = 0;
    for (; mantissa; mantissa /= 10)
        n++;
    return n;
}

/* "-12.5": written as it would be written, as most numbers are; it saves reading them. */
static bool is_plain(struct str text)
{
    size_t point = text.n;
    size_t i = text.n && text.at[0] == '-';
    if (text.n > 16 || text.n < i + 3 || text.at[text.n - 1] == '0' ||
        (text.at[i] == '0' && text.at[i + 1] != '.') ||
        str_starts((struct str){text.at + i, text.n - i}, STR("0.00000000")))
        return false;
    for (size_t first = i; i < text.n; i++) {
        bool digit = text.at[i] >= '0' && text.at[i] <= '9';
        if (!digit && (text.at[i] != '.' || point < text.n || i == first))
            return false;
        if (!digit)
            point = i;
    }
    return point + 1 < text.n;
}

bool sheet_number(struct str text, struct buf *out)
{
    const unsigned exact_digits = 15;
    struct decimal value;
    char written[NUM_TEXT];
    if (is_whole(text) || is_plain(text)) {
        buf_str(out, text);
        return true;
    }
    enum num_read read = num_decimal(text, '.', &value);
    if (read != NUM_OK && read != NUM_ROUNDED)
        return false;
    if (read == NUM_ROUNDED || digits_of(value.mantissa) > exact_digits)
        buf_text(out, num_text(num_double(value), written));
    else
        buf_text(out, num_decimal_text(value, written));
    return true;
}

/* --- dates -------------------------------------------------------------------------------- */

enum {
    MS_PER_DAY = 86400000,
    DAYS_TO_1900 = 693899, /* from 1 March of the year 0 to 30 December 1899 */
    DAYS_TO_1904 = 695361, /* … to 1 January 1904 */
    NEVER_WAS = 60,        /* the serial of 29 February 1900 */
    SERIAL_MAX = 2958465   /* 31 December 9999 in the 1900 count */
};

/* A day of the Gregorian calendar, counted from 1 March of the year 0: years begin in March here,
   so that the leap day is the last of them. 400 years have 146,097 days. SOURCE: H. Hinnant,
   chrono-Compatible Low-Level Date Algorithms (2013), civil_from_days. */
static void add_day(struct buf *out, int64_t day)
{
    int64_t era = day / 146097;
    int64_t in_era = day % 146097;
    int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * in_year + 2) / 153; /* 0: March */
    int64_t in_month = in_year - (153 * month + 2) / 5 + 1;
    year += 400 * era + (month >= 10);
    month += month >= 10 ? -9 : 3;
    buf_printf(out, "%04lld-%02lld-%02lld", (long long)year, (long long)month, (long long)in_month);
}

static void add_time(struct buf *out, int64_t ms)
{
    buf_printf(out, "%02lld:%02lld:%02lld", (long long)(ms / 3600000), (long long)(ms / 60000 % 60),
               (long long)(ms / 1000 % 60));
    if (ms % 1000)
        buf_printf(out, ".%03lld", (long long)(ms % 1000));
}

/* The day of a serial number; false if there is none. */
static bool day_of(int64_t serial, bool epoch_1904, int64_t *ret_day)
{
    if (serial < 0 || serial > SERIAL_MAX - (epoch_1904 ? DAYS_TO_1904 - DAYS_TO_1900 : 0))
        return false;
    if (epoch_1904) {
        *ret_day = DAYS_TO_1904 + serial;
        return true;
    }
    *ret_day = DAYS_TO_1900 + serial + (serial < NEVER_WAS);
    return serial != NEVER_WAS && serial != 0;
}

bool sheet_date(struct str text, enum sheet_format format, bool epoch_1904, struct buf *out)
{
    struct decimal value;
    int64_t day;
    enum num_read read = num_decimal(text, '.', &value);
    if (read != NUM_OK && read != NUM_ROUNDED)
        return false;
    double serial = num_double(value);
    if (!(serial >= 0) || serial > SERIAL_MAX + 1.0)
        return false;
    int64_t ms = (int64_t)(serial * MS_PER_DAY + 0.5);
    if (serial < 1 && ms == MS_PER_DAY)
        ms--; /* rounded up to a day that it does not name */
    int64_t in_day = ms % MS_PER_DAY;
    bool time_only = format == SHEET_TIME && ms < MS_PER_DAY;
    /* A time that was given the look of a date. */
    time_only = time_only || (!epoch_1904 && ms < MS_PER_DAY && in_day > 0);
    if (format == SHEET_DURATION || time_only) {
        add_time(out, ms);
        return true;
    }
    if (!day_of(ms / MS_PER_DAY, epoch_1904, &day))
        return false;
    add_day(out, day);
    if (in_day || format != SHEET_DATE) {
        buf_char(out, 'T');
        add_time(out, in_day);
    }
    return true;
}

/* --- formats ------------------------------------------------------------------------------ */

enum sheet_format sheet_format_built_in(unsigned number)
{
    if ((number >= 14 && number <= 17) || (number >= 27 && number <= 31) || number == 36 ||
        (number >= 50 && number <= 54) || number == 57 || number == 58)
        return SHEET_DATE;
    if (number == 22)
        return SHEET_DATE_TIME;
    if (number == 46)
        return SHEET_DURATION;
    if ((number >= 18 && number <= 21) || number == 45 || number == 47 ||
        (number >= 32 && number <= 35) || number == 55 || number == 56)
        return SHEET_TIME;
    return SHEET_NUMBER;
}

/* What stands outside quotes, escapes and brackets. */
struct letters {
    bool date;  /* y, d */
    bool month; /* m: a month, or minutes where there are hours or seconds */
    bool time;  /* h, s */
    bool elapsed;
};

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static void see(struct letters *seen, char c)
{
    seen->date = seen->date || c == 'y' || c == 'd';
    seen->month = seen->month || c == 'm';
    seen->time = seen->time || c == 'h' || c == 's';
}

/* [h], [mm], [ss] count beyond a day; [Red], [$-409], [<5] say something else. Returns what to pass
   over. */
static size_t see_bracket(struct letters *seen, struct str rest)
{
    size_t n = 1;
    bool same = true;
    while (n < rest.n && rest.at[n] != ']') {
        same = same && lower(rest.at[n]) == lower(rest.at[1]);
        n++;
    }
    char c = '\0';
    if (rest.n > 1)
        c = lower(rest.at[1]);
    seen->elapsed = seen->elapsed || (same && n > 1 && (c == 'h' || c == 'm' || c == 's'));
    return n;
}

static size_t pass_quotes(struct str rest)
{
    size_t n = 1;
    while (n < rest.n && rest.at[n] != '"')
        n++;
    return n;
}

static bool is_general(struct str code)
{
    static const char general[] = "general";
    if (code.n < sizeof general - 1)
        return false;
    for (size_t i = 0; i < sizeof general - 1; i++)
        if (lower(code.at[i]) != general[i])
            return false;
    return true;
}

enum sheet_format sheet_format_of_code(struct str code)
{
    struct letters seen = {.date = false};
    if (is_general(code))
        return SHEET_NUMBER;
    for (size_t i = 0; i < code.n && code.at[i] != ';'; i++) {
        struct str rest = {code.at + i, code.n - i};
        char c = lower(code.at[i]);
        if (c == '"')
            i += pass_quotes(rest);
        else if (c == '[')
            i += see_bracket(&seen, rest);
        else if (c == '\\' || c == '_' || c == '*')
            i++;
        else
            see(&seen, c);
    }
    if (seen.elapsed)
        return SHEET_DURATION;
    if (seen.time)
        return seen.date ? SHEET_DATE_TIME : SHEET_TIME;
    return seen.date || seen.month ? SHEET_DATE : SHEET_NUMBER;
}
