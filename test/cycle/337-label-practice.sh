#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Observations for practice: they come first, the known answer is told once one has named them, and
# they count for nothing. Known answers that are not for practice stay hidden.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

run 0 new p.allmende --title Birds --name Ada
run 0 --as Ada member add Ben
printf 'file\na.jpg\nb.jpg\nc.jpg\nd.jpg\ne.jpg\nf.jpg\n' >photos.csv
run 0 --as Ada collect import photos.csv --table photos
run 0 --as Ada label guideline "Which bird?" --choice bunting --choice other --table photos \
    --column file --enough 1 --example "bunting=blue all over"
printf 'item,answer\ne.jpg,bunting\nf.jpg,other\n' >practice.csv
printf 'item,answer\na.jpg,bunting\n' >hidden.csv
run 1 --as Ben label gold last practice.csv --practice --json
error denied
run 0 --as Ada label gold last practice.csv --practice
says "2 observations are for practice"
run 0 --as Ada label gold last hidden.csv
for name in Ada Ben; do
    run 0 --as $name label next last --limit 6 --json
    json 'sorted(r["items"][:2]) == ["e.jpg", "f.jpg"] and r["left"] == 6'
    run 0 --as $name label next last --limit 2
    says "(for practice: then you are told, and it does not count)"
done
run 0 --as Ben label add last e.jpg other
says "For practice: e.jpg is bunting." "bunting: blue all over"
run 0 --as Ben label add last f.jpg other
says "For practice: f.jpg is other, as you said."
run 0 --as Ben label add last a.jpg other --json
json 'r["practice"] == []'
run 0 --as Ben label next last --limit 6 --json
json '"e.jpg" not in r["items"] and r["left"] == 3'
# One answer is enough, but not of those for practice: they are open for Ada, and no shared answer.
run 0 --as Ada label next last --limit 6 --json
json 'sorted(r["items"][:2]) == ["e.jpg", "f.jpg"] and r["left"] == 5'
run 0 --as Ada label consensus last --json
json 'r["items"] == 1 and r["answers"] == 1'
run 0 --as Ben label add last b.jpg --dont-know
# Said to be hidden later on, an observation counts again.
printf 'item,answer\ne.jpg,bunting\n' >later.csv
run 0 --as Ada label gold last later.csv
run 0 --as Ada label consensus last --json
json 'r["items"] == 2'
run 0 check

# What comes next, while the table of a locked guess is still to be written.
run 0 --as Ada hypothesis add "A model can tell" --measure accuracy --table named --guideline last \
    --target answer --group site --at-least 0.7
run 0 --as Ada hypothesis freeze last
run 0 status
says "then write the shared answers: allmende label consensus" "--write \"named\" --join"
