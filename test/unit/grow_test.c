/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Growing a tree: the pool of histograms is bounded and changes nothing; where rows are found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "learn/leaves.h"
#include "learn/rng.h"

/* Cells drawn at random: numbers with 200 bins and, every fifth, categories with 9; 1 of 9 cells is
 * missing. */
static struct bins make(struct arena *arena, size_t features, size_t n)
{
    struct bins bins = {.feature_n = features, .n = n};
    bins.group_n = (features + BINS_LANES - 1) / BINS_LANES;
    bins.width = (features + bins.group_n - 1) / bins.group_n;
    bins.feature = arena_get(arena, features, sizeof *bins.feature);
    bins.offset = arena_get(arena, features + 1, sizeof *bins.offset);
    bins.cell = arena_get(arena, bins.group_n * n, BINS_LANES);
    for (size_t f = 0; f < features; f++) {
        struct bins_feature *feature = &bins.feature[f];
        feature->bin_n = f % 5 == 3 ? 9 : 200;
        feature->bin = f % 5 == 3 ? arena_get(arena, 9, 1) : NULL;
        bins.offset[f + 1] = bins.offset[f] + (f % 5 == 3 ? 16 : 208);
        for (size_t i = 0; i < n; i++) {
            uint64_t draw = rng_below(7, f, i, 9 * feature->bin_n);
            bins.cell[(f / bins.width * n + i) * BINS_LANES + f % bins.width] =
                (uint8_t)(draw % 9 == 0 ? feature->bin_n : draw / 9);
        }
    }
    return bins;
}

/* Gradients that lean on the first ten features, and noise. */
static int32_t *make_words(struct arena *arena, const struct bins *bins,
                           const struct histogram_form *form)
{
    int32_t *word = arena_get(arena, bins->n, sizeof *word);
    const int64_t one = (int64_t)1 << (form->word_bits ? form->scale_bits : 20);
    for (size_t i = 0; i < bins->n; i++) {
        int64_t g = (int64_t)rng_below(8, 1, i, (uint64_t)one) - one / 2;
        for (size_t f = 0; f < 10 && f < bins->feature_n; f++)
            g += (bins_cells(bins, f)[i * BINS_LANES] / 4 % 2 ? 1 : -1) * (one / 24);
        int64_t h = form->word_bits ? 1 + (int64_t)rng_below(8, 2, i, (uint64_t)one / 4) : 0;
        word[i] = (int32_t)(g * ((int64_t)1 << form->word_bits) + h);
    }
    return word;
}

static const struct branch_rules rules = {.least_rows = 20, .penalty = 1, .smooth = 10};

static void grow(const struct bins *bins, const struct histogram_form *form, size_t pool_bytes,
                 const int32_t *word, struct grow_tree *ret)
{
    const struct cluster cluster = {.threads = 2};
    CLEANUP(grow_end)
    struct grower grower = {.bins = bins,
                            .form = form,
                            .rules = &rules,
                            .cluster = &cluster,
                            .leaves = GROW_LEAVES_MAX,
                            .all = bins->n,
                            .pool_bytes = pool_bytes};
    memset(ret, 0, sizeof *ret);
    grow_begin(&grower);
    grow_draw(&grower, 0, 256);
    grow_one(&grower, word, ret);
    for (unsigned k = 0; k < ret->leaf_n; k++) /* where they lay is no part of a tree */
        ret->leaf[k].histogram = GROW_NONE;
}

/* Bytes of this process in memory. */
static size_t resident(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    unsigned long all = 0, here = 0;
    if (!file)
        return 0;
    assert_int_equal(fscanf(file, "%lu %lu", &all, &here), 2);
    assert_int_equal(fclose(file), 0);
    return here * 4096;
}

