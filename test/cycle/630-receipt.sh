#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A receipt says who verified what, with which program, when; whoever changes a letter of it is found.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

run 0 new p.allmende --title Test --name Ada
run 0 ask add "Is it warm?"
run 0 publish one
run 0 publish two
run 0 verify one --receipt r.txt --by "Bo Neighbour"
says "Receipt in r.txt" "there is no training and no result"
run 1 verify one --receipt r.txt
complains "is there already"
run 0 verify --check-receipt r.txt
says "So says Bo Neighbour" "The signature fits"
run 0 verify one --check-receipt r.txt --json
json 'r["state"] == "verified" and r["name"] == "Bo Neighbour" and len(r["key"]) == 64'
run 1 verify two --check-receipt r.txt
complains "about another folder"
sed 's/Bo Neighbour/Bo neighbour/' r.txt >changed.txt
run 1 verify --check-receipt changed.txt
complains "its signature does not fit"
sed 's/^entries /entries 0/' r.txt >changed.txt
run 1 verify --check-receipt changed.txt
complains "It is no receipt"
run 1 verify one --receipt s.txt --by "$(printf 'a\033b')"
complains "cannot stand on a receipt"

# What failed is said, too; and the one who verifies keeps their key.
echo x >>one/index.html
run 1 verify one --receipt failed.txt
grep -q '^state failed$' failed.txt || fail "the receipt does not say failed"
[ "$(grep '^key ' failed.txt)" = "$(grep '^key ' r.txt)" ] || fail "another key"
run 1 verify one --check-receipt r.txt
complains 'what is found now is "failed"'
run 2 verify

# The second verifier reads receipts as well; both see every change of a letter.
PYTHONDONTWRITEBYTECODE=1 python3 - <<'END'
import os, random, subprocess, sys
sys.path.insert(0, os.environ["ALLMENDE_TOP"] + "/test")
import publication_reader as reader

def first(path, *folder):
    return subprocess.run([os.environ["ALLMENDE"], "verify", *folder, "--check-receipt", path],
                          capture_output=True, timeout=60).returncode

def second(path, *folder):
    return reader.receipt_main(["--receipt", path, *folder])

for path, folder, wanted in (("r.txt", (), 0), ("failed.txt", (), 0), ("r.txt", ("two",), 1),
                             ("r.txt", ("one",), 1), ("failed.txt", ("one",), 0)):
    found = first(path, *folder), second(path, *folder)
    assert found == (wanted, wanted), (path, folder, found)

rng, fine = random.Random(7), open("r.txt", "rb").read()
lines = fine.split(b"\n")
cases = [fine[:-1], fine + b"\n", fine.replace(b"\n", b"\r\n"), fine[:200], b"", fine + fine,
         fine.replace(b"name Bo", b"name  Bo"), fine.replace(b"name Bo Neighbour\n", b""),
         b"\n".join(lines[:5] + [lines[6], lines[5]] + lines[7:]), b"\xef\xbb\xbf" + fine,
         fine.replace(b"state verified", b"state VERIFIED"), fine.replace(b"faults 0", b"faults 00")]
for i in range(120):
    data = bytearray(fine)
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    cases.append(bytes(data))
for data in cases:
    open("m.txt", "wb").write(data)
    assert (first("m.txt"), second("m.txt")) == (1, 1), data
print(len(cases), "changed receipts")
END
