/* SPDX-License-Identifier: GPL-3.0-or-later */
/* observed: the observations of a form as one table, which hypotheses use like an imported one.
 *
 * An observation is an entry of its own, and so a batch of one row: the item at position 1. Rows of
 * its repeats are items of the same entry, at positions from 2 on, and
 * stand in tables of their own, FORM.REPEAT, with the columns of the observation before theirs.
 * (row r of the k-th of K repeats at 2 + (r - 1) * K + (k - 1), so that no row that is added to one
 * repeat later moves those of another.)
 * Rows come in the order (count, id) of the observations, whatever was corrected later; the last
 * correction of a field holds. Values are as typed. Observations without permission for the project
 * and for training are left out of what models and guesses see.
 */
#ifndef COLLECT_OBSERVED_H
#define COLLECT_OBSERVED_H

#include "collect/collect.h"

struct observed_row {
    struct hash entry;
    uint64_t position;
    bool may_use;           /* in the project: permission "project" or "training" */
    bool may_publish;       /* permission "publication" */
    const struct str *cell; /* (column_n) */
};

/* In the arena that it was read in. */
struct observed {
    struct field_plan *column; /* (column_n) */
    size_t column_n;
    struct observed_row *row; /* (row_n) */
    size_t row_n;
    struct hash *correction; /* (correction_n) entries that changed a row */
    struct hash *corrected;  /* (correction_n) whose */
    size_t correction_n;
    struct collect_moved *moved; /* (moved_n) in the order of rows; empty without `past` */
    size_t moved_n;
};

/* Read a table of a form. *ret is NULL if there is no form of that name. past: see collect.h; or
 * NULL. Cost: one entry and one small file each; with past, those that were corrected since
 * once more for each time. */
bool observed_read(struct record *record, struct str table, const struct collect_past *past,
                   struct arena *arena, const struct observed **ret, struct err *err) MUST_USE;

#endif
