/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/vocabulary.h"

const char *
vocabulary_find(const char *const *words, struct sv word)
{
	for (; *words; words++)
		if (sv_eq_str(word, *words))
			return *words;
	return NULL;
}
