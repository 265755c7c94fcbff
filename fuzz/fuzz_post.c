/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON of POST /v1/check, through the reading of the post it describes. */
#include <stdint.h>

#include "ingress/post.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct conf *conf;
	struct diags diags = DIAGS_INIT;
	struct scan s = { 0 };
	char why[POST_WHY_MAX];

	if (!conf)
		conf = conf_parse(SV(""), "defaults", &diags);
	s.arena = arena_new();
	if (post_read(sv_make((const char *)data, size), &s, why) == 0)
		message_from_post(s.arena, s.post, &conf->message);
	arena_free(s.arena);
	return 0;
}
