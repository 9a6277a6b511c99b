/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XLSForm: the sheets survey, choices and settings, of a spreadsheet or as CSV files side by side.
 *
 * Read are the types text, integer, decimal, select_one LIST, select_multiple LIST, date, time,
 * dateTime, geopoint, note, begin/end repeat and begin/end group (its "relevant" goes to each field
 * inside); the columns name, label (also label::LANGUAGE, the first one), required, relevant,
 * constraint, constraint_message; and the expressions of expression.h. What a telephone notes by
 * itself (start, end, today, deviceid, …) and hints on looks are left out, which is said.
 * Everything else that would change what is asked is refused, with sheet, row and what to write
 * instead. SOURCE: XLSForm.org reference table.
 */
#include <ctype.h>
#include <string.h>

#include "base/file.h"
#include "collect/form_int.h"
#include "read/source.h"

/* A sheet as text cells. */
struct grid {
    const char *name; /* of the sheet, for sentences */
    struct str *cell; /* (rows * columns), row 0: the names of the columns */
    uint64_t *line;   /* (rows) */
    size_t rows;
    size_t columns;
    size_t room;
    struct arena *arena;
};

struct survey {
    const char *path;
    struct arena *arena;
    struct grid survey;
    struct grid choices;
    struct grid settings;
    size_t row; /* of survey, under way */
    json_t *fields;
    const char *repeat;        /* NULL: outside */
    struct str group_when[20]; /* (depth) */
    bool is_repeat[20];        /* (depth) */
    size_t depth;
    struct buf *notes;
};

/* --- sheets ------------------------------------------------------------------------------- */

static bool take_record(void *context, const struct csv_record *record, struct err *err)
{
    struct grid *g = context;
    (void)err;
    if (g->rows == 0)
        g->columns = record->field_n;
    if (g->rows == g->room) {
        size_t room = g->room * 2 < 64 ? 64 : g->room * 2;
        struct str *cell = arena_get(g->arena, room * g->columns, sizeof *cell);
        uint64_t *line = arena_get(g->arena, room, sizeof *line);
        if (g->rows) {
            memcpy(cell, g->cell, g->rows * g->columns * sizeof *cell);
            memcpy(line, g->line, g->rows * sizeof *line);
        }
        g->cell = cell;
        g->line = line;
        g->room = room;
    }
    for (size_t c = 0; c < g->columns; c++)
        g->cell[g->rows * g->columns + c] =
            c < record->field_n ? arena_str(g->arena, str_trim(record->field[c])) : STR("");
    g->line[g->rows++] = record->line;
    return true;
}

static bool read_grid(struct survey *s, const char *path, const char *sheet, struct grid *ret,
                      struct err *err)
{
    CLEANUP(sources_release) struct sources sources = {.n = 0};
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    const struct sources_request request = {.path = path, .sheet = sheet, .max_bytes = 1 << 24};
    struct csv_dialect dialect;
    if (!sources_open(&request, s->arena, &sources, err) ||
        !source_dialect(&sources.source[0], &dialect, err) ||
        !bytes_front(&sources.source[0].bytes, 1 << 24, &text, err))
        return false;
    dialect.header = true;
    CLEANUP(csv_release) struct csv_reader *reader = csv_new(&dialect, take_record, ret);
    return csv_feed(reader, buf_view(&text), err) && csv_end(reader, err);
}

/* A column by its name, without regard to case, underscores for blanks; with a language behind
 * "::", the first one. SIZE_MAX: there is none. */
static size_t column_of(const struct grid *g, const char *name)
{
    size_t n = strlen(name);
    for (size_t c = 0; c < g->columns && g->rows; c++) {
        struct str head = g->cell[c];
        size_t i = 0;
        while (i < n && i < head.n &&
               (tolower((unsigned char)head.at[i]) == name[i] ||
                (head.at[i] == ' ' && name[i] == '_')))
            i++;
        if (i == n && (head.n == n || str_starts((struct str){head.at + n, head.n - n}, STR("::"))))
            return c;
    }
    return SIZE_MAX;
}

static struct str cell_at(const struct grid *g, size_t row, const char *name)
{
    size_t c = column_of(g, name);
    return c == SIZE_MAX ? STR("") : g->cell[row * g->columns + c];
}

/* --- fields ------------------------------------------------------------------------------- */

static bool refuse(const struct survey *s, struct err *err, const char *next, const char *what,
                   struct str word)
{
    return FAIL(err, ERR_INPUT, next, _("Sheet survey, row %llu: %s \"%.*s\""),
                (unsigned long long)s->survey.line[s->row], what, STR_ARG(word));
}

