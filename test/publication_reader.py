#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verify a published folder, from docs/format/publication.md and record.md alone.

    publication_reader.py [--json] [--project DIGITS] FOLDER
    publication_reader.py --receipt FILE [FOLDER]

Checks all that `allmende verify` checks, but trains nothing and judges nothing again: where it says
"verified", that much is still to be done. Exit 0: no fault; 1: faults; 2: no such folder. Shares no
code with the program and needs Python alone. It opens nothing outside the folder, follows no link
and runs nothing that is in it. A receipt is read to the letter; with FOLDER it must be about that
one, and say of it what is found here (that a training failed cannot be found here).
"""

import hashlib
import json
import os
import pathlib
import re
import stat
import sys

import record_reader
from ed25519 import ed25519_valid
from record_reader import Fault, body_decode, digest, header_decode, id_in, list_in

FILES_MAX, DEPTH_MAX = 200_000, 32
ENTRY_MAX, LIST_MAX, BLOB_MAX = 64 << 20, 64 << 20, 1 << 30
STATES = ("present", "withdrawn", "held_back", "absent")
NAME = re.compile(r"(?=.{1,95}\Z)(?:[A-Za-z0-9][A-Za-z0-9_.-]*"
                  r"|(?:entries/[a-z0-9_-]+\.json|data/[a-z0-9_-]+\.(?:csv|bin)"
                  r"|data/datapackage\.json|data/places\.geojson"
                  r"|species/(?:meta\.xml|eml\.xml|occurrence\.csv)"
                  r"|model/[a-z0-9_-]+\.(?:model|md)))\Z")
SEAL, LIST = "publication.json", "SHA256SUMS"
ALGORITHMS = set("majority/1 mean/1 last/1 rule/1 ridge/2 logistic/2 tree/1 trees/2".split())


class Odd(Exception):
    """Something that no published folder holds; nothing else is opened then."""


def is_fine(path):
    return bool(NAME.match(path))


def members(value, names):
    return isinstance(value, dict) and set(value) == set(names.split())


def hex_text(value, n):
    return isinstance(value, str) and bool(re.fullmatch("[0-9a-f]{%d}" % (2 * n), value))


def list_folder(folder):
    """Paths of all files, with / between; raises Odd at the first thing that is none."""
    found, todo = [], [(os.fsencode(folder), b"", 0)]
    while todo:
        at, below, depth = todo.pop()
        if depth > DEPTH_MAX:
            raise Odd("nested too deeply")
        with os.scandir(at) as names:
            for name in names:
                mode = name.stat(follow_symlinks=False).st_mode
                if stat.S_ISDIR(mode):
                    todo.append((name.path, below + name.name + b"/", depth + 1))
                elif not stat.S_ISREG(mode):
                    raise Odd("neither a file nor a folder")
                else:
                    found.append((below + name.name).decode("utf-8", "surrogateescape"))
                if len(found) > FILES_MAX:
                    raise Odd("too many files")
    return found


def file_digest(path, start=b""):
    """SHA-256 of what stands before and of the file, and how many bytes the file has."""
    h, n = hashlib.sha256(start), 0
    with open(path, "rb") as f:
        while True:
            piece = f.read(1 << 20)
            if not piece:
                return h.digest(), n
            h.update(piece)
            n += len(piece)


class Folder(record_reader.Project):
    """A folder, worked through from outside in."""

    def __init__(self, folder, project=None):
        self.folder = pathlib.Path(folder)
        self.faults = {}  # file → (file, claim, what)
        self.entries = {}  # id → entry, as in record_reader
        self.of_file = {}  # path → entry
        self.seal = None
        self.counts = dict.fromkeys(
            "trainings verdicts held_back withdrawn other_program taken_back as_is".split(), 0)
        self.project = []
        self.seal_id = self.manifest = None
        try:
            self.there = set(list_folder(folder))
        except Odd as odd:
            self.tell(".", "folder", str(odd))
            return
        self.read_list()
        self.read_entries()
        self.check_list()
        self.check_entries()
        self.check_record(project)
        self.look_at_results()
        self.count_as_is()

    def tell(self, file, claim, what):
        self.faults.setdefault(file, (file, claim, what))

    # ---- the list and the files ----

    def read_list(self):
        self.listed, self.list_read = {}, False
        path = self.folder / LIST
        if LIST not in self.there:
            return
        data = path.read_bytes() if path.stat().st_size <= LIST_MAX else b""
        self.manifest = hashlib.sha256(data).digest()
        lines = data.split(b"\n")
        before = b""
        for line in lines[:-1]:
            name = line[66:]
            path = name.decode("ascii", "replace")
            if (not re.fullmatch(b"[0-9a-f]{64}  ", line[:66]) or not is_fine(path)
                    or path in (SEAL, LIST) or name <= before):
                return
            before = name
            self.listed[path] = line[:64].decode()
        self.list_read = lines[-1] == b"" and len(lines) > 0

    def check_list(self):
        if not self.list_read:
            self.tell(LIST, "list", "missing" if LIST not in self.there else "no list")
            return
        if self.seal and not self.trusted:
            self.tell(LIST, "list", "not the one that was signed")
        promised = set(p for p in self.listed if p.startswith("entries/"))
        for entry in self.of_file.values():
            promised.update(blob["file"] for blob in entry["files"] if blob)
        for path in sorted(self.there | set(self.listed)):
            if path in (SEAL, LIST):
                continue
            if path not in self.listed:
                self.tell(path, "nothing", "not on the list")
            elif path not in self.there:
                self.tell(path, "file", "missing")
            elif self.trusted or path not in promised:
                size = (self.folder / path).stat().st_size
                if size > BLOB_MAX or file_digest(
                        self.folder / path)[0].hex() != self.listed[path]:
                    self.tell(path, "file", "changed")

    # ---- entries, each by itself ----

    def read_entries(self):
        self.trusted = False
        names = self.listed if self.list_read else self.there
        paths = [p for p in self.there if p in names and is_fine(p) and p.startswith("entries/")]
        for path in sorted(paths):
            entry = self.read_file(path)
            if not entry:
                continue
            wanted = "entries/%06d-%s.json" % (entry["header"]["count"], entry["id"].hex()[:12])
            if path != wanted:
                self.tell(path, "entry", "its name belongs to another entry")
            elif entry["id"] not in self.entries:
                self.entries[entry["id"]] = entry
        self.entry_files = len(paths)
        seal = self.read_file(SEAL) if SEAL in self.there else None
        manifest = seal and id_in(seal["body"], "manifest")
        if SEAL not in self.there:
            self.tell(SEAL, "seal", "missing")
        elif seal and (seal["header"]["kind"] != "publication" or not manifest):
            self.tell(SEAL, "seal", "no publication")
        elif seal:
            self.seal, self.seal_id = seal, seal["id"]
            self.trusted = self.list_read and manifest == self.manifest
            gone = any(p not in self.there for p in self.listed)
            if self.trusted and not gone and seal["body"].get("entries") != self.entry_files:
                self.tell(SEAL, "seal", "another number of entries")

    def read_file(self, path):
        """The entry of a file, or None and a fault."""
        try:
            if (self.folder / path).stat().st_size > ENTRY_MAX:
                raise Fault("too long")
            value = body_decode((self.folder / path).read_bytes())
            if not members(value, "blobs body header signature state"):
                raise Fault("no entry file")
            entry = self.read_value(value)
        except Fault as fault:
            self.tell(path, "entry", str(fault))
            return None
        entry["file"] = path
        self.of_file[path] = entry
        return entry

    def read_value(self, value):
        header, state, body = value["header"], value["state"], value["body"]
        if not isinstance(header, str) or not hex_text(value["signature"], 64):
            raise Fault("no entry file")
        if state not in STATES or (body is not None) != (state == "present"):
            raise Fault("state")
        entry = {"id": digest("entry", header.encode()), "header": header_decode(header),
                 "body": None, "state": state, "faults": [], "files": self.read_blobs(value)}
        h = entry["header"]
        if not ed25519_valid(h["author"], b"allmende 1 signature\n" + entry["id"],
                             bytes.fromhex(value["signature"])):
            raise Fault("signature")
        if len(entry["files"]) != len(h["blob"]):
            raise Fault("another number of files than its header")
        if state == "present":
            if not members(body, "salt text") or not hex_text(body["salt"], 32) or not isinstance(
                    body["text"], str):
                raise Fault("no entry file")
            text = body["text"].encode()
            if h["body"] != (digest("commitment", bytes.fromhex(body["salt"]), text), len(text)):
                raise Fault("body")
            entry["body"] = body_decode(text)
            if "publication" not in list_in(entry["body"], "permission"):
                raise Fault("public without permission")
        return entry

    @staticmethod
    def read_blobs(value):
        blobs = value["blobs"]
        if not isinstance(blobs, list) or len(blobs) > 16:
            raise Fault("no entry file")
        for blob in blobs:
            if blob is not None and (
                    not members(blob, "file salt") or not hex_text(blob["salt"], 32)
                    or not isinstance(blob["file"], str) or not is_fine(blob["file"])
                    or "/" not in blob["file"]):
                raise Fault("no entry file")
        return blobs

    def check_entries(self):
        """What the entries promise of files."""
        for entry in self.of_file.values():
            entry["blobs"] = ["absent"] * len(entry["files"])
            for place, blob in enumerate(entry["files"]):
                if blob is None:
                    continue
                path = self.folder / blob["file"]
                if blob["file"] not in self.there:
                    self.tell(blob["file"], "promised", "missing")
                    continue
                promised = entry["header"]["blob"][place]
                start = b"allmende 1 commitment\n" + bytes.fromhex(blob["salt"])
                if path.stat().st_size == promised[1] and file_digest(path, start) == promised:
                    entry["blobs"][place] = "present"
                else:
                    self.tell(blob["file"], "promised", "not what its entry promises")

    # ---- the record as a whole ----

    def check_record(self, wanted):
        founders = [e for e in self.in_order() if e["header"]["project"] is None]
        first = next((e for e in founders if self.seal and e["id"] ==
                      self.seal["header"]["project"]), founders[0] if founders else None)
        if not first:
            self.tell("entries", "record", "no founding entry")
            self.entries = {}
            return
        self.project = [first["id"]]
        if wanted and not first["id"].hex().startswith(wanted):
            self.tell(first["file"], "project", "another project")
        if self.seal and self.seal["id"] not in self.entries:
            self.entries[self.seal["id"]] = self.seal
        for entry in self.in_order():
            self.check_place(entry)
            if entry["faults"]:
                self.tell(entry["file"], "entry", ", ".join(entry["faults"]))
        self.mark_counting()
        self.wishes, self.about = {}, {}
        for entry in self.in_order():
            self.note_withdrawal(entry)
        self.withdrawn = {id for id, position in self.wishes if self.has_force(id, position)}
        for entry in self.in_order():
            self.check_removed(entry)
        if self.seal:
            devices = {id_in(e["body"], "device") for e in self.entries.values()
                       if e["counts"] and e["header"]["kind"] == "member"}
            if self.seal["header"]["author"] not in devices | {first["header"]["author"]}:
                self.tell(SEAL, "seal", "not signed by a member")
            del self.entries[self.seal["id"]]

    def ancestors(self, entry):
        seen, todo = set(), [entry["id"]]
        while todo:
            h = self.header_of(todo.pop())
            for id in h["after"] + [h["prev"]] if h else ():
                if id and id not in seen:
                    seen.add(id)
                    todo.append(id)
        return seen

    def takers(self, source):
        """Withdrawals with force of an entry or of items of it."""
        return [e for e in self.entries.values() if e["counts"]
                and e["header"]["kind"] == "withdrawal" and source in self.withdrawn
                and source in (id_in(e["body"], "entry"), id_in(e["body"], "batch"))]

    def origins(self, entry):
        """What its files were made with, what that was made with, and so on."""
        seen, todo = set(), [entry]
        while todo:
            new = {id_in({"": s}, "") for s in list_in(todo.pop()["body"], "made_with")} - seen
            seen |= new
            todo += [self.entries[s] for s in new if s in self.entries]
        return seen

    def files_are_gone(self, entry):
        about = self.about.get(entry["id"])
        sources = list(self.origins(entry))
        if about in self.entries:
            sources += self.origins(self.entries[about])
        later = [id for id, batch in self.about.items()
                 if batch == about and any(self.has_force(b, p) for b, p in self.wishes
                                           if b == batch and p)]
        return (entry["id"] in self.withdrawn
                or any(entry["id"] in self.ancestors(w) for s in sources for w in self.takers(s))
                or self.has_force(about, 0)
                or (about is not None and bool(later) and later[-1] != entry["id"]))

    def check_removed(self, entry):
        gone = self.has_force(entry["id"], 0)
        self.counts["taken_back"] += gone and entry is not self.seal
        if entry["state"] == "withdrawn" and not gone:
            self.tell(entry["file"], "entry", "no entry takes it back")
        if entry["state"] == "present" and gone:
            self.tell(entry["file"], "entry", "taken back and yet here")
        if "present" in entry["blobs"] and self.files_are_gone(entry):
            for place, blob in enumerate(entry["files"]):
                if entry["blobs"][place] == "present":
                    self.tell(blob["file"], "promised", "taken back and yet here")

    # ---- trainings and results: can they be done again? ----

    def look_at_results(self):
        for entry in self.in_order():
            kind = entry["header"]["kind"]
            if kind not in ("training", "verdict") or not entry["body"] or not entry["counts"]:
                continue
            self.counts["trainings" if kind == "training" else "verdicts"] += 1
            standing = self.training(entry) if kind == "training" else self.verdict(entry)
            if standing in self.counts:
                self.counts[standing] += 1

    def standing(self, id, before=None):
        """Of an entry, and with `before` of its file when that came; the worst of all wins."""
        entry = self.entries.get(id)
        if not entry:
            return "broken"
        taken = id in {w for w, _ in self.wishes} or entry["state"] == "withdrawn"
        if entry["body"] is None:
            return "withdrawn" if taken else "held_back"
        if before is None or "present" in entry["blobs"][:1]:
            return "fine"
        rest = [w for w in self.takers(id) if w["header"]["count"] < before["header"]["count"]]
        if any("present" in w["blobs"] for w in rest):
            return "fine"
        if entry["files"] and entry["files"][0]:
            return "broken"
        return "withdrawn" if taken else "held_back"

    def worst(self, standings):
        return max(standings, key=("fine", "held_back", "withdrawn", "broken").index,
                   default="fine")

    def data(self, entry, before):
        ids = [id_in({"": s}, "") for s in list_in(entry["body"], "data")]
        return [self.standing(id, before) for id in ids]

    def named(self, entry, *names):
        return [self.standing(id_in(entry["body"], n)) for n in names if id_in(entry["body"], n)]

    def training(self, entry):
        self.check_model(entry)
        found = self.worst(self.named(entry, "hypothesis", "freeze") + self.data(entry, entry))
        names = [s.get("name") for s in list_in(entry["body"], "steps") if isinstance(s, dict)]
        known = all(n in ALGORITHMS for n in names if isinstance(n, str))
        return "other_program" if found == "fine" and not known else found

    def check_model(self, entry):
        if "present" not in entry["blobs"][:1]:
            return
        steps, chosen = list_in(entry["body"], "steps"), entry["body"].get("chosen")
        step = steps[chosen] if isinstance(chosen, int) and 0 <= chosen < len(steps) else None
        path = entry["files"][0]["file"]
        if id_in(step, "model") != file_digest(self.folder / path)[0]:
            self.tell(path, "promised", "not the model that its training names")

    def verdict(self, entry):
        found = self.named(entry, "hypothesis", "opening")
        opening = self.entries.get(id_in(entry["body"], "opening"))
        if opening and opening["body"]:
            training = id_in(opening["body"], "training")
            if training:
                model = self.standing(training, entry)
                source = self.entries.get(training)
                if model == "held_back" and source and source["body"]:
                    if self.worst(self.data(source, entry)) == "withdrawn":
                        model = "withdrawn"
                found.append(model)
            found += self.data(opening, entry)
        return self.worst(found)

    def count_as_is(self):
        """Tables that cannot be worked out again: shared answers, public rows of no entry."""
        promised = {b["file"] for e in self.of_file.values() for b in e["files"] if b}
        rows = [p for p in self.there if p.startswith("data/") and p.endswith(".csv")
                and p != "data/record.csv" and p not in promised]
        shared = [e for e in self.of_file.values() if e["body"] is not None
                  and e["header"]["kind"] == "consensus"]
        self.counts["as_is"] = len(rows) + len(shared)

    # ---- what is said ----

    def state(self):
        c = self.counts
        data = any("present" in e["blobs"] for e in self.entries.values()
                   if e["header"]["kind"] not in ("training", "hypothesis"))
        if self.faults:
            return "failed"
        if c["withdrawn"] and c["withdrawn"] == c["trainings"] + c["verdicts"] and not data:
            return "withdrawn"
        if c["held_back"] or c["other_program"]:
            return "verified_except_training"
        return "verified_before_withdrawals" if c["withdrawn"] else "verified"

    def report(self):
        return {
            "state": self.state(), "trained_again": 0,
            "project": self.project[0].hex() if self.project else None,
            "publication": self.seal_id.hex() if self.seal_id else None,
            "manifest": self.manifest.hex() if self.manifest else None,
            "entries": getattr(self, "entry_files", 0), **self.counts,
            "faults": [dict(zip(("file", "claim", "what"), f)) for f in self.faults.values()],
        }


# ---- receipts ----------------------------------------------------------------------------------

RECEIPT_MAX, RECEIPT_NAME, RECEIPT_PROGRAM, RECEIPT_TIME = 4096, 100, 119, 23
OUTCOMES = ("verified", "verified_except_training", "verified_before_withdrawals", "withdrawn",
            "failed")
RECEIPT_IDS = "project publication manifest".split()
RECEIPT_COUNTS = ("entries trainings results again held-back other-program withdrawn taken-back "
                  "faults").split()


def is_line(text, most):
    return (0 < len(text.encode("utf-8", "surrogateescape")) <= most and text[0] != " "
            and all(ord(c) >= 32 and c != "\x7f" for c in text))


def receipt_value(name, text):
    """What a line of a receipt says; raises Fault where it may not say that."""
    if name in RECEIPT_IDS and (text == "-" or hex_text(text, 32) and text.strip("0")):
        return None if text == "-" else text
    if name in RECEIPT_COUNTS and re.fullmatch("0|[1-9][0-9]*", text) and int(text) <= BLOB_MAX:
        return int(text)
    most = {"program": RECEIPT_PROGRAM, "time": RECEIPT_TIME, "name": RECEIPT_NAME}.get(name)
    if ((name == "state" and text in OUTCOMES) or (most and is_line(text, most))
            or (name == "key" and hex_text(text, 32))
            or (name == "signature" and hex_text(text, 64))):
        return text
    raise Fault("no receipt: " + name)


def receipt_read(data):
    """The lines of a receipt by name, if its signature fits; raises Fault."""
    names = RECEIPT_IDS + ["state"] + RECEIPT_COUNTS + ["program", "time", "key", "signature"]
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise Fault("no receipt: letters") from None
    if any(line.startswith("name ") for line in lines):
        names.insert(names.index("key"), "name")
    if (len(data) > RECEIPT_MAX or len(lines) != len(names) + 2 or lines[-1]
            or lines[0] != "allmende-receipt 1"):
        raise Fault("no receipt: lines")
    said = {}
    for name, line in zip(names, lines[1:]):
        if not line.startswith(name + " "):
            raise Fault("no receipt: " + name)
        said[name] = receipt_value(name, line[len(name) + 1:])
    front = data[:data.rindex(b"signature ")]
    id = hashlib.sha256(b"allmende 1 receipt\n" + front).digest()
    if not ed25519_valid(bytes.fromhex(said["key"]), b"allmende 1 signature\n" + id,
                         bytes.fromhex(said["signature"])):
        raise Fault("its signature does not fit")
    return said


def receipt_compare(said, report):
    """What a receipt says otherwise of a folder than is found here, as a list of names."""
    wrong = [name for name in RECEIPT_IDS if said[name] != report[name]]
    if "failed" not in (said["state"], report["state"]):
        counts = dict(report, results=report["verdicts"])
        wrong += [name for name in RECEIPT_COUNTS if name not in ("again", "faults")
                  and said[name] != counts[name.replace("-", "_")]]
    if said["state"] != report["state"] and said["state"] != "failed":
        wrong.append("state")
    return wrong


def receipt_main(words):
    at = words.index("--receipt")
    path, rest = words[at + 1], words[:at] + words[at + 2:]
    try:
        said = receipt_read(pathlib.Path(path).read_bytes()[:RECEIPT_MAX + 1])
        wrong = receipt_compare(said, Folder(rest[0]).report()) if rest else []
    except Fault as fault:
        print(fault)
        return 1
    for name in wrong:
        print("the receipt and this folder differ: " + name)
    if not wrong:
        print("%s, signed with the key %s" % (said["state"], said["key"]))
    return 1 if wrong else 0


def main(arguments):
    words = [a for a in arguments if a != "--json"]
    if "--receipt" in words[:-1] and len(words) <= 3:
        return receipt_main(words)
    project = None
    if "--project" in words[:-1]:
        at = words.index("--project")
        project = words[at + 1]
        del words[at:at + 2]
    if len(words) != 1 or words[0].startswith("-") or not os.path.isdir(words[0]):
        print(__doc__, file=sys.stderr)
        return 2
    report = Folder(words[0], project).report()
    if "--json" in arguments:
        print(json.dumps(report, indent=1))
    else:
        for fault in report["faults"]:
            print(ascii(fault["file"])[1:-1], "(%(claim)s): %(what)s" % fault)
        print("%s; %d trainings and %d results were not done again" % (
            report["state"], report["trainings"], report["verdicts"]))
    return 1 if report["faults"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
