# SPDX-License-Identifier: Apache-2.0
"""Those who verify. Each is given files, and says of every one whether its
signatures are valid, from the top; and what its chain is worth."""
import os
import re
import subprocess
from pathlib import Path

import dkim

from libopendkim import Library

HERE = Path(__file__).resolve().parent
BUILD = Path(os.environ.get("top_builddir", ".")).resolve()


def of_lines(text, is_valid):
    """FILE<TAB>KIND<TAB>RESULT: by file, the list and the word of the chain."""
    found = {}
    for line in text.splitlines():
        file, kind, result = line.split("\t", 2)
        entry = found.setdefault(file, [[], None])
        if kind == "dkim":
            entry[0].append(is_valid(result))
        else:
            # Mail::DKIM has a word of its own for seals without a key.
            entry[1] = result.split()[0].replace("invalid", "fail")
    return found


def crlf(raw):
    return re.sub(rb"\r?\n", b"\r\n", raw)


class Tamis:
    name = "tamis"

    def __init__(self, folder, zone, now):
        self.lines = folder / "zone"
        zone.write_lines(self.lines)
        self.now = now
        self.said = {}

    def results(self, files):
        text = subprocess.run(
            [BUILD / "tests/dkim/verify", self.lines, str(self.now), *files],
            stdout=subprocess.PIPE, check=True).stdout.decode()
        for line in text.splitlines():
            file, kind, result = line.split("\t", 2)
            self.said.setdefault(file, []).append(f"{kind} {result}")
        return of_lines(text, lambda r: r.startswith("pass "))


class Dkimpy:
    name = "dkimpy"

    def __init__(self, folder, zone, now):
        self.zone = zone

    def lookup(self, name, timeout=5):
        return self.zone.lookup(name)

    def signature(self, verifier, index):
        try:
            return bool(verifier.verify(index, dnsfunc=self.lookup))
        except Exception:  # whatever it is, the signature is not valid
            return False

    def chain(self, raw):
        try:
            status = dkim.ARC(raw).verify(dnsfunc=self.lookup)[0]
        except Exception:
            return "fail"
        return status.decode() if status else "fail"

    def results(self, files):
        found = {}
        for file in files:
            raw = Path(file).read_bytes()
            verifier = dkim.DKIM(raw)
            n = len(re.findall(rb"(?im)^dkim-signature:",
                               raw.split(b"\r\n\r\n")[0]))
            found[file] = [[self.signature(verifier, i) for i in range(n)],
                           self.chain(raw)]
        return found


class MailDkim:
    name = "Mail::DKIM"

    def __init__(self, folder, zone, now):
        self.keys = folder / "keys"
        zone.write_keys(self.keys)

    def results(self, files):
        text = subprocess.run(
            ["perl", HERE / "verify_maildkim.pl", self.keys, *files],
            stdout=subprocess.PIPE, check=True).stdout.decode()
        return of_lines(text, lambda r: r == "pass")


class OpenDkim:
    name = "OpenDKIM"

    def __init__(self, folder, zone, now):
        keys = folder / "opendkim.keys"
        zone.write_keys(keys)
        self.library = Library(keys)

    def results(self, files):
        return {file: [self.library.verify(crlf(Path(file).read_bytes())),
                       None] for file in files}


ALL = [Tamis, Dkimpy, MailDkim, OpenDkim]
