/* SPDX-License-Identifier: Apache-2.0 */
/* The fixed vocabularies of the feed. What is in none of them cannot leave
 * the machine: it is counted as "other". */
#ifndef RECORD_WORDS_H
#define RECORD_WORDS_H

#include "base/sv.h"

enum words {
	WORDS_CHANNEL,
	WORDS_SURFACE,
	WORDS_VERDICT,
	WORDS_ACTION,
	WORDS_AD_TYPE,
	WORDS_CATEGORY,
	WORDS_RULE, /* no list: [A-Z0-9_], at most RULE_NAME_MAX bytes */
};
enum { RULE_NAME_MAX = 64 };

bool words_have(enum words list, struct sv word);

/* All words of a list, NULL-terminated; none for WORDS_RULE. */
const char *const *words_list(enum words list);

/* Categories about harm rather than advertising: the verdict other_abuse. */
bool words_is_abuse(struct sv category);

/* `word` itself, or "other". Borrowed. */
struct sv words_known(enum words list, struct sv word);

#endif
