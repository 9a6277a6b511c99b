/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XLSForm: the sheets survey, choices and settings (form_grid.h) as a form.
 *
 * What is read, what is left out with a note, and what is refused: docs/format/form.md. In short,
 * nothing is dropped in silence, and nothing that would change which answers are taken is left out
 * unless somebody says so with --leave-out. A field that was left out cannot be looked at by a
 * condition; that is refused.
 *
 * Flattened: groups end in the conditions of their fields; a loop over a list becomes its fields
 * once for each choice, CHOICE_FIELD; "or other" becomes the choice other and a text FIELD_other.
 * A filter of choices becomes a condition of each choice: its columns are replaced by the cells of
 * the choice. SOURCE: XLSForm.org reference table.
 */
#include <string.h>

#include "base/file.h"
#include "collect/expression.h"
#include "collect/form_int.h"
#include "collect/form_sheet.h"
#include "read/decode.h"

static bool is_left_out(const struct survey *s, struct str type)
{
    struct str name = survey_cell(s, "name");
    struct str rest = type;
    struct str word;
    (void)str_cut(&rest, ' ', &word);
    for (size_t i = 0; i < s->from->leave_out_n; i++) {
        struct str said = str_of(s->from->leave_out[i]);
        if (str_eq(said, type) || str_eq(said, word) || (name.n && str_eq(said, name)))
            return true;
    }
    return false;
}

static void say_left(const struct survey *s, struct buf *out)
{
    for (size_t i = 0; i < s->left_n; i++) {
        const struct left *l = &s->left[i];
        if (l->more)
            buf_printf(out, _("  Left out: %s (row %llu and %zu more)\n"), l->what,
                       (unsigned long long)l->line, l->more);
        else
            buf_printf(out, _("  Left out: %s (row %llu)\n"), l->what, (unsigned long long)l->line);
    }
}

/* --- columns -------------------------------------------------------------------------------- */

/* Cells in columns that change nothing about which answers are taken are left out. */
static void note_columns(struct survey *s)
{
    static const char *const read[] = {"type",
                                       "name",
                                       "label",
                                       "required",
                                       "relevant",
                                       "constraint",
                                       "choice_filter",
                                       "calculation",
                                       "constraint_message",
                                       "parameters",
                                       ""};
    const struct grid *g = &s->sheets.survey;
    for (size_t c = 0; c < g->columns; c++) {
        struct str language;
        if (g->cell[s->row * g->columns + c].n == 0 ||
            survey_is_one_of(g->head[c], read, COUNT_OF(read)))
            continue;
        bool translated = (grid_in_language(g->head[c], "label", &language) ||
                           grid_in_language(g->head[c], "constraint_message", &language));
        if (translated &&
            (c == grid_column(g, "label") || c == grid_column(g, "constraint_message")))
            continue;
        if (translated)
            survey_note(s, arena_printf(s->arena, _("texts in %.*s; --language takes them instead"),
                                        STR_ARG(language)));
        else
            survey_note(s, arena_printf(s->arena, _("column %.*s"), STR_ARG(g->cell[c])));
    }
}

static bool check_columns(struct survey *s, struct str type, struct err *err)
{
    struct str calculation = survey_cell(s, "calculation");
    note_columns(s);
    if (calculation.n == 0 || str_eq(type, STR("calculate")) || str_eq(type, STR("hidden")))
        return true;
    return survey_refuse(s, err, _("Leave the cell empty: nothing is calculated here."),
                         _("its answer would be calculated:"), calculation);
}

/* --- groups, repeats, loops ----------------------------------------------------------------- */

/* "begin group", "end_repeat", "begin loop over LIST". False: the row is none. */
static bool read_block(struct str type, bool *ret_begins, enum block *ret)
{
    static const char *const words[] = {"group", "repeat", "loop"};
    struct str word;
    *ret_begins = str_starts(type, STR("begin"));
    size_t n = *ret_begins ? 5 : 3;
    if (type.n <= n + 1 || (!*ret_begins && !str_starts(type, STR("end"))) ||
        (type.at[n] != ' ' && type.at[n] != '_'))
        return false;
    type = str_trim((struct str){type.at + n + 1, type.n - n - 1});
    (void)str_cut(&type, ' ', &word);
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (str_eq(word, str_of(words[i]))) {
            *ret = (enum block)i;
            return true;
        }
    return false;
}

/* The row of the end that belongs to the begin of this row. 0: there is none. */
static size_t end_of(struct survey *s)
{
    size_t depth = 0;
    for (size_t r = s->row; r < s->sheets.survey.rows; r++) {
        enum block block;
        bool begins;
        if (!read_block(survey_small(s, grid_cell(&s->sheets.survey, r, "type")), &begins, &block))
            continue;
        depth += begins ? 1 : (size_t)-1;
        if (depth == 0)
            return r;
    }
    return 0;
}

