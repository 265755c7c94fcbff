#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reports while processes are killed: none is lost, none counts twice.

reports_kill.py TAMIS TAMISD CONF[,CONF...] OPERATIONS SECONDS [SEED]

Several clients send reports with ids of their own, and send again whatever was
not answered, or what they did not wait for. Meanwhile scanners, learners and
supervisors get SIGKILL in turn. In the end all that is counted is compared
with what the reports say: each is there once, and every counter is, to the
unit, the sum of what the reports have caused. With several configurations
these are nodes that share a store.
"""
import collections
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import uuid

from reports import Local

CLIENTS = 6


class Node:
    """A tamisd; its children belong to it."""

    def __init__(self, tamis, tamisd, conf):
        self.tamis_path, self.tamisd, self.conf = tamis, tamisd, conf
        text = open(conf, encoding="utf-8").read()
        self.socket = re.search(r'"unix:([^"]*http[^"]*)"', text).group(1)
        self.kills = collections.Counter()
        self.process = None
        self.start()

    def launch(self):
        with open(self.conf + ".log", "ab") as log:
            self.process = subprocess.Popen(
                [self.tamisd, "-f", "-c", self.conf], stdout=log, stderr=log)

    def start(self):
        """As a service manager does: again, while the children of a killed
        supervisor still have its sockets."""
        self.launch()
        for _ in range(600):
            time.sleep(0.1)
            if self.process.poll() is not None:
                self.launch()
                continue
            status = self.status()
            if status and all(s["ready"] for s in status["scanners"]):
                return
        print("tamisd does not start: see " + self.conf + ".log",
              file=sys.stderr)
        os._exit(1)

    def run(self, *arguments):
        return subprocess.run(
            [self.tamis_path, *arguments, "-c", self.conf],
            capture_output=True, text=True, check=False).stdout

    def status(self):
        try:
            return json.loads(self.run("status", "--json"))
        except ValueError:
            return None

    def kill(self, what):
        status = self.status()
        if what == "supervisor":
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        elif not status:
            return
        else:
            child = status["scanners"][0] if what == "scanner" \
                else status["learner"]
            if not child["pid"]:
                return
            try:
                os.kill(child["pid"], signal.SIGKILL)
            except ProcessLookupError:
                return
        self.kills[what] += 1
        if what == "supervisor":
            self.start()

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Work:
    """The operations, and who does them."""

    def __init__(self, nodes, operations, seconds, rng):
        self.nodes, self.rng = nodes, rng
        self.pause = seconds * CLIENTS / operations
        self.lock = threading.Lock()
        self.again = 0
        self.statuses = collections.Counter()
        self.verdicts = []
        self.todo = collections.deque()
        self.judge_all()
        self.plan(operations)

    def judge_all(self):
        for campaign in range(40):
            seed = random.Random(campaign)
            words = [f"w{seed.randrange(10**6)}" for _ in range(60)]
            for message in range(4):
                words[seed.randrange(60)] = f"v{message}"
                node = self.nodes[message % len(self.nodes)]
                c = Local(node.socket)
                c.request("POST", "/v1/check", json.dumps({
                    "text": " ".join(words), "author": f"a{message}",
                    "ip": f"192.0.{campaign}.{message + 1}"}))
                self.verdicts.append(json.loads(c.getresponse().read())["id"])
        time.sleep(4)

    def plan(self, operations):
        rng = self.rng
        for _ in range(operations):
            who = rng.randrange(400)
            kind = rng.choices(["spam", "ham", "withdrawn", "appeal"],
                               [60, 25, 12, 3])[0]
            report = {"report": str(uuid.UUID(int=rng.getrandbits(128))),
                      "id": rng.choice(self.verdicts), "type": kind,
                      "by": f"reporter{who}",
                      "ip": f"198.51.{who % 70}.{who % 250 + 1}"}
            if rng.random() < 0.006:
                report["by"] = f"reviewer{rng.randrange(3)}"
                report["correction"] = kind in ("spam", "ham")
            self.todo.append(report)

    def send(self, report, rng):
        """Once; None: there was no answer."""
        c = Local(rng.choice(self.nodes).socket)
        try:
            c.request("POST", "/v1/feedback", json.dumps(report))
            if rng.random() < 0.05:
                c.sock.close()
                return None
            status = c.getresponse().status
            return None if status == 503 else status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            c.close()

    def client(self, number):
        rng = random.Random(number)
        while True:
            with self.lock:
                if not self.todo:
                    return
                report = self.todo.popleft()
            status = self.send(report, rng)
            while status is None:
                with self.lock:
                    self.again += 1
                time.sleep(0.05)
                status = self.send(report, rng)
            with self.lock:
                self.statuses[status] += 1
            time.sleep(self.pause * rng.random() * 2)

    def run(self):
        clients = [threading.Thread(target=self.client, args=(i,))
                   for i in range(CLIENTS)]
        for c in clients:
            c.start()
        victims = ("scanner", "learner", "supervisor")
        turn = 0
        while any(c.is_alive() for c in clients):
            time.sleep(self.rng.uniform(0.8, 2.4))
            self.rng.choice(self.nodes).kill(victims[turn % 3])
            turn += 1
        for c in clients:
            c.join()


def receipts(node):
    lines = node.run("feedback", "list", "--json", "--limit", "1000000")
    return [json.loads(line) for line in lines.splitlines()]


def wait_until_applied(node):
    for _ in range(600):
        if not any(r["state"] == "accepted" for r in receipts(node)):
            return
        time.sleep(0.5)


def counters(node, prefix):
    found = {}
    for line in node.run("store", "list", prefix, "--json").splitlines():
        item = json.loads(line)
        if item["kind"] == "counter":
            found[item["name"]] = [float(x) for x in item["sums"]]
    return found


def model(all_receipts):
    """What the counters are, if each report counts once."""
    sums = collections.defaultdict(lambda: [0.0] * 4)
    for r in all_receipts:
        state = r["state"]
        total = {"applied": 0, "confirmed": 0, "ignored": 1, "overturned": 2,
                 "withdrawn": 3}[state]
        sums["feedback:" + r["source"]][total] += 1
        if state in ("confirmed", "overturned"):
            sums["trust:" + r["by"]][state == "overturned"] += 1
        if state not in ("applied", "confirmed"):
            continue
        amount = r.get("amount_e4", 0) / 10000
        counted = r.get("is_counted", False)
        if not amount and not counted:
            continue
        side = 0 if r["type"] == "spam" else 1
        for i, key in enumerate(r["keys"]):
            if not r["counted"] >> i & 1:
                continue
            names = ["evidence:" + key]
            if r.get("network"):
                names.append(f"evidence-net:{key}:{r['network']}")
            if r.get("is_newcomer"):
                names.append("evidence-new:" + key)
            for name in names:
                sums[name][side] += amount
                sums[name][2 + side] += counted
    return sums


def compare(expected, found):
    wrong = []
    for name in set(expected) | set(found):
        e = expected.get(name, [0.0] * 4)
        f = found.get(name, [0.0] * 4)
        if any(abs(a - b) > 2e-4 for a, b in zip(e, f)):
            wrong.append((name, e, f))
    return wrong


def main():
    tamis, tamisd, confs, operations, seconds = sys.argv[1:6]
    rng = random.Random(int(sys.argv[6]) if len(sys.argv) > 6 else 1)
    nodes = [Node(tamis, tamisd, c) for c in confs.split(",")]
    work = Work(nodes, int(operations), float(seconds), rng)
    ids = {r["report"] for r in work.todo}
    begin = time.time()
    work.run()
    took = time.time() - begin
    wait_until_applied(nodes[0])
    time.sleep(2)
    for node in nodes:
        node.stop()
    got = receipts(nodes[0])
    names = [r["id"] for r in got]
    found = {}
    for prefix in ("feedback:", "trust:", "evidence"):
        found.update(counters(nodes[0], prefix))
    wrong = compare(model(got), found)
    kills = sum((n.kills for n in nodes), collections.Counter())
    print(json.dumps({
        "operations": len(ids), "seconds": round(took, 1),
        "answers": dict(work.statuses), "sent_again": work.again,
        "kills": dict(kills), "lost": len(ids - set(names)),
        "strange": len(set(names) - ids),
        "twice": len(names) - len(set(names)),
        "waiting": sum(r["state"] == "accepted" for r in got),
        "states": dict(collections.Counter(r["state"] for r in got)),
        "counters": len(found), "wrong": len(wrong)}))
    for name, e, f in wrong[:5]:
        print("wrong:", name, "expected", e, "found", f, file=sys.stderr)


if __name__ == "__main__":
    main()
