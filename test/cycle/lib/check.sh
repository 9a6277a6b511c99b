# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# What the scripts of test/cycle share; they source it. A check that fails says what it wanted and
# what it got, and ends the script.
# ALLMENDE is the program; out and errors are what the last `run` printed.

fail() {
    echo "failed: $*"
    echo "--- standard output"
    cat out
    echo "--- standard error"
    cat errors
    exit 1
}

# run STATUS WORD…: run the program and want this exit status.
run() {
    wanted=$1
    shift
    echo "\$ allmende $*"
    status=0
    "$ALLMENDE" "$@" >out 2>errors || status=$?
    [ "$status" -eq "$wanted" ] || fail "exit status $status instead of $wanted: $*"
}

# says TEXT…: standard output of the last run holds each of these.
says() {
    for text in "$@"; do
        grep -qF -- "$text" out || fail "standard output does not say: $text"
    done
}

# never TEXT…: neither output of the last run holds any of these.
never() {
    for text in "$@"; do
        ! grep -qF -- "$text" out errors || fail "it says: $text"
    done
}

# complains TEXT…: standard output is empty, standard error holds each of these.
complains() {
    [ ! -s out ] || fail "standard output is not empty"
    for text in "$@"; do
        grep -qF -- "$text" errors || fail "standard error does not say: $text"
    done
}

# json EXPRESSION: of the object on standard output, called r, this is true (Python).
json() {
    python3 -c 'import json, sys
r = json.load(open("out"))
sys.exit(0 if eval(sys.argv[1]) else 1)' "$1" || fail "not true: $1"
}

# value EXPRESSION: print a value of that object.
value() {
    python3 -c 'import json, sys
r = json.load(open("out"))
print(eval(sys.argv[1]))' "$1"
}

# error CODE: exactly one error object with this code and a next step on standard error.
error() {
    [ ! -s out ] || fail "standard output is not empty"
    python3 -c 'import json, sys
e = json.load(open("errors"))
sys.exit(0 if set(e) == {"error"} and set(e["error"]) == {"code", "what", "next"}
    and e["error"]["code"] == sys.argv[1] and e["error"]["what"] else 1)' "$1" ||
        fail "not an error of the code $1"
}

# holds FILE TEXT: the bytes of a file hold a text. (grep -a: files of projects are no text)
holds() {
    grep -aqF -- "$2" "$1"
}
