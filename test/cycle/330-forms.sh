#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A form, observations by it, what is refused, corrections, versions, repeats, taking back.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

run 0 new stream.allmende --title Bach --name Ada
run 0 form list
says "There is no form yet"
cat >stream.form <<'END'
form stream "Walk along the stream"
# what we look at
text site required "Which site?"
date day required
number temperature unit °C min -5 max 40
choice water is clear,turbid,brown
text why when "water = 'brown'"
place where coarse 0.01
person observer
absence none "Looked, and found none?"
effort minutes unit minutes
choices seen is otter,kingfisher
deployment camera
repeat fish when "none != 'yes'"
choice species is trout,grayling required
number length unit cm min 0 max 200 must ". > 0" else "longer than nothing"
end
END
run 0 form add stream.form --json
json 'r["form"]["version"] == 1 and r["form"]["fields"] == 14'
run 1 form add stream.form
complains "as in its version 1"
run 0 form show stream
says "temperature (number, °C, -5 … 40)" "species (one choice: trout, grayling, must be filled in)"
run 0 --lang de form show stream
says "Formular"

# What does not fit is refused by field, with what to write; nothing is written down.
run 1 collect add stream site=weir
complains '"day"' "must be filled in"
run 1 collect add stream site=weir day=1/5/2024
complains "2024-05-01"
run 1 collect add stream site=weir day=2024-05-01 temperature=12,5
complains "decimal point"
run 1 collect add stream site=weir day=2024-05-01 temperature=40.01
complains "-5 … 40"
run 1 collect add stream site=weir day=2024-05-01 water=blue
complains "clear, turbid, brown"
run 1 collect add stream site=weir day=2024-05-01 why=mud
complains "not asked"
run 1 collect add stream site=weir day=2024-05-01 where="95 13"
complains '"where"'
run 1 collect add stream site=weir day=2024-05-01 none=yes fish.1.species=trout
complains "there are rows"
run 1 collect add stream site=weir day=2024-05-01 fish.1.species=trout fish.1.length=0
complains "row 1" "longer than nothing"
run 1 collect add stream site=weir day=2024-05-01 fish.2.species=trout
complains "counted from 1"
run 1 collect add stream site=weir day=2024-05-01 minutes=-1
complains "outside"
run 1 collect add stream site=weir day=2024-05-01 camera=abcd
complains '"camera"'
run 2 collect add stream weir
complains "temperature=12.5"
run 1 collect add lake site=weir
complains '"lake"'
run 0 collect list --json
json 'r["forms"][0]["observations"] == 0'

run 0 deployment add --device "camera 2" --place weir --from 2024-04-01 --to 2024-06-01T12:00 --where CANARY-tree
run 1 deployment add --device x --from 2024-04-02 --to 2024-04-01
complains "ends before"
run 0 deployment list --json
json '[(d["device"], d["to"]) for d in r["deployments"]] == [("camera 2", "2024-06-01T12:00")]'
camera=$(value 'r["deployments"][0]["id"]')
run 0 collect add stream site=weir day=2024-05-01 temperature=12.50 water=brown why=CANARY-mud \
    where="51.0512 13.7412 8" observer=CANARY-Eve minutes=20 seen="kingfisher otter" camera="$(printf %.8s "$camera")" \
    fish.1.species=trout fish.1.length=20.5 fish.2.species=grayling --json
first=$(value 'r["id"]')
run 0 collect show last --json
json 'r["values"]["temperature"] == "12.50" and r["values"]["seen"] == "otter kingfisher"'
json 'r["values"]["where_lat"] == "51.0512" and r["values"]["where_accuracy"] == "8"'
json 'len(r["rows"]["fish"]) == 2 and len(r["values"]["camera"]) == 64'
# No body holds a value.
run 0 show "$first"
never CANARY 51.0512 12.50

# A correction stands beside, with its reason; what does not fit is refused here as well.
run 1 collect correct "$first" temperature=41 --why typo
complains "outside"
run 1 collect correct "$first" temperature=12.50 --why typo
complains "so already"
run 0 collect correct "$first" temperature=11 observer=CANARY-Eva fish.2.length=3 why= water=clear --why "CANARY misread"
run 0 collect show "$first" --json
json 'r["values"]["temperature"] == "11" and "why" not in r["values"] and r["values"]["observer"] == "CANARY-Eva"'
json 'r["rows"]["fish"][1]["length"] == "3" and r["corrections"][0]["why"] == "CANARY misread"'
run 0 check

# Many at once: all or none.
cat >many.csv <<'END'
site;day;temperature;fish.1.species;fish.1.length
weir;2024-06-01;10.5;trout;12
mill;2024-06-02;11;grayling;14
ford;2024-06-03;50;;
END
run 1 collect add stream --file many.csv
complains "Line 4" '"temperature"'
run 0 collect list --json
json 'r["forms"][0]["observations"] == 1'
python3 - <<'END'
with open("many.csv", "w") as f:
    f.write("site,day,temperature,fish.1.species,fish.1.length\n")
    for i in range(48):
        f.write(f"s{i % 8},2024-06-{1 + i % 28:02d},{10 + i % 8}.5,{'trout' if i % 2 else 'grayling'},{10 + i % 5 + 3 * (i % 2)}\n")
