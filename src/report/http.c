/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reporter `http`: batches to a tamis-feedd, POST {http_url}/v1/batches. The
 * identifier of a batch is its idempotency key, so sending one again is
 * always safe: 201 is "taken now", 200 "taken before".
 */
#include <curl/curl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/mem.h"
#include "report/reporter.h"

enum {
	ANSWER_BYTES_MAX = 2000,
	ANSWER_SHOWN = 150,
	TOKEN_BYTES_MAX = 4096,
};

struct http {
	const struct conf_report *conf;
	const _Atomic int64_t *stop_ms;
	CURL *curl;
	char *url;
	struct buf answer;
	char error[CURL_ERROR_SIZE];
};

static bool
http_is_wanted(const struct conf *conf)
{
	return conf->report.http_url[0] != '\0';
}

/* ---- the address ---- */

static bool
is_loopback(const char *host)
{
	return strcmp(host, "127.0.0.1") == 0 || strcmp(host, "[::1]") == 0 ||
	       strcmp(host, "localhost") == 0;
}

/* https anywhere, http on this machine only: a token goes along. */
static bool
check_url(const char *url, bool *ret_local, char why[REPORTER_WHY])
{
	char *scheme = NULL, *host = NULL;
	CURLU *parts = curl_url();
	bool ok = false;

	if (curl_url_set(parts, CURLUPART_URL, url, 0) ||
	    curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) ||
	    curl_url_get(parts, CURLUPART_HOST, &host, 0)) {
		snprintf(why, REPORTER_WHY, "report.http_url: no address");
	} else {
		*ret_local = is_loopback(host);
		ok = strcmp(scheme, "https") == 0 ||
		     (strcmp(scheme, "http") == 0 && *ret_local);
		if (!ok)
			snprintf(why, REPORTER_WHY,
			         "report.http_url: must be https, or http "
			         "to this machine");
	}
	curl_free(scheme);
	curl_free(host);
	curl_url_cleanup(parts);
	return ok;
}

/* ---- the handle ---- */

static size_t
take_answer(char *p, size_t size, size_t n, void *ctx)
{
	struct http *h = ctx;

	buf_add(&h->answer, sv_make(p, size * n)); /* the rest is cut */
	return size * n;
}

/* Ends a request that would outlast the process. */
static int
check_stop(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	const struct http *h = ctx;
	int64_t stop_ms = *h->stop_ms;

	(void)a, (void)b, (void)c, (void)d;
	return stop_ms && clock_mono_us() / 1000 >= stop_ms;
}

static void
set_options(struct http *h, bool local)
{
	CURL *c = h->curl;

	curl_easy_setopt(c, CURLOPT_URL, h->url);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)h->conf->http_timeout_ms);
	curl_easy_setopt(c, CURLOPT_USERAGENT,
	                 PACKAGE_NAME "/" PACKAGE_VERSION);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, h->error);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_answer);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, h);
	curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, check_stop);
	curl_easy_setopt(c, CURLOPT_XFERINFODATA, h);
	if (h->conf->http_ca_file[0])
		curl_easy_setopt(c, CURLOPT_CAINFO, h->conf->http_ca_file);
	if (local) /* no proxy of the environment leads to this machine */
		curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
}

static void
http_close(void *state)
{
	struct http *h = state;

	if (h->curl)
		curl_easy_cleanup(h->curl);
	buf_done(&h->answer);
	free(h->url);
	free(h);
}

static void *
http_open(const struct conf *conf, const _Atomic int64_t *stop_ms,
          char why[REPORTER_WHY])
{
	struct http *h = mem_calloc(1, sizeof *h);
	struct buf url = BUF_INIT(4096);
	bool local = false;

	h->conf = &conf->report;
	h->stop_ms = stop_ms;
	buf_init(&h->answer, ANSWER_BYTES_MAX);
	buf_add_str(&url, conf->report.http_url);
	while (url.n && url.p[url.n - 1] == '/')
		url.p[--url.n] = '\0';
	buf_add_str(&url, "/v1/batches");
	h->url = buf_take(&url);
	if (conf->report.profile == PRIVACY_EVIDENCE) {
		snprintf(why, REPORTER_WHY,
		         "report.profile: this version "
		         "sends no evidence");
	} else if (check_url(h->url, &local, why)) {
		h->curl = curl_easy_init();
		if (h->curl) {
			set_options(h, local);
			return h;
		}
		snprintf(why, REPORTER_WHY, "no curl handle");
	}
	http_close(h);
	return NULL;
}

