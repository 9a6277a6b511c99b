/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes: the reader hands over the same records however they are cut, and so does the stream;
 * columns_read ends in a table that covers every record, or in a sentence; and a streamed table
 * holds the same. */
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "learn/scan.h"
#include "read/columns.h"
#include "read/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was handed over, as a digest. */
struct trace {
    struct hasher hasher;
    uint64_t last_offset;
};

static bool take(void *context, const struct csv_record *record, struct err *err)
{
    (void)err;
    struct trace *t = context;
    BUG_IF(record->offset < t->last_offset);
    t->last_offset = record->offset;
    hash_u64(&t->hasher, record->position);
    hash_u64(&t->hasher, record->line);
    hash_u64(&t->hasher, record->offset);
    hash_u64(&t->hasher, record->fault ? record->fault_field : UINT64_MAX);
    for (size_t f = 0; f < record->field_n; f++) {
        size_t at;
        BUG_IF(!record->fault && !str_utf8(record->field[f], &at));
        hash_u64(&t->hasher, record->field[f].n);
        hash_str(&t->hasher, record->field[f]);
    }
    return true;
}

static struct hash trace(struct str bytes, const struct csv_dialect *dialect, size_t piece)
{
    struct trace t = {.last_offset = 0};
    struct err err = {0};
    hash_begin(&t.hasher);
    struct csv_reader *reader CLEANUP(csv_release) = csv_new(dialect, take, &t);
    bool done = true;
    for (size_t i = 0; done && i < bytes.n; i += piece) {
        size_t n = bytes.n - i < piece ? bytes.n - i : piece;
        done = csv_feed(reader, (struct str){bytes.at + i, n}, &err);
    }
    done = done && csv_end(reader, &err);
    BUG_IF(done != (err.code == ERR_NONE));
    hash_u64(&t.hasher, (uint64_t)err.code);
    return hash_end(&t.hasher);
}

static bool take_plain(void *context, const struct plain_records *records, struct err *err)
{
    static struct str field[CSV_COLUMNS_MAX];
    for (size_t r = 0; r < records->n; r++) {
        for (size_t f = 0; f < records->field_n; f++)
            field[f] = plain_field(records, r, f);
        if (!take(context,
                  &(struct csv_record){.position = records->position + r,
                                       .line = records->line + r,
                                       .offset = plain_offset(records, r),
                                       .field = field,
                                       .field_n = records->field_n},
                  err))
            return false;
    }
    return true;
}

/* As trace(), by the stream. */
static struct hash trace_stream(struct str bytes, const struct csv_dialect *dialect, size_t piece)
{
    struct trace t = {.last_offset = 0};
    struct err err = {0};
    hash_begin(&t.hasher);
    const struct stream_take all = {&t, take_plain, take};
    struct csv_stream *stream CLEANUP(stream_release) =
        stream_new(dialect, &all, piece % 2 ? STREAM_PIECE_BYTES : 64);
    bool done = true;
    for (size_t i = 0; done && i < bytes.n; i += piece) {
        size_t n = bytes.n - i < piece ? bytes.n - i : piece;
        done = stream_feed(stream, (struct str){bytes.at + i, n}, &err);
    }
    done = done && stream_end(stream, &err);
    hash_u64(&t.hasher, (uint64_t)err.code);
    return hash_end(&t.hasher);
}

/* The streamed table holds what the one in memory holds. */
static void compare_streamed(struct str bytes, const struct csv_dialect *dialect,
                             const struct table *table, struct arena *arena)
{
    const struct bytes source = bytes_of_str(&bytes);
    const struct columns_part part = {.bytes = &source, .options = {.dialect = dialect}};
    const struct columns_request request = {.part = &part, .parts = 1};
    const struct cluster cluster = {.threads = 1};
    struct columns streamed;
    struct err err = {0};
    size_t *want = arena_get(arena, table->column_n, sizeof *want);
    for (size_t c = 0; c < table->column_n; c++)
        want[c] = c;
    BUG_IF(!columns_open(&request, arena, &streamed, &err));
    BUG_IF(streamed.table.rows != table->rows || streamed.table.column_n != table->column_n);
    BUG_IF(!scan_load(&streamed.table, want, table->column_n, &cluster, arena, &err));
    for (size_t c = 0; c < table->column_n; c++) {
        const struct column *a = &table->column[c], *b = &streamed.table.column[c];
        BUG_IF(a->type != b->type || a->exponent != b->exponent);
        for (size_t r = 0; r < table->rows; r++)
            BUG_IF(a->missing[r] != b->missing[r] ||
                   (a->type == COLUMN_NUMBER ? a->mantissa[r] != b->mantissa[r]
                                             : a->code[r] != b->code[r]));
    }
}

static void read_columns(struct str bytes, const struct csv_dialect *dialect)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct columns_options options = {.dialect = dialect};
    struct columns columns = {0};
    struct err err = {0};
    bool done = columns_read(bytes, &options, &arena, &columns, &err);
    BUG_IF(done != (err.code == ERR_NONE));
    if (!done)
        return;
    BUG_IF(columns.table.rows + columns.rejected != columns.records);
    compare_streamed(bytes, dialect, &columns.table, &arena);
    for (size_t c = 0; c < columns.table.column_n; c++) {
        const struct column *column = &columns.table.column[c];
        for (size_t r = 0; r < columns.table.rows; r++) {
            bool number = column->type == COLUMN_NUMBER;
            BUG_IF(number && (column->mantissa[r] > 999999999999999999 ||
                              column->mantissa[r] < -999999999999999999));
            BUG_IF(!number && !column->missing[r] && column->code[r] >= column->category_n);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str bytes = {(const char *)data, size};
    struct csv_dialect dialect = {0};
    struct err err = {0};
    bool proposed = csv_propose(bytes, true, &dialect, &err);
    BUG_IF(proposed != (err.code == ERR_NONE));
    if (!proposed)
        return 0;
    struct hash whole = trace(bytes, &dialect, size + 1);
    struct hash cut = trace(bytes, &dialect, 1 + size % 5);
    BUG_IF(!hash_eq(&whole, &cut));
    struct hash streamed = trace_stream(bytes, &dialect, size + 1);
    struct hash pieces = trace_stream(bytes, &dialect, 40 + size % 50);
    BUG_IF(!hash_eq(&whole, &streamed) || !hash_eq(&whole, &pieces));
    read_columns(bytes, &dialect);
    return 0;
}
