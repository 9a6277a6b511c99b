#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run every console block of a page of the manual:  manual.py PAGE

A line "$ COMMAND" is run by sh in a new folder, all of a page in one folder and in order; "cd" stays.
It must end with status 0, and each line below it must be a line that it printed. Ids differ between
computers: a word of 8 or more hex digits fits any other, and "…" fits anything.
ALLMENDE is the program; a page in a folder "de" is run in German.
"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ID = re.compile(r"\b[0-9a-f]{8,}\b|\b[0-9a-f]{4}(?: [0-9a-f]{4}){3,}")


def blocks(text):
    """The console blocks of a page: (line number, line) of each."""
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("```"):
            inside = line == "```console"
        elif inside:
            yield number, line


def steps(text):
    """(line number, command, lines that it must print)."""
    found = []
    for number, line in blocks(text):
        if line.startswith("$ "):
            found.append((number, line[2:], []))
        elif found and found[-1][1].endswith("\\"):
            found[-1] = (number, found[-1][1][:-1] + line.lstrip(), [])
        elif line:
            found[-1][2].append(line)
    return found


def fits(expected, printed):
    parts = [re.escape(part) for part in ID.sub("…", expected).split("…")]
    pattern = re.compile(r"\s*" + ".*".join(parts).strip() + r"\s*")
    return any(pattern.fullmatch(line) for line in printed)


def run(command, folder, environment):
    keep = Path(environment["HOME"]) / "folder"
    shell = f"{command}\nstatus=$?\npwd >'{keep}'\nexit $status\n"
    done = subprocess.run(
        ["sh", "-c", shell], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr, keep.read_text().rstrip("\n")


def main(page):
    program = Path(os.environ["ALLMENDE"]).resolve()
    text = Path(page).read_text(encoding="utf-8")
    faults = 0
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as folder:
        environment = {
            "HOME": home,
            "PATH": f"{program.parent}:{os.environ['PATH']}",
            "LC_ALL": "de_DE.UTF-8" if Path(page).parent.name == "de" else "C",
        }
        all_steps = steps(text)
        for number, command, expected in all_steps:
            status, printed, folder_now = run(command, folder, environment)
            folder = folder_now or folder
            wrong = [line for line in expected if not fits(line, printed.splitlines())]
            if status or wrong:
                faults += 1
                print(f"{page}:{number}: {command}\n  status {status}; it did not print:")
                print("".join(f"    {line}\n" for line in wrong) + "  but:")
                print("".join(f"    {line}\n" for line in printed.splitlines()))
            if status:
                break
    print(f"{page}: {len(all_steps)} commands, {faults} faults")
    return 0 if all_steps and not faults else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
