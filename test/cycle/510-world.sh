#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Guesses about the world, on tables that were worked by hand: each measure, its sentence, its numbers,
# and what is refused before anybody looks.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

# guess TEXT OPTION…: write it down and lock it.
guess() {
    run 0 hypothesis add "$@" --json
    run 0 hypothesis freeze last --json
}

run 0 new world.allmende --title Welt --name Ada
run 0 ask add "Wie geht es den Fröschen?"

# Refused while it is written: what a measure needs, and what cannot be reached.
run 1 hypothesis add T --measure share --at-least 0.5
complains "share needs --where" 'ice = yes'
run 1 hypothesis add T --measure share --where "ice = yes" --target ice --at-least 0.5
complains "share has no --target"
run 1 hypothesis add T --measure share --where "ice" --at-least 0.5
complains "is not understood"
run 1 hypothesis add T --measure share --where "ice = yes" --at-least 75
complains "between 0 and 1"
run 1 hypothesis add T --measure mean-difference --target n --at-least 1
complains "needs --where"
run 1 hypothesis add T --measure mean-difference --target n --where "a = b" --against "a = b" --at-least 1
complains "Both sides are the same"
run 1 hypothesis add T --measure mean-difference --target n --where "a = b" --within --at-least 1
complains "within what"
run 1 hypothesis add T --measure ratio --target n --at-least 1
complains "either --by or --where"
run 1 hypothesis add T --measure ratio --target n --by m --at-least 0
complains "above 0"
run 1 hypothesis add T --measure correlation --target n --by m --at-least 1
complains "between -1 and 1"
run 1 hypothesis add T --measure correlation --target n --by n --at-least 0.5
complains "same column"
run 1 hypothesis add T --measure alpha --target n --by m --at-least 0.5
complains "alpha needs --unit"
run 1 hypothesis add T --measure alpha --target n --by m --unit m --at-least 0.5
complains "three columns"
run 1 hypothesis add T --measure alpha --target n --by m --unit u --level seven --at-least 0.5
complains '"seven" is no level'
run 1 hypothesis add T --measure slope --target n --by m --where "a = b" --at-least 0.5
complains "slope has no --where"
run 1 hypothesis add T --measure accuracy --target n --group g --within --at-least 0.5
complains "belong to a guess about the world"

# Frogs: six ponds, two meadows and one wood in each; hours of looking. Worked by hand.
cat >frogs.csv <<'END'
pond,place,frogs,hours,ice
a,meadow,8,2,yes
a,meadow,10,2,yes
a,wood,4,2,no
b,meadow,7,1,yes
b,meadow,9,3,no
b,wood,5,2,no
c,meadow,12,2,yes
c,meadow,10,2,yes
c,wood,5,2,yes
d,meadow,6,2,no
d,meadow,8,2,yes
d,wood,4,2,no
e,meadow,11,2,yes
e,meadow,13,2,yes
e,wood,6,2,yes
f,meadow,9,2,no
f,meadow,7,2,yes
f,wood,3,2,
END
run 0 collect import frogs.csv --table frogs

# What the table holds is known now: columns and what they can be compared with.
run 1 hypothesis add T --table frogs --measure share --where "snow = yes" --at-least 0.5
complains 'no column "snow"' "pond, place"
run 1 hypothesis add T --table frogs --measure share --where "ice > 3" --at-least 0.5
complains "no larger or smaller"
run 1 hypothesis add T --table frogs --measure share --where "frogs = many" --at-least 0.5
complains "holds numbers"
run 1 hypothesis add T --table frogs --measure mean-difference --target place --where "ice = yes" --at-least 0.5
complains "holds words where numbers are needed"

# share: 11 of 17 rows say yes (one says nothing). Units: a 2/3, b 1/3, c 3/3, d 1/3, e 3/3, f 1/2.
guess "Mostly ice" --table frogs --measure share --where "ice = yes" --unit pond --at-least 0.5
run 0 hypothesis show last
says "of 20 observations, at least 10 with: ice = yes"
run 0 --lang de hypothesis show last
says "von 20 Beobachtungen mindestens 10 mit: ice = yes"
run 0 evaluate last --open --json
json 'r["measure"] == "share" and r["value"] == 11 / 17 and r["rows"] == 17 and r["units"] == 6'
json 'r["verdict"] == "undecided" and r["more_units"] > 0 and r["exploratory"]'
run 0 evaluate last --open
says "the chances are even"

