/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bins, histograms and questions, each against the simplest way to find them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "learn/branch.h"
#include "learn/gate.h"
#include "learn/loss.h"
#include "learn/rng.h"
#include "unit/tables.h"

/* --- bins --------------------------------------------------------------------------------------*/

static void few_values_are_cut_halfway(void **state)
{
    static const int64_t value[] = {-7, -4, -4, 0, 1, 365, 366, 1000};
    static const int64_t expected[] = {-6,  -2,  0,
                                       183, 365, 683}; /* rounded towards the left value */
    int64_t cut[BINS_MAX];
    (void)state;
    assert_int_equal(bins_cut(value, COUNT_OF(value), cut), COUNT_OF(expected));
    for (size_t i = 0; i < COUNT_OF(expected); i++)
        assert_int_equal(cut[i], expected[i]);
    assert_int_equal(bins_cut(value, 1, cut), 0);
}

static void many_values_are_cut_at_their_quantiles(void **state)
{
    enum { N = 25500 };
    static int64_t value[N];
    int64_t cut[BINS_MAX];
    (void)state;
    for (int64_t i = 0; i < N; i++)
        value[i] = 10 * i;
    assert_int_equal(bins_cut(value, N, cut), BINS_MAX - 1);
    for (int64_t k = 0; k < BINS_MAX - 1; k++) /* 100 values a bin */
        assert_int_equal(cut[k], 1000 * (k + 1) - 5);
    for (int64_t i = 0; i < N; i++) /* two thirds are alike, as with rain */
        value[i] = i < 17000 ? 0 : i;
    unsigned cuts = bins_cut(value, N, cut);
    assert_int_equal(cut[0], 0);
    assert_int_equal(cuts, 1 + 85); /* 0, and those of k = 170 … 254 */
    for (unsigned k = 1; k < cuts; k++)
        assert_true(cut[k] > cut[k - 1] && cut[k] < value[N - 1]);
}

/* A table of numbers drawn from several shapes, and categories. */
static struct table make(struct arena *arena, size_t rows, size_t columns, uint64_t seed)
{
    static const char *const kinds[] = {"a", "b", "c", "d", "e", NULL};
    struct table table = tables_new(arena, rows, columns);
    for (uint64_t c = 0; c < columns; c++) {
        int64_t *x = arena_get(arena, rows, sizeof *x);
        const char **text = arena_get(arena, rows, sizeof *text);
        for (uint64_t r = 0; r < rows; r++) {
            uint64_t draw = rng_u64(seed, c, r);
            bool gap = c % 2 && draw % 11 == 0;
            int64_t size = c % 5 == 0 ? 5 : c % 5 == 1 ? 100000 : MANTISSA_MAX >> draw % 50;
            x[r] = gap ? GAP : (int64_t)(draw >> 1) % size * (draw & 1 ? 1 : -1);
            text[r] = gap ? NULL : kinds[draw % (2 + c % 4)];
        }
        const char *name = arena_printf(arena, "f%03u", (unsigned)c);
        if (c % 4 == 3)
            tables_category(arena, &table, name, kinds, text);
        else
            tables_number(arena, &table, name, 0, x);
    }
    return table;
}

struct work {
    struct table table;
    struct bins bins;
    uint32_t *row;
    size_t n;
};

/* Bins for every third row and its follower. */
static struct work begin(struct arena *arena, size_t rows, size_t columns, uint64_t seed)
{
    struct work work = {.table = make(arena, rows, columns, seed)};
    struct err err = {0};
    const struct cluster cluster = {.threads = 2};
    size_t *feature = arena_get(arena, columns, sizeof *feature);
    struct model_feature *names = arena_get(arena, columns, sizeof *names);
    work.row = arena_get(arena, rows, sizeof *work.row);
    for (size_t c = 0; c < columns; c++)
        feature[c] = c;
    for (uint32_t r = 0; r < rows; r++)
        if (r % 3 < 2)
            work.row[work.n++] = r;
    const struct dataset data = {&work.table, 0, feature, columns, NULL, NULL, 0};
    const struct bins_from from = {&data, work.row, work.n, &cluster};
    assert_true(bins_learn(&from, arena, names, &work.bins, &err));
    assert_true(bins_fill(&from, arena, &work.bins, &err));
    return work;
}

