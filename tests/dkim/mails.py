# SPDX-License-Identifier: Apache-2.0
"""Mails to sign: lists of header fields, as they stand on the wire without
the last line end, and bodies."""

COMMON = [
    b"From: Anna Example <anna@example.com>",
    b"To: Bert <bert@example.org>",
    b"Subject: The minutes of Monday",
    b"Date: Mon, 23 Nov 2026 10:00:00 +0000",
    b"Message-ID: <minutes.1@example.com>",
]
TEXT = b"Dear Bert,\r\n\r\nhere they are.\r\n\r\nAnna\r\n"

FOLDED = [
    b"Received: from a.example.com (a.example.com [192.0.2.1])\r\n"
    b"\tby mx.example.org with ESMTP;\r\n\tMon, 23 Nov 2026 10:00:01 +0000",
    b"From: Anna Example\r\n <anna@example.com>",
    b"To: Bert <bert@example.org>,\r\n\tCarl <carl@example.org>,\r\n"
    b"   Dora <dora@example.org>",
    b"Subject:\r\n The   minutes \t of\r\n\t \tMonday  ",
    b"Date: Mon, 23 Nov 2026 10:00:00 +0000",
]
ODD_NAMES = [
    b"FROM: Anna <anna@example.com>",
    b"to:bert@example.org",
    b"sUBJECT:no space after the colon",
    b"X-Empty:",
    b"X-Blank:   ",
    b"X-Trailing: text \t ",
    b"Date: Mon, 23 Nov 2026 10:00:00 +0000",
]
TWICE = [
    b"Received: from c.example by d.example; Mon, 23 Nov 2026 10:00:03 +0000",
    b"Received: from b.example by c.example; Mon, 23 Nov 2026 10:00:02 +0000",
    b"Received: from a.example by b.example; Mon, 23 Nov 2026 10:00:01 +0000",
    *COMMON,
    b"Comments: first",
    b"Comments: second",
    b"Comments: third",
]
EIGHT_BIT = [
    b"From: =?utf-8?q?Ren=C3=A9?= <rene@example.com>",
    b"To: bert@example.org",
    "Subject: zażółć gęślą jaźń".encode(),
    b"X-Latin: caf\xe9",
    b"Date: Mon, 23 Nov 2026 10:00:00 +0000",
]

# name: header, body
MAILS = {
    "plain": (COMMON, TEXT),
    "folded": (FOLDED, TEXT),
    "odd-names": (ODD_NAMES, TEXT),
    "twice": (TWICE, TEXT),
    "eight-bit": (EIGHT_BIT, "Grüße aus Köln\r\n".encode() +
                  b"\xff\xfe\x80 raw bytes\r\n"),
    "empty-body": (COMMON, b""),
    "one-blank-line": (COMMON, b"\r\n"),
    "only-blank-lines": (COMMON, b"\r\n\r\n\r\n"),
    "only-white-space": (COMMON, b"  \t\r\n \r\n\t\r\n"),
    "no-final-line-end": (COMMON, b"Dear Bert,\r\n\r\nno line end"),
    "blank-lines-at-end": (COMMON, TEXT + b"\r\n\r\n\r\n"),
    "white-space-at-end": (COMMON, TEXT + b" \r\n\t \r\n\r\n"),
    "white-space": (COMMON, b"\ttabs\tand   spaces \r\n  \r\n indented\t\r\n"
                    b"\r\n \t x \t y\t\t\r\n"),
    "blank-lines-before": (COMMON, b"\r\n\r\n" + TEXT),
    "dots": (COMMON, b".\r\n..\r\n.leading\r\n"),
    "long-lines": (COMMON, b"word " * 5000 + b"\r\n" + b"x" * 40000 +
                   b"\r\n"),
    "long-blanks": (COMMON, b"a" + b" " * 40000 + b"b" + b"\t" * 20000 +
                    b"\r\n" + b"\r\n" * 3000 + b"end\r\n"),
    "bare-cr": (COMMON, b"a\rb\r\nc \r d\r\n\r\r\nlast\r\n"),
    "nul": (COMMON, b"nul \0 byte\r\n\0\r\n"),
}
