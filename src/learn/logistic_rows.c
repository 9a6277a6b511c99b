/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/logistic_rows.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "learn/linear.h"
#include "learn/tile.h"

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
            to->x[(row / LANES * inputs->dense_n + dense) * LANES + row % LANES] = (float)column[i];
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

/* Many outputs are multiplied tile by tile (tile.h), INPUTS_AT_ONCE inputs after the other, so that
 * what is being multiplied stays near. */
enum { INPUTS_AT_ONCE = 64 };

/* What one slot works on. */
struct desk {
    int64_t *total; /* (padded, width) */
    double *sum;    /* (padded, width) of one block of PASS_ROWS */
    double *o;      /* (padded, LANES) */
    double *x; /* some inputs of LANES rows in panels; either rows or inputs lie side by side */
    double *turned; /* (padded / TILE panels, LANES, TILE) residuals, classes side by side */
};

struct passing {
    const struct logistic_rows *rows;
    const struct cluster *cluster;
    struct logistic_kernel kernel;
    size_t padded;        /* outputs: 1, or rounded up to tiles */
    size_t dense_pad;     /* dense_n rounded up to tiles */
    size_t width;         /* of the sums of an output: dense_pad + sparse_n + 1 */
    const double *dense;  /* (padded / TILE panels, dense_n, TILE) weights; 1 output: (dense_n) */
    const double *sparse; /* (sparse_n, outputs) weights, turned */
    const double *intercept; /* (padded) */
    struct desk *desk;       /* (slots) */
};

/* TILE numbers of one row of a panel. */
static void widen(const float *from, double *to)
{
    typedef float four __attribute__((vector_size(16)));
    typedef double wide __attribute__((vector_size(32)));
    for (size_t i = 0; i < TILE; i += 4) {
        four some;
        memcpy(&some, from + i, sizeof some);
        wide as_double = __builtin_convertvector(some, wide);
        memcpy(to + i, &as_double, sizeof as_double);
    }
}

/* The outputs of a block: x in panels (LANES / TILE, n, TILE), rows side by side. */
static void say_tiles(const struct passing *p, const float *x, const struct desk *desk)
{
    const size_t dense_n = p->rows->inputs->dense_n;
    for (size_t first = 0; first < dense_n; first += INPUTS_AT_ONCE) {
        size_t n = dense_n - first < INPUTS_AT_ONCE ? dense_n - first : INPUTS_AT_ONCE;
        for (size_t r = 0; r < LANES; r += TILE)
            for (size_t j = 0; j < n; j++)
                widen(x + (first + j) * LANES + r, desk->x + (r * n + j * TILE));
        for (size_t k = 0; k < p->padded; k += TILE)
            for (size_t r = 0; r < LANES; r += TILE)
                tile_add(p->dense + k * dense_n + first * TILE, desk->x + r * n, n,
                         desk->o + k * LANES + r, LANES);
    }
}

static void say_dense(const struct passing *p, size_t block, const struct desk *desk)
{
    const size_t dense_n = p->rows->inputs->dense_n;
    const float *x = p->rows->x + block * dense_n * LANES;
    for (size_t k = 0; k < p->padded; k++)
        for (size_t r = 0; r < LANES; r++)
            desk->o[k * LANES + r] = p->intercept[k];
    if (p->rows->outputs == 1)
        p->kernel.outputs(x, dense_n, p->dense, desk->o);
    else
        say_tiles(p, x, desk);
}

