/* SPDX-License-Identifier: GPL-3.0-or-later */
/* metric: how good predictions are. Counts are integers; only divisions and their sum round.
 *
 * Precision and recall ask about one class, written behind a colon: "recall:frog". Whoever keeps a
 * metric keeps the name of that class beside it, and turns it into a number once.
 */
#ifndef LEARN_METRIC_H
#define LEARN_METRIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

enum metric {
    METRIC_ACCURACY = 0,
    METRIC_BALANCED_ACCURACY,
    METRIC_MACRO_F1,
    METRIC_PRECISION, /* of the rows answered with a class, the share in which it was true */
    METRIC_RECALL,    /* of the rows in which a class was true, the share answered with it */
    METRIC_AUC,       /* two classes: how often the second scores higher than the first */
    METRIC_MAE,
    METRIC_RMSE,
    METRIC_R2,
    METRIC_COUNT
};

/* The names of DESIGN.md section 7, without a class: "accuracy", "balanced_accuracy", … */
const char *metric_name(enum metric metric);
bool metric_by_name(struct str name, enum metric *ret);

/* Read "accuracy" or "recall:frog"; ret_class points into text, empty where no class belongs.
 * False if it is no metric, or a class is missing or too many; nothing is changed then. */
bool metric_read(struct str text, enum metric *ret, struct str *ret_class);

/* The name with its class, "recall:frog"; in the arena. */
const char *metric_text(enum metric metric, struct str class_name, struct arena *arena);

/* What a metric is called for people, in their language. */
const char *metric_words(enum metric metric);

/* The same with its class: "share of frog that is found"; in the arena. */
const char *metric_words_of(enum metric metric, struct str class_name, struct arena *arena);

/* True if a larger value is better. */
bool metric_larger_is_better(enum metric metric);

/* True for metrics of classes, false for those of numbers. */
bool metric_of_classes(enum metric metric);

/* True for precision and recall: they ask about one class. */
bool metric_of_one_class(enum metric metric);

/* Answers of classes beside the truth. */
struct class_rows {
    const uint32_t *truth; /* (n) class indices below class_n */
    const uint32_t *guess; /* (n) */
    const uint32_t
        *weight; /* (n) how often each counts, NULL = once (the bootstrap draws units so) */
    size_t n;
    size_t class_n;
    uint32_t wanted;     /* the class that precision and recall ask about; class_n or more: none */
    const double *score; /* (n) how much speaks for class `wanted`, larger is more: for auc, which
                            has no value without them */
};

/* balanced_accuracy and macro_f1 are means over the classes that occur in truth, whatever their
 * weight. auc: of all pairs of a row in which `wanted` is true and one in which it is not, the
 * share in which the former scores higher, ties counting half (the same as midranks); the pairs are
 * counted in integers. SOURCE: Mann & Whitney 1947, Ann. Math. Stat. 18(1); Hanley & McNeil 1982,
 * Radiology 143(1). False if the metric has no value: nothing counts, or for these two a class
 * counts 0 times; precision of a class never answered, recall of one that is never true, auc
 * without both; ret_value is then untouched. Cost of auc: n log n. */
bool metric_classes(enum metric metric, const struct class_rows *rows, double *ret_value);

/* What metric_classes counts of one class, for callers that count themselves. */
struct class_count {
    uint64_t truth; /* how often it was true */
    uint64_t guess; /* how often it was guessed */
    uint64_t right; /* how often both */
    bool occurs;    /* some row has it as truth, even if it counts 0 times here */
};

/* The metric of counts: (class_n), all but auc. False as for metric_classes. */
bool metric_counts(enum metric metric, uint32_t wanted, const struct class_count *count,
                   size_t class_n, double *ret_value);

/* For auc: rank (n) gets the number of each row's score among the different ones, from 0, the
 * smallest first. Returns how many there are. Scores are no NaN. */
size_t metric_ranks(const double *score, size_t n, uint32_t *ret_rank);

/* Counting the pairs of auc, score by score, the smallest first. */
struct auc {
    uint64_t wanted; /* rows in which the wanted class was true, so far */
    uint64_t others;
    uint64_t halves; /* twice the pairs won: at most 2 * 2^30 * 2^30 */
};

/* The rows with the next larger score: in how many `wanted` was true, in how many not. */
void auc_add(struct auc *auc, uint64_t wanted, uint64_t others);

/* Exact up to the last division. No value if one side is 0, or both together are 2^31 or more. */
bool auc_value(const struct auc *auc, double *ret_value);

/* The power of two that brings these numbers, times 2^it, to at most 1, so that sums of their
 * squares neither overflow nor lose anything: 0 for all 0. truth, guess: (n). */
int metric_scale(const double *truth, const double *guess, size_t n);

/* truth, guess: (n) numbers; sums run in row order in float64, in units of a power of two, so that
 * they do not overflow; errors beyond the largest double end there. R2 against the mean of truth.
 * False if nothing counts or, for R2, if truth does not vary; ret_value is then untouched. */
bool metric_numbers(enum metric metric, const double *truth, const double *guess,
                    const uint32_t *weight, size_t n, double *ret_value);

#endif
