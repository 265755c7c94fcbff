/* SPDX-License-Identifier: Apache-2.0 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "web/private.h"

void
web_start(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

void
web_stop(void)
{
	curl_global_cleanup();
}

struct web *
web_new(void)
{
	struct web *w = mem_calloc(1, sizeof *w);

	w->curl = curl_easy_init();
	if (w->curl)
		return w;
	free(w);
	return NULL;
}

void
web_free(struct web *w)
{
	if (!w)
		return;
	curl_easy_cleanup(w->curl);
	free(w);
}

void
web_answer_done(struct web_answer *a)
{
	buf_done(&a->body);
}

/* ---- addresses ---- */

static bool
is_this_machine(const char *host)
{
	return strcmp(host, "127.0.0.1") == 0 || strcmp(host, "[::1]") == 0 ||
	       strcmp(host, "localhost") == 0;
}

/* The parts as libcurl will use them; the caller frees them. */
static bool
split_url(const char *url, char **ret_scheme, char **ret_host)
{
	CURLU *parts = curl_url();
	bool ok;

	ok = !curl_url_set(parts, CURLUPART_URL, url, 0) &&
	     !curl_url_get(parts, CURLUPART_SCHEME, ret_scheme, 0);
	if (ok && strcmp(*ret_scheme, "file") != 0)
		ok = !curl_url_get(parts, CURLUPART_HOST, ret_host, 0);
	curl_url_cleanup(parts);
	return ok;
}

/* What is_this_machine() and the caller's leave make of it. */
static int
look_at_url(const char *url, unsigned allow, bool *ret_local, char *why)
{
	char *scheme = NULL, *host = NULL;
	int result = E_RANGE;

	*ret_local = false;
	if (!split_url(url, &scheme, &host)) {
		snprintf(why, WEB_WHY, "no address");
	} else {
		*ret_local = !host || is_this_machine(host);
		if (strcmp(scheme, "https") == 0 ||
		    (strcmp(scheme, "http") == 0 && *ret_local &&
		     allow & WEB_LOCAL_HTTP) ||
		    (strcmp(scheme, "file") == 0 && allow & WEB_FILE))
			result = 0;
		else
			snprintf(why, WEB_WHY, "must be https%s%s",
			         allow & WEB_LOCAL_HTTP
			             ? ", or http to this machine"
			             : "",
			         allow & WEB_FILE ? ", or file:///" : "");
	}
	curl_free(scheme);
	curl_free(host);
	return result;
}

int
web_check_url(const char *url, unsigned allow, char why[WEB_WHY])
{
	bool local;

	return look_at_url(url, allow, &local, why);
}

/* ---- what libcurl calls ---- */

/* Less than was offered ends the transfer. */
static size_t
take_body(char *p, size_t size, size_t n, void *ctx)
{
	struct web *w = ctx;

	return buf_add(&w->answer->body, sv_make(p, size * n)) ? size * n : 0;
}

static void
keep_header(char *to, struct sv value)
{
	value = sv_trim(value);
	if (value.n < WEB_HEADER) {
		memcpy(to, value.p, value.n);
		to[value.n] = '\0';
	}
}

static void
take_date(struct web_answer *a, struct sv value)
{
	char text[WEB_HEADER] = "";
	time_t unix_s;

	keep_header(text, value);
	unix_s = curl_getdate(text, NULL);
	a->date_unix_s = unix_s > 0 ? unix_s : 0;
}

/* Each response on the way, a redirection for instance, begins anew. */
static size_t
take_header(char *p, size_t size, size_t n, void *ctx)
{
	struct web *w = ctx;
	struct sv line = sv_make(p, size * n);
	size_t colon = sv_find_char(line, ':');
	struct sv name = sv_sub(line, 0, colon);

	if (sv_istarts(line, SV("HTTP/"))) {
		w->answer->etag[0] = w->answer->last_modified[0] = '\0';
		w->answer->date_unix_s = 0;
		buf_reset(&w->answer->body);
	} else if (colon == SV_NOT_FOUND) {
		return size * n;
	} else if (sv_ieq(name, SV("ETag"))) {
		keep_header(w->answer->etag, sv_from(line, colon + 1));
	} else if (sv_ieq(name, SV("Last-Modified"))) {
		keep_header(w->answer->last_modified, sv_from(line, colon + 1));
	} else if (sv_ieq(name, SV("Date"))) {
		take_date(w->answer, sv_from(line, colon + 1));
	}
	return size * n;
}

