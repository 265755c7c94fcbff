/* SPDX-License-Identifier: Apache-2.0 */
/* Mails to a server, by libcurl. */
#include <curl/curl.h>
#include <stdio.h>

#include "base/error.h"
#include "web/private.h"

static size_t
give_text(char *to, size_t size, size_t n, void *ctx)
{
	struct sv *rest = ctx;
	size_t bytes = size * n < rest->n ? size * n : rest->n;

	memcpy(to, rest->p, bytes);
	*rest = sv_from(*rest, bytes);
	return bytes;
}

/* What the server says beside its status is of no use here. */
static size_t
ignore(char *p, size_t size, size_t n, void *ctx)
{
	(void)p, (void)ctx;
	return size * n;
}

static void
set_mail(struct web *w, const struct web_mail *m, struct sv *rest,
         const struct curl_slist *to)
{
	CURL *c = w->curl;

	web_reset(w, m->url, m->timeout_ms, m->stop_ms);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(c, CURLOPT_USE_SSL, (long)CURLUSESSL_TRY);
	curl_easy_setopt(c, CURLOPT_MAIL_FROM, m->from);
	curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(c, CURLOPT_READFUNCTION, give_text);
	curl_easy_setopt(c, CURLOPT_READDATA, rest);
	curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)m->text.n);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, ignore);
	curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
	if (m->ca_file && *m->ca_file)
		curl_easy_setopt(c, CURLOPT_CAINFO, m->ca_file);
	if (m->user && *m->user) {
		curl_easy_setopt(c, CURLOPT_USERNAME, m->user);
		curl_easy_setopt(c, CURLOPT_PASSWORD, m->password);
	}
}

int
web_send_mail(struct web *w, const struct web_mail *m, char why[WEB_WHY])
{
	struct curl_slist *to = curl_slist_append(NULL, m->to);
	struct sv rest = m->text;
	long status = 0;
	CURLcode code;

	set_mail(w, m, &rest, to);
	code = curl_easy_perform(w->curl);
	curl_easy_getinfo(w->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_slist_free_all(to);
	if (code == CURLE_OK)
		return 0;
	snprintf(why, WEB_WHY, "%.200s",
	         w->error[0] ? w->error : curl_easy_strerror(code));
	return status >= 500 && status <= 599 ? E_REMOTE : E_IO;
}
