/* SPDX-License-Identifier: GPL-3.0-or-later */
/* steps: from "no AI" upward, and stop where it is enough.
 *
 * "Looks better than it is by" compares two ways to climb: what somebody would claim who draws
 * single rows at random and chooses a step by that, less what the chosen step reaches with whole
 * groups left out. So it also shows where drawing at random would have chosen a model that in truth
 * helps nobody.
 *
 * Every step is judged by cross-validation inside the training part, whole groups left out.
 * Climbing stops at once when the frozen threshold is cleared by the range of a step; else the
 * lowest step within the margin of the best one is chosen (and trees only if they are clearly
 * better where columns drift). The part set aside is never looked at
 * here.
 *
 * Which steps there are, and in which order, says the table of algorithms (learn/algorithms.c).
 *
 * Invariants: 1. Results depend only on dataset and recipe, not on threads, time or machine (cpu_s
 * and cost apart, and where climbing ends if there is a budget).
 *             2. Step 0 always runs. 3. With fewer than two groups only step 0 runs.
 */
#ifndef TRAIN_STEPS_H
#define TRAIN_STEPS_H

#include "ledger/meter.h"
#include "train/score.h"

enum { STEPS_MAX = 8, STEPS_GAP_GROUPS = 5 };

struct recipe {
    enum metric metric;
    struct str metric_class; /* of precision and recall, else empty */
    struct str alarm;        /* the class of interest, for thresholds; or empty */
    struct str rule;         /* the community's own rule; empty: none */
    struct str now; /* the feature that is the answer as it is now (study.h); empty: none */
    unsigned rungs; /* bit r: rung r may run; a single bit: no cross-validation */
    double margin;  /* 0.01 */
    bool has_goal;  /* the frozen threshold */
    enum comparator comparator;
    double threshold;
    size_t least_units;
    double confidence;
    struct hash salt;            /* of folds and draws */
    const struct str *group_key; /* (data->group_n), NULL if rows are their own groups */
    bool stretches;              /* the groups are stretches of rows (study.h) */
    bool drifted;                /* columns have other values in the part set aside (alarms.h) */
    bool side_by_side;           /* what is set aside is not kept apart from what is learned from:
                                    judge by rows drawn at random, as it will be tested */
    const double *class_weight;  /* (classes) as in struct training, or NULL */
    const struct hash *digest;   /* of the dataset if it is known already, or NULL */
    const struct meter *meter;   /* begun with the command, or NULL: cost is then CPU time only */
    double budget_s;             /* climb no further once so many CPU seconds … */
    double budget_j;             /* … or joules are spent; 0: no limit. Only with a meter */
    const struct cluster *cluster;
    bool (*cancelled)(void); /* or NULL */
};

struct step {
    unsigned rung;
    const struct algorithm *algorithm;
    struct model model;
    struct hash id;
    size_t bytes;
    bool has_cv;
    struct interval cv;
    double cpu_s;
    struct cost cost;
};

struct ladder {
    struct step step[STEPS_MAX];
    size_t step_n;
    size_t chosen;
    bool rows_alone;         /* rows were their own groups: nothing kept look-alikes apart */
    bool stretches;          /* the groups are stretches of rows */
    unsigned folds;          /* 0: no cross-validation */
    const char *why_none;    /* why there was none, in the reader's language, or NULL */
    const char *why_missing; /* why a step could not be climbed (too large), or NULL */
    bool weighed;            /* classes have weights; which steps heed them: algorithm->weighs */
    bool cautious;           /* trees were better, but not clearly, and columns drifted */
    bool spent;              /* the budget was spent before the last step */
    bool stopped;            /* the goal was cleared before the last step */
    bool has_gap;            /* "looks better than it is by" */
    struct interval gap;
    enum metric gap_metric;
    bool has_answers; /* those of the chosen step in cross-validation */
    struct answers answers;
    size_t gap_step; /* the step that rows drawn at random would have chosen */
};

/* Climb. data->group may be NULL: every row is its own group. ERR_CANCELLED; ERR_INPUT as train_*.
 */
bool steps_climb(const struct dataset *data, const struct recipe *recipe, struct arena *arena,
                 struct ladder *ret, struct err *err) MUST_USE;

/* What an algorithm is called by people, in their language. */
const char *algorithm_words(struct str name);

/* What a step is called by people, in their language. */
const char *step_name(const struct step *step);

#endif
