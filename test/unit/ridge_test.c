/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scores and values of the small table: test/vector/ridge.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "learn/digest.h"
#include "learn/inputs.h"
#include "learn/rng.h"
#include "learn/train.h"
#include "unit/tables.h"

enum { ROWS = 10, CLASSES = 3 };

static const uint8_t part[ROWS] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1};
static const size_t all_rows[ROWS] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
static const size_t features[] = {0, 1, 2, 3};
static const struct cluster alone = {.threads = 1};
static const struct training one_thread = {.cluster = &alone};

/* Columns 0 … 3 are features, 4 the class, 5 the value. */
static struct table small(struct arena *arena)
{
    struct table table = tables_new(arena, ROWS, 6);
    tables_number(arena, &table, "a", -1,
                  (const int64_t[]){12, 15, GAP, 30, 21, 18, 27, 9, 33, 24});
    tables_number(arena, &table, "b", 0, (const int64_t[]){3, 1, 4, 1, 5, 9, 2, 6, 5, 3});
    tables_category(arena, &table, "c", (const char *const[]){"w", "x", "y", "z", NULL},
                    (const char *const[]){"x", "y", "z", "x", "y", "x", "x", "y", "z", "w"});
    tables_number(arena, &table, "k", 0, (const int64_t[]){7, 7, 7, 7, 7, 7, 7, 7, 7, 7});
    tables_category(arena, &table, "class", (const char *const[]){"p", "q", "r", NULL},
                    (const char *const[]){"p", "q", "r", "q", "p", "r", "q", "p", "q", "r"});
    tables_number(arena, &table, "value", -2,
                  (const int64_t[]){125, -50, 310, 275, 99, 401, 330, -12, 200, 150});
    return table;
}

static struct dataset with_target(const struct table *table, size_t target)
{
    return (struct dataset){table, target, features, COUNT_OF(features), part, NULL, 0};
}

static void assert_close(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-12 * (1 + fabs(expected))))
        fail_msg("%.17g is not %.17g", value, expected);
}

static void classes_are_scored_as_the_textbook_says(void **state)
{
    (void)state;
    static const double expected[CLASSES][ROWS] = {
        {0.082415051672447309, 0.16685809044563649, -0.75992991167703849, -1.058691915944475,
         -0.098626937763717185, -0.13383399325278331, -0.85209542691361362, 0.65390504343354383,
         -1.3444748195264149, -0.60770522232117685},
        {-0.35639719309674678, 0.25361314853819567, -0.77024304258333109, 0.9698926092249196,
         -0.28675754659492864, -1.3178253007614482, 0.60849183799411621, -1.1007745127207766,
         -0.0469451549290478, 0.15125302012415354},
        {-0.72601785857570056, -1.4204712389838321, 0.53017295426036959, -0.91120069328044451,
         -0.61461551564135419, 0.45165929401423144, -0.75639641108050248, -0.55313053071276719,
         0.39141997445546278, -0.54354779780297657}};
    struct arena arena = {0};
    struct err err = {0};
    struct table table = small(&arena);
    struct dataset data = with_target(&table, 4);
    struct model model;
    double score[ROWS * CLASSES];
    uint32_t class_index[ROWS];
    struct prediction prediction = {.score = score, .class_index = class_index};
    assert_true(train_ridge(&data, &one_thread, &arena, &model, &err));
    assert_true(model_predict(&model, &table, &alone, &(struct predict_rows){all_rows, ROWS},
                              &prediction, &err));
    for (size_t r = 0; r < ROWS; r++) {
        uint32_t best = 0;
        for (uint32_t k = 0; k < CLASSES; k++) {
            assert_close(score[r * CLASSES + k], expected[k][r]);
            best = expected[k][r] > expected[best][r] ? k : best;
        }
        assert_int_equal(class_index[r], best);
    }
    arena_release(&arena);
}

static void numbers_are_predicted_as_the_textbook_says(void **state)
{
    (void)state;
    static const double expected[ROWS] = {
        1.3696790067078097, -0.29927820990374415, 2.6915136731710945, 2.9645772678294402,
        1.3900665525497611, 3.5551860586240127,   2.8641483207967346, 0.24410733022489106,
        4.157488919305794,  2.2073100277220261};
    struct arena arena = {0};
    struct err err = {0};
    struct table table = small(&arena);
    struct dataset data = with_target(&table, 5);
    struct model model;
    double value[ROWS];
    struct prediction prediction = {.value = value};
    assert_true(train_ridge(&data, &one_thread, &arena, &model, &err));
    assert_true(model_predict(&model, &table, &alone, &(struct predict_rows){all_rows, ROWS},
                              &prediction, &err));
    for (size_t r = 0; r < ROWS; r++)
        assert_close(value[r], expected[r]);
    arena_release(&arena);
}

