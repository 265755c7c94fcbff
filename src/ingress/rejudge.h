/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Posts stay where they were published; what is judged later may know more. So
 * posts are kept for http.rejudge_window and judged again, in a thread of low
 * priority, when the rules or the configuration have changed, or reports have changed what
 * is thought of a campaign. A verdict that
 * is another one by then is told as a change (correction.h), and is what the next
 * look compares with.
 *
 * Of the scanners of a machine one does it at a time, and what one has done the
 * others need not do: the folder "posts" has a lock, and a note of what it was
 * judged by.
 */
#ifndef INGRESS_REJUDGE_H
#define INGRESS_REJUDGE_H

#include "ingress/ingress.h"

struct rejudge;

/* Starts the thread, which lives as long as the process. */
struct rejudge *rejudge_new(struct ingress *in);

/* Keeps a judged post, if that is configured. Any thread. */
void rejudge_keep(struct ingress *in, const struct scan *s);

/* Other rules are in force, or another configuration. Takes NULL. */
void rejudge_wake(struct rejudge *r);

/* ---- as a post is kept ---- */

struct kept_post {
	struct sv site, verdict;
	uint64_t changes; /* how often its verdict has changed */
	struct sv post;   /* JSON: ingress/post.h */
};

void kept_post_write(const struct kept_post *p, struct buf *out);
/* Texts are in the arena. E_SYNTAX. */
int kept_post_read(struct sv json, struct arena *a, struct kept_post *ret)
    __attribute__((warn_unused_result));

#endif
