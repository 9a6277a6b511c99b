/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ridge/1: least squares with a penalty.
 *
 * Row r becomes the integers z = (1, x_1 … x_p, y_1 … y_k): the quantised inputs, and the target
 * as +1 / -1 for each class or, in regression, quantised like any number. One pass over the rows
 * gives the exact sums of all products z_i z_j (gram.h has the bound). Everything else follows from
 * these sums:
 *
 *   c_ij = sum x_i x_j - (sum x_i) (sum x_j) / n       covariance times n, see covariance()
 *   A    = c with c_ii (1 + 1 / n) on the diagonal     penalty 1 on standardised inputs
 *   A w  = c_xy                                        by A = U'U (Cholesky)
 *   w_0  = mean y - sum w_i mean x_i
 *
 * Why c_ii / n: an input divided by its standard deviation s_i has the weight w_i s_i, so the
 * penalty 1 on its square is s_i^2 = c_ii / n on w_i^2. Inputs need not be divided for that.
 * Cholesky depends only on A scaled to a unit diagonal: it succeeds if the smallest eigenvalue of
 * that is above about p (p + 1) 2^-53 <= 2^-29 (Demmel's theorem; Higham 2002, Accuracy and
 * Stability of Numerical Algorithms, section 10.1). Here it is at least 1 / (n + 1) > 2^-27, so a
 * pivot is never zero or less.
 *
 * Fixed order: each element of A receives its subtractions in ascending k, whatever the loops look
 * like, so a blocked version has the same bits.
 *
 * Dropped: 128-bit sums (armhf has none); centring in float64 (cancels where a category
 * is nearly constant); dividing by standard deviations before solving (more roundings, no gain).
 */
#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "cluster/cluster.h"
#include "learn/gram.h"
#include "learn/inputs.h"
#include "learn/quant.h"
#include "learn/train.h"

/* Where a double is computed with more digits (x87: build with -mfpmath=sse), bits would differ. */
static_assert(FLT_EVAL_METHOD == 0, "operations on double must round to double");

enum { BLOCKS_MAX = 16, BLOCK_ROWS_MIN = 1024 };
static const size_t SUMS_BYTES = (size_t)256 << 20; /* for all blocks, beyond the first */

/* The training rows as integers, and their sums. Columns of z: 0 the one, 1 … p the inputs, then
 * the outputs. */
struct fit {
    const struct table *table;
    struct inputs inputs;
    const struct column *target;
    struct quant target_quant; /* regression */
    const uint32_t *row;       /* (n) */
    size_t n;
    size_t p;       /* inputs */
    size_t outputs; /* classes, or 1 */
    size_t left;    /* rows of the sums: 1 + p, rounded up to tiles */
    size_t stride;  /* columns of z and of the sums */
    size_t blocks;
    int64_t *sum; /* (blocks, left, stride); block 0 ends up with the total */
    double *z;    /* (blocks, GRAM_ROWS, stride) */
};

static void fill_row(const struct fit *fit, size_t row, double *z)
{
    double *y = z + 1 + fit->p;
    z[0] = 1;
    const struct scan_block all = {0, 0, fit->table->rows, fit->table->column};
    inputs_row(&fit->inputs, &all, row, z + 1);
    if (fit->target->type == COLUMN_NUMBER) {
        y[0] = (double)quant_value(&fit->target_quant, fit->target->mantissa[row],
                                   fit->target->exponent);
        return;
    }
    for (size_t k = 0; k < fit->outputs; k++)
        y[k] = fit->target->code[row] == k ? 1 : -1;
}

static void sum_block(void *context, size_t block, unsigned slot)
{
    (void)slot;
    const struct fit *fit = context;
    double *z = fit->z + block * GRAM_ROWS * fit->stride;
    int64_t *sum = fit->sum + block * fit->left * fit->stride;
    size_t each = (fit->n + fit->blocks - 1) / fit->blocks;
    size_t i = block * each;
    size_t end = i + each < fit->n ? i + each : fit->n;
    while (i < end) {
        size_t rows = end - i < GRAM_ROWS ? end - i : GRAM_ROWS;
        for (size_t r = 0; r < rows; r++)
            fill_row(fit, fit->row[i + r], z + r * fit->stride);
        gram_add(z, rows, fit->stride, fit->left, sum);
        i += rows;
    }
}

