/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xlsx: which member holds what; formats of numbers; shared strings. */
#include <string.h>

#include "base/mem.h"
#include "read/sheet_book.h"

enum { RELATIONS_MAX = 5000, STYLES_MAX = 65536, NAME_BYTES = PACKED_NAME_MAX };

/* --- relations ---------------------------------------------------------------------------- */

struct relation {
    struct str id;
    struct str type; /* its last word: worksheet, styles, sharedStrings, officeDocument */
    struct str part;
};

/* The relations of one part, and the folder from which their targets are seen. */
struct relations {
    struct arena *arena;
    struct str folder; /* "" or with '/' at its end */
    struct relation *relation;
    size_t n;
};

static struct str behind_last(struct str text, char mark)
{
    for (size_t i = text.n; i > 0; i--)
        if (text.at[i - 1] == mark)
            return (struct str){text.at + i, text.n - i};
    return text;
}

static struct str folder_of(struct str part)
{
    return (struct str){part.at, part.n - behind_last(part, '/').n};
}

/* "../a" seen from "xl/worksheets/" is "xl/a"; "/a" is "a". */
static struct str resolve(struct arena *arena, struct str folder, struct str target)
{
    CLEANUP(buf_release) struct buf path = BUF_INIT;
    struct str step;
    if (!str_starts(target, STR("/")))
        buf_str(&path, folder);
    while (str_cut(&target, '/', &step)) {
        if (step.n == 0 || str_eq(step, STR(".")))
            continue;
        if (str_eq(step, STR(".."))) {
            struct str above = {path.at, path.n ? path.n - 1 : 0};
            path.n = folder_of(above).n;
            continue;
        }
        buf_str(&path, step);
        if (target.at)
            buf_char(&path, '/');
    }
    return arena_str(arena, buf_view(&path));
}

static bool take_relation(void *context, struct xml *xml, struct str name, struct err *err)
{
    struct relations *all = context;
    struct str target = xml_attribute(xml, "", "Target");
    if (!str_eq(name, STR("Relationship")) || !target.at || target.n > NAME_BYTES)
        return true;
    if (str_eq(xml_attribute(xml, "", "TargetMode"), STR("External")))
        return true;
    if (all->n == RELATIONS_MAX)
        return book_damaged("relations", err);
    struct relation *relation = &all->relation[all->n++];
    relation->id = arena_str(all->arena, xml_attribute(xml, "", "Id"));
    relation->type = arena_str(all->arena, behind_last(xml_attribute(xml, "", "Type"), '/'));
    relation->part = resolve(all->arena, all->folder, target);
    return true;
}

/* The relations of a part lie beside it, in _rels/NAME.rels; "" is the package itself. */
static bool read_relations(struct book *book, struct str part, struct relations *ret,
                           struct err *err)
{
    struct str folder = folder_of(part);
    struct str name = behind_last(part, '/');
    const struct xml_reader reader = {.begin = take_relation, .context = ret};
    struct str file =
        str_of(arena_printf(book->arena, "%.*s_rels/%.*s.rels", STR_ARG(folder), STR_ARG(name)));
    *ret = (struct relations){.arena = book->arena, .folder = folder};
    ret->relation = arena_get(book->arena, RELATIONS_MAX, sizeof *ret->relation);
    return !packed_has(book->packed, file) || book_part(book, file, &reader, err);
}

static const struct relation *of_type(const struct relations *all, struct str type)
{
    for (size_t i = 0; i < all->n; i++)
        if (str_eq(all->relation[i].type, type))
            return &all->relation[i];
    return NULL;
}

/* --- the workbook ------------------------------------------------------------------------- */

struct workbook {
    struct book *book;
    const struct relations *relations;
};

static bool is_true(struct str value)
{
    return str_eq(value, STR("1")) || str_eq(value, STR("true"));
}

