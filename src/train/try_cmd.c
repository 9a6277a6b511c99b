/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "train/try_cmd.h"

#include "base/file.h"
#include "base/num.h"
#include "cli/cli.h"
#include "cluster/cluster.h"
#include "ledger/meter.h"
#include "read/describe.h"
#include "train/steps_say_cmd.h"
#include "train/try.h"

enum { FAULTS_SHOWN = 10, COLUMNS_SHOWN = 40, ERRORS_SHOWN = 3, LINES_SHOWN = 3 };

static bool read_rungs(const struct cli *cli, unsigned *ret, struct err *err)
{
    const char *text = cli_option(cli, "rungs");
    struct str rest = str_of(text);
    struct str rung;
    *ret = text ? 0 : 7;
    while (str_cut(&rest, ',', &rung)) {
        uint64_t number;
        if (!str_uint(str_trim(rung), 2, &number))
            return FAIL(err, ERR_USAGE, _("Type for example --rungs 0,1"),
                        _("\"%.*s\" is not a step that this program has (0, 1 or 2)."),
                        STR_ARG(rung));
        *ret |= 1U << number;
    }
    return true;
}

static bool read_budget(const struct cli *cli, const char *name, double *ret, struct err *err)
{
    const char *text = cli_option(cli, name);
    struct decimal number;
    *ret = 0;
    if (!text)
        return true;
    if (num_decimal(str_of(text), '.', &number) == NUM_OK)
        *ret = num_double(number);
    return *ret > 0 || FAIL(err, ERR_USAGE, _("Type a number above 0, e.g. 2.5"),
                            _("\"%s\" is no budget."), text);
}

/* Joules can be a limit only where they can be counted. */
static bool read_budgets(const struct cli *cli, const struct meter *meter, struct try_request *q,
                         struct err *err)
{
    if (!read_budget(cli, "budget-s", &q->budget_s, err) ||
        !read_budget(cli, "budget-j", &q->budget_j, err))
        return false;
    if (q->budget_j > 0 && meter_end(meter, meter_root).method == METER_NONE)
        return FAIL(err, ERR_USAGE, _("Say what your computer draws, e.g. --watts 4,12"),
                    _("No energy counter was found, so joules cannot be a limit."));
    q->meter = meter;
    return true;
}

/* "balanced-accuracy", as "hypothesis add" writes it, is the same as "balanced_accuracy". */
static const char *metric_word(struct cli *cli)
{
    const char *typed = cli_option(cli, "metric");
    if (!typed)
        return NULL;
    char *word = arena_copy(&cli->arena, str_of(typed));
    for (char *c = word; *c && *c != ':'; c++)
        if (*c == '-')
            *c = '_';
    return word;
}

/* --alarm, --threshold and --errors. */
static bool read_report(struct cli *cli, struct try_request *q, struct err *err)
{
    const char *threshold = cli_option(cli, "threshold");
    struct decimal value = {0, 0};
    q->alarm = cli_option(cli, "alarm");
    q->has_threshold = threshold != NULL;
    q->errors = ERRORS_SHOWN;
    if (threshold && !q->alarm)
        return FAIL(err, ERR_USAGE, _("Name it with --alarm CLASS."),
                    _("A threshold is for a class of interest."));
    if (threshold && num_decimal(str_of(threshold), '.', &value) != NUM_OK)
        return FAIL(err, ERR_USAGE, _("Type for example --threshold 0.3"),
                    _("The threshold \"%s\" is not a number."), threshold);
    if (threshold)
        q->threshold = num_double(value);
    return cli_uint(cli, "errors", 0, 1000000, &q->errors, err);
}

static bool read_request(struct cli *cli, struct try_request *q, struct err *err)
{
    const char **data = arena_get(&cli->arena, 1024, sizeof *data);
    uint64_t threads = 0; /* not said */
    for (const char *path; q->data_n < 1024 && (path = cli_operand(cli, q->data_n));)
        data[q->data_n++] = path;
    q->data = data;
    for (size_t i = 0; i < q->data_n; i++)
        if (!file_apart(cli_option(cli, "save"), data[i], err))
            return false;
    if (!file_apart(cli_option(cli, "save"), cli_option(cli, "test"), err))
        return false;
    q->missing = cli_option_all(cli, "missing", &q->missing_n);
    q->dates = cli_option_all(cli, "dates", &q->dates_n);
    q->test_file = cli_option(cli, "test");
    q->sheet = cli_option(cli, "sheet");
    q->target = cli_option(cli, "target");
    q->features = cli_option(cli, "features");
    q->ignore = cli_option(cli, "ignore");
    q->names = cli_option(cli, "names");
    q->rule = cli_option(cli, "rule");
    q->group = cli_option(cli, "group");
    q->split = cli_option(cli, "split");
    q->rows_test = cli_option(cli, "rows-test");
    q->random_rows = cli_flag(cli, "random-rows");
    q->why = cli_option(cli, "why");
    q->share = cli_option(cli, "share");
    q->weights = cli_option(cli, "weights");
    q->metric = metric_word(cli);
    q->cancelled = cli_cancelled;
    if (!cli_uint(cli, "seed", 0, UINT64_MAX, &q->seed, err) ||
        !cli_uint(cli, "next", 1, 1000000, &q->next, err) ||
        !cli_uint(cli, "threads", 1, 256, &threads, err) || !read_rungs(cli, &q->rungs, err) ||
        !read_report(cli, q, err))
        return false;
    q->cluster.threads = (unsigned)threads;
    return true;
}

