/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files expected here are written by hand from docs/format/model.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "learn/train.h"
#include "unit/tables.h"

enum { ROWS = 6 };

static const uint8_t part[ROWS] = {0, 0, 0, 0, 0, 1};
static const size_t all_rows[ROWS] = {0, 1, 2, 3, 4, 5};
static const struct cluster alone = {.threads = 1};
static const struct training one_thread = {.cluster = &alone};

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

/* As bytes: 0.5, -0 (written as 0), 3. */
#define RIDGE_HEADER                                                                               \
    "allmende-model 1\n"                                                                           \
    "{\"algorithm\":\"ridge/1\",\"arrays\":[{\"kind\":\"f64\",\"n\":3,\"name\":\"weights\"}],"     \
    "\"classes\":[],\"digest\":\"" ZEROS "\",\"features\":["                                       \
    "{\"centre\":\"-12\",\"exponent\":-1,\"indicator\":1,\"name\":\"a\\\"\\\\\\u000a\xC3\xA4\","   \
    "\"shift\":-3,\"type\":\"number\"}],\"recipe\":{\"penalty\":1},"                               \
    "\"target\":{\"exponent\":2,\"name\":\"y\"},\"task\":\"regression\"}\n"
static const char ridge_file[] = RIDGE_HEADER "\0\0\0\0\0\0\xE0\x3F"
                                              "\0\0\0\0\0\0\0\0"
                                              "\0\0\0\0\0\0\x08\x40";

#define RULE_HEADER                                                                                \
    "allmende-model 1\n"                                                                           \
    "{\"algorithm\":\"rule/1\",\"arrays\":[{\"kind\":\"i32\",\"n\":1,\"name\":\"majority\"}],"     \
    "\"classes\":[\"no\",\"yes\"],\"digest\":\"" ZEROS "\",\"features\":["                         \
    "{\"categories\":[],\"name\":\"place\",\"type\":\"category\"}],"                               \
    "\"recipe\":{\"rule\":\"place = weir -> yes\"},\"target\":{\"name\":\"fish\"},"                \
    "\"task\":\"classification\"}\n"
static const char rule_file[] = RULE_HEADER "\0\0\0\0";

static struct str file_of(const char *bytes, size_t size)
{
    return (struct str){bytes, size - 1};
}

static void a_model_is_written_to_the_byte(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf out = BUF_INIT;
    struct model_feature feature = {.name = STR("a\"\\\n\xC3\xA4"),
                                    .exponent = -1,
                                    .centre = -12,
                                    .shift = -3,
                                    .indicator = true};
    double weight[] = {0.5, -0.0, 3};
    struct model model = {.algorithm = STR("ridge/1"),
                          .task = TASK_REGRESSION,
                          .target = STR("y"),
                          .target_exponent = 2,
                          .feature = &feature,
                          .feature_n = 1,
                          .weight = weight,
                          .input_n = 2};
    model_write(&model, &out);
    assert_int_equal(out.n, sizeof ridge_file - 1);
    assert_memory_equal(out.at, ridge_file, out.n);
}

static void what_was_written_is_read_and_written_again(void **state)
{
    (void)state;
    const struct str files[] = {file_of(ridge_file, sizeof ridge_file),
                                file_of(rule_file, sizeof rule_file)};
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        struct arena arena = {0};
        struct err err = {0};
        struct model model;
        assert_true(model_read(files[i], &arena, &model, &err));
        struct hash id = model_id(&model), expected = hash_of(files[i].at, files[i].n);
        assert_true(hash_eq(&id, &expected));
        arena_release(&arena);
    }
}

static void assert_refused(const char *bytes, size_t n, enum err_code code)
{
    struct arena arena = {0};
    struct err err = {0};
    struct model model;
    assert_false(model_read((struct str){bytes, n}, &arena, &model, &err));
    assert_int_equal(err.code, code);
    arena_release(&arena);
}

