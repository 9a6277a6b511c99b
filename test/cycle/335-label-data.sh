#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Real answers of many people: shared answers and agreement against shared/peers/REFERENCE.md and
# against a plain twin in Python; exports of Zooniverse; the way out and in again.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"
data=${ALLMENDE_SHARED:-nowhere}/data
if [ ! -f "$data/bluebirds/answers.csv" ]; then
    echo "skipped: the real answers are not here"
    exit 77
fi
twin="$ALLMENDE_TOP/test/vector/consensus.py"
run 0 new p.allmende --title Answers --name Ada

# --- bluebirds: 39 people, 108 pictures ----------------------------------------------------------
run 0 label guideline "Which bird?" --choice indigo_bunting --choice other
run 0 label import last "$data/bluebirds/answers.csv" --form triples --json
json 'r["answers"] == 4212 and r["items"] == 108 and r["people"] == 39'
never "11573" # names of things and people stay inside
run 0 label agreement last --json
json 'abs(r["alpha"] - 0.1255) < 0.00006 and r["low"] < r["alpha"] < r["high"]'
run 0 label consensus last --method dawid-skene --write birds --json
json 'not r["calibrated"] and r["check"]["known"] == 0'
run 0 label consensus last --write plain --json
for table in birds plain; do
    run 0 hypothesis add "Half are buntings" --table $table --measure share --where answer=indigo_bunting \
        --at-least 0.5 --unit item
done
run 0 label export last triples.csv --form triples
python3 "$twin" triples.csv "$data/bluebirds/gold.csv" item gold >twin.json
python3 -c 'import json
r = json.load(open("twin.json"))
assert r["dawid_skene"] == 97 and r["majority"] == 82 and r["sure"] == 104, r
assert abs(r["alpha"] - 0.1255) < 0.00006, r'
run 0 label gold last "$data/bluebirds/gold.csv"
run 0 label consensus last --method dawid-skene --json
json 'r["foretold"]["by_person"] > 1.1 * r["foretold"]["by_majority"]'
json 'r["calibrated"] and r["check"]["right"] == 97 and r["check"]["known"] == 108'
json 'r["check"]["untempered"] > 0.99 and r["check"]["low"] < r["check"]["certainty"] < r["check"]["high"]'

# The same answers through other programs' forms give the same.
run 0 label consensus last --json
majority=$(value 'r["counts"]')
for form in triples zooniverse labelstudio; do
    run 0 label export 'last' "out-$form" --form $form
done
for form in triples zooniverse labelstudio; do
    run 0 label guideline "Again, $form?" --choice indigo_bunting --choice other
    run 0 label import last "out-$form" --form $form --item "$([ $form = triples ] && echo task || echo item)" --json
    json 'r["answers"] == 4212 and r["items"] == 108 and r["people"] == 39'
    run 0 label consensus last --json
    [ "$majority" = "$(value 'r["counts"]')" ] || fail "$form gives other answers"
done

# --- steller-watch: one person often twice -------------------------------------------------------
run 0 label guideline "A sea lion?" --choice 'Yes!' --choice 'No.'
run 1 label import last "$data/steller-watch/answers.csv" --form triples
complains "null (494)" "--dont-know" "--choices-to"
run 0 label import last "$data/steller-watch/answers.csv" --form triples --dont-know null --json
json 'r["answers"] == 5158 and r["dont_know"] == 143 and r["people"] == 475'
run 0 label agreement last --json
json 'abs(r["alpha"] - 0.9290) < 0.00006 and r["answers"] == 5015'
run 0 label export last steller.csv --form triples
python3 "$twin" steller.csv "$data/steller-watch/aggregate_by_project.csv" '# subject_ids' \
    aggregate_result >twin.json
python3 -c 'import json
r = json.load(open("twin.json"))
assert r["dawid_skene"] == r["majority"] == 92 and r["sure"] == 100, r'

