# SPDX-License-Identifier: Apache-2.0
"""Made-up answers to all questions, each a function of the question alone."""
import hashlib
import re

# What lists answer with, and by what they refuse to.
CODES = {
    "zen.spamhaus.org": "127.0.0.2 127.0.0.3 127.0.0.4 127.0.0.10 127.0.0.11",
    "dbl.spamhaus.org": "127.0.1.2 127.0.1.4 127.0.1.5 127.0.1.102 127.0.1.104",
    "multi.uribl.com": "127.0.0.2 127.0.0.4 127.0.0.8 127.0.0.14",
    "multi.surbl.org": "127.0.0.8 127.0.0.16 127.0.0.64 127.0.0.128",
    "list.dnswl.org": "127.0.5.0 127.0.5.1 127.0.10.2 127.0.3.3",
    "bl.mailspike.net": "127.0.0.2 127.0.0.10 127.0.0.11 127.0.0.12",
    "wl.mailspike.net": "127.0.0.17 127.0.0.18 127.0.0.19 127.0.0.20",
    "iadb.isipp.com": "127.0.0.1 127.0.1.255 127.2.255.1 127.3.100.7 "
                      "127.101.201.10",
    "psbl.surriel.com": "127.0.0.2",
    "bl.score.senderscore.com": "127.0.0.4",
    "dob.sibl.support-intelligence.net": "127.0.0.2",
    "fresh.fmb.la": "127.2.0.2 127.2.0.14 127.2.0.28",
    "rbl.list.example": "127.0.0.2 127.0.0.4 127.0.0.8 127.0.0.9 192.0.2.1",
    "names.list.example": "127.0.0.2 127.0.0.4 127.0.0.6 10.0.0.2",
    "hash.list.example": "127.0.0.2 127.0.0.9 126.0.0.1",
}
REFUSALS = {
    "zen.spamhaus.org": "127.255.255.254 127.255.255.255",
    "dbl.spamhaus.org": "127.0.1.255 127.255.255.255",
    "multi.uribl.com": "127.0.0.1",
    "multi.surbl.org": "127.0.0.1",
    "list.dnswl.org": "127.0.0.255",
    "fresh.fmb.la": "127.255.255.255",
}
TEXTS = {
    "sa-accredit.habeas.com": ["yes"],
    "sa-trusted.bondedsender.org": ["yes"],
    "bl.spamcop.net": ["Blocked - see SpamCop", "other"],
    "txt.list.example": ["a spam source", "listed"],
}
SERVERS, SERVERS_REVERSED = "198.100", ".100.198."  # of name servers
# Signatures and policies are checked elsewhere.
NEVER = ("_domainkey", "_dmarc", "_adsp", "_vouch")


def draw(*what):
    """A number that hangs on the words alone."""
    words = "\0".join(what).encode("latin-1", "replace")
    return int.from_bytes(hashlib.sha256(words).digest()[:6], "big")


def of_list(name, kind, zone):
    chance = draw(name, "listed") % 100
    if name.endswith(SERVERS_REVERSED + zone):
        chance *= 5  # or else nearly all mails have such hosts
    if kind == "A" and zone in CODES and chance < 35:
        codes = CODES[zone].split()
        first = draw(name, "code")
        if zone in REFUSALS and draw(name, "refused") % 25 == 0:
            codes = REFUSALS[zone].split()
        return list(dict.fromkeys(
            codes[(first + i) % len(codes)]
            for i in range(1 + (chance % 5 == 0))))
    if kind == "TXT" and zone in TEXTS and chance < 35:
        texts = TEXTS[zone]
        return [texts[draw(name, "text") % len(texts)]]
    return None


def of_host(name, kind):
    """Hosts exist, most of them, and have one of a few name servers."""
    number = draw(name.split(".", name.count(".") - 1)[-1])
    if number % 10 == 0:
        return None
    if kind == "NS":
        return [f"ns{i}.host{number % 97}.net" for i in (1, 2)]
    if kind == "A":
        number = draw(name, "A")
        net = SERVERS if re.match(r"ns\d\.host\d+\.net$", name) else \
            f"198.{101 + number % 50}"
        return [f"{net}.{number // 50 % 256}.{1 + number // 12800 % 250}"]
    if kind == "MX" and number % 3:
        return ["10 mx." + name]
    if kind == "TXT" and number % 4 == 1:
        return ["v=spf1 +all"]
    return []


def answer(name, kind):
    if name.startswith(NEVER) or any("." + word in name for word in NEVER):
        return None
    for zone in (*CODES, *TEXTS):
        if name.endswith("." + zone):
            return of_list(name, kind, zone)
    return of_host(name, kind)


def line(name, kind):
    """An answer in the form of src/fact/answer.h."""
    values = answer(name, kind)
    quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if not values:
        return f"{quoted} {kind} {'no_name' if values is None else 'no_data'}"\
            " 60\n"
    words = " ".join(f'"{value}"' if kind == "TXT" else value
                     for value in values)
    return f"{quoted} {kind} found 60 {words}\n"
