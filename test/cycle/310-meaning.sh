#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What the columns of a table mean: found with evidence, told, kept with the batch, never guessed.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

# 240 days over four years, a temperature that follows the season, -999 where the logger slept, one
# slip of the pen, day and month told by the days above 12.
python3 - <<'E2'
import datetime, math
rows = []
for i in range(240):
    day = datetime.date(2018, 1, 1) + datetime.timedelta(days=6 * i)
    t = 10 - 8 * math.cos(2 * math.pi * day.timetuple().tm_yday / 365) + (i * 37 % 11 - 5) / 10
    rows.append((day, "-999" if i % 40 == 7 else "%.1f" % t, "%d" % (i % 17), "ABCDEF"[i % 6]))
rows[100] = (*rows[100][:2], "7?", rows[100][3])
def put(name, form, rows, header="day,T (°C),n,n,site"):
    with open(name, "w") as f:
        f.write(header + "\n")
        for day, t, n, site in rows:
            f.write(",".join((form(day), t, n, n if n != "7?" else "7", site)) + "\n")
dmy = lambda d: "%d/%d/%d" % (d.day, d.month, d.year)
put("slash.csv", dmy, rows)
put("iso.csv", lambda d: d.isoformat(), rows)
put("open.csv", dmy, [r for r in rows if r[0].day <= 12])
put("late.csv", dmy, [(d.replace(year=2023), t, n, s) for d, t, n, s in rows if d.day <= 12][:40])
E2

run 0 try slash.csv --target T --rungs 2 --missing -999 --save season.model --json
json '[(c["name"], c["type"]) for c in r["columns"]] == [("day", "date"), ("T (°C)", "number"), ("n", "number"), ("n (2)", "number"), ("site", "category"), ("day: day of year", "number")]'
json 'r["columns"][0]["order"] == "dmy" and r["columns"][0]["why"] == "order_found"'
json 'r["columns"][0]["low"] == "2018-01-01" and r["columns"][1]["unit"] == "°C"'
json 'r["columns"][1]["missing"] == 6 and r["columns"][2]["rejected"] == 1 and r["cells_rejected"] == 1'
json 'r["test"]["rmse"] < r["baseline"]["rmse"] / 2'
digest=$(value 'r["digest"]')
json 'any("Line 102, column n: \"7?\" is no number" in w for w in r["warnings"])'
run 0 try iso.csv --target T --rungs 2 --missing -999.0 --json
json "r['digest'] == '$digest'"
json 'r["columns"][0]["order"] == "ymd"'

# Without --missing the stand-in is told, and used as it stands.
run 0 try slash.csv --target T --rungs 0
says 'day     date, 2018-01-01 to 2021-12-05; day first, see line 4 13/1/2018; gives "day: day of year"' \
    'number in °C, -999 to'
grep -qF -- '-999 stands far from all other values (T (°C) 6 times)' errors || fail "no stand-in told"
grep -qF 'type --missing -999' errors || fail "it does not say what to type"
grep -qF 'The name of column 4 stands twice; it is called "n (2)" here.' errors || fail "no new name told"
run 0 --lang de try slash.csv --target T --rungs 0
says "Datum, 2018-01-01 bis 2021-12-05; Tag vorn"
run 0 try slash.csv --target T --rungs 0 --missing "T=-999" --json
json 'r["columns"][1]["missing"] == 6 and r["columns"][1]["low"] > 0'
run 1 try slash.csv --target T --missing "Q=-999"
complains "--missing names a column that is not there"

# Nothing tells day from month: text, until somebody says it; or another file of the table does.
run 0 try open.csv --target T --rungs 0 --json
json 'r["columns"][0]["type"] == "category" and r["columns"][0]["why"] == "order_open"'
json 'any("--dates dmy|mdy|ymd" in w for w in r["warnings"])'
run 0 try open.csv --target T --rungs 0 --dates mdy --json
json 'r["columns"][0]["type"] == "date" and r["columns"][0]["why"] == "stated"'
run 0 try open.csv --target T --rungs 0 --dates day=dmy --json
json 'r["columns"][0]["order"] == "dmy"'
run 2 try open.csv --target T --dates dym
complains "dmy, mdy, ymd, yyyymmdd and none"
run 0 try slash.csv open.csv --target T --rungs 0 --json
json 'r["columns"][0]["type"] == "date" and r["columns"][-1]["name"] == "day: day of year"'
run 1 predict season.model late.csv
complains "day: day of year" "--dates dmy|mdy|ymd"
run 0 predict season.model late.csv --dates dmy --missing -999 --json

# The import keeps how it was read; a later file that does not tell is read like the first.
run 0 new p.allmende --title Wetter --name Ada
run 0 collect import slash.csv --missing -999 --table t --json
json '[c["type"] for c in r["columns"]][:2] == ["date", "number"] and r["cells_rejected"] == 1'
json 'all("low" not in c and "examples" not in c for c in r["columns"])'
json '("cell", 101, 102) in [(f["kind"], f["row"], f["line"]) for f in r["faults"]]'
never '7?' 13/1/2018
first=$(value 'r["id"]')
run 0 collect import late.csv --missing -999 --table t --json
json 'r["columns"][0]["type"] == "date" and r["columns"][0]["order"] == "dmy"'
run 0 collect show "$first"
says "day (date)" "T (°C) (number)" "n (2) (number)" "day: day of year (number)"
run 0 show "$first" --json
json '[(c["name"], c["type"], c.get("order"), c.get("of")) for c in r["body"]["columns"]] == [("day", "date", "dmy", None), ("T (°C)", "number", None, None), ("n", "number", None, None), ("n (2)", "number", None, None), ("site", "category", None, None), ("day: day of year", "number", None, "day")]'
json 'not any(c.get("empty") for c in r["body"]["columns"])'
json 'r["body"]["cells_rejected"] == 1 and r["body"]["missing"] == ["-999"]'
run 0 collect import open.csv --table other --dates mdy --missing -999 --json
run 0 show last --json
json 'r["body"]["dates"] == ["mdy"] and r["body"]["columns"][0]["order"] == "mdy"'
run 0 rebuild
run 0 check

# The season that came from the dates is what the model knows; whoever runs it again gets the same,
# also after a row was taken back.
run 0 new q.allmende --title Wetter --name Ada --permission project,publication,training
run 0 -p q.allmende ask add "Wie warm wird es?"
run 0 -p q.allmende ask position last agree
run 0 -p q.allmende ask decide last --outcome go-on --reason "wir messen"
run 0 -p q.allmende hypothesis add "Auf 2 Grad genau" --question last --measure rmse --target "T (°C)" \
    --group site --share 0.5 --at-most 2 --table t --stop never
run 0 -p q.allmende hypothesis freeze last
run 0 -p q.allmende collect import slash.csv --missing -999 --table t --group site
run 0 -p q.allmende collect withdraw last --rows 1
run 0 -p q.allmende collect import late.csv --missing -999 --table t --group site
run 0 -p q.allmende train last --json
json 'r["rungs"][-1]["cv"]["value"] < r["rungs"][0]["cv"]["value"] / 2'
run 0 -p q.allmende evaluate last --open
run 0 -p q.allmende publish public
run 0 verify public --json
json 'r["state"] == "verified"'
run 0 -p q.allmende rebuild
run 0 -p q.allmende check
