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
#include "learn/leaves.h"
#include "learn/loss.h"

static const double RATE = 0.1;
static const double LEAST_HESSIAN = 0.001;
static const double SMOOTH = 10;

/* A tree for one output of a round. */
struct output {
    struct grow_tree tree;
    struct leaves_plan plan;
    int32_t value[GROW_LEAVES_MAX]; /* of the leaves, in score units */
};

struct boosting {
    const struct loss *loss;
    const struct bins *bins;
    const struct branch_rules *rules;
    const struct cluster
        *cluster;                /* for the outputs of a round, which do not wait for each other */
    const struct cluster *inner; /* for each */
    struct grower *grower;       /* (slots of cluster) */
    struct output *output;       /* (outputs) */
    unsigned round;
    unsigned share; /* of 256 rows that a tree looks at */
};

static void find_values(const struct boosting *boost, struct output *output)
{
    for (unsigned k = 0; k < output->tree.leaf_n; k++) {
        const struct branch_sums *sums = &output->tree.leaf[k].sums;
        double h = (double)sums->h + boost->rules->penalty;
        double step = h > 0 ? -(double)sums->g / h : 0;
        if (boost->loss->target) {
            step = step > TREES_STEP_MOST ? TREES_STEP_MOST : step;
            step = step < -TREES_STEP_MOST ? -TREES_STEP_MOST : step;
            step = ldexp(step, LOSS_SCORE_BITS);
        }
        output->value[k] = (int32_t)rint(RATE * step);
    }
}

struct moving {
    const struct boosting *boost;
    const struct output *output;
    size_t k; /* its number */
};

static void move_tile(void *context, size_t tile, unsigned slot)
{
    const struct moving *moving = context;
    const struct loss *loss = moving->boost->loss;
    uint8_t leaf[LEAVES_TILE];
    size_t first = tile * LEAVES_TILE;
    size_t n = loss->n - first < LEAVES_TILE ? loss->n - first : LEAVES_TILE;
    (void)slot;
    leaves_find(moving->boost->bins, &moving->output->plan, &(struct leaves_rows){first, n}, leaf);
    loss_move(loss, &(struct loss_step){moving->k, leaf, moving->output->value}, first, n);
}

/* One tree for output k. */
static void grow_output(void *context, size_t k, unsigned slot)
{
    const struct boosting *boost = context;
    const struct loss *loss = boost->loss;
    struct output *output = &boost->output[k];
    struct moving moving = {boost, output, k};
    grow_draw(&boost->grower[slot], boost->round, boost->share); /* the last tree mixed them up */
    grow_one(&boost->grower[slot], loss->word + k * loss->n, &output->tree);
    find_values(boost, output);
    leaves_plan(boost->bins, &output->tree, &output->plan);
    cluster_run(boost->inner, (loss->n + LEAVES_TILE - 1) / LEAVES_TILE, move_tile, &moving);
}

/* True if it asks anything. */
static bool add_tree(const struct boosting *boost, const struct output *output,
                     struct forest *forest)
{
    double value[GROW_LEAVES_MAX];
    for (unsigned k = 0; k < output->tree.leaf_n; k++)
        value[k] = (double)output->value[k] * boost->loss->unit;
    forest_add(forest, &output->tree, value);
    return output->tree.leaf_n > 1;
}

static void boost_all(struct boosting *boost, struct forest *forest)
{
    size_t outputs = boost->loss->output_n;
    for (boost->round = 0; boost->round < TREES_ROUNDS; boost->round++) {
        bool asked = false;
        grow_draw(&boost->grower[0], boost->round, boost->share);
        loss_words(boost->loss, boost->grower[0].row, boost->grower[0].drawn);
        cluster_run(boost->cluster, outputs, grow_output, boost);
        for (size_t k = 0; k < outputs; k++)
            asked |= add_tree(boost, &boost->output[k], forest);
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

/* A grower for each thread that grows trees of its own. */
static void boost_with(struct boosting *boost, size_t n, struct forest *forest)
{
    const struct loss *loss = boost->loss;
    const unsigned slots = cluster_slots(boost->cluster);
    CLEANUP(mem_free) struct output *output = mem_get(loss->output_n, sizeof *output);
    CLEANUP(mem_free) struct grower *grower = mem_get(slots, sizeof *grower);
    for (unsigned s = 0; s < slots; s++) {
        grower[s] = (struct grower){.bins = boost->bins,
                                    .form = &loss->form,
                                    .rules = boost->rules,
                                    .cluster = boost->inner,
                                    .leaves = TREES_LEAVES,
                                    .all = n,
                                    .pool_bytes = GROW_POOL_BYTES / slots};
        grow_begin(&grower[s]);
    }
    boost->output = output;
    boost->grower = grower;
    boost_all(boost, forest);
    for (unsigned s = 0; s < slots; s++)
        grow_end(&grower[s]);
}

static void learn(const struct bins *bins, const struct training *how, const struct loss *loss,
                  size_t n, struct arena *arena, struct model *model)
{
    CLEANUP(forest_free) struct forest forest = {.bins = bins};
    const struct branch_rules rules = {
        .least_rows = TREES_LEAF_ROWS,
        .least_category = TREES_CATEGORY_ROWS,
        .least_hessian = loss->target ? 1 + (int64_t)(LEAST_HESSIAN * loss->one) : 0,
        .penalty = loss->target ? loss->one : 0,
        .smooth = SMOOTH * loss->one};
    const struct cluster one = {.threads = 1};
    struct cluster several = {.threads = cluster_slots(how->cluster)};
    struct boosting boost = {.loss = loss, .bins = bins, .rules = &rules, .share = share_of(n)};
    /* Several classes: a thread grows the tree of one. Else, where there are so many rows that a
     * second list of them were dear, and with ranks, which must speak in one order, all threads
     * work on the same tree. */
    bool apart = loss->output_n > 1 && n <= TREES_ROWS && how->cluster->ranks <= 1;
    if (several.threads > loss->output_n)
        several.threads = (unsigned)loss->output_n;
    boost.cluster = apart ? &several : &one;
    boost.inner = apart ? &one : how->cluster;
    boost_with(&boost, n, &forest);
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
