/* SPDX-License-Identifier: Apache-2.0 */
/* The value of one header field, with its encoded words and parameters. */
#include "message/charset.h"
#include "message/header.h"
#include "message_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct reader r = { .arena = a,
		            .limits = &fuzz_limits,
		            .m = ARENA_NEW(a, struct message) };
	struct sv value = header_decode(&r, sv_make((const char *)data, size));
	struct params params;

	must(utf8_valid(value));
	params_split(value, &params);
	must(params.n <= PARAMS_MAX);
	must(utf8_valid(params_get(&r, &params, "name")));
	must(utf8_valid(params_get(&r, &params, "boundary")));

	buf_done(&r.scratch);
	buf_done(&r.words);
	arena_free(a);
	return 0;
}
