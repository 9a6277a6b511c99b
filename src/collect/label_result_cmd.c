/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way of answers in and out, and how far people agree. Single answers are shown of observations
 * that have enough answers only, and not while label_may_show forbids it. */
#include <string.h>

#include "base/file.h"
#include "collect/label_cmd.h"
#include "record/record.h"

/* --- import ---------------------------------------------------------------------------------- */

static bool read_form(struct cli *cli, enum label_form *ret, struct err *err)
{
    const char *form = cli_option(cli, "form");
    return label_form_by_name(str_of(form), ret) ||
           FAIL(err, ERR_USAGE, _("Choose from: triples, zooniverse, labelstudio."),
                _("\"%s\" is no form of answers."), form);
}

static const char *left_out_text(enum left_out why)
{
    switch (why) {
    case LEFT_REJECTED:
        return _("cannot be read");
    case LEFT_NO_ANSWER:
        return _("say nothing about the task");
    case LEFT_SEVERAL:
        return _("say several things");
    case LEFT_OTHER_VERSION:
        return _("belong to another version of the workflow");
    case LEFT_AGAIN:
        return _("are by the same person about the same observation again");
    case LEFT_COUNT:
        break;
    }
    return "";
}

static void say_report(struct cli *cli, const struct label_import_report *report)
{
    json_t *left_out = json_object();
    cli_put_text(cli, "id", hash_hex(&report->id).at);
    cli_put_int(cli, "records", (int64_t)report->records);
    cli_put_int(cli, "answers", (int64_t)report->answers);
    cli_put_int(cli, "dont_know", (int64_t)report->unknown);
    cli_put_int(cli, "items", (int64_t)report->items);
    cli_put_int(cli, "people", (int64_t)report->people);
    cli_put(cli, "left_out", left_out);
    cli_say(cli,
            _("Brought in (%.8s): %llu answers of %zu people to %zu observations; %llu times \"I "
              "do not know\".\n"),
            hash_hex(&report->id).at, (unsigned long long)report->answers, report->people,
            report->items, (unsigned long long)report->unknown);
    for (size_t i = 0; i < LEFT_COUNT; i++) {
        json_object_set_new(left_out, left_out_name((enum left_out)i),
                            json_integer((json_int_t)report->left_out[i]));
        if (report->left_out[i])
            cli_say(cli, _("  Left out: %llu %s.\n"), (unsigned long long)report->left_out[i],
                    left_out_text((enum left_out)i));
    }
    if (report->cp1252)
        cli_warn(cli, _("The file is not UTF-8; it was read as Windows-1252. Look whether umlauts "
                        "in names are right."));
}

static bool run_import(struct cli *cli, struct err *err)
{
    struct label_import_draft draft = {.path = cli_operand(cli, 1),
                                       .item = cli_option(cli, "item"),
                                       .person = cli_option(cli, "person"),
                                       .answer = cli_option(cli, "answer"),
                                       .task = cli_option(cli, "task"),
                                       .version = cli_option(cli, "version-of-workflow"),
                                       .open = cli_flag(cli, "open"),
                                       .choices_to = cli_option(cli, "choices-to"),
                                       .cancelled = cli_cancelled};
    struct label_import_report report;
    draft.unknown = cli_option_all(cli, "dont-know", &draft.unknown_n);
    if (!read_form(cli, &draft.form, err) || !label_cmd_guideline(cli, &draft.guideline, err) ||
        (draft.choices_to && !file_apart(draft.choices_to, cli->project, err)) ||
        !label_import(cli->record, &draft, &report, err))
        return false;
    if (draft.choices_to) {
        cli_put_int(cli, "choices", (int64_t)report.choices);
        cli_say(cli,
                _("%zu different answers are in %s, the most frequent first; nothing was "
                  "brought in. Look at them, then: allmende label guideline QUESTION --choices "
                  "%s\n"),
                report.choices, draft.choices_to, draft.choices_to);
        return true;
    }
    say_report(cli, &report);
    if (!draft.open)
        cli_say(cli, _("These observations count as done; with --open you could go on naming them "
                       "here.\n"));
    struct err hidden = {0};
    if (label_may_show(cli->record, &draft.guideline, &hidden))
        cli_say(cli,
                _("Names became pseudonyms. See how far people agree: allmende label agreement "
                  "%.8s\n"),
                hash_hex(&draft.guideline).at);
    else
        cli_say(cli, _("Names became pseudonyms. The answers stay unseen: a locked guess asks "
                       "them.\n"));
    return true;
}