/* Inputs: a, a's indicator, b, three categories, k. */
static void a_constant_column_has_weight_zero(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct err err = {0};
    struct table table = small(&arena);
    struct dataset data = with_target(&table, 5);
    struct model model;
    assert_true(train_ridge(&data, &one_thread, &arena, &model, &err));
    assert_int_equal(model.input_n, 7);
    assert_true(model.weight[6] == 0 && !signbit(model.weight[6]));
    assert_true(model.weight[0] != 0);
    arena_release(&arena);
}

static void rows_set_aside_do_not_touch_the_weights(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct err err = {0};
    struct table table = small(&arena);
    struct dataset data = with_target(&table, 5);
    struct model model, other;
    assert_true(train_ridge(&data, &one_thread, &arena, &model, &err));
    table.column[0].mantissa[8] = 999;
    table.column[5].mantissa[9] = -999;
    assert_true(train_ridge(&data, &one_thread, &arena, &other, &err));
    assert_memory_equal(model.weight, other.weight, 8 * sizeof *model.weight);
    assert_false(hash_eq(&model.digest, &other.digest));
    arena_release(&arena);
}

static void a_fold_left_out_is_as_if_it_were_set_aside(void **state)
{
    (void)state;
    static const uint8_t fold[ROWS] = {0, 1, 0, 1, 2, 0, 2, 1, 255, 255};
    static const uint8_t smaller[ROWS] = {0, 1, 0, 1, 0, 0, 0, 1, 1, 1};
    struct arena arena = {0};
    struct err err = {0};
    struct table table = small(&arena);
    struct dataset data = with_target(&table, 5), less = data;
    struct training folded = {.fold = fold, .leave_out = 1, .cluster = &alone};
    struct model model, other;
    less.part = smaller;
    assert_true(train_ridge(&data, &folded, &arena, &model, &err));
    assert_true(train_ridge(&less, &one_thread, &arena, &other, &err));
    assert_int_equal(model.input_n, other.input_n);
    assert_memory_equal(model.weight, other.weight, (model.input_n + 1) * sizeof *model.weight);
    struct hash none = {{0}}, whole;
    assert_true(dataset_digest(&less, &alone, &whole, &err));
    assert_true(hash_eq(&model.digest, &none)); /* it serves an estimate and is not kept */
    assert_true(hash_eq(&other.digest, &whole));
    arena_release(&arena);
}

static void one_class_is_nothing_to_learn(void **state)
{
    (void)state;
    static const uint8_t only_p[ROWS] = {0, 1, 1, 1, 0, 1, 1, 0, 1, 1};
    static const uint8_t nobody[ROWS] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    struct arena arena = {0};
    struct err one = {0}, none = {0};
    struct table table = small(&arena);
    struct dataset data = with_target(&table, 4);
    struct model model;
    data.part = only_p;
    assert_false(train_ridge(&data, &one_thread, &arena, &model, &one));
    assert_int_equal(one.code, ERR_INPUT);
    data.part = nobody;
    assert_false(train_ridge(&data, &one_thread, &arena, &model, &none));
    assert_int_equal(none.code, ERR_INPUT);
    arena_release(&arena);
}

static void without_a_feature_the_mean_is_left(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct err err = {0};
    struct table table = small(&arena);
    struct dataset data = with_target(&table, 5);
    struct model model;
    double value[ROWS];
    struct prediction prediction = {.value = value};
    data.feature_n = 0;
    assert_true(train_ridge(&data, &one_thread, &arena, &model, &err));
    assert_true(model_predict(&model, &table, &alone, &(struct predict_rows){all_rows, ROWS},
                              &prediction, &err));
    for (size_t r = 0; r < ROWS; r++)
        assert_close(value[r], 1.8475); /* 1478 hundredths / 8; exact up to the quantised target */
    arena_release(&arena);
}

static void too_many_inputs_are_refused(void **state)
{
    (void)state;
    enum { MANY = INPUTS_MAX + 1 };
    struct arena arena = {0};
    struct err err = {0};
    struct table table = tables_new(&arena, MANY, 2);
    const char **names = arena_get(&arena, MANY + 1, sizeof *names);
    int64_t *values = arena_get(&arena, MANY, sizeof *values);
    uint8_t *train = arena_get(&arena, MANY, 1);
    for (unsigned r = 0; r < MANY; r++) {
        names[r] = arena_printf(&arena, "%04u", r);
        values[r] = r;
    }
    tables_category(&arena, &table, "id", names, names);
    tables_number(&arena, &table, "y", 0, values);
    struct dataset data = {&table, 1, (const size_t[]){0}, 1, train, NULL, 0};
    struct model model;
    assert_false(train_ridge(&data, &one_thread, &arena, &model, &err));
    assert_int_equal(err.code, ERR_LIMIT);
    arena_release(&arena);
}

