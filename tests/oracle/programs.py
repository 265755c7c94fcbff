# SPDX-License-Identifier: Apache-2.0
"""Where the programs are that dump what they understand of mails."""
import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = Path(os.environ.get("top_srcdir", HERE.parent.parent)).resolve()
BUILD = Path(os.environ.get("top_builddir", ".")).resolve()


def program(name):
    """The command of tamis or an oracle, or None where it is not there."""
    built = BUILD / "tests/oracle" / ("dump_" + name)
    if name == "email":
        return [sys.executable, str(HERE / "dump_email.py")]
    if name == "spamassassin":
        found = subprocess.run(["perl", "-MMail::SpamAssassin", "-e", "1"],
                               capture_output=True, check=False)
        script = str(HERE / "dump_spamassassin.pl")
        return ["perl", script] if found.returncode == 0 else None
    return [str(built)] if built.exists() else None


def environment(name):
    """Built with sanitizers, what other libraries leak is not our error."""
    if name == "tamis":
        return None
    return {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}


def parsed(line):
    return json.loads(line.decode("utf-8", "surrogateescape"))


class Dump:
    """A running dump program: one object a mail, in order."""

    def __init__(self, name, list_file):
        with open(list_file, "rb") as names:
            self.process = subprocess.Popen(
                program(name), stdin=names, stdout=subprocess.PIPE,
                env=environment(name))

    def __iter__(self):
        return map(parsed, self.process.stdout)

    def ended_well(self):
        return self.process.wait() == 0


def dump_of(name, file):
    """What one program says of one mail; None where it is not there."""
    if not program(name):
        return None
    done = subprocess.run(program(name), input=(file + "\n").encode(),
                          stdout=subprocess.PIPE, check=True,
                          env=environment(name))
    return parsed(done.stdout)