static void say(const struct passing *p, size_t block, size_t n, const struct desk *desk)
{
    const struct logistic_rows *rows = p->rows;
    const size_t outputs = rows->outputs;
    say_dense(p, block, desk);
    for (size_t r = 0; r < n; r++) {
        const uint16_t *list = rows->list + (block * LANES + r) * rows->inputs->list_n;
        for (size_t i = 0; i < rows->listed[block * LANES + r]; i++)
            for (size_t k = 0; k < outputs; k++)
                desk->o[k * LANES + r] += p->sparse[list[i] * outputs + k];
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
            o[(size_t)truth[r] * LANES + r] -= 1;
    }
    for (size_t k = 0; k < rows->outputs; k++)
        for (size_t r = 0; r < LANES; r++) /* below 2^51: so this rounds to the nearest integer */
            o[k * LANES + r] = (o[k * LANES + r] * scale[r] + round) - round;
}

/* The sums of a block: x in panels (n / TILE, LANES, TILE), inputs side by side. */
static void sum_tiles(const struct passing *p, const float *x, const struct desk *desk)
{
    const size_t dense_n = p->rows->inputs->dense_n;
    for (size_t k = 0; k < p->rows->outputs; k++)
        for (size_t r = 0; r < LANES; r++)
            desk->turned[(k / TILE * LANES + r) * TILE + k % TILE] = desk->o[k * LANES + r];
    for (size_t first = 0; first < dense_n; first += INPUTS_AT_ONCE) {
        size_t n = dense_n - first < INPUTS_AT_ONCE ? dense_n - first : INPUTS_AT_ONCE;
        for (size_t j = 0; j < n; j++)
            for (size_t r = 0; r < LANES; r++)
                desk->x[(j / TILE * LANES + r) * TILE + j % TILE] =
                    (double)x[(first + j) * LANES + r];
        for (size_t k = 0; k < p->padded; k += TILE)
            for (size_t j = 0; j < n; j += TILE) /* beyond n: sums that nobody reads */
                tile_add(desk->turned + k * LANES, desk->x + j * LANES, LANES,
                         desk->sum + k * p->width + first + j, p->width);
    }
}

static void sum_dense(const struct passing *p, size_t block, const struct desk *desk)
{
    const size_t dense_n = p->rows->inputs->dense_n;
    const float *x = p->rows->x + block * dense_n * LANES;
    if (p->rows->outputs == 1)
        p->kernel.sums(x, dense_n, desk->o, desk->sum);
    else
        sum_tiles(p, x, desk);
}

static void add_residuals(const struct passing *p, size_t block, size_t n, const struct desk *desk)
{
    const struct logistic_rows *rows = p->rows;
    sum_dense(p, block, desk);
    for (size_t k = 0; k < rows->outputs; k++)
        for (size_t r = 0; r < n; r++)
            desk->sum[(k + 1) * p->width - 1] += desk->o[k * LANES + r];
    for (size_t r = 0; r < n; r++) {
        const uint16_t *list = rows->list + (block * LANES + r) * rows->inputs->list_n;
        for (size_t i = 0; i < rows->listed[block * LANES + r]; i++)
            for (size_t k = 0; k < rows->outputs; k++)
                desk->sum[k * p->width + p->dense_pad + list[i]] += desk->o[k * LANES + r];
    }
}

static void pass_block(void *context, size_t number, unsigned slot)
{
    const struct passing *p = context;
    const struct desk *desk = &p->desk[slot];
    const size_t cells = p->padded * p->width;
    if (!cluster_is_mine(p->cluster, number))
        return;
    memset(desk->sum, 0, cells * sizeof *desk->sum);
    for (size_t row = number * PASS_ROWS; row < (number + 1) * PASS_ROWS && row < p->rows->n;
         row += LANES) {
        size_t n = p->rows->n - row < LANES ? p->rows->n - row : LANES;
        say(p, row / LANES, n, desk);
        compare(p->rows, row / LANES, n, desk->o);
        add_residuals(p, row / LANES, n, desk);
    }
    for (size_t i = 0; i < cells; i++)
        desk->total[i] += (int64_t)desk->sum[i];
}

