/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ods: all sheets lie in one member, content.xml. Repeated rows and cells are counted, not walked:
 * what is empty costs nothing however often it comes, what is not is held by the limits of
 * sheet.h. */
#include <string.h>

#include "base/num.h"
#include "read/sheet_book.h"

/* Ends of the addresses of namespaces. */
#define OFFICE "opendocument:xmlns:office:1.0"
#define TABLE "opendocument:xmlns:table:1.0"
#define TEXT "opendocument:xmlns:text:1.0"
#define STYLE "opendocument:xmlns:style:1.0"
#define CALCEXT "xmlns:calcext:1.0"

enum { HIDDEN_STYLES_MAX = 1000, REPEAT_MAX = INT32_MAX, SPACES_MAX = 1000 };

/* Read once to measure all sheets, once to write one. */
struct walking {
    struct book *book;
    struct sheet *only; /* the one to write; NULL: measure all */
    struct sheet_writer writer;
    struct str style; /* of the style under way */
    struct str *hidden_style;
    size_t hidden_style_n;
    size_t sheet_i; /* sheets begun so far */
    bool in_sheet;
    bool in_row;
    bool in_cell;
    bool in_paragraph;
    bool has_paragraph;
    bool has_formula;
    bool is_error;
    uint64_t column; /* columns of the sheet, or of the row, passed so far */
    uint64_t row;
    uint64_t row_times;
    uint64_t cell_times;
    struct buf type;  /* office:value-type */
    struct buf value; /* the attribute that holds the value */
    struct buf text;  /* the paragraphs */
    struct buf out;
    bool has_value;
};

static bool is_one_of(struct str name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(name, str_of(names[i])))
            return true;
    return false;
}

/* A count of repetitions; 1 if it is not said. */
static bool read_times(const struct xml *xml, const char *name, uint64_t *ret, struct err *err)
{
    struct str text = xml_attribute(xml, TABLE, name);
    *ret = 1;
    return !text.at || (str_uint(text, REPEAT_MAX, ret) && *ret > 0) || book_damaged(name, err);
}

/* --- styles and sheets -------------------------------------------------------------------- */

static void begin_style(struct walking *w, struct xml *xml, struct str name)
{
    if (str_eq(name, STR("style")))
        w->style = arena_str(w->book->arena, xml_attribute(xml, STYLE, "name"));
    else if (str_eq(name, STR("table-properties")) && w->hidden_style_n < HIDDEN_STYLES_MAX &&
             str_eq(xml_attribute(xml, TABLE, "display"), STR("false")))
        w->hidden_style[w->hidden_style_n++] = w->style;
}

static bool has_hidden_style(const struct walking *w, const struct xml *xml)
{
    struct str style = xml_attribute(xml, TABLE, "style-name");
    for (size_t i = 0; style.at && i < w->hidden_style_n; i++)
        if (str_eq(style, w->hidden_style[i]))
            return true;
    return false;
}

static bool begin_sheet(struct walking *w, struct xml *xml, struct err *err)
{
    struct book *book = w->book;
    if (!w->only && !book_add_sheet(book, xml_attribute(xml, TABLE, "name"),
                                    has_hidden_style(w, xml), STR(""), err))
        return false;
    BUG_IF(w->sheet_i >= book->sheet_n);
    struct sheet *sheet = &book->sheet[w->sheet_i++];
    if (w->only && w->only != sheet) {
        xml_skip(xml);
        return true;
    }
    w->in_sheet = true;
    w->row = w->column = 0;
    w->writer.sheet = sheet;
    w->writer.row_number = 0;
    return true;
}

static bool is_hidden(const struct xml *xml)
{
    struct str seen = xml_attribute(xml, TABLE, "visibility");
    return seen.n && !str_eq(seen, STR("visible"));
}

static bool begin_columns(struct walking *w, const struct xml *xml, struct err *err)
{
    uint64_t times;
    if (!read_times(xml, "number-columns-repeated", &times, err))
        return false;
    if (is_hidden(xml))
        sheet_note(&w->writer, SHEET_HIDDEN_COLUMNS, 0, w->column + 1, times);
    w->column += times;
    return true;
}

