/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/http_cursor.h"

#include <inttypes.h>

int
http_cursor_read(struct sv text, struct store_entry *ret)
{
	uint64_t unix_ms;
	struct sv time;

	*ret = (struct store_entry){ .id = SV("") };
	if (text.n == 0)
		return 0;
	sv_split(&text, '.', &time);
	if (!sv_u64(time, &unix_ms) || unix_ms > INT64_MAX ||
	    text.n > STORE_ID_MAX)
		return E_SYNTAX;
	ret->unix_ms = (int64_t)unix_ms;
	ret->id = text.p ? text : SV("");
	return 0;
}

struct sv
http_cursor_text(struct arena *a, const struct store_entry *e)
{
	return arena_printf(a, "%" PRId64 "." SV_FMT, e->unix_ms,
	                    SV_ARG(e->id));
}
