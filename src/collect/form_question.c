/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of an XLSForm that ask something, as fields. */
#include <string.h>

#include "collect/form_int.h"
#include "collect/form_sheet.h"

/* --- saying --------------------------------------------------------------------------------- */

struct str survey_cell(const struct survey *s, const char *name)
{
    return grid_cell(&s->sheets.survey, s->row, name);
}

bool survey_refuse(const struct survey *s, struct err *err, const char *next, const char *what,
                   struct str word)
{
    return FAIL(err, ERR_INPUT, next, _("Sheet survey, row %llu: %s \"%.*s\""),
                (unsigned long long)s->sheets.survey.line[s->row], what, STR_ARG(word));
}

void survey_note(struct survey *s, const char *what)
{
    for (size_t i = 0; i < s->left_n; i++)
        if (strcmp(s->left[i].what, what) == 0) {
            s->left[i].more++;
            return;
        }
    if (s->left_n < LEFT_MAX)
        s->left[s->left_n++] = (struct left){what, s->sheets.survey.line[s->row], 0};
}

/* --- words ---------------------------------------------------------------------------------- */

void survey_put(json_t *object, const char *key, struct str value)
{
    if (value.n)
        json_object_set_new(object, key, json_stringn(value.at, value.n));
}

struct str survey_small(struct survey *s, struct str text)
{
    char *copy = arena_copy(s->arena, text);
    for (char *at = copy; *at; at++)
        *at = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
    return str_of(copy);
}

bool survey_is_one_of(struct str word, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(word, str_of(words[i])))
            return true;
    return false;
}

/* In a loop %(name)s and %(label)s are those of its choice. */
/* ${a.b} is ${a_b} here: a dot parts a repeat, its row and its field. */
static struct str plain_names(struct arena *arena, struct str text)
{
    char *plain = arena_copy(arena, text);
    bool inside = false;
    for (size_t i = 0; plain[i]; i++) {
        inside = inside ? plain[i] != '}' : plain[i] == '{' && i > 0 && plain[i - 1] == '$';
        if (inside && plain[i] == '.')
            plain[i] = '_';
    }
    return str_of(plain);
}

struct str survey_filled_in(const struct survey *s, struct str text)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT;
    static const struct {
        struct str sign;
        const char *column;
    } signs[] = {{{"%(name)s", 8}, "name"}, {{"%(label)s", 9}, "label"}};
    while (s->loop && text.n) {
        size_t k = str_starts(text, signs[0].sign) ? 0 : str_starts(text, signs[1].sign) ? 1 : 2;
        if (k < 2)
            buf_str(&out, grid_cell(&s->sheets.choices, s->loop, signs[k].column));
        else
            buf_char(&out, text.at[0]);
        size_t n = k < 2 ? signs[k].sign.n : 1;
        text = (struct str){text.at + n, text.n - n};
    }
    return plain_names(s->arena, s->loop ? buf_view(&out) : text);
}

/* --- fields --------------------------------------------------------------------------------- */

/* The conditions of the groups around a field and its own. */
static void put_when(struct survey *s, json_t *field)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    struct str own = survey_filled_in(s, survey_cell(s, "relevant"));
    for (size_t d = 0; d < s->depth; d++)
        if (s->when[d].n && s->block[d] != BLOCK_REPEAT)
            buf_printf(&text, "%s(%.*s)", text.n ? " and " : "", STR_ARG(s->when[d]));
    if (own.n)
        buf_printf(&text, text.n ? " and (%.*s)" : "%.*s", STR_ARG(own));
    survey_put(field, "when", buf_view(&text));
}

static bool put_required(struct survey *s, json_t *field)
{
    static const char *const yes[] = {"yes", "true", "true()", "1"};
    static const char *const no[] = {"", "no", "false", "false()", "0"};
    struct str word = survey_small(s, survey_cell(s, "required"));
    if (survey_is_one_of(word, yes, COUNT_OF(yes)))
        return json_object_set_new(field, "required", json_true()) == 0;
    if (!survey_is_one_of(word, no, COUNT_OF(no)))
        survey_note(s, _("\"required\" that depends on other answers: the field may stay empty"));
    return true;
}

