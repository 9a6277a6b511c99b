/* SPDX-License-Identifier: GPL-3.0-or-later */
/* branch: the best question that a node of a tree can ask, from its histogram.
 *
 * A question sends each bin of one feature left or right. A number asks whether its bin is at most
 * b. A category asks whether it is one of a set: the categories of the node are put in the order of
 * g / (h + BRANCH_SMOOTH), and a set is the first ones in that order (SOURCE: Fisher 1958, "On
 * grouping for maximum homogeneity", JASA 53(284): for two outputs no other set is better).
 * Missing cells go to whichever side gains more.
 *
 *     gain = G_l^2 / (H_l + penalty) + G_r^2 / (H_r + penalty) - G^2 / (H + penalty)
 *
 * in float64 from sums of integers, in that order; the first of the largest gains wins, in the
 * order of features, then bins, then missing cells right before left. SOURCE: Friedman 2001,
 * "Greedy function approximation", Annals of Statistics 29(5); Chen & Guestrin 2016, "XGBoost".
 */
#ifndef LEARN_BRANCH_H
#define LEARN_BRANCH_H

#include "learn/histogram.h"

/* What a child must have, in units of the histogram. */
struct branch_rules {
    int64_t least_rows;
    int64_t least_hessian;
    int64_t
        least_category; /* rows of a category in a node, else it goes the way of missing cells */
    double penalty;
    double smooth; /* BRANCH_SMOOTH: for the order of categories */
};

/* The sums of a node. */
struct branch_sums {
    int64_t g, h, n;
};

struct branch {
    double gain; /* 0: none */
    size_t feature;
    unsigned bin;      /* NUMBER: bins up to this go left */
    bool missing_left; /* and what is in no bin; if the node has none: the side with more rows */
    uint8_t left[256]; /* by bin, the one for missing cells included: 1 goes left */
    struct branch_sums child; /* the left one */
};

/* A node: its sums, and its histogram. */
struct branch_node {
    struct branch_sums sums;
    const struct histogram *histogram;
    const struct histogram_form *form;
};

/* The best question; ret->gain is 0 if none gains. Cost: two multiplications for each bin, two
 * divisions for each cut that may be the best so far. */
void branch_find(const struct bins *bins, const struct branch_node *node,
                 const struct branch_rules *rules, struct branch *ret);

#endif
