/* SPDX-License-Identifier: GPL-3.0-or-later */
/* score: how well a model answers rows, with its range over units. */
#ifndef TRAIN_SCORE_H
#define TRAIN_SCORE_H

#include "learn/interval.h"
#include "learn/metric.h"
#include "learn/model.h"
#include "learn/train.h"

enum { SCORE_DRAWS = 10000 };

/* Answers for rows: classes or values, beside the truth. All (n). */
struct answers {
    enum task task;
    size_t n;
    size_t class_n;
    size_t units;
    uint32_t *truth_class;
    uint32_t *guess_class;
    double *truth_value;
    double *guess_value;
    uint32_t *unit;      /* 0 … units - 1, numbered by first appearance */
    uint32_t wanted;     /* the class that precision and recall ask about; UINT32_MAX: none */
    uint32_t alarm;      /* the class whose scores are kept, for auc and alarms; UINT32_MAX: none */
    double *certainty;   /* what the model gives the answered class */
    double *alarm_score; /* what it gives `alarm`: see score_is_probability */
    const struct cluster *cluster; /* who draws the range */
};

/* Which rows: those of a part (or of a fold of the training part), and the unit that each belongs
 * to. */
struct score_rows {
    const size_t *row; /* (n) ascending */
    size_t n;
    const uint32_t *unit;          /* (rows of the table) or NULL: every row is a unit */
    const struct cluster *cluster; /* who works; NULL: one thread */
    struct str wanted;             /* the class that precision or recall asks about; may be empty */
    struct str alarm; /* the class of interest; empty: `wanted`, else of two classes the second */
};

/* Can the dataset be judged by this metric? ERR_INPUT names the classes that there are, where
 * `wanted` or `alarm` (either may be empty) is none of them, or says that auc needs two. */
bool score_check(const struct dataset *data, enum metric metric, struct str wanted,
                 struct str alarm, struct err *err) MUST_USE;

/* Predict rows and set the truth beside it; in the arena. */
bool score_answers(const struct model *model, const struct dataset *data,
                   const struct score_rows *rows, struct arena *arena, struct answers *ret,
                   struct err *err) MUST_USE;

/* Room for n answers of a dataset's task, guesses still 0 (cross-validation fills them fold by
 * fold). */
void score_prepare(const struct dataset *data, const struct score_rows *rows, struct arena *arena,
                   struct answers *ret);

/* Is what a model of this algorithm gives a class a probability, or only larger for what is
 * likelier (ridge)? */
bool score_is_probability(struct str algorithm);

/* Put the answers of some of the rows, e.g. of a fold, among those of all: some->n places. */
void score_put(struct answers *all, const size_t *place, const struct answers *some);

/* A metric with its range (DESIGN.md section 4, rule 5). */
struct interval score_range(const struct answers *answers, enum metric metric, double confidence,
                            uint64_t seed);

/* The point only; false if the metric has no value there. */
bool score_point(const struct answers *answers, enum metric metric, double *ret);

#endif
