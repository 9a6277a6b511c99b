#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Darwin Core archives and Camtrap DP: each archive of another project's tests is read as Python reads
# it, cell by cell, or refused by name; what publish writes comes in again, and nothing is lost.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

# cells PROJECT: every table of the project as JSON: {table: [[cell, …], …]}, out of the file itself.
cat >cells.py <<'END'
import csv, io, json, sqlite3, sys
def tables(project, listed):
    db = sqlite3.connect("file:%s?mode=ro" % project, uri=True)
    out = {}
    for b in listed:
        (number,) = db.execute("SELECT number FROM blob WHERE entry = ?", (bytes.fromhex(b["id"]),)).fetchone()
        data = b"".join(r[0] for r in db.execute("SELECT bytes FROM chunk WHERE blob = ? ORDER BY place", (number,)))
        out[b["table"]] = list(csv.reader(io.StringIO(data.decode(), newline="")))
    return out
END

# An archive as the Darwin Core Text Guide says, with Python's own zip, XML and CSV.
cat >archive.py <<'END'
import csv, io, json, os, sys, zipfile
import xml.etree.ElementTree as ET
from cells import tables
NS = "{http://rs.tdwg.org/dwc/text/}"
def read(path):
    if os.path.isdir(path):
        files = {n: open(os.path.join(path, n), "rb").read() for n in os.listdir(path)}
    else:
        z = zipfile.ZipFile(path)
        files = {n.split("/")[-1]: z.read(n) for n in z.namelist() if not n.startswith("__MACOSX")}
    out = {}
    for t in ET.fromstring(files["meta.xml"]):
        location = t.find(NS + "files").find(NS + "location").text
        sep = t.get("fieldsTerminatedBy", "\t").replace("\\t", "\t")
        quote = t.get("fieldsEnclosedBy", '"')
        text = files[location].decode("utf-8" if t.get("encoding", "utf-8").lower() == "utf-8" else "cp1252")
        lines = io.StringIO(text.replace("\r\n", "\n"), newline="\n")
        rows = list(csv.reader(lines, delimiter=sep, quotechar=quote or None,
                               quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE))
        rows = [r for r in rows[int(t.get("ignoreHeaderLines", "0")):] if r]
        terms = {}
        for f in t.findall(NS + "field"):
            terms[f.get("term").split("/")[-1]] = (f.get("index"), f.get("default"))
        wide = len(rows[0]) if rows else 0
        out[t.get("rowType").split("/")[-1].lower()] = [
            {k: (r[int(i)] if i is not None else "") or d or "" for k, (i, d) in terms.items()}
            for r in rows if len(r) == wide]
    return out
listed = json.load(open("listed"))["batches"]
ours = tables(sys.argv[2], listed)
theirs = {k: v for k, v in read(sys.argv[1]).items() if v}
assert set(ours) == set(theirs), (set(ours), set(theirs))
for name, rows in theirs.items():
    head, body = ours[name][0], [r for r in ours[name][1:] if len(r) == len(ours[name][0])]
    assert len(body) == len(rows), (name, len(body), len(rows))
    for r, wanted in zip(body, rows):
        mine = dict(zip(head, r))
        for k, v in wanted.items():
            assert mine[k] == v, (name, k, mine[k], v)
print(len(theirs), "tables,", sum(map(len, theirs.values())), "rows alike")
END

# --- what we publish comes in again -----------------------------------------------------------
run 0 new own.allmende --title Spinnen --name Ada
cat >spiders.csv <<'END'
scientificName,eventDate,decimalLatitude,decimalLongitude,individualCount,locality,recordedBy
Pardosa alacris,2024-05-01,51.0512,13.7412,3,"Weir, left bank",Eve
"Trochosa ""terricola""",2024-05-02,51.0531,13.7399,1,Mill,Eve
END
run 0 collect import spiders.csv --table spiders --place decimalLatitude,decimalLongitude=coarse:0.01 --open recordedBy
run 0 publish public
[ -s public/species/meta.xml ] || fail "no archive"
run 0 new again.allmende --title Spinnen --name Ben
run 0 -p again.allmende collect import public/species --json
json '[i["table"] for i in r["imports"]] == ["occurrence"] and r["records"] == 2 and r["rejected"] == 0'
run 0 -p again.allmende collect list --json
cp out listed
python3 archive.py public/species again.allmende || fail "other cells"
python3 - <<'END' || fail "something public was lost"
import csv, json
from cells import tables
back = tables("again.allmende", json.load(open("listed"))["batches"])["occurrence"]
back = [dict(zip(back[0], r)) for r in back[1:]]
import glob
public = list(csv.DictReader(open(glob.glob("public/data/spiders-*.csv")[0])))
same = {"scientificName", "eventDate", "decimalLatitude", "decimalLongitude", "individualCount", "locality", "recordedBy"}
for a, b in zip(public, back):
    for k in same & set(a):
        assert a[k] == b[k], (k, a[k], b[k])
    assert b["coordinateUncertaintyInMeters"] == a["place_uncertainty_m"]
END