END

# A guess is judged on the rows that come after it is locked; a repeat is a table of its own.
run 0 hypothesis add "trout are longer" --table stream.fish --measure mean_difference --target length --where "species = trout" --unit site --at-least 2
run 0 hypothesis freeze last
run 0 collect add stream --file many.csv --json
json 'r["added"] == 48'
run 0 evaluate last --open --json
json 'r["rows"] == 48'
run 0 hypothesis add warm --table stream --measure mae --target temperature --group site --at-most 3 --features water
run 0 hypothesis freeze last --json
run 0 collect show "$first"
says "Values are not shown"
never CANARY-Eva 51.0512
run 0 train last --json
json 'r["rows"]["train"] + r["rows"]["test"] == 49'
run 0 evaluate last --open
run 0 collect show "$first"
says "temperature = 11"

# Taking back takes all with it: values, private values, corrections, models.
run 0 collect withdraw "$first"
says "correction" "model"
for text in CANARY-mud CANARY-Eve CANARY-Eva 51.0512; do
    ! holds stream.allmende "$text" || fail "still in the file: $text"
done
run 0 check
run 0 rebuild
run 0 train last --json
json 'r["rows"]["train"] + r["rows"]["test"] == 48'

# The next version: older observations keep theirs.
sed -e 's/clear,turbid,brown/clear,turbid,brown,green/' -e '/^effort/d' stream.form >two.form
run 0 form add two.form --json
json 'r["form"]["version"] == 2'
run 0 collect add stream site=weir day=2024-07-01 water=green
run 1 collect add stream site=weir day=2024-07-01 minutes=3
complains '"minutes"'
run 0 collect view stream --json
json 'r["view"]["rows"] == 49'
json '"minutes" in [c["name"] for c in r["view"]["columns"]]'
printf 'a\n1\n' >a.csv
run 0 collect import a.csv --table taken
printf 'form taken\ntext a\n' >taken.form
run 1 form add taken.form
complains "imported table"
run 1 collect import a.csv --table stream
complains "form"

# XLSForms: read, or refused with sheet, row and what to write instead.
mkdir x
# shellcheck disable=SC2016 # ${…} is XLSForm's
printf 'type,name,label,required,relevant,constraint\ntext,site,Where?,yes,,\nbegin group,g,,,${site} != "",\nselect_one w,water,,,,\nend group,,,,,\ninteger,n,,,,. >= 0\n' >x/survey.csv
printf 'list_name,name,label\nw,clear,Clear\nw,brown,Brown\n' >x/choices.csv
printf 'form_id,form_title\nbrook,Brook\n' >x/settings.csv
run 0 form add x/survey.csv --json
json 'r["form"]["name"] == "brook" and r["form"]["fields"] == 3'
run 0 collect add brook site=a water=clear n=3
run 1 collect add brook site=a n=1.5
complains "whole number"
run 1 collect add brook site=a n=-1
# shellcheck disable=SC2016
printf 'type,name,calculation\ntext,a,\ncalculate,b,${a} + 1\n' >x/survey.csv
run 0 form add x/survey.csv --name left
says "Left out: calculate: nothing is calculated (row 3)"
# shellcheck disable=SC2016
printf 'type,name,calculation,relevant\ntext,a,,${b} > 1\ncalculate,b,${a} + 1,\n' >x/survey.csv
run 1 form add x/survey.csv
complains "Sheet survey, row 2" '"b"' "left out"
# shellcheck disable=SC2016
printf 'type,name,calculation\ntext,a,${a} + 1\n' >x/survey.csv
run 1 form add x/survey.csv
complains "Sheet survey, row 2" "calculated" "{a} + 1"
printf 'type,name,label\nimage,photo,Photo\ntext,a,A,too many\n' >x/survey.csv
run 1 form add x/survey.csv
complains "Line 3"
printf 'type,name,label\nimage,photo,Photo\ntext,a,A\n' >x/survey.csv
run 1 form add x/survey.csv
complains "row 2" "--leave-out image"
run 0 form add x/survey.csv --name pictures --leave-out image
says "image, as you said"
run 1 form add x/choices.csv --name none
complains "no columns type and name" "collect import"

