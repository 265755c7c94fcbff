#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The resolver against a faulty name server, and against real ones. Nothing
may take longer than a message waits, and no answer may be wrong."""

import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import servers  # noqa: E402

BUILD = os.environ.get("top_builddir", ".")
QUICK = "timeout = 300ms; tries = 2; failure_ttl = 1s; ttl_min = 0; " \
        "breaker_pause = 300ms; breaker_pause_max = 1s; "
# What a message waits, and what a slow machine may need beyond that.
DEADLINE_MS, SLACK_S = 4000, 20
tests = []


def ok(passed, description, *notes):
    tests.append(bool(passed))
    print(f"{'ok' if passed else 'not ok'} {len(tests)} - {description}",
          flush=True)
    if not passed:
        for note in notes:
            print("#", note)


def equal(description, got, want):
    ok(got == want, description, f"got:    {got}", f"wanted: {want}")


def finish():
    print(f"1..{len(tests)}")


class Resolver:
    """tests/fact/resolver with a configuration of its own."""

    def __init__(self, port, options=QUICK):
        self.port = port
        self.process = servers.start(
            [BUILD + "/tests/fact/resolver", self.conf(options)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)

    def conf(self, options):
        return f"dns {{ resolvers = 127.0.0.1:{self.port}; {options} }}"

    def say(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        lines = []
        while True:
            line = self.process.stdout.readline()
            if line in ("\n", ""):
                return lines
            lines.append(line.rstrip("\n"))

    def ask(self, *questions, ms=DEADLINE_MS):
        """What stands behind name and type: "found 60 192.0.2.1"."""
        lines = self.say(f"ask {ms} " + ", ".join(questions))
        return [line.split(" ", 2)[2] for line in lines]

    def one(self, question, ms=DEADLINE_MS):
        return self.ask(question, ms=ms)[0]

    def counts(self):
        return {word: int(n) for word, n in
                (line.split() for line in self.say("counts"))}

    def end(self):
        """What it said to standard error; a sanitizer's report, too."""
        _, errors = self.process.communicate()
        servers.started.remove(self.process)
        ok(self.process.returncode == 0, "the resolver ended well", errors)
        return errors


def wait_until(condition):
    """Whether it becomes true, in a time that is long enough for all."""
    for _ in range(200):
        if condition():
            return True
        time.sleep(0.1)
    return False


# ---- every kind of answer ----

GOOD = "found 60 192.0.2.1"
# Names below bad.example, and what must come of them.
CASES = {
    "A good": GOOD,
    "A Good": GOOD,
    "TXT good": 'found 60 "text two"',
    "MX good": "found 60 10 mx.good.example",
    "AAAA good": "no_data 60",
    "A no": "no_name 60",
    "A nosoa": "no_name 0",
    "A nodata": "no_data 60",
    "A odd": "no_name 0",
    "A drop": "timed_out 0",
    "A firstdrop": GOOD,
    "A slow-100": GOOD,
    "A servfail": "failed 0",
    "A refused": "failed 0",
    "A notimp": "failed 0",
    "A formerr": "failed 0",
    "A wrongid": "timed_out 0",
    "A wrongid-then": GOOD,
    "A wrongquestion": "timed_out 0",
    "A wrongquestion-then": GOOD,
    "A wrongtype": "timed_out 0",
    "A wrongowner": GOOD,
    "A truncated": GOOD,
    "A truncatedalways": "failed 0",
    "A loop-2": "failed 0",
    "A loop-1": "failed 0",
    "A loop-30": "failed 0",
    "A chase": "failed 0",
    "A chain-6": "found 30 192.0.2.7",
    "A chain-16": "found 30 192.0.2.7",
    "A chain-40": "failed 0",
    "A whole-16": "found 60 192.0.2.8",
    "A whole-17": "failed 0",
    "A aliasnothing": "no_name 60",
    "A garbage": "timed_out 0",
    "A pointers-self": "failed 0",
    "A pointers-end": "failed 0",
    "A pointers-forward": "failed 0",
    "A brokendata": "failed 0",
    "A short": "failed 0",
    "A referral": "failed 0",
    "A noreplybit": "failed 0",
}


def question(case):
    kind, what = case.split()
    return f"{kind} {what}.bad.example"


