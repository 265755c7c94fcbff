/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/review.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/vec.h"
#include "ingress/post.h"
#include "ingress/review_item.h"
#include "learn/feedback.h"
#include "report/keep.h"

enum {
	AUTHOR_MAX = 150,
	TITLE_MAX = 200,
	EXCERPT_MAX = 400,
	RULES_MAX = 300,
	PAGE = 500, /* entries of the log that are looked at, at once */
};

/* The part of a half-life by which what is added at a steady rate is counted
 * as long as it waits: ln 2. */
#define STEADY 0.6931

/* ---- holding ---- */

/* At most so many bytes, of whole characters. */
static struct sv
cut(struct sv s, size_t max)
{
	if (s.n <= max)
		return s;
	while (max && ((unsigned char)s.p[max] & 0xc0) == 0x80)
		max--;
	return sv_sub(s, 0, max);
}

static struct sv
rule_names(const struct scan *s)
{
	struct buf names = BUF_INIT(RULES_MAX);
	struct sv result;

	for (size_t i = 0; i < s->rules->n_hits; i++)
		if (!s->rules->hits[i].rule->is_sub)
			buf_addf(&names, "%s%s", names.n ? "," : "",
			         s->rules->hits[i].rule->name);
	result = arena_dup(s->arena, buf_sv(&names));
	buf_done(&names);
	return result;
}

static struct sv
header_text(const struct scan *s, const char *name)
{
	const struct message_header *h = message_header(s->message, name);

	return h ? sv_trim(h->value) : SV("");
}

/* The beginning of the text; the first element of the view is the subject. */
static struct sv
excerpt_of(const struct scan *s)
{
	const struct view *v = &s->message->views[VIEW_BODY];
	struct buf text = BUF_INIT(EXCERPT_MAX);
	struct sv result;

	for (size_t i = 1; i < v->n && !text.full; i++) {
		if (text.n)
			buf_add_char(&text, '\n');
		buf_add(&text, sv_trim(v->elements[i]));
	}
	result = arena_dup(s->arena, buf_sv(&text));
	buf_done(&text);
	return result;
}

static void
make_item(const struct scan *s, struct review_item *ret)
{
	*ret = (struct review_item){
		.id = sv_str(s->id),
		.node = sv_str(s->snapshot->conf->node.name),
		.channel = sv_str(channel_word(s->channel)),
		.surface = sv_str(s->surface),
		.site = s->post ? s->site : SV(""),
		.item = cut(s->envelope.queue_id, CORRECTION_ITEM_MAX),
		.author = cut(header_text(s, "From"), AUTHOR_MAX),
		.title = cut(header_text(s, "Subject"), TITLE_MAX),
		.excerpt = excerpt_of(s),
		.verdict = sv_str(verdict_word(s->verdict)),
		.rules = rule_names(s),
		.unix_ms = s->unix_ms,
		.score_e4 = s->score_e4,
	};
}

static int64_t
waiting_half_life(const struct conf *conf)
{
	return (int64_t)((double)conf->review.time_ms * STEADY);
}

/* Two of one message at most would be there: about is good enough. */
static bool
is_full(struct store *store, const struct conf *conf, struct arena *a,
        int64_t now_ms)
{
	struct store_read read = {
		.name = SV("review-waiting"),
		.half_life_ms = waiting_half_life(conf),
	};

	store_get(store, a, now_ms, &read, 1);
	return read.sums[0] >= (double)conf->review.items_max;
}

static struct store_op
count_op(const struct conf *conf, double n)
{
	return (struct store_op){
		.kind = STORE_ADD,
		.name = SV("review-waiting"),
		.half_life_ms = waiting_half_life(conf),
		.amounts = { n },
	};
}

static int
commit_item(struct store *store, const struct conf *conf, struct arena *a,
            const struct review_item *item)
{
	struct store_op ops[] = {
		review_item_op(item, conf, a),
		{ .kind = STORE_APPEND,
		  .name = SV("review"),
		  .id = item->id,
		  .value = item->site },
		count_op(conf, 1),
	};

	return store_commit(
	    store, &(struct store_batch){ ops, sizeof ops / sizeof *ops,
	                                  .unix_ms = item->unix_ms });
}

static void
keep_text(const struct scan *s)
{
	const struct conf *conf = s->snapshot->conf;
	struct buf text = BUF_INIT(SIZE_MAX / 2);

	if (s->post)
		post_write(s, &text);
	if (keep_put(conf, KEPT_HELD, s->id, s->post ? buf_sv(&text) : s->raw))
		log_warning("id=%s is held for review, but its text could not "
		            "be kept",
		            s->id);
	buf_done(&text);
}

int
review_hold(struct ingress *in, const struct scan *s)
{
	const struct conf *conf = s->snapshot->conf;
	struct review_item item;
	int result;

	if (!in->store)
		return E_STATE;
	if (is_full(in->store, conf, s->arena, s->unix_ms))
		return E_LIMIT;
	make_item(s, &item);
	keep_text(s);
	result = commit_item(in->store, conf, s->arena, &item);
	if (result)
		keep_drop(conf, KEPT_HELD, s->id);
	return result;
}

/* ---- listing ---- */

struct page {
	const struct review_query *query;
	struct arena *arena;
	VEC(struct store_entry) entries;
};

