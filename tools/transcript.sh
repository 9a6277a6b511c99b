#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The transcript in README.md:  tools/transcript.sh [check]
#
# Runs the example and puts what the terminal showed into README.md, shortened where it says […].
# With check, README.md stays as it is, and must be the same but for numbers, which differ between
# computers and calls.
set -eu
cd "$(dirname "$0")/.."
work=out/transcript
mkdir -p "$work"

# Of each command the line that tells most, of some more; of a result all that leads to it.
shorten() {
    awk '
        function put(line) {
            if (n++)
                print last (cut ? " […]" : "")
            last = line
            cut = 0
        }
        BEGIN { keep = 9 }
        /^$/ { next }
        # The order of these depends on the draw.
        /^What was taken for what|^  of [0-9]+ that are / { cut = 1; next }
        /^There are few units/ { next }
        /^(#|In short)/ { put(""); keep = 9 }
        /^\+ / { keep = 2 }
        /^\+ allmende (hypothesis add|publish|verify|ledger)/ { keep = 4 }
        /^\+ allmende evaluate/ { keep = 6 }
        /^\+ allmende ledger add/ { keep = 1 }
        /^\+ allmende ledger$/ { keep = 14 }
        /^\+ allmende try/ { keep = 15 }
        /\\$/ { keep++ }
        keep > 0 && !/CPU seconds/ {
            put($0)
            keep = /^Result/ ? 0 : keep - 1
            next
        }
        { cut = 1 }
        END { put("") }' "$1"
}

# The fenced block between the marks of README.md.
shown() {
    sed -n '/transcript of .*: begin/,/transcript of .*: end/p' README.md | sed '1,2d' | sed '$d' | sed '$d'
}

# Without numbers and ids.
plain() {
    sed 's/[0-9a-f]\{8,\}/N/g; s/-\{0,1\}[0-9][0-9.]*/N/g'
}

LC_ALL=C sh tools/demo.sh >"$work/all" 2>&1
{ echo '$ ./start' && shorten "$work/all"; } >"$work/short"
if [ "${1:-}" = check ]; then
    shown | plain >"$work/shown"
    plain <"$work/short" | diff "$work/shown" -
    exit
fi
awk -v text="$work/short" '
    /transcript of .*: end/ { inside = 0 }
    !inside { print }
    /transcript of .*: begin/ {
        inside = 1
        print "```"
        while ((getline line < text) > 0)
            print line
        print "```"
    }' README.md >"$work/README.md"
cp "$work/README.md" README.md
