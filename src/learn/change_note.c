/* SPDX-License-Identifier: Apache-2.0 */
/* Entries of the log "change" that the ledger writes. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "learn/ledger.h"

static const char *const kind_words[CHANGE_KINDS] = { "report", "campaign",
	                                              "appeal" };

static void
write_known(struct json *j, const char *name, struct sv text)
{
	if (text.n)
		json_str(j, name, text);
}

void
change_note_write(const struct change_note *n, struct buf *out)
{
	struct json j = json_start(out);
	char key[17];

	json_begin_object(&j, NULL);
	json_text(&j, "kind", kind_words[n->kind]);
	write_known(&j, "report", n->report);
	write_known(&j, "cause", n->cause);
	write_known(&j, "ref", n->ref);
	write_known(&j, "campaign", n->campaign);
	write_known(&j, "from", n->from);
	write_known(&j, "to", n->to);
	json_int(&j, "unix_ms", n->unix_ms);
	if (n->keys) {
		json_begin_array(&j, "keys");
		for (unsigned i = 0; i < n->keys->n; i++) {
			snprintf(key, sizeof key, "%016" PRIx64,
			         n->keys->list[i]);
			json_text(&j, NULL, key);
		}
		json_end(&j);
	}
	json_end(&j);
}

static struct sv
text_of(const json_t *o, const char *name, struct arena *a)
{
	const json_t *v = json_object_get(o, name);

	return arena_dup(a, sv_make(v ? json_string_value(v) : "",
	                            v ? json_string_length(v) : 0));
}

int
change_note_read(struct sv json, struct arena *a, struct change_note *ret)
{
	json_t *o = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
	struct sv kind = text_of(o, "kind", a);
	int k = 0;

	while (k < CHANGE_KINDS && !sv_eq_str(kind, kind_words[k]))
		k++;
	*ret = (struct change_note){
		.kind = (enum change_kind)k,
		.report = text_of(o, "report", a),
		.cause = text_of(o, "cause", a),
		.ref = text_of(o, "ref", a),
		.campaign = text_of(o, "campaign", a),
		.from = text_of(o, "from", a),
		.to = text_of(o, "to", a),
		.unix_ms = json_integer_value(json_object_get(o, "unix_ms")),
	};
	json_decref(o);
	return k < CHANGE_KINDS ? 0 : E_SYNTAX;
}
