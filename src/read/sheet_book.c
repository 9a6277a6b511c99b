/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/sheet_book.h"

#include <string.h>

#include "base/mem.h"

enum { ALIVE_BYTES = 4 << 20 };

void book_release(struct book *book)
{
    buf_release(&book->stream);
    buf_release(&book->texts);
    mem_free(&book->text_end);
    mem_free(&book->style);
    book->text_end = NULL;
    book->style = NULL;
}

bool book_damaged(const char *what, struct err *err)
{
    return FAIL(err, ERR_INPUT, _("Open it where it was made and save it anew, or as .csv."),
                _("The spreadsheet is damaged or was made to do harm (%s)."), what);
}

/* A member on its way into the parser. */
struct feeding {
    struct book *book;
    struct xml *xml;
    uint64_t quiet_bytes;
};

static bool feed(void *context, struct str piece, struct err *err)
{
    struct feeding *f = context;
    f->quiet_bytes += piece.n;
    if (f->quiet_bytes >= ALIVE_BYTES && f->book->alive) {
        f->quiet_bytes = 0;
        f->book->alive();
    }
    return xml_feed(f->xml, piece, err);
}

bool book_part(struct book *book, struct str name, const struct xml_reader *reader, struct err *err)
{
    const char *part = arena_copy(book->arena, str_front(name, 100));
    struct xml *xml CLEANUP(xml_release) = xml_new(reader, part);
    struct feeding f = {book, xml, 0};
    return packed_read(book->packed, name, feed, &f, err) && xml_end(xml, err);
}

bool book_add_sheet(struct book *book, struct str name, bool hidden, struct str part,
                    struct err *err)
{
    if (!book->sheet)
        book->sheet = arena_get(book->arena, SHEET_SHEETS_MAX, sizeof *book->sheet);
    if (book->sheet_n == SHEET_SHEETS_MAX)
        return FAIL(err, ERR_LIMIT, _("Save the sheet that you need as .csv."),
                    _("The spreadsheet has more than %d sheets."), SHEET_SHEETS_MAX);
    book->sheet[book->sheet_n++] =
        (struct sheet){.name = arena_str(book->arena, str_front(name, SHEET_NAME_MAX)),
                       .hidden = hidden,
                       .part = arena_str(book->arena, part)};
    return true;
}
