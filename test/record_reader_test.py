#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The independent reader finds each kind of damage, and nothing else.

    record_reader_test.py            Debian packages: python3, python3-cryptography
"""

import json
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import unittest

import record_bodies
import record_reader

HERE = pathlib.Path(__file__).parent
VECTOR = json.loads((HERE / "vector/record.json").read_text(encoding="utf-8"))
ID = {e["name"]: e["id"] for e in VECTOR["entries"]}


def run(*arguments):
    return subprocess.run([sys.executable, *map(str, arguments)], capture_output=True, text=True)


class Bodies(unittest.TestCase):
    """Made up from record.md, "Guesses about the world"."""

    GUESS = {"text": "t", "about": "world", "table": "o", "measure": "share", "where": "a = b",
             "comparator": "at_least", "threshold": "0.5", "least_units": 5, "confidence": "0.95"}

    def lacks(self, **changes):
        return record_bodies.lacks("hypothesis", {**self.GUESS, **changes})

    def test_a_whole_guess_lacks_nothing(self):
        self.assertEqual(self.lacks(), [])
        self.assertEqual(self.lacks(measure="alpha", target="a", by="b", unit="c", level="ordinal"),
                         ["where"])
        self.assertEqual(self.lacks(measure="ratio", target="a"), [])

    def test_what_is_not_there_or_belongs_elsewhere_is_named(self):
        self.assertEqual(self.lacks(target="a"), ["target"])
        self.assertEqual(self.lacks(measure="slope"), ["target", "by", "where"])
        self.assertEqual(self.lacks(measure="ratio", target="a", by="b"), ["by or where"])
        self.assertEqual(self.lacks(about="model"), ["target", "split"])
        self.assertEqual(self.lacks(measure="luck"), ["where"])

    def test_a_verdict_has_two_sides_or_none(self):
        whole = {name: 0 for name in record_bodies.MUST["verdict"].split()}
        side = {"value": "1", "units": 5, "rows": 9}
        whole["measure"] = "ratio"
        self.assertEqual(record_bodies.lacks("verdict", whole), [])
        self.assertEqual(record_bodies.lacks("verdict", {**whole, "sides": [side]}), ["sides"])
        self.assertEqual(
            record_bodies.lacks("verdict", {**whole, "sides": [side, side], "both": 0}), [])


class Reader(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name) / "v.allmende"
        made = run(HERE / "vector/make_record_vector.py", "--project", self.path)
        self.assertEqual(made.returncode, 0, made.stderr)

    def tearDown(self):
        self.folder.cleanup()

    def change(self, *statements):
        db = sqlite3.connect(self.path)
        for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            db.execute("DROP TRIGGER " + name)
        for statement in statements:
            changed = db.execute(statement.format(**ID)).rowcount
            self.assertNotEqual(changed, 0, statement)
        db.commit()
        db.close()

    def faults(self):
        """Faults by entry name; what is said of the file as "file"."""
        out = run(HERE / "record_reader.py", "--json", self.path)
        said = json.loads(out.stdout)
        names = {v: k for k, v in ID.items()}
        found = {names.get(e["id"], "large"): e["faults"] for e in said["entries"] if e["faults"]}
        if said["faults"]:
            found["file"] = said["faults"]
        self.assertEqual(out.returncode, 1 if found else 0)
        return found

    def test_the_vector_is_found_whole(self):
        out = run(HERE / "record_reader.py", self.path)
        lines = out.stdout.splitlines()
        self.assertEqual(out.returncode, 0, out.stdout)
        self.assertEqual(len(lines), 11)
        self.assertEqual(lines[0], ID["founding"] + " project ok")
        self.assertEqual(lines[8], ID["absent"] + " a-kind-of-tomorrow ok")
        self.assertEqual(lines[-1], "10 entries, 0 faults")

    def test_the_states_are_told_apart(self):
        said = json.loads(run(HERE / "record_reader.py", "--json", self.path).stdout)
        by_id = {e["id"]: e for e in said["entries"]}
        self.assertEqual(by_id[ID["absent"]]["parts"], {"body": "absent"})
        self.assertEqual(by_id[ID["withdrawn"]]["parts"],
                         {"body": "withdrawn", "private": "withdrawn"})
        self.assertEqual(by_id[ID["withdrawn"]]["blobs"], ["withdrawn"])
        self.assertEqual(by_id[ID["batch"]]["blobs"], ["withdrawn"])
        self.assertEqual(by_id[ID["remainder"]]["blobs"], ["present"])
        self.assertEqual(by_id[ID["question"]]["blobs"], ["present"])

    def test_without_its_withdrawal_a_blob_is_absent(self):
        self.change("DELETE FROM body WHERE entry = x'{remainder}'")
        said = json.loads(run(HERE / "record_reader.py", "--json", self.path).stdout)
        by_id = {e["id"]: e for e in said["entries"]}
        self.assertEqual(by_id[ID["batch"]]["blobs"], ["absent"])

    def test_an_author_who_is_no_member_does_not_count(self):
        self.change("DELETE FROM body WHERE entry = x'{member}'")
        said = json.loads(run(HERE / "record_reader.py", "--json", self.path).stdout)
        names = {v: k for k, v in ID.items()}
        self.assertEqual([names[e["id"]] for e in said["entries"] if not e["counts"]],
                         ["position", "withdrawn", "withdrawal"])

    def test_a_changed_byte_is_named(self):
        for statement, name, fault in (
            ("UPDATE body SET salt = zeroblob(32) WHERE entry = x'{member}' AND part = 1",
             "member", "private"),
            ("UPDATE body SET bytes = CAST('{{}}' AS BLOB) WHERE entry = x'{position}'",
             "position", "body"),
            ("UPDATE blob SET salt = zeroblob(32) WHERE entry = x'{question}'",
             "question", "blob 0"),
            ("UPDATE blob SET bytes = 22 WHERE entry = x'{question}'", "question", "blob 0"),
            ("DELETE FROM chunk WHERE place = 0 AND length(bytes) = 1048576", "large", "blob 0"),
            ("UPDATE entry SET signature = zeroblob(64) WHERE id = x'{position}'",
             "position", "signature"),
            ("UPDATE entry SET signature = (SELECT signature FROM entry WHERE id = x'{member}') "
             "WHERE id = x'{position}'", "position", "signature"),
        ):
            with self.subTest(statement):
                self.tearDown()
                self.setUp()
                self.change(statement)
                self.assertEqual(self.faults(), {name: [fault]})

    def test_a_changed_header_is_another_entry(self):
        self.change("UPDATE entry SET header = replace(header, 'seq 1', 'seq 3') "
                    "WHERE id = x'{position}'")
        faults = self.faults()["position"]
        self.assertEqual(faults[:2], ["id", "header"])  # seq 3 without prev
        self.tearDown()
        self.setUp()
        self.change("UPDATE entry SET header = replace(header, 'count 4', 'count 5') "
                    "WHERE id = x'{position}'")
        self.assertEqual(self.faults()["position"], ["id", "signature", "count"])

    def test_a_missing_entry_is_missed_by_those_after_it(self):
        self.change("DELETE FROM body WHERE entry = x'{member}'",
                    "DELETE FROM entry WHERE id = x'{member}'")
        self.assertEqual(self.faults(), {"position": ["missing parent"],
                                         "batch": ["prev", "missing parent"]})

    def test_rows_that_belong_to_nothing_are_faults(self):
        self.change("INSERT INTO chunk VALUES (77, 0, x'00')")
        self.assertEqual(self.faults(), {"file": ["1 rows of chunk belong to nothing"]})

    def test_another_file_is_refused(self):
        self.change("PRAGMA application_id = 7")
        self.assertEqual(run(HERE / "record_reader.py", self.path).returncode, 1)
        out = run(HERE / "record_reader.py", HERE / "vector/record.json")
        self.assertEqual(out.returncode, 1)
        self.assertIn("not a database", out.stderr)


class Signatures(unittest.TestCase):
    def test_the_verdicts_at_the_edges_are_those_of_the_program(self):
        vectors = json.loads((HERE / "vector/ed25519.json").read_text(encoding="utf-8"))
        for v in vectors:
            with self.subTest(v["note"]):
                key, message, signature = (
                    bytes.fromhex(v[k]) for k in ("key", "message", "signature"))
                self.assertEqual(record_reader.ed25519_valid(key, message, signature), v["valid"])

    def test_the_vectors_are_what_their_scripts_make(self):
        for name in ("record", "ed25519"):
            made = run(HERE / ("vector/make_%s_vector.py" % name))
            kept = (HERE / ("vector/%s.json" % name)).read_text(encoding="utf-8")
            self.assertEqual(made.stdout, kept)

    def test_the_page_shows_the_first_two_entries_of_the_vector(self):
        page = (HERE / "../docs/format/record.md").read_text(encoding="utf-8")
        for entry in VECTOR["entries"][:2]:
            signature = entry["signature"]
            shown = [entry["header"], entry["id"], signature[:64], signature[64:], entry["seed"]]
            for part in entry["parts"]:
                shown += [part["salt"], part["text"]]
            for blob in entry["blobs"]:
                shown += [blob["salt"], blob["bytes"]]
            for text in shown:
                self.assertIn(text, page)
        self.assertIn(VECTOR["items"][1]["id"], page)


if __name__ == "__main__":
    unittest.main()
