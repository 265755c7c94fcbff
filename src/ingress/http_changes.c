/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /v1/changes?after=CURSOR&limit=N: verdicts that are not what was answered
 * any more, in order. Each is there at least once for whoever goes on with
 * "next" of the answer before.
 */
#include "base/clock.h"
#include "base/json.h"
#include "base/vec.h"
#include "ingress/correction.h"
#include "ingress/http_cursor.h"
#include "ingress/http_route.h"
#include "learn/ledger.h"

enum {
	LIMIT_DEFAULT = 100,
	LIMIT_MAX = 1000,
	LOOKED_AT_MAX = 5000, /* entries, whosever they are */
	/* Entries are in the order of when they were made, and are written a
	 * moment later: one that is newer than this may be overtaken by an
	 * older one. */
	SETTLE_MS = 5000,
};

struct reading {
	const struct http_client *client;
	struct arena *arena;
	struct json *json;
	size_t left;
	int64_t until_ms;
	struct store_entry next;
	size_t looked_at;
};

/* Campaigns are nobody's, so they are told to those who see all sites. */
static bool
write_campaign(struct reading *r, const struct store_entry *e)
{
	struct change_note note;
	char time[CLOCK_TEXT];

	if (strcmp(r->client->site, "*") != 0 ||
	    change_note_read(e->value, r->arena, &note) ||
	    note.kind != CHANGE_CAMPAIGN)
		return false;
	json_begin_object(r->json, NULL);
	json_text(r->json, "kind", "campaign");
	json_str(r->json, "id", e->id);
	json_text(r->json, "time", clock_text(note.unix_ms, time));
	json_str(r->json, "campaign", note.campaign);
	json_str(r->json, "from", note.from);
	json_str(r->json, "to", note.to);
	json_end(r->json);
	return true;
}

static int
take_entry(void *ctx, const struct store_entry *e)
{
	struct reading *r = ctx;
	struct correction c;

	if (e->unix_ms > r->until_ms || r->left == 0)
		return 1;
	r->looked_at++;
	r->next = (struct store_entry){ .unix_ms = e->unix_ms,
		                        .id = arena_dup(r->arena, e->id) };
	if (correction_read(e->value, r->arena, &c) == 0) {
		if (!http_client_sees(r->client, c.site))
			return 0;
		json_raw(r->json, NULL, e->value);
		r->left--;
	} else if (write_campaign(r, e)) {
		r->left--;
	}
	return 0;
}

static void
list(const struct http_request *r, struct http_answer *ret, struct arena *a,
     const struct store_entry *after, size_t limit)
{
	struct json j = json_start(&ret->body);
	struct reading reading = {
		.client = &r->client,
		.arena = a,
		.json = &j,
		.left = limit,
		.until_ms = clock_unix_ms() - SETTLE_MS,
		.next = *after,
	};
	int result;

	json_begin_object(&j, NULL);
	json_begin_array(&j, "changes");
	result = store_read_log(r->ingress->store, SV("change"), after,
	                        LOOKED_AT_MAX, take_entry, &reading);
	if (result < 0) {
		http_answer_error(ret, 503, "the store cannot be read");
		return;
	}
	json_end(&j);
	json_str(&j, "next", http_cursor_text(a, &reading.next));
	json_bool(&j, "more",
	          reading.left == 0 || reading.looked_at == LOOKED_AT_MAX);
	json_end(&j);
}

void
http_get_changes(const struct http_request *r, struct http_answer *ret)
{
	struct sv limit = http_argument(r, "limit");
	uint64_t n = LIMIT_DEFAULT;
	struct store_entry after;
	struct arena *a;

	if (!r->ingress->store) {
		http_answer_error(ret, 503,
		                  "there is no store (section "
		                  "store)");
	} else if (http_cursor_read(http_argument(r, "after"), &after)) {
		http_answer_error(ret, 400,
		                  "\"after\" is what \"next\" was before");
	} else if (limit.n && (!sv_u64(limit, &n) || n == 0 || n > LIMIT_MAX)) {
		http_answer_error(ret, 400,
		                  "\"limit\" is a number from 1 to 1000");
	} else {
		a = arena_new();
		list(r, ret, a, &after, (size_t)n);
		arena_free(a);
	}
}
