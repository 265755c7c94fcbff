/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tamis-feedd: the central collector of the feed and its statistics site.
 *
 *     POST /v1/batches -> accept.c -> database_accept.c -> SQLite
 *     GET  /...        -> query.c  -> database_read.c -> figures.c
 *                                         -> page.c, export.c, metrics.c
 *
 * http.c speaks HTTP, this file knows the addresses, the rest knows neither.
 * Functions of a site may be called by any thread.
 */
#ifndef FEEDD_SITE_H
#define FEEDD_SITE_H

#include "base/buf.h"
#include "conf/conf.h"
#include "feedd/database.h"
#include "feedd/tokens.h"

struct site;

/* Statuses of posts that are counted for /metrics. */
extern const int site_statuses[];
extern const size_t site_statuses_count;

/* Takes the tokens (NULL: nobody needs one); borrows the others. */
struct site *site_new(const struct conf_feedd *conf, struct database *database,
                      struct tokens *tokens);
void site_free(struct site *s); /* takes NULL */

/* Replaces the tokens; requests under way go on with the old ones. */
void site_set_tokens(struct site *s, struct tokens *tokens);

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
};

struct site_answer {
	int status;
	const char *type; /* of the body; static */
	int retry_s;      /* 0: no Retry-After */
	bool is_private;  /* not for caches */
	const char *lang; /* of a page, as a tag; NULL: it has none; static */
	struct buf body;  /* released by the caller */
};

/* GET. Logs what only the operator may know. */
void site_get(struct site *s, const struct site_request *q,
              struct site_answer *ret);

/* POST, in two parts: before the body is read, so that strangers cannot fill
 * our memory, and after it. The first returns false with the refusal, else
 * the node (to be freed; NULL: anybody). */
bool site_post_begin(struct site *s, const struct site_request *q,
                     char **ret_node, struct site_answer *ret);
void site_post(struct site *s, const struct site_request *q, const char *node,
               struct sv body, struct site_answer *ret);

/* An answer that says why not, as JSON. */
void site_refuse(int status, const char *reason, struct site_answer *ret);

size_t site_body_max(const struct site *s);

#endif