# mean_difference within ponds: meadow less wood 5, 3, 6, 3, 6, 5: mean 14/3; t(5) = 2.5706.
guess "Meadows have more" --table frogs --measure mean-difference --target frogs --where "place = meadow" --against "place = wood" --unit pond --within --at-least 2
run 0 hypothesis show last
says 'within each "pond"' '"frogs" is on average higher by at least 2 than where place = wood'
run 0 evaluate last --open
says "place = meadow: mean 9.167, 6 units, 12 rows" "place = wood: mean 4.5, 6 units, 6 rows"
run 0 evaluate last --open --json
json 'abs(r["value"] - 14 / 3) < 1e-12 and r["rows"] == 18 and r["left_out"] == 0'
json 'r["sides"][0] == {"value": 55 / 6, "units": 6, "rows": 12} and r["verdict"] == "supported"'
# the same without --within says that it could be sharper
guess "Meadows have more" --table frogs --measure mean-difference --target frogs --where "place = meadow" --unit pond --at-least 2
run 0 evaluate last --open
says "6 units have rows on both sides" "otherwise: mean 4.5"

# ratio: 110 frogs in meadows and 27 in woods, in 36 hours; means over ponds 55/6 and 27/6.
guess "Four an hour" --table frogs --measure ratio --target frogs --by hours --unit pond --at-least 3
run 0 hypothesis show last
says 'for each 20 of "hours", at least 60 of "frogs"'
run 0 evaluate last --open --json
json 'r["value"] == 137 / 36 and r["units"] == 6'
guess "Twice as many" --table frogs --measure ratio --target frogs --where "place = meadow" --unit pond --at-least 1.5
run 0 evaluate last --open --json
json 'abs(r["value"] - 55 / 27) < 1e-12 and r["low"] > 1.2'

# only: rows of meadows alone.
guess "Meadows only" --table frogs --measure share --where "frogs >= 8" --only "place = meadow" --unit pond --at-least 0.5
run 0 evaluate last --open --json
json 'r["value"] == 9 / 12 and r["rows"] == 12'

# Nothing to be said, and nothing looked at: no opening is written.
openings() {
    run 0 log --json >/dev/null
    value '[e["kind"] for e in r["entries"]].count("opening")'
}
before=$(openings)
guess "Nowhere" --table frogs --measure mean-difference --target frogs --where "place = lake" --at-least 1
run 1 evaluate last --open
complains "One side is empty" "place = lake"
guess "Everywhere" --table frogs --measure mean-difference --target frogs --where "frogs >= 0" --at-least 1
run 1 evaluate last --open
complains "nothing to compare with"
guess "Both" --table frogs --measure mean-difference --target frogs --where "frogs >= 5" --against "frogs <= 8" --at-least 1
run 1 evaluate last --open
complains "rows lie on both sides"
guess "Per wood" --table frogs --measure slope --target frogs --by hours --only "place = wood" --at-least 0
run 1 evaluate last --open
complains '"hours" is the same in all units'
printf 'count,effort,t\n1,0,1\n2,0,2\n3,0,3\n' >zero.csv
run 0 collect import zero.csv --table zero
guess "By nothing" --table zero --measure ratio --target count --by effort --at-least 1
run 1 evaluate last --open
complains "adds up to 0 or below"
guess "Steps" --table zero --measure slope --target count --by t --within --unit t --at-least 0
run 1 evaluate last --open
complains "over enough rows"
[ "$before" -eq "$(openings)" ] || fail "what was refused has been looked at"

# Every unit alike: no range, still open.
printf 'unit,side,v\n' >alike.csv
for u in 1 2 3 4 5 6 7 8 9 10 11 12; do
    echo "$u,$((u % 2)),4"
done >>alike.csv
run 0 collect import alike.csv --table alike
guess "Alike" --table alike --measure mean-difference --target v --where "side = 1" --at-least 0
run 0 evaluate last --open
says "Too little varies"
never "chances are even"

# Few units that differ strongly: it is said.
python3 - >differ.csv <<'END'
print("site,good")
for site, right in enumerate((20, 20, 5, 20, 20, 3, 20, 20, 20, 12)):
    for i in range(20):
        print("s%d,%s" % (site, "yes" if i < right else "no"))
