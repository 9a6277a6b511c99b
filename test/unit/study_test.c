/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table made ready: what lies ahead, and the ways to set a part aside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "learn/train.h"
#include "train/study.h"
#include "train/weights.h"
#include "unit/tables.h"

static const struct cluster one = {.threads = 1};

/* Two stations in turn, a year, a text that is a date, and what was measured. */
static struct table stations(struct arena *arena)
{
    static const char *const days[] = {"2015-12-30", "2015-12-31", "2016-01-01", "2016-01-02",
                                       NULL};
    struct table table = tables_new(arena, 8, 5);
    tables_category(arena, &table, "station", (const char *const[]){"A", "B", NULL},
                    (const char *const[]){"A", "B", "A", "B", "A", "B", "A", "B"});
    tables_number(arena, &table, "year", 0,
                  (const int64_t[]){1988, 1988, 1989, 1989, 1990, 1990, 1991, GAP});
    tables_category(arena, &table, "day", days,
                    (const char *const[]){days[0], days[0], days[1], days[1], days[2], days[2],
                                          days[3], days[3]});
    tables_number(arena, &table, "pm", -1, (const int64_t[]){11, 21, 12, GAP, 13, 23, 14, 24});
    return table;
}

static void begin(struct study *study, struct arena *arena, const char *target)
{
    struct err err = {0};
    struct table table = stations(arena);
    const struct study_columns columns = {.target = str_of(target), .cluster = &one};
    if (!study_begin(study, arena, &table, &columns, &err))
        fail_msg("%s", err.what);
}

static void want_parts(const struct study *study, const char *wanted)
{
    for (size_t r = 0; r < study->table.rows; r++)
        if ("ltx"[study->part[r]] != wanted[r])
            fail_msg("row %d is %c", (int)r + 1, "ltx"[study->part[r]]);
}

static void the_row_ahead_is_one_of_the_same_group(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct study study;
    struct err err = {0};
    begin(&study, &arena, "pm");
    assert_true(study_group(&study, STR("station"), &err) && study_next(&study, 1, &err));
    const struct column *later = &study.table.column[study.data.target];
    assert_true(str_eq(later->name, STR("pm (+1)")) && str_eq(study.now, STR("pm")));
    /* A: 11 12 13 14, B: 21 - 23 24; nothing follows the last of each, nor a gap */
    static const int64_t wanted[] = {12, GAP, 13, 23, 14, 24, GAP, GAP};
    for (size_t r = 0; r < 8; r++) {
        assert_int_equal(later->missing[r], wanted[r] == GAP);
        assert_int_equal(later->mantissa[r], wanted[r] == GAP ? 0 : wanted[r]);
    }
    want_parts(&study, "lxllllxx");
    assert_int_equal(study.data.feature_n, 3); /* day, pm, year in byte order */
    assert_true(str_eq(study.table.column[study.data.feature[1]].name, STR("pm")));
    arena_release(&arena);
}

static void without_a_group_the_table_is_one_series(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct study study;
    struct err err = {0};
    begin(&study, &arena, "pm");
    assert_true(study_next(&study, 3, &err));
    const struct column *later = &study.table.column[study.data.target];
    assert_true(later->missing[0] && later->mantissa[1] == 13 && later->mantissa[4] == 24);
    want_parts(&study, "xllllxxx");
    arena_release(&arena);
}

static void as_it_is_now_answers_what_is_there(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct study study;
    struct model model, again;
    struct err err = {0};
    double value[8];
    static const size_t all[] = {0, 1, 2, 3, 4, 5, 6, 7};
    CLEANUP(buf_release) struct buf file = BUF_INIT;
    begin(&study, &arena, "pm");
    assert_true(study_group(&study, STR("station"), &err) && study_next(&study, 1, &err));
    assert_true(study_end(&study, &err));
    const struct training how = {.now = study.now, .cluster = &one};
    assert_true(train_last(&study.data, &how, &arena, &model, &err));
    model_write(&model, &file);
    assert_true(model_read(buf_view(&file), &arena, &again, &err));
    assert_true(model_predict(&again, &study.table, &one, &(struct predict_rows){all, 8},
                              &(struct prediction){.value = value}, &err));
    assert_true(value[0] == 1.1 && value[7] == 2.4);
    assert_true(value[3] > 1.71 && value[3] < 1.73); /* a gap: the mean of 12 13 23 14 24, 1.72 */
    arena_release(&arena);
}

