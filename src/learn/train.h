/* SPDX-License-Identifier: GPL-3.0-or-later */
/* train: the algorithms of the first steps, each with its number.
 *
 *   majority/1  the most frequent class of the training rows (ties: the smaller index)
 *   mean/1      the mean of the target, rounded to a double once in units of its last digit
 *   last/1      the answer as it is now, for predicting ahead; where it is missing, mean/1 or
 *               majority/1
 *   rule/1      the community's own rule, "column > number -> class", else the majority of the rest
 *   ridge/2     least squares with a penalty, from the exact integer Gram matrix; classes are coded
 *               one against the rest (+1, -1), the largest output wins
 *   logistic/2  probabilities of classes, the most likely ones with a penalty on large weights
 *   tree/1      one tree of at most 8 leaves, which can be drawn
 *   trees/2     gradient boosting of such trees, 100 rounds
 *
 * All take only rows with part[r] == PART_TRAIN whose fold is not `leave_out`. A model trained with
 * folds serves one estimate and is never kept: its digest, a pass over the whole table, stays 0.
 */
#ifndef LEARN_TRAIN_H
#define LEARN_TRAIN_H

#include "learn/model.h"
#include "learn/quant.h"
#include "learn/scan.h"

/* 2^26 rows: the bound of every integer sum (gram.h, quant.c). */
enum { TRAIN_ROWS_MAX = 1 << 26 };

/* What to learn from, and how: the rows in PART_TRAIN, less those with fold[r] == leave_out (fold
 * NULL: all). */
struct training {
    const uint8_t *fold; /* (rows) */
    unsigned leave_out;
    struct str rule;            /* rule/1 only */
    const double *class_weight; /* (classes) how much an error in a row of each class counts, 2^-20
                                   to 2^20; NULL: 1. Only algorithms that say so heed it */
    struct str now;             /* last/1 only: the feature that holds the answer as it is now */
    const struct hash *digest;  /* of the dataset (digest.h), if it is known already, else NULL */
    const struct cluster *cluster;
};

/* The task that a target column asks for: a category column is classification, a number column is
 * regression. Numbers that are classes (0, 1) are turned into categories before, by
 * table_as_category. */
enum task train_task(const struct dataset *data);

/* --- shared by the algorithms --- */

/* The numbers of the rows to learn from, in the arena, ascending; rows whose target is missing are
 * left out. Errors: ERR_LIMIT more than TRAIN_ROWS_MAX rows; ERR_INPUT none. */
bool train_select(const struct dataset *data, const struct training *rows, struct arena *arena,
                  uint32_t **ret_row, size_t *ret_n, struct err *err) MUST_USE;

/* A model with algorithm, task, target, classes and digest; the rest is 0. The classes are all
 * categories of the target column, so a code of the table is a class index of the model.
 * Errors: ERR_LIMIT more than CLASSES_MAX classes. */
bool train_begin(const struct dataset *data, const struct training *rows, struct str algorithm,
                 struct arena *arena, struct model *ret, struct err *err) MUST_USE;

/* Refuse rows (n) of a category target that are all of one class. Errors: ERR_INPUT. */
bool train_two_classes(const struct column *target, const uint32_t *rows, size_t n,
                       struct err *err) MUST_USE;

struct inputs;
struct inputs_from;

/* For linear models: learn the features and find them in the table; sets feature, feature_n and
 * input_n of the model. One scan. Errors: ERR_LIMIT more than INPUTS_MAX inputs; as scan_run. */
bool train_inputs(const struct inputs_from *from, struct arena *arena, struct model *model,
                  struct inputs *ret, struct err *err) MUST_USE;

/* The most frequent class of rows (n); ties and n = 0: the smaller index. */
uint32_t train_majority(const struct column *target, const uint32_t *rows, size_t n,
                        struct arena *arena);

/* --- the algorithms --- */

/* Step 0. Errors: ERR_INPUT no training row has a target. */
bool train_constant(const struct dataset *data, const struct training *rows, struct arena *arena,
                    struct model *ret, struct err *err) MUST_USE;

