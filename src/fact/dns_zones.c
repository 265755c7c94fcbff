/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/dns_zones.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"

/* More lists than anybody asks; of others nothing is remembered. */
enum { ZONES_MAX = 4096 };

struct zone {
	char name[DNS_NAME_MAX + 1];
	char why[DNS_WHY];
	struct breaker breaker;
	int64_t suspended_until_us; /* 0: not at all */
	uint64_t not_asked;
};

struct dns_zones {
	pthread_mutex_t lock; /* of all but the next two */
	const struct dns_observer *observer;
	_Atomic unsigned n_suspended;
	struct breaker_rules rules;
	struct map *by_name;
	VEC(struct zone *) all;
};

struct dns_zones *
dns_zones_new(const struct dns_observer *o)
{
	struct dns_zones *z = mem_calloc(1, sizeof *z);

	pthread_mutex_init(&z->lock, NULL);
	z->observer = o;
	z->by_name = map_new();
	return z;
}

void
dns_zones_free(struct dns_zones *z)
{
	if (!z)
		return;
	for (size_t i = 0; i < z->all.n; i++)
		free(z->all.list[i]);
	VEC_DONE(&z->all);
	map_free(z->by_name);
	pthread_mutex_destroy(&z->lock);
	free(z);
}

void
dns_zones_rules(struct dns_zones *z, const struct breaker_rules *rules)
{
	pthread_mutex_lock(&z->lock);
	z->rules = *rules;
	pthread_mutex_unlock(&z->lock);
}

/* It is made if need be; NULL: there are too many. */
static struct zone *
find(struct dns_zones *z, struct sv name)
{
	struct zone *zone = map_get(z->by_name, name);

	if (zone || z->all.n == ZONES_MAX || name.n > DNS_NAME_MAX)
		return zone;
	zone = mem_calloc(1, sizeof *zone);
	memcpy(zone->name, name.p, name.n);
	map_set(z->by_name, name, zone);
	*VEC_ADD(&z->all) = zone;
	return zone;
}

static void
tell(const struct dns_zones *z, enum dns_event event, struct sv zone,
     const char *why, int64_t seconds)
{
	char name[DNS_NAME_MAX + 1];

	if (!z->observer || !z->observer->notify)
		return;
	snprintf(name, sizeof name, SV_FMT, SV_ARG(zone));
	z->observer->notify(z->observer->ctx, event, name, why, seconds);
}

/* ---- suspensions ---- */

bool
dns_zones_suspended(struct dns_zones *z, struct sv zone, int64_t now_us)
{
	bool suspended = false, resumed = false;
	struct zone *found;

	/* Nearly always there are none. */
	if (!zone.n || !atomic_load(&z->n_suspended))
		return false;
	pthread_mutex_lock(&z->lock);
	found = map_get(z->by_name, zone);
	if (found && found->suspended_until_us) {
		suspended = now_us < found->suspended_until_us;
		resumed = !suspended;
	}
	if (suspended)
		found->not_asked++;
	if (resumed) {
		found->suspended_until_us = 0;
		atomic_fetch_sub(&z->n_suspended, 1);
	}
	pthread_mutex_unlock(&z->lock);
	if (resumed)
		tell(z, DNS_ZONE_RESUMED, zone, "", 0);
	return suspended;
}

void
dns_zones_suspend(struct dns_zones *z, struct sv zone, const char *why,
                  int64_t now_us, int64_t seconds)
{
	bool is_new = false;
	struct zone *found;

	if (!zone.n)
		return;
	pthread_mutex_lock(&z->lock);
	found = find(z, zone);
	if (found) {
		is_new = !found->suspended_until_us;
		found->suspended_until_us = now_us + seconds * 1000000;
		snprintf(found->why, sizeof found->why, "%s", why);
		if (is_new)
			atomic_fetch_add(&z->n_suspended, 1);
	}
	pthread_mutex_unlock(&z->lock);
	if (is_new)
		tell(z, DNS_ZONE_SUSPENDED, zone, why, seconds);
}

/* ---- silence ---- */

bool
dns_zones_let(struct dns_zones *z, struct sv zone, int64_t now_us)
{
	struct zone *found;
	bool lets;

	if (!zone.n)
		return true;
	pthread_mutex_lock(&z->lock);
	found = map_get(z->by_name, zone);
	lets = !found || breaker_lets(&found->breaker, now_us);
	if (!lets)
		found->not_asked++;
	pthread_mutex_unlock(&z->lock);
	return lets;
}

void
dns_zones_good(struct dns_zones *z, struct sv zone)
{
	struct zone *found;
	bool again;

	if (!zone.n)
		return;
	pthread_mutex_lock(&z->lock);
	found = map_get(z->by_name, zone);
	again = found && breaker_good(&found->breaker);
	pthread_mutex_unlock(&z->lock);
	if (again)
		tell(z, DNS_ZONE_ANSWERS, zone, "", 0);
}

void
dns_zones_bad(struct dns_zones *z, struct sv zone, int64_t now_us)
{
	bool opens = false;
	struct zone *found;
	int64_t seconds = 0;

	if (!zone.n)
		return;
	pthread_mutex_lock(&z->lock);
	found = find(z, zone);
	if (found) {
		opens = breaker_bad(&found->breaker, &z->rules, now_us,
		                    breaker_random());
		seconds = found->breaker.pause_us / 1000000;
	}
	pthread_mutex_unlock(&z->lock);
	if (opens)
		tell(z, DNS_ZONE_SILENT, zone, "it does not answer", seconds);
}

/* ---- what there is to see ---- */

static bool
describe(const struct zone *zone, int64_t now_us, struct dns_zone_state *ret)
{
	int64_t until_us = zone->suspended_until_us;

	ret->is_suspended = now_us < until_us;
	ret->is_silent = zone->breaker.is_open;
	if (!ret->is_suspended && !ret->is_silent)
		return false;
	if (!ret->is_suspended)
		until_us = zone->breaker.retry_us;
	snprintf(ret->zone, sizeof ret->zone, "%s", zone->name);
	snprintf(ret->why, sizeof ret->why, "%s",
	         ret->is_suspended ? zone->why : "it does not answer");
	ret->seconds = until_us > now_us ? (until_us - now_us) / 1000000 : 0;
	ret->not_asked = zone->not_asked;
	return true;
}

size_t
dns_zones_list(struct dns_zones *z, int64_t now_us, struct dns_zone_state *list,
               size_t max)
{
	size_t n = 0;

	pthread_mutex_lock(&z->lock);
	for (size_t i = 0; i < z->all.n && n < max; i++)
		n += describe(z->all.list[i], now_us, &list[n]);
	pthread_mutex_unlock(&z->lock);
	return n;
}