static void every_cell_is_in_the_bin_that_its_cuts_say(void **state)
{
    CLEANUP(arena_release) struct arena arena = {0};
    struct work work = begin(&arena, 9000, 21, 1);
    (void)state;
    for (size_t f = 0; f < 21; f++) {
        const struct bins_feature *feature = &work.bins.feature[f];
        const struct column *column = &work.table.column[f];
        for (size_t i = 0; i < work.n; i++) {
            size_t r = work.row[i];
            unsigned bin = 0;
            for (unsigned k = 0; feature->cut && k + 1 < feature->bin_n; k++)
                bin += feature->cut[k] < column->mantissa[r];
            if (!feature->cut)
                bin = column->code[r]; /* all five kinds occur */
            if (column->missing[r])
                bin = feature->bin_n;
            assert_int_equal(bins_cells(&work.bins, f)[i * BINS_LANES], bin);
        }
    }
    bins_release(&work.bins);
}

static void rare_categories_are_as_good_as_missing(void **state)
{
    enum { ROWS = 1000, KINDS = 300 };
    CLEANUP(arena_release) struct arena arena = {0};
    struct table table = tables_new(&arena, ROWS, 1);
    const char **kinds = arena_get(&arena, KINDS + 1, sizeof *kinds);
    const char **text = arena_get(&arena, ROWS, sizeof *text);
    uint32_t row[ROWS];
    struct model_feature feature;
    struct bins bins;
    struct err err = {0};
    (void)state;
    for (uint32_t k = 0; k < KINDS; k++)
        kinds[k] = arena_printf(&arena, "%03u", k);
    for (uint32_t r = 0; r < ROWS; r++) { /* the odd ones are three times as frequent */
        text[r] = kinds[r < KINDS ? r : 2 * (r % 150) + 1];
        row[r] = r;
    }
    tables_category(&arena, &table, "kind", kinds, text);
    const struct dataset data = {&table, 0, (const size_t[]){0}, 1, NULL, NULL, 0};
    const struct bins_from from = {&data, row, ROWS, &(struct cluster){.threads = 1}};
    assert_true(bins_learn(&from, &arena, &feature, &bins, &err));
    assert_int_equal(bins.feature[0].bin_n, BINS_CATEGORIES_MAX);
    assert_int_equal(feature.category_n, BINS_CATEGORIES_MAX);
    /* 150 odd ones and the first 104 even ones: up to 206. */
    assert_int_equal(bins.feature[0].bin[206], 206);
    assert_int_equal(bins.feature[0].bin[207], 207);
    assert_int_equal(bins.feature[0].bin[208], BINS_CATEGORIES_MAX);
    assert_int_equal(bins.feature[0].bin[209], 208);
}

/* --- histograms --------------------------------------------------------------------------------*/

/* Packed at once, or afterwards, or by taking one child's from the parent's, whichever of the two
 * is packed: the sums of the plain one. */
static void it_packs_and_unpacks(const struct histogram_rows *rows,
                                 const struct histogram_room *room, const int64_t *plain)
{
    CLEANUP(arena_release) struct arena arena = {0};
    const struct cluster cluster = {.threads = 1};
    const size_t cells = histogram_cells(rows->bins), all = HISTOGRAM_ROWS * cells;
    struct histogram packed = {arena_get(&arena, cells, 8), true};
    struct histogram other = {arena_get(&arena, all, 8), false};
    int64_t *sum = arena_get(&arena, all, 8);
    histogram_make(rows, room, &cluster, &packed);
    histogram_unpack(rows->form, packed.sum, cells, sum, sum + cells, sum + 2 * cells);
    assert_memory_equal(sum, plain, all * 8);
    memcpy(other.sum, plain, all * 8);
    histogram_pack(rows->form, cells, &other);
    assert_true(other.packed);
    assert_memory_equal(other.sum, packed.sum, cells * 8);
    uint32_t *half = arena_get(&arena, rows->n, sizeof *half);
    struct histogram_rows child = *rows, rest = *rows;
    child.row = half;
    child.n = rows->n / 3;
    for (size_t k = 0; k < rows->n; k++) /* the last third, then the others */
        half[k < rows->n - child.n ? k + child.n : k - (rows->n - child.n)] =
            rows->row ? rows->row[k] : (uint32_t)k;
    rest.row = half + child.n;
    rest.n -= child.n;
    struct histogram small = {arena_get(&arena, cells, 8), true};
    histogram_make(&child, room, &cluster, &small);
    histogram_make_plain(&rest, sum);
    histogram_take(rows->form, &small, cells, &packed);
    memcpy(other.sum, plain, all * 8);
    other.packed = false;
    histogram_take(rows->form, &small, cells, &other);
    assert_memory_equal(other.sum, sum, all * 8);
    histogram_pack(rows->form, cells, &other);
    assert_memory_equal(other.sum, packed.sum, cells * 8);
}

