/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/field.h"

#include <string.h>

#include "base/check.h"
#include "read/columns.h"

enum { STAMP_EXPONENT = -6, HOUR_EXPONENT = -4 };

bool field_is_named(const struct field_said *said, struct str name)
{
    if (str_eq(said->name, name))
        return true;
    if (said->unit.n == 0 || name.n == 0 || name.n >= said->name.n || !str_starts(said->name, name))
        return false;
    struct str rest = str_trim((struct str){said->name.at + name.n, said->name.n - name.n});
    return rest.n >= 2 && (rest.at[0] == '(' || rest.at[0] == '[') &&
           str_eq(str_trim((struct str){rest.at + 1, rest.n - 2}), said->unit);
}

static bool has_sign(struct str typed)
{
    return typed.n > 1 && memchr(typed.at + 1, '=', typed.n - 1);
}

/* Cut "COLUMN=VALUE", or with the sign "!=" "COLUMN!=VALUE", behind the name of a column; names may
 * hold signs themselves. */
static bool cut_name(struct str typed, struct str sign, const struct field_said *said, size_t n,
                     size_t *ret_field, struct str *ret_value)
{
    for (size_t i = 0; i < typed.n; i++) {
        struct str rest = {typed.at + i, typed.n - i};
        if (!str_starts(rest, sign))
            continue;
        struct str name = str_trim((struct str){typed.at, i});
        for (size_t f = 0; f < n; f++) {
            if (!field_is_named(&said[f], name))
                continue;
            *ret_field = f;
            *ret_value = str_trim((struct str){rest.at + sign.n, rest.n - sign.n});
            return true;
        }
    }
    return false;
}

static bool read_word(struct str typed, char point, const struct field_said *said, size_t n,
                      struct field_word *ret, struct err *err)
{
    const struct str not_missing = STR("!=");
    *ret = (struct field_word){.field = SIZE_MAX, .text = str_trim(typed)};
    bool named = cut_name(typed, STR("="), said, n, &ret->field, &ret->text);
    if (!named && str_starts(ret->text, not_missing)) {
        ret->text = str_trim((struct str){ret->text.at + 2, ret->text.n - 2});
        named = ret->is_value = true;
    } else if (!named) {
        named = ret->is_value = cut_name(typed, not_missing, said, n, &ret->field, &ret->text);
    }
    if (!named && has_sign(typed))
        return FAIL(err, ERR_NOT_FOUND, _("Mind capitals and blanks in the name of the column."),
                    _("--missing names a column that is not there: %.*s"), STR_ARG(typed));
    ret->is_number = num_decimal(ret->text, point, &ret->value) == NUM_OK ||
                     num_decimal(ret->text, '.', &ret->value) == NUM_OK;
    return true;
}

/* "dmy" is said of all columns, "COLUMN=mdy" of one. */
static bool read_dates(struct str typed, struct field_said *said, size_t n, struct err *err)
{
    struct str word = str_trim(typed);
    size_t only = n;
    enum date_order order;
    bool named = cut_name(typed, STR("="), said, n, &only, &word);
    if (!named && has_sign(typed))
        return FAIL(err, ERR_NOT_FOUND, _("Mind capitals and blanks in the name of the column."),
                    _("--dates names a column that is not there: %.*s"), STR_ARG(typed));
    if (!date_order_read(word, &order))
        return FAIL(err, ERR_USAGE, _("Type for example --dates dmy or --dates COLUMN=mdy"),
                    _("\"%.*s\" is no order of dates; there are dmy, mdy, ymd, yyyymmdd and none."),
                    STR_ARG(word));
    for (size_t f = 0; f < n; f++)
        if (f == only || (!named && said[f].stated == DATE_OPEN))
            said[f].stated = order;
    return true;
}

static const struct field_plan *find_plan(const struct field_plan *plan, size_t n, struct str name)
{
    for (size_t p = 0; p < n; p++)
        if (plan[p].derived.n == 0 && str_eq(plan[p].name, name))
            return &plan[p];
    return NULL;
}

static void name_all(struct field_said *said, size_t n, struct arena *arena)
{
    struct str *name = arena_get(arena, n, sizeof *name);
    enum header_note *note = arena_get(arena, n, sizeof *note);
    for (size_t f = 0; f < n; f++) {
        name[f] = said[f].name;
        said[f].unit = header_unit(name[f]);
    }
    header_name(arena, name, n, note);
    for (size_t f = 0; f < n; f++) {
        said[f].name = name[f];
        said[f].note = note[f];
    }
}

bool field_begin(const struct columns_options *o, struct field_said *said, size_t n,
                 struct arena *arena, struct field_word **ret_word, struct err *err)
{
    struct field_word *word = arena_get(arena, o->missing_n, sizeof *word);
    name_all(said, n, arena);
    for (size_t f = 0; f < n; f++) {
        const struct field_plan *expected = find_plan(o->expected, o->expected_n, said[f].name);
        said[f].plan = find_plan(o->plan, o->plan_n, said[f].name);
        said[f].expected = expected && expected->time != TIME_NONE ? expected->order : DATE_OPEN;
        for (size_t i = 0; i < o->as_category_n; i++)
            said[f].as_category |= field_is_named(&said[f], o->as_category[i]);
    }
    for (size_t m = 0; m < o->missing_n; m++)
        if (!read_word(o->missing[m], o->dialect->point, said, n, &word[m], err))
            return false;
    /* What is said of one column goes before what is said of all. */
    for (int named = 1; named >= 0; named--)
        for (size_t d = 0; d < o->dates_n; d++)
            if (named == has_sign(o->dates[d]) && !read_dates(o->dates[d], said, n, err))
                return false;
    *ret_word = word;
    return true;
}

int field_time_exponent(enum column_time time, bool has_fractions)
{
    return time != TIME_DATE && has_fractions ? STAMP_EXPONENT : 0;
}

int field_part_exponent(enum derive_part part)
{
    return part == DERIVE_HOUR ? HOUR_EXPONENT : 0;
}
