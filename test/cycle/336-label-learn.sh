#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A model learns from shared answers: they stand beside the rows of another table, unseen while a
# locked guess waits for them; people's agreement stands beside the model; a guess about agreement
# itself; one person is taken out of an import, and with them all that was made of their answers.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

# 16 sites, 160 photos, five people who are right nine times of ten; ten photos nobody named.
python3 - <<'END2'
import collections, random
random.seed(4)
photos, answers, said = [], [], collections.defaultdict(list)
for i in range(160):
    big, name = random.random() < .5, "P%03d.jpg" % i
    size = "-999" if i % 19 == 0 else ("%.2f" % random.gauss(6 if big else 3, .6)).replace(".", ",")
    photos.append("%s;s%d;%d.%d.2024;%s;51,%d" % (name, i % 16, 1 + i % 28, 1 + i % 12, size, 1000 + i))
    for who in "abcde" if i < 150 else "":
        word = "bunting" if (random.random() < .9) == big else "other"
        answers.append("%s,%s,%s" % (name, who, word))
        said[name].append(word)
open("photos.csv", "w").write("file;site;day;size;lat\n" + "\n".join(photos) + "\n")
open("friends.csv", "w").write("item,worker,answer\n" + "\n".join(answers) + "\n")
want = {name: collections.Counter(words).most_common(1)[0][0] for name, words in said.items()}
open("want.txt", "w").write("".join("%s %s\n" % one for one in sorted(want.items())))
END2

run 0 new p.allmende --title Birds --name Ada
run 0 member add Ben --in-charge
run 0 --as Ada collect import photos.csv --table photos --group site --missing=-999 --open lat
run 0 --as Ada label guideline "Which bird?" --choice bunting --choice other --table photos \
    --column file --enough 3
guideline=$(sed -n 's/.*Its number: //p' out)

# --- what is locked before the answers come ------------------------------------------------------
run 1 --as Ada hypothesis add "We agree" --measure alpha --guideline last --target answer \
    --at-least 0.667 --json
error input
run 1 --as Ada hypothesis add "We agree" --measure alpha --guideline nosuch --at-least 0.667 --json
error input
run 0 --as Ada hypothesis add "We agree" --measure alpha --guideline last --at-least 0.4
says "of 20 disagreements on the same observation that chance would make, at most 12 are left"
run 0 --as Ada hypothesis freeze last
agree=$(sed -n '2s/ .*//p' out)
run 0 --as Ada hypothesis add "Size tells" --measure accuracy --table named --guideline "$guideline" \
    --target answer --group site --share 0.4 --at-least 0.6 --features size
says "made of shared answers under the guideline"
run 0 --as Ada hypothesis freeze last
model=$(sed -n '2s/ .*//p' out)
run 0 status
says "label next $guideline); when you are through, see what they say: allmende evaluate $agree"
run 0 --as Ada label import "$guideline" friends.csv --form triples
says "stay unseen"
never "See how far people agree"

for command in "agreement" "disputed" "consensus" "consensus --method dawid-skene"; do
    # shellcheck disable=SC2086
    # shellcheck disable=SC2046 # the rest of a command is several words
    run 1 --as Ada label ${command%% *} "$guideline" $(echo "$command" | cut -s -d' ' -f2-) --json
    error denied
done

# --- shared answers beside the table -------------------------------------------------------------
run 2 --as Ada label consensus "$guideline" --write named --join nosuch --json
error usage
run 1 --as Ada label consensus "$guideline" --write named --join photos:nosuch --json
error not_found
run 2 --as Ada label consensus "$guideline" --join photos --json
error usage
run 0 --as Ada label consensus "$guideline" --write named --join photos --json
json 'r["rows"] == 150 and r["unlabeled"] == 10 and r["unmatched"] == 0'
json '"counts" not in r and "disputed" not in r'
run 1 --as Ada label consensus "$guideline" --write named --join photos --json
error conflict
run 1 --as Ada label consensus "$guideline" --write named --method dawid-skene --join photos --json
error conflict
run 0 collect show last --json
json '[c["name"] for c in r["columns"]][:6] == ["file", "site", "day", "size", "lat", "answer"]'

run 0 --as Ada train "$model"
run 0 --as Ada publish early
[ -z "$(find early/data -name '*named*')" ] || fail "answers that a guess waits for are public"
# The guess about agreement still waits, so people's agreement does not stand beside the model yet.
run 0 --as Ada evaluate "$agree" --open --json
json 'r["units"] == 150 and r["rows"] == 750 and not r["exploratory"] and r["verdict"] == "supported"'
alpha=$(value '"%.6f" % r["value"]')
run 1 --as Ada label agreement "$guideline" --json
error denied
run 0 --as Ada evaluate "$model" --open --json
[ "$alpha" = "$(value '"%.6f" % r["people"]["value"]')" ] || fail "another agreement stands beside"
json 'r["people"]["units"] == 150 and r["units"] >= 6'
run 0 --as Ada label agreement "$guideline" --json
[ "$alpha" = "$(value '"%.6f" % r["alpha"]')" ] || fail "the agreement differs"

