/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tree/1: one tree of at most 8 leaves, that people can draw and follow with a finger.
 *
 * A leaf is split where the answers on both sides differ most: with classes by Gini's measure,
 * with numbers by squares,
 *
 *     gain = worth(left) + worth(right) - worth(node)
 *     worth = sum of (w_k c_k)^2 / sum of w_k c_k      c_k rows of class k, w_k its weight
 *     worth = (sum of y)^2 / rows
 *
 * the leaf with the largest gain first. SOURCE: Breiman, Friedman, Olshen & Stone 1984,
 * "Classification and Regression Trees". A question must earn its place: it is asked only if
 *
 *     2 (log likelihood with it - without) > (classes - 1, or 1) ln(rows) + 2 ln(cuts)
 *
 * The first is Schwarz's criterion; the second stands for having chosen the best of so many cuts,
 * without which a few dozen rows of noise would grow a tree (test/unit/tree_test.c). Dropped:
 * pruning by cross-validation, five times the work for trees of the same size.
 *
 * A leaf says the shares of its classes, drawn towards those of all rows with the weight of one
 * row, as logarithms (two classes: their difference); or the mean.
 *
 * Counts of a feature's bins and classes are a table of integers, tallied anew for each leaf: one
 * tree needs so few that taking them from the parent would not pay.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/forest.h"
#include "learn/quant.h"
#include "learn/real.h"
#include "learn/trees.h"

enum { BATCH_BYTES = 16 << 20 };

/* A tally is, for each bin of a feature, the rows of each class; with numbers the sum of y, which
 * is at most 2^(18 + 26), and the rows. */
struct shallow {
    const struct bins *bins;
    const struct cluster *cluster;
    bool classes;
    size_t n;             /* rows over all ranks */
    size_t wide;          /* numbers of a bin: the classes, or 2 */
    int32_t *y;           /* (bins->n) class, or quantised */
    double *weight;       /* (classes) */
    double *share;        /* (classes) of all rows, weighted */
    struct quant quant;   /* numbers */
    struct grower grower; /* row, spare */
    int64_t *tally;       /* a batch of features */
    size_t batch;         /* bins of a batch, at most */
    int64_t *total;       /* (8 leaves, wide) */
    struct grow_tree tree;
    unsigned depth[TREE_LEAVES]; /* of each leaf */
};

/* --- what a set of rows is worth ---------------------------------------------------------------*/

static int64_t rows_of(const struct shallow *s, const int64_t *t)
{
    int64_t n = 0;
    if (!s->classes)
        return t[1];
    for (size_t k = 0; k < s->wide; k++)
        n += t[k];
    return n;
}

static double worth(const struct shallow *s, const int64_t *t)
{
    double squares = 0, sum = 0;
    if (!s->classes)
        return t[1] ? (double)t[0] * (double)t[0] / (double)t[1] : 0;
    for (size_t k = 0; k < s->wide; k++) {
        double weight = s->weight[k] * (double)t[k];
        squares += weight * weight;
        sum += weight;
    }
    return sum > 0 ? squares / sum : 0;
}

/* The log likelihood of classes in rows of which it is the best guess. */
static double likelihood(const struct shallow *s, const int64_t *t)
{
    double sum = 0, all = 0;
    for (size_t k = 0; k < s->wide; k++)
        all += s->weight[k] * (double)t[k];
    for (size_t k = 0; k < s->wide; k++)
        if (t[k])
            sum += s->weight[k] * (double)t[k] * real_log(s->weight[k] * (double)t[k] / all);
    return sum;
}

/* --- the best question of a leaf ---------------------------------------------------------------*/

struct search {
    const struct shallow *s;
    const int64_t *total;         /* (wide) of the leaf */
    int64_t *left, *right, *best; /* (wide) */
    double before;
    struct branch branch;
    size_t cuts; /* how many were looked at */
};

static void add(int64_t *to, const int64_t *from, size_t wide)
{
    for (size_t k = 0; k < wide; k++)
        to[k] += from[k];
}

static bool try_left(struct search *search, const int64_t *left)
{
    const struct shallow *s = search->s;
    for (size_t k = 0; k < s->wide; k++)
        search->right[k] = search->total[k] - left[k];
    if (rows_of(s, left) < TREE_LEAF_ROWS || rows_of(s, search->right) < TREE_LEAF_ROWS)
        return false;
    search->cuts++;
    double gain = worth(s, left) + worth(s, search->right) - search->before;
    if (!(gain > search->branch.gain))
        return false;
    search->branch.gain = gain;
    memcpy(search->best, left, s->wide * sizeof *left);
    return true;
}

