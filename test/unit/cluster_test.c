/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cluster/cluster.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_block_runs_once_on_any_number_of_threads),
        cmocka_unit_test(one_thread_takes_the_blocks_in_order),
        cmocka_unit_test(no_block_is_no_work),
    };
    return cmocka_run_group_tests_name("cluster", tests, NULL, NULL);
}
