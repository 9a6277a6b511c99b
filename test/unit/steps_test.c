/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Climbing: whole groups are left out, the lowest sufficient step is chosen, and the gap between
 * the two ways to fold shows in a table made for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "learn/rng.h"
#include "train/folding.h"
#include "train/steps.h"
#include "train/study.h"

enum { GROUPS = 12, EACH = 20, ROWS = GROUPS * EACH, FEATURES = 8, CLASS = FEATURES, SITE };

static uint64_t seed = 1;

/* Eight features and a class. `fingerprint`: all features are the group's own, and so is the class,
 * unrelated to them; else the class is the sign of the first feature in every row. */
static void make_table(struct arena *arena, bool fingerprint, struct table *ret)
{
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "class", "site"};
    *ret = (struct table){.rows = ROWS, .column_n = SITE + 1};
    ret->column = arena_get(arena, ret->column_n, sizeof *ret->column);
    for (size_t c = 0; c < ret->column_n; c++) {
        struct column *column = &ret->column[c];
        column->name = str_of(names[c]);
        column->missing = arena_get(arena, ROWS, 1);
        column->type = c < FEATURES ? COLUMN_NUMBER : COLUMN_CATEGORY;
        column->mantissa = arena_get(arena, ROWS, sizeof *column->mantissa);
        column->code = arena_get(arena, ROWS, sizeof *column->code);
    }
    ret->column[CLASS].category = arena_get(arena, 2, sizeof(struct str));
    ret->column[CLASS].category[0] = STR("no");
    ret->column[CLASS].category[1] = STR("yes");
    ret->column[CLASS].category_n = 2;
    ret->column[SITE].category = arena_get(arena, GROUPS, sizeof(struct str));
    ret->column[SITE].category_n = GROUPS;
    for (size_t g = 0; g < GROUPS; g++)
        ret->column[SITE].category[g] = str_of(arena_printf(arena, "s%02zu", g));
    for (size_t r = 0; r < ROWS; r++) {
        uint64_t g = r / EACH;
        uint64_t key = fingerprint ? g : r;
        for (size_t c = 0; c < FEATURES; c++)
            ret->column[c].mantissa[r] = ((int64_t)rng_below(seed, c, key, 2001) - 1000) * 10 + 3;
        ret->column[CLASS].code[r] =
            fingerprint ? (uint32_t)(g % 2) : ret->column[0].mantissa[r] > 3;
        ret->column[SITE].code[r] = (uint32_t)g;
    }
}

struct set_up {
    struct arena arena;
    struct table table;
    struct study study;
    struct recipe recipe;
    struct ladder ladder;
};

static const struct cluster one = {.threads = 1}, three = {.threads = 3};

static void climb(struct set_up *s, bool fingerprint, const char *rule)
{
    static const struct str site = {"site", 4};
    struct err err = {0};
    const struct hash salt = hash_of("salt", 4);
    const struct study_columns columns = {.target = STR("class"), .classes = true};
    make_table(&s->arena, fingerprint, &s->table);
    assert_true(study_begin(&s->study, &s->arena, &s->table, &columns, &err));
    assert_true(study_group(&s->study, site, &err));
    struct study_draw draw;
    assert_true(study_draw_groups(&s->study, &salt, 2500, &draw, &err));
    study_split_groups(&s->study, &salt, &draw);
    assert_true(study_end(&s->study, &err));
    s->recipe.metric = METRIC_ACCURACY;
    s->recipe.rule = str_of(rule);
    s->recipe.margin = 0.01;
    s->recipe.confidence = 0.95;
    s->recipe.least_units = 5;
    s->recipe.salt = salt;
    s->recipe.group_key = s->study.group.key;
    s->recipe.cluster = &one;
    if (!s->recipe.rungs)
        s->recipe.rungs = 3;
    if (!steps_climb(&s->study.data, &s->recipe, &s->arena, &s->ladder, &err))
        fail_msg("%s", err.what);
}

static void three_of_twelve_groups_are_set_aside_whole(void **state)
{
    struct set_up s = {.recipe = {.rungs = 0}};
    (void)state;
    climb(&s, false, NULL);
    assert_int_equal(s.study.groups_test, 3);
    assert_int_equal(s.study.rows_of[PART_TEST], 3 * EACH);
    for (size_t r = 1; r < ROWS; r++)
        if (r / EACH == (r - 1) / EACH)
            assert_int_equal(s.study.part[r], s.study.part[r - 1]);
    arena_release(&s.arena);
}

