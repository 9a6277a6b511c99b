/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cholesky: A = U'U for symmetric positive definite A, and systems with U.
 *
 * Fixed order: each element receives its subtractions in ascending k, one rounding after each
 * product and each subtraction, whatever blocks, vectors and threads do; so all of them give the
 * bits of the three loops in cholesky_plain. SOURCE: Golub & Van Loan 2013, Matrix Computations,
 * algorithm 4.2.1 and section 4.2.9 (blocks).
 */
#ifndef LEARN_CHOLESKY_H
#define LEARN_CHOLESKY_H

#include "cluster/cluster.h"

/* A (p, p) becomes U, in the upper half; the lower one is not looked at, and may change. A pivot
 * must never be zero or less: that is a fault of the caller. Cost: p^3 / 6 multiplications. */
void cholesky(double *a, size_t p, const struct cluster *cluster);

/* The same as three loops: the twin that the tests compare with. */
void cholesky_plain(double *a, size_t p);

/* U'x = b and U x = b in place: b (n, p), n systems at once, spread over the threads. Of each
 * element of b what is subtracted comes in ascending k. Cost: n * p^2 / 2 multiplications; going
 * up, each waits for the one before. */
void cholesky_down(const double *u, size_t p, double *b, size_t n, const struct cluster *cluster);
void cholesky_up(const double *u, size_t p, double *b, size_t n, const struct cluster *cluster);

/* For many solutions with the same U: copy it, turned over, into the lower half; then go up in
 * descending k, where nothing waits. Other bits than cholesky_up. */
void cholesky_mirror(double *u, size_t p);
void cholesky_up_mirrored(const double *u, size_t p, double *b, size_t n,
                          const struct cluster *cluster);

#endif
