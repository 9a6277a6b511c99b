/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expected values: the formulas of the named sources in Python, quantiles from SciPy
 * 1.10, which has nine digits of Student's t where the degrees of freedom are not whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "learn/interval.h"

static void close_to(double got, double want)
{
    if (!(fabs(got - want) <= 1e-8 * fabs(want)))
        fail_msg("%.17g, expected %.17g", got, want);
}

static void range_is(struct interval range, double value, double low, double high)
{
    assert_true(range.usable);
    close_to(range.value, value);
    close_to(range.low, low);
    close_to(range.high, high);
}

static const double first[11] = {3, 5, 4, 8, 6};
static const double second[11] = {0, 0, 0, 0, 0, 10, 9, 14, 7, 12, 11};
static const uint8_t in_first[11] = {1, 1, 1, 1, 1};
static const uint8_t in_second[11] = {0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1};
static const struct interval_sides sides = {{first, second}, {in_first, in_second}, 11};

static void two_groups_take_welchs_t(void **state)
{
    (void)state;
    struct interval range = interval_difference(&sides, 0.95);
    range_is(range, -5.3, -8.270079697052545, -2.3299203029474547);
    assert_int_equal(range.units, 11);
    assert_int_equal(range.smaller, 5);
    /* The smaller group counts. */
    assert_int_equal(verdict_of(&range, AT_MOST, -2, 0), VERDICT_SUPPORTED);
    assert_int_equal(verdict_of(&range, AT_MOST, -2, 6), VERDICT_UNDECIDED);
    /* Both grow alike until the smaller one has 10 units: 22 in all. */
    assert_int_equal(verdict_more_units(&range, -2, 10), 11);
    range_is(interval_mean_ratio(&sides, 0.95), 0.49523809523809526, 0.31331027017426594,
             0.7828047604013761);
}

static void a_side_of_one_unit_or_without_variation_gives_no_range(void **state)
{
    (void)state;
    static const uint8_t one[11] = {1};
    static const double same[11] = {2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2};
    const struct interval_sides single = {{first, second}, {one, in_second}, 11};
    const struct interval_sides flat = {{same, same}, {in_first, in_second}, 11};
    static const double below[11] = {-3, -5, -4, -8, -6};
    const struct interval_sides negative = {{below, second}, {in_first, in_second}, 11};
    assert_false(interval_difference(&single, 0.95).usable);
    assert_false(interval_difference(&flat, 0.95).usable);
    assert_true(interval_difference(&flat, 0.95).value == 0);
    assert_false(interval_mean_ratio(&single, 0.95).usable);
    assert_false(interval_mean_ratio(&negative, 0.95).usable);
    assert_true(interval_difference(&negative, 0.95).usable);
}

static void units_on_both_sides_that_go_against_each_other_widen(void **state)
{
    (void)state;
    static const double x[] = {1, 2, 3, 4, 5};
    static const double y[] = {9, 7, 6, 4, 1};
    static const double alike[] = {1, 4, 6, 7, 9};
    static const uint8_t all[] = {1, 1, 1, 1, 1};
    const struct interval_sides against = {{x, y}, {all, all}, 5};
    const struct interval_sides with = {{x, alike}, {all, all}, 5};
    struct interval range = interval_difference(&against, 0.95);
    range_is(range, -2.4, -7.449226387949159, 2.6492263879491587);
    assert_int_equal(range.units, 5);
    struct interval other = interval_difference(&with, 0.95);
    assert_true(other.high - other.low < range.high - range.low);
}

static void a_ratio_takes_the_jackknife_of_its_logarithm(void **state)
{
    (void)state;
    static const double x[] = {2, 3, 5, 4, 6};
    static const double y[] = {5, 4, 13, 7, 11};
    range_is(interval_ratio(y, x, 5, 0.95), 2, 1.4112475176307089, 2.834371681812027);
    static const double twice[] = {4, 6, 10, 8, 12};
    static const double nothing[5] = {0};
    static const double one[5] = {0, 0, 7, 0, 0};
    struct interval same = interval_ratio(twice, x, 5, 0.95);
    assert_true(!same.usable && same.value == 2);
    assert_false(interval_ratio(nothing, x, 5, 0.95).usable);
    assert_false(interval_ratio(y, nothing, 5, 0.95).usable);
    assert_false(interval_ratio(one, x, 5, 0.95).usable); /* all in one unit */
    assert_false(interval_ratio(y, x, 1, 0.95).usable);
}

