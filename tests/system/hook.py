#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A receiver of webhooks: hook.py PORT MODE SECRET FILE. Appends the events of
each request whose signature is right to FILE, a JSON object a line. MODE is
ok, refuse (500) or slow (takes 30 seconds, then 500). Prints one line a try."""
import hashlib
import hmac
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT, MODE, SECRET, FILE = sys.argv[1:]


def is_signed(header, body):
    parts = dict(p.split("=", 1) for p in header.split(","))
    mac = hmac.new(SECRET.encode(), parts["t"].encode() + b"." + body,
                   hashlib.sha256).hexdigest()
    return (hmac.compare_digest(mac, parts["v1"])
            and abs(time.time() - int(parts["t"])) < 300)


class Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        good = is_signed(self.headers["X-Tamis-Signature"], body)
        print("good" if good else "bad", self.headers["X-Tamis-Delivery"],
              flush=True)
        if MODE == "slow":
            time.sleep(30)
        if MODE != "ok" or not good:
            self.send_response(500 if good else 403)
            self.end_headers()
            return
        with open(FILE, "a", encoding="utf-8") as events:
            for event in json.loads(body)["events"]:
                events.write(json.dumps(event) + "\n")
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args):
        pass


ThreadingHTTPServer(("127.0.0.1", int(PORT)), Hook).serve_forever()
