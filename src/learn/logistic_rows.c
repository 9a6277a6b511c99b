/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/logistic_rows.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "learn/linear.h"
#include "learn/real.h"

enum { LANES = LOGISTIC_LANES, PASS_ROWS = 512 };
_Static_assert((int)LINEAR_ROWS == (int)LANES, "outputs of a block become probabilities at once");

/* --- keeping rows ------------------------------------------------------------------------------*/

struct keeping {
    const struct logistic_of *of;
    struct logistic_rows *to;
    double *column; /* (slots, SCAN_BLOCK_ROWS) */
    uint32_t *at;   /* (slots, SCAN_BLOCK_ROWS) */
};

size_t logistic_row_bytes(size_t features)
{
    return features * (sizeof(float) + sizeof(uint16_t)) + 2 * sizeof(uint16_t);
}

static void keep_block(void *context, const struct scan_block *block, unsigned slot)
{
    const struct keeping *k = context;
    const struct inputs *inputs = k->of->inputs;
    struct logistic_rows *to = k->to;
    double *column = k->column + slot * (size_t)SCAN_BLOCK_ROWS;
    uint32_t *at = k->at + slot * (size_t)SCAN_BLOCK_ROWS;
    size_t first, n = inputs_rows_of(block, k->of->row, k->of->n, &first), dense = 0;
    const uint32_t *code = k->of->data->table->column[k->of->data->target].code;
    for (size_t i = 0; i < n; i++) {
        at[i] = (uint32_t)(k->of->row[first + i] - block->first);
        to->class_index[first + i] = k->of->class_of[code[k->of->row[first + i]]];
    }
    const struct input_rows rows = {block, n == block->n ? NULL : at, 0, n};
    for (size_t f = 0; f < inputs->source_n; f++) {
        if (inputs->source[f].feature->type != COLUMN_NUMBER)
            continue;
        inputs_dense(&inputs->source[f], &rows, column);
        for (size_t i = 0; i < n; i++) {
            size_t row = first + i;
            to->x[(row / LANES * inputs->dense_n + dense) * LANES + row % LANES] =
                (float)column[i];
        }
        dense++;
    }
    inputs_sparse(inputs, &rows, to->list + first * inputs->list_n, inputs->list_n,
                  to->listed + first);
}

bool logistic_keep(const struct logistic_of *of, const struct cluster *cluster,
                   struct logistic_rows *ret, struct err *err)
{
    struct logistic_rows rows = {
        .n = of->n, .inputs = of->inputs, .outputs = of->outputs, .weight = of->weight};
    const size_t slots = cluster_slots(cluster), blocks = (of->n + LANES - 1) / LANES;
    BUG_IF(of->n > LOGISTIC_ROWS_MAX);
    CLEANUP(mem_free) double *column = mem_get(slots * SCAN_BLOCK_ROWS, sizeof *column);
    CLEANUP(mem_free) uint32_t *at = mem_get(slots * SCAN_BLOCK_ROWS, sizeof *at);
    rows.x = mem_get(blocks * of->inputs->dense_n, LANES * sizeof *rows.x);
    rows.list = mem_get(of->n * of->inputs->list_n, sizeof *rows.list);
    rows.listed = mem_get(of->n, sizeof *rows.listed);
    rows.class_index = mem_get(of->n, sizeof *rows.class_index);
    struct keeping keep = {of, &rows, column, at};
    const struct scan scan = {.table = of->data->table,
                              .want = of->inputs->want,
                              .want_n = of->inputs->source_n,
                              .cluster = cluster,
                              .work = keep_block,
                              .context = &keep};
    bool done = scan_run(&scan, err);
    *ret = rows;
    if (!done)
        logistic_rows_release(ret);
    return done;
}

void logistic_rows_release(struct logistic_rows *rows)
{
    mem_free(&rows->x);
    mem_free(&rows->list);
    mem_free(&rows->listed);
    mem_free(&rows->class_index);
}

/* --- a pass ------------------------------------------------------------------------------------*/

struct passing {
    const struct logistic_rows *rows;
    const struct cluster *cluster;
    struct logistic_kernel kernel;
    const double *dense;     /* (outputs, dense_n) weights */
    const double *sparse;    /* (sparse_n, outputs) weights, turned */
    const double *intercept; /* (outputs) */
    size_t width;            /* of the sums of an output: dense_n + sparse_n + 1 */
    int64_t *total;          /* (slots, outputs, width) */
    double *sum;             /* (slots, outputs, width) of one block of PASS_ROWS */
    double *o;               /* (slots, outputs, LANES) */
};

static void say(const struct passing *p, size_t block, size_t n, double *o)
{
    const struct logistic_rows *rows = p->rows;
    const size_t dense_n = rows->inputs->dense_n, outputs = rows->outputs;
    for (size_t k = 0; k < outputs; k++) {
        for (size_t r = 0; r < LANES; r++)
            o[k * LANES + r] = p->intercept[k];
        p->kernel.outputs(rows->x + block * dense_n * LANES, dense_n, p->dense + k * dense_n,
                          o + k * LANES);
    }
    for (size_t r = 0; r < n; r++) {
        const uint16_t *list = rows->list + (block * LANES + r) * rows->inputs->list_n;
        for (size_t i = 0; i < rows->listed[block * LANES + r]; i++)
            for (size_t k = 0; k < outputs; k++)
                o[k * LANES + r] += p->sparse[list[i] * outputs + k];
    }
}

