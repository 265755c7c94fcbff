#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares which rules about DNS hit, mail by mail, with SpamAssassin.

    network.py [-v] [FILE|DIR]...   default: samples, real corpus

SpamAssassin asks a name server on this machine, tamis is handed the same
answers, and then asks that server, too; they are made up of the question alone,
so that all lists have entries of all kinds. The rules are the stock ones and network.cf. What parity.py says
of agreement holds here; see there for the environment. Prints TAP.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
import network_answers  # noqa: E402
import network_classes  # noqa: E402
import parity  # noqa: E402
from name_server import NameServer  # noqa: E402
from network_answers import answer, line  # noqa: E402
from programs import BUILD, HERE, environment  # noqa: E402
from testing import Tap, corpus, mails, percent, short, spread  # noqa: E402

os.environ["TAMIS_NET"] = "yes"  # of servers of its own

AGREEMENT_MIN = 0.96  # some differ on purpose
UNEXPLAINED_MAX = 0.002  # of the hits of a set
SAMPLE = 200  # mails of the corpus

# ---- both sides -------------------------------------------------------

CONF = parity.CONF + """\
rule {
	score_set = 1;
}
"""


def make_rules(folder):
    """The stock rules, and ours behind them."""
    for file in parity.RULES.glob("*.cf"):
        (folder / file.name).symlink_to(file)
    (folder / "zz_network.cf").symlink_to(HERE / "network.cf")


def ask_tamis(files, rules, folder):
    """{file: (rules, questions)}; None when it failed."""
    conf = folder / "tamis.conf"
    conf.write_text(CONF)
    found, asked = {}, []
    with subprocess.Popen(
            [BUILD / "tests/oracle/rules_tamis", conf, rules, *files],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env=environment("tamis"), encoding="latin-1") as process:
        for text in process.stdout:
            word, _, rest = text.rstrip("\n").partition(" ")
            if word == "?":
                kind, _, name = rest.partition(" ")
                asked.append((kind, name))
                process.stdin.write(line(name, kind))
                process.stdin.flush()
            elif word == "!":
                hits = set(next(process.stdout).split())
                found[Path(rest)] = hits, asked
                asked = []
    if process.returncode or set(found) != set(files):
        return None
    return found


def ask_live(files, rules, folder, port):
    """{file: rules}, by the program and its own resolver; or None."""
    conf = folder / "live.conf"
    conf.write_text(CONF + f"""\
dns {{
	resolvers = 127.0.0.1:{port};
	deadline = 60s;
	questions_max = 5000;
}}
""")
    done = subprocess.run(
        [BUILD / "tamis", "check", "-c", conf, "--rules", rules, "--all-hits",
         "--json", "--quiet", "-j2", *files],
        stdout=subprocess.PIPE, env=environment("tamis"), check=False)
    found = {}
    for text in done.stdout.splitlines():
        mail = json.loads(text.decode("utf-8", "replace"))
        found[Path(mail["file"])] = {hit["name"] for hit in mail["rules"]}
    return found if done.returncode in (0, 1) else None


# ---- comparing --------------------------------------------------------

FUNCTIONS = ("check_rbl", "check_uridnsbl", "check_dns_sender",
             "check_hashbl_")
# Those of plugins that somebody else asks for, or that are not there.
OTHERS = ("check_for_spf", "check_spf", "check_dkim", "check_arc",
          "check_dmarc", "check_for_dkim", "check_for_def_dkim",
          "check_for_def_spf", "check_razor", "check_pyzor", "check_dcc",
          "check_bayes")


def depends(rules, roots):
    """Roots, and all metas that are made of them."""
    found, more = set(roots), set(roots)
    while more:
        more = {name for name, rule in rules.items() if name not in found
                and more.intersection(rule.get("parts", ()))}
        found |= more
    return found


def asks(rule):
    return rule["type"] == "askdns" or \
        rule.get("function", "").startswith(FUNCTIONS)