static bool begin_repeat(struct survey *s, struct err *err)
{
    json_t *field;
    if (s->repeat)
        return survey_refuse(s, err, _("Make the inner repeat a form of its own."),
                             _("a repeat inside a repeat is not possible:"),
                             survey_cell(s, "name"));
    if (survey_cell(s, "repeat_count").n)
        survey_note(s, _("repeat_count: any number of rows can be written"));
    if (!survey_add_field(s, FORM_REPEAT, &field, err))
        return false;
    s->repeat = json_text(field, "name");
    return true;
}

static bool begin(struct survey *s, enum block block, struct err *err)
{
    if (s->depth == DEPTH_MAX)
        return survey_refuse(s, err, _("Make it flatter."),
                             _("too many groups inside each other at"), survey_cell(s, "name"));
    if (block == BLOCK_REPEAT && !begin_repeat(s, err))
        return false;
    s->block[s->depth] = block;
    s->when[s->depth++] = survey_filled_in(s, survey_cell(s, "relevant"));
    return true;
}

static bool end(struct survey *s, enum block block, struct err *err)
{
    if (s->depth == 0 || s->block[s->depth - 1] != block)
        return survey_refuse(s, err, _("Look which begin belongs to it."),
                             _("it ends what did not begin:"), survey_cell(s, "type"));
    s->depth--;
    if (block == BLOCK_REPEAT)
        s->repeat = NULL;
    return true;
}

static bool read_row(struct survey *s, struct err *err);

/* Its rows once for each choice of its list. */
static bool run_loop(struct survey *s, struct str type, struct err *err)
{
    const struct grid *g = &s->sheets.choices;
    const size_t first = s->row;
    const size_t last = end_of(s);
    const char *over = strstr(type.at, "over ");
    struct str list = over ? str_trim(str_of(over + 5)) : STR("");
    bool any = false;
    if (s->loop || last == 0)
        return survey_refuse(s, err,
                             _("Add the row \"end loop\"; a loop inside a loop is not possible."),
                             _("this loop is not read:"), type);
    for (size_t c = 1; c < g->rows; c++) {
        if (list.n == 0 || !str_eq(grid_cell(g, c, "list_name"), list))
            continue;
        any = true;
        s->row = first;
        s->loop = c;
        if (!begin(s, BLOCK_LOOP, err))
            return false;
        for (s->row = first + 1; s->row < last; s->row++)
            if (!read_row(s, err))
                return false;
        if (!end(s, BLOCK_LOOP, err))
            return false;
        s->loop = 0;
    }
    s->row = last;
    return any ||
           survey_refuse(s, err, _("Add it to the sheet choices (columns list_name, name, label)."),
                         _("there is no list of choices"), list);
}

/* --- all rows ------------------------------------------------------------------------------- */

static bool leave_out(struct survey *s, struct str type, bool is_block, struct err *err)
{
    size_t last = is_block ? end_of(s) : s->row;
    survey_note(s, arena_printf(s->arena, _("%.*s, as you said"), STR_ARG(type)));
    if (last == 0)
        return survey_refuse(s, err, _("Add the row that ends it."), _("this does not end:"), type);
    s->row = last;
    return true;
}

static bool read_row(struct survey *s, struct err *err)
{
    struct str typed = survey_cell(s, "type");
    struct str type = survey_small(s, typed);
    enum block block;
    bool begins = false;
    if (type.n == 0 || type.at[0] == '#')
        return true;
    bool is_block = read_block(type, &begins, &block);
    if ((!is_block || begins) && is_left_out(s, type))
        return leave_out(s, type, is_block, err);
    if (is_block && !begins)
        return end(s, block, err);
    if (is_block && block == BLOCK_LOOP)
        return run_loop(s, typed, err);
    if (is_block) {
        note_columns(s);
        return begin(s, block, err);
    }
    /* Names of lists keep their case. */
    bool of_list = str_starts(type, STR("select")) && memchr(type.at, ' ', type.n);
    return check_columns(s, type, err) && survey_read_type(s, of_list ? typed : type, err);
}

/* A condition that is not understood, or looks at what is not asked, is refused with its row. */
struct looking {
    const struct survey *s;
    uint64_t line;
};

static bool is_asked(void *context, struct str name, struct err *err)
{
    const struct looking *l = context;
    for (size_t i = 0; i < json_array_size(l->s->fields); i++)
        if (str_eq(str_of(json_text(json_array_get(l->s->fields, i), "name")), name))
            return true;
    return FAIL(err, ERR_INPUT, _("Change the condition, or leave its field out: --leave-out NAME"),
                _("Sheet survey, row %llu: a condition looks at \"%.*s\", which is not asked or is "
                  "left out."),
                (unsigned long long)l->line, STR_ARG(name));
}