static void the_fast_histogram_has_the_sums_of_the_plain_one(void **state)
{
    (void)state;
    for (size_t columns = 1; columns <= 34; columns++) {
        CLEANUP(arena_release) struct arena arena = {0};
        size_t rows = columns == 20 ? 60000 : 2000;
        struct work work = begin(&arena, rows, columns, columns);
        size_t all = HISTOGRAM_ROWS * histogram_cells(&work.bins), n = 0;
        int64_t *fast = arena_get(&arena, all, 8), *plain = arena_get(&arena, all, 8);
        uint64_t *packed = arena_get(&arena, (size_t)3 * HISTOGRAM_PACKED, 8);
        int64_t *wide = arena_get(&arena, 3 * all, 8);
        int32_t *word = arena_get(&arena, work.n, sizeof *word);
        uint32_t *some = arena_get(&arena, work.n, sizeof *some);
        for (uint32_t i = 0; i < work.n; i++)
            if (i % 7 != columns % 7)
                some[n++] = i;
        for (unsigned form_number = 0; form_number < 3; form_number++) {
            const struct histogram_form form =
                histogram_form(work.n, form_number > 0, form_number > 1);
            int64_t one = (int64_t)1 << form.scale_bits;
            for (size_t i = 0; i < work.n; i++) { /* often as far out as they go */
                int64_t g = i % 3 ? (i % 2 ? one - 1 : 1 - one)
                                  : (int64_t)rng_below(2, 1, i, (uint64_t)one) - one / 2;
                int64_t h = form.word_bits ? (i % 4 ? one / 4 : (int64_t)i % 5) : 0;
                word[i] = (int32_t)(g * ((int64_t)1 << form.word_bits) + h);
            }
            for (unsigned k = 0; k < 4; k++) { /* one or three threads, all or some rows */
                const struct histogram_rows which = {&work.bins, &form, word, k % 2 ? some : NULL,
                                                     k % 2 ? n : work.n};
                const struct histogram_room room = {k < 2 ? 1 : 3, packed, wide};
                const struct histogram histogram = {fast, false};
                histogram_make(&which, &room, &(struct cluster){.threads = 1}, &histogram);
                histogram_make_plain(&which, plain);
                assert_memory_equal(fast, plain, all * 8);
                if (histogram_packs(&form, (int64_t)which.n))
                    it_packs_and_unpacks(&which, &room, plain);
            }
        }
        bins_release(&work.bins);
    }
}

/* --- questions ---------------------------------------------------------------------------------*/

struct best {
    double gain;
    struct branch_sums left;
};

static double worth(const struct branch_sums *sums, double penalty)
{
    return (double)sums->g * (double)sums->g / ((double)sums->h + penalty);
}

/* Every cut of a number with missing cells on both sides; every set of categories of which there
 * are enough rows, with all others on both sides. */
static void try_all(const struct bins *bins, size_t f, const int64_t *histogram,
                    const struct branch_sums *node, const struct branch_rules *rules,
                    struct best *best)
{
    const size_t cells = histogram_cells(bins), at = bins->offset[f];
    unsigned bin_n = bins->feature[f].bin_n;
    uint64_t sets = bins->feature[f].bin ? (uint64_t)1 << (bin_n + 1) : 2 * (uint64_t)bin_n;
    for (uint64_t set = 0; set < sets; set++) {
        struct branch_sums left = {0, 0, 0};
        for (unsigned b = 0; b <= bin_n; b++) {
            bool rare =
                bins->feature[f].bin && histogram[2 * cells + at + b] < rules->least_category;
            bool in = rare                   ? set >> bin_n & 1
                      : bins->feature[f].bin ? set >> b & 1
                      : b == bin_n           ? set & 1
                                             : b <= set / 2;
            left.g += in ? histogram[at + b] : 0;
            left.h += in ? histogram[cells + at + b] : 0;
            left.n += in ? histogram[2 * cells + at + b] : 0;
        }
        struct branch_sums right = {node->g - left.g, node->h - left.h, node->n - left.n};
        if (left.n < rules->least_rows || right.n < rules->least_rows)
            continue;
        double gain = worth(&left, rules->penalty) + worth(&right, rules->penalty) -
                      worth(node, rules->penalty);
        if (gain > best->gain)
            *best = (struct best){gain, left};
    }
}

