#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Headers, parts and decoded content as Python's email package reads them.

Names of message files come on standard input, one a line; one JSON object a
file goes to standard output, as the programs beside this do.
"""
import email
import email.header
import hashlib
import json
import re
import sys


def decoded(value):
    """The text of a header: unfolded, encoded words decoded. Characters that
    are not ASCII are taken for UTF-8 (RFC 6532)."""
    value = re.sub(r"[\r\n]+(?=[ \t])", "", str(value)).strip()
    value = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        return str(email.header.make_header(email.header.decode_header(value)))
    except (LookupError, ValueError, email.errors.HeaderParseError):
        return value


def content(data):
    """Size and digest of decoded content whose line ends are LF."""
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return {"bytes": len(data), "sha": hashlib.sha256(data).hexdigest()}


def text_of(part, data):
    charset = part.get_content_charset("us-ascii")
    try:
        return data.decode(charset, "replace")
    except (LookupError, ValueError):
        return data.decode("latin-1")


def leaf(part):
    data = part.get_payload(decode=True) or b""
    found = {"filename": decoded(part.get_filename() or ""), **content(data)}
    if part.get_content_maintype() == "text":
        found["text"] = text_of(part, data)
    return found


def parts(message):
    """All parts in the order in which they stand, and where each belongs."""
    stack = [(message, -1)]
    index = 0
    while stack:
        part, parent = stack.pop()
        found = {"parent": parent, "type": part.get_content_type()}
        found["leaf"] = not part.is_multipart()
        if found["leaf"]:
            found.update(leaf(part))
        else:
            inner = part.get_payload()
            stack.extend((p, index) for p in reversed(inner))
        yield found
        index += 1


def dump(path):
    with open(path, "rb") as file:
        message = email.message_from_bytes(file.read())
    try:
        headers = [[n, decoded(v)] for n, v in message.raw_items()]
    except Exception as error:  # what the package cannot read is a finding
        return {"file": path, "ok": False, "error": repr(error)}
    return {"file": path, "ok": True, "headers": headers,
            "parts": list(parts(message))}


for line in sys.stdin:
    try:
        answer = dump(line.rstrip("\n"))
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        answer = {"file": line.rstrip("\n"), "ok": False,
                  "error": repr(error)}
    print(json.dumps(answer), flush=True)
