/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xls: records and texts; what stands before the sheets. */
#include <string.h>

#include "base/mem.h"
#include "read/container.h"
#include "read/decode_int.h"
#include "read/encoding.h"
#include "read/little.h"
#include "read/sheet_xls.h"

enum { STYLES_MAX = 65536, BIFF8 = 0x0600, IS_GLOBALS = 5 };

/* Flags of a text. SOURCE: [MS-XLS] 2.5.293. */
enum { TEXT_IS_WIDE = 1, TEXT_IS_SPOKEN = 4, TEXT_HAS_LOOKS = 8 };

/* --- records ------------------------------------------------------------------------------ */

bool xls_record(struct str stream, size_t at, struct xls_record *ret)
{
    if (at > stream.n || stream.n - at < 4)
        return false;
    size_t n = little_u16(stream.at + at + 2);
    if (n > stream.n - at - 4)
        return false;
    *ret = (struct xls_record){little_u16(stream.at + at), {stream.at + at + 4, n}, at + 4 + n};
    return true;
}

bool xls_read(struct str stream, const struct xls_record *record, size_t skip,
              struct xls_reader *ret)
{
    if (skip > record->content.n)
        return false;
    *ret = (struct xls_reader){
        stream, {record->content.at + skip, record->content.n - skip}, record->next};
    return true;
}

/* Go on in the record behind, if there is nothing left of this one. */
static bool more(struct xls_reader *r)
{
    struct xls_record record;
    while (r->left.n == 0) {
        if (!xls_record(r->stream, r->next, &record) || record.kind != XLS_CONTINUE)
            return false;
        r->left = record.content;
        r->next = record.next;
    }
    return true;
}

/* n bytes as a little-endian number; n <= 4. */
static bool number(struct xls_reader *r, unsigned n, uint32_t *ret)
{
    *ret = 0;
    for (unsigned i = 0; i < n; i++) {
        if (!more(r))
            return false;
        *ret |= (uint32_t)(unsigned char)r->left.at[0] << 8 * i;
        r->left = (struct str){r->left.at + 1, r->left.n - 1};
    }
    return true;
}

static bool pass(struct xls_reader *r, uint64_t n)
{
    while (n) {
        if (!more(r))
            return false;
        size_t piece = n < r->left.n ? (size_t)n : r->left.n;
        r->left = (struct str){r->left.at + piece, r->left.n - piece};
        n -= piece;
    }
    return true;
}

/* --- texts -------------------------------------------------------------------------------- */

/* Characters of one byte are the first 256 of Unicode. */
static void add_narrow(struct decoder *decoder, struct str bytes, struct buf *out)
{
    for (size_t i = 0; i < bytes.n; i++) {
        const char unit[2] = {bytes.at[i], '\0'};
        decoder_feed(decoder, (struct str){unit, 2}, out);
    }
}

/* The decoder marks what is no character by FF. */
static void clean(struct buf *out, size_t from)
{
    size_t n = from;
    for (size_t i = from; i < out->n; i++)
        if (out->at[i])
            out->at[n++] = (char)(out->at[i] == '\xFF' ? '?' : out->at[i]);
    out->n = n;
    if (out->cap)
        out->at[n] = '\0';
}

/* Where a text goes on in another record, a byte of flags comes first that says anew how wide its
   characters are. SOURCE: [MS-XLS] 2.5.293, rgb. */
static bool characters(struct xls_reader *r, size_t n, bool wide, struct buf *out)
{
    struct decoder decoder = {.encoding = CSV_UTF16LE};
    uint32_t flags;
    size_t from = out->n;
    while (n) {
        if (r->left.n == 0) {
            if (!number(r, 1, &flags))
                return false;
            wide = flags & TEXT_IS_WIDE;
            continue;
        }
        size_t room = wide ? r->left.n / 2 : r->left.n;
        size_t piece = n < room ? n : room;
        struct str bytes = {r->left.at, wide ? 2 * piece : piece};
        if (piece == 0)
            return false; /* half of a character at the end of the record */
        if (wide)
            decoder_feed(&decoder, bytes, out);
        else
            add_narrow(&decoder, bytes, out);
        r->left = (struct str){r->left.at + bytes.n, r->left.n - bytes.n};
        n -= piece;
    }
    decoder_end(&decoder, out);
    clean(out, from);
    return true;
}

bool xls_text(struct xls_reader *reader, size_t n, struct buf *out)
{
    uint32_t flags;
    uint32_t looks = 0;
    uint32_t spoken = 0;
    return number(reader, 1, &flags) && (!(flags & TEXT_HAS_LOOKS) || number(reader, 2, &looks)) &&
           (!(flags & TEXT_IS_SPOKEN) || number(reader, 4, &spoken)) &&
           characters(reader, n, flags & TEXT_IS_WIDE, out) &&
           pass(reader, UINT64_C(4) * looks + spoken);
}

/* --- shared texts ------------------------------------------------------------------------- */

