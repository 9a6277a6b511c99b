# SPDX-License-Identifier: GPL-3.0-or-later
"""python3 visit.py PROJECT: the workshop as people and as strangers meet it."""

import json
import re
import socket
import subprocess
import sys

from workshop import Workshop, program

project = sys.argv[1]
failed = 0


def holds(condition, what):
    global failed
    if not condition:
        failed += 1
        print("does not hold:", what)


def routes():
    said = subprocess.run(
        [program(), "-p", project, "serve", "--routes", "--json"], capture_output=True, check=True
    )
    return json.loads(said.stdout)["routes"]


def joining_and_asking(shop):
    ana = shop.visitor()
    holds("This link lets this device write as Ana" in ana.get(shop.link).body, "says who")
    holds(ana.post(shop.link).status == 303, "the link lets in")
    holds(ana.get(shop.link).status == 404, "the link is used up")
    holds("Ana" in ana.get("/").body, "the page knows who")

    made = ana.post("/people", do="invite")
    holds(made.status == 303, "invites")
    people = ana.get(made.headers["Location"])
    link = re.search(r"(/join/[0-9a-f]{32})", people.body)[1]
    ben = shop.visitor("de")
    holds("Ana" in ben.get(link).body, "says who invites")
    holds(ben.post(link, name="").status == 422, "a name is needed")
    refused = ben.post(link, name="Ben", minor="1")
    holds(refused.status == 422 and 'value="Ben"' in refused.body, "what was typed comes back")
    holds(ben.post(link, name="Ben", may=["publication"]).status == 303, "Ben takes part")
    holds(ben.get(link).status == 404, "once only")

    put = ben.post("/ask", text="Does our stream get warmer?", harm="<script>alert(1)</script>")
    holds(put.status == 303, "puts a question")
    question = put.headers["Location"]
    holds("<script>alert" not in ana.get(question).body, "text stays text")
    holds(ben.post(question, do="position", choice="objection", reason="why so?").status == 303, "")
    holds(ana.post(question, do="position", choice="agree").status == 303, "takes a position")
    holds(ana.post(question, do="decide", outcome="go_on").status in (403, 409), "objection stands")
    holds(ben.post(question, do="position", choice="abstain").status == 303, "changes it")
    holds(ben.post(question, do="decide", outcome="go_on").status == 403, "only who is in charge")
    holds(ben.post(question, do="say", said="Let us measure").status == 303, "talks")
    holds(ana.post(question, do="decide", outcome="go_on", why="yes").status == 303, "decides")
    holds(ana.post(question, do="position", choice="agree").status == 409, "it is over")

    guest = shop.visitor()
    seen = guest.get(question).body
    holds("1 agree, 1 abstain" in seen, "guests see counts")
    holds("Ben" not in seen and "Let us measure" not in seen, "guests see no names and no talk")
    return ana, ben, guest, question


STREAM = """form stream "Walk along the stream"
text site required "Which site?"
number temperature unit °C min -5 max 40
choice water is clear,turbid
choices seen is trout,heron,newt
place where coarse 0.01
repeat fish
number length unit cm min 0 max 200
end
"""


def guessing_and_collecting(ana, ben, guest, question):
    entry = json.loads(ana.get(question + ".json").body)["id"]
    guess = dict(text="At least half of the samples are warm", measure="share", table="stream",
                 where="temperature > 20", comparator="at-least", threshold="10 of 20", question=entry)
    refused = ben.post("/hypothesise", **dict(guess, threshold="much"))
    holds(refused.status == 422 and "At least half" in refused.body, "what was typed comes back")
    made = ben.post("/hypothesise", **guess)
    holds(made.status == 303, f"writes a guess down ({made.body[-400:]})")
    place = made.headers["Location"]
    holds("Lock it" in ana.get(place).body and "Lock it" not in guest.get(place).body, "who may lock")
    holds(ana.post(place).status == 303, "locks it")
    locked = ana.get(place).body
    holds("Locked." in locked and "go on" in locked and "Lock it" not in locked, "it is locked")
    holds(ana.post(place).status == 409, "once")

    holds(ana.post("/collect", form="nonsense").status == 422, "a form that is none")
    made = ana.post("/collect", form=STREAM)
    holds(made.status == 303 and made.headers["Location"] == "/collect/stream", "makes a form")
    page = ben.get("/collect/stream").body
    holds('name="fish.2.length"' in page and "von -5 bis 40" in page, "the form is drawn")
    holds(guest.get("/collect/stream").status == 403, "members only")
    row = {"site": "weir", "temperature": "21.5", "water": "clear", "seen": ["trout", "newt"],
           "where": "52.48 13.43 30", "fish.2.length": "12"}
    refused = ben.post("/collect/stream", **dict(row, temperature="412"))
    holds(refused.status == 422 and 'value="412"' in refused.body, "a limit holds")
    holds('value="newt" checked' in refused.body, "what was ticked comes back")
    holds(ben.post("/collect/stream", **row).status == 303, "writes an observation down")