/* Weights by kind of input, as the kernels read them. */
static void sort_weights(const struct passing *p, const double *weight, double *dense,
                         double *sparse, double *intercept)
{
    const struct inputs *inputs = p->rows->inputs;
    const size_t side = p->padded == 1 ? 1 : TILE;
    for (size_t k = 0; k < p->rows->outputs; k++) {
        const double *w = weight + k * (inputs->input_n + 1);
        for (size_t j = 0; j < inputs->dense_n; j++)
            dense[(k / side * inputs->dense_n + j) * side + k % side] = w[inputs->dense[j]];
        for (size_t e = 0; e < inputs->sparse_n; e++)
            sparse[e * p->rows->outputs + k] = w[inputs->sparse[e]];
        intercept[k] = w[inputs->input_n];
    }
}

/* The sums of all slots, in the order of the inputs. */
static void sort_sums(const struct passing *p, size_t slots, int64_t *ret)
{
    const struct inputs *inputs = p->rows->inputs;
    int64_t *total = p->desk[0].total;
    for (size_t s = 1; s < slots; s++)
        for (size_t i = 0; i < p->padded * p->width; i++)
            total[i] += p->desk[s].total[i];
    for (size_t k = 0; k < p->rows->outputs; k++) {
        const int64_t *from = total + k * p->width;
        int64_t *to = ret + k * (inputs->input_n + 1);
        for (size_t j = 0; j < inputs->dense_n; j++)
            to[inputs->dense[j]] = from[j];
        for (size_t e = 0; e < inputs->sparse_n; e++)
            to[inputs->sparse[e]] = from[p->dense_pad + e];
        to[inputs->input_n] = from[p->width - 1];
    }
}

/* Cut one piece of memory into desks; returns how many doubles a desk takes. */
static size_t lay_desk(const struct passing *p, double *room, int64_t *total, struct desk *ret)
{
    const size_t part[] = {p->padded * p->width, p->padded * LANES, (size_t)INPUTS_AT_ONCE * LANES,
                           p->padded * LANES};
    double **at[] = {&ret->sum, &ret->o, &ret->x, &ret->turned};
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(part); i++) {
        *at[i] = room ? room + n : NULL;
        n += part[i];
    }
    ret->total = total;
    return n;
}

void logistic_pass(const struct logistic_rows *rows, const double *weight,
                   const struct cluster *cluster, int64_t *ret)
{
    const size_t slots = cluster_slots(cluster);
    const struct inputs *inputs = rows->inputs;
    CLEANUP(mem_free) struct desk *desk = mem_get(slots, sizeof *desk);
    struct passing p = {.rows = rows,
                        .cluster = cluster,
                        .kernel = logistic_kernel_at(cpu_level()),
                        .padded = rows->outputs == 1 ? 1 : (rows->outputs + TILE - 1) / TILE * TILE,
                        .dense_pad = (inputs->dense_n + TILE - 1) / TILE * TILE,
                        .desk = desk};
    p.width = p.dense_pad + inputs->sparse_n + 1;
    const size_t cells = p.padded * p.width, each = lay_desk(&p, NULL, NULL, desk);
    CLEANUP(mem_free) double *sorted = mem_get(cells, sizeof *sorted);
    CLEANUP(mem_free) double *room = mem_get(slots, each * sizeof *room);
    CLEANUP(mem_free) int64_t *total = mem_get(slots * cells, sizeof *total);
    double *sparse = sorted + p.padded * inputs->dense_n;
    double *intercept = sparse + p.padded * inputs->sparse_n;
    for (size_t s = 0; s < slots; s++)
        lay_desk(&p, room + s * each, total + s * cells, &desk[s]);
    p.dense = sorted;
    p.sparse = sparse;
    p.intercept = intercept;
    sort_weights(&p, weight, sorted, sparse, intercept);
    cluster_run(cluster, (rows->n + PASS_ROWS - 1) / PASS_ROWS, pass_block, &p);
    sort_sums(&p, slots, ret);
    cluster_sum(cluster, ret, rows->outputs * (inputs->input_n + 1));
}
