#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# 200 planted secrets: exact places, names, addresses, private columns, the texts of rows without
# permission, taken back or set aside, small groups of people. None may be in a public folder, in
# whatever spelling a file of it has; the public rows are all there.
set -eu

fail() {
    echo "$1"
    exit 1
}

python3 - <<'END'
import csv, random
rng = random.Random(8)
secrets = []
def secret(text):
    secrets.append(text)
    return text
def place(low):
    whole = f"{low}.{rng.randrange(100000, 999999)}7"
    secrets.append(whole)
    secrets.append(whole[:-3])  # nearly as exact
    return whole
with open("birds.csv", "w", newline="", encoding="utf-8") as f:
    w = csv.writer(f)
    w.writerow(["site", "lat", "lon", "observer", "email", "owner", "notes", "species", "n"])
    for r in range(40):
        w.writerow([f"s{r % 8}", place(51), place(11), secret(f"Zyx{r:02d}berg") if r < 30 else "",
                    secret(f"q{r}x@nest.example") if r < 10 else "", secret(f"Hof Quarz{r}") if r < 15 else "",
                    secret(f"behind gate {r}k") if r < 15 else "", rng.choice(["wren", "crane"]), r])
with open("kept.csv", "w", newline="", encoding="utf-8") as f:  # no permission
    w = csv.writer(f)
    w.writerow(["marsh", "frog"])
    for r in range(10):
        w.writerow([secret(f"Moor-{r}-Xanten"), r])
with open("few.csv", "w", newline="", encoding="utf-8") as f:  # three people
    w = csv.writer(f)
    w.writerow(["garden", "observer", "newts"])
    for r in range(12):
        w.writerow([f"g{r}", ["Anselmqq", "Brunhildqq", "Cuniberqq"][r % 3], r])
    secrets += ["Anselmqq", "Brunhildqq", "Cuniberqq"]
with open("gone.csv", "w", newline="", encoding="utf-8") as f:  # taken back
    w = csv.writer(f)
    w.writerow(["pond", "toads"])
    for r in range(10):
        w.writerow([secret(f"Teich-{r}-Uhlen") if r < 4 else f"p{r}", r])
secrets += ["Ottilieqq", "Friederqq"]  # members
print(len(secrets), "secrets")
assert len(secrets) >= 200
open("secrets.txt", "w", encoding="utf-8").write("\n".join(secrets) + "\n")
END

run() {
    "$ALLMENDE" "$@" >out 2>errors || { cat out errors && exit 1; }
}
run new p.allmende --title Birds --name Ottilieqq
run member add Friederqq
run collect import birds.csv --table birds --as Ottilieqq --place lat,lon=coarse:0.1 --private owner --person observer
run collect import kept.csv --table frogs --permission project --as Ottilieqq
run collect import few.csv --table newts --person observer --as Ottilieqq
run collect import gone.csv --table toads --as Ottilieqq
import=$("$ALLMENDE" log --json | python3 -c 'import json, sys
print([e["id"] for e in json.load(sys.stdin)["entries"] if e["kind"] == "import"][-1])')
run collect withdraw "$import" --rows 1-4 --as Ottilieqq
run publish public --preview --as Ottilieqq
cp out preview
run publish public --as Ottilieqq

python3 - <<'END'
import base64, csv, json, os, sys
found = []
texts = {}
for root, _, names in os.walk("public"):
    for name in names:
        path = os.path.join(root, name)
        texts[path] = open(path, "rb").read()
texts["preview"] = open("preview", "rb").read()
for secret in open("secrets.txt", encoding="utf-8").read().split("\n")[:-1]:
    spellings = {secret.encode(), secret.encode("utf-16-le"), base64.b64encode(secret.encode())[:-4],
                 json.dumps(secret)[1:-1].encode(), secret.replace(".", ",").encode()}
    for path, text in texts.items():
        if any(s and s in text for s in spellings):
            found.append((secret, path))
print(len(found), "found", found[:10])
package = json.load(open("public/data/datapackage.json"))
rows = {r["title"]: list(csv.DictReader(open("public/data/" + r["path"]))) for r in package["resources"]}
assert len(rows["birds"]) == 40, rows.keys()
assert {r["n"] for r in rows["birds"]} == {str(n) for n in range(40)}
assert len({r["observer"] for r in rows["birds"] if r["observer"].startswith("person ")}) > 5
assert all(float(r["place_uncertainty_m"]) > 7000 for r in rows["birds"])
assert "owner" not in rows["birds"][0] and "email" not in rows["birds"][0] and "notes" not in rows["birds"][0]
assert len(rows["newts"]) == 12 and "observer" not in rows["newts"][0]
assert "frogs" not in rows
sys.exit(1 if found else 0)
END
python3 "$ALLMENDE_TOP/test/export_reader.py" public || fail "the folder is not as its standards want it"
"$ALLMENDE" verify public >out || { cat out; fail "it does not verify"; }
