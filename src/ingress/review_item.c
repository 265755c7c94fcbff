/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/review_item.h"

#include "base/clock.h"
#include "base/json.h"
#include "ingress/json_member.h"

static const char *const state_words[REVIEW_STATES] = {
	[REVIEW_WAITING] = "waiting",
	[REVIEW_SPAM] = "spam",
	[REVIEW_HAM] = "ham",
};

const char *
review_state_word(enum review_state s)
{
	return state_words[s];
}

enum review_state
review_state_find(struct sv word)
{
	enum review_state s = REVIEW_WAITING;

	while (s < REVIEW_STATES && !sv_eq_str(word, state_words[s]))
		s++;
	return s;
}

/* ---- writing ---- */

static void
write_time(struct json *j, const char *name, int64_t unix_ms)
{
	char text[CLOCK_TEXT];

	if (unix_ms)
		json_text(j, name, clock_text(unix_ms, text));
}

void
review_write(const struct review_item *item, struct json *j, const char *name)
{
	const struct {
		const char *name;
		struct sv value;
	} members[] = {
		{ "node", item->node },       { "channel", item->channel },
		{ "surface", item->surface }, { "site", item->site },
		{ "item", item->item },       { "author", item->author },
		{ "title", item->title },     { "excerpt", item->excerpt },
		{ "verdict", item->verdict }, { "rules", item->rules },
		{ "by", item->by },
	};

	json_begin_object(j, name);
	json_str(j, "id", item->id);
	json_text(j, "state", state_words[item->state]);
	write_time(j, "time", item->unix_ms);
	json_e4(j, "score", item->score_e4);
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (members[i].value.n)
			json_str(j, members[i].name, members[i].value);
	write_time(j, "decided", item->decided_ms);
	json_end(j);
}

struct store_op
review_item_op(const struct review_item *item, const struct conf *conf,
               struct arena *a)
{
	struct buf text = BUF_INIT(STORE_VALUE_MAX);
	struct review_item shorter = *item;
	struct json j = json_start(&text);
	struct store_op op = {
		.kind = STORE_SET,
		.name = ARENA_JOIN(a, SV("review:"), item->id),
		.expires_ms = item->unix_ms + conf->review.time_ms,
	};

	review_write(item, &j, NULL);
	if (text.full) { /* control characters are six times as long */
		buf_reset(&text);
		j = json_start(&text);
		shorter.excerpt = shorter.author = SV_NONE;
		review_write(&shorter, &j, NULL);
	}
	op.value = arena_dup(a, buf_sv(&text));
	buf_done(&text);
	return op;
}

/* ---- reading ---- */

static int
read_object(json_t *root, struct arena *a, struct review_item *ret)
{
	double score = json_number_value(json_object_get(root, "score"));

	*ret = (struct review_item){
		.id = json_member(root, "id", a),
		.node = json_member(root, "node", a),
		.channel = json_member(root, "channel", a),
		.surface = json_member(root, "surface", a),
		.site = json_member(root, "site", a),
		.item = json_member(root, "item", a),
		.author = json_member(root, "author", a),
		.title = json_member(root, "title", a),
		.excerpt = json_member(root, "excerpt", a),
		.verdict = json_member(root, "verdict", a),
		.rules = json_member(root, "rules", a),
		.by = json_member(root, "by", a),
		.score_e4 = (int64_t)(score * E4_ONE + (score < 0 ? -.5 : .5)),
		.state = review_state_find(json_member(root, "state", a)),
	};
	clock_parse(json_member(root, "decided", a), &ret->decided_ms);
	return ret->state == REVIEW_STATES || !uuid_valid(ret->id) ||
	               clock_parse(json_member(root, "time", a), &ret->unix_ms)
	           ? E_SYNTAX
	           : 0;
}

int
review_read(struct sv json, struct arena *a, struct review_item *ret)
{
	json_t *root = json_loadb(json.p, json.n, JSON_ALLOW_NUL, NULL);
	int result = root ? read_object(root, a, ret) : E_SYNTAX;

	json_decref(root);
	return result;
}

int
review_get(struct store *store, struct sv id, struct arena *a,
           struct review_item *ret)
{
	struct store_read read = {
		.name = ARENA_JOIN(a, SV("review:"), id),
		.is_value = true,
	};

	if (!uuid_valid(id))
		return E_UNKNOWN;
	store_get(store, a, clock_unix_ms(), &read, 1);
	return read.found && review_read(read.value, a, ret) == 0 ? 0
	                                                          : E_UNKNOWN;
}
