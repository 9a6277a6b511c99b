#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The example cycle in the terminal: a simulated stream watch, from the question to the public
# folder. Everything is made anew in out/demo; the keys lie there too, none in your home folder.
set -eu
cd "$(dirname "$0")/.."
here=$(pwd)
demo=$here/out/demo

# say ENGLISH GERMAN
say() {
    case ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} in
    de*) printf '%s\n' "$2" ;;
    *) printf '%s\n' "$1" ;;
    esac
}

rm -rf "$demo"
mkdir -p "$demo/config"
export XDG_CONFIG_HOME="$demo/config"
# Found by name, so that the commands look as you would type them.
PATH=$(dirname "${ALLMENDE:-$here/out/allmende}"):$PATH
export PATH ALLMENDE=allmende

say 'The example: a stream watch asks, guesses, collects, trains, looks, and makes public.
All people, places and measurements in it are simulated. It lies in out/demo.' \
    'Das Beispiel: Eine Bachwacht fragt, vermutet, sammelt, trainiert, wertet aus und veröffentlicht.
Alle Menschen, Orte und Messwerte darin sind simuliert. Es liegt in out/demo.'
printf '\n+ allmende example stream out/demo/stream\n'
allmende example stream out/demo/stream

# A pipe hides the status, so a failure leaves a file.
cd "$demo/stream"
{ sh ./cycle.sh 2>&1 || touch "$demo/failed"; } | tee "$demo/transcript"
if [ -e "$demo/failed" ]; then
    say 'The example stopped at the command above.' \
        'Beim Befehl darüber ist das Beispiel stehen geblieben.' >&2
    exit 1
fi

echo
say 'In short:' 'Kurz gesagt:'
awk '/^\+ allmende evaluate/ { getline; guess = $0 }
    /^(Result|Ergebnis): / { print "  " guess; print "    " $0 }' "$demo/transcript"
say '  Look at it:  open out/demo/stream/public/index.html in a browser
  Check it:    out/allmende verify out/demo/stream/public
  Carry on:    cd out/demo/stream; ../../allmende status' \
    '  Ansehen:      out/demo/stream/public/index.html im Browser öffnen
  Nachrechnen:  out/allmende verify out/demo/stream/public
  Weitermachen: cd out/demo/stream; ../../allmende status'
