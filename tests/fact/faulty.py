#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A name server that does what the name asks for, over UDP and TCP.

Names are WHAT[-ARGUMENT].ANYTHING.bad.example; what is below "good" is
answered well. `python3 faulty.py PORT` serves until it is killed; a line on
standard input, "silent" or "answers", turns everything off and on, and
"version N" changes what "changing" answers.
"""

import socket
import struct
import sys
import threading
import time

A, NS, CNAME, SOA, MX, TXT, AAAA = 1, 2, 5, 6, 15, 16, 28
state = {"silent": False, "version": 1, "asked": {}}
lock = threading.Lock()


def name_bytes(text):
    out = b""
    for label in text.split("."):
        if label:
            out += bytes([len(label)]) + label.encode("latin-1")
    return out + b"\0"


def record(name, kind, data, ttl=60):
    return (name_bytes(name) + struct.pack(">HHIH", kind, 1, ttl, len(data))
            + data)


def soa(ttl=60):
    return record("bad.example", SOA,
                  name_bytes("ns.bad.example") + name_bytes("x.bad.example")
                  + struct.pack(">IIIII", 1, 60, 60, 60, ttl), ttl)


def a(text):
    return socket.inet_aton(text)


class Question:
    def __init__(self, packet, tcp):
        self.id, self.flags = struct.unpack(">HH", packet[:4])
        at, labels = 12, []
        while packet[at]:
            labels.append(packet[at + 1:at + 1 + packet[at]].decode("latin-1"))
            at += packet[at] + 1
        self.name = ".".join(labels)
        self.bytes = packet[12:at + 5]
        self.kind = struct.unpack(">H", packet[at + 1:at + 3])[0]
        self.tcp = tcp
        self.what, _, self.argument = labels[0].partition("-") if labels else (
            "root", "", "")

    def reply(self, answers=(), authority=(), code=0, cut=False, number=None,
              question=None):
        flags = 0x8180 | code | (0x0200 if cut else 0)
        asked = question if question is not None else self.bytes
        return (struct.pack(">HHHHHH",
                            self.id if number is None else number,
                            flags, 1, len(answers), len(authority), 0)
                + asked + b"".join(answers) + b"".join(authority))

    def plain(self, address="192.0.2.1"):
        if self.kind == A:
            return self.reply([record(self.name, A, a(address))])
        if self.kind == TXT:
            return self.reply([record(self.name, TXT, b"\4text\4 two")])
        if self.kind == MX:
            return self.reply([record(self.name, MX, struct.pack(">H", 10)
                                      + name_bytes("Mx.Good.Example"))])
        return self.reply(authority=[soa()])


def drop(q):
    return []


def first_drop(q):
    with lock:
        n = state["asked"][q.name] = state["asked"].get(q.name, 0) + 1
    return [] if n == 1 else [q.plain()]


def slow(q):
    time.sleep(int(q.argument) / 1000)
    return [q.plain()]


def wrong_id(q):
    """A forged answer first; then, perhaps, the real one."""
    forged = q.reply([record(q.name, A, a("192.0.2.66"))],
                     number=(q.id + 1) & 0xffff)
    return [forged] * 5 + ([q.plain()] if q.argument == "then" else [])


def wrong_question(q):
    other = name_bytes("other.bad.example") + struct.pack(">HH", q.kind, 1)
    forged = q.reply([record(q.name, A, a("192.0.2.66"))], question=other)
    return [forged] + ([q.plain()] if q.argument == "then" else [])


def wrong_type(q):
    other = q.bytes[:-4] + struct.pack(">HH", 99, 1)
    return [q.reply([record(q.name, A, a("192.0.2.66"))], question=other)]


def wrong_owner(q):
    """The answer to this question, and records of others beside it."""
    return [q.reply([record("other.bad.example", A, a("192.0.2.66")),
                     record(q.name, A, a("192.0.2.1")),
                     record("bad.example", A, a("192.0.2.66"))])]


def truncated(q):
    if not q.tcp:
        return [q.reply([record(q.name, A, a("192.0.2.66"))], cut=True)]
    return [q.plain()]


def truncated_always(q):
    return [q.reply([record(q.name, A, a("192.0.2.66"))], cut=True)]


def many(q):
    n = int(q.argument)
    answers = [b"\xc0\x0c" + struct.pack(">HHIH", A, 1, 60, 4)
               + struct.pack(">I", 0x0a000000 + i) for i in range(n)]
    if not q.tcp and n > 60:
        return [q.reply(cut=True)]
    return [q.reply(answers)]


def loop(q):
    """Aliases in a circle, all in one answer."""
    n = int(q.argument or 2)
    names = [q.name] + [f"l{i}.bad.example" for i in range(1, n)] + [q.name]
    return [q.reply([record(names[i], CNAME, name_bytes(names[i + 1]))
                     for i in range(n)])]


def chase(q):
    """Aliases one at a time, for ever: chase-N leads to chase-N+1."""
    target = f"chase-{int(q.argument or 0) + 1}.bad.example"
    return [q.reply([record(q.name, CNAME, name_bytes(target))])]


def chain(q):
    """chain-N leads to chain-N-1, in answers of one; 0 has an address."""
    n = int(q.argument)
    if n == 0:
        return [q.plain("192.0.2.7")]
    target = f"chain-{n - 1}.bad.example"
    return [q.reply([record(q.name, CNAME, name_bytes(target), 30)])]


def whole(q):
    """A chain of N aliases in one answer."""
    n = int(q.argument)
    names = [q.name] + [f"w{i}.bad.example" for i in range(n)]
    answers = [record(names[i], CNAME, name_bytes(names[i + 1]))
               for i in range(n)]
    return [q.reply(answers + [record(names[n], A, a("192.0.2.8"))])]


def alias_to_nothing(q):
    return [q.reply([record(q.name, CNAME, name_bytes("no.bad.example"))],
                    [soa()], code=3)]


def garbage(q):
    header = q.reply()[:12]
    return [b"", b"\0", header, header + b"\xc0\x0c" * 40,
            header + b"\x3f" * 300, bytes(range(256)) * 2]


def pointers(q):
    """Names that point at themselves, forwards, beyond the end."""
    n = {"self": 12 + len(q.bytes), "end": 0x3fff,
         "forward": 12 + len(q.bytes) + 4}[q.argument]
    answer = struct.pack(">H", 0xc000 | n) + struct.pack(">HHIH", A, 1, 60, 4)
    return [q.reply([answer + a("192.0.2.66")])]


def broken_data(q):
    """An address of three bytes behind one of four."""
    return [q.reply([record(q.name, A, a("192.0.2.66")),
                     record(q.name, A, b"\1\2\3")])]


def short(q):
    """More records are announced than there are."""
    reply = bytearray(q.reply([record(q.name, A, a("192.0.2.66"))]))
    reply[7] = 9
    return [bytes(reply)]


def referral(q):
    return [q.reply(authority=[record("bad.example", NS,
                                      name_bytes("ns.bad.example"))])]


def no_reply_bit(q):
    reply = bytearray(q.plain("192.0.2.66"))
    reply[2] &= 0x7f
    return [bytes(reply)]


def changing(q):
    return [q.reply([record(q.name, A, a(f"192.0.2.{state['version']}"), 0)])]


behaviours = {
    "drop": drop, "firstdrop": first_drop, "slow": slow, "wrongid": wrong_id,
    "wrongquestion": wrong_question, "wrongtype": wrong_type,
    "wrongowner": wrong_owner, "truncated": truncated,
    "truncatedalways": truncated_always, "many": many, "loop": loop,
    "chase": chase, "chain": chain, "whole": whole,
    "aliasnothing": alias_to_nothing, "garbage": garbage,
    "pointers": pointers, "brokendata": broken_data, "short": short,
    "referral": referral, "noreplybit": no_reply_bit, "changing": changing,
    "servfail": lambda q: [q.reply(code=2)],
    "refused": lambda q: [q.reply(code=5)],
    "notimp": lambda q: [q.reply(code=4)],
    "formerr": lambda q: [q.reply(code=1)],
    "no": lambda q: [q.reply(authority=[soa()], code=3)],
    "nosoa": lambda q: [q.reply(code=3)],
    "nodata": lambda q: [q.reply(authority=[soa()])],
    "odd": lambda q: [q.reply([record(q.name, A, a("192.0.2.66"))], code=3)],
}


def answers_to(packet, tcp):
    q = Question(packet, tcp)
    with lock:
        key = "tcp" if tcp else "udp"
        state[key] = state.get(key, 0) + 1
        if state["silent"]:
            return []
    if not q.name:
        return [q.reply([record("", NS, name_bytes("a.root.example"))])]
    return behaviours.get(q.what, lambda q: [q.plain()])(q)


def serve_udp(sock):
    def answer(packet, peer):
        for reply in answers_to(packet, False):
            sock.sendto(reply, peer)

    while True:
        packet, peer = sock.recvfrom(4096)
        threading.Thread(target=answer, args=(packet, peer),
                         daemon=True).start()


def read_exactly(sock, n):
    data = b""
    while len(data) < n:
        more = sock.recv(n - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def serve_connection(sock):
    try:
        while True:
            n, = struct.unpack(">H", read_exactly(sock, 2))
            for reply in answers_to(read_exactly(sock, n), True):
                sock.sendall(struct.pack(">H", len(reply)) + reply)
    except (EOFError, OSError):
        sock.close()


def serve_tcp(listener):
    while True:
        sock, _ = listener.accept()
        threading.Thread(target=serve_connection, args=(sock,),
                         daemon=True).start()


def main():
    port = int(sys.argv[1])
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 21)
    udp.bind(("127.0.0.1", port))
    tcp = socket.create_server(("127.0.0.1", port))
    threading.Thread(target=serve_udp, args=(udp,), daemon=True).start()
    threading.Thread(target=serve_tcp, args=(tcp,), daemon=True).start()
    print("ready", flush=True)
    for line in sys.stdin:
        word, _, argument = line.strip().partition(" ")
        with lock:
            if word == "version":
                state["version"] = int(argument)
            else:
                state["silent"] = word == "silent"
        print(state.get("udp", 0), state.get("tcp", 0), flush=True)


if __name__ == "__main__":
    main()
