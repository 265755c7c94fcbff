/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reporter `http`: batches to a tamis-feedd, POST {url}/v1/batches. The
 * identifier of a batch is its idempotency key, so sending one again is
 * always safe: 201 is "taken now", 200 "taken before".
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "report/finder.h"
#include "report/reporter.h"
#include "report/sign.h"
#include "web/web.h"

enum {
	ANSWER_BYTES_MAX = 2000,
	ANSWER_SHOWN = 150,
	TOKEN_BYTES_MAX = 4096,
	HEADERS = 7,         /* of a request */
	CLOCK_WRONG_S = 300, /* what the collector notes as well */
};

struct http {
	const struct conf_reporter *own;
	const _Atomic int64_t *stop_ms;
	struct web *web;
	struct finder *finder; /* where the url has to be found; or NULL */
	char *url;             /* NULL: it was not found yet */
	struct web_answer answer;
	bool clock_is_wrong; /* said once */
};

/* ---- the handle ---- */

static void
http_close(void *state)
{
	struct http *h = state;

	web_free(h->web);
	finder_free(h->finder);
	web_answer_done(&h->answer);
	free(h->url);
	free(h);
}

/* https anywhere, http on this machine only: a token goes along. */
static bool
check_url(const struct http *h, char why[REPORTER_WHY])
{
	char reason[WEB_WHY];

	if (web_check_url(h->url, WEB_LOCAL_HTTP, reason) == 0)
		return true;
	snprintf(why, REPORTER_WHY, "url: %.200s", reason);
	return false;
}

static void
set_url(struct http *h, const char *base)
{
	struct buf url = BUF_INIT(4096);

	free(h->url);
	buf_add_str(&url, base);
	while (url.n && url.p[url.n - 1] == '/')
		url.p[--url.n] = '\0';
	buf_add_str(&url, "/v1/batches");
	h->url = buf_take(&url);
}

static bool
set_place(struct http *h, const struct reporter_setup *setup,
          char why[REPORTER_WHY])
{
	if (!sv_starts(sv_str(h->own->url), SV(FINDER_SCHEME))) {
		set_url(h, h->own->url);
		return check_url(h, why);
	}
	h->finder = finder_new(setup, why);
	return h->finder;
}

static void *
http_open(const struct reporter_setup *setup, char why[REPORTER_WHY])
{
	struct http *h = mem_calloc(1, sizeof *h);

	h->own = setup->own;
	h->stop_ms = setup->stop_ms;
	buf_init(&h->answer.body, ANSWER_BYTES_MAX);
	if (set_place(h, setup, why)) {
		h->web = web_new();
		if (h->web)
			return h;
		snprintf(why, REPORTER_WHY, "no curl handle");
	}
	http_close(h);
	return NULL;
}

/* ---- one request ---- */

/* The first line of the token file, read each time so that it may change;
 * it is never shown. */
static bool
write_token(const struct http *h, struct buf *header, char why[REPORTER_WHY])
{
	struct buf text = BUF_INIT(TOKEN_BYTES_MAX);
	struct sv rest, token = SV("");
	bool ok;

	ok = file_read(h->own->token_file, &text) == 0;
	rest = buf_sv(&text);
	ok = ok && sv_line(&rest, &token) && (token = sv_trim(token)).n > 0;
	if (ok)
		buf_addf(header, "Authorization: Bearer " SV_FMT,
		         SV_ARG(token));
	else
		snprintf(why, REPORTER_WHY, "no token in %.200s",
		         h->own->token_file);
	if (text.p)
		explicit_bzero(text.p, text.n);
	buf_done(&text);
	return ok;
}

/* What the other side said, as one harmless line. */
static void
show_answer(const struct http *h, long status, char why[REPORTER_WHY])
{
	int n = snprintf(why, REPORTER_WHY, "HTTP %ld", status);
	size_t shown =
	    h->answer.body.n < ANSWER_SHOWN ? h->answer.body.n : ANSWER_SHOWN;

	if (shown)
		n += snprintf(why + n, REPORTER_WHY - (size_t)n, ": ");
	for (size_t i = 0; i < shown; i++, n++) {
		char c = h->answer.body.p[i];

		why[n] = c >= ' ' && c < 0x7f ? c : ' ';
	}
	while (n && why[n - 1] == ' ')
		n--;
	why[n] = '\0';
}

/* The counts of this node stand in the minutes of its clock, so when that and
 * the collector's differ by much somebody has to know. */
static void
check_clock(struct http *h)
{
	int64_t ahead_s = clock_unix_ms() / 1000 - h->answer.date_unix_s;
	bool is_wrong;

	if (!h->answer.date_unix_s)
		return;
	is_wrong = llabs(ahead_s) >= CLOCK_WRONG_S;
	if (is_wrong && !h->clock_is_wrong)
		log_warning("%s: the clock of this node is %lld s %s by that "
		            "of the collector: its figures stand in wrong "
		            "minutes",
		            h->own->name, llabs(ahead_s),
		            ahead_s > 0 ? "fast" : "slow");
	else if (!is_wrong && h->clock_is_wrong)
		log_info("%s: the clock of this node agrees with that of the "
		         "collector again",
		         h->own->name);
	h->clock_is_wrong = is_wrong;
}

