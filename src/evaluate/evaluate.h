/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate: look at the part set aside, once and on the record, and let the range give the verdict.
 *
 * Kind "opening": {"hypothesis":id,"freeze":id,"data":[batch ids],"training"?:id,"looks":k,
 * "alarm_class"?:n,"alarm_threshold"?:"0.3","fresh"?:true,"people"?:{"table","item","person",
 *   "answer"} or {"guideline":id},
 *   "alarms"?:[as in a training]}:
 * written, and on the disk, before anything is looked at. k counts openings whose data overlap,
 * this one too, under any hypothesis. Kind "verdict":
 * {"hypothesis":id,"opening":id,"measure","value","low","high","units","rows","confidence",
 *   "looks":k,"usable":bool,"baseline":"0.48"|null,"rule"?:"0.71","verdict":"supported"|"not_supported"|"undecided",
 *   "more_units":n|null,"exploratory":bool,"report"?:{…},"cost":{…},"differ"?:true,
 *   "left_out"?:n,"sides"?:[{"value","units","rows"} twice],"both"?:n,"first"?:id,
 *   "people"?:{"value","low","high","units","answers"}}; left_out, sides and both about the world:
 * units that could not be used, both sides of a comparison, units with rows on both. "report"
 * (about a model) holds counts without names of rows, units and classes (train/report.h);
 * "alarm_class" (a number) and "alarm_threshold" of the opening say from which score on an alarm is
 * given. Real numbers are strings, the shortest that read back as the same double. k > 1 widens the
 * range (Bonferroni): confidence = 1 - (1 - frozen) / k.
 *
 * "fresh": data that came after the first look judge the same locked guess, and the same model,
 * anew: an opening of its own with its own k; "data" are these batches alone, and the verdict names
 * the "first" one beside which it stands. "people" is the agreement beyond chance of the answers of
 * people in a table that the opening names, or under the guideline whose shared answers the table
 * is made of; the latter cannot be done again outside, because single answers never leave.
 */
#ifndef EVALUATE_EVALUATE_H
#define EVALUATE_EVALUATE_H

#include "evaluate/world.h"
#include "train/report.h"
#include "train/train.h"

extern const struct kind evaluate_opening_kind;
extern const struct kind evaluate_verdict_kind;

/* The first verdict on a hypothesis, as its body says it. */
struct evaluate_first {
    struct hash verdict;
    bool has_training;
    struct hash training;        /* whose model was judged */
    struct str value, low, high; /* numbers */
    struct str outcome;          /* "supported", … */
    uint64_t rows;
};

/* What a look at the part set aside gave. In the arena. */
struct evaluation {
    struct hypothesis hypothesis;
    struct interval range;
    double confidence; /* after Bonferroni */
    uint64_t looks;
    size_t rows;
    size_t aside_rows; /* known before the look: how many rows will be looked at */
    enum verdict verdict;
    bool exploratory; /* found in data we already had */
    bool is_fresh;    /* data that came after the first look */
    bool has_people;
    bool has_baseline;
    bool has_rule;
    bool has_report;             /* about a model */
    struct evaluate_first first; /* where the data are fresh */
    struct agreement people;     /* of people about the same things */
    double baseline;             /* step 0 on the same rows */
    double rule;                 /* the community's own rule on the same rows */
    size_t more_units; /* about so many more would decide; 0: decided; SIZE_MAX: not to be said */
    const struct world *world; /* about the world: what was found; NULL about a model */
    struct alarms alarms;      /* about a model: what makes it look better than it is */
    struct report report;
    const struct collected *collected; /* where the rows of the report come from */
    struct cost cost;
    struct hash opening;
    struct hash entry;
};

struct evaluate_options {
    const char *watts;
    const char *meter;     /* what measures energy (ledger/gauge.h); NULL: what is there */
    const char *alarm;     /* a class of interest, or NULL */
    const char *threshold; /* from this score on there is an alarm, as typed; NULL: none. It is on
                              the record before anybody looks */
    size_t errors;         /* how many single errors are wanted */
    struct ids data;       /* judge these batches, which came after the first look; n 0: all */
    bool all_new;          /* judge all batches that came after the first look */
    const char *people;    /* "TABLE:ITEM,PERSON,ANSWER", or NULL */
    /* Asked when all is ready, before the opening is written and anybody looks: hypothesis, looks,
     * aside_rows, is_fresh and exploratory are known. False with err: nothing is opened. NULL: not
     * asked. */
    bool (*may_open)(void *context, const struct evaluation *so_far, struct err *err);
    void *context;
};

/* Open, judge, write down. ERR_CONFLICT: not locked, or the data have changed since the training;
 * ERR_NOT_FOUND: nothing trained, or no data. */
bool evaluate_run(struct record *record, const struct hash *hypothesis,
                  const struct evaluate_options *options, struct arena *arena,
                  struct evaluation *ret, struct err *err) MUST_USE;

/* Judge anew from the record, without an opening: what the body of a verdict must be, without cost,
 * licence and permission, as a new reference. For verify. */
bool evaluate_again(struct record *record, const struct entry *verdict, struct arena *arena,
                    json_t **ret_body, struct err *err) MUST_USE;

/* The last verdict with its single errors, judged anew without an opening: what was opened may be
 * seen. ERR_CONFLICT: nothing was opened yet. */
bool evaluate_errors(struct record *record, const struct hash *hypothesis, size_t errors,
                     struct arena *arena, struct evaluation *ret, struct err *err) MUST_USE;

/* The first verdict. ERR_NOT_FOUND: there is none. */
bool evaluate_first(struct record *record, const struct hash *hypothesis, struct arena *arena,
                    struct evaluate_first *ret, struct err *err) MUST_USE;

/* The last verdict on a hypothesis; *ret_there false if there is none. */
bool evaluate_latest(struct record *record, const struct hash *hypothesis, struct hash *ret,
                     bool *ret_there, struct err *err) MUST_USE;

/* Was the part set aside of this hypothesis looked at already? */
bool evaluate_is_open(struct record *record, const struct hash *hypothesis, bool *ret,
                      struct err *err) MUST_USE;

/* The verdict as a sentence for people, in their language; in the arena. */
struct str evaluate_sentence(const struct evaluation *evaluation, struct arena *arena);

#endif
