/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A piece is cut at its last line end. Its marks (marks.h) are found once; a line whose marks are
 * separators, as many as there must be, and then a line end, is a plain record. Any other line goes
 * to the reader of csv.h, byte for byte, until that stands at the start of a record again; then the
 * marks behind it are as good as before, because a mark is a byte, whatever it means.
 *
 * Invariants: 1. csv has been fed every byte up to its place or stands at the start of a record.
 *             2. place is where the next record starts if busy is false.
 *
 * Bytes beyond ASCII: a piece is checked as a whole; only if it is not valid UTF-8, each line is.
 * In other encodings such a line goes to csv.h, and UTF-16 goes there altogether.
 */
#include "read/stream.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "read/marks.h"

/* What has to be looked at in each line of a piece beside its marks. */
enum lines { LINES_FINE = 0, LINES_MAYBE_WRONG, LINES_ASCII_ONLY };

struct csv_stream {
    struct csv_dialect dialect;
    struct stream_take take;
    struct csv_reader *csv;
    struct csv_place place;
    bool busy; /* csv stands inside a record, or behind a CR */
    size_t piece_bytes;
    uint32_t *mark;        /* (piece_bytes + MARKS_MORE) */
    struct plain_row *row; /* (row_room) */
    size_t row_room;
};

struct csv_stream *stream_new(const struct csv_dialect *dialect, const struct stream_take *take,
                              size_t piece_bytes)
{
    struct csv_stream *s = mem_get(1, sizeof *s);
    s->piece_bytes = piece_bytes;
    s->mark = mem_get(piece_bytes + MARKS_MORE, sizeof *s->mark);
    s->row_room = piece_bytes / 32;
    s->row = mem_get(s->row_room, sizeof *s->row);
    s->dialect = *dialect;
    s->take = *take;
    s->csv = csv_new(dialect, take->odd, take->context);
    s->busy = true; /* until csv says where the first record starts */
    return s;
}

void stream_free(struct csv_stream *s)
{
    if (!s)
        return;
    csv_free(s->csv);
    free(s->mark);
    free(s->row);
    free(s);
}

void stream_release(struct csv_stream **stream)
{
    stream_free(*stream);
}

void stream_seek(struct csv_stream *s, const struct csv_place *place)
{
    struct csv_place ignored;
    if (!csv_tell(s->csv, &ignored)) {
        csv_free(s->csv);
        s->csv = csv_new(&s->dialect, s->take.odd, s->take.context);
    }
    csv_seek(s->csv, place);
    s->busy = !csv_tell(s->csv, &s->place);
}

/* --- odd records ------------------------------------------------------------------------------ */

static size_t line_end(struct str bytes, size_t from)
{
    size_t i = from;
    while (i < bytes.n && bytes.at[i] != '\n' && bytes.at[i] != '\r')
        i++;
    return i < bytes.n ? i + 1 : i;
}

static bool is_wide(const struct csv_stream *s)
{
    return s->dialect.encoding == CSV_UTF16LE || s->dialect.encoding == CSV_UTF16BE;
}

/* Give csv lines from *i on until it stands at the start of a record, and move *i there. */
static bool take_odd(struct csv_stream *s, struct str bytes, size_t *i, struct err *err)
{
    do {
        size_t end = is_wide(s) ? bytes.n : line_end(bytes, *i);
        struct str line = {bytes.at + *i, end - *i};
        *i = end;
        if (!csv_feed(s->csv, line, err))
            return false;
        s->busy = !csv_tell(s->csv, &s->place);
    } while (s->busy && *i < bytes.n);
    return true;
}

/* --- plain records ---------------------------------------------------------------------------- */

/* The piece that is worked on. */
struct piece {
    struct str text; /* ends behind a line end */
    size_t done;     /* where the next record starts */
    size_t mark;     /* the first mark that is not before it */
    size_t marks;
    enum lines lines;
};

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

static bool all_ascii(struct str text)
{
    unsigned char all = 0;
    for (size_t i = 0; i < text.n; i++)
        all |= (unsigned char)text.at[i];
    return all < 0x80;
}

static enum lines judge_piece(const struct csv_stream *s, struct str text, bool high)
{
    size_t at;
    if (!high)
        return LINES_FINE;
    if (s->dialect.encoding != CSV_UTF8)
        return LINES_ASCII_ONLY;
    return str_utf8(text, &at) ? LINES_FINE : LINES_MAYBE_WRONG;
}

