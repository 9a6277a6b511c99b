#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Expected values of test/unit/power_test.c: chances that are computed, not drawn, from the standard
library alone: binomial and beta-binomial sums, the non-central t by numerical integration."""
import itertools
import math
from math import comb, exp, lgamma, log


def simpson(f, a, b, n=4000):
    h = (b - a) / n
    return h / 3 * sum((1 if i in (0, n) else 4 if i % 2 else 2) * f(a + i * h) for i in range(n + 1))


def beta_cdf(x, a, b):
    """Continued fraction (Numerical analysis textbooks; Lentz)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_cdf(1 - x, b, a)
    front = exp(a * log(x) + b * log(1 - x) + lgamma(a + b) - lgamma(a) - lgamma(b)) / a
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    f = d
    for m in range(1, 500):
        for k in (m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                  -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))):
            d = 1 / (1 + k * d)
            c = 1 + k / c
            f *= c * d
    return front * f


def beta_quantile(p, a, b):
    low, high = 0.0, 1.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if beta_cdf(middle, a, b) < p else (low, middle)
    return (low + high) / 2


def t_cdf(t, df):
    tail = beta_cdf(df / (df + t * t), df / 2, 0.5) / 2
    return 1 - tail if t > 0 else tail


def t_quantile(p, df):
    low, high = 0.0, 1000.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if t_cdf(middle, df) < p else (low, middle)
    return (low + high) / 2


# One row a unit: exact binomial; the lower end is Clopper-Pearson's.
def one_row(n, p, mark):
    return sum(comb(n, k) * p ** k * (1 - p) ** (n - k) for k in range(1, n + 1)
               if beta_quantile(0.025, k, n - k + 1) >= mark)


print("20 units, 0.9 against 0.75:", one_row(20, 0.9, 0.75))
print("60 units, 0.9 against 0.75:", one_row(60, 0.9, 0.75))
least = next(n for n in range(5, 200) if one_row(n, 0.9, 0.75) >= 0.8)
print("least that reaches 0.8:", least, one_row(least - 1, 0.9, 0.75), one_row(least, 0.9, 0.75))


# Several rows a unit: beta-binomial, all combinations, Korn and Graubard's range as docs/design/intervals.md
# writes it down (with the bound by how often the rarer outcome occurs).
def pmf(m, p, c):
    a, b = p * (1 - c) / c, (1 - p) * (1 - c) / c
    return [comb(m, k) * exp(lgamma(k + a) + lgamma(m - k + b) - lgamma(m + a + b)
                             + lgamma(a + b) - lgamma(a) - lgamma(b)) for k in range(m + 1)]


def korn_graubard_low(hits, m):
    units, n, right = len(hits), len(hits) * m, sum(hits)
    p = right / n
    var = units / (units - 1) * sum(((h - p * m) / n) ** 2 for h in hits)
    if var == 0:
        size = units
    else:
        size = p * (1 - p) / (n - 1) * n / var
        size *= (t_quantile(0.975, n - 1) / t_quantile(0.975, units - 1)) ** 2
        rare = min(right, n - right)
        size = min(size, n / (1 + (m - 1) / (rare + 1)))
    x = p * size
    return beta_quantile(0.025, x, size - x + 1) if x else 0


def several_rows(units, m, p, c, mark):
    one = pmf(m, p, c)
    chance = 0
    for hits in itertools.combinations_with_replacement(range(m + 1), units):
        ways = math.factorial(units)
        q = 1.0
        for k in range(m + 1):
            ways //= math.factorial(hits.count(k))
            q *= one[k] ** hits.count(k)
        if korn_graubard_low(hits, m) >= mark:
            chance += ways * q
    return chance


print("urn of 3 rows, 0.7, alike 0.3:", pmf(3, 0.7, 0.3))
print("12 units of 3 rows, 0.9, alike 0.3, against 0.6:", several_rows(12, 3, 0.9, 0.3, 0.6))


# A slope, a mean: non-central t. P(T >= t) = integral over chi of P(Z >= t chi / sqrt(df) - delta).
def beyond(t, df, delta):
    def density(s):  # of chi with df degrees of freedom
        return exp((df - 1) * log(s) - s * s / 2 - (df / 2 - 1) * log(2) - lgamma(df / 2)) if s > 0 else 0.0

    return simpson(lambda s: density(s) * 0.5 * math.erfc((t * s / math.sqrt(df) - delta) / math.sqrt(2)),
                   0, math.sqrt(df) + 12)


n = 20
sxx = sum((i - (n - 1) / 2) ** 2 for i in range(n))
print("slope of 20 steps, -0.2 against -0.05, spread 1.5:",
      beyond(t_quantile(0.975, n - 2), n - 2, 0.15 * math.sqrt(sxx) / 1.5))
# 4 rows a unit, alike 0.5: the mean of a unit has variance 4 (0.5 + 0.5 / 4) = 2.5
print("mean of 10 units of 4 rows, 2 against 0, spread 2:",
      beyond(t_quantile(0.975, 9), 9, 2 * math.sqrt(10 / 2.5)))
# two sides of 10, pooled: with equal sizes Welch's t has the same statistic; its degrees of freedom are at most 18
print("difference of 10 and 10, 1.5 against 0, spread 1, at most:",
      beyond(t_quantile(0.975, 18), 18, 1.5 * math.sqrt(5)), "at least about",
      beyond(t_quantile(0.975, 14), 14, 1.5 * math.sqrt(5)))

# One-way analysis of variance of 0 and 1, in fractions
from fractions import Fraction as F
hits, sizes = [3, 0, 4, 1], [4, 3, 5, 4]
rows = [[1] * h + [0] * (s - h) for h, s in zip(hits, sizes)]
n, k = sum(sizes), len(sizes)
mean = F(sum(hits), n)
between = sum(s * (F(h, s) - mean) ** 2 for h, s in zip(hits, sizes)) / (k - 1)
within = sum((v - F(sum(r), len(r))) ** 2 for r in rows for v in r) / F(n - k)
size = (n - F(sum(s * s for s in sizes), n)) / (k - 1)
print("alike:", float((between - within) / (between + (size - 1) * within)))
