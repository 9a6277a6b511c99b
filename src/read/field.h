/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field: what a field of the records becomes: nothing, a column, or a column with others derived
 * from it.
 *
 * A field is begun with what people said of it, learns from each cell (evidence.h), is decided once
 * all cells are known, and then turns each cell into a value. How a batch was read is kept as
 * *plans*, one a column; whoever reads the batch again gives them, and nothing is decided anew.
 */
#ifndef READ_FIELD_H
#define READ_FIELD_H

#include "base/arena.h"
#include "base/err.h"
#include "read/category.h"
#include "read/derive.h"
#include "read/evidence.h"
#include "read/header.h"
#include "read/scale.h"

/* How a column was read. */
struct field_plan {
    struct str name;
    enum column_type type;
    enum column_time time; /* also of a column of categories, if its texts are times */
    enum date_order order; /* of dates and stamps */
    struct str derived;    /* the column that this one was computed from; empty: of the file */
    enum derive_part part; /* then this part of it */
};

/* A text that means "missing", as typed: "VALUE" or "COLUMN=VALUE". */
struct field_word {
    struct str column; /* empty: in all columns */
    struct str text;
    bool is_number; /* text reads as a decimal: every notation of it is meant */
    struct decimal value;
};

struct field {
    struct str name;
    struct str unit; /* as typed in the header */
    enum header_note note;
    bool as_category;
    bool has_value;                /* a cell that is not empty */
    enum date_order stated;        /* by a person */
    enum date_order expected;      /* by other files of the table; used where nothing tells */
    const struct field_plan *plan; /* NULL: to be decided */
    struct evidence evidence;
    struct scale scale;
    struct evidence_type type;
    enum column_time time; /* what it is as a time, also if it is read as text */
    struct column *column; /* NULL if it is left out */
    struct column *derived[DERIVE_COUNT];
    uint64_t missing;  /* cells */
    uint64_t rejected; /* cells that do not fit the type; they are missing as well */
    struct category_set set;
};

/* What a cell is by itself. */
enum field_cell { CELL_MISSING = 0, CELL_NUMBER, CELL_ROUNDED, CELL_TEXT };

/* Texts that mean "missing", and the decimal point. */
struct field_words {
    const struct field_word *word; /* (n) */
    size_t n;
    char point;
};

/* Take "VALUE" or "COLUMN=VALUE" apart. ERR_NOT_FOUND: no such column. */
bool field_word_read(struct str typed, char point, const struct field *field, size_t field_n,
                     struct field_word *ret, struct err *err) MUST_USE;

/* True if people mean this column by a name: its own, or the same without the unit in brackets. */
bool field_is_named(const struct field *field, struct str name);

/* Say of --dates: "dmy" is said of all columns, "COLUMN=mdy" of one. ERR_USAGE: no such order;
 * ERR_NOT_FOUND: no such column. */
bool field_dates(struct field *field, size_t field_n, struct str typed, struct err *err) MUST_USE;

/* What a cell (trimmed) is; ret_value is filled if it is a number. */
enum field_cell field_look(const struct field *field, const struct field_words *words,
                           struct str cell, struct decimal *ret_value);

/* Count a cell that was looked at. */
void field_learn(struct field *field, struct evidence_place place, struct str cell, char point,
                 enum field_cell kind, struct decimal value);

/* All cells are known: decide type and time, or take them from the plan. */
void field_decide(struct field *field);

/* The exponent of a column whose cells are times: 0, or -6 where a cell has parts of a second; and
 * that of a derived one. They are fixed, so that they need no look at all cells. */
int field_time_exponent(const struct field *field);
int field_part_exponent(enum derive_part part);

/* The time of a cell in the column's order, if it is one. */
bool field_time(const struct field *field, struct str cell, struct decimal *ret);

#endif
