#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Fuzz one target for FUZZ_S seconds, from its kept inputs on:  tools/fuzz-one.sh PROGRAM
# New inputs gather in out/fuzz/corpus, those that break it in out/fuzz/found.
set -u
name=$(basename "$1")
seeds=test/fuzz/corpus/${name#fuzz_}
grown=out/fuzz/corpus/$name
found=out/fuzz/found/$name-
mkdir -p "$grown" out/fuzz/found
[ -d "$seeds" ] || seeds=
log=out/fuzz/$name.log
if "$1" -max_total_time="${FUZZ_S:-600}" -timeout=25 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$found" "$grown" ${seeds:+"$seeds"} >"$log" 2>&1; then
    echo "  $name: nothing found, $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") runs"
else
    tail -n 40 "$log"
    echo "  $name: FOUND something, see $found*"
    exit 1
fi