END
run 0 collect import differ.csv --table differ
guess "Good" --table differ --measure share --where "good = yes" --unit site --at-least 0.9
run 0 evaluate last --open
says "There are few units, and they differ strongly"
run 0 --lang de evaluate last --open
says "Es sind wenige Einheiten, und sie unterscheiden sich stark"
run 0 evaluate last --open --json
json 'r["differ"] is True and r["value"] == 0.8'

# Simpson: in all, y falls with x by nearly 2; within site s of six it rises by 1 - 0.02 (s + 1), by
# hand: 0.93 on average.
python3 - >simpson.csv <<'END'
print("site,x,y")
for site in range(6):
    for step, off in enumerate((0, 0.1, -0.1, 0)):
        print("s%d,%d,%.2f" % (site, 10 * site + step, 100 - 20 * site + 3 * (site % 2) + step + off * (site + 1)))
END
run 0 collect import simpson.csv --table simpson
guess "In all it falls" --table simpson --measure slope --target y --by x --unit site --at-most 0
run 0 evaluate last --open --json
json 'r["verdict"] == "supported" and r["value"] < -1.8'
guess "Within it rises" --table simpson --measure slope --target y --by x --unit site --within --at-least 0
run 0 evaluate last --open --json
json 'r["verdict"] == "supported" and abs(r["value"] - 0.93) < 1e-12 and r["units"] == 6 and r["rows"] == 24'
guess "Within it goes together" --table simpson --measure correlation --target y --by x --unit site --within --at-least 0.5
run 0 evaluate last --open --json
json 'r["verdict"] == "supported" and r["value"] > 0.9'

# alpha: two people, ten items each; 8 items alike (4 a, 4 b), 2 not. By hand: observed 4 of 20 pairs,
# chance 200 of 380: 1 - 4 / 20 * 380 / 200 = 0.62. A second answer of the same person does not count.
{
    echo item,person,answer
    for i in 1 2 3 4; do printf '%s,p,a\n%s,q,a\n' $i $i; done
    for i in 5 6 7 8; do printf '%s,p,b\n%s,q,b\n' $i $i; done
    printf '9,p,a\n9,q,b\n10,p,b\n10,q,a\n10,q,b\n11,p,a\n'
} >answers.csv
run 0 collect import answers.csv --table answers
guess "They agree" --table answers --measure alpha --target answer --by person --unit item --at-least 0.6
run 0 hypothesis show last
says "of 20 disagreements" "at most 8 are left"
run 0 evaluate last --open --json
json 'abs(r["value"] - 0.62) < 1e-12 and r["units"] == 10'
guess "Steps" --table answers --measure alpha --target answer --by person --unit item --level ordinal --at-least 0.6
run 1 evaluate last --open
complains "holds words where numbers are needed"
guess "One" --table answers --measure alpha --target answer --by person --unit item --only "item = 11" --at-least 0.6
run 1 evaluate last --open
complains "answers of two people"
run 0 check

# The independent reader knows these bodies.
if /usr/bin/python3 -c 'import cryptography' 2>/dev/null; then
    PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$ALLMENDE_TOP/test/record_reader.py" --json world.allmende >out
    json '{e["kind"] for e in r["entries"]} > {"hypothesis", "verdict"} and all(e["ok"] for e in r["entries"])'
    json 'all(e["lacks"] == [] for e in r["entries"])'
fi

# A whole cycle without a model, from the question to a folder that verifies.
run 0 new cycle.allmende --title Ponds --name Ada
set -- -p cycle.allmende
run 0 "$@" ask add "Are there more frogs in meadows?"
run 0 "$@" ask position last agree
run 0 "$@" ask decide last --outcome without-ai --method vote
run 0 "$@" hypothesis add "More in meadows" --question last --table frogs --measure mean-difference --target frogs --where "place = meadow" --against "place = wood" --unit pond --within --at-least 2 --stop "fewer than five ponds"
run 0 "$@" hypothesis freeze last
run 0 "$@" collect import frogs.csv --table frogs --permission project,publication
run 0 "$@" evaluate last --open --json
json 'r["verdict"] == "supported" and not r["exploratory"] and r["looks"] == 1'
run 0 "$@" publish public
run 0 verify public
says "Verified"
for page in public/*.html; do
    grep -q "place = meadow" "$page" || fail "the page does not name the sides: $page"
done
run 0 "$@" check
