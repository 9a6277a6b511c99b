/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expected values: test/vector/power.py, which computes chances and draws nothing. With 1,000 draws
 * the standard error is at most 16 of 1,000; four of them are allowed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "base/check.h"
#include "learn/power.h"

static void near_chance(unsigned got, double chance)
{
    double allowed = 4 * sqrt(chance * (1 - chance) / POWER_DRAWS);
    if (fabs((double)got / POWER_DRAWS - chance) > allowed)
        fail_msg("%u of %d, expected %g", got, POWER_DRAWS, chance * POWER_DRAWS);
}

static struct power_question share(unsigned share_e4, double threshold)
{
    return (struct power_question){.measure = POWER_SHARE,
                                   .threshold = threshold,
                                   .share_e4 = share_e4,
                                   .items = 1,
                                   .confidence = 0.95,
                                   .least_units = 5,
                                   .seed = 1};
}

static void one_row_a_unit_is_the_binomial_sum(void **state)
{
    (void)state;
    struct power_question q = share(9000, 0.75);
    near_chance(power_supported(&q, 20), 0.3917469981251679);
    near_chance(power_supported(&q, 60), 0.8583643952016554);
    assert_int_equal(power_supported(&q, 4), 0);
    q.least_units = 30;
    assert_int_equal(power_supported(&q, 20), 0);
    /* 54 reaches 0.832 and 53 only 0.723: far enough apart for the draws to tell. */
    size_t least;
    assert_true(power_least(&q, 800, &least));
    assert_int_equal(least, 54);
    /* The mirror image, draw by draw another world, has the same chance. */
    struct power_question mirror = share(1000, 0.25);
    mirror.comparator = AT_MOST;
    near_chance(power_supported(&mirror, 20), 0.3917469981251679);
}

static void several_rows_a_unit_are_the_beta_binomial_sum(void **state)
{
    (void)state;
    struct power_question q = share(9000, 0.6);
    q.items = 3;
    q.alike_e4 = 3000;
    near_chance(power_supported(&q, 12), 0.7580637056200267);
}

static void the_urn_has_the_beta_binomial_distribution(void **state)
{
    (void)state;
    static const double expected[] = {0.09533076923, 0.17300769231, 0.26799230769, 0.46366923077};
    enum { DRAWS = 100000 };
    struct power_question q = share(7000, 0.6);
    unsigned count[4] = {0};
    q.items = 3;
    q.alike_e4 = 3000;
    for (uint64_t d = 0; d < DRAWS; d++)
        count[power_urn(&q, d, 0)]++;
    for (size_t k = 0; k < 4; k++)
        if (fabs((double)count[k] / DRAWS - expected[k]) >
            4 * sqrt(expected[k] * (1 - expected[k]) / DRAWS))
            fail_msg("%zu hits: %u of %d", k, count[k], DRAWS);
    q.alike_e4 = POWER_E4; /* all rows of a unit are the same */
    for (uint64_t d = 0; d < 1000; d++) {
        uint64_t hits = power_urn(&q, d, 0);
        assert_true(hits == 0 || hits == 3);
    }
}

static void means_and_slopes_are_the_non_central_t(void **state)
{
    (void)state;
    struct power_question slope = {.measure = POWER_SLOPE,
                                   .comparator = AT_MOST,
                                   .threshold = -0.05,
                                   .expected = -0.2,
                                   .spread = 1.5,
                                   .items = 1,
                                   .confidence = 0.95,
                                   .least_units = 5,
                                   .seed = 2};
    near_chance(power_supported(&slope, 20), 0.6842019436182114);
    slope.span = 19; /* the same places */
    near_chance(power_supported(&slope, 20), 0.6842019436182114);
    struct power_question mean = {.measure = POWER_MEAN,
                                  .expected = 2,
                                  .spread = 2,
                                  .items = 4,
                                  .alike_e4 = 5000,
                                  .confidence = 0.95,
                                  .least_units = 5,
                                  .seed = 3};
    near_chance(power_supported(&mean, 10), 0.9437178225680347);
    struct power_question sides = {.measure = POWER_DIFFERENCE,
                                   .expected = 1.5,
                                   .spread = 1,
                                   .items = 1,
                                   .confidence = 0.95,
                                   .least_units = 5,
                                   .seed = 4};
    near_chance(power_supported(&sides, 20), 0.882); /* between 0.876 and 0.887 */
    /* A correlation that is not there is found in one of 40, on either side. */
    struct power_question none = {
        .measure = POWER_CORRELATION, .items = 1, .confidence = 0.95, .least_units = 5, .seed = 5};
    assert_in_range(power_supported(&none, 30), 5, 45);
    none.expected = 0.9;
    assert_in_range(power_supported(&none, 30), 990, 1000);
}

