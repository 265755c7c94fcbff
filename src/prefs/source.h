/* SPDX-License-Identifier: Apache-2.0 */
/* One place where preferences are kept. Private to prefs/. */
#ifndef PREFS_SOURCE_H
#define PREFS_SOURCE_H

#include "prefs/key.h"

struct prefs_source {
	const char *name; /* "file" */
	/* Adds what is there about the key itself, not about those below it:
	 * a text for each file or row, named by where it is from. 0 also when
	 * there is nothing; any other result with the reason in `why` when
	 * that cannot be known. Any thread. */
	int (*read)(struct prefs_source *s, const struct prefs_key *key,
	            struct rule_sources *ret, char why[PREFS_WHY]);
	void (*free)(struct prefs_source *s);
};

/* NULL when the configuration has none. */
struct prefs_source *prefs_file_new(const struct conf_prefs *conf);
struct prefs_source *prefs_sqlite_new(const struct conf_prefs *conf);
struct prefs_source *prefs_redis_new(const struct conf_prefs *conf);

#endif
