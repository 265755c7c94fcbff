#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A hostile reporter: sends what a collector must refuse.

    feedd_hostile.py PORT COUNT BATCH.json TOKEN OTHER-TOKEN SIGNED-TOKEN

BATCH has been accepted from the node of TOKEN; the node of SIGNED-TOKEN has a
key that is not ours. Prints one JSON object: how many answers there were by
kind and status, the slow connections that were cut off, and what was wrong."""
import collections
import copy
import http.client
import json
import random
import socket
import subprocess
import sys
import threading
import time

PORT, COUNT = int(sys.argv[1]), int(sys.argv[2])
BATCH = json.load(open(sys.argv[3], encoding="utf-8"))
TOKEN, OTHER, SIGNED = sys.argv[4:7]
THREADS, SLOW = 4, 60

results = collections.Counter()
wrong = []
lock = threading.Lock()


def zstd(data):
    return subprocess.run(["zstd", "-q", "-c"], input=data, check=True,
                          stdout=subprocess.PIPE).stdout


BOMB = zstd(b" " * (64 << 20))
FALSE = "key=0123456789abcdef, ed25519=" + "A" * 86 + "=="


def broken(rand):
    """One member, anywhere, is made wrong."""
    batch = BATCH
    while batch == BATCH:
        batch = change(rand)
    return json.dumps(batch).encode()


def change(rand):
    batch = copy.deepcopy(BATCH)
    node, places = batch, []

    def walk(value, path):
        for key in (value if isinstance(value, dict) else
                    range(len(value)) if isinstance(value, list) else []):
            places.append(path + [key])
            walk(value[key], path + [key])
    walk(batch, [])
    path = rand.choice(places)
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = rand.choice(
        [None, -1, 1.5, [], {}, {"x": 1}, "user@example.org", "192.0.2.1",
         1 << 60, "\u0000", True])
    return batch


def another(rand):
    batch = copy.deepcopy(BATCH)
    batch["coverage"]["lost"] += 1 + rand.randrange(1000)
    return batch


def make(kind, rand):
    """Body, headers, statuses that are right."""
    good = json.dumps(BATCH).encode()
    auth = {"Authorization": "Bearer " + TOKEN}
    if kind == "malformed":
        cut = rand.randrange(len(good) - 1)
        return good[:cut], auth, {422}
    if kind == "broken":
        return broken(rand), auth, {403, 409, 422}
    if kind == "unknown":
        return good, {"Authorization": "Bearer %032x" %
                      rand.getrandbits(128)}, {401}
    if kind == "forged":
        return good, {"Authorization": "Bearer " + OTHER}, {403}
    if kind == "unsigned":
        return good, {"Authorization": "Bearer " + SIGNED,
                      "Tamis-Signature": FALSE}, {401}
    if kind == "replayed":
        return good, auth, {200}
    if kind == "changed":
        return json.dumps(another(rand)).encode(), auth, {409}
    if kind == "bomb":
        return BOMB, auth | {"Content-Encoding": "zstd"}, {413}
    return b"", auth | {"Content-Length": str(1 << 40)}, {413}


KINDS = ["malformed", "broken", "unknown", "forged", "unsigned", "replayed",
         "changed", "bomb", "oversized"]
WEIGHTS = [20, 30, 10, 10, 10, 10, 10, 1, 5]


def attack(seed, count):
    rand = random.Random(seed)
    connection = None
    for _ in range(count):
        kind = rand.choices(KINDS, WEIGHTS)[0]
        body, headers, right = make(kind, rand)
        for _ in range(3):
            try:
                connection = connection or http.client.HTTPConnection(
                    "127.0.0.1", PORT, timeout=60)
                connection.request("POST", "/v1/batches", body, headers)
                answer = connection.getresponse()
                text = answer.read()
                break
            except (OSError, http.client.HTTPException):
                connection = None
        else:
            with lock:
                results[kind + " no answer"] += 1
            continue
        if kind == "oversized" or answer.will_close:
            connection.close()
            connection = None
        with lock:
            results["%s %d" % (kind, answer.status)] += 1
            if answer.status not in right:
                wrong.append([kind, answer.status, text.decode()[:200]])
            if answer.status == 422 and b'"pointer":' not in text:
                wrong.append([kind, "no pointer", text.decode()[:200]])


def drip(number, ends):
    """A request that never ends: one byte now and then."""
    begin = time.monotonic()
    s = socket.create_connection(("127.0.0.1", PORT))
    head = ("POST /v1/batches HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n"
            "Authorization: Bearer %s\r\n\r\n" % TOKEN).encode()
    try:
        if number % 2:
            s.sendall(head)
        for i in range(1000):
            s.sendall(b" " if number % 2 else head[i:i + 1])
            s.settimeout(0.5)
            try:
                if s.recv(1) == b"":
                    break
            except TimeoutError:
                pass
    except OSError:
        pass
    ends.append(time.monotonic() - begin)


ends = []
threads = [threading.Thread(target=attack, args=(i, COUNT // THREADS))
           for i in range(THREADS)]
threads += [threading.Thread(target=drip, args=(i, ends))
            for i in range(SLOW)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps({"answers": dict(sorted(results.items())),
                  "sent": sum(results.values()), "slow": len(ends),
                  "slow_most_s": round(max(ends), 1),
                  "wrong": wrong[:10], "wrong_count": len(wrong)}))
