#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A guess asked for in plain words; how many units it needs; an amendment beside it.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

run 0 new p.allmende --title Teich --name Ada

# Without a terminal nobody is asked; a pipe answers only where "-" says so.
run 2 hypothesis add
complains "--measure"
run 2 hypothesis add T --at-least 1
complains "--measure"
# answer LINE…: type these lines.
answer() {
    printf '%s\n' "$@" >answers
    echo "\$ allmende hypothesis add - <answers"
    "$ALLMENDE" --lang de hypothesis add - <answers >out 2>errors
}
answer "Wiesen haben mehr Frösche" "" 2 "" frogs "place = meadow" "" pond 2 "" 8 "" || fail "not taken"
says "Wiesen haben mehr Frösche" "mindestens 2 höher" "Mindestens 8 Einheiten"
grep -q "Zum Beispiel: ort = wiese" errors || fail "no German example"
answer "Es ist oft Eis" "" share "" "ice = yes" "" "15 von 20" höchstens "" "zu warm" || fail "not taken"
says "von 20 Beobachtungen höchstens 15 mit: ice = yes" "zu warm"
answer "Ein Modell" "" 7 "" species "" site "" "" "" "" && fail "a needed answer was skipped"
complains "beantwortet die nächste Frage nicht"
answer "Zu kurz" "" && fail "half a guess was written down"
complains "Antworten endeten"
answer "Ein Modell" "" 7 "" species "" site 0,9 "" "" "" || fail "not taken"
run 0 hypothesis show last --json
json 'r["hypothesis"]["threshold"] == "0.9" and r["hypothesis"]["split"]["column"] == "site"'
run 0 log --json
json '[e["kind"] for e in r["entries"]].count("hypothesis") == 3'

# How many units? For one row a unit it is a binomial sum: test/vector/power.py says 0.392, 0.858, 54.
run 0 hypothesis add Eis --measure share --where "ice = yes" --unit pond --at-least 0.75
run 0 hypothesis need last --expect 0.9 --units 20,60 --json
json '[c["units"] for c in r["chances"]] == [20, 60] and r["least"] == 54 and r["draws"] == 1000'
json 'abs(r["chances"][0]["supported"] - 0.392) < 0.062 and abs(r["chances"][1]["supported"] - 0.858) < 0.045'
run 0 hypothesis need last --expect 0,9 --items 4 --alike 0
says "4 rows a unit" "For 8 of 10"
run 1 hypothesis need last
complains "really is" "--expect"
run 1 hypothesis need last --expect 0.75
complains "not cleared by any number" "amend"
run 1 hypothesis need last --expect 1.5
complains "between 0 and 1"
run 1 hypothesis need last --expect 0.9 --items 4
complains "how alike"
run 1 hypothesis need last --expect 0.9 --spread 2
complains "no spread"
run 1 hypothesis need last --expect 0.9 --units 10,many
complains "whole numbers"
run 1 hypothesis need last --expect 0.9 --from-data
complains "observations"
# It is the same on every call, and nothing is written down.
run 0 hypothesis need last --expect 0.85 --items 3 --alike 0.3
cp out first
run 0 hypothesis need last --expect 0.85 --items 3 --alike 0.3
cmp first out || fail "another answer"
run 0 log --json
json 'r["entries"][-1]["kind"] == "hypothesis"'

# From data: 12 ponds of 4 rows each, all of a pond alike: 9 with ice. Then 4 rows say what one does.
python3 -c 'print("pond,ice")
for p in range(12):
    for i in range(4): print("p%d,%s" % (p, "yes" if p < 10 else "no"))' >ice.csv
run 0 collect import ice.csv
run 0 hypothesis need last --from-data --units 20 --json
json 'r["seen"] == 12 and r["items"] == 4 and r["alike"] == 1 and abs(r["expected"] - 10 / 12) < 1e-9'
run 0 hypothesis freeze last --json
json 'len(r["minutes"]) == 16 and r["freeze"].startswith(r["minutes"])'
guess=$(value 'r["hypothesis"]["id"]')
run 0 hypothesis need "$guess" --from-data --units 20
# What came after the lock would be a look; and what a model sets aside nobody may use.
sed 's/p\([0-9]\)/q\1/' ice.csv >later.csv
run 0 collect import later.csv
run 1 hypothesis need "$guess" --from-data
complains "would be a look"
run 0 hypothesis add Modell --measure accuracy --target ice --group pond --at-least 0.75
run 0 hypothesis freeze last
run 0 hypothesis need last --expect 0.9
says "units of the part set aside" "units in all"
run 0 hypothesis add Eis --measure share --where "ice = yes" --unit pond --at-least 0.7
run 1 hypothesis need last --from-data
complains "set a part" "nobody may look"
run 0 hypothesis add R --measure ratio --target ice --by pond --at-least 2 --table none
run 1 hypothesis need last --expect 3
complains "as a share of their mean"
run 0 hypothesis add A --measure alpha --level interval --target ice --by pond --unit day --at-least 0.5 --table none
run 1 hypothesis need last --expect 0.8
complains "cannot be foretold"

