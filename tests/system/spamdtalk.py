#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A client of the spamd protocol that can do what spamc never does.

    spamdtalk.py [OPTION]... HOST:PORT|SOCKET [FILE]

Sends one request, by default CHECK SPAMC/1.5 of FILE with its length, and
prints the answer; "(nothing)" when there is none.
"""
import argparse
import socket
import sys
import time
import zlib


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--command", default="CHECK")
    parser.add_argument("--version", default="1.5")
    parser.add_argument("--line", help="in place of the first line")
    parser.add_argument("--field", action="append", default=[])
    parser.add_argument("--length", help="what is said of it; none: nothing")
    parser.add_argument("--zlib", action="store_true")
    parser.add_argument("--zeros", type=int, help="so many in place of FILE")
    parser.add_argument("--cut", type=int, help="bytes left out at the end")
    parser.add_argument("--pause", type=float, default=0,
                        help="seconds between the halves of the request")
    parser.add_argument("--no-end", action="store_true",
                        help="do not close our half")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("address")
    parser.add_argument("file", nargs="?")
    return parser.parse_intermixed_args()


def request(options):
    mail = b""
    if options.zeros is not None:
        mail = bytes(options.zeros)
    elif options.file:
        with open(options.file, "rb") as file:
            mail = file.read()
    if options.zlib:
        mail = zlib.compress(mail)
    fields = list(options.field)
    if options.zlib:
        fields.append("Compress: zlib")
    if options.length != "none":
        fields.append(f"Content-length: {options.length or len(mail)}")
    first = options.line or f"{options.command} SPAMC/{options.version}"
    if options.version == "1.0":
        fields, end = [], ""
    else:
        end = "\r\n"
    head = "".join(f"{line}\r\n" for line in [first, *fields]) + end
    if options.cut:
        mail = mail[:-options.cut]
    return head.encode() + mail


def connect(address):
    if ":" in address:
        host, port = address.rsplit(":", 1)
        return socket.create_connection((host, int(port)))
    unix = socket.socket(socket.AF_UNIX)
    unix.connect(address)
    return unix


def talk(options):
    data = request(options)
    client = connect(options.address)
    half = len(data) // 2 if options.pause else 0
    try:
        client.sendall(data[:half])
        time.sleep(options.pause)
        client.sendall(data[half:])
        if not options.no_end:
            client.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # the answer may be there all the same
    answer = b""
    try:
        while piece := client.recv(65536):
            answer += piece
    except OSError as wrong:
        answer += f"({wrong.strerror})\n".encode()
    client.close()
    return answer or b"(nothing)\n"


def main():
    options = arguments()
    for _ in range(options.repeat):
        sys.stdout.buffer.write(talk(options))


if __name__ == "__main__":
    main()
