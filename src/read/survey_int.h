/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the two looks of a survey share. */
#ifndef READ_SURVEY_INT_H
#define READ_SURVEY_INT_H

#include "base/buf.h"
#include "learn/scan.h"
#include "read/cell.h"
#include "read/stream.h"
#include "read/survey.h"

/* Tables of more columns are surveyed by one thread, and nothing of them is kept, so that memory
 * stays bounded. */
enum { SURVEY_RECENT = 64, SURVEY_FIELDS_MANY = 400 };

/* What a plain number must go beyond to change the scale of its field, and what else of the field
 * is looked at for each cell: kept together, because it is read for each cell. */
struct bar {
    int exponent;
    int top;
    bool always;      /* the cells of this field take the long way */
    uint64_t *recent; /* (SURVEY_RECENT) short cells kept lately, as keys; a new bar knows none */
};

/* The numbers of a field in the block at hand, before one exponent is given to all. */
struct field_cells {
    int64_t *value;   /* (SCAN_BLOCK_ROWS) the digits … */
    int *behind;      /* (SCAN_BLOCK_ROWS) … and how many of them stand behind the point */
    uint8_t *missing; /* (SCAN_BLOCK_ROWS) */
    bool odd;         /* there are other cells, too */
};

/* Plain records of one block that are rows. */
struct batch {
    const struct plain_records *records;
    uint32_t *record; /* (n) */
    size_t n;
    size_t at; /* where the first stands in its block */
};

struct surveying {
    const struct survey_request *request;
    const struct columns_options *options;
    struct arena *arena;
    struct survey *ret;
    struct bar *bar;  /* (field_n) */
    uint64_t *recent; /* (field_n, SURVEY_RECENT) */
    struct cell_words words;
    size_t place_room;
    size_t run_room;
    uint64_t next_position; /* of the row behind the last one, if none is left out between them */
    struct batch batch;
    uint16_t *rest; /* (field_n, SCAN_BLOCK_ROWS) cells of the batch that are no plain numbers … */
    size_t *rest_n;            /* (field_n) … in order; NULL: one thread looks at them at once */
    struct field_cells *cells; /* (field_n) NULL: numbers are not kept */
    struct buf *packed;        /* (slots) */
    size_t kept_room;
    size_t *again; /* (again_n) fields of the second look; NULL in the first */
    size_t again_n;
    struct buf scratch;
};

/* Fields without what was seen of them. */
void survey_begin_bars(struct surveying *s);

/* Keep the cell among the distinct ones of its field. */
void survey_keep_text(struct surveying *s, struct survey_field *field, struct bar *bar,
                      struct str cell);

/* Go over the bytes. */
bool survey_pass(const struct survey_request *request, const struct stream_take *take,
                 struct err *err) MUST_USE;

/* Frees what the survey worked with. */
void surveying_release(struct surveying *s);

/* --- numbers that are kept (survey_kept.c) --- */

/* Make room for the cells of a block, if the request wants them kept and they are not too many. */
void survey_keep_begin(struct surveying *s);

/* Frees what survey_keep_begin has made. */
void survey_keep_end(struct surveying *s);

/* The rows before the next one end a block: pack and write its numbers. */
void survey_keep_block(struct surveying *s);

#endif
