#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The whole deliberation: sheet, talk, calls with a last day, paper votes, dots, dissent, minutes,
# looking back. ALLMENDE_TODAY says which day it is.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"
today() {
    export ALLMENDE_TODAY="$1"
}

today 2026-11-20
run 0 new bach.allmende --title Bach --name Ada
run 0 member add Ben
run 0 --as Ada member add Cem

# The sheet: what is missing is asked for, what stands is not replaced.
run 0 --as Ben ask add "Wo leben Steinfliegen?" --harm "die Larven"
says "--problem" "--stop" "ask sheet"
run 0 --as Cem ask sheet last --stop "wenn Larven sterben" --tools "iNaturalist, ohne Strecken"
says "--volunteers"
never "--stop "
run 1 --as Ada ask sheet last --harm "niemand" --json
error conflict
run 1 --as Ada ask sheet last
complains "No answer of the sheet"
sheet=$("$ALLMENDE" log --json | python3 -c 'import json, sys
print([e["id"] for e in json.load(sys.stdin)["entries"] if e["kind"] == "sheet"][0])')
run 0 ask show last --json
json 'r["harm"] == "die Larven" and r["stop"] == "wenn Larven sterben" and r["data"] == ""'
# Who gave an answer can take it back; then it can be given anew.
run 0 --as Cem collect withdraw "$sheet"
run 0 --as Ada ask sheet last --stop "drei tote Larven" --tools "iNaturalist"
run 0 ask show last
says "What would make us stop: drei tote Larven"

run 1 --as Ada ask minutes last --members 1 --text "…"
complains "neither a decision nor a result yet"

# Talk hangs on its object; replies on theirs; what is taken back leaves its replies.
run 0 ask list --json
question=$(value 'r["questions"][0]["id"]')
run 0 --as Ada ask say "$question" "Wer dreht die Steine um?" --json
first=$(value 'r["id"]')
run 0 --as Ben ask say "$first" "Die Klasse 8b" --json
second=$(value 'r["id"]')
run 0 --as Cem ask say "$question" "Und im Winter?"
run 0 --as Ada ask say "$second" "Nur mit Einwilligung"
run 0 ask talk "$question" --json
json '[(t["text"], t["depth"]) for t in r["talk"]] == [("Wer dreht die Steine um?", 0), ("Die Klasse 8b", 1), ("Nur mit Einwilligung", 2), ("Und im Winter?", 0)]'
run 0 --as Ben collect withdraw "$second"
run 0 ask talk "$question"
says "Nur mit Einwilligung (in reply to what was taken back)"
never "Klasse"
run 0 ask talk
says "question" "3 remark(s)"
run 1 --as Ben ask say "$question" " "
complains "needs a text"
run 1 --as Ben ask say "$second" "doch"
complains "was taken back"

# A call locks way, rule and last day.
run 1 --as Ben ask call "$question" --closes 2026-11-25
complains "Only a person in charge"
run 1 --as Ada ask call "$question" --closes 2026-11-19
complains "is over; today is 2026-11-20"
for day in 2026-11-31 25.11.2026 tomorrow 2026-1-2; do
    run 1 --as Ada ask call "$question" --closes "$day"
    complains "must name its last day"
done
run 0 --as Ada ask call "$question" --method vote --quorum 4 --closes 2026-11-25 --proposal "Im März beginnen"
says "Last day: 2026-11-25" "locked now"
run 1 --as Ada ask call "$question" --closes 2026-11-26
complains "runs until 2026-11-25"
run 0 --as Ada ask position "$question" agree
run 0 --as Ben ask position "$question" disagree --reason "zu kalt im März"
run 1 --as Ada ask decide "$question"
complains "runs until 2026-11-25"
run 1 --as Ada ask dots "$question" 1,1
complains "no call with dots"

# On the last day it can be decided; the quorum counts people on paper, too.
today 2026-11-25
run 1 --as Ada ask decide "$question"
complains "at least 4 people; 2 have said"
run 1 --as Ben ask paper "$question" --agree 1 --reason "disagree: nein"
complains "more reasons than people"
run 1 --as Ben ask paper "$question"
complains "Nobody has said anything"
run 2 --as Ben ask paper "$question" --agree 1 --reason "nein"
complains "whose reason"
run 0 --as Ben ask paper "$question" --agree 1 --disagree 1 --reason "disagree: zu weit" --names "Oma Erna, Herr Kurz"
says "2 people"
# One for, two against: it does not carry. Two agree of four is not more, either.
run 1 --as Ada ask decide "$question"
complains "does not carry: 2 agree, 2 disagree or object"
today 2026-11-26
run 0 --as Cem ask position "$question" agree --reason "doch noch"
says "See where"
json_free=$(cat errors)
case $json_free in *"does not count"*) ;; *) fail "no warning about being late" ;; esac
run 1 --as Ada ask decide "$question"
complains "does not carry"
run 0 ask show "$question"
says "Cem agrees: doch noch (too late, not counted)" "Proposal: Im März beginnen"
says "On paper, 2026-11-25, 2 people: 1 agree, 0 abstain, 1 disagree" "disagrees: zu weit"
never "Oma Erna"
# What was said on paper in time counts though it is typed in later.
run 0 --as Ben ask paper "$question" --agree 1 --on 2026-11-24
run 0 --as Ben ask paper "$question" --agree 5 --on 2026-11-26 --json
json 'r["late"] and len(r["warnings"]) == 1'

