# SPDX-License-Identifier: GPL-3.0-or-later
"""The cases of tamper.py: each changes a folder and returns what must come out."""

import collections
import hashlib
import json
import os

from record_reader import digest, header_decode
from tamper_work import LIST, SEAL, STRANGER, sign

ALL = "verified"
Wanted = collections.namedtuple("Wanted", "state words other file")


def failed(words, file=None):
    return Wanted("failed", words, "failed", file)


def hidden(words):
    """Only doing it again finds it: a member of the project signed a lie."""
    return Wanted("failed", words, ALL, None)


def fine(state=ALL):
    return Wanted(state, "", state, None)


FAMILIES = []


def family(base="plain", weight=1):
    def add(function):
        FAMILIES.append((function.__name__, base, weight, function))
        return function
    return add


# ---- somebody without a key changes the folder --------------------------------------------------

@family(weight=20)
def one_bit(w):
    name = w.change_byte(w.pick())
    return failed("", name)


@family(weight=10)
def one_bit_in_what_is_promised_and_the_list_put_right(w):
    name = w.change_byte(w.rng.choice(w.files("entries/") + w.promised()))
    w.relist()
    # The salt of a file stands in an entry file: then the file is named, which no longer fits.
    return failed("the list of all files", LIST if name.startswith("entries/") else name)


@family(weight=4)
def cut_short(w):
    name = w.pick()
    w.write(name, w.read(name)[:w.rng.randrange(len(w.read(name)))])
    return failed("", name)


@family(weight=4)
def bytes_added(w):
    name = w.pick()
    data = w.read(name)
    at = w.rng.choice((0, len(data), w.rng.randrange(len(data))))
    w.write(name, data[:at] + bytes([w.rng.randrange(256)]) * w.rng.randrange(1, 9) + data[at:])
    return failed("", name)


@family(weight=6)
def file_gone(w):
    name = w.pick()
    (w.at / name).unlink()
    return failed("It is missing.", name)


@family(weight=4)
def file_gone_and_the_list_put_right(w):
    (w.at / w.pick("entries/", "data/", "model/")).unlink()
    w.relist()
    return failed("the list of all files", LIST)


@family(weight=4)
def page_changed_and_the_list_put_right(w):
    w.change_byte(w.rng.choice(("index.html", "README.txt")))
    w.relist()
    return failed("nothing vouches for index.html", LIST)


@family(weight=4)
def file_replaced(w):
    one, two = w.rng.sample(w.files(), 2)
    w.write(one, w.read(two))
    return failed("", one)


@family(weight=4)
def two_files_swapped(w):
    one, two = w.rng.sample(w.files("entries/"), 2)
    a, b = w.read(one), w.read(two)
    w.write(one, b)
    w.write(two, a)
    if w.rng.random() < 0.5:
        w.relist()
    return failed("", one)


@family(weight=5)
def file_added(w):
    name = w.rng.choice((
        "extra.txt", ".hidden", "data/more.csv", "entries/000009-0123456789ab.json",
        "model/0123456789ab.model", "inner/index.html", "Index.html", "entries/..json",
        "data/\x1b[2Jx.csv", "data/a\nb.csv", "index.html.", "CITATION", "%s" % ("x" * 200),
        "receipt.txt", "chart.svg", "species/taxon.csv", "data/places2.geojson", "model/x.md"))
    w.write(name, b"{}" if w.rng.random() < 0.5 else w.read(w.pick()))
    return failed("It is not on the list", name)


@family(weight=3)
def file_added_and_listed(w):
    w.write("data/more-%012x.csv" % w.rng.getrandbits(48), b"a,b\n1,2\n")
    w.relist()
    return failed("the list of all files", LIST)


@family(weight=3)
def file_renamed(w):
    name = w.pick("entries/", "data/", "model/")
    at = name.index(".")
    (w.at / name).rename(w.at / (name[:at - 1] + ("0" if name[at - 1] != "0" else "1") + name[at:]))
    if w.rng.random() < 0.5:
        w.relist()
        return failed("", LIST)
    return failed("It is missing.", name)


