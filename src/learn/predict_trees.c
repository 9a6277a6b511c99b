/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/predict_trees.h"

#include <string.h>

#include "learn/quant.h"
#include "learn/real.h"

enum { TILE = PREDICT_TREES_ROWS, CATEGORY = 1, MISSING_RIGHT = 2, TAIL_DIGITS = 18 };

#define MISSING INT64_MIN

struct step {
    int64_t cut; /* category: where its set begins */
    uint32_t left;
    uint16_t feature;
    uint16_t kind;
};

struct predict_trees {
    const struct model *model;
    const struct inputs *inputs;
    struct step *step; /* (node_n) */
    uint32_t *depth;   /* (tree_n) */
};

/* --- making ready ------------------------------------------------------------------------------*/

static struct step step_of(const struct model *model, size_t i)
{
    const struct tree_node *node = &model->trees.node[i];
    if (node->feature < 0)
        return (struct step){.cut = INT64_MAX, .left = (uint32_t)i};
    bool category = model->feature[node->feature].type == COLUMN_CATEGORY;
    return (struct step){
        node->cut, (uint32_t)node->left, (uint16_t)node->feature,
        (uint16_t)((category ? CATEGORY : 0) | (node->missing_left ? 0 : MISSING_RIGHT))};
}

size_t predict_trees_room(const struct model *model)
{
    return (model->feature_n + model->trees.output_n) * TILE;
}

const struct predict_trees *predict_trees_begin(const struct model *model,
                                                const struct inputs *inputs, struct arena *arena)
{
    const struct model_trees *trees = &model->trees;
    struct predict_trees *ready = arena_get(arena, 1, sizeof *ready);
    uint32_t *depth = arena_get(arena, trees->node_n, sizeof *depth);
    *ready = (struct predict_trees){.model = model, .inputs = inputs};
    ready->step = arena_get(arena, trees->node_n, sizeof *ready->step);
    ready->depth = arena_get(arena, trees->tree_n, sizeof *ready->depth);
    size_t t = 0;
    for (size_t i = 0; i < trees->node_n; i++) { /* parents come before children */
        const struct tree_node *node = &trees->node[i];
        while (t + 1 < trees->tree_n && (size_t)trees->root[t + 1] <= i)
            t++;
        ready->step[i] = step_of(model, i);
        if (node->feature >= 0)
            depth[node->left] = depth[node->left + 1] = depth[i] + 1;
        ready->depth[t] = depth[i] > ready->depth[t] ? depth[i] : ready->depth[t];
    }
    return ready;
}

/* --- cells -------------------------------------------------------------------------------------*/

/* A mantissa in units that are 10^up as large, rounded down; beyond MANTISSA_MAX it stays just
 * there, which is on the same side of every cut. */
static int64_t align(int64_t mantissa, int up)
{
    for (; up > 0 && mantissa != 0; up--) {
        if (mantissa > MANTISSA_MAX / 10 || mantissa < -MANTISSA_MAX / 10)
            return mantissa < 0 ? -MANTISSA_MAX - 1 : MANTISSA_MAX + 1;
        mantissa *= 10;
    }
    for (; up < 0 && mantissa != 0 && mantissa != -1; up++)
        mantissa = mantissa / 10 - (mantissa % 10 < 0);
    return mantissa;
}

/* The cells of a feature; at (n) places in the block. */
static void put_cells(const struct input_source *source, const struct scan_block *block,
                      const size_t *at, size_t n, int64_t *ret)
{
    const struct column *column = &block->column[source->column];
    int up = column->exponent - source->feature->exponent;
    for (size_t r = 0; r < n; r++) {
        if (column->missing[at[r]])
            ret[r] = MISSING;
        else if (column->type == COLUMN_CATEGORY) {
            uint32_t place = source->place[column->code[at[r]]];
            ret[r] = place == INPUT_UNSEEN ? MISSING : (int64_t)place;
        } else
            ret[r] = up ? align(column->mantissa[at[r]], up) : column->mantissa[at[r]];
    }
}

/* --- down the trees ----------------------------------------------------------------------------*/

