/* SPDX-License-Identifier: GPL-3.0-or-later */
/* world: measures about the world, one point a unit; no model, no training part. */
#ifndef EVALUATE_WORLD_H
#define EVALUATE_WORLD_H

#include "collect/collect.h"
#include "hypothesise/hypothesise.h"
#include "learn/interval.h"

/* The rows that a hypothesis about the world is judged on: those that came after its freeze; if
 * there are none, those that were there before, and then it is exploratory. */
struct world {
    struct collected collected;
    bool exploratory;
    size_t rows; /* with both values and a unit */
    double *x;   /* (units) mean of `by` over the unit's rows */
    double *y;   /* (units) mean of the target */
    size_t units;
};

/* ERR_INPUT: a column is absent or holds words; ERR_NOT_FOUND no data. */
bool world_gather(struct record *record, const struct hypothesis *hypothesis, struct arena *arena,
                  struct world *ret, struct err *err) MUST_USE;

#endif
