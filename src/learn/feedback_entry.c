/* SPDX-License-Identifier: Apache-2.0 */
/* Reports and receipts as JSON: what is in the store of them. */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "learn/receipt.h"

/* ---- words ---- */

static const char *const state_words[RECEIPT_STATES] = {
	"accepted",  "applied",    "ignored",
	"confirmed", "overturned", "withdrawn",
};

const char *
receipt_state_word(enum receipt_state s)
{
	return state_words[s];
}

static int
find_word(const char *const *words, int n, struct sv word)
{
	int i = 0;

	while (i < n && !sv_eq_str(word, words[i]))
		i++;
	return i;
}

enum receipt_state
receipt_state_find(struct sv word)
{
	return (enum receipt_state)find_word(state_words, RECEIPT_STATES, word);
}

static const char *const why_words[RECEIPT_WHYS] = {
	"counts",   "repeated", "network_cap", "newcomer_cap",
	"no_trust", "reviewed", "not_theirs",  "expired",
};

const char *
receipt_why_word(enum receipt_why w)
{
	return why_words[w];
}

struct sv
receipt_name(struct arena *a, struct sv id)
{
	return ARENA_JOIN(a, SV("report:"), id);
}

/* ---- writing ---- */

static void
write_known(struct json *j, const char *name, struct sv text)
{
	if (text.n)
		json_str(j, name, text);
}

static void
write_true(struct json *j, const char *name, bool is)
{
	if (is)
		json_bool(j, name, true);
}

static void
write_entry(struct json *j, const struct feedback_entry *e)
{
	json_str(j, "id", e->id);
	json_str(j, "ref", e->verdict_id);
	json_text(j, "type", feedback_kind_word(e->kind));
	json_text(j, "source", feedback_source_word(e->source));
	json_int(j, "unix_ms", e->unix_ms);
	write_known(j, "by", e->who);
	write_known(j, "network", e->network);
	write_known(j, "reason", e->reason);
	write_known(j, "node", e->node);
	write_true(j, "is_person", e->is_person);
	write_true(j, "is_correction", e->is_correction);
	write_true(j, "report_origin", e->report_origin);
	write_true(j, "third_party", e->third_party);
}

void
feedback_write(const struct feedback_entry *e, struct buf *out)
{
	struct json j = json_start(out);

	json_begin_object(&j, NULL);
	write_entry(&j, e);
	json_end(&j);
}

static void
write_effects(struct json *j, const struct receipt *r)
{
	char text[17];

	json_int(j, "applied_ms", r->applied_ms);
	json_int(j, "trust_e4", r->trust_e4);
	json_int(j, "amount_e4", r->amount_e4);
	write_true(j, "is_counted", r->is_counted);
	write_true(j, "is_newcomer", r->is_newcomer);
	write_known(j, "campaign", sv_str(r->campaign));
	json_begin_array(j, "keys");
	for (unsigned i = 0; i < r->keys.n; i++) {
		snprintf(text, sizeof text, "%016" PRIx64, r->keys.list[i]);
		json_text(j, NULL, text);
	}
	json_end(j);
	json_int(j, "text_keys", r->keys.n_text);
	json_int(j, "quorum", r->keys.quorum);
	json_int(j, "counted", r->counted);
}

void
receipt_write(const struct receipt *r, struct buf *out)
{
	struct json j = json_start(out);

	json_begin_object(&j, NULL);
	write_entry(&j, &r->entry);
	json_text(&j, "state", receipt_state_word(r->state));
	if (r->why)
		json_text(&j, "why", receipt_why_word(r->why));
	if (r->applied_ms)
		write_effects(&j, r);
	if (r->settled_ms) {
		json_text(&j, "settled_by", r->settled_by);
		json_int(&j, "settled_ms", r->settled_ms);
	}
	json_int(&j, "changes", r->changes);
	json_end(&j);
}

/* ---- reading ---- */

static struct sv
text_of(const json_t *o, const char *name, struct arena *a)
{
	const json_t *v = json_object_get(o, name);

	return arena_dup(a, sv_make(v ? json_string_value(v) : "",
	                            v ? json_string_length(v) : 0));
}

