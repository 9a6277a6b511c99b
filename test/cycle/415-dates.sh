#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Rules, conditions and splits on columns of dates and times: one meaning in all of them.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

# Ten sites; each looks on the first of every month from 2018-01 to 2021-12 (480 rows). From 2020 on
# there are frogs: of 480 rows 240. Mornings and evenings in turn.
awk 'BEGIN { print "site,date,stamp,time,a,frogs"
    for (s = 0; s < 10; s++) for (m = 0; m < 48; m++) {
        year = 2018 + int(m / 12); month = m % 12 + 1; now = m % 2 ? "18:30" : "06:15"
        printf "s%d,%04d-%02d-01,%04d-%02d-01 %s,%s,%d,%s\n", s, year, month, year, month, now,
            now, (s * 7 + m * 5) % 31, (year >= 2020 ? "yes" : "no") } }' >t.csv

# The community's own rule, in `try`. A year is a span: later than 2019 is from 2020 on.
for rule in "date > 2019 -> yes" "date >= 2020-01-01 -> yes" "stamp > 2019-12-31 -> yes"; do
    run 0 try t.csv --target frogs --group site --rule "$rule" --rungs 0 --json --save rule.model
    json '"rule/1" in [g["name"] for g in r["rungs"]] and r["test"]["accuracy"] == 1'
done
# The model compares days since 1970: 2020-01-01 is day 18262, as Python's datetime says too.
run 0 try t.csv --target frogs --group site --rule "date > 2019 -> yes" --rungs 0 --save rule.model
run 0 model show rule.model
says "date >= 18262 -> yes"
run 0 predict rule.model t.csv --keep date --out answers.csv
python3 - <<'EOF'
import csv
rows = list(csv.DictReader(open("answers.csv")))
assert len(rows) == 480 and all(r["note"] == "" for r in rows)
assert all((r["answer"] == "yes") == ((int(r["row"]) - 1) % 48 >= 24) for r in rows)
EOF
run 1 try t.csv --target frogs --group site --rule "date > 18262 -> yes" --rungs 0
complains "Column date holds dates" "2020-01-31"
run 1 try t.csv --target frogs --group site --rule "time > 25:00 -> yes" --rungs 0
complains "Column time holds times of day" "18:30"
run 1 try t.csv --target frogs --group site --rule "stamp = 2020 -> yes" --rungs 0
complains "longer than one value"
run 1 --lang de try t.csv --target frogs --group site --rule "date > bald -> yes" --rungs 0
complains "enthält Tage" "2020-01-31"

# A part set aside by time: the same meaning.
for split in "date>2020" "date>=2021" "stamp>=2021-01-01" "stamp>2020-12-31"; do
    run 0 try t.csv --target frogs --split "$split" --rungs 0 --ignore date,stamp --json
    json 'r["rows"]["test"] == 120'
done
run 1 try t.csv --target frogs --split "date >= soon" --rungs 0
complains "Column date holds dates"

# Guesses. What a column holds is known once it is there: a rule and conditions are looked at then.
run 0 new p.allmende --title Test --name Ada
run 0 collect import t.csv --permission project,publication,training
run 1 hypothesis add x --measure share --where "date > soon" --at-least 0.5
complains "Column date holds dates"
run 1 hypothesis add x --measure accuracy --target frogs --group site --rule "snow > 3 -> yes" --at-least 0.5
complains "snow"
run 1 hypothesis add x --measure accuracy --target frogs --split "date >= soon" --at-least 0.5
complains "Column date holds dates"

# Worked by hand: 24 of 48 months are from 2020 on; half of the months are evenings; among those
# from 2020 on every row has frogs.
guess() {
    run 0 hypothesis add "$@"
    run 0 hypothesis freeze last
    run 0 evaluate last --open --json
}
guess share --measure share --where "date >= 2020" --unit site --at-least 0.4
json 'float(r["value"]) == 0.5 and r["rows"] == 480'
guess evening --measure share --where "time > 12:00" --unit site --at-least 0.4
json 'float(r["value"]) == 0.5'
guess only --measure share --where "frogs = yes" --only "stamp > 2019-12-31" --unit site --at-least 0.9
json 'float(r["value"]) == 1 and r["rows"] == 240'
guess means --measure mean-difference --target a --where "date > 2020-06" --against "date <= 2018-06" \
    --unit site --at-most 5
python3 - <<'EOF'
import json, statistics as st
r = json.load(open("out"))
side = {True: [], False: []}
for s in range(10):
    for late in side:
        months = range(30, 48) if late else range(0, 6)
        side[late].append(st.fmean((s * 7 + m * 5) % 31 for m in months))
assert abs(float(r["value"]) - (st.fmean(side[True]) - st.fmean(side[False]))) < 1e-9, r["value"]
EOF
# Read block by block, as a large table is, it is the same.
means=$(value 'r["value"]')
ALLMENDE_TABLE_BYTES=0 run 0 evaluate last --open --json
json "r[\"value\"] == $means"

# A model with a rule on dates goes the whole way, and is made again from what was published.
run 0 hypothesis add rule --measure accuracy --target frogs --group site --rule "date > 2019 -> yes" \
    --share 0.5 --at-least 0.9
run 0 hypothesis freeze last
run 0 train last --json
json '"rule/1" in [g["name"] for g in r["rungs"]]'
run 0 evaluate last --open --json
json 'float(r["value"]) == 1'
run 0 publish site
run 0 verify site
