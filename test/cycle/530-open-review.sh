#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Opening as a deliberate act; people beside the model; errors walked through; a new season.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

# season FILE SHIFT WRONG: 30 sites of 6 rows; kind is a below x = 50, b from there on, but every
# WRONG-th row is the other way round; x is shifted.
season() {
    python3 -c 'import sys
shift, wrong = int(sys.argv[1]), int(sys.argv[2])
print("site,x,kind")
for s in range(30):
    for i in range(6):
        x = (s * 31 + i * 37) % 100
        n = s * 6 + i
        print("s%d,%d,%s" % (s, x + shift, "ba"[(x < 50) != (n % wrong == 3)]))' "$2" "$3" >"$1"
}
season first.csv 0 20
season second.csv 80 20

run 0 new p.allmende --title Teich --name Ada
run 0 hypothesis add "x tells the kind" --measure accuracy --target kind --features x --group site --share 0.5 --at-least 0.7
run 0 hypothesis freeze last
run 0 collect import first.csv
run 0 train last

# Without the word nothing is opened, and nothing is written.
run 1 review list last
complains "only after the part set aside"
run 0 log --json
before=$(value 'len(r["entries"])')
run 1 evaluate last
complains "Nothing was opened" "90 rows" "Nobody has looked" "--open"
run 1 evaluate last --json
error conflict
run 1 evaluate last --data new --open
complains "no result yet"
run 0 log --json
json "len(r['entries']) == $before"

# How people agree about the same things: 12 of 40 pictures with one of three people apart. That is a
# table of its own; alpha in fractions: 1 - (n - 1) * 24 / (a * b) of 120 answers, a of one kind.
python3 -c 'print("picture,person,answer")
for p in range(40):
    for q in "xyz":
        print("%d,%s,%s" % (p, q, "ab"[(p % 2) ^ (q == "z" and p < 12)]))' >answers.csv
run 0 collect import answers.csv --table answers
run 2 evaluate last --people answers --open
complains "table, item, person and answer"
run 1 evaluate last --people answers:picture,nobody,answer --open
complains "nobody"
run 0 log --json
json "len(r['entries']) == $before + 1"
run 0 evaluate last --people answers:picture,person,answer --errors 0 --open --json
json 'r["looks"] == 1 and r["rows"] == 90 and r["verdict"] == "supported" and r["first"] is None'
json 'r["people"]["units"] == 40'
# a: 60 answers (6 of 12 were turned each way), b: 60; 12 items with 2 against 1: 12 * 2 = 24 pairs apart of 2
json 'abs(r["people"]["value"] - (1 - 119 * 24 / (60 * 60 * 2))) < 1e-9'
value=$(value 'r["value"]')
wrong=$(value 'round(90 * (1 - r["value"]))')
run 1 evaluate last
complains "looked at 1 time(s) already" "number 2"

# The errors, and why: the last remark counts.
run 0 review list last --json
json "r['errors'] == $wrong and len(r['list']) == $wrong and r['reviewed'] == 0"
json 'all(e["truth"] != e["guess"] and {e["truth"], e["guess"]} == {"a", "b"} for e in r["list"])'
item=$(value 'r["list"][0]["item"]')
run 1 review add last "$item" --cause witchcraft
complains "no cause" "wrong-answer"
run 1 review add last 000000000000 --cause hard
complains "No error"
run 0 review add last "$item" --cause hard
run 0 review add last "$item" --cause wrong-answer --note "It was a moorhen"
run 0 review list last
says "moorhen" "1: what was taken for true is wrong" "1 talked about"
never "1: people would be unsure"
run 0 --lang de review list last --json
json 'r["causes"]["wrong-answer"] == 1 and r["causes"]["hard"] == 0 and r["reviewed"] == 1'
# A look at errors that were opened is no new look.
run 0 log --json
json '[e["kind"] for e in r["entries"]].count("opening") == 1'

# A new season: the same guess, the same model, an opening with a count of its own.
run 1 evaluate last --data new --open
complains "No data came"
run 0 collect import second.csv
new=$(run 0 collect list --json >&2; value '[b["id"] for b in r["batches"]][-1]')
old=$(value '[b["id"] for b in r["batches"]][0]')
run 1 evaluate last --open
complains "data have changed" "--data new"
run 1 evaluate last --data "$old" --open
complains "is not new"
run 1 evaluate last --data "$new"
complains "data that are new" "90 rows" "Nobody has looked"
run 0 evaluate last --data "$new" --open --json
json "r['looks'] == 1 and r['rows'] == 90 and abs(r['first']['rows'] - 90) == 0"
json "float(r['first']['value']) == $value and r['value'] < $value - 0.1"
json 'any(a["kind"] in ("shifted", "range_differs") and a["column"] == "x" for a in r["leaks"])'
run 0 evaluate last --data new --open
says "same model" "First result" "number 2"
# Without the shift the model is as good as before; both openings are counted apart.
run 0 check
run 0 log --json
json '[e["kind"] for e in r["entries"]].count("opening") == 3'

# About the world it is the same.
run 0 hypothesis add "a is frequent" --measure share --where "kind = a" --unit site --at-least 0.3 --table world
run 0 hypothesis freeze last
run 0 collect import first.csv --table world
run 1 evaluate last
complains "look at the data: 180 rows"
run 0 evaluate last --open
season third.csv 0 7
run 0 collect import third.csv --table world
run 0 evaluate last --data new --open --json
json 'r["rows"] == 180 and r["looks"] == 1 and r["first"]["rows"] == 180'
run 1 review list last
complains "about the world"
# What is published can be worked through again, with the verdicts of the new season.
run 0 publish public
run 0 verify public
run 0 check

# Each row of a recording counts here: that is said, because the range is too narrow.
python3 -c 'import math
print("light,state")
for i in range(600):
    wave = math.sin(i / 40)
    print("%d,%s" % (500 + 400 * wave + i * 7919 % 11, "day" if wave + math.sin(i / 17) / 3 > 0 else "night"))' >recording.csv
awk 'NR == 1 { print $0 ",n" } NR > 1 { print $0 "," NR }' recording.csv >numbered.csv
run 0 hypothesis add "Light tells the state" --measure accuracy --target state --features light --split "n > 400" --at-least 0.7 --table recording
run 0 hypothesis freeze last
run 0 collect import numbered.csv --table recording
run 0 train last
run 1 evaluate last
complains "range would be too narrow" "--unit day"
run 0 evaluate last --open
grep -q "range is too narrow" errors || fail "nothing is said about a recording"
run 0 evaluate last --open --json
json 'r["range_too_narrow"] is True'

# Amended, stretches of it count: 399 rows are learned from, so 7 make a stretch, and 201 are 29.
run 1 hypothesis add "x" --measure accuracy --target state --random-rows --why x --stretches --at-least 0.7 --json
error input
run 1 hypothesis add "x" --measure share --where "state = day" --stretches --at-least 0.7 --json
error input
run 0 hypothesis amend last --stretches --reason "rows are a recording"
says "stretches of them count once"
run 0 hypothesis freeze last
run 0 train last
run 0 evaluate last --open --json
json 'r["range_too_narrow"] is False and r["units"] == 29 and r["rows"] == 201'
run 0 publish public-stretches
run 0 verify public-stretches
says "Verified"
