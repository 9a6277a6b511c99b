/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence: what the cells of a column say about its type, and what follows from it.
 *
 * Each cell that is not missing is counted once; nothing else is kept but the first cell of each
 * sort that somebody may want to look at. Counts add up and firsts are minima, so the evidence of
 * pieces of a file can be brought together in any order.
 *
 * The rule: a column is what all its cells are, or what at least 99 of 100 are if those are at
 * least 20; the others are *rejected cells*. Why 99: whoever types 300 rows by hand makes a slip or
 * two, and today one slip would turn measurements into 300 names; but where one cell in fifty does
 * not fit, it is no slip any more, and a person must look. (A column of 99 cells or fewer therefore
 * allows no slip at all.)
 */
#ifndef READ_EVIDENCE_H
#define READ_EVIDENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "learn/table.h"
#include "read/date.h"

enum { EVIDENCE_TEXT_BYTES = 60 };

/* A cell to show; position 0: there is none. */
struct evidence_cell {
    uint64_t position; /* of its record, from 1 */
    uint64_t line;
    unsigned char text_n;
    char text[EVIDENCE_TEXT_BYTES]; /* its front, no NUL */
};

/* How a cell is written that would be a number without it. */
enum evidence_form {
    FORM_NONE = 0,
    FORM_THOUSANDS, /* 1.234,56  1,234.56  1 000 */
    FORM_PERCENT,   /* 12 % */
    FORM_UNIT,      /* 3.5 m */
    FORM_POINT,     /* 1,5 where the decimal point is "." */
    FORM_COUNT
};

/* Dates, or dates with a time: [0] with the day first, [1] with the month first. */
struct evidence_days {
    uint64_t readable[2];
    uint64_t decided[2]; /* readable so, and not in the other order */
    uint64_t open;       /* the order matters and is not said */
};

/* {0} is the evidence of no cell. */
struct evidence {
    uint64_t cells;            /* not missing */
    uint64_t numbers;          /* of them, decimals */
    uint64_t form[FORM_COUNT]; /* [0] is not used */
    uint64_t times;            /* dates, times of day or both, in any order */
    uint64_t clocks;           /* times of day */
    struct evidence_days dates;
    struct evidence_days stamps;
    uint64_t compact;             /* eight digits that are a date; counted as numbers, too */
    uint64_t short_years;         /* would be dates if two digits were a year; times among them */
    uint64_t short_clocks;        /* of the times of day, those that could be such dates */
    int year_low, year_high;      /* of dates; 0: there is none */
    uint64_t fractions;           /* times with parts of a second */
    uint64_t offsets;             /* times with an offset */
    int offset_low, offset_high;  /* in minutes; of those */
    struct evidence_cell odd;     /* the first that is no number */
    struct evidence_cell untimed; /* the first that is neither date nor time */
    struct evidence_cell first_open; /* the first of `open` */
    struct evidence_cell first_decided[2];
};

/* Where a cell stands. */
struct evidence_place {
    uint64_t position;
    uint64_t line;
};

/* Count a cell that reads as a number. Cost: one addition; a text that --dates yyyymmdd may mean
 * goes to evidence_compact as well. */
static inline void evidence_number(struct evidence *e)
{
    e->cells++;
    e->numbers++;
}
void evidence_compact(struct evidence *e, struct str cell);

/* Count a cell that is not missing and no number. point: the decimal point of the table. */
void evidence_text(struct evidence *e, struct evidence_place place, struct str cell, char point);

/* Bring the evidence of another piece of the column into this one. */
void evidence_merge(struct evidence *e, const struct evidence *other);

/* How a cell is written that is no number. */
enum evidence_form evidence_form(struct str cell, char point);

enum evidence_why {
    WHY_EMPTY = 0,   /* no value: a number column of which all is missing */
    WHY_NUMBERS,     /* numbers */
    WHY_TIMES,       /* dates or times whose order does not matter */
    WHY_ORDER_FOUND, /* dates; cells that have only one reading say the order */
    WHY_ORDER_STATED,
    WHY_WORDS,       /* text: few numbers, few dates */
    WHY_SOME_WORDS,  /* text: at least 90 % are numbers, too few for a number column */
    WHY_FORMS,       /* text: at least 90 % would be numbers without signs in the cells */
    WHY_ORDER_OPEN,  /* text: dates of which nobody knows which number is the day */
    WHY_ORDER_MIXED, /* text: dates in two orders */
    WHY_SHORT_YEARS, /* text: dates with years of two digits */
    WHY_ASKED        /* text because somebody needs it as such: groups, classes */
};

/* What a column is to be. */
struct evidence_type {
    enum column_type type;
    enum column_time time;
    enum date_order order;
    enum evidence_why why;
    uint64_t rejected; /* cells that do not fit */
};

/* How many cells fit a column of numbers (TIME_NONE) or times read in an order. */
uint64_t evidence_fits(const struct evidence *e, enum column_time time, enum date_order order);

/* stated: what a person said of this column's dates, else DATE_OPEN. */
struct evidence_type evidence_decide(const struct evidence *e, enum date_order stated);

#endif
