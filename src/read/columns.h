/* SPDX-License-Identifier: GPL-3.0-or-later */
/* columns: a table of exact integers (learn/table.h) out of CSV records.
 *
 * Reading takes two steps. The *survey* goes over the bytes once and finds out what each column is
 * and where every 4,096th row begins (survey.h). The *fill* reads blocks of rows again, in
 * parallel, and writes each value to its place (fill.h): into a table in memory, or, where that
 * would be too large, into a block that one scan looks at (learn/scan.h): the table is streamed.
 *
 * A cell is its field without blanks and tabs at both ends. Missing: an empty cell, NA, N/A, n/a,
 * NaN, nan, NULL, null, -, and whatever --missing names. A column is a number column if every cell
 * that is not missing reads as a decimal (num.h), else a category column whose texts are NFC.
 * Thousands separators are not guessed: "1.234,56" is text. Nothing is dropped silently: records
 * with a fault are listed and keep their position.
 */
#ifndef READ_COLUMNS_H
#define READ_COLUMNS_H

#include "base/arena.h"
#include "cluster/cluster.h"
#include "learn/table.h"
#include "read/bytes.h"
#include "read/csv.h"

enum columns_fault_kind {
    COLUMNS_REJECTED = 0, /* the record is not in the table */
    COLUMNS_ROUNDED,      /* a cell has more digits than its column can hold; the row is kept */
    COLUMNS_KEPT_TEXT,    /* at least 90 % of a column are numbers, the rest kept it text; where the
                             first such cell is */
    COLUMNS_LEFT_OUT,     /* a column without name and without any value is not in the table */
    COLUMNS_TEXT_ELSEWHERE /* only numbers here, text in another file: a category in all */
};

/* What did not go in as it stands: where, and what. */
struct columns_fault {
    enum columns_fault_kind kind;
    size_t part;       /* of several files, from 0 */
    uint64_t position; /* 0 if it concerns a whole column */
    uint64_t line;
    struct str column; /* empty if it concerns the whole record */
    struct str what;
};

enum { COLUMNS_FAULTS_KEPT = 100 };

struct columns_options {
    const struct csv_dialect *dialect;
    const struct str *missing; /* (missing_n) further texts that mean "missing" */
    size_t missing_n;
    const struct str *names; /* (names_n) column names, used instead of those of a header; without
                                both: c1, c2, … */
    size_t names_n;
    const struct str *as_category; /* (as_category_n) columns that are categories even if they look
                                      like numbers (group and class columns); names that the table
                                      does not have are ignored */
    size_t as_category_n;
    const uint8_t *emptied; /* (emptied_n) 1 = the row at this position (from 1, at [p - 1]) was
                               withdrawn: it is skipped */
    size_t emptied_n;
};

/* What a column holds, over all rows. */
struct columns_about {
    uint64_t missing;
    uint64_t numbers; /* cells that read as a number; 0 of a column in as_category */
    uint64_t texts;   /* all others */
};

/* Rows that follow each other in a part at positions that follow each other. */
struct columns_run {
    size_t row; /* the first, of the table */
    size_t part;
    uint64_t position;
};

struct columns {
    struct table table;
    struct columns_about *about; /* (table.column_n) */
    struct columns_run *run;     /* (run_n) ascending */
    size_t run_n;
    size_t *part_rows; /* (parts) */
    uint64_t records;  /* data records, rejected ones counted */
    uint64_t rejected; /* records with a fault; the rest of records - table.rows was withdrawn */
    struct columns_fault *fault; /* (fault_n) by part, of each the first COLUMNS_FAULTS_KEPT: those
                                    of columns, then the others in the order of the file */
    size_t fault_n;
    uint64_t fault_total;
};

/* One of several files that make one table. */
struct columns_part {
    const struct bytes *bytes;
    struct columns_options options;
    bool may_be_empty; /* a part without a row is passed over; else it is ERR_INPUT */
};

struct columns_request {
    const struct columns_part *part; /* (parts) bytes and options must outlive a streamed table */
    size_t parts;
    const struct cluster *cluster; /* NULL: one thread; used for reading only */
    uint64_t memory_bytes;         /* a table that needs more is streamed */
    bool types_only;               /* no cells and no categories: what an import needs */
    /* Told from time to time how many bytes of how many were read; false stops the reading
     * (ERR_CANCELLED). NULL: nobody wants to know. */
    bool (*step)(void *context, uint64_t done, uint64_t total);
    void *context;
};

/* What memory_bytes should be. The environment variable ALLMENDE_TABLE_BYTES may say something else,
 * unless it is UINT64_MAX; with 0 every table is streamed, which changes no bit (for tests and for
 * measuring). */
enum { COLUMNS_MEMORY_BYTES = 64 << 20 };

/* Read one file, or several with the same header as one table: row order is that of the parts.
 * Everything lies in the arena. A streamed table (table.source) reads its parts' bytes again.
 *
 * Header names are trimmed and NFC (utf8proc); an empty or repeated name is ERR_INPUT that names
 * the columns and says what to do (--names), except that a column without name and value is left
 * out. A table without a single row is ERR_INPUT. Units are left empty. Exponents: the smallest of
 * the column's cells; if a mantissa would then need more than 18 digits, the smallest with which
 * all fit, cells rounded half to even and listed. Cells of more than 18 digits are rounded to 18
 * first.
 *
 * Several parts: exponents and categories are brought together, a column that is text in one part
 * is a category in all (listed), and one that is all missing in a part is what it is elsewhere.
 * ERR_INPUT names the part (from 1) and column whose name differs; ERR_LIMIT: numbers that fit 18
 * digits in each part but not together.
 *
 * Cost: see docs/format/csv.md; 9 bytes of memory a number cell, 5 a category cell, unless
 * streamed. */
bool columns_open(const struct columns_request *request, struct arena *arena, struct columns *ret,
                  struct err *err) MUST_USE;

/* Read a whole file's bytes into a table in memory; bytes are not needed afterwards. */
bool columns_read(struct str bytes, const struct columns_options *options, struct arena *arena,
                  struct columns *ret, struct err *err) MUST_USE;

/* The position of a row among the data records of its part, from 1. */
uint64_t columns_position(const struct columns *columns, size_t row, size_t *ret_part);

#endif
