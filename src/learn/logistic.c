/* SPDX-License-Identifier: GPL-3.0-or-later */
/* logistic/2: logistic regression with a penalty; for more than two classes multinomial.
 *
 * With standardised inputs u_i = (x_i - m_i) / s_i it looks for the weights that make
 *
 *     F = sum over rows of weight_y * -ln p_y  +  1/2 sum w_ki^2        p_k = e^o_k / sum e^o_l
 *
 * least, o_k = b_k + sum w_ki u_i; intercepts b are not penalised. For two classes o_0 = 0, so
 * there is one weight an input. That is scikit-learn's LogisticRegression(C=1) on standardised
 * inputs. Nothing is divided by s_i: for the weights of x_i the penalty is v_i w_ki^2, v_i = s_i^2
 * = c_ii / n. Inputs that are 0 or 1 are not standardised, v_i = 1 (ridge.c).
 *
 * The curvature of F is at most (Boehning 1992, Annals of the Institute of Statistical Mathematics
 * 44(1))
 *     A = h W c / n + diag(v_i)            h = 1/4 for two classes, else 1/2; W the sum of weights
 * for each class, c from the exact sums of moments.h. With A = U'U, coordinates v = U w make it at
 * most 1, so the first step, along the gradient from 0, is that of least squares, and L-BFGS
 * (descent.h) needs some tens of passes where the plain coordinates need hundreds. Gradients are
 * sums of integers (logistic_rows.h); the number of steps follows from them alone.
 *
 * Many rows: of more than 2^16 (fewer with many features and classes, most_rows), so many are drawn
 * and only they are learned from. The error that
 * this adds to the weights is that of p / 2^16 in the loss, 0.0006 of a nat for 40 inputs, and nine
 * tenths of the work are saved.
 *
 * Classes without a training row have weights 0 and the intercept -2^900: probability 0.
 */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "learn/cholesky.h"
#include "learn/descent.h"
#include "learn/logistic_rows.h"
#include "learn/moments.h"
#include "learn/train.h"

enum { STEPS_MOST = 100, WEIGHTS_MAX = 1 << 20, ROWS_LEAST = 8192, SEED = 1, STREAM = 1 };
static const double ENOUGH =
    1e-7; /* of the squared gradient, about twice what F could still lose */
static const size_t ROWS_BYTES = (size_t)512 << 20, PASS_PRODUCTS = (size_t)1 << 31;

struct fit {
    const struct cluster *cluster;
    struct logistic_rows rows;
    size_t p;
    double *mean;        /* (p) */
    double *penalty;     /* (p) v_i */
    double *u;           /* (p, p) U, mirrored */
    double intercept_by; /* b = v * this */
    double unit;         /* of the sums of a pass */
    double *weight;      /* (outputs, p + 1) of inputs that are not centred */
    double *centred;     /* (outputs, p) */
    int64_t *sum;        /* (outputs, p + 1) */
};

/* --- coordinates -------------------------------------------------------------------------------*/

/* v holds (outputs, p) and behind them the intercepts (outputs). */
static void weights_at(const struct fit *fit, const double *v)
{
    const size_t p = fit->p, outputs = fit->rows.outputs;
    memcpy(fit->centred, v, outputs * p * sizeof *v);
    cholesky_up_mirrored(fit->u, p, fit->centred, outputs, fit->cluster);
    for (size_t k = 0; k < outputs; k++) {
        const double *w = fit->centred + k * p;
        double *to = fit->weight + k * (p + 1);
        double intercept = v[outputs * p + k] * fit->intercept_by;
        for (size_t i = 0; i < p; i++)
            intercept -= w[i] * fit->mean[i];
        memcpy(to, w, p * sizeof *to);
        to[p] = intercept;
    }
}

static void gradient(void *context, const double *v, double *ret)
{
    const struct fit *fit = context;
    const size_t p = fit->p, outputs = fit->rows.outputs;
    weights_at(fit, v);
    logistic_pass(&fit->rows, fit->weight, fit->cluster, fit->sum);
    for (size_t k = 0; k < outputs; k++) {
        const int64_t *sum = fit->sum + k * (p + 1);
        double all = (double)sum[p];
        for (size_t i = 0; i < p; i++)
            ret[k * p + i] = ((double)sum[i] - fit->mean[i] * all) * fit->unit +
                             fit->penalty[i] * fit->centred[k * p + i];
        ret[outputs * p + k] = all * fit->unit * fit->intercept_by;
    }
    cholesky_down(fit->u, p, ret, outputs, fit->cluster);
}

/* Beside the penalty, the diagonal is raised by 2^-27 where weights are so large that the penalty
 * would vanish beside them: then a pivot is never zero or less (ridge.c). */
