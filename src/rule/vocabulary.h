/* SPDX-License-Identifier: Apache-2.0 */
/* Looking words up; those of `ad_type` and `category` are record/words.h's. */
#ifndef RULE_VOCABULARY_H
#define RULE_VOCABULARY_H

#include "base/sv.h"

/* The word's own copy in the NULL-terminated list, or NULL. */
const char *vocabulary_find(const char *const *words, struct sv word);

/* Directives of SpamAssassin that are read and have no effect here; sorted,
 * NULL-terminated. */
extern const char *const vocabulary_no_effect[];

#endif