/* Where the field stands, for sentences that come later. */
static void keep_line(struct survey *s)
{
    size_t n = json_array_size(s->fields);
    if ((n & (n - 1)) == 0) {
        uint64_t *line = arena_get(s->arena, 2 * n, sizeof *line);
        if (n > 1)
            memcpy(line, s->line, (n - 1) * sizeof *line);
        s->line = line;
    }
    s->line[n - 1] = s->sheets.survey.line[s->row];
}

bool survey_add_field(struct survey *s, enum form_type type, json_t **ret, struct err *err)
{
    json_t *field = json_object();
    struct str name = survey_cell(s, "name");
    const unsigned long long line = (unsigned long long)s->sheets.survey.line[s->row];
    json_array_append_new(s->fields, field);
    keep_line(s);
    *ret = field;
    if (name.n == 0 && type == FORM_NOTE)
        name = str_of(arena_printf(s->arena, "note_%llu", line));
    if (memchr(name.at, '.', name.n)) {
        survey_note(s, _("dots in names: here they are _"));
        char *plain = arena_copy(s->arena, name);
        for (size_t i = 0; plain[i]; i++)
            plain[i] = (char)(plain[i] == '.' ? '_' : plain[i]);
        name = str_of(plain);
    }
    if (s->loop)
        name = str_of(arena_printf(s->arena, "%.*s_%.*s",
                                   STR_ARG(grid_cell(&s->sheets.choices, s->loop, "name")),
                                   STR_ARG(name)));
    if (!form_name_is_fine(name))
        return survey_refuse(
            s, err, _("Give the field a name in the column name."),
            _("a name is made of letters, digits, _ and -, and begins with a letter; "
              "this is none:"),
            name);
    json_object_set_new(field, "type", json_string(form_type_word(type)));
    survey_put(field, "name", name);
    survey_put(field, "label", survey_filled_in(s, survey_cell(s, "label")));
    survey_put(field, "must", survey_filled_in(s, survey_cell(s, "constraint")));
    survey_put(field, "else", survey_cell(s, "constraint_message"));
    if (s->repeat)
        json_object_set_new(field, "in", json_string(s->repeat));
    put_when(s, field);
    return put_required(s, field);
}

/* --- choices -------------------------------------------------------------------------------- */

bool survey_is_name_sign(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (unsigned char)c >= 0x80 || c == '_' || c == '-' || c == '.';
}

/* The column whose name stands at a place of a filter, the longest one; SIZE_MAX: none does. */
static size_t column_at(const struct grid *g, struct str filter, size_t at)
{
    size_t found = SIZE_MAX;
    struct str rest = {filter.at + at, filter.n - at};
    if (at > 0 && survey_is_name_sign(filter.at[at - 1]))
        return SIZE_MAX;
    for (size_t c = 0; c < g->columns; c++) {
        struct str name = g->cell[c];
        if (name.n && str_starts(rest, name) &&
            (rest.n == name.n || !survey_is_name_sign(rest.at[name.n])) &&
            (found == SIZE_MAX || name.n > g->cell[found].n))
            found = c;
    }
    return found;
}

/* A filter with the names of columns replaced by the cells of one choice. */
static struct str filter_of(const struct survey *s, struct str filter, size_t choice)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT;
    const struct grid *g = &s->sheets.choices;
    for (size_t i = 0; i < filter.n;) {
        size_t n = 1;
        char c = filter.at[i];
        size_t column = column_at(g, filter, i);
        if (column != SIZE_MAX) {
            struct str cell = g->cell[choice * g->columns + column];
            buf_printf(&out, memchr(cell.at, '\'', cell.n) ? "\"%.*s\"" : "'%.*s'", STR_ARG(cell));
            i += g->cell[column].n;
            continue;
        }
        if (c == '\'' || c == '"' || (c == '$' && i + 1 < filter.n && filter.at[i + 1] == '{')) {
            char end = (char)(c == '$' ? '}' : c);
            while (i + n < filter.n && filter.at[i + n] != end)
                n++;
            n += i + n < filter.n;
        }
        buf_add(&out, filter.at + i, n);
        i += n;
    }
    return arena_str(s->arena, buf_view(&out));
}

