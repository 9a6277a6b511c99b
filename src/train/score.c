/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/score.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

/* Number the units that occur, by first appearance. */
static size_t number_units(const struct score_rows *rows, size_t table_rows, uint32_t *ret_unit)
{
    CLEANUP(mem_free) uint32_t *seen = mem_get(table_rows + 1, sizeof *seen);
    uint32_t units = 0;
    for (size_t i = 0; i < rows->n; i++) {
        if (!rows->unit) {
            ret_unit[i] = units++;
            continue;
        }
        uint32_t *number = &seen[rows->unit[rows->row[i]]];
        if (*number == 0)
            *number = ++units;
        ret_unit[i] = *number - 1;
    }
    return units;
}

/* The number of a class; UINT32_MAX if there is none of this name. */
static uint32_t class_of(const struct column *target, struct str name)
{
    for (uint32_t k = 0; k < target->category_n; k++)
        if (str_eq(target->category[k], name))
            return k;
    return UINT32_MAX;
}

static uint32_t alarm_of(const struct column *target, const struct score_rows *rows)
{
    if (rows->alarm.n || rows->wanted.n)
        return class_of(target, rows->alarm.n ? rows->alarm : rows->wanted);
    return target->category_n == 2 ? 1 : UINT32_MAX;
}

static bool check_class(const struct column *target, struct str name, struct err *err)
{
    CLEANUP(buf_release) struct buf names = BUF_INIT;
    if (name.n == 0 || class_of(target, name) != UINT32_MAX)
        return true;
    for (size_t k = 0; k < target->category_n && k < 20; k++)
        buf_printf(&names, "%s%.*s", k ? ", " : "", STR_ARG(target->category[k]));
    if (target->category_n > 20)
        buf_text(&names, ", …");
    return FAIL(err, ERR_INPUT, _("Name one of the answers that occur, as it is written there."),
                _("\"%.*s\" is no answer in the column %.*s. There are: %s."), STR_ARG(name),
                STR_ARG(target->name), names.at);
}

bool score_check(const struct dataset *data, enum metric metric, struct str wanted,
                 struct str alarm, struct err *err)
{
    const struct column *target = &data->table->column[data->target];
    if (target->type != COLUMN_CATEGORY)
        return alarm.n == 0 ||
               FAIL(err, ERR_INPUT, _("Leave --alarm out, or choose a target with classes."),
                    _("An alarm is about a class, but the target column holds numbers."));
    if (metric == METRIC_AUC && target->category_n != 2)
        return FAIL(err, ERR_INPUT, _("Choose balanced_accuracy, for example."),
                    _("AUC compares two classes, but the column %.*s has %zu."),
                    STR_ARG(target->name), target->category_n);
    return check_class(target, wanted, err) && check_class(target, alarm, err);
}

void score_prepare(const struct dataset *data, const struct score_rows *rows, struct arena *arena,
                   struct answers *ret)
{
    const struct column *target = &data->table->column[data->target];
    *ret = (struct answers){.task = train_task(data),
                            .n = rows->n,
                            .class_n = target->category_n,
                            .wanted = class_of(target, rows->wanted),
                            .alarm = alarm_of(target, rows),
                            .cluster = rows->cluster};
    ret->unit = arena_get(arena, rows->n, sizeof *ret->unit);
    ret->units = number_units(rows, data->table->rows, ret->unit);
    if (ret->task == TASK_CLASSIFICATION) {
        ret->truth_class = arena_get(arena, rows->n, sizeof *ret->truth_class);
        ret->guess_class = arena_get(arena, rows->n, sizeof *ret->guess_class);
        ret->certainty = arena_get(arena, rows->n, sizeof *ret->certainty);
        ret->alarm_score = arena_get(arena, rows->n, sizeof *ret->alarm_score);
        for (size_t i = 0; i < rows->n; i++)
            ret->truth_class[i] = target->code[rows->row[i]];
        return;
    }
    ret->truth_value = arena_get(arena, rows->n, sizeof *ret->truth_value);
    ret->guess_value = arena_get(arena, rows->n, sizeof *ret->guess_value);
    for (size_t i = 0; i < rows->n; i++)
        ret->truth_value[i] = column_value(target, rows->row[i]);
}

/* The model's classes are those of the table it learned from; they are matched by name: the number
 * in the table of each class of the model, one more than the last for a class that only the model
 * knows. ret (model->class_n). */
static void match_classes(const struct model *model, const struct column *target, uint32_t *ret)
{
    for (size_t k = 0; k < model->class_n; k++) {
        uint32_t code = 0;
        while (code < target->category_n && !str_eq(target->category[code], model->class_name[k]))
            code++;
        ret[k] = code;
    }
}

