/* SPDX-License-Identifier: GPL-3.0-or-later */
/* drawing: what a model has learned, for eyes: bars of weights, bars of features, a tree as text
 * and as a picture. Words are in the reader's language; how a picture looks stands in pages/.
 */
#ifndef TRAIN_DRAWING_H
#define TRAIN_DRAWING_H

#include <jansson.h>

#include "learn/explain.h"

enum { DRAWING_NODES_MAX = 127 };

/* A bar: to the right if value > 0. */
struct bar {
    const char *label;
    double value;    /* what stands beside it */
    double length;   /* -1 to 1 */
    double per_unit; /* weights: with 1 more of it */
    bool is_number;  /* weights: per_unit means something */
};

/* The weights of an output as bars, the longest first. In the arena; returns how many. */
size_t drawing_weights(const struct model *model, size_t output, struct arena *arena,
                       struct bar **ret);

/* The features of a model of trees as bars, the most important first; those that no tree asks about
 * are left out. */
size_t drawing_importance(const struct model *model, struct arena *arena, struct bar **ret);

/* What output k speaks for: a class, or the target. */
struct str drawing_output(const struct model *model, size_t k);

/* A tree with its words. Trees that ask the same questions for one class each (tree/1) are drawn as
 * one: its leaves then name the likeliest class. */
struct drawn_tree {
    struct explain_node *node; /* (n) */
    const char **words;        /* (n) the question, or the answer of a leaf */
    size_t n;
    size_t leaves;
    const char *title;
};

/* The first tree, or the first of each output where they are alike; false if it has more than
 * DRAWING_NODES_MAX nodes. In the arena. */
bool drawing_tree(const struct model *model, struct arena *arena, struct drawn_tree *ret);

/* The tree as indented lines. */
void drawing_tree_text(const struct drawn_tree *tree, struct buf *out);

/* The tree as a picture that says in words what it shows. A whole file. */
void drawing_tree_svg(const struct drawn_tree *tree, struct buf *out);

/* What pages/tree.svg and pages/bars.svg need, for a page that has them inside. New references. */
json_t *drawing_tree_json(const struct drawn_tree *tree);
json_t *drawing_bars_json(const char *title, const struct bar *bar, size_t n);

#endif
