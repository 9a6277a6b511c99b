/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expected values: worked by hand as fractions from the small tables below. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>

#include "learn/metric.h"

/* truth\guess   0  1  2  3      (class 3 is guessed once and never true)
 *           0   3  1  0  0
 *           1   1  1  0  0
 *           2   0  1  2  1 */
enum { ROWS = 10, CLASSES = 4 };
static const uint32_t class_truth[ROWS] = {0, 0, 0, 0, 1, 1, 2, 2, 2, 2};
static const uint32_t class_guess[ROWS] = {0, 0, 0, 1, 0, 1, 1, 2, 2, 3};

static double of_classes(enum metric metric, const uint32_t *weight)
{
    double value = (double)NAN;
    const struct class_rows rows = {.truth = class_truth,
                                    .guess = class_guess,
                                    .weight = weight,
                                    .n = ROWS,
                                    .class_n = CLASSES,
                                    .wanted = 1};
    assert_true(metric_classes(metric, &rows, &value));
    return value;
}

static void close_to(double got, double want)
{
    if (!(fabs(got - want) <= 1e-14 * fabs(want)))
        fail_msg("%.17g, expected %.17g", got, want);
}

static void metrics_of_classes_are_those_of_the_table(void **state)
{
    (void)state;
    close_to(of_classes(METRIC_ACCURACY, NULL), 6.0 / 10);
    /* (3/4 + 1/2 + 2/4) / 3 */
    close_to(of_classes(METRIC_BALANCED_ACCURACY, NULL), 7.0 / 12);
    /* (6/8 + 2/5 + 4/6) / 3: the class that is never true takes no part */
    close_to(of_classes(METRIC_MACRO_F1, NULL), 109.0 / 180);
}

/* As scikit-learn 1.2.1 says: precision_score, recall_score with labels=[k], average=None. */
static void precision_and_recall_ask_about_one_class(void **state)
{
    (void)state;
    static const double precision[] = {3.0 / 4, 1.0 / 3, 1};
    static const double recall[] = {3.0 / 4, 1.0 / 2, 1.0 / 2};
    struct class_rows rows = {
        .truth = class_truth, .guess = class_guess, .n = ROWS, .class_n = CLASSES};
    for (rows.wanted = 0; rows.wanted < 3; rows.wanted++) {
        double value = (double)NAN;
        assert_true(metric_classes(METRIC_PRECISION, &rows, &value));
        close_to(value, precision[rows.wanted]);
        assert_true(metric_classes(METRIC_RECALL, &rows, &value));
        close_to(value, recall[rows.wanted]);
    }
    double value = 7;
    rows.wanted = 3; /* never true, guessed once */
    assert_false(metric_classes(METRIC_RECALL, &rows, &value));
    assert_true(metric_classes(METRIC_PRECISION, &rows, &value));
    assert_true(value == 0);
    rows.wanted = UINT32_MAX;
    assert_false(metric_classes(METRIC_RECALL, &rows, &value));
}

/* Expected: scikit-learn 1.2.1, roc_auc_score, without and with sample_weight. */
static void auc_counts_pairs_ties_half(void **state)
{
    (void)state;
    static const uint32_t truth[] = {0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 0};
    static const double score[] = {.1, .4, .35, .8, .35, .5, .2, .5, .9, .35, .2, .7};
    static const uint32_t weight[] = {1, 0, 2, 1, 3, 1, 0, 2, 1, 1, 1, 2};
    struct class_rows rows = {
        .truth = truth, .n = COUNT_OF(truth), .class_n = 2, .wanted = 1, .score = score};
    double value = (double)NAN;
    assert_true(metric_classes(METRIC_AUC, &rows, &value));
    close_to(value, 0.6944444444444444); /* 25 of 36 pairs */
    rows.weight = weight;
    assert_true(metric_classes(METRIC_AUC, &rows, &value));
    close_to(value, 0.5625);
    rows.wanted = 0; /* the other way round */
    assert_true(metric_classes(METRIC_AUC, &rows, &value));
    close_to(value, 1 - 0.5625);
    rows.n = 1;
    assert_false(metric_classes(METRIC_AUC, &rows, &value));
    rows.n = COUNT_OF(truth);
    rows.score = NULL;
    assert_false(metric_classes(METRIC_AUC, &rows, &value));
}

