# SPDX-License-Identifier: Apache-2.0
"""Chains (RFC 8617), whole and broken, made after its words and by others."""
import base64
import re
from pathlib import Path

import dkim

import signers
from mails import COMMON, MAILS, TEXT
from sign import (Signature, fold, mail, plain_layout, relaxed_field, signed)
from vectors import Vector

RESULTS = b"mx.example.com; spf=pass smtp.mailfrom=anna@example.com"
AAR, AMS, SEAL = (b"ARC-Authentication-Results", b"ARC-Message-Signature",
                  b"ARC-Seal")


class Chain:
    """A mail that goes through servers, each of which adds its set on top."""

    def __init__(self, key, fields=None, body=TEXT):
        self.key, self.body = key, body
        self.fields = list(COMMON if fields is None else fields)
        self.sets = []

    def add(self, cv=None, ams=(), seal=(), form="relaxed", instance=None):
        i = instance or len(self.sets) + 1
        number = str(i).encode()
        cv = cv or (b"none" if i == 1 else b"pass")
        results = AAR + b": i=" + number + b"; " + RESULTS
        names = [f.split(b":")[0] for f in COMMON]
        message = Signature(
            self.key, form, form, names=names, name=AMS,
            selector=self.selector(),
            tags={"v": None, "i": number, **dict(ams)},
            layout=instance_first).field(self.fields, self.body)
        sealed = self.seal(number, cv, [results, message], seal)
        self.sets.append([results, message, sealed])
        self.fields = [sealed, message, results, *self.fields]
        return self

    def selector(self):
        return "ed" if self.key.algorithm.startswith("ed") else "k1"

    def seal(self, number, cv, new, tags):
        pairs = {"i": number, "a": self.key.algorithm.encode(), "cv": cv,
                 "d": b"example.com", "s": self.selector().encode(),
                 "t": b"1700000000", "b": b"", **dict(tags)}
        pairs = {k: v for k, v in pairs.items() if v is not None}
        before = [] if cv == b"fail" else self.sets
        covered = [f for set_ in before for f in set_] + new
        text = b"".join(relaxed_field(f) + b"\r\n" for f in covered)
        text += relaxed_field(SEAL + b":" + plain_layout(pairs))
        pairs["b"] = fold(base64.b64encode(self.key.sign(text)))
        return SEAL + b":" + plain_layout(pairs)

    def mail(self):
        return mail(self.fields, self.body)


def instance_first(pairs):
    return plain_layout({"i": pairs["i"], **pairs})


def whole(keys):
    for name in ("plain", "folded", "eight-bit", "empty-body", "twice"):
        for n in (1, 2, 3):
            chain = Chain(keys.rsa, *MAILS[name])
            for _ in range(n):
                chain.add()
            yield Vector(f"chain: {name}, {n} sets", chain.mail(), [], "pass")
    chain = Chain(keys.rsa)
    for _ in range(8):
        chain.add()
    yield Vector("chain: 8 sets", chain.mail(), [], "pass")
    fields, body = signed(COMMON, TEXT, Signature(keys.rsa, "relaxed"))
    yield Vector("chain: and a DKIM signature",
                 Chain(keys.rsa, fields, body).add().add().mail(), [True],
                 "pass")
    shuffled = Chain(keys.rsa).add().add()
    shuffled.fields = sorted(shuffled.fields[:6]) + shuffled.fields[6:]
    yield Vector("chain: its fields in another order", shuffled.mail(), [],
                 "pass", but={"dkimpy": "sets have the order of their numbers "
                                        "(RFC 8617 5.1.1)"})


# what: change of a chain of two sets, what it is worth then
BROKEN = {
    "the body": (lambda m: m.replace(b"here", b"hear"), "fail"),
    "the subject": (lambda m: m.replace(b"minutes of", b"minuteS of"),
                    "fail"),
    "a field of another name": (lambda m: b"X-New: x\r\n" + m, "pass"),
    "blanks in the subject": (
        lambda m: m.replace(b"The minutes", b"The  minutes"), "pass"),
    "blanks in a seal": (
        lambda m: m.replace(b"ARC-Seal: i=2;", b"ARC-Seal:   i=2;"), "pass"),
    "the results of the first set": (
        lambda m: m.replace(b"i=1; mx.example.com; spf=pass",
                            b"i=1; mx.example.com; spf=fail"), "fail"),
    "the results of the second set": (
        lambda m: m.replace(b"i=2; mx.example.com; spf=pass",
                            b"i=2; mx.example.com; spf=fail"), "fail"),
    "cv= of the first seal": (lambda m: m.replace(b"cv=none", b"cv=pass"),
                              "fail"),
    "cv= of the second seal": (lambda m: m.replace(b"cv=pass", b"cv=none"),
                               "fail"),
    "cv=fail of the second seal": (
        lambda m: m.replace(b"cv=pass", b"cv=fail"), "fail"),
    "the time of a seal": (
        lambda m: m.replace(b"t=1700000000", b"t=1700000001"), "fail"),
}
for instance in (b"1", b"2"):
    for field in (AAR, AMS, SEAL):
        what = f"without {field.decode()} i={instance.decode()}"
        start = b"(?m:^)" + field + b": i=" + instance
        BROKEN[what] = (
            lambda m, p=start: re.sub(p + rb".*\r\n([ \t].*\r\n)*", b"", m),
            "fail")
        what = f"{field.decode()} i={instance.decode()} twice"
        BROKEN[what] = (
            lambda m, p=start: re.sub(b"(" + p + rb".*\r\n([ \t].*\r\n)*)",
                                      rb"\1\1", m), "fail")
        what = f"{field.decode()} i={instance.decode()} becomes i=3"
        BROKEN[what] = (
            lambda m, p=start, f=field: re.sub(p, f + b": i=3", m), "fail")


