/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export_rows: made-up rows that lead through a model, with its answers: for tests that an export
 * carries with it. Nothing of the data is in them but what the model itself says.
 */
#ifndef TRAIN_EXPORT_ROWS_H
#define TRAIN_EXPORT_ROWS_H

#include "learn/model.h"

enum { EXPORT_ROWS = 12 };

struct export_rows {
    struct str *cell;      /* (EXPORT_ROWS, feature_n) as text; NULL at: missing */
    uint32_t *class_index; /* (EXPORT_ROWS) */
    double *score;         /* (EXPORT_ROWS, classes, or 1 for a number) */
};

/* In the arena. Row 0 is all missing; numbers lie about centres and on and beside cuts; some
 * categories are unknown. */
bool export_rows_make(const struct model *model, struct arena *arena, struct export_rows *ret,
                      struct err *err) MUST_USE;

#endif
