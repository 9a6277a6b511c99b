#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Build twice, in two folders of different name and depth, and compare the bytes of the program.
set -eu
cd "$(dirname "$0")/.."
one=out/repro/a
two="out/repro/another folder/deeper"
rm -rf out/repro
for folder in "$one" "$two"; do
    mkdir -p "$folder"
    for part in Makefile src sql pages po tools test; do
        [ ! -e "$part" ] || cp -R "$part" "$folder/"
    done
    make -s -j "$(nproc)" -C "$folder" >/dev/null
done
cmp "$one/out/allmende" "$two/out/allmende"
sha256sum "$one/out/allmende"