static bool check_expression(const struct looking *l, const char *text, struct err *err)
{
    const struct expression *expression;
    if (!text)
        return true;
    if (!expression_parse(str_of(text), l->s->arena, &expression, err))
        return err_context(err, _("Sheet survey, row %llu"), (unsigned long long)l->line);
    return expression_fields(expression, is_asked, (void *)(uintptr_t)l, err);
}

static bool check_expressions(const struct survey *s, struct err *err)
{
    for (size_t i = 0; i < json_array_size(s->fields); i++) {
        const json_t *field = json_array_get(s->fields, i);
        const json_t *choices = json_object_get(field, "choices");
        const struct looking l = {s, s->line[i]};
        if (!check_expression(&l, json_text(field, "when"), err) ||
            !check_expression(&l, json_text(field, "must"), err))
            return false;
        for (size_t c = 0; c < json_array_size(choices); c++)
            if (!check_expression(&l, json_text(json_array_get(choices, c), "when"), err))
                return false;
    }
    return true;
}

static bool read_rows(struct survey *s, struct err *err)
{
    for (s->row = 1; s->row < s->sheets.survey.rows; s->row++)
        if (!read_row(s, err))
            return false;
    if (json_array_size(s->fields) == 0)
        return FAIL(err, ERR_INPUT, _("Look into the sheet survey: each question is a row."),
                    _("Sheet survey: nothing is asked that is read here."));
    return s->depth == 0 ? check_expressions(s, err)
                         : FAIL(err, ERR_INPUT, _("Add the row \"end group\" or \"end repeat\"."),
                                _("Sheet survey: a group or a repeat does not end."));
}

/* --- the file ------------------------------------------------------------------------------- */

/* A name made of a file's: letters, digits and _. */
static const char *name_of(const char *path, struct arena *arena)
{
    const char *name = file_name(path);
    const char *dot = strrchr(name, '.');
    char *made = arena_copy(arena, (struct str){name, dot ? (size_t)(dot - name) : strlen(name)});
    for (char *at = made; *at; at++)
        if (!survey_is_name_sign(*at) || *at == '.')
            *at = '_';
    return *made >= '0' && *made <= '9' ? arena_printf(arena, "form_%s", made) : made;
}

static struct str setting(const struct survey *s, const char *name)
{
    return s->sheets.settings.rows > 1 ? grid_cell(&s->sheets.settings, 1, name) : STR("");
}

static void choose_language(struct survey *s)
{
    struct str language =
        s->from->language ? str_of(s->from->language) : setting(s, "default_language");
    s->sheets.survey.language = s->sheets.choices.language = language;
}

static bool read_sheets(const struct form_source *source, bool book, json_t *body,
                        struct buf *ret_notes, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct survey s = {.from = source, .arena = &arena, .fields = json_array()};
    json_object_set_new(body, "fields", s.fields);
    if (!grids_read(source->path, book, &arena, &s.sheets, err))
        return false;
    choose_language(&s);
    if (!read_rows(&s, err))
        return false;
    struct str id = setting(&s, "form_id");
    survey_put(body, "title", setting(&s, "form_title"));
    json_object_set_new(body, "made_of", json_string("xlsform"));
    json_object_set_new(body, "name",
                        source->name            ? json_string(source->name)
                        : form_name_is_fine(id) ? json_stringn(id.at, id.n)
                                                : json_string(name_of(source->path, &arena)));
    if (setting(&s, "public_key").n)
        buf_text(ret_notes,
                 _("  Left out: public_key: observations are not encrypted for others\n"));
    say_left(&s, ret_notes);
    return true;
}

bool form_read_file(const struct form_source *source, json_t **ret_body, struct buf *ret_notes,
                    struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    if (!file_read(source->path, 1 << 24, &text, err))
        return false;
    bool book = decode_is_needed(str_front(buf_view(&text), DECODE_FRONT_BYTES)) ||
                str_starts(buf_view(&text), STR("PK"));
    if (!book && !str_ends(str_of(source->path), STR(".csv"))) {
        if (!form_read_text(buf_view(&text), ret_body, err))
            return false;
        if (source->name)
            json_object_set_new(*ret_body, "name", json_string(source->name));
        return true;
    }
    json_t *body = json_object();
    if (!read_sheets(source, book, body, ret_notes, err)) {
        json_decref(body);
        return false;
    }
    *ret_body = body;
    return true;
}
