/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The exact engine on made-up tables, with no library beyond libc and threads:
 *
 *     driver THREADS [RANKS]
 *
 * prints one line for each piece of work, "name SHA-256", over every model file and every bit of
 * every prediction. With several ranks each is a process of its own that does a part of the blocks;
 * all must come to the same bits, and the first one prints them. run.sh compares the lines between
 * compilers, processors and thread counts, and with golden.txt. New work gets a new line; a line
 * that is published never changes.
 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "cluster/ranks.h"
#include "learn/agreement.h"
#include "learn/digest.h"
#include "learn/gate.h"
#include "learn/leaves.h"
#include "learn/real.h"
#include "learn/rng.h"
#include "learn/split.h"
#include "learn/tile.h"
#include "learn/train.h"
#include "read/marks.h"

/* A made-up table. */
struct shape {
    const char *name;
    size_t rows;
    unsigned numbers;
    unsigned categories;
    unsigned classes;  /* 0: regression */
    unsigned missing;  /* one cell in so many, 0: none */
    unsigned digits;   /* of the numbers: ranges go from 10 to 10^digits */
    unsigned group_of; /* rows of a group */
};

static const struct shape shapes[] = {
    {"two-classes", 60, 3, 0, 2, 0, 3, 4},
    {"five-classes-missing", 2500, 9, 3, 5, 11, 6, 50},
    {"three-classes-wide-numbers", 300, 12, 1, 3, 40, 18, 20},
    {"categories-only", 400, 0, 5, 4, 7, 1, 40},
    {"regression", 700, 5, 2, 0, 0, 4, 70},
    {"regression-wide-numbers", 5000, 14, 1, 0, 23, 18, 250},
    {"more-inputs-than-rows", 40, 60, 0, 2, 9, 7, 3},
};

struct made {
    struct table table;
    size_t *feature;
    size_t feature_n;
    struct str *key; /* (rows) the group of each row */
};

static struct str name_of(struct arena *arena, const char *kind, uint64_t i)
{
    return str_of(arena_printf(arena, "%s-%02u", kind, (unsigned)i));
}

static int64_t power_of_ten(unsigned digits)
{
    int64_t power = 1;
    while (digits--)
        power *= 10;
    return power;
}

static void make_number(const struct shape *shape, uint64_t seed, uint64_t c, size_t rows,
                        struct arena *arena, struct column *ret)
{
    int64_t range = power_of_ten(1 + (unsigned)c % shape->digits);
    ret->type = COLUMN_NUMBER;
    ret->exponent = -(int)(c % 4);
    ret->mantissa = arena_get(arena, rows, sizeof *ret->mantissa);
    for (size_t r = 0; r < rows; r++) {
        int64_t wide = (int64_t)rng_below(seed, 2 * c, r, (uint64_t)range) - range / 3;
        if (!ret->missing[r])
            ret->mantissa[r] = r % 10 ? wide : wide / 100;
    }
}

static void make_category(uint64_t seed, uint64_t c, size_t n, size_t rows, struct arena *arena,
                          struct column *ret)
{
    ret->type = COLUMN_CATEGORY;
    ret->category_n = n;
    ret->category = arena_get(arena, n, sizeof *ret->category);
    ret->code = arena_get(arena, rows, sizeof *ret->code);
    for (size_t k = 0; k < n; k++)
        ret->category[k] = name_of(arena, "kind", k);
    for (size_t r = 0; r < rows; r++) /* the front ones are drawn more often */
        if (!ret->missing[r])
            ret->code[r] =
                (uint32_t)rng_below(seed, 2 * c, r, 1 + rng_below(seed, 2 * c, UINT64_MAX - r, n));
}

/* The target leans on the first features, so that there is something to learn. */
static void lean(const struct made *made, const struct shape *shape, struct column *target)
{
    for (size_t r = 0; r < made->table.rows; r++) {
        const struct column *first = &made->table.column[made->feature[0]];
        bool number = first->type == COLUMN_NUMBER;
        if (target->missing[r] || first->missing[r] || r % 3 == 0)
            continue;
        if (shape->classes)
            target->code[r] =
                (uint32_t)(number ? (first->mantissa[r] > 0) : first->code[r]) % shape->classes;
        else
            target->mantissa[r] += number ? first->mantissa[r] : first->code[r];
    }
}

