/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of alarms share: the rows that are looked at, in memory. */
#ifndef TRAIN_ALARMS_INT_H
#define TRAIN_ALARMS_INT_H

#include "train/alarms.h"

/* A side's rows, as places in view.table. */
struct side {
    uint32_t *at; /* (n) ascending */
    size_t n;
    size_t of; /* rows of that side in the whole table */
};

struct view {
    struct study *study;
    struct arena *arena;
    struct table table;  /* gathered: the rows of both sides; features and target */
    const uint32_t *row; /* (table.rows) their numbers in the study's table */
    struct side train;
    struct side test;
    uint64_t seed;
    struct alarms *alarms; /* room for all */
    size_t room;
};

/* A cell as a number: the mantissa, or the code. */
static inline int64_t cell_of(const struct column *column, size_t at)
{
    return column->type == COLUMN_NUMBER ? column->mantissa[at] : (int64_t)column->code[at];
}

/* The values of a column on one side that are not missing, ascending. */
struct sorted {
    int64_t *value; /* (n), to be freed */
    size_t n;
};
struct sorted sorted_of(const struct view *view, const struct column *column,
                        const struct side *side);

/* How many of them are below x. */
size_t sorted_below(const struct sorted *sorted, int64_t x);

/* One more alarm. */
void alarms_add(struct view *view, struct alarm alarm);

/* The parts of alarms_look, in this order: twins among the rows, groups, neighbours in a recording,
 * columns that tell the answer, those that count or name the rows, those that differ or change. */
bool alarms_same_rows(struct view *view, struct err *err) MUST_USE;
bool alarms_groups(struct view *view, enum alarms_split split, struct err *err) MUST_USE;
void alarms_neighbours(struct view *view);
void alarms_answers(struct view *view);
void alarms_rows_told(struct view *view);
void alarms_drift(struct view *view);

#endif
