# SPDX-License-Identifier: Apache-2.0
"""Zones and checks as the tests of this folder share them.

A zone is a dict: name -> list of (TYPE, value), where the value of TXT is a
list of strings or bytes, of MX a pair, of others a text; or "TIMEOUT".
A name may also hold just "TIMEOUT": what it has no records for times out.
"""
import json
import os
import subprocess
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
BUILD = Path(os.environ.get("top_builddir", TOP / "build")).resolve()
TYPES = ("A", "AAAA", "MX", "PTR", "TXT", "CNAME")


def quoted(text):
    """As in a master file."""
    if isinstance(text, str):
        text = text.encode()
    out = "".join(f"\\{c:03d}" if c < 32 or c > 126 or c in b'"\\' else chr(c)
                  for c in text)
    return f'"{out}"'


def record(kind, value):
    if kind == "TXT":
        return quoted(b"".join(v.encode() if isinstance(v, str) else v
                               for v in value))
    if kind == "MX":
        return f"{value[0]} {quoted(value[1].rstrip('.'))}"
    if kind in ("A", "AAAA"):
        return value
    return quoted(value.rstrip("."))


def lines_of(name, records):
    """The lines of one name."""
    found, late = {}, set()
    for one in records:
        if one == "TIMEOUT":
            late.update(TYPES[:-1])
        elif one[1] == "TIMEOUT":
            late.add(one[0])
        else:
            found.setdefault(one[0], []).append(record(*one))
    for kind, texts in found.items():
        yield f"{quoted(name)} {kind} found 300 {' '.join(texts)}"
    for kind in sorted(late - set(found)):
        yield f"{quoted(name)} {kind} timed_out 0"


def is_name(name):
    labels = name.rstrip(".").split(".")
    return all(0 < len(label.encode()) < 64 for label in labels)


def zone_text(zone):
    return "".join(line + "\n" for name, records in zone.items()
                   if is_name(name) for line in lines_of(name, records))


def judge(zone, checks):
    """What tamis says of (ip, sender, helo) each."""
    with tempfile.NamedTemporaryFile("w", suffix=".zone") as file:
        file.write(zone_text(zone))
        file.flush()
        done = subprocess.run(
            [BUILD / "tests/spf/judge", file.name],
            input="".join("\t".join(c) + "\n" for c in checks),
            capture_output=True, text=True)
    said = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or len(said) != len(checks):
        raise RuntimeError(done.stderr)
    return said
