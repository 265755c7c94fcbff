/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/shortcircuit.h"

#include "base/e4.h"

static const char name[] = "SHORTCIRCUIT";

enum {
	TURNS = 16, /* of one priority, at most */
	META_TURN = TURNS - 1,
	NET_PRIORITY = -100,
	CAPTURE_PRIORITY = -10000,
};

static const int64_t never = INT64_MAX;

void
shortcircuit_define(struct drafts *drafts, struct diags *diags)
{
	static char file[] = "(built in)";
	static char text[] = "meta SHORTCIRCUIT 0\n"
			     "describe SHORTCIRCUIT The judging ended early: "
			     "not all rules were run\n"
			     "tflags SHORTCIRCUIT userconf noautolearn\n";
	const struct rule_source source = { .file = file,
		                            .text = text,
		                            .bytes = sizeof text - 1 };
	const struct draft *d;

	for (size_t i = 0; i < drafts->list.n; i++) {
		if (!drafts->list.list[i]->rule.shortcircuit)
			continue;
		d = map_get(drafts->by_name, SV(name));
		if (!d || d->state != DRAFT_DEFINED)
			parse_source(&source, drafts, diags);
		return;
	}
}

/* ---- turns ---- */

/* The turn of a rule among those of its priority. */
static int64_t
place_of(const struct rule_set *rs, uint32_t rule)
{
	static const int64_t places[] = {
		[RULE_HEADER] = 0,     [RULE_LIST] = 1,
		[RULE_BODY] = 2,       [RULE_SKELETON] = 2,
		[RULE_URI] = 3,        [RULE_URI_SKELETON] = 3,
		[RULE_MIMEHEADER] = 4, [RULE_URI_DETAIL] = 4,
		[RULE_RAWBODY] = 5,    [RULE_FULL] = 7,
		[RULE_ASKDNS] = 7,     [RULE_META] = META_TURN,
	};
	enum rule_type type = rs->rules[rule].type;

	if (rs->programs[rule].kind != PROGRAM_EVAL)
		return places[type];
	return type == RULE_BODY ? 4 : places[type] + 1;
}

static int64_t
own_priority(const struct rule *r, bool has_groups)
{
	if (r->priority)
		return r->priority;
	if (has_groups)
		return CAPTURE_PRIORITY;
	return r->tflags & TFLAG_NET ? NET_PRIORITY : 0;
}

/* What a meta is made of has its priority, at most. */
static void
pass_on(const struct rule_set *rs, int64_t *priority)
{
	uint32_t used;

	for (size_t i = rs->n_metas; i-- > 0;) { /* users before the used */
		int64_t own = priority[rs->metas[i]];
		const struct expr *e = &rs->programs[rs->metas[i]].expr;

		for (size_t k = 0; k < e->n; k++) {
			if (!expr_is_value(&e->list[k], &used) ||
			    priority[used] <= own)
				continue;
			priority[used] =
			    own < NET_PRIORITY &&
				    rs->rules[used].tflags & TFLAG_NET
				? NET_PRIORITY
				: own;
		}
	}
}

/* Metas are computed when all their parts have been, whatever their own
 * priority is; those that lack one, after all. */
static int64_t
meta_turn(const struct rule_set *rs, const struct program *p, int64_t first)
{
	int64_t turn = first;
	uint32_t used;

	if (p->lacks_parts)
		return never;
	for (size_t i = 0; i < p->expr.n; i++)
		if (expr_is_value(&p->expr.list[i], &used) &&
		    rs->turns[used] > turn)
			turn = rs->turns[used];
	return turn == never ? never : turn | META_TURN;
}

static void
make_turns(struct rule_set *rs, int64_t *priority)
{
	int64_t first = never;

	for (size_t i = 0; i < rs->captures.n; i++)
		priority[rs->captures.list[i]] = 1;
	for (size_t i = 0; i < rs->n; i++)
		priority[i] = own_priority(&rs->rules[i], priority[i]);
	pass_on(rs, priority);
	rs->turns = ARENA_ARRAY(rs->arena, int64_t, rs->n + 1);
	for (uint32_t i = 0; i < rs->n; i++) {
		if (priority[i] * TURNS < first)
			first = priority[i] * TURNS;
		rs->turns[i] = priority[i] * TURNS + place_of(rs, i);
	}
	for (size_t i = 0; i < rs->n_metas; i++) {
		uint32_t meta = rs->metas[i];

		rs->turns[meta] = meta_turn(rs, &rs->programs[meta], first);
	}
}

