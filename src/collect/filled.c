/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of an observation: put in by key, and checked against the form. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "collect/expression.h"
#include "collect/form_int.h"
#include "collect/observe.h"

struct filled filled_new(void)
{
    return (struct filled){json_object(), json_object()};
}

void filled_release(struct filled *answers)
{
    json_decref(answers->fields);
    json_decref(answers->rows);
    *answers = (struct filled){NULL, NULL};
}

/* --- putting in --------------------------------------------------------------------------- */

static const char *const place_parts[] = {"_lat", "_lon", "_accuracy"};

static void set_text(json_t *row, const char *column, struct str value)
{
    if (value.n)
        json_object_set_new(row, column, json_stringn(value.at, value.n));
    else
        json_object_del(row, column);
}

/* A value may stand there once for each condition. */
static bool is_first(const struct form_field *field, size_t choice)
{
    for (size_t i = 0; i < choice; i++)
        if (str_eq(field->choice[i], field->choice[choice]))
            return false;
    return true;
}

/* The choices taken, in the order of the form; others stay behind them, to be refused later. */
static struct str in_order(const struct form_field *field, struct str value, struct arena *arena)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    struct str rest = value;
    struct str one;
    for (size_t i = 0; i < field->choice_n; i++)
        if (expression_selected(value, field->choice[i]) && is_first(field, i))
            buf_printf(&text, "%s%.*s", text.n ? " " : "", STR_ARG(field->choice[i]));
    while (str_cut(&rest, ' ', &one)) {
        bool known = one.n == 0;
        for (size_t i = 0; i < field->choice_n; i++)
            known = known || str_eq(one, field->choice[i]);
        if (!known)
            buf_printf(&text, "%s%.*s", text.n ? " " : "", STR_ARG(one));
    }
    return arena_str(arena, buf_view(&text));
}

static bool set_place(json_t *row, struct str name, struct str value, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct str rest = str_trim(value);
    struct str part[3] = {STR(""), STR(""), STR("")};
    struct str one;
    size_t n = 0;
    while (str_cut(&rest, ' ', &one)) {
        if (one.n && one.at[one.n - 1] == ',')
            one.n--;
        if (one.n == 0)
            continue;
        if (n == 3)
            return FAIL(err, ERR_INPUT, _("For example: where=\"51.05 13.74 8\""),
                        _("Field \"%.*s\": a place is latitude, longitude and, if known, its "
                          "accuracy in metres."),
                        STR_ARG(name));
        part[n++] = one;
    }
    for (size_t p = 0; p < 3; p++)
        set_text(row, arena_printf(&arena, "%.*s%s", STR_ARG(name), place_parts[p]), part[p]);
    return true;
}

/* The table says yes and no, whatever the language of who types. */
static struct str yes_or_no(struct str value)
{
    if (str_eq(value, STR("ja")) || str_eq(value, STR("Ja")))
        return STR("yes");
    return str_eq(value, STR("nein")) || str_eq(value, STR("Nein")) ? STR("no") : value;
}

/* 1.5.2024, as it is written with dots, is 2024-05-01; all else stays, to be judged later. */
static struct str plain_day(struct str value, struct arena *arena)
{
    struct str rest = value;
    struct str part[3];
    uint64_t number[3];
    for (size_t i = 0; i < 3; i++)
        if (!str_cut(&rest, '.', &part[i]) || part[i].n == 0 || part[i].n > (i == 2 ? 4 : 2) ||
            !str_uint(part[i], 9999, &number[i]))
            return value;
    if (rest.at || part[2].n != 4)
        return value;
    return str_of(arena_printf(arena, "%04u-%02u-%02u", (unsigned)number[2], (unsigned)number[1],
                               (unsigned)number[0]));
}