def test_cases(faulty):
    r = Resolver(faulty.port, QUICK + "breaker_failures = 1000;")
    for case, want in CASES.items():
        began = time.monotonic()
        equal(case, r.one(question(case)), want)
        took = time.monotonic() - began
        ok(took < DEADLINE_MS / 1000 + SLACK_S, f"{case}: in time", took)
    r.end()

    r = Resolver(faulty.port, QUICK + "breaker_failures = 1000;")
    equal("all of them at once", r.ask(*map(question, CASES)),
          list(CASES.values()))
    r.end()


def test_many(faulty):
    r = Resolver(faulty.port)
    words = r.one("A many-1000.bad.example").split()
    equal("of 1,000 records 256 are taken", len(words[2:-1]), 256)
    equal("and it is said so", words[-1], "CUT")
    words = r.one("A many-256.bad.example").split()
    equal("256 are all", (len(words[2:]), words[-1]), (256, "10.0.0.255"))
    r.end()


# ---- deadlines, cache, coalescing ----

def test_late(faulty):
    r = Resolver(faulty.port, "timeout = 10s; tries = 1;")
    equal("what is slow is late for the message",
          r.ask("A slow-1500.bad.example", "A good.bad.example", ms=300),
          ["late 0", GOOD])
    ok(wait_until(lambda: r.counts()["late"] == 1), "it comes later")
    equal("for the next message it is there",
          r.one("A slow-1500.bad.example", ms=0), GOOD)
    r.end()


def test_cache(faulty):
    r = Resolver(faulty.port)
    before = faulty.tell("answers")[0]
    for _ in range(5):
        r.ask("A good.bad.example", "A GOOD.bad.example.",
              "A no.bad.example", "A servfail.bad.example")
    equal("answers, and that there are none, are asked for once",
          faulty.tell("answers")[0] - before >= 3 and r.counts()["sent"], 3)
    for version in 1, 2, 3:
        faulty.tell(f"version {version}")
        equal(f"a time to live of 0, version {version}",
              r.one("A changing.bad.example"), f"found 0 192.0.2.{version}")
    equal("other resolvers forget all", [
        r.say("configure dns { resolvers = 127.0.0.1:9; }"),
        r.one("A good.bad.example").split()[0]], [[], "failed"])
    r.end()


def test_coalescing(faulty):
    r = Resolver(faulty.port)
    before = faulty.tell("answers")[0]
    first = r.say("load 32 500 10000 slow-200.bad.example")
    counts = r.counts()
    equal("500 messages by 32 threads know all", first[0].split()[:2],
          ["known", "1500"])
    equal("each question was sent once", faulty.tell("answers")[0] - before,
          counts["sent"])
    equal("and counted once", counts["sent"] + counts["joined"]
          + counts["cached"], counts["questions"])
    # One that has come between two looks is asked for again.
    ok(251 <= counts["sent"] <= 260, "250 names and a text are few questions",
       counts)
    r.end()


# ---- lists that do not answer ----

def test_breaker(faulty):
    # Long enough that the pause is not over before the questions are.
    slow = QUICK.replace("300ms; breaker_pause_max = 1s",
                         "3s; breaker_pause_max = 3s")
    r = Resolver(faulty.port, slow + "breaker_failures = 3;")
    zone = "bad.example"
    for i in range(3):
        r.ask(f"A drop.{i}.{zone} {zone}")
    equal("a list that does not answer is left alone",
          r.one(f"A good.{zone} {zone}"), "suspended 0")
    equal("others are not", r.one(f"A good.{zone} good.example"), GOOD)
    equal("it is in the list of these", r.say("zones"),
          [f"{zone} silent it does not answer"])
    ok(wait_until(lambda: r.one(f"A no.{zone} {zone}") == "no_name 60"),
       "it is tried again")
    equal("then all is well", r.say("zones"), [])
    errors = r.end()
    equal("both was said once", errors.split("\n")[:2],
          [f"silent {zone} it does not answer", f"answers {zone} "])