/* The number of blocks follows from the sizes alone; it limits memory and cannot change a bit. */
static size_t block_count(const struct fit *fit)
{
    size_t room = SUMS_BYTES / (fit->left * fit->stride * sizeof *fit->sum);
    size_t blocks = fit->n / BLOCK_ROWS_MIN;
    blocks = blocks > BLOCKS_MAX ? BLOCKS_MAX : blocks;
    blocks = blocks > room ? room : blocks;
    return blocks ? blocks : 1;
}

static void sum_rows(struct fit *fit, const struct cluster *cluster)
{
    size_t cells = fit->left * fit->stride;
    cluster_run(cluster, fit->blocks, sum_block, fit);
    for (size_t b = 1; b < fit->blocks; b++)
        for (size_t i = 0; i < cells; i++)
            fit->sum[i] += fit->sum[b * cells + i];
}

/* n times the covariance: s_xy - s_x s_y / n, accurate to the last bits though its parts may need
 * 88 bits. Split s_x = n m_x + r_x with 0 <= r_x < n, likewise y. Then it is t - r_x r_y / n with
 *     t = s_xy - n m_x m_y - m_x r_y - m_y r_x,
 * an integer within 2^62 + 2^26 (Cauchy-Schwarz), so arithmetic modulo 2^64 gives it whatever its
 * parts do, and r_x r_y < 2^52. If t is small, t n - r_x r_y is exact in 64 bits; if it is large,
 * r_x r_y / n < 2^26 cannot cancel it. Constant inputs give exactly 0, others never. */
static double covariance(int64_t n, int64_t s_xy, int64_t s_x, int64_t s_y)
{
    int64_t m_x = s_x / n - (s_x % n < 0), m_y = s_y / n - (s_y % n < 0);
    int64_t r_x = s_x - n * m_x, r_y = s_y - n * m_y;
    int64_t t = (int64_t)((uint64_t)s_xy - (uint64_t)n * (uint64_t)m_x * (uint64_t)m_y -
                          (uint64_t)(m_x * r_y) - (uint64_t)(m_y * r_x));
    const int64_t small = (int64_t)1 << 36;
    if (t >= -small && t <= small)
        return (double)(t * n - r_x * r_y) / (double)n;
    return (double)t - (double)(r_x * r_y) / (double)n;
}

/* A (p, p), upper half, and right-hand sides b (outputs, p), from the sums. */
static void equations(const struct fit *fit, double *a, double *b)
{
    const int64_t n = (int64_t)fit->n;
    const int64_t *sums = fit->sum; /* row 0: the sums of every column */
    for (size_t i = 0; i < fit->p; i++) {
        const int64_t *row = fit->sum + (i + 1) * fit->stride;
        for (size_t j = i; j < fit->p; j++)
            a[i * fit->p + j] = covariance(n, row[j + 1], sums[i + 1], sums[j + 1]);
        double *diagonal = &a[i * fit->p + i];
        *diagonal = *diagonal == 0 ? 1 : *diagonal + *diagonal / (double)n;
        for (size_t k = 0; k < fit->outputs; k++) {
            size_t y = 1 + fit->p + k;
            b[k * fit->p + i] = covariance(n, row[y], sums[i + 1], sums[y]);
        }
    }
}

/* A = U'U in place, U in the upper half. */
static void cholesky(double *a, size_t p)
{
    for (size_t k = 0; k < p; k++) {
        double *pivot_row = a + k * p;
        BUG_IF(!(pivot_row[k] > 0));
        double root = sqrt(pivot_row[k]);
        pivot_row[k] = root;
        for (size_t j = k + 1; j < p; j++)
            pivot_row[j] /= root;
        for (size_t i = k + 1; i < p; i++) {
            double factor = pivot_row[i];
            double *row = a + i * p;
            if (factor == 0) /* x - 0 * y is x: many categories leave many zeros */
                continue;
            for (size_t j = i; j < p; j++)
                row[j] -= factor * pivot_row[j];
        }
    }
}

/* Solve U'U w = b in place. */
static void substitute(const double *u, size_t p, double *b)
{
    for (size_t k = 0; k < p; k++) {
        b[k] /= u[k * p + k];
        for (size_t j = k + 1; j < p; j++)
            b[j] -= u[k * p + j] * b[k];
    }
    for (size_t k = p; k-- > 0;) {
        for (size_t j = k + 1; j < p; j++)
            b[k] -= u[k * p + j] * b[j];
        b[k] /= u[k * p + k];
    }
}