static void a_model_that_helps_is_chosen(void **state)
{
    struct set_up s = {.recipe = {.rungs = 0}};
    (void)state;
    climb(&s, false, NULL);
    assert_int_equal(s.ladder.step_n, 3); /* majority, ridge, logistic */
    assert_int_equal(s.ladder.step[s.ladder.chosen].rung, 1);
    assert_true(s.ladder.step[1].cv.value > 0.9);
    assert_int_equal(s.ladder.step[1].cv.units, 9);
    arena_release(&s.arena);
}

static void a_rule_that_is_as_good_makes_the_model_unnecessary(void **state)
{
    struct set_up s = {.recipe = {.rungs = 0}};
    (void)state;
    climb(&s, false, "a > 3 -> yes");
    assert_int_equal(s.ladder.step_n, 4);
    assert_int_equal(s.ladder.chosen, 1);
    assert_true(str_eq(s.ladder.step[1].model.algorithm, STR("rule/1")));
    assert_true(s.ladder.step[1].cv.value == 1);
    arena_release(&s.arena);
}

static void climbing_stops_where_the_goal_is_cleared(void **state)
{
    struct set_up s = {.recipe = {.has_goal = true, .threshold = 0.6, .comparator = AT_LEAST}};
    (void)state;
    climb(&s, false, "a > 3 -> yes");
    assert_int_equal(s.ladder.step_n, 2);
    assert_true(s.ladder.stopped);
    assert_int_equal(s.ladder.chosen, 1);
    arena_release(&s.arena);
}

static void one_step_by_its_number_is_not_judged(void **state)
{
    struct set_up s = {.recipe = {.rungs = 2}};
    (void)state;
    climb(&s, false, NULL);
    assert_int_equal(s.ladder.step_n, 1); /* the last of step 1 in the table */
    assert_true(str_eq(s.ladder.step[0].model.algorithm, STR("logistic/2")));
    assert_false(s.ladder.step[0].has_cv);
    assert_false(s.ladder.has_gap);
    assert_non_null(s.ladder.why_none);
    arena_release(&s.arena);
}

static void fingerprints_of_places_look_better_than_they_are(void **state)
{
    struct set_up s = {.recipe = {.rungs = 0}};
    struct set_up t = {.recipe = {.rungs = 0}};
    (void)state;
    climb(&s, false, NULL); /* rows are independent: no gap to speak of */
    assert_true(s.ladder.has_gap);
    assert_true(s.ladder.gap.low <= 0 && s.ladder.gap.value < 0.05);
    climb(&t, true, NULL);
    assert_true(t.ladder.has_gap);
    assert_true(t.ladder.gap_step > 0);
    assert_true(t.ladder.gap.value > 0.1);
    arena_release(&s.arena);
    arena_release(&t.arena);
}

static void where_both_ways_answer_alike_there_is_no_gap(void **state)
{
    struct set_up s = {.recipe = {.rungs = 0}};
    (void)state;
    climb(&s, false, "a > 3 -> yes"); /* a rule answers the same, whatever is left out */
    assert_int_equal(s.ladder.chosen, 1);
    assert_false(s.ladder.has_gap);
    arena_release(&s.arena);
}

static void threads_change_no_bit(void **state)
{
    struct set_up s = {.recipe = {.rungs = 0}};
    struct set_up t = {.recipe = {.rungs = 0}};
    (void)state;
    climb(&s, false, NULL);
    climb(&t, false, NULL);
    t.recipe.cluster = &three;
    struct err err = {0};
    assert_true(steps_climb(&t.study.data, &t.recipe, &t.arena, &t.ladder, &err));
    assert_true(hash_eq(&s.ladder.step[1].id, &t.ladder.step[1].id));
    assert_memory_equal(&s.ladder.gap, &t.ladder.gap, sizeof s.ladder.gap.value);
    arena_release(&s.arena);
    arena_release(&t.arena);
}

static void trees_too_look_better_than_they_are_on_fingerprints(void **state)
{
    double gap = 0;
    (void)state;
    /* Nine groups whose class is a coin's: one table alone may be lucky. */
    for (seed = 1; seed <= 8; seed++) {
        struct set_up s = {.recipe = {.rungs = 5}};
        struct set_up t = {.recipe = {.rungs = 5}};
        climb(&s, false, NULL);
        assert_true(!s.ladder.has_gap || (s.ladder.gap.low <= 0 && s.ladder.gap.value < 0.05));
        climb(&t, true, NULL);
        assert_true(t.ladder.has_gap && t.ladder.gap.value > 0);
        assert_int_equal(t.ladder.step[t.ladder.gap_step].rung, 2);
        gap += t.ladder.gap.value / 8;
        arena_release(&s.arena);
        arena_release(&t.arena);
    }
    seed = 1;
    assert_true(gap > 0.3); /* all right when rows are drawn, half right when groups are left out */
}

