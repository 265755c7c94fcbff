# SPDX-License-Identifier: Apache-2.0
"""A signer that writes whatever it is told to, right or wrong, after the words
of RFC 6376 and with nothing of the programs that are compared."""
import base64
import hashlib
import re


def relaxed_field(field):
    name, value = field.split(b":", 1)
    value = re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b""))
    return name.rstrip(b" \t").lower() + b":" + value.strip(b" ")


def simple_body(body):
    while body.endswith(b"\r\n"):
        body = body[:-2]
    return body + b"\r\n"


def relaxed_body(body):
    lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ")
             for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)


def select(fields, names):
    """Section 5.4.2: each name takes the next field from the bottom up."""
    left = list(fields)
    found = []
    for name in names:
        for i in reversed(range(len(left))):
            if left[i].split(b":", 1)[0].strip().lower() == name.lower():
                found.append(left.pop(i))
                break
    return found


def body_hash(body, form, length=None):
    body = relaxed_body(body) if form == "relaxed" else simple_body(body)
    return base64.b64encode(hashlib.sha256(body[:length]).digest())


def canonical_length(body, form):
    return len(relaxed_body(body) if form == "relaxed" else simple_body(body))


class Signature:
    """A DKIM-Signature. `tags` replaces or adds tags (None removes one);
    `layout` makes the field's text of the pairs, with b= still empty."""

    def __init__(self, key, header="simple", body="simple", length=None,
                 names=None, selector="k1", tags=(), layout=None,
                 name=b"DKIM-Signature", sha="sha256"):
        self.key, self.header, self.body = key, header, body
        self.length, self.names, self.selector = length, names, selector
        self.tags, self.layout, self.name = tags, layout, name
        self.sha = sha

    def pairs(self, fields, body):
        names = self.names
        if names is None:
            names = [f.split(b":", 1)[0].strip() for f in fields]
        self.covered = names
        pairs = {
            "v": b"1", "a": self.key.algorithm.encode(),
            "c": f"{self.header}/{self.body}".encode(),
            "d": b"example.com", "s": self.selector.encode(),
            "h": b":".join(names),
            "bh": body_hash(body, self.body, self.length),
        }
        if self.length is not None:
            pairs["l"] = str(self.length).encode()
        pairs["b"] = b""
        for tag, value in dict(self.tags).items():
            if value is None:
                pairs.pop(tag)
            else:
                pairs[tag] = value
        return pairs

    def field(self, fields, body):
        pairs = self.pairs(fields, body)
        lay_out = self.layout or plain_layout
        empty = self.name + b":" + with_hole(lay_out, pairs)
        covered = select(fields, self.covered)
        if self.header == "relaxed":
            text = b"".join(relaxed_field(f) + b"\r\n" for f in covered)
            text += relaxed_field(empty)
        else:
            text = b"".join(f + b"\r\n" for f in covered) + empty
        signature = base64.b64encode(self.key.sign(text, self.sha))
        if pairs.get("b"):  # what it shall be instead
            return empty
        return self.name + b":" + lay_out({**pairs, "b": fold(signature)})


def with_hole(lay_out, pairs):
    """Section 3.5, b=: its value is taken out with the white space around."""
    if pairs.get("b") != b"":
        return lay_out(pairs)
    return re.sub(rb"=\s*HOLE\s*(;|$)", rb"=\1",
                  lay_out({**pairs, "b": b"HOLE"}))


def fold(data):
    return b"\r\n\t ".join(data[i:i + 60] for i in range(0, len(data), 60))


def plain_layout(pairs):
    return b" " + b";\r\n\t".join(
        name.encode() + b"=" + value for name, value in pairs.items())


def mail(fields, body):
    return b"\r\n".join(fields) + b"\r\n\r\n" + body


def signed(fields, body, *signatures):
    """The mail, with the last signature on top."""
    for s in signatures:
        fields = [s.field(fields, body), *fields]
    return fields, body
