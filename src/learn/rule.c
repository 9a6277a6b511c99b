/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/rule.h"

#include "learn/train.h"

/* The sign at the front of text and its length, 0 if there is none. */
static size_t sign_at(struct str text, enum rule_sign *ret)
{
    static const struct {
        struct str text;
        enum rule_sign sign;
    } signs[] = {{{"<=", 2}, RULE_LESS_EQUAL},
                 {{">=", 2}, RULE_GREATER_EQUAL},
                 {{"<", 1}, RULE_LESS},
                 {{">", 1}, RULE_GREATER},
                 {{"=", 1}, RULE_EQUAL}};
    for (size_t i = 0; i < COUNT_OF(signs); i++)
        if (str_starts(text, signs[i].text)) {
            *ret = signs[i].sign;
            return signs[i].text.n;
        }
    return 0;
}

static bool cut_arrow(struct str text, struct str *ret_front, struct str *ret_class)
{
    for (size_t i = text.n; i-- > 0;)
        if (str_starts((struct str){text.at + i, text.n - i}, STR("->"))) {
            *ret_front = (struct str){text.at, i};
            *ret_class = str_trim((struct str){text.at + i + 2, text.n - i - 2});
            return true;
        }
    return false;
}

/* Cut "column sign value" behind the first column that is known. */
static bool cut_comparison(struct str text, bool (*known)(const void *context, struct str name),
                           const void *context, struct rule *rule)
{
    for (size_t at = 0; at < text.n; at++) {
        struct str rest = {text.at + at, text.n - at};
        size_t length = sign_at(rest, &rule->sign);
        rule->column = str_trim((struct str){text.at, at});
        if (!length || !known(context, rule->column))
            continue;
        rule->value = str_trim((struct str){rest.at + length, rest.n - length});
        rule->is_number = num_decimal(rule->value, '.', &rule->number) == NUM_OK;
        return true;
    }
    return false;
}

bool rule_read(struct str text, bool (*known)(const void *context, struct str name),
               const void *context, struct rule *ret, struct err *err)
{
    struct rule rule = {.sign = RULE_EQUAL};
    struct str front;
    size_t at;
    if (!str_utf8(text, &at) || !cut_arrow(text, &front, &rule.class_name))
        return FAIL(err, ERR_INPUT, _("Write it like this: light > 365 -> 1"),
                    _("The rule has no arrow -> with a class behind it."));
    if (!cut_comparison(front, known, context, &rule))
        return FAIL(err, ERR_INPUT, _("Name a feature column, then < <= > >= or =, then a value."),
                    _("The rule \"%.*s\" does not begin with a feature and a comparison."),
                    STR_ARG(str_trim(front)));
    *ret = rule;
    return true;
}

bool rule_condition(struct str text, bool (*known)(const void *context, struct str name),
                    const void *context, struct rule *ret, struct err *err)
{
    struct rule rule = {.sign = RULE_EQUAL};
    size_t at;
    if (!str_utf8(text, &at) || !cut_comparison(text, known, context, &rule) || !rule.value.n)
        return FAIL(err, ERR_INPUT,
                    _("Write a column, then < <= > >= or =, then a value: \"year >= 1950\""),
                    _("The condition \"%.*s\" is not understood."), STR_ARG(str_trim(text)));
    if (!rule.is_number)
        rule.is_number = num_decimal(rule.value, ',', &rule.number) == NUM_OK;
    *ret = rule;
    return true;
}

bool rule_fits(const struct rule *rule, enum column_type type, struct err *err)
{
    if (type == COLUMN_NUMBER && !rule->is_number)
        return FAIL(err, ERR_INPUT, _("Write a number with a point, of at most 18 digits."),
                    _("Column %.*s holds numbers, but the rule compares it with \"%.*s\"."),
                    STR_ARG(rule->column), STR_ARG(rule->value));
    if (type == COLUMN_CATEGORY && rule->sign != RULE_EQUAL)
        return FAIL(err, ERR_INPUT, _("Use = in the rule."),
                    _("Column %.*s holds categories, which have no larger or smaller."),
                    STR_ARG(rule->column));
    return true;
}

