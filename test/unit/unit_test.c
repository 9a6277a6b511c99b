/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expected values: worked by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "learn/rule.h"
#include "learn/unit.h"

static void values_are_numbered_ascending_without_a_limit(void **state)
{
    (void)state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    int64_t mantissa[] = {7, -2, 0, 7, 100, -2};
    uint8_t missing[] = {0, 0, 1, 0, 0, 0};
    const struct column years = {.type = COLUMN_NUMBER, .mantissa = mantissa, .missing = missing};
    struct unit_codes codes = unit_codes(&years, 6, &arena);
    static const uint32_t want[] = {1, 0, UNIT_NONE, 1, 2, 0};
    assert_int_equal(codes.n, 3);
    assert_memory_equal(codes.code, want, sizeof want);
    assert_int_equal(mantissa[codes.row[2]], 100);
    /* A category that does not occur gets no number. */
    uint32_t code[] = {3, 1, 3};
    uint8_t here[] = {0, 0, 0};
    const struct column names = {.type = COLUMN_CATEGORY, .code = code, .missing = here};
    assert_int_equal(unit_codes(&names, 3, &arena).n, 2);
    assert_int_equal(unit_codes(&names, 0, &arena).n, 0);
}

static void sums_of_large_numbers_are_exact_in_any_order(void **state)
{
    (void)state;
    const int64_t large = 999999999999999999;
    struct unit_sum sum = {0};
    struct unit_sum other = {0};
    for (int i = 0; i < 1000; i++)
        unit_add(&sum, large);
    for (int i = 0; i < 1000; i++)
        unit_add(&other, -large);
    unit_add(&other, 3);
    unit_join(&sum, &other);
    assert_int_equal(sum.n, 2001);
    assert_true(unit_total(&sum, 0) == 3);
    assert_true(unit_total(&sum, -1) == 0.3);
    struct unit_sum negative = {0};
    unit_add(&negative, -1);
    unit_add(&negative, (int64_t)1 << 30);
    assert_true(unit_mean(&negative, 0) == (1073741824.0 - 1) / 2);
    assert_true(unit_mean(&(struct unit_sum){0}, 0) == 0);
}

static bool any_name(const void *context, struct str name)
{
    (void)context;
    return name.n > 0;
}

static void a_condition_is_a_rule_without_an_arrow(void **state)
{
    (void)state;
    struct err err = {0};
    struct rule rule;
    assert_true(rule_condition(STR(" year >= 1950"), any_name, NULL, &rule, &err));
    assert_true(str_eq(rule.column, STR("year")) && rule.sign == RULE_GREATER_EQUAL);
    assert_true(rule.is_number && rule.number.mantissa == 195 && rule.number.exponent == 1);
    assert_true(rule_condition(STR("depth < 2,5"), any_name, NULL, &rule, &err));
    assert_true(rule.is_number && rule.number.mantissa == 25 && rule.number.exponent == -1);
    assert_true(rule_condition(STR("lake = Lake -> Mendota"), any_name, NULL, &rule, &err));
    assert_true(str_eq(rule.value, STR("Lake -> Mendota")));
    static const char *const bad[] = {"", "year", "year >=", "year \xff = 2"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(rule_condition(str_of(bad[i]), any_name, NULL, &rule, &err));
        assert_int_equal(err.code, ERR_INPUT);
        err_clear(&err);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_numbered_ascending_without_a_limit),
        cmocka_unit_test(sums_of_large_numbers_are_exact_in_any_order),
        cmocka_unit_test(a_condition_is_a_rule_without_an_arrow),
    };
    return cmocka_run_group_tests_name("unit", tests, NULL, NULL);
}