/* SOURCE: [MS-XLS] 2.4.265. */
static bool read_texts(struct book *book, const struct xls_record *record, struct err *err)
{
    struct xls_reader r;
    uint32_t n;
    uint32_t characters_n;
    struct str stream = buf_view(&book->stream);
    if (book->text_end || !xls_read(stream, record, 4, &r) || !number(&r, 4, &n))
        return book_damaged("SST", err);
    /* Each takes three bytes or more. */
    if (n > (stream.n - record->next + record->content.n) / 3)
        return book_damaged("SST", err);
    book->text_end = mem_get(n, sizeof *book->text_end);
    for (; book->text_n < n; book->text_n++) {
        if (!number(&r, 2, &characters_n) || !xls_text(&r, characters_n, &book->texts))
            return book_damaged("SST", err);
        if (book->texts.n > BOOK_TEXT_BYTES_MAX)
            return FAIL(err, ERR_LIMIT, _("Part the table, or save it as .csv."),
                        _("The spreadsheet holds more than %d MB of text."),
                        BOOK_TEXT_BYTES_MAX >> 20);
        book->text_end[book->text_n] = book->texts.n;
    }
    return true;
}

/* --- sheets and formats ------------------------------------------------------------------- */

struct custom_format {
    unsigned number;
    enum sheet_format format;
};

struct globals {
    struct book *book;
    struct custom_format *custom; /* (custom_n) */
    size_t custom_n;
    uint16_t *style; /* (book->style_n) the format that each style names */
};

/* Sheets of charts and macros hold no table. SOURCE: [MS-XLS] 2.4.28. */
static bool take_sheet(struct book *book, const struct xls_record *record, struct err *err)
{
    CLEANUP(buf_release) struct buf name = BUF_INIT;
    struct str bytes = record->content;
    struct xls_reader r;
    if (bytes.n < 8 || !xls_read(buf_view(&book->stream), record, 7, &r) ||
        !xls_text(&r, (unsigned char)bytes.at[6], &name))
        return book_damaged("BoundSheet8", err);
    if (bytes.at[5] != 0)
        return true;
    if (!book_add_sheet(book, buf_view(&name), bytes.at[4] & 3, STR(""), err))
        return false;
    book->sheet[book->sheet_n - 1].begin = little_u32(bytes.at);
    return true;
}

/* SOURCE: [MS-XLS] 2.4.126. */
static bool take_format(struct globals *g, const struct xls_record *record, struct err *err)
{
    CLEANUP(buf_release) struct buf code = BUF_INIT;
    struct xls_reader r;
    if (record->content.n < 5 || g->custom_n == STYLES_MAX ||
        !xls_read(buf_view(&g->book->stream), record, 4, &r) ||
        !xls_text(&r, little_u16(record->content.at + 2), &code))
        return book_damaged("Format", err);
    g->custom[g->custom_n++] = (struct custom_format){little_u16(record->content.at),
                                                      sheet_format_of_code(buf_view(&code))};
    return true;
}

/* SOURCE: [MS-XLS] 2.4.353. */
static bool take_style(struct globals *g, const struct xls_record *record, struct err *err)
{
    if (record->content.n < 4 || g->book->style_n == STYLES_MAX)
        return book_damaged("XF", err);
    g->style[g->book->style_n++] = little_u16(record->content.at + 2);
    return true;
}

static enum sheet_format format_of(const struct globals *g, unsigned number)
{
    for (size_t i = 0; i < g->custom_n; i++)
        if (g->custom[i].number == number)
            return g->custom[i].format;
    return sheet_format_built_in(number);
}

static bool take(struct globals *g, const struct xls_record *record, struct err *err)
{
    switch (record->kind) {
    case XLS_FILE_PASS:
        return decode_is_locked(err);
    case XLS_DATE_1904:
        g->book->epoch_1904 = record->content.n > 0 && record->content.at[0] == 1;
        return true;
    case XLS_BOUND_SHEET:
        return take_sheet(g->book, record, err);
    case XLS_FORMAT:
        return take_format(g, record, err);
    case XLS_XF:
        return take_style(g, record, err);
    case XLS_SST:
        return read_texts(g->book, record, err);
    default:
        return true;
    }
}

/* SOURCE: [MS-XLS] 2.4.21. */
static bool is_biff8(struct book *book, struct xls_record *ret, struct err *err)
{
    if (!xls_record(buf_view(&book->stream), 0, ret) || ret->kind != XLS_BOF || ret->content.n < 4)
        return book_damaged("BOF", err);
    return little_u16(ret->content.at) == BIFF8 ||
           FAIL(err, ERR_UNSUPPORTED, _("Save it as .xlsx or .csv and take that file."),
                _("This is a spreadsheet of Excel 95 or older, which is not read."));
}

bool xls_read_globals(struct book *book, struct err *err)
{
    struct globals g = {.book = book};
    struct xls_record record = {0};
    if (!is_biff8(book, &record, err))
        return false;
    g.custom = arena_get(book->arena, STYLES_MAX, sizeof *g.custom);
    g.style = arena_get(book->arena, STYLES_MAX, sizeof *g.style);
    while (record.kind != XLS_EOF) {
        if (!xls_record(buf_view(&book->stream), record.next, &record))
            return book_damaged("EOF", err);
        if (!take(&g, &record, err))
            return false;
    }
    book->style = mem_get(book->style_n, sizeof *book->style);
    for (size_t i = 0; i < book->style_n; i++)
        book->style[i] = format_of(&g, g.style[i]);
    return true;
}
