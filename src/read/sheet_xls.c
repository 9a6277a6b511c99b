/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xls: the cells of a sheet. */
#include "read/sheet_xls.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "read/container.h"
#include "read/decode_int.h"
#include "read/little.h"

enum { ALIVE_RECORDS = 1 << 20, COLUMNS_MAX = 256, MUL_BYTES = 6, MUL_FRONT = 4 };

/* Flags of rows and columns. SOURCE: [MS-XLS] 2.4.221 fDyZero, 2.4.53 fHidden. */
enum { ROW_IS_HIDDEN = 0x20, COLUMN_IS_HIDDEN = 1 };

/* A sheet on its way. Programs may write cells in any order, so first all places are taken down and
   put in order. Numbers that sort as they must: row in the upper 16 bits, column, where the record
   begins (40 bits). Of two in one place the later one counts. */
struct walking {
    struct book *book;
    struct sheet_writer writer;
    uint64_t *cell; /* (cell_n) */
    size_t cell_n;
    size_t room;
    uint64_t row; /* of the cell under way, from 1 */
    uint64_t column;
    struct buf value;
};

/* --- places ------------------------------------------------------------------------------- */

static bool add_cell(struct walking *w, uint64_t row, uint64_t column, uint64_t at, struct err *err)
{
    if (column >= COLUMNS_MAX)
        return book_damaged("column", err);
    if (w->cell_n == SHEET_CELLS_MAX)
        return sheet_too_large(err);
    if (w->cell_n == w->room) {
        w->room = 2 * w->room + 1024;
        w->cell = mem_resize(w->cell, w->room, sizeof *w->cell);
    }
    w->cell[w->cell_n++] = row << 48 | column << 40 | at;
    return true;
}

/* Several numbers side by side. SOURCE: [MS-XLS] 2.4.175. */
static bool add_cells(struct walking *w, struct str content, uint64_t at, struct err *err)
{
    if (content.n < MUL_FRONT + MUL_BYTES + 2 || (content.n - MUL_FRONT - 2) % MUL_BYTES)
        return book_damaged("MulRk", err);
    size_t n = (content.n - MUL_FRONT - 2) / MUL_BYTES;
    uint64_t first = little_u16(content.at + 2);
    for (size_t i = 0; i < n; i++)
        if (!add_cell(w, little_u16(content.at), first + i, at, err))
            return false;
    return true;
}

/* SOURCE: [MS-XLS] 2.4.168. */
static void note_merged(struct walking *w, struct str content)
{
    size_t n = content.n >= 2 ? little_u16(content.at) : 0;
    for (size_t i = 0; i < n && 10 + 8 * i <= content.n; i++) {
        const char *area = content.at + 2 + 8 * i;
        sheet_note(&w->writer, SHEET_MERGED, little_u16(area) + UINT64_C(1),
                   little_u16(area + 4) + UINT64_C(1), 1);
    }
}

static void note_columns(struct walking *w, struct str content)
{
    if (content.n < 10 || !(little_u16(content.at + 8) & COLUMN_IS_HIDDEN))
        return;
    for (uint64_t c = little_u16(content.at); c <= little_u16(content.at + 2) && c < COLUMNS_MAX;
         c++)
        sheet_note(&w->writer, SHEET_HIDDEN_COLUMNS, 0, c + 1, 1);
}

static size_t least_bytes(unsigned kind)
{
    switch (kind) {
    case XLS_LABEL_SST:
    case XLS_RK:
        return 10;
    case XLS_NUMBER:
    case XLS_FORMULA:
        return 14;
    case XLS_LABEL:
    case XLS_RSTRING:
        return 9;
    case XLS_BOOL_ERR:
        return 8;
    default:
        return 0;
    }
}

static bool take(struct walking *w, const struct xls_record *record, uint64_t at, struct err *err)
{
    struct str content = record->content;
    size_t least = least_bytes(record->kind);
    if (content.n < least)
        return book_damaged("cell", err);
    if (least)
        return add_cell(w, little_u16(content.at), little_u16(content.at + 2), at, err);
    if (record->kind == XLS_MUL_RK)
        return add_cells(w, content, at, err);
    if (record->kind == XLS_MERGE_CELLS)
        note_merged(w, content);
    else if (record->kind == XLS_COL_INFO)
        note_columns(w, content);
    else if (record->kind == XLS_ROW && content.n >= 14 &&
             (little_u16(content.at + 12) & ROW_IS_HIDDEN))
        sheet_note(&w->writer, SHEET_HIDDEN_ROWS, little_u16(content.at) + UINT64_C(1), 0, 1);
    return true;
}

/* The records of a sheet; those of a chart in it, which has BOF and EOF of its own, are passed
   over. SOURCE: [MS-XLS] 2.1.7.20.5. */
