#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole processes side by side: Allmende and the programs that people would use otherwise.

    make bench                         all groups
    python3 bench/bench.py penguins tab1m [--runs 3] [--threads 1,2] [--peers FOLDER]

Each line is a whole process, from the file to the score: CPU seconds (user and system), wall seconds,
peak memory, the score on the part set aside, and of ours the model's hash. All lines of a task run in
turn, one at a time, and medians are shown; a ratio is ours by the better of the two peers with the
best score of that kind. Peers are scripts in a folder beside the checkout that take the arguments
DATA TEST TARGET PEER THREADS and print a line of JSON; where it is missing only ours is measured.
`sse2` is our program held to the instructions of an old laptop (ALLMENDE_CPU=sse2).

Results go to out/bench/results.json and, as tables, to out/bench/results.md and the terminal.
"""

import argparse
import json
import os
import pathlib
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parent.parent
OUT = TOP / "out" / "bench"
PROGRAM = TOP / "out" / "allmende"
SHARED = pathlib.Path(os.environ.get("ALLMENDE_SHARED", TOP.parent / "shared"))
DATA = SHARED / "data"
TREES = ["histgb", "xgboost"]
LINEAR = ["ridge", "logistic"]
MEASURES = "bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g"
ROOM = "temperature,humidity,light,co2,humidity_ratio,occupied"
SENSORS = "PT08_S1_CO,PT08_S2_NMHC,PT08_S3_NOx,PT08_S4_NO2,PT08_S5_O3,T,RH,AH"


class Task:
    """One question: how we are asked, how the peers are, and what counts."""

    def __init__(self, name, ours, theirs, score="accuracy", peers=None):
        self.name, self.ours, self.theirs, self.score = name, ours, theirs, score
        self.peers = peers or (LINEAR + TREES if score == "accuracy" else ["ridge"] + TREES)

    def kinds(self):
        """Rungs of ours, and the peers of the same kind."""
        linear = [p for p in self.peers if p in LINEAR]
        trees = [p for p in self.peers if p in TREES]
        return [("1", linear), ("2", trees), ("0,1,2", self.peers)]


def penguins():
    folder = DATA / "penguins"
    table, split = str(folder / "penguins.csv"), str(folder / "split.csv")
    for target, extra in (("species", ""), ("species", ",sex,island"), ("sex", ",species"),
                          ("island", ",species")):
        yield Task(f"penguins: {target} from 4 measurements{extra}",
                   [table, "--split", split, "--target", target, "--features", MEASURES + extra],
                   [table, "split:" + split, target, "--use", MEASURES + extra])


def room():
    folder = DATA / "room-occupancy"
    train = str(folder / "datatraining.txt")
    for test in ("datatest", "datatest2"):
        file = str(folder / (test + ".txt"))
        for drop in ("", "light"):
            yield Task(f"room-occupancy: {test}" + (", without light" if drop else ""),
                       [train, "--test", file, "--names", ROOM, "--target", "occupied"] +
                       (["--ignore", drop] if drop else []),
                       [train, "file:" + file, "occupied", "--names", ROOM] +
                       (["--drop", drop] if drop else []))


def frog():
    folder = DATA / "frog-calls"
    table, split = str(folder / "Frogs_MFCCs.csv"), str(folder / "split.csv")
    for column in ("split_random", "split_blocked"):
        yield Task(f"frog-calls: {column}",
                   [table, "--split", f"{split}:{column}", "--target", "Species"],
                   [table, f"split:{split}:{column}", "Species"])


def air():
    table = str(DATA / "air-quality-italy" / "AirQualityUCI.csv")
    yield Task("air-quality-italy: CO_GT from sensors",
               [table, "--rows-test", "7111-9357", "--target", "CO_GT", "--missing", "-200",
                "--features", SENSORS],
               [table, "where:@row > 7110", "CO_GT", "--regress", "--missing", "-200", "--use",
                SENSORS], "rmse")


def beijing():
    """The split by time is not one column; it is written into a file beside the table."""
    archive = DATA / "beijing-air" / "PRSA_Data_20130301-20170228.zip"
    folder = OUT / "beijing"
    if not folder.exists():
        shutil.unpack_archive(archive, folder)
    files = sorted(str(f) for f in folder.rglob("PRSA_Data_*.csv"))
    split = OUT / "beijing-split.csv"
    with open(split, "w", encoding="ascii") as out:
        out.write("split\n")
        for name in files:
            with open(name, encoding="utf-8") as rows:
                next(rows)
                for row in rows:
                    year, month = row.split(",")[1:3]
                    later = int(year) == 2017 or (int(year) == 2016 and int(month) >= 3)
                    out.write("test\n" if later else "train\n")
    yield Task("beijing-air: PM2.5 one hour ahead",
               files + ["--split", str(split), "--group", "station", "--next", "1", "--target",
                        "PM2.5", "--ignore", "No"],
               [str(archive), "where:year == 2017 or (year == 2016 and month >= 3)", "PM2.5",
                "--regress", "--ahead", "1", "--within", "station", "--drop", "No"], "rmse")


def ice():
    table = str(DATA / "lake-ice" / "ntl_icecover.csv")
    yield Task("lake-ice: ice_duration from year and lake",
               [table, "--split", "year>=1990", "--target", "ice_duration", "--features",
                "year,lakeid"],
               [table, "where:year >= 1990", "ice_duration", "--regress", "--use", "year,lakeid"],
               "rmse")


def crab():
    table = str(DATA / "pie-crab" / "pie_crab.csv")
    marked = OUT / "pie-crab.csv"
    with open(table, encoding="utf-8") as rows, open(marked, "w", encoding="utf-8") as out:
        header = next(rows).rstrip("\n")
        site = header.replace('"', "").split(",").index("site")
        out.write(header + ",side\n")
        for row in rows:
            test = row.replace('"', "").split(",")[site] in ("GTM", "NIB", "PIE")
            out.write(row.rstrip("\n") + (",test\n" if test else ",train\n"))
    yield Task("pie-crab: size from latitude and temperatures",
               [str(marked), "--split", "side", "--target", "size", "--ignore", "date,site,name"],
               [table, "where:site in ['GTM', 'NIB', 'PIE']", "size", "--regress", "--drop",
                "date,site,name"], "rmse")


def gentable(peers, rows, seed):
    """The generated table of the peers' folder, in out/bench."""
    tool, file = OUT / "gentable", OUT / f"tab-{rows}-{seed}.csv"
    if not tool.exists():
        subprocess.run(["cc", "-std=c17", "-O2", "-o", tool, peers / "gentable.c"], check=True)
    if not file.exists():
        with open(file, "wb") as out:
            subprocess.run([tool, str(rows), str(seed)], stdout=out, check=True)
    return str(file)