# What the call proposes is what is decided; nothing else.
run 1 --as Ada ask decide "$question" --outcome stop
complains "The call says otherwise"
run 1 --as Ada ask decide "$question" --method consent --json
error conflict
run 0 --as Ada ask decide "$question" --reason "Die Mehrheit will es"
says "Decided: go on." "Write this number into your minutes"
cp out decided
run 0 ask show "$question" --json
json 'r["decision"]["method"] == "vote" and r["decision"]["late"] == 6'
json 'r["decision"]["positions"] == {"agree": 1, "abstain": 0, "disagree": 1, "objection": 0}'
json 'r["decision"]["paper"] == {"agree": 2, "abstain": 0, "disagree": 1, "objection": 0}'
json '[(d["reason"], d["paper"]) for d in r["decision"]["dissent"]] == [("zu kalt im März", False), ("zu weit", True)]'
json 'sorted((p["member"], p["late"]) for p in r["reasons"]) == [("Ada", False), ("Ben", False), ("Cem", True)]'
decision=$(value 'r["decision"]["id"]')
run 0 show "$decision" --json
json 'len(r["body"]["dissent"]) == 2 and r["body"]["call"]'
# The number for the minutes is the decision's own, in groups of four.
[ "$(sed -n '/^  /p' decided | tr -d ' \n')" = "$decision" ] || fail "another number for the minutes"

# After the decision the sheet stays as it was read.
run 1 --as Cem ask sheet "$question" --data "Zählungen" --json
error conflict

# Names on paper stay in the private part.
run 0 log --json
paper=$(value '[e["id"] for e in r["entries"] if e["kind"] == "paper"][0]')
run 0 show "$paper" --json
json 'r["private"]["names"] == "Oma Erna, Herr Kurz" and "Erna" not in str(r["body"])'

# Minutes hang on the decision; a question means its decision.
run 1 --as Ben ask minutes "$first" --members 3 --text "…"
complains "neither a decision nor a result"
echo "Wir haben im Gasthaus getagt." >minutes.txt
run 0 --as Ben ask minutes "$question" --members 3 --others 2 --on 2026-11-26 --names "Ada, Ben, Cem" --file minutes.txt
says "bound to $(printf '%.8s' "$decision")"
run 2 --as Ben ask minutes "$question" --members 3 --text a --file minutes.txt
run 0 ask show "$question"
says "Minutes of 2026-11-26 (3 members, 2 others):" "Gasthaus" "Dissent that stays with it:"
says "  a member disagrees: zu kalt im März" "  on paper, 1: disagrees: zu weit"

# A position that is taken back leaves a note in the dissent, and the counts of the decision stay.
run 0 log --json
position=$(value '[e["id"] for e in r["entries"] if e["kind"] == "position"][1]')
run 0 --as Ben collect withdraw "$position"
run 0 ask show "$question" --json
json 'r["decision"]["positions"]["disagree"] == 1 and r["decision"]["dissent"][0]["choice"] == ""'

