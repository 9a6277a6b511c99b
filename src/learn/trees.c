/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trees/1: gradient boosting. Each round adds to each output a tree of at most 31 leaves that goes
 * a tenth of the way to where the gradients point:
 *
 *     value = -rate * G / (H + penalty)
 *
 * rounded to a whole number of score units, so that scores are sums of integers in training, and
 * exact sums of doubles in prediction.
 *
 * Settings: those of scikit-learn's HistGradientBoosting (100 rounds, rate 0.1, 31 leaves of 20
 * rows, 255 bins). With classes the penalty is 1, since hessians can be almost 0; with numbers 0.
 * Chosen by cross-validation on training rows of penguins, room-occupancy and frog-calls, where 20
 * rows a leaf were better than any least hessian (docs/design/trees.md). If no tree of a round
 * finds a question, the rounds end before it: all that follow would be alike.
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

static void move_leaf(void *context, size_t k, unsigned slot)
{
    const struct boosting *boost = context;
    const struct grow_leaf *leaf = &boost->tree->leaf[k];
    (void)slot;
    loss_move(&boost->loss, boost->output, boost->grower.row + leaf->first, leaf->n,
              boost->value[k]);
}

/* One tree for one output. True if it asks anything. */
static bool add_tree(struct boosting *boost, struct forest *forest)
{
    enum { ROWS_FOR_THREADS = 1 << 14 };
    const struct loss *loss = &boost->loss;
    double value[GROW_LEAVES_MAX];
    grow_one(&boost->grower, loss->word + boost->output * loss->n, boost->tree);
    find_values(boost);
    cluster_run(loss->n < ROWS_FOR_THREADS ? &(struct cluster){.threads = 1} : loss->cluster,
                boost->tree->leaf_n, move_leaf, boost);
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
        loss_words(&boost->loss);
        for (boost->output = 0; boost->output < outputs; boost->output++)
            asked |= add_tree(boost, forest);
        if (!asked) {
            forest_drop(forest, outputs);
            return;
        }
    }
}

static void learn(const struct bins *bins, const struct training *how, struct loss *loss,
                  struct arena *arena, struct model *model)
{
    CLEANUP(forest_free) struct forest forest = {.bins = bins};
    CLEANUP(mem_free) struct grow_tree *tree = mem_get(1, sizeof *tree);
    const struct branch_rules rules = {
        .least_rows = TREES_LEAF_ROWS,
        .least_hessian = loss->target ? 1 + (int64_t)(LEAST_HESSIAN * loss->one) : 0,
        .penalty = loss->target ? loss->one : 0,
        .smooth = SMOOTH * loss->one};
    struct boosting boost = {.loss = *loss, .tree = tree};
    CLEANUP(grow_end)
    struct grower grower = {bins, &loss->form, &rules, how->cluster, TREES_LEAVES,
                            NULL, NULL,        NULL,   {NULL, NULL}};
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
    CLEANUP(mem_free) uint8_t *cell = NULL;
    struct model model;
    struct bins bins;
    uint32_t *row;
    struct bins_from from = {.data = data, .cluster = how->cluster};
    if (!train_select(data, how, &own, &row, &from.n, err) ||
        !train_begin(data, how, STR("trees/1"), arena, &model, err))
        return false;
    from.row = row;
    model.feature = arena_get(arena, data->feature_n, sizeof *model.feature);
    model.feature_n = data->feature_n;
    if (!bins_learn(&from, arena, model.feature, &bins, err) || !bins_fill(&from, &own, &bins, err))
        return false;
    cell = bins.cell;
    if (!loss_begin(&from, how, &model, &bins, &loss, err))
        return false;
    learn(&bins, how, &loss, arena, &model);
    *ret = model;
    return true;
}
