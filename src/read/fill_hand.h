/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one thread of a fill works with: it parses the cells of some columns, segment after segment.
 *
 * What is parsed here was surveyed, so nothing can be wrong with it unless the bytes have changed;
 * then the thread stops, marks it, and the caller says so. No thread makes a sentence: the language
 * belongs to the calling one.
 */
#ifndef READ_FILL_HAND_H
#define READ_FILL_HAND_H

#include "read/cell.h"
#include "read/fill.h"
#include "read/stream.h"

/* A short cell of a category column that was looked up lately. */
struct recent {
    uint64_t key; /* category_key, 0: none */
    uint32_t code;
};

/* A column whose text is parsed, as the part at hand has it. */
struct wanted {
    size_t column;
    struct fill_field how;
    bool number;
    bool plain;        /* a number that need not be rounded */
    int64_t *mantissa; /* (end) where its cells go */
    uint32_t *code;    /* (end) */
    uint8_t *missing;  /* (end) */
};

struct hand {
    const struct fill *fill;
    const size_t *parse; /* (parse_n) columns */
    size_t parse_n;
    bool *skip; /* (parse_n) columns of the block at hand that are kept, and so not parsed */
    struct csv_stream *stream; /* of the part at hand */
    const struct fill_part *part;
    struct cell_words words;
    char point;
    struct wanted *wanted; /* (parse_n) */
    struct recent *recent; /* (parse_n, HAND_RECENT) */
    struct column *to;     /* (columns) cells go here, from `row` on */
    struct column *cells;  /* (columns) a block's worth of those that are parsed or read; or NULL */
    struct column *shown;  /* (columns) what the work of a scan sees */
    size_t row;
    size_t end; /* row where the segment ends */
    bool changed;
    bool unread; /* what was kept cannot be read */
    struct buf scratch;
    struct buf packed;
};

enum { HAND_RECENT = 64 };

/* Parse from here on; h->row is where the first cell goes. */
void hand_begin_segment(struct hand *h, const struct fill_segment *segment);

/* Its bytes, in pieces of any size. */
void hand_feed(struct hand *h, struct str bytes);

/* The segment has ended: there must be as many rows as were surveyed. */
void hand_end_segment(struct hand *h, const struct fill_segment *segment);

/* Frees what the hand has made: stream and buffers. */
void hand_release(struct hand *h);

#endif
