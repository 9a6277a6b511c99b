#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# clang-tidy on one file (several in one call gave false reports); remembers in out/tidy what was
# clean, by the content of the file, of all headers that it includes, and of the settings.
# The analyser follows calls deeper than it does by itself (5 calls, few large functions): else it
# does not see that what fails far below returns false, and warns of outputs that nobody reads.
set -eu
file=$1
mkdir -p out/tidy
parts=$(clang -MM -std=c17 -Isrc -Iout/gen "$file" | sed 's/^[^:]*://; s/\\$//')
# shellcheck disable=SC2086 # a list of files
key=$(cat $parts .clang-tidy "$0" | sha256sum | cut -c 1-32)
[ ! -e "out/tidy/$key" ] || exit 0
says=out/tidy/$(echo "$file" | tr / -)
if ! clang-tidy --quiet --warnings-as-errors='*' "$file" -- -std=c17 -D_POSIX_C_SOURCE=200809L \
    -D_FILE_OFFSET_BITS=64 -Isrc -Iout/gen -Xclang -analyzer-inline-max-stack-depth=12 \
    -Xclang -analyzer-config -Xclang max-times-inline-large=1000 >"$says" 2>/dev/null; then
    # Without the notes on how it came to think so; clang-tidy itself shows them.
    awk '/: note:/ { hide = 1 } /: (error|warning):/ { hide = 0 } !hide' "$says" | sed "s,^$PWD/,,"
    exit 1
fi
touch "out/tidy/$key"
