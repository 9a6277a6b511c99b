#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Looking at the part set aside: counted, widened, and the range gives the result. On real data, where
# they are there.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"
data=${ALLMENDE_SHARED:-nowhere}
if [ ! -f "$data/data/penguins/penguins.csv" ]; then
    echo "skipped: the real tables are not here"
    exit 77
fi

# Ice cover, without a model: the slope over winters. Manifest: -0.195 and -0.211 days a year.
run 0 new ice.allmende --title Ice --name Ada
run 0 hypothesis add "The ice lies shorter" --measure slope --target ice_duration --by year --unit year --at-most -0.1
run 1 evaluate last --open
complains "not locked"
run 0 hypothesis freeze last
run 1 evaluate last --open
complains "observations"
run 0 collect import "$data/data/lake-ice/ntl_icecover.csv" --group lakeid
run 0 evaluate last --open --json
json 'r["measure"] == "slope" and -0.211 < r["value"] < -0.195 and r["units"] == 166'
json 'r["low"] < r["value"] < r["high"] < -0.1 and r["verdict"] == "supported"'
json 'not r["exploratory"] and r["looks"] == 1 and r["confidence"] == 0.95'
first=$(value '[r["low"], r["high"]]')
run 0 evaluate last --open --json
json "r['looks'] == 2 and r['low'] < ${first}[0] and r['high'] > ${first}[1]"
run 0 hypothesis add "Steeper than it can be" --measure slope --target ice_duration --by year --unit year --at-most -5
run 0 hypothesis freeze last
run 0 evaluate last --open --json
json 'r["verdict"] == "not_supported" and r["exploratory"] and r["looks"] == 3'
run 0 hypothesis add "By lake: two units decide nothing" --measure slope --target ice_duration --by year --unit lakeid --at-most 0
run 0 hypothesis freeze last
run 0 evaluate last --open
says "still open" "Found in data we already had"
run 0 check

# Penguins, with a model, the manifest's split: 61 birds set aside; the peers' ridge has 59 right.
run 0 new penguins.allmende --title Penguins --name Ada
run 0 -p penguins.allmende hypothesis add "Four measurements tell the species" --measure accuracy --target species --features bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g --split "$data/data/penguins/split.csv" --at-least 0.85
run 0 -p penguins.allmende hypothesis freeze last
run 0 -p penguins.allmende collect import "$data/data/penguins/penguins.csv"
run 1 -p penguins.allmende evaluate last --open
complains "Nothing was trained" "allmende train"
run 0 -p penguins.allmende train last --json
json 'r["rows"]["train"] == 283 and r["rows"]["test"] == 61'
run 0 -p penguins.allmende evaluate last --open --json
json 'r["units"] == 61 and r["value"] >= 58 / 61 and r["verdict"] == "supported"'
json 'abs(r["baseline"] - 29 / 61) < 1e-12'
run 0 -p penguins.allmende ledger --json
json '{l["act"] for l in r["lines"]} == {"training", "verdict"} and r["people"] == 1'
json 'all(l["energy_j"] is None or l["method"] != "none" for l in r["lines"])'
json 'r["ecological"]["rows_judged"] == 61'
run 0 -p penguins.allmende check
run 0 --lang de -p penguins.allmende evaluate last --open
says "Ergebnis: bestätigt"

# The independent reader agrees on every entry.
if /usr/bin/python3 -c 'import cryptography' 2>/dev/null; then
    run 0 -p penguins.allmende log --json
    python3 -c 'import json
print("\n".join(e["id"] + " " + e["kind"] for e in json.load(open("out"))["entries"]))' >ours
    PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$ALLMENDE_TOP/test/record_reader.py" penguins.allmende >theirs
    grep ' ok$' theirs | sed 's/ ok$//' | cmp ours - || fail "the independent reader disagrees"
fi
