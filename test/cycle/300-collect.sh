#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Tables come in, nothing shows their cells, rows and files go again.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

run 0 new lake.allmende --title Eis --name Ada
run 0 collect list
says "There is no table yet"
run 1 collect import absent.csv
complains "absent.csv"

# Semicolons, decimal commas, a record with too many fields, a quoted line end.
printf 'site;value;note\nweir;1,5;CANARY-one\nmill;2;CANARY-two\nmill;3;"CANARY\nthree"\nweir;4;u;v\n' >a.csv
run 0 collect import a.csv --group site --json
json 'r["records"] == 4 and r["rejected"] == 1 and r["table"] == "observations"'
json 'r["dialect"]["separator"] == ";" and r["dialect"]["point"] == ","'
json '[c["type"] for c in r["columns"]] == ["category", "number", "category"]'
json '[(f["row"], f["line"], f["kind"]) for f in r["faults"]] == [(4, 6, "rejected")]'
run 1 collect import a.csv
complains "already"
run 1 collect import a.csv --table x --licence "all mine"
complains "SPDX"
run 1 collect import a.csv --table x --permission fun
complains '"fun"'
run 1 collect import a.csv --json
error conflict
run 0 collect import a.csv --table other
run 1 collect import a.csv --table third --group river
complains '"river"' "site, value, note"
printf 'site;value\nweir;1\n' >b.csv
run 1 collect import b.csv
complains "other columns" "--table"
printf 'weir;7,5;CANARY-four\n' >c.csv
run 0 collect import c.csv --names site,value,note
run 0 collect list --json
json '[(b["table"], b["records"], b["file"]) for b in r["batches"]] == [("observations", 4, "a.csv"), ("other", 4, "a.csv"), ("observations", 1, "c.csv")]'
batch=$(value 'r["batches"][0]["id"]')
other=$(value 'r["batches"][1]["id"]')

# No command shows a cell.
run 0 show "$batch"
never CANARY weir mill
run 0 collect show "$batch"
says "site (text)" "value (number)" "Cells are not shown"
never CANARY weir mill
run 0 show "$batch" --json
never CANARY weir mill
run 0 --lang de collect show "$batch"
says "Spalten"

# Rows of one batch go, all others keep their places. The texts also lie in the other batch.
run 1 collect withdraw "$batch" --rows 5
complains "1 to 4"
run 2 collect withdraw "$batch" --rows three
complains "--rows 3,7-9"
run 0 collect withdraw "$other"
says "Erased from this file" "Out of our reach"
run 0 collect show "$other"
says "not here"
run 0 collect show "$other" --json
run 0 show "$other"
says "taken back"
run 0 collect withdraw "$batch" --rows 3,1
says "2 row(s)" "note"
holds lake.allmende CANARY-two || fail "a row that stays is gone"
! holds lake.allmende CANARY-one || fail "a row that was taken back is still in the file"
! holds lake.allmende three || fail "a row that was taken back is still in the file"
run 1 collect withdraw "$batch" --rows 3
complains "taken back already" "Nothing needs to be done"
run 0 collect list --json
json '[(b["table"], b["withdrawn"]) for b in r["batches"]] == [("observations", 2), ("observations", 0)]'
# The same file does not bring them back.
run 1 collect import a.csv
complains "without the rows that were taken back"
run 0 check
run 0 log --json
json '[e["state"] for e in r["entries"]].count("withdrawn") == 1'

# UTF-16 with a byte order mark, one column, Windows line ends: the remainder reads the same.
python3 - <<'END'
open("u.csv", "wb").write("name;n\r\nÄrmel-CANARY;1\r\nzwei;2\r\n".encode("utf-16"))
open("one.csv", "w").write("name\nCANARY-solo\nb\n")
END
run 0 collect import u.csv --table u --json
json 'r["dialect"]["encoding"].startswith("UTF-16") and r["records"] == 2'
run 0 collect withdraw last --rows 1 --json
json 'r["erased"] is True and r["rows"] == 1 and r["models_gone"] == []'
run 0 collect import one.csv --table one
run 0 collect withdraw last --rows 1
! holds lake.allmende CANARY-solo || fail "a row that was taken back is still in the file"
run 0 check

# Somebody else's takes two people in charge.
run 0 member add Ben --in-charge
run 0 member list
run 0 --as Ada collect import b.csv --table b
run 0 --as Ben collect withdraw last --rows 1
says "a second person in charge"
run 0 collect list --json
json 'r["batches"][-1]["withdrawn"] == 0'
last=$(value 'r["batches"][-1]["id"]')
run 0 --as Ada member add Cem
run 1 --as Cem collect withdraw "$last"
complains "somebody else"

# Damaged or odd files are refused with a sentence.
: >empty.csv
run 1 --as Ada collect import empty.csv
complains "empty.csv"
printf 'a,b\n1,"2\n' >open.csv
run 1 --as Ada collect import open.csv
complains "open.csv"
printf 'a,b\n' >header.csv
run 1 --as Ada collect import header.csv
run 0 check

# A word that means "missing" by itself is named with its count, and may be a value.
printf 'day,state,n\n1,null,3\n2,one,NA\n3,null,4\n4,two,5\n' >words.csv
run 0 --as Ada collect import words.csv --table words
says "(null: 2)" "(NA: 1)"
printf 'day,state,n\n1,null,3\n2,one,NA\n3,null,4\n5,two,5\n' >said.csv
run 0 --as Ada collect import said.csv --table said --missing 'state!=null' --json
json '[c.get("missing_words") for c in r["columns"]] == [None, None, {"NA": 1}]'
run 0 --as Ada hypothesis add words --table said --measure share --where "state = null" --at-least 0.4
run 0 --as Ada hypothesis freeze last
run 0 --as Ada evaluate last --open --json
json 'float(r["value"]) == 0.5 and r["rows"] == 4'
run 1 --as Ada collect import said.csv --table third --missing 'stat!=null'
complains "column that is not there"
