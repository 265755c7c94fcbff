#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tamis dns test, with rbldnsd behind unbound: good lists and bad ones."""

import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import servers  # noqa: E402
from resolver import equal, finish, ok  # noqa: E402

BUILD = os.environ.get("top_builddir", ".")
os.environ["TAMIS_NET"] = "yes"  # of servers of its own
ZONES = {
    "ip.list.example": ("ip4set", "127.0.0.2\n192.0.2.0/24\n"),
    "name.list.example": ("dnset", "test\n.spam.example\n"),
    "hash.list.example": ("dnset", "0123456789abcdef\n"),
    "refused.list.example": ("ip4set", "127.0.0.0/8 :127.255.255.254:see the site\n"),
    "ended.list.example": ("ip4set", "127.0.0.0/8 :127.0.0.2:all\n"),
}
RULES = """
header IP_LIST eval:check_rbl('ip', 'ip.list.example.')
score IP_LIST 1
tflags IP_LIST net
urirhsbl NAME_LIST name.list.example. A
body NAME_LIST eval:check_uridnsbl('NAME_LIST')
score NAME_LIST 1
tflags NAME_LIST net
header ENDED_LIST eval:check_rbl('ended', 'ended.list.example.')
score ENDED_LIST 0
"""


def stub_zones(port):
    return "server:".join(f"""
	local-zone: "{zone}." transparent
stub-zone:
	name: "{zone}"
	stub-addr: 127.0.0.1@{port}
""" for zone in ZONES)


def dns_test(folder, port, *words):
    conf = f"{folder}/{port}.conf"
    with open(conf, "w") as file:
        file.write(f"dns {{ resolvers = 127.0.0.1:{port}; timeout = 1s;"
                   "tries = 2; deadline = 4s; }\n")
    return subprocess.run([BUILD + "/tamis", "dns", "test", "-c", conf,
                           *words], capture_output=True, text=True,
                          check=False)


def report(folder, port, *words):
    return json.loads(dns_test(folder, port, "--json", *words).stdout)


def test_lists(folder, port):
    lists = {one["zone"]: one for one in
             report(folder, port, *ZONES, "silent.list.example")["lists"]}
    equal("what is well", {zone: one["ok"] for zone, one in lists.items()}, {
        "ip.list.example": True, "name.list.example": True,
        "hash.list.example": True, "refused.list.example": False,
        "ended.list.example": False, "silent.list.example": False})
    entries = lists["ip.list.example"]["entries"]
    equal("entries of a list of addresses", entries, {
        "127.0.0.2": "found", "::ffff:127.0.0.2": "found",
        "test": "no_name", "127.0.0.1": "no_name", "invalid": "no_name"})
    equal("of one of names", lists["name.list.example"]["entries"]["test"],
          "found")
    ok("no entries for tests" in lists["hash.list.example"]["why"],
       "one without entries for tests may be well")
    equal("one that refuses", "127.255.255.254" in
          lists["refused.list.example"]["why"], True)
    ok("ended" in lists["ended.list.example"]["why"],
       "one that lists everything")
    ok("does not answer" in lists["silent.list.example"]["why"],
       "one that does not answer", lists["silent.list.example"])


def test_rules(folder, port):
    with open(folder + "/rules.cf", "w") as file:
        file.write(RULES)
    run = dns_test(folder, port, "--rules", folder + "/rules.cf")
    equal("all is well", run.returncode, 0)
    equal("the lists of rules are tried", [line.split()[0] for line in
                                           run.stdout.splitlines()[4:]],
          ["ip.list.example", "name.list.example"])


def test_resolvers(folder, port):
    one, = report(folder, port, "ip.list.example")["resolvers"]
    equal("a good resolver", (one["ok"], one["known_name"],
                              one["missing_name"]),
          (True, "found", "no_name"))
    faulty = servers.Faulty()
    run = dns_test(folder, faulty.port, "good.bad.example")
    equal("one that makes up addresses: exit code", run.returncode, 1)
    one, = report(folder, faulty.port, "good.bad.example")["resolvers"]
    equal("it is named", (one["ok"], one["missing_name"]), (False, "found"))
    one, = report(folder, servers.free_port(), "a.example")["resolvers"]
    equal("one that is not there", one["ok"], False)
    run = dns_test(folder, port, "no..name")
    equal("a wrong name is a wrong command", run.returncode, 2)


def main():
    if not servers.find("rbldnsd") or not servers.find("unbound"):
        print("1..0 # SKIP no rbldnsd or no unbound")
        return
    folder = servers.folder_with({})
    list_port, _ = servers.rbldnsd(ZONES)
    port = servers.unbound(f"""
	local-zone: "org." transparent
	local-data: "org. 300 IN NS ns.org."
	local-zone: "silent.list.example." transparent
stub-zone:
	name: "silent.list.example"
	stub-addr: 127.0.0.1@{servers.free_port()}
server:{stub_zones(list_port)}
""")
    test_lists(folder, port)
    test_rules(folder, port)
    test_resolvers(folder, port)
    finish()


main()
