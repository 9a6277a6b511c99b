/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader is a machine of four states that takes one byte after the other; bytes that cannot
 * change the state are copied in a tight loop. Its whole memory is the text of the record at hand,
 * so the result cannot depend on how the file was cut into pieces.
 *
 *   START    nothing of this field was read yet
 *   PLAIN    in a field without quotes, or behind a closing quote and its faulty text
 *   QUOTED   in a quoted field
 *   CLOSED   behind a quote inside a quoted field: its end, or the first half of ""
 *
 * Invariants: 1. text holds the fields of the record one behind the other, unquoted; the first
 *                end_n of them end at end[]. The field at hand runs from there to text.n.
 *             2. fresh: no byte of the next record was read; then end_n and text.n are 0.
 *             3. offset counts the bytes of the file in front of the mark of csv_piece().
 *
 * Tried and dropped: finding the ends of fields with memchr and pointing into the piece. It saves
 * the copy but needs a second path for records that cross pieces, and fields of tables are short.
 */
#include "read/csv.h"

#include <stdlib.h>

#include "base/mem.h"

enum state { START, PLAIN, QUOTED, CLOSED };

/* What a byte is; a field ends or stops at the first two. */
enum { ENDS_PLAIN = 1, ENDS_QUOTED = 2, IS_HIGH = 4, IS_NUL = 8 };

enum { PIECE_BYTES = 64 * 1024, FIELDS_FIRST = 64 };

struct csv_reader {
    struct csv_dialect dialect;
    csv_take *take;
    void *context;
    struct decoder decoder;
    uint64_t skip; /* bytes of the byte order mark still to come */
    uint8_t class[256];

    enum state state;
    bool fresh;
    bool after_cr; /* the byte before was CR: LF belongs to it */
    uint8_t seen;  /* classes of the bytes of this record */
    uint64_t offset;
    uint64_t line; /* of the next byte, from 1 */
    uint64_t quote_line;
    uint64_t record_offset;
    uint64_t record_line;
    uint64_t position; /* of the last record */
    size_t expected;   /* fields a record must have; 0: none was read yet */
    size_t late_field; /* the first field with text behind its closing quote; SIZE_MAX: none */

    struct buf decoded;
    struct buf text;
    struct buf fault;
    size_t end_n;
    size_t end_room;
    size_t *end;       /* (end_room) */
    struct str *field; /* (end_room) */
};

void csv_seek(struct csv_reader *r, const struct csv_place *place)
{
    BUG_IF(!r->fresh);
    r->skip = place->offset ? 0 : r->dialect.skip_bytes;
    r->offset = place->offset ? place->offset : r->dialect.skip_bytes;
    r->line = place->line;
    r->position = place->position;
    r->expected = place->fields;
    r->after_cr = false;
}

bool csv_tell(const struct csv_reader *r, struct csv_place *ret)
{
    if (!r->fresh || r->after_cr || r->skip || r->decoder.has_half || r->decoder.high)
        return false;
    *ret = (struct csv_place){r->offset, r->line, r->position, r->expected};
    return true;
}

struct csv_reader *csv_new(const struct csv_dialect *dialect, csv_take *take, void *context)
{
    struct csv_reader *r = mem_get(1, sizeof *r);
    r->dialect = *dialect;
    r->take = take;
    r->context = context;
    r->decoder.encoding = dialect->encoding;
    r->skip = dialect->skip_bytes;
    r->offset = dialect->skip_bytes;
    r->line = 1;
    r->fresh = true;
    r->late_field = SIZE_MAX;
    r->decoded = r->text = r->fault = (struct buf)BUF_INIT;
    for (size_t c = 0x80; c < 256; c++)
        r->class[c] = IS_HIGH;
    r->class[0] = IS_NUL;
    r->class['\n'] = r->class['\r'] = ENDS_PLAIN | ENDS_QUOTED;
    r->class[(unsigned char)dialect->separator] = ENDS_PLAIN;
    if (dialect->quote)
        r->class[(unsigned char)dialect->quote] = ENDS_QUOTED;
    return r;
}

void csv_free(struct csv_reader *r)
{
    if (!r)
        return;
    buf_release(&r->decoded);
    buf_release(&r->text);
    buf_release(&r->fault);
    free(r->end);
    free(r->field);
    free(r);
}

void csv_release(struct csv_reader **reader)
{
    csv_free(*reader);
}

/* --- the end of a record ---------------------------------------------------------------------- */

