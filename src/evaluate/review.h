/* SPDX-License-Identifier: GPL-3.0-or-later */
/* review: walking through the errors of a model together, after the part set aside was opened.
 *
 * Kind "review":
 * {"hypothesis":id,"item":id,"cause":"wrong_answer"|"bad_record"|"hard"|"rare"|"model"|
 * "other","note"?}: why the model erred on an observation. Several people may write about the same
 * one; the last in the order counts.
 */
#ifndef EVALUATE_REVIEW_H
#define EVALUATE_REVIEW_H

#include "evaluate/evaluate.h"

extern const struct kind review_kind;

enum review_cause {
    CAUSE_WRONG_ANSWER = 0, /* what was taken for true is wrong */
    CAUSE_BAD_RECORD,       /* nobody could tell from what was recorded */
    CAUSE_HARD,             /* people would be unsure, too */
    CAUSE_RARE,             /* there was little of it to learn from */
    CAUSE_MODEL,            /* the model simply errs */
    CAUSE_OTHER,
    CAUSE_COUNT
};

/* The word of the command line ("wrong-answer"), and what it means for people. */
const char *review_cause_name(enum review_cause cause);
const char *review_cause_words(enum review_cause cause);

/* An error, and what was written about it. In the arena. */
struct review_error {
    struct hash item;
    struct str unit;   /* where: a site, a night, …; empty: rows are their own units */
    bool single;       /* an observation of a form, not a row of a file */
    struct hash batch; /* that observation, or the file */
    uint64_t position; /* and the row in it, from 1 */
    bool is_number;    /* then also: */
    double value[2];   /* truth and guess */
    struct str truth;  /* as people read them */
    struct str guess;
    bool reviewed;
    enum review_cause cause;
    struct str note;
};

struct review {
    struct evaluation evaluation;
    struct review_error *error; /* (error_n) all errors, the surest or farthest off first */
    size_t error_n;
    size_t count[CAUSE_COUNT]; /* errors by their cause */
    size_t reviewed;
};

/* All errors of the last result on a hypothesis about a model. ERR_CONFLICT: nothing was opened
 * yet, or it is about the world. */
bool review_load(struct record *record, const struct hash *hypothesis, struct arena *arena,
                 struct review *ret, struct err *err) MUST_USE;

/* Write down why the model erred. item: the first digits of its number. ERR_INPUT: no such cause;
 * ERR_NOT_FOUND: no error of this number. */
struct review_draft {
    const char *item;
    const char *cause;
    const char *note; /* or NULL */
};
bool review_add(struct record *record, const struct hash *hypothesis,
                const struct review_draft *draft, struct arena *arena, struct hash *ret,
                struct err *err) MUST_USE;

#endif
