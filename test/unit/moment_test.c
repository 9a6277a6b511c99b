/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a condition asks of a column of times. Days and seconds are Python's: (date(2020, 1, 1) -
 * date(1970, 1, 1)).days is 18262. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "read/moment.h"
#include "unit/tables.h"

static bool any_name(const void *context, struct str name)
{
    (void)context;
    return name.n > 0;
}

/* The condition, fitted to a column of these times, as it is asked: "< 18262". */
static void asks(enum column_time time, const char *text, const char *wanted)
{
    static const char *const sign[] = {"<", "<=", ">", ">=", "="};
    struct column column = {.name = STR("t"), .type = COLUMN_NUMBER, .time = time};
    struct rule rule;
    struct err err = {0};
    char number[NUM_TEXT];
    CLEANUP(buf_release) struct buf got = BUF_INIT;
    assert_true(rule_condition(str_of(text), any_name, NULL, &rule, &err));
    if (!moment_fit(&rule, &column, &err)) {
        assert_int_equal(err.code, ERR_INPUT);
        assert_true(err.next[0] != '\0');
        err_clear(&err);
        assert_string_equal("refused", wanted);
        return;
    }
    assert_true(rule.is_number);
    buf_printf(&got, "%s %s", sign[rule.sign], num_decimal_text(rule.number, number));
    assert_string_equal(got.at, wanted);
}

static void a_date_becomes_its_day(void **state)
{
    (void)state;
    asks(TIME_DATE, "t > 2020-01-01", "> 18262");
    asks(TIME_DATE, "t = 2020-01-01", "= 18262");
    asks(TIME_DATE, "t <= 1.1.2020", "<= 18262");
    asks(TIME_DATE, "t < 1969-12-01", "< -31");
    asks(TIME_DATE, "t < 2020-01-01 12:00", "refused");
    asks(TIME_DATE, "t < 18262", "refused");    /* not a year; nobody counts days */
    asks(TIME_DATE, "t < 1/2/2020", "refused"); /* January or February? */
    asks(TIME_DATE, "t < 2020-02-30", "refused");
    asks(TIME_DATE, "t < yes", "refused");
}

static void a_month_and_a_year_are_spans(void **state)
{
    (void)state;
    asks(TIME_DATE, "t < 2020", "< 18262");
    asks(TIME_DATE, "t >= 2020", ">= 18262");
    asks(TIME_DATE, "t > 2019", ">= 18262");
    asks(TIME_DATE, "t <= 2019", "< 18262");
    asks(TIME_DATE, "t > 2020-02", ">= 18322"); /* behind the leap day */
    asks(TIME_DATE, "t <= 2020-01", "< 18293");
    asks(TIME_DATE, "t > 2020-12", ">= 18628");
    asks(TIME_DATE, "t <= 1969", "< 0");
    asks(TIME_DATE, "t = 2020", "refused");
    asks(TIME_DATE, "t > 2020-13", "refused");
    asks(TIME_DATE, "t > 0000", "refused");
}

static void a_moment_becomes_its_second(void **state)
{
    (void)state;
    asks(TIME_STAMP, "t > 2020-01-01 00:00:01.25", "> 1577836801.25");
    asks(TIME_STAMP, "t = 2020-01-01T12:00", "= 1577880000");
    asks(TIME_STAMP, "t > 2019-12-31", ">= 1577836800");
    asks(TIME_STAMP, "t <= 2019-12-31", "< 1577836800");
    asks(TIME_STAMP, "t < 2020", "< 1577836800");
    asks(TIME_STAMP, "t = 2020-01-01", "refused");
    asks(TIME_STAMP, "t > 2020-01-01 12:00Z", "refused"); /* times are as written */
    asks(TIME_STAMP, "t > 12:00", "refused");
    asks(TIME_CLOCK, "t > 18:30", "> 66600");
    asks(TIME_CLOCK, "t <= 6:05 pm", "<= 65100");
    asks(TIME_CLOCK, "t > 18", "refused");
    asks(TIME_CLOCK, "t > 2020-01-01", "refused");
    asks(TIME_CLOCK, "t > 24:00", "refused");
}

