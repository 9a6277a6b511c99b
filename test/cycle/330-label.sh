#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Five people name four photos, each alone: nobody sees what others say before an observation has
# enough answers; undo, "don't know", known answers, a round table, the shared answers as a table.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

run 0 new p.allmende --title Birds --name Ada
for name in Ben Cem Dia Eva; do
    run 0 --as Ada member add "$name"
done
printf 'file,site\na.jpg,1\nb.jpg,1\nc.jpg,2\nd.jpg,2\n' >photos.csv
run 0 --as Ada collect import photos.csv --table photos

# --- a guideline ---------------------------------------------------------------------------------
run 1 --as Ada label guideline "Which bird?" --choice bunting --table photos --column file --json
error input
run 1 --as Ada label guideline "Which bird?" --choice bunting --choice bunting
complains "bunting" "twice"
run 1 --as Ada label guideline "Which bird?" --choice bunting --choice other --table photos \
    --column nofile --json
error not_found
run 1 --as Ada label guideline "How many?" --choice few --choice 2 --level interval
complains "few" "no number"
run 0 --as Ada label guideline "Which bird?" --choice bunting --choice grosbeak --choice other \
    --example "bunting=blue all over" --table photos --column file --enough 4 --alike 3
says "version 1"
run 0 label show last
says "bunting: blue all over" "4 observations, 0 with enough answers"

# --- alone ---------------------------------------------------------------------------------------
run 0 --as Ada label next last --limit 4 --json
json 'sorted(r["items"]) == ["a.jpg", "b.jpg", "c.jpg", "d.jpg"] and r["left"] == 4'
first=$(value '" ".join(r["items"])')
run 0 --as Ada label next last --limit 4 --json
[ "$first" = "$(value '" ".join(r["items"])')" ] || fail "the order of one person changes"
others=
for name in Ben Cem Dia Eva; do
    run 0 --as $name label next last --limit 4 --json
    [ "$first" = "$(value '" ".join(r["items"])')" ] || others=yes
done
[ "$others" ] || fail "all have the same order"

run 0 --as Ada label add last a.jpg bunting --seconds 12
sitting=$(sed -n 's/.*answers (\([0-9a-f]*\)).*/\1/p' out)
run 1 --as Ada label add last a.jpg other --json
error conflict
run 1 --as Ada label add last z.jpg other --json
error not_found
run 1 --as Ada label add last b.jpg sparrow --json
error input
run 2 --as Ada label add last b.jpg --json
error usage
run 1 --as Ben label undo "$sitting" --json
error denied
run 0 --as Ada label undo "$sitting"
run 0 --as Ada label add last a.jpg other
run 0 --as Ada label undo last
printf 'item,answer\na.jpg,bunting\nb.jpg,\nc.jpg,grosbeak\n' >ada.csv
run 0 --as Ada label add last --sitting ada.csv
run 1 --as Ada label undo last d.jpg --json
error not_found
run 0 --as Ada label undo last c.jpg
run 0 --as Ada label add last c.jpg other
run 0 label show last --json
json 'r["answers"] == 2 and r["dont_know"] == 1 and r["people"] == 1 and r["retired"] == 0'

# Nothing shows what Ada has said, nor how long it took: not to others, not over all.
for command in "show $sitting" "log" "label show last" "label next last" "status"; do
    # shellcheck disable=SC2086
    run 0 --as Ben $command --json
    ! grep -q 'bunting","item\|"answers":\[{\|seconds' out || fail "$command shows an answer"
done
run 0 label disputed last --json
json 'r["disputed"] == []'
run 0 label agreement last --json
json 'r["alpha"] is None and r["answers"] == 0'
run 1 label export last out.csv --form triples --json
error not_found
run 0 --as Ada label consensus last --json
json 'r["items"] == 0 and r["answers"] == 0'

