/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table: measured values as exact integers, and what is asked of them.
 *
 * A number column holds int64 mantissas under one power of ten; a category column holds codes into
 * its categories in byte order. A dataset says which column is the target, which are features, and
 * on which side of the split each row lies. Nothing here knows of files, projects or ids.
 *
 * Invariants (table_check):
 *   1. Columns have distinct, non-empty, valid UTF-8 (NFC) names.
 *   2. mantissa[r] is 0 and code[r] is 0 where missing[r] is 1; missing[r] is 0 or 1.
 *   3. A number column's exponent is minimal: not all mantissas end in 0 (all-zero columns have 0).
 *      Times and what is derived from them have a fixed one: dates and days of the year 0, hours
 * -4, times of day and stamps 0, or -6 where a cell has parts of a second.
 *   4. Categories are distinct and in byte order; every code is below category_n; every category
 *      occurs in a row.
 *   5. |mantissa| <= MANTISSA_MAX (18 digits) and |exponent| <= EXPONENT_FAR, so that the exact
 *      engine stays within 64 bits.
 */
#ifndef LEARN_TABLE_H
#define LEARN_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"

/* Limits of a number cell, and of the classes of a target. */
#define MANTISSA_MAX INT64_C(1000000000000000000)
enum { EXPONENT_FAR = 300, CLASSES_MAX = 1000 };

enum column_type { COLUMN_NUMBER = 0, COLUMN_CATEGORY };

/* What the numbers of a column are, if they are times. Their unit says it too ("d" or "s"), so it
 * is part of the digest. */
enum column_time {
    TIME_NONE = 0,
    TIME_DATE,  /* days since 1970-01-01, proleptic Gregorian */
    TIME_CLOCK, /* seconds since midnight */
    TIME_STAMP  /* seconds since 1970-01-01 00:00, local as written */
};

struct column {
    struct str name;
    struct str unit; /* as typed in the header, may be empty */
    enum column_type type;
    enum column_time time; /* NUMBER: of what; else TIME_NONE */
    bool only_if_named;    /* a feature only if a person names it, such as absolute times */
    struct str derived;    /* the name of the column that this one was computed from (the day of the
                              year from a date); empty: it stands in the file */
    int exponent;          /* NUMBER: value = mantissa * 10^exponent */
    int64_t *mantissa;     /* NUMBER: (rows) */
    uint32_t *code;        /* CATEGORY: (rows) */
    struct str *category;  /* CATEGORY: (category_n) */
    size_t category_n;
    uint8_t *missing; /* (rows) */
};

/* All memory belongs to the arena that the table was made in. Of a streamed table (scan.h) the
 * arrays of a column are NULL until it is loaded; the invariants hold of what a scan gives. */
struct table {
    size_t rows;
    size_t column_n;
    struct column *column;             /* (column_n), in the order of the file */
    const struct table_source *source; /* NULL: all cells are in memory */
};

/* Which side a row is on. */
enum part {
    PART_TRAIN = 0,
    PART_TEST = 1,
    PART_OUT = 2 /* takes no part: its target is missing, or the split names it for neither side */
};

struct dataset {
    const struct table *table;
    size_t target;         /* column number */
    const size_t *feature; /* (feature_n) column numbers, in byte order of the columns' names */
    size_t feature_n;
    const uint8_t *part;   /* (rows) enum part */
    const uint32_t *group; /* (rows) which unit a row belongs to: 0 … group_n - 1 */
    size_t group_n;
};

/* The column of this name, or table->column_n if there is none. If none has it, "T" finds "T (°C)"
 * and "T [°C]", a column of that name with its unit in brackets, if there is only one such. */
size_t table_find(const struct table *table, struct str name);

/* The value of a number cell as a double, correctly rounded from the decimal. */
double column_value(const struct column *column, size_t row);

/* The invariants above; names the column that breaks one. */
bool table_check(const struct table *table, struct err *err) MUST_USE;

/* Turn a number column into a category column, its categories the exact decimal text of the values
 * ("0", "1", "2.5"), so that it can be the target of classification. A category column stays as it
 * is. Codes and texts lie in the arena; mantissa becomes NULL. Errors: ERR_LIMIT more than
 * CLASSES_MAX different values; the column is then untouched. Cost: rows * log2(values). */
bool table_as_category(struct arena *arena, struct table *table, size_t column,
                       struct err *err) MUST_USE;

/* Numbers for group keys: same text, same number, numbered by first appearance.
 * keys (rows); ret_group (rows) and the result (group count) in the arena. */
size_t group_number(struct arena *arena, const struct str *keys, size_t rows, uint32_t **ret_group);

#endif