/* How the part set aside came about, in one sentence. */
static void say_sides(struct cli *cli, const struct try_result *r)
{
    const struct study *s = &r->study;
    struct str name = r->split_name;
    if (strcmp(r->split_by, "group") == 0)
        cli_say(cli, _("Whole groups were set aside: %zu of %zu values of \"%.*s\".\n"),
                s->groups_test, s->group.n, STR_ARG(name));
    if (strcmp(r->split_by, "time") == 0)
        cli_say(cli, _("Set aside were the rows with %.*s.\n"), STR_ARG(name));
    if (strcmp(r->split_by, "last") == 0)
        cli_say(cli, _("Set aside were the last rows.\n"));
    if (r->split_guessed)
        cli_say(cli,
                _("The column \"%.*s\" was picked by its name; choose another with --group.\n"),
                STR_ARG(s->table.column[s->group.column].name));
    if (r->group_guessed.n)
        cli_say(cli,
                _("This split keeps whole values of \"%.*s\" apart, so the steps are judged by "
                  "leaving out whole ones, too.\n"),
                STR_ARG(r->group_guessed));
    if (s->stretches)
        cli_say(cli, r->recipe.side_by_side
                         ? _("The rows look like a recording, so stretches of rows count as units, "
                             "not single rows.\n")
                         : _("The rows look like a recording, so stretches of rows were left out "
                             "and count as units, not single rows.\n"));
}

static void say_split(struct cli *cli, const struct try_result *r)
{
    const struct study *s = &r->study;
    cli_say(cli, _("Learned from %zu rows, tested on %zu rows that were set aside.\n"),
            s->rows_of[PART_TRAIN], s->rows_of[PART_TEST]);
    if (s->rows_of[PART_OUT])
        cli_say(cli, _("%zu rows took no part (no answer, or on neither side).\n"),
                s->rows_of[PART_OUT]);
    say_sides(cli, r);
    if (r->classes_guessed)
        cli_say(cli, _("The few whole numbers of the target were taken as classes; for a number, "
                       "add --metric mae.\n"));
    if (r->split_random && !(r->alarms.n && r->alarms.alarm[0].kind <= ALARM_NEIGHBOURS))
        cli_warn(cli, _("Rows were drawn at random: nothing in the table protects against "
                        "look-alikes. If rows belong together, name their column with --group."));
    left_out_say(cli, s);
    alarms_say(cli, &r->alarms);
}

/* What was decoded, and what to know of it. */
static void say_sources(struct cli *cli, const struct try_result *r)
{
    json_t *list = json_array();
    for (size_t i = 0; i < r->tables.n; i++) {
        CLEANUP(buf_release) struct buf text = BUF_INIT;
        json_t *one = source_json(r->tables.source[i]);
        source_say(r->tables.source[i], &text);
        cli_say(cli, "%s", text.at);
        if (one) {
            json_object_set_new(one, "name", json_string(r->tables.source[i]->name));
            json_array_append_new(list, one);
        }
    }
    cli_put(cli, "sources", list);
}

/* What each column was read as: a wrong one is seen here first. */
static void say_columns(struct cli *cli, const struct try_result *r)
{
    CLEANUP(buf_release) struct buf lines = BUF_INIT;
    describe_lines(&r->read, true, COLUMNS_SHOWN, &lines);
    cli_say(cli, "\n");
    cli_say(cli, _("The columns were read as:\n"));
    cli_say(cli, "%s", lines.at);
}

static void say_faults(struct cli *cli, const struct try_result *r)
{
    for (size_t i = 0; i < r->fault_n && i < FAULTS_SHOWN; i++) {
        const struct columns_fault *f = &r->fault[i];
        cli_warn(cli, "%.*s", STR_ARG(f->what));
    }
    if (r->fault_n > FAULTS_SHOWN)
        cli_warn(cli, _("%zu more cells or rows did not go in as they stand."),
                 r->fault_n - FAULTS_SHOWN);
}