static bool find_wrong_bytes(const struct csv_record *record, size_t *ret_field)
{
    size_t at;
    for (size_t f = 0; f < record->field_n; f++) {
        if (str_utf8(record->field[f], &at))
            continue;
        *ret_field = f;
        return true;
    }
    return false;
}

static size_t find_nul(const struct csv_record *record)
{
    for (size_t f = 0; f < record->field_n; f++)
        for (size_t i = 0; i < record->field[f].n; i++)
            if (record->field[f].at[i] == '\0')
                return f;
    return record->field_n;
}

/* Fills the record's fault if it has one. */
static void judge(struct csv_reader *r, struct csv_record *record)
{
    unsigned long long line = record->line;
    size_t field = record->field_n;
    buf_clear(&r->fault);
    if (r->late_field != SIZE_MAX) {
        field = r->late_field;
        buf_printf(&r->fault, _("Line %llu, field %zu: text behind the closing quote."), line,
                   field + 1);
    } else if ((r->seen & IS_HIGH) && find_wrong_bytes(record, &field)) {
        buf_printf(&r->fault, _("Line %llu, field %zu: bytes that are not valid %s."), line,
                   field + 1, encoding_name(r->dialect.encoding));
    } else if (r->seen & IS_NUL) {
        field = find_nul(record);
        buf_printf(&r->fault, _("Line %llu, field %zu: a NUL byte."), line, field + 1);
    } else if (record->field_n != r->expected) {
        buf_printf(&r->fault, _("Line %llu: %zu fields instead of %zu."), line, record->field_n,
                   r->expected);
    }
    record->fault = r->fault.n ? r->fault.at : NULL;
    record->fault_field = field;
}

static bool close_field(struct csv_reader *r, struct err *err)
{
    if (r->end_n == CSV_COLUMNS_MAX)
        return FAIL(err, ERR_LIMIT, _("Check that the file is a table and the separator is right."),
                    _("The record at line %llu has more than %d fields."),
                    (unsigned long long)r->record_line, CSV_COLUMNS_MAX);
    if (r->end_n == r->end_room) {
        r->end_room = r->end_room ? 2 * r->end_room : FIELDS_FIRST;
        r->end = mem_resize(r->end, r->end_room, sizeof *r->end);
        r->field = mem_resize(r->field, r->end_room, sizeof *r->field);
    }
    r->end[r->end_n++] = r->text.n;
    r->state = START;
    return true;
}

/* offset must count up to the end of the record, or of what was read of it. */
static bool check_size(const struct csv_reader *r, struct err *err)
{
    if (r->fresh || r->offset - r->record_offset <= CSV_RECORD_MAX)
        return true;
    return FAIL(err, ERR_LIMIT, _("Look for a quote there that is never closed."),
                _("The record at line %llu is longer than %d MiB."),
                (unsigned long long)r->record_line, CSV_RECORD_MAX / (1024 * 1024));
}

static bool finish_record(struct csv_reader *r, struct err *err)
{
    if (!check_size(r, err) || !close_field(r, err))
        return false;
    size_t from = 0;
    for (size_t f = 0; f < r->end_n; f++) {
        r->field[f] = (struct str){r->text.at + from, r->end[f] - from};
        from = r->end[f];
    }
    bool header = r->expected == 0 && r->dialect.header;
    if (r->expected == 0)
        r->expected = r->end_n;
    r->position += !header;
    struct csv_record record = {
        .position = r->position,
        .line = r->record_line,
        .offset = r->record_offset,
        .field = r->field,
        .field_n = r->end_n,
    };
    judge(r, &record);
    if (!r->take(r->context, &record, err))
        return false;
    buf_clear(&r->text);
    r->end_n = 0;
    r->seen = 0;
    r->late_field = SIZE_MAX;
    r->fresh = true;
    return true;
}

/* --- byte by byte ----------------------------------------------------------------------------- */

/* Copies bytes that belong to the field at hand; returns the place of the first that may not. */
static size_t scan(struct csv_reader *r, struct str piece, size_t i)
{
    uint8_t stop = r->state == QUOTED ? ENDS_QUOTED : ENDS_PLAIN;
    uint8_t seen = r->seen;
    char *to = r->text.at + r->text.n;
    size_t from = i;
    for (; i < piece.n; i++) {
        uint8_t class = r->class[(unsigned char)piece.at[i]];
        if (class & stop)
            break;
        seen |= class;
        *to++ = piece.at[i];
    }
    r->seen = seen;
    r->text.n += i - from;
    return i;
}

