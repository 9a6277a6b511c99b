# SPDX-License-Identifier: GPL-3.0-or-later
"""A browser without a screen, for the tests of the workshop: Python's standard library only.

with Workshop(program, project) as shop: starts `serve` on a free port of this computer and ends it.
shop.visitor() is somebody with cookies of their own: get(path), post(path, field=value, …).
"""

import http.client
import os
import re
import signal
import socket
import subprocess
import urllib.parse


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read().decode("utf-8")


class Visitor:
    def __init__(self, shop, lang="en"):
        self.shop = shop
        self.lang = lang
        self.cookies = {}
        self.token = ""

    def _ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection(self.shop.host, self.shop.port, timeout=30)
        sent = {"Accept-Language": self.lang}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        sent.update(headers or {})
        connection.request(method, path, body, sent)
        answer = Answer(connection.getresponse())
        connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        token = re.search(r'name="token" value="([0-9a-f]+)"', answer.body)
        if token:
            self.token = token[1]
        return answer

    def get(self, path, **headers):
        return self._ask("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def post(self, path, headers=None, **fields):
        """Send a form as a browser on a page of ours would; headers replace what it says."""
        fields.setdefault("token", self.token)
        sent = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
        sent.update(headers or {})
        body = urllib.parse.urlencode({k: v for k, v in fields.items() if v is not None}, doseq=True)
        return self._ask("POST", path, body, {k: v for k, v in sent.items() if v is not None})


class Workshop:
    def __init__(self, program, project, *options):
        self.command = [program, "-p", project, "serve", "--listen", "127.0.0.1:0", *options]

    def __enter__(self):
        self.process = subprocess.Popen(
            self.command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for line in self.process.stderr:
            link = re.search(r"(http://([^:/]+):(\d+))(/join/[0-9a-f]+)", line)
            if link:
                self.host, self.port, self.link = link[2], int(link[3]), link[4]
                return self
        raise RuntimeError("serve ended before it said where it is")

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.said, self.complained = self.process.communicate(timeout=20)

    def visitor(self, lang="en"):
        return Visitor(self, lang)

    def raw(self, request):
        """The status of a request as it stands, byte for byte; 0 if nothing came back."""
        with socket.create_connection((self.host, self.port), timeout=5) as s:
            answer = b""
            try:
                s.sendall(request)
                s.shutdown(socket.SHUT_WR)
                while part := s.recv(65536):
                    answer += part
            except OSError:
                pass  # refused before all of it was sent
        found = re.match(rb"HTTP/1\.1 (\d+)", answer)
        return int(found[1]) if found else 0


def program():
    return os.environ["ALLMENDE"]
