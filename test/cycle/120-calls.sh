#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What waits for the members stands in status and log, in counts; the decision with its dissent, and
# the minutes of a result, stand beside a guess about the world.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

run 0 new p.allmende --title Lake --name Ada
run 0 --as Ada member add Ben
run 0 --as Ada member add Cem
run 0 --as Ada ask add "Shall we measure?"
run 0 status --json
json 'r["calls"] == []'
run 0 --as Ada ask call last --closes today
run 0 --as Ben ask position last agree
run 0 --as Ben ask position last disagree --reason "too far"
run 0 --as Ada ask paper last --agree 4
for command in status log; do
    run 0 $command --json
    json '[(c["members_said"], c["members"], c["paper"], c["over"]) for c in r["calls"]] == [(1, 3, 4, False)]'
    run 0 $command
    says "1 of 3 members have said something, and 4 people on paper" "ask position" "ask decide"
done
run 0 status
never "Ben" "Cem" "too far"
run 0 --as Ada ask decide last --reason "it is worth it"
run 0 status --json
json 'r["calls"] == []'

# A day that is over: nobody is asked for a position any more.
run 0 --as Ada ask add "And in winter?"
run 0 --as Ada ask call last --method dots --dots 3 --closes 2999-01-01 --option "by boat" --option "on foot"
run 0 --as Cem ask dots last 1,0
run 0 status
says "1 of 3 members have said something" "ask dots"
never "ask decide"

printf 'a,b\n1,2\n2,2\n3,4\n4,4\n5,6\n6,7\n' >t.csv
run 0 log --json
question=$(value '[e["id"] for e in r["entries"] if e["kind"] == "question"][0]')
run 0 --as Ada hypothesis add "They rise together" --question "$question" --measure correlation \
    --target a --by b --at-least 0.1
run 0 --as Ada hypothesis freeze last
run 0 --as Ada collect import t.csv
run 0 --as Ada evaluate last --open
says "Decided: go on" "a member disagrees: too far"
run 0 hypothesis show last --json
verdict=$(value 'r["results"][0]["id"]')
run 0 --as Ada ask minutes "$verdict" --members 2 --names "Ada, Ben" --text "We met at the pier."
run 0 hypothesis show last
says "Decided: go on" "a member disagrees: too far" ": supported (0.9689" "We met at the pier."
never "Ben"
run 0 --as Ada evaluate last --open
says "We met at the pier."
