#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the tests of feedback need beside a shell.

reports.py variants NAME N      N variants of a text, a JSON post a line
reports.py mails NAME N DIR     the same as mails, a file each
reports.py fakes SOCKET ID N    N reporters of one network say that ID is spam
"""
import http.client
import json
import random
import socket
import sys
import threading

TEXTS = {
    "watches": (
        "{hello} {name}, our workshop in {town} makes {what} watches by hand"
        " and sends them to every country within {days} days. Each of them has"
        " a sapphire glass, a steel case and a leather strap that you choose"
        " yourself. Order before {day} and the second one costs {price} euros"
        " less than the first. Write to our desk with the code {code} and ask"
        " for the catalogue of this season, which has {n} pages."),
    "choir": (
        "{hello} {name}, the choir of {town} sings again on {day}: {what} songs"
        " from four centuries, with {n} singers and a small orchestra. Tickets"
        " cost {price} euros at the door, children pay nothing. Doors open"
        " {days} minutes before the concert. The programme is on the board in"
        " the library under {code}, and whoever would like to sing along is"
        " welcome at the rehearsal in the parish hall."),
    "mail": (
        "{hello} {name}, the lamps that our company in {town} builds save half"
        " of what {what} lamps use. A set of {n} is {price} euros until {day}"
        " and comes to your door within {days} days without any cost for the"
        " parcel. Give the word {code} when you order, so that we know who has"
        " sent you, and tell your neighbours about us before the stock is"
        " sold."),
}


def variants(name, n):
    rng = random.Random(name)
    for i in range(n):
        yield i, TEXTS[name].format(
            hello=rng.choice(["Dear", "Hello", "Hi", "Good day"]),
            name=rng.choice(["Ann", "Bob", "Eva", "Tom", "friend", "reader"]),
            town=rng.choice(["Ulm", "Bern", "Graz", "Lyon", "Turin"]),
            what=rng.choice(["fine", "modern", "classic", "rare"]),
            days=rng.randint(2, 30), day=rng.choice(
                ["Monday", "Friday", "Sunday", "Easter", "July"]),
            price=rng.randint(5, 90), n=rng.randint(11, 99),
            code="".join(rng.choices("ABCDEFGHKLMNPQRSTUVWXYZ23456789",
                                     k=8)))


class Local(http.client.HTTPConnection):
    """HTTP on a unix socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(self.path)


def post(connection, path, body):
    connection.request("POST", path, json.dumps(body),
                       {"Content-Type": "application/json"})
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def fakes(path, verdict, n):
    statuses = {}
    lock = threading.Lock()

    def run(first):
        c = Local(path)
        for i in range(first, n, 8):
            status, _ = post(c, "/v1/feedback", {
                "id": verdict, "type": "spam", "by": f"fake-{i}",
                "ip": f"203.0.113.{i % 254 + 1}"})
            with lock:
                statuses[status] = statuses.get(status, 0) + 1

    threads = [threading.Thread(target=run, args=(i,)) for i in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print(json.dumps(statuses))


def main():
    what, *rest = sys.argv[1:]
    if what == "variants":
        for i, text in variants(rest[0], int(rest[1])):
            print(json.dumps({"text": text, "author": f"author{i}",
                              "ip": f"192.0.{i}.7", "surface": "comment"}))
    elif what == "mails":
        for i, text in variants(rest[0], int(rest[1])):
            with open(f"{rest[2]}/{i:03d}.eml", "w", encoding="ascii") as f:
                f.write(f"From: Shop {i} <shop{i}@example.net>\n"
                        "To: user@example.com\nSubject: An offer\n"
                        "Date: Mon, 23 Nov 2026 10:00:00 +0000\n"
                        f"Message-ID: <{i}@example.net>\n"
                        "MIME-Version: 1.0\nContent-Type: text/plain\n"
                        f"\n{text}\n")
    elif what == "fakes":
        fakes(rest[0], rest[1], int(rest[2]))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
