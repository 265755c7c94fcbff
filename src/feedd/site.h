/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tamis-feedd: the central collector of the feed and its statistics site.
 *
 *     POST /v1/batches -> intake.c -> accept.c -> database_accept.c
 *     GET  /...        -> query.c  -> database_read.c -> figures.c
 *                                         -> page.c, export.c, metrics.c
 *
 * http.c speaks HTTP, this file knows the addresses, the rest knows neither.
 * Functions of a site may be called by any thread.
 */
#ifndef FEEDD_SITE_H
#define FEEDD_SITE_H

#include "base/buf.h"
#include "base/ip.h"
#include "conf/conf.h"
#include "feedd/access.h"
#include "feedd/database.h"

struct site;
struct intake;

/* Borrows all of them. */
struct site *site_new(const struct conf_feedd *conf, struct database *database,
                      struct access *access, struct intake *intake);
void site_free(struct site *s); /* takes NULL */

struct site_param {
	const char *name, *value;
};

enum { SITE_PARAMS_MAX = 16 };

struct site_request {
	const char *path;
	const struct site_param *params; /* of the query, decoded */
	size_t n_params;
	const char *authorization; /* header values; NULL: none */
	const char *origin, *encoding, *accept_language;
	const char *signature, *date;
	const char *session;    /* the cookie LOGIN_COOKIE */
	const char *fetch_site; /* Sec-Fetch-Site: who wrote the form */
	bool is_secure;         /* it came by https, to a proxy */
	char address[IP_TEXT];  /* of the client; "": not known */
};

struct site_answer {
	int status;
	const char *type;  /* of the body; static */
	int retry_s;       /* 0: no Retry-After */
	bool is_private;   /* not for caches */
	const char *lang;  /* of a page, as a tag; NULL: it has none; static */
	char location[32]; /* of a redirection; "": none */
	char cookie[160];  /* to be set; "": none */
	struct buf body;   /* released by the caller */
};

/* GET. Logs what only the operator may know. */
void site_get(struct site *s, const struct site_request *q,
              struct site_answer *ret);

/* POST of the form of /own. */
void site_post(struct site *s, const struct site_request *q, struct sv body,
               struct site_answer *ret);

/* An answer without a body yet. */
void site_start(struct site_answer *ret, int status, const char *type);

/* An answer that says why not, as JSON. */
void site_refuse(int status, const char *reason, struct site_answer *ret);

#endif
