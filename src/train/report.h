/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report: where a model is right and where it errs, in counts that people can picture.
 *
 * Made of answers beside the truth: what was taken for what, each unit (place, day, person) by
 * itself, how sure it was and what came of it, the single errors. Counts may go into the record and
 * onto the page; what names rows or units stays in what the command says.
 */
#ifndef TRAIN_REPORT_H
#define TRAIN_REPORT_H

#include <jansson.h>

#include "learn/calibration.h"
#include "learn/confusion.h"
#include "learn/threshold.h"
#include "train/score.h"

enum { REPORT_UNIT_SMALL = 5 };

/* A unit: rows, and how many were right (classes) or the mean error (numbers). */
struct report_unit {
    uint32_t unit;
    struct str name; /* empty if rows are their own units */
    size_t n;
    size_t right;
    double error;
    bool small; /* fewer than REPORT_UNIT_SMALL rows say little */
};

/* An answer that is wrong (classes), or off (numbers). */
struct report_error {
    size_t place; /* among the answers */
    size_t row;   /* of the table */
    double size;  /* how sure it was, or how far off */
};

struct report {
    const struct answers *answers;
    const struct column *target;
    enum task task;
    bool is_probability;
    struct confusion confusion;     /* classes */
    struct calibration calibration; /* where is_probability */
    struct report_unit *unit; /* (unit_n) the worst first, small ones last; none where rows are
                                 their own units */
    size_t unit_n;
    struct report_error *error; /* (error_n) the surest, or the farthest off, first */
    size_t error_n;
    size_t wrong; /* classes: wrong answers, of which error holds the first */
    bool has_alarm;
    uint32_t alarm; /* the class of interest */
    bool has_threshold;
    struct alarm_count at; /* these answers at the chosen threshold */
};

/* What to report of. */
struct report_request {
    const struct answers *answers;
    const struct dataset *data;
    const size_t *row;          /* (answers->n) */
    struct str algorithm;       /* of the model that answered */
    const uint32_t *unit_of;    /* (rows of the table) or NULL */
    const struct str *unit_key; /* names of the units */
    size_t errors;              /* how many single errors are wanted */
    bool has_threshold;
    double threshold;
};

/* In the arena. Cost: n log n. */
void report_make(const struct report_request *request, struct arena *arena, struct report *ret);

/* A class as it is called, also where only the model knows it. */
struct str report_class(const struct report *report, uint32_t class_index);

/* The counts without names of rows and units, for a body: reals are strings. A new reference. */
json_t *report_counts_json(const struct report *report);

/* The same for the result of a command, with names, units and errors. row_json (or NULL) says how a
 * row is named. A new reference. */
json_t *report_json(const struct report *report,
                    json_t *(*row_json)(const void *context, size_t row), const void *context);

/* In sentences of the reader's language, appended to out; of each list the first `lines`, but of
 * errors all that were asked for. */
void report_text(const struct report *report, size_t lines, struct buf *out);

/* The table of thresholds of cross-validated answers: in sentences, and as JSON (a new
 * reference). algorithm: of the model. */
void report_thresholds_text(const struct answers *answers, struct str algorithm,
                            struct str class_name, struct buf *out);
json_t *report_thresholds_json(const struct answers *answers, struct str algorithm,
                               struct str class_name);

#endif
