#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""differ.py SPAMASSASSIN TAMIS: relays of the same mails, said by relays.pl
and by `tamis check --json --rules relays.cf`. Prints "EQUAL of MAILS", where
the four relay headers are equal byte for byte, then the mails that differ and
how; exits 1 when fewer than SHARE are equal, or when a block of headers begins
or ends elsewhere in as many."""
import json
import sys

SHARE = 0.98  # docs/relays.md has the classes of the others
RELAYS = 4    # texts 0-3; those behind are blocks of headers


def names(block):
    """The names of the fields: their texts are decoded, which is another
    test's business."""
    return [line.split(":", 1)[0] for line in block.splitlines()]


def main():
    with open(sys.argv[1], encoding="latin-1") as lines:
        theirs = {d["file"]: d["texts"] for d in map(json.loads, lines)}
    mails = equal = moved = 0
    differing = []
    with open(sys.argv[2], encoding="utf-8") as lines:
        for d in map(json.loads, lines):
            want = theirs[d["file"]]
            hits = {rule["name"]: rule["match"] for rule in d["rules"]}
            got = [hits.get(f"R_{i + 1}", "") for i in range(len(want))]
            mails += 1
            same = [w.encode("latin-1", "replace")
                    == g.encode("utf-8") for w, g in zip(want, got)]
            if all(same[:RELAYS]):
                equal += 1
            else:
                differing.append((d["file"], want, got))
            if any(names(w) != names(g)
                   for w, g in list(zip(want, got))[RELAYS:]):
                moved += 1
                print("other fields:", d["file"])
    print(f"{equal} of {mails}")
    for file, want, got in differing:
        for w, g in list(zip(want, got))[:RELAYS]:
            if w != g:
                print(file, f"  SpamAssassin {w}", f"  tamis        {g}",
                      sep="\n")
    return equal < SHARE * mails or moved > (1 - SHARE) * mails


sys.exit(main())
