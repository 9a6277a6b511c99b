/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Predictions: integers times float64 weights, summed in the order of the inputs after the
 * intercept. A weight is at most 2^900 and an input at most 2^40, so no sum of 4,001 is infinite.
 */
#include "base/mem.h"
#include "learn/inputs.h"
#include "learn/model.h"
#include "learn/predict_trees.h"
#include "learn/quant.h"
#include "learn/rule.h"

/* A prediction on its way. */
struct predicting {
    const struct predict_trees *trees; /* tree/1, trees/1, else NULL */
    double *trees_room;                /* (slots, predict_trees_room) */
    const struct model *model;
    const struct inputs *inputs;
    const struct predict_rows *rows;
    const struct prediction *ret;
    double *x;        /* (slots, input_n) */
    struct rule rule; /* rule/1 */
    uint32_t then;    /* rule/1: the class where it holds */
};

static void put_class(const struct predicting *p, size_t i, uint32_t class_index)
{
    const struct model *model = p->model;
    if (p->ret->class_index)
        p->ret->class_index[i] = class_index;
    for (size_t k = 0; p->ret->score && k < model->class_n; k++)
        p->ret->score[i * model->class_n + k] = k == class_index;
}

static void put_constant(const struct predicting *p, size_t i)
{
    const struct model *model = p->model;
    if (model->task == TASK_CLASSIFICATION)
        put_class(p, i, model->majority);
    else if (p->ret->value)
        p->ret->value[i] = quant_scale(model->constant, model->target_exponent);
}

static void put_rule(const struct predicting *p, const struct scan_block *block, size_t row,
                     size_t i)
{
    const struct column *column = &block->column[p->inputs->source[0].column];
    put_class(p, i, rule_holds(&p->rule, column, row) ? p->then : p->model->majority);
}

static double weigh(const double *weight, const double *x, size_t input_n)
{
    double sum = weight[input_n];
    for (size_t i = 0; i < input_n; i++)
        sum += weight[i] * x[i];
    return sum;
}

static void put_linear(const struct predicting *p, const double *x, size_t i)
{
    const struct model *model = p->model;
    const struct prediction *ret = p->ret;
    double best = 0;
    if (model->task == TASK_REGRESSION) {
        if (ret->value)
            ret->value[i] =
                quant_scale(weigh(model->weight, x, model->input_n), model->target_exponent);
        return;
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

/* The first place in rows that is not before a row number. */
static size_t place_of(const struct predict_rows *rows, size_t at)
{
    size_t low = 0, n = rows->n;
    while (n) {
        size_t half = n / 2;
        bool before = rows->row[low + half] < at;
        low = before ? low + half + 1 : low;
        n = before ? n - half - 1 : half;
    }
    return low;
}

static void predict_trees(const struct predicting *p, const struct scan_block *block, size_t i,
                          unsigned slot)
{
    struct predict_trees_rows which = {block, p->rows, i, i};
    while (which.end < p->rows->n && p->rows->row[which.end] < block->first + block->n)
        which.end++;
    predict_trees_block(p->trees, &which, p->trees_room + slot * predict_trees_room(p->model),
                        p->ret);
}

static void predict_block(void *context, const struct scan_block *block, unsigned slot)
{
    const struct predicting *p = context;
    double *x = p->x + slot * p->model->input_n;
    size_t i = place_of(p->rows, block->first);
    if (p->trees) {
        predict_trees(p, block, i, slot);
        return;
    }
    for (; i < p->rows->n && p->rows->row[i] < block->first + block->n; i++) {
        size_t row = p->rows->row[i] - block->first;
        if (p->model->weight) {
            inputs_row(p->inputs, block, row, x);
            put_linear(p, x, i);
        } else if (p->model->rule.n) {
            put_rule(p, block, row, i);
        } else {
            put_constant(p, i);
        }
    }
}

static bool is_name(const void *name, struct str text)
{
    return str_eq(*(const struct str *)name, text);
}

static bool begin_rule(struct predicting *p, const struct table *table, struct err *err)
{
    const struct model *model = p->model;
    if (!rule_read(model->rule, is_name, &model->feature[0].name, &p->rule, err) ||
        !rule_fits(&p->rule, table->column[p->inputs->source[0].column].type, err))
        return false;
    while (p->then < model->class_n && !str_eq(model->class_name[p->then], p->rule.class_name))
        p->then++;
    return true;
}

bool model_predict(const struct model *model, const struct table *table,
                   const struct cluster *cluster, const struct predict_rows *rows,
                   const struct prediction *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {0};
    struct inputs inputs;
    if (!inputs_bind(model->feature, model->feature_n, table, &arena, &inputs, err))
        return false;
    CLEANUP(mem_free) double *x = mem_get(cluster_slots(cluster) * (model->input_n + 1), sizeof *x);
    struct predicting p = {.model = model, .inputs = &inputs, .rows = rows, .ret = ret, .x = x};
    CLEANUP(mem_free)
    double *room = mem_get(cluster_slots(cluster) * predict_trees_room(model), sizeof *room);
    if (model->trees.output_n) {
        p.trees = predict_trees_begin(model, &inputs, &arena);
        p.trees_room = room;
    }
    if (model->rule.n && !begin_rule(&p, table, err))
        return false;
    const struct scan scan = {.table = table,
                              .want = inputs.want,
                              .want_n = inputs.source_n,
                              .cluster = cluster,
                              .work = predict_block,
                              .context = &p};
    return scan_run(&scan, err);
}
