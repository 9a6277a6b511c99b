#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A guess is written down, refused where it contradicts itself, locked.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

run 0 new lake.allmende --title Eis --name Ada
run 0 ask add "Wird das Eis kürzer?"
run 0 hypothesis list
says "There is no guess yet"

# What is missing or contradicts itself is named, with what to type.
run 1 hypothesis add --measure slope --target days --by year --at-most 0
complains "no text"
run 1 hypothesis add T --measure slope --target days --at-most 0
complains "--by"
run 1 hypothesis add T --measure slope --target days --by year
complains "--at-least X or --at-most X"
run 1 hypothesis add T --measure slope --target days --by year --at-most 0 --at-least 0
complains "--at-least X or --at-most X"
run 1 hypothesis add T --measure slope --target days --by year --at-most 0 --group site
complains "sets nothing aside"
run 1 hypothesis add T --measure luck --target days --at-least 1
complains '"luck"' "balanced_accuracy"
run 1 hypothesis add T --measure accuracy --target species --at-least 0.75
complains "set aside" "--group"
run 1 hypothesis add T --measure accuracy --target species --at-least 75 --group site
complains "between 0 and 1"
run 1 hypothesis add T --measure accuracy --target species --at-least many --group site
complains '"many" is not a number'
run 1 hypothesis add T --measure accuracy --target species --at-least 0.7 --group site --split part
complains "Keep one of them"
run 1 hypothesis add T --measure accuracy --target species --at-least 0.7 --random-rows
complains "--why"
run 1 hypothesis add T --measure accuracy --target species --at-least 0.7 --group site --share 1
complains "--share"
run 1 hypothesis add T --measure accuracy --target species --at-least 0.7 --group site --features a,species
complains "target and feature"
run 2 hypothesis add T --measure slope --target days --by year --at-most 0 --least-units 4
complains "--least-units"
run 0 log --json
json '[e["kind"] for e in r["entries"]] == ["project", "question"]'

# About the world.
run 0 hypothesis add "Das Eis wird kürzer" --measure slope --target days --by year --at-most -0,1 --question last --unit year --json
json 'r["hypothesis"]["threshold"] == "-0.1" and r["hypothesis"]["about"] == "world"'
json 'r["hypothesis"]["least_units"] == 5 and r["hypothesis"]["freeze"] is None'
run 0 --lang de hypothesis show last
says "höchstens -0,1" "days" "year"
run 0 hypothesis freeze last
says "Locked" "minutes" "allmende collect import"
never "already had"
run 1 hypothesis freeze last
complains "locked already"

# About a model: the threshold as counts, worked by hand: 15/20, 93/100, 875/1000.
run 0 hypothesis add Arten --measure accuracy --target species --group site --at-least 0.75
says "of 20 observations from whole groups (site) it has never seen, at least 15 right"
# A quarter of 16 groups is 4, of 17 it is 5 (rounded up): the fewest that can decide.
says "it takes 17 or more of \"site\" in all"
run 0 hypothesis add Arten --measure balanced-accuracy --target species --split part --at-least 0.93
says "of 100 observations" "at least 93 right, every class counting the same"
run 0 hypothesis add Arten --measure accuracy --target species --random-rows --why "jede Zeile ein Tier" --at-least 0.875
says "of 1000 observations" "at least 875 right" "jede Zeile ein Tier"
run 0 hypothesis add Arten --measure mae --target mass --group site --test-groups "A, B" --at-most 2.5
says "off by at most 2.5" "A, B"

# A split file must say train and test; other words are left out and counted.
printf 'row,split,part\n1,train,x\n2,test,y\n3,validation,z\n' >split.csv
run 0 hypothesis add Arten --measure accuracy --target species --split split.csv --at-least 0.75
says "1 rows to learn from, 1 set aside, 1 left out"
run 0 hypothesis show last --json
json 'r["split_rows"] == {"train": 1, "test": 1, "neither": 1}'
run 1 hypothesis add Arten --measure accuracy --target species --split split.csv:part --at-least 0.75
complains "0 times train and 0 times test"
run 1 hypothesis add Arten --measure accuracy --target species --split split.csv:nothing --at-least 0.75
complains 'no column "nothing"'
run 1 hypothesis add Arten --measure accuracy --target species --split ./absent.csv --at-least 0.75
complains "absent.csv"

# Data that were there before the lock.
printf 'days,year\n1,2001\n2,2002\n' >ice.csv
run 0 collect import ice.csv --table ice
run 1 hypothesis add "Später" --measure slope --target dys --by year --at-most 0 --table ice
complains 'no column "dys"' "days, year"
run 0 hypothesis add "Später" --measure slope --target days --by year --at-most 0 --table ice
run 0 hypothesis freeze last --json
json 'r["exploratory"] is True and len(r["freeze"]) == 64'
run 0 --lang de hypothesis show last
says "vorhandenen Daten gefunden"
run 0 hypothesis list --json
json 'sum(h["freeze"] is not None for h in r["hypotheses"]) == 2 and len(r["hypotheses"]) == 7'
# A column over itself, and a reason of blanks, say nothing.
run 1 hypothesis add T --measure slope --target days --by days --at-most 0
complains "Over itself"
run 1 hypothesis add T --measure mae --target days --at-most 0 --random-rows --why " "
complains "written reason"

# A name that turns out to be wrong is not locked.
run 0 hypothesis add Arten --measure accuracy --target kind --group site --at-least 0.5 --table later
printf 'kind,place\na,x\nb,y\n' >later.csv
guess=$("$ALLMENDE" hypothesis list --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["hypotheses"][-1]["id"])')
run 0 collect import later.csv --table later
run 1 hypothesis freeze "$guess"
complains 'no column "site"' "kind, place"
run 0 hypothesis list --json
# A guess stays.
run 1 collect withdraw "$(value 'r["hypotheses"][0]["id"]')"
complains "act of the project"
run 0 check

# A mark may be typed as counts.
run 0 hypothesis add "Three of four" --measure share --where "ice = yes" --table counted --at-least 15/20
says "of 20 observations, at least 15 with"
