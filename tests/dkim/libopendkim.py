# SPDX-License-Identifier: Apache-2.0
"""OpenDKIM's library, which its filter and its tools are made of. (The tools
put mails into another form before they verify them.) The numbers are those of
its dkim.h."""
import ctypes
from ctypes import POINTER, byref, c_bool, c_char_p, c_int, c_size_t, c_void_p

SET, FLAGS, QUERY_METHOD, QUERY_INFO = 1, 0, 6, 7
BAD_SIGNATURE_HANDLES, QUERY_FILE = 0x400, 1
PASSED, BODY_MATCHES = 0x04, 0
ALGORITHMS = {"rsa-sha256": 1, "ed25519-sha256": 2}
FORMS = {"simple": 0, "relaxed": 1}


def load():
    """The library, or None."""
    try:
        lib = ctypes.CDLL("libopendkim.so.11")
    except OSError:
        return None
    lib.dkim_init.restype = c_void_p
    lib.dkim_verify.restype = c_void_p
    lib.dkim_sign.restype = c_void_p
    lib.dkim_sign.argtypes = [c_void_p, c_char_p, c_void_p, c_char_p, c_char_p,
                              c_char_p, c_int, c_int, c_int, ctypes.c_int64,
                              POINTER(c_int)]
    lib.dkim_verify.argtypes = [c_void_p, c_char_p, c_void_p, POINTER(c_int)]
    lib.dkim_header.argtypes = lib.dkim_body.argtypes = [
        c_void_p, c_char_p, c_size_t]
    lib.dkim_eoh.argtypes = lib.dkim_free.argtypes = [c_void_p]
    lib.dkim_eom.argtypes = [c_void_p, POINTER(c_bool)]
    lib.dkim_options.argtypes = [c_void_p, c_int, c_int, c_void_p, c_size_t]
    lib.dkim_getsiglist.argtypes = [c_void_p, POINTER(POINTER(c_void_p)),
                                    POINTER(c_int)]
    lib.dkim_sig_getflags.argtypes = lib.dkim_sig_getbh.argtypes = [c_void_p]
    lib.dkim_getsighdr_d.argtypes = [c_void_p, c_size_t,
                                     POINTER(c_void_p), POINTER(c_size_t)]
    return lib


class Library:
    def __init__(self, keys=None):
        self.c = load()
        self.handle = self.c.dkim_init(None, None)
        self.set(FLAGS, c_int(BAD_SIGNATURE_HANDLES))
        if keys:
            self.set(QUERY_METHOD, c_int(QUERY_FILE))
            self.path = ctypes.create_string_buffer(str(keys).encode())
            self.set(QUERY_INFO, self.path)

    def set(self, option, value):
        self.c.dkim_options(self.handle, SET, option, byref(value),
                            ctypes.sizeof(value))

    def feed(self, mail, raw):
        """False: it refuses the mail as a whole."""
        head, body = raw.split(b"\r\n\r\n", 1)
        for field in split_fields(head):
            if self.c.dkim_header(mail, field, len(field)):
                return False
        self.c.dkim_eoh(mail)
        if body:
            self.c.dkim_body(mail, body, len(body))
        self.c.dkim_eom(mail, byref(c_bool()))
        return True

    def verify(self, raw):
        """Whether each signature is valid, from the top."""
        status = c_int()
        mail = self.c.dkim_verify(self.handle, b"test", None, byref(status))
        found = []
        if self.feed(mail, raw):
            list_, n = POINTER(c_void_p)(), c_int()
            if self.c.dkim_getsiglist(mail, byref(list_), byref(n)) == 0:
                found = [self.is_valid(list_[i]) for i in range(n.value)]
        self.c.dkim_free(mail)
        return found

    def is_valid(self, signature):
        return bool(self.c.dkim_sig_getflags(signature) & PASSED) and \
            self.c.dkim_sig_getbh(signature) == BODY_MATCHES

    def sign(self, raw, key, selector, header, body):
        """The value of the field; `key` is PEM."""
        status = c_int()
        mail = self.c.dkim_sign(
            self.handle, b"test", None, key, selector, b"example.com",
            FORMS[header], FORMS[body], ALGORITHMS["rsa-sha256"], -1,
            byref(status))
        self.feed(mail, raw)
        text, n = c_void_p(), c_size_t()
        self.c.dkim_getsighdr_d(mail, len("DKIM-Signature: "), byref(text),
                                byref(n))
        value = ctypes.string_at(text, n.value)
        self.c.dkim_free(mail)
        return value.replace(b"\r", b"").replace(b"\n", b"\r\n")


def split_fields(head):
    fields = []
    for line in head.split(b"\r\n"):
        if line[:1] in b" \t" and fields:
            fields[-1] += b"\r\n" + line
        else:
            fields.append(line)
    return fields
