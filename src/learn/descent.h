/* SPDX-License-Identifier: GPL-3.0-or-later */
/* descent: the minimum of a smooth convex function from its gradients alone.
 *
 * L-BFGS: the last HISTORY steps and changes of the gradient say how the function curves. The line
 * search looks only at the slope along the line: where a convex function still falls, or its slope
 * has come down to a half, the step is taken; so no function values are needed. All of it is
 * float64 in fixed order. SOURCE: Nocedal & Wright 2006, Numerical Optimization, algorithm 7.4 and
 * 7.5 (two loops), (7.20) (scale).
 */
#ifndef LEARN_DESCENT_H
#define LEARN_DESCENT_H

#include <stddef.h>

struct descent {
    size_t n;
    unsigned steps_most;
    double enough; /* stop when the squared length of the gradient is at most this */
    void (*gradient)(void *context, const double *x, double *ret);
    void *context;
};

/* x (n): where to start, then where it ended; coordinates should be such that the curvature is
 * about 1 or less, for the first step goes along the gradient as it is. Returns how many gradients
 * were computed: at most 1 + 10 * steps_most, usually 1.1 * steps. Cost: a gradient and 40 * n
 * operations a step; memory 24 * n doubles. */
unsigned descent_run(const struct descent *descent, double *x);

#endif