# Beside it, with a reason; what changed stands side by side, and what stays is the first one.
run 1 hypothesis amend "$guess" --at-least 0.8
complains "written reason"
run 1 hypothesis amend "$guess" --at-least 0.75 --reason r
complains "Nothing would change"
run 1 hypothesis amend "$guess" --drop target --reason r
complains '"target"'
run 1 hypothesis amend "$guess" --measure slope --reason r
complains "needs --target"
run 0 hypothesis amend "$guess" --at-least 0.8 --drop unit --reason "0,75 hilft niemandem"
says "It amends the guess" "0,75 hilft niemandem" "threshold: before: 0.75; now: 0.8" "unit: before: pond; now: (not said)"
never "Amended after a look"
run 0 hypothesis show last --json
json "r['amends'] == '$guess' and r['looks_before'] == 0 and r['hypothesis']['freeze'] is None"
json '[c["what"] for c in r["changes"]] == ["unit", "threshold"]'
run 0 hypothesis show "$guess"
says "It was amended by" "at least 15 with"
# After a look it says so, also through an amendment of the amendment.
run 0 evaluate "$guess" --open --json
run 0 hypothesis amend "$guess" --at-least 0.6 --reason "nach dem Ansehen"
says "Amended after a look" "1 look(s)"
run 0 --lang de hypothesis amend last --at-least 0.65 --reason "noch einmal"
says "nachdem hingesehen wurde"
run 0 hypothesis show "$guess" --json
json 'len(r["amended_by"]) == 2'
run 0 check

# On a terminal that was given nothing it asks; with options it never does.
cat >terminal.py <<'PY'
import os, pty, select, sys, time
pid, fd = pty.fork()
if pid == 0:
    os.execv(os.environ["ALLMENDE"], ["allmende"] + sys.argv[2:])
said = b""
answers = sys.argv[1].split("|")
end = time.time() + 20
while time.time() < end:
    if not select.select([fd], [], [], 1)[0]:
        continue
    try:
        more = os.read(fd, 4096)
    except OSError:
        break
    if not more:
        break
    said += more
    if said.endswith(b"> ") and answers:
        os.write(fd, answers.pop(0).encode() + b"\n")
        said += b"\n"
sys.stdout.write(said.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
PY
python3 terminal.py 'Eis ist oft da||1||ice = yes|pond|15 of 20|||' hypothesis add >out || fail "not taken on a terminal"
says "What do you think is so?" "Written down" "at least 15 with: ice = yes"
python3 terminal.py '' hypothesis add T --at-least 1 >out && fail "a measure is missing"
says "--measure M"
# The part set aside: Enter opens nothing, the word does.
run 0 hypothesis freeze last
run 0 collect import ice.csv --table other
run 0 log --json
before=$(value 'len(r["entries"])')
python3 terminal.py '' evaluate "$guess" >out && fail "it opened by itself"
says "look at the data: 48 rows" "type the word open" "Nothing was opened"
run 0 log --json
json "len(r['entries']) == $before"
python3 terminal.py 'öffnen' --lang de evaluate "$guess" >out || fail "the word does not open"
says "Ihr wollt die Daten ansehen" "Ergebnis:"

# --- ratios ----------------------------------------------------------------------------------------
run 0 hypothesis add "Two an hour" --measure ratio --table walks --target frogs --by hours --unit pond --at-least 1.5
run 1 hypothesis need last --expect 2
complains "as a share of their mean"
run 0 hypothesis need last --expect 2 --spread 0.5 --units 18 --json
json '0.5 < r["chances"][0]["supported"] < 0.75 and 18 < r["least"] < 45'
run 0 hypothesis add "Twice as many" --measure ratio --table walks --target frogs --where "place = meadow" --unit pond --at-least 1.5
run 0 hypothesis need last --expect 2 --spread 0.5 --units 72 --json
json '0.5 < r["chances"][0]["supported"] < 0.78'
printf 'pond,place,frogs\n' >walks.csv
for i in 1 2 3 4 5 6; do printf 'm%s,meadow,%s\nw%s,wood,%s\n' $i $((8 + 2 * i)) $i $((4 + i)) >>walks.csv; done
run 0 collect import walks.csv --table walks
run 0 hypothesis need last --from-data --units 40 --json
# Coefficients of variation of 10, 12 … 20 and of 5 … 10 together: 0.2378.
json 'abs(r["spread"] - 0.2378) < 0.0002 and abs(r["expected"] - 2) < 1e-9'
