/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Predictions: one scan, whatever the algorithm; or block by block of somebody else's scan. */
#include "base/mem.h"
#include "learn/inputs.h"
#include "learn/linear.h"
#include "learn/model.h"
#include "learn/predict_trees.h"
#include "learn/quant.h"
#include "learn/rule.h"

/* A prediction on its way. */
struct predicting {
    const struct predict_trees *trees; /* tree, trees, else NULL */
    double *trees_room;                /* (slots, predict_trees_room) */
    const struct model *model;
    const struct inputs *inputs;
    const struct predict_rows *rows;
    const struct prediction *ret;
    double *output; /* (slots, output_n) linear models: outputs of LINEAR_ROWS rows */
    size_t output_n;
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

/* last/1: the answer as it is now; where that is missing, what is usual. */
static void put_last(const struct predicting *p, const struct scan_block *block, size_t row,
                     size_t i)
{
    const struct input_source *now = &p->inputs->source[0];
    const struct column *column = &block->column[now->column];
    if (column->missing[row])
        put_constant(p, i);
    else if (column->type == COLUMN_NUMBER && p->ret->value)
        p->ret->value[i] = column_value(column, row);
    else if (column->type == COLUMN_CATEGORY) {
        /* The feature's categories are the model's classes. */
        uint32_t place = now->place[column->code[row]];
        put_class(p, i, place == INPUT_UNSEEN ? p->model->majority : place);
    }
}

/* Rows i … i + n - 1 of a linear model, from their outputs o (outputs, LINEAR_ROWS). The class with
 * the largest output is chosen before outputs become probabilities, which may round to the same. */
static void put_linear(const struct predicting *p, double *o, size_t i, size_t n)
{
    const struct model *model = p->model;
    const struct prediction *ret = p->ret;
    if (model->task == TASK_REGRESSION) {
        for (size_t r = 0; ret->value && r < n; r++)
            ret->value[i + r] = quant_scale(o[r], model->target_exponent);
        return;
    }
    for (size_t r = 0; ret->class_index && r < n; r++) {
        uint32_t best = 0;
        for (uint32_t k = 1; k < model->class_n; k++)
            best = o[(size_t)k * LINEAR_ROWS + r] > o[(size_t)best * LINEAR_ROWS + r] ? k : best;
        ret->class_index[i + r] = best;
    }
    if (ret->score && model_is(model->algorithm, "logistic"))
        linear_softmax(o, model->class_n);
    for (size_t r = 0; ret->score && r < n; r++)
        for (size_t k = 0; k < model->class_n; k++)
            ret->score[(i + r) * model->class_n + k] = o[k * LINEAR_ROWS + r];
}

/* The rows of a block, from place i of the rows on. */
static void predict_linear(const struct predicting *p, const struct scan_block *block, size_t i,
                           double *o)
{
    const struct model *model = p->model;
    size_t outputs = model->task == TASK_REGRESSION ? 1 : model->class_n;
    uint32_t at[LINEAR_ROWS];
    for (;;) {
        size_t n = 0;
        for (; n < LINEAR_ROWS && i + n < p->rows->n; n++) {
            size_t row = p->rows->row[i + n] - block->first;
            if (row >= block->n)
                break;
            at[n] = (uint32_t)row;
        }
        if (n == 0)
            return;
        linear_outputs(model->weight, outputs, p->inputs, &(struct input_rows){block, at, 0, n}, o);
        put_linear(p, o, i, n);
        i += n;
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
    size_t i = place_of(p->rows, block->first);
    if (p->model->weight) {
        predict_linear(p, block, i, p->output + slot * p->output_n);
        return;
    }
    if (p->trees) {
        predict_trees(p, block, i, slot);
        return;
    }
    for (; i < p->rows->n && p->rows->row[i] < block->first + block->n; i++) {
        size_t row = p->rows->row[i] - block->first;
        if (p->model->rule.n)
            put_rule(p, block, row, i);
        else if (p->model->feature_n)
            put_last(p, block, row, i);
        else
            put_constant(p, i);
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

static bool begin(const struct model *model, const struct table *table,
                  const struct cluster *cluster, struct arena *arena, struct predicting *ret,
                  struct err *err)
{
    struct inputs *inputs = arena_get(arena, 1, sizeof *inputs);
    if (!inputs_bind(model->feature, model->feature_n, table, arena, inputs, err))
        return false;
    size_t slots = cluster_slots(cluster), output_n = (model->class_n + 1) * LINEAR_ROWS;
    *ret = (struct predicting){.model = model,
                               .inputs = inputs,
                               .output = arena_get(arena, slots * output_n, sizeof *ret->output),
                               .output_n = output_n};
    if (model->trees.output_n) {
        ret->trees = predict_trees_begin(model, inputs, arena);
        ret->trees_room =
            arena_get(arena, slots * predict_trees_room(model), sizeof *ret->trees_room);
    }
    return !model->rule.n || begin_rule(ret, table, err);
}

bool model_predict(const struct model *model, const struct table *table,
                   const struct cluster *cluster, const struct predict_rows *rows,
                   const struct prediction *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {0};
    struct predicting p;
    if (!begin(model, table, cluster, &arena, &p, err))
        return false;
    p.rows = rows;
    p.ret = ret;
    const struct scan scan = {.table = table,
                              .want = p.inputs->want,
                              .want_n = p.inputs->source_n,
                              .cluster = cluster,
                              .work = predict_block,
                              .context = &p};
    return scan_run(&scan, err);
}

/* --- block by block ----------------------------------------------------------------------------*/

struct predictor {
    struct predicting predicting;
    size_t *row; /* (slots, SCAN_BLOCK_ROWS) */
};

bool predictor_begin(const struct model *model, const struct table *table,
                     const struct cluster *cluster, struct arena *arena,
                     const struct predictor **ret, struct err *err)
{
    struct predictor *p = arena_get(arena, 1, sizeof *p);
    p->row = arena_get(arena, cluster_slots(cluster) * (size_t)SCAN_BLOCK_ROWS, sizeof *p->row);
    if (!begin(model, table, cluster, arena, &p->predicting, err))
        return false;
    *ret = p;
    return true;
}

void predictor_block(const struct predictor *predictor, const struct scan_block *block,
                     unsigned slot, const struct prediction *ret)
{
    struct predicting p = predictor->predicting;
    size_t *row = predictor->row + slot * (size_t)SCAN_BLOCK_ROWS;
    const struct predict_rows rows = {row, block->n};
    for (size_t i = 0; i < block->n; i++)
        row[i] = block->first + i;
    p.rows = &rows;
    p.ret = ret;
    predict_block(&p, block, slot);
}
