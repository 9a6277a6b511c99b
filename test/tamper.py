#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tamper with published folders in many ways, and hold both verifiers against each other.

    tamper.py [--cases N] [--seed S] [--only NAME] BASES

BASES holds published folders: plain, later (the same project, later), rows and whole (after rows,
and all data, were taken back), held (held back), other (another project), form (observations by a
form), species (with species and places). $ALLMENDE is the program,
$XDG_CONFIG_HOME holds the keys of the members, for those cases in which a member lies.

Each case says what must come out of `allmende verify` (a state, and words that one of its faults
must hold) and of publication_reader.py (the same state, unless only training or judging again can
find it). Cases of one family differ by the seed; every family runs at least once.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

import publication_reader
from tamper_cases import FAMILIES
from tamper_work import Work, member_seeds


def by_program(w):
    report = w.at.parent / "report.json"
    report.unlink(missing_ok=True)
    done = subprocess.run(
        [os.environ["ALLMENDE"], "--lang", "en", "verify", str(w.at), "--report", str(report)]
        + (["--project", w.project] if w.project else []), capture_output=True, timeout=60)
    if done.returncode not in (0, 1) or not report.exists():
        raise AssertionError("exit %d: %r" % (done.returncode, done.stderr[-500:]))
    found = json.loads(report.read_text(encoding="utf-8"))
    if (found["state"] == "failed") != (done.returncode == 1):
        raise AssertionError("state %s, exit %d" % (found["state"], done.returncode))
    if b"\x1b" in done.stdout + done.stderr:
        raise AssertionError("a control character came out")
    return found


COUNTS = "entries trainings verdicts held_back withdrawn other_program taken_back as_is".split()


def judge(w, wanted):
    """What is wrong, as a list of sentences."""
    first = by_program(w)
    second = publication_reader.Folder(w.at, w.project).report()
    wrong = []
    if first["state"] != wanted.state:
        wrong.append("verify says %s, not %s" % (first["state"], wanted.state))
    if second["state"] != wanted.other:
        wrong.append("the reader says %s, not %s" % (second["state"], wanted.other))
    said = ["%(file)s: %(claim)s. %(what)s" % f for f in first["faults"]]
    if wanted.words and not any(wanted.words in s for s in said):
        wrong.append("no fault says: %s" % wanted.words)
    for who, report in (("verify", first), ("the reader", second)):
        names = {f["file"] for f in report["faults"]}
        if wanted.file and report["state"] == "failed" and wanted.file not in names:
            wrong.append("%s does not name %r" % (who, wanted.file))
    if wanted.state != "failed":
        wrong += ["%s: %d and %d" % (c, first[c], second[c]) for c in COUNTS
                  if first[c] != second[c]]
    return wrong and wrong + said[:6] + ["reader: %s" % f for f in second["faults"][:6]]


def plan(n, seed):
    """n cases, (family, number); each family at least once."""
    rng = random.Random(seed)
    cases = list(FAMILIES)
    cases += rng.choices(FAMILIES, weights=[f[2] for f in FAMILIES], k=max(0, n - len(cases)))
    return [(i, *case) for i, case in enumerate(cases)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only")
    parser.add_argument("bases", type=pathlib.Path)
    args = parser.parse_args()
    seeds, bad, states = member_seeds(), 0, collections.Counter()
    with tempfile.TemporaryDirectory() as scratch:
        for i, name, base, _, function in plan(args.cases, args.seed):
            if args.only and args.only != name:
                continue
            rng = random.Random("%d %d" % (args.seed, i))
            w = Work(args.bases / base, os.path.join(scratch, "copy"), rng, seeds)
            wanted = function(w)
            try:
                wrong = judge(w, wanted)
            except (AssertionError, subprocess.TimeoutExpired) as error:
                wrong = [str(error)]
            states[wanted.state + ("" if wanted.other == wanted.state else ", only by training")] += 1
            if wrong:
                bad += 1
                print("case %d %s:\n  %s" % (i, name, "\n  ".join(wrong)))
    print("%d cases of %d families, %d wrong; wanted: %s" % (
        sum(states.values()), len(FAMILIES), bad,
        ", ".join("%s %d" % pair for pair in sorted(states.items()))))
    return 1 if bad or not states else 0


if __name__ == "__main__":
    sys.exit(main())
