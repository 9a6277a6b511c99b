/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/try.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "learn/rng.h"
#include "train/try_read.h"
#include "train/weights.h"

enum { SHARE_DEFAULT_E4 = 2500, CLASSES_GUESSED_MAX = 10, CLASS_EXPONENT_MAX = 6 };

/* A run on its way. */
struct trying {
    const struct try_request *request;
    struct arena *arena;
    struct try_result *result;
    struct table table;
    size_t first_test_row; /* with --test: rows from here on are set aside */
};

bool try_share(const char *text, unsigned *ret_e4, struct err *err)
{
    struct decimal share;
    bool fine = num_decimal(str_of(text), '.', &share) == NUM_OK && share.exponent >= -4;
    double value = fine ? num_double(share) * 10000 + 0.5 : 0;
    if (!fine || value < 1 || value >= 10000)
        return FAIL(err, ERR_USAGE, _("Type for example --share 0.25"),
                    _("\"%s\" is not a share between 0 and 1 with at most 4 decimals."), text);
    *ret_e4 = (unsigned)value;
    return true;
}

size_t try_list(struct arena *arena, const char *text, struct str **ret)
{
    struct str rest = str_of(text);
    struct str item;
    size_t n = 0;
    *ret = arena_get(arena, text ? strlen(text) + 1 : 0, sizeof **ret);
    while (str_cut(&rest, ',', &item))
        (*ret)[n++] = str_trim(item);
    return n;
}

static bool read_all(struct trying *t, bool classes, struct err *err)
{
    struct try_table table;
    if (!try_read(t->request, &t->result->tables, classes, t->arena, &table, err))
        return false;
    t->table = table.columns.table;
    t->first_test_row = table.first_test_row;
    t->result->read = table.columns;
    t->result->fault = table.columns.fault;
    t->result->fault_n = table.columns.fault_n;
    t->result->cluster = scan_cluster(&t->request->cluster, &t->table);
    return true;
}

/* Few different whole numbers, each often: more likely classes than measurements. Where one number
   is so large that the others lost their digits to it, nothing is known about how different they
   were. */
static bool looks_like_classes(const struct column *column, size_t rows)
{
    int64_t value[CLASSES_GUESSED_MAX];
    size_t n = 0;
    if (column->type == COLUMN_CATEGORY)
        return true;
    if (column->time != TIME_NONE || column->exponent < 0 || column->exponent > CLASS_EXPONENT_MAX)
        return false;
    for (size_t r = 0; r < rows; r++) {
        size_t i = 0;
        while (i < n && value[i] != column->mantissa[r])
            i++;
        if (column->missing[r] || i < n)
            continue;
        if (n == CLASSES_GUESSED_MAX)
            return false;
        value[n++] = column->mantissa[r];
    }
    return rows >= 5 * n;
}

/* Decide whether the target is a class, and the metric. */
static bool decide_task(struct trying *t, struct err *err)
{
    struct recipe *recipe = &t->result->recipe;
    const char *metric = t->request->metric;
    size_t target = table_find(&t->table, str_of(t->request->target));
    if (target < t->table.column_n &&
        !scan_load(&t->table, &target, 1, &t->result->cluster, t->arena, err))
        return false;
    bool number = target < t->table.column_n && t->table.column[target].type == COLUMN_NUMBER;
    bool classes =
        target < t->table.column_n && looks_like_classes(&t->table.column[target], t->table.rows);
    if (metric && !metric_read(str_of(metric), &recipe->metric, &recipe->metric_class))
        return FAIL(err, ERR_USAGE,
                    _("Choose from: accuracy, balanced_accuracy, macro_f1, precision:CLASS, "
                      "recall:CLASS, auc, mae, rmse, r2."),
                    _("\"%s\" is not a measure that this step knows."), metric);
    if (metric)
        classes = metric_of_classes(recipe->metric);
    else
        recipe->metric = classes ? METRIC_ACCURACY : METRIC_RMSE;
    if (!classes && target < t->table.column_n && !number)
        return FAIL(err, ERR_INPUT, _("Choose a measure for classes, e.g. accuracy."),
                    _("The column \"%s\" holds words, not numbers."), t->request->target);
    t->result->task = classes ? TASK_CLASSIFICATION : TASK_REGRESSION;
    t->result->classes_guessed = classes && number && !metric;
    /* Few whole numbers are classes by their value, 01 the same one as 1. Of others a class is the
     * text as typed, which a number column has not kept: read again. */
    bool whole = number && looks_like_classes(&t->table.column[target], t->table.rows);
    return !classes || !number || whole || read_all(t, true, err);
}

