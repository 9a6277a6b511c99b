/* SPDX-License-Identifier: GPL-3.0-or-later */
/* columns: a table of exact integers (learn/table.h) out of CSV records.
 *
 * Reading takes two passes over the bytes: the first counts rows and finds out what each column is,
 * the second fills it. A column is a number column if every cell that is not missing reads as a
 * decimal, else a category column (text). Missing: an empty cell, NA, N/A, n/a, NaN, nan, NULL,
 * null, -, and whatever
 * --missing names. Nothing is dropped silently: records with a fault are listed and keep their
 * position.
 */
#ifndef READ_COLUMNS_H
#define READ_COLUMNS_H

#include "base/arena.h"
#include "learn/table.h"
#include "read/csv.h"

/* One rejected record or rounded cell: where, and what. */
struct columns_fault {
    uint64_t position;
    uint64_t line;
    struct str column; /* empty if it concerns the whole record */
    struct str what;
};

enum { COLUMNS_FAULTS_KEPT = 100 };

struct columns_options {
    const struct csv_dialect *dialect;
    const struct str *missing; /* (missing_n) further texts that mean "missing" */
    size_t missing_n;
    const struct str *names; /* (names_n) column names for a file without header; NULL: c1, c2, … */
    size_t names_n;
    const struct str *as_category; /* (as_category_n) columns that are categories even if they look
                                      like numbers (group and class columns) */
    size_t as_category_n;
    const uint8_t *emptied; /* (emptied_n) 1 = the row at this position (from 1, at [p - 1]) was
                               withdrawn: it is skipped */
    size_t emptied_n;
};

struct columns {
    struct table table;
    uint64_t *position; /* (table.rows) position of each row among the data records, ascending */
    uint64_t *offset;   /* (table.rows) byte offset at which its record starts */
    uint64_t records;   /* data records, rejected ones counted */
    struct columns_fault *fault; /* (fault_n) the first COLUMNS_FAULTS_KEPT */
    size_t fault_n;
    uint64_t fault_total;
};

/* Read a whole file's bytes. Everything lies in the arena.
 * Header names are trimmed and NFC-normalised (utf8proc); an empty or repeated name is ERR_INPUT
 * that names the columns and says what to do (--names). An empty table (header only) is ERR_INPUT.
 * More than 18 digits: rounded half to even and listed as a fault (the row is kept).
 * Cost: two passes, about 5 ns a byte. */
bool columns_read(struct str bytes, const struct columns_options *options, struct arena *arena,
                  struct columns *ret, struct err *err) MUST_USE;

/* Several tables with the same header, one behind the other; row order is that of the arguments.
 * Types, exponents and categories are brought together. ERR_INPUT names the file (index) and column
 * that differ. ret lies in the arena. */
bool columns_join(const struct columns *const *part, size_t parts, struct arena *arena,
                  struct table *ret, struct err *err) MUST_USE;

#endif
