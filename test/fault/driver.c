/* SPDX-License-Identifier: GPL-3.0-or-later */
/* driver: a program like the real one, with acts on the record that no command does alone.
 *
 * It is built on the same command line (cli.h), opens and closes a project in the same way and
 * knows the kind "note" of these tests.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "cli/cli.h"
#include "fault.h"
#include "record/member.h"
#include "record/withdraw.h"

static bool done(struct cli *cli, const struct hash *id)
{
    cli_say(cli, "%s\n", hash_hex(id).at);
    cli_put_text(cli, "id", hash_hex(id).at);
    return true;
}

static bool run_new(struct cli *cli, struct err *err)
{
    CLEANUP(json_release)
    json_t *body = json_pack("{s:s,s:s,s:[s]}", "title", "Bach", "licence", "CC-BY-4.0",
                             "permission", "project");
    CLEANUP(json_release) json_t *private = json_pack("{s:s}", "name", "Ada");
    const struct founding founding = {cli_operand(cli, 0), body, private, fault_kinds};
    if (!record_create(&founding, &cli->record, err))
        return false;
    struct hash id = record_project(cli->record);
    return done(cli, &id);
}

/* A note with a blob of so many bytes. */
static bool write_note(struct cli *cli, uint64_t bytes, struct hash *ret, struct err *err)
{
    CLEANUP(buf_release) struct buf blob = BUF_INIT;
    while (blob.n < bytes)
        buf_printf(&blob, "%s %zu\n", cli_operand(cli, 0), blob.n);
    struct note note = {cli_operand(cli, 0), cli_operand(cli, 0), {NULL, 0}, NULL};
    if (bytes)
        note.blob = buf_view(&blob);
    return note_append(cli->record, &note, ret, err);
}

static bool run_note(struct cli *cli, struct err *err)
{
    uint64_t bytes = number_or(cli_operand(cli, 1), 0);
    struct hash id;
    return write_note(cli, bytes, &id, err) && done(cli, &id);
}

/* Notes without end, each id told as soon as it is acknowledged: to be killed. */
static bool run_notes(struct cli *cli, struct err *err)
{
    for (uint64_t i = 0;; i++) {
        struct hash id;
        char line[HASH_HEX + 2];
        if (cli_cancelled())
            return FAIL(err, ERR_CANCELLED, "", _("Stopped."));
        if (!write_note(cli, i % 8 == 7 ? 300000 : i % 3 * 4000, &id, err))
            return false;
        int n = snprintf(line, sizeof line, "%s\n", hash_hex(&id).at);
        if (write(STDOUT_FILENO, line, (size_t)n) != n)
            return FAIL(err, ERR_IO, "", _("Nobody listens."));
    }
}

static bool run_member(struct cli *cli, struct err *err)
{
    struct device device;
    return member_add(cli->record, cli_operand(cli, 0), true, &device, err);
}

static bool run_withdraw(struct cli *cli, struct err *err)
{
    struct withdrawal w;
    struct hash id;
    return record_find(cli->record, cli_operand(cli, 0), NULL, &id, err) &&
           withdraw_entry(cli->record, &id, &w, err) && done(cli, &w.entry);
}

static bool run_row(struct cli *cli, struct err *err)
{
    struct withdrawal w;
    struct hash id;
    uint64_t position = number_or(cli_operand(cli, 1), 1);
    if (!record_find(cli->record, cli_operand(cli, 0), NULL, &id, err))
        return false;
    const struct withdraw_items items = {id, &position, 1, lines_empty};
    return withdraw_items(cli->record, &items, &w, err) && done(cli, &w.entry);
}

static bool run_rebuild(struct cli *cli, struct err *err)
{
    return record_rebuild(cli->record, err);
}

static bool run_copy(struct cli *cli, struct err *err)
{
    return store_copy(record_store(cli->record), cli_operand(cli, 0), err);
}

static void say_fault(void *context, const char *where, const char *what)
{
    cli_say(context, "%s: %s\n", where, what);
}

static bool run_check(struct cli *cli, struct err *err)
{
    struct record *record;
    if (!record_open_raw(cli->project, fault_kinds, &record, err))
        return false;
    bool checked = record_check(record, say_fault, cli, err);
    return record_close(record, checked ? err : &(struct err){0}) && checked;
}

#define COMMAND(words, needs_what, least, most, function)                                          \
    static const struct command function##_command = {.name = words,                               \
                                                      .phase = PHASE_PROJECT,                      \
                                                      .needs = needs_what,                         \
                                                      .summary = words,                            \
                                                      .operands = "OPERAND",                       \
                                                      .operands_min = least,                       \
                                                      .operands_max = most,                        \
                                                      .example = words,                            \
                                                      .run = function}
COMMAND("new", NEEDS_NOTHING, 1, 1, run_new);
COMMAND("note", NEEDS_WRITE, 1, 2, run_note);
COMMAND("notes", NEEDS_WRITE, 1, 1, run_notes);
COMMAND("member", NEEDS_WRITE, 1, 1, run_member);
COMMAND("withdraw", NEEDS_WRITE, 1, 1, run_withdraw);
COMMAND("row", NEEDS_WRITE, 2, 2, run_row);
COMMAND("rebuild", NEEDS_WRITE, 0, 0, run_rebuild);
COMMAND("copy", NEEDS_READ, 1, 1, run_copy);
COMMAND("check", NEEDS_RAW, 0, 0, run_check);

static const struct command *const driver_commands[] = {&run_new_command,      &run_note_command,
                                                        &run_notes_command,    &run_member_command,
                                                        &run_withdraw_command, &run_row_command,
                                                        &run_rebuild_command,  &run_copy_command,
                                                        &run_check_command,    NULL};

static bool open_project(struct cli *cli, struct err *err)
{
    switch (cli->command->needs) {
    case NEEDS_READ:
        return record_open(cli->project, STORE_READ, fault_kinds, &cli->record, err);
    case NEEDS_WRITE:
        return record_open(cli->project, STORE_WRITE, fault_kinds, &cli->record, err) &&
               record_act_as(cli->record, cli->as, err);
    case NEEDS_RAW:
    case NEEDS_NOTHING:
        break;
    }
    return true;
}

static bool close_project(struct cli *cli, struct err *err)
{
    struct record *record = cli->record;
    cli->record = NULL;
    return !record || record_close(record, err);
}

int main(int argc, char **argv)
{
    static const struct cli_host host = {driver_commands, open_project, close_project};
    json_init();
    return cli_main(argc, argv, &host);
}