/* --- rows --------------------------------------------------------------------------------- */

static bool begin_row(struct walking *w, const struct xml *xml, struct err *err)
{
    if (w->in_row || !read_times(xml, "number-rows-repeated", &w->row_times, err))
        return book_damaged("table-row", err);
    w->in_row = true;
    w->column = 0;
    w->row++;
    if (is_hidden(xml))
        sheet_note(&w->writer, SHEET_HIDDEN_ROWS, w->row, 0, w->row_times);
    /* An empty row may lie beyond all limits: sheets are filled up with such. */
    return w->row > SHEET_ROWS_MAX || sheet_row(&w->writer, w->row, err);
}

static bool end_row(struct walking *w, struct err *err)
{
    w->in_row = false;
    if (w->row <= SHEET_ROWS_MAX && !sheet_row_end(&w->writer, w->row_times, err))
        return false;
    w->row += w->row_times - 1;
    return true;
}

/* --- cells -------------------------------------------------------------------------------- */

static void set(struct buf *to, struct str text)
{
    buf_clear(to);
    buf_str(to, text);
}

static bool begin_cell(struct walking *w, const struct xml *xml, struct err *err)
{
    static const char *const values[] = {"value", "date-value", "time-value", "boolean-value",
                                         "string-value"};
    if (!w->in_row || w->in_cell ||
        !read_times(xml, "number-columns-repeated", &w->cell_times, err))
        return book_damaged("table-cell", err);
    w->in_cell = true;
    w->in_paragraph = w->has_paragraph = w->has_value = false;
    w->has_formula = xml_attribute(xml, TABLE, "formula").at != NULL;
    w->is_error = str_eq(xml_attribute(xml, CALCEXT, "value-type"), STR("error"));
    set(&w->type, xml_attribute(xml, OFFICE, "value-type"));
    buf_clear(&w->text);
    buf_clear(&w->value);
    for (size_t i = 0; i < COUNT_OF(values) && !w->has_value; i++) {
        struct str value = xml_attribute(xml, OFFICE, values[i]);
        w->has_value = value.at != NULL;
        set(&w->value, value);
    }
    if (xml_attribute(xml, TABLE, "number-columns-spanned").at ||
        xml_attribute(xml, TABLE, "number-rows-spanned").at) {
        uint64_t columns;
        uint64_t rows;
        if (!read_times(xml, "number-columns-spanned", &columns, err) ||
            !read_times(xml, "number-rows-spanned", &rows, err))
            return false;
        if (columns > 1 || rows > 1)
            sheet_note(&w->writer, SHEET_MERGED, w->row, w->column + 1, 1);
    }
    return true;
}

/* "2024-05-01T13:30:00.000000000" without what says nothing. False if it is no date. */
static bool add_date(struct str text, struct buf *out)
{
    static const char allowed[] = "0123456789-+:.TZ";
    size_t point = text.n;
    for (size_t i = 0; i < text.n; i++) {
        if (!memchr(allowed, text.at[i], sizeof allowed - 1))
            return false;
        if (text.at[i] == '.')
            point = i;
    }
    while (text.n > point && (text.at[text.n - 1] == '0' || text.n == point + 1))
        text.n--;
    buf_str(out, text);
    return text.n >= 8 && text.n <= 40;
}

/* The digits at the front, with the mark behind them, of what is left; 0 if the mark is not next.
 */
static uint64_t cut_count(struct str *rest, char mark)
{
    uint64_t n = 0;
    size_t i = 0;
    while (i < rest->n && i < 9 && rest->at[i] >= '0' && rest->at[i] <= '9')
        n = 10 * n + (uint64_t)(rest->at[i++] - '0');
    if (i == 0 || i == rest->n || rest->at[i] != mark)
        return 0;
    *rest = (struct str){rest->at + i + 1, rest->n - i - 1};
    return n;
}