def test_stale(faulty):
    r = Resolver(faulty.port, QUICK + "negative_ttl_max = 1s; ttl_max = 1s;"
                 "breaker_failures = 2;")
    zone = "bad.example"
    list_question = f"A listed.{zone} {zone}"
    other = f"A other.{zone}"
    equal("an answer of a list", r.one(list_question), GOOD)
    equal("one of somebody else", r.one(other), GOOD)
    time.sleep(1.1)
    faulty.tell("silent")
    equal("is used beyond its time when the list is silent",
          r.one(list_question), GOOD + " STALE")
    ok(r.one(other).split()[0] in ("timed_out", "suspended"),
       "other answers are not")
    equal("nor what was never known",
          r.one(f"A new.{zone} {zone}").split()[0] in
          ("timed_out", "suspended"), True)
    equal("also while it is left alone", r.one(list_question),
          GOOD + " STALE")
    faulty.tell("answers")
    ok(wait_until(lambda: r.one(list_question) == GOOD), "until it answers")
    r.end()

    r = Resolver(faulty.port, "timeout = 10s; tries = 1; ttl_max = 1s;"
                 "ttl_min = 0;")
    r.one(list_question)
    time.sleep(1.1)
    faulty.tell("silent")
    equal("also when the message cannot wait", r.one(list_question, ms=200),
          GOOD + " STALE")
    faulty.tell("answers")
    r.end()


def test_silence(faulty):
    """All of the resolver is away; and only what senders name is."""
    r = Resolver(faulty.port, QUICK + "breaker_failures = 2;")
    for i in range(6):
        r.ask(*(f"A drop.{i}.{k}.example" for k in range(10)))
    ok(wait_until(lambda: r.one("A good.bad.example") == GOOD),
       "names without an answer are not held against the resolver")
    equal("nothing is left alone", r.say("zones"), [])
    faulty.tell("silent")
    r.ask(*(f"A silent{i}.bad.example" for i in range(20)))
    ok(wait_until(lambda: r.say("zones") == [". silent it does not answer"]),
       "a resolver that does not know the root is left alone")
    began = time.monotonic()
    equal("then nobody waits", r.one("A unknown.bad.example", ms=60000),
          "suspended 0")
    ok(time.monotonic() - began < 30, "that is, not long")
    faulty.tell("answers")
    ok(wait_until(lambda: r.one("A again.bad.example") == GOOD),
       "until it answers")
    ok("resolver answers" in r.end(), "which is said")

    r = Resolver(servers.free_port(), QUICK + "breaker_failures = 1;")
    ok(wait_until(lambda: r.one("A good.bad.example") == "suspended 0"),
       "where nobody listens it is the same")
    r.end()


def test_suspend(faulty):
    r = Resolver(faulty.port)
    zone = "bad.example"
    equal("before", r.one(f"A good.{zone} {zone}"), GOOD)
    r.say(f"suspend {zone} 3 blocked: 127.255.255.254")
    r.say(f"suspend {zone} 3 blocked: 127.255.255.254")
    equal("nothing of it is used, remembered or not",
          r.ask(f"A good.{zone} {zone}", f"A new.{zone} {zone}",
                f"A new.{zone} other.example"),
          ["suspended 0", "suspended 0", "suspended 0"])
    equal("for questions of others it is",
          r.ask(f"A newer.{zone} other.example", f"A good.{zone}"),
          [GOOD, GOOD])
    equal("that can be seen", r.say("zones"),
          [f"{zone} suspended blocked: 127.255.255.254"])
    ok(wait_until(lambda: r.one(f"A good.{zone} {zone}") == GOOD),
       "for a while")
    errors = r.end()
    equal("and is said once", errors.split("\n")[:2],
          [f"suspended {zone} blocked: 127.255.255.254", f"resumed {zone} "])


def test_limits(faulty):
    r = Resolver(faulty.port, "in_flight_max = 16; timeout = 10s; tries = 1;")
    answers = r.ask(*(f"A slow-300.{i}.bad.example" for i in range(40)))
    equal("16 wait", sum(a == GOOD for a in answers), 16)
    equal("more are not asked", answers[16:], ["late 0"] * 24)
    equal("then others may", r.one("A slow-300.39.bad.example"), GOOD)
    r.end()
    r = Resolver(faulty.port, "cache_max = 100;")
    for i in range(20):
        r.ask(*(f"A n{i * 20 + k}.bad.example" for k in range(20)))
    sent = r.counts()["sent"]
    for i in range(20):
        r.ask(*(f"A n{i * 20 + k}.bad.example" for k in range(20)))
    ok(r.counts()["sent"] - sent >= 280, "the cache forgets", r.counts())
    r.end()


