# SPDX-License-Identifier: Apache-2.0
"""Signed mails, and signatures that are broken in one way each."""
import re
from dataclasses import dataclass, field

from keys import Ed25519, Rsa, Zone, base64_text
from mails import COMMON, MAILS, TEXT, TWICE
from sign import (Signature, canonical_length, mail, plain_layout, signed)

FORMS = ["simple", "relaxed"]
DAY = 24 * 3600


@dataclass
class Vector:
    name: str
    raw: bytes
    want: list  # of each signature, from the top: whether it is valid
    chain: str = "none"
    # Who sees it otherwise, and why that is right or wrong.
    but: dict = field(default_factory=dict)


class Keys:
    def __init__(self, folder):
        self.rsa = Rsa(folder, "rsa", 2048)
        self.other = Rsa(folder, "other", 2048)
        self.ed25519 = Ed25519(folder, "ed25519")
        self.zone = Zone()
        self.zone.add("k1", self.rsa.record)
        self.zone.add("k2", self.other.record)
        self.zone.add("ed", self.ed25519.record)


NO_ED25519 = {"Mail::DKIM": "it has no Ed25519 (RFC 8463)"}
NO_LINE_END = {
    "simple": {"Mail::DKIM": "a missing line end is added, of simple bodies "
                             "too (RFC 6376 3.4.3)"},
    "relaxed": {"OpenDKIM": "a missing line end is added, of relaxed bodies "
                            "too (RFC 6376 3.4.4)"},
}
BARE_CR = {"OpenDKIM": "a CR alone ends no line, and stays (RFC 6376 3.4.4)"}
NOTHING_COVERED = {"Mail::DKIM": "l=0 is a length like others (RFC 6376 3.5)"}


# ---- valid signatures ---------------------------------------------------

def every_form(keys):
    """All mails, in all forms, by both algorithms."""
    for name, (fields, body) in MAILS.items():
        for header in FORMS:
            for form in FORMS:
                yield Vector(
                    f"{name}, {header}/{form}, rsa",
                    mail(*signed(fields, body,
                                 Signature(keys.rsa, header, form))),
                    [True], but=of_mail(name, form))
            yield Vector(
                f"{name}, {header}/{header}, ed25519",
                mail(*signed(fields, body,
                             Signature(keys.ed25519, header, header,
                                       selector="ed"))),
                [True], but={**NO_ED25519, **of_mail(name, header)})


def of_mail(name, form):
    if name == "no-final-line-end":
        return NO_LINE_END[form]
    return BARE_CR if name == "bare-cr" else {}


