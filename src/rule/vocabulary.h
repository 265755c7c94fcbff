/* SPDX-License-Identifier: Apache-2.0 */
/* The words of `ad_type` and `category`: those of the feed's event record. */
#ifndef RULE_VOCABULARY_H
#define RULE_VOCABULARY_H

#include "base/sv.h"

extern const char *const vocabulary_ad_types[]; /* NULL-terminated */
extern const char *const vocabulary_categories[];

/* The word's own copy in the list, or NULL. */
const char *vocabulary_find(const char *const *words, struct sv word);

/* Directives of SpamAssassin that are read and have no effect here; sorted,
 * NULL-terminated. */
extern const char *const vocabulary_no_effect[];

#endif
