/* SPDX-License-Identifier: GPL-3.0-or-later */
/* train: climb the steps for a frozen hypothesis, and keep what came out.
 *
 * Kind "training": {"hypothesis":id,"freeze":id,"data":[batch ids],"made_with":[batch
 * ids],"digest":hex,
 *   "rows":{"train","test","out"},"metric","folds":n,"steps":[{"rung","name","model":id,"bytes",
 *   "cv":{"value","low","high","units"}|null}],"chosen":n,"stopped":bool,"gap":{…,"metric","step":n}|null,
 *   "earlier"?:[ids of
 * trainings],"draw"?:{"low","high"},"alarms":[{"kind","column":text|null,"rows","of","train_rows"?,"train_of"?}],"cost":{…}};
 * blob 0: the chosen model's file. Real numbers are strings, the shortest that read back as the
 * same double. "earlier" are the trainings for this hypothesis that there were, "draw" how whole
 * groups were drawn (sides.h). All but "cost", "licence" and "permission" follows from the record
 * alone.
 */
#ifndef TRAIN_TRAIN_H
#define TRAIN_TRAIN_H

#include "collect/collect.h"
#include "hypothesise/hypothesise.h"
#include "ledger/meter.h"
#include "train/alarms.h"
#include "train/sides.h"
#include "train/steps.h"
#include "train/study.h"

extern const struct kind train_kind;

struct train_options {
    struct cluster cluster;
    bool (*cancelled)(void);
    const char *watts;
    const char *meter; /* what measures energy (ledger/gauge.h); NULL: what is there */
    const char *alarm; /* a class of interest, whose thresholds are to be counted; or NULL */
};

/* What a hypothesis about a model is asked of, ready for learning. In the arena. */
struct train_material {
    struct hypothesis hypothesis;
    struct collected collected;
    struct sides sides;
    struct study study;
    struct alarms alarms;
    struct recipe recipe;
    struct cluster cluster; /* who works */
};

struct train_result {
    struct train_material material;
    struct ladder ladder;
    struct cost cost;
    struct hash id;
};

struct train_wanted {
    const struct hash *hypothesis;
    /* The body of the training whose sides hold; NULL: a new one, after all that there are. */
    const json_t *training;
    bool (*cancelled)(void); /* asked while rows are read, also later where the table is streamed:
                                stop? NULL: never */
};

/* Gather the table of a frozen hypothesis, split it as was frozen. ERR_CONFLICT: not frozen, or
 * about the world (which needs no model); others as collect_table and study_*. */
bool train_gather(struct record *record, const struct train_wanted *wanted, struct arena *arena,
                  struct train_material *ret, struct err *err) MUST_USE;

/* The same with data that came after the model was made: only the batches that it was learned from
 * and the fresh ones. Judged are the rows of the fresh ones that the frozen split sets aside; their
 * other rows, and those that were set aside before, take no part. The alarms compare the training
 * part with these rows: drift. */
struct train_fresh {
    const json_t *training; /* its body */
    struct ids learned;
    struct ids fresh;
};
bool train_gather_fresh(struct record *record, const struct hash *hypothesis,
                        const struct train_fresh *data, struct arena *arena,
                        struct train_material *ret, struct err *err) MUST_USE;

/* Climb and write the training down. */
bool train_run(struct record *record, const struct hash *hypothesis,
               const struct train_options *options, struct arena *arena, struct train_result *ret,
               struct err *err) MUST_USE;

/* The last training of a hypothesis. ERR_NOT_FOUND with the next step. In the arena; the body is
 * kept alive by entry_release on ret. */
bool train_latest(struct record *record, const struct hash *hypothesis, struct arena *arena,
                  struct entry *ret, struct err *err) MUST_USE;

/* Read the model of a training and check that it is the one that its body names. */
bool train_model(struct record *record, const struct entry *training, struct arena *arena,
                 struct model *ret, struct err *err) MUST_USE;

/* Train anew from the record and say what the body must be, without cost, licence and permission: a
 * new reference, and the chosen model's file in ret_model. For verify. */
bool train_again(struct record *record, const struct entry *training, struct arena *arena,
                 json_t **ret_body, struct buf *ret_model, struct err *err) MUST_USE;

/* A real number as the record keeps it: a string, the shortest that reads back as the same double.
 */
json_t *train_real_json(double value);

/* A range with its numbers as strings: {"value","low","high","units"}. */
json_t *train_range_json(const struct interval *range);

#endif
