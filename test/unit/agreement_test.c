/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The example of Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability" (four observers,
 * twelve items, gaps): 0.743 nominal, 0.815 ordinal, 0.849 interval. Ranges from the formulas of
 * agreement.c in Python over all pairs, quantiles from SciPy 1.10. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "base/check.h"
#include "learn/agreement.h"

/* 0: no answer; the answers 1 to 5 become kinds 0 to 4. */
static const char *const observers[] = {"123321412000", "123322412503", "033323422510",
                                        "123324412510"};
static uint32_t item[48];
static uint32_t answer[48];
static const double value[] = {1, 2, 3, 4, 5};

static struct answer_sheet example(enum agreement_level level)
{
    size_t n = 0;
    for (size_t o = 0; o < 4; o++)
        for (uint32_t u = 0; u < 12; u++)
            if (observers[o][u] != '0') {
                item[n] = u;
                answer[n++] = (uint32_t)(observers[o][u] - '1');
            }
    return (struct answer_sheet){item, answer, n, 12, 5, value, level};
}

static void close_to(double got, double want)
{
    if (!(fabs(got - want) <= 1e-9 * fabs(want)))
        fail_msg("%.17g, expected %.17g", got, want);
}

static void krippendorffs_example_comes_out(void **state)
{
    (void)state;
    static const struct {
        enum agreement_level level;
        double alpha;
        double low;
    } want[] = {{LEVEL_NOMINAL, 0.743421052631579, -0.13233445397886223},
                {LEVEL_ORDINAL, 0.8153875037548813, -1.6516210685755803},
                {LEVEL_INTERVAL, 0.8491071428571428, -2.2666471302217817}};
    for (size_t i = 0; i < COUNT_OF(want); i++) {
        struct answer_sheet sheet = example(want[i].level);
        struct agreement found = agreement_range(&sheet, 0.95);
        close_to(found.range.value, want[i].alpha);
        assert_true(found.range.usable);
        /* ranks stay those of all answers: the ordinal one is theirs too */
        close_to(found.range.low, want[i].low);
        assert_true(found.range.high == 1);
        assert_int_equal(found.range.units, 11); /* one item has a single answer */
        assert_int_equal(found.answers, 40);
        assert_int_equal(found.kinds, 5);
    }
}

/* Items of two answers: both 0, both 1, or one of each. */
static struct agreement pairs(size_t zeros, size_t ones, size_t mixed)
{
    static uint32_t items[400];
    static uint32_t answers[400];
    size_t n = 0;
    for (uint32_t u = 0; u < zeros + ones + mixed; u++)
        for (uint32_t i = 0; i < 2; i++, n++) {
            items[n] = u;
            answers[n] = u < zeros ? 0 : u < zeros + ones ? 1 : i;
        }
    const struct answer_sheet sheet = {items, answers,      n, zeros + ones + mixed, 2,
                                       NULL,  LEVEL_NOMINAL};
    return agreement_range(&sheet, 0.95);
}

static void all_of_one_mind_have_no_endless_certainty(void **state)
{
    (void)state;
    struct agreement found = pairs(10, 10, 0);
    assert_true(found.range.usable && found.range.value == 1 && found.range.high == 1);
    /* By hand: up to 1 - 0.025^(1/20) = 0.16843 of the items may be mixed, each of them wholly,
     * against 400 of 760 pairs between items. */
    close_to(found.range.low, 1 - (1 - pow(0.025, 1.0 / 20)) * 760 / 400);
}

static void where_nearly_all_is_the_same_chance_is_not_known(void **state)
{
    (void)state;
    assert_int_equal(pairs(20, 0, 0).kinds, 1);
    assert_false(pairs(20, 0, 0).range.usable);
    assert_false(pairs(20, 2, 1).range.usable);
    assert_int_equal(pairs(20, 2, 1).unlike, 2);
    assert_true(pairs(20, 3, 1).range.usable);
}

static void the_words_of_levels_lead_there_and_back(void **state)
{
    (void)state;
    for (enum agreement_level l = LEVEL_NOMINAL; l <= LEVEL_INTERVAL; l++) {
        enum agreement_level back;
        assert_true(agreement_level_by_name(str_of(agreement_level_name(l)), &back));
        assert_int_equal(back, l);
    }
    enum agreement_level none;
    assert_false(agreement_level_by_name(STR("ratio"), &none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(krippendorffs_example_comes_out),
        cmocka_unit_test(all_of_one_mind_have_no_endless_certainty),
        cmocka_unit_test(where_nearly_all_is_the_same_chance_is_not_known),
        cmocka_unit_test(the_words_of_levels_lead_there_and_back),
    };
    return cmocka_run_group_tests_name("agreement", tests, NULL, NULL);
}
