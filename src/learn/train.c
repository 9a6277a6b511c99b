/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/train.h"
#include "learn/inputs.h"

#include "learn/digest.h"

enum task train_task(const struct dataset *data)
{
    return data->table->column[data->target].type == COLUMN_CATEGORY ? TASK_CLASSIFICATION
                                                                     : TASK_REGRESSION;
}

bool train_select(const struct dataset *data, const struct training *rows, struct arena *arena,
                  uint32_t **ret_row, size_t *ret_n, struct err *err)
{
    const uint8_t *missing = data->table->column[data->target].missing;
    if (data->table->rows > TRAIN_ROWS_MAX)
        return FAIL(err, ERR_LIMIT, _("Learn from fewer rows."),
                    _("The table has %zu rows; at most %d can be learned from."), data->table->rows,
                    TRAIN_ROWS_MAX);
    uint32_t *row = arena_get(arena, data->table->rows, sizeof *row);
    size_t n = 0;
    for (size_t r = 0; r < data->table->rows; r++)
        if (data->part[r] == PART_TRAIN && !missing[r] &&
            !(rows->fold && rows->fold[r] == rows->leave_out))
            row[n++] = (uint32_t)r;
    if (n == 0)
        return FAIL(err, ERR_INPUT, _("Check the split and the target column."),
                    _("No training row has a value in the column %.*s."),
                    STR_ARG(data->table->column[data->target].name));
    *ret_row = row;
    *ret_n = n;
    return true;
}

bool train_begin(const struct dataset *data, const struct training *rows, struct str algorithm,
                 struct arena *arena, struct model *ret, struct err *err)
{
    const struct column *target = &data->table->column[data->target];
    struct model model = {.algorithm = algorithm,
                          .task = train_task(data),
                          .target = arena_str(arena, target->name),
                          .target_exponent = target->exponent};
    if (rows->digest)
        model.digest = *rows->digest;
    else if (!rows->fold && !dataset_digest(data, rows->cluster, &model.digest, err))
        return false;
    if (model.task == TASK_CLASSIFICATION) {
        if (target->category_n > CLASSES_MAX)
            return FAIL(err, ERR_LIMIT, _("Bring together classes that belong together."),
                        _("The column %.*s has %zu classes; at most %d can be learned."),
                        STR_ARG(target->name), target->category_n, CLASSES_MAX);
        model.target_exponent = 0;
        model.class_n = target->category_n;
        model.class_name = arena_get(arena, model.class_n, sizeof *model.class_name);
        for (size_t k = 0; k < model.class_n; k++)
            model.class_name[k] = arena_str(arena, target->category[k]);
    }
    *ret = model;
    return true;
}

bool train_two_classes(const struct column *target, const uint32_t *rows, size_t n, struct err *err)
{
    if (target->type != COLUMN_CATEGORY)
        return true;
    for (size_t i = 1; i < n; i++)
        if (target->code[rows[i]] != target->code[rows[0]])
            return true;
    return FAIL(err, ERR_INPUT, _("Choose another split, or collect more."),
                _("All training rows have the same %.*s, so there is nothing to tell apart."),
                STR_ARG(target->name));
}

bool train_inputs(const struct inputs_from *from, struct arena *arena, struct model *model,
                  struct inputs *ret, struct err *err)
{
    const struct dataset *data = from->data;
    model->feature = arena_get(arena, data->feature_n, sizeof *model->feature);
    model->feature_n = data->feature_n;
    if (!inputs_learn(from, arena, model->feature, err) ||
        !inputs_check(model->feature, model->feature_n, err) ||
        !inputs_bind(model->feature, model->feature_n, data->table, arena, ret, err))
        return false;
    model->input_n = ret->input_n;
    return true;
}

uint32_t train_majority(const struct column *target, const uint32_t *rows, size_t n,
                        struct arena *arena)
{
    size_t *count = arena_get(arena, target->category_n, sizeof *count);
    uint32_t best = 0;
    for (size_t i = 0; i < n; i++)
        count[target->code[rows[i]]]++;
    for (uint32_t k = 1; k < target->category_n; k++)
        best = count[k] > count[best] ? k : best;
    return best;
}

bool train_constant(const struct dataset *data, const struct training *rows, struct arena *arena,
                    struct model *ret, struct err *err)
{
    struct model model;
    uint32_t *row;
    size_t n;
    bool classes = train_task(data) == TASK_CLASSIFICATION;
    if (!train_select(data, rows, arena, &row, &n, err) ||
        !train_begin(data, rows, classes ? STR("majority/1") : STR("mean/1"), arena, &model, err))
        return false;
    const struct column *target = &data->table->column[data->target];
    if (classes)
        model.majority = train_majority(target, row, n, arena);
    else
        model.constant = mean_double(mean_of(target, row, n));
    *ret = model;
    return true;
}