static void a_file_cut_or_lengthened_is_refused(void **state)
{
    (void)state;
    size_t whole = sizeof ridge_file - 1;
    char *copy = malloc(whole + 1);
    assert_non_null(copy);
    memcpy(copy, ridge_file, whole + 1);
    for (size_t n = 0; n < whole; n++) /* "allmende-model 1" could become a "10" */
        assert_refused(copy, n, n == 15 || n == 16 ? ERR_UNSUPPORTED : ERR_INPUT);
    assert_refused(copy, whole + 1, ERR_INPUT);
    free(copy);
}

/* Replaces the first `old` by `new`; both of the same length. */
static void assert_changed_is_refused(const char *old, const char *new, enum err_code code)
{
    char copy[sizeof ridge_file];
    memcpy(copy, ridge_file, sizeof copy);
    char *at = strstr(copy, old);
    assert_non_null(at);
    assert_int_equal(strlen(old), strlen(new));
    memcpy(at, new, strlen(new));
    assert_refused(copy, sizeof copy - 1, code);
}

static void a_header_changed_anywhere_is_refused(void **state)
{
    (void)state;
    assert_changed_is_refused("model 1", "model 2", ERR_UNSUPPORTED);
    assert_changed_is_refused("ridge/1", "ridge/3", ERR_UNSUPPORTED);
    assert_changed_is_refused("\"n\":3", "\"n\":4", ERR_INPUT);
    assert_changed_is_refused("\"-12\"", "\"-0\" ", ERR_INPUT);
    assert_changed_is_refused("-12", "012", ERR_INPUT);
    assert_changed_is_refused("\"shift\":-3", "\"shift\":99", ERR_INPUT);
    assert_changed_is_refused("\"indicator\":1", "\"indicator\":0", ERR_INPUT);
    assert_changed_is_refused("\"task\"", "\"tusk\"", ERR_INPUT);
    assert_changed_is_refused("{\"algo", " \"algo", ERR_INPUT);
    assert_changed_is_refused("\\u000a", "\\u000A", ERR_INPUT); /* not the form we write */
}

static void a_number_that_no_model_has_is_refused(void **state)
{
    (void)state;
    static const char *const bits[] = {"\xF0\x7F", "\xF8\x7F", "\x00\x80", "\x90\x78"};
    for (size_t i = 0; i < COUNT_OF(bits); i++) { /* infinity, NaN, -0, 2^906 */
        char copy[sizeof ridge_file];
        memcpy(copy, ridge_file, sizeof copy);
        memcpy(copy + sizeof copy - 1 - 16 - 2, bits[i], 2);
        assert_refused(copy, sizeof copy - 1, ERR_INPUT);
    }
}

/* Columns: 0 light (tenths), 1 place, 2 fish, 3 count. */
static struct table pond(struct arena *arena)
{
    struct table table = tables_new(arena, ROWS, 4);
    tables_number(arena, &table, "light", -1, (const int64_t[]){3650, 3651, GAP, 10, 9999, 3650});
    tables_category(arena, &table, "place", (const char *const[]){"ford", "weir", NULL},
                    (const char *const[]){"weir", "ford", "weir", "ford", NULL, "weir"});
    tables_category(arena, &table, "fish", (const char *const[]){"many", "no", "yes", NULL},
                    (const char *const[]){"no", "yes", "yes", "no", "yes", "many"});
    tables_number(arena, &table, "count", -2, (const int64_t[]){1, 2, 4, GAP, 4, 1000});
    return table;
}

static struct dataset pond_data(const struct table *table, size_t target)
{
    static const size_t features[] = {0, 1};
    return (struct dataset){table, target, features, 2, part, NULL, 0};
}