/* Ends a request that would outlast the process. */
static int
check_stop(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	const struct web *w = ctx;
	int64_t stop_ms = w->stop ? *w->stop : 0;

	(void)a, (void)b, (void)c, (void)d;
	return stop_ms && clock_mono_us() / 1000 >= stop_ms;
}

/* ---- one request ---- */

void
web_reset(struct web *w, const char *url, int64_t timeout_ms,
          const _Atomic int64_t *stop_ms)
{
	CURL *c = w->curl;

	curl_easy_reset(c);
	w->stop = stop_ms;
	w->error[0] = '\0';
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, w->error);
	curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, check_stop);
	curl_easy_setopt(c, CURLOPT_XFERINFODATA, w);
}

static void
set_protocols(CURL *c, unsigned allow)
{
	char words[40];

	snprintf(words, sizeof words, "https%s%s",
	         allow & WEB_LOCAL_HTTP ? ",http" : "",
	         allow & WEB_FILE ? ",file" : "");
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, words);
	curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "https");
}

static void
set_options(struct web *w, const struct web_request *r, bool local)
{
	CURL *c = w->curl;

	web_reset(w, r->url, r->timeout_ms, r->stop_ms);
	set_protocols(c, r->allow);
	curl_easy_setopt(c, CURLOPT_USERAGENT,
	                 PACKAGE_NAME "/" PACKAGE_VERSION);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, w);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, w);
	if (r->redirects_max) {
		curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L);
		curl_easy_setopt(c, CURLOPT_MAXREDIRS, (long)r->redirects_max);
	}
	if (r->ca_file && *r->ca_file)
		curl_easy_setopt(c, CURLOPT_CAINFO, r->ca_file);
	if (r->certificate_file && *r->certificate_file)
		curl_easy_setopt(c, CURLOPT_SSLCERT, r->certificate_file);
	if (r->key_file && *r->key_file)
		curl_easy_setopt(c, CURLOPT_SSLKEY, r->key_file);
	if (local) /* no proxy of the environment leads to this machine */
		curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
	if (r->post) {
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, r->body.p);
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE,
		                 (curl_off_t)r->body.n);
	}
}

static void
read_outcome(struct web *w, struct web_answer *ret)
{
	curl_off_t after_s = 0;

	curl_easy_getinfo(w->curl, CURLINFO_RESPONSE_CODE, &ret->status);
	curl_easy_getinfo(w->curl, CURLINFO_RETRY_AFTER, &after_s);
	ret->retry_after_s = after_s > 0 ? after_s : 0;
	if (ret->status == 0) /* a file that could be read */
		ret->status = 200;
}

int
web_do(struct web *w, const struct web_request *r, struct web_answer *ret,
       char why[WEB_WHY])
{
	struct curl_slist *headers = NULL;
	CURLcode code;
	bool local;
	int result = look_at_url(r->url, r->allow, &local, why);

	if (result)
		return result;
	w->answer = ret;
	buf_reset(&ret->body);
	ret->body.full = false;
	ret->etag[0] = ret->last_modified[0] = '\0';
	ret->date_unix_s = 0;
	set_options(w, r, local);
	for (size_t i = 0; r->headers && r->headers[i]; i++)
		headers = curl_slist_append(headers, r->headers[i]);
	curl_easy_setopt(w->curl, CURLOPT_HTTPHEADER, headers);
	code = curl_easy_perform(w->curl);
	curl_slist_free_all(headers);
	if (code == CURLE_OK || (code == CURLE_WRITE_ERROR && ret->body.full)) {
		read_outcome(w, ret);
		return 0;
	}
	snprintf(why, WEB_WHY, "%.200s",
	         w->error[0] ? w->error : curl_easy_strerror(code));
	return E_IO;
}
