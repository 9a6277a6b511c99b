/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/model_cmd.h"

#include <string.h>

#include "base/file.h"
#include "cli/cli.h"
#include "cluster/cluster.h"
#include "train/foretell.h"
#include "train/models.h"
#include "train/try.h"

enum { MISSING_MAX = 16, UNSEEN_SHOWN = 10 };

static bool read_request(struct cli *cli, struct foretell_request *q, struct err *err)
{
    struct str *missing = arena_get(&cli->arena, MISSING_MAX, sizeof *missing);
    struct str *keep = NULL;
    struct str *names = NULL;
    const char *typed = cli_option(cli, "names");
    for (const char *value; (value = cli_option_at(cli, "missing", q->missing_n));) {
        if (q->missing_n == MISSING_MAX)
            return FAIL(err, ERR_USAGE, _("Name at most 16."), _("--missing was given too often."));
        missing[q->missing_n++] = str_of(value);
    }
    q->missing = missing;
    struct str *dates = arena_get(&cli->arena, MISSING_MAX, sizeof *dates);
    for (const char *value;
         q->dates_n < MISSING_MAX && (value = cli_option_at(cli, "dates", q->dates_n));)
        dates[q->dates_n++] = str_of(value);
    q->dates = dates;
    q->path = cli_operand(cli, 1);
    q->sheet = cli_option(cli, "sheet");
    q->keep_n = cli_option(cli, "keep") ? try_list(&cli->arena, cli_option(cli, "keep"), &keep) : 0;
    q->keep = keep;
    q->no_header = typed && strcmp(typed, "none") == 0;
    q->names_n = typed && !q->no_header ? try_list(&cli->arena, typed, &names) : 0;
    q->names = names;
    q->scores = cli_flag(cli, "scores");
    return true;
}

static json_t *classes_json(const struct model *model, const struct foretold *f)
{
    json_t *object = json_object();
    for (size_t k = 0; k < model->class_n; k++)
        json_object_setn_new(object, model->class_name[k].at, model->class_name[k].n,
                             json_integer((json_int_t)f->class_row[k]));
    return object;
}

static json_t *unseen_json(const struct foretold *f)
{
    json_t *list = json_array();
    for (size_t i = 0; i < f->unseen_n && i < 100; i++) {
        json_t *one = json_object();
        const struct unseen *u = &f->unseen[i];
        json_object_set_new(one, "column", json_stringn(u->feature.at, u->feature.n));
        json_object_set_new(one, "value", json_stringn(u->category.at, u->category.n));
        json_object_set_new(one, "rows", json_integer((json_int_t)u->rows));
        json_array_append_new(list, one);
    }
    return list;
}

static void put_result(struct cli *cli, const struct model *model, const struct foretold *f)
{
    struct hash id = model_id(model);
    bool classes = model->task == TASK_CLASSIFICATION;
    cli_put_text(cli, "model", hash_hex(&id).at);
    cli_put_text(cli, "task", classes ? "classification" : "regression");
    cli_put_int(cli, "rows", (int64_t)f->records);
    cli_put_int(cli, "answered", (int64_t)(f->records - f->rejected));
    cli_put_int(cli, "rejected", (int64_t)f->rejected);
    cli_put_int(cli, "with_gaps", (int64_t)f->gaps);
    cli_put(cli, "unseen", unseen_json(f));
    cli_put_int(cli, "unseen_values", (int64_t)f->unseen_n);
    cli_put_text(cli, "out", cli_option(cli, "out"));
    if (classes) {
        cli_put(cli, "classes", classes_json(model, f));
        return;
    }
    cli_put(cli, "least", cli_real(f->least));
    cli_put(cli, "most", cli_real(f->most));
}

static void warn(struct cli *cli, const struct foretold *f)
{
    if (f->rejected)
        cli_warn(cli, _("%zu of %zu rows have no answer; the last column says why."), f->rejected,
                 f->records);
    if (f->gaps)
        cli_warn(cli, _("Rows that lack values which the model looks at: %zu."), f->gaps);
    for (size_t i = 0; i < f->unseen_n && i < UNSEEN_SHOWN; i++)
        cli_warn(cli, _("The model never learned the value \"%.*s\" of %.*s (rows: %zu)."),
                 STR_ARG(f->unseen[i].category), STR_ARG(f->unseen[i].feature), f->unseen[i].rows);
    if (f->unseen_n > UNSEEN_SHOWN)
        cli_warn(cli, _("It never learned %zu more values."), f->unseen_n - UNSEEN_SHOWN);
}

