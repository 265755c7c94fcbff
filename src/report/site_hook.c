/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http.webhook: tells an address of the site operator what waits for a
 * review, and which verdicts have changed (docs/http.md has the form). Signed,
 * so that the receiver knows who speaks, and when. Sent until it is answered
 * with a 2xx status: at least once, in order.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/mem.h"
#include "report/reporter.h"
#include "web/web.h"

enum {
	EVENTS_MAX = 100, /* of one request */
	BODY_BYTES_MAX = 1024 * 1024,
	ANSWER_BYTES_MAX = 1000,
	SECRET_BYTES_MAX = 4096,
	HEADER_BYTES_MAX = 300,
	TIMEOUT_MS = 10000,
};

struct hook {
	const struct conf *conf;
	const _Atomic int64_t *stop_ms;
	struct web *web;
	struct web_answer answer;
	struct buf body, secret;
	struct json json;
	size_t events, part; /* of the request that grows; its number */
};

static void
hook_close(void *state)
{
	struct hook *w = state;

	web_free(w->web);
	web_answer_done(&w->answer);
	buf_done(&w->body);
	buf_done(&w->secret);
	free(w);
}

static void *
hook_open(const struct reporter_setup *setup, char why[REPORTER_WHY])
{
	const struct conf *conf = setup->conf;
	struct hook *w;
	char reason[WEB_WHY];

	if (web_check_url(conf->http.webhook, WEB_LOCAL_HTTP, reason)) {
		snprintf(why, REPORTER_WHY, "http.webhook: %.200s", reason);
		return NULL;
	}
	w = mem_calloc(1, sizeof *w);
	w->conf = conf;
	w->stop_ms = setup->stop_ms;
	buf_init(&w->answer.body, ANSWER_BYTES_MAX);
	buf_init(&w->body, BODY_BYTES_MAX);
	buf_init(&w->secret, SECRET_BYTES_MAX);
	w->web = web_new();
	if (w->web)
		return w;
	snprintf(why, REPORTER_WHY, "no curl handle");
	hook_close(w);
	return NULL;
}

/* ---- one request ---- */

/* The first line of the file, read each time so that it may change. */
static bool
read_secret(struct hook *w, struct sv *ret)
{
	struct sv rest;

	buf_reset(&w->secret);
	if (file_read(w->conf->http.webhook_secret_file, &w->secret))
		return false;
	rest = buf_sv(&w->secret);
	if (!sv_line(&rest, ret))
		return false;
	*ret = sv_trim(*ret);
	return ret->n > 0;
}

/* "t=SECONDS,v1=HEX": HMAC-SHA-256 of "SECONDS.BODY". */
static void
sign(struct sv secret, int64_t unix_s, struct sv body, struct buf *header)
{
	struct buf text = BUF_INIT(BODY_BYTES_MAX + 100);
	unsigned char mac[DIGEST_BYTES];

	buf_addf(&text, "%lld.", (long long)unix_s);
	buf_add(&text, body);
	digest_hmac(secret, buf_sv(&text), mac);
	buf_addf(header, "X-Tamis-Signature: t=%lld,v1=", (long long)unix_s);
	for (size_t i = 0; i < sizeof mac; i++)
		buf_addf(header, "%02x", mac[i]);
	buf_done(&text);
}

static int
post(struct hook *w, const char *const *headers, char why[REPORTER_WHY])
{
	const struct web_request request = {
		.url = w->conf->http.webhook,
		.allow = WEB_LOCAL_HTTP,
		.post = true,
		.body = buf_sv(&w->body),
		.headers = headers,
		.timeout_ms = TIMEOUT_MS,
		.stop_ms = w->stop_ms,
	};
	char reason[WEB_WHY];

	if (web_do(w->web, &request, &w->answer, reason)) {
		snprintf(why, REPORTER_WHY, "%.200s", reason);
		return E_REMOTE;
	}
	if (w->answer.status / 100 == 2)
		return 0;
	snprintf(why, REPORTER_WHY, "HTTP %ld", w->answer.status);
	return E_REMOTE;
}

static void
begin(struct hook *w)
{
	buf_reset(&w->body);
	w->json = json_start(&w->body);
	w->events = 0;
	json_begin_object(&w->json, NULL);
	json_text(&w->json, "v", "1");
	json_text(&w->json, "node", w->conf->node.name);
	json_begin_array(&w->json, "events");
}

