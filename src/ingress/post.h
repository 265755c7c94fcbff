/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A post as JSON: what sites send to POST /v1/check and what `tamis check
 * --ndjson` reads, one object each.
 *
 *     {"text": "...", "title": "...", "author": "...", "email": "...",
 *      "ip": "192.0.2.1", "url": "...", "user_agent": "...",
 *      "referrer": "...", "honeypot": "...", "surface": "comment",
 *      "id": "...", "test": false}
 *
 * `html` may stand in place of `text`; one of the two is required.
 */
#ifndef INGRESS_POST_H
#define INGRESS_POST_H

#include "scan/scan.h"

enum { POST_WHY_MAX = 160 };

/* Reads one object into `s` (post, surface, envelope, test); all texts are
 * copied to s->arena. A surface that is there already is that of a post that
 * does not say. E_SYNTAX with the reason, for the client, in `why`. */
int post_read(struct sv json, struct scan *s, char why[POST_WHY_MAX]);

/* The same for collections of posts in files, which often have labels and
 * notes beside the text: unknown members are passed over. */
int post_read_noted(struct sv json, struct scan *s, char why[POST_WHY_MAX]);

/* The post of a scan in the same form, so that it can be judged again. */
void post_write(const struct scan *s, struct buf *out);

/* The answer to the client: verdict, score, reasons. */
void post_answer(const struct scan *s, struct buf *out);

#endif