/* Weights of one output with the intercept behind them; -0 becomes +0. */
static void write_weights(const struct fit *fit, const double *w, size_t output, double *ret)
{
    const double n = (double)fit->n;
    double intercept = (double)fit->sum[1 + fit->p + output] / n;
    for (size_t i = 0; i < fit->p; i++)
        intercept -= w[i] * ((double)fit->sum[i + 1] / n);
    memcpy(ret, w, fit->p * sizeof *ret);
    ret[fit->p] = intercept;
    if (fit->target->type == COLUMN_NUMBER) { /* back to units of the target's last digit */
        for (size_t i = 0; i <= fit->p; i++)
            ret[i] = ldexp(ret[i], -fit->target_quant.shift);
        ret[fit->p] += (double)fit->target_quant.centre;
    }
    for (size_t i = 0; i <= fit->p; i++)
        ret[i] += 0.0;
}

static void solve(const struct fit *fit, double *ret_weight)
{
    CLEANUP(mem_free) double *a = mem_get(fit->p * fit->p, sizeof *a);
    CLEANUP(mem_free) double *b = mem_get(fit->outputs * fit->p, sizeof *b);
    equations(fit, a, b);
    cholesky(a, fit->p);
    for (size_t k = 0; k < fit->outputs; k++) {
        substitute(a, fit->p, b + k * fit->p);
        write_weights(fit, b + k * fit->p, k, ret_weight + k * (fit->p + 1));
    }
}

static bool one_class_only(const struct fit *fit)
{
    for (size_t i = 1; i < fit->n; i++)
        if (fit->target->code[fit->row[i]] != fit->target->code[fit->row[0]])
            return false;
    return true;
}

/* Sizes first: what is too large is refused before memory is taken. */
static bool check(const struct fit *fit, struct err *err)
{
    if (fit->target->type == COLUMN_CATEGORY && one_class_only(fit))
        return FAIL(err, ERR_INPUT, _("Choose another split, or collect more."),
                    _("All training rows have the same %.*s, so there is nothing to tell apart."),
                    STR_ARG(fit->target->name));
    if (fit->p > INPUTS_MAX)
        return FAIL(
            err, ERR_LIMIT, _("Leave out columns in which almost every row has a text of its own."),
            _("The features give %zu inputs; this step takes at most %d."), fit->p, INPUTS_MAX);
    return true;
}

bool train_ridge(const struct dataset *data, const struct training *rows, struct arena *arena,
                 struct model *ret, struct err *err)
{
    struct fit fit = {.table = data->table, .target = &data->table->column[data->target]};
    struct model model;
    uint32_t *row;
    if (!train_select(data, rows, arena, &row, &fit.n, err) ||
        !train_begin(data, rows, STR("ridge/1"), arena, &model, err))
        return false;
    fit.row = row;
    model.feature = arena_get(arena, data->feature_n, sizeof *model.feature);
    model.feature_n = data->feature_n;
    inputs_learn(data, fit.row, fit.n, arena, model.feature);
    if (!inputs_bind(model.feature, model.feature_n, data->table, arena, &fit.inputs, err))
        return false;
    fit.p = model.input_n = fit.inputs.input_n;
    fit.outputs = model.task == TASK_CLASSIFICATION ? model.class_n : 1;
    if (!check(&fit, err))
        return false;
    if (model.task == TASK_REGRESSION)
        fit.target_quant = quant_fit(fit.target, fit.row, fit.n);
    fit.left = gram_stride(1 + fit.p);
    fit.stride = gram_stride(1 + fit.p + fit.outputs);
    fit.blocks = block_count(&fit);
    CLEANUP(mem_free) int64_t *sum = mem_get(fit.blocks * fit.left, fit.stride * sizeof *sum);
    CLEANUP(mem_free) double *z = mem_get(fit.blocks * GRAM_ROWS, fit.stride * sizeof *z);
    fit.sum = sum;
    fit.z = z;
    sum_rows(&fit, rows->cluster);
    model.weight = arena_get(arena, fit.outputs * (fit.p + 1), sizeof *model.weight);
    solve(&fit, model.weight);
    *ret = model;
    return true;
}
