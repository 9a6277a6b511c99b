/* SPDX-License-Identifier: GPL-3.0-or-later */
/* try: all cheap steps on a file, without a project: does this need AI at all?
 *
 * Reads one or several CSV files with the same header as one table, splits it, climbs the steps and
 * scores the chosen one on the part set aside. Nothing is written, and nothing is remembered.
 */
#ifndef TRAIN_TRY_H
#define TRAIN_TRY_H

#include "read/source.h"
#include "train/alarms.h"
#include "train/report.h"
#include "train/steps.h"

/* What was typed; NULL where nothing was. Lists are comma-separated. */
struct try_request {
    const char *const *data; /* (data_n) paths */
    size_t data_n;
    const char *test_file; /* --test */
    const char *sheet;     /* of spreadsheets; NULL: the only one that holds something */
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
    const char *split;     /* COLUMN, COLUMN=VALUE, COLUMN>=VALUE, FILE.csv[:COLUMN] */
    const char *rows_test; /* "A-B" */
    bool random_rows;
    const char *why;
    const char *share;
    uint64_t seed;
    const char *metric;
    const char *alarm;  /* the class of interest */
    bool has_threshold; /* from this score for it on there is an alarm */
    double threshold;
    uint64_t errors; /* how many single errors are wanted */
    unsigned rungs;
    uint64_t next;       /* predict so many rows ahead; 0: the row itself */
    const char *weights; /* "balanced" or "CLASS=W,…" */
    double budget_s;     /* 0: no limit */
    double budget_j;
    const struct meter *meter; /* begun, or NULL */
    struct cluster cluster;    /* threads 0: as many as the table is worth (scan.h) */
    bool (*cancelled)(void);
};

/* The tables of all files that were named, those of --test last. */
struct try_tables {
    const struct source **source; /* (n) */
    size_t n;
    size_t test_n;
};

/* What came out. Everything lies in the arena. */
struct try_result {
    struct try_tables tables;
    struct cluster cluster; /* who worked */
    struct study study;
    struct recipe recipe;
    struct ladder ladder;
    enum task task;
    const char *split_by;  /* "group", "column", "time", "file", "range", "last", "rows" */
    struct str split_name; /* the column, file or range */
    enum alarms_split split_kind;
    struct str group_guessed;    /* the named split keeps whole values of it apart; else empty */
    bool split_guessed;          /* a natural group was picked by its name */
    bool split_random;           /* nothing protects against look-alikes */
    bool classes_guessed;        /* the target's few whole numbers were taken as classes */
    struct alarms alarms;        /* what makes the score look better than it is */
    struct columns_fault *fault; /* (fault_n) what did not go in as it stands, from all files */
    size_t fault_n;
    struct columns read;     /* what the columns of all files were read as */
    struct answers answers;  /* of the chosen step on the part set aside */
    struct interval test;    /* recipe.metric with its range */
    struct answers baseline; /* of the answer without a model: as it is now, most frequent, mean */
    const char *baseline_name;
    struct report report; /* of the chosen step on the part set aside */
};

/* Read, split, climb, score. ERR_* as the parts of it; ERR_INPUT nothing set aside. */
bool try_run(const struct try_request *request, struct arena *arena, struct try_result *ret,
             struct err *err) MUST_USE;

/* "0.25" as ten-thousandths; ERR_USAGE unless 0 < share < 1 with at most 4 decimals. */
bool try_share(const char *text, unsigned *ret_e4, struct err *err) MUST_USE;

/* Cut "a,b,c" at the commas, blanks around each removed; in the arena. */
size_t try_list(struct arena *arena, const char *text, struct str **ret);

#endif
