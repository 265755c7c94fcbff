/* SPDX-License-Identifier: Apache-2.0 */
/* Features of any mail and any post: bounded, and the same twice. */
#include <stdint.h>
#include <stdlib.h>

#include "learn/feature.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(struct arena *a, const struct message *m)
{
	struct feature_source source = { .message = m };
	struct features plain, named;

	features_make(a, &source, &plain);
	source.names = true;
	source.domain = SV("example.org");
	features_make(a, &source, &named);
	if (features_count(&named) > FEATURES_MAX)
		abort();
	for (int k = 0; k < FEATURE_PERSONAL; k++)
		if (plain.kinds[k].n != named.kinds[k].n ||
		    memcmp(plain.kinds[k].hashes, named.kinds[k].hashes,
		           plain.kinds[k].n * sizeof(uint64_t)) != 0)
			abort();
	if (memcmp(plain.identity, named.identity, FEATURE_IDENTITY) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diags diags = DIAGS_INIT;
	struct conf *conf = conf_parse(SV(""), "fuzz", &diags);
	struct arena *a = arena_new();
	struct sv text = sv_make((const char *)data, size);
	const struct message_post post = { .text = text };

	check(a, message_parse(a, text, &conf->message));
	check(a, message_from_post(a, &post, &conf->message));
	arena_free(a);
	conf_unref(conf);
	diags_done(&diags);
	return 0;
}
