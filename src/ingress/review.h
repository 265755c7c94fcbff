/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The queue of messages that people decide on: what was judged with the plan
 * hold_for_review. tamis decides nothing here and shows no pages; it keeps the
 * queue, and learns from the answer.
 *
 *     store value "review:ID"   the item; expires after review.time
 *     store log "review"        an entry each, in the order they came
 *     the folder "held"         the text (report/keep.h), until it is decided
 *
 * A decision is one write with an id, so it counts once: the item, the change
 * (correction.h) and, before both, a report to the ledger that is_correction.
 */
#ifndef INGRESS_REVIEW_H
#define INGRESS_REVIEW_H

#include "ingress/correction.h"
#include "ingress/http_token.h"

enum {
	REVIEW_WHY = 200,
	REVIEW_BY_MAX = 100, /* of the name of who decided */
	REVIEW_LIST_MAX = 200,
};

enum review_state {
	REVIEW_WAITING,
	REVIEW_SPAM,
	REVIEW_HAM,
	REVIEW_STATES,
};
const char *review_state_word(enum review_state s); /* "waiting", "spam", .. */
/* REVIEW_STATES: there is none of that name. */
enum review_state review_state_find(struct sv word);

struct review_item {
	struct sv id; /* of the verdict */
	struct sv node, channel, surface;
	struct sv site;   /* whose post; "": a mail */
	struct sv item;   /* the site's own id, or the MTA's queue id */
	struct sv author; /* who wrote it */
	struct sv title, excerpt;
	struct sv verdict; /* as it was held */
	struct sv rules;   /* "NAME,NAME", some */
	int64_t unix_ms, score_e4;
	enum review_state state;
	struct sv by; /* who decided; "" */
	int64_t decided_ms;
};

/* Puts a judged message in the queue: its text is kept, its item is on the
 * disk. E_LIMIT: too many wait; E_IO, E_STATE (there is no store). */
int review_hold(struct ingress *in, const struct scan *s);

/* One item; texts are in the arena. E_UNKNOWN: there is none (any more). */
int review_get(struct store *store, struct sv id, struct arena *a,
               struct review_item *ret) __attribute__((warn_unused_result));

struct review_query {
	const struct http_client *client; /* who asks: sees its own items */
	enum review_state state;          /* REVIEW_STATES: any */
	struct store_entry after;         /* where the last list ended */
	size_t limit;                     /* at most REVIEW_LIST_MAX */
};

/* Calls `each` for the items that match, in the order they came. *ret_next is
 * where to go on, *ret_more whether there may be more. E_IO, E_REMOTE. */
int review_list(struct store *store, const struct conf *conf,
                const struct review_query *q, struct arena *a,
                int (*each)(void *ctx, const struct review_item *item),
                void *ctx, struct store_entry *ret_next, bool *ret_more);

/* What review_decide() is given: where things are, and what was decided. */
struct review_decision {
	struct store *store;
	struct spool *spool; /* or NULL */
	const struct conf *conf;
	struct sv id;
	enum review_state state; /* REVIEW_SPAM or REVIEW_HAM */
	struct sv by;            /* a name; or "" */
};

struct review_outcome {
	struct review_item item; /* as it is now */
	bool is_taught;          /* the ledger knows the message still */
	char why[REVIEW_WHY];    /* of an error; a sentence */
};

/* E_UNKNOWN: no such item; E_EXISTS: it was decided otherwise already (the same
 * once more is no error); E_LIMIT, E_IO: try again. */
int review_decide(const struct review_decision *d, struct arena *a,
                  struct review_outcome *ret)
    __attribute__((warn_unused_result));

/* As JSON, for answers and for the store. */
void review_write(const struct review_item *item, struct json *j,
                  const char *name);

#endif
