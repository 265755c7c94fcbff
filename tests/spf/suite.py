#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The test suite of RFC 7208 (openspf.org, release 2014.04), one TAP line a
test. It is not part of this tree: Debian's package python3-spf brings it."""
import gzip
import subprocess
import sys
import tempfile
from pathlib import Path

from zones import judge

NAME = "usr/share/doc/python3-spf/rfc7208-tests.yml.gz"


def suite_text():
    """The YAML; images of Debian often leave out what is in /usr/share/doc,
    then it is taken from the package itself. None: it cannot be had."""
    if Path("/", NAME).exists():
        return gzip.decompress(Path("/", NAME).read_bytes())
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["apt-get", "-q", "download", "python3-spf"],
                       cwd=folder, capture_output=True)
        for package in Path(folder).glob("*.deb"):
            tar = subprocess.run(["dpkg-deb", "--fsys-tarfile", package],
                                 capture_output=True, check=True).stdout
            return gzip.decompress(subprocess.run(
                ["tar", "-xO", "./" + NAME], input=tar, capture_output=True,
                check=True).stdout)
    return None


def records_of(items):
    """What the suite has for one name. An SPF record stands for a TXT record,
    unless there are TXT records of its own."""
    pairs = [item if isinstance(item, str) else next(iter(item.items()))
             for item in items]
    has_txt = any(pair[0] == "TXT" for pair in pairs)
    for pair in pairs:
        if isinstance(pair, str):
            yield pair
            continue
        kind, value = pair
        if kind == "SPF":
            if has_txt:
                continue
            kind = "TXT"
        if kind == "TXT" and isinstance(value, str) and value != "TIMEOUT":
            value = [value]
        if value != ["NONE"]:
            yield kind, value


def zone_of(scenario):
    return {name: list(records_of(items))
            for name, items in scenario["zonedata"].items()}


def is_right(test, said):
    wanted = test["result"]
    explanation = test.get("explanation")
    if explanation == "DEFAULT":
        explanation = ""
    return (said["result"] in (wanted if isinstance(wanted, list)
                               else [wanted]) and
            (explanation is None or said["explanation"] == explanation))


def main():
    try:
        import yaml
    except ImportError:
        print("1..0 # SKIP python3-yaml is not installed")
        return 0
    text = suite_text()
    if text is None:
        print("1..0 # SKIP the package python3-spf cannot be had")
        return 0
    count = failed = 0
    for scenario in yaml.safe_load_all(text):
        tests = scenario["tests"]
        said = judge(zone_of(scenario),
                     [(t["host"], t["mailfrom"], t["helo"])
                      for t in tests.values()])
        for (name, test), answer in zip(tests.items(), said):
            count += 1
            good = is_right(test, answer)
            failed += not good
            print(f"{'ok' if good else 'not ok'} {count} - {name}")
            if not good:
                print(f"#   wanted {test['result']} "
                      f"{test.get('explanation', '')!r}, not {answer}")
    print(f"1..{count}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
