/* SPDX-License-Identifier: Apache-2.0 */
/* Which lists rules ask: they are watched while they judge a message that has
 * something for every kind of list. Nobody else is asked anything. */
#include "base/map.h"
#include "base/mem.h"
#include "fact/zone.h"
#include "tamis/dns_test.h"

enum { QUESTIONS_MAX = 10000 };

static const char sample[] =
    "Received: from mail.example.edu (mail.example.edu "
    "[198.51.100.7])\r\n"
    "\tby mx.example.org (Postfix) with ESMTP id 0123456789\r\n"
    "\tfor <b@example.org>; Mon, 23 Nov 2026 12:00:00 +0000 (UTC)\r\n"
    "From: Sample <a@example.edu>\r\n"
    "Reply-To: c@example.edu\r\n"
    "To: b@example.org\r\n"
    "Subject: sample\r\n"
    "Date: Mon, 23 Nov 2026 12:00:00 +0000\r\n"
    "Message-ID: <1@example.edu>\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "\r\n"
    "See http://www.example.edu/a and http://203.0.113.9/b\r\n"
    "or write to d@example.edu\r\n";

/* Name servers and addresses, as some lists are about those of links. */
static const char answers[] = "example.edu NS found 60 ns.example.edu\n"
			      "example.edu A found 60 192.0.2.7\n"
			      "www.example.edu A found 60 192.0.2.7\n"
			      "ns.example.edu A found 60 192.0.2.9\n";

static struct lookup *
judge(struct arena *a, const struct snapshot *snapshot, struct zone *zone)
{
	struct lookup *lookup =
	    lookup_new(a, &zone_source, zone, QUESTIONS_MAX);
	struct rule_worker *worker = rule_worker_new();
	const struct conf_message *limits = &snapshot->conf->message;
	struct message *m = message_parse(a, SV(sample), limits);
	const struct relay_client client = {
		.ip = SV("198.51.100.7"),
		.name = SV("mail.example.edu"),
		.helo = SV("mail.example.edu"),
		.by = SV("mx.example.org"),
		.from = SV("a@example.edu"),
		.protocol = SV("ESMTP"),
	};
	const struct message_envelope envelope = {
		.from = client.from,
		.helo = client.helo,
		.client_ip = client.ip,
		.client_name = client.name,
		.relays = relays_read(a, m, &client, snapshot->network,
		                      (size_t)limits->relays_max),
	};
	const struct rule_job job = {
		.message = m,
		.envelope = &envelope,
		.all_hits = true,
		.lookup = lookup,
	};

	rule_eval(snapshot->rules, worker, a, &job);
	rule_worker_free(worker);
	return lookup;
}

struct dns_zone_names
dns_zones_of_rules(struct arena *a, const struct snapshot *snapshot)
{
	struct diags diags = DIAGS_INIT;
	struct zone *zone =
	    zone_read("sample", SV(answers), DNS_NO_NAME, &diags);
	struct dns_zone_names names = { NULL, 0 };
	const struct dns_question *q;
	const struct dns_answer *answer;
	struct map *seen = map_new();
	struct lookup *lookup;
	size_t pos = 0;

	if (!zone)
		mem_die("the sample's answers cannot be read");
	lookup = judge(a, snapshot, zone);
	names.list = ARENA_ARRAY(a, struct sv, QUESTIONS_MAX);
	while (lookup_next(lookup, &pos, &q, &answer))
		if (q->zone.n && !map_set(seen, q->zone, names.list))
			names.list[names.n++] = q->zone;
	map_free(seen);
	zone_free(zone);
	diags_done(&diags);
	return names;
}