# Looking back.
run 1 --as Ben ask revisit "$question" --needed no --changed nichts
complains "Only a person in charge"
run 1 --as Ada ask revisit "$question" --needed maybe --changed nichts
complains "yes, partly, no, unused"
run 0 --as Ada ask revisit "$question" --needed no --why "Das Thermometer reicht" --changed "Der Kreis misst jetzt" --differently "früher fragen"
run 0 --lang de ask show "$question"
says "War KI nötig? nein" "Der Kreis misst jetzt" "früher fragen" "Widerspruch"

# Consent: an objection on paper stops it, a new round is possible once the last day is there.
run 0 --as Ada ask add "Zäunen wir den Bach ein?"
run 1 --as Ada ask revisit last --needed no --changed nichts
complains "is not decided yet"
run 0 ask list --json
open=$(value 'r["questions"][1]["id"]')
run 1 --as Ada ask minutes "$open" --members 1 --text "…"
complains "is not decided yet"
run 0 --as Ada ask say last "wer bezahlt den Zaun?" --json
json "r['about'] == '$open'"
run 0 --as Ada ask call last --closes today
run 0 --as Ada ask paper last --objection 1 --reason "objection: das Reh"
run 1 --as Ada ask decide last
complains "1 serious objection"
run 0 --as Ada ask call last --closes today --outcome stop
run 1 --as Ada ask decide last
complains "1 serious objection"

# Dots: each person has some; the option that no other surpasses is taken.
run 0 --as Ada ask add "Wo zuerst?"
run 1 --as Ada ask decide last --outcome go-on --method dots
complains "no call with dots"
run 1 --as Ada ask call last --method dots --closes today --option Mühle
complains "2 to 20"
run 1 --as Ada ask call last --method vote --closes today --option a --option b
complains "belong to the method dots"
run 1 --as Ada ask call last --method dots --closes today --option Mühle --option Brücke
complains "must say how many"
run 0 --as Ada ask call last --method dots --closes today --dots 3 --option Mühle --option Brücke --option Quelle
run 1 --as Ada ask decide last
complains "Nobody has given a dot"
run 1 --as Ada ask dots last 2,2,0
complains "3 options" "3 dots"
run 1 --as Ada ask dots last 3,0
run 2 --as Ada ask dots last 3,x,0
run 0 --as Ada ask dots last 0,0,3
run 0 --as Ada ask dots last 3,0,0 --reason "dort ist Schatten"
run 0 --as Ben ask dots last 0,3,0
run 1 --as Ada ask decide last
complains "2 options have the same number"
run 1 --as Ada ask decide last --option 3
complains "Another option has more dots"
run 1 --as Ben ask paper last --dots 0,7,0 --people 2
complains "at most"
run 0 --as Ben ask paper last --dots 2,4,0 --people 2
run 0 ask show last
says "1. Mühle: 5 dots" "2. Brücke: 7 dots" "3. Quelle: 0 dots" "Ada 3 · 0 · 0: dort ist Schatten"
run 0 --as Ada ask decide last --json
json 'r["option"] == "Brücke" and r["method"] == "dots" and r["outcome"] == "go_on"'
run 0 ask show last
says "The option with the most dots: Brücke"

# The page shows what its author lets out, without names; talk and minutes only if they say so.
run 0 --as Ben ask say "$question" "Danke an die Müllerin" --permission project,publication
run 0 --as Ben ask position "$open" disagree --reason "zu spät gekommen"
run 0 --as Ada publish public
run 0 verify public
cat public/details_de.html public/details_en.html >page
page() {
    for text in "$@"; do
        grep -qF -- "$text" page || fail "the page does not say: $text"
    done
}
page "Was uns aufhören ließe" "drei tote Larven" "Im März beginnen" "zu weit" "Danke an die Müllerin"
page "2 people: 1 agree, 0 abstain, 1 disagree" "Too late, not counted" "Der Kreis misst jetzt"
page "agrees (too late, not counted)" "by dots" "Brücke: 7"
for private in "Oma Erna" "Gasthaus" "Nur mit Einwilligung" "Und im Winter"; do
    ! grep -rqF -- "$private" public page || fail "made public: $private"
done

# Everything derived follows from the record.
run 0 check
run 0 status --json
state=$(value 'r["state"]')
run 0 rebuild
run 0 status --json
json "r['state'] == '$state'"
