/* SPDX-License-Identifier: GPL-3.0-or-later */
/* try: all cheap steps on a file, without a project: does this need AI at all?
 *
 * Reads one or several CSV files with the same header as one table, splits it, climbs the steps and
 * scores the chosen one on the part set aside. Nothing is written, and nothing is remembered.
 */
#ifndef TRAIN_TRY_H
#define TRAIN_TRY_H

#include "train/steps.h"
#include "train/study.h"

/* What was typed; NULL where nothing was. Lists are comma-separated. */
struct try_request {
    const char *const *data; /* (data_n) paths */
    size_t data_n;
    const char *test_file; /* --test */
    const char *target;
    const char *features;
    const char *ignore;
    const char *names;          /* "a,b,c" or "none" */
    const char *const *missing; /* (missing_n) */
    size_t missing_n;
    const char *const *dates; /* (dates_n) */
    size_t dates_n;
    const char *rule;
    const char *group;
    const char *split;     /* COLUMN, COLUMN=VALUE, FILE.csv[:COLUMN] */
    const char *rows_test; /* "A-B" */
    bool random_rows;
    const char *why;
    const char *share;
    uint64_t seed;
    const char *metric;
    unsigned rungs;
    struct cluster cluster;
    bool (*cancelled)(void);
};

/* What came out. Everything lies in the arena. */
struct try_result {
    struct study study;
    struct recipe recipe;
    struct ladder ladder;
    enum task task;
    const char *split_by;        /* "group", "column", "file", "range", "rows" */
    struct str split_name;       /* the column, file or range */
    bool split_guessed;          /* a natural group was picked by its name */
    bool split_random;           /* nothing protects against look-alikes */
    bool classes_guessed;        /* the target's few whole numbers were taken as classes */
    size_t twins;                /* test rows with a twin in the training part */
    struct columns_fault *fault; /* (fault_n) what did not go in as it stands, from all files */
    size_t fault_n;
    struct columns read;     /* what the columns of all files were read as */
    struct answers answers;  /* of the chosen step on the part set aside */
    struct interval test;    /* recipe.metric with its range */
    struct answers baseline; /* of step 0 */
};

/* Read, split, climb, score. ERR_* as the parts of it; ERR_INPUT nothing set aside. */
bool try_run(const struct try_request *request, struct arena *arena, struct try_result *ret,
             struct err *err) MUST_USE;

/* "0.25" as ten-thousandths; ERR_USAGE unless 0 < share < 1 with at most 4 decimals. */
bool try_share(const char *text, unsigned *ret_e4, struct err *err) MUST_USE;

/* Cut "a,b,c" at the commas, blanks around each removed; in the arena. */
size_t try_list(struct arena *arena, const char *text, struct str **ret);

#endif
