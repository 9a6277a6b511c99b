/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xlsx: the cells of a worksheet. */
#include <string.h>

#include "read/sheet_book.h"

enum cell_type { CELL_NUMBER, CELL_SHARED, CELL_TEXT, CELL_BOOLEAN, CELL_ERROR, CELL_ISO_DATE };

/* A worksheet on its way, and in it a cell. */
struct walking {
    struct book *book;
    struct sheet_writer writer;
    uint64_t row;
    uint64_t column; /* of the cell under way, or the last one */
    bool in_row;
    bool in_cell;
    bool in_text; /* inside v, or t of an inline string */
    bool has_formula;
    bool has_value;
    enum cell_type type;
    enum sheet_format format;
    struct buf text;  /* of the cell, as in the file */
    struct buf value; /* … as in the CSV */
};

/* "BC23" and "BC23:BD24" are column 55; 0 if it is no place of a sheet. */
static uint64_t column_of(struct str place)
{
    uint64_t column = 0;
    for (size_t i = 0; i < place.n && place.at[i] >= 'A' && place.at[i] <= 'Z'; i++) {
        column = 26 * column + (uint64_t)(place.at[i] - 'A' + 1);
        if (column > SHEET_COLUMNS_MAX)
            return SHEET_COLUMNS_MAX + 1;
    }
    return column;
}

static uint64_t row_of(struct str place)
{
    uint64_t row;
    struct str first;
    if (!str_cut(&place, ':', &first))
        return 0;
    while (first.n && (first.at[0] < '0' || first.at[0] > '9'))
        first = (struct str){first.at + 1, first.n - 1};
    return str_uint(first, UINT32_MAX, &row) ? row : 0;
}

static bool is_true(struct str value)
{
    return str_eq(value, STR("1")) || str_eq(value, STR("true"));
}

/* --- rows, columns, cells ----------------------------------------------------------------- */

static bool begin_row(struct walking *w, const struct xml *xml, struct err *err)
{
    struct str number = xml_attribute(xml, "", "r");
    uint64_t row = w->row + 1;
    if (w->in_row || (number.at && (!str_uint(number, UINT32_MAX, &row) || row <= w->row)))
        return book_damaged("row", err);
    w->row = row;
    w->column = 0;
    w->in_row = true;
    if (is_true(xml_attribute(xml, "", "hidden")))
        sheet_note(&w->writer, SHEET_HIDDEN_ROWS, row, 0, 1);
    return sheet_row(&w->writer, row, err);
}

static enum cell_type type_of(struct str name)
{
    static const struct {
        const char *name;
        enum cell_type type;
    } types[] = {{"s", CELL_SHARED},  {"str", CELL_TEXT}, {"inlineStr", CELL_TEXT},
                 {"b", CELL_BOOLEAN}, {"e", CELL_ERROR},  {"d", CELL_ISO_DATE}};
    for (size_t i = 0; i < COUNT_OF(types); i++)
        if (str_eq(name, str_of(types[i].name)))
            return types[i].type;
    return CELL_NUMBER;
}

static bool begin_cell(struct walking *w, const struct xml *xml, struct err *err)
{
    struct str place = xml_attribute(xml, "", "r");
    uint64_t style = 0;
    uint64_t column = place.at ? column_of(place) : w->column + 1;
    if (!w->in_row || w->in_cell || column <= w->column)
        return book_damaged("cell", err);
    w->column = column;
    w->in_cell = true;
    w->has_formula = w->has_value = false;
    w->type = type_of(xml_attribute(xml, "", "t"));
    w->format = SHEET_NUMBER;
    if (str_uint(xml_attribute(xml, "", "s"), UINT32_MAX, &style) && style < w->book->style_n)
        w->format = w->book->style[style];
    else if (w->book->style_n)
        w->format = w->book->style[0];
    buf_clear(&w->text);
    buf_clear(&w->value);
    return true;
}

static void note_columns(struct walking *w, const struct xml *xml)
{
    uint64_t first;
    uint64_t last;
    if (!is_true(xml_attribute(xml, "", "hidden")) ||
        !str_uint(xml_attribute(xml, "", "min"), UINT32_MAX, &first) ||
        !str_uint(xml_attribute(xml, "", "max"), UINT32_MAX, &last))
        return;
    for (uint64_t c = first; c <= last && c <= SHEET_COLUMNS_MAX; c++)
        sheet_note(&w->writer, SHEET_HIDDEN_COLUMNS, 0, c, 1);
}