@family(weight=3)
def lines_of_the_list_changed(w):
    lines = w.read(LIST).splitlines(keepends=True)
    i, j = w.rng.sample(range(len(lines)), 2)
    how = w.rng.randrange(4)
    if how == 0:
        lines[i], lines[j] = lines[j], lines[i]
    elif how == 1:
        del lines[i]
    elif how == 2:
        lines.insert(i, lines[j])
    else:
        lines[i] = lines[i].replace(b"  ", b" *")
    w.write(LIST, b"".join(lines))
    return failed("the list of all files", LIST)


@family(weight=2)
def list_leads_outside(w):
    name = w.rng.choice((b"../secret.csv", b"/etc/hostname", b"data/../../x.csv", b"a/b/c.csv"))
    w.write(LIST, b"0" * 64 + b"  " + name + b"\n" + w.read(LIST))
    return failed("It is not such a list.", LIST)


def edited(w, change, names=None):
    name = w.rng.choice(names or w.entries())
    value = w.entry(name)
    change(value)
    w.put_entry(name, value)
    w.relist()
    return failed("", name)


def with_body(w):
    return [name for name in w.entries() if w.entry(name)["body"]]


@family(weight=4)
def words_of_an_entry_changed(w):
    def change(value):
        text = value["body"]["text"]
        i = w.rng.randrange(1, len(text) - 1)
        value["body"]["text"] = text[:i] + ("7" if text[i] != "7" else "8") + text[i + 1:]
    return edited(w, change, with_body(w))


@family(weight=3)
def header_of_an_entry_changed(w):
    def change(value):
        lines = value["header"].split("\n")
        i = w.rng.randrange(1, len(lines) - 1)
        lines[i] = lines[i][:-1] + ("1" if lines[i][-1] != "1" else "2")
        value["header"] = "\n".join(lines)
    return edited(w, change)


@family(weight=2)
def salt_or_signature_changed(w):
    def change(value):
        if w.rng.random() < 0.5:
            value["signature"] = value["signature"][2:] + "00"
        else:
            value["body"]["salt"] = value["body"]["salt"][2:] + "00"
    return edited(w, change, with_body(w))


@family(weight=2)
def signature_of_another_entry(w):
    other = w.entry(w.rng.choice(w.entries()[:3]))
    return edited(w, lambda value: value.update(signature=other["signature"]), w.entries()[4:])


@family(weight=2)
def said_to_be_held_back(w):
    name = w.rng.choice(w.entries())
    value = w.entry(name)
    value["state"], value["body"] = w.rng.choice(("held_back", "absent", "withdrawn")), None
    w.put_entry(name, value)
    w.relist()
    return failed("the list of all files", LIST)


@family(weight=2)
def entry_files_of_another_form(w):
    def change(value):
        how = w.rng.randrange(7)
        if how == 0:
            value["more"] = 1
        elif how == 1:
            del value["blobs"]
        elif how == 2:
            value["blobs"] = [None] * 17
        elif how == 3:
            value["state"] = "fine"
        elif how == 4:
            value["blobs"] = value["blobs"] + [{"file": "data/../x.csv", "salt": "00" * 32}]
        elif how == 5:
            value["blobs"] = value["blobs"] + [None]
        else:
            value["header"] = value["header"].replace("allmende 1", "allmende 2")
    return edited(w, change)


@family(weight=2)
def json_that_is_read_in_two_ways(w):
    name = w.rng.choice(w.entries())
    text = w.read(name)
    w.write(name, w.rng.choice((
        text.replace(b'"state":', b'"state":"absent","state":'), b"\xef\xbb\xbf" + text,
        text.rstrip() + b"{}\n", b"[" * 200 + text, text.replace(b"{", b"{\"n\":1.5,", 1))))
    w.relist()
    return failed("", name)


@family(weight=2)
def seal_without_words(w):
    value = w.entry(SEAL)
    value["state"], value["body"] = "held_back", None
    w.put_entry(SEAL, value)
    w.change_byte("index.html")
    w.relist()
    return failed("the seal", SEAL)


@family(weight=2)
def seal_changed(w):
    value = w.entry(SEAL)
    value["body"]["text"] = value["body"]["text"].replace('"entries":', '"entries":1')
    w.put_entry(SEAL, value)
    return failed("the seal", SEAL)


@family(weight=1)
def another_entry_as_seal(w):
    w.write(SEAL, w.read(w.rng.choice(w.entries())))
    return failed("the seal", SEAL)