/* 1,000 observations: the range of alpha is some 0.02 wide to either side, so a mark 0.06 below
 * what is drawn is always cleared and one 0.06 above never; one at it is, as 95 % say, by 1 of 40
 * (a small lack of balance in the tail is allowed). */
static void agreement_is_drawn_as_it_is_expected(void **state)
{
    struct power_question q = {.measure = POWER_ALPHA,
                               .expected = 0.64,
                               .threshold = 0.54,
                               .items = 5,
                               .choices = 3,
                               .confidence = 0.95,
                               .least_units = 5,
                               .seed = 1};
    (void)state;
    assert_true(power_supported(&q, 1000) > 990);
    q.threshold = 0.74;
    assert_int_equal(power_supported(&q, 1000), 0);
    q.threshold = 0.64;
    assert_true(power_supported(&q, 1000) < 45);
    q.choices = 2;
    q.threshold = 0.54;
    assert_true(power_supported(&q, 1000) > 990);
    q.threshold = 0.74;
    assert_int_equal(power_supported(&q, 1000), 0);
}

/* A rate of 2 whose single values differ by half of it: the mean of n has the relative error
 * 0.5 / sqrt(n), and a mark of 1.5 lies log(4/3) = 0.2877 below it. With 18 units Student's t is
 * 2.11: cleared where the mean errs by less than 0.2877 - 2.11 * 0.1179 = 0.039, so by 0.33
 * standard errors: 0.63 of the time by the normal distribution, less because the error is
 * estimated, too. */
static void ratios_are_judged_on_the_scale_of_logarithms(void **state)
{
    struct power_question q = {.measure = POWER_RATE,
                               .expected = 2,
                               .threshold = 1.5,
                               .spread = 0.5,
                               .items = 1,
                               .confidence = 0.95,
                               .least_units = 5,
                               .seed = 1};
    (void)state;
    unsigned one = power_supported(&q, 18);
    assert_in_range(one, 540, 720);
    /* Two sides of 36: the error of the ratio is that of 18 units, times the root of two parts. */
    q.measure = POWER_RATIO;
    unsigned two = power_supported(&q, 72);
    assert_in_range(two, 540, 760);
    q.expected = 1.5;
    assert_true(power_supported(&q, 72) < 45);
    /* Rows that are entirely alike are worth one. */
    q.expected = 2;
    q.items = 9;
    q.alike_e4 = POWER_E4;
    assert_int_equal(power_supported(&q, 72), two);
}

static void too_many_rows_are_not_promised(void **state)
{
    (void)state;
    struct power_question q = share(7510, 0.75);
    q.items = 5000;
    q.alike_e4 = 5000;
    size_t least = 7;
    assert_false(power_least(&q, 800, &least));
    assert_int_equal(least, 7);
}

static void what_data_show_is_the_analysis_of_variance(void **state)
{
    (void)state;
    static const uint64_t hits[] = {3, 0, 4, 1};
    static const uint64_t sizes[] = {4, 3, 5, 4};
    static const uint64_t ones[] = {1, 1, 1, 1};
    assert_true(fabs(power_alike(hits, sizes, 4) - 0.33078101071975496) < 1e-12);
    assert_true(power_alike(ones, ones, 4) == 0);
    assert_true(power_alike(sizes, sizes, 4) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_row_a_unit_is_the_binomial_sum),
        cmocka_unit_test(several_rows_a_unit_are_the_beta_binomial_sum),
        cmocka_unit_test(the_urn_has_the_beta_binomial_distribution),
        cmocka_unit_test(means_and_slopes_are_the_non_central_t),
        cmocka_unit_test(agreement_is_drawn_as_it_is_expected),
        cmocka_unit_test(ratios_are_judged_on_the_scale_of_logarithms),
        cmocka_unit_test(too_many_rows_are_not_promised),
        cmocka_unit_test(what_data_show_is_the_analysis_of_variance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