static bool begin(void *context, struct xml *xml, struct str name, struct err *err)
{
    struct walking *w = context;
    struct str place;
    if (str_eq(name, STR("row")))
        return begin_row(w, xml, err);
    if (str_eq(name, STR("c")))
        return begin_cell(w, xml, err);
    if (str_eq(name, STR("col"))) {
        note_columns(w, xml);
    } else if (str_eq(name, STR("mergeCell"))) {
        place = xml_attribute(xml, "", "ref");
        sheet_note(&w->writer, SHEET_MERGED, row_of(place), column_of(place), 1);
    } else if (str_eq(name, STR("extLst")) || str_eq(name, STR("rPh"))) {
        xml_skip(xml);
    } else if (w->in_cell && str_eq(name, STR("f"))) {
        w->has_formula = true;
        xml_skip(xml);
    } else if (w->in_cell && (str_eq(name, STR("v")) || str_eq(name, STR("t")))) {
        w->in_text = w->has_value = true;
    }
    return true;
}

static bool add_text(void *context, struct str text, struct err *err)
{
    struct walking *w = context;
    if (!w->in_text)
        return true;
    if (w->text.n + text.n > SHEET_TEXT_MAX)
        return FAIL(err, ERR_LIMIT, _("Shorten it where it was made."),
                    _("A cell holds more than %d characters."), SHEET_TEXT_MAX);
    buf_str(&w->text, text);
    return true;
}

/* --- values ------------------------------------------------------------------------------- */

static void note(struct walking *w, enum sheet_note_kind kind)
{
    sheet_note(&w->writer, kind, w->row, w->column, 1);
}

static bool shared_text(struct walking *w, struct err *err)
{
    const struct book *book = w->book;
    uint64_t i;
    if (!str_uint(buf_view(&w->text), UINT32_MAX, &i) || i >= book->text_n)
        return book_damaged("sharedStrings", err);
    size_t from = i ? (size_t)book->text_end[i - 1] : 0;
    buf_add(&w->value, book->texts.at + from, (size_t)book->text_end[i] - from);
    return true;
}

static void note_text(struct walking *w)
{
    sheet_note_text(&w->writer, w->row, w->column, buf_view(&w->value));
}

static void number_or_date(struct walking *w)
{
    struct str text = str_trim(buf_view(&w->text));
    if (w->format == SHEET_NUMBER) {
        if (!sheet_number(text, &w->value))
            note(w, SHEET_BAD_CELLS);
    } else if (!sheet_date(text, w->format, w->book->epoch_1904, &w->value)) {
        note(w, SHEET_BAD_DATES);
    }
}

static bool make_value(struct walking *w, struct err *err)
{
    struct str text = buf_view(&w->text);
    switch (w->type) {
    case CELL_SHARED:
        if (!shared_text(w, err))
            return false;
        note_text(w);
        return true;
    case CELL_TEXT:
        xlsx_unescape(text, &w->value);
        note_text(w);
        return true;
    case CELL_BOOLEAN:
        buf_text(&w->value, is_true(str_trim(text)) ? "true" : "false");
        return true;
    case CELL_ERROR:
        note(w, SHEET_ERRORS);
        return true;
    case CELL_ISO_DATE:
        buf_str(&w->value, text);
        return true;
    case CELL_NUMBER:
        break;
    }
    number_or_date(w);
    return true;
}

/* A formula whose result is an empty text has one; a number, yes-or-no or error without characters
   has none. */
static bool has_result(const struct walking *w)
{
    return w->has_value && (w->text.n || w->type == CELL_TEXT);
}

static bool end_cell(struct walking *w, struct err *err)
{
    w->in_cell = false;
    if (w->has_formula)
        note(w, has_result(w) ? SHEET_FORMULAS : SHEET_NO_RESULT);
    if (!has_result(w))
        return true;
    return make_value(w, err) && sheet_cell(&w->writer, w->column, buf_view(&w->value), err);
}

static bool end(void *context, struct str name, struct err *err)
{
    struct walking *w = context;
    if (str_eq(name, STR("v")) || str_eq(name, STR("t")))
        w->in_text = false;
    else if (str_eq(name, STR("c")))
        return end_cell(w, err);
    else if (str_eq(name, STR("row"))) {
        w->in_row = false;
        return sheet_row_end(&w->writer, 1, err);
    }
    return true;
}

/* --- the sheet ---------------------------------------------------------------------------- */

bool xlsx_write(struct book *book, struct sheet *sheet, sheet_put *put, void *context,
                struct err *err)
{
    struct walking w = {.book = book,
                        .writer = {.sheet = sheet, .put = put, .context = context, .row = BUF_INIT},
                        .text = BUF_INIT,
                        .value = BUF_INIT};
    const struct xml_reader reader = {begin, end, add_text, &w};
    bool done = book_part(book, sheet->part, &reader, err);
    sheet_writer_release(&w.writer);
    buf_release(&w.text);
    buf_release(&w.value);
    return done;
}

bool xlsx_open(struct book *book, struct err *err)
{
    if (!xlsx_find_parts(book, err) || !xlsx_read_styles(book, err) || !xlsx_read_texts(book, err))
        return false;
    for (size_t i = 0; i < book->sheet_n; i++)
        if (!xlsx_write(book, &book->sheet[i], NULL, NULL, err))
            return false;
    return true;
}