static int64_t
int_of(const json_t *o, const char *name)
{
	return json_integer_value(json_object_get(o, name));
}

static bool
true_of(const json_t *o, const char *name)
{
	return json_is_true(json_object_get(o, name));
}

static int
read_entry(const json_t *o, struct arena *a, struct feedback_entry *e)
{
	*e = (struct feedback_entry){
		.id = text_of(o, "id", a),
		.verdict_id = text_of(o, "ref", a),
		.kind = feedback_kind_find(text_of(o, "type", a)),
		.source = feedback_source_find(text_of(o, "source", a)),
		.unix_ms = int_of(o, "unix_ms"),
		.who = text_of(o, "by", a),
		.network = text_of(o, "network", a),
		.reason = text_of(o, "reason", a),
		.node = text_of(o, "node", a),
		.is_person = true_of(o, "is_person"),
		.is_correction = true_of(o, "is_correction"),
		.report_origin = true_of(o, "report_origin"),
		.third_party = true_of(o, "third_party"),
	};
	return uuid_valid(e->id) && uuid_valid(e->verdict_id) &&
	               e->kind < FEEDBACK_KINDS && e->source < FEEDBACK_SOURCES
	           ? 0
	           : E_SYNTAX;
}

static json_t *
parse(struct sv json)
{
	return json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
}

int
feedback_read(struct sv json, struct arena *a, struct feedback_entry *ret)
{
	json_t *root = parse(json);
	int result = json_is_object(root) ? read_entry(root, a, ret) : E_SYNTAX;

	json_decref(root);
	return result;
}

static void
read_keys(const json_t *list, struct receipt *r)
{
	const json_t *item;
	size_t i;

	json_array_foreach (list, i, item) {
		const char *text = json_string_value(item);

		if (text && r->keys.n < CAMPAIGN_KEYS)
			r->keys.list[r->keys.n++] = strtoull(text, NULL, 16);
	}
}

static unsigned
count_of(const json_t *o, const char *name, unsigned max)
{
	int64_t n = int_of(o, name);

	return n < 0 ? 0 : n > max ? max : (unsigned)n;
}

static void
copy_text(const json_t *o, const char *name, char *to, size_t size)
{
	const char *text = json_string_value(json_object_get(o, name));

	snprintf(to, size, "%s", text ? text : "");
}

static int
read_receipt(const json_t *o, struct arena *a, struct receipt *r)
{
	struct sv why = text_of(o, "why", a);

	*r = (struct receipt){
		.state = receipt_state_find(text_of(o, "state", a)),
		.why = (enum receipt_why)(
		    why.n ? find_word(why_words, RECEIPT_WHYS, why) : 0),
		.applied_ms = int_of(o, "applied_ms"),
		.trust_e4 = int_of(o, "trust_e4"),
		.amount_e4 = int_of(o, "amount_e4"),
		.is_counted = true_of(o, "is_counted"),
		.is_newcomer = true_of(o, "is_newcomer"),
		.settled_ms = int_of(o, "settled_ms"),
		.changes = int_of(o, "changes"),
	};
	read_keys(json_object_get(o, "keys"), r);
	r->keys.n_text = count_of(o, "text_keys", r->keys.n);
	r->keys.quorum = count_of(o, "quorum", r->keys.n);
	r->counted = count_of(o, "counted", (1U << r->keys.n) - 1);
	copy_text(o, "campaign", r->campaign, sizeof r->campaign);
	copy_text(o, "settled_by", r->settled_by, sizeof r->settled_by);
	return r->state < RECEIPT_STATES && r->why < RECEIPT_WHYS
	           ? read_entry(o, a, &r->entry)
	           : E_SYNTAX;
}

int
receipt_read(struct sv json, struct arena *a, struct receipt *ret)
{
	json_t *root = parse(json);
	int result =
	    json_is_object(root) ? read_receipt(root, a, ret) : E_SYNTAX;

	json_decref(root);
	return result;
}