static void put(json_t *object, const char *key, struct str value)
{
    if (value.n)
        json_object_set_new(object, key, json_stringn(value.at, value.n));
}

static bool is_one_of(struct str word, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(word, str_of(words[i])))
            return true;
    return false;
}

static bool put_choices(struct survey *s, json_t *field, struct str list, struct err *err)
{
    const struct grid *g = &s->choices;
    json_t *choices = json_array();
    json_object_set_new(field, "choices", choices);
    for (size_t r = 1; r < g->rows; r++) {
        struct str value = cell_at(g, r, "name");
        if (!str_eq(cell_at(g, r, "list_name"), list) || value.n == 0)
            continue;
        json_t *one = json_object();
        json_array_append_new(choices, one);
        put(one, "value", value);
        put(one, "label", cell_at(g, r, "label"));
    }
    return json_array_size(choices) > 0 ||
           refuse(s, err, _("Add it to the sheet choices (columns list_name, name, label)."),
                  _("there is no list of choices"), list);
}

/* The conditions of the groups around a field and its own. */
static void put_when(struct survey *s, json_t *field)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    struct str own = cell_at(&s->survey, s->row, "relevant");
    for (size_t d = 0; d < s->depth; d++)
        if (s->group_when[d].n && !s->is_repeat[d])
            buf_printf(&text, "%s(%.*s)", text.n ? " and " : "", STR_ARG(s->group_when[d]));
    if (own.n)
        buf_printf(&text, text.n ? " and (%.*s)" : "%.*s", STR_ARG(own));
    put(field, "when", buf_view(&text));
}

static json_t *add_field(struct survey *s, enum form_type type)
{
    static const char *const yes[] = {"yes", "true", "true()", "Yes", "TRUE", "YES", "1"};
    json_t *field = json_object();
    json_array_append_new(s->fields, field);
    json_object_set_new(field, "type", json_string(form_type_word(type)));
    put(field, "name", cell_at(&s->survey, s->row, "name"));
    put(field, "label", cell_at(&s->survey, s->row, "label"));
    put(field, "must", cell_at(&s->survey, s->row, "constraint"));
    put(field, "else", cell_at(&s->survey, s->row, "constraint_message"));
    if (is_one_of(cell_at(&s->survey, s->row, "required"), yes, COUNT_OF(yes)))
        json_object_set_new(field, "required", json_true());
    if (s->repeat)
        json_object_set_new(field, "in", json_string(s->repeat));
    put_when(s, field);
    return field;
}

static bool begin(struct survey *s, bool repeat, struct err *err)
{
    if (s->depth == COUNT_OF(s->group_when))
        return refuse(s, err, _("Make it flatter."), _("too many groups inside each other at"),
                      cell_at(&s->survey, s->row, "name"));
    if (repeat && s->repeat)
        return refuse(s, err, _("Make the inner repeat a form of its own."),
                      _("a repeat inside a repeat is not possible:"),
                      cell_at(&s->survey, s->row, "name"));
    if (repeat && cell_at(&s->survey, s->row, "repeat_count").n)
        return refuse(s, err, _("Leave the column repeat_count empty."),
                      _("a fixed number of rows is not possible:"),
                      cell_at(&s->survey, s->row, "repeat_count"));
    if (repeat) {
        (void)add_field(s, FORM_REPEAT);
        s->repeat = arena_copy(s->arena, cell_at(&s->survey, s->row, "name"));
    }
    s->is_repeat[s->depth] = repeat;
    s->group_when[s->depth++] = cell_at(&s->survey, s->row, "relevant");
    return true;
}

static bool end(struct survey *s, bool repeat, struct err *err)
{
    if (s->depth == 0 || s->is_repeat[s->depth - 1] != repeat)
        return refuse(s, err, _("Look which begin belongs to it."),
                      _("it ends what did not begin:"), cell_at(&s->survey, s->row, "type"));
    s->depth--;
    if (repeat)
        s->repeat = NULL;
    return true;
}

static void note(struct survey *s, const char *what, struct str word)
{
    buf_printf(s->notes, _("  Sheet survey, row %llu: %s \"%.*s\"\n"),
               (unsigned long long)s->survey.line[s->row], what, STR_ARG(word));
}

