/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expected values: mpmath 1.3 at 40 digits, from the same doubles; its beta is the hypergeometric
 * series, not the continued fraction of real.c, and its quantiles invert that by bisection. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdio.h>

#include "base/check.h"
#include "learn/real.h"

static void near(double got, double want, double relative, const char *what, double at)
{
    if (fabs(got - want) <= relative * fabs(want))
        return;
    fail_msg("%s at %.17g: %.17g, expected %.17g", what, at, got, want);
}

static void exp_and_log_are_within_two_last_places(void **state)
{
    (void)state;
    static const double exps[][2] = {
        {1, 2.7182818284590452354},         {-1, 0.3678794411714423216},
        {0.5, 1.6487212707001281468},       {-0.0625, 0.93941306281347578612},
        {10, 22026.465794806716517},        {700, 1.0142320547350045095e+304},
        {-700, 9.8596765437597708567e-305}, {1e-9, 1.0000000010000000005},
    };
    for (size_t i = 0; i < COUNT_OF(exps); i++)
        near(real_exp(exps[i][0]), exps[i][1], 2 * DBL_EPSILON, "exp", exps[i][0]);
    static const double logs[][2] = {
        {0.5, -0.69314718055994530942},       {0.9999, -0.00010000500033334732082},
        {1.0001, 0.000099995000333297323022}, {1.4142, 0.34656400018800330914},
        {2, 0.69314718055994530942},          {10, 2.302585092994045684},
        {1e-300, -690.77552789821370518},     {1e300, 690.77552789821370526},
        {3, 1.0986122886681096914},
    };
    for (size_t i = 0; i < COUNT_OF(logs); i++)
        near(real_log(logs[i][0]), logs[i][1], 2 * DBL_EPSILON, "log", logs[i][0]);
}

static void exp_and_log_keep_their_ends(void **state)
{
    (void)state;
    assert_true(real_exp(0) == 1);
    assert_true(real_exp(-746.5) == 0 && real_exp(-HUGE_VAL) == 0);
    assert_true(real_exp(-745) == 0x1p-1074); /* the smallest double */
    assert_true(isfinite(real_exp(709.78)) && isinf(real_exp(709.79)) && isinf(real_exp(HUGE_VAL)));
    assert_true(isnan(real_exp((double)NAN)) && isnan(real_log((double)NAN)) &&
                isnan(real_log(-1)));
    assert_true(real_log(1) == 0 && isinf(real_log(0)) && isinf(real_log(HUGE_VAL)));
    near(real_log(0x1p-1074), -744.44007192138126231, 2 * DBL_EPSILON, "log", 0x1p-1074);
}

static void lgamma_is_near(void **state)
{
    (void)state;
    static const double values[][2] = {
        {0.001, 6.9071788853838536617}, {0.5, 0.57236494292470008707},
        {1.5, -0.12078223763524522235}, {3, 0.69314718055994530942},
        {9.99, 12.77931521435019336},   {10, 12.801827480081469611},
        {100.5, 361.43554046777762156}, {1e6, 12815504.56914761166},
    };
    for (size_t i = 0; i < COUNT_OF(values); i++)
        near(real_lgamma(values[i][0]), values[i][1], 1e-13, "lgamma", values[i][0]);
    assert_true(fabs(real_lgamma(1)) < 1e-14 && fabs(real_lgamma(2)) < 1e-14);
}

static void beta_is_near(void **state)
{
    (void)state;
    static const double values[][4] = {
        {0.5, 2, 3, 0.6875}, /* by hand: 11/16 */
        {0.3, 0.5, 0.5, 0.36901011956554537504},
        {0.9, 20, 1.5, 0.23412711029493324215},
        {1e-09, 0.05, 0.8, 0.34827085559833739451},
        {0.01, 1, 300, 0.95095910592871414719},
        {0.75, 120.5, 40.25, 0.49243372132344631382},
        {0.999, 5000, 6.5, 0.69307511624316608373},
        {0.2, 1000, 4000, 0.50282103954586265764},
        {0.99999, 50000, 0.5, 0.31731050785796599484},
    };
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        const double *v = values[i];
        near(real_beta(v[0], v[1], v[2]), v[3], 1e-12, "beta", v[0]);
        near(real_beta(1 - v[0], v[2], v[1]), 1 - v[3], 1e-8, "beta, mirrored", v[0]);
    }
    assert_true(real_beta(0, 2, 3) == 0 && real_beta(1, 2, 3) == 1);
}

static void beta_of_whole_numbers_is_the_sum_of_a_binomial(void **state)
{
    (void)state;
    /* I_x(k, n - k + 1) = P(at least k of n), exact in 30 terms for x = 1/4. */
    for (int k = 1; k <= 30; k++) {
        double sum = 0;
        double term = 1; /* C(30, j) 3^(30 - j) / 4^30 from j = 30 down */
        for (int i = 0; i < 30; i++)
            term /= 4;
        for (int j = 30; j >= k; j--) {
            sum += term;
            term = term * 3 * j / (31 - j);
        }
        near(real_beta(0.25, k, 31 - k), sum, 1e-12, "binomial", k);
    }
}