static void the_most_frequent_class_is_the_smaller_of_two(void **state)
{
    (void)state;
    static const uint8_t fold[ROWS] = {0, 0, 0, 0, 1, 0};
    struct arena arena = {0};
    struct err err = {0};
    struct table table = pond(&arena);
    struct dataset data = pond_data(&table, 2);
    struct model model;
    assert_true(train_constant(&data, &one_thread, &arena, &model, &err));
    assert_int_equal(model.majority, 2); /* yes: 3 of 5 */
    struct training folded = {.fold = fold, .leave_out = 1, .cluster = &alone};
    assert_true(train_constant(&data, &folded, &arena, &model, &err));
    assert_int_equal(model.majority, 1); /* two against two */
    arena_release(&arena);
}

static void the_mean_is_rounded_once(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct err err = {0};
    struct table table = pond(&arena);
    struct dataset data = pond_data(&table, 3);
    struct model model;
    double value[1];
    struct prediction prediction = {.value = value};
    assert_true(train_constant(&data, &one_thread, &arena, &model, &err));
    assert_true(model_predict(&model, &table, &alone, &(struct predict_rows){all_rows, 1},
                              &prediction, &err));
    assert_true(value[0] == 2.75 / 100); /* (1 + 2 + 4 + 4) / 4 hundredths */
    arena_release(&arena);
}

static void assert_rule_gives(const char *rule, const char *expected)
{
    struct arena arena = {0};
    struct err err = {0};
    struct table table = pond(&arena);
    struct dataset data = pond_data(&table, 2);
    struct model model;
    uint32_t class_index[ROWS];
    struct prediction prediction = {.class_index = class_index};
    assert_true(train_rule(&data, &(struct training){.rule = str_of(rule), .cluster = &alone},
                           &arena, &model, &err));
    assert_true(model_predict(&model, &table, &alone, &(struct predict_rows){all_rows, ROWS},
                              &prediction, &err));
    for (size_t r = 0; r < ROWS; r++)
        assert_int_equal(model.class_name[class_index[r]].at[0], expected[r]);
    arena_release(&arena);
}

/* m many, n no, y yes. Where the rule does not hold, the majority of the training rows left. */
static void rules_compare_exactly_and_missing_cells_never_hold(void **state)
{
    (void)state;
    assert_rule_gives("light > 365 -> many", "nmnnmn");
    assert_rule_gives("light >= 365.00 -> many", "mmnnmm");
    assert_rule_gives("light<1000e-3->many", "yyyyyy");
    assert_rule_gives("light <= 1 -> many", "yyymyy");
    assert_rule_gives("light = 365.1 -> no", "nnnnnn");
    assert_rule_gives("place = weir -> no", "nynyyn");
}

static void rules_that_are_not_understood_are_refused(void **state)
{
    (void)state;
    static const char *const rules[] = {"light > 365",
                                        "light > -> yes",
                                        "dark > 3 -> yes",
                                        "light ~ 3 -> yes",
                                        "light > weir -> no",
                                        "place > weir -> yes",
                                        "light > 3 -> perch",
                                        "count > 3 -> yes",
                                        "fish = no -> no",
                                        "light > \xC0 -> yes",
                                        ""};
    struct arena arena = {0};
    struct table table = pond(&arena);
    struct dataset data = pond_data(&table, 2);
    for (size_t i = 0; i < COUNT_OF(rules); i++) {
        struct model model;
        struct err err = {0};
        assert_false(train_rule(&data,
                                &(struct training){.rule = str_of(rules[i]), .cluster = &alone},
                                &arena, &model, &err));
        assert_int_equal(err.code, ERR_INPUT);
    }
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_is_written_to_the_byte),
        cmocka_unit_test(what_was_written_is_read_and_written_again),
        cmocka_unit_test(a_file_cut_or_lengthened_is_refused),
        cmocka_unit_test(a_header_changed_anywhere_is_refused),
        cmocka_unit_test(a_number_that_no_model_has_is_refused),
        cmocka_unit_test(the_most_frequent_class_is_the_smaller_of_two),
        cmocka_unit_test(the_mean_is_rounded_once),
        cmocka_unit_test(rules_compare_exactly_and_missing_cells_never_hold),
        cmocka_unit_test(rules_that_are_not_understood_are_refused),
    };
    return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
