#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Expected values of test/unit/quant_test.c, by fractions: means, and q = floor((v - c) 2^s + 1/2)."""
from fractions import Fraction as F
from math import floor


def q(c, s, e0, m, e):
    v = F(m) * F(10) ** (e - e0)
    return max(-2 ** 40, min(2 ** 40, floor((v - c) * F(2) ** s + F(1, 2))))


BIG = 10 ** 18
cases = [(2, 17, 0, 15, -1), (2, 17, 0, 1, 0), (5, 3, -1, 12345, -4), (-7, 18, 0, -70000001, -7),
         (100, -3, 0, 87, 0), (100, -3, 0, 88, 0), (100, -3, 0, 879, -1), (0, 0, 0, -5, -1),
         (0, 0, 0, 5, -1), (0, 18, 5, 1, -20), (BIG, -43, 0, -BIG, 0), (0, 10, 0, BIG, 3),
         (0, 10, 0, -BIG, 290), (0, 18, 300, BIG, -300), (3, 5, -2, 3125, -5)]
for c in cases:
    print("    {%d, %d, %d, %d, %d, %d}," % (*c, q(*c)))
for m in ([1, 2], [-1, -2], [-5, 2, 2], [BIG] * 3 + [BIG - 1], [-BIG, -BIG, 1 - BIG], [7, 8, 8],
          [2 ** 53, 2 ** 53 + 1], [2 ** 53 + 1, 2 ** 53 + 2], [0, 0, 1], [3, -4, 1]):
    mean = F(sum(m), len(m))
    print(m, floor(mean + F(1, 2)), float(mean).hex())
