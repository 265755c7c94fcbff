/* SPDX-License-Identifier: Apache-2.0 */
#include "tamisd/resolver.h"

#include "base/clock.h"
#include "base/log.h"
#include "fact/dns.h"

/* One a process; threads never outlive it. */
static struct {
	struct dns *dns;
	struct dns_observer observer;
} resolver;

/* What a person should know at 3 a.m. */
static void
notify(void *ctx, enum dns_event event, const char *zone, const char *why,
       int64_t seconds)
{
	struct counters *counters = ctx;

	zone_table_note(&counters->zones, event, zone, seconds,
	                clock_unix_ms());
	switch (event) {
	case DNS_ZONE_SUSPENDED:
		log_error("the list %s does not answer us: %s; it is not "
		          "asked for %lld s (see tamis dns test)",
		          zone, why, (long long)seconds);
		break;
	case DNS_ZONE_RESUMED:
		log_info("the list %s is asked again", zone);
		break;
	case DNS_ZONE_SILENT:
		log_warning("the list %s is silent; it is left alone for "
		            "%lld s",
		            zone, (long long)seconds);
		break;
	case DNS_ZONE_ANSWERS:
		log_info("the list %s answers again", zone);
		break;
	case DNS_RESOLVER_SILENT:
		log_error("no resolver answers; messages are judged without "
		          "DNS, and so incompletely, for %lld s",
		          (long long)seconds);
		break;
	case DNS_RESOLVER_ANSWERS:
		log_info("the resolver answers again");
		break;
	}
}

void
resolver_attach(struct snapshot *s, struct counters *counters)
{
	char why[DNS_WHY];

	if (!s->conf->dns.enabled)
		return;
	if (!resolver.dns) {
		resolver.observer = (struct dns_observer){
			.counts = &counters->value[COUNTER_dns_questions],
			.notify = notify,
			.ctx = counters,
		};
		zone_table_reset(&counters->zones);
		resolver.dns = dns_new(s->conf, &resolver.observer, why);
		if (!resolver.dns)
			log_error("DNS cannot be asked: %s; messages are "
			          "judged without it",
			          why);
	}
	s->sources.dns = resolver.dns;
}

void
resolver_follow(const struct snapshot *s)
{
	if (s->sources.dns)
		dns_configure(s->sources.dns, s->conf);
}