static bool set_in(const struct form *form, size_t in, json_t *row, struct assignment set,
                   struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    size_t f = form_find(form, set.key, in);
    if (f != SIZE_MAX && form->field[f].type == FORM_PLACE)
        return set_place(row, set.key, set.value, err);
    if (f != SIZE_MAX && form->field[f].type == FORM_CHOICES)
        set.value = in_order(&form->field[f], set.value, &arena);
    if (f != SIZE_MAX && form->field[f].type == FORM_ABSENCE)
        set.value = yes_or_no(set.value);
    if (f != SIZE_MAX && form->field[f].type == FORM_DATE)
        set.value = plain_day(set.value, &arena);
    bool known =
        f != SIZE_MAX && form->field[f].type != FORM_NOTE && form->field[f].type != FORM_REPEAT;
    for (size_t p = 0; p < 3 && !known; p++) {
        struct str tail = str_of(place_parts[p]);
        if (!str_ends(set.key, tail))
            continue;
        f = form_find(form, (struct str){set.key.at, set.key.n - tail.n}, in);
        known = f != SIZE_MAX && form->field[f].type == FORM_PLACE;
    }
    if (!known)
        return FAIL(err, ERR_INPUT, _("See its fields: allmende form show NAME"),
                    _("The form \"%.*s\" has no field \"%.*s\" to fill in here."),
                    STR_ARG(form->name), STR_ARG(set.key));
    set_text(row, arena_copy(&arena, set.key), set.value);
    return true;
}

static bool set_in_row(struct filled *answers, const struct form *form, struct str repeat,
                       struct assignment set, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    const char *name = arena_copy(&arena, repeat);
    json_t *rows = json_object_get(answers->rows, name);
    size_t in = form_find(form, repeat, SIZE_MAX);
    struct str number;
    uint64_t row;
    if (!str_cut(&set.key, '.', &number) || in == SIZE_MAX || form->field[in].type != FORM_REPEAT ||
        set.key.n == 0 || !str_uint(number, 10000, &row) || row < 1 ||
        row > json_array_size(rows) + 1)
        return FAIL(err, ERR_INPUT, _("For example: fish.1.species=trout, then fish.2.species=…"),
                    _("\"%s\" is no repeat of this form, or its rows are not counted from 1."),
                    name);
    if (!rows) {
        rows = json_array();
        json_object_set_new(answers->rows, name, rows);
    }
    if (row > json_array_size(rows))
        json_array_append_new(rows, json_object());
    return set_in(form, in, json_array_get(rows, row - 1), set, err);
}

bool filled_set(struct filled *answers, const struct form *form, struct str key, struct str value,
                struct err *err)
{
    struct assignment set = {str_trim(key), str_trim(value)};
    struct str front;
    struct str rest = set.key;
    size_t at;
    if (!str_utf8(set.key, &at) || !str_utf8(set.value, &at) ||
        memchr(set.value.at, 0, set.value.n))
        return FAIL(err, ERR_INPUT, _("Save or type it as UTF-8."),
                    _("A value is not text in UTF-8."));
    if (!memchr(set.key.at, '.', set.key.n))
        return set_in(form, SIZE_MAX, answers->fields, set, err);
    (void)str_cut(&rest, '.', &front);
    return set_in_row(answers, form, front, (struct assignment){rest, set.value}, err);
}

/* --- checking ----------------------------------------------------------------------------- */

struct checking {
    const struct filled *answers;
    const struct form *form;
    const json_t *row; /* in which values are looked for first */
    size_t in;
    uint64_t row_number; /* 0: outside of repeats */
    const struct form_field *field;
};

static bool refuse(const struct checking *c, struct err *err, const char *next, const char *what)
{
    if (c->row_number)
        return FAIL(err, ERR_INPUT, next, _("Field \"%.*s\", row %llu: %s"),
                    STR_ARG(c->field->name), (unsigned long long)c->row_number, what);
    return FAIL(err, ERR_INPUT, next, _("Field \"%.*s\": %s"), STR_ARG(c->field->name), what);
}

static struct str text_in(const json_t *row, struct str name, const char *tail)
{
    char key[80];
    snprintf(key, sizeof key, "%.*s%s", STR_ARG(name), tail);
    return str_of(json_text(row, key));
}

static struct str value_in(const json_t *row, const struct form_field *field)
{
    return text_in(row, field->name, field->type == FORM_PLACE ? "_lat" : "");
}