static struct hash salt_of(uint64_t seed)
{
    struct hasher h;
    hash_begin(&h);
    hash_str(&h, STR("allmende try\n"));
    hash_u64(&h, seed);
    return hash_end(&h);
}

static bool split_by_group(struct trying *t, unsigned share_e4, struct err *err)
{
    struct study *study = &t->result->study;
    t->result->split_by = "group";
    t->result->split_name = study->table.column[study->group.column].name;
    t->result->split_kind = ALARMS_BY_GROUP;
    struct study_draw draw;
    if (!study_draw_groups(study, &t->result->recipe.salt, share_e4, &draw, err))
        return false;
    study_split_groups(study, &t->result->recipe.salt, &draw);
    return true;
}

/* What comes last in a series is what comes later. */
static bool split_by_last(struct trying *t, unsigned share_e4, struct err *err)
{
    t->result->split_by = "last";
    t->result->split_kind = ALARMS_BY_TIME;
    return study_split_last(&t->result->study, share_e4, err);
}

static bool split_by_rows(struct trying *t, unsigned share_e4, struct err *err)
{
    struct try_result *result = t->result;
    result->split_by = "rows";
    result->split_random = true;
    return study_split_rows(&result->study, &result->recipe.salt, share_e4, NULL, err);
}

static bool is_file(const char *split)
{
    return strchr(split, '/') || str_ends(try_list_path(split), STR(".csv"));
}

/* --split FILE.csv[:COLUMN]: a row for each data row. */
static bool split_by_file(struct trying *t, struct err *err)
{
    struct columns list;
    size_t column;
    if (!try_read_list(t->request->split, t->arena, &list, &column, err))
        return false;
    uint64_t *position = arena_get(t->arena, t->table.rows, sizeof *position);
    for (size_t r = 0; r < t->table.rows; r++)
        position[r] = r + 1;
    t->result->split_by = "file";
    t->result->split_name = try_list_path(t->request->split);
    return study_split_list(&t->result->study, &list.table.column[column], position, t->table.rows,
                            list.table.rows, err);
}

static bool is_column(const void *context, struct str name)
{
    const struct trying *t = context;
    return table_find(&t->table, name) < t->table.column_n;
}

/* --split COLUMN, COLUMN=VALUE, COLUMN>=VALUE. */
static bool split_by_column(struct trying *t, struct err *err)
{
    struct str test = str_of(t->request->split);
    struct str column;
    struct rule condition;
    struct err no = {0};
    if (rule_condition(test, is_column, t, &condition, &no) && condition.sign != RULE_EQUAL) {
        t->result->split_by = "time";
        t->result->split_name = test;
        t->result->split_kind = ALARMS_BY_TIME;
        return study_split_where(&t->result->study, &condition, err);
    }
    str_cut(&test, '=', &column);
    t->result->split_by = "column";
    t->result->split_name = column;
    return study_split_column(&t->result->study, column, test, err);
}

static bool split_by_range(struct trying *t, struct err *err)
{
    struct str rest = str_of(t->request->rows_test);
    struct str first;
    uint64_t from;
    uint64_t to;
    str_cut(&rest, '-', &first);
    if (!rest.at || !str_uint(first, UINT64_MAX, &from) || !str_uint(rest, UINT64_MAX, &to))
        return FAIL(err, ERR_USAGE, _("Type for example --rows-test 7111-9357"),
                    _("\"%s\" is not a range of rows."), t->request->rows_test);
    t->result->split_by = "range";
    t->result->split_kind = ALARMS_BY_TIME;
    t->result->split_name = str_of(t->request->rows_test);
    return study_split_range(&t->result->study, from, to, err);
}

/* Exactly one way to split may be named. */
static bool check_ways(const struct try_request *q, int ways, struct err *err)
{
    if (ways > 1)
        return FAIL(err, ERR_USAGE,
                    _("Keep one of --split, --rows-test, --test and --random-rows."),
                    _("The part set aside can be chosen in one way only."));
    if (q->random_rows && (!q->why || !str_trim(str_of(q->why)).n))
        return FAIL(err, ERR_USAGE, _("Add --why \"the reason\"."),
                    _("Rows drawn at random need a written reason."));
    return true;
}

