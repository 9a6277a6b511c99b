/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/moment.h"

#include <stdio.h>
#include <string.h>

#include "read/date.h"

enum { DAY_SECONDS = 86400, YEAR_TEXT = 4, MONTH_TEXT = 7 };

/* Whether the first n characters are those of "dddd-dd". */
static bool begins_like(struct str text, size_t n)
{
    static const char form[] = "dddd-dd";
    for (size_t i = 0; i < n; i++) {
        bool digit = i < text.n && text.at[i] >= '0' && text.at[i] <= '9';
        if (i >= text.n || (form[i] == 'd' ? !digit : text.at[i] != form[i]))
            return false;
    }
    return true;
}

static bool is_year(struct str text)
{
    return text.n == YEAR_TEXT && begins_like(text, YEAR_TEXT);
}

static bool is_month(struct str text)
{
    return text.n == MONTH_TEXT && begins_like(text, MONTH_TEXT);
}

/* --- spans ------------------------------------------------------------------------------------ */

/* From `from` to just before `to`; of a moment both are the same. */
struct span {
    struct decimal from;
    struct decimal to;
};

/* The days of a date, a month or a year; to: the first one behind them. */
static bool read_days(struct str text, int64_t *ret_from, int64_t *ret_to)
{
    bool year = is_year(text), month = is_month(text);
    char first[sizeof "2020-01-01"];
    struct decimal days;
    if (year || month) {
        (void)snprintf(first, sizeof first, "%.*s%s", STR_ARG(text), year ? "-01-01" : "-01");
        text = str_of(first);
    }
    if (!date_read(text, TIME_DATE, DATE_YMD, &days))
        return false;
    for (; days.exponent > 0; days.exponent--)
        days.mantissa *= 10;
    struct date_civil next = date_from_days(days.mantissa);
    next.year += year || (month && next.month == 12);
    next.month = month ? next.month % 12 + 1 : next.month;
    *ret_from = days.mantissa;
    *ret_to = year || month ? date_days(next) : days.mantissa + 1;
    return true;
}

/* What a text means on a column of times. A distance from UTC is refused: times are as written. */
static bool read_span(struct str text, enum column_time time, struct span *ret)
{
    int64_t unit = time == TIME_STAMP ? DAY_SECONDS : 1;
    int64_t from, to;
    if (date_look(text).has_offset)
        return false;
    if (date_read(text, time, DATE_YMD, &ret->from)) {
        ret->to = ret->from;
        return true;
    }
    if (time == TIME_CLOCK || !read_days(text, &from, &to))
        return false;
    ret->from = num_shorten((struct decimal){from * unit, 0});
    ret->to = num_shorten((struct decimal){to * unit, 0});
    return true;
}

/* --- fitting ---------------------------------------------------------------------------------- */

static bool refuse_value(const struct rule *rule, enum column_time time, struct err *err)
{
    if (time == TIME_DATE)
        return FAIL(err, ERR_INPUT, _("Write a date, a month or a year: 2020-01-31, 2020-01, 2020"),
                    _("Column %.*s holds dates, but it is compared with \"%.*s\"."),
                    STR_ARG(rule->column), STR_ARG(rule->value));
    if (time == TIME_CLOCK)
        return FAIL(err, ERR_INPUT, _("Write a time of day: 18:30 or 18:30:15"),
                    _("Column %.*s holds times of day, but it is compared with \"%.*s\"."),
                    STR_ARG(rule->column), STR_ARG(rule->value));
    return FAIL(err, ERR_INPUT,
                _("Write a date with a time, a date, a month or a year: 2020-01-31 18:30, "
                  "2020-01-31, 2020-01, 2020"),
                _("Column %.*s holds dates with times, but it is compared with \"%.*s\"."),
                STR_ARG(rule->column), STR_ARG(rule->value));
}

static bool fit_time(struct rule *rule, enum column_time time, struct err *err)
{
    struct span span;
    if (!read_span(rule->value, time, &span))
        return refuse_value(rule, time, err);
    bool moment = rule_compare(span.from, span.to) == 0;
    rule->number = span.from;
    rule->is_number = true;
    if (moment)
        return true;
    if (rule->sign == RULE_EQUAL)
        return FAIL(err, ERR_INPUT, _("Use < <= > or >=, or a value as exact as the column's."),
                    _("\"%.*s\" is longer than one value of the column %.*s, so = cannot be "
                      "asked."),
                    STR_ARG(rule->value), STR_ARG(rule->column));
    if (rule->sign == RULE_GREATER || rule->sign == RULE_LESS_EQUAL) {
        rule->sign = rule->sign == RULE_GREATER ? RULE_GREATER_EQUAL : RULE_LESS;
        rule->number = span.to;
    }
    return true;
}

/* Texts and a value of which larger bytes are later. */
static bool in_order_of_time(const struct rule *rule, const struct column *column)
{
    bool all = is_year(rule->value) || begins_like(rule->value, MONTH_TEXT);
    for (size_t k = 0; all && k < column->category_n; k++)
        all = begins_like(column->category[k], MONTH_TEXT);
    return all;
}

bool moment_fit(struct rule *rule, const struct column *column, struct err *err)
{
    if (column->type == COLUMN_NUMBER && column->time != TIME_NONE)
        return fit_time(rule, column->time, err);
    if (column->type == COLUMN_CATEGORY && rule->sign != RULE_EQUAL &&
        in_order_of_time(rule, column))
        return true;
    return rule_fits(rule, column->type, err);
}

static bool is_column(const void *context, struct str name)
{
    const struct table *table = context;
    return table_find(table, name) < table->column_n;
}

bool moment_rule(struct str text, const struct table *table, struct arena *arena, struct str *ret,
                 struct err *err)
{
    static const char *const sign[] = {[RULE_LESS] = "<",
                                       [RULE_LESS_EQUAL] = "<=",
                                       [RULE_GREATER] = ">",
                                       [RULE_GREATER_EQUAL] = ">=",
                                       [RULE_EQUAL] = "="};
    struct err not_understood = {0};
    char number[NUM_TEXT];
    struct rule rule;
    *ret = text;
    if (!text.n || !rule_read(text, is_column, table, &rule, &not_understood)) {
        err_clear(&not_understood);
        return true;
    }
    const struct column *column = &table->column[table_find(table, rule.column)];
    if (column->time == TIME_NONE)
        return true;
    if (!moment_fit(&rule, column, err))
        return false;
    *ret = str_of(arena_printf(arena, "%.*s %s %s -> %.*s", STR_ARG(rule.column), sign[rule.sign],
                               num_decimal_text(rule.number, number), STR_ARG(rule.class_name)));
    return true;
}
