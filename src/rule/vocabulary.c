/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/vocabulary.h"

#include "base/arena.h"

enum { SUGGEST_MAX = 2 }; /* edits between a word and the one meant */

const char *
vocabulary_find(const char *const *words, struct sv word)
{
	for (; *words; words++)
		if (sv_eq_str(word, *words))
			return *words;
	return NULL;
}

const char *
vocabulary_suggest(const char *const *words, struct sv word)
{
	const char *best = NULL;
	size_t best_distance = SUGGEST_MAX + 1;

	for (; *words; words++) {
		size_t d = sv_distance(word, sv_str(*words), SUGGEST_MAX);

		if (d < best_distance) {
			best_distance = d;
			best = *words;
		}
	}
	return best;
}

const char *
vocabulary_hint(struct arena *a, const char *suggestion)
{
	if (!suggestion)
		return "";
	return arena_printf(a, "; did you mean '%s'?", suggestion).p;
}
