/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DNS lists that are left alone now, and the resolver, for all processes to
 * see: a part of the counters' memory (counters.h). With several scanners, who
 * has noticed last is right. Any thread of any process.
 */
#ifndef INGRESS_ZONE_TABLE_H
#define INGRESS_ZONE_TABLE_H

#include <stdatomic.h>

#include "fact/dns.h"

enum zone_state {
	ZONE_WELL,
	ZONE_SILENT,    /* it does not answer */
	ZONE_SUSPENDED, /* it refuses to answer us */
};
const char *zone_state_word(enum zone_state s); /* "silent" */

enum { ZONE_ENTRIES = 64, ZONE_NAME = 104 };

struct zone_entry {
	_Atomic unsigned naming; /* see zone_table.c */
	char name[ZONE_NAME];    /* "": the resolver */
	_Atomic unsigned state;
	_Atomic int64_t until_unix_ms; /* of ZONE_SUSPENDED */
};

struct zone_table { /* zeroed: all is well */
	struct zone_entry list[ZONE_ENTRIES];
};

/* Notes an event of the resolver. Without room it is not seen. */
void zone_table_note(struct zone_table *t, enum dns_event event,
                     const char *zone, int64_t seconds, int64_t now_unix_ms);

/* Has all be well: a scanner starts, and knows of nothing. */
void zone_table_reset(struct zone_table *t);

/* How the zone of an entry is, below ZONE_ENTRIES, and its name; for a
 * suspended one how long that lasts. */
enum zone_state zone_table_get(const struct zone_table *t, size_t entry,
                               int64_t now_unix_ms, const char **ret_name,
                               int64_t *ret_seconds);

#endif
