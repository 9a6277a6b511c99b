/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stream: the records of csv.h, the plain ones fast.
 *
 * Bytes go in, in pieces of any size; records come out in the same order, with the same positions,
 * lines, offsets and fields as csv_feed gives. Most records hold no quote and nothing wrong: those
 * are handed over as they lie in the piece, without a copy. Every other one goes through csv.h,
 * which alone says what the grammar is.
 */
#ifndef READ_STREAM_H
#define READ_STREAM_H

#include "read/csv.h"

/* Records that follow each other line by line, without quote, NUL or wrong bytes, each with as many
 * fields as it must have. Field f of record r runs from f ? end[f - 1] + 1 : start to end[f],
 * counted from at, where end is mark + row[r].mark; CSV_BYTES_BEHIND bytes from the start of each
 * field can be read. Valid until the callback returns. */
struct plain_row {
    uint32_t start;
    uint32_t mark;
};
struct plain_records {
    uint64_t position; /* of the first; the others follow */
    uint64_t line;
    uint64_t offset;
    const char *at;
    const uint32_t *mark;
    const struct plain_row *row; /* (n) */
    size_t n;                    /* at least 1 */
    size_t field_n;
};

/* Field f of record r as text. */
static inline struct str plain_field(const struct plain_records *records, size_t r, size_t f)
{
    const uint32_t *end = records->mark + records->row[r].mark + f;
    size_t from = f ? end[-1] + (size_t)1 : records->row[r].start;
    return (struct str){records->at + from, *end - from};
}

/* Where record r begins in the file. */
static inline uint64_t plain_offset(const struct plain_records *records, size_t r)
{
    return records->offset + (records->row[r].start - records->row[0].start);
}

/* Called for the records in order; false stops the reading with err as the callback left it. */
struct stream_take {
    void *context;
    bool (*plain)(void *context, const struct plain_records *records, struct err *err);
    csv_take *odd; /* the header, and every record that is not plain */
};

struct csv_stream;

/* Pieces of this size stay in the cache of one processor. */
enum { STREAM_PIECE_BYTES = 32 * 1024 };

/* Plain records are handed over piece by piece: at most piece_bytes at once. Owned by the caller:
 * stream_free. */
struct csv_stream *stream_new(const struct csv_dialect *dialect, const struct stream_take *take,
                              size_t piece_bytes);
void stream_free(struct csv_stream *stream);

/* For CLEANUP. */
void stream_release(struct csv_stream **stream);

/* Read on from another place, where a record starts; what was read of a record is forgotten. */
void stream_seek(struct csv_stream *stream, const struct csv_place *place);

/* Feed the next bytes; as csv_feed. Cost: 0.5 ns a byte of plain records, and what take does. */
bool stream_feed(struct csv_stream *stream, struct str bytes, struct err *err) MUST_USE;

/* The file has ended; as csv_end. */
bool stream_end(struct csv_stream *stream, struct err *err) MUST_USE;

#endif
