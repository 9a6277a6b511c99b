#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The example cycle in the terminal: a simulated stream watch, from the question to the public
# folder. Everything is made anew in out/demo; the keys lie there too, none in your home folder.
set -eu
cd "$(dirname "$0")/.."
here=$(pwd)
demo=$here/out/demo

rm -rf "$demo"
mkdir -p "$demo/config"
export XDG_CONFIG_HOME="$demo/config"
# Found by name, so that the commands look as you would type them.
export PATH="$here/out:$PATH" ALLMENDE=allmende

echo "The example: a stream watch asks, guesses, collects, trains, looks, and makes public."
echo "All people, places and measurements in it are simulated. It lies in out/demo."
echo
echo "\$ allmende example stream out/demo/stream"
allmende example stream "$demo/stream"

if ! [ -f "$demo/stream/cycle.sh" ]; then
    echo "The example has no cycle.sh: its commands cannot be shown." >&2
    exit 1
fi
cd "$demo/stream"
# -x shows each command before what it says; a pipe hides the status, so a failure leaves a file.
{ PS4='
$ ' sh -eux ./cycle.sh 2>&1 || touch "$demo/failed"; } | tee "$demo/transcript"
if [ -e "$demo/failed" ]; then
    echo "The example stopped at the command above." >&2
    exit 1
fi

echo
grep -i '^ *result:' "$demo/transcript" | tail -n 1
for page in "$demo"/stream/*/index.html; do
    [ -f "$page" ] || continue
    echo "Made public: $(dirname "$page")"
    echo "Look at it:  open $page in a browser"
    echo "Check it:    $here/out/allmende verify $(dirname "$page")"
done
