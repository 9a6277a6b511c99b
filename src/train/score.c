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

void score_prepare(const struct dataset *data, const struct score_rows *rows, struct arena *arena,
                   struct answers *ret)
{
    const struct column *target = &data->table->column[data->target];
    *ret = (struct answers){.task = train_task(data), .n = rows->n, .class_n = target->category_n};
    ret->unit = arena_get(arena, rows->n, sizeof *ret->unit);
    ret->units = number_units(rows, data->table->rows, ret->unit);
    if (ret->task == TASK_CLASSIFICATION) {
        ret->truth_class = arena_get(arena, rows->n, sizeof *ret->truth_class);
        ret->guess_class = arena_get(arena, rows->n, sizeof *ret->guess_class);
        for (size_t i = 0; i < rows->n; i++)
            ret->truth_class[i] = target->code[rows->row[i]];
        return;
    }
    ret->truth_value = arena_get(arena, rows->n, sizeof *ret->truth_value);
    ret->guess_value = arena_get(arena, rows->n, sizeof *ret->guess_value);
    for (size_t i = 0; i < rows->n; i++)
        ret->truth_value[i] = column_value(target, rows->row[i]);
}

/* The model's classes are those of the table it learned from; they are matched by name. */
static bool match_classes(const struct model *model, const struct column *target,
                          struct answers *answers)
{
    for (size_t i = 0; i < answers->n; i++) {
        struct str name = model->class_name[answers->guess_class[i]];
        uint32_t code = 0;
        while (code < target->category_n && !str_eq(target->category[code], name))
            code++;
        answers->guess_class[i] = code;
    }
    return true;
}

static const struct cluster alone = {.threads = 1};

bool score_answers(const struct model *model, const struct dataset *data,
                   const struct score_rows *rows, struct arena *arena, struct answers *ret,
                   struct err *err)
{
    const struct column *target = &data->table->column[data->target];
    score_prepare(data, rows, arena, ret);
    if (model->task != ret->task)
        return FAIL(err, ERR_INPUT, _("Train a model for this column."),
                    _("The model answers another kind of question."));
    const struct prediction guess = {.class_index = ret->guess_class, .value = ret->guess_value};
    const struct predict_rows which = {rows->row, rows->n};
    if (!model_predict(model, data->table, rows->cluster ? rows->cluster : &alone, &which, &guess,
                       err))
        return false;
    if (ret->task != TASK_CLASSIFICATION)
        return true;
    /* A class that only the model knows gets a number of its own: never right. */
    ret->class_n = target->category_n + 1;
    return match_classes(model, target, ret);
}

static struct interval share_range(const struct answers *a, double confidence)
{
    CLEANUP(mem_free) uint64_t *hits = mem_get(a->units, sizeof *hits);
    CLEANUP(mem_free) uint64_t *sizes = mem_get(a->units, sizeof *sizes);
    for (size_t i = 0; i < a->n; i++) {
        hits[a->unit[i]] += a->truth_class[i] == a->guess_class[i];
        sizes[a->unit[i]]++;
    }
    return interval_share(hits, sizes, a->units, confidence);
}

struct interval score_range(const struct answers *answers, enum metric metric, double confidence,
                            uint64_t seed)
{
    if (answers->task == TASK_REGRESSION) {
        const struct numbers_view view = {answers->truth_value, answers->guess_value, answers->unit,
                                          answers->n, answers->units};
        return interval_numbers(metric, &view, seed, SCORE_DRAWS, confidence);
    }
    if (metric == METRIC_ACCURACY)
        return share_range(answers, confidence);
    const struct classes_view view = {answers->truth_class, answers->guess_class, answers->unit,
                                      answers->n,           answers->class_n,     answers->units};
    return interval_classes(metric, &view, seed, SCORE_DRAWS, confidence);
}

bool score_point(const struct answers *a, enum metric metric, double *ret)
{
    if (a->task == TASK_REGRESSION)
        return metric_numbers(metric, a->truth_value, a->guess_value, NULL, a->n, ret);
    const struct class_rows rows = {
        .truth = a->truth_class, .guess = a->guess_class, .n = a->n, .class_n = a->class_n};
    return metric_classes(metric, &rows, ret);
}
