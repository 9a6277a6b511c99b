/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/field.h"

#include <string.h>

#include "base/check.h"
#include "base/num.h"

enum { STAMP_EXPONENT = -6, HOUR_EXPONENT = -4 };

/* --- what people said ------------------------------------------------------------------------- */

bool field_is_named(const struct field *field, struct str name)
{
    if (str_eq(field->name, name))
        return true;
    if (field->unit.n == 0 || name.n >= field->name.n || !str_starts(field->name, name))
        return false;
    struct str rest = str_trim((struct str){field->name.at + name.n, field->name.n - name.n});
    return rest.n >= 2 && (rest.at[0] == '(' || rest.at[0] == '[') &&
           str_eq(str_trim((struct str){rest.at + 1, rest.n - 2}), field->unit);
}

/* Cut "COLUMN=VALUE" behind the name of a column; names may hold "=" themselves. */
static bool cut_name(struct str typed, const struct field *field, size_t field_n, size_t *ret_field,
                     struct str *ret_value)
{
    for (size_t i = 0; i < typed.n; i++) {
        if (typed.at[i] != '=')
            continue;
        struct str name = str_trim((struct str){typed.at, i});
        for (size_t f = 0; f < field_n; f++) {
            if (!field_is_named(&field[f], name))
                continue;
            *ret_field = f;
            *ret_value = str_trim((struct str){typed.at + i + 1, typed.n - i - 1});
            return true;
        }
    }
    return false;
}

bool field_word_read(struct str typed, char point, const struct field *field, size_t field_n,
                     struct field_word *ret, struct err *err)
{
    size_t f = 0;
    *ret = (struct field_word){.text = str_trim(typed)};
    if (cut_name(typed, field, field_n, &f, &ret->text))
        ret->column = field[f].name;
    else if (typed.n > 1 && memchr(typed.at + 1, '=', typed.n - 1))
        return FAIL(err, ERR_NOT_FOUND, _("Mind capitals and blanks in the name of the column."),
                    _("--missing names a column that is not there: %.*s"), STR_ARG(typed));
    ret->is_number = num_decimal(ret->text, point, &ret->value) == NUM_OK ||
                     num_decimal(ret->text, '.', &ret->value) == NUM_OK;
    return true;
}

bool field_dates(struct field *field, size_t field_n, struct str typed, struct err *err)
{
    struct str word = str_trim(typed);
    size_t only = field_n;
    enum date_order order;
    bool named = cut_name(typed, field, field_n, &only, &word);
    if (!named && typed.n && memchr(typed.at, '=', typed.n))
        return FAIL(err, ERR_NOT_FOUND, _("Mind capitals and blanks in the name of the column."),
                    _("--dates names a column that is not there: %.*s"), STR_ARG(typed));
    if (!date_order_read(word, &order))
        return FAIL(err, ERR_USAGE, _("Type for example --dates dmy or --dates COLUMN=mdy"),
                    _("\"%.*s\" is no order of dates; there are dmy, mdy, ymd, yyyymmdd and none."),
                    STR_ARG(word));
    for (size_t f = 0; f < field_n; f++)
        if (f == only || (!named && field[f].stated == DATE_OPEN))
            field[f].stated = order;
    return true;
}

/* --- cells ------------------------------------------------------------------------------------ */

static bool is_missing_word(struct str cell)
{
    static const struct str words[] = {{"-", 1},   {"NA", 2},  {"N/A", 3},  {"n/a", 3},
                                       {"NaN", 3}, {"nan", 3}, {"NULL", 4}, {"null", 4}};
    if (cell.n == 0)
        return true;
    if (cell.n <= 4 && (cell.at[0] == '-' || cell.at[0] == 'N' || cell.at[0] == 'n'))
        for (size_t w = 0; w < COUNT_OF(words); w++)
            if (str_eq(cell, words[w]))
                return true;
    return false;
}

static bool is_stated_missing(const struct field *field, const struct field_words *words,
                              struct str cell, bool is_number, struct decimal value)
{
    for (size_t w = 0; w < words->n; w++) {
        const struct field_word *word = &words->word[w];
        if (word->column.n && !str_eq(word->column, field->name))
            continue;
        if (str_eq(cell, word->text) ||
            (is_number && word->is_number && value.mantissa == word->value.mantissa &&
             value.exponent == word->value.exponent))
            return true;
    }
    return false;
}

enum field_cell field_look(const struct field *field, const struct field_words *words,
                           struct str cell, struct decimal *ret_value)
{
    if (is_missing_word(cell))
        return CELL_MISSING;
    enum num_read read = num_decimal(cell, words->point, ret_value);
    bool is_number = read == NUM_OK || read == NUM_ROUNDED;
    if (words->n && is_stated_missing(field, words, cell, is_number, *ret_value))
        return CELL_MISSING;
    if (!is_number)
        return CELL_TEXT;
    return read == NUM_ROUNDED ? CELL_ROUNDED : CELL_NUMBER;
}

void field_learn(struct field *field, struct evidence_place place, struct str cell, char point,
                 enum field_cell kind, struct decimal value)
{
    if (kind == CELL_MISSING) {
        field->missing++;
        return;
    }
    if (kind == CELL_TEXT) {
        evidence_text(&field->evidence, place, cell, point);
        return;
    }
    evidence_number(&field->evidence);
    scale_learn(&field->scale, value);
    if (field->stated == DATE_COMPACT)
        evidence_compact(&field->evidence, cell);
}

/* --- deciding --------------------------------------------------------------------------------- */

static void decide_by_plan(struct field *field)
{
    const struct field_plan *plan = field->plan;
    field->type = (struct evidence_type){plan->type, plan->time, plan->order, WHY_ASKED, 0};
    field->time = plan->time;
    if (field->as_category)
        field->type.type = COLUMN_CATEGORY;
    if (field->type.type == COLUMN_CATEGORY)
        field->type.time = TIME_NONE;
}

void field_decide(struct field *field)
{
    if (field->plan) {
        decide_by_plan(field);
        return;
    }
    struct evidence_type type = evidence_decide(&field->evidence, field->stated);
    if (type.why == WHY_ORDER_OPEN && field->expected != DATE_OPEN)
        type = evidence_decide(&field->evidence, field->expected);
    field->type = type;
    field->time = type.time;
    if (field->as_category)
        field->type = (struct evidence_type){COLUMN_CATEGORY, TIME_NONE, type.order, WHY_ASKED, 0};
}

int field_time_exponent(const struct field *field)
{
    return field->time != TIME_DATE && field->evidence.fractions ? STAMP_EXPONENT : 0;
}

int field_part_exponent(enum derive_part part)
{
    return part == DERIVE_HOUR ? HOUR_EXPONENT : 0;
}

bool field_time(const struct field *field, struct str cell, struct decimal *ret)
{
    return date_read(cell, field->time, field->type.order, ret);
}
