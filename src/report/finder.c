/* SPDX-License-Identifier: Apache-2.0 */
#include "report/finder.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "fact/dns.h"
#include "report/discovery.h"

enum {
	SLICE_US = 100000, /* between two looks at whether to stop */
	KEEP_MAX_S = 86400,
};

struct finder {
	struct reporter_setup setup;
	struct sv domain;
	struct dns *dns;
	char url[DISCOVERY_URL_MAX + 1]; /* "": none is known */
	bool is_within;
	int64_t until_us; /* monotonic: how long it holds */
};

struct finder *
finder_new(const struct reporter_setup *setup, char why[REPORTER_WHY])
{
	char reason[DNS_WHY] = "dns.enabled is no";
	struct finder *f;

	if (setup->own->profile != PRIVACY_STATISTICAL) {
		snprintf(why, REPORTER_WHY,
		         "a feed that is discovered gets statistics alone");
		return NULL;
	}
	f = mem_calloc(1, sizeof *f);
	f->setup = *setup;
	f->domain = sv_from(sv_str(setup->own->url), sizeof FINDER_SCHEME - 1);
	if (setup->conf->dns.enabled)
		f->dns = dns_new(setup->conf, NULL, reason);
	if (f->dns)
		return f;
	snprintf(why, REPORTER_WHY, "cannot ask DNS: %s", reason);
	finder_free(f);
	return NULL;
}

void
finder_free(struct finder *f)
{
	if (!f)
		return;
	dns_free(f->dns);
	free(f);
}

static bool
has_to_stop(const struct finder *f)
{
	int64_t stop_ms = *f->setup.stop_ms;

	return stop_ms && clock_mono_us() / 1000 >= stop_ms;
}

static void
ask(struct finder *f, struct arena *a, struct lookup *l, struct discovery *ret)
{
	int64_t end_us = clock_mono_us() + f->setup.own->timeout_ms * 1000;

	while (!discovery_ask(a, l, f->domain, ret)) {
		lookup_wait(l, clock_mono_us() + SLICE_US);
		if (clock_mono_us() >= end_us || has_to_stop(f))
			lookup_end(l);
	}
}

static void
take(struct finder *f, const struct discovery *d)
{
	int64_t keep_s = d->ttl_s < KEEP_MAX_S ? d->ttl_s : KEEP_MAX_S;
	struct sv domain = f->domain, host = d->record.host;
	char url[sizeof f->url];

	snprintf(url, sizeof url, SV_FMT, SV_ARG(d->record.feed));
	if (strcmp(url, f->url) != 0)
		log_info("%s: the feed of " SV_FMT " is %s", f->setup.own->name,
		         SV_ARG(domain), url);
	memcpy(f->url, url, sizeof url);
	f->until_us = clock_mono_us() + keep_s * 1000000;
	f->is_within =
	    sv_iends(host, domain) &&
	    (host.n == domain.n || host.p[host.n - domain.n - 1] == '.');
}

const char *
finder_find(struct finder *f, char why[REPORTER_WHY])
{
	struct arena *arena;
	struct dns_batch *batch;
	struct discovery d;

	if (*f->url && clock_mono_us() < f->until_us)
		return f->url;
	arena = arena_new();
	batch = dns_batch_new(f->dns);
	ask(f, arena,
	    lookup_new(arena, &dns_source, batch, DISCOVERY_QUESTIONS), &d);
	if (d.state == DISCOVERY_PROVEN) {
		take(f, &d);
	} else {
		f->url[0] = '\0';
		snprintf(why, REPORTER_WHY, "%.80s (%s): %s", f->setup.own->url,
		         discovery_state_word(d.state), d.why);
	}
	dns_batch_free(batch);
	arena_free(arena);
	return *f->url ? f->url : NULL;
}

bool
finder_is_within(const struct finder *f)
{
	return f->is_within;
}
