/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trees: what tree/1 and trees/2 are made with; these numbers never change (train.h). */
#ifndef LEARN_TREES_H
#define LEARN_TREES_H

enum {
    /* trees/2, as scikit-learn's histogram gradient boosting has them, but for the penalty */
    TREES_ROUNDS = 100,
    TREES_LEAVES = 31,
    TREES_LEAF_ROWS = 20,
    TREES_CATEGORY_ROWS = 10, /* of a node; trees/1 had no bound */
    TREES_ROWS = 1 << 17,     /* that a tree looks at, about, where there are more */
    TREES_STEP_MOST = 10,     /* log odds, before the rate */
    /* tree/1 */
    TREE_LEAVES = 8,
    TREE_DEPTH = 4,
    TREE_LEAF_ROWS = 5
};

#endif