static bool put_choices(struct survey *s, json_t *field, struct str list, struct err *err)
{
    const struct grid *g = &s->sheets.choices;
    struct str filter = survey_filled_in(s, survey_cell(s, "choice_filter"));
    json_t *choices = json_array();
    json_object_set_new(field, "choices", choices);
    for (size_t r = 1; r < g->rows; r++) {
        struct str value = grid_cell(g, r, "name");
        if (!str_eq(grid_cell(g, r, "list_name"), list) || value.n == 0)
            continue;
        json_t *one = json_object();
        json_array_append_new(choices, one);
        survey_put(one, "value", value);
        survey_put(one, "label", grid_cell(g, r, "label"));
        if (filter.n)
            survey_put(one, "when", filter_of(s, filter, r));
    }
    return json_array_size(choices) > 0 ||
           survey_refuse(s, err, _("Add it to the sheet choices (columns list_name, name, label)."),
                         _("there is no list of choices"), list);
}

/* The choice "other", and a text that is asked after it. */
static bool put_other(struct survey *s, json_t *field, bool several, struct err *err)
{
    json_t *choices = json_object_get(field, "choices");
    const char *name = json_text(field, "name");
    json_t *text;
    bool there = false;
    for (size_t i = 0; i < json_array_size(choices); i++)
        there = there || strcmp(json_text(json_array_get(choices, i), "value"), "other") == 0;
    if (!there)
        json_array_append_new(choices, json_pack("{s:s,s:s}", "value", "other", "label", "Other"));
    if (!survey_add_field(s, FORM_TEXT, &text, err))
        return false;
    json_object_del(text, "must");
    json_object_del(text, "else");
    json_object_del(text, "required");
    json_object_del(text, "label");
    json_object_set_new(text, "name", json_string(arena_printf(s->arena, "%s_other", name)));
    json_object_set_new(
        text, "when",
        json_string(arena_printf(s->arena, several ? "selected(${%s}, 'other')" : "${%s} = 'other'",
                                 name)));
    return true;
}

/* "select_one LIST" and its older ways; the longest front that fits. */
static struct str list_of(struct str type, bool *ret_several)
{
    static const char *const fronts[] = {"select_one ",
                                         "select one from ",
                                         "select_one from ",
                                         "select one ",
                                         "select1 ",
                                         "select_multiple ",
                                         "select all that apply from ",
                                         "select_multiple from ",
                                         "select multiple from ",
                                         "select multiple ",
                                         "select all that apply "};
    struct str list = STR("");
    size_t longest = 0;
    for (size_t i = 0; i < COUNT_OF(fronts); i++) {
        struct str front = str_of(fronts[i]);
        if (!str_starts(type, front) || front.n <= longest)
            continue;
        longest = front.n;
        list = str_trim((struct str){type.at + front.n, type.n - front.n});
        *ret_several = i >= 5;
    }
    return list;
}

static bool read_select(struct survey *s, struct str type, struct err *err)
{
    static const char *const others[] = {" or_other", " or specify other", " or other"};
    bool several = false;
    bool other = false;
    json_t *field;
    struct str list = list_of(type, &several);
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        struct str tail = str_of(others[i]);
        if (!other && str_ends(list, tail)) {
            list.n -= tail.n;
            other = true;
        }
    }
    list = str_trim(list);
    if (list.n == 0 || memchr(list.at, ' ', list.n))
        return survey_refuse(s, err, _("Write: select_one LIST or select_multiple LIST."),
                             _("this type is not read:"), type);
    return survey_add_field(s, several ? FORM_CHOICES : FORM_CHOICE, &field, err) &&
           put_choices(s, field, list, err) && (!other || put_other(s, field, several, err));
}

/* --- other types ---------------------------------------------------------------------------- */

/* "start=0 end=10 step=1" */
static struct str parameter(struct str text, const char *name)
{
    struct str one;
    struct str key;
    while (str_cut(&text, ' ', &one)) {
        struct str value = one;
        if (str_cut(&value, '=', &key) && str_eq(str_trim(key), str_of(name)))
            return str_trim(value);
    }
    return STR("");
}

static bool read_range(struct survey *s, struct err *err)
{
    struct str all = survey_cell(s, "parameters");
    struct str step = parameter(all, "step");
    json_t *field;
    if (!survey_add_field(s, FORM_NUMBER, &field, err))
        return false;
    survey_put(field, "min", parameter(all, "start").n ? parameter(all, "start") : STR("1"));
    survey_put(field, "max", parameter(all, "end").n ? parameter(all, "end") : STR("10"));
    if (step.n == 0 || str_eq(step, STR("1")))
        json_object_set_new(field, "whole", json_true());
    else
        survey_note(s, _("the step of a range: any number between its ends can be written"));
    return true;
}

