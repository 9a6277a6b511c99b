/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hypothesise: what would count as success, written down and locked before the data.
 *
 * Kind "hypothesis":
 * {"text","question"?:id,"about":"world"|"model","table"?,"guideline"?:id,"measure","target","by"?,
 *   "where"?,"against"?,"only"?,"within"?:true,"level"?,
 *   "features"?:[…],"unit"?,"comparator":"at_least"|"at_most","threshold":"0.75","least_units":n,
 *   "confidence":"0.95","stop"?,"rule"?,"missing"?:[…],"split"?:{…},"amends"?:id,"reason"?}; blob
 * 0: the split file if there is one. "amends" names the guess that this one stands beside, "reason"
 * why; both stay, and so do the verdicts on the first. "measure" is one about the world (below) or
 * a metric of learn/metric.h (model), "recall:frog" with its class. "unit" is the column of the
 * unit of inference; absent: every row is a unit.
 *
 * About the world; "where", "against", "only" are conditions such as "year >= 1950", and "only"
 * leaves all other rows out:
 *     share            of the rows for which `where` holds (its column not missing)
 *     mean_difference  mean of target where `where` holds less that where `against` holds (absent:
 *                      where `where` does not hold); within: in each unit, then over units
 *     ratio            of these two means; or, with `by`, sum of target over sum of `by`
 *     slope            of target over `by`, a point a unit; within: in each unit, then over units
 *     correlation      of target and `by`, likewise
 *     alpha            agreement of the answers `target` of the people `by` on the items `unit`;
 *                      level nominal (absent), ordinal or interval. With "guideline" and without
 *                      a table: of the answers that people give under it (collect/label.h), by its
 *                      level
 *
 * "guideline" beside "table": the table is, or will be, made of shared answers under it. From the
 * lock until somebody looked, no command shows those answers.
 *
 * "split" (model only) is one of
 *     {"by":"groups","group":column,"share":"0.25"}         whole groups drawn by hash at the
 * freeze
 *     {"by":"named","group":column,"groups":[…]}            these groups are set aside
 *     {"by":"column","column":c}                            a column that holds train / test
 *     {"by":"file"}                                         blob 0, a CSV whose rows pair up with
 * the data's plus "column" (default: "split")
 *     {"by":"time","condition":"year >= 1990"}              the rows for which it holds
 *     {"by":"rows","share":"0.25","why":text}               rows at random, with a written reason
 * "stretches":true (model, without "unit" and without groups): the rows are a recording, so
 * stretches of them (train/study.h) are the units, and cross-validation leaves out fifths of the
 * time. Kind "freeze": {"hypothesis":id}. Its id is the salt of the draw, so nobody can know the
 * draw before. The first freeze of a hypothesis holds. It rests on the hypothesis and on the
 * decision of its question.
 */
#ifndef HYPOTHESISE_HYPOTHESISE_H
#define HYPOTHESISE_HYPOTHESISE_H

#include "learn/agreement.h"
#include "learn/interval.h"
#include "learn/metric.h"
#include "read/columns.h"
#include "record/record.h"

extern const struct kind hypothesise_kind;
extern const struct kind hypothesise_freeze_kind;

enum split_by {
    SPLIT_NONE = 0,
    SPLIT_GROUPS,
    SPLIT_NAMED,
    SPLIT_COLUMN,
    SPLIT_FILE,
    SPLIT_TIME,
    SPLIT_ROWS
};

struct split_plan {
    enum split_by by;
    struct str column;    /* the group column, the column that holds train / test, or that of the
                             condition */
    struct str condition; /* TIME: "year >= 1990" */
    struct str *group;    /* (group_n) NAMED: the groups set aside */
    size_t group_n;
    unsigned share_e4; /* share in ten-thousandths */
    struct str why;
};

/* What can be said about the world; the words of the record in body_world.c. */
enum world_measure {
    WORLD_SHARE = 0,
    WORLD_DIFFERENCE,
    WORLD_RATIO,
    WORLD_SLOPE,
    WORLD_CORRELATION,
    WORLD_ALPHA,
    WORLD_COUNT
};

struct hypothesis {
    struct hash id;
    enum presence presence;
    bool about_model;
    bool has_question;
    bool has_guideline;
    bool has_level;
    bool frozen;
    bool within;                /* world */
    bool stretches;             /* model: stretches of rows are the units */
    enum world_measure measure; /* world */
    enum agreement_level level; /* world: alpha */
    enum metric metric;         /* model */
    enum comparator comparator;
    struct str metric_class; /* model: of precision and recall, else empty */
    struct str text;
    struct hash question;
    struct hash guideline;
    struct str table; /* empty: the answers under the guideline themselves */
    struct str where; /* world: conditions; empty: none */
    struct str against;
    struct str only;
    struct str target;
    struct str by;
    struct str *feature; /* (feature_n); none: all columns but target, unit, group and split */
    size_t feature_n;
    struct str unit; /* empty: rows */
    struct str threshold_text;
    double threshold;
    size_t least_units;
    double confidence;
    struct str stop;
    struct str rule;
    struct str *missing; /* (missing_n) */
    size_t missing_n;
    struct split_plan split;
    struct hash freeze; /* if frozen */
    bool is_amendment;
    struct hash amends; /* the guess that it stands beside */
    struct str reason;
};

