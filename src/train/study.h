/* SPDX-License-Identifier: GPL-3.0-or-later */
/* study: a table made ready for learning: target, features, groups, units, and which side each row
 * is on.
 *
 * Built step by step, in this order: study_begin, study_group, study_unit and study_next (all
 * optional), one study_split_…, study_end. Rows without target, group or unit take no part; how
 * many is kept. The table may be streamed (learn/scan.h): only target, group, unit and the column
 * that splits are brought into memory.
 */
#ifndef TRAIN_STUDY_H
#define TRAIN_STUDY_H

#include "learn/rule.h"
#include "learn/scan.h"
#include "read/columns.h"

/* A column whose categories name the groups or units of the rows. */
struct grouping {
    size_t column;
    uint32_t *of_row;      /* (rows) group number; 0 where the cell is missing (then PART_OUT) */
    const struct str *key; /* (n) */
    size_t n;
};

/* A feature of more different texts than this is left out. */
enum { STUDY_CATEGORIES_MAX = 4000 };

struct study {
    struct arena *arena;
    const struct cluster *cluster;
    struct table table;
    struct dataset data; /* points into this struct: do not copy it after study_end */
    uint8_t *part;       /* (rows) */
    bool has_group;
    struct grouping group;
    bool has_unit;
    struct grouping unit; /* of inference; without it the groups are the units, else the rows */
    size_t rows_of[3];    /* by enum part */
    size_t groups_test;   /* groups with a row set aside */
    struct str now;       /* study_next: the feature that is the answer as it is now; else empty */
    struct str rule;      /* study_load_rule */
    struct str split_column; /* study_split_where: the column of the condition; else empty */
    bool stretches;          /* the groups of data are stretches of rows (study_stretches) */
    bool features_named;
    size_t *left_out; /* (left_out_n) columns that are no features: of too many different texts, or
                         that only number the rows */
    size_t left_out_n;
    struct hash digest;
};

/* Which columns. Empty lists: features are all columns but those named otherwise. */
struct study_columns {
    struct str target;
    const struct str *feature; /* (feature_n) */
    size_t feature_n;
    const struct str *ignore; /* (ignore_n) */
    size_t ignore_n;
    struct str rule;               /* the community's rule: its column is named by it; or empty */
    bool classes;                  /* the target's numbers are classes */
    const struct cluster *cluster; /* who works; NULL: one thread */
};

/* Takes the table over (its arena must live as long). ERR_NOT_FOUND names a column that is not
 * there and those that are. */
bool study_begin(struct study *study, struct arena *arena, const struct table *table,
                 const struct study_columns *columns, struct err *err) MUST_USE;

/* The column whose values are whole places, days or people; never a feature from now on. */
bool study_group(struct study *study, struct str column, struct err *err) MUST_USE;

/* The column of the unit of inference; never a feature. */
bool study_unit(struct study *study, struct str column, struct err *err) MUST_USE;

/* The answer is that of the row `ahead` rows (1 …) further on in the same group (without a group:
 * in the table), in the order of the file; the answer now becomes a feature. Rows without such a
 * row, or without an answer there, take no part. ERR_INPUT: a column bears the new target's name,
 * "TARGET (+N)", already. */
bool study_next(struct study *study, size_t ahead, struct err *err) MUST_USE;

/* A rule of the community looks at its column in any order: bring it into memory; study->rule is
 * the rule, with a number where the column holds times (read/moment.h). A rule that is not
 * understood is left to train_rule. ERR_INPUT: its value is no time. */
bool study_load_rule(struct study *study, struct str rule, struct err *err) MUST_USE;

/* A draw of whole groups: those with a place (split_place) at or below `low` are set aside, those
 * above `high` are learned from. Between both lie groups that two copies of a project, before they
 * met, had drawn to different sides; these take no part. Else low == high. */
struct study_draw {
    uint64_t low;
    uint64_t high;
};

/* Draw: of the groups with a row that takes part, the share. ERR_INPUT as split_groups. */
bool study_draw_groups(const struct study *study, const struct hash *salt, unsigned share_e4,
                       struct study_draw *ret, struct err *err) MUST_USE;

/* On which side of a draw a group is. */
enum part study_side(const struct study_draw *draw, const struct hash *salt, struct str key);

/* Put whole groups on their sides. */
void study_split_groups(struct study *study, const struct hash *salt,
                        const struct study_draw *draw);

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

/* Rows at random: key (rows) names each row, NULL: its number from 1 does; its place by (salt, key)
 * decides. */
bool study_split_rows(struct study *study, const struct hash *salt, unsigned share_e4,
                      const struct str *key, struct err *err) MUST_USE;

/* Rows first … last (from 1) are set aside. */
bool study_split_range(struct study *study, uint64_t first, uint64_t last,
                       struct err *err) MUST_USE;

/* The rows for which a condition holds are set aside, e.g. "year >= 1990": numbers, categories by
 * "=", times and texts like them in the order of time (read/moment.h). The column stays a feature;
 * where it is missing the row takes no part. ERR_INPUT: the condition does not fit the
 * column. */
bool study_split_where(struct study *study, const struct rule *condition, struct err *err) MUST_USE;

/* The last rows are set aside: the share of them, of each group or of the table. */
bool study_split_last(struct study *study, unsigned share_e4, struct err *err) MUST_USE;

/* Count, point data at everything, leave out features of too many texts, take the digest.
 * ERR_INPUT: nothing to learn from; as scan_run. */
bool study_end(struct study *study, struct err *err) MUST_USE;

/* How many rows a stretch of a recording has: a fiftieth of the training part, at least 5. */
size_t study_stretch_rows(const struct study *study);

/* Without groups, in a table whose rows follow each other in time: cut each side into stretches of
 * so many rows, which then are the groups of `data` and in `group`; has_group stays false. After
 * study_end. */
void study_stretches(struct study *study, size_t length);

/* A column as categories, as it was typed (exact decimal text for numbers); it stays as it is if it
 * is one already. */
bool study_categories(struct study *study, size_t column, struct err *err) MUST_USE;

/* Does a name say that the column names whole places, days, people or recordings? of_a_moment: only
 * what is over soon, such as a day or a recording. */
bool study_names_group(struct str name, bool of_a_moment);

/* Does a name say that the column names people? */
bool study_names_people(struct str name);

/* The first such column, by the order of those names, that is neither the target nor the same in
 * every row; *ret is the number of columns if there is none. Errors: as scan_run. */
bool study_natural_group(struct study *study, size_t *ret, struct err *err) MUST_USE;

/* True if no value of this column lies on both sides; only a category column in memory can tell. */
bool study_keeps_apart(const struct study *study, size_t column);

/* --- shared by the files of study --- */

/* The column of this name. ERR_NOT_FOUND names those that are there. */
bool study_find(const struct study *study, struct str name, size_t *ret, struct err *err) MUST_USE;

/* Is it this word, whatever its capitals? */
bool study_same_letters(struct str name, const char *word);

/* Bring a column into memory. */
bool study_load(struct study *study, size_t column, struct err *err) MUST_USE;

/* No feature any more. */
void study_drop(struct study *study, size_t column);

#endif
