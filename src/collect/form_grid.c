/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "collect/form_grid.h"

#include <string.h>

#include "base/file.h"
#include "read/source.h"

enum { FORM_BYTES_MAX = 1 << 24, FORM_COLUMNS_MAX = 1000 };

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* --- names of columns ----------------------------------------------------------------------- */

static const char *new_name(const char *name, bool of_choices)
{
    static const char *const old[][2] = {{"bind::relevant", "relevant"},
                                         {"relevance", "relevant"},
                                         {"skip_logic", "relevant"},
                                         {"bind::constraint", "constraint"},
                                         {"bind::jr::constraintmsg", "constraint_message"},
                                         {"bind::required", "required"},
                                         {"bind::calculate", "calculation"},
                                         {"calculate", "calculation"},
                                         {"bind::readonly", "read_only"},
                                         {"control::appearance", "appearance"},
                                         {"repeat::jr::count", "repeat_count"},
                                         {"caption", "label"},
                                         {"list", "list_name"}};
    for (size_t i = 0; i < COUNT_OF(old); i++)
        if (strcmp(name, old[i][0]) == 0)
            return old[i][1];
    return of_choices && strcmp(name, "value") == 0 ? "name" : name;
}

static struct str head_of(struct grid *g, struct str name)
{
    char *text = arena_get(g->arena, 2 * name.n + 1, 1);
    size_t n = 0;
    const bool of_choices = strcmp(g->name, "choices") == 0;
    for (size_t i = 0; i < name.n; i++) {
        bool twice = i + 1 < name.n && name.at[i + 1] == ':';
        text[n++] = (char)(name.at[i] == ' ' ? '_' : lower(name.at[i]));
        if (name.at[i] == ':') {
            text[n++] = ':';
            i += twice;
        }
    }
    if (of_choices && strncmp(text, "text::", 6) == 0)
        return str_of(arena_printf(g->arena, "label%s", text + 4));
    return str_of(new_name(text, of_choices));
}

bool grid_in_language(struct str head, const char *name, struct str *ret_language)
{
    struct str front = str_of(name);
    if (!str_starts(head, front) || head.n < front.n + 2 || head.at[front.n] != ':')
        return false;
    *ret_language = (struct str){head.at + front.n + 2, head.n - front.n - 2};
    return true;
}

/* "deutsch" and "de" both are "deutsch_(de)". */
static bool is_language(struct str there, struct str wanted)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    for (size_t i = 0; i < wanted.n; i++)
        buf_char(&text, (char)(wanted.at[i] == ' ' ? '_' : lower(wanted.at[i])));
    struct str small = buf_view(&text);
    if (str_eq(there, small))
        return true;
    bool front = str_starts(there, small) && there.n > small.n && there.at[small.n] == '_';
    buf_char(&text, ')');
    struct str code = buf_view(&text);
    return front ||
           (str_ends(there, code) && there.n > code.n && there.at[there.n - code.n - 1] == '(');
}

size_t grid_column(const struct grid *g, const char *name)
{
    size_t plain = SIZE_MAX;
    size_t first = SIZE_MAX;
    struct str language;
    for (size_t c = 0; c < g->columns; c++) {
        if (str_eq(g->head[c], str_of(name)))
            plain = plain == SIZE_MAX ? c : plain;
        if (!grid_in_language(g->head[c], name, &language))
            continue;
        if (g->language.n && is_language(language, g->language))
            return c;
        first = first == SIZE_MAX ? c : first;
    }
    return plain != SIZE_MAX ? plain : first;
}

struct str grid_cell(const struct grid *g, size_t row, const char *name)
{
    size_t c = grid_column(g, name);
    return c == SIZE_MAX ? STR("") : g->cell[row * g->columns + c];
}

/* --- rows ----------------------------------------------------------------------------------- */