# All sheets in one CSV file: a cascade, languages, "or other", a range, repeats, what is checked.
cat >one.csv <<'END'
survey,,,,,,,
,type,name,label:English,label::Deutsch (de),relevant,constraint,choice_filter,parameters
,select_one country,country,Country,Land,,,,
,select_one town or_other,town,Town,Ort,,,"land=${country}",
,range,stars,Stars,Sterne,,,,start=0 end=5
,text,mail,Mail,Mail,,"regex(., '[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,4}')",,
,text,code,Code,Code,,string-length(.) = 3,,
,date,day,Day,Tag,,. <= today(),,
,select_multiple animal,animals,Animals,Tiere,,count-selected(.) <= 2,,
,acknowledge,agreed,Agreed,Einverstanden,,,,
choices,,,,
,list name,name,label::English,label::Deutsch (de),land
,country,de,Germany,Deutschland,
,country,fr,France,Frankreich,
,town,bonn,Bonn,Bonn,de
,town,lyon,Lyon,Lyon,fr
,town,forst,Forst,Forst,de
,town,forst,Forst,Forst,fr
,animal,otter,Otter,Otter,
,animal,beaver,Beaver,Biber,
,animal,heron,Heron,Reiher,
settings,,
,form_id,form_title
,towns,Towns
END
run 0 form add one.csv --language Deutsch
says "texts in english; --language takes them instead"
run 0 form show towns
says "country (one choice: de, fr) Land" "stars (number, 0 … 5)" "town_other"
run 0 collect add towns country=de town=bonn stars=3 mail=ada@example.org code=äöü day=2024-05-01 animals="otter heron" agreed=OK
run 0 collect add towns country=de town=forst
run 0 collect add towns country=fr town=forst
run 1 collect add towns country=fr town=bonn
complains "lyon, forst"
run 1 collect add towns town=bonn
complains "none of its choices"
run 0 collect add towns country=fr town=other town_other=Nice
run 1 collect add towns country=fr town=lyon town_other=Nice
complains "not asked"
run 1 collect add towns country=fr stars=5.5
complains '"stars"'
run 1 collect add towns country=fr stars=6
complains "0 … 5"
run 1 collect add towns mail=ada@example
run 1 collect add towns mail="x ada@example.org"
run 1 collect add towns code=äö
complains '"code"'
ALLMENDE_TODAY=2024-05-01 run 0 collect add towns day=2024-05-01
ALLMENDE_TODAY=2024-05-01 run 1 collect add towns day=2024-05-02
complains '"day"'
run 1 collect add towns animals="otter heron beaver"
run 1 collect add towns agreed=yes
complains "Choose from: OK"
run 0 check

# Whoever wrote an observation corrects it, and people in charge; the last one holds.
run 0 member add Ben
run 0 --as Ada member add Eva
run 0 --as Ben collect add stream site=weir day=2024-07-01 temperature=9 --json
bens=$(value 'r["id"]')
run 1 --as Eva collect correct "$bens" temperature=10 --why "I was there, too" --json
error denied
run 0 --as Ada collect correct "$bens" temperature=10 --why "the card says so"
run 0 --as Ben collect correct "$bens" temperature=9.5 --why "looked again"
run 0 --as Eva collect show "$bens" --json
json 'r["values"]["temperature"] == "9.5" and [c["member"] for c in r["corrections"]] == ["Ada", "Ben"]'

# A deployment ends: the next one replaces it, by whoever wrote it or a person in charge.
run 0 --as Ben deployment add --device "recorder 1" --place mill --from 2024-05-01 --where CANARY-beam --json
recorder=$(value 'r["id"]')
run 1 --as Eva deployment add --replaces "$recorder" --to 2024-06-01 --json
error denied
run 1 --as Ben deployment add --replaces "$recorder" --to 2024-04-01
complains "ends before"
run 0 --as Ben deployment add --replaces "$recorder" --to 2024-06-01
run 0 deployment list --json
json '[(d["device"], d["place"], d["to"]) for d in r["deployments"] if d["device"] == "recorder 1"] == [("recorder 1", "mill", "2024-06-01")]'
run 1 --as Ben deployment add --place mill
complains "name its device"

# The observations of a form by their numbers; values only where nothing is set aside.
run 0 collect list towns --json
json 'len(r["observations"]) == 5'
run 0 collect list stream --limit 2
says "s0  2024-06-01"
run 1 collect list nowhere

# Days with dots are days, in whatever file they stand; a decimal comma in a file that has them.
printf 'site;day;temperature;none\nfen;1.5.2024;12,5;nein\nfen;31.12.2024;-3,25;ja\n' >german.csv
run 0 --as Ben collect add stream --file german.csv --json
json 'r["added"] == 2'
run 0 collect show "$(value 'r["ids"][1]')" --json
json '(r["values"]["day"], r["values"]["temperature"], r["values"]["none"]) == ("2024-12-31", "-3.25", "yes")'
run 1 --as Ben collect add stream site=fen day=31.11.2024
run 1 --as Ben collect add stream site=fen day=1/5/2024
printf 'site,day\n' >nothing.csv
run 1 --as Ben collect add stream --file nothing.csv
complains "no observation"
run 0 status
says "observation(s) by forms"
