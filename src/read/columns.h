/* SPDX-License-Identifier: GPL-3.0-or-later */
/* columns: a table of exact integers (learn/table.h) out of CSV records.
 *
 * Reading takes two steps. The *survey* goes over the bytes once and finds out what each column is
 * and where every 4,096th row begins (survey.h). The *fill* reads blocks of rows again, in
 * parallel, and writes each value to its place (fill.h): into a table in memory, or, where that
 * would be too large, into a block that one scan looks at (learn/scan.h): the table is streamed.
 *
 * A cell is its field without blanks and tabs at both ends. Missing: an empty cell, NA, N/A, n/a,
 * NaN, nan, NULL, null, - unless --missing says that it is a value, and whatever --missing names. A
 * column holds numbers, dates or times if its cells do (evidence.h says how many must), else
 * categories whose texts are NFC. Thousands separators are not guessed: "1.234,56" is text. Nothing
 * is dropped silently: records with a fault, and cells that do not fit their column, are listed and
 * keep their position.
 */
#ifndef READ_COLUMNS_H
#define READ_COLUMNS_H

#include "base/arena.h"
#include "cluster/cluster.h"
#include "learn/table.h"
#include "read/bytes.h"
#include "read/csv.h"
#include "read/evidence.h"
#include "read/field.h"
#include "read/standin.h"

enum columns_fault_kind {
    COLUMNS_REJECTED = 0, /* the record is not in the table */
    COLUMNS_ROUNDED,      /* a cell has more digits than its column can hold; the row is kept */
    COLUMNS_KEPT_TEXT,    /* at least 90 % of a column are numbers, the rest kept it text; where the
                             first such cell is */
    COLUMNS_LEFT_OUT,     /* a column without name and without any value is not in the table */
    COLUMNS_TEXT_ELSEWHERE, /* only numbers here, text in another file: a category in all */
    COLUMNS_RENAMED,        /* a name stood twice or not at all */
    COLUMNS_CELL,           /* a cell does not fit its column; it is missing, the row is kept */
    COLUMNS_DATES,  /* a column of dates stayed text, because nothing tells how to read them */
    COLUMNS_FORMS,  /* a column stayed text because of signs in its cells: 12 %, 3.5 m */
    COLUMNS_STANDIN /* a number may stand for "missing" (standin.h) */
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
    const struct str *missing; /* (missing_n) further texts that mean "missing", as typed: "VALUE"
                                  in all columns, "COLUMN=VALUE" in one; "!=VALUE" and
                                  "COLUMN!=VALUE": it does not mean that */
    size_t missing_n;
    const struct str *dates; /* (dates_n) orders of dates, as typed: "dmy", "COLUMN=mdy" */
    size_t dates_n;
    const struct field_plan *plan; /* (plan_n) columns read before: their types are not decided
                                      again, and just these are derived; NULL: decide */
    size_t plan_n;
    const struct field_plan *expected; /* (expected_n) columns of other files of the table: their
                                          order of dates, where nothing else tells it */
    size_t expected_n;
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

/* What a column was read as, and why; over all rows. Of derived columns only ends is filled. */
struct columns_about {
    struct evidence evidence;  /* numbers and texts in it */
    struct evidence_type type; /* why and order: of the first part that has values */
    enum header_note note;
    enum header_place place;           /* a column of degrees */
    uint64_t missing;                  /* rows without a value, rejected cells among them */
    uint64_t known[FIELD_KNOWN_WORDS]; /* of these, words for it that nobody said (cell.h) */
    uint64_t rejected;                 /* cells that do not fit the type */
    struct standin_ends
        ends; /* of the mantissas of a number column; n = 0: not looked at (a table
                 larger than COLUMNS_MEMORY_BYTES that is read for its types only) */
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
    struct field_plan *plan; /* (table.column_n) with these the first part reads the same again */
    struct columns_run *run; /* (run_n) ascending */
    size_t run_n;
    size_t *part_rows; /* (parts) */
    uint64_t records;  /* data records, rejected ones counted */
    uint64_t rejected; /* records with a fault; the rest of records - table.rows was withdrawn */
    uint64_t cells_rejected;     /* cells that do not fit their column */
    struct columns_fault *fault; /* (fault_n) by part: those of columns, then the first
                                    COLUMNS_FAULTS_KEPT others in the order of the file; at the end
                                    possible stand-ins for "missing" in all parts */
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

/* What memory_bytes should be. The environment variable ALLMENDE_TABLE_BYTES may say something
 * else, unless it is UINT64_MAX; with 0 every table is streamed, which changes no bit (for tests
 * and for measuring). */
enum { COLUMNS_MEMORY_BYTES = 64 << 20 };

/* Read one file, or several with the same header as one table: row order is that of the parts.
 * Everything lies in the arena. A streamed table (table.source) reads its parts' bytes again.
 *
 * Header names are trimmed and NFC (utf8proc); an empty name over values becomes "column 3", the
 * second "x" becomes "x (2)" (header.h), both are listed; a column without name and value is left
 * out. A table without a single row is ERR_INPUT. Units come from the names; those of times are "d"
 * and "s". Behind the columns of the file stand those derived from times (derive.h). Exponents: the
 * smallest of the column's cells; if a mantissa would then need more than 18 digits, the smallest
 * with which all fit, cells rounded half to even and listed; those of times are fixed (field.h).
 * Cells of more than 18 digits are rounded to 18 first.
 *
 * Several parts: where they hold different things, the evidence of all is brought together and
 * decides (numbers here and text there are categories in all, which is listed); a part where
 * nothing tells the order of dates has that of the others; a column that is all missing in a part
 * is what it is elsewhere. Exponents and categories are brought together. ERR_INPUT names the part
 * (from 1) and column whose name differs; ERR_LIMIT: numbers that fit 18 digits in each part but
 * not together.
 *
 * Cost: see docs/format/csv.md; 9 bytes of memory a number cell, 5 a category cell, unless
 * streamed. */
bool columns_open(const struct columns_request *request, struct arena *arena, struct columns *ret,
                  struct err *err) MUST_USE;

/* Read a whole file's bytes into a table in memory; bytes are not needed afterwards. */
bool columns_read(struct str bytes, const struct columns_options *options, struct arena *arena,
                  struct columns *ret, struct err *err) MUST_USE;

/* A step for columns_request that stops once it is asked to: context is a struct columns_stop,
 * which outlives a streamed table. */
struct columns_stop {
    bool (*cancelled)(void); /* NULL: never */
};
static inline bool columns_go_on(void *context, uint64_t done, uint64_t total)
{
    const struct columns_stop *stop = context;
    (void)done;
    (void)total;
    return !stop->cancelled || !stop->cancelled();
}

/* The position of a row among the data records of its part, from 1. */
uint64_t columns_position(const struct columns *columns, size_t row, size_t *ret_part);

#endif