/* Columns that change what is asked, and columns that change only how it looks. */
static bool check_columns(struct survey *s, struct err *err)
{
    static const char *const refused[] = {"calculation", "choice_filter", "trigger",
                                          "repeat_count"};
    static const char *const left[] = {"default", "read_only", "readonly", "parameters"};
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        struct str cell = cell_at(&s->survey, s->row, refused[i]);
        if (cell.n && i != 3)
            return refuse(
                s, err,
                _("Leave the column empty: nothing is calculated and no choices are "
                  "filtered here. Ask with fields of their own, and \"relevant\"."),
                arena_printf(s->arena, _("the column %s is not understood here:"), refused[i]),
                cell);
    }
    for (size_t i = 0; i < COUNT_OF(left); i++) {
        struct str cell = cell_at(&s->survey, s->row, left[i]);
        if (cell.n)
            note(s, arena_printf(s->arena, _("left out: column %s"), left[i]), cell);
    }
    return true;
}

static bool read_select(struct survey *s, struct str type, struct err *err)
{
    static const char *const fronts[] = {
        "select_one ",           "select one from ",      "select_one from ",
        "select one ",           "select_multiple ",      "select all that apply from ",
        "select_multiple from ", "select multiple from ", "select multiple "};
    struct str list = STR("");
    struct str rest = type;
    struct str word;
    bool several = false;
    for (size_t i = 0; i < COUNT_OF(fronts); i++) {
        struct str front = str_of(fronts[i]);
        if (!str_starts(type, front) || (list.n && type.n - front.n >= list.n))
            continue; /* the longest front that fits */
        list = str_trim((struct str){type.at + front.n, type.n - front.n});
        several = i >= 4;
    }
    (void)str_cut(&rest, ' ', &word);
    if (str_starts(word, STR("select_one_from")) || str_starts(word, STR("select_multiple_from")))
        return refuse(s, err, _("Write the choices into the sheet choices."),
                      _("choices from a file are not read:"), type);
    if (str_ends(list, STR(" or_other")) || str_ends(list, STR(" or specify other")))
        return refuse(s, err,
                      _("Write \"other\" as a choice, and a text that is relevant when it is "
                        "selected."),
                      _("\"or other\" is not read:"), type);
    if (list.n == 0 || memchr(list.at, ' ', list.n))
        return refuse(s, err, _("Write: select_one LIST or select_multiple LIST."),
                      _("this type is not read:"), type);
    json_t *field = add_field(s, several ? FORM_CHOICES : FORM_CHOICE);
    return put_choices(s, field, list, err);
}

static bool read_type(struct survey *s, struct str type, struct err *err)
{
    static const struct {
        const char *word;
        enum form_type type;
    } plain[] = {{"text", FORM_TEXT},     {"string", FORM_TEXT},     {"integer", FORM_NUMBER},
                 {"int", FORM_NUMBER},    {"decimal", FORM_NUMBER},  {"date", FORM_DATE},
                 {"time", FORM_TIME},     {"dateTime", FORM_MOMENT}, {"datetime", FORM_MOMENT},
                 {"note", FORM_NOTE},     {"geopoint", FORM_PLACE},  {"gps", FORM_PLACE},
                 {"location", FORM_PLACE}};
    static const char *const noted[] = {"start",     "end",          "today",     "deviceid",
                                        "device id", "subscriberid", "simserial", "phonenumber",
                                        "audit",     "username",     "email",     "start-geopoint"};
    for (size_t i = 0; i < COUNT_OF(plain); i++) {
        if (!str_eq(type, str_of(plain[i].word)))
            continue;
        json_t *field = add_field(s, plain[i].type);
        if (str_starts(type, STR("int")))
            json_object_set_new(field, "whole", json_true());
        return true;
    }
    if (is_one_of(type, noted, COUNT_OF(noted))) {
        note(s, _("left out: what a telephone notes by itself:"), type);
        return true;
    }
    if (str_starts(type, STR("select_")) || str_starts(type, STR("select ")))
        return read_select(s, type, err);
    return refuse(s, err,
                  _("Use text, integer, decimal, select_one, select_multiple, date, time, "
                    "dateTime, geopoint, note, begin group, begin repeat; or delete the row."),
                  _("this type is not read:"), type);
}

static bool read_row(struct survey *s, struct err *err)
{
    struct str type = cell_at(&s->survey, s->row, "type");
    char word[24] = "";
    for (size_t i = 0; i < type.n && type.n < sizeof word; i++)
        word[i] = (char)(type.at[i] == '_' ? ' ' : tolower((unsigned char)type.at[i]));
    if (type.n == 0 || type.at[0] == '#')
        return true;
    if (strcmp(word, "begin group") == 0 || strcmp(word, "begin repeat") == 0)
        return begin(s, word[6] == 'r', err);
    if (strcmp(word, "end group") == 0 || strcmp(word, "end repeat") == 0)
        return end(s, word[4] == 'r', err);
    return check_columns(s, err) && read_type(s, type, err);
}

