#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every XLSForm of other projects' tests is read or refused as docs/format/form.md says, row by row.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

forms=$ALLMENDE_SHARED/data/forms
[ -d "$forms" ] || {
    echo "skipped: there is no $forms"
    exit 77
}
run 0 new empty.allmende --title Formulare --name Ada
# shellcheck disable=SC2016 # these are backquotes of Markdown
sed -n 's/^| `\(.*\)` | \(.*\) |$/\1\t\2/p' "$ALLMENDE_TOP/docs/format/form.md" | grep '/' >table
find "$forms" -name '*.xls*' ! -name 'transportation_export.xlsx' -o -path '*example_xls/*.csv' |
    sed "s,^$forms/,," | LC_ALL=C sort >there
cut -f 1 table | LC_ALL=C sort | cmp - there || fail "the table names other forms than there are"

with_options=0
number=0
tab=$(printf '\t')
while IFS="$tab" read -r form wanted; do
    number=$((number + 1))
    cp empty.allmende one.allmende
    status=0
    "$ALLMENDE" -p one.allmende form add "$forms/$form" --name "form$number" >out 2>errors || status=$?
    if [ "$wanted" = read ]; then
        [ "$status" -eq 0 ] || fail "$form is not read"
        run 0 -p one.allmende form show "form$number"
    else
        if [ "$status" -ne 1 ] || [ -s out ]; then
            fail "$form is read, or not refused as it must be"
        fi
        grep -qF -- "$wanted" errors || fail "$form is refused with another reason than: $wanted"
        [ "$(wc -l <errors)" -eq 2 ] || fail "$form: no next step"
        status=0
        "$ALLMENDE" -p one.allmende form add "$forms/$form" --name "form$number" --leave-out image \
            --leave-out photo --leave-out audio --leave-out video --leave-out geotrace \
            --leave-out geoshape --leave-out include --leave-out select_one_external \
            --leave-out osm >out 2>errors || status=$?
        [ "$status" -ne 0 ] || with_options=$((with_options + 1))
    fi
    rm -f one.allmende*
done <table
read=$(grep -c "${tab}read$" table)
echo "$read of $number read, $with_options more with --leave-out"
[ "$number $read $with_options" = "80 48 16" ] || fail "other counts"

for form in "$forms"/onadata/logger/tests/fixtures/childrens_survey*.xlsx; do
    cp empty.allmende one.allmende
    run 0 -p one.allmende form add "$form" --name survey --leave-out cartoons
    rm -f one.allmende*
done

# Nested repeats, by the name of the inner one.
cp empty.allmende one.allmende
run 0 -p one.allmende form add "$forms/onadata/main/tests/fixtures/csv_export/double_repeat.xlsx" \
    --name double --leave-out member

# One form in two formats is one form.
for format in xls xlsx; do
    cp empty.allmende one.allmende
    run 0 -p one.allmende form add "$forms/pyxform/example_xls/loop.$format" --name twin
    run 0 -p one.allmende form show twin
    sed 1d out >"twin.$format" # its number is another one each time
done
cmp twin.xls twin.xlsx || fail "loop.xls is another form than loop.xlsx"

# What is read means what it says: a cascade, a loop, "or other", answers as in the filter.
run 0 -p one.allmende form add "$forms/pyxform/example_xls/choice_filter_test.xlsx" --name places --json
run 0 -p one.allmende form show places --json
run 0 -p one.allmende form add "$forms/onadata/main/tests/fixtures/transportation/transportation.xlsx" \
    --name ways --leave-out photo
what=available_transportation_types_to_referral_facility
run 1 -p one.allmende collect add ways bicycle_frequency_to_referral_facility=daily
complains "not asked"
run 0 -p one.allmende collect add ways "$what=other bicycle" "${what}_other=sledge" \
    bicycle_frequency_to_referral_facility=daily
run 1 -p one.allmende collect add ways "$what=bus" "${what}_other=sledge"
complains "not asked"
