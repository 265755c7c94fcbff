/* SPDX-License-Identifier: Apache-2.0 */
/* Which reports are due, and whether we are the one to apply them. */
#include "learn/ledger.h"

#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "learn/ledger_private.h"

enum {
	DUE_MAX = 200,           /* reports of a step */
	OVERLAP_MS = 60 * 1000,  /* what may come late from this machine */
	OVERLAP_EVERY_MS = 5000, /* when to look for it */
	SWEEP_EVERY_MS = 10 * 60 * 1000, /* and for all, of other machines */
	LEASE_MS = 15 * 1000,
	LEASE_RENEW_MS = 5 * 1000,
	VISIBLE_TRIES = 100, /* until Redis has what was committed */
	VISIBLE_PAUSE_MS = 50,
};

struct ledger *
ledger_new(const struct ledger_options *o)
{
	struct ledger *l = mem_calloc(1, sizeof *l);

	l->options = *o;
	l->store = o->store;
	l->conf = o->conf;
	l->done = map_new();
	l->told = map_new();
	return l;
}

void
ledger_free(struct ledger *l)
{
	if (!l)
		return;
	map_free(l->done);
	map_free(l->told);
	free(l);
}

/* ---- the lease ---- */

static bool
write_lease(struct ledger *l, enum store_op_kind kind, int64_t now_ms)
{
	const struct store_op op = {
		.kind = kind,
		.name = SV("lease:learner"),
		.value = sv_str(l->conf->node.name),
		.expires_ms = now_ms + LEASE_MS,
	};
	const struct store_batch b = { .ops = &op, .n = 1, .unix_ms = now_ms };

	return store_write(l->store, &b) == 0;
}

/* Where the store is this machine's alone, nobody else has it. A lease that
 * somebody has just taken is seen by the others when Redis has it: it is
 * believed one step later. */
static bool
has_lease(struct ledger *l, int64_t now_ms)
{
	struct store_read r = { .name = SV("lease:learner"), .is_value = true };
	struct arena *a;
	bool shared, ours;

	if (l->conf->store.backend != STORE_BACKEND_REDIS)
		return true;
	a = arena_new();
	shared = store_get(l->store, a, now_ms, &r, 1);
	ours = shared && r.found && sv_eq_str(r.value, l->conf->node.name);
	if (shared && !r.found)
		write_lease(l, STORE_SET_NEW, now_ms);
	if (ours && now_ms >= l->lease_ms + LEASE_RENEW_MS &&
	    write_lease(l, STORE_SET, now_ms))
		l->lease_ms = now_ms;
	arena_free(a);
	return ours;
}

/* ---- what is due ---- */

struct search {
	struct ledger *ledger;
	struct arena *arena;
	int64_t last_ms;
};

static int
look_at(void *ctx, const struct store_entry *e)
{
	struct search *s = ctx;
	struct feedback_ids *due = &s->ledger->due;

	if (!map_get(s->ledger->done, e->id))
		*VEC_ADD(&due->list) = arena_dup(s->arena, e->id);
	else if (due->list.n == 0)
		s->last_ms = e->unix_ms; /* all up to here is done */
	return due->list.n == DUE_MAX;
}

/* Now and then from farther back: entries may come late. */
static int64_t
look_from(struct ledger *l, int64_t now_ms)
{
	if (now_ms >= l->sweep_ms) {
		l->sweep_ms = now_ms + SWEEP_EVERY_MS;
		map_free(l->done);
		l->done = map_new();
		l->behind_ms = now_ms - l->conf->feedback.keep_ms;
	} else if (now_ms >= l->overlap_ms) {
		l->overlap_ms = now_ms + OVERLAP_EVERY_MS;
		if (l->behind_ms > now_ms - OVERLAP_MS)
			return now_ms - OVERLAP_MS;
	}
	return l->behind_ms;
}