static struct made make(const struct shape *shape, uint64_t seed, struct arena *arena)
{
    struct made made = {.table = {.rows = shape->rows}};
    made.feature_n = shape->numbers + shape->categories;
    made.table.column_n = made.feature_n + 1;
    made.table.column = arena_get(arena, made.table.column_n, sizeof *made.table.column);
    made.feature = arena_get(arena, made.feature_n, sizeof *made.feature);
    made.key = arena_get(arena, shape->rows, sizeof *made.key);
    for (size_t r = 0; r < shape->rows; r++)
        made.key[r] = name_of(arena, "site", r / shape->group_of);
    for (uint64_t c = 0; c < made.table.column_n; c++) {
        struct column *column = &made.table.column[c];
        bool target = c == made.feature_n;
        column->name = target ? STR("target") : name_of(arena, "feature", c);
        column->missing = arena_get(arena, shape->rows, 1);
        for (size_t r = 0; r < shape->rows && shape->missing && c % 2; r++)
            column->missing[r] = rng_below(seed, 2 * c + 1, r, shape->missing) == 0;
        if (target ? shape->classes == 0 : c < shape->numbers)
            make_number(shape, seed, c, shape->rows, arena, column);
        else
            make_category(seed, c, target ? shape->classes : 2 + c % 6, shape->rows, arena, column);
        if (!target)
            made.feature[c] = c;
    }
    lean(&made, shape, &made.table.column[made.feature_n]);
    return made;
}

/* --- what is hashed ----------------------------------------------------------------------------*/

static struct cluster hands; /* who works */

/* The largest and the negated smallest over the ranks tell whether all say the same. */
static void say(const char *work, const char *shape, struct hasher *h)
{
    struct hash hash = hash_end(h);
    int64_t word[2 * HASH_BYTES];
    for (size_t b = 0; b < HASH_BYTES; b++) {
        word[b] = (unsigned char)hash.at[b];
        word[HASH_BYTES + b] = -word[b];
    }
    cluster_max(&hands, word, 2 * HASH_BYTES);
    for (size_t b = 0; b < HASH_BYTES; b++)
        BUG_IF(word[b] != -word[HASH_BYTES + b]);
    if (hands.rank == 0)
        printf("%s %s %s\n", work, shape, hash_hex(&hash).at);
}

static void add_doubles(struct hasher *h, const double *value, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t bits;
        memcpy(&bits, &value[i], sizeof bits);
        hash_u64(h, bits);
    }
}

/* The file of a model, and its predictions for every row. */
static void add_model(struct hasher *h, const struct model *model, const struct table *table,
                      struct arena *arena)
{
    CLEANUP(buf_release) struct buf file = BUF_INIT;
    struct err err = {0};
    size_t n = table->rows, classes = model->class_n;
    size_t *rows = arena_get(arena, n, sizeof *rows);
    double *score = arena_get(arena, n * classes, sizeof *score);
    double *value = arena_get(arena, n, sizeof *value);
    uint32_t *class_index = arena_get(arena, n, sizeof *class_index);
    for (size_t r = 0; r < n; r++)
        rows[r] = r;
    BUG_IF(!model_predict(model, table, &hands, &(struct predict_rows){rows, n},
                          &(struct prediction){score, class_index, value}, &err));
    model_write(model, &file);
    hash_add(h, file.at, file.n);
    add_doubles(h, score, n * classes);
    add_doubles(h, value, n);
    for (size_t r = 0; r < n; r++)
        hash_u64(h, class_index[r]);
}

/* Every row alike, then each class with a weight of its own. */
static void train_logistics(const struct dataset *data, const struct training *rows,
                            struct hasher *h, struct arena *arena)
{
    static const double weight[] = {0.7, 3, 0.01, 1, 1.9};
    struct training weighted = *rows;
    struct err err = {0};
    struct model model;
    if (train_task(data) != TASK_CLASSIFICATION)
        return;
    BUG_IF(!train_logistic(data, rows, arena, &model, &err));
    add_model(h, &model, data->table, arena);
    weighted.class_weight = weight;
    BUG_IF(!train_logistic(data, &weighted, arena, &model, &err));
    add_model(h, &model, data->table, arena);
}