static void a_correlation_takes_the_wider_one_of_fisher_and_jackknife(void **state)
{
    (void)state;
    static const double x[] = {1, 2, 3, 4, 5, 6, 7};
    static const double y[] = {2, 1, 4, 3, 7, 5, 8};
    /* Fisher's 0.980 against 0.827 */
    range_is(interval_correlation(x, y, 7, 0.95), 0.8727974348718266, 0.3493663888366182,
             0.9810461208738953);
    static const double far_x[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 40};
    static const double far_y[] = {2, 1, 4, 3, 7, 5, 8, 6, 9, 11, 7, 90};
    /* One point far out makes r; the jackknife, 2.06 against 0.65, sees it. */
    range_is(interval_correlation(far_x, far_y, 12, 0.95), 0.9763083793378744, 0.14915905795383755,
             0.9996118875347912);
    static const double flat[] = {3, 3, 3, 3, 3, 3, 3};
    assert_false(interval_correlation(x, flat, 7, 0.95).usable);
    struct interval line = interval_correlation(x, x, 7, 0.95);
    assert_true(!line.usable && line.value == 1);
    assert_false(interval_correlation(x, y, 3, 0.95).usable);
}

/* The share of the samples of n units, drawn with replacement, whose range decides. The numbers are
 * those of a fixed generator, so the test always gives the same. */
static double decided(const double *value, size_t have, size_t more, double mark)
{
    enum { TRIES = 400, MOST = 400 };
    uint64_t state = 88172645463325252u; /* xorshift64 */
    double all[MOST];
    unsigned yes = 0;
    assert_true(have + more <= MOST);
    for (unsigned i = 0; i < TRIES; i++) {
        for (size_t u = 0; u < have + more; u++) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            all[u] = value[u < have ? u : state % have];
        }
        struct interval range = interval_mean(all, have + more, 0.95);
        yes += verdict_of(&range, AT_LEAST, mark, 0) != VERDICT_UNDECIDED;
    }
    return (double)yes / TRIES;
}

static void as_many_more_as_are_said_decide_every_second_time(void **state)
{
    (void)state;
    static const double value[] = {3.1, 4.7, 2.2, 5.9, 3.8, 4.1, 6.3, 2.9, 4.4, 3.5};
    struct interval range = interval_mean(value, 10, 0.95);
    for (double mark = 3.4; mark < 3.8; mark += 0.1) {
        size_t more = verdict_more_units(&range, mark, 0);
        assert_true(more > 0 && more < 300);
        double share = decided(value, 10, more, mark);
        if (share < 0.35 || share > 0.65)
            fail_msg("with %zu more units %.2f decide", more, share);
        assert_true(decided(value, 10, more / 4, mark) < share);
    }
}

static void shares_near_one_need_what_clopper_and_pearson_say(void **state)
{
    (void)state;
    static const uint64_t ones[] = {1, 1, 1, 1, 1};
    struct interval range = interval_share(ones, ones, 5, 0.95);
    /* n of n: the low end is 0.025^(1/n); 0.9 is passed at 36 units, by hand. */
    assert_int_equal(verdict_more_units(&range, 0.9, 0), 31);
    assert_int_equal(verdict_more_units(&range, 1, 0), SIZE_MAX);
    assert_int_equal(verdict_more_units(&range, 0.4, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_groups_take_welchs_t),
        cmocka_unit_test(a_side_of_one_unit_or_without_variation_gives_no_range),
        cmocka_unit_test(units_on_both_sides_that_go_against_each_other_widen),
        cmocka_unit_test(a_ratio_takes_the_jackknife_of_its_logarithm),
        cmocka_unit_test(a_correlation_takes_the_wider_one_of_fisher_and_jackknife),
        cmocka_unit_test(as_many_more_as_are_said_decide_every_second_time),
        cmocka_unit_test(shares_near_one_need_what_clopper_and_pearson_say),
    };
    return cmocka_run_group_tests_name("compare", tests, NULL, NULL);
}