static void a_class_stays_as_it_is_now(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct study study;
    struct model model, again;
    struct err err = {0};
    uint32_t answer[8];
    static const size_t all[] = {0, 1, 2, 3, 4, 5, 6, 7};
    CLEANUP(buf_release) struct buf file = BUF_INIT;
    begin(&study, &arena, "station");
    assert_true(study_next(&study, 2, &err) && study_end(&study, &err));
    const struct training how = {.now = study.now, .cluster = &one};
    assert_true(train_last(&study.data, &how, &arena, &model, &err));
    model_write(&model, &file);
    if (!model_read(buf_view(&file), &arena, &again, &err))
        fail_msg("%s", err.what);
    assert_true(model_predict(&again, &study.table, &one, &(struct predict_rows){all, 8},
                              &(struct prediction){.class_index = answer}, &err));
    for (size_t r = 0; r < 8; r++)
        assert_int_equal(answer[r], r % 2);
    arena_release(&arena);
}

static void a_condition(struct study *study, struct arena *arena, enum rule_sign sign,
                        const char *column, const char *value, const char *wanted)
{
    struct err err = {0};
    struct rule rule = {.column = str_of(column), .sign = sign, .value = str_of(value)};
    rule.is_number = num_decimal(rule.value, '.', &rule.number) == NUM_OK;
    begin(study, arena, "pm");
    if (!study_split_where(study, &rule, &err))
        fail_msg("%s", err.what);
    want_parts(study, wanted);
}

static void a_condition_sets_aside_what_comes_later(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct study study;
    struct err err = {0};
    a_condition(&study, &arena, RULE_GREATER_EQUAL, "year", "1990", "lllxtttx");
    a_condition(&study, &arena, RULE_GREATER, "year", "1990", "lllxlltx");
    a_condition(&study, &arena, RULE_LESS, "year", "1989", "ttlxlllx");
    a_condition(&study, &arena, RULE_LESS_EQUAL, "year", "1989", "tttxlllx");
    a_condition(&study, &arena, RULE_GREATER_EQUAL, "day", "2016-01-01", "lllxtttt");
    const struct rule words = {.column = STR("station"), .sign = RULE_LESS, .value = STR("B")};
    begin(&study, &arena, "pm");
    assert_false(study_split_where(&study, &words, &err)); /* names have no larger or smaller */
    arena_release(&arena);
}

static void the_last_rows_of_each_group_are_set_aside(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct study study;
    struct err err = {0};
    begin(&study, &arena, "pm");
    assert_true(study_split_last(&study, 3000, &err)); /* 3/10 of 7 rows: 2 */
    want_parts(&study, "lllxlltt");
    begin(&study, &arena, "pm");
    assert_true(study_group(&study, STR("station"), &err));
    assert_true(study_split_last(&study, 5000, &err)); /* half of 4 rows of A, of 3 of B */
    want_parts(&study, "lllxtltt");
    arena_release(&arena);
}

static void stretches_are_counted_on_each_side(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct study study;
    struct err err = {0};
    begin(&study, &arena, "pm");
    assert_true(study_split_range(&study, 6, 8, &err) && study_end(&study, &err));
    want_parts(&study, "lllxlttt");
    study_stretches(&study, 2);
    static const uint32_t wanted[] = {0, 0, 1, 0, 1, 2, 2, 3};
    for (size_t r = 0; r < 8; r++)
        assert_true(r == 3 || study.data.group[r] == wanted[r]);
    assert_int_equal(study.data.group_n, 4);
    arena_release(&arena);
}

/* SHA-256("allmende 1 split\n", 00 01 … 1f, "A") begins a2006f77d646f9d1, that of B
 * 260816bdc806aa75 (hashlib). */
static void groups_between_two_draws_take_no_part(void **state)
{
    (void)state;
    static const char *const wanted[] = {"ltlxltlt", "xtxxxtxt", "lxlxlxlx"};
    const struct study_draw draw[] = {{0x3000000000000000, 0x3000000000000000},
                                      {0x3000000000000000, 0xb000000000000000},
                                      {0x1000000000000000, 0x3000000000000000}};
    struct hash salt;
    for (unsigned char i = 0; i < HASH_BYTES; i++)
        salt.at[i] = i;
    for (size_t i = 0; i < 3; i++) {
        struct arena arena = {0};
        struct study study;
        struct err err = {0};
        begin(&study, &arena, "pm");
        assert_true(study_group(&study, STR("station"), &err));
        study_split_groups(&study, &salt, &draw[i]);
        want_parts(&study, wanted[i]);
        arena_release(&arena);
    }
}

