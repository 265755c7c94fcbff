/* SPDX-License-Identifier: Apache-2.0 */
/* Questions on their way. Equal ones are one. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "fact/dns_private.h"

static struct dns_flight **
find(struct dns *d, const struct dns_key *k)
{
	struct dns_flight **at = &d->flights[k->hash % DNS_FLIGHT_BUCKETS];

	while (*at &&
	       ((*at)->key.hash != k->hash || !sv_eq((*at)->key.text, k->text)))
		at = &(*at)->next;
	return at;
}

static struct dns_flight *
flight_new(struct dns *d, const struct dns_key *k, const struct dns_question *q)
{
	struct dns_flight *f = mem_calloc(1, sizeof *f + q->name.n + q->zone.n);
	char *text = (char *)(f + 1);

	f->dns = d;
	f->key = *k;
	f->key.text = sv_make(f->key.bytes, k->text.n);
	f->alias_ttl_s = UINT32_MAX;
	f->question.type = q->type;
	f->question.name = sv_make(text, q->name.n);
	f->question.zone = sv_make(text + q->name.n, q->zone.n);
	memcpy(text, q->name.p, q->name.n);
	if (q->zone.n)
		memcpy(text + q->name.n, q->zone.p, q->zone.n);
	return f;
}

/* Locked. */
static enum dns_begun
may_begin(struct dns *d, const struct dns_question *q, int64_t now_us)
{
	if (atomic_load(&d->is_silent)) {
		atomic_fetch_add(&d->not_asked, 1);
		return DNS_REFUSED;
	}
	if (d->n_flights >= (size_t)d->conf.in_flight_max)
		return DNS_TOO_MANY;
	return dns_zones_let(d->zones, q->zone, now_us) ? DNS_WAITS
	                                                : DNS_REFUSED;
}

/* Locked. True: the thread must be told. */
static bool
enqueue(struct dns *d, struct dns_flight **at, struct dns_flight *f)
{
	bool was_empty = !d->first;

	*at = f;
	*(was_empty ? &d->first : &d->last->queued) = f;
	d->last = f;
	d->n_flights++;
	return was_empty;
}

enum dns_begun
dns_flight_begin(struct dns *d, const struct dns_key *k,
                 const struct dns_question *q, int64_t now_us,
                 const struct dns_waiter *w)
{
	enum dns_begun begun = DNS_WAITS;
	struct dns_flight **at, *f;
	bool must_wake = false;

	pthread_mutex_lock(&d->lock);
	at = find(d, k);
	f = *at;
	if (!f)
		begun = may_begin(d, q, now_us);
	if (begun == DNS_WAITS) {
		dns_count(d, f ? DNS_STAT_joined : DNS_STAT_sent, 1);
		if (!f) {
			f = flight_new(d, k, q);
			must_wake = enqueue(d, at, f);
		}
		f->is_list |= q->zone.n > 0;
		*VEC_ADD(&f->waiters) = *w;
	}
	pthread_mutex_unlock(&d->lock);
	if (must_wake)
		dns_wake(d);
	return begun;
}

struct dns_flight *
dns_flights_take(struct dns *d)
{
	struct dns_flight *list;

	pthread_mutex_lock(&d->lock);
	list = d->first;
	d->first = d->last = NULL;
	pthread_mutex_unlock(&d->lock);
	return list;
}

/* ---- answers ---- */

static int64_t
keep_us(const struct conf_dns *conf, const struct dns_answer *answer)
{
	int64_t ms = (int64_t)answer->ttl_s * 1000;
	int64_t max_ms = answer->status == DNS_FOUND
	                     ? conf->ttl_max_ms
	                     : conf->negative_ttl_max_ms;

	if (ms < conf->ttl_min_ms)
		ms = conf->ttl_min_ms;
	return (ms < max_ms ? ms : max_ms) * 1000;
}

/* Remembers the answer. A failure is not worth more than an old answer of a
 * list: that is returned then, and *ret_stale is set. */
static struct dns_kept *
keep(struct dns_flight *f, const struct conf_dns *conf, bool is_list,
     const struct dns_answer *answer, bool *ret_stale)
{
	int64_t now_us = clock_mono_us();
	int64_t fresh_us = now_us + conf->failure_ttl_ms * 1000;
	struct dns *d = f->dns;
	struct dns_kept *kept;

	*ret_stale = false;
	if (!dns_is_known(answer->status) && is_list) {
		kept = dns_cache_prolong(d->cache, &f->key, now_us, fresh_us);
		*ret_stale = kept != NULL;
		if (kept)
			return kept;
	}
	kept = dns_kept_new(answer);
	if (dns_is_known(answer->status))
		fresh_us = now_us + keep_us(conf, answer);
	else
		is_list = false;
	dns_cache_put(d->cache, &f->key, kept, fresh_us,
	              fresh_us + (is_list ? conf->stale_ms * 1000 : 0));
	return kept;
}

void
dns_flight_end(struct dns_flight *f, const struct dns_answer *answer)
{
	struct dns *d = f->dns;
	bool is_wanted = false, is_list, is_stale;
	struct dns_kept *kept;
	struct conf_dns conf;

	if (answer->status == DNS_FAILED)
		dns_count(d, DNS_STAT_failed, 1);
	if (answer->status == DNS_TIMED_OUT)
		dns_count(d, DNS_STAT_timed_out, 1);
	pthread_mutex_lock(&d->lock);
	is_list = f->is_list;
	conf = d->conf;
	pthread_mutex_unlock(&d->lock);
	kept = keep(f, &conf, is_list, answer, &is_stale);
	/* Only now, so that the question is nearly never sent again. */
	pthread_mutex_lock(&d->lock);
	*find(d, &f->key) = f->next;
	d->n_flights--;
	pthread_mutex_unlock(&d->lock);
	for (size_t i = 0; i < f->waiters.n; i++)
		is_wanted |=
		    dns_batch_deliver(&f->waiters.list[i], kept, is_stale);
	if (!is_wanted)
		dns_count(d, DNS_STAT_late, 1);
	dns_kept_unref(kept);
	VEC_DONE(&f->waiters);
	free(f->alias);
	free(f);
}
