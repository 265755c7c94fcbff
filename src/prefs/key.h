/* SPDX-License-Identifier: Apache-2.0 */
/* Whose preferences are asked for. Private to prefs/. */
#ifndef PREFS_KEY_H
#define PREFS_KEY_H

#include "prefs/prefs.h"

enum { PREFS_NAME_MAX = 320 }; /* RFC 5321 4.5.3.1: 64 + "@" + 255 */

struct prefs_key {
	enum prefs_level level;
	struct sv user;          /* "user@example.org" or a login; else "" */
	struct sv local, domain; /* "" where there is none */
	/* What is remembered by it: "", "@example.org", "user@example.org" */
	struct sv text;
	char bytes[PREFS_NAME_MAX + 1];
};

/* Of a name, as prefs_find() takes it. The texts are within *ret: it must not
 * be copied. The domain is put into lower case. */
void prefs_key_read(struct sv name, struct prefs_key *ret);

/* The level below: of a domain, of everybody. */
void prefs_key_below(const struct prefs_key *key, struct prefs_key *ret);

#endif
