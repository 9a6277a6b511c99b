#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A plug on this computer (loopback only) plays all kinds, also bad ones; no reply makes the program
# guess, hang or go elsewhere.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

cat >plug.py <<'EOP'
import http.server, sys, time

asked = []


class Plug(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def say(self, text, status=200, **headers):
        data = text.encode()
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.end_headers()
        try:
            self.wfile.write(data)
        except OSError:
            pass

    def do_GET(self):
        asked.append(self.path)
        open("asked", "a").write(self.path + "\n")
        mode = open("mode").read().strip()
        n = len(asked)
        if mode == "status":
            self.say("no", 500)
        elif mode == "redirect":
            self.say("", 302, Location="/elsewhere")
        elif mode == "huge":
            self.say("x" * 70000)
        elif mode == "page":
            self.say("<html>router</html>")
        elif mode == "slow":
            time.sleep(5)
        elif mode == "negative":
            self.say('{"apower":-3,"aenergy":{"total":1}}')
        elif mode == "vanish" and n > 1:
            self.say("gone", 404)
        elif self.path == "/rpc/Switch.GetStatus?id=0":
            # 0.1 Wh (360 J) more at each question
            self.say('{"id":0,"apower":12.5,"aenergy":{"total":%.3f}}' % (1000 + n * 0.1))
        elif self.path == "/meter/0":
            self.say('{"power":20.0,"is_valid":true,"total":%d}' % (500 + 60 * n))
        elif self.path == "/cm?cmnd=Status%2010":
            self.say('{"StatusSNS":{"ENERGY":{"Total":3.185,"Power":46}}}')
        else:
            self.say("what?", 404)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Plug)
open("port.part", "w").write(str(server.server_port))
import os
os.rename("port.part", "port")
server.serve_forever()
EOP
plug() {
    echo "$1" >mode
    rm -f port asked
    python3 plug.py &
    pid=$!
    trap 'kill $pid 2>/dev/null || true' EXIT
    tries=0
    while [ ! -e port ]; do
        tries=$((tries + 1))
        [ $tries -lt 100 ] || fail "the plug does not start"
        sleep 0.1
    done
    at=127.0.0.1:$(cat port)
}
unplug() {
    kill $pid
    wait $pid 2>/dev/null || true
}

# Shelly: asked by meter_name, at the beginning and at the end: 0.1 Wh = 360 J between the last two,
# a hundred steps of 3.6 J, so the counter is believed, give or take a step.
plug good
run 0 ledger meter "shelly:$at" --seconds 0 --json
json 'r["cost"]["method"] == "meter" and r["cost"]["energy_mj"] == 360000'
json '(r["cost"]["low_mj"], r["cost"]["high_mj"]) == (356400, 363600)'
json 'r["reading"]["power_uw"] == 12500000'
# First generation: 60 watt-minutes = 3600 J; steps of 60 J.
run 0 ledger meter "shelly1:$at" --seconds 0 --json
json 'r["cost"]["energy_mj"] == 3600000 and r["cost"]["high_mj"] == 3660000'
# Tasmota: the coarse counter stands still, so the power counts: 46 W for about a second.
run 0 ledger meter "tasmota:$at" --json
json 'r["cost"]["method"] == "meter" and r["reading"]["energy_uj"] == 11466000 * 10**6'
json 'abs(r["cost"]["energy_mj"] - 46 * r["cost"]["wall_ms"]) <= 46'
run 0 ledger meter "shelly:$at" --seconds 0
says "answers" "12.5 watts" "steps of 3.6 joules" "by a plug"

# The same word stands behind --meter; the method is booked.
awk 'BEGIN { print "year,y"; for (i = 0; i < 40; i++) print 1980 + i "," 100 - i + (i * 7) % 5 }' >t.csv
run 0 new p.allmende --title Test --name Ada
run 0 hypothesis add "Es fällt" --measure slope --target y --by year --at-most 0
run 0 hypothesis freeze last
run 0 collect import t.csv
run 0 evaluate last --open --meter "shelly:$at"
run 0 ledger --json
json 'r["lines"][0]["method"] == "meter" and r["lines"][0]["energy_j"] == 360'
json 'r["lines"][0]["operation_ug"] == [356400 * 363 // 3600, 363600 * 363 // 3600]'
json 'r["lines"][0]["sci_ug"] is None'
run 0 ledger
says "363 g CO2" "Umweltbundesamt" "No SCI score" "metres by car" \
    "One request to a large language model takes 2.4 to 29 times as much"
run 0 ledger add device Laptop --got new --computer --life-years 4 --embodied-kg 1000 --source "a data sheet"
run 0 ledger --json
json 'r["lines"][0]["sci_ug"][0] == r["lines"][0]["operation_ug"][0] + r["lines"][0]["making_ug"]'
run 0 ledger
says "SCI score of one evaluation"
# 40 km of at least 2464 kJ are 98,560,000 J, 271067 times the 363.6 J; two digits of it.
run 0 ledger add travel 40 --by car
run 0 ledger
says "The way by car took 270000 times as much energy or more."
never "e+"
run 0 try t.csv --target y --rungs 0 --meter "shelly:$at" --json
json 'r["cost"]["method"] == "meter"'
unplug

# Bad plugs.
plug status
run 1 ledger meter "shelly:$at" --json
error io
echo redirect >mode
run 1 ledger meter "shelly:$at"
complains "HTTP status 302"
! grep -q elsewhere asked || fail "it followed"
echo huge >mode
run 1 ledger meter "shelly:$at" --json
error limit
echo page >mode
run 1 ledger meter "shelly:$at" --json
error input
echo negative >mode
run 1 ledger meter "shelly:$at"
complains "-3" "apower"
echo slow >mode
run 1 ledger meter "shelly:$at"
complains "within 3 seconds"
echo good >mode
unplug
plug vanish
run 0 evaluate last --open --meter "shelly:$at" --watts 5,15 --json
json 'r["cost"]["method"] in ("estimate", "rapl") and r["cost"]["meter_lost"]'
unplug
run 1 ledger meter "shelly:$at" --json
error not_found
run 2 ledger meter "shelly:$at/admin" --json
error usage
run 2 ledger meter toaster
complains "tasmota:ADDRESS"
run 1 ledger meter hwmon:none
complains "no sensor"
run 2 evaluate last --open --meter toaster --json
error usage