static const struct cluster alone = {.threads = 1};

enum { SCORES_MAX = 1 << 27 }; /* 1 GiB; beyond it nothing is said about certainty */

static bool answer_classes(const struct model *model, const struct dataset *data,
                           const struct score_rows *rows, struct answers *ret, struct err *err)
{
    const struct predict_rows which = {rows->row, rows->n};
    bool fits = rows->n <= SCORES_MAX / (model->class_n + 1);
    CLEANUP(mem_free)
    double *score = fits ? mem_get(rows->n * model->class_n, sizeof *score) : NULL;
    CLEANUP(mem_free) uint32_t *code = mem_get(model->class_n, sizeof *code);
    const struct prediction guess = {.class_index = ret->guess_class, .score = score};
    if (!model_predict(model, data->table, rows->cluster ? rows->cluster : &alone, &which, &guess,
                       err))
        return false;
    match_classes(model, &data->table->column[data->target], code);
    for (size_t i = 0; i < rows->n; i++) {
        const double *of_row = score ? score + i * model->class_n : NULL;
        for (size_t k = 0; of_row && k < model->class_n; k++)
            if (code[k] == ret->alarm)
                ret->alarm_score[i] = of_row[k];
        if (of_row)
            ret->certainty[i] = of_row[ret->guess_class[i]];
        ret->guess_class[i] = code[ret->guess_class[i]];
    }
    if (!fits)
        ret->certainty = ret->alarm_score = NULL;
    ret->class_n++; /* for classes that only the model knows: never right */
    return true;
}

bool score_answers(const struct model *model, const struct dataset *data,
                   const struct score_rows *rows, struct arena *arena, struct answers *ret,
                   struct err *err)
{
    score_prepare(data, rows, arena, ret);
    if (model->task != ret->task)
        return FAIL(err, ERR_INPUT, _("Train a model for this column."),
                    _("The model answers another kind of question."));
    if (ret->task == TASK_CLASSIFICATION)
        return answer_classes(model, data, rows, ret, err);
    const struct prediction guess = {.value = ret->guess_value};
    const struct predict_rows which = {rows->row, rows->n};
    return model_predict(model, data->table, rows->cluster ? rows->cluster : &alone, &which, &guess,
                         err);
}

void score_put(struct answers *all, const size_t *place, const struct answers *some)
{
    for (size_t i = 0; i < some->n; i++) {
        size_t at = place[i];
        if (some->task == TASK_REGRESSION) {
            all->guess_value[at] = some->guess_value[i];
            continue;
        }
        all->guess_class[at] = some->guess_class[i];
        all->certainty[at] = some->certainty ? some->certainty[i] : 0;
        all->alarm_score[at] = some->alarm_score ? some->alarm_score[i] : 0;
    }
    all->class_n = some->class_n > all->class_n ? some->class_n : all->class_n;
}

bool score_is_probability(struct str algorithm)
{
    return model_is(algorithm, "logistic") || str_eq(algorithm, STR("tree/1")) ||
           model_is(algorithm, "trees");
}

struct interval score_range(const struct answers *a, enum metric metric, double confidence,
                            uint64_t seed)
{
    if (a->task == TASK_REGRESSION) {
        const struct numbers_view view = {a->truth_value, a->guess_value, a->unit,
                                          a->n,           a->units,       a->cluster};
        return interval_numbers(metric, &view, seed, SCORE_DRAWS, confidence);
    }
    const struct classes_view view = {.truth = a->truth_class,
                                      .guess = a->guess_class,
                                      .unit = a->unit,
                                      .n = a->n,
                                      .class_n = a->class_n,
                                      .units = a->units,
                                      .wanted = metric == METRIC_AUC ? a->alarm : a->wanted,
                                      .score = a->alarm_score,
                                      .cluster = a->cluster};
    return interval_classes(metric, &view, seed, SCORE_DRAWS, confidence);
}

bool score_point(const struct answers *a, enum metric metric, double *ret)
{
    if (a->task == TASK_REGRESSION)
        return metric_numbers(metric, a->truth_value, a->guess_value, NULL, a->n, ret);
    const struct class_rows rows = {.truth = a->truth_class,
                                    .guess = a->guess_class,
                                    .n = a->n,
                                    .class_n = a->class_n,
                                    .wanted = metric == METRIC_AUC ? a->alarm : a->wanted,
                                    .score = a->alarm_score};
    return metric_classes(metric, &rows, ret);
}