/* Every metric of the task, beside the one that was asked for. */
static json_t *scores_json(const struct answers *answers)
{
    json_t *object = json_object();
    for (int m = 0; m < METRIC_COUNT; m++) {
        double value;
        enum metric metric = (enum metric)m;
        bool of_classes = answers->task == TASK_CLASSIFICATION;
        if (metric_of_classes(metric) != of_classes ||
            (metric_of_one_class(metric) && answers->wanted >= answers->class_n))
            continue;
        bool there = score_point(answers, metric, &value);
        json_object_set_new(object, metric_name(metric), there ? json_real(value) : json_null());
    }
    return object;
}

static json_t *test_json(const struct try_result *r)
{
    json_t *test = scores_json(&r->answers);
    json_object_set_new(test, "low", cli_real(r->test.low));
    json_object_set_new(test, "high", cli_real(r->test.high));
    json_object_set_new(test, "n", json_integer((json_int_t)r->answers.n));
    json_object_set_new(test, "units", json_integer((json_int_t)r->test.units));
    return test;
}

static json_t *split_json(const struct try_result *r)
{
    json_t *split = json_object();
    json_object_set_new(split, "by", json_string(r->split_by));
    json_object_set_new(split, "group",
                        r->split_name.n ? json_stringn(r->split_name.at, r->split_name.n)
                                        : json_null());
    json_object_set_new(split, "groups_test",
                        r->study.has_group ? json_integer((json_int_t)r->study.groups_test)
                                           : json_null());
    json_object_set_new(split, "stretches", json_boolean(r->study.stretches));
    json_object_set_new(split, "guessed", json_boolean(r->split_guessed));
    return split;
}

static void put_result(struct cli *cli, const struct try_result *r, const struct cost *cost)
{
    const struct ladder *l = &r->ladder;
    const struct step *chosen = &l->step[l->chosen];
    json_t *rows = json_object();
    json_t *model = json_object();
    json_object_set_new(rows, "train", json_integer((json_int_t)r->study.rows_of[PART_TRAIN]));
    json_object_set_new(rows, "test", json_integer((json_int_t)r->study.rows_of[PART_TEST]));
    json_object_set_new(model, "id", json_string(hash_hex(&chosen->id).at));
    json_object_set_new(model, "bytes", json_integer((json_int_t)chosen->bytes));
    cli_put_text(cli, "task", r->task == TASK_CLASSIFICATION ? "classification" : "regression");
    cli_put(cli, "rows", rows);
    cli_put(cli, "columns", describe_json(&r->read, true));
    cli_put_int(cli, "cells_rejected", (int64_t)r->read.cells_rejected);
    cli_put_int(cli, "rows_out", (int64_t)r->study.rows_of[PART_OUT]);
    cli_put(cli, "split", split_json(r));
    cli_put_text(cli, "metric", metric_text(r->recipe.metric, r->recipe.metric_class, &cli->arena));
    cli_put(cli, "rungs", steps_json(l));
    cli_put_int(cli, "chosen", (int64_t)chosen->rung);
    cli_put_text(cli, "chosen_name", arena_copy(&cli->arena, chosen->model.algorithm));
    cli_put(cli, "test", test_json(r));
    cli_put(cli, "baseline", scores_json(&r->baseline));
    cli_put_text(cli, "baseline_name", r->baseline_name);
    cli_put(cli, "honesty_gap", gap_json(l));
    cli_put(cli, "leaks", alarms_leaks(&r->alarms, &cli->arena));
    cli_put(cli, "digest", json_string(hash_hex(&r->study.digest).at));
    cli_put(cli, "model", model);
    cli_put(cli, "cost", cost_json(cost));
}

static bool save_model(struct cli *cli, const struct try_result *r, struct err *err)
{
    const char *path = cli_option(cli, "save");
    CLEANUP(buf_release) struct buf file = BUF_INIT;
    if (!path)
        return true;
    model_write(&r->ladder.step[r->ladder.chosen].model, &file);
    if (!file_write(path, buf_view(&file), 0644, err))
        return false;
    cli_say(cli, _("The model was saved as %s.\n"), path);
    return true;
}

static struct str chosen_algorithm(const struct try_result *r)
{
    return r->ladder.step[r->ladder.chosen].model.algorithm;
}

static void say_report(struct cli *cli, const struct try_result *r)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    if (r->recipe.alarm.n && r->ladder.has_answers)
        report_thresholds_text(&r->ladder.answers, chosen_algorithm(r), r->recipe.alarm, &text);
    report_text(&r->report, LINES_SHOWN, &text);
    cli_say(cli, "%s", text.at);
}

static void put_report(struct cli *cli, const struct try_result *r)
{
    cli_put(cli, "report", report_json(&r->report, NULL, NULL));
    if (r->recipe.alarm.n && r->ladder.has_answers)
        cli_put(cli, "thresholds",
                report_thresholds_json(&r->ladder.answers, chosen_algorithm(r), r->recipe.alarm));
}

