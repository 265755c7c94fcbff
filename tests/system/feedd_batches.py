#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes made-up batches of the feed, always the same for the same seed.

    feedd_batches.py FOLDER NODES HOURS [END]

One file FOLDER/NODE-NNNN.json a batch (an hour of one node), and the plain
sums over all of them in FOLDER/want.json. The last minute ends before END
(seconds since 1970; default: now)."""
import collections
import json
import os
import random
import sys
import time

VERDICTS = ["legitimate", "advertising_spam", "other_abuse", "suspected",
            "unknown"]
ACTIONS = {"legitimate": ["accept"], "unknown": ["accept"],
           "suspected": ["tag", "hold_for_review", "accept"],
           "advertising_spam": ["reject", "tag", "quarantine"],
           "other_abuse": ["reject", "quarantine"]}
SURFACES = {"smtp": ["mail"], "http": ["comment", "post", "review", "profile",
                                       "private-message"]}
CATEGORIES = ["gambling", "loan_finance", "pharma_health", "adult_dating",
              "investment", "counterfeit_goods", "software_it", "shopping",
              "lottery_prize", "jobs"]
AD_TYPES = ["direct_ad", "link_promotion", "hidden_ad", "contact_drop",
            "redirect_short_link", "seo_link", "fake_review",
            "bulk_newsletter"]
RULES = ["URI_SHORTENER", "HTML_HIDDEN_TEXT", "SUBJ_ALL_CAPS", "LOAN_OFFER",
         "CASINO_BONUS", "PILLS_CHEAP", "FROM_NOT_REPLY_TO", "BULK_PHRASES",
         "MISSING_DATE", "SKELETON_LOOKALIKE", "CONTACT_DROP",
         "MANY_LINKS_FEW_WORDS", "FAKE_INVOICE", "CRYPTO_DOUBLE"]
ORGS = [("mx1", "Example Mail Cooperative", "example.org"),
        ("mx2", "Example Mail Cooperative", "example.org"),
        ("forum", "Example Forum <Talk & Trade>", "example.net"),
        ("shop-reviews", "Example Shop Reviews", "example.com"),
        ("uni", "Example University", "edu.example.org")]


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:00.000Z", time.gmtime(seconds))


def heavy(random_, words, weight=0.65):
    at = 0
    while at < len(words) - 1 and random_.random() > 1 - weight:
        at += 1
    return words[at]


def item(random_, channel):
    spam = random_.random()
    verdict = ("legitimate" if spam > 0.47 else
               "advertising_spam" if spam > 0.12 else
               "other_abuse" if spam > 0.07 else
               "suspected" if spam > 0.01 else "unknown")
    bad = verdict in ("advertising_spam", "other_abuse", "suspected")
    return {
        "verdict": verdict,
        "action": heavy(random_, ACTIONS[verdict], 0.25),
        "surface": heavy(random_, SURFACES[channel], 0.5),
        "ad_type": heavy(random_, AD_TYPES) if bad else "none",
        "category": heavy(random_, CATEGORIES, 0.72) if bad else "other",
        "rules": {heavy(random_, RULES, 0.8)
                  for _ in range(random_.randint(1, 5))} if bad else
                 {"MISSING_DATE"} if random_.random() < 0.03 else set(),
    }


def aggregate(random_, minute, channel, items):
    totals = collections.Counter({name: 0 for name in VERDICTS})
    tables = collections.defaultdict(collections.Counter)
    for _ in range(items):
        i = item(random_, channel)
        totals.update({
            "items": 1, "recipients": random_.randint(1, 3),
            "bytes": random_.randint(800, 90000),
            "cpu_us": random_.randint(400, 5000),
            "incomplete": int(random_.random() < 0.01), i["verdict"]: 1})
        tables["channel_verdict_action"][channel, i["verdict"],
                                         i["action"]] += 1
        tables["surface_adtype"][i["surface"], i["ad_type"]] += 1
        tables["category_channel"][i["category"], channel] += 1
        for rule in i["rules"]:
            tables["rule"][rule,] += 1
    return totals, tables, {
        "period": {"begin": stamp(minute), "end": stamp(minute + 60)},
        "totals": {name: totals[name] for name in [
            "items", "recipients", "bytes", "cpu_us", "incomplete"]
            + VERDICTS},
        "tables": {name: [[*cells, n] for cells, n in tables[name].items()]
                   for name in ["channel_verdict_action", "surface_adtype",
                                "category_channel", "rule"]}}


def main():
    folder, nodes, hours = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    end = int(sys.argv[4]) if len(sys.argv) > 4 else int(time.time())
    random_ = random.Random(1232)
    want_totals = collections.Counter()
    want_tables = collections.defaultdict(collections.Counter)
    for at, (node, org, domain) in enumerate(ORGS[:nodes]):
        channel = "smtp" if domain.endswith("org") else "http"
        for hour in range(hours):
            begin = (end // 60 - 60 * (hours - hour)) * 60
            day = abs(12 - time.gmtime(begin).tm_hour) / 12
            aggregates = []
            for minute in range(begin, begin + 3600, 60):
                items = int(random_.expovariate(1 / ((6 - at) *
                                                     (1.4 - day))))
                if not items:
                    continue
                totals, tables, g = aggregate(random_, minute, channel,
                                              items)
                aggregates.append(g)
                want_totals.update(totals)
                for name in tables:
                    want_tables[name].update(tables[name])
            batch = {
                "v": "1", "batch": f"{node}/{begin}/0-{hour}", "node": node,
                "generator": "tamis 0.1",
                "reporter": {"org": org, "domain": domain,
                             "contact": f"abuse@{domain}"},
                "ruleset": "sha256:" + "0123456789abcdef" * 4,
                "privacy": {"profile": "statistical", "k_min": 1,
                            "suppressed_rows": 0, "suppressed_items": 0},
                "coverage": {"accounts": 1000 * (5 - at),
                             "lost": 3 if hour == 2 else 0},
                "aggregates": aggregates, "events": []}
            name = os.path.join(folder, f"{node}-{hour:04}.json")
            with open(name, "w", encoding="utf-8") as file:
                json.dump(batch, file)
    with open(os.path.join(folder, "want.json"), "w",
              encoding="utf-8") as file:
        json.dump({"totals": want_totals,
                   "tables": {name: [[*cells, n] for cells, n in
                                     sorted(rows.items())]
                              for name, rows in want_tables.items()}}, file)


if __name__ == "__main__":
    main()
