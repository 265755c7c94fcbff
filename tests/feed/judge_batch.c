/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the collector's reader says of batches, for mutants.py: a batch a line
 * in, a line out: "taken", "form" (it breaks the schema) or "sum" (it does
 * not agree with itself), the JSON pointer and the reason. With the argument
 * "sample": a batch that has everything, in either profile.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "record/event.h"

#define MINUTE    INT64_C(1795403040000) /* 2026-11-23T03:04:00Z */
#define PSEUDONYM "hmac-sha256:0123456789abcdef0123456789abcdef"
#define DIGITS    "0123456789abcdef0123456789abcdef"

static void
fill(struct aggregate *g, bool statistical, json_t *events)
{
	static const struct sv rules[] = { { "BAYES_99", 8 },
		                           { "URIBL_X", 7 } };
	struct record_item item = {
		.unix_ms = MINUTE,
		.channel = SV("smtp"),
		.surface = SV("mail"),
		.verdict = SV("advertising_spam"),
		.action = SV("quarantine"),
		.ad_type = SV("direct_ad"),
		.category = SV("gambling"),
		.country = SV("FR"),
		.asn = SV("64500"),
		.spf = SV("pass"),
		.dkim = SV("fail"),
		.dmarc = SV("none"),
		.evidence = SV("list"),
		.route = SV("named"),
		.campaign = statistical ? SV("") : SV(PSEUDONYM),
		.complete = true,
		.recipients = 2,
		.bytes = 100,
		.cpu_us = 7,
		.rules = rules,
		.n_rules = 2,
	};
	struct record_feedback feedback = { MINUTE, SV("smtp"), SV("spam"),
		                            SV("imap"), SV("no_consent") };
	struct record_correction correction = { MINUTE, SV("review"),
		                                SV("advertising_spam"),
		                                SV("legitimate") };
	struct event e = { .item = &item,
		           .id = SV(PSEUDONYM),
		           .key_epoch = SV("2026-11"),
		           .client = SV(PSEUDONYM) };

	aggregate_add(g, &item);
	json_array_append_new(events, event_new(&e));
	item.verdict = SV("legitimate");
	aggregate_add(g, &item);
	aggregate_add_feedback(g, &feedback);
	aggregate_add_correction(g, &correction);
	aggregate_add_recognition(
	    g, &(struct record_recognition){ MINUTE, SV("spam"), 90 });
	aggregate_add_connections(g, 5, 1);
	e.item = NULL;
	e.feedback = &feedback;
	json_array_append_new(events, event_new(&e));
	e.feedback = NULL;
	e.correction = &correction;
	json_array_append_new(events, event_new(&e));
}

static void
print_sample(const char *profile)
{
	bool statistical = strcmp(profile, "statistical") == 0;
	struct aggregate *list[] = { aggregate_new(MINUTE),
		                     aggregate_new(MINUTE + 60000) };
	json_t *events = json_array();
	struct buf out = BUF_INIT(1 << 20);
	struct batch b = {
		.id = SV("mx1/1/0-10"),
		.supersedes = SV("mx1/1/0-9"),
		.node = SV("mx1"),
		.generator = SV("tamis 0.1.0-rc1"),
		.org = SV("Soci\xc3\xa9t\xc3\xa9 S.A."),
		.domain = SV("example.org"),
		.contact = SV("abuse@example.org"),
		.sector = SV("isp"),
		.ruleset = SV("sha256:" DIGITS DIGITS),
		.profile = sv_str(profile),
		.k_min = 1,
		.accounts = 40,
		.accounts_filtered = 30,
		.nodes_expected = 2,
		.lost = 3,
		.gaps = { { MINUTE - 120000, MINUTE, 3, SV("disk_full") } },
		.n_gaps = 1,
		.marks = { { MINUTE, SV("k_min"), SV("1"), SV("10") },
		           { MINUTE, SV("generator"), SV("tamis 0.1"),
		             SV("tamis 0.2") } },
		.n_marks = 2,
		.aggregates = list,
		.n_aggregates = 2,
	};

	fill(list[0], statistical, events);
	fill(list[1], statistical, events);
	b.events = statistical ? NULL : events;
	batch_write(&b, &out);
	puts(buf_str(&out));
	buf_done(&out);
	json_decref(events);
	aggregate_free(list[0]);
	aggregate_free(list[1]);
}

static void
judge(const char *line)
{
	json_t *root = json_loads(line, JSON_DECODE_ANY, NULL);
	char pointer[128] = "", why[128] = "";
	struct batch b;
	int result = root ? batch_parse(root, &b, pointer, why) : E_SYNTAX;

	if (result == 0)
		batch_done(&b);
	printf("%s %s %s\n",
	       result == 0         ? "taken"
	       : result == E_STATE ? "sum"
	                           : "form",
	       pointer, why);
	json_decref(root);
}

int
main(int argc, char **argv)
{
	char *line = NULL;
	size_t size = 0;

	if (argc == 3 && strcmp(argv[1], "sample") == 0) {
		print_sample(argv[2]);
		return 0;
	}
	while (getline(&line, &size, stdin) > 0)
		judge(line);
	free(line);
	return 0;
}
