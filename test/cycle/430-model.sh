#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What a model has learned can be seen, and taken away: as JSON, as a C file that gives the same
# answers to the bit, as ONNX.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

awk 'BEGIN { print "a,b,place,kind,y"
    for (r = 0; r < 300; r++) { a = (r * 37) % 101; b = (r * 53) % 89
        p = r % 3 == 0 ? "lake" : r % 3 == 1 ? "sea" : "bog"
        k = a > 60 ? "frog" : b > 40 ? "toad" : "\"new?t\""
        printf "%s,%d.%d,%s,%s,%d\n", r % 17 == 3 ? "" : a, b / 10, b % 10, p, k, a * 2 - b } }' >t.csv
why="--random-rows --why test"
# shellcheck disable=SC2086 # words on purpose
for rung in 0 1 2; do
    run 0 try t.csv --target kind --metric accuracy $why --rungs $rung --save "kind$rung.model"
    run 0 try t.csv --target y --metric mae $why --rungs $rung --save "y$rung.model"
done
# shellcheck disable=SC2086
run 0 try t.csv --target kind --metric accuracy $why --rungs 0 --rule "a > 60 -> frog" --save rule.model
cp "$ALLMENDE_TOP"/test/fuzz/corpus/export/* .
for model in tree-classes tree-number logistic; do mv $model $model.model; done

# Looking into it.
run 0 model show kind1.model
says "What speaks for \"frog\"" "█" "place = lake"
run 0 model show kind1.model --json
json '[w["output"] for w in r["weights"]][1] == "toad" or len(r["weights"]) == 3'
json 'all(abs(a["value"]) >= abs(b["value"]) for w in r["weights"] for a, b in zip(w["inputs"], w["inputs"][1:]))'
run 0 model show rule.model
says "Your own rule: a > 60 -> frog"
run 0 model show kind0.model
says "It always answers"
run 0 model show y2.model
says "How much each column moves the answer" "The first of"
run 0 model show tree-classes.model --svg tree.svg
says "The whole model" "a ≤ 60" "drawn to tree.svg"
python3 - <<'END'
import xml.etree.ElementTree as tree
root = tree.parse("tree.svg").getroot()
name = "{http://www.w3.org/2000/svg}"
assert root.get("role") == "img" and root.find(name + "title").text and "≤" in root.find(name + "desc").text
assert len(root.findall(name + "g")) >= 3
END
run 1 model show y1.model --svg no.svg
complains "no tree"
run 0 model show --lang de tree-classes.model
says "ja: " "nein: "

# JSON: complete, and its numbers are those of the file.
run 0 model export kind1.model --to json
json 'r["format"] == "allmende-model-export 1" and r["algorithm"] in ("ridge/2", "logistic/2") and len(r["weights"]) == 3'
run 0 model export tree-number.model --to json --out tree.json
python3 - <<'END'
import json
m = json.load(open("tree.json"))
def answer(cells):
    """As docs/format/export.md says."""
    total = 0.0
    for root in m["roots"]:
        node = m["nodes"][root]
        while "value" not in node:
            feature = m["features"][node["feature"]]
            cell = cells.get(feature["name"])
            if feature["type"] == "category":
                known = cell in feature["categories"]
                left = feature["categories"].index(cell) in node["in"] if known else node["missing"] == "left"
            elif cell is None:
                left = node["missing"] == "left"
            else:
                left = cell * 10 ** -feature["exponent"] <= node["cut"]
            node = m["nodes"][node["left"] if left else node["right"]]
        total += node["value"]
    return (total + m["base"][0]) * 10 ** m["target_exponent"]
print(answer({"a": 70, "b": 1.0, "place": "sea"}))
open("row.csv", "w").write("a,b,place\n70,1.0,sea\n")
open("json.out", "w").write(repr(answer({"a": 70, "b": 1.0, "place": "sea"})))
END
run 0 predict tree-number.model row.csv
python3 -c 'assert abs(float(open("out").read().split("\n")[1].split(",")[1]) - float(open("json.out").read())) < 1e-9'

# C: compiles without a warning, and its own test passes.
for compiler in gcc clang; do
    command -v $compiler >compilers || continue
    for model in *.model; do
        run 0 model export "$model" --to c --out m.c
        $compiler -std=c99 -Wall -Wextra -Werror -pedantic -c m.c -o m.o
        $compiler -std=c99 -O2 -Wall -Wextra -Werror -pedantic -DALLMENDE_SELF_TEST m.c -o m
        ./m | grep -q '^12 rows, 0 wrong$' || fail "$compiler: $model answers otherwise"
    done
done
grep -q 'SPDX-License-Identifier: 0BSD' m.c

run 2 model export kind1.model --to pickle
complains "json, c or onnx"
run 2 model export kind1.model --to onnx
complains "--out"
run 1 model export kind0.model --to onnx --out no.onnx
complains "C or JSON"

# ONNX: Debian's checker takes it, and it answers as we do.
for model in kind1 kind2 y1 y2 tree-classes tree-number logistic; do
    run 0 model export $model.model --to onnx --out $model.onnx
    run 0 predict $model.model t.csv --scores --out ours.csv
    status=0
    /usr/bin/python3 "$ALLMENDE_TOP/test/vector/onnx_run.py" $model.onnx t.csv >onnx.csv || status=$?
    if [ $status -eq 77 ]; then
        echo "python3-onnx is missing: ONNX was not looked at"
        break
    fi
    [ $status -eq 0 ] || fail "$model: ONNX does not take it"
    python3 - <<'END' || fail "$model: ONNX answers otherwise"
import csv
ours = list(csv.DictReader(open("ours.csv")))
theirs = list(csv.reader(open("onnx.csv")))
assert len(ours) == len(theirs) == 300
most = max(abs(float(o["answer"])) for o in ours) if "score:frog" not in ours[0] else 1
for o, t in zip(ours, theirs):
    scores = [float(o[k]) for k in o if k.startswith("score:")]
    if scores:
        assert o["answer"] == t[0], (o, t)
        assert all(abs(a - float(b)) < 1e-6 for a, b in zip(scores, t[1:])), (o, t)
    else:
        assert abs(float(o["answer"]) - float(t[0])) <= 1e-6 * most, (o, t)
END
done
