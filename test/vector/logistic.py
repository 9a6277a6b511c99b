#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Expected probabilities of test/unit/logistic_test.c, by scikit-learn's LogisticRegression (1.2.1).

The small table of ridge.py: a (missing: its rounded mean) and b standardised over the 8 training
rows, a's indicator, categories x, y, z (w does not occur there), k (constant).
"""
import numpy as np
from sklearn.linear_model import LogisticRegression

TRAIN = 8
a = [12, 15, None, 30, 21, 18, 27, 9, 33, 24]
b = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3]
c = "xyzxyxxyzw"
three = np.array(list("pqrqprqpqr"))
two = np.array(list("nynnynyyyn"))
known = [v for v in a[:TRAIN] if v is not None]
centre = int(np.floor(sum(known) / len(known) + 0.5))
x = np.array([[centre if v is None else v, v is None, w, *(t == "x", t == "y", t == "z")]
              for v, w, t in zip(a, b, c)], float)
numbers = [0, 2]  # the others are 0 or 1
x[:, numbers] = (x[:, numbers] - x[:TRAIN, numbers].mean(0)) / x[:TRAIN, numbers].std(0)


def show(name, y, **options):
    model = LogisticRegression(tol=1e-13, max_iter=100000, **options).fit(x[:TRAIN], y[:TRAIN])
    print(name, model.classes_)
    for column in model.predict_proba(x).T:
        print("  {" + ", ".join(repr(float(v)) for v in column) + "},")


show("three classes", three)
show("two classes", two)
show("three classes, weighted", three, class_weight={"p": 0.25, "q": 3.0, "r": 1.5})
show("two classes, weighted", two, class_weight={"n": 0.5, "y": 2.0})
