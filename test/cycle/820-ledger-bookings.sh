#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# People book travel, material, devices, hours, notes, credit and the electricity; sums are exact,
# and nothing about a single person comes out.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

run 0 new p.allmende --title Bach --name Ada
for name in Ben Cem Dana Eva; do run 0 --as Ada member add "$name"; done

# 2 × 40 km by car with 3 people: 80 km of a car at 166 to 189 g and 2464 to 2520 kJ a kilometre.
run 0 --as Ada ledger add travel 40 --by car --people 3 --times 2 --phase collect
run 0 --as Ada ledger add travel 12.5 --by train --people 2
run 0 --as Ben ledger add travel 300 --by plane
run 0 --as Ben ledger add material "test strips" --kg 0.25 --euros 12.50 --times 2
run 0 --as Ben ledger add travel 40 --by train --times 12 --yearly
run 0 --as Ben ledger add note "renting the hut" --euros 120 --yearly
run 0 ledger --json
json 'r["ecological"]["so_far"]["travel"][0]["metres"] == 80000'
json 'r["ecological"]["so_far"]["travel"][0]["person_metres"] == 240000'
json 'r["ecological"]["so_far"]["travel"][0]["co2_g"] == [80 * 166, 80 * 189]'
json 'r["ecological"]["so_far"]["travel"][0]["kj"] == [80 * 2464, 80 * 2520]'
json 'r["ecological"]["so_far"]["travel"][1]["co2_g"] == [25 * 27, 25 * 46]'
json 'r["ecological"]["so_far"]["travel"][2]["co2_g"] is None'
json '(r["ecological"]["so_far"]["grams"], r["ecological"]["so_far"]["cents"]) == (500, 2500)'
json 'r["ecological"]["a_year"]["travel"][0]["metres"] == 480000'
json 'r["ecological"]["a_year"]["cents"] == 12000'
json '(r["ecological"]["materials"], r["informational"]["notes"]) == (["test strips"], ["renting the hut"])'
run 0 ledger
says "test strips, 2 times, 0.25 kg each time" "Note: renting the hut"
run 0 --lang de ledger
says "Ein Jahr Weitermachen" "Umweltbundesamt" "keine Zahl mit Quelle" "Auto: 2 Fahrten, 80 km"

# What is wrong or would be lost is refused.
run 1 --as Ada ledger add travel 40
complains "By what means" "--by car"
run 2 --as Ada ledger add travel 40,5 --by car
complains "decimal point"
run 1 --as Ada ledger add travel 40 --by rocket
complains "rocket" "bicycle"
run 2 --as Ada ledger add travel forty --by car
complains "40 or 2.5"
run 2 --as Ada ledger add travel 0.0001 --by car
complains "whole metres"
run 2 --as Ada ledger add note x --by car
complains "--by says nothing"
run 2 --as Ada ledger add salary 3
complains "travel, material, device"
run 1 --as Ada ledger add material " "
complains "what was it"
run 1 --as Ada ledger add device Laptop --got stolen
complains "new, used, repaired"
run 1 --as Ada ledger add device Laptop --got used --embodied-kg 250 --json
error input
run 1 --as Ada ledger add note x --phase thinking
complains "thinking"

# Devices: age, how they were got, and the share of their making only with a source.
run 0 --as Ada ledger add device Laptop --got used --year 2018
run 0 ledger
says "Device: Laptop, got used, "
never "its share of the making"
run 0 --as Ada ledger add device Camera --got new --embodied-kg 100 --life-years 10 --hours 8766 \
    --source "data sheet"
run 0 ledger
says "its share of the making: 10 kg CO2 of 100 (data sheet)"

# Hours: hidden below 3 people, in all below 5, by phase from 5 on; never those of a person.
run 1 --as Ada ledger add hours 1.5
complains "for a phase"
run 0 ledger
says "Nobody has booked hours"
run 0 --as Ada ledger add hours 1.5 --phase collect
run 0 ledger --json
json 'r["social"]["hours"] == {"shown": "hidden", "minutes": None, "phases": {}}'
run 0 show last
never "minutes"
run 0 show last --json
json 'r["kind"] == "hours" and r["private"] is None and "minutes" not in r["body"]'
run 0 --as Ben ledger add hours 2 --phase collect
run 1 --as Ben ledger add hours 0 --phase collect
run 0 --as Ben ledger add hours 1 --phase collect
run 0 ledger
says "fewer than 3 people"
never "Hours: "
run 0 --as Cem ledger add hours 0.5 --phase collect
run 0 ledger --json
json 'r["social"]["hours"] == {"shown": "total", "minutes": 300, "phases": {}}'
run 0 --as Dana ledger add hours 1 --phase collect
run 0 --as Eva ledger add hours 1 --phase collect
run 0 ledger --json
json 'r["social"]["hours"]["shown"] == "phases"'
json 'r["social"]["hours"]["phases"]["collect"] == r["social"]["hours"]["minutes"] == 420'
# One person in another phase: then no phase is told, or the rest would tell about that person.
run 0 --as Eva ledger add hours 3 --phase train
run 0 ledger --json
json 'r["social"]["hours"] == {"shown": "total", "minutes": 600, "phases": {}}'
run 0 --as Eva collect withdraw last
run 0 ledger --json
json 'r["social"]["hours"]["shown"] == "phases" and r["social"]["hours"]["minutes"] == 420'
json 'r["informational"]["withdrawn"] == 1'
# A meeting of six is nobody's own hours.
run 0 --as Eva ledger add hours 2 --people 6 --phase ask
run 0 ledger --json
json 'r["social"]["hours"]["phases"]["ask"] == 720'

# Credit is everybody's own choice; the last one counts.
run 1 --as Ada ledger add credit chief
complains "chief" "investigation"
run 0 --as Ada ledger add credit software,investigation --name "Ada L."
run 0 --as Ben ledger add credit investigation
run 0 ledger --json
json 'r["social"]["roles"] == {"software": 1, "investigation": 2}'
json 'r["social"]["credit"] == [{"name": "Ada L.", "roles": "software, investigation"}]'
run 0 --as Ada ledger add credit none
run 0 ledger --json
json 'r["social"]["roles"] == {"investigation": 1} and r["social"]["credit"] == []'

# Who took part in which phase, and where few decided for many.
run 0 --as Ada ask add "Does it warm?"
run 0 --as Ben ask position last agree
run 0 --as Ada ask decide last --outcome go-on
run 0 ledger --json
json 'r["social"]["people"] == 5 and r["social"]["phases"]["ask"] == 2'
json 'r["social"]["decisions"][0]["positions"] == 1 and r["social"]["decisions"][0]["few"]'
run 0 ledger
says "Few decided for many: 1 of 5"

# The electricity: of our table, or one's own with all that belongs to it.
run 0 ledger --json
json 'r["ecological"]["grid"]["g_per_kwh"] == 363 and not r["ecological"]["grid"]["stated"]'
json 'r["ecological"]["grid"]["year"] == 2024 and r["ecological"]["grid"]["scope"] == "direct"'
run 2 --as Ada ledger add grid XX
complains "XX"
run 1 --as Ada ledger add grid 250 --scope direct
complains "year and source"
run 0 --as Ada ledger add grid 250 --scope life_cycle --year 2025 --source "our supplier" --place DE
run 0 ledger --json
json 'r["ecological"]["grid"] == {"place": "DE", "scope": "life_cycle", "year": 2025, "g_per_kwh": 250, "source": "our supplier", "stated": True}'
run 0 check