static inline uint32_t is_right(const struct step *step, int64_t cell, const uint32_t *set)
{
    uint32_t missing = cell == MISSING;
    if (step->kind & CATEGORY) {
        if (missing)
            return step->kind >> 1;
        return ~(set[step->cut + cell / 32] >> cell % 32) & 1;
    }
    return (uint32_t)(cell > step->cut) | (missing & (step->kind >> 1));
}

/* Rows r < n go down tree t; what they find is added to sum (n). */
static void go_down(const struct predict_trees *ready, size_t t, const int64_t *cell, size_t n,
                    double *sum)
{
    const struct model_trees *trees = &ready->model->trees;
    const struct step *step = ready->step;
    uint32_t at[TILE];
    for (size_t r = 0; r < n; r++)
        at[r] = (uint32_t)trees->root[t];
    for (uint32_t d = 0; d < ready->depth[t]; d++)
        for (size_t r = 0; r < n; r++) {
            const struct step *here = &step[at[r]];
            at[r] = here->left + is_right(here, cell[here->feature * (size_t)TILE + r], trees->set);
        }
    for (size_t r = 0; r < n; r++)
        sum[r] += trees->node[at[r]].value;
}

/* --- predictions -------------------------------------------------------------------------------*/

static void put_two(const struct prediction *ret, size_t i, double output)
{
    if (ret->class_index)
        ret->class_index[i] = output > 0;
    if (!ret->score)
        return;
    ret->score[2 * i + 1] = 1 / (1 + real_exp(-output));
    ret->score[2 * i] = 1 - ret->score[2 * i + 1];
}

/* Outputs stand TILE apart. */
static void put_several(const struct prediction *ret, size_t i, size_t class_n,
                        const double *output)
{
    uint32_t best = 0;
    double sum = 0;
    for (uint32_t k = 1; k < class_n; k++)
        best = output[k * TILE] > output[best * (size_t)TILE] ? k : best;
    if (ret->class_index)
        ret->class_index[i] = best;
    for (size_t k = 0; ret->score && k < class_n; k++) {
        ret->score[i * class_n + k] = real_exp(output[k * TILE] - output[best * (size_t)TILE]);
        sum += ret->score[i * class_n + k];
    }
    for (size_t k = 0; ret->score && k < class_n; k++)
        ret->score[i * class_n + k] /= sum;
}

static void put(const struct model *model, const struct prediction *ret, size_t i,
                const double *output)
{
    if (model->task == TASK_REGRESSION) {
        if (ret->value)
            ret->value[i] = quant_scale(*output, model->target_exponent);
    } else if (model->class_n == 2) {
        put_two(ret, i, *output);
    } else if (model->class_n == 1) {
        if (ret->class_index)
            ret->class_index[i] = 0;
        if (ret->score)
            ret->score[i] = 1;
    } else {
        put_several(ret, i, model->class_n, output);
    }
}

/* At most TILE rows from place i on. */
static void predict_tile(const struct predict_trees *ready, const struct predict_trees_rows *which,
                         size_t i, size_t n, double *room)
{
    const struct model *model = ready->model;
    const struct model_trees *trees = &model->trees;
    int64_t *cell = (int64_t *)(void *)(room + trees->output_n * TILE);
    size_t at[TILE];
    for (size_t r = 0; r < n; r++)
        at[r] = which->rows->row[i + r] - which->block->first;
    for (size_t f = 0; f < model->feature_n; f++)
        put_cells(&ready->inputs->source[f], which->block, at, n, cell + f * TILE);
    memset(room, 0, trees->output_n * TILE * sizeof *room);
    for (size_t t = 0; t < trees->tree_n; t++)
        go_down(ready, t, cell, n, room + t % trees->output_n * TILE);
    for (size_t k = 0; k < trees->output_n; k++)
        for (size_t r = 0; r < n; r++)
            room[k * TILE + r] += trees->base[k];
}

void predict_trees_block(const struct predict_trees *ready, const struct predict_trees_rows *which,
                         double *room, const struct prediction *ret)
{
    for (size_t i = which->first, n; i < which->end; i += n) {
        n = which->end - i < TILE ? which->end - i : TILE;
        predict_tile(ready, which, i, n, room);
        for (size_t r = 0; r < n; r++)
            put(ready->model, ret, i + r, room + r);
    }
}