# --- what is wrong is refused by name -----------------------------------------------------------
mkdir bad
printf 'id\tname\n1\tx\n' >bad/taxon.txt
bad() { # DESCRIPTION WORD…: refused, and all these words are in the sentence
    printf '%s' "$1" >bad/meta.xml
    shift
    run 1 -p own.allmende collect import bad
    complains "$@"
}
table='<archive xmlns="http://rs.tdwg.org/dwc/text/"><core rowType="http://x/Taxon" fieldsTerminatedBy="\t" ignoreHeaderLines="1"'
field='<id index="0"/><field index="1" term="http://x/name"/></core></archive>'
bad "not xml" "meta.xml"
bad '<!DOCTYPE a [<!ENTITY b "c">]><archive/>' "meta.xml"
bad '<html/>' "Darwin Core"
bad '<archive xmlns="http://rs.tdwg.org/dwc/text/"></archive>' "names no table"
bad "$table>$field" "names no file"
bad "$table><files><location>../own.allmende</location></files>$field" "another folder"
bad "$table><files><location>http://example.org/taxon.txt</location></files>$field" "another folder or on the web"
bad "$table><files><location>other.txt</location></files>$field" "not there" "other.txt"
bad "$table encoding=\"EBCDIC\"><files><location>taxon.txt</location></files>$field" "encoding" "EBCDIC"
bad "$table><files><location>taxon.txt</location></files><id index=\"0\"/><field index=\"7\" term=\"http://x/name\"/></core></archive>" "field 8" "only 2"
bad "$table><files><location>taxon.txt</location></files><id index=\"0\"/><field term=\"http://x/name\"/></core></archive>" "no default"
printf '%s' "$table><files><location>taxon.txt</location></files>$field" >bad/meta.xml
run 0 -p own.allmende collect import bad --table kinds
says '"kinds"'
rm bad/meta.xml
for package in '{' '[]' '{"resources": []}' '{"resources": [{"name": "a", "path": "../x.csv"}]}' \
    '{"resources": [{"name": "a", "path": "gone.csv"}]}' '{"resources": [{"path": "taxon.txt"}]}'; do
    printf '%s' "$package" >bad/datapackage.json
    run 1 -p own.allmende collect import bad
    complains datapackage.json
done
run 0 -p own.allmende check

# --- real archives ------------------------------------------------------------------------------
data=$ALLMENDE_SHARED/data
[ -d "$data/dwca" ] || {
    echo "skipped the archives: there is no $data/dwca"
    exit 77
}
run 0 new empty.allmende --title Archive --name Ada
number=0
for archive in "$data"/dwca/dwca-* "$data"/dwca/plazi/*.zip; do
    number=$((number + 1))
    cp empty.allmende one.allmende
    reason=
    tables=archive
    case ${archive##*/} in
    *malformed-descriptor) reason="234 fields instead of 235" ;;
    *missing-extension-details) reason='no file for the table "vernacularname"' ;;
    *.tgz) reason=".tar archive" ;;
    *simple-csv* | *invalid-simple-t*) tables=plain ;;
    esac
    if [ "$reason" ]; then
        run 1 -p one.allmende collect import "$archive"
        complains "$reason"
        continue
    fi
    run 0 -p one.allmende collect import "$archive"
    case ${archive##*/} in
    *lacks-metadata) says "meta.xml names a description that is not there: eml.xml" ;;
    *toomuch*) says "random_file" "EML.xml" ;;
    *meta-default-values) says "tabs do" ;;
    *orphaned-rows*) says "5 rows, 1 of them rejected" ;;
    6632*) says "no row is in it: distribution.txt" ;;
    esac
    run 0 -p one.allmende collect list --json
    if [ "$tables" = plain ]; then # one CSV file without a description
        json '[(b["table"], b["records"], b["rejected"]) for b in r["batches"]] == [("observations", 3, 0)]'
        continue
    fi
    cp out listed
    python3 archive.py "$archive" one.allmende || fail "$archive: other cells"
    run 0 -p one.allmende check
    rm -f one.allmende*
done
[ "$number" -eq 29 ] || fail "$number archives"

# The tables of an archive belong together by the id of the core.
cp empty.allmende one.allmende
run 0 -p one.allmende collect import "$data/dwca/dwca-2extensions.zip" --table kinds
says '"kinds"' '"kinds-description"' '"kinds-vernacularname"'
run 0 -p one.allmende show last --json
json 'r["body"]["group"] == "coreid" and r["body"]["source"]["format"] == "dwca"'

# Camtrap DP: 4 deployments, 423 media, 549 observations; one resource is no file.
run 0 -p one.allmende collect import "$data/camtrap-dp" --group deploymentID --json
json '[(i["table"], i["records"], i["rejected"]) for i in r["imports"]] == [("deployments", 4, 0), ("media", 423, 0), ("observations", 549, 0)]'
json '"setupBy" in r["asked"] and "classifiedBy" in r["asked"] and "latitude" in r["asked"]'
run 1 -p one.allmende collect import "$data/camtrap-dp" --table two --group nowhere
complains '"nowhere"'
run 0 -p one.allmende collect list --json
json 'len(r["batches"]) == 6'
python3 - "$data/camtrap-dp" <<'END'
import sys, zipfile
with zipfile.ZipFile("camtrap.zip", "w") as z:
    for name in ("datapackage.json", "deployments.csv", "media.csv", "observations.csv"):
        z.write(sys.argv[1] + "/" + name, "camtrap/" + name)
END
run 0 -p one.allmende collect import camtrap.zip --table zipped --json
json '[i["records"] for i in r["imports"]] == [4, 423, 549]'
run 0 -p one.allmende check
run 0 try "$data/camtrap-dp" --target habitat --random-rows --why "one table is enough" --rungs 0 || true