/* What people say; texts as typed, NULL where nothing was said. */
struct hypothesis_draft {
    const char *text;
    const struct hash *question;  /* or NULL */
    const struct hash *guideline; /* or NULL */
    const char *table;            /* NULL: "observations" */
    const char *measure;
    const char *target;
    const char *by;
    const char *where;
    const char *against;
    const char *only;
    bool within;
    const char *level;
    const char *features; /* "a,b,c" */
    const char *unit;
    bool stretches;
    const char *comparator; /* "at-least" or "at-most" */
    const char *threshold;
    uint64_t least_units; /* 0: 5 */
    const char *stop;
    const char *rule;
    const char *const *missing; /* (missing_n) */
    size_t missing_n;
    const char *group;       /* --group C */
    const char *test_groups; /* --test-groups a,b */
    /* --split: a column, a condition "year >= 1990" (contains < or >), or a file
     * FILE.csv[:COLUMN] (contains '/' or ends in .csv) */
    const char *split;
    const char *share; /* --share 0.25 */
    bool random_rows;
    const char *why;
};

/* Write a hypothesis down. ERR_INPUT names what is missing or contradicts itself, and what to type.
 */
bool hypothesise_add(struct record *record, const struct hypothesis_draft *draft, struct hash *ret,
                     struct err *err) MUST_USE;

/* A guess beside another one: what changes, and why. */
struct hypothesis_amendment {
    struct hypothesis_draft draft; /* only what changes */
    const char *const *drop;       /* (drop_n) members of the body to be left out: "unit" */
    size_t drop_n;
    const char *reason;
};

/* Write a guess down that amends another one; that one stays, with its verdicts. ERR_INPUT: no
 * reason, nothing changes, or as hypothesise_add; ERR_NOT_FOUND: what it amends is not here. */
bool hypothesise_amend(struct record *record, const struct hash *old,
                       const struct hypothesis_amendment *amendment, struct hash *ret,
                       struct err *err) MUST_USE;

/* What an amendment changed. */
struct hypothesis_change {
    const char *what;  /* the member of the body: "threshold" */
    struct str before; /* as people read it; empty: was not said */
    struct str now;
};

/* All changes of an amendment against what it amends, in the arena; *ret_n 0 if one of both is not
 * here. */
bool hypothesise_changes(struct record *record, const struct hypothesis *amendment,
                         struct arena *arena, struct hypothesis_change **ret, size_t *ret_n,
                         struct err *err) MUST_USE;

/* How many looks there had been at what the guess amends (and at what that one amended, …) when it
 * was written: more than none, and it is amended after a look. */
bool hypothesise_looks_before(struct record *record, const struct hypothesis *amendment,
                              uint64_t *ret, struct err *err) MUST_USE;

/* The guesses that amend this one, in their order, in the arena. */
bool hypothesise_amended_by(struct record *record, const struct hash *id, struct arena *arena,
                            struct hypothesis **ret, size_t *ret_n, struct err *err) MUST_USE;

/* Lock it. ERR_CONFLICT: it is locked already; ERR_INPUT: its table is here and lacks a column that
 * it names. */
bool hypothesise_freeze(struct record *record, const struct hash *hypothesis, struct hash *ret,
                        struct err *err) MUST_USE;

/* One hypothesis / all in their order, in the arena. Where the body is not here, only id, presence
 * and freeze are set. ERR_NOT_FOUND: the entry is none. */
bool hypothesise_load(struct record *record, const struct hash *id, struct arena *arena,
                      struct hypothesis *ret, struct err *err) MUST_USE;

/* All hypotheses in their order. */
bool hypothesise_list(struct record *record, struct arena *arena, struct hypothesis **ret,
                      size_t *ret_n, struct err *err) MUST_USE;

/* The threshold as counts that a person can picture: "of 20 …, at least 15 right"; for measures
 * that are no share, the sentence with the unit. In the reader's language, in the arena. */
struct str hypothesise_sentence(const struct hypothesis *hypothesis, struct arena *arena);

/* What it measures: the word of the record ("mean_difference", "accuracy"), and what it is called
 * for people, in their language. In the arena. */
const char *hypothesise_measure(const struct hypothesis *hypothesis, struct arena *arena);
const char *hypothesise_measure_words(const struct hypothesis *hypothesis, struct arena *arena);

/* The threshold, or a number of a body, as people write it in their language: a comma in German.
 * In the arena. */
const char *hypothesise_number(struct str number, struct arena *arena);

/* "15 of 20" (or "15 von 20", "15/20") as the share 0.75; anything else stays as it was typed. In
 * the arena. */
const char *hypothesise_count(const char *typed, struct arena *arena);

/* How many batches of its table (or sittings and imports of answers) were in the project before
 * its freeze (or are now, if it is not locked): more than none makes it "found in data we already
 * had". */
bool hypothesise_data_before(struct record *record, const struct hypothesis *hypothesis,
                             size_t *ret_batches, struct err *err) MUST_USE;

/* What looks at it gave, in their order; in the arena. */
struct hypothesis_result {
    struct hash verdict;
    struct str outcome;          /* "supported", … */
    struct str value, low, high; /* numbers of the body */
};
bool hypothesise_results(struct record *record, const struct hash *hypothesis, struct arena *arena,
                         struct hypothesis_result **ret, size_t *ret_n, struct err *err) MUST_USE;

/* The split file of a hypothesis that has one: a row for each data record in order. ret_column is
 * the number of the column that says train or test (any other word: neither); a category column.
 * In the arena. */
bool hypothesise_split_file(struct record *record, const struct hypothesis *hypothesis,
                            struct arena *arena, struct columns *ret, size_t *ret_column,
                            struct err *err) MUST_USE;

/* How many rows of a split file say what. */
struct split_count {
    uint64_t train;
    uint64_t test;
    uint64_t neither;
};
struct split_count hypothesise_split_count(const struct columns *file, size_t column);

#endif
