/* SPDX-License-Identifier: Apache-2.0 */
/* HTML, as a post has it. */
#include "message_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct message_post post = { .html = { (const char *)data, size } };

	message_check(message_from_post(a, &post, &fuzz_limits));
	arena_free(a);
	return 0;
}
