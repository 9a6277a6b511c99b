#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# An import keeps the CSV that was made of a sheet: the same bytes as the same table as CSV, so
# rebuild, check and withdrawal need no spreadsheet. Of an archive all tables come in, or none.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"
python3 "$ALLMENDE_TOP/test/cycle/lib/sheets.py"
run 0 new p.allmende --title T --name Ada

run 0 collect import t.xlsx --table sheet --group site
says 't.xlsx: sheet "Däta"' "120 rows, 0 of them rejected" "nothing is calculated: 119"
run 0 collect list --json
json '[(b["format"], b["sheet"], b["file"]) for b in r["batches"]] == [("xlsx", "Däta", "t.xlsx")]'
run 0 collect show last
says 'Made of the sheet "Däta" (xlsx)'
run 1 collect import t.csv --table sheet
complains "in the table" "already"
run 1 collect import t.ods --table sheet --json
error conflict

# What was noticed stands in the entry.
run 0 collect import t1904.table --table other --json
json 'r["imports"][0]["source"]["notes"]["formulas"]["n"] == 119 and r["records"] == 120'
id=$(value 'r["id"]')
run 0 show "$id" --json
json 'r["body"]["source"]["sheet"] == "Däta" and r["body"]["reader"] == "csv/1"'

# Each table of an archive is an entry of its own.
run 0 collect import t.zip --table zip --json
json '[i["records"] for i in r["imports"]] == [60, 60]'
run 0 collect list --json
json '[b["file"] for b in r["batches"]][-2:] == ["t.zip: a first.csv", "t.zip: b/second.CSV"]'
run 0 collect import t.csv.gz --table gz
says "120 rows"

# All or none.
python3 -c 'import zipfile
z = zipfile.ZipFile("odd.zip", "w")
z.writestr("a.csv", "x,y\n1,2\n3,4\n")
z.writestr("b.csv", "x,z\n1,2\n3,4\n")'
run 1 collect import odd.zip --table odd
complains "b.csv" "other columns"
run 0 collect list --json
json 'all(b["table"] != "odd" for b in r["batches"])'
run 1 collect import zeros.gz --table zeros --json
error limit
run 1 collect import two.xlsx
complains '"Data", "Legend"'
run 2 collect import t.csv --table plain --sheet Data
complains "no spreadsheet"

# Nothing of this needs the spreadsheets again.
rm -f ./*.xlsx ./*.ods ./*.zip ./*.gz
run 0 collect withdraw "$id" --rows 3
run 0 rebuild
run 0 check
