#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Observations come in one by one, are corrected and taken back: no row moves from what was learned
# from to what is tested with, or back. The sides are worked out here anew, from SHA-256 alone.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

# sides FILE: what the last training must say. FILE holds lines "site rows"; a line "was NOW WAS" is
# a row of NOW that was corrected from WAS after it had a side. Checks counts and the draw.
sides() {
    run 0 show last --json
    python3 - "$1" "$freeze" <<'END2'
import hashlib, json, math, os, sys
freeze = bytes.fromhex(sys.argv[2])
body = json.load(open("out"))["body"]
low, high = int(body["draw"]["low"], 16), int(body["draw"]["high"], 16)
assert low == high and len(body["draw"]["low"]) == 16
def place(site):
    text = b"allmende 1 split\n" + freeze + site.encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "big")
def side(site):
    return "test" if place(site) <= low else "train"
want = {"train": 0, "test": 0, "out": 0}
groups = []
for line in open(sys.argv[1]):
    words = line.split()
    if words[0] == "was":
        want[side(words[1])] -= 1
        want[side(words[1]) if side(words[1]) == side(words[2]) else "out"] += 1
    else:
        want[side(words[0])] += int(words[1])
        groups.append(words[0])
if not os.path.exists("draw"):   # the first one: the share of the groups that are there
    first = sorted(groups, key=place)[:math.ceil(len(groups) * 0.5)]
    assert sorted(first) == sorted(g for g in groups if side(g) == "test"), first
    assert low not in [place(g) for g in groups], "the draw tells a place"
    json.dump(body["draw"], open("draw", "w"))
    assert "earlier" not in body
    open("train-site", "w").write([g for g in groups if g not in first and g != "a"][0])
    open("test-site", "w").write(" ".join(g for g in first if g != "a"))
    open("last-site", "w").write(first[-1])
assert body["draw"] == json.load(open("draw")), "the draw moved"
assert body["rows"] == want, (body["rows"], want)
END2
}

# rows SITE N FIRST: N lines of a CSV file for collect add.
rows() {
    awk -v site="$1" -v n="$2" -v first="$3" 'BEGIN { for (i = 0; i < n; i++)
        printf "%s,%d,%s\n", site, (first + i * 7) % 30, ((first + i * 7) % 30 > 14) ? "yes" : "no" }'
}

run 0 new pond.allmende --title Teich --name Ada
printf '%s\n' 'form pond' 'text site required' 'number depth unit cm' 'choice newt is yes,no' \
    >pond.form
run 0 form add pond.form
run 0 hypothesis add "The depth tells where newts are" --table pond --measure accuracy --target newt \
    --group site --share 0.5 --at-least 0.6
run 0 hypothesis freeze last --json
freeze=$(value 'r["freeze"]')

# Sizes of which no two sums are alike: counts tell which groups lie where.
{
    echo site,depth,newt
    for of in a:1 b:2 c:4 d:8 e:16 f:32; do rows "${of%:*}" "${of#*:}" 3; done
} >first.csv
run 0 collect add pond --file first.csv --json
cp out first.json
run 0 train last
printf '%s\n' 'a 1' 'b 2' 'c 4' 'd 8' 'e 16' 'f 32' >now
sides now

# More of the same, and new places: those that were there keep their side.
{
    echo site,depth,newt
    for of in g:64 h:128 i:5 a:3 b:5; do rows "${of%:*}" "${of#*:}" 4; done
} >second.csv
run 0 collect add pond --file second.csv
run 0 train last
printf '%s\n' 'a 4' 'b 7' 'c 4' 'd 8' 'e 16' 'f 32' 'g 64' 'h 128' 'i 5' >now
sides now
run 0 show last --json
json 'len(r["body"]["earlier"]) == 1'

# A row that is corrected from one side to the other takes no part; on the same side it stays.
learned=$(cat train-site)
# shellcheck disable=SC2046 # a list of names
set -- $(cat test-site)
run 0 collect add pond "site=$1" depth=9 newt=no --json
once=$(value 'r["id"]')
run 0 train last
awk -v s="$1" '$1 == s { $2++ } { print }' now >next && mv next now
sides now
run 0 collect correct "$once" "site=$learned" --why "wrong line"
run 0 train last
says "1 of them were corrected so that they would have changed sides"
{
    awk -v s="$1" -v l="$learned" '$1 == s { $2-- } $1 == l { $2++ } { print }' now
    echo "was $learned $1"
} >next && mv next now
sides now
run 0 collect correct "$once" "site=$2" --why "that line"
run 0 train last
{
    awk -v s="$2" -v l="$learned" '$1 == l { $2-- } $1 == s { $2++ } $1 != "was" { print }' now
    echo "was $2 $learned"
} >next && mv next now
sides now # once out, it stays out

# A correction of another column changes no side.
run 0 collect correct "$once" depth=10 --why "misread"
run 0 train last
sides now

# All rows of the place that the draw ended with are taken back: nothing else moves.
gone=$(cat last-site)
for id in $(python3 -c 'import csv, json, sys
ids = json.load(open("first.json"))["ids"]
rows = list(csv.DictReader(open("first.csv")))
print(*[i for i, row in zip(ids, rows) if row["site"] == sys.argv[1]])' "$gone"); do
    run 0 collect withdraw "$id"
done
awk -v s="$gone" '$1 == s { $2 -= g } { print }' g="$(grep -c "^$gone," first.csv)" now >next
mv next now
run 0 train last
sides now
run 0 check
run 0 evaluate last --open
run 0 publish public
run 0 verify public
says "Verified"

# A new season: the locked guess and its model are judged on the new rows that are set aside, alone.
{
    echo site,depth,newt
    for of in a:2 b:3 c:5 d:1 e:4 f:6 g:7 new1:11 new2:13; do rows "${of%:*}" "${of#*:}" 5; done
} >season.csv
run 1 evaluate last --data new --open
complains "No data came"
run 0 collect add pond --file season.csv
run 0 evaluate last --data new --open --json
python3 - "$freeze" <<'END4' || fail "other rows than those of the new season that are set aside"
import hashlib, json, sys
r = json.load(open("out"))
low = int(json.load(open("draw"))["low"], 16)
def place(site):
    return int.from_bytes(hashlib.sha256(b"allmende 1 split\n" + bytes.fromhex(sys.argv[1]) + site.encode()).digest()[:8], "big")
want = sum(n for site, n in (("a", 2), ("b", 3), ("c", 5), ("d", 1), ("e", 4), ("f", 6), ("g", 7), ("new1", 11), ("new2", 13)) if place(site) <= low)
assert r["rows"] == want, (r["rows"], want)
END4
run 0 publish later
run 0 verify later
says "Verified"
