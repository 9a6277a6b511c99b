/* SPDX-License-Identifier: GPL-3.0-or-later */
/* models: the models of a project, and models in files of their own. */
#ifndef TRAIN_MODELS_H
#define TRAIN_MODELS_H

#include "train/train.h"

/* Find a model: the file of this name or, in a project, the model whose hash begins with it (4 or
 * more hex digits), or "last": that of the last training. record NULL: a file only. In the arena.
 * ERR_NOT_FOUND; ERR_INPUT several fit, or it is no model; ERR_* as record_blob. */
bool models_find(struct record *record, const char *name, struct arena *arena, struct model *ret,
                 struct err *err) MUST_USE;

/* A model of a project, as its training names it. */
struct kept_model {
    struct hash id;
    struct hash training;
    struct hash hypothesis;
    struct str algorithm;
    size_t bytes;
};

/* The chosen model of each training, in their order; in the arena. */
bool models_list(struct record *record, struct arena *arena, struct kept_model **ret, size_t *ret_n,
                 struct err *err) MUST_USE;

#endif