/* Step 0 for predicting ahead: the answer will be what it is now, in the feature how->now.
 * Errors: ERR_INPUT there is no such feature, or it is not of the target's kind. */
bool train_last(const struct dataset *data, const struct training *how, struct arena *arena,
                struct model *ret, struct err *err) MUST_USE;

/* Step 0, the community's own rule: "light > 365 -> 1"; comparators < <= > >= = ; columns and
 * classes as they are named in the table. Classification only. Errors: ERR_INPUT names what is not
 * understood. */
bool train_rule(const struct dataset *data, const struct training *rows, struct arena *arena,
                struct model *ret, struct err *err) MUST_USE;

/* Step 1, ridge/2. Penalty 1 on standardised numbers and on categories as they are. Errors:
 * ERR_LIMIT more than 4,000 inputs or 2^26 rows; ERR_INPUT no training rows, or one class only.
 * Exact: the Gram matrix is a sum of integers (bound in ridge.c), the solver float64 in fixed
 * order. Cost: rows * inputs^2 / 2 integer multiplications + inputs^3 / 6. SOURCE: Hoerl & Kennard
 * 1970, Technometrics 12(1); Cholesky: Golub & Van Loan, alg. 4.2.1. */
bool train_ridge(const struct dataset *data, const struct training *rows, struct arena *arena,
                 struct model *ret, struct err *err) MUST_USE;

/* Step 1, logistic/2. Classes only; class_weight is heeded. Errors: ERR_LIMIT more than 4,000
 * inputs, 2^20 weights or 2^26 rows; ERR_INPUT no training rows, or one class only. Exact:
 * gradients are sums of integers (logistic_rows.h), the rest float64 in fixed order. Of more than
 * 2^16 rows (fewer in wide tables) so many are drawn. Cost: rows * inputs^2 / 2 + inputs^3 /
 * 6 multiplications, and 10 to 120 passes of 2 * rows * inputs * classes. SOURCE: logistic.c. */
bool train_logistic(const struct dataset *data, const struct training *rows, struct arena *arena,
                    struct model *ret, struct err *err) MUST_USE;

/* Step 2, tree/1: one tree of at most 8 leaves and 4 questions to a leaf, to be drawn; it stops
 * where a question is worth no more than chance gives (tree.c). Heeds class_weight. Errors and
 * scans as train_trees. Exact. Cost: about 4 * rows * features additions. */
bool train_tree(const struct dataset *data, const struct training *how, struct arena *arena,
                struct model *ret, struct err *err) MUST_USE;

/* Step 2, trees/2: gradient boosting by histograms, two classes (log loss), several (softmax) or
 * numbers (squared error); trees.c. Heeds class_weight. Two scans: a sample for the cuts, then the
 * cells as bytes. Errors: ERR_INPUT no training rows, or one class only; ERR_LIMIT; as scan_run.
 * Exact: gradients, scores and their sums are integers. Cost: 100 rounds, each about 2.5 * rows *
 * features additions for each output; memory: 16 * ceil(features / 16) + 16 bytes a row, and 8 for
 * each output. */
bool train_trees(const struct dataset *data, const struct training *how, struct arena *arena,
                 struct model *ret, struct err *err) MUST_USE;

/* --- all of them -------------------------------------------------------------------------------*/

/* An algorithm, by its number: the table of algorithms is the order in which steps are climbed. */
struct algorithm {
    const char *name; /* "ridge/2" */
    unsigned rung;    /* DESIGN.md section 6 */
    bool classes;     /* does classification */
    bool numbers;     /* does regression */
    bool weighs;      /* heeds class_weight */
    bool alone;       /* a rung asked for by its number trains the last of its algorithms that does
                         the task and has this */
    bool (*train)(const struct dataset *data, const struct training *how, struct arena *arena,
                  struct model *ret, struct err *err);
};

/* All algorithms that this program knows, lowest step first. */
const struct algorithm *train_algorithms(size_t *ret_n);

/* The algorithm of this name, or NULL. */
const struct algorithm *train_algorithm(struct str name);

#endif
