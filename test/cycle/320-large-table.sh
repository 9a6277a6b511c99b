#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A table large enough to be written without the log: rows, values and sums are those that its
# generator counted, and those that Python's csv and fractions find.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

make=${ALLMENDE_SHARED:-nowhere}/data/tools/make_big_csv.py
if [ ! -f "$make" ]; then
    echo "the generator of large tables is not there"
    exit 77
fi
python3 "$make" big.csv --bytes 20M --damage >made
good=$(sed -n 's/^good_rows //p' made)
damaged=$(sed -n 's/^damaged_rows //p' made)
values=$(sed -n 's/^PM2.5 count \([0-9]*\) .*/\1/p' made)
sum=$(sed -n 's/^PM2.5 .* sum \([0-9.]*\) .*/\1/p' made)
least=$(sed -n 's/^PM2.5 .* min \([0-9.]*\) .*/\1/p' made)
most=$(sed -n 's/^PM2.5 .* max \([0-9.]*\)$/\1/p' made)
[ "$damaged" -eq 1 ] || fail "another table was made than expected"

none_beside() {
    for end in wal journal; do
        [ ! -e "air.allmende-$end" ] || fail "air.allmende-$end is left"
    done
}

# The import counts; it shows no cell, so no sum either.
run 0 new air.allmende --title Luft --name Ada
run 0 collect import big.csv --json
json "r['records'] == $good + $damaged and r['rejected'] == $damaged"
json "[r['records'] - r['rejected'] - c['missing'] for c in r['columns'] if c['name'] == 'PM2.5'] == [$values]"
json 'all("sum" not in c and "values" not in c for c in r["columns"])'
none_beside
run 0 check
run 1 collect import big.csv
complains "already"
none_beside

# What may be shown: sums, exactly.
run 0 try big.csv --target PM2.5 --features hour --rungs 0 --json
cat >compare.py <<'END'
import csv, json, sys
from fractions import Fraction
said = {c["name"]: c for c in json.load(open("out"))["columns"] if "sum" in c}
count, total = {}, {}
with open("big.csv", newline="") as f:
    rows = csv.reader(f)
    names = next(rows)
    for row in rows:
        if len(row) != len(names):
            continue
        for name, cell in zip(names, row):
            if name in said and cell != "NA":
                count[name] = count.get(name, 0) + 1
                # One integer for each number of decimals: a fraction a cell would be slow.
                # Temperatures have 16 decimals at most, but for some of about -3e-17: those are
                # told as rounded, and become 0.
                whole, _, part = ("0" if "e-17" in cell else cell).partition(".")
                places = total.setdefault(name, {})
                places[len(part)] = places.get(len(part), 0) + int(whole + part)
wrong = [n for n in said if said[n]["values"] != count[n] or
         Fraction(said[n]["sum"]) != sum(Fraction(v, 10**k) for k, v in total[n].items())]
pm = said["PM2.5"]
good = (pm["values"] == int(sys.argv[1]) and Fraction(pm["sum"]) == Fraction(sys.argv[2])
        and pm["low"] == float(sys.argv[3]) and pm["high"] == float(sys.argv[4]))
print(len(said), "sums, wrong:", wrong, "PM2.5:", pm)
sys.exit(0 if good and len(said) == 16 and not wrong else 1)
END
python3 compare.py "$values" "$sum" "$least" "$most" || fail "the sums are not those of the file"

# A crash in the middle: what the journal keeps is put back; without it nobody reads the file.
cat >crash.py <<'END'
import shutil, sqlite3
db = sqlite3.connect("air.allmende", isolation_level=None)
for line in ("journal_mode = TRUNCATE", "cache_size = 1", "foreign_keys = OFF"):
    db.execute("PRAGMA " + line)
db.execute("BEGIN IMMEDIATE")
for place in range(3):
    db.execute("INSERT INTO chunk VALUES (7, ?, zeroblob(1000000))", (place,))
for end in ("", "-journal"):
    shutil.copy("air.allmende" + end, "crash.allmende" + end)
db.execute("ROLLBACK")
db.execute("PRAGMA journal_mode = WAL")
END
python3 crash.py
[ -s crash.allmende-journal ] || fail "the crash left no journal"
reader="$ALLMENDE_TOP/test/record_reader.py"
! PYTHONDONTWRITEBYTECODE=1 python3 "$reader" crash.allmende >said 2>&1 || fail "the reader took a file in the middle"
grep -q 'journal' said || fail "the reader says something else"
mkdir fixed && cp crash.allmende crash.allmende-journal fixed && chmod -R a-w fixed
if [ "$(id -u)" -ne 0 ]; then
    run 1 -p fixed/crash.allmende status
    complains "was not closed properly"
fi
chmod -R u+w fixed
run 0 -p crash.allmende check
run 0 -p crash.allmende collect list --json
json "[b['records'] for b in r['batches']] == [$good + $damaged]"
[ ! -s crash.allmende-journal ] || fail "the journal is left"