@family(weight=2)
def sealed_by_a_stranger(w):
    w.change_byte("index.html")
    w.rewrite(seal=lambda kind, h, value, body, blobs: h.update(
        author=sign(STRANGER, b"")[0], seq=1, prev=None,
        after=sorted(set(h["after"]) | ({h["prev"]} if h["prev"] else set()))))
    return failed("not signed by a member", SEAL)


# ---- what is made of the entries: cards, descriptions, charts, lists of species, places ----------

MADE = {
    "details_": "the page with all details", "datasheet_": "the datasheet",
    "CITATION.cff": "how this is to be cited", "datacite.json": "how this is to be cited",
    "croissant.json": "what other programs read", "ro-crate": "what other programs read",
    "data/datapackage.json": "what other programs read", "data/record.csv": "the list of all",
    "data/places.geojson": "as maps read them", "species/": "as collections read them",
    "bag": "what archives ask", "manifest-": "what archives ask", "tagmanifest-": "what archives ask",
}


def made(w):
    return [n for n in w.files(*MADE) if n not in w.promised()]


@family("species", weight=12)
def one_bit_in_what_is_made(w):
    name = w.change_byte(w.rng.choice(made(w)))
    return failed(next(words for start, words in MADE.items() if name.startswith(start)), name)


@family("species", weight=4)
def what_is_made_is_gone(w):
    name = w.rng.choice(made(w))
    (w.at / name).unlink()
    return failed("It is missing.", name)


@family("species", weight=4)
def what_is_made_changed_and_the_list_put_right(w):
    w.change_byte(w.rng.choice(made(w)))
    w.relist()
    return failed("the list of all files", LIST)


@family(weight=3)
def a_card_changed(w):
    return failed("the card of a model", w.change_byte(w.rng.choice(
        [n for n in w.files("model/") if n.endswith(".md")])))


@family(weight=4)
def a_chart_changed(w):
    """Charts are SVG inside the pages: one digit of a place in one of them."""
    name = w.rng.choice([n for n in w.files() if n.endswith(".html") and b"<svg" in w.read(n)])
    text = w.read(name)
    start = text.index(b"<svg")
    digits = [i for i in range(start, text.index(b"</svg>", start)) if text[i:i + 1].isdigit()]
    i = w.rng.choice(digits)
    w.write(name, text[:i] + (b"1" if text[i:i + 1] != b"1" else b"2") + text[i + 1:])
    return failed("the page", name)


@family("species", weight=2)
def an_exact_place_put_into_the_map(w):
    name = "data/places.geojson"
    value = json.loads(w.read(name))
    value["features"][0]["geometry"]["coordinates"] = [9.87654, 51.23456]
    w.write(name, json.dumps(value).encode())
    if w.rng.random() < 0.5:
        w.relist()
        return failed("the list of all files", LIST)
    return failed("as maps read them", name)


@family("species", weight=2)
def a_species_renamed(w):
    name = "species/occurrence.csv"
    w.write(name, w.read(name).replace(b"Motacilla cinerea", b"Motacilla flava"))
    return failed("as collections read them", name)


@family(weight=2)
def a_receipt_put_in(w):
    """A receipt vouches for nothing in the folder that it lies in."""
    w.write("receipt.txt", b"allmende-receipt 1\nproject -\nstate verified\n")
    w.relist()
    return failed("It is not such a list.", LIST)


# ---- observations by a form ---------------------------------------------------------------------

@family("form", weight=1)
def observations_by_a_form(w):
    return fine()


@family("form", weight=6)
def one_bit_of_an_observation(w):
    name = w.change_byte(w.rng.choice([n for n in w.promised() if n.endswith(".bin")]))
    if w.rng.random() < 0.5:
        w.relist()
    return failed("", name)


@family("form", weight=3)
def an_observation_left_out(w):
    name = w.rng.choice(w.entries("observation"))
    for blob in w.entry(name)["blobs"]:
        (w.at / blob["file"]).unlink()
    (w.at / name).unlink()
    w.relist()
    return failed("the list of all files", LIST)


@family("form", weight=3)
def two_observations_swapped(w):
    one, two = w.rng.sample([n for n in w.promised() if n.endswith(".bin")], 2)
    a, b = w.read(one), w.read(two)
    w.write(one, b)
    w.write(two, a)
    if a == b:
        return fine()
    w.relist()
    return failed("It is not what its entry promises.", one)


