#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares docs/settings.md with `tamis lint` and with SpamAssassin.

What the page says works must pass lint without a word that it is unknown or
has no effect, and what it says has no effect must be named so. Where
SpamAssassin is installed, each setting in its files must be on the page.
Prints TAP. Environment: top_srcdir, top_builddir.
"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(os.environ.get("top_srcdir",
                          Path(__file__).resolve().parent.parent.parent))
TAMIS = Path(os.environ.get("top_builddir", TOP / "build")).resolve() / "tamis"
PERL = Path("/usr/share/perl5/Mail/SpamAssassin")
CHUNK = 40  # lint stops saying things at some number
NOT_WORDS = {"report_template", "unsafe_report_template"}  # of report, ...
# Lines of one of these alone would end the file, or a condition.
ALONE = {"require_version", "if", "ifplugin", "else", "endif", "include",
         "lang"}


def page():
    """{setting: whether it works}"""
    states = {}
    for line in (TOP / "docs/settings.md").read_text().splitlines():
        cells = line.split(" | ")
        if line.startswith("| ") and len(cells) == 3:
            for word in re.findall(r"`(\w+)`", cells[1]):
                states[word] = cells[2].startswith("works")
    return states


def lint(words, folder):
    """What lint finds of each, or None."""
    path = Path(folder) / "settings.cf"
    path.write_text("".join(f"{word} x\n" for word in words))
    done = subprocess.run([TAMIS, "lint", path], capture_output=True, text=True)
    said = done.stdout + done.stderr
    return {word: "no effect" if re.search(rf"\b{word} has no effect", said)
            else "unknown" if f"unknown directive '{word}'" in said else None
            for word in words}


def stock_settings():
    for path in [*PERL.glob("Conf.pm"), *sorted(PERL.glob("Plugin/*.pm"))]:
        text = path.read_text(errors="replace")
        yield from re.findall(r"setting\s*=>\s*'([^']+)'", text)
        for aliases in re.findall(r"aliases\s*=>\s*\[([^\]]*)\]", text):
            yield from re.findall(r"'([^']+)'", aliases)


def report(number, name, wrong):
    print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
    for line in wrong:
        print("# " + line)
    return bool(wrong)


def main():
    states, said = page(), {}
    words = [word for word in states if word not in ALONE]
    with tempfile.TemporaryDirectory() as folder:
        for i in range(0, len(words), CHUNK):
            said.update(lint(words[i:i + CHUNK], folder))
    wrong = [f"{word}: on the page {'works' if states[word] else 'no effect'}"
             f", lint says: {said[word]}" for word in words
             if said[word] != (None if states[word] else "no effect")]
    failed = report(1, "the page says what lint says", wrong)
    if not PERL.exists():
        print("ok 2 - all settings are on the page # SKIP no SpamAssassin")
    else:
        missing = sorted(set(stock_settings()) - set(states) - NOT_WORDS)
        failed |= report(2, "all settings are on the page", missing)
    print("1..2")
    return failed


sys.exit(main())