static const struct option_spec import_options[] = {
    {.name = "form",
     .value = "triples|zooniverse|labelstudio",
     .help = N_("where the file comes from; triples: a table with item, person, answer"),
     .required = true},
    {.name = "item", .value = "NAME", .help = N_("the column, or key of data, of the observation")},
    {.name = "person", .value = "NAME", .help = N_("the column of the person")},
    {.name = "answer", .value = "NAME", .help = N_("the column of the answer")},
    {.name = "task", .value = "NAME", .help = N_("which task, where a file has several")},
    {.name = "version-of-workflow",
     .value = "N|all",
     .help = N_("which version of a workflow, where a file has several")},
    {.name = "dont-know",
     .value = "TEXT",
     .help = N_("an answer that means \"I do not know\""),
     .repeat = true},
    {.name = "choices-to",
     .value = "FILE",
     .help = N_("write into FILE which answers occur, for a guideline, and bring nothing in")},
    {.name = "open", .help = N_("you go on with these observations here")},
    {.name = NULL},
};

const struct command label_import_command = {
    .name = "label import",
    .phase = PHASE_COLLECT,
    .needs = NEEDS_WRITE,
    .summary = N_("Bring in answers from elsewhere"),
    .details = N_("Exports of Zooniverse and Label Studio, and plain tables. Names of people "
                  "become pseudonyms. The observations count as finished, unless you say --open."),
    .operands = "GUIDELINE FILE",
    .operands_min = 2,
    .operands_max = 2,
    .example = "label import last answers.csv --form triples",
    .options = import_options,
    .run = run_import,
};

/* --- one person out of an import ------------------------------------------------------------- */

static bool run_withdraw(struct cli *cli, struct err *err)
{
    struct label_forgotten forgotten;
    struct hash guideline;
    if (!label_cmd_guideline(cli, &guideline, err) ||
        !label_forget(cli->record, &guideline, str_of(cli_operand(cli, 1)), &forgotten, err))
        return false;
    cli_put_int(cli, "answers", (int64_t)forgotten.answers);
    cli_put_int(cli, "imports", (int64_t)forgotten.batches);
    cli_put_int(cli, "waiting", (int64_t)forgotten.waiting);
    cli_put_int(cli, "gone_with_it", (int64_t)forgotten.tables);
    if (forgotten.waiting)
        cli_say(cli,
                _("Your wish is written down. In %zu import(s) of somebody else nothing is "
                  "erased yet: a second person in charge must say the same.\n"),
                forgotten.waiting);
    if (forgotten.waiting == forgotten.batches)
        return true;
    cli_say(cli,
            _("Taken back: %llu answers of one person, in %zu import(s). They are erased; notes "
              "without content remain.\n"),
            (unsigned long long)forgotten.answers, forgotten.batches);
    if (forgotten.tables)
        cli_say(
            cli,
            _("Gone with it: %zu tables of shared answers, or models made with them. Write them "
              "anew: allmende label consensus %.8s --write TABLE\n"),
            forgotten.tables, hash_hex(&guideline).at);
    cli_say(cli, _("Out of our reach: other copies until they meet this one, backups, what others "
                   "noted down, and freed places of the disk.\n"));
    return true;
}

const struct command label_withdraw_command = {
    .name = "label withdraw",
    .phase = PHASE_COLLECT,
    .needs = NEEDS_WRITE,
    .summary = N_("Take one person's answers out of imported ones"),
    .details =
        N_("NAME is how the person is called in the file that was imported. It is not in the "
           "project; from it follows which answers are theirs. Shared answers are computed "
           "without them from then on. Answers given here are taken back with \"collect "
           "withdraw\"."),
    .operands = "GUIDELINE NAME",
    .operands_min = 2,
    .operands_max = 2,
    .example = "label withdraw last volunteer-0007",
    .run = run_withdraw,
};

