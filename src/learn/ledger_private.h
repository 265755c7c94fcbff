/* SPDX-License-Identifier: Apache-2.0 */
/* Private to learn/ledger*.c. */
#ifndef LEARN_LEDGER_PRIVATE_H
#define LEARN_LEDGER_PRIVATE_H

#include "base/map.h"
#include "base/vec.h"
#include "learn/ledger.h"

/* One round: some reports, applied one after the other and committed
 * together. Batches with an id are not in what the store answers until they
 * are committed, so the round remembers what it has read and changed. */
struct round {
	struct ledger *ledger;
	struct arena *arena;
	struct map *cells; /* name -> struct cell */
	struct exchange x; /* of one batch */
	int64_t now_ms;
	size_t batches; /* since the last commit */
	size_t applied; /* reports */
	bool is_failing;
};

struct ledger {
	struct ledger_options options;
	struct store *store;
	const struct conf *conf;
	struct map *done; /* ids of reports that are not "accepted" any more */
	struct map *told; /* ids that options.tell was called with */
	/* Reports after that are looked at; what comes late is looked for now
	 * and then, farther back. */
	int64_t behind_ms, overlap_ms, sweep_ms;
	int64_t lease_ms; /* when ours was renewed */
	struct feedback_ids {
		VEC(struct sv) list;
	} due;
};

void round_begin(struct round *r, struct ledger *l, int64_t now_ms);
void round_end(struct round *r);

/* Begins a batch: nothing asked, nothing told. */
void round_next(struct round *r);

/* Answers all that round.x asks. */
void round_get(struct round *r);

/* Queues what round.x tells as one batch, unless one with that id was. */
void round_put(struct round *r, struct sv once);

/* Waits until it is on the disk, or has failed to be. */
void round_commit(struct round *r);

/* A value as of now; SV_NONE. */
struct sv round_value(struct round *r, struct sv name);

/* ---- what a report causes (ledger_effect.c) ---- */

/* Whose side a report is on. */
static inline bool
entry_is_spam(const struct feedback_entry *e)
{
	return e->kind == FEEDBACK_SPAM;
}

/* Asks for the counters that effects touch. Keys and network must be set. */
struct effect_places {
	size_t evidence[CAMPAIGN_KEYS], network[CAMPAIGN_KEYS],
	    newcomers[CAMPAIGN_KEYS];
};
void effect_gather(struct round *r, const struct receipt *p,
                   struct effect_places *ret);

/* How much of the caps is used, at most, among the keys that count it. */
struct effect_use {
	double network, newcomers; /* evidence */
	bool has_reporter;         /* of that network */
};
void effect_use(const struct round *r, const struct receipt *p,
                const struct effect_places *at, struct effect_use *ret);

/* Adds the evidence and the lessons of a receipt, or takes them back (-1), as
 * if at receipt.applied_ms. `t` NULL: no lesson can be given any more. */
void effect_tell(struct round *r, const struct receipt *p,
                 const struct trace *t, int sign);

/* Whether a state is one in which a report counts. */
bool effect_is_there(enum receipt_state s);

/* ---- steps ---- */

/* Writes the receipt, the totals and a note of the change of its state from
 * `from`; `cause` is the id of the report that led to it. */
void ledger_note(struct round *r, struct receipt *p, enum receipt_state from,
                 struct sv cause);

/* Notes that somebody asks for a review. */
void ledger_note_appeal(struct round *r, const struct receipt *p);

/* Notes that a campaign has another state. */
void ledger_note_campaign(struct round *r, const struct receipt *p,
                          enum recognition_state from,
                          enum recognition_state to);

bool ledger_receipt(struct round *r, struct sv id, struct receipt *ret);
bool ledger_trace(struct round *r, struct sv verdict_id, struct trace *ret);

/* Where somebody has spoken about a campaign; "" for a key: they have not. */
void ledger_said(struct round *r, const struct campaign_keys *k, struct sv who,
                 struct sv ret_ids[CAMPAIGN_KEYS]);
struct sv ledger_said_name(struct arena *a, uint64_t key, struct sv who);

/* Brings a receipt to another state, with all that follows, as a batch. */
void ledger_settle(struct round *r, struct receipt *p, enum receipt_state to,
                   struct sv cause);

/* All reports on the campaign of `p`: settles them as its correction says, or
 * (`is_undone`) as they were before it. */
void ledger_settle_campaign(struct round *r, const struct receipt *p,
                            bool is_undone);

/* Applies one report of the log, unless it was. */
void ledger_apply(struct round *r, struct sv id);

#endif