/* 3,000 columns: a histogram takes 4 MiB, those of 31 leaves 125 MiB. */
static void a_wide_table_takes_no_more_than_the_pool(void **state)
{
    CLEANUP(arena_release) struct arena arena = {0};
    const struct bins bins = make(&arena, 3000, 1000);
    const struct histogram_form form = histogram_form(bins.n, true, false);
    const int32_t *word = make_words(&arena, &bins, &form);
    const size_t limits[] = {(size_t)16 << 20, (size_t)1 << 30};
    const struct cluster cluster = {.threads = 1};
    struct grow_tree tree;
    size_t more[2];
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        CLEANUP(grow_end)
        struct grower grower = {.bins = &bins,
                                .form = &form,
                                .rules = &rules,
                                .cluster = &cluster,
                                .leaves = GROW_LEAVES_MAX,
                                .all = bins.n,
                                .pool_bytes = limits[i]};
        size_t before = resident();
        grow_begin(&grower);
        grow_draw(&grower, 0, 256);
        grow_one(&grower, word, &tree);
        assert_true(tree.leaf_n > 20);
        more[i] = resident() - before; /* nothing is given back before the end */
    }
    if (resident() == 0)
        skip(); /* no /proc */
    assert_true(more[0] <= ((size_t)16 << 20) + ((size_t)2 << 20));
    assert_true(more[1] > (size_t)24 << 20); /* what the first would be without a bound */
}

static void a_tree_is_the_same_with_the_smallest_pool(void **state)
{
    static const size_t rows[] = {300, 2500, 30000}; /* the last begins with wide histograms */
    (void)state;
    for (size_t i = 0; i < 6; i++) {
        CLEANUP(arena_release) struct arena arena = {0};
        const struct bins bins = make(&arena, 3 + 8 * i, rows[i / 2]);
        const struct histogram_form form = histogram_form(bins.n, i % 2, false);
        const int32_t *word = make_words(&arena, &bins, &form);
        struct grow_tree with, without;
        grow(&bins, &form, 0, word, &with);
        grow(&bins, &form, 1, word, &without);
        assert_true(with.leaf_n > (i < 2 ? 3 : 25));
        assert_memory_equal(&with, &without, sizeof with);
    }
}

/* Every twin, against the list of rows that growing left in each leaf. */
static void rows_are_in_the_leaves_they_were_parted_into(void **state)
{
    (void)state;
    for (size_t features = 1; features <= 40; features += 13) {
        CLEANUP(arena_release) struct arena arena = {0};
        const struct cluster cluster = {.threads = 1};
        const struct bins bins = make(&arena, features, 3 * LEAVES_ROWS - 25);
        const struct histogram_form form = histogram_form(bins.n, true, false);
        const int32_t *word = make_words(&arena, &bins, &form);
        CLEANUP(grow_end)
        struct grower grower = {&bins,        &form, &rules, &cluster, .leaves = GROW_LEAVES_MAX,
                                .all = bins.n};
        uint8_t expected[3 * LEAVES_ROWS], found[3 * LEAVES_ROWS];
        struct grow_tree tree;
        struct leaves_plan plan;
        grow_begin(&grower);
        grow_draw(&grower, 0, 256);
        grow_one(&grower, word, &tree);
        assert_true(tree.leaf_n > 5);
        for (unsigned k = 0; k < tree.leaf_n; k++)
            for (size_t i = 0; i < tree.leaf[k].n; i++)
                expected[grower.row[tree.leaf[k].first + i]] = (uint8_t)k;
        leaves_plan(&bins, &tree, &plan);
        leaves_plain(&bins, &tree, 0, bins.n, found);
        assert_memory_equal(found, expected, bins.n);
        for (int level = CPU_SSE2; level <= (int)cpu_level(); level++)
            for (size_t first = 0, n; first < bins.n; first += n) {
                leaves_kernel *kernel = leaves_at((enum cpu_level)level);
                n = bins.n - first < LEAVES_ROWS ? bins.n - first : LEAVES_ROWS - first % 7;
                memset(found, 99, sizeof found);
                if (kernel)
                    kernel(&bins, &plan, first, n, found);
                else
                    leaves_plain(&bins, &tree, first, n, found);
                assert_memory_equal(found, expected + first, n);
            }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wide_table_takes_no_more_than_the_pool),
        cmocka_unit_test(a_tree_is_the_same_with_the_smallest_pool),
        cmocka_unit_test(rows_are_in_the_leaves_they_were_parted_into),
    };
    return cmocka_run_group_tests_name("grow", tests, NULL, NULL);
}
