#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""schema/batch.schema.json and the collector's reader, compared: each of some
forty thousand changes of a good batch is taken by both or refused by both.
What a schema cannot say (sums, order) the reader answers with "sum", and the
schema has to take. Prints TAP. Usage: mutants.py JUDGE_BATCH SCHEMA

Some thousand of the changes are tried, the same each time; all of them, in
minutes, with TAMIS_SCHEMA=all."""
import copy
import json
import os
import random
import re
import subprocess
import sys

try:
    import jsonschema
    from jsonschema import validators
except ImportError:
    print("1..0 # SKIP python3-jsonschema is not installed")
    sys.exit(0)

JUDGE, SCHEMA = sys.argv[1], sys.argv[2]
SOME = 2000  # changes of each profile

# What strangers would like to smuggle out, and what is nearly right.
TEXTS = [
    "", "other", "alice", "alice@example.org", "192.0.2.1", "192.0.2.1/32",
    "2001:db8::1", "https://example.org/a?b=c", "www.example.org",
    "Your invoice is overdue", "+41 79 123 45 67", "0041791234567",
    "mx1\n", "mx1 ", " mx1", "mx1\u0000", "\u202emx1", "ALICE_SMITH",
    "A_192_0_2_1", "A_1234567", "A_123456", "A" * 64, "A" * 65, "a" * 400,
    "FR", "fr", "FRA", "F\u00c9", "0", "1", "01", "4294967295", "4294967296",
    "99999", "-1", "1.0", "64500 ", "pass", "PASS", "spam", "statistical",
    "pseudonymous", "evidence", "sha256:", "sha256:" + "0" * 64,
    "sha256:" + "0" * 63, "sha256:" + "g" * 64, "sha256:" + "A" * 64,
    "hmac-sha256:" + "0" * 32, "hmac-sha256:" + "0" * 31,
    "hmac-sha256:alice@example.org" + "0" * 16, "tamis 0.1", "tamis 192.0.2.1",
    "tamis 0.1.0", "tamis 0.1.0-rc1", "tamis 0.1.0 by alice", "tamis",
    "tamis-x 1", "-tamis 1", "Tamis 1", "mx1/1/0-10", "mx1/g/0-10",
    "mx1/1/alice", "mx1/alice@example.org", "mx2/1/0-10", "mx1/1/0-10/",
    "1/1/0-1", "mx1/1/-", "mx1/" + "a" * 17 + "/0-1", "2026-11", "2026-13",
    "1969-12", "2026-11-23", "2026-11-23T03:04:00.000Z",
    "2026-11-23T03:04:00Z", "2026-11-23T03:04:01.000Z",
    "2026-02-29T00:00:00.000Z", "2024-02-29T00:00:00.000Z",
    "2100-02-29T00:00:00.000Z", "2000-02-29T00:00:00.000Z",
    "1960-02-29T00:00:00.000Z", "2026-04-31T00:00:00.000Z",
    "2026-11-23T24:00:00.000Z", "2026-11-23T23:59:00.000Z",
    "1970-01-01T00:00:00.000Z", "1969-12-31T23:59:00.000Z",
    "2026-11-23t03:04:00.000z", "2026-11-23T03:04:00.000+00:00",
    "example.org", "EXAMPLE.org", "example", "example.1", "example.o",
    "-a.example.org", "a-.example.org", "a..org", ".org", "example.org.",
    "1.2.3.4.com", "postmaster@example.org", "postmaster@", "abuse@example",
    "Soci\u00e9t\u00e9", "Fabrik 1.2", "Fabrik 12345", "Fabrik 1234",
    "\u56fd" * 64, "\u56fd" * 65, "A & B", "a=b", "a/b", "1m", "longer",
    "review", "spool_full", "disk_full", "isp", "ruleset", "k_min",
]
VALUES = [None, True, False, 0, 1, -1, 1.0, 1.5, -0.0, 2 ** 53, 2 ** 53 + 1,
          2.0 ** 53, 1e300, [], {}, [[]], ["other"], ["other", 1],
          ["other", "other", 1], ["other", "other", "other", 1], [1]]


def places(value, path=()):
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], path + (key,))
    elif isinstance(value, list):
        for index in range(len(value)):
            yield from places(value[index], path + (index,))


def put(root, path, value):
    if not path:
        return value
    root = copy.deepcopy(root)
    at = root
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return root


def get(root, path):
    for step in path:
        root = root[step]
    return root


def words(schema):
    """Every word of every enumeration."""
    if isinstance(schema, dict):
        for word in schema.get("enum", []):
            yield word
        for value in schema.values():
            yield from words(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from words(value)


def mutations(base, all_words, random_):
    for path in places(base):
        value = get(base, path)
        texts = TEXTS if isinstance(value, str) else TEXTS[:4]
        for text in texts:
            yield put(base, path, text)
        if isinstance(value, str):
            for word in random_.sample(all_words, 25):
                yield put(base, path, word)
            for at in range(min(len(value), 30)):
                yield put(base, path, value[:at] + value[at + 1:])
            for _ in range(6):
                at = random_.randrange(len(value) + 1)
                yield put(base, path, value[:at] + chr(random_.choice(
                    [random_.randrange(32, 127), 0xe9])) + value[at:])
        for other in VALUES:
            yield put(base, path, other)
        if isinstance(value, dict):
            for name in value:
                less = dict(value)
                del less[name]
                yield put(base, path, less)
            for name in ("extra", "subject", "ip", "a/b", ""):
                yield put(base, path, {**value, name: "x"})
        if isinstance(value, list) and value:
            yield put(base, path, value[1:])
            yield put(base, path, value + [value[-1]])
            yield put(base, path, value * 120)


def ecma(pattern):
    """JSON Schema's patterns are of ECMA-262, where $ is the very end."""
    return re.compile(re.sub(r"(?<!\\)\$", r"\\Z", pattern))


