/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reporter `http`: batches to a tamis-feedd, POST {http_url}/v1/batches. The
 * identifier of a batch is its idempotency key, so sending one again is
 * always safe: 201 is "taken now", 200 "taken before".
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/file.h"
#include "base/mem.h"
#include "report/reporter.h"
#include "web/web.h"

enum {
	ANSWER_BYTES_MAX = 2000,
	ANSWER_SHOWN = 150,
	TOKEN_BYTES_MAX = 4096,
	HEADERS = 5, /* of a request */
};

struct http {
	const struct conf_report *conf;
	const _Atomic int64_t *stop_ms;
	struct web *web;
	char *url;
	struct web_answer answer;
};

static bool
http_is_wanted(const struct conf *conf)
{
	return conf->report.http_url[0] != '\0';
}

/* ---- the handle ---- */

static void
http_close(void *state)
{
	struct http *h = state;

	web_free(h->web);
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
	snprintf(why, REPORTER_WHY, "report.http_url: %.200s", reason);
	return false;
}

static void *
http_open(const struct conf *conf, const _Atomic int64_t *stop_ms,
          char why[REPORTER_WHY])
{
	struct http *h = mem_calloc(1, sizeof *h);
	struct buf url = BUF_INIT(4096);

	h->conf = &conf->report;
	h->stop_ms = stop_ms;
	buf_init(&h->answer.body, ANSWER_BYTES_MAX);
	buf_add_str(&url, conf->report.http_url);
	while (url.n && url.p[url.n - 1] == '/')
		url.p[--url.n] = '\0';
	buf_add_str(&url, "/v1/batches");
	h->url = buf_take(&url);
	if (conf->report.profile == PRIVACY_EVIDENCE) {
		snprintf(why, REPORTER_WHY,
		         "report.profile: this version "
		         "sends no evidence");
	} else if (check_url(h, why)) {
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

	ok = file_read(h->conf->http_token_file, &text) == 0;
	rest = buf_sv(&text);
	ok = ok && sv_line(&rest, &token) && (token = sv_trim(token)).n > 0;
	if (ok)
		buf_addf(header, "Authorization: Bearer " SV_FMT,
		         SV_ARG(token));
	else
		snprintf(why, REPORTER_WHY, "no token in %.200s",
		         h->conf->http_token_file);
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
		*ret_wait_ms = after_ms > h->conf->http_retry_max_ms
		                   ? h->conf->http_retry_max_ms
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
		.allow = WEB_LOCAL_HTTP,
		.post = true,
		.body = sv_make(package->body.p, package->body.n),
		.headers = headers,
		.ca_file = h->conf->http_ca_file,
		.timeout_ms = h->conf->http_timeout_ms,
		.stop_ms = h->stop_ms,
	};
	char reason[WEB_WHY];

	if (web_do(h->web, &request, &h->answer, reason) == 0)
		return judge_answer(h, ret_wait_ms, why);
	snprintf(why, REPORTER_WHY, "%.200s", reason);
	return SENT_LATER;
}

static enum sent
http_send(void *state, const struct package *package, int64_t *ret_wait_ms,
          char why[REPORTER_WHY])
{
	struct http *h = state;
	struct buf key = BUF_INIT(PACKAGE_ID_MAX + 40);
	struct buf token = BUF_INIT(TOKEN_BYTES_MAX + 100);
	const char *headers[HEADERS + 1] = {
		"Content-Type: application/json",
		"Content-Encoding: zstd",
		"Expect:",
	};
	enum sent sent = SENT_LATER;

	buf_addf(&key, "Idempotency-Key: %s", package->id);
	headers[3] = buf_str(&key);
	if (!*h->conf->http_token_file) {
		sent = post(h, package, headers, ret_wait_ms, why);
	} else if (write_token(h, &token, why)) {
		headers[4] = buf_str(&token);
		sent = post(h, package, headers, ret_wait_ms, why);
		explicit_bzero(token.p, token.n);
	}
	buf_done(&key);
	buf_done(&token);
	return sent;
}

const struct reporter_kind http_kind = {
	.name = "http",
	.is_wanted = http_is_wanted,
	.open = http_open,
	.close = http_close,
	.send = http_send,
};
