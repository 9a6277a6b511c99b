#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The example: the same bytes for the same seed, the trap is there, the whole cycle runs.
export LC_ALL=C

fail() {
    echo "$*"
    exit 1
}

"$ALLMENDE" example stream one --quiet
"$ALLMENDE" example stream two --quiet
"$ALLMENDE" example stream other --seed 2 --quiet
diff -r one two || fail "the same seed gives other bytes"
! cmp -s one/simulated-samplings.csv other/simulated-samplings.csv || fail "the seed does nothing"
head -n 1 one/README.md | grep -q SIMULATED || fail "README.md does not say at once that it is simulated"

# It overwrites nothing, and knows what it knows.
! "$ALLMENDE" example stream one --json 2>refused || fail "a full folder was taken"
grep -q '"conflict"' refused || fail "$(cat refused)"
status=0
"$ALLMENDE" example lake three --json 2>refused || status=$?
[ "$status" -eq 2 ] || fail "an unknown example: $status"
grep -q 'stream' refused || fail "what there is is not named: $(cat refused)"
[ ! -e three ] || fail "an unknown example left a folder"

# The trap: the best step cross-validated, and what it looks better by, with its range.
number() { # FILE PYTHON-EXPRESSION over d
    /usr/bin/python3 -c "import json; d = json.load(open('$1')); print(int(1000 * ($2)))"
}
table=one/simulated-samplings.csv
"$ALLMENDE" try "$table" --target stonefly --random-rows --why "to see" --json >rows.json
"$ALLMENDE" try "$table" --target stonefly --group site --json >sites.json
rows=$(number rows.json 'max(r["cv"]["value"] for r in d["rungs"])')
sites=$(number sites.json 'max(r["cv"]["value"] for r in d["rungs"])')
low=$(number sites.json 'd["honesty_gap"]["low"]')
echo "cross-validated, in thousandths: rows at random $rows, left-out sites $sites; gap above $low"
[ "$rows" -ge 700 ] || fail "rows at random do not look good"
[ $((rows - sites)) -gt 150 ] || fail "left-out sites look as good as rows at random"
[ "$low" -gt 0 ] || fail "the range of the gap holds 0"

# The whole cycle, in both languages.
for lang in C de_DE.UTF-8; do
    folder=cycle-$lang
    "$ALLMENDE" example stream "$folder" --quiet
    LC_ALL=$lang XDG_CONFIG_HOME=$PWD/keys-$lang sh "$folder/cycle.sh" >"$folder.said" 2>&1 ||
        fail "cycle.sh stopped: $(tail -n 5 "$folder.said")"
    "$ALLMENDE" verify "$folder/public" --json >verified.json
    grep -q '"state":"verified"' verified.json || fail "$(cat verified.json)"
    grep -q '^+ allmende publish public' "$folder.said" || fail "the commands are not shown"
done
grep -q '^Result: supported' cycle-C.said || fail "the guess about the world is not supported"
grep -q '^Ergebnis: bestätigt' cycle-de_DE.UTF-8.said || fail "the German cycle speaks English"
