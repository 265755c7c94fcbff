#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""journal.py SOCKET FILE: stands in for journald. Each datagram becomes an
object of JSON in FILE, read as the native protocol says: NAME=VALUE and a line
end; or NAME, a line end, eight bytes of length (little-endian), the value and
a line end. A large entry comes as a file descriptor."""
import json
import os
import socket
import struct
import sys


def read_entry(data):
    fields = {}
    while data:
        line, _, rest = data.partition(b"\n")
        name, equals, value = line.partition(b"=")
        if not equals:
            size = struct.unpack("<Q", rest[:8])[0]
            value, rest = rest[8:8 + size], rest[8 + size:]
            if rest[:1] != b"\n":
                raise ValueError("no line end after a value")
            rest = rest[1:]
        if name.decode() in fields:
            raise ValueError("a field is there twice")
        fields[name.decode()] = value.decode()
        data = rest
    return fields


def main():
    path, out = sys.argv[1:]
    journal = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    journal.bind(path)
    os.chmod(path, 0o666)
    while True:
        data, descriptors, _, _ = socket.recv_fds(journal, 1 << 20, 1)
        for fd in descriptors:
            data = os.pread(fd, 1 << 20, 0)
            os.close(fd)
        with open(out, "a", encoding="utf-8") as file:
            print(json.dumps(read_entry(data)), file=file)


main()
