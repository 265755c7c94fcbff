/* SPDX-License-Identifier: Apache-2.0 */
#include "report/item.h"

#include "base/clock.h"
#include "base/uuid.h"

static struct sv
text_of(json_t *object, const char *name)
{
	json_t *value = json_object_get(object, name);

	return value && json_is_string(value)
	           ? sv_make(json_string_value(value),
	                     json_string_length(value))
	           : SV("");
}

static uint64_t
count_of(json_t *object, const char *name)
{
	json_int_t n = json_integer_value(json_object_get(object, name));

	return n > 0 ? (uint64_t)n : 0;
}

static void
read_rules(json_t *root, struct item *i)
{
	json_t *hits = json_object_get(root, "hits"), *hit;
	size_t at;

	json_array_foreach (hits, at, hit) {
		struct sv name = text_of(hit, "rule");

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

	i->client_ip = text_of(envelope, "client_ip");
	i->from = text_of(envelope, "from");
	i->counted.recipients = count_of(envelope, "recipient_count");
}

bool
item_read(struct sv record, struct item *ret)
{
	json_t *root = json_loadb(record.p, record.n, 0, NULL);
	struct item i = { .root = root, .id = text_of(root, "id") };
	struct record_item *c = &i.counted;

	if (!uuid_valid(i.id) ||
	    clock_parse(text_of(root, "time"), &c->unix_ms) || c->unix_ms < 0) {
		json_decref(root);
		return false;
	}
	i.node = text_of(root, "node");
	i.ruleset = text_of(root, "ruleset");
	i.score = json_number_value(json_object_get(root, "score"));
	i.threshold = json_number_value(json_object_get(root, "threshold"));
	c->channel = text_of(root, "channel");
	c->surface = text_of(root, "surface");
	c->verdict = text_of(root, "verdict");
	c->ad_type = text_of(root, "ad_type");
	c->category = text_of(root, "category");
	c->complete = json_is_true(json_object_get(root, "complete"));
	c->action = text_of(json_object_get(root, "plan"), "action");
	c->bytes = count_of(json_object_get(root, "message"), "bytes");
	c->cpu_us = count_of(json_object_get(root, "times_us"), "cpu");
	*ret = i;
	read_envelope(root, ret);
	read_rules(root, ret);
	return true;
}

void
item_done(struct item *i)
{
	json_decref(i->root);
	i->root = NULL;
}