/* --- files -------------------------------------------------------------------------------- */

static bool read_rows(struct survey *s, struct err *err)
{
    if (column_of(&s->survey, "type") == SIZE_MAX || column_of(&s->survey, "name") == SIZE_MAX)
        return FAIL(err, ERR_INPUT, _("See: allmende help form add"),
                    _("The sheet survey has no columns type and name."));
    for (s->row = 1; s->row < s->survey.rows; s->row++)
        if (!read_row(s, err))
            return false;
    return s->depth == 0 || FAIL(err, ERR_INPUT, _("Add the row \"end group\" or \"end repeat\"."),
                                 _("Sheet survey: a group or a repeat does not end."));
}

/* A name made of a file's: letters, digits and _. */
static const char *name_of(const char *path, struct arena *arena)
{
    const char *name = file_name(path);
    const char *dot = strrchr(name, '.');
    char *made = arena_copy(arena, (struct str){name, dot ? (size_t)(dot - name) : strlen(name)});
    for (char *at = made; *at; at++)
        if (!isalnum((unsigned char)*at) && (unsigned char)*at < 0x80)
            *at = '_';
    return *made >= '0' && *made <= '9' ? arena_printf(arena, "form_%s", made) : made;
}

static bool open_csv(struct survey *s, struct err *err)
{
    CLEANUP(buf_release) struct buf folder = BUF_INIT;
    struct err none[2] = {{0}, {0}};
    file_parent(s->path, &folder);
    const char *choices = arena_printf(s->arena, "%s/choices.csv", folder.at);
    const char *settings = arena_printf(s->arena, "%s/settings.csv", folder.at);
    if (!read_grid(s, s->path, NULL, &s->survey, err))
        return false;
    if (!read_grid(s, choices, NULL, &s->choices, &none[0]) && none[0].code != ERR_NOT_FOUND)
        *err = none[0];
    if (!read_grid(s, settings, NULL, &s->settings, &none[1]) && none[1].code != ERR_NOT_FOUND)
        *err = none[1];
    return err->code == ERR_NONE;
}

static bool open_book(struct survey *s, struct err *err)
{
    struct err none[2] = {{0}, {0}};
    if (!read_grid(s, s->path, "survey", &s->survey, err))
        return false;
    (void)!read_grid(s, s->path, "choices", &s->choices, &none[0]);
    (void)!read_grid(s, s->path, "settings", &s->settings, &none[1]);
    return true;
}

static bool read_survey(struct survey *s, const char *name, bool book, json_t *body,
                        struct err *err)
{
    s->survey.arena = s->choices.arena = s->settings.arena = s->arena;
    if (!(book ? open_book(s, err) : open_csv(s, err)) || !read_rows(s, err))
        return false;
    struct str id = s->settings.rows > 1 ? cell_at(&s->settings, 1, "form_id") : STR("");
    if (s->settings.rows > 1)
        put(body, "title", cell_at(&s->settings, 1, "form_title"));
    json_object_set_new(body, "made_of", json_string("xlsform"));
    json_object_set_new(body, "name",
                        name                    ? json_string(name)
                        : form_name_is_fine(id) ? json_stringn(id.at, id.n)
                                                : json_string(name_of(s->path, s->arena)));
    return true;
}

bool form_read_file(const char *path, const char *name, json_t **ret_body, struct buf *ret_notes,
                    struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    struct survey s = {.path = path, .arena = &arena, .notes = ret_notes};
    if (!file_read(path, 1 << 24, &text, err))
        return false;
    bool book = decode_is_needed(str_front(buf_view(&text), DECODE_FRONT_BYTES)) ||
                str_starts(buf_view(&text), STR("PK"));
    if (!book && !str_ends(str_of(path), STR(".csv"))) {
        if (!form_read_text(buf_view(&text), ret_body, err))
            return false;
        if (name)
            json_object_set_new(*ret_body, "name", json_string(name));
        return true;
    }
    json_t *body = json_object();
    s.fields = json_array();
    json_object_set_new(body, "fields", s.fields);
    if (!read_survey(&s, name, book, body, err)) {
        json_decref(body);
        return false;
    }
    *ret_body = body;
    return true;
}
