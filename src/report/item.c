/* SPDX-License-Identifier: Apache-2.0 */
#include "report/item.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/uuid.h"
#include "record/words.h"

struct sv
item_text(json_t *object, const char *name)
{
	json_t *value = json_object_get(object, name);

	return value && json_is_string(value)
	           ? sv_make(json_string_value(value),
	                     json_string_length(value))
	           : SV("");
}

uint64_t
item_count(json_t *object, const char *name)
{
	json_int_t n = json_integer_value(json_object_get(object, name));

	return n > 0 ? (uint64_t)n : 0;
}

/* ---- verdicts ---- */

static void
read_rules(json_t *root, struct item *i)
{
	json_t *hits = json_object_get(root, "hits"), *hit;
	size_t at;

	json_array_foreach (hits, at, hit) {
		struct sv name = item_text(hit, "rule");

		if (json_number_value(json_object_get(hit, "score")) == 0 ||
		    name.n == 0)
			continue;
		if (i->counted.n_rules == ITEM_RULES_MAX)
			break;
		i->rules[i->counted.n_rules++] = name;
	}
	i->counted.rules = i->rules;
}

static void
read_envelope(json_t *root, struct item *i)
{
	json_t *envelope = json_object_get(root, "envelope");

	i->client_ip = item_text(envelope, "client_ip");
	i->from = item_text(envelope, "from");
	i->counted.recipients = item_count(envelope, "recipient_count");
}

static void
read_facts(json_t *root, struct item *i)
{
	json_t *facts = json_object_get(root, "facts");
	json_t *place = json_object_get(facts, "place");
	uint64_t asn = item_count(place, "asn");
	struct record_item *c = &i->counted;

	c->country = item_text(place, "country");
	if (asn && asn <= UINT32_MAX) {
		snprintf(i->asn, sizeof i->asn, "%" PRIu64, asn);
		c->asn = sv_str(i->asn);
	}
	c->spf = item_auth(facts, "spf");
	c->dkim = item_auth(facts, "dkim");
	c->dmarc = item_auth(facts, "dmarc");
}

static bool
read_verdict(json_t *root, struct item *i)
{
	struct record_item *c = &i->counted;
	json_t *signals = json_object_get(root, "signals");

	i->ruleset = item_text(root, "ruleset");
	i->score = json_number_value(json_object_get(root, "score"));
	i->threshold = json_number_value(json_object_get(root, "threshold"));
	i->campaign = item_text(json_object_get(signals, "campaign"), "id");
	c->unix_ms = i->unix_ms;
	c->channel = item_text(root, "channel");
	c->surface = item_text(root, "surface");
	c->verdict = item_text(root, "verdict");
	c->ad_type = item_text(root, "ad_type");
	c->category = item_text(root, "category");
	c->complete = json_is_true(json_object_get(root, "complete"));
	c->action = item_text(json_object_get(root, "plan"), "action");
	c->bytes = item_count(json_object_get(root, "message"), "bytes");
	c->cpu_us = item_count(json_object_get(root, "times_us"), "cpu");
	c->evidence = item_evidence(root);
	c->route = item_route(root);
	read_envelope(root, i);
	read_facts(root, i);
	read_rules(root, i);
	return true;
}

/* ---- what became of them ---- */

static bool
read_feedback(json_t *root, struct item *i)
{
	i->feedback = (struct record_feedback){
		.unix_ms = i->unix_ms,
		.channel = item_text(root, "channel"),
		.type = item_text(root, "type"),
		.source = item_text(root, "source"),
		.reason = item_text(root, "reason"),
	};
	i->ref = item_text(root, "ref");
	return words_have(WORDS_FEEDBACK, i->feedback.type) &&
	       !sv_eq(i->feedback.type, SV("other"));
}

static bool
read_correction(json_t *root, struct item *i)
{
	i->correction = (struct record_correction){
		.unix_ms = i->unix_ms,
		.by = item_text(root, "by"),
		.from = item_text(root, "from"),
		.to = item_text(root, "to"),
	};
	i->ref = item_text(root, "ref");
	return true;
}

static bool
read_recognition(json_t *root, struct item *i)
{
	i->recognition = (struct record_recognition){
		.unix_ms = i->unix_ms,
		.state = item_text(root, "state"),
		.after_s = item_count(root, "after_s"),
	};
	return true;
}

static bool
read_connections(json_t *root, struct item *i)
{
	i->opened = item_count(root, "opened");
	i->dropped = item_count(root, "dropped");
	return i->dropped <= i->opened;
}

static bool
read_gap(json_t *root, struct item *i)
{
	i->gap.begin_unix_ms = i->unix_ms;
	i->gap.records = item_count(root, "records");
	i->gap.generation = item_count(root, "generation");
	return i->gap.records > 0 &&
	       clock_parse(item_text(root, "end"), &i->gap.end_unix_ms) == 0;
}

static const struct {
	const char *name;
	enum item_kind kind;
	bool (*read)(json_t *root, struct item *i);
} kinds[] = {
	{ "", ITEM_VERDICT, read_verdict },
	{ "verdict", ITEM_VERDICT, read_verdict },
	{ "feedback", ITEM_FEEDBACK, read_feedback },
	{ "correction", ITEM_CORRECTION, read_correction },
	{ "recognition", ITEM_RECOGNITION, read_recognition },
	{ "connections", ITEM_CONNECTIONS, read_connections },
	{ "gap", ITEM_GAP, read_gap },
};

static bool
read_kind(json_t *root, struct item *i)
{
	struct sv name = item_text(root, "kind");

	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
		if (sv_eq_str(name, kinds[k].name)) {
			i->kind = kinds[k].kind;
			return kinds[k].read(root, i);
		}
	return false;
}

bool
item_read(struct sv record, struct item *ret)
{
	json_t *root = json_loadb(record.p, record.n, 0, NULL);

	*ret = (struct item){ .root = root, .id = item_text(root, "id") };
	ret->node = item_text(root, "node");
	if (uuid_valid(ret->id) &&
	    clock_parse(item_text(root, "time"), &ret->unix_ms) == 0 &&
	    ret->unix_ms >= 0 && read_kind(root, ret))
		return true;
	item_done(ret);
	return false;
}

void
item_done(struct item *i)
{
	json_decref(i->root);
	i->root = NULL;
}
