#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Observations by a form as a stranger gets them: unseen until the part set aside is opened; then, if
# nothing of them is held back, trained with again. A member who permits less keeps their rows.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

run 0 new p.allmende --title T --name Ada --permission project,publication,training
printf 'form plot\ntext site required\nnumber x required\nchoice found is yes,no required\n' >plot.form
awk 'BEGIN { print "site,x,found"
    for (r = 0; r < 60; r++) { x = (r * 37) % 101
        printf "CANARY%02d,%d,%s\n", r / 5, x, (x > 50 ? "yes" : "no") } }' >o.csv
run 0 form add plot.form
run 0 collect add plot --file o.csv
run 0 hypothesis add "x tells" --table plot --measure accuracy --target found --group site --at-least 0.7
run 0 hypothesis freeze last
some=$("$ALLMENDE" log --json --limit 100 | python3 -c 'import json, sys
print([e["id"] for e in json.load(sys.stdin)["entries"] if e["kind"] == "observation"][7])')
run 0 collect correct "$some" x=77 --why "WHY-it-was-77"
run 0 train last

# Locked and not looked at: no value leaves, nor a word about one.
run 0 publish sealed
says "60 row(s): set aside"
! grep -rqE 'CANARY|WHY-' sealed || fail "what was set aside is public"
run 0 verify sealed --json
json 'r["state"] == "verified_except_training" and r["held_back"] == 1'

# Looked at: all leaves, and all is done again from the observations and their corrections.
run 0 evaluate last --open
run 0 publish public
run 0 verify public --json
json 'r["state"] == "verified" and (r["trainings"], r["verdicts"], r["done_again"]) == (1, 1, 2)'
json 'r["as_is"] == 1' # the table beside the observations

python3 "$ALLMENDE_TOP/test/publication_reader.py" public >out || fail "the reader finds faults"
[ "$(grep -c CANARY public/data/plot-*.csv)" = 60 ] || fail "rows are missing in the table"
run 0 collect withdraw "$some"
run 0 publish less
run 0 verify less --json
json 'r["state"] == "verified_before_withdrawals" and r["withdrawn"] == 2'

# One column that is not as it is, and the files stay; the rows leave without it.
run 0 collect view plot --private x --why "the farmer asked for it"
run 0 publish view
run 0 verify view --json
json 'r["state"] == "withdrawn" and r["done_again"] == 0'
! ls view/data/*.bin 2>/dev/null || fail "a file of an observation is public"
[ "$(head -n 1 view/data/plot-*.csv)" = site,found ] || fail "a private column is public"

# A repeat with a private field keeps the whole observation.
printf 'form walk\ntext site\nrepeat fish\nnumber length\nperson who\nend\n' >walk.form
run 0 form add walk.form
run 0 collect add walk site=weir fish.1.length=3 fish.1.who=CANARY-who
run 0 publish repeat
! grep -rq CANARY-who repeat || fail "a person is public"
! ls repeat/data/*.bin 2>/dev/null || fail "a file of an observation is public"

# Rows of a member who permits less by now stay, imported or observed, and so do corrections of them.
run 0 member add Ben
printf 'n,k\nCANARY-ben,1\n' >ben.csv
run 0 --as Ben collect import ben.csv --table ben
printf 'form tree\nchoice kind is oak,lime\n' >tree.form
run 0 --as Ada form add tree.form
run 0 --as Ben collect add tree kind=oak
run 0 --as Ada collect correct last kind=lime --why CANARY-lime
run 0 --as Ada publish before
grep -rq CANARY-ben before || fail "the rows are missing"
grep -rq CANARY-lime before || fail "the reason is missing"
run 0 --as Ada member permit Ben --permission project
run 0 --as Ada publish after
! grep -rqE 'CANARY-(ben|lime)' after || fail "rows of a member who permits less are public"
run 0 verify after

# Shared answers: single ones stay, so the table is taken as it is, and verify says so.
printf 'item,person,answer\n' >x.csv
for i in 1 2 3 4 5 6; do for p in 1 2 3 4 5; do echo "i$i,P$p,tit" >>x.csv; done; done
run 0 --as Ada label guideline "Which bird?" --choice tit --choice wren
run 0 --as Ada label import last x.csv --form triples
run 0 --as Ada label consensus last --write birds
run 0 --as Ada publish shared
run 0 verify shared
says "Taken as they are: "
