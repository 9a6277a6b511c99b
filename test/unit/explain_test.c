/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expected values: worked by hand from the two models below. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "train/drawing.h"

static struct str places[] = {{"lake", 4}, {"sea", 3}};
static struct model_feature features[] = {
    {.name = {"depth", 5}, .exponent = -1, .centre = 100, .shift = 10, .indicator = true},
    {.name = {"place", 5}, .type = COLUMN_CATEGORY, .category = places, .category_n = 2},
};

static void weights_are_told_per_unit_and_by_their_reach(void **state)
{
    (void)state;
    /* depth, depth missing, lake, sea, intercept */
    static double weight[] = {0x1p-14, -1, 0.5, -20, 7};
    struct model model = {.algorithm = STR("ridge/1"),
                          .task = TASK_REGRESSION,
                          .target = STR("fish"),
                          .target_exponent = 1,
                          .feature = features,
                          .feature_n = 2,
                          .weight = weight,
                          .input_n = 4};
    struct arena arena = {NULL};
    struct explain_weight *list;
    assert_int_equal(explain_weights(&model, 0, &arena, &list), 4);
    /* depth: 2^-14 * 2^18 = 16 in tens of fish; 1 more is 10 last digits, each 2^10 steps */
    assert_true(str_eq(list[0].category, STR("sea")) && list[0].reach == -200);
    assert_true(str_eq(list[1].feature, STR("depth")) && list[1].reach == 160);
    assert_true(fabs(list[1].per_unit - 0x1p-14 * 1024 * 10 * 10) < 1e-12);
    assert_true(list[2].missing && list[2].reach == -10);
    assert_true(str_eq(list[3].category, STR("lake")) && list[3].reach == 5);
    arena_release(&arena);
}

/*            depth <= 12.5
 *            yes: 1      no: place in {lake}, or missing
 *                            yes: 2        no: 6           */
static struct tree_node nodes[] = {
    {.feature = 0, .left = 1, .cut = 125},
    {.feature = -1, .value = 1},
    {.feature = 1, .left = 3, .cut = 0, .missing_left = true},
    {.feature = -1, .value = 2},
    {.feature = -1, .value = 6},
};

static struct model tree_model(void)
{
    static int32_t root[] = {0};
    static uint32_t set[] = {1};
    static double base[] = {10};
    return (struct model){.algorithm = STR("tree/1"),
                          .task = TASK_REGRESSION,
                          .target = STR("fish"),
                          .feature = features,
                          .feature_n = 2,
                          .trees = {.node = nodes,
                                    .node_n = 5,
                                    .root = root,
                                    .tree_n = 1,
                                    .set = set,
                                    .set_n = 1,
                                    .base = base,
                                    .output_n = 1}};
}

static void importance_follows_what_questions_part(void **state)
{
    (void)state;
    struct model model = tree_model();
    double share[2];
    /* place parts 2 from 6, reached half as often: 4 / 2; depth parts 1 from 4: 3 */
    explain_importance(&model, share);
    assert_true(fabs(share[0] - 3.0 / 5) < 1e-15 && fabs(share[1] - 2.0 / 5) < 1e-15);
}

static void a_tree_is_told_in_lines(void **state)
{
    (void)state;
    struct model model = tree_model();
    struct arena arena = {NULL};
    struct buf lines = BUF_INIT;
    struct buf svg = BUF_INIT;
    struct drawn_tree tree;
    assert_true(drawing_tree(&model, &arena, &tree));
    assert_int_equal(tree.leaves, 3);
    drawing_tree_text(&tree, &lines);
    assert_string_equal(lines.at, "depth ≤ 12.5?\n"
                                  "   yes: → 11\n"
                                  "   no: place: lake, or missing?\n"
                                  "      yes: → 12\n"
                                  "      no: → 16\n");
    drawing_tree_svg(&tree, &svg);
    assert_non_null(
        strstr(svg.at, "<title>The whole model: how it answers &quot;fish&quot;</title>"));
    assert_non_null(strstr(svg.at, "place: lake, or missing"));
    buf_release(&lines);
    buf_release(&svg);
    arena_release(&arena);
}

static void a_tree_that_is_too_large_is_not_drawn(void **state)
{
    (void)state;
    enum { INNER = DRAWING_NODES_MAX };
    struct tree_node chain[2 * INNER + 1];
    struct model model = tree_model();
    struct arena arena = {NULL};
    struct drawn_tree tree;
    memset(chain, 0, sizeof chain);
    for (int i = 0; i < INNER; i++) {
        chain[2 * i].feature = 0;
        chain[2 * i].left = 2 * i + 1;
        chain[2 * i + 1].feature = -1;
    }
    /* the right child of node 2 i stands at 2 i + 2 */
    chain[2 * INNER].feature = -1;
    model.trees.node = chain;
    model.trees.node_n = 2 * INNER + 1;
    assert_false(drawing_tree(&model, &arena, &tree));
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_are_told_per_unit_and_by_their_reach),
        cmocka_unit_test(importance_follows_what_questions_part),
        cmocka_unit_test(a_tree_is_told_in_lines),
        cmocka_unit_test(a_tree_that_is_too_large_is_not_drawn),
    };
    return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}
