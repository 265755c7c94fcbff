/* SPDX-License-Identifier: Apache-2.0 */
/* Authentication-Results fields: results are views into the text, and those
 * of a whole reading are of the server that the first look saw. */
#include <stdint.h>
#include <stdlib.h>

#include "eval/authres_field.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(struct sv text, bool is_arc)
{
	struct authres_field first, all;
	const char *wrong = authres_read_authserv(text, is_arc, &first);

	if (authres_read(text, is_arc, &all) == NULL && wrong)
		abort();
	if (!sv_eq(first.authserv, all.authserv) || all.n > AUTHRES_RESULTS_MAX)
		abort();
	for (size_t i = 0; i < all.n; i++)
		if (all.results[i].value.p < text.p ||
		    all.results[i].value.p + all.results[i].value.n >
		        text.p + text.n)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv text = sv_make((const char *)data, size);

	check(text, false);
	check(text, true);
	return 0;
}