def match_pattern(validator, pattern, instance, _schema):
    if validator.is_type(instance, "string") and \
            not cache.setdefault(pattern, ecma(pattern)).search(instance):
        yield jsonschema.ValidationError("pattern")


cache = {}
count, failed = 0, 0


def ok(good, what):
    global count, failed
    count += 1
    failed += not good
    print(("ok" if good else "not ok"), count, "-", what)


with open(SCHEMA, encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
validator = validators.extend(jsonschema.Draft202012Validator,
                              {"pattern": match_pattern})(schema)
all_words = sorted(set(words(schema)))
random_ = random.Random(1232)
for profile in ("statistical", "pseudonymous"):
    base = json.loads(subprocess.run(
        [JUDGE, "sample", profile], check=True, stdout=subprocess.PIPE).stdout)
    errors = [f"{e.json_path}: {e.message}"[:200]
              for e in validator.iter_errors(base)]
    ok(not errors, f"{profile}: the schema takes what is written {errors[:3]}")
    # one minute and one of each row is enough to change
    small = copy.deepcopy(base)
    del small["aggregates"][1]
    small["events"] = small["events"][:3]
    batches = [base, small]
    changes = list(mutations(small, all_words, random_))
    if os.environ.get("TAMIS_SCHEMA") != "all":
        changes = random_.sample(changes, SOME)
    batches += changes
    answers = subprocess.run(
        [JUDGE], input="".join(json.dumps(b) + "\n" for b in batches),
        check=True, text=True, stdout=subprocess.PIPE).stdout.split("\n")
    ok(answers[0].startswith("taken") and answers[1].startswith("taken"),
       f"{profile}: the reader takes what is written {answers[0]}")
    kinds = {"taken": 0, "form": 0, "sum": 0}
    differ = []
    for batch, answer in zip(batches, answers):
        kind = answer.split(" ")[0]
        kinds[kind] += 1
        if validator.is_valid(batch) != (kind != "form"):
            differ.append(answer)
    ok(not differ, f"{profile}: {len(batches)} batches judged alike "
       f"({kinds['taken']} taken, {kinds['form']} refused, "
       f"{kinds['sum']} do not add up)")
    for answer in differ[:20]:
        print("#", answer)
    ok(kinds["taken"] > 20 and kinds["form"] > 1000 and kinds["sum"] > 10,
       f"{profile}: the changes were of all kinds")
print(f"1..{count}")
sys.exit(failed != 0)
