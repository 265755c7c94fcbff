/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /v1/review      the queue; ?state=, ?after=, ?limit=
 * GET /v1/review/ID   one item with its text
 * POST /v1/review/ID  {"decision": "spam"|"ham", "by": "..."}
 *
 * For tokens with the role reviewer; each sees the items of its site.
 */
#include <jansson.h>

#include "base/json.h"
#include "ingress/http_cursor.h"
#include "ingress/http_route.h"
#include "ingress/review.h"
#include "report/keep.h"

enum {
	LIST_DEFAULT = 50,
	TEXT_BYTES_MAX = 256 * 1024, /* shown of a text */
	KEPT_BYTES_MAX = 64 * 1024 * 1024,
};

/* What each of the three needs; done with leave(). */
struct visit {
	const struct http_request *request;
	struct http_answer *answer;
	struct arena *arena;
	struct snapshot *snapshot;
};

static bool
enter(const struct http_request *r, struct http_answer *ret, struct visit *v)
{
	*v =
	    (struct visit){ r, ret, arena_new(), ingress_snapshot(r->ingress) };
	if (r->ingress->store)
		return true;
	http_answer_error(ret, 503, "there is no store (section store)");
	return false;
}

static void
leave(struct visit *v)
{
	arena_free(v->arena);
	snapshot_unref(v->snapshot);
}

/* ---- the queue ---- */

static int
write_item(void *ctx, const struct review_item *item)
{
	review_write(item, ctx, NULL);
	return 0;
}

/* False: the answer says what is wrong with the question. */
static bool
read_query(struct visit *v, struct review_query *ret)
{
	const struct http_request *r = v->request;
	struct sv state = http_argument(r, "state");
	struct sv limit = http_argument(r, "limit");
	uint64_t n = LIST_DEFAULT;

	*ret = (struct review_query){ .client = &r->client,
		                      .state = REVIEW_WAITING };
	if (sv_eq(state, SV("all")))
		ret->state = REVIEW_STATES;
	else if (state.n)
		ret->state = review_state_find(state);
	if (state.n && ret->state == REVIEW_STATES && !sv_eq(state, SV("all")))
		http_answer_error(v->answer, 400,
		                  "\"state\" is waiting, spam, ham or all");
	else if (limit.n &&
	         (!sv_u64(limit, &n) || n == 0 || n > REVIEW_LIST_MAX))
		http_answer_error(v->answer, 400,
		                  "\"limit\" is a number from 1 to 200");
	else if (http_cursor_read(http_argument(r, "after"), &ret->after))
		http_answer_error(v->answer, 400,
		                  "\"after\" is what \"next\" was before");
	else
		ret->limit = (size_t)n;
	return ret->limit > 0;
}

static void
list(struct visit *v)
{
	struct json j = json_start(&v->answer->body);
	struct store_entry next;
	struct review_query q;
	bool more;

	if (!read_query(v, &q))
		return;
	json_begin_object(&j, NULL);
	json_begin_array(&j, "items");
	if (review_list(v->request->ingress->store, v->snapshot->conf, &q,
	                v->arena, write_item, &j, &next, &more)) {
		http_answer_error(v->answer, 503, "the store cannot be read");
		return;
	}
	json_end(&j);
	json_str(&j, "next", http_cursor_text(v->arena, &next));
	json_bool(&j, "more", more);
	json_end(&j);
}

void
http_get_reviews(const struct http_request *r, struct http_answer *ret)
{
	struct visit v;

	if (enter(r, ret, &v))
		list(&v);
	leave(&v);
}

/* ---- one item ---- */

/* What others may not see is not there. */
static bool
find_item(struct visit *v, struct review_item *ret)
{
	if (review_get(v->request->ingress->store, v->request->id, v->arena,
	               ret) == 0 &&
	    http_client_sees(&v->request->client, ret->site))
		return true;
	http_answer_error(v->answer, 404,
	                  "no such message is in the review queue");
	return false;
}

/* A post as the JSON it came as, a mail as text. */
static void
write_text(const struct visit *v, const struct review_item *item,
           struct json *j)
{
	struct buf text = BUF_INIT(KEPT_BYTES_MAX);
	bool there = keep_get(v->snapshot->conf, KEPT_HELD,
	                      arena_str(v->arena, item->id), &text) == 0;
	struct sv shown = sv_sub(buf_sv(&text), 0, TEXT_BYTES_MAX);

	json_bool(j, "has_text", there);
	json_bool(j, "is_cut", shown.n < text.n);
	if (there && item->site.n && shown.n == text.n)
		json_raw(j, "post", shown);
	else if (there)
		json_str(j, "text", shown);
	buf_done(&text);
}

static void
show(struct visit *v)
{
	struct json j = json_start(&v->answer->body);
	struct review_item item;

	if (!find_item(v, &item))
		return;
	json_begin_object(&j, NULL);
	review_write(&item, &j, "item");
	write_text(v, &item, &j);
	json_end(&j);
}

void
http_get_review(const struct http_request *r, struct http_answer *ret)
{
	struct visit v;

	if (enter(r, ret, &v))
		show(&v);
	leave(&v);
}

/* ---- a decision ---- */

static struct sv
text_member(json_t *root, const char *name)
{
	json_t *value = json_object_get(root, name);

	return json_is_string(value) ? sv_make(json_string_value(value),
	                                       json_string_length(value))
	                             : SV_NONE;
}

static bool
read_decision(struct visit *v, struct review_decision *d)
{
	json_t *root = json_loadb(v->request->body.p, v->request->body.n,
	                          JSON_REJECT_DUPLICATES, NULL);

	d->state = review_state_find(text_member(root, "decision"));
	d->by = arena_dup(v->arena, text_member(root, "by"));
	json_decref(root);
	if (d->state == REVIEW_SPAM || d->state == REVIEW_HAM)
		return true;
	http_answer_error(v->answer, 400,
	                  "{\"decision\": \"spam\"} or {\"decision\": "
	                  "\"ham\"} is expected, and \"by\" may be there");
	return false;
}

static void
answer_outcome(struct visit *v, int result, const struct review_outcome *o)
{
	struct json j = json_start(&v->answer->body);

	if (result) {
		http_answer_error(v->answer,
		                  result == E_UNKNOWN  ? 404
		                  : result == E_EXISTS ? 409
		                                       : 503,
		                  o->why);
		return;
	}
	counter_add(v->request->ingress->counters, COUNTER_review_decided, 1);
	json_begin_object(&j, NULL);
	review_write(&o->item, &j, "item");
	json_bool(&j, "taught", o->is_taught);
	json_end(&j);
}

static void
decide(struct visit *v)
{
	struct review_decision d = {
		.store = v->request->ingress->store,
		.spool = v->request->ingress->spool,
		.conf = v->snapshot->conf,
		.id = v->request->id,
	};
	struct review_outcome outcome;
	struct review_item item;

	if (read_decision(v, &d) && find_item(v, &item))
		answer_outcome(v, review_decide(&d, v->arena, &outcome),
		               &outcome);
}

void
http_post_review(const struct http_request *r, struct http_answer *ret)
{
	struct visit v;

	if (enter(r, ret, &v))
		decide(&v);
	leave(&v);
}
