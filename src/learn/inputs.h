/* SPDX-License-Identifier: GPL-3.0-or-later */
/* inputs: the rows of a table as the small integers that a linear model multiplies.
 *
 * Feature after feature, in the model's order: a number gives its quantised value (missing: 0, the
 * centre), then, if training had missing cells, 1 for missing or 0; a category gives 1 at the place
 * of its own category, else 0 (missing or unseen in training: all 0).
 */
#ifndef LEARN_INPUTS_H
#define LEARN_INPUTS_H

#include "learn/model.h"
#include "learn/scan.h"

enum { INPUTS_MAX = 4000 };

/* A feature of a model, found in a table. */
struct input_source {
    const struct model_feature *feature;
    size_t column;
    const uint32_t *place; /* (categories of the column) CATEGORY: which training category, or
                              INPUT_UNSEEN */
};

#define INPUT_UNSEEN UINT32_MAX

struct inputs {
    struct input_source *source; /* (source_n) */
    size_t source_n;
    size_t input_n;
    const size_t *want; /* (source_n) the columns, for scan.h */
};

/* Learn the features from training rows (n): centres, shifts, categories seen. ret (feature_n);
 * what it points to lies in the arena. */
void inputs_learn(const struct dataset *data, const uint32_t *rows, size_t n, struct arena *arena,
                  struct model_feature *ret);

/* How many inputs these features give. */
size_t inputs_count(const struct model_feature *feature, size_t feature_n);

/* Find the features in a table; ret lies in the arena and points to feature and table.
 * Errors: ERR_INPUT names a column that is absent or of another type. */
bool inputs_bind(const struct model_feature *feature, size_t feature_n, const struct table *table,
                 struct arena *arena, struct inputs *ret, struct err *err) MUST_USE;

/* Write the inputs of row i of a block: integers up to 2^QUANT_FAR_BITS (training rows:
 * 2^QUANT_BITS) in float64, where they are exact. ret (input_n). */
void inputs_row(const struct inputs *inputs, const struct scan_block *block, size_t i, double *ret);

#endif