static bool take_workbook(void *context, struct xml *xml, struct str name, struct err *err)
{
    const struct workbook *w = context;
    if (str_eq(name, STR("workbookPr")))
        w->book->epoch_1904 = is_true(xml_attribute(xml, "", "date1904"));
    if (!str_eq(name, STR("sheet")))
        return true;
    struct str state = xml_attribute(xml, "", "state");
    struct str id = xml_attribute(xml, "relationships", "id");
    bool hidden = state.n && !str_eq(state, STR("visible"));
    for (size_t i = 0; i < w->relations->n; i++) {
        const struct relation *relation = &w->relations->relation[i];
        if (str_eq(relation->id, id) && str_eq(relation->type, STR("worksheet")))
            return book_add_sheet(w->book, xml_attribute(xml, "", "name"), hidden, relation->part,
                                  err);
    }
    return true; /* a sheet of charts or dialogs holds no table */
}

static struct str part_of_type(const struct relations *all, struct str type)
{
    const struct relation *found = of_type(all, type);
    return found ? found->part : (struct str){"", 0};
}

bool xlsx_find_parts(struct book *book, struct err *err)
{
    struct relations package;
    struct relations relations;
    if (!read_relations(book, STR(""), &package, err))
        return false;
    const struct relation *root = of_type(&package, STR("officeDocument"));
    struct str part = root ? root->part : STR("xl/workbook.xml");
    if (str_ends(part, STR(".bin")))
        return FAIL(err, ERR_UNSUPPORTED, _("Save it as .xlsx or .csv and take that file."),
                    _("This is a binary spreadsheet (.xlsb), which is not read."));
    if (!packed_has(book->packed, part))
        return FAIL(err, ERR_INPUT, _("Save the table as .xlsx or .csv and take that file."),
                    _("The file holds no spreadsheet."));
    if (!read_relations(book, part, &relations, err))
        return false;
    book->texts_part = part_of_type(&relations, STR("sharedStrings"));
    book->styles_part = part_of_type(&relations, STR("styles"));
    struct workbook workbook = {book, &relations};
    const struct xml_reader reader = {.begin = take_workbook, .context = &workbook};
    return book_part(book, part, &reader, err);
}

/* --- styles ------------------------------------------------------------------------------- */

struct custom_format {
    uint64_t number;
    enum sheet_format format;
};

struct styles {
    struct book *book;
    struct custom_format *custom;
    size_t custom_n;
    bool in_cells; /* inside cellXfs: the styles that cells name */
};

static enum sheet_format format_of(const struct styles *styles, struct str number)
{
    uint64_t id;
    if (!str_uint(number, UINT32_MAX, &id))
        return SHEET_NUMBER;
    for (size_t i = 0; i < styles->custom_n; i++)
        if (styles->custom[i].number == id)
            return styles->custom[i].format;
    return sheet_format_built_in((unsigned)id);
}

static bool take_style(void *context, struct xml *xml, struct str name, struct err *err)
{
    struct styles *styles = context;
    struct book *book = styles->book;
    struct str number = xml_attribute(xml, "", "numFmtId");
    if (str_eq(name, STR("dxfs")) || str_eq(name, STR("extLst")))
        xml_skip(xml);
    else if (str_eq(name, STR("cellXfs")))
        styles->in_cells = true;
    else if (str_eq(name, STR("numFmt"))) {
        struct custom_format *custom = &styles->custom[styles->custom_n];
        if (!str_uint(number, UINT32_MAX, &custom->number) || ++styles->custom_n == STYLES_MAX)
            return book_damaged("styles", err);
        custom->format = sheet_format_of_code(xml_attribute(xml, "", "formatCode"));
    } else if (styles->in_cells && str_eq(name, STR("xf"))) {
        if (book->style_n == STYLES_MAX)
            return book_damaged("styles", err);
        book->style[book->style_n++] = format_of(styles, number);
    }
    return true;
}

static bool end_style(void *context, struct str name, struct err *err)
{
    struct styles *styles = context;
    (void)err;
    if (str_eq(name, STR("cellXfs")))
        styles->in_cells = false;
    return true;
}

bool xlsx_read_styles(struct book *book, struct err *err)
{
    struct styles styles = {.book = book};
    const struct xml_reader reader = {.begin = take_style, .end = end_style, .context = &styles};
    if (!packed_has(book->packed, book->styles_part))
        return true;
    styles.custom = arena_get(book->arena, STYLES_MAX, sizeof *styles.custom);
    book->style = mem_get(STYLES_MAX, sizeof *book->style);
    return book_part(book, book->styles_part, &reader, err);
}

