/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model_trees: the trees of a model as arrays of its file (docs/format/model.md). */
#ifndef LEARN_MODEL_TREES_H
#define LEARN_MODEL_TREES_H

#include "learn/model.h"

enum { MODEL_TREES_ARRAYS = 8 };

/* Is it an algorithm of trees? */
bool model_has_trees(const struct model *model);

/* The arrays, in their order in the file, with the sizes that model->trees has. */
void model_trees_arrays(const struct model *model, struct model_array ret[MODEL_TREES_ARRAYS]);

/* Bytes of an element of an array. */
size_t model_kind_bytes(const char *kind);

/* The arrays, appended to out. */
void model_trees_write(const struct model_trees *trees, struct buf *out);

/* Read them from outside; model has its features, task and classes, and its trees their sizes;
 * bytes has the length that follows from them. What is accepted can be walked without looking:
 * trees have no loops, every node is reached once, every index is in range, every value finite.
 * Errors: ERR_INPUT names what is wrong. */
bool model_trees_read(struct str bytes, struct arena *arena, struct model *model,
                      struct err *err) MUST_USE;

#endif