/* The group that was named; else, where the split or what lies ahead needs one, that which a
 * column's name gives away. */
static bool take_group(struct trying *t, bool wanted, struct err *err)
{
    struct try_result *result = t->result;
    struct study *study = &result->study;
    size_t column;
    if (t->request->group)
        return study_group(study, str_of(t->request->group), err);
    if (!wanted)
        return true;
    if (!study_natural_group(study, &column, err))
        return false;
    if (column == study->table.column_n)
        return true;
    struct str name = study->table.column[column].name;
    /* A day is over where the next row is asked for. */
    if (t->request->next && study_names_group(name, true))
        return true;
    result->split_guessed = true;
    return study_group(study, name, err);
}

static bool split_as_named(struct trying *t, unsigned share_e4, struct err *err)
{
    const struct try_request *q = t->request;
    if (q->split)
        return is_file(q->split) ? split_by_file(t, err) : split_by_column(t, err);
    if (q->rows_test)
        return split_by_range(t, err);
    if (q->random_rows)
        return split_by_rows(t, share_e4, err);
    t->result->split_by = "file";
    t->result->split_name = str_of(q->test_file);
    return study_split_range(&t->result->study, t->first_test_row + 1, t->table.rows, err);
}

/* A split that keeps whole sites apart asks how it is at a new site; so judging the steps does,
 * too. Where its values lie on both sides, or it was named as a feature, a column is no group. */
static bool take_kept_group(struct trying *t, struct err *err)
{
    struct study *study = &t->result->study;
    size_t column;
    if (t->request->group || t->request->next || t->request->features || t->request->random_rows)
        return true;
    if (!study_natural_group(study, &column, err))
        return false;
    if (column == study->table.column_n || !study_keeps_apart(study, column))
        return true;
    t->result->group_guessed = study->table.column[column].name;
    return study_group(study, t->result->group_guessed, err);
}

/* In one of the ways; without any whole groups, else for what lies ahead the last rows, else rows
 * at random. */
static bool split(struct trying *t, struct err *err)
{
    const struct try_request *q = t->request;
    struct study *study = &t->result->study;
    unsigned share_e4 = SHARE_DEFAULT_E4;
    int ways =
        (q->split != NULL) + (q->rows_test != NULL) + (q->test_file != NULL) + q->random_rows;
    t->result->split_kind = ALARMS_OTHERWISE;
    if (!check_ways(q, ways, err) || (q->share && !try_share(q->share, &share_e4, err)) ||
        !take_group(t, !ways || q->next, err) ||
        (q->next && !study_next(study, (size_t)q->next, err)))
        return false;
    if (ways) {
        bool done = split_as_named(t, share_e4, err) && take_kept_group(t, err);
        /* Who asks what comes next asks of the same places at another time. */
        if (q->next)
            t->result->split_kind = ALARMS_BY_TIME;
        return done;
    }
    if (study->has_group)
        return split_by_group(t, share_e4, err);
    return q->next ? split_by_last(t, share_e4, err) : split_by_rows(t, share_e4, err);
}

static bool begin_study(struct trying *t, struct err *err)
{
    const struct try_request *q = t->request;
    struct str *feature = NULL;
    struct str *ignore = NULL;
    struct study_columns columns = {.target = str_of(q->target)};
    if (q->features)
        columns.feature_n = try_list(t->arena, q->features, &feature);
    if (q->ignore)
        columns.ignore_n = try_list(t->arena, q->ignore, &ignore);
    columns.feature = feature;
    columns.ignore = ignore;
    columns.rule = str_of(q->rule);
    columns.classes = t->result->task == TASK_CLASSIFICATION;
    columns.cluster = &t->result->cluster;
    return study_begin(&t->result->study, t->arena, &t->table, &columns, err) &&
           study_load_rule(&t->result->study, str_of(q->rule), err);
}

static size_t *test_rows(const struct study *study, struct arena *arena)
{
    size_t *row = arena_get(arena, study->rows_of[PART_TEST], sizeof *row);
    size_t n = 0;
    for (size_t r = 0; r < study->table.rows; r++)
        if (study->part[r] == PART_TEST)
            row[n++] = r;
    return row;
}

