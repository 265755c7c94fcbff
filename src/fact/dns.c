/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/dns.h"

#include <ares.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "fact/dns_private.h"

enum { PORT = 53, RESOLVERS_BYTES_MAX = 4096 };

/* "127.0.0.1:53,[::1]:5353", as c-ares reads it. */
static char *
write_resolvers(const struct conf_list *list)
{
	struct buf out = BUF_INIT(RESOLVERS_BYTES_MAX);
	char text[IP_TEXT];
	struct ip ip;
	uint16_t port;

	buf_add_str(&out, "");
	for (size_t i = 0; i < list->n; i++) {
		/* The configuration was checked when it was read. */
		if (ip_port_parse(sv_str(list->list[i]), &ip, &port))
			continue;
		buf_addf(&out, ip_is_v4(&ip) ? "%s%s:%u" : "%s[%s]:%u",
		         out.n ? "," : "", ip_text(&ip, text),
		         port ? port : PORT);
	}
	return buf_take(&out);
}

void
dns_configure(struct dns *d, const struct conf *conf)
{
	char *resolvers = write_resolvers(&conf->dns.resolvers), *before;
	const struct breaker_rules rules = {
		.failures = (unsigned)conf->dns.breaker_failures,
		.pause_us = conf->dns.breaker_pause_ms * 1000,
		.pause_max_us = conf->dns.breaker_pause_max_ms * 1000,
	};

	dns_zones_rules(d->zones, &rules);
	dns_cache_limit(d->cache, (size_t)conf->dns.cache_max,
	                (size_t)conf->dns.cache_bytes_max);
	pthread_mutex_lock(&d->lock);
	before = d->resolvers;
	d->resolvers = resolvers;
	d->conf = conf->dns;
	d->conf.resolvers = (struct conf_list){ NULL, 0 };
	d->generation++;
	pthread_mutex_unlock(&d->lock);
	if (before && strcmp(before, resolvers) != 0)
		dns_cache_clear(d->cache);
	free(before);
	dns_wake(d);
}

static bool
start(struct dns *d)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&d->thread, NULL, dns_thread, d);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = error;
	return error == 0;
}

static void
release(struct dns *d)
{
	if (d->wake_fd >= 0)
		close(d->wake_fd);
	dns_zones_free(d->zones);
	dns_cache_free(d->cache);
	pthread_mutex_destroy(&d->lock);
	free(d->resolvers);
	free(d);
	ares_library_cleanup();
}

struct dns *
dns_new(const struct conf *conf, const struct dns_observer *o,
        char why[DNS_WHY])
{
	struct dns *d;
	int code = ares_library_init(ARES_LIB_INIT_ALL);

	if (code) {
		snprintf(why, DNS_WHY, "c-ares: %s", ares_strerror(code));
		return NULL;
	}
	d = mem_calloc(1, sizeof *d);
	if (o)
		d->observer = *o;
	if (!d->observer.counts)
		d->observer.counts = d->own_counts;
	pthread_mutex_init(&d->lock, NULL);
	d->cache = dns_cache_new((size_t)conf->dns.cache_max,
	                         (size_t)conf->dns.cache_bytes_max);
	d->zones = dns_zones_new(&d->observer);
	d->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	dns_configure(d, conf);
	if (d->wake_fd >= 0 && start(d))
		return d;
	snprintf(why, DNS_WHY, "no thread for questions: %s", strerror(errno));
	release(d);
	return NULL;
}

void
dns_free(struct dns *d)
{
	if (!d)
		return;
	atomic_store(&d->is_stopping, true);
	dns_wake(d);
	pthread_join(d->thread, NULL);
	release(d);
}

void
dns_zone_suspend(struct dns *d, struct sv zone, const char *why,
                 int64_t seconds)
{
	dns_zones_suspend(d->zones, zone, why, clock_mono_us(), seconds);
}

static bool
describe_resolver(struct dns *d, int64_t now_us, struct dns_zone_state *ret)
{
	int64_t left_us = atomic_load(&d->retry_us) - now_us;

	if (!atomic_load(&d->is_silent))
		return false;
	*ret = (struct dns_zone_state){
		.is_silent = true,
		.seconds = left_us > 0 ? left_us / 1000000 : 0,
		.why = "it does not answer",
		.not_asked = atomic_load(&d->not_asked),
	};
	return true;
}

size_t
dns_zones(struct dns *d, struct dns_zone_state *list, size_t max)
{
	int64_t now_us = clock_mono_us();
	size_t n = max && describe_resolver(d, now_us, list);

	return n + dns_zones_list(d->zones, now_us, list + n, max - n);
}
