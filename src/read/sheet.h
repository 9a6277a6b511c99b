/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sheet: one sheet of a spreadsheet as canonical CSV. Runs in the sandbox's child.
 *
 * A sheet is read twice by the same code: first to measure it (which rows and columns hold
 * something, and what a person should know about it), then to write it. So nothing of it is kept,
 * and absurd repetitions cost nothing: they are counted before they are written.
 *
 * What comes out is csv/1 with separator ',', quote '"', point '.', UTF-8, LF: as many fields in
 * each record as there are columns between the first and the last that hold something. Row n of the
 * sheet begins in line n of the text as long as no cell above holds a line end: an empty row is an
 * empty line, which csv/1 passes over.
 *
 *   number     its decimal; with more than 15 digits the shortest one of the same double, because
 *              such digits are how a program wrote a double down (4.0000000000000002E-2 is 0.04).
 *              Nothing is rounded: 0.1 + 0.2 stays 0.30000000000000004. Whole numbers stay as they
 *              are.
 *   date       2024-05-01, with a time of day 2024-05-01T13:30:00, a time alone 13:30:00; parts of
 *              a second to the millisecond where there are any
 *   yes or no  true, false
 *   formula    the result that the file holds; nothing is ever calculated
 *   text       as it is
 *   error, formula without a result, date that cannot be: empty, and noted with its cell
 */
#ifndef READ_SHEET_H
#define READ_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

enum {
    SHEET_ROWS_MAX = 20000000,
    SHEET_COLUMNS_MAX = 20000,
    SHEET_CELLS_MAX = 20000000, /* rows that hold something times columns */
    SHEET_TEXT_MAX = 1 << 20,   /* bytes of one cell; Excel holds 32,767 characters */
    SHEET_SHEETS_MAX = 1000,
    SHEET_NAME_MAX = 400,
    SHEET_PLACES_MAX = 10
};

/* What a person should know of a sheet. The order is part of the pipe's format. */
enum sheet_note_kind {
    SHEET_ERRORS = 0, /* #N/A, #DIV/0!: taken as missing */
    SHEET_NO_RESULT,  /* a formula whose result the file does not hold: missing */
    SHEET_BAD_DATES,  /* a date that the calendar does not have: missing */
    SHEET_BAD_CELLS,  /* neither a number nor anything else that can be read: missing */
    SHEET_MERGED,     /* cells joined to one: the value stands in the first; nothing is copied */
    SHEET_NUMBERS_AS_TEXT, /* read as the numbers that they look like */
    SHEET_HIDDEN_ROWS,     /* read like the others */
    SHEET_HIDDEN_COLUMNS,  /* read like the others; place: row 0 */
    SHEET_FORMULAS,        /* results that were taken over */
    SHEET_NOTE_KINDS
};

/* Row and column from 1. */
struct sheet_place {
    uint32_t row;
    uint32_t column;
};

/* How often, and the first places. */
struct sheet_note {
    uint64_t n;
    struct sheet_place place[SHEET_PLACES_MAX]; /* (min(n, SHEET_PLACES_MAX)) */
};

/* Which rows and columns hold something: from 1; all 0 if none does. */
struct sheet_area {
    uint32_t first_column;
    uint32_t last_column;
    uint32_t last_row;
    uint64_t rows; /* rows that hold something */
};

/* One sheet of a workbook. */
struct sheet {
    struct str name;
    bool hidden;
    struct str part; /* xlsx: the member that holds it */
    uint32_t begin;  /* xls: where its records begin in the stream */
    struct sheet_area area;
    struct sheet_note note[SHEET_NOTE_KINDS];
};

/* Bytes of the CSV in the order of the rows. */
typedef bool sheet_put(void *context, struct str bytes, struct err *err);

/* --- for the readers of the three formats ---------------------------------------------------- */

/* Takes the cells of a sheet in order; measures if put is NULL, else writes what was measured. */
struct sheet_writer {
    struct sheet *sheet;
    sheet_put *put;
    void *context;
    struct buf row;      /* fields of the row under way */
    uint32_t row_number; /* of the row under way, from 1 */
    uint32_t column;     /* last column with something in the row under way; 0: none yet */
    uint32_t first;      /* first one */
    uint64_t lines;      /* written so far, one a row */
};

/* For CLEANUP. */
void sheet_writer_release(struct sheet_writer *writer);

/* Begin a row; numbers ascend. ERR_LIMIT beyond SHEET_ROWS_MAX. */
bool sheet_row(struct sheet_writer *writer, uint64_t row, struct err *err) MUST_USE;

/* A cell of this row that holds something; columns ascend. Empty text is no cell. ERR_LIMIT beyond
 * SHEET_COLUMNS_MAX or SHEET_TEXT_MAX. */
bool sheet_cell(struct sheet_writer *writer, uint64_t column, struct str text,
                struct err *err) MUST_USE;

/* The row is whole, and comes `times` times. ERR_LIMIT beyond SHEET_CELLS_MAX. */
bool sheet_row_end(struct sheet_writer *writer, uint64_t times, struct err *err) MUST_USE;

/* ERR_LIMIT: too many cells. Returns false. */
bool sheet_too_large(struct err *err);

/* Note something, once for n times; only while measuring. */
void sheet_note(struct sheet_writer *writer, enum sheet_note_kind kind, uint64_t row,
                uint64_t column, uint64_t n);

/* Note a text that looks like a number, which is read as one, as in a CSV file; not in the first
 * row that holds something, which names the columns. */
void sheet_note_text(struct sheet_writer *writer, uint64_t row, uint64_t column, struct str text);

/* --- values ------------------------------------------------------------------------------- */

enum sheet_format { SHEET_NUMBER = 0, SHEET_DATE, SHEET_DATE_TIME, SHEET_TIME, SHEET_DURATION };

/* What a number format of Excel shows: built-in by its number, else by its code. A code counts as a
 * date if letters of dates stand outside quotes, brackets and escapes in its first section.
 * SOURCE: ECMA-376 part 1, 18.8.30 and 18.8.31. */
enum sheet_format sheet_format_built_in(unsigned number);
enum sheet_format sheet_format_of_code(struct str code);

enum { SHEET_VALUE_TEXT = 64 };

/* Append a number as the decimal that csv/1 reads. False if it is none. */
bool sheet_number(struct str text, struct buf *out);

/* Append the date or time that a serial number means. epoch_1904: the other count of days. The
 * 1900 count has a 29 February 1900, which never was: days before it are one later than the count
 * of the later ones says, that day itself is false. False as well: before the first day, after the
 * year 9999, no number. SOURCE: ECMA-376 part 1, 18.17.4.1. */
bool sheet_date(struct str serial, enum sheet_format format, bool epoch_1904, struct buf *out);

#endif
