#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Where a model errs is told in counts; what stays on the record names no row, no unit, no class.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

awk 'BEGIN { print "site,a,b,class"
    for (r = 0; r < 480; r++) { a = (r * 37) % 101; b = (r * 53) % 97
        k = a > 75 ? "kingfisher" : b > 50 ? "dipper" : "wren"
        if (r % 11 == 0) k = "wren"
        printf "meadow%02d,%d,%d,%s\n", r / 12, a, b, k } }' >t.csv
run 0 new p.allmende --title Test --name Ada
run 0 ask add "Which bird?"
run 0 hypothesis add "It finds kingfishers" --measure recall:kingfisher --target class --group site --at-least 0.6
says "Written down"
run 0 hypothesis show last
says "of 20 that are \"kingfisher\" and it has never seen, at least 12 found"
run 0 hypothesis freeze last
run 0 collect import t.csv --group site --permission project,publication,training
run 1 train last --alarm heron
complains "heron" "dipper, kingfisher, wren"
run 0 train last --alarm kingfisher --json
json 'r["metric"] == "recall:kingfisher" and r["thresholds"]["class"] == "kingfisher"'
json 'all(a["alarms"] >= b["alarms"] and a["missed"] <= b["missed"] for a, b in zip(r["thresholds"]["thresholds"], r["thresholds"]["thresholds"][1:]))'
threshold=$(value 'r["thresholds"]["thresholds"][5]["threshold"]')

# A threshold without a class is refused before anybody has looked.
run 2 evaluate last --open --threshold 0.3
complains "--alarm CLASS"
run 1 evaluate last --open --alarm heron --threshold 0.3
complains "heron"
run 0 log --json
json 'not any(e["kind"] == "opening" for e in r["entries"])'

run 0 evaluate last --open --alarm kingfisher --threshold "$threshold" --errors 5 --json
json 'r["looks"] == 1 and r["measure"] == "recall:kingfisher"'
json 'sum(c["n"] for c in r["report"]["confusion"]) == r["rows"]'
json 'sum(g["n"] for g in r["report"]["groups"]) == r["rows"] and r["report"]["groups"][0]["unit"].startswith("meadow")'
json 'sum(g["n"] - g["right"] for g in r["report"]["groups"]) == r["report"]["errors_total"]'
json 'r["report"]["alarm"]["class"] == "kingfisher" and r["report"]["alarm"]["wanted"] == sum(c["n"] for c in r["report"]["confusion"] if c["truth"] == "kingfisher")'
json 'len(r["report"]["errors"]) == min(5, r["report"]["errors_total"]) and all(len(e["item"]) == 64 for e in r["report"]["errors"])'
json 'r["value"] == next(c["n"] for c in r["report"]["confusion"] if c["truth"] == c["answer"] == "kingfisher") / r["report"]["alarm"]["wanted"]'

run 0 publish pub
run 0 verify pub
# (The guess itself names the kingfisher; nothing but the data names wrens and meadows.)
looked=0
for entry in pub/entries/*; do
    grep -q 'nkind opening\|nkind verdict' "$entry" || continue
    looked=$((looked + 1))
    ! grep -q 'wren\|meadow' "$entry" || fail "$entry names what may be taken back"
done
[ "$looked" -eq 2 ] || fail "opening and verdict are not among the entries"
grep -q 'What was taken for what' pub/details_en.html || fail "the page does not say where it errs"
grep -q 'What the model pays attention to' pub/details_en.html || fail "the page does not show the model"
grep -q 'Worauf das Modell achtet' pub/details_de.html || fail "the German page does not show the model"

# The same numbers in sentences; numbers have their own.
run 0 evaluate last --open --alarm kingfisher --threshold "$threshold" --errors 2
says "What was taken for what:" "Unit by unit, the worst first:" "Alarms for \"kingfisher\" on the part set aside:" "missed"
# shellcheck disable=SC2086
run 0 try t.csv --target a --group site --errors 2
says "The answers farthest off:" "off by"
run 0 try t.csv --target class --group site --metric precision:wren --json
json 'r["metric"] == "precision:wren" and 0 <= r["test"]["precision"] <= 1'
run 1 try t.csv --target class --group site --metric auc
complains "two classes"
