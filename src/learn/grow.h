/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grow: one tree for given gradients, the leaf with the largest gain first.
 *
 * The rows of each leaf lie together in one list and stay in ascending order. When a leaf is split,
 * only the histogram of the child with fewer rows is made; the other is what is left of the
 * parent's. Which child that is follows from counts over all ranks, so all ranks do the same.
 *
 * Histograms lie in a pool whose bytes are bounded: a leaf that cannot be split has none, and where
 * there is no room for another, the leaf with the smallest gain loses its own. If it is split after
 * all, both its children are counted from their rows. What is found is the same.
 *
 * Of millions of rows a tree looks at some only, drawn anew for each round (grow_draw); the others
 * go down it when it is finished (leaves.h). SOURCE: Friedman 2002, "Stochastic gradient
 * boosting", Computational Statistics & Data Analysis 38(4).
 */
#ifndef LEARN_GROW_H
#define LEARN_GROW_H

#include "learn/branch.h"

enum { GROW_LEAVES_MAX = 31, GROW_NODES_MAX = 2 * GROW_LEAVES_MAX - 1, GROW_NONE = 255 };

struct grow_leaf {
    uint32_t node;
    size_t first, n; /* its rows: grower->row[first … first + n - 1], of this rank */
    struct branch_sums sums;
    unsigned histogram; /* which of the pool is its own; GROW_NONE: it has none, or no longer */
    struct branch best;
};

struct grow_node {
    int32_t left; /* its children are left and left + 1; 0: a leaf */
    struct branch branch;
};

/* A tree; node 0 is the root, children stand behind their parents. */
struct grow_tree {
    struct grow_node node[GROW_NODES_MAX];
    unsigned node_n;
    struct grow_leaf leaf[GROW_LEAVES_MAX];
    unsigned leaf_n;
};

/* What growing needs; everything from drawn on is the grower's. */
struct grower {
    const struct bins *bins;
    const struct histogram_form *form;
    const struct branch_rules *rules;
    const struct cluster *cluster;
    unsigned leaves; /* at most GROW_LEAVES_MAX */
    size_t all;      /* training rows of all ranks */
    size_t
        pool_bytes;  /* at most so many for the pool, but for two histograms; 0: GROW_POOL_BYTES */
    size_t drawn;    /* how many rows row has */
    uint32_t *row;   /* (bins->n) */
    uint32_t *spare; /* (bins->n) */
    struct histogram pool[GROW_LEAVES_MAX];
    unsigned pool_n;
    struct histogram_room room;
};

enum { GROW_POOL_BYTES = 1 << 27 };

/* Take memory for a grower whose members up to pool_bytes are set; grow_end gives it back. */
void grow_begin(struct grower *grower);
void grow_end(void *what); /* for CLEANUP */

/* Bring those of row[first … first + n - 1] that a question sends left to the front, both sides in
 * order; returns how many. Uses bins, cluster, row and spare only. */
size_t grow_part(const struct grower *grower, const struct branch *branch, size_t first, size_t n);

/* Fill row with those that are drawn, ascending, share in 256 of all; which they are depends on
 * stream and the row's number in the table. share 256: all. */
void grow_draw(struct grower *grower, uint64_t stream, unsigned share);

/* Grow a tree for word (bins->n), see histogram.h, from the rows drawn. Exact. Cost: histograms of
 * about 2.5 times all rows, and two passes over the rows of every node that is split. */
void grow_one(struct grower *grower, const int32_t *word, struct grow_tree *ret);

#endif