def broken(keys):
    raw = Chain(keys.rsa).add().add().mail()
    for what, (change, worth) in BROKEN.items():
        assert change(raw) != raw, what
        yield Vector(f"chain of two, changed: {what}", change(raw), [], worth)


def signed_wrong(keys):
    """Valid signatures in chains that are not."""
    rsa = keys.rsa
    for what, chain in {
            "the first says cv=pass": Chain(rsa).add(cv=b"pass"),
            "the first says cv=fail": Chain(rsa).add(cv=b"fail"),
            "the second says cv=none": Chain(rsa).add().add(cv=b"none"),
            "the second says cv=fail": Chain(rsa).add().add(cv=b"fail"),
            "cv= is unknown": Chain(rsa).add(cv=b"maybe"),
            "cv= is not there": Chain(rsa).add(seal={"cv": None}),
            "a seal has h=": Chain(rsa).add(seal={"h": b"from"}),
            "a seal without d=": Chain(rsa).add(seal={"d": None}),
            "a seal of another key": Chain(rsa).add(seal={"s": b"k2"}),
            "a seal of no key": Chain(rsa).add(seal={"s": b"k9"}),
            "a message signature of no key": Chain(rsa).add(
                ams={"s": b"k9"}),
            "it covers a seal": Chain(rsa).add().add(
                ams={"h": b"From:Subject:ARC-Seal"}),
            "it covers no From": Chain(rsa).add(ams={"h": b"Subject"}),
            "the first is the second": Chain(rsa).add(instance=2),
            "the third is missing": Chain(rsa).add().add().add(instance=4),
            "i=51": Chain(rsa).add(instance=51)}.items():
        but = {}
        if what == "a seal has h=":
            but = {"Mail::DKIM": "h= is not allowed there (RFC 8617 4.1.3)"}
        yield Vector(f"chain: {what}", chain.mail(), [], "fail", but=but)


def forwarded(keys):
    """A server changes the mail before it adds its set."""
    chain = Chain(keys.rsa).add()
    chain.body += b"-- \r\nlist info\r\n"
    yield Vector("chain: a footer before the second set",
                 chain.add().mail(), [], "pass")
    chain.body += b"another\r\n"
    yield Vector("chain: a footer after the second set", chain.mail(), [],
                 "fail")
    chain.add()
    yield Vector("chain: and before the third", chain.mail(), [], "pass")


def by_others(keys, folder):
    raw = mail([b"Authentication-Results: " + RESULTS, *COMMON], TEXT)
    once = by_dkimpy(keys, raw)
    yield Vector("chain: by dkimpy", once, [], "pass")
    yield Vector("chain: by dkimpy, body changed",
                 once.replace(b"here", b"hear"), [], "fail")
    named = b"Authentication-Results: mx.example.com; arc=pass\r\n"
    yield Vector("chain: by dkimpy twice", by_dkimpy(keys, named + once), [],
                 "pass")
    file = folder / "chain"
    file.write_bytes(raw)
    signers.sign(keys, "arc none", [file])
    other = Path(f"{file}.signed").read_bytes()
    yield Vector("chain: by Mail::DKIM", other, [], "pass")
    yield Vector("chain: by Mail::DKIM, subject changed",
                 other.replace(b"minutes of", b"hours of"), [], "fail")
    file.write_bytes(named + once)
    signers.sign(keys, "arc pass", [file])
    yield Vector("chain: by dkimpy, then Mail::DKIM",
                 Path(f"{file}.signed").read_bytes(), [], "pass")
    yield Vector("chain: by Mail::DKIM, then dkimpy",
                 by_dkimpy(keys, named + other), [], "pass")


def by_dkimpy(keys, raw):
    fields = dkim.ARC(raw).sign(b"k1", b"example.com",
                                keys.rsa.file.read_bytes(), b"mx.example.com")
    return b"".join(fields) + raw


def all_chains(keys, folder):
    yield from whole(keys)
    yield from broken(keys)
    yield from signed_wrong(keys)
    yield from forwarded(keys)
    yield from by_others(keys, folder)