static void beta_quantiles_are_near_and_monotone(void **state)
{
    (void)state;
    static const double values[][4] = {
        {0.025, 15, 6, 0.50895412829204246109},
        {0.975, 16, 5, 0.91342853089856544085},
        {0.5, 2, 2, 0.5},
        {0.1, 0.3, 7.5, 0.000045241680361410248085},
        {0.975, 1, 10, 0.30849710781876076249},
        {0.025, 61, 1, 0.94131877606770737773},
        {0.9, 300, 20, 0.95413971679256409335},
    };
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        const double *v = values[i];
        near(real_beta_quantile(v[0], v[1], v[2]), v[3], 1e-12, "beta quantile", v[0]);
    }
    assert_true(real_beta_quantile(0, 2, 3) == 0 && real_beta_quantile(1, 2, 3) == 1);
    double last = 0;
    for (int i = 1; i < 500; i++) {
        double x = real_beta_quantile(i / 500.0, 3.5, 0.7);
        assert_true(x > last);
        last = x;
    }
    assert_true(real_beta_quantile(0.3, 3, 4) <= real_beta_quantile(nextafter(0.3, 1), 3, 4));
}

static void student_is_near(void **state)
{
    (void)state;
    static const double values[][3] = {
        {1, 1, 0.75},
        {-2, 4, 0.058058261758407797249},
        {2.5, 9.5, 0.98370747110519780703},
        {-0.01, 300, 0.49601396697944091177},
        {-6, 19, 4.4896177362454136811e-6},
        {1.96, 100000, 0.97500071840284918098},
    };
    for (size_t i = 0; i < COUNT_OF(values); i++)
        near(real_student(values[i][0], values[i][1]), values[i][2], 1e-12, "t", values[i][0]);
    assert_true(real_student(0, 7) == 0.5);
    assert_true(real_student(-HUGE_VAL, 7) == 0 && real_student(HUGE_VAL, 7) == 1);
    static const double quantiles[][3] = {
        {.975, 1, 12.706204736174693314},   {.975, 4, 2.7764451051977934898},
        {.975, 19, 2.0930240544083093201},  {.025, 7, -2.3646242515927853039},
        {.995, 2.5, 7.1637281389487828791}, {.9, 30, 1.3104150253913957112},
    };
    for (size_t i = 0; i < COUNT_OF(quantiles); i++) {
        const double *q = quantiles[i];
        near(real_student_quantile(q[0], q[1]), q[2], 1e-12, "t quantile", q[0]);
    }
    assert_true(real_student_quantile(0.5, 3) == 0);
}

static void normal_quantiles_are_near(void **state)
{
    (void)state;
    static const double values[][2] = {
        {0.975, 1.9599639845400538556}, {0.025, -1.9599639845400542118},
        {0.6, 0.25334710313579974132},  {1e-09, -5.9978070150076868614},
        {0.995, 2.5758293035489004539}, {0.75, 0.6744897501960817432},
    };
    for (size_t i = 0; i < COUNT_OF(values); i++)
        near(real_normal_quantile(values[i][0]), values[i][1], 1e-12, "z", values[i][0]);
    assert_true(real_normal_quantile(0.5) == 0);
    /* The two formulas meet at 2.5, where P(Z > z) = 0.0062096653257761351670 (mpmath). */
    near(real_normal_quantile(0.006209665325), -2.5000000000442789953, 1e-12, "z", 0.0062);
    near(real_normal_quantile(0.006209665326), -2.4999999999872283742, 1e-12, "z", 0.0062);
}

static void tanh_and_atanh_are_near(void **state)
{
    (void)state;
    static const double atanhs[][2] = {
        {0.5, 0.5493061443340548457},
        {-0.9, -1.4722194895832203469},
        {1e-06, 1.0000000000003332881e-6},
        {0.9999, 4.9517187756430982584},
    };
    for (size_t i = 0; i < COUNT_OF(atanhs); i++)
        near(real_atanh(atanhs[i][0]), atanhs[i][1], 1e-14, "atanh", atanhs[i][0]);
    static const double tanhs[][2] = {
        {0.5, 0.4621171572600097585},   {-0.99, -0.75736232421652627773},
        {1.01, 0.76576201824843895652}, {1e-06, 9.9999999999966662141e-7},
        {-4, -0.99932929973906704379},  {18, 0.9999999999999995361},
    };
    for (size_t i = 0; i < COUNT_OF(tanhs); i++)
        near(real_tanh(tanhs[i][0]), tanhs[i][1], 1e-14, "tanh", tanhs[i][0]);
    assert_true(real_tanh(1e300) == 1 && real_tanh(-1e300) == -1 && real_tanh(0) == 0);
    assert_true(isinf(real_atanh(1)) && isnan(real_atanh(1.5)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exp_and_log_are_within_two_last_places),
        cmocka_unit_test(exp_and_log_keep_their_ends),
        cmocka_unit_test(lgamma_is_near),
        cmocka_unit_test(beta_is_near),
        cmocka_unit_test(beta_of_whole_numbers_is_the_sum_of_a_binomial),
        cmocka_unit_test(beta_quantiles_are_near_and_monotone),
        cmocka_unit_test(student_is_near),
        cmocka_unit_test(normal_quantiles_are_near),
        cmocka_unit_test(tanh_and_atanh_are_near),
    };
    return cmocka_run_group_tests_name("real", tests, NULL, NULL);
}
