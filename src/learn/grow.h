/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grow: one tree for given gradients, the leaf with the largest gain first.
 *
 * The rows of each leaf lie together in one list and stay in ascending order. When a leaf is split,
 * only the histogram of the child with fewer rows is made; the other is what is left of the
 * parent's. Which child that is follows from counts over all ranks, so all ranks do the same.
 */
#ifndef LEARN_GROW_H
#define LEARN_GROW_H

#include "learn/branch.h"

enum { GROW_LEAVES_MAX = 31, GROW_NODES_MAX = 2 * GROW_LEAVES_MAX - 1 };

struct grow_leaf {
    uint32_t node;
    size_t first, n; /* its rows: grower->row[first … first + n - 1], of this rank */
    struct branch_sums sums;
    unsigned histogram; /* which of the pool is its own */
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

/* What growing needs; everything but row, spare, pool and room is the caller's. */
struct grower {
    const struct bins *bins;
    const struct histogram_form *form;
    const struct branch_rules *rules;
    const struct cluster *cluster;
    unsigned leaves; /* at most GROW_LEAVES_MAX */
    uint32_t *row;   /* (bins->n) */
    uint32_t *spare; /* (bins->n) */
    int64_t *pool;   /* (leaves, HISTOGRAM_ROWS, cells) */
    struct histogram_room room;
};

/* Take memory for a grower whose first five members are set; grow_end gives it back. */
void grow_begin(struct grower *grower);
void grow_end(void *grower); /* for CLEANUP */

/* Bring the rows of a leaf that go left by its best question to the front, both sides in order;
 * returns how many. Uses bins, cluster, row and spare only. */
size_t grow_part(const struct grower *grower, const struct grow_leaf *leaf);

/* Grow a tree for word (bins->n), see histogram.h. Exact. Cost: histograms of about 2.5 times all
 * rows, and two passes over the rows of every node that is split. */
void grow_one(const struct grower *grower, const int32_t *word, struct grow_tree *ret);

#endif