static void a_weight_counts_a_row_so_often(void **state)
{
    (void)state;
    static const uint32_t weight[ROWS] = {0, 0, 0, 3, 1, 2, 0, 1, 1, 0};
    /* 0: 0 of 3 right; 1: 2 of 3 right; 2: 2 of 2 right; guessed 1, 5, 2 times */
    close_to(of_classes(METRIC_ACCURACY, weight), 4.0 / 8);
    close_to(of_classes(METRIC_BALANCED_ACCURACY, weight), 5.0 / 9);
    close_to(of_classes(METRIC_MACRO_F1, weight), (0 + 4.0 / 8 + 4.0 / 4) / 3);
}

static void a_class_that_counts_nothing_leaves_no_value(void **state)
{
    (void)state;
    static const uint32_t weight[ROWS] = {1, 1, 1, 1, 0, 0, 1, 1, 1, 1};
    double value = 7;
    const struct class_rows rows = {.truth = class_truth,
                                    .guess = class_guess,
                                    .weight = weight,
                                    .n = ROWS,
                                    .class_n = CLASSES,
                                    .wanted = 1};
    const struct class_rows none = {.truth = class_truth, .guess = class_guess, .class_n = CLASSES};
    assert_false(metric_classes(METRIC_BALANCED_ACCURACY, &rows, &value));
    assert_false(metric_classes(METRIC_MACRO_F1, &rows, &value));
    assert_false(metric_classes(METRIC_ACCURACY, &none, &value));
    assert_false(metric_classes(METRIC_MACRO_F1, &none, &value));
    assert_true(value == 7);
    close_to(of_classes(METRIC_ACCURACY, weight), 5.0 / 8);
}

static const double truth[] = {1, 2, 4, 9};
static const double guess[] = {2, 2, 1, 10};

static void metrics_of_numbers_are_those_of_the_rows(void **state)
{
    (void)state;
    double value = 0;
    assert_true(metric_numbers(METRIC_MAE, truth, guess, NULL, 4, &value));
    close_to(value, 5.0 / 4);
    assert_true(metric_numbers(METRIC_RMSE, truth, guess, NULL, 4, &value));
    close_to(value, sqrt(11.0 / 4));
    /* squares around the mean 4: 9 + 4 + 0 + 25 */
    assert_true(metric_numbers(METRIC_R2, truth, guess, NULL, 4, &value));
    close_to(value, 1 - 11.0 / 38);
    static const uint32_t weight[] = {2, 1, 0, 1};
    /* truth 1 1 2 9, mean 13/4, squares 87 - 169/4; wrong by 1 1 0 1 */
    assert_true(metric_numbers(METRIC_R2, truth, guess, weight, 4, &value));
    close_to(value, 1 - 3 / (87 - 169.0 / 4));
}

static void numbers_that_do_not_vary_have_no_r2(void **state)
{
    (void)state;
    static const double same[] = {0.1, 0.1, 0.1};
    static const uint32_t none[] = {0, 0, 0};
    static const uint32_t first[] = {3, 0, 0, 0};
    double value = 7;
    assert_false(metric_numbers(METRIC_R2, same, guess, NULL, 3, &value));
    assert_false(metric_numbers(METRIC_R2, truth, guess, first, 4, &value));
    assert_false(metric_numbers(METRIC_MAE, truth, guess, none, 3, &value));
    assert_false(metric_numbers(METRIC_RMSE, truth, guess, NULL, 0, &value));
    assert_true(value == 7);
}

