#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The public folder as strangers' programs read it: the preview names every file to the byte, every
# form has what its standard demands, and nothing that is missing is made up.
set -eu
reader=$ALLMENDE_TOP/test/export_reader.py

fail() {
    echo "$1"
    [ ! -s out ] || tail -n 40 out
    exit 1
}

# read_folder FOLDER: the preview, then the folder, then the reader.
read_folder() {
    "$ALLMENDE" publish "$1" --preview --json --as "$2" >preview.json
    [ ! -e "$1" ] || fail "the preview wrote a folder"
    "$ALLMENDE" publish "$1" --as "$2" >out
    python3 "$reader" "$1" preview.json >out || fail "$1 is not as its standards want it"
    (cd "$1" && sha512sum -c --quiet manifest-sha512.txt tagmanifest-sha512.txt) || fail "no bag"
    "$ALLMENDE" verify "$1" >out || fail "$1 does not verify"
}

# A whole cycle.
"$ALLMENDE" example stream stream >/dev/null
cd stream
sed '/^run publish/d; /^run verify/d' cycle.sh >before.sh
sh ./before.sh >transcript 2>&1 || { tail transcript && exit 1; }
read_folder public Amina
# What went in comes out: the table to the byte, and every row of it through a stranger's csv.
cmp simulated-samplings.csv public/data/observations-*.csv || fail "the table changed on its way"
grep -q ':unav' public/datacite.json || fail "an unknown publisher is not said to be unknown"
"$ALLMENDE" publish later --preview --as Amina >out
grep -q 'allmende describe publisher' out || fail "the preview does not name what is missing"

# What people say goes into every form that has a place for it, and is asked no more.
"$ALLMENDE" describe publisher "Water club" --as Amina >out
"$ALLMENDE" describe creators "Water club; Upper school" --as Amina >out
"$ALLMENDE" describe creators "Water club; Ada Example (0000-0002-1825-0097)" --as Amina >out
! "$ALLMENDE" describe creators "Ada (0000-0002-1825-0098)" --as Amina 2>out || fail "any ORCID will do"
grep -q 'mistyped' out || fail "the reason is not said"
"$ALLMENDE" ledger add credit data-curation,investigation --name "Amina Example" --as Amina >out
"$ALLMENDE" describe place 'A "stream" & <more>' --as Amina >out
"$ALLMENDE" describe period "2025-04-01/2025-10-31" --as Amina >out
"$ALLMENDE" describe --json --as Amina | grep -q '"publisher":"Water club"' || fail "describe lists nothing"
"$ALLMENDE" publish later --preview --as Amina >out
! grep -q 'describe publisher' out || fail "what was said is asked again"
read_folder described Amina
for file in datacite.json bag-info.txt ro-crate-metadata.json datasheet_en.md index.html; do
    grep -q 'Water club' "described/$file" || fail "the publisher is not in $file"
done
[ "$(grep -c '^  - name: ' described/CITATION.cff)" = 2 ] || fail "two are to be cited"
for file in CITATION.cff datacite.json ro-crate-metadata.json croissant.json data/datapackage.json; do
    grep -q '"https://orcid.org/0000-0002-1825-0097"' "described/$file" || fail "the ORCID is not in $file"
done
for file in datacite.json ro-crate-metadata.json data/datapackage.json details_de.html; do
    grep -q 'Amina Example' "described/$file" || fail "who wants to be named is not in $file"
done
grep -q '"data-curation"' described/data/datapackage.json || fail "the roles are missing"
! grep -rq 'Amina Example' public || fail "a name is older than its permission"
grep -q '"start": "2025-04-01"' described/data/datapackage.json || fail "the period is missing"
grep -q '&lt;more&gt;' described/index.html || fail "text is not escaped"
"$ALLMENDE" describe publisher "" --as Amina >out
"$ALLMENDE" describe --json --as Amina | grep -q '"publisher":null' || fail "nothing was taken back"
! "$ALLMENDE" describe colour red --as Amina 2>out || fail "any word will do"
grep -q 'there are summary, creators' out || fail "the words are not named"
! "$ALLMENDE" describe place --as Amina 2>out || fail "a fact without text"

# Trained once more, nobody looked: each model has its card, and the result stands on the card of the
# model that it was found with. Carbon only where energy and electricity are known.
judged=$(cd described/model && echo ????????????.md)
"$ALLMENDE" ledger add grid DE --as Amina >out
"$ALLMENDE" train last --as Amina >out
read_folder twice Amina
[ "$(find twice/model -name '*.md' | wc -l)" = 4 ] || fail "two models have two cards each"
[ "$(cd twice/model && grep -l '^model-index:' -- ????????????.md)" = "$judged" ] ||
    fail "a result is on the card of another model"
[ "$(cd twice/model && grep -l 'co2_eq_emissions' -- ????????????.md)" = "$judged" ] ||
    fail "carbon of a training whose energy is not known, or none of one that is"
grep -q "$judged" twice/details_en.html || fail "the page shows another model than was judged"

