# SPDX-License-Identifier: Apache-2.0
"""A name server whose answers are a function of the question.

Answers are lists of values, None for a name that does not exist: addresses of
A and AAAA, names of NS, texts of TXT, "10 NAME" of MX.
"""
import ipaddress
import socket
import struct
import threading

TYPES = {1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 15: "MX",
         16: "TXT", 28: "AAAA", 255: "ANY"}
NUMBERS = {word: number for number, word in TYPES.items()}
TTL = 60


def pack_name(name):
    labels = [label.encode("latin-1") for label in name.split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def pack_value(kind, value):
    if kind in ("A", "AAAA"):
        return ipaddress.ip_address(value).packed
    if kind == "TXT":
        data = value.encode("latin-1")
        return bytes([len(data)]) + data
    if kind == "MX":
        preference, name = value.split()
        return struct.pack("!H", int(preference)) + pack_name(name)
    return pack_name(value)


def read_question(packet):
    """(name, type, the bytes of the question)"""
    labels, at = [], 12
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]].decode("latin-1"))
        at += packet[at] + 1
    number, _ = struct.unpack_from("!HH", packet, at + 1)
    return ".".join(labels).lower(), TYPES.get(number, "?"), \
        packet[12:at + 5]


def respond(packet, answer):
    number, = struct.unpack_from("!H", packet)
    name, kind, question = read_question(packet)
    kinds = ("A", "AAAA", "MX", "NS", "TXT") if kind == "ANY" else (kind,)
    values = [(one, value) for one in kinds
              for value in answer(name, one) or ()]
    exists = any(answer(name, one) is not None for one in kinds)
    records = b"".join(
        b"\xc0\x0c" + struct.pack("!HHIH", NUMBERS[one], 1, TTL, len(data))
        + data for one, value in values
        for data in (pack_value(one, value),))
    flags = 0x8180 | (0 if exists else 3)
    return struct.pack("!6H", number, flags, 1, len(values), 0, 0) \
        + question + records


class NameServer:
    """On a port of this machine, in a thread of its own."""

    def __init__(self, answer):
        self.answer = answer
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            packet, client = self.socket.recvfrom(4096)
            try:
                self.socket.sendto(respond(packet, self.answer), client)
            except (IndexError, struct.error, UnicodeError):
                pass  # what cannot be read is not answered