static bool read_tick(struct survey *s, struct err *err)
{
    json_t *field;
    if (!survey_add_field(s, FORM_CHOICE, &field, err))
        return false;
    return json_object_set_new(field, "choices", json_pack("[{s:s}]", "value", "OK")) == 0;
}

static bool read_plain(struct survey *s, struct str type, bool *ret_known, struct err *err)
{
    static const struct {
        const char *word;
        enum form_type type;
    } plain[] = {{"text", FORM_TEXT},      {"string", FORM_TEXT},    {"barcode", FORM_TEXT},
                 {"integer", FORM_NUMBER}, {"int", FORM_NUMBER},     {"decimal", FORM_NUMBER},
                 {"date", FORM_DATE},      {"time", FORM_TIME},      {"datetime", FORM_MOMENT},
                 {"note", FORM_NOTE},      {"geopoint", FORM_PLACE}, {"gps", FORM_PLACE},
                 {"location", FORM_PLACE}};
    json_t *field;
    *ret_known = true;
    for (size_t i = 0; i < COUNT_OF(plain); i++) {
        if (!str_eq(type, str_of(plain[i].word)))
            continue;
        if (!survey_add_field(s, plain[i].type, &field, err))
            return false;
        return !str_starts(type, STR("int")) ||
               json_object_set_new(field, "whole", json_true()) == 0;
    }
    if (str_eq(type, STR("acknowledge")) || str_eq(type, STR("trigger")))
        return read_tick(s, err);
    if (str_eq(type, STR("range")))
        return read_range(s, err);
    *ret_known = false;
    return true;
}

/* What a telephone notes by itself, without "get" in front. */
static bool is_of_a_telephone(struct str type)
{
    static const char *const noted[] = {"start",
                                        "end",
                                        "today",
                                        "deviceid",
                                        "subscriberid",
                                        "simserial",
                                        "imei",
                                        "phonenumber",
                                        "username",
                                        "email",
                                        "audit",
                                        "start time",
                                        "end time",
                                        "device id",
                                        "subscriber id",
                                        "sim id",
                                        "sim serial",
                                        "phone number",
                                        "start-geopoint",
                                        "background-audio",
                                        "start_time",
                                        "end_time",
                                        "background-geopoint"};
    if (str_starts(type, STR("get ")))
        type = (struct str){type.at + 4, type.n - 4};
    return survey_is_one_of(type, noted, COUNT_OF(noted)) || str_starts(type, STR("uri:"));
}

static bool refuse_type(const struct survey *s, struct str type, struct err *err)
{
    static const char *const media[] = {"image", "photo", "audio", "video", "file"};
    struct str rest = type;
    struct str word;
    (void)str_cut(&rest, ' ', &word);
    const char *leave = arena_printf(s->arena, "--leave-out %.*s", STR_ARG(word));
    if (survey_is_one_of(word, media, COUNT_OF(media)))
        return survey_refuse(
            s, err,
            arena_printf(s->arena, _("Form without such questions: allmende form add FILE %s"),
                         leave),
            _("forms do not take pictures, sounds and files yet:"), type);
    return survey_refuse(
        s, err,
        arena_printf(s->arena,
                     _("Use a type of docs/format/form.md, or leave such questions out: "
                       "%s"),
                     leave),
        _("this type is not read:"), type);
}

bool survey_read_type(struct survey *s, struct str type, struct err *err)
{
    bool known;
    if (!read_plain(s, type, &known, err))
        return false;
    if (known)
        return true;
    if (is_of_a_telephone(type)) {
        survey_note(s, arena_printf(s->arena,
                                    _("%.*s: nothing is taken that a telephone notes by itself"),
                                    STR_ARG(type)));
        return true;
    }
    if (str_eq(type, STR("calculate")) || str_eq(type, STR("hidden"))) {
        survey_note(s, arena_printf(s->arena, _("%.*s: nothing is calculated"), STR_ARG(type)));
        return true;
    }
    if (str_starts(type, STR("select")) && !str_starts(type, STR("select_one_")) &&
        !str_starts(type, STR("select_multiple_")))
        return read_select(s, type, err);
    return refuse_type(s, type, err);
}