/* For expressions: a field of the same row, else of the whole observation. */
static struct str value_of(const void *context, struct str name)
{
    const struct checking *c = context;
    size_t f = form_find(c->form, name, c->in);
    if (f != SIZE_MAX)
        return value_in(c->row, &c->form->field[f]);
    f = form_find(c->form, name, SIZE_MAX);
    return f == SIZE_MAX ? STR("") : value_in(c->answers->fields, &c->form->field[f]);
}

static bool holds(const struct checking *c, const struct expression *e, struct str self)
{
    char today[CLOCK_TEXT];
    const struct expression_values values = {
        .value = value_of, .context = c, .self = self, .today = str_of(clock_today_here(today))};
    return expression_holds(e, &values);
}

static bool is_within(struct str value, struct str min, struct str max)
{
    struct decimal v;
    struct decimal limit;
    if (num_decimal(value, '.', &v) != NUM_OK)
        return false;
    if (min.n && num_decimal(min, '.', &limit) == NUM_OK && expression_order(v, limit) < 0)
        return false;
    return !(max.n && num_decimal(max, '.', &limit) == NUM_OK && expression_order(v, limit) > 0);
}

static bool check_number(const struct checking *c, struct str value, struct err *err)
{
    const struct form_field *f = c->field;
    struct decimal v;
    char limits[160];
    if (num_decimal(value, '.', &v) != NUM_OK)
        return refuse(c, err, _("Write digits with a decimal point, without the unit: 12.5"),
                      _("this is not a number of at most 18 digits."));
    if (f->whole && v.exponent < 0)
        return refuse(c, err, _("Write a whole number."), _("this is not a whole number."));
    struct str min = f->min.n || f->type != FORM_EFFORT ? f->min : STR("0");
    if (is_within(value, min, f->max))
        return true;
    snprintf(limits, sizeof limits, "%.*s … %.*s %.*s", STR_ARG(min), STR_ARG(f->max),
             STR_ARG(f->unit));
    return refuse(c, err, limits, _("this is outside of its limits."));
}

/* Is a choice there after these answers? */
static bool is_there(const struct checking *c, size_t choice)
{
    const struct expression *when = c->field->choice_when[choice];
    return !when || holds(c, when, STR(""));
}

static bool check_choices(const struct checking *c, struct str value, struct err *err)
{
    CLEANUP(buf_release) struct buf all = BUF_INIT;
    const struct form_field *f = c->field;
    struct str one;
    bool fine = true;
    bool several = f->type == FORM_CHOICES;
    while (fine && str_cut(&value, several ? ' ' : '\0', &one)) {
        bool known = false;
        for (size_t i = 0; i < f->choice_n; i++)
            known = known || (str_eq(one, f->choice[i]) && is_there(c, i));
        fine = known;
    }
    if (fine)
        return true;
    for (size_t i = 0; i < f->choice_n; i++)
        if (is_there(c, i))
            buf_printf(&all, "%s%.*s", all.n ? ", " : _("Choose from: "), STR_ARG(f->choice[i]));
    if (all.n == 0)
        return refuse(c, err, _("Answer first what decides about its choices."),
                      _("none of its choices is there after these answers."));
    return refuse(c, err, all.at, _("this is none of its choices."));
}

static bool check_time(const struct checking *c, struct str value, struct err *err)
{
    static const enum column_time kinds_of_time[] = {
        [FORM_DATE] = TIME_DATE, [FORM_TIME] = TIME_CLOCK, [FORM_MOMENT] = TIME_STAMP};
    struct decimal ignored;
    return date_read(value, kinds_of_time[c->field->type], DATE_YMD, &ignored) ||
           refuse(c, err, _("Write 2024-05-01, 18:30 or 2024-05-01T18:30."),
                  _("this is not such a date or time."));
}