def changes(kind, number, change):
    """An edit of the files of the entry of this kind with this number."""
    seen = []

    def edit(found, h, value, body, blobs):
        if found == kind:
            seen.append(1)
            if len(seen) - 1 == number:
                blobs[0] = change(blobs[0])
    return edit


@family("form", weight=3)
def a_member_changes_an_observation_after_training(w):
    number = w.rng.randrange(len(w.entries("observation")))
    w.rewrite(changes("observation", number, lambda data: data.replace(
        b'"no"', b'"NO"').replace(b'"yes"', b'"no"').replace(b'"NO"', b'"yes"')))
    return Wanted("failed", "training", ALL, None)


@family("form", weight=2)
def a_member_changes_a_correction_after_training(w):
    w.rewrite(changes("correction", 0, lambda data: b'{"x":"%d"}' % w.rng.randrange(200, 300)))
    return Wanted("failed", "training", ALL, None)


@family(weight=3)
def a_member_changes_what_was_set_aside(w):
    """Which rows were sealed is drawn again from the guess and the data, and does not come out."""
    def edit(kind, h, value, body, blobs):
        if kind == "hypothesis" and body["about"] == "model":
            body["split"]["share"] = w.rng.choice(("0.2", "0.3", "0.4", "0.6", "0.7"))
    w.rewrite(edit)
    return Wanted("failed", "", ALL, None)


# ---- two publications, two projects -------------------------------------------------------------

def from_base(w, name):
    return w.base.parent / name


@family(weight=3)
def seal_of_another_publication(w):
    other = from_base(w, w.rng.choice(("later", "other", "rows")))
    w.write(SEAL, (other / SEAL).read_bytes())
    return failed("the list of all files", LIST)


@family(weight=3)
def put_together_from_two_publications(w):
    later = from_base(w, w.rng.choice(("later", "rows", "whole")))
    for path in later.rglob("*"):
        if path.is_file() and (path.name in (SEAL, LIST) or w.rng.random() < 0.5):
            w.write(str(path.relative_to(later)), path.read_bytes())
    (w.at / w.pick("data/", "model/", "index")).unlink()
    return failed("")


@family(weight=3)
def entry_of_another_project(w):
    other = from_base(w, "other")
    path = w.rng.choice(sorted((other / "entries").iterdir()))
    name = w.write("entries/" + path.name, path.read_bytes())
    w.relist()
    return failed("", name)


@family(weight=3)
def entries_of_another_project_below_this_seal(w):
    """All of another project, well signed; the list is put right, the seal is this one's."""
    other = from_base(w, "other")
    for name in w.files():
        if name != SEAL:
            (w.at / name).unlink()
    for path in other.rglob("*"):
        if path.is_file() and path.name != SEAL:
            w.write(str(path.relative_to(other)), path.read_bytes())
    w.relist()
    return failed("")


@family(weight=2)
def data_of_another_project_with_their_hashes(w):
    """The table of another project under the name of ours, with all lists put right."""
    ours = w.entries("import")[0]
    theirs = next((from_base(w, "other") / "data").glob("observations-*.csv"))
    name = w.write(w.entry(ours)["blobs"][0]["file"], theirs.read_bytes())
    w.relist()
    return failed("It is not what its entry promises.", name)


@family("other", weight=1)
def another_project_than_asked_for(w):
    w.project = hashlib.sha256(b"another").hexdigest()[:12]
    return failed("the project that you asked for")


@family(weight=1)
def data_of_a_later_publication(w):
    later = from_base(w, "rows")
    for path in (later / "data").iterdir():
        w.write("data/" + path.name, path.read_bytes())
    return failed("It is not on the list")


# ---- folders that are hostile -------------------------------------------------------------------

@family(weight=2)
def a_link(w):
    name = w.rng.choice(("data/link.csv", "link", w.pick()))
    (w.at / name).unlink(missing_ok=True)
    (w.at / name).symlink_to(w.rng.choice(("/etc/passwd", "../../x", "/dev/zero", ".")))
    return failed("neither a file nor a folder")


@family(weight=1)
def a_folder_that_is_a_link(w):
    (w.at / "entries").rename(w.at / "e")
    (w.at / "entries").symlink_to("e")
    return failed("neither a file nor a folder")


