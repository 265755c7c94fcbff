/* SPDX-License-Identifier: Apache-2.0 */
/* The questions of one message, and the answers that have come. */
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "fact/dns_private.h"

enum slot_state { SLOT_WAITS, SLOT_CAME, SLOT_DONE };

struct slot {
	enum slot_state state;
	bool is_stale;
	size_t ticket;
	struct dns_kept *kept; /* the answer; while it waits, an old one */
};

struct dns_batch {
	struct dns *dns;
	pthread_mutex_t lock; /* of all that follows */
	pthread_cond_t came;  /* by the monotonic clock */
	size_t references;    /* the message, and who will deliver */
	bool is_closed;
	size_t n_waits;
	VEC(struct slot) slots;
	VEC(size_t) arrived;    /* slots in the order of their answers */
	size_t n_taken;         /* of these */
	struct dns_batch *next; /* to be rung; of the thread, as the next */
	bool is_to_ring;        /* which is a reference */
};

struct dns_batch *
dns_batch_new(struct dns *d)
{
	struct dns_batch *b = mem_calloc(1, sizeof *b);
	pthread_condattr_t attr;

	b->dns = d;
	b->references = 1;
	pthread_mutex_init(&b->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&b->came, &attr);
	pthread_condattr_destroy(&attr);
	return b;
}

/* Locked; unlocks. */
static void
unref(struct dns_batch *b)
{
	bool is_last = --b->references == 0;

	pthread_mutex_unlock(&b->lock);
	if (!is_last)
		return;
	for (size_t i = 0; i < b->slots.n; i++)
		dns_kept_unref(b->slots.list[i].kept);
	VEC_DONE(&b->slots);
	VEC_DONE(&b->arrived);
	pthread_cond_destroy(&b->came);
	pthread_mutex_destroy(&b->lock);
	free(b);
}

void
dns_batch_free(struct dns_batch *b)
{
	if (!b)
		return;
	pthread_mutex_lock(&b->lock);
	b->is_closed = true;
	unref(b);
}

/* ---- who asks ---- */

struct dns_waiter
dns_batch_expect(struct dns_batch *b, size_t ticket, struct dns_kept *old)
{
	struct dns_waiter w = { .batch = b };

	pthread_mutex_lock(&b->lock);
	w.slot = b->slots.n;
	*VEC_ADD(&b->slots) = (struct slot){ .ticket = ticket, .kept = old };
	b->n_waits++;
	b->references++;
	pthread_mutex_unlock(&b->lock);
	return w;
}

struct dns_kept *
dns_batch_forget(struct dns_batch *b)
{
	struct dns_kept *old;

	pthread_mutex_lock(&b->lock);
	old = b->slots.list[--b->slots.n].kept;
	b->n_waits--;
	b->references--;
	pthread_mutex_unlock(&b->lock);
	return old;
}

static const struct dns_answer *
hand_out(struct arena *a, const struct dns_kept *kept, bool is_stale)
{
	struct dns_answer answer = kept->answer;

	answer.is_stale = is_stale;
	return dns_answer_copy(a, &answer);
}

static const struct dns_answer *
refuse(struct dns_batch *b, struct arena *a, enum dns_begun why)
{
	struct dns_kept *old = dns_batch_forget(b);
	const struct dns_answer *answer;

	dns_count(b->dns,
	          why == DNS_REFUSED ? DNS_STAT_suspended : DNS_STAT_dropped,
	          1);
	if (!old)
		return dns_answer_bare(why == DNS_REFUSED ? DNS_SUSPENDED
		                                          : DNS_LATE);
	dns_count(b->dns, DNS_STAT_stale, 1);
	answer = hand_out(a, old, true);
	dns_kept_unref(old);
	return answer;
}

