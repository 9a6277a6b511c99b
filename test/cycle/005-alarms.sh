#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Alarms, splits by time, what lies ahead, weights and budgets: each with a table made for it.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

kinds() {
    value '" ".join(l["kind"] + ":" + (l["column"] or "") for l in r["leaks"])'
}

# A year a row; from 1990 on is set aside. The column of the condition differs on purpose.
awk 'BEGIN { print "year,lake,ice"
    for (y = 1901; y <= 2000; y++) for (l = 0; l < 2; l++)
        printf "%d,%s,%.1f\n", y, l ? "M" : "S", 120 - (y - 1900) * 0.2 + (y * 37 + l * 11) % 19 }' >ice.csv
run 0 try ice.csv --target ice --split 'year>=1981' --json
json 'r["split"]["by"] == "time" and r["split"]["group"] == "year>=1981"'
json 'r["rows"] == {"train": 160, "test": 40} and r["rows_out"] == 0'
json 'not any(l["column"] == "year" for l in r["leaks"])'
run 0 try ice.csv --target ice --split 'year < 1921' --json
json 'r["rows"]["test"] == 40'
run 0 try ice.csv --target ice --split 'year>=1981'
says 'Set aside were the rows with year>=1981.'
run 1 try ice.csv --target ice --split 'year>soon'
complains "compares it with"
run 1 try ice.csv --target ice --split 'ice>100'
complains "is the answer"

# Dates as text are in the order of time.
awk 'BEGIN { print "day,a,y"; for (d = 1; d <= 28; d++) for (k = 0; k < 3; k++)
    printf "2021-02-%02d,%d,%d\n", d, (d * 7 + k) % 13, (d * 7 + k) % 13 * 2 }' >days.csv
run 0 try days.csv --target y --metric mae --split 'day>=2021-02-22' --json
json 'r["rows"]["test"] == 21'

# The next row of the same station; as it is now is what must be beaten.
awk 'BEGIN { print "station,t,pm"; v[0] = 50; v[1] = 80
    for (i = 0; i < 400; i++) { s = i % 2; v[s] += (i * 7919) % 13 - 6; printf "%s,%d,%d\n", s ? "B" : "A", i % 24, v[s] } }' >pm.csv
run 0 try pm.csv --target pm --metric rmse --next 1 --group station --rows-test 301-400 --json
json '"last/1" in [s["name"] for s in r["rungs"]] and r["baseline_name"] == "last/1"'
json 'r["rows_out"] == 2 and r["rows"]["train"] == 300 and r["rows"]["test"] == 98'
json 'r["baseline"]["rmse"] < 10'
run 0 try pm.csv --target pm --metric rmse --next 2 --json
json 'r["split"]["by"] == "group" and r["split"]["guessed"] and r["rows_out"] == 4'
cut -d, -f2- pm.csv | awk -F, 'NR == 1 || NR % 2 == 0' >one.csv
run 0 try one.csv --target pm --metric rmse --next 1
says "Set aside were the last rows." "as it is now"
run 0 try one.csv --target pm --metric rmse --next 1 --rungs 0 --save last.model --json
json 'r["chosen_name"] == "last/1" and r["test"]["rmse"] == r["baseline"]["rmse"]'
run 1 try one.csv --target pm --metric rmse --next 100000
complains "100000 rows behind" "less far"
run 2 try one.csv --target pm --next 0
complains "--next"

# A recording: rows drawn at random stand beside rows that were learned from.
awk 'BEGIN { print "a,b,y"; for (i = 0; i < 600; i++) {
    s = (s * 1103 + 12345) % 65536; a = 0.9 * a + s % 1009 / 10 - 50
    s = (s * 1103 + 12345) % 65536; b = 0.9 * b + s % 1013 / 10 - 50
    printf "%.1f,%.1f,%s\n", a, b, (a + b > 0 ? "yes" : "no") } }' >series.csv
