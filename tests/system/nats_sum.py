#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""nats_sum.py PORT STREAM: how many messages a stream of NATS JetStream has,
how many batches with different identifiers they are, and their items."""
import base64
import json
import socket
import subprocess
import sys


class Nats:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 10)
        self.file = self.socket.makefile("rb")
        self.file.readline()
        self.socket.sendall(b'CONNECT {"verbose":false}\r\nSUB back 1\r\n')

    def ask(self, subject, value):
        body = json.dumps(value).encode()
        self.socket.sendall(b"PUB %s back %d\r\n%s\r\n" % (
            subject.encode(), len(body), body))
        while True:
            words = self.file.readline().split()
            if words[0] == b"PING":
                self.socket.sendall(b"PONG\r\n")
            elif words[0] == b"MSG":
                answer = self.file.read(int(words[-1]) + 2)
                return json.loads(answer)


nats = Nats(int(sys.argv[1]))
stream = sys.argv[2]
state = nats.ask("$JS.API.STREAM.INFO." + stream, {})["state"]
batches, items = set(), 0
for sequence in range(state["first_seq"], state["last_seq"] + 1):
    answer = nats.ask("$JS.API.STREAM.MSG.GET." + stream, {"seq": sequence})
    batch = json.loads(subprocess.run(
        ["zstd", "-dcq"], input=base64.b64decode(answer["message"]["data"]),
        stdout=subprocess.PIPE, check=True).stdout)
    batches.add(batch["batch"])
    items += sum(a["totals"]["items"] for a in batch["aggregates"])
print(state["messages"], len(batches), items)
