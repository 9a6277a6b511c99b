/* SPDX-License-Identifier: GPL-3.0-or-later */
/* inputs: the rows of a table as the small integers that a linear model multiplies.
 *
 * Feature after feature, in the model's order: a number gives its quantised value (missing: 0, the
 * centre), then, if training had missing cells, 1 for missing or 0; a category gives 1 at the place
 * of its own category, else 0 (missing or unseen in training: all 0).
 *
 * So there are two kinds of inputs: *dense* ones, the quantised numbers, and *sparse* ones, which
 * are 0 or 1 and mostly 0: indicators and categories. Both kinds are numbered by themselves, in the
 * order of the inputs; a row is its dense inputs and the list of those sparse ones that are 1.
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
    size_t input;          /* the first of its inputs */
    size_t sparse;         /* the first of its sparse inputs, by their own numbers */
};

#define INPUT_UNSEEN UINT32_MAX

struct inputs {
    struct input_source *source; /* (source_n) */
    size_t source_n;
    size_t input_n;
    const size_t *want; /* (source_n) the columns, for scan.h */
    uint32_t *dense;    /* (dense_n) which input each dense one is, ascending */
    size_t dense_n;
    uint32_t *sparse; /* (sparse_n) which input each sparse one is, ascending */
    size_t sparse_n;
    size_t list_n; /* how many sparse inputs of a row can be 1 at most */
};

/* What features are learned from. */
struct inputs_from {
    const struct dataset *data;
    const uint32_t *row; /* (n) training rows, ascending */
    size_t n;
    const struct cluster *cluster;
};

/* Learn the features: centres, shifts, categories seen. One scan, shared by the ranks.
 * ret (feature_n); what it points to lies in the arena. Exact. Errors: as scan_run. */
bool inputs_learn(const struct inputs_from *from, struct arena *arena, struct model_feature *ret,
                  struct err *err) MUST_USE;

/* How many inputs these features give. */
size_t inputs_count(const struct model_feature *feature, size_t feature_n);

/* Refuse more than INPUTS_MAX inputs, before memory is taken for them. Errors: ERR_LIMIT. */
bool inputs_check(const struct model_feature *feature, size_t feature_n, struct err *err) MUST_USE;

/* Find the features in a table; ret lies in the arena and points to feature and table.
 * Errors: ERR_INPUT names a column that is absent or of another type. */
bool inputs_bind(const struct model_feature *feature, size_t feature_n, const struct table *table,
                 struct arena *arena, struct inputs *ret, struct err *err) MUST_USE;

/* Rows of a block: row i of them is block row at[i], or first + i where at is NULL. */
struct input_rows {
    const struct scan_block *block;
    const uint32_t *at; /* (n), ascending */
    size_t first;
    size_t n;
};

/* Which row of the block row i of them is. */
static inline size_t input_row(const struct input_rows *rows, size_t i)
{
    return rows->at ? rows->at[i] : rows->first + i;
}

/* The dense inputs of a number feature, for each row: integers up to 2^QUANT_FAR_BITS (training
 * rows: 2^QUANT_BITS) in float64, where they are exact. ret (rows->n). */
void inputs_dense(const struct input_source *source, const struct input_rows *rows, double *ret);

/* For each row the sparse inputs that are 1, ascending: list[i * stride …], count[i] of them.
 * list (rows->n, stride), stride >= list_n. At most INPUTS_MAX inputs. */
void inputs_sparse(const struct inputs *inputs, const struct input_rows *rows, uint16_t *list,
                   size_t stride, uint16_t *count);

/* The rows (n), ascending, of a block: *ret_first is the place of the first one; returns how many.
 */
size_t inputs_rows_of(const struct scan_block *block, const uint32_t *rows, size_t n,
                      size_t *ret_first);

#endif
