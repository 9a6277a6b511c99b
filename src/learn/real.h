/* SPDX-License-Identifier: GPL-3.0-or-later */
/* real: the few functions of analysis that we need, the same bits everywhere.
 *
 * Made of + - * / sqrt and the exact functions frexp, ldexp, floor, rint, fabs only, in a fixed
 * order; libm's exp, log, pow differ between systems (measured: glibc x86-64, armhf, musl).
 * Accuracy: exp and log within 2 units in the last place, the others about 1e-12 relative
 * (test/unit/real_test.c).
 */
#ifndef LEARN_REAL_H
#define LEARN_REAL_H

/* e^x; 0 below -745, infinity above 709.78. */
double real_exp(double x);

/* The natural logarithm, x > 0. */
double real_log(double x);

/* ln Gamma(x), x > 0. SOURCE: Lanczos 1964 or Stirling with correction, named in real.c. */
double real_lgamma(double x);

/* The regularised incomplete beta function I_x(a, b), a, b > 0, 0 <= x <= 1.
 * SOURCE: Lentz's continued fraction, DLMF 8.17.22. */
double real_beta(double x, double a, double b);

/* The x with I_x(a, b) = p: bisection to the last bit, monotone in p. */
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
