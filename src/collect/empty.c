/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking rows out of a CSV file so that no other row moves.
 *
 * The reader says where each record starts; it ends where the next one starts, and what line ends
 * stand there belong to the file, not to the record. Its text is replaced by as many separators as
 * it had, so it keeps its number of fields, hence its position. Everything else is copied byte for
 * byte: the remainder is the same on every copy.
 */
#include "collect/collect_int.h"

struct emptying {
    const struct emptying_request *request;
    struct str bytes;
    struct buf *out;
    size_t next;      /* of request->position */
    size_t done;      /* bytes that are copied or replaced */
    bool pending;     /* a record is to be emptied, its end is not known yet */
    size_t start;     /* of that record */
    size_t field_n;   /* of that record */
    uint64_t records; /* seen so far */
};

static size_t unit_bytes(enum csv_encoding encoding)
{
    return encoding == CSV_UTF16LE || encoding == CSV_UTF16BE ? 2 : 1;
}

static void put_sign(struct emptying *e, char sign)
{
    enum csv_encoding encoding = e->request->dialect->encoding;
    if (encoding == CSV_UTF16BE)
        buf_char(e->out, '\0');
    buf_char(e->out, sign);
    if (encoding == CSV_UTF16LE)
        buf_char(e->out, '\0');
}

/* True if the unit that ends at `end` is CR or LF. */
static bool is_line_end(const struct emptying *e, size_t end)
{
    enum csv_encoding encoding = e->request->dialect->encoding;
    const char *at = e->bytes.at + end - unit_bytes(encoding);
    bool first = *at == '\r' || *at == '\n';
    if (encoding == CSV_UTF16LE)
        return first && at[1] == '\0';
    if (encoding == CSV_UTF16BE)
        return at[0] == '\0' && (at[1] == '\r' || at[1] == '\n');
    return first;
}

static void put_fields(struct emptying *e)
{
    const struct csv_dialect *dialect = e->request->dialect;
    if (e->field_n > 1) {
        for (size_t f = 1; f < e->field_n; f++)
            put_sign(e, dialect->separator);
    } else if (dialect->quote) {
        put_sign(e, dialect->quote);
        put_sign(e, dialect->quote);
    } else {
        put_sign(e, '-');
    }
}

/* The pending record reaches up to `end`. */
static void finish_record(struct emptying *e, size_t end)
{
    size_t unit = unit_bytes(e->request->dialect->encoding);
    size_t tail = end;
    while (tail >= e->start + unit && is_line_end(e, tail))
        tail -= unit;
    buf_add(e->out, e->bytes.at + e->done, e->start - e->done);
    put_fields(e);
    e->done = tail;
    e->pending = false;
}

static bool take(void *context, const struct csv_record *record, struct err *err)
{
    struct emptying *e = context;
    const struct emptying_request *q = e->request;
    (void)err;
    if (e->pending)
        finish_record(e, (size_t)record->offset);
    if (record->position == 0)
        return true;
    e->records = record->position;
    if (e->next == q->n || q->position[e->next] != record->position)
        return true;
    e->next++;
    e->pending = true;
    e->start = (size_t)record->offset;
    e->field_n = record->field_n;
    return true;
}

bool csv_empty(struct str bytes, const struct emptying_request *request, struct buf *out,
               uint64_t *ret_records, struct err *err)
{
    struct emptying e = {.request = request, .bytes = bytes, .out = out};
    CLEANUP(csv_release) struct csv_reader *reader = csv_new(request->dialect, take, &e);
    buf_reserve(out, bytes.n);
    if (!csv_feed(reader, bytes, err) || !csv_end(reader, err))
        return false;
    if (e.next < request->n)
        return FAIL(err, ERR_INPUT, _("See how many there are: allmende collect list"),
                    _("There is no row %llu; the file has %llu."),
                    (unsigned long long)request->position[e.next], (unsigned long long)e.records);
    if (e.pending)
        finish_record(&e, bytes.n);
    buf_add(out, bytes.at + e.done, bytes.n - e.done);
    *ret_records = e.records;
    return true;
}

/* Empty, and read the result again: no row may have moved. */
static bool empty_batch(const struct entry *batch, const uint64_t *position, size_t n,
                        struct str bytes, struct buf *out, struct err *err)
{
    CLEANUP(buf_release) struct buf ignored = BUF_INIT;
    struct csv_dialect dialect = {.separator = ','};
    uint64_t before;
    uint64_t after;
    if (!dialect_read(json_object_get(batch->body, "dialect"), &dialect))
        return FAIL(err, ERR_UNSUPPORTED, _("Get a newer version of Allmende."),
                    _("The table was read in a way that this program does not know."));
    const struct emptying_request request = {&dialect, position, n};
    const struct emptying_request none = {&dialect, NULL, 0};
    if (!csv_empty(bytes, &request, out, &before, err) ||
        !csv_empty(buf_view(out), &none, &ignored, &after, err))
        return false;
    return before == after || FAIL(err, ERR_CORRUPT, _("Nothing was taken back. Report this."),
                                   _("Rows would move when these are emptied."));
}

bool collect_withdraw_rows(struct record *record, const struct hash *batch,
                           const uint64_t *position, size_t n, struct withdrawal *ret,
                           struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct batch about;
    if (!collect_load(record, batch, &arena, &about, err))
        return false;
    if (about.presence != BODY_PRESENT)
        return FAIL(err, ERR_CONFLICT, _("Nothing needs to be done."),
                    _("The table file %.8s is not here (any more)."), hash_hex(batch).at);
    if (n == 0 || position[0] < 1 || position[n - 1] > about.records)
        return FAIL(err, ERR_INPUT, _("For example: --rows 3,7-9"),
                    _("The table file %.8s has the rows 1 to %llu."), hash_hex(batch).at,
                    (unsigned long long)about.records);
    const struct withdraw_items items = {
        .batch = *batch, .position = position, .n = n, .empty = empty_batch};
    return withdraw_items(record, &items, ret, err);
}

bool collect_made_with(struct record *record, const struct hash *id, struct arena *arena,
                       struct ids *ret, struct err *err)
{
    return record_ids(record, SQL_RECORD_MADE_WITH, id, arena, ret, err);
}
