/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expected values: test/vector/quant.py. */
#include <float.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "learn/quant.h"
#include "unit/tables.h"

static const uint32_t rows[] = {0, 1, 2, 3, 4, 5};

static void values_are_quantised_as_fractions_say(void **state)
{
    (void)state;
    static const struct {
        int64_t centre;
        int shift, exponent;
        int64_t mantissa;
        int its_exponent;
        int64_t expected;
    } cases[] = {
        {2, 17, 0, 15, -1, -65536},
        {2, 17, 0, 1, 0, -131072},
        {5, 3, -1, 12345, -4, 59},
        {-7, 18, 0, -70000001, -7, 0},
        {100, -3, 0, 87, 0, -2},
        {100, -3, 0, 88, 0, -1},
        {100, -3, 0, 879, -1, -2},
        {0, 0, 0, -5, -1, 0},
        {0, 0, 0, 5, -1, 1},
        {0, 18, 5, 1, -20, 0},
        {MANTISSA_MAX, -43, 0, -MANTISSA_MAX, 0, -227374},
        {0, 10, 0, MANTISSA_MAX, 3, 1099511627776},
        {0, 10, 0, -MANTISSA_MAX, 290, -1099511627776},
        {0, 18, 300, MANTISSA_MAX, -300, 0},
        {3, 5, -2, 3125, -5, 4},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct quant quant = {cases[i].exponent, cases[i].centre, cases[i].shift};
        assert_int_equal(quant_value(&quant, cases[i].mantissa, cases[i].its_exponent),
                         cases[i].expected);
    }
}

static void means_are_exact_and_rounded_once(void **state)
{
    (void)state;
    enum { MOST = 4 };
    const int64_t odd = ((int64_t)1 << 53) + 1, far = MANTISSA_MAX;
    const struct {
        size_t n;
        int64_t value[MOST];
        int64_t rounded;
        double mean;
    } cases[] = {
        {2, {1, 2}, 2, 1.5},
        {2, {-1, -2}, -1, -1.5},
        {3, {-5, 2, 2}, 0, -0x1.5555555555555p-2},
        {4, {far, far, far, far - 1}, far, 0x1.bc16d674ec800p+59},
        {3, {-far, -far, 1 - far}, -far, -0x1.bc16d674ec800p+59},
        {3, {7, 8, 8}, 8, 0x1.eaaaaaaaaaaabp+2},
        {2, {odd - 1, odd}, odd, 0x1p+53},
        {2, {odd, odd + 1}, odd + 1, 0x1.0000000000001p+53},
        {3, {0, 0, 1}, 0, 0x1.5555555555555p-2},
        {3, {3, -4, 1}, 0, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena arena = {0};
        struct table table = tables_new(&arena, cases[i].n, 1);
        tables_number(&arena, &table, "x", 0, cases[i].value);
        struct mean mean = mean_of(&table.column[0], rows, cases[i].n);
        assert_true(mean_round(mean) == cases[i].rounded);
        assert_true(mean_double(mean) == cases[i].mean);
        arena_release(&arena);
    }
}

/* Worked by hand: 4 is the rounded mean of 1, 2, 9; the farthest is 5 away; 5 * 2^15 is the last
 * doubling below 2^18. */
static void the_farthest_training_row_fills_the_bits(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct table table = tables_new(&arena, 6, 1);
    tables_number(&arena, &table, "x", 2, (const int64_t[]){1, 2, GAP, 9, 1000, -1000});
    struct quant quant = quant_fit(&table.column[0], rows, 4);
    assert_int_equal(quant.centre, 4);
    assert_int_equal(quant.shift, 15);
    assert_int_equal(quant.exponent, 2);
    assert_int_equal(quant_value(&quant, 9, 2), 5 << 15);
    arena_release(&arena);
}

static void the_widest_columns_stay_within_the_bits(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct table table = tables_new(&arena, 4, 1);
    tables_number(&arena, &table, "x", 0,
                  (const int64_t[]){MANTISSA_MAX, -MANTISSA_MAX, MANTISSA_MAX, MANTISSA_MAX - 1});
    struct quant quant = quant_fit(&table.column[0], rows, 4);
    int64_t farthest = quant_value(&quant, -MANTISSA_MAX, 0);
    assert_true(farthest >= -(1 << QUANT_BITS) && farthest < -(1 << (QUANT_BITS - 1)));
    arena_release(&arena);
}

static void columns_without_a_difference_have_no_shift(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct table table = tables_new(&arena, 3, 2);
    tables_number(&arena, &table, "same", 0, (const int64_t[]){-7, -7, GAP});
    tables_number(&arena, &table, "none", 0, (const int64_t[]){GAP, GAP, GAP});
    struct quant same = quant_fit(&table.column[0], rows, 3);
    struct quant none = quant_fit(&table.column[1], rows, 3);
    assert_int_equal(same.centre, -7);
    assert_int_equal(same.shift, 0);
    assert_int_equal(none.centre, 0);
    assert_int_equal(none.shift, 0);
    arena_release(&arena);
}

static void values_are_scaled_by_powers_of_ten(void **state)
{
    (void)state;
    assert_true(quant_scale(12, -1) == 1.2);
    assert_true(quant_scale(3, 2) == 300);
    assert_true(quant_scale(-1e300, 300) == -DBL_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_quantised_as_fractions_say),
        cmocka_unit_test(means_are_exact_and_rounded_once),
        cmocka_unit_test(the_farthest_training_row_fills_the_bits),
        cmocka_unit_test(the_widest_columns_stay_within_the_bits),
        cmocka_unit_test(columns_without_a_difference_have_no_shift),
        cmocka_unit_test(values_are_scaled_by_powers_of_ten),
    };
    return cmocka_run_group_tests_name("quant", tests, NULL, NULL);
}
