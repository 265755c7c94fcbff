/* SPDX-License-Identifier: Apache-2.0 */
/* The zones of lists, and which of them are left alone. Any thread. */
#ifndef FACT_DNS_ZONES_H
#define FACT_DNS_ZONES_H

#include "base/breaker.h"
#include "fact/dns.h"

struct dns_zones;

struct dns_zones *dns_zones_new(const struct dns_observer *o);
void dns_zones_free(struct dns_zones *z); /* takes NULL */
void dns_zones_rules(struct dns_zones *z, const struct breaker_rules *rules);

/* Whether dns_zone_suspend() has said so. */
bool dns_zones_suspended(struct dns_zones *z, struct sv zone, int64_t now_us);
void dns_zones_suspend(struct dns_zones *z, struct sv zone, const char *why,
                       int64_t now_us, int64_t seconds);

/* Whether a question may be sent; then say how it went. */
bool dns_zones_let(struct dns_zones *z, struct sv zone, int64_t now_us);
void dns_zones_good(struct dns_zones *z, struct sv zone);
void dns_zones_bad(struct dns_zones *z, struct sv zone, int64_t now_us);

/* As dns_zones(). */
size_t dns_zones_list(struct dns_zones *z, int64_t now_us,
                      struct dns_zone_state *list, size_t max);

#endif