# Rows taken back after the look: the results say so, and the table says how many.
! grep -q 'were taken back since' twice/index.html || fail "nothing was taken back"
import=$("$ALLMENDE" log --json | python3 -c 'import json, sys
print([e["id"] for e in json.load(sys.stdin)["entries"] if e["kind"] == "import"][-1])')
"$ALLMENDE" collect withdraw "$import" --rows 1-8 --as Amina >out
read_folder less Amina
[ "$(grep -o 'were taken back since' less/index.html | wc -l)" = 2 ] || fail "results do not say it"
grep -q '>8</a></td>' less/index.html || fail "the table does not say how many rows are gone"

# A null result has the same way out: a question, and the decision to stop.
cd ..
mkdir null
cd null
"$ALLMENDE" new hedge.allmende --title "Hedge watch" --name Ada >out
question=$("$ALLMENDE" ask add "Do hedges help?" --as Ada --json | sed 's/.*"id":"\([0-9a-f]*\)".*/\1/')
"$ALLMENDE" ask position "$question" agree --as Ada >out
read_folder nothing Ada
grep -q 'is a result too' nothing/index.html || fail "a null result is not told"
"$ALLMENDE" ask decide "$question" --outcome without-ai --reason "We like to count" --as Ada >out
read_folder decided Ada
grep -q 'Result: <a href="entries/[^"]*">go on without AI</a>' decided/index.html ||
    fail "to go on without AI is not told as the result"
! grep -q 'is a result too' decided/index.html || fail "the result is told twice"

# Species, days and places: a Darwin Core archive and GeoJSON, as coarse as the group said.
cd ..
mkdir species
cd species
cat >s.csv <<'END'
scientific_name,date,lat,lon,individualCount,weather
Motacilla cinerea,2026-04-01,51.23456,9.87654,2,rain
"Cinclus ""aquaticus""",2026-04-02T10:00,51.33456,9.77654,1,sun
Alcedo atthis,2026-04-03,,9.77654,1,"sun, wind"
END
"$ALLMENDE" new species.allmende --title 'Kingfishers <&>' --name Ada >out
"$ALLMENDE" collect import s.csv --place lat,lon=coarse:0.01 >out
read_folder public Ada
python3 - <<'END'
import csv, json
rows = list(csv.DictReader(open("public/species/occurrence.csv", encoding="utf-8")))
assert [r["scientificName"] for r in rows] == ["Motacilla cinerea", 'Cinclus "aquaticus"', "Alcedo atthis"]
assert [r["eventDate"] for r in rows] == ["2026-04-01", "2026-04-02T10:00", "2026-04-03"], rows
assert rows[0]["decimalLatitude"] == "51.235" and rows[2]["decimalLatitude"] == ""
assert float(rows[0]["coordinateUncertaintyInMeters"]) > 780 and rows[0]["individualCount"] == "2"
assert {r["basisOfRecord"] for r in rows} == {"Occurrence"} and "weather" not in rows[0]
features = json.load(open("public/data/places.geojson"))
assert features["rows_without_place"] == 1 and len(features["features"]) == 2
assert features["features"][0]["geometry"]["coordinates"] == [9.875, 51.235]
assert features["features"][0]["id"] == rows[0]["occurrenceID"]
END
# Round trip: the public table, brought in again and published again, is the same table.
mkdir again
cp public/data/observations-*.csv again/o.csv
cd again
"$ALLMENDE" new again.allmende --title Again --name Ada >out
"$ALLMENDE" collect import o.csv --place lat,lon=open >out
"$ALLMENDE" publish public --as Ada >out
cmp o.csv public/data/observations-*.csv || fail "the round trip loses something"
cd ..
! grep -rqF 51.23456 public || fail "an exact place is public"
grep -q 'species/occurrence.csv' preview.json || fail "the preview does not name the archive"

# The same written down by a form: what the form knows goes over, too.
cd ..
mkdir form
cd form
cat >otters.form <<'END'
form otters "Otters at the stream"
date day required
text scientificName open
place where coarse 0.01
number temperature unit °C min -5 max 40
effort minutes unit minutes
absence none "Looked, and found none?"
person observer
END
cat >walks.csv <<'END'
day,scientificName,where,temperature,minutes,none,observer
2026-05-01,Lutra lutra,51.23456 9.87654 8,12.5,20,no,Quirinq
2026-05-02,Lutra lutra,51.33456 9.77654 8,13,30,yes,Quirinq
2026-05-03,,51.33456 9.77654 8,13,30,,Quirinq
END
"$ALLMENDE" new otters.allmende --title Otters --name Ada >out
"$ALLMENDE" form add otters.form >out
"$ALLMENDE" collect add otters --file walks.csv >out
read_folder public Ada
python3 - <<'END'
import csv, io, json, zipfile
archive = zipfile.ZipFile("public/species.zip")
rows = list(csv.DictReader(io.StringIO(archive.read("occurrence.csv").decode())))
assert len(rows) == 2, rows  # a row without a name is no occurrence; it stays in data/
assert [r["occurrenceStatus"] for r in rows] == ["present", "absent"], rows
assert [r["samplingEffort"] for r in rows] == ["20 minutes", "30 minutes"], rows
assert rows[0]["decimalLatitude"] == "51.235" and rows[0]["decimalLongitude"] == "9.875"
assert {r["geodeticDatum"] for r in rows} == {"EPSG:4326"}
assert {r["basisOfRecord"] for r in rows} == {"HumanObservation"}
assert "0.01 degrees" in rows[0]["dataGeneralizations"]
# One observer is fewer than five: no number, and each row says that something is withheld.
assert "recordedBy" not in rows[0] and rows[0]["informationWithheld"]
assert len(json.load(open("public/data/places.geojson"))["features"]) == 3
package = json.load(open("public/data/datapackage.json"))
fields = {f["name"]: f for r in package["resources"] for f in r["schema"]["fields"]}
assert fields["day"] == {"name": "day", "type": "date"}, fields["day"]
assert fields["temperature"] == {"name": "temperature", "type": "number", "unit": "°C",
                                 "constraints": {"minimum": "-5", "maximum": "40"}}, fields["temperature"]
assert fields["where_lat"]["type"] == fields["where_accuracy"]["type"] == "number"
END