def forms_of_a_page(ana, question):
    found = json.loads(ana.get(question + ".json").body)
    holds(found["agree"] == 1 and "frame" not in found, "the same as JSON")
    lines = ana.get("/ask.csv").body.splitlines()
    holds(len(lines) == 2 and "Does our stream get warmer?" in lines[1], "the same as CSV")
    page = ana.get("/ask")
    again = ana.get("/ask", If_None_Match=page.headers["ETag"])
    holds(again.status == 304 and again.body == "", "a page that is there already costs nothing")
    style = re.search(r'href="(/s/[^"]+)"', page.body)[1]
    holds("immutable" in ana.get(style).headers["Cache-Control"], "the style is kept")


def browsers_are_kept_in_step(shop, ana):
    with socket.create_connection((shop.host, shop.port), timeout=10) as s:
        s.sendall(b"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        stream = s.makefile("rb")
        while (line := stream.readline()) and not line.startswith(b"retry:"):
            pass
        ana.post("/ask", text="Something new?")
        while (line := stream.readline()) and not line.startswith(b"data:"):
            pass
        holds(line == b"data: changed\n", "those who look on are told")


def the_right_is_asked_for(ana, ben, guest, question):
    """Every page, for everybody, also without a token, from elsewhere and by GET."""
    entry = question.rsplit("/", 1)[1]
    for route in routes():
        path = route["path"].replace("*", entry)
        for who, rank in ((guest, 1), (ben, 2), (ana, 3)):
            needs = {"anybody": 0, "guest": 1, "member": 2, "in_charge": 3}
            if path == "/events":
                continue  # never ends
            if route["see"]:
                status = who.get(path).status
                if needs[route["see"]] > rank:
                    holds(status == 403, f"{path} is not shown ({status})")
                else:
                    holds(status in (200, 404), f"{path} is shown ({status})")
            else:
                holds(who.get(path).status == 405, f"{path} cannot be looked at")
            if not route["act"]:
                holds(who.post(path).status == 405, f"{path} takes no act")
                continue
            status = who.post(path, do="nothing").status
            if needs[route["act"]] > rank:
                holds(status == 403, f"{path} does nothing for them ({status})")
            for wrong in (
                {"Sec-Fetch-Site": "cross-site"},
                {"Sec-Fetch-Site": "same-site"},
                {"Sec-Fetch-Site": None, "Origin": "http://example.org"},
                {"Sec-Fetch-Site": None},
            ):
                holds(who.post(path, headers=wrong).status == 403, f"{path} from {wrong}")
            if who is not guest:
                holds(who.post(path, token="").status == 403, f"{path} without a token")
                holds(who.post(path, token="0" * 32).status == 403, f"{path} with another token")


def hostile_requests(shop):
    host = b"Host: 127.0.0.1\r\n"
    get = b"GET / HTTP/1.1\r\n" + host
    post = b"POST /ask HTTP/1.1\r\n" + host
    holds(shop.raw(get + b"Connection: close\r\n\r\n") == 200, "a plain request is answered")
    for request in (
        post + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        post + b"Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd",
        post + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        post + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        post + b"Transfer-Encoding: gzip\r\n\r\n0\r\n\r\n",
        post + b"Content-Length: +5\r\n\r\nabcde",
        post + b"Content-Length : 5\r\n\r\nabcde",
        b"GET / HTTP/1.1\r\n\r\n",
        get + host + b"\r\n",
        b"GET /../etc/passwd HTTP/1.1\r\n" + host + b"\r\n",
        b"GET /%2e%2e/x HTTP/1.1\r\n" + host + b"\r\n",
        b"GET /a%00b HTTP/1.1\r\n" + host + b"\r\n",
        get + b"A: " + b"x" * 70000 + b"\r\n\r\n",
        get + b"".join(b"A%d: x\r\n" % i for i in range(80)) + b"\r\n",
    ):
        status = shop.raw(request)
        holds(status == 0 or 400 <= status < 500, f"{request[:90]!r} is refused ({status})")
    holds(shop.raw(post + b"Content-Length: 99999999\r\n\r\n") == 413, "too large")
    other = b"GET / HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n"
    holds(shop.raw(other) == 421, "a name that is not ours")


with Workshop(program(), project) as shop:
    ana, ben, guest, question = joining_and_asking(shop)
    guessing_and_collecting(ana, ben, guest, question)
    forms_of_a_page(ana, question)
    the_right_is_asked_for(ana, ben, guest, question)
    browsers_are_kept_in_step(shop, ana)
    hostile_requests(shop)
    holds(ana.get("/").status == 200, "it still answers")
holds("Everything is saved" in shop.said, "it ends in order")
with Workshop(program(), project) as shop:
    ana.shop = shop
    holds("Ana" in ana.get("/people").body, "a session outlives the server")
sys.exit(1 if failed else 0)