static void grow(struct grid *g)
{
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

static void add_row(struct grid *g, const struct str *field, size_t n, uint64_t line)
{
    if (g->rows == 0) {
        g->columns = n < FORM_COLUMNS_MAX ? n : FORM_COLUMNS_MAX;
        g->head = arena_get(g->arena, g->columns, sizeof *g->head);
    }
    if (g->rows == g->room)
        grow(g);
    for (size_t c = 0; c < g->columns; c++) {
        struct str cell = c < n ? arena_str(g->arena, str_trim(field[c])) : STR("");
        g->cell[g->rows * g->columns + c] = cell;
        if (g->rows == 0)
            g->head[c] = head_of(g, cell);
    }
    g->line[g->rows++] = line;
}

/* A file on its way into one sheet, or into all three where it names them. */
struct taking {
    struct grids *grids;
    struct grid *sheet;
    bool first; /* no record came yet */
    bool all;   /* the file holds all sheets below each other */
};

static struct grid *named(struct grids *grids, const struct csv_record *record)
{
    struct grid *const all[] = {&grids->survey, &grids->choices, &grids->settings};
    for (size_t i = 1; i < record->field_n; i++)
        if (str_trim(record->field[i]).n)
            return NULL;
    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (record->field_n && str_eq(str_trim(record->field[0]), str_of(all[i]->name)))
            return all[i];
    return NULL;
}

static bool take_record(void *context, const struct csv_record *record, struct err *err)
{
    struct taking *t = context;
    struct grid *begins = t->first || t->all ? named(t->grids, record) : NULL;
    t->all = t->all || begins;
    t->first = false;
    /* Sheets below each other differ in their number of columns. */
    if (record->fault && !(t->all && record->fault_field == record->field_n))
        return FAIL(err, ERR_INPUT, _("Correct the line in the file."), _("Line %llu: %s"),
                    (unsigned long long)record->line, record->fault);
    if (begins) {
        t->sheet = begins;
        return true;
    }
    bool any = !t->all;
    for (size_t i = 0; i < record->field_n && !any; i++)
        any = str_trim(record->field[i]).n > 0;
    if (!any)
        return true;
    size_t skip = t->all && record->field_n ? 1 : 0;
    add_row(t->sheet, record->field + skip, record->field_n - skip, record->line);
    return true;
}

static bool read_sheet(struct grids *grids, struct grid *into, const char *path, const char *sheet,
                       struct err *err)
{
    struct arena *arena = into->arena;
    CLEANUP(sources_release) struct sources sources = {.n = 0};
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    const struct sources_request request = {
        .path = path, .sheet = sheet, .max_bytes = FORM_BYTES_MAX};
    struct taking taking = {.grids = grids, .sheet = into, .first = sheet == NULL};
    struct csv_dialect dialect;
    if (!sources_open(&request, arena, &sources, err) ||
        !source_dialect(&sources.source[0], &dialect, err) ||
        !bytes_front(&sources.source[0].bytes, FORM_BYTES_MAX, &text, err))
        return false;
    dialect.header = true;
    CLEANUP(csv_release) struct csv_reader *reader = csv_new(&dialect, take_record, &taking);
    return csv_feed(reader, buf_view(&text), err) && csv_end(reader, err);
}

/* A sheet that may be missing. */
static bool may_read(struct grids *grids, struct grid *into, const char *path, const char *sheet,
                     struct err *err)
{
    struct err none = {0};
    if (read_sheet(grids, into, path, sheet, &none) || none.code == ERR_NOT_FOUND ||
        (sheet && none.code == ERR_INPUT))
        return true;
    *err = none;
    return false;
}

static bool read_csv(const char *path, struct arena *arena, struct grids *ret, struct err *err)
{
    CLEANUP(buf_release) struct buf folder = BUF_INIT;
    file_parent(path, &folder);
    if (!read_sheet(ret, &ret->survey, path, NULL, err))
        return false;
    return (ret->choices.rows ||
            may_read(ret, &ret->choices, arena_printf(arena, "%s/choices.csv", folder.at), NULL,
                     err)) &&
           (ret->settings.rows ||
            may_read(ret, &ret->settings, arena_printf(arena, "%s/settings.csv", folder.at), NULL,
                     err));
}

static bool read_book(const char *path, struct grids *ret, struct err *err)
{
    struct err none = {0};
    if (!read_sheet(ret, &ret->survey, path, "survey", err)) {
        if (err->code != ERR_NOT_FOUND || !read_sheet(ret, &ret->survey, path, NULL, &none))
            return false;
        err_clear(err);
    }
    return may_read(ret, &ret->choices, path, "choices", err) &&
           may_read(ret, &ret->settings, path, "settings", err);
}

bool grids_read(const char *path, bool book, struct arena *arena, struct grids *ret,
                struct err *err)
{
    *ret = (struct grids){{.name = "survey", .arena = arena},
                          {.name = "choices", .arena = arena},
                          {.name = "settings", .arena = arena}};
    if (!(book ? read_book(path, ret, err) : read_csv(path, arena, ret, err)))
        return false;
    if (ret->survey.rows && grid_column(&ret->survey, "type") != SIZE_MAX &&
        grid_column(&ret->survey, "name") != SIZE_MAX)
        return true;
    return FAIL(
        err, ERR_INPUT,
        _("An XLSForm has a sheet survey with these columns. Answers to a form are a table: "
          "allmende collect import FILE"),
        _("The sheet survey has no columns type and name."));
}