static bool check_place(const struct checking *c, struct err *err)
{
    struct str lat = text_in(c->row, c->field->name, "_lat");
    struct str lon = text_in(c->row, c->field->name, "_lon");
    struct str accuracy = text_in(c->row, c->field->name, "_accuracy");
    return (is_within(lat, STR("-90"), STR("90")) && is_within(lon, STR("-180"), STR("180")) &&
            (accuracy.n == 0 || is_within(accuracy, STR("0"), STR("10000000")))) ||
           refuse(c, err, _("For example: where=\"51.05 13.74 8\""),
                  _("this is not a latitude, a longitude and, if known, metres of accuracy."));
}

static bool any_rows(const struct filled *answers)
{
    const char *key;
    json_t *rows;
    json_object_foreach(answers->rows, key, rows)
    {
        if (json_array_size(rows))
            return true;
    }
    return false;
}

static bool check_value(const struct checking *c, struct str value, struct err *err)
{
    switch (c->field->type) {
    case FORM_NUMBER:
    case FORM_EFFORT:
        return check_number(c, value, err);
    case FORM_CHOICE:
    case FORM_CHOICES:
        return check_choices(c, value, err);
    case FORM_DATE:
    case FORM_TIME:
    case FORM_MOMENT:
        return check_time(c, value, err);
    case FORM_PLACE:
        return check_place(c, err);
    case FORM_ABSENCE:
        if (!str_eq(value, STR("yes")) && !str_eq(value, STR("no")))
            return refuse(c, err, _("Write yes (looked, and found none) or no."),
                          _("this is neither yes nor no."));
        return str_eq(value, STR("no")) || !any_rows(c->answers) ||
               refuse(c, err, _("Leave out either the rows or the absence."),
                      _("it says that nothing was found, but there are rows."));
    case FORM_TEXT:
    case FORM_PERSON:
    case FORM_DEPLOYMENT:
    case FORM_NOTE:
    case FORM_REPEAT:
    case FORM_TYPES:
        break;
    }
    return true;
}

static bool has_value(const struct checking *c)
{
    if (c->field->type != FORM_PLACE)
        return value_in(c->row, c->field).n > 0;
    for (size_t p = 0; p < 3; p++)
        if (text_in(c->row, c->field->name, place_parts[p]).n)
            return true;
    return false;
}

static bool check_field(const struct checking *c, struct err *err)
{
    const struct form_field *f = c->field;
    struct str value = value_in(c->row, f);
    bool asked = !f->when || holds(c, f->when, value);
    bool there = f->type == FORM_REPEAT
                     ? json_array_size(json_object_get(c->answers->rows, f->name.at)) > 0
                     : has_value(c);
    if (f->in != SIZE_MAX && c->form->field[f->in].when)
        asked = asked && holds(c, c->form->field[f->in].when, STR(""));
    if (!asked)
        return !there || refuse(c, err, _("Leave it out, or correct the answer before it."),
                                _("it is not asked after these answers."));
    if (!there)
        return !f->required || f->type == FORM_NOTE ||
               refuse(c, err, _("Fill it in."), _("it must be filled in."));
    if (f->type == FORM_REPEAT)
        return true;
    if (!check_value(c, value, err))
        return false;
    if (!f->must || holds(c, f->must, value))
        return true;
    return refuse(c, err, f->must_text.at,
                  f->message.n ? f->message.at : _("it does not keep the rule of the form."));
}

static bool check_row(struct checking *c, struct err *err)
{
    for (size_t f = 0; f < c->form->field_n; f++) {
        c->field = &c->form->field[f];
        if (c->field->in == c->in && !check_field(c, err))
            return false;
    }
    return true;
}

bool filled_check(const struct filled *answers, const struct form *form, struct err *err)
{
    struct checking c = {.answers = answers, .form = form, .row = answers->fields, .in = SIZE_MAX};
    if (!check_row(&c, err))
        return false;
    for (size_t f = 0; f < form->field_n; f++) {
        if (form->field[f].type != FORM_REPEAT)
            continue;
        const json_t *rows = json_object_get(answers->rows, form->field[f].name.at);
        c.in = f;
        for (size_t r = 0; r < json_array_size(rows); r++) {
            c.row = json_array_get(rows, r);
            c.row_number = r + 1;
            if (!check_row(&c, err))
                return false;
        }
    }
    return true;
}
