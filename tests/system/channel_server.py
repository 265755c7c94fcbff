#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An https server on loopback for channels: files of a folder, with ETag, and
addresses that misbehave. Usage: channel_server.py FOLDER CERTIFICATE LOG; the
port is the first line of LOG, then one line a request: path, status.
"""
import hashlib
import http.server
import os
import ssl
import sys

folder, certificate, log_path = sys.argv[1:]
log = open(log_path, "w", buffering=1)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, headers=(), body=b""):
        log.write(f"{self.path} {status}\n")
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        port = self.server.server_port
        places = {
            "/plain/": f"http://127.0.0.1:{port}/",
            "/file/": "file:///etc/",
            "/moved/": f"https://127.0.0.1:{port}/",
            "/round/": f"https://127.0.0.1:{port}/round/",
        }
        for begin, place in places.items():
            if self.path.startswith(begin):
                rest = self.path[len(begin):]
                return self.answer(302, [("Location", place + rest)])
        path = os.path.join(folder, os.path.basename(self.path))
        if not os.path.exists(path):
            return self.answer(404, body=b"nothing here\n")
        with open(path, "rb") as f:
            body = f.read()
        tag = '"' + hashlib.sha256(body).hexdigest()[:20] + '"'
        if self.headers.get("If-None-Match") == tag:
            return self.answer(304, [("ETag", tag)])
        return self.answer(200, [("ETag", tag)], body)

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate)
server.socket = context.wrap_socket(server.socket, server_side=True)
log.write(f"{server.server_port}\n")
server.serve_forever()
