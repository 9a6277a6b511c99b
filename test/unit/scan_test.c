/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "cluster/ranks.h"
#include "learn/rng.h"
#include "learn/scan.h"

enum { ROWS = 2 * SCAN_BLOCK_ROWS + 100 };

/* One number column that holds 3, 6, 9, … and one category column a, b, a, b, … */
static struct table make(struct arena *arena)
{
    struct table table = {.rows = ROWS, .column_n = 2};
    table.column = arena_get(arena, 2, sizeof *table.column);
    struct column *number = &table.column[0], *category = &table.column[1];
    *number = (struct column){.name = STR("x"), .type = COLUMN_NUMBER};
    *category = (struct column){.name = STR("y"), .type = COLUMN_CATEGORY, .category_n = 2};
    category->category = arena_get(arena, 2, sizeof *category->category);
    category->category[0] = STR("a");
    category->category[1] = STR("b");
    number->mantissa = arena_get(arena, ROWS, sizeof *number->mantissa);
    category->code = arena_get(arena, ROWS, sizeof *category->code);
    number->missing = arena_get(arena, ROWS, 1);
    category->missing = arena_get(arena, ROWS, 1);
    for (size_t r = 0; r < ROWS; r++) {
        number->mantissa[r] = 3 * (int64_t)(r + 1);
        category->code[r] = r % 2;
    }
    return table;
}

struct sums {
    int64_t slot[16];
};

static void add_up(void *context, const struct scan_block *block, unsigned slot)
{
    struct sums *sums = context;
    for (size_t i = 0; i < block->n; i++)
        sums->slot[slot] += block->column[0].mantissa[i] * (block->column[1].code[i] ? 1 : 2);
}

static int64_t total(const struct table *table, const struct cluster *cluster, bool shared)
{
    struct sums sums = {{0}};
    struct err err = {0};
    const size_t want[] = {0, 1};
    const struct scan scan = {table, want, 2, cluster, shared, add_up, &sums};
    assert_true(scan_run(&scan, &err));
    for (unsigned s = 1; s < 16; s++)
        sums.slot[0] += sums.slot[s];
    if (shared)
        cluster_sum(cluster, sums.slot, 1);
    return sums.slot[0];
}

/* Worked by hand: 3 * (sum of all + sum of the odd ones among 1 … n). */
static int64_t expected(void)
{
    int64_t n = ROWS, odd = (n + 1) / 2;
    return 3 * (n * (n + 1) / 2 + odd * odd);
}

static void every_row_is_seen_once_on_any_number_of_threads(void **state)
{
    CLEANUP(arena_release) struct arena arena = {0};
    struct table table = make(&arena);
    (void)state;
    for (unsigned threads = 0; threads <= 5; threads++)
        assert_int_equal(total(&table, &(struct cluster){.threads = threads}, false), expected());
}

static void ranks_share_the_blocks_and_all_know_the_sum(void **state)
{
    CLEANUP(arena_release) struct arena arena = {0};
    struct table table = make(&arena);
    (void)state;
    for (unsigned ranks = 1; ranks <= 4; ranks++) {
        struct cluster_link link;
        struct cluster cluster;
        assert_true(ranks_fork(ranks, 2, &link, &cluster));
        int64_t most = cluster.rank;
        bool fine = total(&table, &cluster, true) == expected();
        cluster_max(&cluster, &most, 1);
        fine = fine && most == (int64_t)ranks - 1;
        if (cluster.rank > 0)
            _exit(fine ? 0 : 1);
        assert_true(ranks_end(&cluster, &link));
        assert_true(fine);
    }
}

static void a_rank_that_fails_is_noticed(void **state)
{
    struct cluster_link link;
    struct cluster cluster;
    (void)state;
    assert_true(ranks_fork(3, 1, &link, &cluster));
    if (cluster.rank > 0)
        _exit(cluster.rank == 2);
    assert_false(ranks_end(&cluster, &link));
}

static void some_rows_make_a_table_of_their_own(void **state)
{
    CLEANUP(arena_release) struct arena arena = {0};
    struct table table = make(&arena), some;
    struct err err = {0};
    const uint32_t row[] = {0, 5, SCAN_BLOCK_ROWS, ROWS - 1};
    const size_t want[] = {0};
    (void)state;
    assert_true(scan_gather(&table, &(struct scan_rows){row, 4, want, 1},
                            &(struct cluster){.threads = 2}, &arena, &some, &err));
    assert_int_equal(some.rows, 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(some.column[0].mantissa[i], 3 * (int64_t)(row[i] + 1));
    assert_null(some.column[1].code);
}

/* The plain way: sort all numbers, and take those that are not above the hundredth. */
static int smaller(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static void a_draw_takes_those_with_the_smallest_numbers(void **state)
{
    static uint64_t sorted[20000];
    static uint32_t drawn[20000];
    (void)state;
    for (size_t most = 1; most < 20000; most = most * 3 + 1) {
        for (size_t i = 0; i < 20000; i++)
            sorted[i] = rng_u64(3, most, i);
        qsort(sorted, 20000, sizeof *sorted, smaller);
        assert_int_equal(scan_draw(3, most, 20000, most, drawn), most);
        for (size_t i = 0; i < most; i++)
            assert_true(rng_u64(3, most, drawn[i]) <= sorted[most - 1]);
    }
}

static void a_draw_has_the_size_that_was_asked_for(void **state)
{
    uint32_t few[100], all[50];
    (void)state;
    assert_int_equal(scan_draw(7, 1, 1000, 100, few), 100);
    for (size_t i = 1; i < 100; i++)
        assert_true(few[i] > few[i - 1]);
    assert_true(few[99] < 1000);
    assert_int_equal(scan_draw(7, 1, 50, 100, all), 50);
    for (uint32_t i = 0; i < 50; i++)
        assert_int_equal(all[i], i);
    assert_int_equal(scan_draw(7, 1, 50, 0, all), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_seen_once_on_any_number_of_threads),
        cmocka_unit_test(ranks_share_the_blocks_and_all_know_the_sum),
        cmocka_unit_test(a_rank_that_fails_is_noticed),
        cmocka_unit_test(some_rows_make_a_table_of_their_own),
        cmocka_unit_test(a_draw_takes_those_with_the_smallest_numbers),
        cmocka_unit_test(a_draw_has_the_size_that_was_asked_for),
    };
    return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
