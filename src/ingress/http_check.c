/* SPDX-License-Identifier: Apache-2.0 */
/* POST /v1/check: a post as JSON, judged. */
#include "ingress/http_route.h"
#include "ingress/post.h"

bool
http_enter(const struct http_request *r, struct scan *s,
           struct http_answer *ret)
{
	struct ingress *in = r->ingress;
	struct snapshot *snapshot = ingress_snapshot(in);

	if (atomic_fetch_add(in->in_flight, 1) >=
	    (uint64_t)snapshot->conf->scan.in_flight_max) {
		atomic_fetch_sub(in->in_flight, 1);
		snapshot_unref(snapshot);
		counter_add(in->counters, COUNTER_overload, 1);
		http_answer_error(ret, 503, "too many messages at once");
		return false;
	}
	*s = (struct scan){
		.channel = CHANNEL_HTTP,
		.snapshot = snapshot,
		.arena = arena_new(),
		.site = http_site(&r->client),
	};
	return true;
}

void
http_leave(const struct http_request *r, struct scan *s)
{
	arena_free(s->arena);
	snapshot_unref(s->snapshot);
	atomic_fetch_sub(r->ingress->in_flight, 1);
}

static void
judge(const struct http_request *r, struct scan *s, struct http_answer *ret)
{
	char why[POST_WHY_MAX];

	if (post_read(r->body, s, why)) {
		http_answer_error(ret, 400, why);
		return;
	}
	if (s->user.n && !s->snapshot->conf->prefs.http) {
		http_answer_error(ret, 403,
		                  "\"user\" is not allowed (prefs.http)");
		return;
	}
	if (s->user.n)
		scan_find_prefs(s);
	ingress_judge(r->ingress, s);
	post_answer(s, &ret->body);
	scan_drop_prefs(s);
}

void
http_post_check(const struct http_request *r, struct http_answer *ret)
{
	struct scan s;

	if (!http_enter(r, &s, ret))
		return;
	judge(r, &s, ret);
	http_leave(r, &s);
}
