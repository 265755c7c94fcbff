/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reporter `intelmq`: each wanted verdict as a flat event of IntelMQ's data
 * harmonization, with the classes of the Reference Security Incident Taxonomy.
 * The address of the client is in it in the profile evidence alone.
 */
#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"
#include "record/words.h"
#include "report/each.h"

/* Of RSIT: what is no advertising is harm of another kind. */
static const char *
type_of(struct sv category)
{
	if (sv_eq(category, SV("phishing")))
		return "phishing";
	if (sv_eq(category, SV("malware")))
		return "malware-distribution";
	return "spam";
}

static const char *
taxonomy_of(struct sv category)
{
	if (sv_eq(category, SV("phishing")))
		return "fraud";
	if (sv_eq(category, SV("malware")))
		return "malicious-code";
	return "abusive-content";
}

static void
write_source(struct json *j, const struct each *e, const struct item *i)
{
	uint64_t asn;

	if (e->setup.own->profile == PRIVACY_EVIDENCE && i->client_ip.n)
		json_str(j, "source.ip", i->client_ip);
	if (sv_u64(i->counted.asn, &asn))
		json_int(j, "source.asn", (int64_t)asn);
	if (i->counted.country.n)
		json_str(j, "source.geolocation.cc", i->counted.country);
}

static bool
write_intelmq(const struct each *e, struct item *i, struct sv record,
              struct buf *out)
{
	const struct conf_node *node = &e->setup.conf->node;
	char time[CLOCK_TEXT], zoned[CLOCK_TEXT + 6];
	struct json j = json_start(out);

	(void)record;
	if (!each_wants_verdict(e, i))
		return false;
	clock_text(i->unix_ms, time);
	snprintf(zoned, sizeof zoned, "%.19s+00:00", time);
	json_begin_object(&j, NULL);
	json_text(&j, "time.source", zoned);
	json_text(&j, "time.observation", zoned);
	json_text(&j, "classification.taxonomy",
	          taxonomy_of(i->counted.category));
	json_text(&j, "classification.type", type_of(i->counted.category));
	json_str(&j, "classification.identifier",
	         words_known(WORDS_CATEGORY, i->counted.category));
	write_source(&j, e, i);
	json_text(&j, "protocol.application",
	          sv_eq(i->counted.channel, SV("smtp")) ? "smtp" : "http");
	json_text(&j, "feed.name", "tamis");
	json_text(&j, "feed.provider",
	          *node->organisation ? node->organisation : node->name);
	json_str(&j, "extra.verdict",
	         words_known(WORDS_VERDICT, i->counted.verdict));
	json_str(&j, "extra.surface",
	         words_known(WORDS_SURFACE, i->counted.surface));
	json_str(&j, "extra.ad_type",
	         words_known(WORDS_AD_TYPE, i->counted.ad_type));
	json_end(&j);
	return true;
}

static void *
intelmq_open(const struct reporter_setup *setup, char why[REPORTER_WHY])
{
	return each_open(setup, write_intelmq, why);
}

const struct reporter_kind intelmq_kind = {
	.open = intelmq_open,
	.close = each_close,
	.deliver = each_deliver,
};
