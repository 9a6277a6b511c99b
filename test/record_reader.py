#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read a project file and verify every entry, from docs/format/record.md alone.

    record_reader.py [--json] FILE

Prints a line per entry, "<id> <kind> ok" or "<id> <kind> <fault>, <fault>", in the order
(count, id), then one line that sums up. Exit 0: no fault; 1: faults, or the file cannot be read.
With --json: one object. Shares no code with the program and needs Python alone. The file is opened
read-only and must not be open in the program.
"""

import hashlib
import json
import pathlib
import re
import sqlite3
import sys

from ed25519 import ed25519_valid
from record_bodies import lacks

NUMBER_MAX = 2**53 - 1
CHUNK = 1 << 20
APPLICATION_ID = 0x416C6C6D
STAY = (  # kinds that cannot be taken back
    "project", "member", "withdrawal", "call", "decision", "hypothesis", "freeze", "training", "opening",
    "verdict", "publication",
)


class Fault(Exception):
    """Something is not as the page says; the text is what is printed."""


def digest(tag, *pieces):
    return hashlib.sha256(("allmende 1 %s\n" % tag).encode() + b"".join(pieces)).digest()


# ---- the header (record.md, "The header") -------------------------------------------------------

FIELDS = "allmende project kind author seq prev after count body private blob".split()
HEX = "([0-9a-f]{64})"
NUMBER = "(0|[1-9][0-9]{0,15})"
HEADER = re.compile(
    "allmende 1\n"
    "project (?P<project>-|%s)\n"
    "kind (?P<kind>[a-z-]{1,32})\n"
    "author (?P<author>%s)\n"
    "seq (?P<seq>%s)\n"
    "prev (?P<prev>-|%s)\n"
    "(?P<after>(?:after %s\n){0,16})"
    "count (?P<count>%s)\n"
    "body (?P<body>%s %s)\n"
    "(?:private (?P<private>%s %s)\n)?"
    "(?P<blob>(?:blob %s %s\n){0,16})"
    % (HEX, HEX, NUMBER, HEX, HEX, NUMBER, HEX, NUMBER, HEX, NUMBER, HEX, NUMBER))


def commitment_decode(text):
    commitment, number = text.split(" ")
    return bytes.fromhex(commitment), number_decode(number)


def number_decode(text):
    number = int(text)
    if number > NUMBER_MAX:
        raise Fault("header")
    return number


def id_or_none(text):
    return None if text == "-" else bytes.fromhex(text)


def is_newer(text):
    """True if the version is not 1, or a line begins with a word that is not of version 1."""
    words = [m[1] for m in re.finditer("^([a-z-]{1,32})(?: |$)", text, re.MULTILINE)]
    version = re.match("allmende ([1-9][0-9]*)\n", text)
    return bool(version) and (version[1] != "1" or any(w not in FIELDS for w in words))


def header_decode(text):
    m = HEADER.fullmatch(text)
    if not m or len(text) > 4096:
        raise Fault("needs a newer program" if is_newer(text) else "header")
    h = {
        "project": id_or_none(m["project"]), "kind": m["kind"],
        "author": bytes.fromhex(m["author"]), "seq": number_decode(m["seq"]),
        "prev": id_or_none(m["prev"]),
        "after": [bytes.fromhex(line[6:]) for line in m["after"].splitlines()],
        "count": number_decode(m["count"]), "body": commitment_decode(m["body"]),
        "private": commitment_decode(m["private"]) if m["private"] else None,
        "blob": [commitment_decode(line[5:]) for line in m["blob"].splitlines()],
    }
    alone = not h["prev"] and not h["after"]
    if (h["seq"] < 1 or (h["prev"] is None) != (h["seq"] == 1)
            or any(a >= b for a, b in zip(h["after"], h["after"][1:]))
            or (h["count"] == 1) != alone or h["count"] < 1
            or (h["project"] is None and not alone)):
        raise Fault("header")
    if header_encode(h) != text:
        raise Fault("header")
    return h


def header_encode(h):
    def put(name, value):
        lines.append("%s %s\n" % (name, value))

    def commitment(pair):
        return "%s %d" % (pair[0].hex(), pair[1])

    lines = ["allmende 1\n"]
    put("project", h["project"].hex() if h["project"] else "-")
    put("kind", h["kind"])
    put("author", h["author"].hex())
    put("seq", h["seq"])
    put("prev", h["prev"].hex() if h["prev"] else "-")
    for id in h["after"]:
        put("after", id.hex())
    put("count", h["count"])
    put("body", commitment(h["body"]))
    if h["private"]:
        put("private", commitment(h["private"]))
    for pair in h["blob"]:
        put("blob", commitment(pair))
    return "".join(lines)


# ---- bodies (record.md, "Bodies") ---------------------------------------------------------------

def refuse(_):
    raise ValueError("not allowed")


def whole(text):
    number = int(text)
    if abs(number) > NUMBER_MAX:
        raise ValueError("too large")
    return number


def no_twice(pairs):
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key twice")
    return dict(pairs)


def check_value(value, depth):
    """Depth at most 32, no NUL and no lone surrogate inside text."""
    if depth > 32:
        raise ValueError("too deep")
    if isinstance(value, str):
        value.encode()
        if "\0" in value:
            raise ValueError("NUL")
    elif isinstance(value, (list, dict)):
        for inner in list(value) + (list(value.values()) if isinstance(value, dict) else []):
            check_value(inner, depth + isinstance(inner, (list, dict)))


def body_decode(data):
    try:
        value = json.loads(data.decode(), parse_float=refuse, parse_constant=refuse,
                           parse_int=whole, object_pairs_hook=no_twice)
        check_value(value, 1 if isinstance(value, (list, dict)) else 0)
    except (ValueError, RecursionError):
        raise Fault("not JSON") from None
    return value


def id_in(body, name):
    """The id or key behind a name; None if it is not one. A body that is not as it must be is
    no fault: it means nothing."""
    text = body.get(name) if isinstance(body, dict) else None
    return bytes.fromhex(text) if isinstance(text, str) and re.fullmatch(HEX, text) else None


def list_in(body, name):
    value = body.get(name) if isinstance(body, dict) else None
    return value if isinstance(value, list) else []


# ---- the file -----------------------------------------------------------------------------------

class Project:
    """All rows of a file, verified row by row."""

    def __init__(self, path):
        wal = pathlib.Path(str(path) + "-wal")
        if wal.exists() and wal.stat().st_size:
            raise Fault("the file is open in the program, or its log was not written back")
        journal = pathlib.Path(str(path) + "-journal")
        if journal.exists() and journal.read_bytes()[:1] not in (b"", b"\0"):
            raise Fault("the file is open in the program, or its journal was not played back")
        uri = pathlib.Path(path).resolve().as_uri() + "?mode=ro&immutable=1"
        self.db = sqlite3.connect(uri, uri=True)
        if self.db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise Fault("not a project file")
        self.db.text_factory = bytes
        self.entries = {}
        for id, header, signature in self.db.execute("SELECT id, header, signature FROM entry"):
            self.entries[id] = self.read_entry(id, header, signature)
        self.project = [id for id, e in self.entries.items()
                        if e["header"] and e["header"]["project"] is None]
        for entry in self.entries.values():
            if entry["header"]:
                self.check_place(entry)
                self.read_parts(entry)
        self.mark_counting()
        self.wishes = {}  # (id, position; 0: the whole entry) → {author: in charge}
        self.about = {}  # id of a withdrawal that counts → id of the batch that it is about
        for entry in self.in_order():
            self.note_withdrawal(entry)
        self.withdrawn = {id for id, position in self.wishes if self.has_force(id, position)}
        for entry in self.entries.values():
            if entry["header"]:
                self.check_blobs(entry)
        self.check_orphans()

    def read_entry(self, id, header, signature):
        entry = {"id": id, "header": None, "faults": [], "body": None, "parts": {}, "blobs": []}
        if digest("entry", header) != id:
            entry["faults"].append("id")
        try:
            entry["header"] = header_decode(header.decode("ascii", "replace"))
        except Fault as fault:
            entry["faults"].append(str(fault))
            return entry
        signed = b"allmende 1 signature\n" + digest("entry", header)
        if not ed25519_valid(entry["header"]["author"], signed, signature):
            entry["faults"].append("signature")
        return entry

    def header_of(self, id):
        entry = self.entries.get(id)
        return entry["header"] if entry else None

    def check_place(self, entry):
        """Project, chain and count."""
        h, faults = entry["header"], entry["faults"]
        if [h["project"] or entry["id"]] != self.project:
            faults.append("project")
        if h["prev"]:
            before = self.header_of(h["prev"])
            if not before or before["author"] != h["author"] or before["seq"] + 1 != h["seq"]:
                faults.append("prev")
        parents = [self.header_of(id) for id in h["after"] + ([h["prev"]] if h["prev"] else [])]
        if not all(parents):
            faults.append("missing parent")
        elif h["count"] != 1 + max([p["count"] for p in parents], default=0):
            faults.append("count")

    def read_parts(self, entry):
        """Body and private part: present, damaged, or not here."""
        rows = {part: (salt, data) for part, salt, data in self.db.execute(
            "SELECT part, salt, bytes FROM body WHERE entry = ?", (entry["id"],))}
        for part, name in enumerate(("body", "private")):
            committed = entry["header"][name]
            if part not in rows:
                if committed:
                    entry["parts"][name] = "absent"
                continue
            salt, data = rows[part]
            fine = committed == (digest("commitment", salt, data), len(data))
            entry["parts"][name] = "present" if fine else "damaged"
            try:
                value = body_decode(data) if fine else None
            except Fault as fault:
                entry["faults"].append("%s %s" % (name, fault))
                continue
            if not fine:
                entry["faults"].append(name)
            elif name == "body":
                entry["body"] = value

    def mark_counting(self):
        """entry["counts"] and entry["in_charge"] (of its author), by section 8. What an entry
        knows of members is what its parents know and what it says itself."""
        known = {}  # id → {device: (place of its member entry, in charge)}
        for entry in self.in_order():
            h, body, roles = entry["header"], entry["body"], {}
            for parent in h["after"] + [h["prev"]] if h else ():
                for device, role in known.get(parent, {}).items():
                    roles[device] = min(role, roles.get(device, role))
            if h and h["project"] is None:
                roles[h["author"]] = ((h["count"], entry["id"]), True)
            entry["counts"] = bool(h) and h["author"] in roles
            entry["in_charge"] = entry["counts"] and roles[h["author"]][1]
            device = id_in(body, "device")
            if entry["in_charge"] and h["kind"] == "member" and device:
                role = ((h["count"], entry["id"]), body.get("role") == "in_charge")
                roles[device] = min(role, roles.get(device, role))
            known[entry["id"]] = roles

    def note_withdrawal(self, entry):
        body = entry["body"]
        if not entry["counts"] or entry["header"]["kind"] != "withdrawal":
            return
        whole, batch = id_in(body, "entry"), id_in(body, "batch")
        positions = [n for n in list_in(body, "positions") if isinstance(n, int)]
        for position in [0] if whole else positions:
            by = self.wishes.setdefault((whole or batch, position), {})
            by[entry["header"]["author"]] = entry["in_charge"]
        if batch:
            self.about[entry["id"]] = batch

    def has_force(self, id, position):
        """Taken back by its author, or by two people in charge; some kinds stay."""
        by = self.wishes.get((id, position), {})
        target = self.header_of(id)
        if not target or target["kind"] in STAY:
            return False
        return target["author"] in by or sum(by.values()) >= 2

    def origins(self, entry):
        """What its blobs were made with, what that was made with, and so on."""
        seen, todo = set(), [entry]
        while todo:
            new = {id_in({"": id}, "") for id in list_in(todo.pop()["body"], "made_with")} - seen
            seen |= new
            todo += [self.entries[id] for id in new if id in self.entries]
        return seen

    def blobs_may_be_gone(self, entry):
        """Withdrawn, whole or in part; made with such a one; or a remainder of an earlier time, or
        of what was made with such a one."""
        about = self.about.get(entry["id"])
        sources = list(self.origins(entry))
        if about in self.entries:
            sources += self.origins(self.entries[about])
        later = [id for id, batch in self.about.items() if batch == about]  # in order
        return (any(id in self.withdrawn for id in sources + [entry["id"]])
                or self.has_force(about, 0)
                or (about is not None and later[-1] != entry["id"]))

    def blob_digest(self, number, salt):
        """Commitment and size of the chunks of a blob; None if a chunk has not its size."""
        h = hashlib.sha256(b"allmende 1 commitment\n" + salt)
        n = last = 0
        for i, (place, data) in enumerate(self.db.execute(
                "SELECT place, bytes FROM chunk WHERE blob = ? ORDER BY place", (number,))):
            if place != i or not 0 < len(data) <= CHUNK or (i and last != CHUNK):
                return None
            h.update(data)
            last = len(data)
            n += last
        return h.digest(), n

    def check_blobs(self, entry):
        if self.has_force(entry["id"], 0):
            entry["parts"] = {name: "withdrawn" if state == "absent" else state
                              for name, state in entry["parts"].items()}
        gone = "withdrawn" if self.blobs_may_be_gone(entry) else "absent"
        entry["blobs"] = [gone] * len(entry["header"]["blob"])
        for number, place, salt, size in self.db.execute(
                "SELECT number, place, salt, bytes FROM blob WHERE entry = ? ORDER BY place",
                (entry["id"],)):
            if not 0 <= place < len(entry["blobs"]):
                entry["faults"].append("blob %d" % place)
                continue
            found = self.blob_digest(number, salt)
            fine = found == entry["header"]["blob"][place] and found[1] == size
            entry["blobs"][place] = "present" if fine else "damaged"
            if not fine:
                entry["faults"].append("blob %d" % place)

    def check_orphans(self):
        """Rows that belong to nothing are faults of the file."""
        self.faults = []
        if len(self.project) != 1:
            self.faults.append("%d founding entries" % len(self.project))
        for table, rows in (
                ("body", "SELECT count(*) FROM body WHERE entry NOT IN (SELECT id FROM entry)"),
                ("blob", "SELECT count(*) FROM blob WHERE entry NOT IN (SELECT id FROM entry)"),
                ("chunk", "SELECT count(*) FROM chunk WHERE blob NOT IN (SELECT number FROM blob)")):
            n = self.db.execute(rows).fetchone()[0]
            if n:
                self.faults.append("%d rows of %s belong to nothing" % (n, table))

    def in_order(self):
        return sorted(self.entries.values(),
                      key=lambda e: (e["header"]["count"] if e["header"] else 0, e["id"]))

    def forks(self):
        """Authors who wrote two entries with one seq (a key used in two places): no fault."""
        seen, twice = set(), set()
        for entry in self.entries.values():
            if entry["header"]:
                place = (entry["header"]["author"], entry["header"]["seq"])
                (twice if place in seen else seen).add(place)
        return sorted({author.hex() for author, _ in twice})


# ---- what is said -------------------------------------------------------------------------------

def as_json(project):
    return {
        "project": project.project[0].hex() if len(project.project) == 1 else None,
        "entries": [{
            "id": e["id"].hex(), "ok": not e["faults"], "faults": e["faults"],
            **({"kind": e["header"]["kind"], "author": e["header"]["author"].hex(),
                "seq": e["header"]["seq"], "count": e["header"]["count"], "counts": e["counts"],
                "parts": e["parts"], "blobs": e["blobs"],
                "lacks": lacks(e["header"]["kind"], e["body"])} if e["header"] else {}),
        } for e in project.in_order()],
        "faults": project.faults, "forks": project.forks(),
    }


def main(arguments):
    paths = [a for a in arguments if a != "--json"]
    if len(paths) != 1 or paths[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 1
    try:
        project = Project(paths[0])
    except (Fault, OSError, sqlite3.Error) as error:
        print("%s: %s" % (paths[0], error), file=sys.stderr)
        return 1
    bad = sum(bool(e["faults"]) for e in project.entries.values()) + len(project.faults)
    if "--json" in arguments:
        print(json.dumps(as_json(project), indent=1))
        return 1 if bad else 0
    for e in project.in_order():
        kind = e["header"]["kind"] if e["header"] else "?"
        print(e["id"].hex(), kind, ", ".join(e["faults"]) or "ok")
    for fault in project.faults:
        print("file:", fault)
    for author in project.forks():
        print("note: the key %s was used in two places" % author)
    print("%d entries, %d faults" % (len(project.entries), bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
