/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table while it is being opened. */
#ifndef READ_COLUMNS_INT_H
#define READ_COLUMNS_INT_H

#include "read/columns.h"
#include "read/fill.h"
#include "read/survey.h"

/* One part: what was found, and which of its fields is which column. */
struct opened {
    struct survey survey;
    size_t *field;   /* (column_n) */
    size_t column_n; /* those of the file; the derived ones stand behind them in the table */
};

/* A column that is computed from another one. */
struct derivation {
    size_t column; /* of the file */
    enum derive_part part;
};

struct opening {
    const struct columns_request *request;
    struct arena *arena;
    struct columns *ret;
    struct opened *part; /* (request->parts) */
    size_t first;        /* the first part with a row */
    uint64_t done;       /* bytes of the parts before the one at hand */
    uint64_t total;
    struct fill *fill;
    struct kept_file *file;        /* NULL: nothing is kept */
    struct survey_field **fields;  /* (request->parts) */
    size_t file_n;                 /* columns of the files */
    struct derivation *derivation; /* (table.column_n - file_n) */
};

/* The field of part p that is column c of the files. */
static inline struct survey_field *field_of(const struct opening *o, size_t p, size_t c)
{
    return &o->part[p].survey.field[o->part[p].field[c]];
}

/* True if a part holds a row: else it says nothing of columns. */
static inline bool has_rows(const struct opening *o, size_t p)
{
    return o->part[p].survey.rows > 0;
}

/* Tell what did not go in as it stands, and lay out where the cells of all parts lie. */
void columns_lay_out(struct opening *o);

#endif