void
shortcircuit_make(struct rule_set *rs, const struct drafts *drafts)
{
	bool is_used = false;
	int64_t *priority;

	for (size_t i = 0; i < rs->n; i++)
		is_used |= rs->rules[i].shortcircuit != SHORTCIRCUIT_OFF;
	if (!is_used)
		return;
	priority = mem_calloc(rs->n + 1, sizeof *priority);
	make_turns(rs, priority);
	free(priority);
	rs->shortcircuit_spam_e4 = drafts->shortcircuit_spam_e4;
	rs->shortcircuit_ham_e4 = drafts->shortcircuit_ham_e4;
}

/* ---- results ---- */

static int64_t
turn_of(const struct rule_set *rs, const struct rule_hit *hit)
{
	return rs->turns[rule_index(rs, hit->rule)];
}

/* The hit that ends the judging, or NULL. */
static const struct rule_hit *
find_end(const struct rule_set *rs, const struct rule_result *result)
{
	const struct rule_hit *end = NULL;

	for (size_t i = 0; i < result->n_hits; i++) {
		const struct rule_hit *hit = &result->hits[i];

		if (hit->rule->shortcircuit &&
		    (!end || turn_of(rs, hit) < turn_of(rs, end)))
			end = hit;
	}
	return end;
}

/* The points that SHORTCIRCUIT has: a rule that is `on` stays with its own. */
static int64_t
end_score_e4(const struct rule_set *rs, const struct rule_hit *hit,
             bool *ret_ham)
{
	const struct rule *end = hit->rule;

	*ret_ham = end->shortcircuit == SHORTCIRCUIT_HAM ||
	           (end->shortcircuit == SHORTCIRCUIT_ON && hit->score_e4 < 0);
	if (end->shortcircuit == SHORTCIRCUIT_ON)
		return *ret_ham ? -1 : 1;
	return *ret_ham ? rs->shortcircuit_ham_e4 : rs->shortcircuit_spam_e4;
}

static void
add_hit(const struct rule_set *rs, struct rule_result *result, int64_t score_e4)
{
	struct rule_hit hit = {
		.rule = map_get(rs->by_name, SV(name)),
		.view = VIEW_HEADER,
		.count = 1,
		.score_e4 = score_e4,
	};
	size_t at = result->n_hits++;

	for (; at > 0 && result->hits[at - 1].rule > hit.rule; at--)
		result->hits[at] = result->hits[at - 1];
	result->hits[at] = hit;
}

static void
add_up(struct rule_result *result)
{
	result->score_e4 = 0;
	for (size_t i = 0; i < result->n_hits; i++)
		result->score_e4 += result->hits[i].score_e4;
}

void
shortcircuit_apply(const struct rule_set *rs, bool with_subs,
                   struct rule_result *result)
{
	const struct rule_hit *end = find_end(rs, result);
	int64_t last = end ? turn_of(rs, end) : never, score_e4 = 0;
	size_t n = 0;

	if (end) {
		result->shortcircuit = end->rule;
		score_e4 = end_score_e4(rs, end, &result->shortcircuit_is_ham);
	}
	for (size_t i = 0; i < result->n_hits; i++)
		if (turn_of(rs, &result->hits[i]) <= last &&
		    (with_subs || !result->hits[i].rule->is_sub))
			result->hits[n++] = result->hits[i];
	result->n_hits = n;
	add_up(result);
	if (!result->shortcircuit)
		return;
	/* SpamAssassin rounds a sum to three decimals: what `on` adds shows
	 * that it is there, and does not count. */
	add_hit(rs, result, score_e4);
	if (result->shortcircuit->shortcircuit != SHORTCIRCUIT_ON)
		result->score_e4 += score_e4;
}
