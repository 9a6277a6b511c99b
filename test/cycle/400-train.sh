#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The steps are climbed for a locked guess; the model follows from the record alone.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

awk 'BEGIN { print "site,a,b,class"
    for (r = 0; r < 240; r++) { a = (r * 37) % 101
        printf "s%02d,%d,%d.%d,%s\n", r / 12, a, r % 7, r % 10, (a > 50 ? "yes" : "no") } }' >t.csv

run 0 new p.allmende --title Test --name Ada
run 0 ask add "Reicht a?"
run 0 hypothesis add "a sagt die Klasse voraus" --measure accuracy --target class --group site --at-least 0.75 --question last
run 1 train last
complains "not locked"
run 0 hypothesis freeze last
run 1 train last
complains "observations"
run 0 collect import t.csv --group site --permission project,publication,training
run 0 train last --json
json 'r["rows"] == {"train": 180, "test": 60, "out": 0} and r["chosen"] == 1'
json '[s["rung"] for s in r["rungs"]] == [0, 1]'
model=$(value 'r["model"]')
training=$(value 'r["id"]')
run 0 train last --threads 1 --json
json "r['model'] == '$model'"
run 0 check

# A copy trains to the same model, without the first computer's help but with a key of its own.
run 0 copy q.allmende
run 0 -p q.allmende train last --json
json "r['model'] == '$model'"
run 0 -p p.allmende status --json

# What was made with a withdrawn row goes with it, and training anew equals never having had it.
import=$("$ALLMENDE" -p p.allmende log --json | python3 -c 'import json, sys
print([e["id"] for e in json.load(sys.stdin)["entries"] if e["kind"] == "import"][0])')
run 0 -p p.allmende collect withdraw "$import" --rows 17
says "Gone with it"
run 1 -p p.allmende evaluate last --open
complains "changed" "train"
run 0 -p p.allmende train last --json
without=$(value 'r["model"]')
[ "$without" != "$model" ] || fail "the withdrawn row still counts"
run 0 -p p.allmende check

# Files that were given for other purposes are not learned from.
awk 'BEGIN { print "site,v,c"; for (r = 0; r < 60; r++) print "s" r % 12 "," r "," (r % 2 ? "x" : "y") }' >u.csv
run 0 -p p.allmende hypothesis add "Geht nicht" --measure accuracy --table other --target c --group site --at-least 0.75
run 0 -p p.allmende hypothesis freeze last
run 0 -p p.allmende collect import u.csv --table other --permission publication
run 1 -p p.allmende train last
complains "other purposes"

# A guess about the world needs no model.
run 0 -p p.allmende hypothesis add "b steigt mit a" --measure slope --target b --by a --at-least 0
run 0 -p p.allmende hypothesis freeze last
run 1 -p p.allmende train last
complains "about the world" "evaluate"
[ -n "$training" ]