static void names_lead_there_and_back(void **state)
{
    (void)state;
    struct str of_class = STR("x");
    enum metric read = METRIC_R2;
    assert_true(metric_read(STR("recall: tree-frog"), &read, &of_class));
    assert_true(read == METRIC_RECALL && str_eq(of_class, STR("tree-frog")));
    assert_true(metric_read(STR("precision:a:b"), &read, &of_class));
    assert_true(read == METRIC_PRECISION && str_eq(of_class, STR("a:b")));
    assert_true(metric_read(STR("auc"), &read, &of_class));
    assert_true(read == METRIC_AUC && of_class.n == 0);
    assert_false(metric_read(STR("recall"), &read, &of_class));
    assert_false(metric_read(STR("recall:"), &read, &of_class));
    assert_false(metric_read(STR("accuracy:frog"), &read, &of_class));
    assert_false(metric_read(STR(""), &read, &of_class));
    for (int i = 0; i < METRIC_COUNT; i++) {
        enum metric metric = METRIC_COUNT;
        assert_true(metric_by_name(str_of(metric_name((enum metric)i)), &metric));
        assert_int_equal(metric, i);
    }
    enum metric metric = METRIC_R2;
    assert_false(metric_by_name(STR("Accuracy"), &metric));
    assert_false(metric_by_name(STR(""), &metric));
    assert_int_equal(metric, METRIC_R2);
    assert_string_equal(metric_name(METRIC_BALANCED_ACCURACY), "balanced_accuracy");
    assert_true(metric_larger_is_better(METRIC_R2) && !metric_larger_is_better(METRIC_MAE));
    assert_true(metric_of_classes(METRIC_MACRO_F1) && !metric_of_classes(METRIC_RMSE));
}

/* Expected: scikit-learn 1.2.1 on the same numbers divided by 1e300. */
static void errors_near_the_largest_double_do_not_overflow(void **state)
{
    (void)state;
    static const double huge_truth[] = {1e300, -2e300, 3.5e300, 0};
    static const double huge_guess[] = {1.5e300, -2e300, 3e300, 1e300};
    static const double far[] = {DBL_MAX, -DBL_MAX};
    static const double other[] = {-DBL_MAX, DBL_MAX};
    double value = (double)NAN;
    assert_true(metric_numbers(METRIC_RMSE, huge_truth, huge_guess, NULL, 4, &value));
    assert_true(fabs(value / 1e300 - 0.6123724356957945) < 1e-14);
    assert_true(metric_numbers(METRIC_MAE, huge_truth, huge_guess, NULL, 4, &value));
    assert_true(fabs(value / 1e300 - 0.5) < 1e-14);
    assert_true(metric_numbers(METRIC_R2, huge_truth, huge_guess, NULL, 4, &value));
    assert_true(fabs(value - 0.9043824701195219) < 1e-14);
    assert_true(metric_numbers(METRIC_RMSE, far, other, NULL, 2, &value));
    assert_true(value == DBL_MAX);
    static const double small[] = {0x1p-1060, 0};
    static const double zero[] = {0, 0};
    assert_true(metric_numbers(METRIC_MAE, small, zero, NULL, 2, &value));
    assert_true(value == 0x1p-1061);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metrics_of_classes_are_those_of_the_table),
        cmocka_unit_test(precision_and_recall_ask_about_one_class),
        cmocka_unit_test(auc_counts_pairs_ties_half),
        cmocka_unit_test(errors_near_the_largest_double_do_not_overflow),
        cmocka_unit_test(a_weight_counts_a_row_so_often),
        cmocka_unit_test(a_class_that_counts_nothing_leaves_no_value),
        cmocka_unit_test(metrics_of_numbers_are_those_of_the_rows),
        cmocka_unit_test(numbers_that_do_not_vary_have_no_r2),
        cmocka_unit_test(names_lead_there_and_back),
    };
    return cmocka_run_group_tests_name("metric", tests, NULL, NULL);
}
