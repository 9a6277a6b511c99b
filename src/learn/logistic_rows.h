/* SPDX-License-Identifier: GPL-3.0-or-later */
/* logistic_rows: training rows kept for many passes, and one pass over them.
 *
 * A pass computes for each row what the weights say of each class, how far that is from the truth,
 * and sums these residuals times the inputs. Rows lie in blocks of LOGISTIC_LANES, input by input,
 * so that neighbouring numbers belong to neighbouring rows.
 *
 * Exactness: what a row says is float64 in the order of the inputs (dense ones first, then sparse
 * ones), whatever the width of vectors. A residual (p - y) * weight is rounded to a whole number of
 * 2^-26, so the sums over rows are sums of integers: |residual| <= 2^26, |x| <= 2^18, at most 2^16
 * rows, so a sum is below 2^60. Within PASS_ROWS = 512 rows they run in float64: below 2^53.
 */
#ifndef LEARN_LOGISTIC_ROWS_H
#define LEARN_LOGISTIC_ROWS_H

#include "base/cpu.h"
#include "learn/inputs.h"

enum { LOGISTIC_LANES = 64, LOGISTIC_ROWS_MAX = 1 << 16, LOGISTIC_BITS = 26 };

struct logistic_rows {
    size_t n;
    const struct inputs *inputs;
    size_t outputs; /* 1 for two classes: the log odds of the second; else one for each class */
    float *x;       /* (blocks of LOGISTIC_LANES rows, dense_n, LOGISTIC_LANES) integers to 2^18 */
    uint16_t *list; /* (n, list_n) sparse numbers that are 1 */
    uint16_t *listed;      /* (n) how many */
    uint16_t *class_index; /* (n) */
    const double *weight;  /* (classes) at most 1: how much an error counts; NULL: 1 */
};

/* Bytes of a row, for limits. */
size_t logistic_row_bytes(size_t features);

/* Keep rows (n), n <= LOGISTIC_ROWS_MAX; class_of[code of the target] is the class. One scan. What
 * ret points to belongs to the caller: logistic_rows_release. Errors: as scan_run. */
struct logistic_of {
    const struct dataset *data;
    const struct inputs *inputs;
    const uint32_t *row; /* (n) ascending */
    size_t n;
    const uint16_t *class_of;
    size_t outputs;
    const double *weight; /* as above */
};
bool logistic_keep(const struct logistic_of *of, const struct cluster *cluster,
                   struct logistic_rows *ret, struct err *err) MUST_USE;
void logistic_rows_release(struct logistic_rows *rows);

/* One pass, shared by the ranks.
 * weight  (outputs, input_n + 1), the intercept behind the weights
 * ret     (outputs, input_n + 1): for each input the sum of residual * input, last the sum of the
 *         residuals, in units of 2^-LOGISTIC_BITS
 * Cost: 2 * n * (dense inputs + listed ones) * outputs multiplications, n * outputs exponentials.
 */
void logistic_pass(const struct logistic_rows *rows, const double *weight,
                   const struct cluster *cluster, int64_t *ret);

/* The kernels of a pass, for a level of instructions that this processor has.
 * outputs  o[r] += sum over j of weight[j] * x[j, r], j ascending
 * sums     ret[j] += sum over r of residual[r] * x[j, r]
 * x (n, LOGISTIC_LANES); o, residual (LOGISTIC_LANES) */
struct logistic_kernel {
    void (*outputs)(const float *x, size_t n, const double *weight, double *o);
    void (*sums)(const float *x, size_t n, const double *residual, double *ret);
};
struct logistic_kernel logistic_kernel_at(enum cpu_level level);

#endif
