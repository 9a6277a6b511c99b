/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publish/verify_cmd.h"

#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "kinds.h"
#include "publish/receipt.h"
#include "publish/verify.h"

enum { SHOWN_MAX = 50, RECEIPT_MAX_BYTES = 4096 };

static void progress(void *context, size_t done, size_t total)
{
    cli_progress(context, _("working through the entries"), done, total);
}

static json_t *faults_json(const struct verify_report *report)
{
    json_t *list = json_array();
    for (size_t i = 0; i < report->fault_n; i++) {
        const struct verify_fault *fault = &report->fault[i];
        json_t *one = json_object();
        /* A file's name may be any bytes: what is no UTF-8 stays out of JSON. */
        json_t *file = json_string(fault->file);
        json_object_set_new(one, "file", file ? file : json_string("?"));
        json_object_set_new(one, "claim", json_string(fault->claim));
        json_object_set_new(one, "what", json_string(fault->what));
        json_array_append_new(list, one);
    }
    return list;
}

static void put_report(struct cli *cli, const struct verify_report *report)
{
    cli_put_text(cli, "state", verify_state_name(report->state));
    cli_put_text(cli, "project", hash_hex(&report->project).at);
    cli_put_int(cli, "entries", (int64_t)report->entries);
    cli_put_int(cli, "trainings", (int64_t)report->trainings);
    cli_put_int(cli, "verdicts", (int64_t)report->verdicts);
    cli_put_int(cli, "done_again", (int64_t)report->again);
    cli_put_int(cli, "held_back", (int64_t)report->held_back);
    cli_put_int(cli, "withdrawn", (int64_t)report->withdrawn);
    cli_put_int(cli, "other_program", (int64_t)report->other_program);
    cli_put_int(cli, "taken_back", (int64_t)report->taken_back);
    cli_put_text(cli, "publication", hash_hex(&report->publication).at);
    cli_put_text(cli, "manifest", hash_hex(&report->manifest).at);
}

/* The whole report as JSON in a file, whatever came out: a command that fails says only one error.
 */
static bool write_report(struct cli *cli, struct err *err)
{
    const char *path = cli_option(cli, "report");
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    if (!path)
        return true;
    json_write(cli->result, &text);
    buf_char(&text, '\n');
    return file_write(path, buf_view(&text), 0644, err);
}

/* What helps, if all faults are of one sort; else a new copy does. */
static const char *next_step(const struct cli *cli, const struct verify_report *report)
{
    const struct verify_fault *first = &report->fault[0];
    size_t added = 0;
    for (size_t i = 0; i < report->fault_n; i++)
        added += report->fault[i].added;
    if (added == report->fault_n)
        return _("Take these files out of it; all that was published is in order.");
    if (strcmp(first->file, ".") == 0 && report->entries == 0)
        return _("Name the folder that \"allmende publish\" made; index.html lies in it.");
    if (cli_option(cli, "project") && report->other_project)
        return _("Get the folder of the other project, or ask those who gave you its number.");
    return _("Get the folder anew from whoever published it.");
}

/* The faults go out, for people; the error names the first. */
static bool tell_faults(struct cli *cli, const struct verify_report *report, struct err *err)
{
    const struct verify_fault *first = &report->fault[0];
    for (size_t i = 0; i < report->fault_n && i < SHOWN_MAX; i++)
        cli_warn(cli, _("%s\n  breaks: %s\n  %s"), report->fault[i].file, report->fault[i].claim,
                 report->fault[i].what);
    if (report->fault_n > SHOWN_MAX)
        cli_warn(cli, _("… and %zu more; --report FILE writes down all of them."),
                 report->fault_n - SHOWN_MAX);
    return FAIL(err, ERR_CORRUPT, next_step(cli, report),
                _("Failed: %zu fault(s). The first: %s breaks %s. %s"), report->fault_n,
                first->file, first->claim, first->what);
}

/* --- receipts ----------------------------------------------------------------------------- */

static void say_key(struct cli *cli, const struct device *key)
{
    char text[2 * KEY_BYTES + 1];
    hex_encode(key->at, KEY_BYTES, text);
    cli_put_text(cli, "key", text);
    cli_say(cli, _("Signed with the key %s.\n"), text);
}

static bool write_receipt(struct cli *cli, const struct verify_report *report, struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    const char *path = cli_option(cli, "receipt");
    struct receipt receipt;
    if (!path)
        return true;
    if (file_exists(path))
        return FAIL(err, ERR_CONFLICT, _("Choose a file that is not there yet."),
                    _("%s is there already."), path);
    if (!receipt_sign(report, cli_option(cli, "by"), &receipt, &text, err) ||
        !file_write(path, buf_view(&text), 0644, err))
        return false;
    cli_put_text(cli, "receipt", path);
    cli_say(cli, _("Receipt in %s. "), path);
    say_key(cli, &receipt.key);
    return true;
}

/* Is a receipt about what was found just now? */
static bool compare(const struct receipt *receipt, const struct verify_report *report,
                    struct err *err)
{
    const struct verify_report *said = &receipt->report;
    if (!hash_eq(&said->project, &report->project) ||
        !hash_eq(&said->publication, &report->publication) ||
        !hash_eq(&said->manifest, &report->manifest))
        return FAIL(err, ERR_CONFLICT, _("Get the folder that the receipt is about."),
                    _("The receipt is about another folder."));
    return said->state == report->state ||
           FAIL(err, ERR_CONFLICT, _("See what is found now with: allmende verify FOLDER"),
                _("The receipt says \"%s\", but what is found now is \"%s\"."),
                verify_state_name(said->state), verify_state_name(report->state));
}