static void train_all(const struct dataset *data, const struct training *rows, struct hasher *h,
                      struct arena *arena)
{
    struct err err = {0};
    struct model model;
    BUG_IF(!train_constant(data, rows, arena, &model, &err));
    add_model(&h[0], &model, data->table, arena);
    if (train_task(data) == TASK_CLASSIFICATION) {
        bool number = data->table->column[0].type == COLUMN_NUMBER;
        struct str rule =
            number ? STR("feature-00 > 2.5 -> kind-01") : STR("feature-00 = kind-00 -> kind-01");
        struct training with_rule = *rows;
        with_rule.rule = rule;
        BUG_IF(!train_rule(data, &with_rule, arena, &model, &err));
        add_model(&h[1], &model, data->table, arena);
    }
    BUG_IF(!train_ridge(data, rows, arena, &model, &err));
    add_model(&h[2], &model, data->table, arena);
    train_logistics(data, rows, &h[3], arena);
    BUG_IF(!train_tree(data, rows, arena, &model, &err));
    add_model(&h[4], &model, data->table, arena);
    /* Boosting takes as long as all else, and longer where a processor is emulated: once, on fold
     * 0. */
    if (rows->leave_out)
        return;
    BUG_IF(!train_trees(data, rows, arena, &model, &err));
    add_model(&h[5], &model, data->table, arena);
}

/* Split by groups, then train on all folds but one, for each, and on everything. */
static void work_on(const struct shape *shape, uint64_t seed)
{
    CLEANUP(arena_release) struct arena arena = {0};
    struct err err = {0};
    struct made made = make(shape, seed, &arena);
    size_t rows = shape->rows;
    uint8_t *part = arena_get(&arena, rows, 1), *row_fold = arena_get(&arena, rows, 1);
    struct dataset data = {
        &made.table, made.feature_n, made.feature, made.feature_n, part, NULL, 0};
    uint32_t *group;
    size_t groups = group_number(&arena, made.key, rows, &group);
    struct str *keys = arena_get(&arena, groups, sizeof *keys);
    uint8_t *test = arena_get(&arena, groups, 1), *takes_part = arena_get(&arena, groups, 1),
            *fold = arena_get(&arena, groups, 1);
    struct hasher split, h[6];
    uint64_t threshold;
    BUG_IF(!table_check(&made.table, &err));
    struct hash salt;
    BUG_IF(!dataset_digest(&data, &hands, &salt, &err));
    for (size_t r = 0; r < rows; r++)
        keys[group[r]] = made.key[r];
    BUG_IF(!split_groups(&salt, keys, groups, 2500, &threshold, &err));
    for (size_t g = 0; g < groups; g++) {
        test[g] = split_place(&salt, keys[g]) <= threshold;
        takes_part[g] = !test[g];
    }
    unsigned folds = split_folds(&salt, keys, takes_part, groups, fold);
    for (size_t r = 0; r < rows; r++) {
        part[r] = made.table.column[made.feature_n].missing[r] ? PART_OUT : test[group[r]];
        row_fold[r] = fold[group[r]];
    }
    hash_begin(&split);
    hash_u64(&split, threshold);
    hash_add(&split, row_fold, rows);
    BUG_IF(!dataset_digest(&data, &hands, &salt, &err));
    hash_add(&split, salt.at, HASH_BYTES);
    say("split", shape->name, &split);
    for (int i = 0; i < 6; i++)
        hash_begin(&h[i]);
    for (unsigned f = 0; f <= folds; f++)
        train_all(&data,
                  &(struct training){
                      .fold = f < folds ? row_fold : NULL, .leave_out = f, .cluster = &hands},
                  h, &arena);
    say("constant", shape->name, &h[0]);
    if (shape->classes)
        say("rule", shape->name, &h[1]);
    say("ridge/2", shape->name, &h[2]);
    if (shape->classes)
        say("logistic/2", shape->name, &h[3]);
    say("tree/1", shape->name, &h[4]);
    say("trees/2", shape->name, &h[5]);
}

static void draw(void)
{
    struct hasher h;
    hash_begin(&h);
    for (uint64_t i = 0; i < 1000; i++) {
        double unit = rng_unit(i % 5, i % 7, i);
        hash_u64(&h, rng_u64(i % 3, i % 11, i));
        hash_u64(&h, rng_below(3, 5, i, 1 + i * i * i));
        add_doubles(&h, &unit, 1);
    }
    say("rng", "draws", &h);
}

