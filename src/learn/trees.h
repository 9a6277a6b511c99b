/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trees: what tree/1 and trees/1 are made with; these numbers never change (train.h). */
#ifndef LEARN_TREES_H
#define LEARN_TREES_H

enum {
    /* trees/1, as scikit-learn's histogram gradient boosting has them, but for the penalty */
    TREES_ROUNDS = 100,
    TREES_LEAVES = 31,
    TREES_LEAF_ROWS = 20,
    TREES_STEP_MOST = 10, /* log odds, before the rate */
    /* tree/1 */
    TREE_LEAVES = 8,
    TREE_DEPTH = 4,
    TREE_LEAF_ROWS = 5
};

#endif
