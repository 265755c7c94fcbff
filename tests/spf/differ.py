#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Random records, judged by tamis and by pyspf (Debian's python3-spf).

    differ.py [-n CHECKS] [--seed N]

Domains have records made of the grammar of RFC 7208, a few of them damaged,
over a small world of hosts, so that things match often. Each result that is
not the same must be one of the ways in which pyspf is known to differ from
RFC 7208 (difference()); anything else fails the test. Prints TAP.
"""
import argparse
import random
import sys
from collections import Counter

from zones import judge

sys.path.append("/usr/lib/python3/dist-packages")
HOSTS, DOMAINS = 12, 150


# ---- a small world ------------------------------------------------------

def ip4(r):
    return f"192.0.2.{r.randrange(16)}"


def ip6(r):
    return f"2001:db8::{r.randrange(16):x}"


def host(r):
    return r.choice([f"h{r.randrange(HOSTS)}.example.org"] * 6 +
                    ["gone.example.org", "empty.example.org",
                     "late.example.org", "alias.example.org"])


def domain(r):
    return r.choice([f"d{r.randrange(DOMAINS)}.example.net"] * 20 +
                    ["gone.example.org", "h1.example.org",
                     "late.example.org", "twice.example.net"])


def macro(r):
    letter = r.choice("slodihpv" if r.random() < 0.1 else "slodihv")
    digits = r.choice(["", "", "", "1", "2", "3"])
    return "%{" + letter + digits + r.choice(["", "", "r"]) + \
        r.choice(["", "", "", "-", "+.-"]) + "}"


def spec(r, plain):
    """A domain-spec."""
    kind = r.random()
    if kind < 0.8:
        return plain(r)
    if kind < 0.9:
        return "%{d}" if r.random() < 0.5 else "h%{l1r-}.example.org"
    return r.choice([macro(r) + ".example.org", macro(r) + macro(r) + ".org",
                     "%%x." + macro(r), "h%_1.example.org", macro(r)])


def bits(r):
    return r.choice(["", "", "", "/24", "/28", "/31", "/32", "//124", "//64",
                     "/30//126", "/0", "//128", "//0"])


def mechanism(r, depth_left):
    kind = r.randrange(100)
    if kind < 25:
        return "ip4:" + ip4(r) + r.choice(["", "", "/32", "/30", "/24", "/0"])
    if kind < 33:
        return "ip6:" + ip6(r) + r.choice(["", "", "/128", "/124", "/64"])
    if kind < 45:
        return "a" + r.choice(["", ":" + spec(r, host)]) + bits(r)
    if kind < 55:
        return "mx" + r.choice(["", ":" + spec(r, mx_domain)]) + bits(r)
    if kind < 60:
        return "ptr" + r.choice(["", ":" + spec(r, host), ":example.org"])
    if kind < 70:
        return "exists:" + spec(r, host)
    if kind < 90 and depth_left:
        return "include:" + spec(r, domain)
    return "a:" + host(r)


def mx_domain(r):
    return r.choice([f"m{r.randrange(6)}.example.org"] * 4 +
                    ["mx11.example.org", "nullmx.example.org",
                     "gone.example.org", "late.example.org"])


def damage(r, text):
    at = r.randrange(len(text))
    return r.choice([
        text[:at] + text[at + 1:],
        text[:at] + r.choice(":/%{}=.-0a \t,~é") + text[at:],
        text[:at] + text[at:] * 2])


def record(r):
    terms = [r.choice(["", "", "", "", "+", "-", "~", "?"]) +
             mechanism(r, True) for _ in range(r.randrange(6))]
    end = r.random()
    if end < 0.55:
        terms.append(r.choice("-~?+") + "all")
    elif end < 0.75:
        terms.append("redirect=" + spec(r, domain))
    if r.random() < 0.2:
        terms.insert(r.randrange(len(terms) + 1),
                     "exp=" + spec(r, lambda r: "why.example.org"))
    if r.random() < 0.05:
        terms.append("x-unknown=" + macro(r))
    text = "v=spf1 " + " ".join(terms)
    return damage(r, text) if r.random() < 0.1 else text


def world(r):
    zone = {
        "empty.example.org": [("TXT", ["nothing of use"])],
        "late.example.org": ["TIMEOUT"],
        "alias.example.org": [("CNAME", "h1.example.org")],
        "why.example.org": [("TXT", ["%{i} is not %{d}'s: %{s}"])],
        "twice.example.net": [("TXT", ["v=spf1 +all"]),
                              ("TXT", ["v=spf1 -all"])],
        "nullmx.example.org": [("MX", (0, "."))],
        "mx11.example.org": [("MX", (i, f"h{i}.example.org"))
                             for i in range(11)],
    }
    for i in range(HOSTS):
        zone[f"h{i}.example.org"] = \
            [("A", ip4(r)) for _ in range(r.randrange(3))] + \
            [("AAAA", ip6(r)) for _ in range(r.randrange(3))]
    for i in range(6):
        zone[f"m{i}.example.org"] = [("MX", (10 * j, host(r)))
                                     for j in range(1 + r.randrange(4))]
    for i in range(16):
        zone[f"{i}.2.0.192.in-addr.arpa"] = \
            [("PTR", host(r)) for _ in range(r.randrange(4))]
    for i in range(DOMAINS):
        zone[f"d{i}.example.net"] = [("TXT", [record(r)])] + \
            [("A", ip4(r)) for _ in range(r.randrange(2))] + \
            [("MX", (10, host(r))) for _ in range(r.randrange(2))]
    return zone


def checks_of(r, count):
    for _ in range(count):
        sender = r.choice(["1-2", "user", "a.b-c+d", ""]) + \
            f"@d{r.randrange(DOMAINS)}.example.net"
        yield (r.choice([ip4, ip4, ip6])(r),
               r.choice([sender] * 9 + [""]),
               f"d{r.randrange(DOMAINS)}.example.net")


# ---- pyspf ----------------------------------------------------------------

def pyspf_query(spf):
    """pyspf, with what it does otherwise than RFC 7208 put right."""

    class Query(spf.query):
        def __init__(self, **args):
            super().__init__(**args)
            if self.s.startswith("@"):  # section 4.3
                self.s = "postmaster" + self.s

        def dns(self, name, qtype, cnames=None, ignore_void=False):
            # An alias that leads nowhere is one question without records.
            return super().dns(name, qtype, cnames,
                               ignore_void or cnames is not None)

        def cidrmatch(self, addresses, bits):
            # As they come: what is behind a match is not asked for.
            return any(super(Query, self).cidrmatch([a], bits)
                       for a in addresses)

        def dns_mx(self, name):
            names = self.dns(name, "MX")
            if len(names) > spf.MAX_MX:
                raise spf.PermError("More than 10 MX records")
            return (a for mx in names for a in self.dns_a(mx[1], self.A))

        def validated_ptrs(self):
            # Section 5.5: errors are no match, and names are left out.
            try:
                names = self.dns_ptr(self.i)[:spf.MAX_PTR]
            except spf.TempError:
                return []
            return [n for n in names if self.leads_back(n)]

        def leads_back(self, name):
            try:
                return self.cidrmatch(self.dns_a(name, self.A), self.cidrmax)
            except spf.TempError:
                return False

    return Query


class Pyspf:
    def __init__(self):
        import spf
        self.spf, self.query = spf, pyspf_query(spf)
        spf.DNSLookup = self.lookup
        self.zone = self.asked = None

    def lookup(self, name, qtype, strict=True, timeout=None):
        """As its own tests have it: names of the zone, with aliases."""
        answer = []
        name = name.lower().rstrip(".")
        self.asked.add(name)
        for one in self.zone.get(name, []):
            if one == "TIMEOUT":
                raise self.spf.TempError("DNS timeout")
            kind, value = one
            if kind == "CNAME" and qtype != "CNAME":
                answer.append(((name, kind), value))
                answer += self.lookup(value, qtype)
            elif kind == qtype:
                if kind == "TXT":
                    value = tuple(v.encode() for v in value)
                elif kind == "MX":
                    value = (value[0], value[1].rstrip("."))
                answer.append(((name, kind), value))
        return answer

    def judge(self, zone, check):
        """Its result, its explanation of a fail or why it is an error, and
        the names it asked about."""
        self.zone, self.asked = zone, set()
        query = self.query(i=check[0], s=check[1], h=check[2])
        try:
            result, _, text = query.check()
        except Exception as wrong:  # it has faults of its own
            result, text = "crash", repr(wrong)
        if text == self.spf.EXPLANATIONS["fail"]:
            text = ""
        return result, text, self.asked


# ---- comparing ------------------------------------------------------------

# What tamis says of them.
LENIENT = ("splits nothing", "not printable ASCII", 'has no "}"', '"_", "-"')


def difference(zone, said, result, text, asked):
    """None: they agree. Else in which known way they do not, or "unknown"."""
    records = " ".join(one[1][0] for name in asked
                       for one in zone.get(name, []) if one[0] == "TXT")
    if said["result"] == result:
        agree = result != "fail" or said["explanation"] == text
        return None if agree else "unknown"
    if "trivial recursion" in text:
        return "an include of itself is wrong, even behind a match"
    if "x-unknown= MUST appear at most once" in text:
        return "unknown modifiers must not be there twice"
    if said["reason"].endswith(LENIENT):
        return "it takes terms that the grammar has not"
    if "Too many DNS lookups" in text and "redirect=" in records:
        return "a redirect counts before the terms of its record"
    if "%{p" in records and result in ("permerror", "temperror"):
        return "the macro p is expanded before terms are evaluated"
    if result == "crash":
        return "it crashes"
    return "unknown"


def checked(r, pyspf, count):
    """(check, what tamis says, what pyspf says, the difference)"""
    while count > 0:
        zone = world(r)
        checks = list(checks_of(r, min(count, 250)))
        count -= len(checks)
        for check, said in zip(checks, judge(zone, checks)):
            theirs = pyspf.judge(zone, check)
            yield (check, zone.get(said["domain"]), said, theirs[:2],
                   difference(zone, said, *theirs))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-n", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    try:
        pyspf = Pyspf()
    except ImportError:
        print("1..0 # SKIP python3-spf is not installed")
        return 0
    results, differences, failed = Counter(), Counter(), 0
    for case in checked(random.Random(args.seed), pyspf, args.n):
        check, records, said, theirs, way = case
        results[said["result"]] += 1
        if way:
            differences[way] += 1
        if way == "unknown" and differences[way] <= 20:
            print("#", *case, sep="\n#   ")
    for name, n in sorted(results.items()):
        print(f"# {n} {name}")
    for name, n in differences.items():
        print(f"# {n} differ: {name}")
    good = not differences["unknown"]
    print(f"{'ok' if good else 'not ok'} 1 - {args.n} checks of random "
          "records are as pyspf's")
    print("1..1")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