/* Which of the rows (5) a condition holds for: "xx---". */
static void holds(struct table *table, size_t column, const char *text, const char *wanted)
{
    struct rule rule;
    struct err err = {0};
    assert_true(rule_condition(str_of(text), any_name, NULL, &rule, &err));
    if (!moment_fit(&rule, &table->column[column], &err))
        fail_msg("%s: %s", text, err.what);
    for (size_t r = 0; r < 5; r++)
        if (rule_holds(&rule, &table->column[column], r) != (wanted[r] == 'x'))
            fail_msg("%s: row %d", text, (int)r + 1);
}

static void what_holds_is_exact(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct table table = tables_new(&arena, 5, 2);
    /* parts of a second under the exponent -6; 2020-01-01 00:00:00 is 1577836800 */
    tables_number(&arena, &table, "t", -6,
                  (const int64_t[]){INT64_C(1577836799999999), INT64_C(1577836800000000),
                                    INT64_C(1577836800000001), GAP, INT64_C(1577923200000000)});
    table.column[0].time = TIME_STAMP;
    holds(&table, 0, "t < 2020-01-01", "x----");
    holds(&table, 0, "t <= 2020-01-01", "xxx--");
    holds(&table, 0, "t > 2020-01-01", "----x");
    holds(&table, 0, "t > 2020-01-01 00:00", "--x-x");
    holds(&table, 0, "t = 2020-01-01 00:00:00.000001", "--x--");
    arena_release(&arena);
}

static void texts_like_dates_have_their_order(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct table table = tables_new(&arena, 5, 2);
    struct rule rule;
    struct err err = {0};
    static const char *const months[] = {"2015-12", "2016-01", "2016-02", "2017-01", NULL};
    static const char *const words[] = {"2016-01", "later", NULL};
    tables_category(&arena, &table, "m", months,
                    (const char *const[]){months[0], months[1], months[2], NULL, months[3]});
    tables_category(&arena, &table, "w", words,
                    (const char *const[]){words[0], words[1], words[1], words[1], words[1]});
    holds(&table, 0, "m >= 2016-01", "-xx-x");
    holds(&table, 0, "m > 2016", "----x");
    holds(&table, 0, "m <= 2016", "xxx--");
    holds(&table, 0, "m = 2016-02", "--x--");
    assert_true(rule_condition(STR("w > 2016-01"), any_name, NULL, &rule, &err));
    assert_false(moment_fit(&rule, &table.column[1], &err)); /* "later" is no date */
    err_clear(&err);
    assert_true(rule_condition(STR("m > soon"), any_name, NULL, &rule, &err));
    assert_false(moment_fit(&rule, &table.column[0], &err));
    err_clear(&err);
    arena_release(&arena);
}

static void a_rule_is_told_in_numbers(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct table table = tables_new(&arena, 5, 3);
    struct str rule;
    struct err err = {0};
    tables_number(&arena, &table, "a", 0, (const int64_t[]){1, 2, 3, 4, 5});
    tables_number(&arena, &table, "day > 1", 0, (const int64_t[]){1, 2, 3, 4, 5});
    table.column[1].time = TIME_DATE;
    assert_true(moment_rule(STR("day > 1 > 2019 -> yes"), &table, &arena, &rule, &err));
    assert_true(str_eq(rule, STR("day > 1 >= 18262 -> yes")));
    assert_true(moment_rule(STR("a > 2019 -> yes"), &table, &arena, &rule, &err));
    assert_true(str_eq(rule, STR("a > 2019 -> yes")));
    assert_true(moment_rule(STR("b > 2019"), &table, &arena, &rule, &err));
    assert_true(str_eq(rule, STR("b > 2019")));
    assert_false(moment_rule(STR("day > 1 > soon -> yes"), &table, &arena, &rule, &err));
    err_clear(&err);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_date_becomes_its_day),
        cmocka_unit_test(a_month_and_a_year_are_spans),
        cmocka_unit_test(a_moment_becomes_its_second),
        cmocka_unit_test(what_holds_is_exact),
        cmocka_unit_test(texts_like_dates_have_their_order),
        cmocka_unit_test(a_rule_is_told_in_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
