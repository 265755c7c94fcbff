/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP client of the reporter and of rule channels, by libcurl: one
 * request after the other on a handle, which keeps the connection. What the
 * other side can make us hold and how long it can make us wait is bounded. A
 * handle belongs to one thread.
 *
 *     struct web *w = web_new();
 *     struct web_answer answer = WEB_ANSWER_INIT(2000);
 *     if (web_do(w, &request, &answer, why) == 0 && answer.status == 200)
 *             ... answer.body ...
 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "base/buf.h"

enum { WEB_WHY = 256, WEB_HEADER = 256 };

/* What else than https an address may be. */
enum web_allow {
	WEB_LOCAL_HTTP = 1, /* http to this machine */
	WEB_FILE = 2,       /* file:///PATH */
};

struct web_request {
	const char *url; /* of a kind that web_check_url() allows */
	unsigned allow;  /* of enum web_allow */
	struct sv body;  /* posted when `post`; lives through the request */
	bool post;
	const char *const *headers; /* "Name: value", ends with NULL; or NULL */
	const char *ca_file;        /* PEM; "" or NULL: those of the system */
	const char *certificate_file, *key_file; /* to show; PEM, "" or NULL */
	int64_t timeout_ms;
	unsigned redirects_max; /* to https only; 0: none are followed */
	const _Atomic int64_t *stop_ms; /* a monotonic time to give up, or 0 */
};

struct web_answer {
	long status;           /* 200 and 304 for file: as well */
	struct buf body;       /* cut at its bound: then body.full is set */
	int64_t retry_after_s; /* 0: nothing was said */
	char etag[WEB_HEADER]; /* as sent, or "" */
	char last_modified[WEB_HEADER]; /* as sent, or "" */
	int64_t date_unix_s; /* the other side's clock; 0: not said */
};
#define WEB_ANSWER_INIT(bytes_max)                                             \
	{                                                                      \
		.body = BUF_INIT(bytes_max)                                    \
	}
void web_answer_done(struct web_answer *a);

/* Once a process, before threads; and at its end. */
void web_start(void);
void web_stop(void);

struct web;
struct web *web_new(void);    /* NULL: libcurl has no handle for us */
void web_free(struct web *w); /* takes NULL */

/* https to anywhere, and what `allow` says; else E_RANGE with the reason. */
int web_check_url(const char *url, unsigned allow, char why[WEB_WHY])
    __attribute__((warn_unused_result));

/* A mail to hand to a server, by smtp:// or smtps://. */
struct web_mail {
	const char *url;
	const char *from;            /* envelope; "" is the null sender */
	const char *to;              /* envelope */
	struct sv text;              /* with CRLF */
	const char *user, *password; /* "" or NULL: no login */
	const char *ca_file;
	int64_t timeout_ms;
	const _Atomic int64_t *stop_ms;
};

/* Hands it over: 0; E_REMOTE when the server will never take it, E_IO when it
 * may later, both with the reason. TLS is used where the server offers it,
 * and required by smtps. */
int web_send_mail(struct web *w, const struct web_mail *m, char why[WEB_WHY])
    __attribute__((warn_unused_result));

/* 0 when there is an answer, whatever its status. An answer that is larger
 * than its body may be is cut, and the rest not fetched. E_IO: nobody there,
 * time over and the like, with the reason; E_RANGE: web_check_url(). */
int web_do(struct web *w, const struct web_request *r, struct web_answer *ret,
           char why[WEB_WHY]) __attribute__((warn_unused_result));

#endif
