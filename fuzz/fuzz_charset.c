/* SPDX-License-Identifier: Apache-2.0 */
/* A text in a character set: the first byte chooses the set. */
#include "message/charset.h"
#include "message/charset_set.h"
#include "message_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct reader r = { .arena = a,
		            .limits = &fuzz_limits,
		            .m = ARENA_NEW(a, struct message) };
	struct sv bytes = sv_make((const char *)data, size);
	const char *guessed = NULL, *name = "";

	if (size) {
		name = charset_name((enum charset)(data[0] % CHARSET_COUNT));
		bytes = sv_from(bytes, 1);
	}
	must(utf8_valid(charset_to_utf8(&r, bytes, sv_str(name))));
	must(utf8_valid(charset_read_text(&r, bytes, sv_str(name), &guessed)));
	must(utf8_valid(charset_read_text(&r, bytes, SV_NONE, &guessed)));
	must(r.m->replaced <= 3 * size);
	buf_done(&r.scratch);
	arena_free(a);
	return 0;
}
