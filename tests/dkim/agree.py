#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Signatures, valid and broken, judged by tamis and by dkimpy, Mail::DKIM and
OpenDKIM, where these are installed. Prints TAP: one test a vector. Whoever
sees one otherwise is named there with the reason, or the test fails."""
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

try:
    import dkim
    import nacl
except ImportError:  # Debian's modules belong to Debian's Python
    if sys.executable != "/usr/bin/python3" and os.path.exists(
            "/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
    print("1..0 # SKIP python3-dkim is not installed")
    sys.exit(0)

import libopendkim
import signers
from chains import all_chains
from vectors import NO_ED25519, Keys, Vector, all_vectors
from verifiers import ALL, MailDkim, OpenDkim, Tamis


def is_there(verifier):
    if verifier is OpenDkim:
        return libopendkim.load()
    if verifier is MailDkim:
        return subprocess.run(["perl", "-MMail::DKIM", "-e", "1"],
                              capture_output=True, check=False
                              ).returncode == 0
    return True


def others(keys, folder):
    found = [*signers.by_dkimpy(keys)]
    if is_there(OpenDkim):
        found += signers.by_opendkim(keys)
    if is_there(MailDkim):
        found += signers.by_maildkim(keys, folder)
    for name, raw in found:
        yield Vector(f"signed by {name}", raw, [True],
                     but=NO_ED25519 if "ed25519" in name else {})


def agrees(want, got):
    """Some say nothing of a signature they cannot read; OpenDKIM says nothing
    of chains."""
    signatures = got[0] or [False] * len(want[0])
    return signatures == want[0] and got[1] in (want[1], None)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        now = int(time.time())
        keys = Keys(folder)
        vectors = [*all_vectors(keys, folder, now), *others(keys, folder),
                   *all_chains(keys, folder)]
        files = []
        for i, vector in enumerate(vectors):
            files.append(str(folder / f"{i:04}.eml"))
            Path(files[-1]).write_bytes(vector.raw)
        verifiers = [v(folder, keys.zone, now) for v in ALL if is_there(v)]
        results = [v.results(files) for v in verifiers]
        if os.environ.get("KEEP"):  # a folder to look at them in
            shutil.copytree(folder, os.environ["KEEP"], dirs_exist_ok=True)
        compare(vectors, files, verifiers, results)


def compare(vectors, files, verifiers, results):
    failed = 0
    counts = {v.name: 0 for v in verifiers}
    print(f"1..{len(vectors)}")
    for i, vector in enumerate(vectors):
        wrong, notes = [], []
        for verifier, found in zip(verifiers, results):
            got = found.get(files[i], [[], None])
            if agrees((vector.want, vector.chain), got):
                counts[verifier.name] += 1
            elif verifier.name in vector.but:
                notes.append(f"{verifier.name}: {vector.but[verifier.name]}")
            else:
                wrong.append(f"{verifier.name} says {got}, not "
                             f"{vector.want} {vector.chain}")
        failed += bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {i + 1} - {vector.name}")
        for line in notes + wrong:
            print(f"# {line}")
        if wrong:
            print("# tamis:", verifiers[0].said.get(files[i]))
    for name, n in counts.items():
        print(f"# {name} agrees on {n} of {len(vectors)}")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
