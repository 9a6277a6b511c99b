/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "project/keep_cmd.h"

#include "kinds.h"
#include "record/record.h"

/* For CLEANUP, where an earlier error is the one to tell. */
static void close_quietly(struct record **record)
{
    struct err ignored = {0};
    if (*record)
        (void)!record_close(*record, &ignored);
}

/* --- check -------------------------------------------------------------------------------- */

struct faults {
    struct cli *cli;
    size_t n;
    const char *first;
};

/* A fault goes out at once: the command then fails, and what is kept back would be lost. */
static void take_fault(void *context, const char *where, const char *what)
{
    struct faults *faults = context;
    faults->n++;
    if (!faults->first)
        faults->first = arena_printf(&faults->cli->arena, "%s: %s", where, what);
    cli_warn(faults->cli, "%s: %s", where, what);
}

static bool run_check(struct cli *cli, struct err *err)
{
    CLEANUP(close_quietly) struct record *record = NULL;
    struct faults faults = {.cli = cli};
    if (!record_open_raw(cli->project, kinds, &record, err) ||
        !record_check(record, take_fault, &faults, err))
        return false;
    if (faults.n)
        return FAIL(err, ERR_CORRUPT,
                    _("Carry on with another copy. If only derived tables are named, "
                      "\"allmende rebuild\" puts them right."),
                    _("%s is not as it was written: %zu fault(s). The first: %s"), cli->project,
                    faults.n, faults.first);
    cli_put_int(cli, "faults", 0);
    cli_say(cli, _("Everything is as it was written.\n"));
    cli_say(cli, _("Keep it so with a copy on another disk: allmende copy FILE\n"));
    struct record *done = record;
    record = NULL;
    return record_close(done, err);
}

const struct command keep_check_command = {
    .name = "check",
    .phase = PHASE_PROJECT,
    .needs = NEEDS_RAW,
    .summary = N_("See whether everything is as it was written"),
    .details = N_("Checks the file, every entry with its signature and its bytes, and computes "
                  "anew what follows from them. It changes nothing."),
    .operands = "",
    .example = "check",
    .run = run_check,
};

/* --- rebuild ------------------------------------------------------------------------------ */

static bool run_rebuild(struct cli *cli, struct err *err)
{
    CLEANUP(close_quietly) struct record *record = NULL;
    struct hash state;
    if (!record_open(cli->project, STORE_WRITE, kinds, &record, err) ||
        !record_rebuild(record, err) || !store_scrub(record_store(record), err) ||
        !store_state(record_store(record), &state, err))
        return false;
    cli_put_text(cli, "state", hash_hex(&state).at);
    cli_say(cli, _("All tables that follow from the entries are computed anew.\n"));
    cli_say(cli, _("State: %.16s. Copies with the same entries have the same.\n"),
            hash_hex(&state).at);
    cli_say(cli, _("See where the project stands: allmende status\n"));
    struct record *done = record;
    record = NULL;
    return record_close(done, err);
}

const struct command keep_rebuild_command = {
    .name = "rebuild",
    .phase = PHASE_PROJECT,
    .needs = NEEDS_RAW,
    .summary = N_("Compute anew all that follows from the entries"),
    .details =
        N_("The entries themselves never change. Lists and counts are made from them again."),
    .operands = "",
    .example = "rebuild",
    .run = run_rebuild,
};

/* --- copy --------------------------------------------------------------------------------- */

static bool run_copy(struct cli *cli, struct err *err)
{
    const char *path = cli_operand(cli, 0);
    if (!store_copy(record_store(cli->record), path, err))
        return false;
    cli_put_text(cli, "copy", path);
    cli_say(cli, _("%s is a full backup and a full member: anybody can carry on with it.\n"), path);
    cli_say(cli, _("The keys are not in it. Who writes in a copy needs a key on that computer.\n"));
    cli_say(cli, _("It holds names and private parts, so give it to members only.\n"));
    cli_say(cli, _("Look whether it is whole: allmende -p %s check\n"), path);
    return true;
}

const struct command keep_copy_command = {
    .name = "copy",
    .phase = PHASE_PROJECT,
    .needs = NEEDS_READ,
    .summary = N_("Write a full backup into a new file"),
    .operands = "FILE",
    .operands_min = 1,
    .operands_max = 1,
    .example = "copy ../backup.allmende",
    .run = run_copy,
};
