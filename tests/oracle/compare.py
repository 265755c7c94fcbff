#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares what tamis understands of mails with what other programs do.

    compare.py [-v] [FILE|DIR]...   default: the samples, and the real corpus
    compare.py --classes            the classes of differences, as Markdown

Each difference must be of a class in classes.py. A test fails when more than
UNEXPLAINED_MAX of the mails (of a sample: SAMPLE_MAX) differ in a way that no
class explains. Prints
TAP; the table is in its comments. In the environment:

    TAMIS_FULL=1     all mails of the corpus, not a sample
    TAMIS_CORPUS=DIR the corpus
"""
import argparse
import json
import os
import sys
import tempfile
from collections import Counter

sys.dont_write_bytecode = True
import classes  # noqa: E402
from compared import aspects  # noqa: E402
from programs import TOP, Dump, program  # noqa: E402
from testing import Tap, corpus, mails, percent, short, spread  # noqa: E402

UNEXPLAINED_MAX = 0.005  # of the mails, where all are compared
SAMPLE_MAX = 0.015  # a sample scatters
SAMPLE = 700  # mails of the corpus, unless all are asked for
TORTURE_MS_MAX = 500  # a message, with sanitizers and this program's output
TORTURE_BYTES_MAX = 50_000_000
EXAMPLES = 3  # unexplained differences that are shown of each aspect


# ---- comparing --------------------------------------------------------

class Tally:
    """Figures of one aspect of one oracle."""

    def __init__(self):
        self.mails = self.same = self.unexplained = 0
        self.items = self.same_items = 0
        self.by_class = Counter()  # mails
        self.items_of = Counter()
        self.example_of = {}
        self.examples = []

    def add(self, difference, ours, theirs):
        self.mails += 1
        self.items += sum(theirs.values())
        self.same_items += sum((ours & theirs).values())
        if not difference:
            self.same += 1
            return
        for name, count in classes.explain(difference).items():
            self.by_class[name] += 1
            self.items_of[name] += count
            self.example_of.setdefault(name, difference.file)
        if difference:
            self.unexplained += 1
            self.examples.append(difference)


def compare(oracle, list_file, count):
    """A Tally for each aspect; None when a program failed."""
    tallies = {aspect: Tally() for aspect in aspects[oracle]}
    ours, theirs = Dump("tamis", list_file), Dump(oracle, list_file)
    seen = 0
    for tamis, other in zip(ours, theirs):
        assert tamis["file"] == other["file"]
        seen += 1
        if not other.get("ok", True) or other.get("parts") == []:
            continue  # nothing to compare: no HTML, or not read at all
        for aspect, function in aspects[oracle].items():
            a, b = function(tamis, other)
            difference = classes.Difference(oracle, aspect, tamis, other, a, b)
            tallies[aspect].add(difference, a, b)
    ended = ours.ended_well() and theirs.ended_well()
    return tallies if ended and seen == count else None


# ---- saying what was found --------------------------------------------

def is_whole(name):
    return name != "corpus" or bool(os.environ.get("TAMIS_FULL"))


def show(tap, name, oracle, tallies, verbose):
    for aspect, t in tallies.items():
        print(f"# {oracle:13} {aspect:10} {t.mails:6} mails"
              f" {percent(t.same, t.mails):>9} same"
              f" {t.items:9} items {percent(t.same_items, t.items):>9} same"
              f" {t.unexplained:4} unexplained")
        for cls, count in t.by_class.most_common():
            print(f"#     {cls:36} {count:5} mails {t.items_of[cls]:7} items"
                  f"  {short(t.example_of[cls])}")
        for difference in t.examples[:None if verbose else EXAMPLES]:
            print(f"#     unexplained: {short(difference.file)}"
                  f" ours {sample(difference.ours)}"
                  f" theirs {sample(difference.theirs)}")
        most = UNEXPLAINED_MAX if is_whole(name) else SAMPLE_MAX
        good = t.unexplained <= most * t.mails
        tap.result(good, f"{name}: {oracle}, {aspect}: "
                   f"{t.unexplained} of {t.mails} mails unexplained")


def sample(items):
    return json.dumps(list(items)[:4])[:300]


def run_set(tap, name, files, only, verbose):
    with tempfile.NamedTemporaryFile("w") as names:
        names.writelines(str(file) + "\n" for file in files)
        names.flush()
        for oracle in only or aspects:
            if not program(oracle):
                tap.skip(f"{name}: {oracle}", f"no {oracle} here")
                continue
            print(f"# {name}: {len(files)} mails, {oracle}", flush=True)
            tallies = compare(oracle, names.name, len(files))
            tap.result(tallies is not None, f"{name}: {oracle} read all")
            if tallies:
                show(tap, name, oracle, tallies, verbose)


def run_torture(tap, files):
    """Awkward messages: nothing is compared, but each is read in bounds."""
    worst_us = worst_bytes = seen = 0
    with tempfile.NamedTemporaryFile("w") as names:
        names.writelines(str(file) + "\n" for file in files)
        names.flush()
        dump = Dump("tamis", names.name)
        for mail in dump:
            seen += 1
            worst_us = max(worst_us, mail["cpu_us"])
            worst_bytes = max(worst_bytes, mail["arena_bytes"])
    tap.result(dump.ended_well() and seen == len(files),
               f"torture: all of {len(files)} messages are read")
    tap.result(worst_us <= TORTURE_MS_MAX * 1000,
               f"torture: {worst_us / 1000:.1f} ms CPU at most")
    tap.result(worst_bytes <= TORTURE_BYTES_MAX,
               f"torture: {worst_bytes / 1e6:.1f} MB memory at most")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--classes", action="store_true")
    parser.add_argument("--oracle", action="append", choices=list(aspects))
    parser.add_argument("-v", "--verbose", action="store_true")
    parser.add_argument("paths", nargs="*")
    options = parser.parse_args()
    if options.classes:
        print(classes.as_markdown(), end="")
        return 0
    tap = Tap()
    if options.paths:
        files = [f for path in options.paths for f in mails(path)]
        run_set(tap, "given", files, options.oracle, options.verbose)
        return tap.done()
    documented = (TOP / "docs/message-oracles.md").read_text("utf-8")
    tap.result(classes.as_markdown() in documented,
               "docs/message-oracles.md lists the classes as they are "
               "(else: compare.py --classes)")
    run_set(tap, "samples", mails(TOP / "tests/golden"), options.oracle,
            options.verbose)
    real = corpus("mail")
    if real.exists():
        files = mails(real)
        if not os.environ.get("TAMIS_FULL"):
            files = spread(files, SAMPLE)
        run_set(tap, "corpus", files, options.oracle, options.verbose)
    else:
        tap.skip("corpus", "no real corpus here")
    if corpus("torture").exists():
        run_torture(tap, mails(corpus("torture")))
    else:
        tap.skip("torture", "no corpus of awkward messages here")
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
