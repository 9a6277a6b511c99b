/* SPDX-License-Identifier: GPL-3.0-or-later */
/* date: dates, times of day and both together, out of text.
 *
 * What can be read ("." stands for itself, blanks around the text are not part of it):
 *   2024-05-01  2024/5/1  2024.5.1           year first
 *   1.5.2024  1. 5. 2024                     day, month, year: nobody writes dots the other way
 *   1/5/2024  1-5-2024                       day first or month first: the column must tell
 *   3 May 2021  03-Mar-2020  5. Mai 2021     month by name, English or German, long or short
 *   20240501                                 only where a person says so (DATE_COMPACT)
 *   18:00  18:00:15  18:00:15.25  6:05 pm    time of day; dots only with all three: 18.00.15
 *   a date, then blanks or "T", then a time, then perhaps an offset: Z  +02:00  -0330  +02
 * Years have four digits, 0001 to 9999 of the Gregorian calendar, continued backwards; a year of
 * two digits is told apart, never guessed. Seconds have up to six decimals (further ones only if
 * 0). 24:00 and the second 60 are no times here.
 *
 * A time is local, as written; the offset is kept beside it. SOURCE: ISO 8601-1:2019, sections
 * 5.2 to 5.4; DIN 5008 for the dots.
 */
#ifndef READ_DATE_H
#define READ_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/num.h"
#include "base/str.h"
#include "learn/table.h"

/* In which order day and month stand where both are numbers and the year is last. */
enum date_order {
    DATE_OPEN = 0, /* not said; of a column that was read: it never mattered */
    DATE_DMY,
    DATE_MDY,
    DATE_YMD,     /* only dates with the year first or a month by name */
    DATE_COMPACT, /* 20240501, and what DATE_YMD reads */
    DATE_NEVER    /* no column is read as date or time */
};

/* "dmy", "mdy", "ymd", "yyyymmdd", "none"; false if it is none of these. And back, "" for
 * DATE_OPEN. */
bool date_order_read(struct str word, enum date_order *ret);
const char *date_order_word(enum date_order order);

/* What can be said of a text by itself. */
struct date_look {
    enum column_time kind; /* TIME_NONE: it is none */
    bool dmy, mdy;         /* DATE and STAMP: it is one with the day first, with the month first */
    bool open;             /* both, and they differ: only other cells can tell */
    bool compact;          /* eight digits that are a date; kind is TIME_NONE then */
    bool short_year;       /* would be a date if two digits were a year; kind may be TIME_CLOCK:
                              10.11.12 */
    int year;              /* of a date */
    bool has_fraction;     /* parts of a second other than 0 */
    bool has_offset;
    int offset_minutes;
};

/* Look at a text. Cost: one comparison if it does not begin with a digit. */
struct date_look date_look(struct str text);

/* Read a text as a time of a kind, in an order (in all but DATE_DMY and DATE_MDY a date with the
 * year last is read only where the order does not matter, as in 5/5/2024): days or seconds as in
 * learn/table.h. False if it is none. */
bool date_read(struct str text, enum column_time kind, enum date_order order, struct decimal *ret);

struct date_civil {
    int year, month, day;
};

/* Days since 1970-01-01 of a valid date, and back; exact for the years 0001 to 9999.
 * SOURCE: Hinnant 2014, "chrono-Compatible Low-Level Date Algorithms". */
int64_t date_days(struct date_civil civil);
struct date_civil date_from_days(int64_t days);

/* The number of the day in its year: 1 … 366. */
int date_day_of_year(int64_t days);

enum { DATE_TEXT = 48 };

/* The one notation of a time: 2024-05-01, 18:00:00, 2024-05-01 18:00:00.25. Returns ret_text. */
char *date_text(enum column_time kind, struct decimal value, char ret_text[DATE_TEXT]);

#endif
