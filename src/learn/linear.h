/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linear: what a linear model says of rows, many at once. */
#ifndef LEARN_LINEAR_H
#define LEARN_LINEAR_H

#include "learn/inputs.h"

enum { LINEAR_ROWS = 64 };

/* The outputs of rows, at most LINEAR_ROWS: for each the intercept, then weight * input added for
 * the first, second, … input, one rounding after each operation. (Inputs that are 0 are left out:
 * they add nothing.)
 * weight  (outputs, input_n + 1), the intercept behind the weights
 * ret     (outputs, LINEAR_ROWS)
 * Exact: float64 in fixed order. A weight is at most 2^900 and an input at most 2^40, so no sum of
 * 4,001 is infinite. */
void linear_outputs(const double *weight, size_t outputs, const struct inputs *inputs,
                    const struct input_rows *rows, double *ret);

/* Probabilities instead of outputs, in place: p_k = e^(o_k - m) / s, m the largest output and s the
 * sum over the classes in their order; e^x is 0 below -708. o (outputs, LINEAR_ROWS). */
void linear_softmax(double *o, size_t outputs);

/* 1 / (1 + e^-o) instead of o, in place. o (LINEAR_ROWS). */
void linear_sigmoid(double *o);

#endif