def is_other(name, rule):
    return rule.get("function", "").startswith(OTHERS) or \
        name.startswith(("__DKIMWL_", "DKIMWL_"))


class Comparison:
    def __init__(self, rules):
        self.rules = rules
        others = depends(rules, [name for name, rule in rules.items()
                                 if is_other(name, rule)])
        self.names = depends(rules, [name for name, rule in rules.items()
                                     if asks(rule)]) - others
        self.both = self.either = self.same_mails = self.mails = 0
        self.followers = 0
        self.differences = []
        self.hit = set()

    def add(self, file, ours, theirs, asked):
        ours, theirs = ours & self.names, theirs & self.names
        differ = ours ^ theirs
        self.mails += 1
        self.same_mails += not differ
        self.hit |= ours & theirs
        self.both += len(ours & theirs)
        self.either += len(ours | theirs)
        for name in sorted(differ):
            rule = self.rules[name]
            if differ.intersection(rule.get("parts", ())):
                self.followers += 1
                continue
            difference = parity.Difference(file, name, rule, name in ours)
            difference.asked = asked
            difference.answer = answer
            self.differences.append(difference)


def run_set(tap, name, files, oracle, folder, verbose):
    exclusions = parity.read_exclusions()
    files = [file for file in files
             if not parity.is_mail_excluded(exclusions, file)]
    theirs = oracle.ask(files)
    ours = ask_tamis(files, folder / "rules", folder)
    tap.result(ours is not None, f"{name}: all of {len(files)} mails are read")
    if ours is None:
        return
    c = Comparison(oracle.rules)
    for file in files:
        hits, asked = ours[file]
        c.add(file, hits, set(theirs[file]), asked)
    print(f"# {name}: {c.mails} mails, {c.same_mails} the same; {c.either} "
          f"hits of {len(c.hit)} rules, {c.both} the same; "
          f"{len(c.differences)} differ, {c.followers} metas follow")
    left = parity.show_classes(c.differences, network_classes)
    parity.show_rules(left, verbose)
    tap.result(not c.either or c.both / c.either >= AGREEMENT_MIN,
               f"{name}: {percent(c.both, c.either)} of {c.either} hits agree")
    tap.result(len(left) <= UNEXPLAINED_MAX * c.either,
               f"{name}: {len(left)} disagreements are of no class")
    live = ask_live(files, folder / "rules", folder, oracle.arguments[1]) or {}
    differ = [short(file) for file in files
              if live.get(file, set()) & c.names != ours[file][0] & c.names]
    tap.result(not differ, f"{name}: the resolver has the same rules hit")
    for file in differ[:parity.SHOWN]:
        print(f"#     {file}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--classes", action="store_true")
    parser.add_argument("-v", "--verbose", action="store_true")
    parser.add_argument("paths", nargs="*")
    options = parser.parse_args()
    if options.classes:
        print(network_classes.as_markdown(), end="")
        return 0
    version = parity.oracle_version()
    if not version:
        print("1..0 # SKIP no SpamAssassin here")
        return 0
    tap, server = Tap(), NameServer(answer)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / "rules").mkdir()
        make_rules(folder / "rules")
        oracle = parity.Oracle(version, folder / "rules", server.port,
                               Path(network_answers.__file__).read_bytes())
        sets = {"samples": parity.samples()}
        if corpus("mail").exists():
            sets["corpus"] = spread(mails(corpus("mail")), SAMPLE)
        if options.paths:
            sets = {"given": [f for p in options.paths for f in mails(p)]}
        for name, files in sets.items():
            run_set(tap, name, files, oracle, folder, options.verbose)
    documented = (parity.TOP / "docs/parity.md").read_text("utf-8")
    tap.result(network_classes.as_markdown() in documented,
               "docs/parity.md lists the classes as they are (else: "
               "network.py --classes)")
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
