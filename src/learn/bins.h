/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bins: the cells of a table as numbers from 0 to 255, which is all that a tree looks at.
 *
 * A number falls into the bin that says how many cuts are below it. Cuts are exact: whole numbers
 * in units of the column's last digit, halfway between neighbouring values of the training rows (or
 * of a sample of them) where there are few values, else at their quantiles. A category has a bin of
 * its own if it is one of the 254 most frequent. Missing cells, and categories without a bin, fall
 * into the bin behind the last one.
 *
 * Cells lie in groups of at most 16 features, row after row: [group][row][16]. A histogram of one
 * group fits the fastest cache (histogram.h), and what a node asks of one feature touches a quarter
 * of a cache line.
 *
 * Ranks (cluster.h): each holds the cells of its own rows only.
 */
#ifndef LEARN_BINS_H
#define LEARN_BINS_H

#include "learn/train.h"

enum {
    BINS_MAX = 255, /* without the one for missing cells */
    BINS_LANES = 16,
    BINS_ROUND = 8, /* a feature takes a multiple of this in a histogram */
    BINS_SAMPLE_ROWS = 1 << 17,
    BINS_CATEGORIES_MAX = 254
};

struct bins_feature {
    size_t column;
    unsigned bin_n;        /* values fall into 0 … bin_n - 1, what is missing into bin_n */
    int64_t *cut;          /* NUMBER: (bin_n - 1) ascending */
    uint8_t *bin;          /* CATEGORY: (categories of the column) */
    const uint8_t *narrow; /* NUMBER, or NULL: (BINS_NARROW + 1), see bins.c */
    int64_t low;           /* with narrow */
    unsigned shift;
};

struct bins {
    struct bins_feature *feature; /* (feature_n) */
    size_t feature_n;
    size_t *offset; /* (feature_n + 1) where a feature's bins begin among those of all */
    size_t group_n;
    size_t width;        /* features of a group; the last group may have fewer */
    uint8_t *cell;       /* (group_n, n, BINS_LANES) */
    const uint32_t *row; /* (n) row of the table */
    size_t n;            /* the rows of this rank */
};

/* Features of a group. */
size_t bins_width(const struct bins *bins, size_t group);

/* The cell of feature f in row 0; those of the next rows follow at a distance of BINS_LANES. */
const uint8_t *bins_cells(const struct bins *bins, size_t f);

/* The training rows of a table. */
struct bins_from {
    const struct dataset *data;
    const uint32_t *row; /* (n) ascending */
    size_t n;
    const struct cluster *cluster;
};

/* Choose the bins from the training rows, at most BINS_SAMPLE_ROWS of them, and write what a model
 * says of its features to feature (feature_n). All lies in the arena; the cells are not made yet.
 * Errors: as scan_run. */
bool bins_learn(const struct bins_from *from, struct arena *arena, struct model_feature *feature,
                struct bins *ret, struct err *err) MUST_USE;

/* Fill in the cells of the training rows: one scan. ret->cell belongs to the caller: free().
 * Errors: as scan_run. */
bool bins_fill(const struct bins_from *from, struct arena *arena, struct bins *ret,
               struct err *err) MUST_USE;

/* The bin of a number: how many cuts are below it. */
unsigned bins_of(const struct bins_feature *feature, int64_t mantissa);

/* Cuts between the values of a sample. value (n) sorted ascending, n > 0; ret_cut (BINS_MAX - 1).
 * Returns how many cuts. At most BINS_MAX different values: halfway between neighbours, rounded
 * down. Else at the k/255 quantiles, k = 1 … 254, each between the two values that lie around it.
 */
unsigned bins_cut(const int64_t *value, size_t n, int64_t *ret_cut);

#endif
