/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reporter `xarf`: each wanted verdict as a report of XARF 4, category
 * messaging, type spam; one incident is one report. It names the source, so
 * it needs the profile evidence. Where the port of the client or a sender that
 * can be written to is not known, the protocol is "other", as "smtp" demands
 * both; posts are "social_media".
 */
#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"
#include "record/words.h"
#include "report/each.h"

static void
write_party(struct json *j, const char *name, const struct conf_node *node)
{
	json_begin_object(j, name);
	json_text(j, "org",
	          *node->organisation ? node->organisation : node->name);
	json_text(j, "contact", node->contact);
	json_text(j, "domain", node->domain);
	json_end(j);
}

static void
write_protocol(struct json *j, const struct item *i)
{
	uint64_t port =
	    item_count(json_object_get(i->root, "envelope"), "client_port");

	if (!sv_eq(i->counted.channel, SV("smtp"))) {
		json_text(j, "protocol", "social_media");
	} else if (port == 0 || port > UINT16_MAX ||
	           sv_find_char(i->from, '@') == SV_NOT_FOUND) {
		json_text(j, "protocol", "other");
	} else {
		json_text(j, "protocol", "smtp");
		json_str(j, "smtp_from", i->from);
		json_int(j, "source_port", (int64_t)port);
	}
}

static const char *
evidence_of(const struct item *i)
{
	struct sv evidence = i->counted.evidence;

	if (sv_eq(evidence, SV("feedback")))
		return "user_complaint";
	if (sv_eq(evidence, SV("list")) || sv_eq(evidence, SV("reputation")))
		return "reputation_feed";
	if (sv_eq(evidence, SV("rule")) || sv_eq(evidence, SV("campaign")))
		return "content_analysis";
	return "automated_filter";
}

static bool
write_xarf(const struct each *e, struct item *i, struct sv record,
           struct buf *out)
{
	const struct conf_node *node = &e->setup.conf->node;
	struct json j = json_start(out);
	char time[CLOCK_TEXT];

	(void)record;
	if (!each_wants_verdict(e, i) || i->client_ip.n == 0)
		return false;
	json_begin_object(&j, NULL);
	json_text(&j, "xarf_version", "4.0.0");
	json_str(&j, "report_id", i->id);
	json_text(&j, "timestamp", clock_text(i->unix_ms, time));
	write_party(&j, "reporter", node);
	write_party(&j, "sender", node);
	json_str(&j, "source_identifier", i->client_ip);
	json_text(&j, "category", "messaging");
	json_text(&j, "type", "spam");
	write_protocol(&j, i);
	json_text(&j, "evidence_source", evidence_of(i));
	json_str(&j, "_tamis_category",
	         words_known(WORDS_CATEGORY, i->counted.category));
	json_end(&j);
	return true;
}

static void *
xarf_open(const struct reporter_setup *setup, char why[REPORTER_WHY])
{
	const struct conf_node *node = &setup->conf->node;

	if (*node->contact && *node->domain)
		return each_open(setup, write_xarf, why);
	snprintf(why, REPORTER_WHY, "XARF needs node.contact and node.domain");
	return NULL;
}

const struct reporter_kind xarf_kind = {
	.open = xarf_open,
	.close = each_close,
	.deliver = each_deliver,
};
