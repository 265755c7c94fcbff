/* SPDX-License-Identifier: Apache-2.0 */
/* Text with URLs in it, and the same as one URL. */
#include "message_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct sv text = sv_make((const char *)data, size);
	struct message_post post = { .text = text, .url = text };

	message_check(message_from_post(a, &post, &fuzz_limits));
	arena_free(a);
	return 0;
}
