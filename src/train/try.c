/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/try.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "learn/rng.h"
#include "train/try_read.h"

enum { SHARE_DEFAULT_E4 = 2500, CLASSES_GUESSED_MAX = 10, CLASS_EXPONENT_MAX = 6 };

/* A run on its way. */
struct trying {
    const struct try_request *request;
    struct arena *arena;
    struct try_result *result;
    struct table table;
    struct str natural;    /* a column that was picked as group by its name; else empty */
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
    if (!try_read(t->request, classes, t->natural, t->arena, &table, err))
        return false;
    t->table = table.columns.table;
    t->first_test_row = table.first_test_row;
    t->result->read = table.columns;
    t->result->fault = table.columns.fault;
    t->result->fault_n = table.columns.fault_n;
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

/* Names of columns that usually name whole places, days, people or recordings. */
static const char *const natural_groups[] = {
    "site", "station",  "plot",       "person",   "recording", "date",
    "ort",  "standort", "messstelle", "aufnahme", "datum",     "observer",
};

static bool same_letters(struct str name, const char *word)
{
    if (name.n != strlen(word))
        return false;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.at[i];
        if ((c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c) != word[i])
            return false;
    }
    return true;
}

/* A file of one station names it in each row; such a column parts nothing. */
static bool parts_rows(const struct column *column, size_t rows)
{
    size_t first = 0;
    while (first < rows && column->missing[first])
        first++;
    for (size_t r = first + 1; r < rows; r++) {
        if (column->missing[r])
            continue;
        if (column->type == COLUMN_NUMBER ? column->mantissa[r] != column->mantissa[first]
                                          : column->code[r] != column->code[first])
            return true;
    }
    return false;
}

static bool natural_group(const struct trying *t, struct str *ret)
{
    for (size_t w = 0; w < COUNT_OF(natural_groups); w++)
        for (size_t c = 0; c < t->table.column_n; c++) {
            const struct column *column = &t->table.column[c];
            if (!same_letters(column->name, natural_groups[w]) ||
                table_find(&t->table, str_of(t->request->target)) == c ||
                !parts_rows(column, t->table.rows))
                continue;
            *ret = column->name;
            return true;
        }
    return false;
}

/* A group is picked only where nobody said how to split. True if its texts were not kept. */
static bool pick_group(struct trying *t)
{
    const struct try_request *q = t->request;
    if (q->group || q->split || q->rows_test || q->random_rows || q->test_file ||
        !natural_group(t, &t->natural))
        return false;
    return t->table.column[table_find(&t->table, t->natural)].type == COLUMN_NUMBER;
}

