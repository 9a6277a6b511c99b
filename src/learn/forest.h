/* SPDX-License-Identifier: GPL-3.0-or-later */
/* forest: trees on their way into a model: bins become numbers and categories again. */
#ifndef LEARN_FOREST_H
#define LEARN_FOREST_H

#include "learn/grow.h"

struct forest {
    const struct bins *bins;
    struct model_trees trees;
    size_t node_room, tree_room, set_room;
};

/* Put a tree behind the others; value (leaf_n) of its leaves. */
void forest_add(struct forest *forest, const struct grow_tree *tree, const double *value);

/* Take the last n trees away again. */
void forest_drop(struct forest *forest, size_t n);

/* The trees with their base (output_n), in the arena. */
void forest_end(const struct forest *forest, const double *base, size_t output_n,
                struct arena *arena, struct model_trees *ret);

/* Give the memory back; for CLEANUP. */
void forest_free(void *forest);

#endif