static void add_range(struct hasher *h, struct interval range)
{
    const double ends[] = {range.value, range.low, range.high};
    add_doubles(h, ends, 3);
    size_t more = verdict_more_units(&range, range.value / 2, 0);
    hash_u64(h, more == SIZE_MAX ? UINT64_MAX : more); /* "not to be said" on 32 bits, too */
}

/* Ranges of measures about the world, over 2 … 60 made-up units. */
static void judge_units(struct hasher *h, uint32_t units)
{
    double x[60], y[60];
    uint64_t hits[60], sizes[60];
    uint8_t has[2][60];
    uint32_t item[240], answer[240];
    static const double value[] = {0.25, 1, 3, 7.5};
    for (uint32_t u = 0; u < units; u++) {
        x[u] = 1 + 9 * rng_unit(units, 1, u);
        y[u] = 2 + x[u] * rng_unit(units, 2, u);
        sizes[u] = 1 + rng_below(units, 3, u, 30);
        hits[u] = rng_below(units, 4, u, sizes[u] + 1);
        has[0][u] = u % 3 != 0;
        has[1][u] = u % 2 == 0;
        for (uint32_t i = 4 * u; i < 4 * u + 4; i++) {
            item[i] = u;
            answer[i] = (uint32_t)rng_below(units, i % 4 ? 5 : 6, i % 4 == 3 ? i : u, 4);
        }
    }
    const struct interval_sides sides = {{x, y}, {has[0], has[1]}, units};
    add_range(h, interval_share(hits, sizes, units, 0.95));
    add_range(h, interval_mean(y, units, 0.95));
    add_range(h, interval_slope(x, y, units, 0.99));
    add_range(h, interval_difference(&sides, 0.95));
    add_range(h, interval_mean_ratio(&sides, 0.975));
    add_range(h, interval_ratio(y, x, units, 0.95));
    add_range(h, interval_correlation(x, y, units, 0.95));
    for (enum agreement_level level = LEVEL_NOMINAL; level <= LEVEL_INTERVAL; level++) {
        const struct answer_sheet sheet = {item, answer, 4 * (size_t)units, units, 4, value, level};
        add_range(h, agreement_range(&sheet, 0.95).range);
    }
}

/* What the kernels of this level of instructions make of the same numbers; golden.txt has what the
 * plain ones made of them. */
static void run_gates(struct hasher *h)
{
    enum { N = 256 };
    for (uint64_t seed = 0; seed < 400; seed++) {
        const struct histogram_form form = histogram_form(2000, seed % 2, false);
        const uint64_t one = (uint64_t)1 << form.scale_bits;
        int64_t packed[N], n_all = 0, g_all = 0, h_all = 0;
        for (uint64_t b = 0; b < N; b++) {
            uint64_t n = rng_below(seed, 5, b, 1 + seed % 8);
            uint64_t g = n * (one / 2 + rng_below(seed, 6, b, one)); /* with the bias */
            uint64_t hessian = form.word_bits ? n * rng_below(seed, 7, b, one / 4) : 0;
            packed[b] = (int64_t)((g << form.gradient_shift) + (hessian << form.hessian_shift) + n);
            n_all += (int64_t)n;
            g_all += (int64_t)(g - n * one);
            h_all += (int64_t)(form.word_bits ? hessian : n);
        }
        struct gate gate = {
            &form, 1 + (int64_t)seed % 30, n_all, (double)g_all, (double)h_all + 2, 1, 0};
        double open = 0, shut = 1e18; /* where it opens */
        for (int i = 0; i < 120; i++) {
            gate.most = open + (shut - open) / 2;
            if (gate_open(&gate, packed, N, 0))
                open = gate.most;
            else
                shut = gate.most;
        }
        add_doubles(h, &open, 1);
    }
}

