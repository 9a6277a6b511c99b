/* SPDX-License-Identifier: GPL-3.0-or-later */
/* study: a table made ready for learning: target, features, groups, units, and which side each row
 * is on.
 *
 * Built step by step, in this order: study_begin, study_group and study_unit (both optional), one
 * study_split_…, study_end. Rows without target, group or unit take no part; how many is kept.
 */
#ifndef TRAIN_STUDY_H
#define TRAIN_STUDY_H

#include "learn/table.h"
#include "read/columns.h"

/* A column whose categories name the groups or units of the rows. */
struct grouping {
    size_t column;
    uint32_t *of_row;      /* (rows) group number; 0 where the cell is missing (then PART_OUT) */
    const struct str *key; /* (n) */
    size_t n;
};

struct study {
    struct arena *arena;
    struct table table;
    struct dataset data; /* points into this struct: do not copy it after study_end */
    uint8_t *part;       /* (rows) */
    bool has_group;
    struct grouping group;
    bool has_unit;
    struct grouping unit; /* of inference; without it the groups are the units, else the rows */
    size_t rows_of[3];    /* by enum part */
    size_t groups_test;   /* groups with a row set aside */
    struct hash digest;
};

/* Which columns. Empty lists: features are all columns but those named otherwise. */
struct study_columns {
    struct str target;
    const struct str *feature; /* (feature_n) */
    size_t feature_n;
    const struct str *ignore; /* (ignore_n) */
    size_t ignore_n;
    bool classes; /* the target's numbers are classes */
};

/* Takes the table over (its arena must live as long). ERR_NOT_FOUND names a column that is not
 * there and those that are. */
bool study_begin(struct study *study, struct arena *arena, const struct table *table,
                 const struct study_columns *columns, struct err *err) MUST_USE;

/* The column whose values are whole places, days or people; never a feature from now on. */
bool study_group(struct study *study, struct str column, struct err *err) MUST_USE;

/* The column of the unit of inference; never a feature. */
bool study_unit(struct study *study, struct str column, struct err *err) MUST_USE;

/* Whole groups drawn by hash. first_rows: only groups with a row below it take part in the draw
 * that sets the threshold; later groups fall by their place. */
bool study_split_groups(struct study *study, const struct hash *salt, unsigned share_e4,
                        size_t first_rows, struct err *err) MUST_USE;

/* These groups are set aside. ERR_INPUT names one that no row has. */
bool study_split_named(struct study *study, const struct str *groups, size_t n,
                       struct err *err) MUST_USE;

/* A column says it: its value `test` (NULL at: "test") is set aside, "train" (or, with a value
 * given, all else) is learned from, other values take no part. The column is never a feature. */
bool study_split_column(struct study *study, struct str column, struct str test,
                        struct err *err) MUST_USE;

/* A list says it for each data record in order (train, test, anything else: no part); position
 * (rows) is the place of each row in it, from 1. ERR_INPUT if the list has another length than
 * `records`. */
bool study_split_list(struct study *study, const struct column *list, const uint64_t *position,
                      uint64_t records, size_t list_n, struct err *err) MUST_USE;

/* Rows at random: key (rows) names each row; its place by (salt, key) decides. */
bool study_split_rows(struct study *study, const struct hash *salt, unsigned share_e4,
                      const struct str *key, struct err *err) MUST_USE;

/* Rows first … last (from 1) are set aside. */
bool study_split_range(struct study *study, uint64_t first, uint64_t last,
                       struct err *err) MUST_USE;

/* Count, point data at everything, take the digest. ERR_INPUT: nothing to learn from. */
bool study_end(struct study *study, struct err *err) MUST_USE;

/* How many test rows have a twin in the training part: the same features and target. */
size_t study_twins(const struct study *study);

/* A column as categories, as it was typed (exact decimal text for numbers); it stays as it is if it
 * is one already. */
bool study_categories(struct study *study, size_t column, struct err *err) MUST_USE;

#endif
