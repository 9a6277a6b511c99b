#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A model, of a project or in a file, answers tables; every row gets a line.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

awk 'BEGIN { print "site,a,place,class"
    for (r = 0; r < 240; r++) { a = (r * 37) % 101
        printf "s%02d,%d.5,%s,%s\n", r / 12, a, (r % 3 ? "lake" : "sea"), (a > 50 ? "yes" : "no") } }' >t.csv
run 0 try t.csv --target class --group site --rungs 1 --save m.model
run 0 predict m.model t.csv --json
json 'r["rows"] == 240 and r["answered"] == 240 and r["rejected"] == 0 and sum(r["classes"].values()) == 240'
json 'r["unseen"] == [] and r["out"] is None'

# What the answers say is what try says of the same model: more than nine in ten are right.
run 0 predict m.model t.csv --keep class,site --out answers.csv
says "Answered 240 of 240 rows." "Written to answers.csv"
python3 - <<'END'
import csv
rows = list(csv.DictReader(open("answers.csv")))
assert [r["row"] for r in rows] == [str(i) for i in range(1, 241)]
assert list(rows[0]) == ["row", "class", "site", "answer", "certainty", "note"], rows[0]
assert sum(r["answer"] == r["class"] for r in rows) > 216
END

# Odd rows: a text where a number must be, a record with too few fields, a place never learned, gaps.
cat >odd.csv <<'END'
place,site,id,a
lake,x,"one, two",70
sea,x,b,many
lake,x
moon,x,d,3
,x,e,
END
run 0 predict m.model odd.csv --keep id --scores
head -n 1 out | grep -q '^row,id,answer,certainty,score:no,score:yes,note$' || fail "another header"
[ "$(wc -l <out)" -eq 6 ] || fail "not a line for each record"
grep -q '^1,"one, two",yes,' out || fail "the first row"
grep -q '^2,b,,,,,"a: ""many"" is not a number"$' out || fail "the second row"
grep -q '^3,,,,,,' out || fail "the third row"
grep -q '^4,d,no,' out || fail "the fourth row"
grep -q '^5,e,.*,values missing: 2$' out || fail "the fifth row"
grep -q 'moon' errors || fail "nobody hears of the moon"
run 0 predict m.model odd.csv --json
json 'r["rejected"] == 2 and r["with_gaps"] == 1 and r["unseen"] == [{"column": "place", "value": "moon", "rows": 1}]'

# All columns that are lacking are named at once.
printf 'site\nx\n' >few.csv
run 1 predict m.model few.csv
complains "a, place" "right table"
run 1 predict m.model few.csv --json
error input
run 1 predict m.model t.csv --keep nothing
complains "no column nothing"
run 1 predict t.csv t.csv
complains "not a model file"

# Neither the table nor the model is written over; what is no file is named as such.
cp t.csv mine.csv
run 1 predict m.model mine.csv --out ./mine.csv
complains "would destroy it" "another name"
cmp t.csv mine.csv
cp m.model mine.model
run 1 predict mine.model t.csv --out mine.model
complains "would destroy it"
cmp m.model mine.model
run 1 predict no.model t.csv
complains "no file no.model" "spelling"
run 1 predict m.model t.csv --out /dev/full
complains "/dev/full"
[ -c /dev/full ] || fail "a device was replaced"

# Numbers.
run 0 try t.csv --target a --group site --rungs 1 --save n.model
run 0 predict n.model t.csv --json
json 'r["task"] == "regression" and r["least"] < r["most"] and r["answered"] == 240'

# A model of a project, by the first digits of its hash.
run 0 new p.allmende --title Test --name Ada
run 0 ask add "Reicht a?"
run 0 hypothesis add "a sagt die Klasse voraus" --measure recall:yes --target class --group site --at-least 0.75
run 0 hypothesis freeze last
run 0 collect import t.csv --group site --permission project,publication,training
run 0 train last --json
model=$(value 'r["model"]')
run 0 model list --json
json "[m['id'] for m in r['models']] == ['$model']"
run 0 predict "$(echo "$model" | cut -c 1-8)" t.csv --json
json "r['model'] == '$model'"
run 0 predict last t.csv --out a.csv --threads 1
cp a.csv one.csv
run 0 predict last t.csv --out a.csv --threads 3
cmp a.csv one.csv
run 1 predict ffffffff t.csv
complains "no file and no model" "model list"

# Many blocks of rows: every record has its line, in order, whoever works and wherever the rows lie.
awk 'BEGIN { print "site,a,place,class"
    for (r = 1; r <= 13000; r++)
        if (r == 1 || r == 4097 || r == 4098 || r == 9000 || r == 13000) print "s," r
        else printf "s,%s,%s,no\n", (r % 4 ? r % 101 : "odd " r), (r % 3 ? "lake" : "sea") }' >long.csv
run 0 predict m.model long.csv --keep place --scores --out long-1.csv --threads 1
run 0 predict m.model long.csv --keep place --scores --out long-3.csv --threads 3
cmp long-1.csv long-3.csv
ALLMENDE_TABLE_BYTES=0 run 0 predict m.model long.csv --keep place --scores --out long-0.csv --threads 2
cmp long-1.csv long-0.csv
run 0 predict m.model long.csv --keep place --scores
cmp long-1.csv out
python3 - <<'END'
import csv
rows = list(csv.DictReader(open("long-1.csv")))
assert [int(r["row"]) for r in rows] == list(range(1, 13001))
none = [int(r["row"]) for r in rows if r["answer"] == ""]
assert none == sorted({1, 4097, 4098, 9000, 13000} | set(range(4, 13001, 4)))
assert rows[999]["note"] == 'a: "odd 1000" is not a number' and rows[999]["place"] == "lake"
assert all((r["answer"] == "yes") == (float(r["score:yes"]) > 0.5) for r in rows if r["answer"])
END

# A full disk: a sentence, and no file of that name or beside it. (ulimit -f counts 512 or 1024 bytes)
status=0
(ulimit -f 8 && "$ALLMENDE" predict m.model long.csv --out full.csv >out 2>errors) || status=$?
[ "$status" -eq 1 ] || fail "exit status $status on a full disk"
complains "Cannot write full.csv"
for left in full.csv*; do
    [ ! -e "$left" ] || fail "$left is left"
done
