#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Signs in to /own in a headless Chromium; TAP lines without a plan.

    feedd_own.py URL TOKEN FOLDER NUMBER

NUMBER is that of the first line. Scripts of pages are off; what fills the
form in is the browser's own debugger."""
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from browser import Browser  # noqa: E402


class Visit:
    def __init__(self, url, folder, number):
        self.url, self.number = url, number
        self.browser = Browser(tempfile.mkdtemp(dir=folder))
        self.browser.size(390, 844, True)

    def ok(self, good, name):
        print("ok" if good else "not ok", self.number, "-", name)
        self.number += 1

    def send(self, script):
        """Sends a form, and waits for the page after it."""
        self.browser.events = []
        self.browser.value(script + "; 0")
        self.browser.wait("Page.loadEventFired")

    def sign_in(self, token):
        self.browser.open(self.url + "/own?lang=en")
        self.browser.value(
            "document.querySelector('input[name=token]').value = '%s'; 0"
            % token)
        self.send("document.querySelector('form[method=post]').submit()")

    def text(self):
        return self.browser.value("document.body.innerText")

    def run(self, token):
        self.sign_in("not-a-token-of-anybody")
        self.ok("not a token that is known" in self.text(),
                "the browser says that a token is wrong")
        self.sign_in(token)
        self.ok("Beside the others" in self.text(),
                "the browser shows one's own data")
        self.ok(self.browser.value("location.href").endswith("/own?lang=en"),
                "there is no token in the address")
        self.ok(self.browser.value("document.cookie") == "",
                "scripts cannot read the cookie")
        self.browser.open(self.url + "/cost?lang=en")
        self.ok("Own data" in self.browser.value(
            "document.querySelector('.menu').innerText"),
                "other pages know who is signed in")
        self.browser.open(self.url + "/own?lang=en")
        self.send("document.querySelector('form[method=post]').submit()")
        self.ok(self.browser.value(
            "!!document.querySelector('input[name=token]')"),
                "after signing out the form is back")
        self.browser.close()


Visit(sys.argv[1], sys.argv[3], int(sys.argv[4])).run(sys.argv[2])
