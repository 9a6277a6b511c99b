#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Published folders are tampered with in many ways (test/tamper.py says which); `verify` and the second
# verifier find all of it and agree. ALLMENDE_SOAK=1: 1,000 cases.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

mkdir bases
run 0 example stream stream
cd stream || exit
sed '/^run publish/d; /^run verify/d' cycle.sh >before.sh
sh ./before.sh >transcript 2>&1 || { tail transcript && exit 1; }
run 0 publish ../bases/plain --as Amina
run 0 ask add "What comes next?" --as Amina
run 0 publish ../bases/later --as Amina
import=$("$ALLMENDE" log --json | python3 -c 'import json, sys
print([e["id"] for e in json.load(sys.stdin)["entries"] if e["kind"] == "import"][0])')
run 0 collect withdraw "$import" --rows 5-9 --as Amina
run 0 publish ../bases/rows --as Amina
run 0 collect withdraw "$import" --as Amina
run 0 publish ../bases/whole --as Amina
cd .. || exit

awk 'BEGIN { print "site,a,class"
    for (r = 0; r < 240; r++) { a = (r * 37) % 101
        printf "s%02d,%d,%s\n", r / 12, a, (a > 50 ? "yes" : "no") } }' >t.csv
for base in other held; do
    run 0 new $base.allmende --title Test --name Ada
    run 0 -p $base.allmende hypothesis add "a tells the class" --measure accuracy --target class --group site --at-least 0.75
    run 0 -p $base.allmende hypothesis freeze last
    permission=project,publication,training
    [ $base = other ] || permission=project,training
    run 0 -p $base.allmende collect import t.csv --permission $permission
    run 0 -p $base.allmende train last
    run 0 -p $base.allmende evaluate last --open
    run 0 -p $base.allmende publish bases/$base
done

printf 'form plot\ntext site required\nnumber x required\nchoice class is yes,no required\n' >plot.form
head -n 61 t.csv | sed '1s/a/x/' >o.csv
run 0 new form.allmende --title Test --name Ada
run 0 -p form.allmende form add plot.form
run 0 -p form.allmende collect add plot --file o.csv
run 0 -p form.allmende collect correct last x=3 --why typo
run 0 -p form.allmende hypothesis add "x tells the class" --table plot --measure accuracy --target class --group site --at-least 0.75
run 0 -p form.allmende hypothesis freeze last
run 0 -p form.allmende train last
run 0 -p form.allmende evaluate last --open
run 0 -p form.allmende publish bases/form
cat >s.csv <<'END'
scientific_name,date,lat,lon,individualCount
Motacilla cinerea,2026-04-01,51.23456,9.87654,2
Cinclus cinclus,2026-04-02,51.33456,9.77654,1
END
run 0 new species.allmende --title Test --name Ada
run 0 -p species.allmende collect import s.csv --place lat,lon=coarse:0.01
run 0 -p species.allmende publish bases/species

cases=150
[ -z "${ALLMENDE_SOAK:-}" ] || cases=1000
# Nothing is written beside the sources.
PYTHONDONTWRITEBYTECODE=1 python3 "$ALLMENDE_TOP/test/tamper.py" --cases $cases bases
