/* SPDX-License-Identifier: Apache-2.0 */
/* The collector's file of tokens, and the header of a signature, which is what
 * follows a NUL. */
#include <stdint.h>
#include <stdio.h>

#include "feedd/tokens.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
ask(const struct tokens *t, const char *header)
{
	const int64_t now_unix_ms = INT64_C(1795403040000);
	const char *const *nodes = tokens_nodes(t);
	const char *name;
	enum role role;

	for (size_t i = 0; nodes[i]; i++)
		(void)tokens_check(t, nodes[i], header, SV("body"),
		                   now_unix_ms);
	(void)tokens_find(t, sv_str(header), now_unix_ms, &role, &name);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv text = sv_make((const char *)data, size);
	size_t nul = sv_find_char(text, '\0');
	struct diags diags = DIAGS_INIT;
	struct tokens *t;
	char header[512];

	snprintf(header, sizeof header, SV_FMT,
	         SV_ARG(nul == SV_NOT_FOUND ? SV("") : sv_from(text, nul + 1)));
	t = tokens_parse(sv_sub(text, 0, nul), "tokens", &diags);
	if (t)
		ask(t, header);
	tokens_free(t);
	diags_done(&diags);
	return 0;
}