int rule_compare(struct decimal a, struct decimal b)
{
    int sign_a = (a.mantissa > 0) - (a.mantissa < 0), sign_b = (b.mantissa > 0) - (b.mantissa < 0);
    if (sign_a != sign_b || sign_a == 0)
        return sign_a - sign_b;
    /* Bring down the larger exponent. A mantissa above a tenth of the limit outgrows any other. */
    struct decimal *high = a.exponent > b.exponent ? &a : &b;
    int steps = a.exponent > b.exponent ? a.exponent - b.exponent : b.exponent - a.exponent;
    for (; steps > 0; steps--) {
        if (high->mantissa > MANTISSA_MAX / 10 || high->mantissa < -MANTISSA_MAX / 10)
            return high == &a ? sign_a : -sign_a;
        high->mantissa *= 10;
    }
    return (a.mantissa > b.mantissa) - (a.mantissa < b.mantissa);
}

/* Does a sign hold of two things, by their order: <0, 0, >0? */
static bool in_order(enum rule_sign sign, int order)
{
    switch (sign) {
    case RULE_LESS:
        return order < 0;
    case RULE_LESS_EQUAL:
        return order <= 0;
    case RULE_GREATER:
        return order > 0;
    case RULE_GREATER_EQUAL:
        return order >= 0;
    case RULE_EQUAL:
        break;
    }
    return order == 0;
}

/* Texts that begin like dates, cut to a date of which only the year, the month or the day is said
 * (read/moment.h). */
static bool texts_hold(const struct rule *rule, struct str cell)
{
    enum { DATE_TEXT_BYTES = 10 };
    if (rule->sign == RULE_EQUAL)
        return str_eq(cell, rule->value);
    if (rule->value.n <= DATE_TEXT_BYTES && cell.n > rule->value.n)
        cell.n = rule->value.n;
    return in_order(rule->sign, str_cmp(cell, rule->value));
}

bool rule_holds(const struct rule *rule, const struct column *column, size_t row)
{
    if (column->missing[row])
        return false;
    if (column->type == COLUMN_CATEGORY)
        return texts_hold(rule, column->category[column->code[row]]);
    return in_order(
        rule->sign,
        rule_compare((struct decimal){column->mantissa[row], column->exponent}, rule->number));
}

/* --- rule/1 ------------------------------------------------------------------------------------*/

static bool is_feature(const void *context, struct str name)
{
    const struct dataset *data = context;
    for (size_t f = 0; f < data->feature_n; f++)
        if (str_eq(data->table->column[data->feature[f]].name, name))
            return true;
    return false;
}

static bool check_class(const struct model *model, const struct rule *rule, struct err *err)
{
    for (size_t k = 0; k < model->class_n; k++)
        if (str_eq(model->class_name[k], rule->class_name))
            return true;
    return FAIL(err, ERR_INPUT, _("Name a class as it stands in the target column."),
                _("The rule gives the class \"%.*s\", which the column %.*s does not have."),
                STR_ARG(rule->class_name), STR_ARG(model->target));
}

bool train_rule(const struct dataset *data, const struct training *rows, struct arena *arena,
                struct model *ret, struct err *err)
{
    struct str text = rows->rule;
    struct model model;
    struct rule rule;
    uint32_t *row;
    size_t n, others = 0;
    if (train_task(data) != TASK_CLASSIFICATION)
        return FAIL(err, ERR_INPUT, _("Leave out the rule, or choose a target with classes."),
                    _("A rule gives a class, but the target column holds numbers."));
    if (!rule_read(text, is_feature, data, &rule, err))
        return false;
    const struct column *column = &data->table->column[table_find(data->table, rule.column)];
    if (!rule_fits(&rule, column->type, err) || !train_select(data, rows, arena, &row, &n, err) ||
        !train_begin(data, rows, STR("rule/1"), arena, &model, err) ||
        !check_class(&model, &rule, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!rule_holds(&rule, column, row[i]))
            row[others++] = row[i];
    model.rule = arena_str(arena, text);
    model.majority =
        train_majority(&data->table->column[data->target], row, others ? others : n, arena);
    model.feature = arena_get(arena, 1, sizeof *model.feature);
    model.feature_n = 1;
    model.feature[0] = (struct model_feature){
        .name = arena_str(arena, column->name), .type = column->type, .exponent = column->exponent};
    *ret = model;
    return true;
}