/* "PT13H30M05.250S" is 13:30:05.250. */
static bool add_time(struct str text, struct buf *out)
{
    if (!str_starts(text, STR("PT")) || text.n > 40)
        return false;
    struct str rest = {text.at + 2, text.n - 2};
    uint64_t hours = cut_count(&rest, 'H');
    uint64_t minutes = cut_count(&rest, 'M');
    struct str seconds;
    struct decimal value = {0};
    if (rest.n && !str_ends(rest, STR("S")))
        return false;
    str_cut(&rest, 'S', &seconds);
    if (minutes > 59 || (seconds.n && num_decimal(seconds, '.', &value) != NUM_OK))
        return false;
    double s = seconds.n ? num_double(value) : 0;
    if (!(s >= 0) || s >= 60)
        return false;
    uint64_t ms = (uint64_t)(s * 1000 + 0.5);
    buf_printf(out, "%02llu:%02llu:%02llu", (unsigned long long)hours, (unsigned long long)minutes,
               (unsigned long long)(ms / 1000));
    if (ms % 1000)
        buf_printf(out, ".%03llu", (unsigned long long)(ms % 1000));
    return true;
}

static void note(struct walking *w, enum sheet_note_kind kind)
{
    sheet_note(&w->writer, kind, w->row, w->column + 1, w->cell_times * w->row_times);
}

static void make_text(struct walking *w)
{
    struct decimal value;
    bool says = w->has_value && str_eq(buf_view(&w->type), STR("string"));
    buf_str(&w->out, says ? buf_view(&w->value) : buf_view(&w->text));
    if (w->writer.sheet->area.rows && w->out.n &&
        num_decimal(buf_view(&w->out), '.', &value) == NUM_OK)
        note(w, SHEET_NUMBERS_AS_TEXT);
}

static void make_value(struct walking *w)
{
    struct str type = buf_view(&w->type);
    struct str value = buf_view(&w->value);
    bool number = str_eq(type, STR("float")) || str_eq(type, STR("percentage")) ||
                  str_eq(type, STR("currency"));
    if (w->is_error)
        note(w, SHEET_ERRORS);
    else if (number && !sheet_number(value, &w->out))
        note(w, SHEET_BAD_CELLS);
    else if ((str_eq(type, STR("date")) && !add_date(value, &w->out)) ||
             (str_eq(type, STR("time")) && !add_time(value, &w->out))) {
        buf_clear(&w->out);
        note(w, SHEET_BAD_DATES);
    } else if (str_eq(type, STR("boolean")))
        buf_text(&w->out, str_eq(value, STR("true")) ? "true" : "false");
    else if (!type.n || str_eq(type, STR("string")))
        make_text(w);
}

static bool end_cell(struct walking *w, struct err *err)
{
    w->in_cell = false;
    buf_clear(&w->out);
    if (w->has_formula)
        note(w, w->type.n || w->text.n ? SHEET_FORMULAS : SHEET_NO_RESULT);
    make_value(w);
    if (w->out.n && w->row > SHEET_ROWS_MAX)
        return sheet_row(&w->writer, w->row, err);
    for (uint64_t i = 1; w->out.n && i <= w->cell_times; i++)
        if (!sheet_cell(&w->writer, w->column + i, buf_view(&w->out), err))
            return false;
    w->column += w->cell_times;
    return true;
}

/* --- text --------------------------------------------------------------------------------- */

static bool add(struct walking *w, struct str text, struct err *err)
{
    if (w->text.n + text.n > SHEET_TEXT_MAX)
        return FAIL(err, ERR_LIMIT, _("Shorten it where it was made."),
                    _("A cell holds more than %d characters."), SHEET_TEXT_MAX);
    buf_str(&w->text, text);
    return true;
}

