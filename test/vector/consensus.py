#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shared answers of an export of answers, computed plainly: majority, Dawid-Skene, alpha.

  consensus.py ANSWERS.csv GOLD.csv ITEM TRUTH

ANSWERS has task,worker,label. Nothing but the standard library, real numbers as they come, no code
shared with the program. Prints how many items are right, how many are called over 99 % sure, alpha.
"""
import csv
import json
import math
import sys
from collections import Counter, defaultdict

SMOOTH = 0.01


def majority(answers):
    """Most frequent; ties: more frequent over all, then first in byte order."""
    overall = Counter(label for given in answers.values() for label in given.values())
    best = {}
    for item, given in answers.items():
        counts = Counter(given.values())
        best[item] = min(counts, key=lambda c: (-counts[c], -overall[c], c.encode()))
    return best


def dawid_skene(answers):
    """{item: {label: probability}} by EM, from the shares of the answers."""
    labels = sorted({label for given in answers.values() for label in given.values()})
    truth = {item: {c: sum(a == c for a in given.values()) / len(given) for c in labels}
             for item, given in answers.items()}
    for _ in range(200):
        prior = {c: math.log(sum(t[c] for t in truth.values()) / len(truth) + 1e-12) for c in labels}
        table = defaultdict(lambda: SMOOTH)
        whole = defaultdict(lambda: SMOOTH * len(labels))
        for item, given in answers.items():
            for worker, label in given.items():
                for c in labels:
                    table[worker, c, label] += truth[item][c]
                    whole[worker, c] += truth[item][c]
        moved = 0
        for item, given in answers.items():
            score = {c: prior[c] + sum(math.log(table[w, c, label] / whole[w, c])
                                       for w, label in given.items()) for c in labels}
            best = max(score.values())
            likely = {c: math.exp(s - best) for c, s in score.items()}
            total = sum(likely.values())
            now = {c: p / total for c, p in likely.items()}
            moved = max(moved, *(abs(now[c] - truth[item][c]) for c in labels))
            truth[item] = now
        if moved < 1e-8:
            break
    return truth


def alpha(answers):
    """Krippendorff's, nominal: pairs of answers to the same item, against pairs of any two."""
    counts = [Counter(given.values()) for given in answers.values() if len(given) > 1]
    totals = sum(counts, Counter())
    n = sum(totals.values())
    observed = sum((sum(c.values()) ** 2 - sum(v * v for v in c.values())) / (sum(c.values()) - 1)
                   for c in counts)
    return 1 - observed / ((n * n - sum(v * v for v in totals.values())) / (n - 1))


def main(path, gold_path, item, truth):
    answers = defaultdict(dict)
    for row in csv.DictReader(open(path, encoding="utf-8")):
        answers[row["task"]].setdefault(row["worker"], row["label"])
    gold = {row[item]: row[truth] for row in csv.DictReader(open(gold_path, encoding="utf-8"))}
    found = dawid_skene(answers)
    print(json.dumps({
        "majority": sum(gold.get(i) == a for i, a in majority(answers).items()),
        "dawid_skene": sum(gold.get(i) == max(t, key=t.get) for i, t in found.items()),
        "sure": sum(max(t.values()) > 0.99 for t in found.values()), "alpha": alpha(answers)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
