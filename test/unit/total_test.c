/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums worked by hand; 4,294,967,296 times 999,999,999,999,999,999 by Python's integers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "read/total.h"

static void is(const int64_t *mantissa, size_t n, int exponent, const char *expected)
{
    struct total total = {0, 0};
    struct total odd = {0, 0};
    char text[TOTAL_TEXT];
    for (size_t i = 0; i < n; i++)
        total_add(&total, mantissa[i]);
    assert_string_equal(total_text(&total, exponent, text), expected);
    /* The same in two pieces. */
    total = (struct total){0, 0};
    for (size_t i = n; i-- > 0;)
        total_add(i % 2 ? &odd : &total, mantissa[i]);
    total_merge(&total, &odd);
    assert_string_equal(total_text(&total, exponent, text), expected);
}

#define IS(exponent, expected, ...)                                                                \
    is((const int64_t[]){__VA_ARGS__}, sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t),   \
       exponent, expected)

static void a_sum_is_exact_on_both_sides_of_zero(void **state)
{
    (void)state;
    IS(0, "0", 0);
    IS(-3, "0", 5, -5);
    IS(0, "-1", -1);
    IS(0, "1073741823", 1073741824, -1);
    IS(0, "-1073741824", -1073741824);
    IS(0, "-1073741825", -1073741824, -1);
    IS(0, "2", 999999999999999999, -999999999999999997);
    IS(0, "-2999999999999999997", -999999999999999999, -999999999999999999, -999999999999999999);
}

static void a_sum_keeps_its_point_and_no_zeros_behind_it(void **state)
{
    (void)state;
    IS(-1, "0.3", 1, 2);
    IS(-1, "1", 4, 6);
    IS(-2, "-0.05", -5);
    IS(-2, "12.34", 1200, 34);
    IS(-20, "0.00000000000000000012", 12);
    IS(2, "1200", 12);
    IS(38, "1200000000000000000000000000000000000000", 12);
    IS(39, "12e39", 12);
    IS(200, "12e200", 12);
    IS(-200, "-12e-200", -12);
}

static void the_largest_table_of_the_largest_numbers_fits(void **state)
{
    (void)state;
    struct total most = {0, 0};
    struct total least = {0, 0};
    char text[TOTAL_TEXT];
    total_add(&most, INT64_C(999999999999999999));
    total_add(&least, -INT64_C(999999999999999999));
    for (int doubled = 0; doubled < 32; doubled++) {
        const struct total above = most;
        const struct total below = least;
        total_merge(&most, &above);
        total_merge(&least, &below);
    }
    assert_string_equal(total_text(&most, 0, text), "4294967295999999995705032704");
    assert_string_equal(total_text(&least, -4, text), "-429496729599999999570503.2704");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sum_is_exact_on_both_sides_of_zero),
        cmocka_unit_test(a_sum_keeps_its_point_and_no_zeros_behind_it),
        cmocka_unit_test(the_largest_table_of_the_largest_numbers_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
