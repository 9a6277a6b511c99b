#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The ledger says what it took, and says it where something is not known.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

awk 'BEGIN { print "year,y"; for (i = 0; i < 40; i++) print 1980 + i "," 100 - i + (i * 7) % 5 }' >t.csv
run 0 new p.allmende --title Test --name Ada
run 0 ledger
says "Nothing was trained" "1 people"
run 0 hypothesis add "Es fällt" --measure slope --target y --by year --at-most 0
run 0 hypothesis freeze last
run 0 collect import t.csv
run 0 evaluate last --open --watts 5,15
run 0 ledger --json
json 'len(r["lines"]) == 1 and r["lines"][0]["method"] in ("estimate", "rapl")'
json 'r["lines"][0]["energy_j"] is not None and r["lines"][0]["cpu_s"] >= 0'
run 2 evaluate last --open --watts many
complains "watts"
run 0 evaluate last --open
run 0 ledger --json
json 'r["lines"][0]["acts"] == 2'
