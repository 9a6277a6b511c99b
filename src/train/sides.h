/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sides: what once was learned from is never tested with, and the other way round.
 *
 * The first training for a hypothesis draws which whole groups are set aside: the share of those
 * that are there then. Its body keeps the draw as a number, "draw":{"low","high"} (16 hex digits;
 * study.h, struct study_draw), and all later trainings take it over. So nothing moves a row to the
 * other side: no row that comes later, late or earlier in the order of entries (two copies met), no
 * row that is taken back, no correction. Before there is a training no row has a side.
 *
 *  1. A group's side follows from its name, the freeze and the draw alone.
 *  2. If two copies drew before they met, the draw is both: groups between the two numbers take no
 *     part. Each body names the trainings that it followed in "earlier", so it can be done again.
 *  3. A row whose value in the column that splits was corrected, so that it would change sides (or
 *     where the column itself says the side: any correction of it), takes no part from then on. For
 *     this the value is looked up that it had at each earlier training that it was part of.
 *
 * Out of reach: a correction that was learned from and was then taken back leaves no trace of its
 * value; the model that was made with it went with it.
 *
 * Tried and dropped: to draw from the first rows (those before the freeze, the first file, the
 * first 100), each time anew. While observations come in one by one, and as early ones are
 * corrected or taken back, the draw moved, and rows with it. A threshold that is the share alone
 * needs no draw, but of 12 sites it sets 3 aside only one time in four, and none 3 % of the time.
 */
#ifndef TRAIN_SIDES_H
#define TRAIN_SIDES_H

#include "collect/collect.h"
#include "hypothesise/hypothesise.h"
#include "train/study.h"

struct sides {
    struct ids earlier; /* trainings that were followed */
    bool drawn;
    struct study_draw draw; /* if drawn */
    struct collect_past past;
    size_t moved; /* rows that take no part because they would have changed sides */
};

/* What holds already: for a new training (NULL) all that there are, else what the body of a
 * training says. In the arena. ERR_NOT_FOUND: an earlier training is not here. */
bool sides_read(struct record *record, const struct hypothesis *hypothesis, const json_t *training,
                struct arena *arena, struct sides *ret, struct err *err) MUST_USE;

/* Whole groups on their sides, drawn if they are not yet. Errors as study_draw_groups. */
bool sides_groups(struct sides *sides, const struct hypothesis *hypothesis, struct study *study,
                  struct err *err) MUST_USE;

/* After the split: rows that would have changed sides take no part. */
void sides_keep(struct sides *sides, const struct hypothesis *hypothesis,
                const struct collected *collected, struct study *study);

/* Put "earlier" and "draw" into the body of a training. */
void sides_put(const struct sides *sides, json_t *body);

#endif
