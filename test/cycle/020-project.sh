#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A project is made, looked at, checked, damaged, copied; members join.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

run 1 new lake --title Eis
complains "ends in .allmende" "allmende new lake.allmende"
run 2 new lake.allmende
complains "--title"
run 1 new lake.allmende --title Eis --permission fun
complains '"fun"' "project, publication, training"
run 1 new lake.allmende --title Eis --licence "my own"
complains "SPDX"
[ ! -e lake.allmende ] || fail "a refused project is there"

run 0 new lake.allmende --title "Eis auf dem See" --name Ada
says "lake.allmende" '"Ada"' "CC-BY-4.0" "allmende ask add"
run 1 new lake.allmende --title Eis
complains "is there already"
# The key lies outside, and only its owner can read it.
[ "$(find "$XDG_CONFIG_HOME/allmende/keys" -name '*.key' -perm 600 | wc -l)" -eq 1 ] ||
    fail "not exactly one key of mode 0600"

run 0 status
says "Eis auf dem See" "Next: put your question"
run 0 --lang de status
says "Weiter: " "Frage"
run 0 status --json
json 'r["title"] == "Eis auf dem See" and r["entries"] == 1 and r["members"] == 1'
json 'len(r["state"]) == 64 and r["kinds"] == {"project": 1}'
state=$(value 'r["state"]')

run 0 member add Ben
says "Ben takes part now" '--as "Ben"'
run 1 --as Ada member add Ben
complains "takes part already"
run 1 member add Cem
complains "Several people share this computer"
run 1 --as Ben member add Cem
complains "Only a person in charge"
run 0 --as Ada member add Cem --in-charge
run 0 member list --json
json '[m["name"] for m in r["members"]] == ["Ada", "Ben", "Cem"]'
json '[m["in_charge"] for m in r["members"]] == [True, False, True]'
run 0 member list --limit 2 --json
json 'len(r["members"]) == 2 and r["next"] == 3'
run 0 member list --from 3 --json
json '[m["name"] for m in r["members"]] == ["Cem"] and r["next"] is None'

run 0 log
says "project" "member" "Ada"
run 0 log --limit 2 --json
json '[e["kind"] for e in r["entries"]] == ["project", "member"]'
next=$(value 'r["next"]')
run 0 log --from "$next" --json
json '[e["kind"] for e in r["entries"]] == ["member"] and r["next"] is None'
run 0 show last
says "Kind   member" "name (for members only): Cem"
run 0 show "$next" --json
json 'r["kind"] == "member" and r["body"]["role"] == "in_charge" and r["private"]["name"] == "Cem"'
run 1 show 0000 --json
error not_found
run 1 show "not an id"
complains "is not the number of an entry"

run 0 status --json
json 'r["state"] != "'"$state"'"'
state=$(value 'r["state"]')
run 0 rebuild
run 0 status --json
json 'r["state"] == "'"$state"'"'
run 0 check
says "Everything is as it was written."
run 0 --lang de check
says "Alles ist so, wie es geschrieben wurde."

mkdir elsewhere
run 0 copy elsewhere/copy.allmende
says "full backup" "The keys are not in it"
run 0 -p elsewhere/copy.allmende status --json
json 'r["state"] == "'"$state"'"'
run 1 copy elsewhere/copy.allmende
run 0 -p elsewhere/copy.allmende check

# A byte of an entry's body is another: it is found, named, and does not go away by a rebuild.
python3 - <<'END'
b = bytearray(open("elsewhere/copy.allmende", "rb").read())
at = b.index("Eis auf dem See".encode())
b[at] ^= 1
open("elsewhere/copy.allmende", "wb").write(b)
END
run 1 -p elsewhere/copy.allmende check
complains "What it says was changed" "not as it was written"
run 1 -p elsewhere/copy.allmende check --json
error corrupt
run 0 check

# A file that is not ours keeps every byte, whatever we are asked to do with it.
printf x >elsewhere/letter.allmende
python3 -c 'import sqlite3; d = sqlite3.connect("elsewhere/foreign.allmende"); d.execute("create table t (x)")'
for file in letter foreign; do
    cp "elsewhere/$file.allmende" before
    run 1 -p "elsewhere/$file.allmende" status
    complains "no Allmende project"
    run 1 -p "elsewhere/$file.allmende" check
    complains "file type"
    cmp before "elsewhere/$file.allmende" || fail "$file was changed"
done
