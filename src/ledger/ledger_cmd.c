/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/ledger_cmd.h"

#include "cli/cli.h"
#include "ledger/ledger.h"
#include "record/member.h"

static const char *act_words(struct str act)
{
    if (str_eq(act, STR("training")))
        return _("training");
    if (str_eq(act, STR("verdict")))
        return _("evaluation");
    return _("other");
}

static void say_line(struct cli *cli, const struct ledger_line *line)
{
    cli_say(cli, _("%s: %llu times, %llu.%03llu CPU seconds, "), act_words(line->act),
            (unsigned long long)line->acts, (unsigned long long)(line->cpu_ms / 1000),
            (unsigned long long)(line->cpu_ms % 1000));
    if (line->energy_known == 0)
        cli_say(cli, _("energy not measured\n"));
    else
        cli_say(cli, _("%llu.%03llu joules in %llu of them (%.*s)\n"),
                (unsigned long long)(line->energy_mj / 1000),
                (unsigned long long)(line->energy_mj % 1000),
                (unsigned long long)line->energy_known, STR_ARG(line->method));
}

static json_t *line_json(const struct ledger_line *line)
{
    json_t *object = json_object();
    bool known = line->energy_known == line->acts;
    json_object_set_new(object, "phase", json_stringn(line->phase.at, line->phase.n));
    json_object_set_new(object, "act", json_stringn(line->act.at, line->act.n));
    json_object_set_new(object, "acts", json_integer((json_int_t)line->acts));
    json_object_set_new(object, "cpu_s", json_real((double)line->cpu_ms / 1000));
    json_object_set_new(object, "energy_j",
                        known ? json_real((double)line->energy_mj / 1000) : json_null());
    json_object_set_new(object, "method", json_stringn(line->method.at, line->method.n));
    return object;
}

static bool run_ledger(struct cli *cli, struct err *err)
{
    struct ledger_line *lines;
    struct member *members;
    size_t n;
    size_t member_n;
    json_t *list = json_array();
    uint64_t cpu_ms = 0;
    cli_put(cli, "lines", list);
    if (!ledger_lines(cli->record, &cli->arena, &lines, &n, err) ||
        !member_list(cli->record, &cli->arena, &members, &member_n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        say_line(cli, &lines[i]);
        json_array_append_new(list, line_json(&lines[i]));
        cpu_ms += lines[i].cpu_ms;
    }
    if (n == 0)
        cli_say(cli, _("Nothing was trained or evaluated yet, so nothing was booked.\n"));
    cli_say(cli, _("%zu people take part.\n"), member_n);
    /* SOURCE: Directive (EU) 2018/2001, annex III: petrol 32 MJ a litre. */
    cli_say(cli, _("A car trip to the site costs more than all computing here by far: a litre of "
                   "petrol holds about 32 million joules.\n"));
    cli_put_int(cli, "people", (int64_t)member_n);
    cli_put_real(cli, "cpu_s", (double)cpu_ms / 1000);
    return true;
}

const struct command ledger_command = {
    .name = "ledger",
    .phase = PHASE_LEDGER,
    .needs = NEEDS_READ,
    .summary = N_("Show what it took: computing time, energy, people"),
    .details = N_("Energy is shown with its method, or said to be unknown; it is never guessed."),
    .operands = "",
    .operands_min = 0,
    .operands_max = 0,
    .example = "ledger",
    .options = NULL,
    .run = run_ledger,
};
