/* SPDX-License-Identifier: Apache-2.0 */
#include "channel/fetch.h"

#include <stdio.h>

#include "base/error.h"
#include "channel/key.h"

enum { REDIRECTS_MAX = 5, URL_BYTES_MAX = 1100, HEADER_MAX = WEB_HEADER + 40 };

static int
get(struct web *w, const struct conf_channel *conf, const char *url,
    const char *const *headers, struct web_answer *answer, char why[WEB_WHY])
{
	const struct web_request request = {
		.url = url,
		.allow = WEB_FILE,
		.headers = headers,
		.ca_file = conf->ca_file,
		.timeout_ms = conf->timeout_ms,
		.redirects_max = REDIRECTS_MAX,
	};
	char reason[WEB_WHY];
	int result = web_do(w, &request, answer, reason);

	if (result) {
		snprintf(why, WEB_WHY, "%.100s: %.150s", url, reason);
	} else if (answer->body.full) {
		snprintf(why, WEB_WHY, "%.150s: more than %zu bytes", url,
		         answer->body.max);
		result = E_LIMIT;
	} else if (answer->status != 200 && answer->status != 304) {
		snprintf(why, WEB_WHY, "%.150s: HTTP %ld", url, answer->status);
		result = E_REMOTE;
	}
	return result;
}

static int
get_bundle(struct web *w, const struct conf_channel *conf, const char *url,
           const char *etag, const char *last_modified,
           struct channel_fetch *ret, char why[WEB_WHY])
{
	struct web_answer answer = WEB_ANSWER_INIT((size_t)conf->bytes_max);
	char match[HEADER_MAX], since[HEADER_MAX];
	const char *headers[3] = { NULL };
	size_t n = 0;
	int result;

	snprintf(match, sizeof match, "If-None-Match: %s", etag);
	snprintf(since, sizeof since, "If-Modified-Since: %s", last_modified);
	if (*etag)
		headers[n++] = match;
	if (*last_modified)
		headers[n++] = since;
	result = get(w, conf, url, headers, &answer, why);
	if (result) {
		web_answer_done(&answer);
		return result;
	}
	ret->unchanged = answer.status == 304;
	ret->bundle = answer.body;
	memcpy(ret->etag, answer.etag, sizeof ret->etag);
	memcpy(ret->last_modified, answer.last_modified,
	       sizeof ret->last_modified);
	return 0;
}

static int
get_signature(struct web *w, const struct conf_channel *conf, const char *url,
              struct channel_fetch *ret, char why[WEB_WHY])
{
	struct web_answer answer = WEB_ANSWER_INIT(KEY_FILE_MAX);
	char address[URL_BYTES_MAX];
	int result;

	snprintf(address, sizeof address, "%s.sig", url);
	result = get(w, conf, address, NULL, &answer, why);
	ret->signature = answer.body;
	return result;
}

int
channel_fetch(const struct conf_channel *conf, const char *url,
              const char *etag, const char *last_modified,
              struct channel_fetch *ret, char why[WEB_WHY])
{
	struct channel_fetch f = { .bundle = BUF_INIT(0),
		                   .signature = BUF_INIT(0) };
	struct web *w = web_new();
	int result;

	if (!w) {
		snprintf(why, WEB_WHY, "no curl handle");
		return E_IO;
	}
	result = get_bundle(w, conf, url, etag, last_modified, &f, why);
	if (result == 0 && !f.unchanged)
		result = get_signature(w, conf, url, &f, why);
	web_free(w);
	if (result)
		channel_fetch_done(&f);
	else
		*ret = f;
	return result;
}

void
channel_fetch_done(struct channel_fetch *f)
{
	buf_done(&f->bundle);
	buf_done(&f->signature);
}
