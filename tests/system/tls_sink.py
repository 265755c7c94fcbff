#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tls_sink.py PORT FOLDER: an HTTPS server that asks for a client certificate
(FOLDER/ca.pem, server.pem, server.key). The first request of each batch is
answered with 503 and Retry-After, the second with 201. A line for each goes to
FOLDER/requests: status, identifier, whose certificate, the token. Each body and its signature are kept as FOLDER/body and
FOLDER/signature."""
import base64
import http.server
import re
import ssl
import sys

port, folder = int(sys.argv[1]), sys.argv[2]
seen = set()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        key = self.headers["Idempotency-Key"]
        status = 201 if key in seen else 503
        seen.add(key)
        who = dict(x[0] for x in self.connection.getpeercert()["subject"])
        signature = re.search(r"ed25519=(\S+)",
                              self.headers["Tamis-Signature"] or "")
        with open(f"{folder}/body", "wb") as file:
            file.write(body)
        with open(f"{folder}/signature", "wb") as file:
            file.write(base64.b64decode(signature[1] if signature else ""))
        with open(f"{folder}/requests", "a", encoding="utf-8") as file:
            print(status, key, who["commonName"],
                  self.headers["Authorization"] or "-", file=file)
        self.send_response(status)
        if status == 503:
            self.send_header("Retry-After", "1")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args):
        pass


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(f"{folder}/server.pem", f"{folder}/server.key")
context.load_verify_locations(f"{folder}/ca.pem")
context.verify_mode = ssl.CERT_REQUIRED
server = http.server.HTTPServer(("127.0.0.1", port), Handler)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
