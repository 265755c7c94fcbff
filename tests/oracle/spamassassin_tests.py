#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs SpamAssassin's own tests of its command line on `tamis spamassassin`.

    spamassassin_tests.py [-j N] [--source DIR] [--reference FILE] [TEST.t]...

The tests come from the source package of spamassassin (`apt-get source`), or
from --source, a folder with its t/ and rules/. They are black boxes: each runs
a program with SPAMASSASSIN_SCRIPT and looks at its output. Files that need
what is not a command line (Perl plugins, spamd, sa-learn, the network) are
named in spamassassin_tests.txt with the reason, and left out; so are single
tests, as "FILE:NUMBER,NUMBER".

Prints a table in Markdown, one row a file: tests passed, tests there are. A
row also has what the reference passes when --reference names a program, as
/usr/bin/spamassassin. Environment: top_builddir, where `tamis` is.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
BUILD = Path(os.environ.get("top_builddir", TOP / "build")).resolve()
SECONDS = 600  # for one file


def fetch(folder):
    """The source package, unpacked below `folder`."""
    command = ["apt-get", "-q", "source", "spamassassin"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    found = sorted(Path(folder).glob("spamassassin-*"))
    if done.returncode or not found:
        sys.exit("no source package (deb-src?); name a folder with --source\n"
                 + done.stderr)
    return found[0]


def prepare(source, folder):
    """A copy of what the tests need; they write into it."""
    for part in ("t", "rules"):
        shutil.copytree(source / part, folder / part)
    (folder / "blib/lib").mkdir(parents=True)
    shutil.copy(folder / "t/config.dist", folder / "t/config")
    for path in folder.rglob("*.t"):
        path.chmod(0o755)


def excluded():
    """The files left out, and the numbers left out of others, by file."""
    files, numbers = set(), {}
    for line in (HERE / "spamassassin_tests.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            name, _, list_ = line.split()[0].partition(":")
            if list_:
                numbers[name] = {int(n) for n in list_.split(",")}
            else:
                files.add(name)
    return files, numbers


def drives_the_program(path):
    return re.search(r"\bsarun\b", path.read_text(errors="replace"))


def run(folder, name, script, without):
    """(passed, planned) of one file, `without` some numbers."""
    env = dict(os.environ, SPAMASSASSIN_SCRIPT=script, TEST_PERL_TAINT="no",
               LC_ALL="C")
    try:
        done = subprocess.run(["perl", "-T", f"t/{name}"], cwd=folder, env=env,
                              capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired as late:
        text = (late.stdout or b"").decode(errors="replace")
    else:
        text = done.stdout.decode(errors="replace")
        log = done.stdout + done.stderr
        (folder / f"{name}.log").write_bytes(log)
    plan = re.search(r"^1\.\.(\d+)(?:\s*# ?SKIP (.*))?", text, re.M | re.I)
    results = re.findall(r"^(ok|not ok) (\d+)(.*# ?skip)?", text, re.M | re.I)
    left_out = {int(n) for _, n, skip in results if skip} | without
    passed = {int(n) for ok, n, _ in results if ok == "ok"} - left_out
    planned = int(plan.group(1)) - len(left_out) if plan else 0
    return len(passed), max(planned, 0)


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("-j", type=int, default=1)
    parser.add_argument("--source", type=Path)
    parser.add_argument("--reference")
    parser.add_argument("--keep", type=Path, help="work here, keep the logs")
    parser.add_argument("tests", nargs="*")
    return parser.parse_args()


def table(rows, has_reference):
    head = ["test", "passed", "of"] + ["reference"] * has_reference
    print("| " + " | ".join(head) + " |")
    print("| --- |" + " ---: |" * (len(head) - 1))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    total = ["all"] + [sum(row[i] for row in rows) for i in range(1, len(head))]
    print("| " + " | ".join(str(cell) for cell in total) + " |")
    if total[2]:
        print(f"\n{100 * total[1] / total[2]:.1f} % of {total[2]} tests "
              f"in {len(rows)} files.")


def main():
    options = arguments()
    left_out, numbers = excluded()
    with tempfile.TemporaryDirectory() as scratch:
        base = (options.keep or Path(scratch)).resolve()
        source = options.source or fetch(scratch)
        wrapper = base / "spamassassin"
        base.mkdir(parents=True, exist_ok=True)
        wrapper.write_text(f'#!/bin/sh\nexec "{BUILD}/tamis" spamassassin "$@"\n')
        wrapper.chmod(0o755)
        names = options.tests or sorted(
            path.name for path in (source / "t").glob("*.t")
            if drives_the_program(path) and path.name not in left_out)

        def one(name, script, kind):
            folder = base / f"{kind}-{name}"
            shutil.rmtree(folder, ignore_errors=True)
            prepare(source, folder)
            return run(folder, name, script, numbers.get(name, set()))

        with ThreadPoolExecutor(options.j) as pool:
            ours = list(pool.map(lambda n: one(n, str(wrapper), "tamis"), names))
            theirs = options.reference and list(pool.map(
                lambda n: one(n, options.reference, "reference"), names))
        # Files that skip all their tests here say nothing.
        rows = [(name, *ours[i]) + ((theirs[i][0],) if theirs else ())
                for i, name in enumerate(names)]
        # A file that dies early has no plan: the reference knows how long.
        if theirs:
            rows = [(n, p, max(of, theirs[i][1]), r)
                    for i, (n, p, of, r) in enumerate(rows)]
        table([row for row in rows if row[2]], bool(theirs))


if __name__ == "__main__":
    main()