static void no_question_is_better_than_the_one_found(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 60; seed++) {
        CLEANUP(arena_release) struct arena arena = {0};
        struct work work = begin(&arena, 150, 9, 100 + seed);
        size_t all = HISTOGRAM_ROWS * histogram_cells(&work.bins);
        int64_t *histogram = arena_get(&arena, all, 8);
        int32_t *word = arena_get(&arena, work.n, sizeof *word);
        const struct histogram_form form = histogram_form(work.n, false, false);
        const struct branch_rules rules = {.least_rows = 1 + (int64_t)seed % 7,
                                           .least_category = (int64_t)(seed % 3) * 15};
        struct branch_sums node = {0, (int64_t)work.n, (int64_t)work.n};
        struct best best = {0, {0, 0, 0}};
        struct branch found;
        for (size_t i = 0; i < work.n; i++) {
            word[i] = (int32_t)rng_below(seed, 3, i, 2001) - 1000;
            node.g += word[i];
        }
        histogram_make_plain(&(struct histogram_rows){&work.bins, &form, word, NULL, work.n},
                             histogram);
        const struct histogram wide = {histogram, false};
        branch_find(&work.bins, &(struct branch_node){node, &wide, &form}, &rules, &found);
        for (size_t f = 0; f < 9; f++)
            try_all(&work.bins, f, histogram, &node, &rules, &best);
        assert_true(found.gain > 0);
        assert_true(fabs(found.gain - best.gain) <= 1e-9 * best.gain);
        /* The bins that it names have the sums that it names. */
        struct branch_sums left = {0, 0, 0};
        for (size_t i = 0; i < work.n; i++)
            if (found.left[bins_cells(&work.bins, found.feature)[i * BINS_LANES]]) {
                left.g += word[i];
                left.n++;
            }
        assert_true(left.g == found.child.g && left.n == found.child.n);
        bins_release(&work.bins);
    }
}

/* The same question from a packed histogram, whose gates leave most features out, and from a wide
 * one, which has none: nodes of all sizes, with and without hessians and missing cells. */
static void gates_shut_nothing_out(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 40; seed++) {
        CLEANUP(arena_release) struct arena arena = {0};
        struct work work = begin(&arena, (size_t)90 << seed % 6, 22, 300 + seed);
        const size_t all = HISTOGRAM_ROWS * histogram_cells(&work.bins);
        struct histogram histogram = {arena_get(&arena, all, 8), false};
        int32_t *word = arena_get(&arena, work.n, sizeof *word);
        const struct histogram_form form = histogram_form(work.n, seed % 2, seed % 4 == 3);
        const int64_t one = (int64_t)1 << (seed % 2 ? form.scale_bits : 20);
        const struct branch_rules rules = {.least_rows = 1 + (int64_t)seed % 21,
                                           .least_hessian = seed % 2,
                                           .penalty = seed % 2 ? (double)one : 0,
                                           .smooth = 10 * (double)one};
        struct branch_node node = {.histogram = &histogram, .form = &form};
        struct branch wide = {.gain = 0}, packed = {.gain = 0};
        for (size_t i = 0; i < work.n; i++) {
            int64_t g = (int64_t)rng_below(seed, 3, i, (uint64_t)one) - one / 2;
            g += bins_cells(&work.bins, seed % 22)[i * BINS_LANES] % 2 ? one / 3 : 0;
            int64_t h = seed % 2 ? (int64_t)rng_below(seed, 4, i, (uint64_t)one / 4) : 1;
            word[i] = (int32_t)(g * ((int64_t)1 << form.word_bits) + (seed % 2 ? h : 0));
            node.sums.g += g;
            node.sums.h += h;
            node.sums.n++;
        }
        histogram_make_plain(&(struct histogram_rows){&work.bins, &form, word, NULL, work.n},
                             histogram.sum);
        branch_find(&work.bins, &node, &rules, &wide);
        histogram_pack(&form, histogram_cells(&work.bins), &histogram);
        branch_find(&work.bins, &node, &rules, &packed);
        assert_true(wide.gain > 0);
        assert_true(packed.gain == wide.gain && packed.feature == wide.feature);
        assert_true(packed.bin == wide.bin && packed.missing_left == wide.missing_left);
        assert_memory_equal(packed.left, wide.left, sizeof wide.left);
        bins_release(&work.bins);
    }
}

