#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The example cycle in the terminal: a simulated stream watch, from the question to the public
# folder. Everything is made anew in out/demo; the keys lie there too, none in your home folder.
set -eu

# Called as `allmende`: show the command as one would type it, then run the program.
if [ "$(basename "$0")" = allmende ]; then
    {
        printf '\n$ allmende'
        for word in "$@"; do
            case $word in
            *\'*) printf ' "%s"' "$word" ;;
            '' | *[!A-Za-z0-9_./:=@%,+-]*) printf " '%s'" "$word" ;;
            *) printf ' %s' "$word" ;;
            esac
        done
        printf '\n'
    } >&2
    exec "$ALLMENDE_PROGRAM" "$@"
fi

cd "$(dirname "$0")/.."
here=$(pwd)
demo=$here/out/demo
example=$demo/stream

rm -rf "$demo"
mkdir -p "$demo/config" "$demo/bin"
cp tools/demo.sh "$demo/bin/allmende"
chmod +x "$demo/bin/allmende"
export XDG_CONFIG_HOME="$demo/config" PATH="$demo/bin:$PATH"
export ALLMENDE=allmende ALLMENDE_PROGRAM="$here/out/allmende"

echo "The example: a stream watch asks, guesses, collects, trains, looks, and makes public."
echo "All people, places and measurements in it are simulated. It lies in out/demo."
cd "$demo"
# The pipe hides how it ended, so a failure leaves a file.
{
    { allmende example stream stream && cd "$example" && sh -eu ./cycle.sh; } 2>&1 ||
        touch "$demo/failed"
} | tee "$demo/transcript"
if [ -e "$demo/failed" ]; then
    echo "The example stopped here." >&2
    exit 1
fi

echo
grep -i '^ *result:' "$demo/transcript" | tail -n 1
for page in "$example"/*/index.html; do
    [ -f "$page" ] || continue
    echo "Made public: $(dirname "$page")"
    echo "Look at it:  open index.html in that folder with a browser"
    public=$(dirname "${page#"$here/"}")
    echo "Check it:    out/allmende verify $public"
done