/* True if the marks from m on are those of a plain record. */
static bool is_plain(const struct csv_stream *s, const struct piece *p, size_t m)
{
    size_t fields = s->place.fields;
    const char *at = p->text.at;
    bool odd = false;
    size_t wrong;
    if (fields == 0 || p->marks - m < fields)
        return false;
    for (size_t f = 0; f + 1 < fields; f++)
        odd |= at[s->mark[m + f]] != s->dialect.separator;
    size_t end = s->mark[m + fields - 1];
    if (odd || !is_line_end(at[end]))
        return false;
    struct str line = {at + p->done, end - p->done};
    return p->lines == LINES_FINE ||
           (p->lines == LINES_ASCII_ONLY ? all_ascii(line) : str_utf8(line, &wrong));
}

/* True if nothing stands before the next line end. */
static bool is_blank(const struct csv_stream *s, const struct piece *p)
{
    return s->mark[p->mark] == p->done && is_line_end(p->text.at[p->done]);
}

/* The line end at p->mark is behind p->done; CR LF is one. */
static void pass_line_end(struct csv_stream *s, struct piece *p)
{
    size_t end = s->mark[p->mark++];
    bool two = p->text.at[end] == '\r' && p->text.at[end + 1] == '\n';
    s->place.offset += end + 1 + two - p->done;
    s->place.line++;
    p->done = end + 1 + two;
    p->mark += two && p->mark < p->marks;
}

/* As many plain records as follow each other. */
static bool take_records(struct csv_stream *s, struct piece *p, struct err *err)
{
    struct plain_records records = {.position = s->place.position + 1,
                                    .line = s->place.line,
                                    .offset = s->place.offset,
                                    .at = p->text.at,
                                    .mark = s->mark,
                                    .row = s->row,
                                    .field_n = s->place.fields};
    do {
        s->row[records.n++] = (struct plain_row){(uint32_t)p->done, (uint32_t)p->mark};
        p->mark += s->place.fields - 1;
        pass_line_end(s, p);
    } while (records.n < s->row_room && p->done < p->text.n && !is_blank(s, p) &&
             is_plain(s, p, p->mark));
    s->place.position += records.n;
    return s->take.plain(s->take.context, &records, err);
}

/* Records from p->done on to the end of the piece; what csv takes may reach beyond it. */
static bool take_piece(struct csv_stream *s, struct str bytes, struct piece *p, struct err *err)
{
    while (p->done < p->text.n && !s->busy) {
        if (is_blank(s, p)) {
            pass_line_end(s, p);
        } else if (is_plain(s, p, p->mark)) {
            if (!take_records(s, p, err))
                return false;
        } else {
            csv_seek(s->csv, &s->place);
            if (!take_odd(s, bytes, &p->done, err))
                return false;
            while (p->mark < p->marks && s->mark[p->mark] < p->done)
                p->mark++;
        }
    }
    return true;
}

/* The part of bytes from i on that is worked on next: whole lines, and behind them bytes enough for
 * reading beyond a field. Empty if there is none. */
static struct str cut_piece(const struct csv_stream *s, struct str bytes, size_t i)
{
    size_t n = bytes.n - i;
    if (is_wide(s) || n <= CSV_BYTES_BEHIND)
        return (struct str){bytes.at + i, 0};
    n = n - CSV_BYTES_BEHIND < s->piece_bytes ? n - CSV_BYTES_BEHIND : s->piece_bytes;
    while (n && !is_line_end(bytes.at[i + n - 1]))
        n--;
    return (struct str){bytes.at + i, n};
}

bool stream_feed(struct csv_stream *s, struct str bytes, struct err *err)
{
    for (size_t i = 0; i < bytes.n;) {
        struct piece p = {.text = {bytes.at, 0}};
        if (!s->busy)
            p.text = cut_piece(s, bytes, i);
        if (p.text.n == 0) {
            if (!s->busy)
                csv_seek(s->csv, &s->place);
            if (!take_odd(s, bytes, &i, err))
                return false;
            continue;
        }
        struct marks marks = {.place = s->mark};
        marks_find(p.text, s->dialect.separator, s->dialect.quote, &marks);
        p.marks = marks.n;
        p.lines = judge_piece(s, p.text, marks.high);
        struct str rest = {bytes.at + i, bytes.n - i};
        if (!take_piece(s, rest, &p, err))
            return false;
        i += p.done;
    }
    return true;
}

bool stream_end(struct csv_stream *s, struct err *err)
{
    return csv_end(s->csv, err);
}