static bool find_cells(struct walking *w, size_t at, struct err *err)
{
    struct str stream = buf_view(&w->book->stream);
    struct xls_record record;
    size_t depth = 0;
    if (!xls_record(stream, at, &record) || record.kind != XLS_BOF)
        return book_damaged("BOF", err);
    for (size_t n = 1;; n++) {
        depth += record.kind == XLS_BOF;
        depth -= record.kind == XLS_EOF;
        if (depth == 0)
            return true;
        if (depth == 1 && !take(w, &record, at, err))
            return false;
        if (n % ALIVE_RECORDS == 0 && w->book->alive)
            w->book->alive();
        at = record.next;
        if (!xls_record(stream, at, &record))
            return book_damaged("EOF", err);
    }
}

/* A heap sort, as that of names in packed.c. */
static void sift(uint64_t *cell, size_t from, size_t n)
{
    for (size_t child = 2 * from + 1; child < n; child = 2 * from + 1) {
        if (child + 1 < n && cell[child] < cell[child + 1])
            child++;
        if (cell[from] >= cell[child])
            return;
        uint64_t other = cell[from];
        cell[from] = cell[child];
        cell[child] = other;
        from = child;
    }
}

static void sort_cells(uint64_t *cell, size_t n)
{
    size_t sorted = 1;
    while (sorted < n && cell[sorted - 1] <= cell[sorted])
        sorted++;
    if (sorted >= n)
        return;
    for (size_t i = n / 2; i > 0; i--)
        sift(cell, i - 1, n);
    for (size_t i = n; i > 1; i--) {
        uint64_t largest = cell[0];
        cell[0] = cell[i - 1];
        cell[i - 1] = largest;
        sift(cell, 0, i - 1);
    }
}

/* --- values ------------------------------------------------------------------------------- */

static void note(struct walking *w, enum sheet_note_kind kind)
{
    sheet_note(&w->writer, kind, w->row, w->column, 1);
}

