#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the worked vector of docs/format/record.md, without any code of the program.

    make_record_vector.py                  print test/vector/record.json
    make_record_vector.py --project FILE   write a project file that holds the same entries

Debian packages: python3, python3-cryptography. Ed25519 is deterministic, all salts and keys are
fixed, so every run prints the same bytes. Never use these keys for anything.
"""

import hashlib
import json
import pathlib
import sqlite3
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CHUNK = 1 << 20
SCHEMA = pathlib.Path(__file__).parents[2] / "sql/schema/record.sql"
TERMS = {"licence": "CC-BY-4.0", "permission": ["project", "publication"]}


def digest(tag, *pieces):
    return hashlib.sha256(("allmende 1 %s\n" % tag).encode() + b"".join(pieces)).digest()


def salt(name):
    """Random in a real project; here made from a name."""
    return hashlib.sha256(("salt of " + name).encode()).digest()


def text_of(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Device:
    def __init__(self, seed):
        self.seed = seed
        self.key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.seq = 0
        self.last = None


class Project:
    def __init__(self):
        self.entries = []
        self.count = {}  # id → count

    def add(self, name, device, kind, body, private=None, blobs=(), after=()):
        parts = [text_of(body)] + ([text_of(private)] if private else [])
        parts = [(salt("%s part %d" % (name, i)), b) for i, b in enumerate(parts)]
        blobs = [(salt("%s blob %d" % (name, i)), b) for i, b in enumerate(blobs)]
        device.seq += 1
        before = sorted(after) + ([device.last] if device.last else [])
        count = 1 + max([self.count[i] for i in before], default=0)
        lines = ["allmende 1"]
        lines.append("project " + (self.entries[0]["id"].hex() if self.entries else "-"))
        lines.append("kind " + kind)
        lines.append("author " + device.public.hex())
        lines.append("seq %d" % device.seq)
        lines.append("prev " + (device.last.hex() if device.last else "-"))
        lines += ["after " + i.hex() for i in sorted(after)]
        lines.append("count %d" % count)
        for word, (s, b) in list(zip(("body", "private"), parts)) + [("blob", x) for x in blobs]:
            lines.append("%s %s %d" % (word, digest("commitment", s, b).hex(), len(b)))
        header = "".join(line + "\n" for line in lines)
        id = digest("entry", header.encode())
        signature = device.key.sign(b"allmende 1 signature\n" + id)
        self.entries.append({"name": name, "id": id, "header": header, "signature": signature,
                             "author": device, "parts": parts, "blobs": blobs})
        device.last = id
        self.count[id] = count
        return self.entries[-1]


def build(large):
    """Nine entries that show each state; with `large` one more whose blob takes two chunks."""
    one = Device(bytes(range(32)))
    two = Device(bytes(range(32, 64)))
    p = Project()
    p.add("founding", one, "project",
          dict(TERMS, title="Stream watch", founded="2026-05-01T08:00:00Z"), {"name": "Ada"})
    p.add("question", one, "question",
          dict(TERMS, text="Does the stream get warmer below the mill?"),
          blobs=[b"a sketch of the mill\n"])
    member = p.add("member", one, "member",
                   dict(TERMS, device=two.public.hex(), role="member", custodian=False,
                        guardian=False), {"name": "Ben"})
    position = p.add("position", two, "position",
                     dict(TERMS, question=p.entries[1]["id"].hex(), stance="for"),
                     after=[member["id"]])
    table = b"site,celsius\nmill,14.5\nbridge,13.25\n"
    batch = p.add("batch", one, "batch", dict(TERMS, reader="csv/1", rows=2), blobs=[table],
                  after=[position["id"]])
    # The second row is taken back: its record is emptied, nothing moves.
    back = p.add("remainder", one, "withdrawal", dict(TERMS, batch=batch["id"].hex(), positions=[2]),
                 blobs=[b"site,celsius\nmill,14.5\n\n"])
    batch["blobs"] = []
    gone = p.add("withdrawn", two, "question", dict(TERMS, text="A question taken back"),
                 {"name": "somebody"}, [b"gone"], [back["id"]])
    p.add("withdrawal", two, "withdrawal", dict(TERMS, entry=gone["id"].hex()))
    gone["parts"], gone["blobs"] = [], []
    absent = p.add("absent", one, "a-kind-of-tomorrow", dict(TERMS, seen=1), after=[two.last])
    absent["parts"] = []
    if large:
        p.add("large", one, "batch", dict(TERMS, reader="wav/1"),
              blobs=[bytes(i % 251 for i in range(CHUNK + 5))])
    return p, (one, two)


def vector():
    project, devices = build(large=False)
    batch = project.entries[4]["id"]
    return {
        "made_by": "test/vector/make_record_vector.py",
        "licence": "0BSD",
        "devices": [{"seed": d.seed.hex(), "key": d.public.hex()} for d in devices],
        "entries": [{
            "name": e["name"], "header": e["header"], "id": e["id"].hex(),
            "signature": e["signature"].hex(), "seed": e["author"].seed.hex(),
            "parts": [{"salt": s.hex(), "text": b.decode()} for s, b in e["parts"]],
            "blobs": [{"salt": s.hex(), "bytes": b.hex()} for s, b in e["blobs"]],
        } for e in project.entries],
        "items": [{"batch": batch.hex(), "position": n,
                   "id": digest("item", batch, n.to_bytes(8, "little")).hex()}
                  for n in (1, 2, 255, 256, 2**53 - 1)],
    }


def write(path):
    project, _ = build(large=True)
    db = sqlite3.connect(path)
    db.executescript(SCHEMA.read_text(encoding="utf-8"))
    for e in project.entries:
        db.execute("INSERT INTO entry VALUES (?, ?, ?)", (e["id"], e["header"], e["signature"]))
        for part, (s, b) in enumerate(e["parts"]):
            db.execute("INSERT INTO body VALUES (?, ?, ?, ?)", (e["id"], part, s, b))
        for place, (s, b) in enumerate(e["blobs"]):
            number = db.execute("INSERT INTO blob VALUES (NULL, ?, ?, ?, ?)",
                                (e["id"], place, s, len(b))).lastrowid
            for at in range(0, len(b), CHUNK):
                db.execute("INSERT INTO chunk VALUES (?, ?, ?)",
                           (number, at // CHUNK, b[at:at + CHUNK]))
    db.commit()
    db.close()


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--project":
        write(sys.argv[2])
    elif len(sys.argv) == 1:
        print(json.dumps(vector(), indent=1, ensure_ascii=False))
    else:
        sys.exit(__doc__)