static int
find_due(struct ledger *l, struct arena *a, int64_t now_ms)
{
	const struct store_entry behind = {
		.unix_ms = look_from(l, now_ms) - 1,
	};
	struct search s = { l, a, behind.unix_ms };
	int result;

	l->due.list.n = 0;
	result = store_read_log(l->store, SV("feedback"), &behind, SIZE_MAX,
	                        look_at, &s);
	if (s.last_ms > l->behind_ms)
		l->behind_ms = s.last_ms;
	return result < 0 ? result : 0;
}

/* ---- a step ---- */

/* Which of the reports that were due are not "accepted" any more, as the
 * store has them. */
static size_t
mark_done(struct ledger *l, int64_t now_ms)
{
	struct arena *a = arena_new();
	size_t n = l->due.list.n, left = 0;
	struct store_read *reads = ARENA_ARRAY(a, struct store_read, n);

	for (size_t i = 0; i < n; i++)
		reads[i] = (struct store_read){
			.name = receipt_name(a, l->due.list.list[i]),
			.is_value = true,
		};
	if (!store_get(l->store, a, now_ms, reads, n) &&
	    l->conf->store.backend == STORE_BACKEND_REDIS) {
		arena_free(a);
		return n; /* that is not what the others see */
	}
	for (size_t i = 0; i < n; i++) {
		struct receipt p;

		if (reads[i].found &&
		    receipt_read(reads[i].value, a, &p) == 0 &&
		    p.state == RECEIPT_ACCEPTED)
			left++;
		else
			map_set(l->done, l->due.list.list[i], l);
	}
	arena_free(a);
	return left;
}

/* Until all are, or it has taken too long. */
static bool
wait_until_done(struct ledger *l, int64_t now_ms)
{
	const struct timespec pause = { .tv_nsec = VISIBLE_PAUSE_MS * 1000000 };
	bool waits = l->conf->store.backend == STORE_BACKEND_REDIS;
	size_t left = mark_done(l, now_ms);

	for (int i = 0; left && waits && i < VISIBLE_TRIES; i++) {
		nanosleep(&pause, NULL);
		left = mark_done(l, now_ms);
	}
	return left == 0;
}

static void
apply_due(struct ledger *l, int64_t now_ms, struct ledger_step *ret)
{
	struct round round;

	round_begin(&round, l, now_ms);
	for (size_t i = 0; i < l->due.list.n; i++)
		ledger_apply(&round, l->due.list.list[i]);
	round_commit(&round);
	ret->applied = round.applied;
	ret->is_failing = round.is_failing;
	round_end(&round);
	if (!wait_until_done(l, now_ms))
		ret->is_failing = true;
	if (ret->is_failing)
		return;
	map_free(l->told);
	l->told = map_new();
}

int
ledger_step(struct ledger *l, int64_t now_ms, struct ledger_step *ret)
{
	struct arena *a;
	int result;

	*ret = (struct ledger_step){ 0 };
	ret->is_standby = !has_lease(l, now_ms);
	if (ret->is_standby)
		return 0;
	a = arena_new();
	result = find_due(l, a, now_ms);
	if (result == 0 && l->due.list.n)
		apply_due(l, now_ms, ret);
	ret->is_more = l->due.list.n == DUE_MAX && !ret->is_failing;
	VEC_DONE(&l->due.list);
	arena_free(a);
	return result;
}

/* ---- totals ---- */

void
ledger_totals(struct store *s, int64_t now_ms,
              struct ledger_totals ret[FEEDBACK_SOURCES])
{
	struct store_read reads[FEEDBACK_SOURCES];
	struct arena *a = arena_new();

	for (int i = 0; i < FEEDBACK_SOURCES; i++)
		reads[i] = (struct store_read){
			.name = ARENA_JOIN(a, SV("feedback:"),
			                   sv_str(feedback_source_word(
					       (enum feedback_source)i))),
		};
	store_get(s, a, now_ms, reads, FEEDBACK_SOURCES);
	for (int i = 0; i < FEEDBACK_SOURCES; i++)
		ret[i] = (struct ledger_totals){
			reads[i].sums[0],
			reads[i].sums[1],
			reads[i].sums[2],
			reads[i].sums[3],
		};
	arena_free(a);
}
