#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A guess about later years: what comes later is set aside; alarms are on the record and on the page.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

awk 'BEGIN { print "year,site,a,told,y"; for (i = 0; i < 400; i++) {
    s = (s * 1103 + 12345) % 65536; y = s % 1009 > 504
    printf "%d,s%d,%d,%d,%s\n", 1981 + i / 20, i % 10, s % 97, y * 50 + s % 29, (y ? "yes" : "no") } }' >t.csv

run 0 new p.allmende --title Test --name Ada
run 0 hypothesis add "told sagt y voraus" --measure accuracy --target y --unit site --split 'year >= 1996' --at-least 0.75
run 0 hypothesis show last
says "the rows with year >= 1996"
run 0 hypothesis show last --json
json 'r["hypothesis"]["split"]["by"] == "time" and r["hypothesis"]["split"]["condition"] == "year >= 1996"'
run 0 --lang de hypothesis show last
says "die Zeilen mit year >= 1996"
run 0 hypothesis freeze last
run 0 collect import t.csv --permission project,publication,training
run 0 train last --json
json 'r["rows"] == {"train": 300, "test": 100, "out": 0}'
json '[(l["kind"], l["column"]) for l in r["leaks"]] == [("gives_answer", "told")]'
training=$(value 'r["id"]')
run 0 show "$training" --json
grep -q '"alarms"' out || fail "the training does not keep its alarms"
run 0 evaluate last --open --json
json 'r["leaks"][0]["kind"] == "gives_answer" and r["rows"] == 100'
opening=$(value 'r["opening"]')
run 0 show "$opening" --json
grep -q 'gives_answer' out || fail "the opening does not keep its alarms"
run 0 publish site
grep -q 'alone tells the answer' site/*.html || fail "the page keeps the alarm back"
grep -q 'verrät die Antwort' site/*.html || fail "the German page keeps the alarm back"
run 0 verify site

run 1 hypothesis add "x" --measure accuracy --target y --split '>= 1996' --at-least 0.75
complains "no column"