static double as_double(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Bit 0: a hundredth of it; bit 1: a whole number of 30 bits, else the upper 30 bits of a double.
   SOURCE: [MS-XLS] 2.5.217. */
static double rk(uint32_t bits)
{
    int32_t whole = (int32_t)(bits & ~UINT32_C(3)) / 4;
    double value = bits & 2 ? whole : as_double((uint64_t)(bits & ~UINT32_C(3)) << 32);
    return bits & 1 ? value / 100 : value;
}

/* A decimal that reads back as the same double: of 15 digits, the most that always come back, where
   they are enough, else of 17, which sheet_number shortens. */
static struct str decimal_of(double value, char ret_text[NUM_TEXT])
{
    struct decimal read;
    for (int digits = 15; digits <= 17; digits += 2) {
        snprintf(ret_text, NUM_TEXT, "%.*g", digits, value);
        if (num_decimal(str_of(ret_text), '.', &read) == NUM_OK && num_double(read) == value)
            break;
    }
    return str_of(ret_text);
}

static void number_or_date(struct walking *w, unsigned style, double value)
{
    const struct book *book = w->book;
    enum sheet_format format = SHEET_NUMBER;
    char text[NUM_TEXT];
    if (book->style_n)
        format = book->style[style < book->style_n ? style : 0];
    struct str decimal = decimal_of(value, text);
    if (format == SHEET_NUMBER) {
        if (!sheet_number(decimal, &w->value))
            note(w, SHEET_BAD_CELLS);
    } else if (!sheet_date(decimal, format, book->epoch_1904, &w->value)) {
        note(w, SHEET_BAD_DATES);
    }
}

static void boolean_or_error(struct walking *w, bool is_error, char value)
{
    if (is_error)
        note(w, SHEET_ERRORS);
    else
        buf_text(&w->value, value ? "true" : "false");
}

static bool shared_text(struct walking *w, uint32_t i, struct err *err)
{
    const struct book *book = w->book;
    if (i >= book->text_n)
        return book_damaged("SST", err);
    size_t from = i ? (size_t)book->text_end[i - 1] : 0;
    buf_add(&w->value, book->texts.at + from, (size_t)book->text_end[i] - from);
    sheet_note_text(&w->writer, w->row, w->column, buf_view(&w->value));
    return true;
}

/* A text whose length stands at `skip` of the content. */
static bool own_text(struct walking *w, const struct xls_record *record, size_t skip,
                     struct err *err)
{
    struct xls_reader r;
    if (record->content.n < skip + 2 ||
        !xls_read(buf_view(&w->book->stream), record, skip + 2, &r) ||
        !xls_text(&r, little_u16(record->content.at + skip), &w->value))
        return book_damaged("text", err);
    sheet_note_text(&w->writer, w->row, w->column, buf_view(&w->value));
    return true;
}

/* The text that a formula gave stands in a record behind it, with at most the formula's own ones
   between. SOURCE: [MS-XLS] 2.1.7.20.5, FORMULA. */
static bool result_text(struct walking *w, struct xls_record record, struct err *err)
{
    struct str stream = buf_view(&w->book->stream);
    while (xls_record(stream, record.next, &record)) {
        if (record.kind == XLS_STRING) {
            note(w, SHEET_FORMULAS);
            return own_text(w, &record, 0, err);
        }
        if (record.kind != XLS_SHARED_FORMULA && record.kind != XLS_ARRAY &&
            record.kind != XLS_TABLE && record.kind != XLS_CONTINUE)
            break;
    }
    note(w, SHEET_NO_RESULT);
    return true;
}

/* SOURCE: [MS-XLS] 2.5.133. */
static bool formula(struct walking *w, const struct xls_record *record, struct err *err)
{
    enum { TEXT = 0, BOOLEAN = 1, ERROR = 2 };
    const char *result = record->content.at + 6;
    bool is_number = little_u16(result + 6) != 0xFFFF;
    if (!is_number && result[0] == TEXT)
        return result_text(w, *record, err);
    note(w, SHEET_FORMULAS);
    if (is_number)
        number_or_date(w, little_u16(record->content.at + 4), as_double(little_u64(result)));
    else if (result[0] == BOOLEAN || result[0] == ERROR)
        boolean_or_error(w, result[0] == ERROR, result[2]);
    return true; /* else an empty text */
}

/* SOURCE: [MS-XLS] 2.4.24, 2.4.127, 2.4.148, 2.4.149, 2.4.175, 2.4.180, 2.4.220. */
static bool make_value(struct walking *w, const struct xls_record *record, struct err *err)
{
    const char *at = record->content.at;
    switch (record->kind) {
    case XLS_LABEL_SST:
        return shared_text(w, little_u32(at + 6), err);
    case XLS_LABEL:
    case XLS_RSTRING:
        return own_text(w, record, 6, err);
    case XLS_BOOL_ERR:
        boolean_or_error(w, at[7], at[6]);
        return true;
    case XLS_FORMULA:
        return formula(w, record, err);
    case XLS_NUMBER:
        number_or_date(w, little_u16(at + 4), as_double(little_u64(at + 6)));
        return true;
    case XLS_MUL_RK:
        at += MUL_BYTES * (w->column - 1 - little_u16(at + 2));
        break;
    default:
        break;
    }
    number_or_date(w, little_u16(at + 4), rk(little_u32(at + 6)));
    return true;
}

/* --- the sheet ---------------------------------------------------------------------------- */

static bool write_cell(struct walking *w, uint64_t cell, struct err *err)
{
    struct xls_record record;
    uint64_t row = (cell >> 48) + 1;
    BUG_IF(!xls_record(buf_view(&w->book->stream), cell & ((UINT64_C(1) << 40) - 1), &record));
    if (row != w->row &&
        ((w->row && !sheet_row_end(&w->writer, 1, err)) || !sheet_row(&w->writer, row, err)))
        return false;
    w->row = row;
    w->column = (cell >> 40 & 0xFF) + 1;
    buf_clear(&w->value);
    return make_value(w, &record, err) &&
           sheet_cell(&w->writer, w->column, buf_view(&w->value), err);
}

static bool write_cells(struct walking *w, struct err *err)
{
    sort_cells(w->cell, w->cell_n);
    for (size_t i = 0; i < w->cell_n; i++) {
        bool again = i + 1 < w->cell_n && w->cell[i] >> 40 == w->cell[i + 1] >> 40;
        if (!again && !write_cell(w, w->cell[i], err))
            return false;
        if ((i + 1) % ALIVE_RECORDS == 0 && w->book->alive)
            w->book->alive();
    }
    return !w->row || sheet_row_end(&w->writer, 1, err);
}

bool xls_write(struct book *book, struct sheet *sheet, sheet_put *put, void *context,
               struct err *err)
{
    struct walking w = {.book = book,
                        .writer = {.sheet = sheet, .put = put, .context = context, .row = BUF_INIT},
                        .value = BUF_INIT};
    bool done = find_cells(&w, sheet->begin, err) && write_cells(&w, err);
    sheet_writer_release(&w.writer);
    buf_release(&w.value);
    mem_free(&w.cell);
    return done;
}

bool xls_load(int file, struct book *book, struct err *err)
{
    struct container container;
    if (!container_open(file, book->arena, &container, err))
        return false;
    if (container_has(&container, "EncryptedPackage"))
        return decode_is_locked(err);
    if (container_has(&container, "Workbook"))
        return container_read(&container, "Workbook", &book->stream, err);
    if (container_has(&container, "Book"))
        return container_read(&container, "Book", &book->stream, err);
    return FAIL(err, ERR_INPUT, _("Save the table as .xlsx or .csv and take that file."),
                _("The file holds no spreadsheet."));
}

bool xls_open(struct book *book, struct err *err)
{
    if (!xls_read_globals(book, err))
        return false;
    for (size_t i = 0; i < book->sheet_n; i++)
        if (!xls_write(book, &book->sheet[i], NULL, NULL, err))
            return false;
    return true;
}