@family(weight=1)
def a_pipe(w):
    name = w.pick()
    (w.at / name).unlink()
    os.mkfifo(w.at / name)
    return failed("neither a file nor a folder")


@family(weight=1)
def a_folder_for_a_file(w):
    name = w.pick()
    (w.at / name).unlink()
    (w.at / name).mkdir()
    w.write(name + "/x", b"x")
    return failed("It is missing.", name)


@family(weight=1)
def folders_without_end(w):
    w.write("d/" * 40 + "x", b"x")
    return failed("nested too deeply")


@family(weight=1)
def a_file_without_end(w):
    name = w.pick("data/", "model/", "entries/", "index", SEAL, LIST)
    os.truncate(w.at / name, 1 << 42)
    return failed("", name)


# ---- a member lies, and signs it ----------------------------------------------------------------

@family(weight=1)
def the_same_signed_anew(w):
    w.rewrite()
    return fine()


@family(weight=1)
def a_page_of_their_own(w):
    """What the page says is said by whoever sealed the folder: no verifier writes it again."""
    w.write("index.html", b"<p>Everything is fine.</p>\n")
    w.rewrite()
    return fine()


@family(weight=3)
def a_member_changes_the_model(w):
    def edit(kind, h, value, body, blobs):
        if kind == "training":
            data = bytearray(blobs[0])
            data[-w.rng.randrange(1, 64)] ^= 1
            blobs[0] = bytes(data)
            body["steps"][body["chosen"]]["model"] = hashlib.sha256(data).hexdigest()
    w.rewrite(edit)
    return hidden("model")


@family(weight=2)
def a_member_changes_the_model_alone(w):
    def edit(kind, h, value, body, blobs):
        if kind == "training":
            blobs[0] = blobs[0][:-1] + bytes([blobs[0][-1] ^ 1])
    w.rewrite(edit)
    return failed("not the one that its training names")


@family(weight=3)
def a_member_changes_a_result(w):
    which = w.rng.randrange(len(w.entries("verdict")))
    key = w.rng.choice(("value", "low", "high", "rows", "units", "verdict"))
    seen = []

    def edit(kind, h, value, body, blobs):
        if kind == "verdict":
            seen.append(1)
            if len(seen) - 1 == which:
                body[key] = body[key] + 1 if isinstance(body[key], int) else {
                    "supported": "not_supported"}.get(body[key], "supported") \
                    if key == "verdict" else "0.5" + body[key][-1]
    w.rewrite(edit)
    return hidden('"%s" is' % key)


@family(weight=2)
def a_member_changes_data_after_training(w):
    def edit(kind, h, value, body, blobs):
        if kind == "import":
            lines = blobs[0].split(b"\n")
            i = w.rng.randrange(1, len(lines) - 1)
            lines[i] = lines[w.rng.randrange(1, len(lines) - 1)] + b""
            if lines[i] == blobs[0].split(b"\n")[i]:
                lines[i] = lines[-2 if i < len(lines) - 2 else 1]
            blobs[0] = b"\n".join(lines)
    w.rewrite(edit)
    return Wanted("failed", "training", ALL, None)


@family(weight=2)
def a_member_changes_a_training(w):
    key = w.rng.choice(("rows", "folds", "alarms", "gap", "stopped", "chosen"))

    def edit(kind, h, value, body, blobs):
        if kind == "training":
            body[key] = {"rows": {"train": 1, "test": 1, "out": 0}, "folds": 3, "alarms": [],
                         "gap": {"value": "0"}, "stopped": not body["stopped"],
                         "chosen": 0 if body["chosen"] else 1}[key]
    before = json.loads(w.entry(w.entries("training")[0])["body"]["text"])[key]
    w.rewrite(edit)
    if json.loads(w.entry(w.entries("training")[0])["body"]["text"])[key] == before:
        return fine()
    return failed("model differs") if key == "chosen" else hidden('"%s" is' % key)


@family(weight=2)
def trained_by_another_program(w):
    name = w.rng.choice(("ridge/1", "logistic/1", "trees/1", "forest/9"))

    def edit(kind, h, value, body, blobs):
        if kind == "training":
            body["steps"][w.rng.randrange(len(body["steps"]))]["name"] = name
    w.rewrite(edit)
    return fine("verified_except_training")


