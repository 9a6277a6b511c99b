# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy of a published folder, and the ways to change it: what the cases of tamper_cases.py use. A
member who lies signs all anew with their key."""

import hashlib
import json
import os
import pathlib
import re
import shutil

from ed25519 import BASE, L, P, extended, point_times
from record_reader import digest, header_decode, header_encode

SEAL, LIST = "publication.json", "SHA256SUMS"


# ---- signing, for members who lie ---------------------------------------------------------------

def encode(point):
    z = pow(point[2], -1, P)
    x, y = point[0] * z % P, point[1] * z % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def sign(seed, message):
    h = hashlib.sha512(seed).digest()
    a = int.from_bytes(h[:32], "little") & (1 << 254) - 8 | 1 << 254
    key = encode(point_times(a, extended(BASE)))
    r = int.from_bytes(hashlib.sha512(h[32:] + message).digest(), "little") % L
    big_r = encode(point_times(r, extended(BASE)))
    k = int.from_bytes(hashlib.sha512(big_r + key + message).digest(), "little")
    return key, big_r + ((r + k * a) % L).to_bytes(32, "little")


def member_seeds():
    seeds = {}
    for path in pathlib.Path(os.environ["XDG_CONFIG_HOME"], "allmende/keys").glob("*/*.key"):
        seeds[bytes.fromhex(path.stem)] = bytes.fromhex(path.read_text().split("\n")[1])
    return seeds


STRANGER = bytes(range(32))


# ---- a folder that is worked on -----------------------------------------------------------------

class Work:
    """A copy of a base, and the ways to change it."""

    def __init__(self, base, to, rng, seeds):
        shutil.rmtree(to, ignore_errors=True)
        shutil.copytree(base, to, symlinks=True)
        self.base, self.at, self.rng, self.seeds = base, pathlib.Path(to), rng, seeds
        self.project = None

    def files(self, *starts):
        names = sorted(str(p.relative_to(self.at)) for p in self.at.rglob("*") if p.is_file())
        return [n for n in names if n.startswith(starts)] if starts else names

    def promised(self):
        """Files that an entry promises."""
        return sorted(blob["file"] for name in self.entries()
                      for blob in self.entry(name)["blobs"] if blob)

    def pick(self, *starts):
        return self.rng.choice(self.files(*starts))

    def read(self, name):
        return (self.at / name).read_bytes()

    def write(self, name, data):
        path = self.at / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return name

    def entry(self, name):
        return json.loads(self.read(name))

    def put_entry(self, name, value):
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return self.write(name, text.encode() + b"\n")

    def entries(self, kind=None):
        """Names of entry files of a kind, in order."""
        found = [n for n in self.files("entries/")]
        return [n for n in found if not kind or "\nkind %s\n" % kind in self.entry(n)["header"]]

    def relist(self):
        """Put the list of files right."""
        lines = ["%s  %s\n" % (hashlib.sha256(self.read(n)).hexdigest(), n)
                 for n in sorted(self.files(), key=os.fsencode) if n not in (SEAL, LIST)]
        self.write(LIST, "".join(lines).encode())

    def change_byte(self, name):
        data = bytearray(self.read(name))
        data[self.rng.randrange(len(data))] ^= 1 << self.rng.randrange(8)
        return self.write(name, bytes(data))

    # a member who lies writes everything anew from some entry on

    def rewrite(self, edit=None, drop=(), seal=None):
        """edit(kind, header, file, body, blobs) changes an entry in place: header fields, the
        entry file's state, the body, and blobs {place: bytes}. All that follows is signed again."""
        new, loaded = {}, [(n, self.entry(n)) for n in self.entries() if n not in drop]
        loaded.sort(key=lambda pair: (header_decode(pair[1]["header"])["count"], pair[0]))
        for name, value in loaded:
            self.rewrite_one(name, value, new, edit)
        for name in drop:
            (self.at / name).unlink()
        self.relist()
        value = self.entry(SEAL)
        body = json.loads(value["body"]["text"])
        body["manifest"] = hashlib.sha256(self.read(LIST)).hexdigest()
        body["entries"] = len(loaded)
        value["body"]["text"] = json.dumps(body, sort_keys=True, separators=(",", ":"))
        self.rewrite_one(SEAL, value, new, seal)

    def rewrite_one(self, name, value, new, edit):
        old = digest("entry", value["header"].encode()).hex()
        text = json.dumps(value)
        for before, after in new.items():
            text = text.replace(before, after).replace(before[:12], after[:12])
        value = json.loads(text)
        after = sorted(line for line in value["header"].split("\n") if line.startswith("after "))
        value["header"] = re.sub("^after .*$", lambda m: after.pop(0), value["header"], flags=re.M)
        h = header_decode(value["header"])
        body = json.loads(value["body"]["text"]) if value["body"] else None
        blobs = {i: self.read(b["file"]) for i, b in enumerate(value["blobs"]) if b}
        before = json.dumps(body), dict(blobs)
        if edit:
            edit(h["kind"], h, value, body, blobs)
        if value["body"] and json.dumps(body) != before[0]:
            value["body"]["text"] = json.dumps(body, sort_keys=True, separators=(",", ":"),
                                               ensure_ascii=False)
        if value["body"]:
            data = value["body"]["text"].encode()
            h["body"] = (digest("commitment", bytes.fromhex(value["body"]["salt"]), data),
                         len(data))
        for i, data in blobs.items():
            if value["blobs"][i]:
                salt = bytes.fromhex(value["blobs"][i]["salt"])
                h["blob"][i] = (digest("commitment", salt, data), len(data))
        self.sign_one(name, value, h, old, new, blobs)

    def sign_one(self, name, value, h, old, new, blobs):
        value["header"] = header_encode(h)
        id = digest("entry", value["header"].encode())
        seed = self.seeds.get(h["author"], STRANGER)
        value["signature"] = sign(seed, b"allmende 1 signature\n" + id)[1].hex()
        new[old] = id.hex()
        for i, blob in enumerate(value["blobs"]):
            if blob:
                (self.at / blob["file"]).unlink(missing_ok=True)
                blob["file"] = blob["file"].replace(old[:12], id.hex()[:12])
                self.write(blob["file"], blobs[i])
        if name != SEAL:
            (self.at / name).unlink()
            name = "entries/%06d-%s.json" % (h["count"], id.hex()[:12])
        self.put_entry(name, value)
