/* SPDX-License-Identifier: Apache-2.0 */
/* Any text, as it stands and as a mail: what is found of it is bounded, and
 * the same each time. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "learn/shingle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct shingle_seed seed = { 1, 2, 3 };

static void
check(const struct shingles *s)
{
	if (s->n > SHINGLE_WORDS_MAX || s->weight > SHINGLE_WORDS_MAX * 4 ||
	    (s->n && s->weight < SHINGLE_WEIGHT))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sv text = sv_make((const char *)data, size);
	struct diags diags = DIAGS_INIT;
	struct conf *conf = conf_parse(SV(""), "fuzz", &diags);
	struct arena *a = arena_new();
	struct shingles first, again;

	shingles_of_text(&seed, text, a, &first);
	shingles_of_text(&seed, text, a, &again);
	check(&first);
	if (memcmp(&first, &again, sizeof first) != 0)
		abort();
	shingles_make(&seed, message_parse(a, text, &conf->message), a, &again);
	check(&again);
	arena_free(a);
	conf_unref(conf);
	diags_done(&diags);
	return 0;
}