/* --- agreement ------------------------------------------------------------------------------- */

static bool run_agreement(struct cli *cli, struct err *err)
{
    const char *word = cli_option(cli, "level");
    enum agreement_level level;
    struct labels labels;
    if (!label_cmd_load(cli, false, &labels, err) ||
        !label_may_show(cli->record, &labels.guide.id, err))
        return false;
    level = labels.guide.level;
    if (word && !agreement_level_by_name(str_of(word), &level))
        return FAIL(err, ERR_USAGE, _("Choose from: nominal, ordinal, interval."),
                    _("\"%s\" is no level."), word);
    if (level == LEVEL_INTERVAL && labels.guide.level != LEVEL_INTERVAL)
        return FAIL(err, ERR_USAGE, _("Take nominal or ordinal."),
                    _("The choices of this guideline are no numbers with distances."));
    struct agreement found = label_agreement(&labels, level, 0.95);
    const struct interval *range = &found.range;
    bool some = found.kinds >= 2;
    cli_put(cli, "alpha", some ? cli_real(range->value) : json_null());
    cli_put(cli, "low", range->usable ? cli_real(range->low) : json_null());
    cli_put(cli, "high", range->usable ? cli_real(range->high) : json_null());
    cli_put_text(cli, "level", agreement_level_name(level));
    cli_put_int(cli, "items", (int64_t)range->units);
    cli_put_int(cli, "answers", (int64_t)found.answers);
    if (!some)
        cli_say(cli, _("Too little to tell: there are no two different answers to observations "
                       "that two people have named.\n"));
    else if (range->usable)
        cli_say(cli, _("Agreement beyond chance (alpha): %s (95 %% range %s to %s)\n"),
                cli_number(cli, range->value, 4), cli_number(cli, range->low, 4),
                cli_number(cli, range->high, 4));
    else
        cli_say(cli, _("Agreement beyond chance (alpha): %s; too few observations for a range\n"),
                cli_number(cli, range->value, 4));
    cli_say(cli, _("1 means of one mind, 0 as by chance. %zu answers to %zu observations.\n"),
            found.answers, range->units);
    return true;
}

static const struct option_spec agreement_options[] = {
    {.name = "level",
     .value = "nominal|ordinal|interval",
     .help = N_("whether choices have an order; the guideline's if you say nothing")},
    {.name = NULL},
};

const struct command label_agreement_command = {
    .name = "label agreement",
    .phase = PHASE_COLLECT,
    .needs = NEEDS_READ,
    .summary = N_("Show how far people agree, beyond chance"),
    .details = N_("Krippendorff's alpha over observations that have enough answers."),
    .operands = "GUIDELINE",
    .operands_min = 1,
    .operands_max = 1,
    .example = "label agreement last",
    .options = agreement_options,
    .run = run_agreement,
};

/* --- export ---------------------------------------------------------------------------------- */

static bool run_export(struct cli *cli, struct err *err)
{
    const char *path = cli_operand(cli, 1);
    struct labels labels;
    enum label_form form;
    size_t n;
    if (!read_form(cli, &form, err) || !label_cmd_load(cli, false, &labels, err) ||
        !label_may_show(cli->record, &labels.guide.id, err) ||
        !file_apart(path, cli->project, err) || !label_export(&labels, form, path, &n, err))
        return false;
    cli_put_int(cli, "answers", (int64_t)n);
    cli_put_text(cli, "file", path);
    cli_say(cli,
            _("%zu answers are in %s, people as numbers drawn by lot. Do not count with them "
              "who is right how often.\n"),
            n, path);
    return true;
}

static const struct option_spec export_options[] = {
    {.name = "form",
     .value = "triples|zooniverse|labelstudio",
     .help = N_("for which program; triples: a table with task, worker, label"),
     .required = true},
    {.name = NULL},
};

const struct command label_export_command = {
    .name = "label export",
    .phase = PHASE_COLLECT,
    .needs = NEEDS_READ,
    .summary = N_("Write answers to a file for another program"),
    .operands = "GUIDELINE FILE",
    .operands_min = 2,
    .operands_max = 2,
    .example = "label export last answers.csv --form triples",
    .options = export_options,
    .run = run_export,
};
