#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# 300 planted secrets: exact places, names, addresses, private columns, the texts of rows without
# permission, taken back or set aside, small groups of people; what is said among the members (a
# question that is kept there and all that hangs on it, talk, minutes, names on paper), hours, private
# fields of forms, notes, where devices are, what single people answered. None may be in a public folder, in
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
for what in ["problem", "affected", "harm", "withoutai", "volunteers", "tools", "data", "stop", "question",
             "remark", "minutes", "minutenames", "position", "paper", "papernames", "decision", "own",
             "revisit", "device", "roundtable", "correction", "kept", "call", "openpaper", "openminutes"]:
    secret(f"Vz{what}qq")  # said below
with open("walks.csv", "w", newline="", encoding="utf-8") as f:
    w = csv.writer(f)
    w.writerow(["site", "eventDate", "scientificName", "where", "n", "observer", "owner", "note"])
    for r in range(20):
        w.writerow([f"s{r % 5}", f"2026-05-{r + 1:02d}", "Lutra lutra", f"{place(52)} {place(9)} 8", r,
                    secret(f"Wanderer{r % 4}qq{r % 4}"), secret(f"Alm Onyx{r}"), secret(f"we saw it from behind the {r}th birch of the Noll farm")])
with open("answers.csv", "w", newline="", encoding="utf-8") as f:
    w = csv.writer(f)
    w.writerow(["item", "person", "answer"])
    for r in range(60):
        w.writerow([f"pic{r % 10}", f"Labeller{r % 6}qq", rng.choice(["wren", "crane"])])
secrets += [f"Labeller{r}qq" for r in range(6)]
secrets = sorted(set(secrets))
print(len(secrets), "secrets")
assert len(secrets) >= 300
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
# A question that stays among the members, and everything about it.
run ask add "Vzquestionqq?" --problem Vzproblemqq --permission project --as Ottilieqq
run ask sheet last --affected Vzaffectedqq --harm Vzharmqq --without-ai Vzwithoutaiqq --as Friederqq
run ask sheet last --volunteers Vzvolunteersqq --tools Vztoolsqq --data Vzdataqq --stop Vzstopqq --as Ottilieqq
run ask say last Vzkeptqq --permission project,publication --as Friederqq
run ask call last --method consent --outcome stop --closes today --proposal Vzcallqq --as Ottilieqq
run ask position last agree --reason Vzownqq --as Ottilieqq
run ask paper last --agree 1 --reason "agree: Vzpaperqq" --names Vzpapernamesqq --as Ottilieqq
run ask decide last --reason Vzdecisionqq --as Ottilieqq
run ask revisit last --needed no --changed Vzrevisitqq --as Ottilieqq
# An open one: talk, minutes and names stay unless somebody says otherwise.
run ask add "How are the otters?" --as Ottilieqq
run ask say last Vzremarkqq --as Friederqq
run ask say last "All may read this." --permission project,publication --as Friederqq
run ask position last agree --reason Vzpositionqq --permission project --as Friederqq
run ask paper last --agree 2 --names Vzopenpaperqq --as Ottilieqq
run ask decide last --outcome go-on --reason "We go on." --as Ottilieqq
run ask minutes last --members 2 --text Vzminutesqq --names Vzminutenamesqq --as Ottilieqq
run ask minutes last --members 2 --text "All may read these." --names Vzopenminutesqq --permission project,publication --as Ottilieqq
# Forms, devices, corrections, labels, the ledger.
cat >walk.form <<'FORM'
form walk "Walk"
text site open
date eventDate required
text scientificName open
place where coarse 0.1
number n
person observer
text owner private
text note private
FORM
run form add walk.form --as Ottilieqq
run deployment add --device "camera 1" --from 2026-04-01 --where Vzdeviceqq --as Ottilieqq
run collect add walk --file walks.csv --as Friederqq
observation=$("$ALLMENDE" log --json | python3 -c 'import json, sys
print([e["id"] for e in json.load(sys.stdin)["entries"] if e["kind"] == "observation"][0])')
run collect correct "$observation" note=Vzcorrectionqq n=3 --why Vzcorrectionqq --as Friederqq
run label guideline "Which bird?" --choice wren --choice crane --as Ottilieqq
run label import last answers.csv --form triples --as Ottilieqq
run label round-table last pic1 wren --reason Vzroundtableqq --as Ottilieqq
run label consensus last --write named --as Ottilieqq
run ledger add hours 7 --phase ask --as Friederqq
run ledger add credit data-curation --as Friederqq
run ledger add travel 12 --by car --as Ottilieqq
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
assert "frogs" not in rows and len(rows["walk"]) == 20 and len(rows["named"]) == 10
# What may be read is there; hours of one person are in no sum.
page = texts["public/details_en.html"].decode()
assert "All may read this." in page and "All may read these." in page and "How are the otters?" in page
assert "We go on." in page and "Hours in all" not in page and "car" in page
sys.exit(1 if found else 0)
END
python3 "$ALLMENDE_TOP/test/export_reader.py" public || fail "the folder is not as its standards want it"
"$ALLMENDE" verify public >out || { cat out; fail "it does not verify"; }
