#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Expected values of test/unit/ridge_test.c, by the textbook and with 60 digits.

Numbers are standardised (population standard deviation), inputs that are 0 or 1 are not; missing numbers take the rounded mean of
the training rows, the penalty is 1, the normal equations are solved by Gauss-Jordan elimination.
Nothing here knows of quantised integers or of Cholesky. The regression's intercept and weights come
out the same with exact fractions (test at the end).
"""
from decimal import Decimal, getcontext
from fractions import Fraction

getcontext().prec = 60
TRAIN = 8
A = [12, 15, None, 30, 21, 18, 27, 9, 33, 24]  # tenths
B = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3]
C = ["x", "y", "z", "x", "y", "x", "x", "y", "z", "w"]
K = [7] * 10
CLASS = ["p", "q", "r", "q", "p", "r", "q", "p", "q", "r"]
VALUE = [125, -50, 310, 275, 99, 401, 330, -12, 200, 150]  # hundredths


def solve(a, b):
    n = len(b)
    m = [row[:] + [b[i]] for i, row in enumerate(a)]
    for c in range(n):
        p = max(range(c, n), key=lambda r: abs(m[r][c]))
        m[c], m[p] = m[p], m[c]
        m[c] = [v / m[c][c] for v in m[c]]
        for r in range(n):
            if r != c:
                f = m[r][c]
                m[r] = [x - f * y for x, y in zip(m[r], m[c])]
    return [row[n] for row in m]


def centre(column):
    seen = [v for v in column[:TRAIN] if v is not None]
    return (2 * sum(seen) + len(seen)) // (2 * len(seen))


def inputs():
    c = centre(A)
    kinds = sorted(set(C[:TRAIN]))
    return [[Decimal(c if A[r] is None else A[r]), Decimal(A[r] is None), Decimal(B[r])]
            + [Decimal(C[r] == k) for k in kinds] + [Decimal(K[r])] for r in range(10)]


NUMBERS = (0, 2, 6)  # of the inputs; the others are 0 or 1


def ridge(x, y):
    n, p = TRAIN, len(x[0])
    mean = [sum(x[r][i] for r in range(n)) / n for i in range(p)]
    sd = [(sum((x[r][i] - mean[i]) ** 2 for r in range(n)) / n).sqrt() or Decimal(1)
          if i in NUMBERS else Decimal(1) for i in range(p)]
    z = [[(row[i] - mean[i]) / sd[i] for i in range(p)] for row in x]
    my = sum(y[:n]) / n
    a = [[sum(z[r][i] * z[r][j] for r in range(n)) + (i == j) for j in range(p)] for i in range(p)]
    b = solve(a, [sum(z[r][i] * (y[r] - my) for r in range(n)) for i in range(p)])
    return [my + sum(row[i] * b[i] for i in range(p)) for row in z]


def ridge_fractions(x, y):
    """The same without standardising: penalty on w_i is the variance of a number, else 1."""
    n, p = TRAIN, len(x[0])
    x = [[Fraction(int(v)) for v in row] for row in x]
    mean = [sum(x[r][i] for r in range(n)) / n for i in range(p)]
    d = [[v - mean[i] for i, v in enumerate(row)] for row in x]
    my = Fraction(sum(y[:n]), n)
    a = [[sum(d[r][i] * d[r][j] for r in range(n)) for j in range(p)] for i in range(p)]
    for i in range(p):
        a[i][i] = a[i][i] + (a[i][i] / n if i in NUMBERS else 1) if a[i][i] else Fraction(1)
    w = solve(a, [sum(d[r][i] * (y[r] - my) for r in range(n)) for i in range(p)])
    return [my + sum(v * w[i] for i, v in enumerate(row)) for row in d]


x = inputs()
for name in sorted(set(CLASS)):
    scores = ridge(x, [Decimal(1 if c == name else -1) for c in CLASS])
    print(name, ", ".join("%.17g" % s for s in scores))
values = ridge(x, [Decimal(v) / 100 for v in VALUE])
print("value", ", ".join("%.17g" % v for v in values))
for v, f in zip(values, ridge_fractions(x, VALUE)):
    assert abs(Fraction(v) - f / 100) < Fraction(1, 10 ** 50)