/* Outputs become residuals: whole numbers in units of 2^-26, 0 beyond the last row. */
static void compare(const struct logistic_rows *rows, size_t block, size_t n, double *o)
{
    const uint16_t *truth = rows->class_index + block * LANES;
    const double unit = (double)(1 << LOGISTIC_BITS), round = 0x1.8p52;
    double scale[LANES] = {0};
    for (size_t r = 0; r < n; r++)
        scale[r] = rows->weight ? rows->weight[truth[r]] * unit : unit;
    if (rows->outputs == 1)
        linear_sigmoid(o);
    else
        linear_softmax(o, rows->outputs);
    for (size_t r = 0; r < n; r++) {
        if (rows->outputs == 1)
            o[r] -= truth[r];
        else
            o[truth[r] * LANES + r] -= 1;
    }
    for (size_t k = 0; k < rows->outputs; k++)
        for (size_t r = 0; r < LANES; r++) /* below 2^51: so this rounds to the nearest integer */
            o[k * LANES + r] = (o[k * LANES + r] * scale[r] + round) - round;
}

static void add_residuals(const struct passing *p, size_t block, size_t n, const double *o,
                          double *sum)
{
    const struct logistic_rows *rows = p->rows;
    const size_t dense_n = rows->inputs->dense_n;
    for (size_t k = 0; k < rows->outputs; k++) {
        p->kernel.sums(rows->x + block * dense_n * LANES, dense_n, o + k * LANES,
                       sum + k * p->width);
        for (size_t r = 0; r < n; r++)
            sum[k * p->width + p->width - 1] += o[k * LANES + r];
    }
    for (size_t r = 0; r < n; r++) {
        const uint16_t *list = rows->list + (block * LANES + r) * rows->inputs->list_n;
        for (size_t i = 0; i < rows->listed[block * LANES + r]; i++)
            for (size_t k = 0; k < rows->outputs; k++)
                sum[k * p->width + dense_n + list[i]] += o[k * LANES + r];
    }
}

static void pass_block(void *context, size_t number, unsigned slot)
{
    const struct passing *p = context;
    const size_t cells = p->rows->outputs * p->width;
    int64_t *total = p->total + slot * cells;
    double *sum = p->sum + slot * cells, *o = p->o + slot * p->rows->outputs * LANES;
    if (!cluster_is_mine(p->cluster, number))
        return;
    memset(sum, 0, cells * sizeof *sum);
    for (size_t row = number * PASS_ROWS; row < (number + 1) * PASS_ROWS && row < p->rows->n;
         row += LANES) {
        size_t n = p->rows->n - row < LANES ? p->rows->n - row : LANES;
        say(p, row / LANES, n, o);
        compare(p->rows, row / LANES, n, o);
        add_residuals(p, row / LANES, n, o, sum);
    }
    for (size_t i = 0; i < cells; i++)
        total[i] += (int64_t)sum[i];
}

/* Weights by kind of input, as the kernels read them. */
static void sort_weights(const struct logistic_rows *rows, const double *weight, double *dense,
                         double *sparse, double *intercept)
{
    const struct inputs *inputs = rows->inputs;
    for (size_t k = 0; k < rows->outputs; k++) {
        const double *w = weight + k * (inputs->input_n + 1);
        for (size_t j = 0; j < inputs->dense_n; j++)
            dense[k * inputs->dense_n + j] = w[inputs->dense[j]];
        for (size_t e = 0; e < inputs->sparse_n; e++)
            sparse[e * rows->outputs + k] = w[inputs->sparse[e]];
        intercept[k] = w[inputs->input_n];
    }
}

/* The sums of all slots, in the order of the inputs. */
static void sort_sums(const struct passing *p, size_t slots, int64_t *ret)
{
    const struct inputs *inputs = p->rows->inputs;
    const size_t cells = p->rows->outputs * p->width;
    for (size_t s = 1; s < slots; s++)
        for (size_t i = 0; i < cells; i++)
            p->total[i] += p->total[s * cells + i];
    for (size_t k = 0; k < p->rows->outputs; k++) {
        const int64_t *from = p->total + k * p->width;
        int64_t *to = ret + k * (inputs->input_n + 1);
        for (size_t j = 0; j < inputs->dense_n; j++)
            to[inputs->dense[j]] = from[j];
        for (size_t e = 0; e < inputs->sparse_n; e++)
            to[inputs->sparse[e]] = from[inputs->dense_n + e];
        to[inputs->input_n] = from[p->width - 1];
    }
}

void logistic_pass(const struct logistic_rows *rows, const double *weight,
                   const struct cluster *cluster, int64_t *ret)
{
    const size_t slots = cluster_slots(cluster), width = rows->inputs->input_n + 1;
    const size_t cells = rows->outputs * width;
    CLEANUP(mem_free) double *sorted = mem_get(cells, sizeof *sorted);
    CLEANUP(mem_free) double *sum = mem_get(slots * cells, sizeof *sum);
    CLEANUP(mem_free) int64_t *total = mem_get(slots * cells, sizeof *total);
    CLEANUP(mem_free) double *o = mem_get(slots * rows->outputs, LANES * sizeof *o);
    double *sparse = sorted + rows->outputs * rows->inputs->dense_n;
    double *intercept = sparse + rows->outputs * rows->inputs->sparse_n;
    struct passing p = {.rows = rows,
                        .cluster = cluster,
                        .kernel = logistic_kernel_at(cpu_level()),
                        .dense = sorted,
                        .sparse = sparse,
                        .intercept = intercept,
                        .width = width,
                        .total = total,
                        .sum = sum,
                        .o = o};
    sort_weights(rows, weight, sorted, sparse, intercept);
    cluster_run(cluster, (rows->n + PASS_ROWS - 1) / PASS_ROWS, pass_block, &p);
    sort_sums(&p, slots, ret);
    cluster_sum(cluster, ret, cells);
}