/* Every twin of a gate says the same as the plain one, on either side of where it opens. */
static void gates_of_all_kernels_agree(void **state)
{
    enum { N = 256 };
    unsigned opened = 0, asked = 0;
    (void)state;
    for (uint64_t seed = 0; seed < 3000; seed++) {
        const struct histogram_form form = histogram_form(2000, seed % 2, false);
        const uint64_t one = (uint64_t)1 << form.scale_bits;
        int64_t packed[N], sums[3] = {0, 0, 0};
        uint64_t start = 0;
        for (uint64_t b = 0; b < N; b++) {
            uint64_t n = b >= N - seed % 9 ? 0 : rng_below(seed, 5, b, 1 + seed % 8);
            uint64_t g = n * (one / 2 + rng_below(seed, 6, b, one)); /* n times the bias in it */
            uint64_t h = form.word_bits ? n * rng_below(seed, 7, b, one / 4) : 0;
            packed[b] = (int64_t)((g << form.gradient_shift) + (h << form.hessian_shift) + n);
            sums[0] += (int64_t)(g - n * one);
            sums[1] += (int64_t)(form.word_bits ? h : n);
            sums[2] += (int64_t)n;
        }
        if (seed % 3 == 0) /* missing cells go left with all */
            start = (uint64_t)packed[7];
        struct gate gate = {.form = &form,
                            .least = 1 + (int64_t)seed % 30,
                            .n = sums[2],
                            .g = (double)sums[0],
                            .h = (double)sums[1] + 2,
                            .penalty = 1};
        double low = 0, high = 1e18; /* where the plain one shuts */
        for (unsigned i = 0; i < 80; i++) {
            gate.most = low + (high - low) / 2;
            bool open = gate_at(CPU_PLAIN)(&gate, packed, N, (int64_t)start);
            *(open ? &low : &high) = gate.most;
            for (int level = CPU_SSE2; level <= (int)cpu_level(); level++, asked++)
                assert_int_equal(gate_at((enum cpu_level)level)(&gate, packed, N, (int64_t)start),
                                 open);
            opened += open;
        }
    }
    assert_true(cpu_level() == CPU_PLAIN || (asked > 0 && opened > 0));
}

/* --- gradients ---------------------------------------------------------------------------------*/

static void probabilities_come_from_a_table_within_the_promised_error(void **state)
{
    static const char *const names[] = {"no", "yes", NULL};
    CLEANUP(arena_release) struct arena arena = {0};
    CLEANUP(loss_end) struct loss loss = {0};
    struct table table = tables_new(&arena, 4, 1);
    struct err err = {0};
    const uint32_t row[] = {0, 1, 2, 3};
    const struct model model = {.class_n = 2};
    const struct training how = {.cluster = &(struct cluster){.threads = 1}};
    (void)state;
    tables_category(&arena, &table, "y", names, (const char *const[]){"no", "yes", "no", "no"});
    const struct dataset data = {&table, 0, NULL, 0, NULL, NULL, 0};
    const struct bins_from from = {&data, row, 4, how.cluster};
    const struct bins bins = {.row = row, .n = 4};
    assert_true(loss_begin(&from, &how, &model, &bins, &loss, &err));
    for (int32_t score = -(12 << 20); score < 12 << 20; score += 997) {
        double p = 1 / (1 + exp(-ldexp(score, -LOSS_SCORE_BITS)));
        assert_true(fabs(ldexp(loss_probability(&loss, score), -24) - p) < 0x1p-17);
    }
    assert_true(loss_probability(&loss, 1 << 30) < 1 << 24);
    assert_true(loss_probability(&loss, -(1 << 30)) > 0);
    /* One of four is yes: log odds -log 3, p = 1/4; g = p - y, h = p (1 - p). */
    assert_true(fabs(loss.base[0] + log(3)) < 1e-6);
    loss_words(&loss, row, 4);
    for (size_t i = 0; i < 4; i++) {
        int32_t one = 1 << loss.form.scale_bits;
        assert_int_equal(loss.word[i] >> loss.form.word_bits, i == 1 ? -one * 3 / 4 : one / 4);
        assert_int_equal(loss.word[i] & ((1 << loss.form.word_bits) - 1), one * 3 / 16);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_values_are_cut_halfway),
        cmocka_unit_test(many_values_are_cut_at_their_quantiles),
        cmocka_unit_test(every_cell_is_in_the_bin_that_its_cuts_say),
        cmocka_unit_test(rare_categories_are_as_good_as_missing),
        cmocka_unit_test(the_fast_histogram_has_the_sums_of_the_plain_one),
        cmocka_unit_test(no_question_is_better_than_the_one_found),
        cmocka_unit_test(gates_shut_nothing_out),
        cmocka_unit_test(gates_of_all_kernels_agree),
        cmocka_unit_test(probabilities_come_from_a_table_within_the_promised_error),
    };
    return cmocka_run_group_tests_name("branch", tests, NULL, NULL);
}