static void a_column_of_free_text_is_left_out(void **state)
{
    enum { WIDE = STUDY_CATEGORIES_MAX + 1 };
    (void)state;
    struct arena arena = {0};
    struct study study;
    struct err err = {0};
    struct table table = tables_new(&arena, WIDE, 3);
    int64_t *value = arena_get(&arena, WIDE, sizeof *value);
    for (int64_t r = 0; r < WIDE; r++)
        value[r] = r % 17;
    tables_number(&arena, &table, "a", 0, value);
    tables_number(&arena, &table, "y", 0, value);
    struct column *text = tables_number(&arena, &table, "text", 0, value);
    text->type = COLUMN_CATEGORY;
    text->code = arena_get(&arena, WIDE, sizeof *text->code);
    text->category = arena_get(&arena, WIDE, sizeof *text->category);
    text->category_n = WIDE;
    for (uint32_t r = 0; r < WIDE; r++) {
        text->category[r] = str_of(arena_printf(&arena, "%06u", r));
        text->code[r] = r;
    }
    const struct study_columns columns = {.target = STR("y"), .cluster = &one};
    assert_true(study_begin(&study, &arena, &table, &columns, &err) && study_end(&study, &err));
    assert_int_equal(study.left_out_n, 1);
    assert_int_equal(study.left_out[0], 2);
    assert_int_equal(study.data.feature_n, 1);
    const struct str only = STR("text");
    const struct study_columns alone = {
        .target = STR("y"), .feature = &only, .feature_n = 1, .cluster = &one};
    assert_true(study_begin(&study, &arena, &table, &alone, &err));
    assert_false(study_end(&study, &err));
    assert_int_equal(err.code, ERR_LIMIT);
    arena_release(&arena);
}

/* "No" counts the rows of two files; "hour" begins anew too often, and "day" has another name. */
static void a_column_that_numbers_the_rows_is_left_out(void **state)
{
    enum { TWO_FILES = 9000 };
    (void)state;
    struct arena arena = {0};
    struct study study;
    struct err err = {0};
    struct table table = tables_new(&arena, TWO_FILES, 5);
    int64_t *value[4];
    for (int64_t k = 0; k < 4; k++) {
        value[k] = arena_get(&arena, TWO_FILES, sizeof *value[k]);
        for (int64_t r = 0; r < TWO_FILES; r++)
            value[k][r] = k == 0 ? r % 4500 + 1 : k == 1 ? r % 24 : k == 2 ? r : r % 7;
    }
    tables_number(&arena, &table, "No", 0, value[0]);
    tables_number(&arena, &table, "id", 0, value[1]);
    tables_number(&arena, &table, "day", 0, value[2]);
    tables_number(&arena, &table, "y", 0, value[3]);
    const struct study_columns columns = {.target = STR("y"), .cluster = &one};
    assert_true(study_begin(&study, &arena, &table, &columns, &err) && study_end(&study, &err));
    assert_int_equal(study.left_out_n, 1);
    assert_int_equal(study.left_out[0], 0);
    struct hash whole = study.digest;
    const struct str without[] = {STR("No")};
    const struct study_columns ignored = {
        .target = STR("y"), .ignore = without, .ignore_n = 1, .cluster = &one};
    assert_true(study_begin(&study, &arena, &table, &ignored, &err) && study_end(&study, &err));
    assert_true(hash_eq(&whole, &study.digest)); /* it is as if it had been ignored */
    const struct study_columns named = {
        .target = STR("y"), .feature = without, .feature_n = 1, .cluster = &one};
    assert_true(study_begin(&study, &arena, &table, &named, &err) && study_end(&study, &err));
    assert_int_equal(study.left_out_n, 0);
    arena_release(&arena);
}

static void weights_are_read_and_balanced(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct study study;
    struct err err = {0};
    const double *weight;
    begin(&study, &arena, "station");
    study.part[1] = study.part[3] = PART_TEST; /* 4 rows of A and 2 of B are left */
    assert_true(study_end(&study, &err));
    assert_true(weights_read("balanced", &study.data, &arena, &weight, &err));
    assert_true(weight[0] == 6.0 / 8 && weight[1] == 6.0 / 4);
    assert_true(weights_read("B=2.5", &study.data, &arena, &weight, &err));
    assert_true(weight[0] == 1 && weight[1] == 2.5);
    assert_true(weights_read(NULL, &study.data, &arena, &weight, &err) && !weight);
    assert_false(weights_read("C=2", &study.data, &arena, &weight, &err));
    err_clear(&err);
    assert_false(weights_read("B=-1", &study.data, &arena, &weight, &err));
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_row_ahead_is_one_of_the_same_group),
        cmocka_unit_test(without_a_group_the_table_is_one_series),
        cmocka_unit_test(as_it_is_now_answers_what_is_there),
        cmocka_unit_test(a_class_stays_as_it_is_now),
        cmocka_unit_test(a_condition_sets_aside_what_comes_later),
        cmocka_unit_test(the_last_rows_of_each_group_are_set_aside),
        cmocka_unit_test(stretches_are_counted_on_each_side),
        cmocka_unit_test(groups_between_two_draws_take_no_part),
        cmocka_unit_test(a_column_of_free_text_is_left_out),
        cmocka_unit_test(a_column_that_numbers_the_rows_is_left_out),
        cmocka_unit_test(weights_are_read_and_balanced),
    };
    return cmocka_run_group_tests_name("study", tests, NULL, NULL);
}
