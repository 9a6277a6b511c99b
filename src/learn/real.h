/* SPDX-License-Identifier: GPL-3.0-or-later */
/* real: the few functions of analysis that we need, the same bits everywhere.
 *
 * Made of + - * / sqrt and the exact functions frexp, ldexp, floor, rint, fabs only, in a fixed
 * order; libm's exp, log, pow differ between systems (measured: glibc x86-64, armhf, musl).
 * Accuracy, against 40 digits: exp, log, atanh and tanh within 2 units in the last place; the
 * others 1e-12 relative, but ln Gamma 1e-14 absolute near its zeros 1 and 2, and what is near 1 or
 * p near 1/2 as far as the double that was given allows (test/unit/real_test.c).
 */
#ifndef LEARN_REAL_H
#define LEARN_REAL_H

#include <stddef.h>

/* e^x; 0 below -745, infinity above 709.78. */
double real_exp(double x);

/* x[i] = e^x[i] for n numbers: the bits of real_exp between -708 and 708; 0 below -708, and
 * above 708 as at 708. Cost: a fifth of n calls. */
void real_exps(double *x, size_t n);

/* The natural logarithm, x > 0. */
double real_log(double x);

/* ln Gamma(x), x > 0. SOURCE: Stirling's series, DLMF 5.11.1. */
double real_lgamma(double x);

/* The regularised incomplete beta function I_x(a, b), a, b > 0, 0 <= x <= 1.
 * SOURCE: DiDonato & Morris 1992, ACM TOMS 18(3). Cost: 0.3 to 1 us, more with the root of a + b.
 */
double real_beta(double x, double a, double b);

/* The x with I_x(a, b) = p: bisection to the last bit in 62 steps, monotone in p. */
double real_beta_quantile(double p, double a, double b);

/* P(T <= t) for Student's t with df > 0 degrees of freedom (df need not be whole). */
double real_student(double t, double df);

/* The t with P(T <= t) = p, 0 < p < 1. */
double real_student_quantile(double p, double df);

/* The z with P(Z <= z) = p for the normal distribution. */
double real_normal_quantile(double p);

/* atanh and tanh, for Fisher's z. */
double real_atanh(double x);
double real_tanh(double x);

#endif
