/* SPDX-License-Identifier: Apache-2.0 */
#include "match/guard.h"

#include "match/syntax.h"

enum { LONG = 16 }; /* times more or less often */

static bool
is_long(const struct syntax_repeat *r)
{
	return r->max == SYNTAX_UNBOUNDED || r->max - r->min >= LONG;
}

/* Whether it is a part of something that is repeated. */
static bool
is_inside(const struct syntax_repeats *repeats, size_t i)
{
	size_t begin = repeats->list[i].begin;

	for (size_t k = 0; k < i; k++)
		if (repeats->list[k].max > 1 && begin < repeats->list[k].end)
			return true;
	return false;
}

/* The callouts, in order; returns how many. */
static size_t
add_callouts(const struct syntax_repeats *repeats, struct sv regex,
             bool is_anchored, struct buf *out)
{
	size_t done = 0, n = 0;
	bool is_first = is_anchored && !repeats->has_calls;

	for (size_t i = 0; i < repeats->n; i++) {
		const struct syntax_repeat *r = &repeats->list[i];

		if (!is_long(r))
			continue;
		if (!is_first || is_inside(repeats, i)) {
			buf_add(out, sv_sub(regex, done, r->begin));
			buf_add_str(out, r->is_quoted ? "\\E(?C)\\Q" : "(?C)");
			done = r->begin;
			n++;
		}
		is_first = false;
	}
	buf_add(out, sv_from(regex, done));
	return n;
}

enum guard_kind
guard_rewrite(struct sv regex, unsigned flags, bool is_anchored,
              struct buf *out)
{
	struct arena *a = arena_new();
	struct syntax_repeats repeats;
	enum guard_kind kind = GUARD_OPAQUE;

	if (syntax_repeats(a, regex, flags, &repeats))
		kind = add_callouts(&repeats, regex, is_anchored, out)
		           ? GUARD_CALLOUTS
		           : GUARD_NONE;
	arena_free(a);
	return kind;
}
