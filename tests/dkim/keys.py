# SPDX-License-Identifier: Apache-2.0
"""Keys, made when the tests run, and the records they are published in."""
import base64
import re
import subprocess

from nacl.signing import SigningKey

DOMAIN = "example.com"


def openssl(*arguments, stdin=None):
    return subprocess.run(["openssl", *arguments], input=stdin, check=True,
                          capture_output=True).stdout


def base64_text(data):
    return base64.b64encode(data).decode()


class Rsa:
    algorithm = "rsa-sha256"

    def __init__(self, folder, name, bits):
        self.file = folder / (name + ".pem")
        self.file.write_bytes(openssl("genrsa", "-traditional", str(bits)))
        self.public = openssl("rsa", "-in", str(self.file), "-pubout",
                              "-outform", "DER")
        # The same without its wrapping: RFC 6376 section 3.6.1.
        self.bare = openssl("rsa", "-in", str(self.file), "-RSAPublicKey_out",
                            "-outform", "DER")
        self.record = "v=DKIM1; k=rsa; p=" + base64_text(self.public)

    def sign(self, text, sha="sha256"):
        return openssl("dgst", "-" + sha, "-sign", str(self.file), stdin=text)


class Ed25519:
    algorithm = "ed25519-sha256"

    def __init__(self, folder, name):
        self.key = SigningKey.generate()
        self.file = folder / (name + ".key")
        self.file.write_text(base64_text(bytes(self.key)))
        self.public = bytes(self.key.verify_key)
        self.record = "v=DKIM1; k=ed25519; p=" + base64_text(self.public)

    def sign(self, text, sha="sha256"):
        digest = openssl("dgst", "-" + sha, "-binary", stdin=text)
        return self.key.sign(digest).signature


class Zone:
    """What is published: a record, or a list of them, for each name."""

    def __init__(self):
        self.records = {}

    def add(self, selector, record, domain=DOMAIN):
        name = f"{selector}._domainkey.{domain}".lower()
        self.records[name] = record if isinstance(record, list) else [record]

    def lookup(self, name):
        """As dkimpy asks."""
        name = name.decode() if isinstance(name, bytes) else name
        found = self.records.get(name.rstrip(".").lower())
        return found[0].encode() if found else None

    def write_lines(self, path):
        """As zone files of tamis are."""
        with open(path, "w", encoding="ascii") as out:
            for name, texts in self.records.items():
                quoted = " ".join('"' + re.sub(r'(["\\])', r'\\\1', t) + '"'
                                  for t in texts)
                out.write(f"{name} TXT found 300 {quoted}\n")

    def write_keys(self, path):
        """As OpenDKIM's test keys are, and the Perl script's."""
        with open(path, "w", encoding="ascii") as out:
            for name, texts in self.records.items():
                for text in texts:
                    out.write(f"{name} {text}\n")