static bool verify_given(struct cli *cli, struct verify_report *ret, struct err *err)
{
    const struct verify_request request = {.folder = cli_operand(cli, 0),
                                           .project = cli_option(cli, "project"),
                                           .kinds = kinds,
                                           .progress = progress,
                                           .context = cli,
                                           .cancelled = cli_cancelled};
    const char *wanted = request.project;
    if (wanted && (!*wanted || strspn(wanted, "0123456789abcdef") != strlen(wanted)))
        return FAIL(err, ERR_USAGE, _("Type at least the first digits: --project 4e7a6601b558"),
                    _("\"%s\" is not the number of a project."), wanted);
    if (file_exists(request.folder) && !file_is_folder(request.folder))
        return FAIL(err, ERR_INPUT,
                    _("Unpack an archive first. A project's file is looked through by: allmende -p "
                      "FILE check"),
                    _("%s is a file, not a published folder."), request.folder);
    return verify_folder(&request, &cli->arena, ret, err);
}

static bool run_check(struct cli *cli, const char *path, struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    struct receipt receipt;
    struct verify_report report;
    if (!file_read(path, RECEIPT_MAX_BYTES, &text, err) ||
        !receipt_read(buf_view(&text), &receipt, err))
        return false;
    if (cli_operand(cli, 0) &&
        (!verify_given(cli, &report, err) || !compare(&receipt, &report, err)))
        return false;
    put_report(cli, &receipt.report);
    cli_put_text(cli, "program", receipt.program);
    cli_put_text(cli, "time", receipt.time);
    cli_put(cli, "name", receipt.name[0] ? json_string(receipt.name) : json_null());
    cli_say(cli, "%s\n", verify_sentence(&receipt.report, &cli->arena));
    cli_say(cli, _("So says %s, at %s by their clock, with allmende %s.\n"),
            receipt.name[0] ? receipt.name : _("somebody without a name"), receipt.time,
            receipt.program);
    cli_say(cli, _("About the project %.12s and its publication %.12s.\n"),
            hash_hex(&receipt.report.project).at, hash_hex(&receipt.report.publication).at);
    if (cli_operand(cli, 0))
        cli_say(cli, _("It was just done again with this folder: the same came out.\n"));
    say_key(cli, &receipt.key);
    cli_say(cli, _("The signature fits. Whose key this is, you must know from the person.\n"));
    return true;
}

/* --- the command -------------------------------------------------------------------------- */

static bool run(struct cli *cli, struct err *err)
{
    struct verify_report report;
    if (cli_option(cli, "check-receipt"))
        return run_check(cli, cli_option(cli, "check-receipt"), err);
    if (!cli_operand(cli, 0))
        return FAIL(err, ERR_USAGE, _("Type: allmende verify FOLDER"),
                    _("Say which folder is to be verified."));
    if (!verify_given(cli, &report, err))
        return false;
    put_report(cli, &report);
    cli_put_int(cli, "as_is", (int64_t)report.as_is);
    cli_put(cli, "faults", faults_json(&report));
    if (report.state != VERIFY_FAILED)
        cli_say(cli, "%s\n", verify_sentence(&report, &cli->arena));
    if (!write_report(cli, err))
        return false;
    if (report.state == VERIFY_FAILED)
        return write_receipt(cli, &report, err) && tell_faults(cli, &report, err);
    cli_say(cli,
            _("Project %.12s: %zu entries; %zu trainings and results came out the same again.\n"),
            hash_hex(&report.project).at, report.entries, report.again);
    if (report.taken_back)
        cli_say(cli, _("Of %zu entries that were taken back only a note of removal is left.\n"),
                report.taken_back);
    if (report.as_is)
        cli_say(cli,
                _("Taken as they are: %zu tables of shared answers or public rows; what they were "
                  "worked out from stays with the members, at least in part.\n"),
                report.as_is);
    return write_receipt(cli, &report, err);
}

static const struct option_spec options[] = {
    {.name = "project", .value = "ID", .help = N_("the project that it must be, first digits")},
    {.name = "report", .value = "FILE", .help = N_("write all that was found into a file (JSON)")},
    {.name = "receipt",
     .value = "FILE",
     .help = N_("write what was found into a small text, signed with your key")},
    {.name = "by", .value = "NAME", .help = N_("your name, for the receipt")},
    {.name = "check-receipt",
     .value = "FILE",
     .help = N_("read a receipt; with FOLDER, also do it again and compare")},
    {.name = NULL},
};

const struct command verify_command = {
    .name = "verify",
    .phase = PHASE_PUBLISH,
    .needs = NEEDS_NOTHING,
    .summary = N_("Work through a published folder again, and name what does not hold"),
    .details = N_("Checks every file and signature, trains again and compares the models byte for "
                  "byte, and works every result out again to the last digit. The exit status is 1 "
                  "if anything does not hold. It looks at nothing that was set aside, writes "
                  "nothing into the folder and needs no project."),
    .operands = "[FOLDER]",
    .operands_min = 0,
    .operands_max = 1,
    .example = "verify ../stream-2026",
    .options = options,
    .run = run,
};
