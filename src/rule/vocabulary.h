/* SPDX-License-Identifier: Apache-2.0 */
/* Looking words up; those of `ad_type` and `category` are record/words.h's. */
#ifndef RULE_VOCABULARY_H
#define RULE_VOCABULARY_H

#include "base/sv.h"

/* The word's own copy in the NULL-terminated list, or NULL. */
const char *vocabulary_find(const char *const *words, struct sv word);

/* The word of the list that is most likely meant, or NULL. */
const char *vocabulary_suggest(const char *const *words, struct sv word);

/* "; did you mean 'score'?" in the arena, or "" for NULL. */
struct arena;
const char *vocabulary_hint(struct arena *a, const char *suggestion);

/* Directives of SpamAssassin that are read and have no effect here; sorted,
 * NULL-terminated. */
extern const char *const vocabulary_no_effect[];

#endif
