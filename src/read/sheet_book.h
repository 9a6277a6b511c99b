/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sheet_book: a workbook in one of the three formats. Runs in the sandbox's child.
 *
 *     struct book book = {.packed = …, .arena = …};
 *     xlsx_open(&book), ods_open or xls_open   lists and measures the sheets
 *     xlsx_write(&book, sheet, put, context)   one sheet as CSV
 *     book_release(&book)
 *
 * An xls is no archive: its book needs no packed, but xls_load.
 *
 * SOURCE: ECMA-376 part 1 (5th edition, 2016), part 2 for the parts of the package; OpenDocument
 * 1.3 part 3 (OASIS, 2021); [MS-XLS].
 */
#ifndef READ_SHEET_BOOK_H
#define READ_SHEET_BOOK_H

#include "read/packed.h"
#include "read/sheet.h"
#include "read/xml.h"

enum {
    BOOK_TEXTS_MAX = 20000000,      /* shared strings */
    BOOK_TEXT_BYTES_MAX = 256 << 20 /* … and their bytes */
};

struct book {
    const struct packed *packed; /* NULL: an xls */
    struct arena *arena;
    void (*alive)(void); /* called now and then during long work; NULL: nobody wants to know */
    struct sheet *sheet; /* (sheet_n) in the order of the workbook; in the arena */
    size_t sheet_n;
    struct buf stream; /* xls: its records, one behind the other */
    /* xlsx and xls */
    bool epoch_1904;
    struct str texts_part; /* member of the shared strings, empty if there are none */
    struct str styles_part;
    struct buf texts;   /* all shared strings, one behind the other */
    uint64_t *text_end; /* (text_n) where each ends; owned */
    size_t text_n;
    enum sheet_format *style; /* (style_n) what a cell's style shows; owned */
    size_t style_n;
};

/* Free what the book owns; for CLEANUP. */
void book_release(struct book *book);

/* Find the sheets and measure them, with all notes. ERR_INPUT, ERR_LIMIT. */
bool xlsx_open(struct book *book, struct err *err) MUST_USE;
bool ods_open(struct book *book, struct err *err) MUST_USE;
bool xls_open(struct book *book, struct err *err) MUST_USE;

/* Write a measured sheet. */
bool xlsx_write(struct book *book, struct sheet *sheet, sheet_put *put, void *context,
                struct err *err) MUST_USE;
bool ods_write(struct book *book, struct sheet *sheet, sheet_put *put, void *context,
               struct err *err) MUST_USE;
bool xls_write(struct book *book, struct sheet *sheet, sheet_put *put, void *context,
               struct err *err) MUST_USE;

/* Take the records of an xls out of its container, before xls_open. ERR_INPUT damaged, locked with
 * a password or no spreadsheet; ERR_UNSUPPORTED of Excel 95 or older; ERR_LIMIT. */
bool xls_load(int file, struct book *book, struct err *err) MUST_USE;

/* --- between the files of the two readers --------------------------------------------------- */

/* Read a member as XML from beginning to end. */
bool book_part(struct book *book, struct str name, const struct xml_reader *reader,
               struct err *err) MUST_USE;

/* Give the book one more sheet, with the name cut to SHEET_NAME_MAX. ERR_LIMIT. */
bool book_add_sheet(struct book *book, struct str name, bool hidden, struct str part,
                    struct err *err) MUST_USE;

/* The file is not what it should be. Returns false. */
bool book_damaged(const char *what, struct err *err);

/* xlsx: workbook and relations, then styles and shared strings (sheet_xlsx_parts.c). */
bool xlsx_find_parts(struct book *book, struct err *err) MUST_USE;
bool xlsx_read_styles(struct book *book, struct err *err) MUST_USE;
bool xlsx_read_texts(struct book *book, struct err *err) MUST_USE;

/* Append text with _xHHHH_ undone: how xlsx writes characters that XML cannot hold.
 * SOURCE: ECMA-376 part 1, 22.9.2.19. */
void xlsx_unescape(struct str text, struct buf *out);

#endif