/* Inside a cell: paragraphs count; remarks, pictures and tables in tables do not. */
static bool begin_in_cell(struct walking *w, struct xml *xml, struct str name, struct err *err)
{
    static const char *const plain[] = {"span", "a", "ruby", "ruby-base", "meta", "p"};
    if (str_eq(name, STR("p")) && !w->in_paragraph) {
        w->in_paragraph = true;
        bool more = w->has_paragraph;
        w->has_paragraph = true;
        return !more || add(w, STR("\n"), err);
    }
    if (!w->in_paragraph) {
        xml_skip(xml);
        return true;
    }
    if (str_eq(name, STR("s"))) {
        uint64_t n = 1;
        (void)str_uint(xml_attribute(xml, TEXT, "c"), SPACES_MAX, &n);
        while (n-- > 0)
            if (!add(w, STR(" "), err))
                return false;
    } else if (str_eq(name, STR("tab"))) {
        return add(w, STR("\t"), err);
    } else if (str_eq(name, STR("line-break"))) {
        return add(w, STR("\n"), err);
    } else if (!is_one_of(name, plain, COUNT_OF(plain))) {
        xml_skip(xml);
    }
    return true;
}

/* White space of XML is one blank, and none at the front of a paragraph. */
static bool take_text(void *context, struct str text, struct err *err)
{
    struct walking *w = context;
    for (size_t i = 0; w->in_paragraph && i < text.n; i++) {
        char c = text.at[i];
        char last = '\n';
        if (w->text.n)
            last = w->text.at[w->text.n - 1];
        bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (blank && (last == ' ' || last == '\n'))
            continue;
        if (!add(w, blank ? STR(" ") : (struct str){text.at + i, 1}, err))
            return false;
    }
    return true;
}

/* --- elements ----------------------------------------------------------------------------- */

static bool begin(void *context, struct xml *xml, struct str name, struct err *err)
{
    static const char *const beside[] = {"tracked-changes", "shapes",     "dde-links",
                                         "forms",           "annotation", "named-expressions",
                                         "database-ranges"};
    struct walking *w = context;
    if (w->in_cell)
        return begin_in_cell(w, xml, name, err);
    if (is_one_of(name, beside, COUNT_OF(beside))) {
        xml_skip(xml);
        return true;
    }
    if (!w->in_sheet) {
        begin_style(w, xml, name);
        return !str_eq(name, STR("table")) || begin_sheet(w, xml, err);
    }
    if (str_eq(name, STR("table")))
        xml_skip(xml);
    else if (str_eq(name, STR("table-column")))
        return begin_columns(w, xml, err);
    else if (str_eq(name, STR("table-row")))
        return begin_row(w, xml, err);
    else if (str_eq(name, STR("table-cell")) || str_eq(name, STR("covered-table-cell")))
        return begin_cell(w, xml, err);
    return true;
}

static bool end(void *context, struct str name, struct err *err)
{
    struct walking *w = context;
    if (!w->in_sheet)
        return true;
    if (w->in_cell && str_eq(name, STR("p")))
        w->in_paragraph = false;
    else if (w->in_cell &&
             (str_eq(name, STR("table-cell")) || str_eq(name, STR("covered-table-cell"))))
        return end_cell(w, err);
    else if (str_eq(name, STR("table-row")))
        return end_row(w, err);
    else if (str_eq(name, STR("table")))
        w->in_sheet = false;
    return true;
}

static bool walk(struct walking *w, struct err *err)
{
    const struct xml_reader reader = {begin, end, take_text, w};
    w->hidden_style = arena_get(w->book->arena, HIDDEN_STYLES_MAX, sizeof *w->hidden_style);
    w->type = w->value = w->text = w->out = w->writer.row = (struct buf)BUF_INIT;
    bool done = book_part(w->book, STR("content.xml"), &reader, err);
    sheet_writer_release(&w->writer);
    buf_release(&w->type);
    buf_release(&w->value);
    buf_release(&w->text);
    buf_release(&w->out);
    return done;
}

bool ods_write(struct book *book, struct sheet *sheet, sheet_put *put, void *context,
               struct err *err)
{
    struct walking w = {.book = book, .only = sheet, .writer = {.put = put, .context = context}};
    return walk(&w, err);
}

bool ods_open(struct book *book, struct err *err)
{
    struct walking w = {.book = book};
    return walk(&w, err);
}