static void add_byte(struct csv_reader *r, char c)
{
    r->text.at[r->text.n++] = c;
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

/* A separator or line end outside quotes. The caller has brought offset up to it. */
static bool take_end(struct csv_reader *r, char c, struct err *err)
{
    if (!is_line_end(c))
        return close_field(r, err);
    r->line++;
    r->after_cr = c == '\r';
    return r->fresh || finish_record(r, err);
}

/* A byte inside quotes that scan() left: the quote or a line end. */
static void take_quoted(struct csv_reader *r, char c)
{
    if (c == r->dialect.quote) {
        r->state = CLOSED;
        return;
    }
    r->line++;
    r->after_cr = c == '\r';
    add_byte(r, c);
}

/* The first byte of a field, or the one behind a quote, if it is a quote. */
static bool take_quote(struct csv_reader *r, char c)
{
    if (!r->dialect.quote || c != r->dialect.quote)
        return false;
    if (r->state == CLOSED)
        add_byte(r, c);
    else
        r->quote_line = r->line;
    r->state = QUOTED;
    return true;
}

static void begin_record(struct csv_reader *r)
{
    r->fresh = false;
    r->record_offset = r->offset;
    r->record_line = r->line;
}

/* Counts the bytes of the file from mark to i. */
static size_t advance(struct csv_reader *r, struct str piece, size_t mark, size_t i)
{
    r->offset += encoding_width(r->dialect.encoding, (struct str){piece.at + mark, i - mark});
    return i;
}

/* Copies what belongs to the field at hand from i on; text behind a closing quote is a fault. */
static size_t take_text(struct csv_reader *r, struct str piece, size_t i)
{
    size_t next = scan(r, piece, i);
    if (next == i || r->state == QUOTED)
        return next;
    if (r->state == CLOSED && r->late_field == SIZE_MAX)
        r->late_field = r->end_n;
    r->state = PLAIN;
    return next;
}

static bool take_piece(struct csv_reader *r, struct str piece, struct err *err)
{
    size_t mark = 0;
    /* A byte adds at most one: no check in scan and add_byte. */
    buf_reserve(&r->text, piece.n + CSV_BYTES_BEHIND);
    for (size_t i = 0; i < piece.n; i++) {
        char c = piece.at[i];
        bool second_half = c == '\n' && r->after_cr;
        r->after_cr = false;
        if (second_half) {
            if (r->state == QUOTED)
                add_byte(r, c);
            continue;
        }
        if (r->fresh && !is_line_end(c)) {
            mark = advance(r, piece, mark, i);
            begin_record(r);
        }
        if ((r->state == START || r->state == CLOSED) && take_quote(r, c))
            continue;
        i = take_text(r, piece, i);
        if (i == piece.n)
            break;
        c = piece.at[i];
        if (r->state != QUOTED && is_line_end(c))
            mark = advance(r, piece, mark, i);
        if (r->state == QUOTED)
            take_quoted(r, c);
        else if (!take_end(r, c, err))
            return false;
    }
    advance(r, piece, mark, piece.n);
    return check_size(r, err);
}

static bool take_decoded(struct csv_reader *r, struct err *err)
{
    bool done = take_piece(r, buf_view(&r->decoded), err);
    buf_clear(&r->decoded);
    return done;
}

bool csv_feed(struct csv_reader *r, struct str bytes, struct err *err)
{
    size_t skip = r->skip < bytes.n ? (size_t)r->skip : bytes.n;
    r->skip -= skip;
    for (size_t i = skip; i < bytes.n;) {
        size_t n = bytes.n - i < PIECE_BYTES ? bytes.n - i : PIECE_BYTES;
        struct str piece = {bytes.at + i, n};
        i += n;
        if (r->dialect.encoding == CSV_UTF8) {
            if (!take_piece(r, piece, err))
                return false;
            continue;
        }
        decoder_feed(&r->decoder, piece, &r->decoded);
        if (!take_decoded(r, err))
            return false;
    }
    return true;
}

bool csv_end(struct csv_reader *r, struct err *err)
{
    decoder_end(&r->decoder, &r->decoded);
    if (!take_decoded(r, err))
        return false;
    if (r->state == QUOTED)
        return FAIL(err, ERR_INPUT, _("Close the quote, or double it if it belongs to the text."),
                    _("The quote opened in line %llu is never closed."),
                    (unsigned long long)r->quote_line);
    return r->fresh || finish_record(r, err);
}
