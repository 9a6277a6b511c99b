/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums of products, against three loops over integers; parts of columns, put together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "cluster/ranks.h"
#include "learn/moments.h"
#include "learn/rng.h"
#include "unit/tables.h"

enum { ROWS = SCAN_BLOCK_ROWS + 500, NUMBERS = 9, CATEGORIES = 3, COLUMNS = 14 };

static const char *const kinds[] = {"a", "b", "c", "d", NULL};

/* Nine numbers (every third with gaps), three categories with gaps; a class, a number as targets.
 */
static struct table make(struct arena *arena)
{
    struct table table = tables_new(arena, ROWS, COLUMNS);
    int64_t *values = arena_get(arena, ROWS, sizeof *values);
    const char **texts = arena_get(arena, ROWS, sizeof *texts);
    for (uint64_t c = 0; c < COLUMNS; c++) {
        const char *name = arena_printf(arena, "f%02u", (unsigned)c);
        bool category = c >= NUMBERS && c < COLUMNS - 1;
        for (uint64_t r = 0; r < ROWS; r++) {
            bool gap = c % 3 == 0 && c < NUMBERS + CATEGORIES && rng_below(7, c, r, 9) == 0;
            texts[r] = gap ? NULL : kinds[rng_below(8, c, r, 4)];
            values[r] = gap ? GAP : (int64_t)rng_below(9, c, r, c == 4 ? 3 : 1000003) - 400000;
        }
        if (category)
            tables_category(arena, &table, name, kinds, texts);
        else
            tables_number(arena, &table, name, -2, values);
    }
    return table;
}

struct made {
    struct table table;
    struct model_feature feature[NUMBERS + CATEGORIES];
    struct inputs inputs;
    uint32_t row[ROWS];
    struct moments_of of;
};

static void make_all(struct made *made, size_t target, struct arena *arena)
{
    static size_t features[NUMBERS + CATEGORIES];
    const struct cluster alone = {.threads = 1};
    struct err err = {0};
    size_t n = 0;
    made->table = make(arena);
    for (size_t f = 0; f < NUMBERS + CATEGORIES; f++)
        features[f] = f;
    for (uint32_t r = 0; r < ROWS; r++) /* the second block as a whole, some of the first */
        if (r >= SCAN_BLOCK_ROWS || r % 3)
            made->row[n++] = r;
    struct dataset data = {&made->table, target, features, NUMBERS + CATEGORIES, NULL, NULL, 0};
    assert_true(inputs_learn(&(struct inputs_from){&data, made->row, n, &alone}, arena,
                             made->feature, &err));
    assert_true(
        inputs_bind(made->feature, NUMBERS + CATEGORIES, &made->table, arena, &made->inputs, &err));
    made->of = (struct moments_of){.table = &made->table,
                                   .inputs = &made->inputs,
                                   .row = made->row,
                                   .n = n,
                                   .target = &made->table.column[target]};
    if (made->of.target->type == COLUMN_NUMBER)
        made->of.target_quant = quant_fit(made->of.target, made->row, n);
}

/* z of a row, cell by cell, as moments.h defines it; returns how many. */
static size_t row_of(const struct made *made, uint32_t row, int64_t *z)
{
    size_t n = 0;
    const struct column *target = made->of.target;
    z[n++] = 1;
    for (size_t f = 0; f < NUMBERS + CATEGORIES; f++) {
        const struct model_feature *feature = &made->feature[f];
        const struct column *column = &made->table.column[f];
        struct quant quant = {feature->exponent, feature->centre, feature->shift};
        for (size_t k = 0; k < feature->category_n; k++)
            z[n++] = !column->missing[row] &&
                     str_eq(feature->category[k], column->category[column->code[row]]);
        if (column->type == COLUMN_NUMBER)
            z[n++] = column->missing[row]
                         ? 0
                         : quant_value(&quant, column->mantissa[row], column->exponent);
        if (feature->indicator)
            z[n++] = column->missing[row];
    }
    for (size_t k = 0; k < target->category_n; k++)
        z[n++] = target->code[row] == k ? 1 : -1;
    if (target->type == COLUMN_NUMBER)
        z[n++] = quant_value(&made->of.target_quant, target->mantissa[row], target->exponent);
    return n;
}

static void assert_same_as_loops(const struct made *made, const struct moments *m)
{
    enum { WIDEST = 64 };
    int64_t sum[WIDEST][WIDEST] = {{0}}, z[WIDEST];
    size_t width = 0;
    for (size_t r = 0; r < made->of.n; r++) {
        width = row_of(made, made->row[r], z);
        for (size_t i = 0; i < width; i++)
            for (size_t j = 0; j < width; j++)
                sum[i][j] += z[i] * z[j];
    }
    assert_int_equal(width, 1 + m->p + m->outputs);
    for (size_t i = 0; i < width; i++)
        for (size_t j = 0; j < width; j++)
            assert_true(moments_of(m, i, j) == sum[i][j]);
}

static void sums_are_those_of_three_loops(void **state)
{
    (void)state;
    for (size_t target = COLUMNS - 2; target < COLUMNS; target++)
        for (unsigned threads = 1; threads <= 3; threads++) {
            CLEANUP(arena_release) struct arena arena = {0};
            struct made *made = arena_get(&arena, 1, sizeof *made);
            CLEANUP(moments_release) struct moments m = {.n = 0};
            struct err err = {0};
            make_all(made, target, &arena);
            assert_true(moments_sum(&made->of, &(struct cluster){.threads = threads}, &m, &err));
            assert_same_as_loops(made, &m);
        }
}

