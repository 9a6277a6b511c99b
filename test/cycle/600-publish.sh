#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Make public what the simulated stream watch did, and verify it; then change the folder in every
# way a person or a disk could, and see that verify names the file and the claim.
set -eu

fail() {
    echo "$1"
    [ ! -s out ] || cat out
    exit 1
}

"$ALLMENDE" example stream stream >/dev/null
cd stream
# The cycle up to publishing, as its transcript shows it.
sed '/^run publish/d; /^run verify/d' cycle.sh >before.sh
sh ./before.sh >transcript 2>&1 || { tail transcript && exit 1; }

# Before anything is written, it can be seen.
"$ALLMENDE" publish public --preview --as Amina >out
grep -q '23 entries' out || fail "the preview counts no entries"
[ ! -e public ] || fail "the preview wrote a folder"

"$ALLMENDE" publish public --as Amina >out
grep -q 'allmende verify public' out || fail "publish names no next step"
[ -z "$(ls -d public.new-* 2>/dev/null)" ] || fail "something was left beside the folder"
(cd public && sha256sum -c --quiet SHA256SUMS) || fail "sha256sum does not agree"
# Names of members stay; the simulated table has a column with names, which the preview shows.
! grep -qrE 'Amina|Bruno|Chiara' public/entries public/*.* || fail "a name was made public"
"$ALLMENDE" verify public >out || fail "a folder that was just made does not verify"
grep -q '^Verified: ' out || fail "verify does not say so"
"$ALLMENDE" check >/dev/null
! "$ALLMENDE" publish public --as Amina 2>out || fail "a folder that is there was written to"
grep -q 'is there already' out || fail "the reason is not said"

project=$("$ALLMENDE" verify public --json | sed 's/.*"project":"\([0-9a-f]*\)".*/\1/')
"$ALLMENDE" verify public --project "$(echo "$project" | cut -c1-12)" >/dev/null ||
    fail "its own project is not known"
! "$ALLMENDE" verify public --project 0123456789ab >out || fail "any project will do"

# names FILE: verify fails and names this file, and what it breaks.
names() {
    if "$ALLMENDE" verify copy >out 2>err; then
        fail "verify finds nothing: $2"
    fi
    grep -qF "$1" err || fail "verify does not name $1: $2"
    grep -q '^  breaks: ..' err || fail "verify names no claim: $2"
    [ ! -s out ] || fail "something on standard output although it failed: $2"
}

fresh() {
    rm -rf copy
    cp -r public copy
}

# change FILE POSITION: another byte there.
change() {
    old=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
    # shellcheck disable=SC2059 # the format is the byte
    printf "\\$(printf %o $(((old + 1 + $2 % 7) % 256)))" |
        dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

# One byte in every file: the first, the last, and three in between from a fixed seed.
seed=7
n=0
for file in $(cd public && find . -type f | sed 's,^\./,,' | LC_ALL=C sort); do
    size=$(wc -c <"public/$file")
    for at in 0 $((size - 1)) r r r; do
        if [ "$at" = r ]; then
            seed=$(((seed * 1103515245 + 12345) % 2147483648))
            at=$((seed % size))
        fi
        fresh
        change "copy/$file" "$at"
        names "$file" "byte $at of $file"
        n=$((n + 1))
    done
done
echo "$n changed bytes found and named"

# Files that go, come, or change their names.
for file in $(cd public && find . -type f | sed 's,^\./,,' | LC_ALL=C sort); do
    fresh
    rm "copy/$file"
    names "$file" "$file removed"
done
for file in extra.txt entries/000003-0123456789ab.json data/x.csv .hidden inner/index.html; do
    fresh
    mkdir -p "copy/$(dirname "$file")"
    echo '{}' >"copy/$file"
    names "$file" "$file added"
done
data=$(cd public && echo data/observations-*.csv)
model=$(cd public && echo model/*.model)
fresh
mv "copy/$data" copy/data/other-0123456789ab.csv
names "$data" "data renamed"
fresh
ln -s index.html copy/link.html
names "neither a file nor a folder" "a link"
fresh
mv copy/entries copy/e && ln -s e copy/entries
names "neither a file nor a folder" "a folder that is a link"

# Two entries that change places.
cd public
set -- entries/*
cd ..
fresh
mv "copy/$3" copy/swap && mv "copy/$4" "copy/$3" && mv copy/swap "copy/$4"
names "$3" "two entries swapped"
names "$4" "two entries swapped"

# Somebody also puts the list right: then the signed list and the entries find it.
relist() {
    (cd copy && find . -type f ! -name SHA256SUMS ! -name publication.json | sed 's,^\./,,' |
        LC_ALL=C sort | xargs sha256sum >list && mv list SHA256SUMS)
}
fresh
change "copy/$data" 500
relist
names "$data" "data changed, list put right"
names SHA256SUMS "data changed, list put right"
grep -qE 'training 14, the result “not supported” 16' err || fail "what rests on the data is not named"
fresh
change "copy/$model" 300
relist
names "$model" "model changed, list put right"
fresh
mv "copy/$3" copy/swap && mv "copy/$4" "copy/$3" && mv copy/swap "copy/$4"
relist
names "$3" "two entries swapped, list put right"
fresh
rm "copy/$3"
relist
names SHA256SUMS "entry removed, list put right"
fresh
sed -i 's/supported/supported!/' copy/index.html
relist
names SHA256SUMS "page changed, list put right"

"$ALLMENDE" verify copy --json --report report.json >out 2>err && fail "exit 0 although it failed"
[ ! -s out ] || fail "something on standard output"
grep -q '^{"error":{"code":"corrupt","what":"Failed: ' err || fail "no error object"
grep -q '"state":"failed"' report.json || fail "no state in the report"
grep -q '"faults":\[{"claim":"' report.json || fail "no faults in the report"