static void bound_curvature(struct fit *fit, const struct moments *m, double weights)
{
    const double by = (fit->rows.outputs == 1 ? 0.25 : 0.5) * weights / (double)m->n;
    const double least = by * 0x1p-27;
    for (size_t i = 0; i < fit->p; i++) {
        double *row = fit->u + i * fit->p;
        for (size_t j = i; j < fit->p; j++)
            row[j] = by * moments_covariance(m, 1 + i, 1 + j);
        double own = moments_covariance(m, 1 + i, 1 + i);
        double penalty = moments_penalty(m, i);
        fit->penalty[i] = penalty;
        row[i] = own == 0 ? 1 : row[i] + (penalty > own * least ? penalty : own * least);
        fit->mean[i] = moments_mean(m, 1 + i);
    }
    fit->intercept_by = 1 / sqrt(by * (double)m->n);
    cholesky(fit->u, fit->p, fit->cluster);
    cholesky_mirror(fit->u, fit->p);
}

/* --- classes -----------------------------------------------------------------------------------*/

enum { ABSENT = UINT16_MAX };

/* The classes that occur among the rows. */
struct present {
    uint16_t *of;   /* (class_n) code of the target to class, or ABSENT */
    size_t n;       /* how many occur */
    double *weight; /* (n) at most 1, or NULL */
    double scale;   /* what a weight of 1 stands for: a power of two */
    double weights; /* sum over the rows, in true size */
};

/* Divide the weights by a power of two, so that the largest is above 1/2 and at most 1. */
static void scale_weights(struct present *present)
{
    double most = 0;
    for (size_t k = 0; k < present->n; k++)
        most = present->weight[k] > most ? present->weight[k] : most;
    while (present->scale < most)
        present->scale *= 2;
    while (present->scale >= 2 * most)
        present->scale /= 2;
    for (size_t k = 0; k < present->n; k++)
        present->weight[k] /= present->scale;
}

static struct present find_present(const struct column *target, const uint32_t *row, size_t n,
                                   const double *class_weight, struct arena *arena)
{
    struct present p = {.scale = 1};
    size_t *rows = arena_get(arena, target->category_n, sizeof *rows);
    p.of = arena_get(arena, target->category_n, sizeof *p.of);
    p.weight = class_weight ? arena_get(arena, target->category_n, sizeof *p.weight) : NULL;
    for (size_t i = 0; i < n; i++)
        rows[target->code[row[i]]]++;
    for (size_t k = 0; k < target->category_n; k++) {
        p.of[k] = ABSENT;
        if (rows[k] == 0)
            continue;
        p.weights += (class_weight ? class_weight[k] : 1) * (double)rows[k];
        if (class_weight)
            p.weight[p.n] = class_weight[k];
        p.of[k] = (uint16_t)p.n++;
    }
    if (class_weight)
        scale_weights(&p);
    return p;
}

/* Two classes share one output: half of it for the second, half of it against the first. One class
 * alone has weights 0. */
static void write_weights(const struct fit *fit, const struct present *present, size_t class_n,
                          double *ret)
{
    const size_t width = fit->rows.inputs->input_n + 1;
    for (size_t k = 0; k < class_n; k++) {
        const size_t class_index = present->of[k];
        double *to = ret + k * width;
        if (class_index == ABSENT)
            to[width - 1] = -MODEL_WEIGHT_MAX;
        for (size_t i = 0; class_index != ABSENT && fit->weight && i < width; i++)
            to[i] = 0.0 + (present->n > 2 ? fit->weight[class_index * width + i]
                                          : fit->weight[i] * (class_index ? 0.5 : -0.5));
    }
}

/* --- all of it ---------------------------------------------------------------------------------*/

/* The rows to learn from: all, or so many as are drawn. Those of a streamed table are brought
 * together, too, so that one scan is enough. */
struct drawn {
    struct dataset data;
    uint32_t *row; /* (n) ascending */
    size_t n;
};

/* So many rows at most, for time and memory; it depends on the shape of the table alone. */
static size_t most_rows(const struct dataset *data)
{
    const size_t classes = data->table->column[data->target].category_n;
    size_t by_bytes = ROWS_BYTES / logistic_row_bytes(data->feature_n);
    size_t by_products = PASS_PRODUCTS / (classes * (data->feature_n + 1));
    size_t most = by_products < ROWS_LEAST ? ROWS_LEAST : by_products;
    most = by_bytes < most ? by_bytes : most;
    return most < LOGISTIC_ROWS_MAX ? most : LOGISTIC_ROWS_MAX;
}