@family(weight=2)
def public_without_permission(w):
    wanted = w.rng.choice(("import", "training", "question", "position", "verdict"))

    def edit(kind, h, value, body, blobs):
        if kind == wanted:
            body["permission"] = ["project", "training"]
    w.rewrite(edit)
    return failed("its permission does not cover publication")


@family(weight=2)
def place_in_the_chain_invented(w):
    name = w.rng.choice(w.entries()[3:])
    number = w.entries().index(name)
    how = w.rng.choice(("seq", "count", "prev"))
    seen = []

    def edit(kind, h, value, body, blobs):
        seen.append(1)
        if len(seen) - 1 == number:
            if how == "prev" and h["prev"]:
                h["prev"] = hashlib.sha256(h["prev"]).digest()
            elif how == "seq" and h["prev"]:
                h["seq"] += 1
            else:
                h["count"] += 1
    w.rewrite(edit)
    return failed("")


@family(weight=2)
def said_to_be_withdrawn_but_by_nobody(w):
    def edit(kind, h, value, body, blobs):
        if kind == "import":
            value["state"], value["body"] = "withdrawn", None
            value["blobs"] = [None]
            blobs.clear()
    w.rewrite(edit, drop=w.files("no such"))
    for name in w.files("data/"):
        (w.at / name).unlink()
    w.rewrite()
    return failed("no entry takes it back")


@family(weight=1)
def held_back_by_a_member(w):
    def edit(kind, h, value, body, blobs):
        if kind == "import":
            value["state"], value["body"] = "held_back", None
            value["blobs"] = [None]
            blobs.clear()
    w.rewrite(edit)
    for name in w.files("data/"):
        (w.at / name).unlink()
    w.rewrite()
    return fine("verified_except_training")


@family(weight=1)
def the_last_result_left_out(w):
    """That something is missing at the end cannot be seen (record.md section 11)."""
    last = w.entries("verdict")[-1]
    id = digest("entry", w.entry(last)["header"].encode())
    if any(id.hex() in w.entry(n)["header"] for n in w.entries()):
        last = None
    w.rewrite(drop=[last] if last else [], seal=lambda kind, h, value, body, blobs: heads(w, h))
    return fine()


def heads(w, h):
    """A seal over the entries that are here."""
    known = {digest("entry", w.entry(n)["header"].encode()): header_decode(w.entry(n)["header"])
             for n in w.entries()}
    own = [(k["seq"], id) for id, k in known.items() if k["author"] == h["author"]]
    h["seq"], h["prev"] = max(own)[0] + 1, max(own)[1]
    top = max((k["count"], id) for id, k in known.items())
    h["after"], h["count"] = [top[1]] if top[1] != h["prev"] else [], 1 + top[0]


# ---- what was taken back ------------------------------------------------------------------------

@family("rows", weight=1)
def rows_were_taken_back(w):
    return fine("verified_before_withdrawals")


@family("whole", weight=1)
def all_data_were_taken_back(w):
    return fine("withdrawn")


@family("held", weight=1)
def data_are_held_back(w):
    return fine("verified_except_training")


@family("later", weight=1)
def a_later_publication(w):
    return fine()


@family("rows", weight=2)
def what_was_taken_back_put_in_again(w):
    plain = from_base(w, "plain")
    name = w.entries("import")[0]
    (w.at / name).write_bytes((plain / name).read_bytes())
    blob = w.entry(name)["blobs"][0]["file"]
    w.write(blob, (plain / blob).read_bytes())
    w.rewrite()
    return failed("taken back, and yet")


@family("whole", weight=2)
def an_entry_taken_back_put_in_again(w):
    plain = from_base(w, "plain")
    name = w.entries("import")[0]
    value = json.loads((plain / name).read_text())
    value["blobs"] = [None]
    w.put_entry(name, value)
    w.rewrite()
    return failed("taken back, and yet")


@family("rows", weight=4)
def one_bit_after_rows_were_taken_back(w):
    return failed("", w.change_byte(w.pick()))


@family("whole", weight=2)
def file_gone_after_all_was_taken_back(w):
    name = w.pick()
    (w.at / name).unlink()
    return failed("It is missing.", name)


@family("held", weight=3)
def one_bit_where_much_is_held_back(w):
    name = w.change_byte(w.pick("entries/", "index", SEAL))
    w.relist()
    return failed("", name if "index" not in name else LIST)
