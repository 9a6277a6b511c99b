#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A question is put, positions are taken, the group decides.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

run 0 new lake.allmende --title Eis --name Ada
run 0 member add Ben
run 0 ask list
says "There is no question yet"
run 1 --as Ada ask add
complains "needs a text"
run 0 --as Ada ask add "Wird das Eis kürzer?" --affected "das Dorf" --harm "niemand" --without-ai "zählen"
says "The question is put" "ask position"
says "--volunteers"
never "--harm"
run 0 --as Ada ask add "Noch eine?"
says "Not said yet"
run 0 ask list --json
json '[q["text"] for q in r["questions"]] == ["Wird das Eis kürzer?", "Noch eine?"]'
json 'all(q["outcome"] is None for q in r["questions"]) and r["next"] is None'
question=$(value 'r["questions"][0]["id"]')

run 1 --as Ben ask position "$question" maybe
complains "agree, abstain, disagree, objection"
run 0 --as Ben ask position "$question" objection
says "Say what harm you see"
run 0 --as Ben ask position "$question" objection --reason "zu früh"
never "Say what harm you see"
run 0 --as Ada ask position "$question" agree
run 1 --as Ada ask decide "$question" --outcome go-on
complains "1 serious objection" "--method vote"
run 0 --lang de ask show "$question"
says "schwerwiegende" "zu früh" "das Dorf" "niemand" "zählen"
run 1 --as Ben ask decide "$question" --outcome go-on --method vote
complains "Only a person in charge"
run 2 --as Ada ask decide "$question" --outcome perhaps
complains "go-on, without-ai, stop"
run 1 --as Ada ask decide "$question" --outcome stop --method dice
complains "consent, vote"

# The last position counts; by consent it is possible now.
run 0 --as Ben ask position "$question" disagree --reason "immer noch zu früh"
run 0 --as Ada ask decide "$question" --outcome without-ai --reason "Messungen reichen" --json
json 'r["outcome"] == "without_ai" and r["method"] == "consent"'
run 0 ask show "$question" --json
json 'r["positions"] == {"agree": 1, "abstain": 0, "disagree": 1, "objection": 0}'
json 'r["decision"]["outcome"] == "without_ai" and r["decision"]["positions"]["disagree"] == 1'
json '("Ben", "immer noch zu früh") in [(p["member"], p["reason"]) for p in r["reasons"]]'
run 1 --as Ben ask position "$question" agree
complains "decided already"
run 1 --as Ben ask position "$question" agree --json
error conflict
# A decision stays; a position is its author's own and can be taken back.
run 1 --as Ada collect withdraw last
complains "act of the project"

# By vote the objection stands beside the decision.
run 0 --as Ben ask position last objection
run 0 --as Ada ask decide last --outcome stop --method vote
run 0 ask show last --json
json 'r["decision"]["positions"]["objection"] == 1 and r["decision"]["method"] == "vote"'
# What the group decided against cannot be guessed about.
run 1 --as Ada hypothesis add T --measure slope --target a --by b --at-least 1 --question last
complains "decided to stop"
run 1 --as Ada hypothesis add T --measure accuracy --target a --group g --at-least 0.5 --question "$question"
complains "without AI"
run 0 check
# Blanks are no question.
run 1 --as Ada ask add "  "
complains "needs a text"
