#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The fault suites:  sh test/fault/run.sh [NAME…]      (power, erase, flip, fail, kill; test/README.md)
#
# Builds them and runs them one after the other, each ends with `N passed, N failed, N skipped`; the
# last line is the sum. ALLMENDE_SOAK=1 runs the large counts.
set -u
cd "$(dirname "$0")/../.." || exit 1
out=$(make -s where)
logs=$out/fault
passed=0 failed=0 skipped=0

[ $# -gt 0 ] || set -- power erase flip fail kill
make -s fault-build || {
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
}
for name in "$@"; do
    begun=$(date +%s)
    status=0
    "$out/fault/${name}_test" >"$logs/$name.log" 2>&1 || status=$?
    cat "$logs/$name.log"
    line=$(sed -n '$s/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p' "$logs/$name.log")
    # A program that ends without its closing line, or badly without a failure, has failed.
    [ -n "$line" ] || line='0 1 0'
    [ "$status" -eq 0 ] || [ "${line#* 0 }" = "$line" ] || line='0 1 0'
    echo "$name: $(($(date +%s) - begun)) s"
    passed=$((passed + ${line%% *}))
    skipped=$((skipped + ${line##* }))
    line=${line#* }
    failed=$((failed + ${line% *}))
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
