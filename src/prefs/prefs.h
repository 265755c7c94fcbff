/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preferences: what users, domains and the site as a whole change of the
 * rules for their own mail, in the syntax of SpamAssassin's user_prefs. They
 * are kept in files, in SQLite or in Redis; see docs/preferences.md.
 *
 * A store belongs to one rule set and one configuration. It asks its sources
 * when somebody's preferences are needed, merges global < domain < user into
 * an overlay of the rules, and remembers that for prefs.cache_ttl, as it does
 * that there are none. Any thread. A source that cannot be asked is left alone
 * for a while, and costs no mail: what is remembered goes on counting, else
 * the site's own settings do.
 */
#ifndef PREFS_PREFS_H
#define PREFS_PREFS_H

#include "rule/rule.h"

enum prefs_level { PREFS_GLOBAL, PREFS_DOMAIN, PREFS_USER };
const char *prefs_level_word(enum prefs_level level);

enum { PREFS_WHY = 200 };

/* Merged, immutable, with counted references. */
struct prefs {
	_Atomic unsigned references;
	enum prefs_level level;       /* the highest that says anything */
	struct rule_overlay *overlay; /* NULL: nobody says anything */
	struct rule_sources sources;  /* the lines, lower levels first */
	size_t n_wrong;               /* lines that have no effect */
};

struct prefs_found {
	struct prefs *prefs; /* a reference, or NULL: those of the site */
	const char *failed;  /* the source that could not be asked; or NULL */
	bool is_stale;       /* it could not, and this is what it said last */
	bool is_new;         /* read just now, not remembered */
	/* Why, when it is time to say so: the first time and once a minute. */
	char why[PREFS_WHY];
};

struct prefs_store;

/* Refers to both, which must outlive it. */
struct prefs_store *prefs_store_new(const struct conf *conf,
                                    const struct rule_set *rules);
void prefs_store_free(struct prefs_store *s); /* takes NULL */

/* Whether any source is configured; if not, nobody has preferences. */
bool prefs_store_is_used(const struct prefs_store *s);

/* Those of "user@example.org" or of a login; of all of "@example.org"; of
 * everybody, "". A name that cannot be one has those of everybody. May block
 * for as long as prefs.timeout for each source. */
void prefs_find(struct prefs_store *s, struct sv name, struct prefs_found *ret);

/* Whether two people's preferences are the same lines. Either may be NULL. */
bool prefs_equal(const struct prefs *a, const struct prefs *b);

struct prefs *prefs_ref(struct prefs *p);
void prefs_unref(struct prefs *p); /* takes NULL */

#endif