static bool run_try(struct cli *cli, struct err *err)
{
    struct try_request request = {.data_n = 0};
    struct try_result *result = arena_get(&cli->arena, 1, sizeof *result);
    CLEANUP(meter_release) struct meter meter = {.cpu_s = 0};
    if (!read_request(cli, &request, err) || !meter_watts(&meter, cli_option(cli, "watts"), err) ||
        !meter_name(&meter, cli_option(cli, "meter"), meter_root, err))
        return false;
    meter_begin(&meter, meter_root);
    if (!read_budgets(cli, &meter, &request, err))
        return false;
    cli_progress(cli, _("trying the steps"), 0, 0);
    if (!try_run(&request, &cli->arena, result, err))
        return false;
    struct cost cost = meter_end(&meter, meter_root);
    say_sources(cli, result);
    say_faults(cli, result);
    say_split(cli, result);
    steps_say(cli, &result->ladder, result->recipe.metric);
    result_say(cli, result->recipe.metric, &result->answers, &result->baseline, &result->test);
    say_report(cli, result);
    cost_say(cli, &cost);
    say_columns(cli, result);
    put_result(cli, result, &cost);
    put_report(cli, result);
    return save_model(cli, result, err);
}

static const struct option_spec options[] = {
    {"target", "COLUMN", N_("the column to predict"), true, false},
    {"features", "A,B,C", N_("the columns to learn from; without it all others"), false, false},
    {"ignore", "A,B", N_("columns to leave out"), false, false},
    {"names", "A,B,C|none", N_("names of the columns of a file without a header"), false, false},
    {"sheet", "NAME", N_("the sheet of a spreadsheet that holds several"), false, false},
    {"missing", "[COLUMN=]VALUE",
     N_("a text or number that means \"missing\"; with !=VALUE, one that does not"), false, true},
    {"dates", "[COLUMN=]dmy|mdy|ymd", N_("the order of day, month and year in dates"), false, true},
    {"rule", "RULE", N_("your own rule to compare with, e.g. \"light > 365 -> 1\""), false, false},
    {"metric", "M",
     N_("accuracy, balanced_accuracy, macro_f1, precision:CLASS, recall:CLASS, auc, mae, rmse, r2"),
     false, false},
    {"alarm", "CLASS", N_("a class of interest: count false alarms and what is missed"), false,
     false},
    {"threshold", "P", N_("give an alarm from this score on; choose it before you look"), false,
     false},
    {"errors", "N", N_("how many single errors to list"), false, false},
    {"group", "COLUMN", N_("set whole places, days or people of this column aside"), false, false},
    {"share", "0.25", N_("how much is set aside"), false, false},
    {"split", "COLUMN[=VALUE]|COLUMN>=VALUE|FILE.csv[:COLUMN]",
     N_("what is set aside: a column or a list that says train or test, or a condition such as "
        "year>=1990"),
     false, false},
    {"rows-test", "A-B", N_("set the data rows A to B aside"), false, false},
    {"test", "FILE", N_("set the rows of this file aside"), false, false},
    {"random-rows", NULL, N_("set rows at random aside, with --why"), false, false},
    {"why", "TEXT", N_("the reason for drawing rows at random"), false, false},
    {"seed", "N", N_("another draw"), false, false},
    {"next", "N", N_("predict N rows ahead, within --group, in the order of the file"), false,
     false},
    {"weights", "balanced|CLASS=W,…",
     N_("how much an error in each class counts in training, but not for ridge"), false, false},
    {"rungs", "0,1,2", N_("the steps to climb; a single one is not cross-validated"), false, false},
    {"threads", "N", N_("processors to use; the result is the same"), false, false},
    {"watts", "LOW,HIGH", N_("what your computer draws, to estimate energy"), false, false},
    {"meter", "METER", N_("what measures energy: see \"help ledger meter\""), false, false},
    {"budget-s", "S", N_("climb no further once S CPU seconds are spent"), false, false},
    {"budget-j", "J", N_("climb no further once J joules are spent"), false, false},
    {"save", "FILE", N_("write the chosen model to a file"), false, false},
    {NULL, NULL, NULL, false, false},
};

const struct command try_command = {
    .name = "try",
    .phase = PHASE_NONE,
    .needs = NEEDS_NOTHING,
    .summary = N_("Find out on a file whether AI is needed at all"),
    .details =
        N_("Reads tables (CSV, .xlsx, .xls, .ods, a .zip of CSV), sets a part aside, climbs the "
           "steps from \"no AI\" upward and "
           "says which is enough. Several files with the same header are one table."),
    .operands = "DATA…",
    .operands_min = 1,
    .operands_max = 1024,
    .example = "try birds.csv --target species --group site",
    .options = options,
    .run = run_try,
};
