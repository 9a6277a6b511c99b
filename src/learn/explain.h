/* SPDX-License-Identifier: GPL-3.0-or-later */
/* explain: what a model pays attention to, as numbers that can be drawn.
 *
 * All of it follows from the model alone, so nobody needs the data to look into it. What a model
 * does not keep (how the training rows were spread) is not made up: the reach of a weight is a
 * bound.
 */
#ifndef LEARN_EXPLAIN_H
#define LEARN_EXPLAIN_H

#include "learn/model.h"

/* How many outputs a model has: a score each, summed up by weights or trees; 0: it has neither. */
size_t explain_outputs(const struct model *model);

/* An input of a linear model and its weight. */
struct explain_weight {
    struct str feature;
    struct str category; /* of a category feature, else empty */
    bool missing;        /* the indicator of missing cells */
    double per_unit;     /* how much the output changes with 1 more, or with yes instead of no */
    double reach; /* the same from the feature's mean to the farthest value of the training rows, at
                     most (at least half of it): what makes weights of different units comparable */
};

/* The weights of an output, the largest reach first, ties in the order of the inputs; without the
 * intercept. In units of the target for regression. In the arena; returns how many. */
size_t explain_weights(const struct model *model, size_t output, struct arena *arena,
                       struct explain_weight **ret);

/* How much each feature moves the outputs of a model of trees: for each question the difference of
 * the mean answers of its two sides, added up over all questions about the feature, where each
 * side of a question is reached half as often as the question. ret (feature_n), adding up to 1, or
 * all 0. Cost: the nodes. */
void explain_importance(const struct model *model, double *ret);

/* A node of a tree as it is drawn: parents before children, the left side before the right. */
struct explain_node {
    size_t node;   /* number in the model */
    size_t parent; /* place in this list; its own place for the root */
    bool right;    /* on the right side of its parent */
    unsigned depth;
    size_t left_child; /* places in this list; 0: a leaf */
    size_t right_child;
    double mean; /* of the leaves below, each side of a question reached equally often */
};

/* A tree of the model, at most `most` nodes; in the arena. Returns how many, 0 if there are more.
 * The model was read by model_read or trained: its nodes form trees. */
size_t explain_tree(const struct model *model, size_t tree, size_t most, struct arena *arena,
                    struct explain_node **ret);

/* What a node asks, e.g. "length ≤ 43.2" or "island: Biscoe, Dream"; missing cells and unknown
 * categories go the way that node.missing_left says. In the arena. */
const char *explain_question(const struct model *model, size_t node, struct arena *arena);

#endif