static enum sent
judge_answer(struct http *h, int64_t *ret_wait_ms, char why[REPORTER_WHY])
{
	int64_t after_ms = h->answer.retry_after_s * 1000;

	show_answer(h, h->answer.status, why);
	switch (h->answer.status) {
	case 200:
	case 201:
		return SENT_DONE;
	case 400: /* not readable */
	case 409: /* another batch has this identifier */
	case 413: /* too large */
	case 422: /* breaks the form: the answer has a JSON pointer */
		return SENT_REFUSED;
	case 429:
	case 503:
		*ret_wait_ms = after_ms > h->own->retry_max_ms
		                   ? h->own->retry_max_ms
		                   : after_ms;
		return SENT_LATER;
	default:
		return SENT_LATER;
	}
}

static enum sent
post(struct http *h, const struct package *package, const char *const *headers,
     int64_t *ret_wait_ms, char why[REPORTER_WHY])
{
	const struct web_request request = {
		.url = h->url,
		.allow = h->finder ? 0 : WEB_LOCAL_HTTP,
		.post = true,
		.body = sv_make(package->body.p, package->body.n),
		.headers = headers,
		.ca_file = h->own->ca_file,
		.certificate_file = h->own->certificate_file,
		.key_file = h->own->key_file,
		.timeout_ms = h->own->timeout_ms,
		.stop_ms = h->stop_ms,
	};
	char reason[WEB_WHY];

	if (web_do(h->web, &request, &h->answer, reason) == 0) {
		check_clock(h);
		return judge_answer(h, ret_wait_ms, why);
	}
	snprintf(why, REPORTER_WHY, "%.200s", reason);
	return SENT_LATER;
}

/* The time of sending by our clock (RFC 9110 section 5.6.7). */
static void
write_date(struct buf *out)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed",
		                            "Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr",
		                              "May", "Jun", "Jul", "Aug",
		                              "Sep", "Oct", "Nov", "Dec" };
	time_t now = (time_t)(clock_unix_ms() / 1000);
	struct tm tm;

	gmtime_r(&now, &tm);
	buf_addf(out, "Date: %s, %02d %s %d %02d:%02d:%02d GMT",
	         days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon],
	         tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* Those that not every reporter has; false with the reason when one that it
 * should have cannot be made. */
static bool
write_proofs(const struct http *h, const struct package *package,
             struct buf *token, struct buf *signature, char why[REPORTER_WHY])
{
	const char *key_file = h->own->signing_key_file;
	bool is_trusted = !h->finder || finder_is_within(h->finder);

	if (*h->own->token_file && is_trusted && !write_token(h, token, why))
		return false;
	if (!*key_file ||
	    sign_header(key_file, sv_make(package->body.p, package->body.n),
	                signature) == 0)
		return true;
	snprintf(why, REPORTER_WHY, "no Ed25519 key in %.200s", key_file);
	return false;
}

/* Where to send, now; it needs no check_url(), as it is https. */
static bool
find_url(struct http *h, char why[REPORTER_WHY])
{
	const char *base = finder_find(h->finder, why);

	if (!base)
		return false;
	set_url(h, base);
	return true;
}

static enum sent
http_send(void *state, const struct package *package, int64_t *ret_wait_ms,
          char why[REPORTER_WHY])
{
	struct http *h = state;
	struct buf key = BUF_INIT(PACKAGE_ID_MAX + 40), date = BUF_INIT(60);
	struct buf token = BUF_INIT(TOKEN_BYTES_MAX + 100);
	struct buf signature = BUF_INIT(200);
	const char *headers[HEADERS + 1] = {
		"Content-Type: application/json",
		"Content-Encoding: zstd",
		"Expect:",
	};
	size_t n = 3;
	enum sent sent = SENT_LATER;

	if (h->finder && !find_url(h, why))
		return SENT_LATER;
	buf_addf(&key, "Idempotency-Key: %s", package->id);
	headers[n++] = buf_str(&key);
	write_date(&date);
	headers[n++] = buf_str(&date);
	if (write_proofs(h, package, &token, &signature, why)) {
		if (token.n)
			headers[n++] = buf_str(&token);
		if (signature.n)
			headers[n++] = buf_str(&signature);
		sent = post(h, package, headers, ret_wait_ms, why);
	}
	if (token.p)
		explicit_bzero(token.p, token.n);
	buf_done(&key);
	buf_done(&date);
	buf_done(&token);
	buf_done(&signature);
	return sent;
}

const struct reporter_kind http_kind = {
	.open = http_open,
	.close = http_close,
	.send = http_send,
};
