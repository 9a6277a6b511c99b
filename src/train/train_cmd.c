/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "train/train_cmd.h"

#include "cli/cli.h"
#include "train/report.h"
#include "train/steps_say_cmd.h"
#include "train/train.h"

static void say_training(struct cli *cli, const struct train_result *r)
{
    const struct study *s = &r->material.study;
    cli_say(cli, _("Learned from %zu rows; %zu rows are set aside and stay unseen.\n"),
            s->rows_of[PART_TRAIN], s->rows_of[PART_TEST]);
    if (s->rows_of[PART_OUT])
        cli_say(cli, _("%zu rows took no part (no answer, or on neither side).\n"),
                s->rows_of[PART_OUT]);
    if (r->material.sides.moved)
        cli_say(cli,
                _("%zu of them were corrected so that they would have changed sides. What was "
                  "learned from is never tested with, nor the other way round.\n"),
                r->material.sides.moved);
    left_out_say(cli, s);
    alarms_say(cli, &r->material.alarms);
    steps_say(cli, &r->ladder, r->material.recipe.metric);
    cost_say(cli, &r->cost);
    cli_say(cli, _("Saved as %.12s; the model's hash is %.16s.\n"), hash_hex(&r->id).at,
            hash_hex(&r->ladder.step[r->ladder.chosen].id).at);
    cli_say(cli,
            _("Next, when you are ready to look at the part set aside: allmende evaluate %.8s\n"),
            hash_hex(&r->material.hypothesis.id).at);
}

/* Alarms at several thresholds, counted inside the training part. */
static void show_alarms(struct cli *cli, const struct train_result *r)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    const struct ladder *l = &r->ladder;
    struct str algorithm = l->step[l->chosen].model.algorithm;
    struct str alarm = r->material.recipe.alarm;
    if (!alarm.n || !l->has_answers)
        return;
    report_thresholds_text(&l->answers, algorithm, alarm, &text);
    cli_say(cli, "%s", text.at);
    cli_put(cli, "thresholds", report_thresholds_json(&l->answers, algorithm, alarm));
}

static void put_training(struct cli *cli, const struct train_result *r)
{
    const struct step *chosen = &r->ladder.step[r->ladder.chosen];
    json_t *rows = json_object();
    json_object_set_new(rows, "train",
                        json_integer((json_int_t)r->material.study.rows_of[PART_TRAIN]));
    json_object_set_new(rows, "test",
                        json_integer((json_int_t)r->material.study.rows_of[PART_TEST]));
    json_object_set_new(rows, "out", json_integer((json_int_t)r->material.study.rows_of[PART_OUT]));
    cli_put_text(cli, "id", hash_hex(&r->id).at);
    cli_put(cli, "rows", rows);
    cli_put_text(
        cli, "metric",
        metric_text(r->material.recipe.metric, r->material.recipe.metric_class, &cli->arena));
    cli_put(cli, "rungs", steps_json(&r->ladder));
    cli_put_int(cli, "chosen", (int64_t)chosen->rung);
    cli_put_text(cli, "model", hash_hex(&chosen->id).at);
    cli_put_text(cli, "digest", hash_hex(&r->material.study.digest).at);
    cli_put(cli, "honesty_gap", gap_json(&r->ladder));
    cli_put(cli, "leaks", alarms_leaks(&r->material.alarms, &cli->arena));
    cli_put(cli, "cost", cost_json(&r->cost));
}

static bool run_train(struct cli *cli, struct err *err)
{
    struct train_options options = {.cancelled = cli_cancelled,
                                    .watts = cli_option(cli, "watts"),
                                    .meter = cli_option(cli, "meter"),
                                    .alarm = cli_option(cli, "alarm")};
    struct train_result *result = arena_get(&cli->arena, 1, sizeof *result);
    uint64_t threads = 0; /* not said */
    struct hash hypothesis;
    if (!cli_uint(cli, "threads", 1, 256, &threads, err) ||
        !record_find(cli->record, cli_operand(cli, 0), "hypothesis", &hypothesis, err))
        return false;
    options.cluster.threads = (unsigned)threads;
    cli_progress(cli, _("climbing the steps"), 0, 0);
    if (!train_run(cli->record, &hypothesis, &options, &cli->arena, result, err))
        return false;
    say_training(cli, result);
    put_training(cli, result);
    show_alarms(cli, result);
    return true;
}

static const struct option_spec options[] = {
    {"threads", "N", N_("processors to use; the result is the same"), false, false},
    {"watts", "LOW,HIGH", N_("what your computer draws, to estimate energy"), false, false},
    {"meter", "METER", N_("what measures energy: see \"help ledger meter\""), false, false},
    {"alarm", "CLASS", N_("a class of interest: count alarms at several thresholds"), false, false},
    {NULL, NULL, NULL, false, false},
};

const struct command train_command = {
    .name = "train",
    .phase = PHASE_TRAIN,
    .needs = NEEDS_WRITE,
    .summary = N_("Climb the steps from \"no AI\" upward for a locked guess"),
    .details =
        N_("Judges each step inside the training part, whole groups left out, and chooses the "
           "lowest that is enough. The part set aside is not looked at."),
    .operands = "HYPOTHESIS",
    .operands_min = 1,
    .operands_max = 1,
    .example = "train 3fa94c21",
    .options = options,
    .run = run_train,
};
