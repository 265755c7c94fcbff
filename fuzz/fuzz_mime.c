/* SPDX-License-Identifier: Apache-2.0 */
/* A whole mail. */
#include "message_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();

	message_check(
	    message_parse(a, sv_make((const char *)data, size), &fuzz_limits));
	arena_free(a);
	return 0;
}
