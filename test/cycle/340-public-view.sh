#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What may leave: by column, by row, by person; guardians.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

run 0 new p.allmende --title T --name Ada --permission project,publication,training
python3 - <<'END'
with open("a.csv", "w") as f:
    f.write("site,lat,lon,acc,observer,phone,note,n\n")
    for i in range(12):
        f.write(f"weir,{51.1 + i / 1000:.4f},{-13.5 + i / 500:.4f},{'' if i % 2 else 12.5},P{i % 6},+49 351 12345{i:02d},hello,{i}\n")
END
run 2 collect import a.csv --place lat=vague
complains "coarse:0.01"
run 1 collect import a.csv --person nobody
complains '"nobody"'
run 1 collect import a.csv --private n --open n
complains "Two things"
run 0 collect import a.csv --place lat,lon,acc=coarse:0.01 --person observer --json
json 'r["asked"] == ["phone", "note"]'
run 0 collect view observations --json
json 'r["view"]["rows"] == 12'
json '{c["name"]: (c["how"], c["why"]) for c in r["view"]["columns"]} == {"site": ("as_is", "open"), "lat": ("cell", "said"), "lon": ("cell", "said"), "acc": ("as_is", "open"), "observer": ("pseudonym", "said"), "phone": ("left_out", "like_contact"), "note": ("left_out", "like_free_text"), "n": ("as_is", "open")}'
run 0 collect view observations
says "up to 785 m off" "looks like a contact" "--open COLUMN"
never 51.1 P1 hello

# A later import makes it only stricter; a person in charge says otherwise, with a reason.
sed 's/hello/again/' a.csv >b.csv
run 0 collect import b.csv --place lat,lon=coarse:0.001 --private site
run 0 collect view observations --json
json '{c["name"]: c.get("digits") for c in r["view"]["columns"]}["lat"] == 2'
json '[c["how"] for c in r["view"]["columns"]][0] == "left_out"'
run 0 collect view observations --open site --open note --why "the village agreed" --json
json '[c["how"] for c in r["view"]["columns"] if c["name"] in ("site", "note")] == ["as_is", "as_is"]'
run 1 collect view observations --open river
complains '"river"'
run 1 collect view lake
complains '"lake"'

# Fewer than five people are not told apart outside.
printf 'observer,n\na,1\nb,2\nc,3\nd,4\n' >few.csv
run 0 collect import few.csv --table few --person observer
run 0 collect view few
says "fewer than 5 people"

# Permission by member: narrower at any time; a minor's needs a guardian.
run 0 member add Ben
run 0 --as Ben collect import few.csv --table ben --open observer
run 0 --as Ada collect view ben --json
json 'r["view"]["rows"] == 4'
run 1 --as Ben collect view ben --open n
complains "in charge"
run 1 --as Ben member permit Ben --permission project
complains "in charge"
run 0 --as Ada member permit Ben --permission project
run 0 --as Ada collect view ben --json
json 'r["view"]["rows"] == 0 and r["view"]["held"]["no_permission"] == 4'
run 1 --as Ada member add Kim --minor
complains "guardian"
run 0 --as Ada member add Kim --minor --guardian CANARY-Mother --permission project,publication
printf 'form walk\ntext site\n' >walk.form
run 0 --as Ada form add walk.form
run 0 --as Kim collect add walk site=weir
run 0 --as Kim collect add walk site=mill --permission project
run 0 --as Ada collect view walk --json
json 'r["view"]["rows"] == 1 and r["view"]["held"]["no_permission"] == 1'
run 0 --as Ada member permit Kim --minor
says "without a guardian"
run 0 --as Ada collect view walk --json
json 'r["view"]["rows"] == 0'
run 0 --as Ada hypothesis add q --table walk --measure share --where "site = weir" --at-least 0.5
run 0 --as Ada hypothesis freeze last
run 1 --as Ada evaluate last --open
complains "no observation"
run 0 check
run 0 --as Ada publish public
! grep -rq "CANARY" public || fail "a guardian's name left"
