/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loss: what boosting learns from in each round: gradients and hessians of a row, as integers.
 *
 * Scores are integers. Classes: units of 2^-LOSS_SCORE_BITS log odds; with two classes there is one
 * output, the log odds of the second; with more, one for each class. With p the probability that
 * the scores give, y 1 or 0 and w the weight of the row's class,
 *
 *     g = w (p - y)      h = w p (1 - p)
 *
 * SOURCE: Friedman, Hastie & Tibshirani 2000, "Additive logistic regression", Annals of Statistics
 * 28(2). Probabilities come from tables made by real_exp, between whose entries a straight line is
 * drawn in integers: within 2^-17 of the true ones. Weights are divided by their mean over the
 * rows, so that the sums mean the same with and without them.
 *
 * Numbers: the score is what the trees say less the target, in units of 2^-shift of its last digit:
 * its own gradient.
 */
#ifndef LEARN_LOSS_H
#define LEARN_LOSS_H

#include "learn/histogram.h"

enum { LOSS_SCORE_BITS = 20, LOSS_TARGET_BITS = 28 };

struct loss {
    const struct cluster *cluster;
    size_t n; /* rows of this rank */
    size_t output_n;
    int32_t *score;   /* (output_n, n) */
    int32_t *word;    /* (output_n, n); numbers: the same as score */
    uint16_t *target; /* classes: (n) */
    uint32_t *weight; /* classes: (classes), 2^15 is the largest */
    double *base;     /* (output_n) what a model says before its trees */
    double one;       /* what a weight of 1 is in units of g and h */
    double unit;      /* what a score of 1 is, in log odds or in the target's last digits */
    int32_t *table;
    struct histogram_form form;
};

/* Everything before the first round. bins has the rows of this rank; model has task and classes.
 * Whatever it returns, loss_end gives back what was taken. Errors: ERR_INPUT all rows have the same
 * class; ERR_LIMIT rows times classes. */
bool loss_begin(const struct bins_from *from, const struct training *how, const struct model *model,
                const struct bins *bins, struct loss *ret, struct err *err) MUST_USE;

/* The words of all rows for all outputs, from the scores. */
void loss_words(const struct loss *loss);

/* Add value to the scores of these rows (n) of an output. */
void loss_move(const struct loss *loss, size_t output, const uint32_t *row, size_t n,
               int32_t value);

/* Give the memory back; for CLEANUP. */
void loss_end(void *loss);

/* The probability that belongs to log odds of score * 2^-LOSS_SCORE_BITS, times 2^24. */
int32_t loss_probability(const struct loss *loss, int32_t score);

#endif