static void ranks_have_the_same_sums(void **state)
{
    CLEANUP(arena_release) struct arena arena = {0};
    struct made *made = arena_get(&arena, 1, sizeof *made);
    CLEANUP(moments_release) struct moments m = {.n = 0};
    struct cluster_link link;
    struct cluster cluster;
    struct err err = {0};
    (void)state;
    make_all(made, COLUMNS - 2, &arena);
    assert_true(ranks_fork(3, 1, &link, &cluster));
    bool done = moments_sum(&made->of, &cluster, &m, &err);
    if (cluster.rank)
        _exit(!(done && ranks_end(&cluster, &link)));
    assert_true(ranks_end(&cluster, &link));
    assert_true(done);
    assert_same_as_loops(made, &m);
}

/* 10, 20, gap, 60 in units of 1: worked by hand. */
static void a_covariance_is_that_of_the_textbook(void **state)
{
    CLEANUP(arena_release) struct arena arena = {0};
    CLEANUP(moments_release) struct moments m = {.n = 0};
    const struct cluster alone = {.threads = 1};
    struct err err = {0};
    struct inputs inputs;
    struct model_feature feature[2];
    static const uint32_t row[] = {0, 1, 2, 3};
    struct table table = tables_new(&arena, 4, 2);
    (void)state;
    tables_number(&arena, &table, "a", 0, (const int64_t[]){10, 20, GAP, 60});
    tables_number(&arena, &table, "b", 0, (const int64_t[]){1, 2, 3, 2});
    struct dataset data = {&table, 1, (const size_t[]){0, 1}, 2, NULL, NULL, 0};
    assert_true(inputs_learn(&(struct inputs_from){&data, row, 4, &alone}, &arena, feature, &err));
    assert_true(inputs_bind(feature, 2, &table, &arena, &inputs, &err));
    assert_true(
        moments_sum(&(struct moments_of){.table = &table, .inputs = &inputs, .row = row, .n = 4},
                    &alone, &m, &err));
    /* a: centre 30, so -20, -10, 0, 30 times 2^shift; its indicator 0, 0, 1, 0; b: -1, 0, 1, 0. */
    double unit = (double)(1 << feature[0].shift), other = (double)(1 << feature[1].shift);
    assert_int_equal(m.p, 3);
    assert_true(moments_covariance(&m, 1, 1) == 1400 * unit * unit);
    assert_true(moments_covariance(&m, 2, 2) == 0.75);
    assert_true(moments_covariance(&m, 1, 2) == 0);
    assert_true(moments_covariance(&m, 1, 3) == 20 * unit * other);
    assert_true(moments_covariance(&m, 2, 3) == 1 * other);
    assert_true(moments_mean(&m, 2) == 0.25);
}

static void parts_of_a_column_give_its_mean_and_range(void **state)
{
    CLEANUP(arena_release) struct arena arena = {0};
    const int64_t far = MANTISSA_MAX;
    static const uint32_t all[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    int64_t values[] = {far, far, far, -far, far, far, far, far, far, GAP, far};
    struct table table = tables_new(&arena, COUNT_OF(values), 1);
    struct column *column = tables_number(&arena, &table, "x", 3, values);
    struct mean mean = mean_of(column, all, COUNT_OF(all));
    (void)state;
    for (size_t cut = 0; cut <= COUNT_OF(all); cut++) {
        struct spread first = SPREAD_NONE, rest = SPREAD_NONE;
        spread_add(&first, column, NULL, cut);
        spread_add(&rest, column, all + cut, COUNT_OF(all) - cut);
        spread_join(&first, &rest);
        struct mean joined = spread_mean(&first);
        assert_true(joined.whole == mean.whole && joined.rest == mean.rest && joined.n == mean.n);
        assert_true(first.least == -far && first.most == far);
    }
}

static void many_values_are_those_one_by_one(void **state)
{
    static const struct quant quants[] = {{0, 5, 3},  {0, -7, -4},  {0, MANTISSA_MAX, -43},
                                          {0, 0, 18}, {-2, 40, -1}, {3, 1, 0}};
    CLEANUP(arena_release) struct arena arena = {0};
    static const uint32_t at[] = {0, 2, 3, 5, 6, 8};
    int64_t values[] = {0, 1, -1, 88, 1234567890123, -MANTISSA_MAX, MANTISSA_MAX, 7, -88};
    struct table table = tables_new(&arena, COUNT_OF(values), 1);
    struct column *column = tables_number(&arena, &table, "x", 0, values);
    double q[COUNT_OF(values)];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(quants); i++) {
        quant_values(&quants[i], column, NULL, COUNT_OF(values), q);
        for (size_t r = 0; r < COUNT_OF(values); r++)
            assert_true(q[r] == (double)quant_value(&quants[i], values[r], 0));
        quant_values(&quants[i], column, at, COUNT_OF(at), q);
        for (size_t r = 0; r < COUNT_OF(at); r++)
            assert_true(q[r] == (double)quant_value(&quants[i], values[at[r]], 0));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_those_of_three_loops),
        cmocka_unit_test(ranks_have_the_same_sums),
        cmocka_unit_test(a_covariance_is_that_of_the_textbook),
        cmocka_unit_test(parts_of_a_column_give_its_mean_and_range),
        cmocka_unit_test(many_values_are_those_one_by_one),
    };
    return cmocka_run_group_tests_name("moments", tests, NULL, NULL);
}
