/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publish/verify_cmd.h"

#include "base/file.h"
#include "base/json.h"
#include "kinds.h"
#include "publish/verify.h"

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
    cli_put(cli, "faults", faults_json(report));
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

/* Every fault goes out at once, for people; the error names the first. */
static bool tell_faults(struct cli *cli, const struct verify_report *report, struct err *err)
{
    const struct verify_fault *first = &report->fault[0];
    for (size_t i = 0; i < report->fault_n; i++)
        cli_warn(cli, _("%s\n  breaks: %s\n  %s"), report->fault[i].file, report->fault[i].claim,
                 report->fault[i].what);
    return FAIL(err, ERR_CORRUPT, _("Get the folder anew from whoever published it."),
                _("Failed: %zu fault(s). The first: %s breaks %s. %s"), report->fault_n,
                first->file, first->claim, first->what);
}

static bool run(struct cli *cli, struct err *err)
{
    const struct verify_request request = {.folder = cli_operand(cli, 0),
                                           .project = cli_option(cli, "project"),
                                           .kinds = kinds,
                                           .progress = progress,
                                           .context = cli,
                                           .cancelled = cli_cancelled};
    struct verify_report report;
    if (!verify_folder(&request, &cli->arena, &report, err))
        return false;
    put_report(cli, &report);
    if (!write_report(cli, err))
        return false;
    if (report.state == VERIFY_FAILED)
        return tell_faults(cli, &report, err);
    cli_say(cli, "%s\n", verify_sentence(&report, &cli->arena));
    cli_say(cli,
            _("Project %.12s: %zu entries; %zu trainings and results came out the same again.\n"),
            hash_hex(&report.project).at, report.entries, report.again);
    return true;
}

static const struct option_spec options[] = {
    {.name = "project", .value = "ID", .help = N_("the project that it must be, first digits")},
    {.name = "report", .value = "FILE", .help = N_("write all that was found into a file (JSON)")},
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
    .operands = "FOLDER",
    .operands_min = 1,
    .operands_max = 1,
    .example = "verify ../stream-2026",
    .options = options,
    .run = run,
};