/* Rows into the leaves of a tree, of numbers and categories with missing cells. */
static void run_leaves(struct hasher *h)
{
    enum { FEATURES = 20, GROUPS = 2, WIDTH = FEATURES / GROUPS, ROWS = 1500, BINS = 200 };
    static uint8_t cell[GROUPS * ROWS * BINS_LANES], bin[BINS], leaf[LEAVES_TILE];
    static struct grow_tree tree;
    struct bins_feature feature[FEATURES] = {{.bin_n = BINS}};
    struct bins bins = {feature, FEATURES, NULL, GROUPS, WIDTH, cell, NULL, ROWS};
    struct leaves_plan plan;
    for (size_t i = 0; i < sizeof cell; i++)
        cell[i] = (uint8_t)rng_below(11, 1, i, BINS + 1);
    for (size_t f = 0; f < FEATURES; f++)
        feature[f] = (struct bins_feature){.bin_n = BINS, .bin = f % 4 == 3 ? bin : NULL};
    tree.node_n = 1;
    tree.leaf_n = 0;
    for (unsigned i = 0; i < tree.node_n; i++) {
        struct branch *branch = &tree.node[i].branch;
        if (i >= 4 && (rng_below(11, 2, i, 3) == 0 || tree.node_n + 2 > GROW_NODES_MAX)) {
            tree.leaf[tree.leaf_n++].node = i;
            continue;
        }
        tree.node[i].left = (int32_t)tree.node_n;
        tree.node_n += 2;
        branch->feature = (size_t)rng_below(11, 3, i, FEATURES);
        branch->bin = (unsigned)rng_below(11, 4, i, BINS);
        branch->missing_left = i % 2;
        for (unsigned b = 0; b < BINS; b++)
            branch->left[b] =
                branch->feature % 4 == 3 ? rng_below(11, 5 + i, b, 2) == 1 : b <= branch->bin;
        branch->left[BINS] = branch->missing_left;
    }
    leaves_plan(&bins, &tree, &plan);
    leaves_find(&bins, &plan, &(struct leaves_rows){0, ROWS}, leaf);
    hash_add(h, leaf, ROWS);
}

static void run_tiles(struct hasher *h)
{
    enum { N = 37 };
    double a[N * TILE], b[N * TILE], c[TILE * TILE] = {0}, x[N];
    for (size_t i = 0; i < COUNT_OF(a); i++) {
        a[i] = rng_unit(12, 1, i) - 0.5;
        b[i] = rng_unit(12, 2, i) - 0.5;
    }
    tile_add(a, b, N, c, TILE);
    add_doubles(h, c, COUNT_OF(c));
    for (size_t i = 0; i < N; i++)
        x[i] = 60 * (rng_unit(12, 3, i) - 0.5);
    real_exps(x, N);
    add_doubles(h, x, N);
}

static void run_marks(struct hasher *h)
{
    enum { N = 1000 };
    static const char letters[] = "a1,;\n\r\"'x\303";
    char text[N];
    uint32_t place[N + MARKS_MORE];
    for (uint64_t i = 0; i < N; i++)
        text[i] = letters[rng_below(13, 1, i, sizeof letters)]; /* NUL too */
    for (size_t n = 0; n < N; n += 97) {
        struct marks marks = {.place = place};
        marks_find((struct str){text, n}, ',', '"', &marks);
        hash_u64(h, marks.n);
        for (size_t i = 0; i < marks.n; i++)
            hash_u64(h, place[i]);
        hash_u64(h, marks.high);
    }
}

static void run_kernels(void)
{
    struct hasher h;
    hash_begin(&h);
    run_gates(&h);
    run_leaves(&h);
    run_tiles(&h);
    run_marks(&h);
    say("kernels", "all", &h);
}

int main(int argc, char **argv)
{
    uint64_t threads, ranks = 1;
    struct cluster_link link;
    if (argc < 2 || argc > 3 || !str_uint(str_of(argv[1]), 64, &threads) ||
        (argc == 3 && !str_uint(str_of(argv[2]), CLUSTER_RANKS_MAX, &ranks)) || ranks == 0) {
        fputs("usage: driver THREADS [RANKS]\n", stderr);
        return 2;
    }
    if (!ranks_fork((unsigned)ranks, (unsigned)threads, &link, &hands))
        return 1;
    draw();
    struct hasher ranges;
    hash_begin(&ranges);
    for (uint32_t units = 2; units <= 60; units++)
        judge_units(&ranges, units);
    say("ranges", "units", &ranges);
    run_kernels();
    for (size_t i = 0; i < COUNT_OF(shapes); i++)
        work_on(&shapes[i], 1000 + i);
    return ranks_end(&hands, &link) ? 0 : 1;
}