run 0 try series.csv --target y --json
kinds | grep -q neighbour_rows || fail "no alarm about neighbours"
json 'r["split"]["stretches"] and r["test"]["units"] < 60'
run 0 try series.csv --target y --rows-test 451-600 --json
kinds | grep -q neighbour_rows && fail "neighbours although the last rows are set aside"
json 'r["split"]["stretches"] and r["honesty_gap"] is not None'
run 0 --lang de try series.csv --target y
grep -q "Aufzeichnung" errors || fail "no German alarm"

# A column that tells the answer; one that numbers the rows is left out.
awk 'BEGIN { print "No,site,a,told,y"; for (i = 0; i < 300; i++) { y = (i * 7919) % 17 < 8
    printf "%d,s%d,%d,%d,%s\n", i + 1, i % 10, (i * 31) % 97, y * 50 + (i * 13) % 29, y ? "yes" : "no" } }' >told.csv
run 0 try told.csv --target y --json
[ "$(kinds)" = "gives_answer:told" ] || fail "other alarms: $(kinds)"
json 'any("only numbers the rows" in w for w in r["warnings"])'
run 0 try told.csv --target y --ignore told --json
json 'r["leaks"] == []'
# Rows of one site on both sides.
run 0 try told.csv --target y --ignore told --rows-test 251-300 --json
run 0 try told.csv --target y --ignore told --random-rows --why "to see" --json
kinds | grep -q "group_on_both_sides:site" || fail "no alarm about the site"

# The sides differ: missing cells, values that were never seen.
awk 'BEGIN { print "a,b,word,y"; for (i = 0; i < 400; i++)
    printf "%d,%s,%s,%d\n", (i * 31) % 97 + (i >= 300 ? 200 : 0), (i >= 300 && i % 2 ? "" : (i * 17) % 53),
        (i >= 380 ? "new" : i % 3 ? "x" : "y"), (i * 7919) % 101 }' >drift.csv
run 0 try drift.csv --target y --metric mae --rows-test 301-400 --json
[ "$(kinds)" = "missing_differs:b range_differs:a unknown_categories:word" ] || fail "other alarms: $(kinds)"

# Weights move what is learned; the measure stays what was asked for.
run 0 try told.csv --target y --ignore told --rungs 1 --json
plain=$(value 'r["model"]["id"]')
run 0 try told.csv --target y --ignore told --rungs 1 --weights yes=5 --json
json "r['model']['id'] != '$plain' and r['metric'] == 'accuracy' and r['rungs'][0]['name'] == 'logistic/2'"
run 0 try told.csv --target y --ignore told --rungs 2 --weights balanced --json
json 'r["rungs"][0]["rung"] == 2 and r["rungs"][0]["cv"] is None'
run 0 try told.csv --target y --ignore told --weights balanced --json
json '[s["weighs"] for s in r["rungs"] if s["rung"]] == [s["name"] != "ridge/2" for s in r["rungs"] if s["rung"]]'
json 'any(s["name"] == "ridge/2" for s in r["rungs"])'
run 0 try told.csv --target y --ignore told --weights balanced
holds errors 'The step "weighted sum (ridge)" does not heed --weights'
run 2 try told.csv --target y --weights maybe=5
complains '"maybe=5" names no class'
run 2 try ice.csv --target ice --weights balanced
complains "Only classes have weights"

# Budgets end the climb after the step that spent them; energy is in joules where watts are stated.
run 0 try told.csv --target y --budget-s 0.001 --watts 5,10 --json
json 'len(r["rungs"]) == 1 and r["chosen"] == 0'
json 'set(r["rungs"][0]["energy"]) == {"j", "low", "high", "method"} and r["rungs"][0]["energy"]["method"] == "estimate"'
run 0 try told.csv --target y --budget-j 0.001 --watts 5,10
says "The budget was spent"
run 2 try told.csv --target y --budget-s 0
complains "is no budget"

# A column of free text is left out, not the whole step.
awk 'BEGIN { print "text,a,y"; for (i = 0; i < 4100; i++) printf "t%d,%d,%d\n", i, i % 7, i % 7 * 3 }' >text.csv
run 0 try text.csv --target y --metric mae --json
json 'any("4100 different texts" in w for w in r["warnings"]) and r["chosen"] >= 1'
