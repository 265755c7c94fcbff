#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""xarf.py FILE: whether each line is a report of XARF 4, messaging/spam, and
the only one of its identifier. The schema is our own, after what the
specification demands. Reports with one thing wrong have to be found, or the
schema proves nothing. Prints "N good"; or what is wrong."""
import copy
import ipaddress
import json
import sys

import jsonschema

PARTY = {
    "type": "object", "additionalProperties": False,
    "required": ["org", "contact", "domain"],
    "properties": {
        "org": {"type": "string", "minLength": 1, "maxLength": 200},
        "contact": {"type": "string",
                    "pattern": r"^[^@\s]+@[A-Za-z0-9.-]+$"},
        "domain": {"type": "string",
                   "pattern": r"^([A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}$"},
    },
}
SCHEMA = {
    "type": "object",
    "required": ["xarf_version", "report_id", "timestamp", "reporter",
                 "sender", "source_identifier", "category", "type",
                 "protocol"],
    "properties": {
        "xarf_version": {"type": "string",
                         "pattern": r"^4\.[0-9]+\.[0-9]+$"},
        "report_id": {"type": "string", "pattern":
                      "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"},
        "timestamp": {"type": "string", "pattern":
                      r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"},
        "reporter": PARTY,
        "sender": PARTY,
        "source_identifier": {"type": "string", "minLength": 1},
        "source_port": {"type": "integer", "minimum": 1, "maximum": 65535},
        "category": {"const": "messaging"},
        "type": {"const": "spam"},
        "protocol": {"enum": ["smtp", "sms", "whatsapp", "telegram", "signal",
                              "chat", "social_media", "push_notification",
                              "other"]},
        "smtp_from": {"type": "string", "pattern": r"^[^@\s]+@[^@\s]+$"},
        "evidence_source": {"enum": ["spamtrap", "user_complaint",
                                     "automated_filter", "honeypot",
                                     "content_analysis", "reputation_feed"]},
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        "_internal": False,  # is never to leave
    },
    "if": {"properties": {"protocol": {"const": "smtp"}}},
    "then": {"required": ["smtp_from", "source_port"]},
}


def wrong_ones(good):
    """The report with one thing wrong, each time another."""
    for name in SCHEMA["required"]:
        bad = copy.deepcopy(good)
        del bad[name]
        yield "without " + name, bad
    for party in "reporter", "sender":
        for name in PARTY["required"]:
            bad = copy.deepcopy(good)
            del bad[party][name]
            yield f"without {party}.{name}", bad
        yield party, {**good, party: {**good[party], "more": 1}}
        yield party, {**good, party: {**good[party], "contact": "nobody"}}
    for name, value in (("xarf_version", "3"), ("report_id", "1"),
                        ("timestamp", "yesterday"), ("category", "spam"),
                        ("type", "advertising"), ("protocol", "http"),
                        ("protocol", "smtp"), ("source_port", 0),
                        ("evidence_source", "rule"), ("_internal", {})):
        yield f"{name} {value}", {**good, name: value}


def fault(validator, report):
    error = jsonschema.exceptions.best_match(validator.iter_errors(report))
    if error:
        return f"{error.json_path}: {error.message}"
    ipaddress.ip_address(report["source_identifier"])
    return None


def main():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    with open(sys.argv[1], encoding="utf-8") as file:
        reports = [json.loads(line) for line in file]
    for report in reports:
        why = fault(validator, report)
        if why:
            sys.exit(f"{why} in {json.dumps(report)}")
    if len({x["report_id"] for x in reports}) != len(reports):
        sys.exit("an identifier is there twice")
    for what, bad in wrong_ones(reports[0]):
        if not fault(validator, bad):
            sys.exit(f"the schema lets pass: {what}")
    print(len(reports), "good")


main()
