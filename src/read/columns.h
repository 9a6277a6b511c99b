/* SPDX-License-Identifier: GPL-3.0-or-later */
/* columns: a table of exact integers (learn/table.h) out of CSV records.
 *
 * Reading takes two passes over the bytes: the first counts rows and finds out what each column is,
 * the second fills it. A cell is its field without blanks and tabs at both ends. Missing: an empty
 * cell, NA, N/A, n/a, NaN, nan, NULL, null, -, and whatever --missing names. A column holds
 * numbers, dates or times if its cells do (evidence.h says how many must), else categories whose
 * texts are NFC. Thousands separators are not guessed: "1.234,56" is text. Nothing is dropped
 * silently: records with a fault, and cells that do not fit their column, are listed and keep their
 * position.
 */
#ifndef READ_COLUMNS_H
#define READ_COLUMNS_H

#include "base/arena.h"
#include "learn/table.h"
#include "read/csv.h"
#include "read/field.h"
#include "read/standin.h"

enum columns_fault_kind {
    COLUMNS_REJECTED = 0, /* the record is not in the table */
    COLUMNS_ROUNDED,      /* a cell has more digits than its column can hold; the row is kept */
    COLUMNS_KEPT_TEXT,    /* at least 90 % of a column are numbers, the rest kept it text; where the
                             first such cell is */
    COLUMNS_LEFT_OUT,     /* a column without name and without any value is not in the table */
    COLUMNS_RENAMED,      /* a name stood twice or not at all */
    COLUMNS_CELL,         /* a cell does not fit its column; it is missing, the row is kept */
    COLUMNS_DATES,  /* a column of dates stayed text, because nothing tells how to read them */
    COLUMNS_FORMS,  /* a column stayed text because of signs in its cells: 12 %, 3.5 m */
    COLUMNS_STANDIN /* a number may stand for "missing" (standin.h) */
};

/* What did not go in as it stands: where, and what. */
struct columns_fault {
    enum columns_fault_kind kind;
    uint64_t position; /* 0 if it concerns a whole column */
    uint64_t line;
    struct str column; /* empty if it concerns the whole record */
    struct str what;
};

enum { COLUMNS_FAULTS_KEPT = 100 };

struct columns_options {
    const struct csv_dialect *dialect;
    const struct str *missing; /* (missing_n) further texts that mean "missing", as typed: "VALUE"
                                  in all columns, "COLUMN=VALUE" in one */
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

/* What a column was read as, and why. */
struct columns_about {
    struct evidence_type type; /* of derived columns only type and time */
    struct evidence evidence;
    enum header_note note;
    enum header_place place;  /* a column of degrees */
    uint64_t missing;         /* rows without a value, rejected cells among them */
    uint64_t rejected;        /* cells that do not fit the type */
    struct standin_ends ends; /* of the mantissas of a number column */
};

struct columns {
    struct table table;
    struct columns_about *about; /* (table.column_n) */
    struct field_plan *plan;     /* (table.column_n) with these the file reads the same again */
    uint64_t *position; /* (table.rows) position of each row among the data records, ascending */
    uint64_t *offset;   /* (table.rows) byte offset at which its record starts */
    uint64_t records;   /* data records, rejected ones counted */
    uint64_t rejected;  /* records with a fault; the rest of records - table.rows was withdrawn */
    uint64_t cells_rejected;     /* cells that do not fit their column */
    struct columns_fault *fault; /* (fault_n) those of columns, then the first COLUMNS_FAULTS_KEPT
                                    others in the order of the file, then possible stand-ins */
    size_t fault_n;
    uint64_t fault_total;
};

/* Read a whole file's bytes. Everything lies in the arena; bytes are not needed afterwards.
 * Header names are trimmed and NFC (utf8proc); an empty name over values becomes "column 3", the
 * second "x" becomes "x (2)" (header.h), both are listed; a column without name and value is left
 * out. A table without a single row is ERR_INPUT. Units come from the names; those of times are "d"
 * and "s". Behind the columns of the file stand those derived from times (derive.h). Exponents: the
 * smallest of the column's cells; if a mantissa would then need more than 18 digits, the smallest
 * with which all fit, cells rounded half to even and listed; those of times are fixed (field.h).
 * Cells of more than 18 digits are rounded to 18
 * first. Cost: two passes, see docs/format/csv.md; 9 bytes of memory a number cell, 5 a category
 * cell. */
bool columns_read(struct str bytes, const struct columns_options *options, struct arena *arena,
                  struct columns *ret, struct err *err) MUST_USE;

/* Whether several files of one table (with the same names; others are left to columns_join) were
 * read alike. If not, columns_plan gives the plans with which part p is to be read again: types
 * that the evidence of all files says together. Plans lie in the arena; returns how many. */
bool columns_agree(const struct columns *const *part, size_t parts);
size_t columns_plan(const struct columns *const *part, size_t parts, size_t p, struct arena *arena,
                    struct field_plan **ret);

/* What the columns of a joined table were read as, for a report: ret gets the table, about,
 * records, rejected and cells_rejected of all parts together. */
void columns_about_all(const struct columns *const *part, size_t parts, const struct table *joined,
                       struct arena *arena, struct columns *ret);

/* Several tables with the same header, one behind the other; row order is that of the arguments.
 * Exponents and categories are brought together, and so is a column that is all missing in one
 * part. ERR_INPUT names the part (from 1) and column whose name or type differs: a number there and
 * text here cannot be brought together, because the number as typed is not kept; read the parts
 * again with the column in as_category. ERR_LIMIT: mantissas of more than 18 digits. ret lies in
 * the arena, its names and texts in those of the parts. */
bool columns_join(const struct columns *const *part, size_t parts, struct arena *arena,
                  struct table *ret, struct err *err) MUST_USE;

#endif
