/* SPDX-License-Identifier: Apache-2.0 */
/*
 * POST /v1/batches from its header to its answer: who sends, whether it is
 * signed, how much it is, and then accept.h. In two parts: before the body is
 * read, so that strangers cannot fill our memory, and after it. Any thread.
 */
#ifndef FEEDD_INTAKE_H
#define FEEDD_INTAKE_H

#include "conf/conf.h"
#include "feedd/access.h"
#include "feedd/site.h"

struct intake;

/* Borrows all of them. */
struct intake *intake_new(const struct conf_feedd *conf,
                          struct database *database, struct access *access);
void intake_free(struct intake *i); /* takes NULL */

/* A post under way. */
struct intake_post {
	struct asker asker;
	size_t reserved; /* bytes of memory */
};

/* False with the refusal. */
bool intake_begin(struct intake *i, const struct site_request *q,
                  struct intake_post *ret, struct site_answer *ret_answer);

/* Reserves memory for `bytes` more of a body; false: there is none left, for
 * all bodies together, and the refusal is in `ret_answer`. */
bool intake_reserve(struct intake *i, struct intake_post *p, size_t bytes,
                    struct site_answer *ret_answer);

void intake_end(struct intake *i, const struct site_request *q,
                struct intake_post *p, struct sv body,
                struct site_answer *ret_answer);

/* Gives back what was reserved; after any end. */
void intake_done(struct intake *i, struct intake_post *p);

/* Largest body, before and after decompression. */
size_t intake_body_max(const struct intake *i);

/* OpenMetrics of posts since the start. */
void intake_metrics(struct intake *i, struct buf *out);

#endif