/* Categories of the leaf, by their share of its most frequent class or their mean. */
static unsigned put_in_order(const struct search *search, const int64_t *tally, unsigned bin_n,
                             uint8_t *ret_order)
{
    const struct shallow *s = search->s;
    double key[BINS_MAX];
    size_t most = 0;
    unsigned n = 0;
    for (size_t k = 1; k < s->wide && s->classes; k++)
        most = search->total[k] > search->total[most] ? k : most;
    for (unsigned b = 0; b < bin_n; b++) {
        const int64_t *t = tally + b * s->wide;
        int64_t rows = rows_of(s, t);
        if (rows == 0)
            continue;
        double mine = (double)t[most] / (double)rows;
        unsigned i = n++;
        for (; i > 0 && key[i - 1] > mine; i--) {
            key[i] = key[i - 1];
            ret_order[i] = ret_order[i - 1];
        }
        key[i] = mine;
        ret_order[i] = (uint8_t)b;
    }
    return n;
}

static void settle(struct search *search, size_t f, const uint8_t *order, unsigned at, unsigned n,
                   bool left)
{
    struct branch *branch = &search->branch;
    branch->feature = f;
    branch->bin = at - 1;
    branch->missing_left = left;
    memset(branch->left, order ? left : 0, sizeof branch->left);
    for (unsigned k = 0; k < n; k++)
        branch->left[order ? order[k] : k] = k < at;
    branch->left[search->s->bins->feature[f].bin_n] = left;
}

/* All cuts of a feature. */
static void try_feature(struct search *search, size_t f, const int64_t *tally)
{
    const struct shallow *s = search->s;
    const struct bins_feature *feature = &s->bins->feature[f];
    const int64_t *missing = tally + feature->bin_n * s->wide;
    const int64_t all = rows_of(s, search->total), missing_n = rows_of(s, missing);
    uint8_t room[BINS_MAX], *order = feature->bin ? room : NULL;
    unsigned n = order ? put_in_order(search, tally, feature->bin_n, order) : feature->bin_n;
    memset(search->left, 0, s->wide * sizeof *search->left);
    for (unsigned k = 0; k < n; k++) {
        const int64_t *bin = tally + (order ? order[k] : k) * s->wide;
        if (rows_of(s, bin) == 0)
            continue;
        add(search->left, bin, s->wide);
        int64_t lefts = rows_of(s, search->left);
        if (lefts == all)
            break;
        if (try_left(search, search->left))
            settle(search, f, order, k + 1, n, missing_n == 0 && 2 * lefts >= all);
        if (missing_n == 0 || lefts + missing_n == all)
            continue;
        add(search->left, missing, s->wide);
        if (try_left(search, search->left))
            settle(search, f, order, k + 1, n, true);
        for (size_t j = 0; j < s->wide; j++)
            search->left[j] -= missing[j];
    }
}

/* --- tallies -----------------------------------------------------------------------------------*/

struct tallying {
    const struct shallow *s;
    const struct grow_leaf *leaf;
    size_t first; /* feature of the batch */
};

static void tally_feature(void *context, size_t block, unsigned slot)
{
    const struct tallying *t = context;
    const struct shallow *s = t->s;
    const size_t f = t->first + block;
    const uint8_t *cell = bins_cells(s->bins, f);
    const uint32_t *row = s->grower.row + t->leaf->first;
    int64_t *tally = s->tally + (s->bins->offset[f] - s->bins->offset[t->first]) * s->wide;
    (void)slot;
    memset(tally, 0, (s->bins->offset[f + 1] - s->bins->offset[f]) * s->wide * sizeof *tally);
    for (size_t i = 0; i < t->leaf->n; i++) {
        int64_t *bin = tally + cell[(size_t)row[i] * BINS_LANES] * s->wide;
        int32_t y = s->y[row[i]];
        if (s->classes) {
            bin[y]++;
        } else {
            bin[0] += y;
            bin[1]++;
        }
    }
}

/* The sum of (y - mean)^2 over the leaf; y^2 is at most 2^36, so its sum at most 2^62. */
static double squares_of(const struct shallow *s, const struct grow_leaf *leaf,
                         const int64_t *total)
{
    int64_t sum = 0;
    for (size_t i = 0; i < leaf->n; i++) {
        int64_t y = s->y[s->grower.row[leaf->first + i]];
        sum += y * y;
    }
    cluster_sum(s->cluster, &sum, 1);
    return (double)sum - worth(s, total);
}

/* Is the question worth more than chance gives? */
static bool earns(const struct search *search, const struct grow_leaf *leaf)
{
    const struct shallow *s = search->s;
    double price = real_log((double)s->n) * (s->classes ? (double)s->wide - 1 : 1) +
                   2 * real_log((double)search->cuts);
    if (s->classes) {
        for (size_t k = 0; k < s->wide; k++)
            search->right[k] = search->total[k] - search->best[k];
        return 2 * (likelihood(s, search->best) + likelihood(s, search->right) -
                    likelihood(s, search->total)) >
               price;
    }
    double squares = squares_of(s, leaf, search->total);
    double left = squares - search->branch.gain;
    return !(left > 0) || (double)search->total[1] * real_log(squares / left) > price;
}