# --- esc10: ten choices --------------------------------------------------------------------------
cut -d, -f4 "$data/esc10/human_answers.csv" | tail -n +2 | sort -u >choices.txt
run 0 label guideline "Which sound?" --choices choices.txt
run 0 label import last "$data/esc10/human_answers.csv" --form triples --json
json 'r["answers"] == 4621 and r["left_out"]["again"] == 66'
run 0 label agreement last --json
json 'abs(r["alpha"] - 0.9208) < 0.00006'
run 0 label export last esc.csv --form triples
# Where Dawid-Skene is worse (319 of 320 that the majority has right), it says so without knowing.
run 0 label consensus last --method dawid-skene --json
json 'r["foretold"]["by_person"] < r["foretold"]["by_majority"] and r["warnings"]'
python3 "$twin" esc.csv "$data/esc10/human_answers.csv" item gold >twin.json
python3 -c 'import json
r = json.load(open("twin.json"))
assert (r["majority"], r["dawid_skene"], r["sure"]) == (320, 319, 318), r'

# --- Zooniverse: nothing is guessed where a file has several tasks or versions ---------------------
zoo="$data/zooniverse-kenya/kenya-wildlife-watch-classifications.csv"
python3 - "$zoo" >want.json <<'END2'
import collections, csv, json, sys
# Subject, volunteer and species of task T3 in workflow version 307, once a person and subject.
seen, species, several, none = {}, collections.Counter(), 0, 0
for r in csv.DictReader(open(sys.argv[1], encoding="utf-8")):
    if r["workflow_version"].split(".")[0] != "307":
        continue
    value = next((t["value"] for t in json.loads(r["annotations"]) if t["task"] == "T3"), [])
    choices = {v["choice"] for v in value}
    several += len(choices) > 1
    none += not choices
    if len(choices) == 1:
        seen.setdefault((r["subject_ids"], r["user_name"]), choices.pop())
for choice in seen.values():
    species[choice] += 1
open("species.txt", "w").writelines(s + "\n" for s in sorted(species))
print(json.dumps({"answers": len(seen), "items": len({s for s, _ in seen}),
                  "people": len({p for _, p in seen}), "several": several, "none": none}))
END2
run 0 label guideline "Which animal?" --choice x --choice y
run 1 label import last "$zoo" --form zooniverse --task T3 --version-of-workflow 307
complains "--choices-to FILE"
run 0 label import last "$zoo" --form zooniverse --task T3 --version-of-workflow 307 --choices-to found.txt --json
json 'r["choices"] == len(open("found.txt").read().split()) and "answers" not in r'
LC_ALL=C sort found.txt | cmp - species.txt || fail "other answers were found"
run 0 label guideline "Which animal?" --choices found.txt --enough 1
run 1 label import last "$zoo" --form zooniverse --json
error input
run 1 label import last "$zoo" --form zooniverse --task T3
complains "several versions" ": 307 (1"
run 0 label import last "$zoo" --form zooniverse --task T3 --version-of-workflow 307 --json
json '{k: r[k] for k in ("answers", "items", "people")} == {k: v for k, v in json.load(open("want.json")).items() if k in ("answers", "items", "people")}'
json 'r["left_out"]["several"] == json.load(open("want.json"))["several"]'
json 'r["left_out"]["no_answer"] == json.load(open("want.json"))["none"]'
! grep -qr "volunteer-0" p.allmende || fail "names lie in the project"
run 0 label consensus last --write animals --json
json 'r["items"] == json.load(open("want.json"))["items"]'

# The other export has bytes that are no UTF-8; it is read all the same, and says so.
camera="$data/zooniverse-kenya/camera-catalogue-classifications.csv"
python3 - "$camera" >camera.txt <<'END2'
import csv, json, sys
rows = list(csv.DictReader(open(sys.argv[1], encoding="latin-1")))
said = [{v["choice"] for t in json.loads(r["annotations"]) for v in t["value"]} for r in rows]
open("several.txt", "w").write(str(sum(len(s) > 1 for s in said)))
print("\n".join(sorted(set().union(*said))))
END2
run 0 label guideline "Which animal, Angola?" --choices camera.txt
run 0 label import last "$camera" --form zooniverse --json
json 'r["records"] == 1000 and r["left_out"]["rejected"] == 0'
json 'r["left_out"]["several"] == int(open("several.txt").read())'
run 0 check
