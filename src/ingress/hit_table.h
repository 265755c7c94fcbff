/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How often each rule was true, in spam and in ham, for all messages that a
 * node has judged. Like the counters, one block of memory in a file that all
 * scanners map: the counts outlive a reload, a killed scanner and a restart,
 * as long as a rule keeps its name and its definition. Counting never blocks.
 *
 * Counted are rules with points and shadow rules. Sub-rules are decided only
 * as far as something depends on them, so what is known of them says nothing.
 */
#ifndef INGRESS_HIT_TABLE_H
#define INGRESS_HIT_TABLE_H

#include "scan/scan.h"

/* Rules there is room for; others are not counted. */
enum { HIT_TABLE_ENTRIES = 65536 };

struct hit_table;

/* Maps the file, making it if need be, and forgets rules that have not been
 * in use for long: only while no other process has it mapped. NULL with errno.
 * Without a path the table is in memory. `uid` and `gid` own a new file;
 * (uid_t)-1: whoever runs. */
struct hit_table *hit_table_open(const char *path, unsigned uid, unsigned gid);
void hit_table_close(struct hit_table *t); /* takes NULL */

/* These rules are in use from now on. */
void hit_table_admit(struct hit_table *t, const struct rule_set *rs,
                     int64_t unix_ms);

/* The hits of a judged message. */
void hit_table_count(struct hit_table *t, const struct scan *s);

struct hit_count {
	uint64_t spam, ham; /* messages it was true for */
	/* Messages that were judged since it is in use. */
	uint64_t spam_judged, ham_judged;
	int64_t since_unix_ms;
	int64_t last_unix_ms; /* 0: never */
};

/* False: the rule is not counted. */
bool hit_table_get(const struct hit_table *t, const struct rule *rule,
                   struct hit_count *ret);

/* As JSON: "spam" and "ham", how many messages were judged so, "since" when,
 * and the "rules" of the set that are counted, in its order. */
void hit_table_json(const struct hit_table *t, const struct rule_set *rs,
                    struct buf *out);

#endif
