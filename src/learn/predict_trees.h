/* SPDX-License-Identifier: GPL-3.0-or-later */
/* predict_trees: rows on their way down the trees of a model.
 *
 * Some rows at a time go down the same tree, all by one step, then by the next: no step waits for
 * the one before, and no branch has to be guessed. A leaf leads to itself, so every row takes as
 * many steps as the tree is deep.
 */
#ifndef LEARN_PREDICT_TREES_H
#define LEARN_PREDICT_TREES_H

#include "learn/inputs.h"

enum { PREDICT_TREES_ROWS = 64 };

/* A model made ready. */
struct predict_trees;

/* How many doubles a slot needs for working. */
size_t predict_trees_room(const struct model *model);

/* Make ready; lies in the arena. */
const struct predict_trees *predict_trees_begin(const struct model *model,
                                                const struct inputs *inputs, struct arena *arena);

/* Predict the rows first … end - 1 of `rows`, all inside the block. room: of this slot. Classes get
 * probabilities: 1 / (1 + e^-output), or softmax; the largest output decides, the first of equal
 * ones. */
struct predict_trees_rows {
    const struct scan_block *block;
    const struct predict_rows *rows;
    size_t first, end;
};
void predict_trees_block(const struct predict_trees *ready, const struct predict_trees_rows *which,
                         double *room, const struct prediction *ret);

#endif