# --- in public: the table is learned from again, single answers are not there ---------------------
run 0 --as Ada publish public
run 0 verify public --json
json 'r["trainings"] == 1 and r["verdicts"] == 2 and r["done_again"] == 2 and r["held_back"] == 1'
python3 - public/data/named-*.csv <<'END2'
import csv, sys
want = dict(line.split() for line in open("want.txt"))
rows = list(csv.DictReader(open(sys.argv[1])))
assert {r["file"]: r["answer"] for r in rows} == want, "other answers than the majority"
photo = {r["file"]: r for r in csv.DictReader(open("photos.csv"), delimiter=";")}
for r in rows:
    p = photo[r["file"]]
    day, month, year = map(int, p["day"].split("."))
    size = None if p["size"] == "-999" else float(p["size"].replace(",", "."))
    assert r["site"] == p["site"] and r["day"] == "%d-%02d-%02d" % (year, month, day), r
    assert (float(r["size"]) if r["size"] else None) == size, r
END2
grep -rqs "beyond chance by" public/*.html || fail "people do not stand beside the model"
! grep -rqs "friends\|P000.jpg,[0-9a-f]\{16\}" public || fail "single answers are public"

# --- one person out ------------------------------------------------------------------------------
run 1 --as Ada label withdraw "$guideline" nobody --json
error not_found
run 0 --as Ben label withdraw "$guideline" c --json
json 'r["waiting"] == 1 and r["answers"] == 150 and r["gone_with_it"] == 0'
run 0 label show "$guideline" --json
json 'r["people"] == 5'
run 0 --as Ada label withdraw "$guideline" c --json
json 'r["waiting"] == 0 and r["answers"] == 150 and r["gone_with_it"] == 2'
run 1 --as Ada label withdraw "$guideline" c --json
error not_found
run 0 label show "$guideline" --json
json 'r["people"] == 4 and r["answers"] == 600 and r["items"] == 160'
run 0 collect list --json
json '[b["table"] for b in r["batches"]] == ["photos"]'
run 1 --as Ada predict last photos.csv --out none.csv
[ ! -e none.csv ] || fail "the model of taken back answers still answers"
run 0 check
run 0 --as Ada label consensus "$guideline" --write named --join photos --json
json 'r["rows"] == 150 and r["there"] == 0'
run 0 --as Ada train "$model"
run 0 check
run 0 rebuild

# --- private columns stay private, and a later answer finds its row --------------------------------
run 0 --as Ada collect view photos --private lat
printf 'item,worker,answer\nP150.jpg,a,other\nP150.jpg,b,other\nP150.jpg,d,other\n' >later.csv
run 0 --as Ada label import "$guideline" later.csv --form triples
run 0 --as Ada label consensus "$guideline" --write named --join photos --json
json 'r["rows"] == 1 and r["there"] == 150 and r["unlabeled"] == 9'
run 0 --as Ada publish public2
! grep -qs "51.1" public2/data/named-*.csv || fail "a private column became public"

# The independent readers see it so, too.
if /usr/bin/python3 -c 'import cryptography' 2>/dev/null; then
    PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$ALLMENDE_TOP/test/record_reader.py" p.allmende >theirs ||
        fail "the independent reader finds faults"
fi

# --- a guess about agreement closes tables that are there, in public as well ----------------------
run 0 --as Ada hypothesis add "We agree anew" --measure alpha --guideline "$guideline" --at-least 0.5
run 0 --as Ada hypothesis freeze last
run 0 --as Ada publish public3
[ -z "$(find public3/data -name '*named*')" ] || fail "shared answers that a guess waits for are public"
run 0 verify public3

# --- how many observations such a guess needs: people and choices as the guideline has them --------
run 0 --as Ada hypothesis add "We agree well" --measure alpha --guideline "$guideline" --at-least 0.5
run 0 hypothesis need last --expect 0.8 --units 10,40,160 --json
json 'r["items"] == 3 and [c["supported"] for c in r["chances"]] == sorted(c["supported"] for c in r["chances"])'
json 'r["chances"][2]["supported"] > 0.95 and 10 < r["least"] < 160'
run 1 hypothesis need last --expect 0.4 --json
error input
run 1 hypothesis need last --expect 0.8 --spread 2 --json
error input
run 0 --as Ada hypothesis add "Of a table" --measure alpha --table x --target a --by b --unit c --at-least 0.5
run 1 hypothesis need last --expect 0.8 --items 4
complains "--choices 3"
run 0 hypothesis need last --expect 0.8 --items 4 --choices 5 --units 40
says "4 answers about each observation, among 5 choices"
