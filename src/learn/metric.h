/* SPDX-License-Identifier: GPL-3.0-or-later */
/* metric: how good predictions are. Counts are integers; only divisions and their sum round.
 */
#ifndef LEARN_METRIC_H
#define LEARN_METRIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum metric {
    METRIC_ACCURACY = 0,
    METRIC_BALANCED_ACCURACY,
    METRIC_MACRO_F1,
    METRIC_MAE,
    METRIC_RMSE,
    METRIC_R2,
    METRIC_COUNT
};

/* The names of DESIGN.md section 7: "accuracy", "balanced_accuracy", … */
const char *metric_name(enum metric metric);
bool metric_by_name(struct str name, enum metric *ret);

/* What a metric is called for people, in their language. */
const char *metric_words(enum metric metric);

/* True if a larger value is better. */
bool metric_larger_is_better(enum metric metric);

/* True for metrics of classes, false for those of numbers. */
bool metric_of_classes(enum metric metric);

/* Answers of classes beside the truth. */
struct class_rows {
    const uint32_t *truth; /* (n) class indices below class_n */
    const uint32_t *guess; /* (n) */
    const uint32_t
        *weight; /* (n) how often each counts, NULL = once (the bootstrap draws units so) */
    size_t n;
    size_t class_n;
};

/* balanced_accuracy and macro_f1 are means over the
 * classes that occur in truth, whatever their weight. False if the metric has no value: nothing
 * counts, or for these two such a class counts 0 times; ret_value is then untouched. */
bool metric_classes(enum metric metric, const struct class_rows *rows, double *ret_value);

/* What metric_classes counts of one class, for callers that count themselves. */
struct class_count {
    uint64_t truth; /* how often it was true */
    uint64_t guess; /* how often it was guessed */
    uint64_t right; /* how often both */
    bool occurs;    /* some row has it as truth, even if it counts 0 times here */
};

/* The metric of counts: (class_n). False as for metric_classes. */
bool metric_counts(enum metric metric, const struct class_count *count, size_t class_n,
                   double *ret_value);

/* truth, guess: (n) numbers; sums run in row order in float64. R2 against the mean of truth.
 * False if nothing counts or, for R2, if truth does not vary; ret_value is then untouched. */
bool metric_numbers(enum metric metric, const double *truth, const double *guess,
                    const uint32_t *weight, size_t n, double *ret_value);

#endif