def lengths(keys):
    """l= of some of the body, of all of it, of none, of too much."""
    for name in ("plain", "white-space", "long-lines", "empty-body"):
        fields, body = MAILS[name]
        for form in FORMS:
            full = canonical_length(body, form)
            for length in sorted({0, 1, full // 2, full}):
                if length > full:
                    continue
                s = Signature(keys.rsa, "relaxed", form, length=length)
                but = {} if length else NOTHING_COVERED
                if not body and length == 1:
                    but = {"Mail::DKIM": "l= counts bytes of a line end too "
                                         "(RFC 6376 3.5)"}
                yield Vector(f"{name}, {form}, l={length} of {full}",
                             mail(*signed(fields, body, s)), [True], but=but)
                fields_2, body_2 = signed(fields, body, s)
                yield Vector(
                    f"{name}, {form}, l={length}, and more text",
                    mail(fields_2, body_2 + b"\r\nan offer\r\n"),
                    [True], but={} if length else NOTHING_COVERED)
    s = Signature(keys.rsa, "relaxed", "simple", tags={"l": b"10000"})
    yield Vector("l= is more than there is",
                 mail(*signed(COMMON, TEXT, s)), [False],
                 but={"dkimpy": LONGER, "Mail::DKIM": LONGER})


LONGER = "l= must not be larger than the body (RFC 6376 3.5)"


def coverage(keys):
    """What h= names: too much, twice, in another order, itself."""
    rsa = keys.rsa
    names = {
        "oversigned": [b"From", b"From", b"To", b"Subject", b"Date"],
        "of absent fields": [b"From", b"Cc", b"Reply-To", b"X-None"],
        "one of three": [b"From", b"Comments"],
        "two of three": [b"From", b"Comments", b"Received", b"Comments"],
        "all and one more": [b"Comments"] * 4 + [b"From"],
        "in capitals": [b"FROM", b"TO", b"SUBJECT"],
        "in small letters": [b"from", b"to", b"subject"],
        "only From": [b"From"],
    }
    for what, list_ in names.items():
        for form in FORMS:
            yield Vector(f"h= {what}, {form}",
                         mail(*signed(TWICE, TEXT,
                                      Signature(rsa, form, names=list_))),
                         [True])
    for form in FORMS:
        s = Signature(rsa, form, names=[b"To", b"Subject"])
        yield Vector(f"h= without From, {form}",
                     mail(*signed(COMMON, TEXT, s)), [False],
                     but=dict.fromkeys(("dkimpy", "Mail::DKIM"),
                                       "From must be covered (RFC 6376 "
                                       "6.1.1)"))
    yield Vector("h= with white space around names",
                 mail(*signed(COMMON, TEXT, Signature(
                     rsa, "relaxed", tags={
                         "h": b"From :\r\n\t To :  Subject : Date\r\n "
                              b": Message-ID"}))), [True])


def several(keys):
    rsa, ed25519 = keys.rsa, keys.ed25519
    both = [Signature(rsa, "relaxed", "relaxed"),
            Signature(ed25519, "relaxed", "simple", selector="ed")]
    yield Vector("two signatures of two algorithms",
                 mail(*signed(COMMON, TEXT, *both)), [True, True],
                 but=NO_ED25519)
    names = [f.split(b":")[0] for f in COMMON]
    over = Signature(keys.other, "simple", "simple", selector="k2",
                     names=[b"DKIM-Signature", *names])
    yield Vector("a signature that covers another",
                 mail(*signed(COMMON, TEXT, both[0], over)), [True, True])
    fields, body = signed(COMMON, TEXT, both[0], over)
    broken = [fields[0], fields[1].replace(b"c=relaxed", b"c=simple "),
              *fields[2:]]
    yield Vector("and that one is changed", mail(broken, body),
                 [False, False])
    self_covered = "a signature does not cover itself by h= (RFC 6376 3.5)"
    yield Vector("and both change places",
                 mail([fields[1], fields[0], *fields[2:]], body),
                 [True, True],
                 but=dict.fromkeys(("dkimpy", "Mail::DKIM", "OpenDKIM"),
                                   self_covered))
    bad = Signature(keys.other, "relaxed", selector="k1")
    yield Vector("the upper one is of another key",
                 mail(*signed(COMMON, TEXT, both[0], bad)), [False, True])


# ---- the field itself -----------------------------------------------------

def turned(pairs):
    """b= first, no space anywhere."""
    return b"b=" + pairs["b"] + b";" + b";".join(
        k.encode() + b"=" + v for k, v in pairs.items() if k != "b")


def spaced(pairs):
    return b"\r\n\t" + b" ;\r\n  ".join(
        k.encode() + b" =\r\n\t " + v + b" " for k, v in pairs.items())


def ended(pairs):
    return plain_layout(pairs) + b";"


def ended_wide(pairs):
    return plain_layout(pairs) + b" ; "


def in_the_middle(pairs):
    rest = [k.encode() + b"=" + v for k, v in pairs.items() if k != "b"]
    return b" " + b"; ".join([*rest[:4], b"b=" + pairs["b"], *rest[4:]])


LAYOUTS = {
    "b= first": (turned, {"dkimpy": "tags have no order (RFC 6376 3.2)"}),
    "white space around": (
        spaced, {"OpenDKIM": "white space goes with the value of b= (RFC 6376 "
                             "3.5)"}),
    "a ; at the end": (ended, {}),
    "a ; and blanks at the end": (
        ended_wide, {"dkimpy": "white space goes with the value of b=, up to "
                               "the \";\" and no farther (RFC 6376 3.5)"}),
    "b= in the middle": (in_the_middle, {}),
}


def layouts(keys):
    for what, (layout, but) in LAYOUTS.items():
        for form in FORMS:
            yield Vector(f"tags: {what}, {form}",
                         mail(*signed(COMMON, TEXT, Signature(
                             keys.rsa, form, layout=layout))), [True],
                         but=but)
    for name in (b"dkim-signature", b"DKIM-SIGNATURE"):
        for form in FORMS:
            yield Vector(f"the field is called {name.decode()}, {form}",
                         mail(*signed(COMMON, TEXT, Signature(
                             keys.rsa, form, name=name))), [True])


NEEDED = {"Mail::DKIM": "it must be there (RFC 6376 3.5)"}

# what: tags, whether it is valid, who sees it otherwise
TAGS = {
    "c= is not there": ({"c": None}, True, {}),
    "c=simple": ({"c": b"simple"}, True, {}),
    "v=2": ({"v": b"2"}, False, {}),
    "v= is not there": ({"v": None}, False, NEEDED),
    "v=1.0": ({"v": b"1.0"}, False, {}),
    "a= is not there": ({"a": None}, False, {}),
    "a= is unknown": ({"a": b"rsa-sha512"}, False, {}),
    "d= is not there": ({"d": None}, False, {}),
    "d= is of another": ({"d": b"example.net"}, False, {}),
    "d= is empty": ({"d": b""}, False, {}),
    "s= is not there": ({"s": None}, False, {}),
    "s= is of no key": ({"s": b"k9"}, False, {}),
    "bh= is not there": ({"bh": None}, False, NEEDED),
    "bh= is of another body": (
        {"bh": b"MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI="}, False, {}),
    "bh= is too short": ({"bh": b"MTIzNDU2Nzg5MA=="}, False, {}),
    "h= is empty": ({"h": b""}, False, {}),
    "b= is no base64": ({"b": b"*****"}, False, {}),
    "b= is of nothing": ({"b": b"MTIzNDU2Nzg5MA=="}, False, {}),
    "c= is unknown": ({"c": b"strict/simple"}, False, {}),
    "q=dns/txt": ({"q": b"dns/txt"}, True, {}),
    "q= is unknown": ({"q": b"finger/txt"}, False, {}),
    "i= is d=": ({"i": b"@example.com"}, True, {}),
    "i= is below d=": ({"i": b"anna@mail.example.com"}, True, {}),
    "i= in capitals": ({"i": b"anna@Example.COM"}, True, {}),
    "i= is of another": ({"i": b"anna@example.net"}, False, {}),
    "i= only ends like d=": ({"i": b"anna@notexample.com"}, False, {}),
    "i= is above d=": ({"i": b"anna@com"}, False, {}),
    "i= is quoted": ({"i": b"a=20b@example.com"}, True, {}),
    "l= is no number": ({"l": b"ten"}, False, {}),
    "l= is negative": ({"l": b"-1"}, False, {}),
    "t= is no number": (
        {"t": b"today"}, False,
        {"Mail::DKIM": "what breaks the grammar is an error (RFC 6376 6.1.1)"
         }),
    "x= is no number": ({"x": b"never"}, False, {}),
    "x= is before t=": ({"t": b"1700000100", "x": b"1700000000"}, False, {}),
    "z= is there": ({"z": b"From:anna@example.com|Subject:x"}, True, {}),
    "a tag is unknown": ({"zz": b"whatever / it : is"}, True, {}),
    "a tag is in capitals": ({"B": b"x"}, True, {}),
    "s= has dots": ({"s": b"two.k1"}, True, {}),
}


def tags(keys, now):
    keys.zone.add("two.k1", keys.rsa.record)
    table = {
        **TAGS,
        "t= is now": ({"t": str(now).encode()}, True, {}),
        "t= is ten days ahead": (
            {"t": str(now + 10 * DAY).encode()}, False,
            {"Mail::DKIM": "it need not be refused (RFC 6376 3.5)"}),
        "x= is tomorrow": ({"x": str(now + DAY).encode()}, True, {}),
        "x= was ten days ago": (
            {"x": str(now - 10 * DAY).encode()}, False, {}),
    }
    for what, (changed, good, but) in table.items():
        yield Vector(f"tags: {what}",
                     mail(*signed(COMMON, TEXT, Signature(
                         keys.rsa, tags=changed))), [good], but=but)
    twice = Signature(keys.rsa,
                      layout=lambda p: plain_layout(p) + b"; d=example.com")
    yield Vector("tags: d= is there twice",
                 mail(*signed(COMMON, TEXT, twice)), [False],
                 but=dict.fromkeys(("Mail::DKIM", "OpenDKIM"),
                                   "such a list is invalid (RFC 6376 3.2)"))
    noise = Signature(keys.rsa,
                      layout=lambda p: b" noise;" + plain_layout(p))
    yield Vector("tags: one has no =", mail(*signed(COMMON, TEXT, noise)),
                 [False])


# ---- keys -------------------------------------------------------------

def key_records(keys, folder):
    rsa = base64_text(keys.rsa.public)
    ed25519 = base64_text(keys.ed25519.public)
    # what: record, whether it is valid, who sees it otherwise
    records = {
        "only p=": ("p=" + rsa, True, {}),
        "k= is not there": ("v=DKIM1; p=" + rsa, True, {}),
        "notes": ("v=DKIM1; n=a note; p=" + rsa, True, {}),
        "unknown tags": ("v=DKIM1; zz=1; p=" + rsa + "; yy=x", True, {}),
        "a ; at the end": ("v=DKIM1; p=" + rsa + ";", True, {}),
        "blanks in p=": ("v=DKIM1; p=" + rsa[:90] + "  " + rsa[90:], True,
                         {}),
        "g=*": ("v=DKIM1; g=*; k=rsa; p=" + rsa, True, {}),
        "h=sha256": ("v=DKIM1; h=sha256; p=" + rsa, True, {}),
        "h=sha1:sha256": ("v=DKIM1; h=sha1:sha256; p=" + rsa, True, {}),
        "h=sha1": ("v=DKIM1; h=sha1; p=" + rsa, False,
                   {"dkimpy": "h= names the hashes (RFC 6376 3.6.1)"}),
        "s=email": ("v=DKIM1; s=email; p=" + rsa, True, {}),
        "s=*": ("v=DKIM1; s=*; p=" + rsa, True, {}),
        "s=other:email": ("v=DKIM1; s=other:email; p=" + rsa, True,
                          {"dkimpy": "s= is a list (RFC 6376 3.6.1)"}),
        "s=other": ("v=DKIM1; s=other; p=" + rsa, False, {}),
        "t=y": ("v=DKIM1; t=y; p=" + rsa, True, {}),
        "t=s": ("v=DKIM1; t=s; p=" + rsa, True, {}),
        "v=DKIM2": ("v=DKIM2; p=" + rsa, False, {}),
        "v= is not the first": ("k=rsa; v=DKIM1; p=" + rsa, True, {}),
        "k= is unknown": ("v=DKIM1; k=dsa; p=" + rsa, False, {}),
        "p= is empty": ("v=DKIM1; k=rsa; p=", False, {}),
        "p= is not there": ("v=DKIM1; k=rsa", False, {}),
        "p= is no key": ("v=DKIM1; k=rsa; p=aGVsbG8gd29ybGQ=", False, {}),
        "p= is of another": (keys.other.record, False, {}),
        "p= is cut": ("v=DKIM1; p=" + rsa[:200], False, {}),
        "p= is of Ed25519": ("v=DKIM1; k=ed25519; p=" + ed25519, False, {}),
        "text without tags": ("here was a key", False, {}),
        "bare RSAPublicKey": ("v=DKIM1; p=" + base64_text(keys.rsa.bare),
                              True, dict.fromkeys(
                                  ("Mail::DKIM", "OpenDKIM"),
                                  "this is how the RFC has it (RFC 6376 "
                                  "3.6.1)")),
    }
    for i, (what, (record, good, but)) in enumerate(records.items()):
        selector = f"record{i}"
        keys.zone.add(selector, record)
        yield Vector(f"key: {what}",
                     mail(*signed(COMMON, TEXT, Signature(
                         keys.rsa, selector=selector))), [good], but=but)
    keys.zone.add("strict", "v=DKIM1; t=s; p=" + rsa)
    yield Vector("key: t=s, and i= below d=",
                 mail(*signed(COMMON, TEXT, Signature(
                     keys.rsa, selector="strict",
                     tags={"i": b"@mail.example.com"}))), [False],
                 but={"dkimpy": "i= must be of d= itself (RFC 6376 3.6.1)"})
    keys.zone.add("several", [keys.other.record, keys.rsa.record])
    yield Vector("key: there are two",
                 mail(*signed(COMMON, TEXT, Signature(
                     keys.rsa, selector="several"))), [False])
    for bits, good in ((512, False), (768, False), (1024, True),
                       (3072, True), (4096, True)):
        key = Rsa(folder, f"rsa{bits}", bits)
        keys.zone.add(f"rsa{bits}", key.record)
        yield Vector(f"key: of {bits} bits",
                     mail(*signed(COMMON, TEXT, Signature(
                         key, selector=f"rsa{bits}"))), [good])
    old = Signature(keys.rsa, sha="sha1", tags={"a": b"rsa-sha1"})
    yield Vector("rsa-sha1", mail(*signed(COMMON, TEXT, old)), [False])
    crossed = Signature(keys.rsa, selector="ed")
    yield Vector("an RSA signature, and a key of Ed25519",
                 mail(*signed(COMMON, TEXT, crossed)), [False])
    crossed = Signature(keys.ed25519, selector="k1")
    yield Vector("a signature of Ed25519, and an RSA key",
                 mail(*signed(COMMON, TEXT, crossed)), [False])


# ---- what happens on the way ----------------------------------------------

# what: change, then valid as simple/simple, relaxed/relaxed
CHANGES = {
    "a word of the body": (lambda m: m.replace(b"here", b"hear"), (0, 0)),
    "a byte of the subject": (lambda m: m.replace(b"minutes of", b"minuteS of"),
                              (0, 0)),
    "the value of From": (lambda m: m.replace(b"anna@", b"mallory@"), (0, 0)),
    "blanks in the body": (lambda m: m.replace(b"they are", b"they  are"),
                           (0, 1)),
    "blanks at the end of a line": (
        lambda m: m.replace(b"are.\r\n", b"are. \t\r\n"), (0, 1)),
    "a blank at the beginning of a line": (
        lambda m: m.replace(b"here they", b" here they"), (0, 0)),
    "a space lost": (lambda m: m.replace(b"they are", b"theyare"), (0, 0)),
    "blanks in the subject": (
        lambda m: m.replace(b"The minutes", b"The \t minutes"), (0, 1)),
    "a fold in the subject": (
        lambda m: m.replace(b"The minutes", b"The\r\n\tminutes"), (0, 1)),
    "capitals in a name": (lambda m: m.replace(b"\nSubject:",
                                                b"\nSUBJECT:"), (0, 1)),
    "no space after a colon": (lambda m: m.replace(b"Subject: ", b"Subject:"),
                               (0, 1)),
    "a blank line at the end": (lambda m: m + b"\r\n", (1, 1)),
    "many blank lines at the end": (lambda m: m + b"\r\n" * 50, (1, 1)),
    "blanks in a line at the end": (lambda m: m + b" \t \r\n", (0, 1)),
    "a blank line in the middle": (
        lambda m: m.replace(b"are.\r\n", b"are.\r\n\r\n"), (0, 0)),
    "a footer": (lambda m: m + b"-- \r\nlist info\r\n", (0, 0)),
    "no line end at the end": (lambda m: m[:-2], (1, 1)),
    "an empty body": (lambda m: m.split(b"\r\n\r\n")[0] + b"\r\n\r\n",
                      (0, 0)),
    "a field of another name on top": (lambda m: b"X-New: x\r\n" + m, (1, 1)),
    "another Subject on top": (lambda m: b"Subject: offer\r\n" + m, (1, 1)),
    "another Subject at the bottom": (
        lambda m: m.replace(b"\r\n\r\n", b"\r\nSubject: offer\r\n\r\n", 1),
        (0, 0)),
    "no Subject": (lambda m: re.sub(rb"Subject:.*\r\n", b"", m), (0, 0)),
    "line ends without CR": (lambda m: m.replace(b"\r\n", b"\n"), (1, 1)),
    "h= of the signature": (lambda m: m.replace(b"h=From:To", b"h=To:From"),
                            (0, 0)),
    "blanks in the signature": (lambda m: m.replace(b"v=1; ", b"v=1;  ").
                                replace(b"v=1;\r\n\t", b"v=1;\r\n\t\t"),
                                (0, 1)),
    "folds in b=": (lambda m: m.replace(b"\r\n\t ", b"\r\n   "), (1, 1)),
    "d= of the signature": (lambda m: m.replace(b"d=example.com",
                                                b"d=example.net"), (0, 0)),
}


def changes(keys):
    for what, (change, good) in CHANGES.items():
        for form, is_good in zip(FORMS, good):
            raw = mail(*signed(COMMON, TEXT,
                               Signature(keys.rsa, form, form)))
            assert change(raw) != raw, what
            but = {}
            if what == "no line end at the end":
                but = NO_LINE_END[form]
            yield Vector(f"changed: {what}, {form}", change(raw),
                         [bool(is_good)], but=but)
    names = [b"From", b"From", b"To", b"Subject", b"Subject"]
    for form in FORMS:
        raw = mail(*signed(COMMON, TEXT, Signature(keys.rsa, form,
                                                   names=names)))
        yield Vector(f"oversigned, and another Subject on top, {form}",
                     b"Subject: offer\r\n" + raw, [False])
        yield Vector(f"oversigned, and another From on top, {form}",
                     b"From: mallory@example.net\r\n" + raw, [False])
        raw = mail(*signed(TWICE, TEXT, Signature(keys.rsa, form)))
        lines = raw.split(b"\r\nComments: ")
        turned_round = b"\r\nComments: ".join(
            [lines[0], lines[2], lines[1], *lines[3:]])
        yield Vector(f"two fields of a name change places, {form}",
                     turned_round, [False])
        flipped = re.sub(rb"b=(.)", lambda m: b"b=" + (
            b"A" if m[1] != b"A" else b"B"), raw, count=1)
        yield Vector(f"changed: the first letter of b=, {form}", flipped,
                     [False])


def all_vectors(keys, folder, now):
    yield from every_form(keys)
    yield from lengths(keys)
    yield from coverage(keys)
    yield from several(keys)
    yield from layouts(keys)
    yield from tags(keys, now)
    yield from key_records(keys, folder)
    yield from changes(keys)
