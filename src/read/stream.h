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

/* A record without quote, NUL or wrong bytes and with as many fields as it must have. Field f runs
 * from f ? end[f - 1] + 1 : start to end[f], counted from at; CSV_BYTES_BEHIND bytes from the start
 * of each field can be read. Valid until the callback returns. */
struct plain_record {
    uint64_t position;
    uint64_t line;
    uint64_t offset;
    const char *at;
    size_t start;
    const uint32_t *end; /* (field_n) */
    size_t field_n;
};

/* The field as text. */
static inline struct str plain_field(const struct plain_record *record, size_t f)
{
    size_t from = f ? record->end[f - 1] + (size_t)1 : record->start;
    return (struct str){record->at + from, record->end[f] - from};
}

/* Called for each record in order; false stops the reading with err as the callback left it. */
struct stream_take {
    void *context;
    bool (*plain)(void *context, const struct plain_record *record, struct err *err);
    csv_take *odd; /* the header, and every record that is not plain */
};

struct csv_stream;

/* Owned by the caller: stream_free. */
struct csv_stream *stream_new(const struct csv_dialect *dialect, const struct stream_take *take);
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