static void a_table_with_other_columns_is_refused(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct err absent = {0}, other = {0};
    struct table table = small(&arena), fewer = table;
    struct dataset data = with_target(&table, 4);
    struct model model;
    struct prediction prediction = {0};
    assert_true(train_ridge(&data, &one_thread, &arena, &model, &absent));
    fewer.column_n = 3; /* no k */
    assert_false(model_predict(&model, &fewer, &alone, &(struct predict_rows){all_rows, ROWS},
                               &prediction, &absent));
    assert_int_equal(absent.code, ERR_INPUT);
    assert_true(table_as_category(&arena, &table, 1, &other));
    assert_false(model_predict(&model, &table, &alone, &(struct predict_rows){all_rows, ROWS},
                               &prediction, &other));
    assert_int_equal(other.code, ERR_INPUT);
    arena_release(&arena);
}

/* Enough rows for several blocks; the model file holds every bit. */
static void the_number_of_threads_changes_no_bit(void **state)
{
    (void)state;
    enum { MANY = 5000 };
    struct arena arena = {0};
    struct err err = {0};
    struct table table = tables_new(&arena, MANY, 3);
    int64_t *values = arena_get(&arena, MANY, sizeof *values);
    uint8_t *train = arena_get(&arena, MANY, 1);
    static const char *const names[] = {"a", "b", "y"};
    for (uint64_t c = 0; c < 3; c++) {
        for (uint64_t r = 0; r < MANY; r++)
            values[r] = r % 97 == c ? GAP : (int64_t)rng_below(3, c, r, 1000003) - 500000;
        tables_number(&arena, &table, names[c], -3, values);
    }
    struct dataset data = {&table, 2, (const size_t[]){0, 1}, 2, train, NULL, 0};
    struct hash first = {{0}};
    for (unsigned threads = 1; threads <= 5; threads++) {
        struct model model;
        const struct cluster cluster = {.threads = threads};
        struct training rows = {.cluster = &cluster};
        assert_true(train_ridge(&data, &rows, &arena, &model, &err));
        struct hash id = model_id(&model);
        first = threads == 1 ? id : first;
        assert_true(hash_eq(&id, &first));
    }
    arena_release(&arena);
}

/* One input is 1 in a single row of 100,000, another is 0 there and 1 in all others: the same input
 * turned over, so each alone must get the same weight with the other sign. Where the covariance
 * cancels, the second would lose five digits. */
static void nearly_constant_inputs_lose_no_digits(void **state)
{
    (void)state;
    enum { MANY = 100000, ODD = 777 };
    struct arena arena = {0};
    struct err err = {0};
    struct table table = tables_new(&arena, MANY, 3);
    uint8_t *train = arena_get(&arena, MANY, 1);
    const char **rare = arena_get(&arena, MANY, sizeof *rare);
    const char **usual = arena_get(&arena, MANY, sizeof *usual);
    int64_t *values = arena_get(&arena, MANY, sizeof *values);
    for (size_t r = 0; r < MANY; r++) {
        rare[r] = r == ODD ? "rare" : NULL;
        usual[r] = r == ODD ? NULL : "usual";
        values[r] = r == ODD ? 1000 : (int64_t)(r % 3);
    }
    tables_category(&arena, &table, "a", (const char *const[]){"rare", NULL}, rare);
    tables_category(&arena, &table, "b", (const char *const[]){"usual", NULL}, usual);
    tables_number(&arena, &table, "y", 0, values);
    struct model model[2];
    for (size_t f = 0; f < 2; f++) {
        struct dataset data = {&table, 2, &f, 1, train, NULL, 0};
        assert_true(train_ridge(&data, &one_thread, &arena, &model[f], &err));
    }
    assert_true(model[0].weight[0] != 0 && model[0].weight[0] == -model[1].weight[0]);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_are_scored_as_the_textbook_says),
        cmocka_unit_test(numbers_are_predicted_as_the_textbook_says),
        cmocka_unit_test(a_constant_column_has_weight_zero),
        cmocka_unit_test(rows_set_aside_do_not_touch_the_weights),
        cmocka_unit_test(a_fold_left_out_is_as_if_it_were_set_aside),
        cmocka_unit_test(one_class_is_nothing_to_learn),
        cmocka_unit_test(without_a_feature_the_mean_is_left),
        cmocka_unit_test(too_many_inputs_are_refused),
        cmocka_unit_test(a_table_with_other_columns_is_refused),
        cmocka_unit_test(the_number_of_threads_changes_no_bit),
        cmocka_unit_test(nearly_constant_inputs_lose_no_digits),
    };
    return cmocka_run_group_tests_name("ridge", tests, NULL, NULL);
}
