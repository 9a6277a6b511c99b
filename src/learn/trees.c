/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trees/2: gradient boosting. Each round adds to each output a tree of at most 31 leaves that goes
 * a tenth of the way to where the gradients point:
 *
 *     value = -rate * G / (H + penalty)
 *
 * rounded to a whole number of score units, so that scores are sums of integers in training, and
 * exact sums of doubles in prediction.
 *
 * A category of which a node has fewer than 10 rows goes the way of missing cells there: trees/1
 * asked of single rows and learned them by heart.
 *
 * Settings: those of scikit-learn's HistGradientBoosting (100 rounds, rate 0.1, 31 leaves of 20
 * rows, 255 bins). With classes the penalty is 1, since hessians can be almost 0; with numbers 0.
 * Chosen by cross-validation on training rows of penguins, room-occupancy and frog-calls, where 20
 * rows a leaf were better than any least hessian (docs/design/trees.md). Where there are more than
 * 2^17 rows, a tree looks at so many, drawn anew for each: half the time, and better. If no tree of
 * a round finds a question, the rounds end before it: all that follow would be alike.
 */
#include "learn/trees.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/forest.h"
#include "learn/loss.h"

static const double RATE = 0.1;
static const double LEAST_HESSIAN = 0.001;
static const double SMOOTH = 10;

struct boosting {
    struct loss loss;
    struct grower grower;
    struct grow_tree *tree;
    int32_t value[GROW_LEAVES_MAX]; /* of the leaves, in score units */
    size_t output;
    unsigned share; /* of 256 rows that a tree looks at */
};

static void find_values(struct boosting *boost)
{
    const struct loss *loss = &boost->loss;
    for (unsigned k = 0; k < boost->tree->leaf_n; k++) {
        const struct branch_sums *sums = &boost->tree->leaf[k].sums;
        double h = (double)sums->h + boost->grower.rules->penalty;
        double step = h > 0 ? -(double)sums->g / h : 0;
        if (loss->target) {
            step = step > TREES_STEP_MOST ? TREES_STEP_MOST : step;
            step = step < -TREES_STEP_MOST ? -TREES_STEP_MOST : step;
            step = ldexp(step, LOSS_SCORE_BITS);
        }
        boost->value[k] = (int32_t)rint(RATE * step);
    }
}

static void move_tile(void *context, size_t tile, unsigned slot)
{
    const struct boosting *boost = context;
    const struct loss *loss = &boost->loss;
    uint8_t leaf[GROW_TILE];
    size_t first = tile * GROW_TILE;
    size_t n = loss->n - first < GROW_TILE ? loss->n - first : GROW_TILE;
    (void)slot;
    grow_leaves(&boost->grower, boost->tree, first, n, leaf);
    loss_move(loss, &(struct loss_step){boost->output, leaf, boost->value}, first, n);
}

/* One tree for one output. True if it asks anything. */
static bool add_tree(struct boosting *boost, unsigned round, struct forest *forest)
{
    const struct loss *loss = &boost->loss;
    double value[GROW_LEAVES_MAX];
    if (boost->output > 0) /* the last tree has mixed them up */
        grow_draw(&boost->grower, round, boost->share);
    grow_one(&boost->grower, loss->word + boost->output * loss->n, boost->tree);
    find_values(boost);
    cluster_run(loss->cluster, (loss->n + GROW_TILE - 1) / GROW_TILE, move_tile, boost);
    for (unsigned k = 0; k < boost->tree->leaf_n; k++)
        value[k] = (double)boost->value[k] * loss->unit;
    forest_add(forest, boost->tree, value);
    return boost->tree->leaf_n > 1;
}

static void boost_all(struct boosting *boost, struct forest *forest)
{
    size_t outputs = boost->loss.output_n;
    for (unsigned round = 0; round < TREES_ROUNDS; round++) {
        bool asked = false;
        grow_draw(&boost->grower, round, boost->share);
        loss_words(&boost->loss, boost->grower.row, boost->grower.drawn);
        for (boost->output = 0; boost->output < outputs; boost->output++)
            asked |= add_tree(boost, round, forest);
        if (!asked) {
            forest_drop(forest, outputs);
            return;
        }
    }
}

/* How many of 256 rows: TREES_ROWS of n. */
static unsigned share_of(size_t n)
{
    return n <= TREES_ROWS ? 256 : (unsigned)(256 * (size_t)TREES_ROWS / n);
}

static void learn(const struct bins *bins, const struct training *how, struct loss *loss, size_t n,
                  struct arena *arena, struct model *model)
{
    CLEANUP(forest_free) struct forest forest = {.bins = bins};
    CLEANUP(mem_free) struct grow_tree *tree = mem_get(1, sizeof *tree);
    const struct branch_rules rules = {
        .least_rows = TREES_LEAF_ROWS,
        .least_category = TREES_CATEGORY_ROWS,
        .least_hessian = loss->target ? 1 + (int64_t)(LEAST_HESSIAN * loss->one) : 0,
        .penalty = loss->target ? loss->one : 0,
        .smooth = SMOOTH * loss->one};
    struct boosting boost = {.loss = *loss, .tree = tree, .share = share_of(n)};
    CLEANUP(grow_end)
    struct grower grower = {.bins = bins,
                            .form = &loss->form,
                            .rules = &rules,
                            .cluster = how->cluster,
                            .leaves = TREES_LEAVES};
    grow_begin(&grower);
    boost.grower = grower;
    boost_all(&boost, &forest);
    forest_end(&forest, loss->base, loss->output_n, arena, &model->trees);
}

bool train_trees(const struct dataset *data, const struct training *how, struct arena *arena,
                 struct model *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena own = {0};
    CLEANUP(loss_end) struct loss loss = {0};
    struct model model;
    CLEANUP(bins_release) struct bins bins = {0};
    uint32_t *row;
    struct bins_from from = {.data = data, .cluster = how->cluster};
    if (!train_select(data, how, &own, &row, &from.n, err) ||
        !train_begin(data, how, STR("trees/2"), arena, &model, err))
        return false;
    from.row = row;
    model.feature = arena_get(arena, data->feature_n, sizeof *model.feature);
    model.feature_n = data->feature_n;
    if (!bins_learn(&from, arena, model.feature, &bins, err) || !bins_fill(&from, &own, &bins, err))
        return false;
    if (!loss_begin(&from, how, &model, &bins, &loss, err))
        return false;
    learn(&bins, how, &loss, from.n, arena, &model);
    *ret = model;
    return true;
}