/* The best question of leaf `which`, if it earns its place. ret_child (wide): what goes left. */
static void look_at(struct shallow *s, unsigned which, int64_t *ret_child)
{
    struct grow_leaf *leaf = &s->tree.leaf[which];
    CLEANUP(mem_free) int64_t *room = mem_get(2 * s->wide, sizeof *room);
    struct search search = {.s = s,
                            .total = s->total + which * s->wide,
                            .left = room,
                            .right = room + s->wide,
                            .best = ret_child};
    const size_t *offset = s->bins->offset;
    leaf->best.gain = 0;
    if (s->depth[which] == TREE_DEPTH || rows_of(s, search.total) < 2 * TREE_LEAF_ROWS)
        return;
    search.before = worth(s, search.total);
    for (size_t f = 0, end; f < s->bins->feature_n; f = end) {
        end = f + 1;
        while (end < s->bins->feature_n && offset[end + 1] - offset[f] <= s->batch)
            end++;
        cluster_run(s->cluster, end - f, tally_feature, &(struct tallying){s, leaf, f});
        cluster_sum(s->cluster, s->tally, (offset[end] - offset[f]) * s->wide);
        for (size_t g = f; g < end; g++)
            try_feature(&search, g, s->tally + (offset[g] - offset[f]) * s->wide);
    }
    if (search.branch.gain > 0 && earns(&search, leaf))
        leaf->best = search.branch;
}

/* --- the tree ----------------------------------------------------------------------------------*/

static void split(struct shallow *s, unsigned which, int64_t *child)
{
    struct grow_tree *tree = &s->tree;
    struct grow_leaf *left = &tree->leaf[which], *right = &tree->leaf[tree->leaf_n];
    int64_t *total = s->total + which * s->wide, *other = s->total + tree->leaf_n * s->wide;
    int64_t *mine = child + which * s->wide;
    size_t lefts = grow_part(&s->grower, left);
    tree->node[left->node] = (struct grow_node){(int32_t)tree->node_n, left->best};
    *right = *left;
    left->node = tree->node_n;
    right->node = tree->node_n + 1;
    right->first += lefts;
    right->n -= lefts;
    left->n = lefts;
    for (size_t k = 0; k < s->wide; k++) {
        other[k] = total[k] - mine[k];
        total[k] = mine[k];
    }
    s->depth[which]++;
    s->depth[tree->leaf_n] = s->depth[which];
    tree->node_n += 2;
    tree->leaf_n++;
    if (tree->leaf_n == TREE_LEAVES)
        return;
    look_at(s, which, mine);
    look_at(s, tree->leaf_n - 1, child + (tree->leaf_n - 1) * s->wide);
}

static void grow(struct shallow *s)
{
    struct grow_tree *tree = &s->tree;
    CLEANUP(mem_free) int64_t *child = mem_get(TREE_LEAVES * s->wide, sizeof *child);
    tree->node_n = tree->leaf_n = 1;
    tree->leaf[0] = (struct grow_leaf){.n = s->bins->n};
    for (size_t i = 0; i < s->bins->n; i++)
        s->grower.row[i] = (uint32_t)i;
    look_at(s, 0, child);
    while (tree->leaf_n < TREE_LEAVES) {
        unsigned best = 0;
        for (unsigned k = 1; k < tree->leaf_n; k++)
            if (tree->leaf[k].best.gain > tree->leaf[best].best.gain)
                best = k;
        if (!(tree->leaf[best].best.gain > 0))
            return;
        split(s, best, child);
    }
}

/* What each leaf says to an output. */
static void say(const struct shallow *s, size_t output, double *ret_value)
{
    for (unsigned l = 0; l < s->tree.leaf_n; l++) {
        const int64_t *t = s->total + l * s->wide;
        double share[2] = {0, 0};
        if (!s->classes) {
            ret_value[l] = ldexp((double)t[0] / (double)t[1], -s->quant.shift);
            continue;
        }
        /* The common divisor of all shares of a leaf changes nothing. */
        size_t first = s->wide == 2 ? 0 : output, n = s->wide == 2 ? 2 : 1;
        for (size_t k = 0; k < n; k++)
            share[k] = real_log(s->weight[first + k] * (double)t[first + k] + s->share[first + k]);
        ret_value[l] = s->wide == 2 ? share[1] - share[0] : share[0];
    }
}

/* --- the beginning -----------------------------------------------------------------------------*/