/* ---- one request ---- */

/* The first line of the token file, read each time so that it may change;
 * it is never shown. */
static bool
add_token(const struct http *h, struct curl_slist **headers,
          char why[REPORTER_WHY])
{
	struct buf text = BUF_INIT(TOKEN_BYTES_MAX);
	struct buf header = BUF_INIT(TOKEN_BYTES_MAX + 100);
	struct sv rest, token = SV("");
	bool ok = true;

	if (h->conf->http_token_file[0]) {
		ok = file_read(h->conf->http_token_file, &text) == 0;
		rest = buf_sv(&text);
		ok = ok && sv_line(&rest, &token) &&
		     (token = sv_trim(token)).n > 0;
		buf_addf(&header, "Authorization: Bearer " SV_FMT,
		         SV_ARG(token));
		if (ok)
			*headers =
			    curl_slist_append(*headers, buf_str(&header));
		else
			snprintf(why, REPORTER_WHY, "no token in %.200s",
			         h->conf->http_token_file);
		explicit_bzero(header.p, header.n);
		if (text.p)
			explicit_bzero(text.p, text.n);
	}
	buf_done(&text);
	buf_done(&header);
	return ok;
}

static struct curl_slist *
make_headers(const struct http *h, const char *id, char why[REPORTER_WHY])
{
	struct buf key = BUF_INIT(PACKAGE_ID_MAX + 40);
	struct curl_slist *headers =
	    curl_slist_append(NULL, "Content-Type: application/json");

	headers = curl_slist_append(headers, "Content-Encoding: zstd");
	headers = curl_slist_append(headers, "Expect:");
	buf_addf(&key, "Idempotency-Key: %s", id);
	headers = curl_slist_append(headers, buf_str(&key));
	buf_done(&key);
	if (add_token(h, &headers, why))
		return headers;
	curl_slist_free_all(headers);
	return NULL;
}

/* What the other side said, as one harmless line. */
static void
show_answer(const struct http *h, long status, char why[REPORTER_WHY])
{
	int n = snprintf(why, REPORTER_WHY, "HTTP %ld", status);
	size_t shown = h->answer.n < ANSWER_SHOWN ? h->answer.n : ANSWER_SHOWN;

	if (shown)
		n += snprintf(why + n, REPORTER_WHY - (size_t)n, ": ");
	for (size_t i = 0; i < shown; i++, n++) {
		char c = h->answer.p[i];

		why[n] = c >= ' ' && c < 0x7f ? c : ' ';
	}
	while (n && why[n - 1] == ' ')
		n--;
	why[n] = '\0';
}

static enum sent
judge_answer(struct http *h, int64_t *ret_wait_ms, char why[REPORTER_WHY])
{
	curl_off_t after_s = 0;
	long status = 0;

	curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status);
	show_answer(h, status, why);
	switch (status) {
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
		curl_easy_getinfo(h->curl, CURLINFO_RETRY_AFTER, &after_s);
		if (after_s > 0 && after_s * 1000 > h->conf->http_retry_max_ms)
			*ret_wait_ms = h->conf->http_retry_max_ms;
		else if (after_s > 0)
			*ret_wait_ms = after_s * 1000;
		return SENT_LATER;
	default:
		return SENT_LATER;
	}
}

static enum sent
http_send(void *state, const struct package *package, int64_t *ret_wait_ms,
          char why[REPORTER_WHY])
{
	struct http *h = state;
	struct curl_slist *headers = make_headers(h, package->id, why);
	CURLcode code;

	if (!headers)
		return SENT_LATER;
	buf_reset(&h->answer);
	h->error[0] = '\0';
	curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(h->curl, CURLOPT_POSTFIELDS, package->body.p);
	curl_easy_setopt(h->curl, CURLOPT_POSTFIELDSIZE_LARGE,
	                 (curl_off_t)package->body.n);
	code = curl_easy_perform(h->curl);
	curl_slist_free_all(headers);
	if (code == CURLE_OK)
		return judge_answer(h, ret_wait_ms, why);
	snprintf(why, REPORTER_WHY, "%.200s",
	         h->error[0] ? h->error : curl_easy_strerror(code));
	return SENT_LATER;
}

const struct reporter_kind http_kind = {
	.name = "http",
	.is_wanted = http_is_wanted,
	.open = http_open,
	.close = http_close,
	.send = http_send,
};
