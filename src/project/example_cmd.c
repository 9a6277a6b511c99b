/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "project/example_cmd.h"

#include <string.h>

#include "project/example.h"

static bool run_example(struct cli *cli, struct err *err)
{
    const char *name = cli_operand(cli, 0);
    const char *folder = cli_operand(cli, 1);
    uint64_t seed = EXAMPLE_STREAM_SEED;
    if (strcmp(name, "stream") != 0)
        return FAIL(err, ERR_USAGE, _("Type: allmende example stream FOLDER"),
                    _("There is no example \"%s\". There is one: stream."), name);
    if (!cli_uint(cli, "seed", 0, UINT64_MAX, &seed, err) ||
        !example_stream_write(folder, seed, err))
        return false;
    cli_put_text(cli, "folder", folder);
    cli_put(cli, "simulated", json_true());
    cli_say(cli,
            _("A simulated stream watch is in %s. No person, place or number in it is real.\n"),
            folder);
    cli_say(cli, _("  README.md                what it is about\n"));
    cli_say(cli, _("  simulated-samplings.csv  384 stones, turned at 12 sites\n"));
    cli_say(cli, _("  cycle.sh                 the whole cycle, from the question to the public "
                   "folder\n"));
    cli_say(cli, _("Next, go through the cycle: sh %s/cycle.sh\n"), folder);
    return true;
}

static const struct option_spec options[] = {
    {"seed", "N", N_("another simulated world"), false, false},
    {NULL, NULL, NULL, false, false},
};

const struct command example_command = {
    .name = "example",
    .phase = PHASE_NONE,
    .needs = NEEDS_NOTHING,
    .summary = N_("Make a simulated project to look around in"),
    .details = N_("\"stream\" is a stream watch: 24 people, 12 sites, 48 samplings, all simulated. "
                  "The folder gets a table, a page that explains it, and the commands of the whole "
                  "cycle. The same number behind --seed gives the same bytes on every computer."),
    .operands = "NAME FOLDER",
    .operands_min = 2,
    .operands_max = 2,
    .example = "example stream stream",
    .options = options,
    .run = run_example,
};