static bool begin_classes(const struct dataset *data, const struct training *how,
                          const uint32_t *rows, struct arena *arena, struct shallow *s,
                          struct err *err)
{
    const struct column *target = &data->table->column[data->target];
    double all = 0;
    s->wide = target->category_n;
    s->weight = arena_get(arena, s->wide, sizeof *s->weight);
    s->share = arena_get(arena, s->wide, sizeof *s->share);
    s->total = arena_get(arena, TREE_LEAVES * s->wide, sizeof *s->total);
    for (size_t i = 0; i < s->n; i++)
        s->total[target->code[rows[i]]]++;
    for (size_t k = 0; k < s->wide; k++) {
        if (s->total[k] == (int64_t)s->n)
            return FAIL(
                err, ERR_INPUT, _("Choose another split, or collect more."),
                _("All training rows have the same %.*s, so there is nothing to tell apart."),
                STR_ARG(target->name));
        all += (double)s->total[k] * (how->class_weight ? how->class_weight[k] : 1);
    }
    for (size_t k = 0; k < s->wide; k++) {
        s->weight[k] = how->class_weight ? how->class_weight[k] * (double)s->n / all : 1;
        s->share[k] = (s->total[k] ? (double)s->total[k] : 0.5) * s->weight[k] / (double)s->n;
    }
    return true;
}

static void begin_numbers(const struct dataset *data, const uint32_t *rows, struct arena *arena,
                          struct shallow *s)
{
    const struct column *target = &data->table->column[data->target];
    s->wide = 2;
    s->total = arena_get(arena, TREE_LEAVES * s->wide, sizeof *s->total);
    s->quant = quant_fit(target, rows, s->n);
    for (size_t i = 0; i < s->n; i++)
        s->total[0] += quant_value(&s->quant, target->mantissa[rows[i]], target->exponent);
    s->total[1] = (int64_t)s->n;
}

/* Targets of this rank's rows, and room to work. */
static void make_room(const struct dataset *data, struct arena *arena, struct shallow *s)
{
    const struct column *target = &data->table->column[data->target];
    const struct bins *bins = s->bins;
    s->y = arena_get(arena, bins->n, sizeof *s->y);
    s->grower = (struct grower){.bins = bins, .cluster = s->cluster};
    s->grower.row = arena_get(arena, bins->n, sizeof *s->grower.row);
    s->grower.spare = arena_get(arena, bins->n, sizeof *s->grower.spare);
    for (size_t i = 0; i < bins->n; i++)
        s->y[i] = s->classes ? (int32_t)target->code[bins->row[i]]
                             : (int32_t)quant_value(&s->quant, target->mantissa[bins->row[i]],
                                                    target->exponent);
    s->batch = BATCH_BYTES / sizeof *s->tally / s->wide;
    if (s->batch < BINS_MAX + BINS_ROUND)
        s->batch = BINS_MAX + BINS_ROUND;
    size_t most = histogram_cells(bins) < s->batch ? histogram_cells(bins) : s->batch;
    s->tally = arena_get(arena, most * s->wide, sizeof *s->tally);
}

static void write_trees(const struct shallow *s, struct arena *arena, struct model *model)
{
    CLEANUP(forest_free) struct forest forest = {.bins = s->bins};
    size_t outputs = s->classes && s->wide > 2 ? s->wide : 1;
    double *base = arena_get(arena, outputs, sizeof *base);
    if (!s->classes)
        base[0] = (double)s->quant.centre;
    for (size_t k = 0; k < outputs; k++) {
        double value[TREE_LEAVES];
        say(s, k, value);
        forest_add(&forest, &s->tree, value);
    }
    forest_end(&forest, base, outputs, arena, &model->trees);
}

bool train_tree(const struct dataset *data, const struct training *how, struct arena *arena,
                struct model *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena own = {0};
    CLEANUP(mem_free) uint8_t *cell = NULL;
    struct shallow *s = arena_get(&own, 1, sizeof *s);
    struct model model;
    struct bins bins;
    uint32_t *row;
    if (!train_select(data, how, &own, &row, &s->n, err) ||
        !train_begin(data, how, STR("tree/1"), arena, &model, err))
        return false;
    s->cluster = how->cluster;
    s->classes = model.task == TASK_CLASSIFICATION;
    if (s->classes && !begin_classes(data, how, row, &own, s, err))
        return false;
    if (!s->classes)
        begin_numbers(data, row, &own, s);
    model.feature = arena_get(arena, data->feature_n, sizeof *model.feature);
    model.feature_n = data->feature_n;
    const struct bins_from from = {data, row, s->n, how->cluster};
    if (!bins_learn(&from, arena, model.feature, &bins, err) || !bins_fill(&from, &own, &bins, err))
        return false;
    cell = bins.cell;
    s->bins = &bins;
    make_room(data, &own, s);
    grow(s);
    write_trees(s, arena, &model);
    *ret = model;
    return true;
}
