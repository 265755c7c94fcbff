/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where an address is, and whose network it is in, by databases in MaxMind's
 * format (geo.country_database, geo.asn_database). They are mapped into
 * memory; whoever updates them should rename a new file into place. Without a
 * database, and in a build without libmaxminddb, nothing is known.
 *
 * Immutable; any thread may ask.
 */
#ifndef FACT_GEO_H
#define FACT_GEO_H

#include "base/arena.h"
#include "base/error.h"
#include "base/ip.h"
#include "conf/conf.h"

struct geo;

/* Opens what is configured. What cannot be opened is a warning, and nothing
 * is known of it. NULL when there is nothing to ask: all others take that. */
struct geo *geo_open(const struct conf *conf, struct diags *diags);
void geo_close(struct geo *g);

struct geo_place {
	struct sv country;      /* ISO 3166-1, as "DE"; "": unknown */
	uint32_t asn;           /* autonomous system; 0: unknown */
	struct sv organisation; /* who has it; "": unknown */
};

/* Texts are copied to the arena. */
void geo_find(const struct geo *g, struct arena *a, const struct ip *ip,
              struct geo_place *ret);

#endif
