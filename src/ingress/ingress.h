/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all ways in share: the snapshot in force, the spool, the counters, and
 * ingress_judge(), which every ingress calls once a message. An ingress turns
 * bytes into a struct scan and a plan back into bytes; nothing else.
 */
#ifndef INGRESS_INGRESS_H
#define INGRESS_INGRESS_H

#include <pthread.h>
#include <stdatomic.h>

#include "ingress/counters.h"
#include "ingress/hit_table.h"
#include "ingress/recheck.h"
#include "learn/feedback.h"
#include "report/report.h"
#include "scan/scan.h"

struct ingress {
	struct counters *counters;
	struct hit_table *hits;          /* NULL: hits are not counted */
	struct image_pool *images;       /* decoders of pictures; or NULL */
	struct store *store;             /* what was learned; or NULL */
	struct campaign_secret *secret;  /* of campaigns; or NULL */
	char mark_key[FEEDBACK_KEY + 1]; /* of learn/mark.h; "": no store */
	struct spool *spool;             /* NULL: leave no records */
	_Atomic unsigned *in_flight; /* messages, shared with the supervisor */
	pthread_mutex_t lock;        /* of the next member */
	struct snapshot *snapshot;
	_Atomic bool spool_failed, store_is_away; /* said so already */
	struct recheck *recheck;                  /* NULL: none */
	struct rejudge *rejudge;                  /* NULL: none */
	_Atomic bool review_failed;               /* said so already */
};

/* `in_flight` may be NULL. The snapshot reference becomes the ingress's. */
void ingress_init(struct ingress *in, struct snapshot *snapshot,
                  struct counters *counters, struct spool *spool,
                  _Atomic unsigned *in_flight);

/* Starts the thread that looks at some messages again. */
void ingress_recheck(struct ingress *in);

/* Starts the thread that judges posts again when rules have changed. */
void ingress_rejudge(struct ingress *in);

/* A reference to the snapshot in force, for one message. */
struct snapshot *ingress_snapshot(struct ingress *in);

/* Puts another snapshot in force (taking the reference); messages that are
 * under way finish with the one they began with. */
void ingress_swap(struct ingress *in, struct snapshot *next);

/* The matching memory of this thread; it goes with the thread. */
struct rule_worker *ingress_worker(void);

/* How many threads a way in needs whose clients wait for their answer: one a
 * processor, or more where each waits for DNS most of the time. */
unsigned ingress_threads(struct ingress *in);

/* Runs the pipeline on `s` (with this thread's matching memory), writes the
 * verdict record to the spool and counts. When it returns, the record is
 * written: only then may the answer be given. */
void ingress_judge(struct ingress *in, struct scan *s);

#endif
