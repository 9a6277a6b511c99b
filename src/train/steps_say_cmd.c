/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/steps_say_cmd.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/num.h"

static json_t *range_json(const struct interval *range)
{
    json_t *object = json_object();
    json_object_set_new(object, "value", cli_real(range->value));
    json_object_set_new(object, "low", cli_real(range->low));
    json_object_set_new(object, "high", cli_real(range->high));
    json_object_set_new(object, "units", json_integer((json_int_t)range->units));
    return object;
}

json_t *energy_json(const struct cost *cost)
{
    if (cost->method == METER_NONE)
        return json_null();
    json_t *object = json_object();
    json_object_set_new(object, "j", cli_real((double)cost->energy_mj / 1000));
    json_object_set_new(object, "low", cli_real((double)cost->low_mj / 1000));
    json_object_set_new(object, "high", cli_real((double)cost->high_mj / 1000));
    json_object_set_new(object, "method",
                        json_string(cost->method == METER_RAPL ? "rapl" : "estimate"));
    return object;
}

json_t *steps_json(const struct ladder *ladder)
{
    json_t *list = json_array();
    for (size_t i = 0; i < ladder->step_n; i++) {
        const struct step *step = &ladder->step[i];
        json_t *object = json_object();
        struct str name = step->model.algorithm;
        json_object_set_new(object, "rung", json_integer(step->rung));
        json_object_set_new(object, "name", json_stringn(name.at, name.n));
        if (ladder->weighed)
            json_object_set_new(object, "weighs", json_boolean(step->algorithm->weighs));
        json_object_set_new(object, "cv", step->has_cv ? range_json(&step->cv) : json_null());
        json_object_set_new(object, "cpu_s", json_real(step->cpu_s));
        json_object_set_new(object, "energy", energy_json(&step->cost));
        json_object_set_new(object, "bytes", json_integer((json_int_t)step->bytes));
        json_object_set_new(object, "model", json_string(hash_hex(&step->id).at));
        json_array_append_new(list, object);
    }
    return list;
}

json_t *gap_json(const struct ladder *ladder)
{
    if (!ladder->has_gap)
        return json_null();
    json_t *object = range_json(&ladder->gap);
    json_object_set_new(object, "metric", json_string(metric_name(ladder->gap_metric)));
    return object;
}

static void say_step(struct cli *cli, const struct ladder *ladder, size_t i)
{
    const struct step *step = &ladder->step[i];
    const char *mark = i == ladder->chosen ? "→" : " ";
    if (step->has_cv)
        cli_say(cli, _("%s step %u, %s: %s (range %s to %s)\n"), mark, step->rung, step_name(step),
                cli_number(cli, step->cv.value, 3), cli_number(cli, step->cv.low, 3),
                cli_number(cli, step->cv.high, 3));
    else
        cli_say(cli,
                ladder->folds ? _("%s step %u, %s: not judged, a fold had only one class\n")
                              : _("%s step %u, %s\n"),
                mark, step->rung, step_name(step));
}

static void say_who_does_not_weigh(struct cli *cli, const struct ladder *ladder)
{
    for (size_t i = 0; i < ladder->step_n && ladder->weighed; i++)
        if (ladder->step[i].rung > 0 && !ladder->step[i].algorithm->weighs)
            cli_warn(cli,
                     _("The step \"%s\" does not heed --weights: to it all rows count the same."),
                     step_name(&ladder->step[i]));
}

/* The answer to what people ask: is it needed at all? */
static void say_whether_ai_helps(struct cli *cli, const struct ladder *ladder)
{
    const struct step *chosen = &ladder->step[ladder->chosen];
    if (!chosen->has_cv || ladder->step_n < 2 || ladder->why_missing)
        return;
    if (chosen->rung == 0)
        cli_say(cli, _("You need no AI for this: no step above it does clearly better.\n"));
    else
        cli_say(cli,
                ladder->rows_alone
                    ? _("Step %u is better than going without, if no rows belong together.\n")
                    : _("A model helps here: step %u is better than going without.\n"),
                chosen->rung);
}

void steps_say(struct cli *cli, const struct ladder *ladder, enum metric metric)
{
    cli_say(cli, "\n");
    cli_say(cli, _("The steps, from \"no AI\" upward, judged inside the training part by: %s\n"),
            metric_words(metric));
    for (size_t i = 0; i < ladder->step_n; i++)
        say_step(cli, ladder, i);
    say_who_does_not_weigh(cli, ladder);
    if (ladder->why_missing)
        cli_warn(cli, "%s", ladder->why_missing);
    if (ladder->why_none)
        cli_say(cli, "%s\n", ladder->why_none);
    say_whether_ai_helps(cli, ladder);
    if (ladder->cautious)
        cli_say(cli, _("Trees were a little better here, but they cannot follow where columns have "
                       "other values, as in the part set aside.\n"));
    if (ladder->spent)
        cli_say(cli, _("The budget was spent; no further step was climbed.\n"));
    if (ladder->stopped)
        cli_say(cli, _("That is enough for what was asked; no further step was climbed.\n"));
    if (!ladder->has_gap)
        return;
    cli_say(cli, _("Looks better than it is by: %s (range %s to %s).\n"),
            cli_number(cli, ladder->gap.value, 2), cli_number(cli, ladder->gap.low, 2),
            cli_number(cli, ladder->gap.high, 2));
    if (ladder->gap.low > 0 && ladder->stretches)
        cli_say(cli, _("So much would be claimed too much if single rows were drawn at random "
                       "instead of leaving out whole stretches of rows.\n"));
    else if (ladder->gap.low > 0)
        cli_say(cli, _("So much would be claimed too much if single rows were drawn at random "
                       "instead of leaving out whole groups.\n"));
    else
        cli_say(cli, _("Drawing single rows at random would show about the same here.\n"));
}

