/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The counters of a node: one block of memory in a file that all processes
 * map, so that totals outlive a killed scanner and a restart. Adding is
 * atomic and never blocks; any thread of any process.
 */
#ifndef INGRESS_COUNTERS_H
#define INGRESS_COUNTERS_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/error.h"
#include "ingress/zone_table.h"

enum counter {
#define X(name, help) COUNTER_##name,
#include "ingress/counters.def"
#undef X
#define X(name, help) COUNTER_dns_##name, /* in the order of enum dns_stat */
#include "fact/dns_stats.def"
#undef X
	COUNTER_COUNT,
};

/* How often a rule met a match limit; as many rules as there is room for. */
enum { COUNTER_RULES = 32, COUNTER_RULE_NAME = 104 };

struct counter_rule {
	_Atomic unsigned state; /* of the name: see counters.c */
	char name[COUNTER_RULE_NAME];
	_Atomic uint64_t value;
};

struct counters {
	uint64_t magic;
	_Atomic uint64_t value[COUNTER_COUNT];
	struct counter_rule over_limit[COUNTER_RULES];
	_Atomic uint64_t over_limit_other; /* rules without room */
	struct zone_table zones;
};

extern const char *const counter_names[COUNTER_COUNT];
extern const char *const counter_helps[COUNTER_COUNT];

/* Maps the file, making it if need be (a file of another version starts
 * again at 0). NULL with errno. Stays mapped for the life of the process.
 * `uid` and `gid` own a new file; (uid_t)-1: whoever runs. */
struct counters *counters_open(const char *path, unsigned uid, unsigned gid);

static inline void
counter_add(struct counters *c, enum counter which, uint64_t n)
{
	atomic_fetch_add_explicit(&c->value[which], n, memory_order_relaxed);
}

static inline uint64_t
counter_get(const struct counters *c, enum counter which)
{
	return atomic_load_explicit(&c->value[which], memory_order_relaxed);
}

/* Counts one meeting of a limit; returns how many it makes. */
uint64_t counter_add_over_limit(struct counters *c, const char *rule);

/* The name of the entry, or NULL when it is not in use; then *ret_value is
 * set. Entry COUNTER_RULES stands for all others: "other". */
const char *counter_over_limit(const struct counters *c, size_t entry,
                               uint64_t *ret_value);

#endif
