#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A receipt says who verified what, with which program, when; whoever changes a letter of it is found.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

run 0 new p.allmende --title Test --name Ada
run 0 ask add "Is it warm?"
run 0 publish one
run 0 publish two
run 0 verify one --receipt r.txt --by "Bo Neighbour"
says "Receipt in r.txt" "there is no training and no result"
run 1 verify one --receipt r.txt
complains "is there already"
run 0 verify --check-receipt r.txt
says "So says Bo Neighbour" "The signature fits"
run 0 verify one --check-receipt r.txt --json
json 'r["state"] == "verified" and r["name"] == "Bo Neighbour" and len(r["key"]) == 64'
run 1 verify two --check-receipt r.txt
complains "about another folder"
sed 's/Bo Neighbour/Bo neighbour/' r.txt >changed.txt
run 1 verify --check-receipt changed.txt
complains "its signature does not fit"
sed 's/^entries /entries 0/' r.txt >changed.txt
run 1 verify --check-receipt changed.txt
complains "It is no receipt"
run 1 verify one --receipt s.txt --by "$(printf 'a\033b')"
complains "cannot stand on a receipt"

# What failed is said, too; and the one who verifies keeps their key.
echo x >>one/index.html
run 1 verify one --receipt failed.txt
grep -q '^state failed$' failed.txt || fail "the receipt does not say failed"
[ "$(grep '^key ' failed.txt)" = "$(grep '^key ' r.txt)" ] || fail "another key"
run 1 verify one --check-receipt r.txt
complains 'what is found now is "failed"'
run 2 verify
