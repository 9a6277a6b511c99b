#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What has no permission stays at home, with the model that was made from it; what nobody has looked at
# stays unseen; what was taken back is gone from what is published next.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

awk 'BEGIN { print "site,a,class"
    for (r = 0; r < 240; r++) { a = (r * 37) % 101
        printf "s%02d,%d,%s\n", r / 12, a, (a > 50 ? "yes" : "no") } }' >t.csv

run 0 new p.allmende --title Test --name Ada
run 0 hypothesis add "a sagt die Klasse voraus" --measure accuracy --target class --group site --at-least 0.75
run 0 hypothesis freeze last
run 0 collect import t.csv --permission project
run 0 train last
run 0 evaluate last --open
run 0 publish kept
says "Held back"
[ "$(cd kept && echo data/*)" = "data/datapackage.json data/record.csv" ] || fail "data without permission are public"
[ ! -e kept/model ] || fail "a model of such data is public"
! grep -rq "s07,$((84 * 37 % 101))," kept || fail "a row without permission is public"
run 0 verify kept
says "Verified except training"

# With permission, but before anybody has looked at the part set aside: unseen, also in public.
run 0 new q.allmende --title Test --name Ada
run 0 -p q.allmende hypothesis add "a sagt die Klasse voraus" --measure accuracy --target class --group site --at-least 0.75
run 0 -p q.allmende hypothesis freeze last
run 0 -p q.allmende collect import t.csv
run 0 -p q.allmende train last
run 0 -p q.allmende publish unseen
says "Set aside means unseen"
[ "$(cd unseen && echo data/*)" = "data/datapackage.json data/record.csv" ] || fail "answers that nobody has looked at are public"

# After looking all of it is public, and after a withdrawal the rest of it.
run 0 -p q.allmende evaluate last --open
run 0 -p q.allmende publish whole
run 0 verify whole
says "Verified: every file"
grep -rq '^s07,' whole/data || fail "the data are not there"
import=$("$ALLMENDE" -p q.allmende log --json | python3 -c 'import json, sys
print([e["id"] for e in json.load(sys.stdin)["entries"] if e["kind"] == "import"][0])')
run 0 -p q.allmende collect withdraw "$import" --rows 85-96
run 0 -p q.allmende publish rest
! grep -rq '^s07,' rest || fail "what was taken back is public"
run 0 verify rest
says "Verified before withdrawals"
run 0 verify whole

# Where a column of the table stays, nobody outside can work the guess out again: said beforehand.
printf 'lat,lon,size\n51.1,13.1,1\n51.2,13.3,2\n51.3,13.2,4\n51.4,13.5,5\n51.5,13.4,7\n51.6,13.6,8\n' >crabs.csv
run 0 new crabs.allmende --title Krabben --name Ada
run 0 -p crabs.allmende hypothesis add "Larger in the north" --measure correlation --target size --by lat --at-least 0.3
run 0 -p crabs.allmende hypothesis freeze last
run 0 -p crabs.allmende collect import crabs.csv
run 0 -p crabs.allmende evaluate last --open
run 0 -p crabs.allmende publish north --preview
says 'Nobody outside can work "Larger in the north" out again' "lat, lon"
run 0 -p crabs.allmende collect view observations --place lat,lon=open
run 0 -p crabs.allmende publish north --preview
never "Nobody outside"