/* Decide whether the target is a class, and the metric. */
static bool decide_task(struct trying *t, struct err *err)
{
    struct recipe *recipe = &t->result->recipe;
    const char *metric = t->request->metric;
    size_t target = table_find(&t->table, str_of(t->request->target));
    bool number = target < t->table.column_n && t->table.column[target].type == COLUMN_NUMBER;
    bool classes =
        target < t->table.column_n && looks_like_classes(&t->table.column[target], t->table.rows);
    if (metric && !metric_by_name(str_of(metric), &recipe->metric))
        return FAIL(err, ERR_USAGE,
                    _("Choose from: accuracy, balanced_accuracy, macro_f1, mae, rmse, r2."),
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
    bool grouped = pick_group(t);
    /* Read again: classes and groups are the texts as typed, which a number column has not kept. */
    return (!grouped && !(classes && number)) || read_all(t, classes, err);
}

static struct hash salt_of(uint64_t seed)
{
    struct hasher h;
    hash_begin(&h);
    hash_str(&h, STR("allmende try\n"));
    hash_u64(&h, seed);
    return hash_end(&h);
}

static bool split_by_group(struct trying *t, struct str column, unsigned share_e4, struct err *err)
{
    struct try_result *result = t->result;
    result->split_by = "group";
    result->split_name = column;
    return study_group(&result->study, column, err) &&
           study_split_groups(&result->study, &result->recipe.salt, share_e4, t->table.rows, err);
}

static bool split_by_rows(struct trying *t, unsigned share_e4, struct err *err)
{
    struct try_result *result = t->result;
    struct str *key = arena_get(t->arena, t->table.rows, sizeof *key);
    for (size_t r = 0; r < t->table.rows; r++)
        key[r] = str_of(arena_printf(t->arena, "%zu", r + 1));
    result->split_by = "rows";
    result->split_random = true;
    return study_split_rows(&result->study, &result->recipe.salt, share_e4, key, err);
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

static bool split_by_column(struct trying *t, struct err *err)
{
    struct str test = str_of(t->request->split);
    struct str column;
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
    t->result->split_name = str_of(t->request->rows_test);
    return study_split_range(&t->result->study, from, to, err);
}

/* Exactly one way to split; without any, the natural group, else rows at random. */
static bool split(struct trying *t, struct err *err)
{
    const struct try_request *q = t->request;
    struct try_result *result = t->result;
    unsigned share_e4 = SHARE_DEFAULT_E4;
    int ways =
        (q->split != NULL) + (q->rows_test != NULL) + (q->test_file != NULL) + q->random_rows;
    if (ways > 1)
        return FAIL(err, ERR_USAGE,
                    _("Keep one of --split, --rows-test, --test and --random-rows."),
                    _("The part set aside can be chosen in one way only."));
    if (q->random_rows && (!q->why || !str_trim(str_of(q->why)).n))
        return FAIL(err, ERR_USAGE, _("Add --why \"the reason\"."),
                    _("Rows drawn at random need a written reason."));
    if (q->share && !try_share(q->share, &share_e4, err))
        return false;
    if (ways && q->group && !study_group(&result->study, str_of(q->group), err))
        return false;
    if (q->split)
        return is_file(q->split) ? split_by_file(t, err) : split_by_column(t, err);
    if (q->rows_test)
        return split_by_range(t, err);
    if (q->test_file) {
        result->split_by = "file";
        result->split_name = str_of(q->test_file);
        return study_split_range(&result->study, t->first_test_row + 1, t->table.rows, err);
    }
    if (q->random_rows)
        return split_by_rows(t, share_e4, err);
    if (q->group)
        return split_by_group(t, str_of(q->group), share_e4, err);
    result->split_guessed = t->natural.n != 0;
    return result->split_guessed ? split_by_group(t, t->natural, share_e4, err)
                                 : split_by_rows(t, share_e4, err);
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
    columns.classes = t->result->task == TASK_CLASSIFICATION;
    return study_begin(&t->result->study, t->arena, &t->table, &columns, err);
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

static bool score(struct trying *t, struct err *err)
{
    struct try_result *result = t->result;
    const struct ladder *l = &result->ladder;
    const struct study *study = &result->study;
    const struct score_rows rows = {test_rows(study, t->arena), study->rows_of[PART_TEST],
                                    study->data.group, &t->request->cluster};
    if (rows.n == 0)
        return FAIL(err, ERR_INPUT, _("Set a larger share aside, or name another split."),
                    _("No row is set aside to test with."));
    if (!score_answers(&l->step[l->chosen].model, &study->data, &rows, t->arena, &result->answers,
                       err) ||
        !score_answers(&l->step[0].model, &study->data, &rows, t->arena, &result->baseline, err))
        return false;
    result->test = score_range(&result->answers, result->recipe.metric, result->recipe.confidence,
                               rng_seed(&result->recipe.salt, 5));
    result->twins = study_twins(study);
    return true;
}

bool try_run(const struct try_request *request, struct arena *arena, struct try_result *ret,
             struct err *err)
{
    struct trying t = {.request = request, .arena = arena, .result = ret};
    *ret = (struct try_result){.fault_n = 0};
    ret->recipe = (struct recipe){.rule = str_of(request->rule),
                                  .rungs = request->rungs,
                                  .margin = 0.01,
                                  .confidence = 0.95,
                                  .least_units = UNITS_MIN,
                                  .salt = salt_of(request->seed),
                                  .cluster = &request->cluster,
                                  .cancelled = request->cancelled};
    if (!read_all(&t, false, err) || !decide_task(&t, err) || !begin_study(&t, err) ||
        !split(&t, err) || !study_end(&ret->study, err))
        return false;
    if (ret->study.has_group)
        ret->recipe.group_key = ret->study.group.key;
    return steps_climb(&ret->study.data, &ret->recipe, arena, &ret->ladder, err) && score(&t, err);
}
