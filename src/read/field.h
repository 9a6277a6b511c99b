/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field: what is said of the fields of a file before its cells are looked at: by the header, by
 * people (--missing, --dates), by the batch that was read so before, and by other files.
 *
 * How a batch was read is kept as *plans*, one a column; whoever reads the batch again gives them,
 * and nothing is decided anew.
 */
#ifndef READ_FIELD_H
#define READ_FIELD_H

#include "base/arena.h"
#include "base/err.h"
#include "base/num.h"
#include "read/date.h"
#include "read/derive.h"
#include "read/header.h"

/* How a column was read. */
struct field_plan {
    struct str name;
    enum column_type type;
    enum column_time time; /* also of a column of categories, if its texts are times */
    enum date_order order; /* of dates and stamps */
    struct str derived;    /* the column that this one was computed from; empty: of the file */
    enum derive_part part; /* then this part of it */
};

/* What is said of one field. */
struct field_said {
    struct str name; /* its own, see header.h */
    struct str unit; /* as typed in the header */
    enum header_note note;
    bool as_category;
    enum date_order stated;        /* by a person */
    enum date_order expected;      /* by other files of the table; used where nothing tells */
    const struct field_plan *plan; /* NULL: to be decided */
};

/* How many texts mean "missing" if nobody says otherwise (cell.h). */
enum { FIELD_KNOWN_WORDS = 8 };

/* A text that means "missing", or does not. */
struct field_word {
    size_t field;  /* SIZE_MAX: in all fields of which nothing else was said */
    bool is_value; /* it does not */
    struct str text;
    bool is_number; /* text reads as a decimal: every notation of it is meant */
    struct decimal value;
};

struct columns_options;

/* Name the fields (said[f].name is as typed, in NFC; it lies in the arena) and fill the rest of
 * said (n) from the options; ret_word (options->missing_n) lies in the arena.
 * ERR_USAGE: --dates knows no such order; ERR_NOT_FOUND: --dates or --missing name a column that is
 * not there. */
bool field_begin(const struct columns_options *options, struct field_said *said, size_t n,
                 struct arena *arena, struct field_word **ret_word, struct err *err) MUST_USE;

/* True if people mean this column by a name: its own, or the same without the unit in brackets. */
bool field_is_named(const struct field_said *said, struct str name);

/* The exponent of a column of times: 0, or -6 where a cell has parts of a second; and that of a
 * derived one. They are fixed, so that they need no look at the values. */
int field_time_exponent(enum column_time time, bool has_fractions);
int field_part_exponent(enum derive_part part);

#endif
