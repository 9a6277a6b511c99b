/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expected values: scikit-learn 1.2.1 (brier_score_loss, calibration_curve), run once on the table
 * below, and counting by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "base/check.h"
#include "learn/calibration.h"
#include "learn/confusion.h"
#include "learn/threshold.h"

/* What a model gave class 1, and what was true. */
enum { ROWS = 12 };
static const double chance[ROWS] = {.05, .12, .35, .41, .58, .62, .66, .71, .93, .98, .5, .27};
static const uint32_t truth[ROWS] = {0, 0, 1, 0, 1, 0, 1, 1, 1, 1, 0, 0};

static void close_to(double got, double want)
{
    if (!(fabs(got - want) <= 1e-14))
        fail_msg("%.17g, expected %.17g", got, want);
}

static void certainty_is_held_against_what_came_out(void **state)
{
    (void)state;
    static const uint64_t n[CALIBRATION_BINS] = {0, 0, 0, 0, 0, 3, 3, 2, 1, 3};
    static const uint64_t right[CALIBRATION_BINS] = {0, 0, 0, 0, 0, 3, 1, 2, 1, 3};
    uint32_t guess[ROWS];
    double certainty[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        guess[i] = chance[i] > 0.5;
        certainty[i] = guess[i] ? chance[i] : 1 - chance[i];
    }
    struct calibration c = calibration_of(certainty, truth, guess, ROWS);
    close_to(c.brier, 0.14135); /* brier_score_loss of chance: the same with two classes */
    close_to(c.error, 0.2566666666666667);
    for (size_t b = 0; b < CALIBRATION_BINS; b++) {
        assert_int_equal(c.bin[b].n, n[b]);
        assert_int_equal(c.bin[b].right, right[b]);
    }
    close_to(c.bin[6].said, 0.6433333333333334);
    close_to(c.bin[9].said, 0.9533333333333333);
}

static void edges_of_certainty_fall_into_a_bin(void **state)
{
    (void)state;
    static const double certainty[] = {0, 0.1, 1, 0.9};
    static const uint32_t zero[4] = {0};
    struct calibration c = calibration_of(certainty, zero, zero, 4);
    assert_true(c.bin[0].n == 1 && c.bin[1].n == 1 && c.bin[9].n == 2);
    c = calibration_of(certainty, zero, zero, 0);
    assert_true(c.n == 0 && c.brier == 0 && c.error == 0);
}

static void alarms_are_counted_at_a_threshold(void **state)
{
    (void)state;
    struct alarm_count at = threshold_count(chance, truth, ROWS, 1, 0.6);
    assert_int_equal(at.alarms, 5); /* .62 .66 .71 .93 .98 */
    assert_int_equal(at.false_alarms, 1);
    assert_int_equal(at.missed, 2); /* .35 .58 */
    assert_int_equal(at.wanted, 6);
    at = threshold_count(chance, truth, ROWS, 1, 0.5); /* at least, so .5 counts */
    assert_int_equal(at.alarms, 7);
    assert_int_equal(at.false_alarms, 2);
}

static void a_table_of_thresholds_goes_upward(void **state)
{
    (void)state;
    struct alarm_count line[THRESHOLDS_MAX];
    assert_int_equal(threshold_table(chance, truth, ROWS, 1, 1, line), THRESHOLDS_MAX);
    assert_true(line[0].threshold == 0.05 && line[0].alarms == ROWS);
    assert_true(line[3].threshold == 0.3 && line[3].alarms == 9 && line[3].missed == 0);
    size_t n = threshold_table(chance, truth, ROWS, 1, 0, line);
    assert_true(n > 1 && line[0].threshold == 0.05); /* scores that occur */
    for (size_t i = 1; i < n; i++)
        assert_true(line[i].threshold > line[i - 1].threshold &&
                    line[i].alarms < line[i - 1].alarms);
    static const double same[3] = {1, 1, 1};
    assert_int_equal(threshold_table(same, truth, 3, 1, 0, line), 1);
    assert_int_equal(threshold_table(same, truth, 0, 1, 0, line), 0);
}

static void confusions_are_counted_the_most_frequent_first(void **state)
{
    (void)state;
    static const uint32_t is[] = {0, 0, 1, 2, 2, 2, 1, 0};
    static const uint32_t said[] = {0, 1, 1, 0, 0, 2, 3, 1};
    struct arena arena = {NULL};
    struct confusion confusion;
    struct confusion_cell *wrong;
    confusion_of(is, said, 8, 4, &arena, &confusion);
    assert_int_equal(confusion.cell_n, 6);
    assert_true(confusion.truth[2] == 3 && confusion.guess[3] == 1);
    size_t n = confusion_errors(&confusion, &arena, &wrong);
    assert_int_equal(n, 3);
    assert_true(wrong[0].truth == 0 && wrong[0].guess == 1 && wrong[0].n == 2);
    assert_true(wrong[1].truth == 2 && wrong[1].guess == 0 && wrong[1].n == 2);
    assert_true(wrong[2].truth == 1 && wrong[2].guess == 3 && wrong[2].n == 1);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(certainty_is_held_against_what_came_out),
        cmocka_unit_test(edges_of_certainty_fall_into_a_bin),
        cmocka_unit_test(alarms_are_counted_at_a_threshold),
        cmocka_unit_test(a_table_of_thresholds_goes_upward),
        cmocka_unit_test(confusions_are_counted_the_most_frequent_first),
    };
    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