/* The same delivery has the same id, however often it is tried. */
static int
send_events(struct hook *w, const struct range *range, char why[REPORTER_WHY])
{
	struct buf signature = BUF_INIT(HEADER_BYTES_MAX);
	struct buf delivery = BUF_INIT(HEADER_BYTES_MAX);
	const char *headers[] = { "Content-Type: application/json",
		                  "Expect:", NULL, NULL, NULL };
	struct sv secret;
	int result = E_IO;

	if (w->events == 0)
		return 0;
	json_end(&w->json);
	json_end(&w->json);
	buf_addf(&delivery, "X-Tamis-Delivery: %s-%llu-%llu-%zu",
	         w->conf->node.name, (unsigned long long)range->from.segment,
	         (unsigned long long)range->from.offset, w->part++);
	headers[2] = buf_str(&delivery);
	if (read_secret(w, &secret)) {
		sign(secret, clock_unix_ms() / 1000, buf_sv(&w->body),
		     &signature);
		headers[3] = buf_str(&signature);
		result = post(w, headers, why);
	} else {
		snprintf(why, REPORTER_WHY, "no secret in %.200s",
		         w->conf->http.webhook_secret_file);
	}
	buf_done(&signature);
	buf_done(&delivery);
	return result;
}

/* ---- events ---- */

static struct sv
text_of(json_t *object, const char *name)
{
	json_t *value = json_object_get(object, name);

	return json_is_string(value) ? sv_make(json_string_value(value),
	                                       json_string_length(value))
	                             : SV("");
}

static void
copy_members(struct json *j, json_t *from, const char *const *names)
{
	for (; *names; names++) {
		struct sv value = text_of(from, *names);

		if (value.n)
			json_str(j, *names, value);
	}
}

static void
add_correction(struct hook *w, json_t *root)
{
	static const char *const names[] = { "id",      "ref",     "time",
		                             "channel", "surface", "site",
		                             "item",    "from",    "to",
		                             "by",      NULL };

	json_begin_object(&w->json, NULL);
	json_text(&w->json, "type", "verdict.changed");
	copy_members(&w->json, root, names);
	json_end(&w->json);
	w->events++;
}

static void
add_held(struct hook *w, json_t *root)
{
	static const char *const names[] = { "id",      "time", "channel",
		                             "surface", "site", "verdict",
		                             NULL };
	struct sv item = text_of(json_object_get(root, "envelope"), "queue_id");

	json_begin_object(&w->json, NULL);
	json_text(&w->json, "type", "review.held");
	copy_members(&w->json, root, names);
	if (item.n)
		json_str(&w->json, "item", item);
	json_end(&w->json);
	w->events++;
}

/* Most records are of no interest: they are not even read. */
static bool
may_concern(struct sv record)
{
	return sv_find(record, SV("\"correction\"")) != SV_NOT_FOUND ||
	       sv_find(record, SV("\"hold_for_review\"")) != SV_NOT_FOUND;
}

static void
add_record(struct hook *w, struct sv record, uint64_t *ret_bad)
{
	json_t *root = json_loadb(record.p, record.n, JSON_ALLOW_NUL, NULL);
	struct sv kind = text_of(root, "kind");
	struct sv action = text_of(json_object_get(root, "plan"), "action");

	if (!root)
		++*ret_bad;
	else if (sv_eq(kind, SV("correction")))
		add_correction(w, root);
	else if (kind.n == 0 || sv_eq(kind, SV("verdict")))
		if (sv_eq(action, SV("hold_for_review")))
			add_held(w, root);
	json_decref(root);
}

static int
hook_deliver(void *state, const struct range *range, struct delivery *ret,
             char why[REPORTER_WHY])
{
	struct hook *w = state;
	int result = 0;

	w->part = 0;
	begin(w);
	for (size_t i = 0; i < range->n && result == 0; i++) {
		if (may_concern(range->records[i]))
			add_record(w, range->records[i], &ret->bad);
		if (w->events == EVENTS_MAX) {
			result = send_events(w, range, why);
			begin(w);
		}
	}
	return result ? result : send_events(w, range, why);
}

const struct reporter_kind site_hook_kind = {
	.open = hook_open,
	.close = hook_close,
	.deliver = hook_deliver,
};
