#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Spreadsheets and archives give the same table, to the bit, as a CSV file of the same rows; what was
# made to do harm is refused with a sentence.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"
python3 "$ALLMENDE_TOP/test/cycle/lib/sheets.py"

try() {
    file=$1
    shift
    run 0 try "$file" --target class --group site "$@" --json
}

try t.csv
json 'r["sources"] == [] and (r["rows"]["train"], r["rows"]["test"]) == (90, 30)'
model=$(value 'r["model"]["id"]')
digest=$(value 'r["digest"]')

# The same table in five other coats, known by their content.
for file in t.xlsx t1904.table t.ods t.csv.gz t.zip; do
    try "$file"
    json "r['model']['id'] == '$model' and r['digest'] == '$digest'"
done
try t.xlsx
json 'r["sources"] == [{"name": "t.xlsx", "format": "xlsx", "sheet": "Däta", "notes": {
    "formulas": {"n": 119, "cells": ["C%d" % i for i in (2, 3, 4, 5, 6, 7, 8, 10, 11, 12)]}}}]'
try t.zip
json '[s["name"] for s in r["sources"]] == ["t.zip: a first.csv", "t.zip: b/second.CSV"]'
run 0 try t.zip --target class --group site
says "left out, because it is no .csv, .tsv or .txt: read me.pdf"
run 0 --lang de try t.xlsx --target class --group site
says 'Blatt „Däta“' "nichts wird gerechnet"

# Rows set aside may come from another file of another kind.
run 0 try t.zip --test t.ods --target class --json
json '(r["rows"]["train"], r["rows"]["test"]) == (120, 120)'

# Several sheets: the program asks.
run 1 try two.xlsx --target class
complains 'Several sheets hold something: "Data", "Legend"' "--sheet"
try two.xlsx --sheet Data
json "r['model']['id'] == '$model'"
run 1 --lang de try two.xlsx --target class --sheet Date --json
error not_found
grep -q 'kein Blatt „Date“' errors || fail "the child does not speak German"
run 2 try t.csv --target class --sheet Data
complains "no spreadsheet"

# A model answers the rows of a sheet as those of the CSV file.
run 0 try t.csv --target class --group site --save m.model
run 0 predict m.model t.csv --out csv.out
run 0 predict m.model two.xlsx --sheet Data --out sheet.out
cmp csv.out sheet.out || fail "other answers"

# A list that says train or test may be packed as well.
{ echo split; awk 'BEGIN { for (r = 0; r < 120; r++) print (r < 90 ? "train" : "test") }'; } |
    gzip >./list.csv.gz
run 0 try t.csv --target class --split ./list.csv.gz --json
json '(r["rows"]["train"], r["rows"]["test"]) == (90, 30)'

# What was made to do harm, or damaged, or is something else.
run 1 try zeros.gz --target class --json
error limit
run 1 try laughs.ods --target class
complains "made to do harm"
run 1 try repeats.ods --target class --json
error limit
run 1 try cut.xlsx --target class
complains "damaged"
run 1 try slip.zip --target class
complains "wants out of its folder"
printf 'PK\005\006\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000' >none.zip
run 1 try none.zip --target class
complains "none.zip: The archive is empty"

# The hidden word is no command that a person could use.
run 0 help
never "sandbox"

# Real files: a table, or a sentence with a next step; nothing of them hangs or crashes.
if [ -d "$ALLMENDE_SHARED/data/odd/zip" ]; then
    find "$ALLMENDE_SHARED/data/odd" "$ALLMENDE_SHARED/data/forms" -name '*.zip' -o -name '*.xls*' | sort >files
    while read -r file; do
        status=0
        "$ALLMENDE" try "$file" --target nothing-of-this-name --json >out 2>errors || status=$?
        [ "$status" -eq 1 ] || fail "$file: exit status $status"
        python3 -c 'import json; e = json.load(open("errors"))["error"]; assert e["what"]' ||
            fail "$file: no sentence"
        ! grep -q "never needs" errors || fail "$file: the reader was stopped"
    done <files
    [ "$(wc -l <files)" -gt 60 ] || fail "too few files"
fi
