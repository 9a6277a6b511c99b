/* SPDX-License-Identifier: GPL-3.0-or-later */
/* world: measures about the world, judged over units; no model, no training part.
 *
 * world_gather reads the rows once or twice and adds up what each unit has; world_range makes the
 * range from that. Sums over rows are exact; only means and what follows are rounded, in the order
 * of the units.
 */
#ifndef EVALUATE_WORLD_H
#define EVALUATE_WORLD_H

#include "base/json.h"
#include "collect/collect.h"
#include "hypothesise/hypothesise.h"
#include "learn/interval.h"
#include "learn/unit.h"

/* What the rows of a unit add up to. Side 0 holds the rows that count (share), the first side
 * (mean_difference, ratio), or the target's values; side 1 all rows (share: only n), the second
 * side, or those of `by`. */
struct world_unit {
    struct unit_sum side[2];
    double xx, xy, yy; /* within: sums of products about the unit's means; x is `by` */
};

/* One side of a comparison, or the whole. */
struct world_side {
    double value; /* mean over units; share: 0 */
    size_t units;
    uint64_t rows;
};

/* The rows that a hypothesis about the world is judged on: those that came after its freeze; if
 * there are none, those that were there before, and then it is exploratory. */
struct world {
    struct collected collected;
    bool exploratory;
    enum world_measure measure;
    bool two_sides; /* mean_difference, ratio without `by` */
    bool within;
    uint64_t found[2];         /* rows of either side, also of units that cannot be used */
    size_t rows;               /* that counted */
    size_t left_out;           /* units that had rows and could not be used */
    size_t both;               /* two sides: units with rows on both */
    struct world_side side[2]; /* two sides */
    struct world_unit *unit;   /* (units) those that can be used */
    size_t units;
    int exponent[2];             /* of the columns of both sides' sums */
    struct answer_sheet answers; /* alpha */
};

/* Read what the hypothesis asks for, of these batches alone if `only` is not NULL. Nothing is
 * judged yet; refused is what can give no result. ERR_INPUT: a column is absent or holds words, a
 * side is empty, the sum below a ratio is not above 0, nothing varies, no item has two answers;
 * ERR_NOT_FOUND no data; ERR_LIMIT too many rows. */
bool world_gather(struct record *record, const struct hypothesis *hypothesis,
                  const struct ids *only, struct arena *arena, struct world *ret,
                  struct err *err) MUST_USE;

/* The range of the measure; alpha needs no random numbers either. */
struct interval world_range(const struct world *world, double confidence);

/* What a verdict says beside the range: "sides", "left_out", "both". */
void world_put(const struct world *world, json_t *body);

#endif