void left_out_say(struct cli *cli, const struct study *study)
{
    for (size_t i = 0; i < study->left_out_n; i++) {
        const struct column *column = &study->table.column[study->left_out[i]];
        if (column->type == COLUMN_NUMBER)
            cli_warn(cli,
                     _("The column \"%.*s\" was left out: it only numbers the rows. Name it in "
                       "--features to learn from it."),
                     STR_ARG(column->name));
        else
            cli_warn(cli,
                     _("The column \"%.*s\" was left out: it has %zu different texts, and at most "
                       "%d can be learned from."),
                     STR_ARG(column->name), column->category_n, STUDY_CATEGORIES_MAX);
    }
}

/* The alarm of one kind that concerns most rows. */
static size_t strongest(const struct alarms *alarms, size_t first, size_t end)
{
    size_t best = first;
    for (size_t i = first + 1; i < end; i++)
        if (alarms->alarm[i].count * alarms->alarm[best].of >
            alarms->alarm[best].count * alarms->alarm[i].of)
            best = i;
    return best;
}

enum { ALARMS_NAMED = 6 };

/* The other columns with an alarm of a kind, NULL if there are none. */
static const char *others(struct cli *cli, const struct alarms *alarms, size_t first, size_t end,
                          size_t but)
{
    CLEANUP(buf_release) struct buf names = BUF_INIT;
    size_t named = 0;
    for (size_t i = first; i < end; i++)
        if (i != but && ++named <= ALARMS_NAMED)
            buf_printf(&names, "%s\"%.*s\"", names.n ? ", " : "", STR_ARG(alarms->alarm[i].column));
    if (named > ALARMS_NAMED)
        buf_text(&names, ", …");
    return named ? arena_printf(&cli->arena, _("The same of: %s."), names.at) : NULL;
}

void alarms_say(struct cli *cli, const struct alarms *alarms)
{
    for (size_t i = 0, end; i < alarms->n; i = end) {
        for (end = i; end < alarms->n && alarms->alarm[end].kind == alarms->alarm[i].kind;)
            end++;
        size_t best = strongest(alarms, i, end);
        const struct alarm *a = &alarms->alarm[best];
        const char *what = alarm_sentence(a, &cli->arena);
        const char *more = others(cli, alarms, i, end, best);
        cli_warn(cli, "%s %s", what, alarm_next(a, &cli->arena));
        if (more)
            cli_warn(cli, "%s", more);
    }
}

void result_say(struct cli *cli, enum metric metric, const struct answers *answers,
                const struct answers *baseline, const struct interval *range)
{
    double with;
    double without;
    cli_say(cli, "\n");
    cli_say(cli, _("On the part set aside: %s %s (95 %% range %s to %s, over %zu units).\n"),
            metric_words(metric), cli_number(cli, range->value, 3), cli_number(cli, range->low, 3),
            cli_number(cli, range->high, 3), range->units);
    if (!range->usable)
        cli_say(cli, _("There are too few units for a range that means something.\n"));
    if (score_point(baseline, metric, &without))
        cli_say(cli, _("Without a model: %s.\n"), cli_number(cli, without, 3));
    if (score_point(baseline, metric, &without) && score_point(answers, metric, &with) &&
        (metric_larger_is_better(metric) ? with < without : with > without))
        cli_say(cli, _("There it would have been better to do without: what was learned does not "
                       "hold.\n"));
}

void cost_say(struct cli *cli, const struct cost *cost)
{
    const char *cpu = cli_number(cli, (double)cost->cpu_ms / 1000, 3);
    switch (cost->method) {
    case METER_RAPL:
        cli_say(cli, _("It took %s CPU seconds and %s joules (the processor's own counter).\n"),
                cpu, cli_number(cli, (double)cost->energy_mj / 1000, 3));
        break;
    case METER_ESTIMATE:
        cli_say(cli, _("It took %s CPU seconds, about %s to %s joules at the stated watts.\n"), cpu,
                cli_number(cli, (double)cost->low_mj / 1000, 3),
                cli_number(cli, (double)cost->high_mj / 1000, 3));
        break;
    case METER_GAUGE:
    case METER_BATTERY:
        cli_say(cli, _("It took %s CPU seconds and %s to %s joules (%s).\n"), cpu,
                cli_number(cli, (double)cost->low_mj / 1000, 3),
                cli_number(cli, (double)cost->high_mj / 1000, 3), meter_words(cost->method));
        break;
    case METER_NONE:
        cli_say(cli, _("It took %s CPU seconds; no energy counter was found.\n"), cpu);
        break;
    }
    if (cost->lost)
        cli_warn(cli, _("The meter did not answer at the end; what it would have said is not "
                        "known."));
}
