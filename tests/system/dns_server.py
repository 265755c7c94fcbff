#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A name server for tests: answers from lines as `tamis check --answers` reads
them, each after a pause. `dns_server.py PORT FILE [MILLISECONDS]`; "*" as the
first label stands for any."""

import asyncio
import ipaddress
import shlex
import struct
import sys

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "PTR": 12, "MX": 15, "TXT": 16,
         "AAAA": 28}


def name_bytes(text):
    labels = [x.encode() for x in text.split(".") if x]
    return b"".join(bytes([len(x)]) + x for x in labels) + b"\0"


def data_of(kind, words):
    """The record data of the words behind the TTL."""
    if kind in ("A", "AAAA"):
        return [ipaddress.ip_address(x).packed for x in words]
    if kind == "MX":
        return [struct.pack(">H", int(n)) + name_bytes(x)
                for n, x in zip(words[::2], words[1::2])]
    if kind == "TXT":
        return [b"".join(bytes([len(x[i:i + 255])]) + x[i:i + 255].encode()
                         for i in range(0, len(x), 255) or [0])
                for x in words]
    return [name_bytes(x) for x in words]


def read_zone(path):
    zone = {}
    for line in open(path, encoding="ascii"):
        words = shlex.split(line, comments=True)
        if words:
            name, kind, status, ttl = words[:4]
            zone[name, TYPES[kind]] = (status, int(ttl),
                                       data_of(kind, words[4:]))
    return zone


class Server(asyncio.DatagramProtocol):
    def __init__(self, zone, pause):
        self.zone, self.pause = zone, pause
        self.names = {name for name, _ in zone}

    def connection_made(self, transport):
        self.transport = transport

    def find(self, name, kind):
        found = self.zone.get((name, kind))
        if found:
            return found
        if any(x == name or x.endswith("." + name) for x in self.names):
            return ("no_data", 60, [])
        above = name.partition(".")[2]
        return self.zone.get(("*." + above, kind), ("no_name", 60, []))

    def answer(self, packet):
        at, labels = 12, []
        while packet[at]:
            labels.append(packet[at + 1:at + 1 + packet[at]].decode("latin-1"))
            at += packet[at] + 1
        kind = struct.unpack(">H", packet[at + 1:at + 3])[0]
        status, ttl, data = self.find(".".join(labels).lower(), kind)
        code = {"no_name": 3, "failed": 2}.get(status, 0)
        return (packet[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(data),
                                         0, 0) + packet[12:at + 5]
                + b"".join(b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, ttl,
                                                     len(x)) + x
                           for x in data))

    def datagram_received(self, packet, address):
        asyncio.get_running_loop().call_later(
            self.pause, self.transport.sendto, self.answer(packet), address)


async def main():
    port, path = int(sys.argv[1]), sys.argv[2]
    pause = int(sys.argv[3]) / 1000 if len(sys.argv) > 3 else 0
    await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Server(read_zone(path), pause),
        local_addr=("127.0.0.1", port))
    print("ready", flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