/* --- shared strings ----------------------------------------------------------------------- */

struct texts {
    struct book *book;
    struct buf raw; /* of the item under way */
    size_t room;    /* for text_end */
    bool in_text;
};

static bool begin_text(void *context, struct xml *xml, struct str name, struct err *err)
{
    struct texts *t = context;
    (void)err;
    if (str_eq(name, STR("rPh")) || str_eq(name, STR("extLst")))
        xml_skip(xml); /* how a word is spoken */
    else if (str_eq(name, STR("si")))
        buf_clear(&t->raw);
    else if (str_eq(name, STR("t")))
        t->in_text = true;
    return true;
}

static bool end_text(void *context, struct str name, struct err *err)
{
    struct texts *t = context;
    struct book *book = t->book;
    t->in_text = false;
    if (!str_eq(name, STR("si")))
        return true;
    if (book->text_n == BOOK_TEXTS_MAX || book->texts.n > BOOK_TEXT_BYTES_MAX)
        return FAIL(err, ERR_LIMIT, _("Part the table, or save it as .csv."),
                    _("The spreadsheet holds more than %d MB of text."), BOOK_TEXT_BYTES_MAX >> 20);
    if (book->text_n == t->room) {
        t->room = 2 * t->room + 1024;
        book->text_end = mem_resize(book->text_end, t->room, sizeof *book->text_end);
    }
    xlsx_unescape(buf_view(&t->raw), &book->texts);
    book->text_end[book->text_n++] = book->texts.n;
    return true;
}

static bool add_text(void *context, struct str text, struct err *err)
{
    struct texts *t = context;
    if (!t->in_text)
        return true;
    if (t->raw.n + text.n > SHEET_TEXT_MAX)
        return FAIL(err, ERR_LIMIT, _("Shorten it where it was made."),
                    _("A cell holds more than %d characters."), SHEET_TEXT_MAX);
    buf_str(&t->raw, text);
    return true;
}

bool xlsx_read_texts(struct book *book, struct err *err)
{
    struct texts t = {.book = book, .raw = BUF_INIT};
    const struct xml_reader reader = {begin_text, end_text, add_text, &t};
    bool done = !packed_has(book->packed, book->texts_part) ||
                book_part(book, book->texts_part, &reader, err);
    buf_release(&t.raw);
    return done;
}

/* --- characters --------------------------------------------------------------------------- */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The code of "_xHHHH_" at the front of rest; -1 if that is something else. */
static int escaped(struct str rest)
{
    int code = 0;
    if (rest.n < 7 || rest.at[0] != '_' || rest.at[1] != 'x' || rest.at[6] != '_')
        return -1;
    for (int i = 2; i < 6; i++) {
        int digit = hex_digit(rest.at[i]);
        if (digit < 0)
            return -1;
        code = 16 * code + digit;
    }
    return code;
}

static void add_character(struct buf *out, int code)
{
    if (code < 0x80) {
        buf_char(out, (char)code);
    } else if (code < 0x800) {
        buf_char(out, (char)(0xC0 | code >> 6));
        buf_char(out, (char)(0x80 | (code & 0x3F)));
    } else {
        buf_char(out, (char)(0xE0 | code >> 12));
        buf_char(out, (char)(0x80 | (code >> 6 & 0x3F)));
        buf_char(out, (char)(0x80 | (code & 0x3F)));
    }
}

void xlsx_unescape(struct str text, struct buf *out)
{
    for (size_t i = 0; i < text.n; i++) {
        int code = text.at[i] == '_' ? escaped((struct str){text.at + i, text.n - i}) : -1;
        if (code < 0) {
            buf_char(out, text.at[i]);
            continue;
        }
        i += 6;
        if (code >= 0xD800 && code <= 0xDFFF)
            code = '?'; /* half of a character */
        if (code > 0)
            add_character(out, code);
    }
}