# --- enough --------------------------------------------------------------------------------------
# a.jpg: three alike; b.jpg: 2 : 2 and a don't know; c.jpg: 2 : 1, not enough; d.jpg: nobody
run 0 --as Ben label add last a.jpg bunting
run 0 --as Cem label add last a.jpg bunting
run 1 --as Dia label add last a.jpg bunting
complains "enough answers"
run 1 --as Ben label undo last --json
error conflict
for pair in Ben:bunting Cem:bunting Dia:grosbeak Eva:grosbeak; do
    run 0 --as ${pair%:*} label add last b.jpg ${pair#*:}
done
run 0 --as Ben label add last c.jpg other
run 0 --as Cem label add last c.jpg bunting
run 0 label show last --json
json 'r["retired"] == 2 and r["answers"] == 10 and r["people"] == 5'
run 0 label disputed last --json
json 'r["total"] == 1 and r["disputed"][0]["item"] == "b.jpg" and r["disputed"][0]["tied"]'
json 'r["disputed"][0]["counts"] == {"bunting": 2, "grosbeak": 2}'
json 'r["disputed"][0]["dont_know"] == 1 and not r["disputed"][0]["settled"]'
run 0 label export last out.csv --form triples
[ "$(wc -l <out.csv)" -eq 8 ] || fail "not the seven answers to a.jpg and b.jpg"
! grep -q 'c.jpg\|Ada' out.csv || fail "the export says too much"

# --- what is known -------------------------------------------------------------------------------
printf 'item,answer\na.jpg,bunting\n' >known.csv
run 1 --as Ben label gold last known.csv --json
error denied
run 0 --as Ada label gold last known.csv
run 0 --as Ben show last --json
json 'r["private"] is None and r["body"]["n"] == 1'
run 0 --as Ada label consensus last --method dawid-skene
says "NOT checked: there are 1 known observations, and 20 are needed"

# --- a round table -------------------------------------------------------------------------------
run 1 --as Ada label round-table last c.jpg other --json
error conflict
run 1 --as Ben label round-table last b.jpg other --json
error denied
run 0 --as Ada label round-table last b.jpg grosbeak --reason "the thick beak"
run 0 --as Ada label consensus last --cap 100 --write names --json
json 'r["items"] == 2 and r["disputed"] == 1 and r["settled_by_round_table"] == 1'
json 'r["counts"] == [1, 1, 0] and r["calibrated"] is False'
run 1 --as Ada label consensus last --write names --json
error conflict
run 0 collect show last --json
json '[c["name"] for c in r["columns"]] == ["item", "answer", "answers", "dont_know", "share_alike", "from"]'
run 0 check
before=$("$ALLMENDE" status --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["state"])')
run 0 rebuild
after=$("$ALLMENDE" status --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["state"])')
[ "$before" = "$after" ] || fail "rebuild changes what follows"

# --- in public: shared answers, never those of a person ------------------------------------------
run 0 --as Ada publish public
grep -rqs '"b.jpg","grosbeak",4,1' public/ || fail "the shared answers are not public"
! grep -rqs "seconds\|thick beak\|\"item\":\"c.jpg\"" public/ || fail "a single answer is public"
run 0 verify public

# --- a locked guess asks them --------------------------------------------------------------------
run 0 --as Ada hypothesis add "Most are buntings" --table names --measure share \
    --where answer=bunting --at-least 0.5 --unit item
run 0 label disputed last
run 0 --as Ada hypothesis freeze last
for command in "disputed last" "agreement last" "consensus last" "export last out2.csv --form triples" \
    "round-table last b.jpg other"; do
    # shellcheck disable=SC2086
    run 1 --as Ada label $command --json
    error denied
done
[ ! -e out2.csv ] || fail "answers were written all the same"

# --- another version -----------------------------------------------------------------------------
run 1 --as Ada label guideline "Which bird?" --choice bunting --choice other --replaces last \
    --keep-answers
complains "grosbeak"
run 0 --as Ada label guideline "Which bird is it?" --choice bunting --choice grosbeak --choice other \
    --choice jay --table photos --column file --enough 4 --replaces last --keep-answers --json
json 'r["version"] == 2'
run 0 label show last --json
json 'r["answers"] == 10 and r["retired"] == 1'
run 1 label disputed last --json
error denied
run 0 --as Ada label next last --limit 9 --json
json 'r["items"] == ["d.jpg"]'

# --- what rests on answers goes with them --------------------------------------------------------
run 0 log --json
label=$(value '[e["id"] for e in r["entries"] if e["kind"] == "label"][-1]')
run 0 label list --json
json 'len(r["guidelines"]) == 2'
run 0 --as Cem collect withdraw "$label" --json
json 'len(r["models_gone"]) == 1'
run 0 check