def test_threads(faulty):
    """Everything at once, for sanitizers."""
    r = Resolver(faulty.port, QUICK + "breaker_failures = 1000;"
                 "cache_max = 100; ttl_max = 1s;")
    names = ("good", "firstdrop", "truncated", "drop", "many-500",
             "wrongid-then", "chain-3", "garbage")
    for name in names:
        known = int(r.say(f"load 16 100 400 {name}.bad.example")[0].split()[1])
        ok(known <= 300, f"16 threads ask for {name}")
    r.end()


# ---- real servers ----

def test_real():
    if not servers.find("rbldnsd") or not servers.find("unbound"):
        ok(True, "real servers # SKIP no rbldnsd or no unbound")
        return
    port, folder = servers.rbldnsd({
        "ip.list.example": ("ip4set", "$TTL 60\n$SOA 60 ns.list.example "
                            "x.list.example 1 60 60 60 30\n"
                            ":127.0.0.2:$ is listed\n"
                            "127.0.0.2\n192.0.2.0/24\n!192.0.2.9\n"),
        "name.list.example": ("dnset", "$TTL 60\n:127.0.0.4:\n"
                              "spam.example\n.all.example\n"),
    })
    zones = "".join(f"""
	local-zone: "{zone}." transparent
stub-zone:
	name: "{zone}"
	stub-addr: 127.0.0.1@{port}
server:""" for zone in ("ip.list.example", "name.list.example"))
    resolver = servers.unbound(f"""
	local-zone: "sender.example." static
	local-data: "sender.example. 300 IN A 192.0.2.7"
	local-data: "sender.example. 300 IN MX 10 mx.sender.example."
	local-data: 'sender.example. 300 IN TXT "v=spf1 mx -all"'
	local-data: "www.sender.example. 300 IN CNAME sender.example."
	local-data: "six.sender.example. 300 IN AAAA 2001:db8::7"
	local-data-ptr: "192.0.2.7 300 mail.sender.example"
{zones}
""")
    r = Resolver(resolver, "")
    ip, name = "ip.list.example", "name.list.example"
    equal("a resolver and two lists", r.ask(
        f"A 7.2.0.192.{ip} {ip}", f"TXT 7.2.0.192.{ip} {ip}",
        f"A 9.2.0.192.{ip} {ip}", f"A 1.0.0.127.{ip} {ip}",
        f"A spam.example.{name} {name}", f"A x.all.example.{name} {name}",
        f"A ham.example.{name} {name}",
        "A sender.example", "MX sender.example", "TXT sender.example",
        "AAAA six.sender.example", "AAAA sender.example",
        "PTR 7.2.0.192.in-addr.arpa", "A no.sender.example"), [
            "found 60 127.0.0.2", 'found 60 "192.0.2.7 is listed"',
            "no_name 30", "no_name 30",
            "found 60 127.0.0.4", "found 60 127.0.0.4",
            "no_name 0",
            "found 300 192.0.2.7", "found 300 10 mx.sender.example",
            'found 300 "v=spf1 mx -all"', "found 300 2001:db8::7",
            "no_data 0", "found 300 mail.sender.example", "no_name 0"])
    r.end()

    r = Resolver(port, "ttl_max = 1s; ttl_min = 0; negative_ttl_max = 1s;")
    question = f"A 1.100.51.198.{ip} {ip}"
    equal("an address that is not listed", r.one(question), "no_name 30")
    with open(f"{folder}/{ip}", "a") as file:
        file.write("198.51.100.1\n")
    ok(wait_until(lambda: r.one(question) == "found 60 127.0.0.2"),
       "is found when it is, in the middle of all")
    r.end()


def main():
    if not os.access(BUILD + "/tests/fact/resolver", os.X_OK):
        print("1..0 # SKIP not built")
        return
    faulty = servers.Faulty()
    test_cases(faulty)
    test_many(faulty)
    test_late(faulty)
    test_cache(faulty)
    test_coalescing(faulty)
    test_breaker(faulty)
    test_stale(faulty)
    test_silence(faulty)
    test_suspend(faulty)
    test_limits(faulty)
    test_threads(faulty)
    test_real()
    finish()


if __name__ == "__main__":
    main()