static bool draw(const struct dataset *data, const struct cluster *cluster, struct arena *arena,
                 struct drawn *ret, struct err *err)
{
    size_t most = most_rows(data);
    if (ret->n <= most && !data->table->source)
        return true;
    most = most < ret->n ? most : ret->n;
    uint32_t *some = arena_get(arena, most, sizeof *some);
    size_t *want = arena_get(arena, data->feature_n + 1, sizeof *want);
    struct table *table = arena_get(arena, 1, sizeof *table);
    size_t n = scan_draw(SEED, STREAM, ret->n, most, some);
    for (size_t i = 0; i < n; i++)
        some[i] = ret->row[some[i]];
    memcpy(want, data->feature, data->feature_n * sizeof *want);
    want[data->feature_n] = data->target;
    const struct scan_rows rows = {some, n, want, data->feature_n + 1};
    if (!scan_gather(data->table, &rows, cluster, arena, table, err))
        return false;
    for (size_t i = 0; i < n; i++)
        ret->row[i] = (uint32_t)i;
    ret->n = n;
    ret->data.table = table;
    return true;
}

static void descend(struct fit *fit, const struct moments *m, const struct present *present)
{
    const size_t p = fit->p, outputs = fit->rows.outputs, n = outputs * (p + 1);
    CLEANUP(mem_free) double *v = mem_get(n, sizeof *v);
    CLEANUP(mem_free) double *room = mem_get(outputs * p + 2 * p, sizeof *room);
    CLEANUP(mem_free) double *u = mem_get(p * p, sizeof *u);
    CLEANUP(mem_free) int64_t *sum = mem_get(n, sizeof *sum);
    const struct descent descent = {
        .n = n, .steps_most = STEPS_MOST, .enough = ENOUGH, .gradient = gradient, .context = fit};
    fit->centred = room;
    fit->mean = room + outputs * p;
    fit->penalty = fit->mean + p;
    fit->u = u;
    fit->sum = sum;
    fit->unit = ldexp(present->scale, -LOGISTIC_BITS);
    bound_curvature(fit, m, present->weights);
    descent_run(&descent, v);
    weights_at(fit, v);
}

static bool fit_weights(const struct drawn *drawn, const struct training *how,
                        const struct inputs *inputs, struct arena *arena, struct model *model,
                        struct err *err)
{
    CLEANUP(moments_release) struct moments moments = {.n = 0};
    const struct column *target = &drawn->data.table->column[drawn->data.target];
    const struct present present =
        find_present(target, drawn->row, drawn->n, how->class_weight, arena);
    const struct moments_of products = {
        .table = drawn->data.table, .inputs = inputs, .row = drawn->row, .n = drawn->n};
    const struct logistic_of keep = {.data = &drawn->data,
                                     .inputs = inputs,
                                     .row = drawn->row,
                                     .n = drawn->n,
                                     .class_of = present.of,
                                     .outputs = present.n > 2 ? present.n : 1,
                                     .weight = present.weight};
    struct fit fit = {.cluster = how->cluster, .p = inputs->input_n};
    if (!moments_sum(&products, how->cluster, &moments, err) ||
        !logistic_keep(&keep, how->cluster, &fit.rows, err))
        return false;
    if (present.n > 1) { /* of the rows drawn: among all there are two */
        fit.weight = arena_get(arena, keep.outputs * (fit.p + 1), sizeof *fit.weight);
        descend(&fit, &moments, &present);
    }
    model->weight = arena_get(arena, model->class_n * (fit.p + 1), sizeof *model->weight);
    write_weights(&fit, &present, model->class_n, model->weight);
    logistic_rows_release(&fit.rows);
    return true;
}

static bool check(size_t inputs, size_t classes, struct err *err)
{
    return (inputs + 1) * classes <= WEIGHTS_MAX ||
           FAIL(err, ERR_LIMIT, _("Leave out features, or bring together classes."),
                _("%zu inputs for each of %zu classes are more weights than this step takes (%d)."),
                inputs, classes, WEIGHTS_MAX);
}

bool train_logistic(const struct dataset *data, const struct training *how, struct arena *arena,
                    struct model *ret, struct err *err)
{
    struct drawn drawn = {.data = *data};
    struct inputs inputs;
    struct model model;
    if (!train_select(data, how, arena, &drawn.row, &drawn.n, err) ||
        !train_two_classes(&data->table->column[data->target], drawn.row, drawn.n, err) ||
        !train_begin(data, how, STR("logistic/2"), arena, &model, err) ||
        !draw(data, how->cluster, arena, &drawn, err) ||
        !train_inputs(&(struct inputs_from){&drawn.data, drawn.row, drawn.n, how->cluster}, arena,
                      &model, &inputs, err) ||
        !check(inputs.input_n, model.class_n, err) ||
        !fit_weights(&drawn, how, &inputs, arena, &model, err))
        return false;
    *ret = model;
    return true;
}
