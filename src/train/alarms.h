/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alarms: what makes a score look better than it is, or makes a model fail in silence
 * (DESIGN.md section 4, rule 4).
 *
 * Two kinds of things are looked for: rows on both sides that are the same thing (identical, the
 * same after rounding, of one group, side by side in a recording), and columns (one that gives the
 * answer away, one that only counts or names the rows, one that differs between the sides or
 * changes with time). The answers of the test rows are never looked at.
 *
 * At most ALARMS_ROWS rows of each side are looked at, drawn by the data digest; each test row of
 * them is compared with every training row. An alarm that is raised often for nothing is soon
 * ignored, so each has a bound on what chance can do; docs/design/alarms.md has the rules and how
 * often they failed on tables made up for it.
 *
 * All figures are integers, so they can be written down and computed again.
 */
#ifndef TRAIN_ALARMS_H
#define TRAIN_ALARMS_H

#include <jansson.h>

#include "train/study.h"

enum { ALARMS_ROWS = 4096 };

enum alarm_kind {
    ALARM_IDENTICAL = 0, /* count of test rows with an identical row in the training part */
    ALARM_ROUNDED,       /* … with one that is the same but for rounding */
    ALARM_GROUP,         /* … of a group that was learned from */
    ALARM_NEIGHBOURS,    /* … right beside a training row, in a table in the order of recording */
    ALARM_ANSWER,        /* the column alone is right in count training rows */
    ALARM_COUNTS_ROWS,   /* the column is 1, 2, 3, … */
    ALARM_NAMES_ROWS,    /* the column has another text in count training rows */
    ALARM_MISSING,       /* missing in count test rows, and in train_count training rows */
    ALARM_RANGE,         /* count test rows lie outside the range of the training part */
    ALARM_CATEGORIES,    /* count test rows have a category that training does not know */
    ALARM_SHIFT,         /* count test rows, but train_count training rows, lie beyond some value */
    ALARM_TREND,         /* the column rises or falls from the first row to the last */
    ALARM_KINDS
};

struct alarm {
    enum alarm_kind kind;
    struct str column; /* empty if it concerns whole rows */
    uint64_t count;
    uint64_t of; /* rows that were looked at, never 0 */
    uint64_t train_count;
    uint64_t train_of; /* 0: says nothing about the training part */
};

struct alarms {
    struct alarm *alarm; /* (n) by kind, then in the order of the columns */
    size_t n;
    bool series; /* the rows stand in the order of a recording: neighbours are alike */
};

/* How the part set aside came about. */
enum alarms_split {
    ALARMS_BY_GROUP = 0, /* whole groups: that they lie on one side is sure */
    ALARMS_BY_TIME,      /* what comes later: places lie on both sides on purpose */
    ALARMS_OTHERWISE
};

/* Look at a study that study_end has finished. Errors: as scan_run. Exact for any number of
 * threads. Cost: two scans; the second costs a few ns a cell. */
bool alarms_look(struct study *study, enum alarms_split split, struct arena *arena,
                 struct alarms *ret, struct err *err) MUST_USE;

/* Is there one of this kind? */
bool alarms_have(const struct alarms *alarms, enum alarm_kind kind);

/* The stable name of a kind, e.g. "identical_row". */
const char *alarm_name(enum alarm_kind kind);

/* [{"kind","column":text|null,"rows":n,"of":n,"train_rows"?:n,"train_of"?:n}…], for the record. */
json_t *alarms_json(const struct alarms *alarms);

/* Read them again from a body, in the arena; what is not understood is left out. */
struct alarms alarms_of_json(const json_t *list, struct arena *arena);

/* A sentence and a next step, in the reader's language, in the arena. */
const char *alarm_sentence(const struct alarm *alarm, struct arena *arena);
const char *alarm_next(const struct alarm *alarm, struct arena *arena);

#endif
