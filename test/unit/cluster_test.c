/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "cluster/cluster.h"
#include "cluster/order.h"

enum { BLOCKS = 1000 };

static void count_block(void *context, size_t block, unsigned slot)
{
    unsigned *count = context;
    (void)slot;
    count[block]++;
}

static void every_block_runs_once_on_any_number_of_threads(void **state)
{
    (void)state;
    for (unsigned threads = 0; threads <= 9; threads++) {
        unsigned count[BLOCKS + 1] = {0};
        cluster_run(&(struct cluster){.threads = threads}, BLOCKS, count_block, count);
        for (size_t b = 0; b < BLOCKS; b++)
            assert_int_equal(count[b], 1);
        assert_int_equal(count[BLOCKS], 0);
    }
}

struct trace {
    size_t n;
    size_t block[BLOCKS];
};

static void note_block(void *context, size_t block, unsigned slot)
{
    struct trace *trace = context;
    (void)slot;
    trace->block[trace->n++] = block;
}

static void one_thread_takes_the_blocks_in_order(void **state)
{
    (void)state;
    struct trace trace = {.n = 0};
    cluster_run(&(struct cluster){.threads = 1}, BLOCKS, note_block, &trace);
    assert_int_equal(trace.n, BLOCKS);
    for (size_t b = 0; b < BLOCKS; b++)
        assert_int_equal(trace.block[b], b);
}

static void no_block_is_no_work(void **state)
{
    (void)state;
    cluster_run(&(struct cluster){.threads = 4}, 0, note_block, NULL);
    assert_true(cluster_processors() >= 1);
}

static void take(void *context, struct str text)
{
    buf_str(context, text);
    buf_char(context, ' ');
}

static void put(struct order *order, size_t number, const char *said)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    buf_text(&text, said);
    order_put(order, number, &text);
    assert_int_equal(text.n, 0);
}

static void what_comes_early_waits_for_its_turn(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf got = BUF_INIT;
    CLEANUP(order_release) struct order *order = order_new(take, &got);
    put(order, 2, "c");
    put(order, 4, "e");
    put(order, 1, "b");
    assert_string_equal(got.at, "");
    put(order, 0, "a");
    assert_string_equal(got.at, "a b c ");
    put(order, 5, "f"); /* 3 never comes: what lies behind it is not handed on, and is freed */
    assert_string_equal(got.at, "a b c ");
}

static void put_block(void *context, size_t block, unsigned slot)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    (void)slot;
    buf_printf(&text, "%zu", block);
    order_put(context, block, &text);
}

static void threads_hand_on_in_order(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf wanted = BUF_INIT;
    for (size_t b = 0; b < BLOCKS; b++)
        buf_printf(&wanted, "%zu ", b);
    for (unsigned threads = 1; threads <= 9; threads += 4) {
        CLEANUP(buf_release) struct buf got = BUF_INIT;
        CLEANUP(order_release) struct order *order = order_new(take, &got);
        cluster_run(&(struct cluster){.threads = threads}, BLOCKS, put_block, order);
        assert_string_equal(got.at, wanted.at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_block_runs_once_on_any_number_of_threads),
        cmocka_unit_test(one_thread_takes_the_blocks_in_order),
        cmocka_unit_test(no_block_is_no_work),
        cmocka_unit_test(what_comes_early_waits_for_its_turn),
        cmocka_unit_test(threads_hand_on_in_order),
    };
    return cmocka_run_group_tests_name("cluster", tests, NULL, NULL);
}