/* What there would be without a model, also where step 0 was not asked for. */
static bool score_baseline(struct trying *t, const struct score_rows *rows, struct err *err)
{
    struct try_result *r = t->result;
    struct model model;
    bool classes = r->task == TASK_CLASSIFICATION;
    const struct training how = {
        .now = r->recipe.now, .digest = &r->study.digest, .cluster = &t->result->cluster};
    r->baseline_name = r->recipe.now.n ? "last/1" : classes ? "majority/1" : "mean/1";
    return train_algorithm(str_of(r->baseline_name))
               ->train(&r->study.data, &how, t->arena, &model, err) &&
           score_answers(&model, &r->study.data, rows, t->arena, &r->baseline, err);
}

/* Where it errs on the part set aside. */
static void report(struct trying *t, const size_t *row)
{
    const struct try_request *q = t->request;
    struct try_result *result = t->result;
    const struct study *study = &result->study;
    const struct report_request request = {
        .answers = &result->answers,
        .data = &study->data,
        .row = row,
        .algorithm = result->ladder.step[result->ladder.chosen].model.algorithm,
        .unit_of = study->has_group ? study->group.of_row : NULL,
        .unit_key = study->has_group ? study->group.key : NULL,
        .errors = (size_t)q->errors,
        .has_threshold = q->has_threshold,
        .threshold = q->threshold};
    report_make(&request, t->arena, &result->report);
}

static bool score(struct trying *t, struct err *err)
{
    struct try_result *result = t->result;
    const struct ladder *l = &result->ladder;
    const struct study *study = &result->study;
    const struct score_rows rows = {.row = test_rows(study, t->arena),
                                    .n = study->rows_of[PART_TEST],
                                    .unit = study->data.group,
                                    .cluster = &t->result->cluster,
                                    .wanted = result->recipe.metric_class,
                                    .alarm = result->recipe.alarm};
    if (rows.n == 0)
        return FAIL(err, ERR_INPUT, _("Set a larger share aside, or name another split."),
                    _("No row is set aside to test with."));
    if (!score_answers(&l->step[l->chosen].model, &study->data, &rows, t->arena, &result->answers,
                       err) ||
        !score_baseline(t, &rows, err))
        return false;
    report(t, rows.row);
    result->test = score_range(&result->answers, result->recipe.metric, result->recipe.confidence,
                               rng_seed(&result->recipe.salt, 5));
    return true;
}

static bool prepare(struct trying *t, struct err *err)
{
    struct try_result *r = t->result;
    struct study *study = &r->study;
    if (!begin_study(t, err) || !split(t, err) || !study_end(study, err) ||
        !alarms_look(study, r->split_kind, t->arena, &r->alarms, err) ||
        !weights_read(t->request->weights, &study->data, t->arena, &r->recipe.class_weight, err))
        return false;
    /* Neighbours in a recording are alike, so single rows can neither judge a step nor carry a
     * range; stretches of rows can. */
    if (r->alarms.series && !study->has_group)
        study_stretches(study, study_stretch_rows(study));
    if (study->data.group)
        r->recipe.group_key = study->group.key;
    r->recipe.rule = study->rule;
    r->recipe.stretches = study->stretches;
    r->recipe.drifted = alarms_have(&r->alarms, ALARM_SHIFT);
    r->recipe.side_by_side = study->stretches && alarms_have(&r->alarms, ALARM_NEIGHBOURS);
    r->recipe.now = study->now;
    r->recipe.digest = &study->digest;
    return true;
}

bool try_run(const struct try_request *request, struct arena *arena, struct try_result *ret,
             struct err *err)
{
    struct trying t = {.request = request, .arena = arena, .result = ret};
    *ret = (struct try_result){.fault_n = 0};
    ret->recipe = (struct recipe){.alarm = str_of(request->alarm),
                                  .rungs = request->rungs,
                                  .margin = 0.01,
                                  .confidence = 0.95,
                                  .least_units = UNITS_MIN,
                                  .salt = salt_of(request->seed),
                                  .meter = request->meter,
                                  .budget_s = request->budget_s,
                                  .budget_j = request->budget_j,
                                  .cluster = &ret->cluster,
                                  .cancelled = request->cancelled};
    return try_open(request, arena, &ret->tables, err) && read_all(&t, false, err) &&
           decide_task(&t, err) && prepare(&t, err) &&
           steps_climb(&ret->study.data, &ret->recipe, arena, &ret->ladder, err) && score(&t, err);
}