static int
take_entry(void *ctx, const struct store_entry *e)
{
	struct page *page = ctx;

	*VEC_ADD(&page->entries) = (struct store_entry){
		.unix_ms = e->unix_ms,
		.id = arena_dup(page->arena, e->id),
		.value = arena_dup(page->arena, e->value),
	};
	return 0;
}

/* Those of a page that match, until there are enough. */
static int
each_of_page(struct store *store, const struct page *page, size_t *left,
             int (*each)(void *ctx, const struct review_item *item), void *ctx,
             struct store_entry *ret_next)
{
	const struct review_query *q = page->query;
	int result = 0;

	for (size_t i = 0; i < page->entries.n && *left && !result; i++) {
		const struct store_entry *e = &page->entries.list[i];
		struct review_item item;

		*ret_next = *e;
		if (!http_client_sees(q->client, e->value) ||
		    review_get(store, e->id, page->arena, &item) ||
		    (q->state != REVIEW_STATES && item.state != q->state))
			continue;
		--*left;
		result = each(ctx, &item);
	}
	return result;
}

int
review_list(struct store *store, const struct conf *conf,
            const struct review_query *q, struct arena *a,
            int (*each)(void *ctx, const struct review_item *item), void *ctx,
            struct store_entry *ret_next, bool *ret_more)
{
	struct page page = { .query = q, .arena = a };
	struct store_entry behind = q->after;
	size_t left = q->limit < REVIEW_LIST_MAX ? q->limit : REVIEW_LIST_MAX;
	int result;

	/* Nothing older can be there. */
	if (behind.unix_ms < clock_unix_ms() - conf->review.time_ms)
		behind =
		    (struct store_entry){ .unix_ms = clock_unix_ms() -
			                             conf->review.time_ms };
	*ret_next = behind;
	result = store_read_log(store, SV("review"), &behind, PAGE, take_entry,
	                        &page);
	if (result == 0)
		result = each_of_page(store, &page, &left, each, ctx, ret_next);
	*ret_more = page.entries.n == PAGE || left == 0;
	VEC_DONE(&page.entries);
	return result;
}

/* ---- deciding ---- */

static const char *
verdict_of(enum review_state s)
{
	return verdict_word(s == REVIEW_SPAM ? VERDICT_ADVERTISING_SPAM
	                                     : VERDICT_LEGITIMATE);
}

static void
make_change(const struct review_decision *d, const struct review_item *item,
            struct correction *ret)
{
	*ret = (struct correction){
		.ref = item->id,
		.node = sv_str(d->conf->node.name),
		.channel = item->channel,
		.surface = item->surface,
		.site = item->site,
		.item = item->item,
		.from = item->verdict,
		.to = sv_str(verdict_of(d->state)),
		.by = SV("review"),
		.unix_ms = clock_unix_ms(),
	};
	correction_identify(ret, SV("review"));
}

/* The report has the id of the change: however often we try, it is one. */
static int
teach(const struct review_decision *d, const struct correction *c,
      struct review_outcome *ret)
{
	struct feedback_answer answer = { 0 };
	struct feedback f = {
		.verdict_id = d->id,
		.kind = d->state == REVIEW_SPAM ? FEEDBACK_SPAM : FEEDBACK_HAM,
		.source = FEEDBACK_BY_REVIEW,
		.by = d->by.n ? d->by : SV("review"),
		.network = SV("review"),
		.is_person = true,
		.is_correction = true,
		.node = d->conf->node.name,
		.unix_ms = c->unix_ms,
	};
	int result;

	memcpy(f.id, c->id, sizeof f.id);
	result = feedback_submit(d->store, &d->conf->feedback, &f, &answer);
	ret->is_taught = result == 0;
	/* Too old to teach anything, or taught by another name before: the
	 * decision stands all the same. */
	return result == E_UNKNOWN || result == E_EXISTS ? 0 : result;
}

static int
refuse(struct review_outcome *ret, int code, const char *why)
{
	snprintf(ret->why, sizeof ret->why, "%s", why);
	return code;
}

int
review_decide(const struct review_decision *d, struct arena *a,
              struct review_outcome *ret)
{
	struct review_item *item = &ret->item;
	struct store_op ops[2];
	struct correction change;
	int result;

	*ret = (struct review_outcome){ 0 };
	if (review_get(d->store, d->id, a, item))
		return refuse(ret, E_UNKNOWN,
		              "no such message waits for a review");
	if (item->state != REVIEW_WAITING && item->state != d->state)
		return refuse(ret, E_EXISTS,
		              "it was decided otherwise already");
	if (item->state == d->state)
		return 0;
	make_change(d, item, &change);
	result = teach(d, &change, ret);
	item->state = d->state;
	item->by = cut(d->by, REVIEW_BY_MAX);
	item->decided_ms = change.unix_ms;
	ops[0] = review_item_op(item, d->conf, a);
	ops[1] = count_op(d->conf, -1);
	if (result == 0)
		result = correction_tell(d->store, d->spool, &change, ops, 2);
	if (result)
		return refuse(ret, result,
		              "the decision could not be recorded; try again");
	keep_drop(d->conf, KEPT_HELD, change.ref.p);
	/* What a person has decided no rule decides again. */
	keep_drop(d->conf, KEPT_POSTS, change.ref.p);
	return 0;
}