static void say(struct cli *cli, const struct model *model, const struct foretold *f)
{
    cli_say(cli, _("Answered %zu of %zu rows.\n"), f->records - f->rejected, f->records);
    for (size_t k = 0; k < model->class_n; k++)
        cli_say(cli, "  %.*s: %zu\n", STR_ARG(model->class_name[k]), f->class_row[k]);
    if (model->task == TASK_REGRESSION && f->records > f->rejected)
        cli_say(cli, _("The answers lie between %s and %s.\n"), cli_number(cli, f->least, 5),
                cli_number(cli, f->most, 5));
    cli_say(cli, _("Written to %s.\n"), cli_option(cli, "out"));
}

static bool write_file(void *context, struct str csv, struct err *err)
{
    return file_draft_add(context, csv, err);
}

static bool write_out(void *context, struct str csv, struct err *err)
{
    return cli_stream(context, csv, err);
}

/* To a file, which has its name only once it is whole; else as they come. */
static bool answer(struct cli *cli, struct foretell_request *q, const char *out,
                   struct foretold *ret, struct err *err)
{
    CLEANUP(file_draft_release) struct file_draft draft = FILE_DRAFT_NONE;
    if (out && !file_draft_begin(&draft, out, 0644, err))
        return false;
    q->write = out ? write_file : write_out;
    q->context = out ? (void *)&draft : cli;
    return foretell(q, &cli->arena, ret, err) && (!out || file_draft_done(&draft, err));
}

static bool run_predict(struct cli *cli, struct err *err)
{
    struct cluster cluster = {.threads = cluster_processors()};
    struct foretell_request q = {.cluster = &cluster, .cancelled = cli_cancelled};
    struct foretold result;
    struct model model;
    uint64_t threads = cluster.threads;
    const char *out = cli_option(cli, "out");
    q.model = &model;
    if (!cli_uint(cli, "threads", 1, 256, &threads, err) || !read_request(cli, &q, err) ||
        !file_apart(out, q.path, err) || !file_apart(out, cli_operand(cli, 0), err) ||
        !models_find(cli->record, cli_operand(cli, 0), &cli->arena, &model, err))
        return false;
    cluster.threads = (unsigned)threads;
    if (!answer(cli, &q, out, &result, err))
        return false;
    warn(cli, &result);
    if (out)
        say(cli, &model, &result);
    put_result(cli, &model, &result);
    return true;
}

static const struct option_spec options[] = {
    {"out", "FILE", N_("write the answers to this file"), false, false},
    {"keep", "A,B", N_("columns of the table to write beside the answers"), false, false},
    {"scores", NULL, N_("write what each class gets, too"), false, false},
    {"names", "A,B,C|none", N_("names of the columns of a file without a header"), false, false},
    {"sheet", "NAME", N_("the sheet of a spreadsheet that holds several"), false, false},
    {"missing", "[COLUMN=]VALUE",
     N_("a text or number that means \"missing\"; with !=VALUE, one that does not"), false, true},
    {"dates", "[COLUMN=]dmy|mdy|ymd", N_("the order of day, month and year in dates"), false, true},
    {"threads", "N", N_("processors to use; the result is the same"), false, false},
    {NULL, NULL, NULL, false, false},
};

const struct command predict_command = {
    .name = "predict",
    .phase = PHASE_TRAIN,
    .needs = NEEDS_FILE,
    .summary = N_("Let a model answer the rows of a table"),
    .details =
        N_("MODEL is a file, or the first digits of a model of the project. Every row of the table "
           "gets a line (CSV): its number, the answer, how sure, and what was odd about it."),
    .operands = "MODEL DATA",
    .operands_min = 2,
    .operands_max = 2,
    .example = "predict frogs.model new.csv --keep id --out answers.csv",
    .options = options,
    .run = run_predict,
};
