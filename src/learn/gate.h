/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gate: can any cut of a feature be better than the best question so far? It is asked of each
 * feature of each node and mostly answered with no, so it looks at packed sums as they are and
 * needs no division. With l and r the two sides of a cut and T what the two must be worth together,
 *
 *     G_l^2 / H_l + G_r^2 / H_r > T      only if      G_l^2 H_r + G_r^2 H_l >= T' H_l H_r
 *
 * where T' is T less a 2^30th, a thousand times what rounding can do. So a gate may say yes where
 * the exact look then finds nothing, but never no where it would find something: no bit of a model
 * depends on it.
 */
#ifndef LEARN_GATE_H
#define LEARN_GATE_H

#include <stdbool.h>

#include "base/cpu.h"
#include "learn/histogram.h"

struct gate {
    const struct histogram_form *form;
    int64_t least;  /* rows on either side, at least 1 */
    int64_t n;      /* rows of the node */
    double g, h;    /* its sums; h with twice the penalty */
    double penalty; /* of each side */
    double most;    /* T' */
};

/* May a cut behind one of the bins (n, a multiple of BINS_ROUND, packed) pass? start: packed sums
 * that go left with all of them. Cost: a dozen
 * operations a cut, less where the cut leaves too few rows on a side. */
bool gate_open(const struct gate *gate, const int64_t *packed, size_t n, int64_t start);

/* The twin of a level of instructions that this processor has. All say the same. */
typedef bool gate_kernel(const struct gate *gate, const int64_t *packed, size_t n, int64_t start);
gate_kernel *gate_at(enum cpu_level level);

#endif
