#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sends mail by SMTP and prints, for each message: file, recipient, reply.

Parallel sessions, several messages a session. A leading mbox "From " line is
left out, line ends become CRLF. With --unique each message gets a recipient
of its own (user+N@example.com), by which it can be found again at the sink.
Goes on after every kind of error.
"""
import argparse
import os
import queue
import re
import smtplib
import sys
import threading


def read_message(path):
    with open(path, "rb") as f:
        data = f.read()
    if data.startswith(b"From "):
        data = data.partition(b"\n")[2]
    return re.sub(rb"\r?\n", b"\r\n", data)


def files_of(paths):
    for path in paths:
        if os.path.isdir(path):
            for root, dirs, names in os.walk(path):
                dirs.sort()
                for name in sorted(names):
                    yield os.path.join(root, name)
        else:
            yield path


class Sender(threading.Thread):
    """One session after the other, until there is nothing left to send."""

    def __init__(self, args, jobs, results):
        super().__init__(daemon=True)
        self.args, self.jobs, self.results = args, jobs, results
        self.session, self.used = None, 0

    def connect(self):
        host, port = self.args.server.rsplit(":", 1)
        self.session = smtplib.SMTP(host, int(port), self.args.helo,
                                    timeout=self.args.timeout)
        self.session.ehlo()
        if self.args.client:
            self.session.docmd("XCLIENT", f"ADDR={self.args.client} "
                               "NAME=client.example.net")
            self.session.ehlo()
        self.used = 0

    def close(self):
        if self.session:
            try:
                self.session.quit()
            except (smtplib.SMTPException, OSError):
                pass
            self.session = None

    def transaction(self, recipients, data):
        if self.session is None:
            self.connect()
        s = self.session
        self.used += 1
        code, text = s.mail(self.args.sender)
        if code // 100 != 2:
            return code, text
        accepted = 0
        for r in recipients:
            code, text = s.rcpt(r)
            accepted += code // 100 == 2
        if not accepted:
            return code, text
        return s.data(data)

    def send(self, recipients, data):
        try:
            code, text = self.transaction(recipients, data)
            reply = f"{code} {text.decode('utf-8', 'replace')}"
            self.session.rset()
        except smtplib.SMTPResponseException as e:
            error = e.smtp_error
            if isinstance(error, bytes):
                error = error.decode("utf-8", "replace")
            reply = f"{e.smtp_code} {error}"
            self.session = None
        except (smtplib.SMTPException, OSError) as e:
            reply = f"--- {type(e).__name__}: {e}"
            self.session = None
        if self.session and self.used >= self.args.per_session:
            self.close()
        return reply.replace("\n", " / ")

    def run(self):
        while True:
            try:
                path, recipients = self.jobs.get_nowait()
            except queue.Empty:
                self.close()
                return
            reply = self.send(recipients, read_message(path))
            self.results.put((path, recipients[0], reply))


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("server", metavar="HOST:PORT")
    p.add_argument("paths", nargs="+", metavar="FILE|DIR")
    p.add_argument("--sender", default="sender@example.org")
    p.add_argument("--to", action="append", default=[])
    p.add_argument("--helo", default="mail.example.net")
    p.add_argument("--client", metavar="ADDRESS",
                   help="seem to come from there (Postfix's XCLIENT)")
    p.add_argument("--unique", action="store_true")
    p.add_argument("--count", type=int, help="send so many, in rotation")
    p.add_argument("-j", "--sessions", type=int, default=1)
    p.add_argument("--per-session", type=int, default=10)
    p.add_argument("--timeout", type=float, default=120)
    args = p.parse_args()

    files = list(files_of(args.paths))
    if not files:
        sys.exit("nothing to send")
    count = args.count or len(files)
    jobs, results = queue.Queue(), queue.Queue()
    for n in range(count):
        to = [f"user+{n}@example.com"] if args.unique else \
            args.to or ["user@example.com"]
        jobs.put((files[n % len(files)], to))
    threads = [Sender(args, jobs, results) for _ in range(args.sessions)]
    for t in threads:
        t.start()
    for _ in range(count):
        print("\t".join(results.get()), flush=True)
    for t in threads:
        t.join()


if __name__ == "__main__":
    main()