static const struct dns_answer *
ask(void *ctx, struct arena *a, const struct dns_question *q, size_t ticket)
{
	struct dns_batch *b = ctx;
	struct dns *d = b->dns;
	int64_t now_us = clock_mono_us();
	const struct dns_answer *answer;
	enum dns_age age = DNS_FRESH;
	enum dns_begun begun;
	struct dns_kept *kept;
	struct dns_waiter w;
	struct dns_key key;

	dns_count(d, DNS_STAT_questions, 1);
	if (dns_zones_suspended(d->zones, q->zone, now_us)) {
		dns_count(d, DNS_STAT_suspended, 1);
		return dns_answer_bare(DNS_SUSPENDED);
	}
	dns_key_set(&key, q);
	kept = dns_cache_get(d->cache, &key, now_us, &age);
	if (kept && age != DNS_FRESH && !q->zone.n) {
		dns_kept_unref(kept);
		kept = NULL;
	}
	if (kept && age != DNS_OLD) {
		dns_count(
		    d, age == DNS_STALE ? DNS_STAT_stale : DNS_STAT_cached, 1);
		answer = hand_out(a, kept, age == DNS_STALE);
		dns_kept_unref(kept);
		return answer;
	}
	w = dns_batch_expect(b, ticket, kept);
	begun = dns_flight_begin(d, &key, q, now_us, &w);
	return begun == DNS_WAITS ? NULL : refuse(b, a, begun);
}

/* ---- who answers ---- */

bool
dns_batch_deliver(const struct dns_waiter *w, struct dns_kept *kept,
                  bool is_stale)
{
	struct dns_batch *b = w->batch;
	struct slot *slot;
	bool is_wanted;

	pthread_mutex_lock(&b->lock);
	slot = &b->slots.list[w->slot];
	is_wanted = !b->is_closed && slot->state == SLOT_WAITS;
	if (is_wanted) {
		dns_kept_unref(slot->kept);
		slot->kept = dns_kept_ref(kept);
		slot->is_stale = is_stale;
		slot->state = SLOT_CAME;
		*VEC_ADD(&b->arrived) = w->slot;
		b->n_waits--;
	}
	if (is_wanted && !b->is_to_ring) {
		b->is_to_ring = true;
		b->next = b->dns->to_ring;
		b->dns->to_ring = b;
		pthread_mutex_unlock(&b->lock);
	} else {
		unref(b);
	}
	return is_wanted;
}

void
dns_batches_ring(struct dns *d)
{
	while (d->to_ring) {
		struct dns_batch *b = d->to_ring;

		d->to_ring = b->next;
		pthread_mutex_lock(&b->lock);
		b->is_to_ring = false;
		pthread_cond_signal(&b->came);
		unref(b);
	}
}

/* ---- who waits ---- */

/* Locked. */
static struct slot *
arrived_slot(struct dns_batch *b)
{
	if (b->n_taken == b->arrived.n)
		return NULL;
	return &b->slots.list[b->arrived.list[b->n_taken++]];
}

/* Locked. One that still waits, and has an old answer. */
static struct slot *
old_slot(struct dns_batch *b)
{
	for (size_t i = 0; i < b->slots.n && b->n_waits; i++) {
		struct slot *slot = &b->slots.list[i];

		if (slot->state == SLOT_WAITS && slot->kept) {
			slot->is_stale = true;
			b->n_waits--;
			return slot;
		}
	}
	return NULL;
}

/* Locked. */
static struct slot *
wait_for_slot(struct dns_batch *b, int64_t deadline_us)
{
	const struct timespec end = {
		.tv_sec = deadline_us / 1000000,
		.tv_nsec = deadline_us % 1000000 * 1000,
	};
	int64_t began_us = clock_mono_us();
	int error = 0;

	while (b->n_taken == b->arrived.n && b->n_waits && !error)
		error = pthread_cond_timedwait(&b->came, &b->lock, &end);
	dns_count(b->dns, DNS_STAT_wait_us,
	          (uint64_t)(clock_mono_us() - began_us));
	return b->n_taken < b->arrived.n ? arrived_slot(b) : old_slot(b);
}

static bool
next(void *ctx, struct arena *a, int64_t deadline_mono_us, size_t *ret_ticket,
     const struct dns_answer **ret)
{
	struct dns_batch *b = ctx;
	struct slot *slot;

	pthread_mutex_lock(&b->lock);
	slot = arrived_slot(b);
	if (!slot && deadline_mono_us)
		slot = wait_for_slot(b, deadline_mono_us);
	if (slot) {
		if (slot->is_stale)
			dns_count(b->dns, DNS_STAT_stale, 1);
		*ret_ticket = slot->ticket;
		*ret = hand_out(a, slot->kept, slot->is_stale);
		slot->state = SLOT_DONE;
	}
	pthread_mutex_unlock(&b->lock);
	return slot != NULL;
}

const struct lookup_source dns_source = { ask, next };
