# SPDX-License-Identifier: Apache-2.0
"""Mails signed by other programs, in all forms."""
import subprocess
from pathlib import Path

import dkim

import libopendkim
from mails import MAILS
from sign import mail

HERE = Path(__file__).resolve().parent
# What all of them can sign.
NAMES = ["plain", "folded", "twice", "eight-bit", "empty-body",
         "blank-lines-at-end", "white-space"]
FORMS = [(h, b) for h in ("simple", "relaxed") for b in ("simple", "relaxed")]


def by_dkimpy(keys):
    for name in NAMES:
        raw = mail(*MAILS[name])
        for header, body in FORMS:
            field = dkim.sign(raw, b"k1", b"example.com",
                              keys.rsa.file.read_bytes(),
                              canonicalize=(header.encode(), body.encode()))
            yield f"dkimpy: {name}, {header}/{body}", field + raw
        field = dkim.sign(raw, b"ed", b"example.com",
                          keys.ed25519.file.read_bytes(),
                          canonicalize=(b"relaxed", b"relaxed"),
                          signature_algorithm=b"ed25519-sha256")
        yield f"dkimpy: {name}, ed25519", field + raw


def by_opendkim(keys):
    library = libopendkim.Library()
    for name in NAMES:
        raw = mail(*MAILS[name])
        for header, body in FORMS:
            value = library.sign(raw, keys.rsa.file.read_bytes(), b"k1",
                                 header, body)
            yield (f"OpenDKIM: {name}, {header}/{body}",
                   b"DKIM-Signature: " + value + b"\r\n" + raw)


def by_maildkim(keys, folder):
    for header, body in FORMS:
        files = []
        for name in NAMES:
            files.append(folder / f"maildkim.{name}")
            files[-1].write_bytes(mail(*MAILS[name]))
        sign(keys, f"{header}/{body}", files)
        for name, file in zip(NAMES, files):
            yield (f"Mail::DKIM: {name}, {header}/{body}",
                   Path(f"{file}.signed").read_bytes())


def sign(keys, form, files):
    subprocess.run(["perl", HERE / "sign_maildkim.pl", keys.rsa.file, form,
                    *files], check=True)
