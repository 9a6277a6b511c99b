/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ridge/2: least squares with a penalty.
 *
 * The target is +1 / -1 for each class or, in regression, quantised like any number. Everything
 * follows from the exact sums of products of inputs and target (moments.h):
 *
 *   c_ij = sum x_i x_j - (sum x_i) (sum x_j) / n       n times the covariance
 *   A    = c with c_ii + v_i on the diagonal           v_i = c_ii / n for numbers, 1 for 0 or 1
 *   A w  = c_xy                                        by A = U'U (Cholesky)
 *   w_0  = mean y - sum w_i mean x_i
 *
 * Why c_ii / n: an input divided by its standard deviation s_i has the weight w_i s_i, so the
 * penalty 1 on its square is s_i^2 = c_ii / n on w_i^2. Inputs need not be divided for that.
 * Inputs that are 0 or 1 are not standardised: a category of k rows then has k / (k + 1) of its own
 * weight, where ridge/1 left it n / (n + 1) and so learned what single rows said.
 * Cholesky depends only on A scaled to a unit diagonal: it succeeds if the smallest eigenvalue of
 * that is above about p (p + 1) 2^-53 <= 2^-29 (Demmel's theorem; Higham 2002, Accuracy and
 * Stability of Numerical Algorithms, section 10.1). Here it is at least 1 / (n + 1) > 2^-27, so a
 * pivot is never zero or less.
 *
 * Two scans: one for means, farthest values and categories, one for the products.
 *
 * Dropped: 128-bit sums (armhf has none); centring in float64 (cancels where a category
 * is nearly constant); dividing by standard deviations before solving (more roundings, no gain).
 */
#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "learn/cholesky.h"
#include "learn/moments.h"
#include "learn/train.h"

/* Where a double is computed with more digits (x87: build with -mfpmath=sse), bits would differ. */
static_assert(FLT_EVAL_METHOD == 0, "operations on double must round to double");

/* A (p, p), upper half, and right-hand sides b (outputs, p), from the sums. */
static void equations(const struct moments *m, double *a, double *b)
{
    for (size_t i = 0; i < m->p; i++) {
        for (size_t j = i; j < m->p; j++)
            a[i * m->p + j] = moments_covariance(m, 1 + i, 1 + j);
        double *diagonal = &a[i * m->p + i];
        *diagonal = *diagonal == 0 ? 1 : *diagonal + moments_penalty(m, i);
        for (size_t k = 0; k < m->outputs; k++)
            b[k * m->p + i] = moments_covariance(m, 1 + i, 1 + m->p + k);
    }
}

/* Weights of one output with the intercept behind them; -0 becomes +0. */
static void write_weights(const struct moments *m, const struct moments_of *of, const double *w,
                          size_t output, double *ret)
{
    double intercept = moments_mean(m, 1 + m->p + output);
    for (size_t i = 0; i < m->p; i++)
        intercept -= w[i] * moments_mean(m, 1 + i);
    memcpy(ret, w, m->p * sizeof *ret);
    ret[m->p] = intercept;
    if (of->target->type == COLUMN_NUMBER) { /* back to units of the target's last digit */
        for (size_t i = 0; i <= m->p; i++)
            ret[i] = ldexp(ret[i], -of->target_quant.shift);
        ret[m->p] += (double)of->target_quant.centre;
    }
    for (size_t i = 0; i <= m->p; i++)
        ret[i] += 0.0;
}

static void solve(const struct moments *m, const struct moments_of *of,
                  const struct cluster *cluster, double *ret_weight)
{
    CLEANUP(mem_free) double *a = mem_get(m->p * m->p, sizeof *a);
    CLEANUP(mem_free) double *b = mem_get(m->outputs * m->p, sizeof *b);
    equations(m, a, b);
    cholesky(a, m->p, cluster);
    cholesky_down(a, m->p, b, m->outputs, cluster);
    cholesky_up(a, m->p, b, m->outputs, cluster);
    for (size_t k = 0; k < m->outputs; k++)
        write_weights(m, of, b + k * m->p, k, ret_weight + k * (m->p + 1));
}

bool train_ridge(const struct dataset *data, const struct training *rows, struct arena *arena,
                 struct model *ret, struct err *err)
{
    struct moments_of of = {.table = data->table, .target = &data->table->column[data->target]};
    CLEANUP(moments_release) struct moments moments = {.n = 0};
    struct inputs inputs;
    struct model model;
    uint32_t *row;
    if (!train_select(data, rows, arena, &row, &of.n, err) ||
        !train_two_classes(of.target, row, of.n, err) ||
        !train_begin(data, rows, STR("ridge/2"), arena, &model, err) ||
        !train_inputs(&(struct inputs_from){data, row, of.n, rows->cluster}, arena, &model, &inputs,
                      err))
        return false;
    of.row = row;
    of.inputs = &inputs;
    if (of.target->type == COLUMN_NUMBER)
        of.target_quant = quant_fit(of.target, row, of.n);
    if (!moments_sum(&of, rows->cluster, &moments, err))
        return false;
    model.weight = arena_get(arena, moments.outputs * (moments.p + 1), sizeof *model.weight);
    solve(&moments, &of, rows->cluster, model.weight);
    *ret = model;
    return true;
}
