#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Load for several nodes, and what stands between them and the collector.

    feed_load.py posts COUNT SOCKET...     posts COUNT messages to the HTTP
        sockets in turn, eight connections each; prints how many were judged
    feed_load.py twice PORT URL            listens, and sends each batch twice;
        prints nothing, ends by a signal"""
import http.client
import http.server
import json
import random
import socket
import sys
import threading
import urllib.error
import urllib.request

WORDS = ["sieve-suspect", "sieve-advert", "sieve-phish", "weather", "recipe",
         "football", "music", "travel"]


class Unix(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(self.path)


def post(path, count, seed, judged):
    rand = random.Random(seed)
    connection = Unix(path)
    done = 0
    for i in range(count):
        body = json.dumps({"surface": "comment", "text": "about %s %d" % (
            rand.choice(WORDS), i)})
        for _ in range(20):
            try:
                connection.request("POST", "/v1/check", body, {
                    "Content-Type": "application/json"})
                answer = connection.getresponse()
                answer.read()
                done += answer.status == 200
                break
            except (OSError, http.client.HTTPException):
                connection.close()
                connection = Unix(path)
    judged.append(done)


def posts(count, paths):
    judged, threads = [], []
    each = count // (2 * len(paths))
    for n, path in enumerate(paths * 2):
        threads.append(threading.Thread(target=post,
                                        args=(path, each, n, judged)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    print(sum(judged))


class Twice(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name: value for name, value in self.headers.items()
                   if name.lower() not in ("host", "connection",
                                           "content-length")}
        for _ in range(2):
            request = urllib.request.Request(sys.argv[3], body, headers)
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    status, text = answer.status, answer.read()
            except urllib.error.HTTPError as error:
                status, text = error.code, error.read()
            except OSError:
                status, text = 503, b"{}"
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


if sys.argv[1] == "posts":
    posts(int(sys.argv[2]), sys.argv[3:])
else:
    http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])),
                                    Twice).serve_forever()
