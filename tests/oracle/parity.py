#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares which of SpamAssassin's stock rules hit, mail by mail.

    parity.py [-v] [FILE|DIR]...   default: samples, real corpus, torture
    parity.py --classes            the classes of disagreements, as Markdown

A hit is a rule, or sub-rule, that one side finds true for one mail. Agreement
is the share of hits that both find, of all that either finds; it must reach
AGREEMENT_MIN, and what is left must belong to a class of parity_classes.py.
What parity-exclude.txt names is not compared. Prints TAP; the tables are in
its comments. In the environment:

    TAMIS_FULL=1      all mails of the corpus, not a sample
    TAMIS_CORPUS=DIR  the corpus
    SA_PLUGINS=DIR, SA_RULES=DIR  SpamAssassin's *.pre files, and its rules
"""
import argparse
import fnmatch
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

sys.dont_write_bytecode = True
import parity_classes  # noqa: E402
from programs import BUILD, HERE, TOP, environment  # noqa: E402
from testing import Tap, corpus, mails, percent, short, spread  # noqa: E402

AGREEMENT_MIN = 0.995  # of all sets together
SET_MIN = 0.985  # of one: awkward messages are awkward
UNEXPLAINED_MAX = 0.0005  # of the hits of a set
SAMPLE = 640  # mails of the corpus, unless all are asked for
AT_ONCE = 2  # oracles
SHOWN = 25  # rules, and as many examples

PLUGINS = Path(os.environ.get("SA_PLUGINS", "/etc/spamassassin"))
RULES = Path(os.environ.get("SA_RULES", "/usr/share/spamassassin"))
ORACLE = HERE / "rules_spamassassin.pl"


# ---- what SpamAssassin says -------------------------------------------

def digest(*texts):
    state = hashlib.sha256()
    for text in texts:
        state.update(len(text).to_bytes(8, "big") + text)
    return state.hexdigest()[:32]


def oracle_version():
    """Empty where SpamAssassin is not there."""
    done = subprocess.run(
        ["perl", "-MMail::SpamAssassin", "-e",
         "print Mail::SpamAssassin::Version()"],
        capture_output=True, check=False)
    return done.stdout if done.returncode == 0 and RULES.is_dir() else b""


class Oracle:
    """Its answers, kept in the build folder: it takes 0.2 s for a mail."""

    def __init__(self, version, rules=RULES, port=None, answers=b""):
        """`answers` tells those apart that the name server at `port` gives."""
        self.arguments = [str(rules), str(port)] if port else [str(rules)]
        files = sorted([*PLUGINS.glob("*.pre"), *rules.glob("*.cf")])
        state = digest(version, ORACLE.read_bytes(), answers,
                       *(file.read_bytes() for file in files))
        shared = TOP / "build"  # by all builds, unless the tree is read-only
        folder = shared if os.access(shared, os.W_OK) else BUILD
        self.path = folder / "parity" / (state + ".json")
        self.path.parent.mkdir(exist_ok=True)
        self.rules, self.hits = {}, {}
        self.both = self.either = 0  # what was compared with them
        if self.path.exists():
            kept = json.loads(self.path.read_text())
            self.rules, self.hits = kept["rules"], kept["hits"]

    def ask(self, files):
        """{file: {rule: count}}"""
        keys = {file: digest(file.read_bytes()) for file in files}
        new = [file for file in files if keys[file] not in self.hits]
        if new:
            with tempfile.TemporaryDirectory() as home:
                asked = [self.start(new[n::AT_ONCE], home, n)
                         for n in range(AT_ONCE)]
                for process, answer in asked:
                    assert process.wait() == 0, "SpamAssassin failed"
                    self.read(answer, keys)
            self.keep()
        return {file: self.hits[keys[file]] for file in files}

    def start(self, files, home, number):
        names, answer = f"{home}/names{number}", f"{home}/answer{number}"
        Path(names).write_text("".join(f"{file}\n" for file in files))
        rules, *port = self.arguments
        with open(names, "rb") as source, open(answer, "wb") as out:
            return subprocess.Popen(
                ["perl", ORACLE, PLUGINS, rules, home, *port],
                stdin=source, stdout=out), answer

    def keep(self):
        new = self.path.with_suffix(f".{os.getpid()}")
        new.write_text(json.dumps({"rules": self.rules, "hits": self.hits}))
        new.rename(self.path)

    def read(self, answer, keys):
        with open(answer, encoding="ascii") as lines:
            self.rules = json.loads(next(lines))["rules"]
            for line in lines:
                mail = json.loads(line)
                self.hits[keys[Path(mail["file"])]] = mail["hits"]



# ---- what tamis says --------------------------------------------------

CONF = """\
match {
	pattern_cpu_max = 10s;
	message_cpu_max = 60s;
}
scan {
	deadline = 60s;
}
image {
	qr = no;
}
"""


def ask_tamis(files):
    """{file: set of rules}; None when it failed."""
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as conf:
        conf.write(CONF)
        conf.flush()
        done = subprocess.run(
            [BUILD / "tamis", "check", "-c", conf.name, "--rules", RULES,
             "--no-net", "--all-hits", "--json", "--quiet", "-j2", *files],
            stdout=subprocess.PIPE, env=environment("tamis"), check=False)
    if done.returncode not in (0, 1):
        return None
    found = {}
    for line in done.stdout.splitlines():
        mail = json.loads(line.decode("utf-8", "replace"))
        found[Path(mail["file"])] = {hit["name"] for hit in mail["rules"]}
    return found if set(found) == set(files) else None


# ---- comparing --------------------------------------------------------

# Mails that can be excluded, by what they are.
KINDS_OF_MAIL = {
    "bare-cr": lambda raw: b"\n" not in raw and b"\r" in raw,
}


def read_exclusions():
    """[(what, glob, reason)]"""
    rows = []
    for line in (HERE / "parity-exclude.txt").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            what, glob, reason = line.split(None, 2)
            assert what in ("rule", "eval", "mail"), line
            assert what != "mail" or glob in KINDS_OF_MAIL, line
            rows.append((what, glob, reason))
    return rows


def is_mail_excluded(exclusions, file):
    raw = file.read_bytes()
    return any(what == "mail" and KINDS_OF_MAIL[kind](raw)
               for what, kind, _ in exclusions)


def is_excluded(exclusions, name, rule):
    function = rule.get("function", "")
    return any(fnmatch.fnmatchcase(name if what == "rule" else function, glob)
               for what, glob, _ in exclusions if what != "mail")


class Difference:
    """A rule that one side alone finds true for one mail, and the reason is
    in itself, not in another rule that it is made of."""

    def __init__(self, file, name, rule, is_ours):
        self.file, self.name, self.rule = file, name, rule
        self.is_ours = is_ours

    def __str__(self):
        side = "ours" if self.is_ours else "theirs"
        return f"{self.name} {side} {short(self.file)}"


class Tally:
    def __init__(self, rules, exclusions):
        self.rules = rules
        self.excluded = {name for name, rule in rules.items()
                         if is_excluded(exclusions, name, rule)}
        self.mails = self.same_mails = 0
        self.both = self.either = self.left_out = self.followers = 0
        self.by_type = defaultdict(Counter)
        self.differences = []

    def add(self, file, ours, theirs):
        differ = ours ^ theirs
        unsure = self.hanging_on(differ & self.excluded, differ)
        self.left_out += len(unsure)
        ours, theirs = ours - unsure, theirs - unsure
        differ -= unsure
        self.mails += 1
        self.same_mails += not differ
        for name in ours | theirs:
            self.by_type[self.type_of(name)]["either"] += 1
            self.by_type[self.type_of(name)]["both"] += name not in differ
        self.either += len(ours | theirs)
        self.both += len(ours & theirs)
        for name in sorted(differ):
            rule = self.rules.get(name, {})
            if differ.intersection(rule.get("parts", ())):
                self.followers += 1
            else:
                self.differences.append(
                    Difference(file, name, rule, name in ours))

    def type_of(self, name):
        return self.rules.get(name, {}).get("type", "unknown")

    def hanging_on(self, roots, differ):
        """Roots, and the metas that differ because of them."""
        found, more = set(roots), set(roots)
        while more:
            more = {name for name in differ - found if more.intersection(
                self.rules.get(name, {}).get("parts", ()))}
            found |= more
        return found


# ---- saying what was found --------------------------------------------

def show_types(tally):
    for name, counts in sorted(tally.by_type.items()):
        print(f"#   {name:8} {counts['either']:8} hits "
              f"{percent(counts['both'], counts['either']):>9} same")


def show_classes(differences, classes=parity_classes):
    """Returns those that belong to no class."""
    counts, mails_of, left = Counter(), defaultdict(set), []
    for difference in differences:
        name = classes.class_of(difference)
        if not name:
            left.append(difference)
            continue
        counts[name] += 1
        mails_of[name].add(difference.file)
    for name, count in counts.most_common():
        print(f"#     {name:36} {count:6} hits {len(mails_of[name]):5} mails")
    return left


def show_rules(differences, verbose):
    sides = defaultdict(Counter)
    kinds, example = {}, {}
    for d in differences:
        sides[d.name][d.is_ours] += 1
        kinds[d.name] = d.rule.get("function") or d.rule.get("type", "unknown")
        example.setdefault(d.name, short(d.file))
    rows = sorted(sides.items(), key=lambda row: -row[1].total())
    for name, side in rows[:None if verbose else SHOWN]:
        print(f"#     unexplained: {name:36} {kinds[name]:24}"
              f" ours {side[True]:4} theirs {side[False]:4} {example[name]}")
    if verbose:
        for difference in differences:
            print(f"#       {difference}")


def run_set(tap, name, files, oracle, verbose):
    exclusions = read_exclusions()
    every, files = files, [file for file in files
                           if not is_mail_excluded(exclusions, file)]
    theirs = oracle.ask(files)
    ours = ask_tamis(files)
    tap.result(ours is not None, f"{name}: all of {len(files)} mails are read")
    if ours is None:
        return
    tally = Tally(oracle.rules, exclusions)
    for file in files:
        tally.add(file, ours[file], set(theirs[file]))
    print(f"# {name}: {tally.mails} mails, {tally.same_mails} the same;"
          f" {tally.either} hits, {tally.both} the same;"
          f" {len(tally.differences)} differ, {tally.followers} metas follow,"
          f" {tally.left_out} left out;"
          f" {len(every) - len(files)} mails left out")
    show_types(tally)
    left = show_classes(tally.differences)
    show_rules(left, verbose)
    judge(tap, name, tally.both, tally.either, SET_MIN)
    tap.result(len(left) <= UNEXPLAINED_MAX * tally.either,
               f"{name}: {len(left)} disagreements are of no class")
    oracle.both += tally.both
    oracle.either += tally.either


def judge(tap, name, both, either, least):
    tap.result(not either or both / either >= least,
               f"{name}: {percent(both, either)} of {either} hits agree")


def samples():
    return [file for folder in ("tests/golden", "contrib/samples/mail")
            for file in mails(TOP / folder)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--classes", action="store_true")
    parser.add_argument("-v", "--verbose", action="store_true")
    parser.add_argument("paths", nargs="*")
    options = parser.parse_args()
    if options.classes:
        print(parity_classes.as_markdown(), end="")
        return 0
    version = oracle_version()
    if not version:
        print("1..0 # SKIP no SpamAssassin here")
        return 0
    tap, oracle = Tap(), Oracle(version)
    if options.paths:
        files = [f for path in options.paths for f in mails(path)]
        run_set(tap, "given", files, oracle, options.verbose)
        return tap.done()
    run_set(tap, "samples", samples(), oracle, options.verbose)
    for name in ("corpus", "torture"):
        folder = corpus("mail" if name == "corpus" else name)
        if not folder.exists():
            tap.skip(name, "not here")
            continue
        files = mails(folder)
        if name == "corpus" and not os.environ.get("TAMIS_FULL"):
            files = spread(files, SAMPLE)
        run_set(tap, name, files, oracle, options.verbose)
    judge(tap, "all", oracle.both, oracle.either, AGREEMENT_MIN)
    documented = (TOP / "docs/parity.md").read_text("utf-8")
    tap.result(parity_classes.as_markdown() in documented,
               "docs/parity.md lists the classes as they are (else: "
               "parity.py --classes)")
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
