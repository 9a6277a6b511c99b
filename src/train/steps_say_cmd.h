/* SPDX-License-Identifier: GPL-3.0-or-later */
/* steps_say: steps and results as people read them, and as JSON; shared by try, train and evaluate.
 * Included by *_cmd.c only. */
#ifndef TRAIN_STEPS_SAY_H
#define TRAIN_STEPS_SAY_H

#include "cli/cli.h"
#include "ledger/meter.h"
#include "train/alarms.h"
#include "train/steps.h"

/* "weighs": only where classes have weights.
 * [{"rung","name","weighs","cv":{"value","low","high","units"}|null,"cpu_s",
 *   "energy":{"j","low","high","method"}|null,"bytes","model"}…] */
json_t *steps_json(const struct ladder *ladder);

/* {"value","low","high","metric"} or null. */
json_t *gap_json(const struct ladder *ladder);

/* The steps as a small table, the chosen one marked, and "looks better than it is by". */
void steps_say(struct cli *cli, const struct ladder *ladder, enum metric metric);

/* The score on the part set aside, its range, and what step 0 reaches. */
void result_say(struct cli *cli, enum metric metric, const struct answers *answers,
                const struct answers *baseline, const struct interval *range);

/* {"j","low","high","method"} in joules, or null where nobody knows. */
json_t *energy_json(const struct cost *cost);

/* Columns that were left out, and why, as warnings. */
void left_out_say(struct cli *cli, const struct study *study);

/* Alarms as warnings, a sentence and a next step each. Of many of one kind the strongest is said
 * and the others are named. */
void alarms_say(struct cli *cli, const struct alarms *alarms);

/* What it cost. */
void cost_say(struct cli *cli, const struct cost *cost);

#endif
