/* SPDX-License-Identifier: GPL-3.0-or-later */
/* moments: the sums of all products of inputs, exact and therefore free of order.
 *
 * A row becomes the integers z = (1, x_1 … x_p, y_1 … y_k): the quantised inputs, and the target as
 * +1 / -1 for each class or, in regression, quantised like any number. One scan gives the sums of
 * all products z_i z_j. Everything that least squares and the curvature of logistic regression need
 * follows from these.
 *
 * Bounds: |z| <= 2^18 = 2^QUANT_BITS, so a product is at most 2^36, a sum over 2^26 rows at most
 * 2^62, which fits an int64. Within MOMENTS_ROWS rows the sums run in float64, which holds every
 * integer up to 2^53: at most 2^43 there. No addition rounds, so any order, vector width or
 * contraction gives the same bits, and SSE2 multiplies float64 but not int64. (Pieces of 16 bits
 * would take four multiplications a product: no faster than float64 on any processor.)
 *
 * Only dense inputs are multiplied. A sparse input (inputs.h) is 1 in a few rows: its products with
 * the dense ones are sums of those rows, those with other sparse ones are counts. So a row costs
 * its numbers squared, and little for each category. Classes are sparse too: y = 2 * (0 or 1) - 1.
 */
#ifndef LEARN_MOMENTS_H
#define LEARN_MOMENTS_H

#include "learn/inputs.h"
#include "learn/quant.h"

enum { MOMENTS_ROWS = 128 };

/* Which rows, and what the target is. */
struct moments_of {
    const struct table *table;
    const struct inputs *inputs;
    const uint32_t *row; /* (n) ascending; their target is not missing */
    size_t n;
    const struct column *target; /* NULL: inputs only */
    struct quant target_quant;   /* of a number target */
};

struct moments {
    int64_t n;
    size_t p;        /* inputs */
    size_t outputs;  /* classes, 1 for a number, 0 without a target */
    size_t width;    /* dense columns: 1, dense inputs, a number target; rounded up to tiles */
    size_t sparse_n; /* sparse inputs, then classes */
    uint32_t *place; /* (1 + p + outputs) where z_i is: its column, or width + its sparse number */
    int64_t *dense;  /* (width, width); only tiles on and above the diagonal are defined */
    double *cross;   /* (sparse_n, width) */
    int64_t *count;  /* (sparse_n, sparse_n), on and above the diagonal */
};

/* Sum over the rows: one scan, shared by the ranks. ret's memory belongs to the caller:
 * moments_release. At most INPUTS_MAX inputs. Errors: as scan_run; ret is then empty. */
bool moments_sum(const struct moments_of *of, const struct cluster *cluster, struct moments *ret,
                 struct err *err) MUST_USE;

/* For CLEANUP; {0} is an empty one. */
void moments_release(struct moments *moments);

/* sum z_i z_j, i and j from 0 (the one) over p (the inputs) to p + outputs. */
int64_t moments_of(const struct moments *moments, size_t i, size_t j);

/* The mean of z_i, rounded twice. */
double moments_mean(const struct moments *moments, size_t i);

/* n times the covariance of z_i and z_j, accurate to the last bits though its parts may need 88
 * bits. Exactly 0 if one is constant, and only then on the diagonal. */
double moments_covariance(const struct moments *moments, size_t i, size_t j);

/* The penalty on the square of the weight of input i (from 0): the variance of a number, 1 for an
 * input that is 0 or 1; 0 if it is constant. */
double moments_penalty(const struct moments *moments, size_t i);

#endif