def tab1m(peers=None, rows=1_000_000):
    if not peers:
        return
    train, test = gentable(peers, rows, 1), gentable(peers, rows // 5, 2)
    yield Task(f"generated table, {rows:,} rows: y", [train, "--test", test, "--target", "y"],
               [train, "file:" + test, "y"], peers=["logistic"] + TREES)


def made_table(name, rows, columns, classes):
    """A table whose class leans on the first five columns; the same bytes for the same sizes."""
    file = OUT / f"made-{name}.csv"
    if file.exists():
        return str(file)
    draw = random.Random(rows * 31 + columns * 7 + classes)
    with open(file, "w", encoding="ascii") as out:
        out.write(",".join(f"x{c}" for c in range(columns)) + ",y\n")
        for _ in range(rows):
            row = [draw.randrange(100000) for _ in range(columns)]
            place = sum(row[:5]) // 5 + (row[0] > 50000) * (row[1] - 50000) // 2
            noise = draw.randrange(-8000, 8000)
            kind = max(0, min(classes - 1, (place + noise - 10000) * classes // 80000))
            out.write(",".join(map(str, row)) + f",k{kind}\n")
    return str(file)


def scaling():
    """How cost grows: only ours."""
    sizes = [("rows", r, 20, 2) for r in (1_000, 10_000, 100_000, 1_000_000)]
    sizes += [("columns", 20_000, c, 2) for c in (10, 30, 100, 300)]
    sizes += [("classes", 20_000, 20, k) for k in (2, 5, 20, 100)]
    for what, rows, columns, classes in sizes:
        file = made_table(f"{rows}-{columns}-{classes}", rows, columns, classes)
        yield Task(f"scaling over {what}: {rows:,} rows, {columns} columns, {classes} classes",
                   [file, "--target", "y", "--random-rows", "--why", "made up"], None, peers=[])


GROUPS = {"penguins": penguins, "room": room, "frog": frog, "air": air, "beijing": beijing,
          "ice": ice, "crab": crab, "tab1m": tab1m, "scaling": scaling}


def run(command, environment=None):
    """A whole process: (output, CPU seconds, wall seconds, MiB), or None with what it said."""
    start = time.monotonic()
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said,
                                 env={**os.environ, **(environment or {})})
        output = child.stdout.read()
        _, child.returncode, used = os.wait4(child.pid, 0)
        wall = time.monotonic() - start
        said.seek(0)
        complaint = said.read().decode(errors="replace")
    if child.returncode:
        return None, complaint[-300:]
    return (output.decode(), used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024), None


def ours(task, rungs, threads, level):
    command = [str(PROGRAM), "try", *task.ours, "--rungs", rungs, "--threads", str(threads), "--json"]
    got, why = run(command, {"ALLMENDE_CPU": level} if level else None)
    if not got:
        return {"failed": why}
    said = json.loads(got[0])
    return {"score": said["test"][task.score], "cpu_s": got[1], "wall_s": got[2], "mib": got[3],
            "model": said["model"]["id"], "chosen": said.get("chosen")}


def theirs(task, peer, threads, peers):
    data, test, target, *options = task.theirs
    got, why = run(["/usr/bin/python3", str(peers / "table.py"), data, test, target, peer,
                    str(threads), *options])
    if not got:
        return {"failed": why}
    said = json.loads(got[0].strip().splitlines()[-1])
    return {"score": said[task.score], "cpu_s": got[1], "wall_s": got[2], "mib": got[3]}


def median_of(results):
    """Medians of the runs that worked; scores and hashes are those of the first."""
    fine = [r for r in results if "failed" not in r]
    if not fine:
        return results[0]
    line = dict(fine[0])
    for key in ("cpu_s", "wall_s", "mib"):
        line[key] = statistics.median(r[key] for r in fine)
    line["runs"] = len(fine)
    if len({r.get("model") for r in fine}) > 1:
        line["failed"] = "the model differs from run to run"
    return line


def measure(task, options, peers):
    """All lines of a task, in turn: so a busy minute falls on all of them."""
    lines = {}
    for rungs, _ in task.kinds():
        for threads in options.threads:
            lines["ours", rungs, threads, ""] = []
        lines["ours", rungs, 1, "sse2"] = []
    for peer in task.peers if peers and task.theirs else []:
        for threads in options.threads:
            lines["peer", peer, threads, ""] = []
    for number in range(options.runs):
        for key, results in lines.items():
            who, what, threads, level = key
            if number and (results[0].get("failed") or results[0]["cpu_s"] > options.long):
                continue
            results.append(ours(task, what, threads, level) if who == "ours"
                           else theirs(task, what, threads, peers))
            print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return {key: median_of(results) for key, results in lines.items()}


def ratio(task, lines, rungs, threads):
    """Ours by the cheaper of those peers of the kind whose score is the best, less 0.005."""
    kind = dict(task.kinds())[rungs]
    peers = [lines["peer", p, threads, ""] for p in kind if ("peer", p, threads, "") in lines]
    peers = [p for p in peers if "failed" not in p]
    mine = lines["ours", rungs, threads, ""]
    if not peers or "failed" in mine:
        return ""
    sign = 1 if task.score == "accuracy" else -1
    best = max(sign * p["score"] for p in peers)
    near = [p for p in peers if sign * p["score"] >= best - 0.005 * abs(best)]
    cpu, mib = min(p["cpu_s"] for p in near), min(p["mib"] for p in near)
    return f"{mine['cpu_s'] / cpu:.3f} / {mine['mib'] / mib:.3f}"


def table_of(task, lines):
    """The lines of a task as Markdown."""
    text = [f"### {task.name}", "",
            f"| who | threads | {task.score} | CPU s | wall s | MiB | CPU / memory by the best peer "
            "| model |", "| --- | ---: | ---: | ---: | ---: | ---: | --- | --- |"]
    for (who, what, threads, level), line in lines.items():
        name = {"1": "step 1", "2": "step 2", "0,1,2": "all steps"}.get(what, what)
        name = f"Allmende, {name}" + (f", {level} only" if level else "") if who == "ours" else name
        if "failed" in line:
            text.append(f"| {name} | {threads} | failed: {line['failed'].strip()[:120]} | | | | | |")
            continue
        by = ratio(task, lines, what, threads) if who == "ours" and not level else ""
        text.append(f"| {name} | {threads} | {line['score']:.4f} | {line['cpu_s']:.3f} | "
                    f"{line['wall_s']:.3f} | {line['mib']:.0f} | {by} | "
                    f"{line.get('model', '')[:12]} |")
    return "\n".join(text) + "\n"


def machine():
    """What was measured on, in a sentence."""
    model = "unknown processor"
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        for line in info:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return f"{time.strftime('%Y-%m-%d')}, {model}, {len(os.sched_getaffinity(0))} processors, " \
           f"{platform.system()} {platform.machine()}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("group", nargs="*", help=", ".join(GROUPS))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--long", type=float, default=20, help="CPU seconds above which once is enough")
    parser.add_argument("--threads", default="1,2", type=lambda s: [int(t) for t in s.split(",")])
    parser.add_argument("--peers", type=pathlib.Path, default=SHARED / "peers")
    options = parser.parse_args()
    peers = options.peers if (options.peers / "table.py").exists() else None
    OUT.mkdir(parents=True, exist_ok=True)
    if not peers:
        print("skipped: the peers are not beside the checkout; only ours is measured", file=sys.stderr)
    record, report = [], [f"Measured {machine()}.", ""]
    for name in options.group or GROUPS:
        if name not in ("scaling", "tab1m") and not DATA.exists():
            print(f"skipped: {name}, its data are missing", file=sys.stderr)
            continue
        for task in GROUPS[name](peers) if name == "tab1m" else GROUPS[name]():
            print(task.name, end=" ", file=sys.stderr, flush=True)
            lines = measure(task, options, peers)
            record.append({"task": task.name, "lines": [
                {"who": k[0], "what": k[1], "threads": k[2], "level": k[3], **v}
                for k, v in lines.items()]})
            report.append(table_of(task, lines))
            print(report[-1], flush=True)
    (OUT / "results.json").write_text(json.dumps({"machine": machine(), "tasks": record}, indent=1))
    (OUT / "results.md").write_text("\n".join(report))


if __name__ == "__main__":
    main()
