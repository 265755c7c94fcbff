/* SPDX-License-Identifier: Apache-2.0 */
/* The matcher: the input makes up expressions and texts, and every engine must
 * say of them what PCRE2 alone says. */
#include <stdlib.h>

#include "../tests/match/case.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_BYTES_MAX = 4000 };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const engines[] = { "gates", "vectorscan" };
	static struct case_runner *runners[2];
	struct case_counts counts = { 0 };

	if (size > INPUT_BYTES_MAX)
		return 0;
	for (size_t i = 0; i < 2; i++) {
		const struct match_engine *e = match_engine_find(engines[i]);

		if (!e)
			continue;
		if (!runners[i])
			runners[i] = case_runner_new(e);
		if (!case_run(runners[i], sv_make((const char *)data, size),
		              stderr, &counts))
			abort();
	}
	return 0;
}