/* The last of its algorithms stands for a step that is asked for by its number. */
static void weights_go_to_the_algorithms_that_heed_them(void **state)
{
    static const double even[] = {1, 1}, uneven[] = {1, 50};
    struct set_up s = {.recipe = {.rungs = 2, .class_weight = even}};
    struct set_up t = {.recipe = {.rungs = 2, .class_weight = uneven}};
    struct set_up u = {.recipe = {.rungs = 2}};
    (void)state;
    climb(&s, false, NULL);
    climb(&t, false, NULL);
    climb(&u, false, NULL);
    assert_true(hash_eq(&s.ladder.step[0].id, &u.ladder.step[0].id));
    assert_false(hash_eq(&s.ladder.step[0].id, &t.ladder.step[0].id));
    arena_release(&s.arena);
    arena_release(&t.arena);
    arena_release(&u.arena);
}

static void a_spent_budget_ends_the_climb(void **state)
{
    /* Begun long ago: all of it is spent when the first step is done. */
    static const struct meter meter = {.cpu_s = -1000};
    struct set_up s = {.recipe = {.meter = &meter, .budget_s = 1}};
    (void)state;
    climb(&s, false, NULL);
    assert_true(s.ladder.spent);
    assert_int_equal(s.ladder.step_n, 1);
    assert_int_equal(s.ladder.chosen, 0);
    arena_release(&s.arena);
}

/* Five groups of 8,000 rows: cross-validation takes rows of all of them, not one group. */
static void few_large_groups_all_take_part(void **state)
{
    enum { LARGE = 8000, FEW = 5 };
    struct arena arena = {0};
    struct table table;
    struct err err = {0};
    struct folding folding;
    (void)state;
    make_table(&arena, false, &table);
    for (size_t c = 0; c < table.column_n; c++) {
        struct column *column = &table.column[c];
        column->missing = arena_get(&arena, LARGE * FEW, 1);
        column->mantissa = arena_get(&arena, LARGE * FEW, sizeof *column->mantissa);
        column->code = arena_get(&arena, LARGE * FEW, sizeof *column->code);
        for (size_t r = 0; r < LARGE * FEW; r++) {
            column->mantissa[r] = (int64_t)rng_below(2, c, r, 1000) * 10 + 3;
            column->code[r] = (uint32_t)(c == SITE ? r / LARGE : r % 2);
        }
    }
    table.rows = LARGE * FEW;
    struct study study;
    const struct study_columns columns = {.target = STR("class"), .cluster = &three};
    assert_true(study_begin(&study, &arena, &table, &columns, &err));
    assert_true(study_group(&study, STR("site"), &err) && study_end(&study, &err));
    const struct recipe recipe = {
        .salt = hash_of("salt", 4), .group_key = study.group.key, .cluster = &three};
    assert_true(folding_make(&study.data, &recipe, &arena, &folding, &err));
    assert_int_equal(folding.n, FOLDING_ROWS);
    assert_int_equal(folding.data.group_n, FEW);
    assert_int_equal(folding.folds, FEW);
    size_t in_first = 0;
    for (size_t i = 0; i < folding.n; i++)
        in_first += folding.by_group[i] == folding.by_group[0];
    assert_in_range(in_first, FOLDING_ROWS / FEW - 500, FOLDING_ROWS / FEW + 500);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_of_twelve_groups_are_set_aside_whole),
        cmocka_unit_test(a_model_that_helps_is_chosen),
        cmocka_unit_test(a_rule_that_is_as_good_makes_the_model_unnecessary),
        cmocka_unit_test(climbing_stops_where_the_goal_is_cleared),
        cmocka_unit_test(one_step_by_its_number_is_not_judged),
        cmocka_unit_test(fingerprints_of_places_look_better_than_they_are),
        cmocka_unit_test(where_both_ways_answer_alike_there_is_no_gap),
        cmocka_unit_test(threads_change_no_bit),
        cmocka_unit_test(trees_too_look_better_than_they_are_on_fingerprints),
        cmocka_unit_test(weights_go_to_the_algorithms_that_heed_them),
        cmocka_unit_test(a_spent_budget_ends_the_climb),
        cmocka_unit_test(few_large_groups_all_take_part),
    };
    return cmocka_run_group_tests_name("steps", tests, NULL, NULL);
}
