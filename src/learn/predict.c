/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Predictions: integers times float64 weights, summed in the order of the inputs after the
 * intercept. A weight is at most 2^900 and an input at most 2^40, so no sum of 4,001 is infinite.
 */
#include "base/mem.h"
#include "learn/inputs.h"
#include "learn/model.h"
#include "learn/quant.h"
#include "learn/rule.h"

static void put_class(const struct model *model, const struct prediction *ret, size_t i,
                      uint32_t class_index)
{
    if (ret->class_index)
        ret->class_index[i] = class_index;
    for (size_t k = 0; ret->score && k < model->class_n; k++)
        ret->score[i * model->class_n + k] = k == class_index;
}

static void put_constant(const struct model *model, size_t n, const struct prediction *ret)
{
    double value = quant_scale(model->constant, model->target_exponent);
    for (size_t i = 0; i < n; i++) {
        if (model->task == TASK_CLASSIFICATION)
            put_class(model, ret, i, model->majority);
        else if (ret->value)
            ret->value[i] = value;
    }
}

static bool is_name(const void *name, struct str text)
{
    return str_eq(*(const struct str *)name, text);
}

static bool put_rule(const struct model *model, const struct inputs *inputs, const size_t *rows,
                     size_t n, const struct prediction *ret, struct err *err)
{
    const struct column *column = inputs->source[0].column;
    struct rule rule;
    uint32_t then = 0;
    if (!rule_read(model->rule, is_name, &model->feature[0].name, &rule, err) ||
        !rule_fits(&rule, column->type, err))
        return false;
    while (then < model->class_n && !str_eq(model->class_name[then], rule.class_name))
        then++;
    for (size_t i = 0; i < n; i++)
        put_class(model, ret, i, rule_holds(&rule, column, rows[i]) ? then : model->majority);
    return true;
}

static double weigh(const double *weight, const double *x, size_t input_n)
{
    double sum = weight[input_n];
    for (size_t i = 0; i < input_n; i++)
        sum += weight[i] * x[i];
    return sum;
}

static void put_ridge(const struct model *model, const struct inputs *inputs, const size_t *rows,
                      size_t n, const struct prediction *ret)
{
    CLEANUP(mem_free) double *x = mem_get(model->input_n, sizeof *x);
    for (size_t i = 0; i < n; i++) {
        double best = 0;
        inputs_row(inputs, rows[i], x);
        if (model->task == TASK_REGRESSION) {
            if (ret->value)
                ret->value[i] =
                    quant_scale(weigh(model->weight, x, model->input_n), model->target_exponent);
            continue;
        }
        for (uint32_t k = 0; k < model->class_n; k++) {
            double score = weigh(model->weight + k * (model->input_n + 1), x, model->input_n);
            if (ret->score)
                ret->score[i * model->class_n + k] = score;
            if (k && !(score > best))
                continue;
            best = score;
            if (ret->class_index)
                ret->class_index[i] = k;
        }
    }
}

bool model_predict(const struct model *model, const struct table *table, const size_t *rows,
                   size_t n, const struct prediction *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {0};
    struct inputs inputs;
    if (!inputs_bind(model->feature, model->feature_n, table, &arena, &inputs, err))
        return false;
    if (model->weight)
        put_ridge(model, &inputs, rows, n, ret);
    else if (model->rule.n)
        return put_rule(model, &inputs, rows, n, ret, err);
    else
        put_constant(model, n, ret);
    return true;
}
