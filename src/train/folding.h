/* SPDX-License-Identifier: GPL-3.0-or-later */
/* folding: the rows of the training part that cross-validation works on, and two ways to fold them.
 *
 * At most FOLDING_ROWS rows, so that judging a step costs the same however large the table is. They
 * are whole groups, drawn by hash; where groups are so large that fewer than FOLDING_GROUPS of them
 * would take part, rows are drawn from that many instead. They are gathered into a table of their
 * own in memory, so nothing is read twice.
 */
#ifndef TRAIN_FOLDING_H
#define TRAIN_FOLDING_H

#include "train/steps.h"

enum { FOLDING_ROWS = 20000, FOLDING_GROUPS = 20 };

struct folding {
    struct table table;
    struct dataset data; /* all rows are in PART_TRAIN; groups are numbered anew */
    size_t *row;         /* (n) 0, 1, 2, … */
    size_t n;
    uint8_t *by_group; /* (n) folds with whole groups left out; of a recording, fifths of the time;
                          without groups, of rows */
    uint8_t *by_row;   /* (n) folds with rows drawn at random */
    unsigned folds;    /* 0: fewer than two groups or rows */
};

/* Draw, gather and fold. Everything lies in the arena. Errors: as scan_run. */
bool folding_make(const struct dataset *data, const struct recipe *recipe, struct arena *arena,
                  struct folding *ret, struct err *err) MUST_USE;

#endif
