/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fill: cells of a table out of the bytes of its parts, block after block, by several threads.
 *
 * The calling thread reads the bytes of some blocks; each block is parsed by one thread, from the
 * place where its first row begins (survey.h), into the columns that are asked for.
 *
 * What is kept of a block (kept.h) is read instead. The first scan of a streamed table parses all
 * columns that are not, and keeps them.
 */
#ifndef READ_FILL_H
#define READ_FILL_H

#include "learn/scan.h"
#include "read/category.h"
#include "read/columns.h"
#include "read/kept.h"

/* How the cells of a column are written in one part. */
struct fill_field {
    size_t field;          /* of the records */
    int own;               /* NUMBER: the exponent to which cells are rounded … */
    int up;                /* … and by how many powers of ten the column's lies below it */
    bool lossy;            /* cells may have to be rounded */
    bool rejects;          /* cells may not fit; they are missing then */
    enum column_time time; /* of a category: its texts are in one notation */
    enum date_order order;
    bool is_derived; /* `part` of the time in the field */
    enum derive_part part;
};

struct fill_part {
    const struct bytes *bytes;
    struct columns_options options;
    const struct field_word *word; /* (word_n) */
    size_t word_n;
    struct fill_field *field; /* (columns of the table) */
};

/* Rows of a part that lie in one block, and the bytes from the first of them to the next segment.
 */
struct fill_segment {
    struct csv_place place;
    uint64_t bytes;
    size_t part;
    size_t row; /* of the table */
    size_t rows;
    bool last; /* of its part */
};

/* All of it lies in the arena of the table. */
struct fill {
    struct table_source source;  /* first: a table points to it */
    const struct column *column; /* (column_n) of the table; their cells are not looked at */
    size_t column_n;
    size_t rows;
    struct fill_part *part; /* (part_n) */
    size_t part_n;
    struct category_set *set;     /* (column_n) sorted; of categories */
    struct fill_segment *segment; /* (segment_n), ascending by row; each block begins with one */
    size_t segment_n;
    struct kept_file *file;  /* NULL: nothing is kept */
    struct kept_cells *kept; /* (blocks, column_n) */
    bool (*step)(void *context, uint64_t done, uint64_t total);
    void *context;
};

/* Write all cells into the columns `to` (column_n), which have room for all rows. ERR_IO:
 * the bytes cannot be read or are not those that were surveyed; ERR_CANCELLED. */
bool fill_columns(const struct fill *fill, const struct cluster *cluster, struct column *to,
                  struct err *err) MUST_USE;

/* table_source.scan of a streamed table. */
bool fill_scan(const struct table_source *source, const struct scan *scan,
               struct err *err) MUST_USE;

#endif
