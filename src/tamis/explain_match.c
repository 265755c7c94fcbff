/* SPDX-License-Identifier: Apache-2.0 */
/* A match and its surroundings on one line. */
#include "tamis/explain.h"

enum { CONTEXT_BYTES = 60 };

/* The text a hit was found in; nothing for metas and absent headers. */
static struct sv
hit_text(const struct message *m, const struct rule_hit *hit)
{
	const struct message_header *h;
	const struct view *v;

	if (hit->rule->type == RULE_META)
		return SV_NONE;
	if (hit->view == VIEW_HEADER) {
		h = hit->selector ? message_header(m, hit->selector) : NULL;
		return h ? h->value : SV_NONE;
	}
	v = &m->views[view_original(hit->view)];
	return hit->element < v->n ? v->elements[hit->element] : SV_NONE;
}

static bool
is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Up to CONTEXT_BYTES of whole characters before and after the match, with
 * dots where there is more. */
static void
surround(struct arena *a, struct sv text, size_t at, size_t bytes,
         struct sv *ret_before, struct sv *ret_after)
{
	size_t from = at > CONTEXT_BYTES ? at - CONTEXT_BYTES : 0;
	size_t end = at + bytes, to = end + CONTEXT_BYTES;

	while (from < at && is_continuation(text.p[from]))
		from++;
	if (to > text.n)
		to = text.n;
	while (to < text.n && to > end && is_continuation(text.p[to]))
		to--;
	*ret_before = term_text(a, sv_sub(text, from, at), 0);
	*ret_after = term_text(a, sv_sub(text, end, to), 0);
	if (from > 0)
		*ret_before =
		    arena_printf(a, "..." SV_FMT, SV_ARG(*ret_before));
	if (to < text.n)
		*ret_after = arena_printf(a, SV_FMT "...", SV_ARG(*ret_after));
}

/* The match itself, marked by tone or, without colours, by angles. */
static struct sv
marked(const struct explanation *e, struct sv before, struct sv match,
       struct sv after, size_t columns)
{
	const struct term *t = &e->term;
	struct sv shown = term_text(e->arena, match, columns ? columns - 4 : 0);
	size_t used = term_width(shown) + 4;
	size_t side = columns > used + 16 ? (columns - used) / 2 : 0;

	if (columns && !side)
		before = after = SV_NONE;
	before = term_tail(e->arena, before, side);
	after = term_text(e->arena, after, side);
	return arena_printf(
	    e->arena, SV_FMT "%s" SV_FMT "%s" SV_FMT, SV_ARG(before),
	    t->color ? term_tone(t, TONE_BAD) : ">>", SV_ARG(shown),
	    t->color ? term_plain(t) : "<<", SV_ARG(after));
}

struct sv
explain_match(const struct explanation *e, const json_t *entry,
              const struct rule_hit *hit, size_t columns)
{
	json_t *kept = json_object_get(entry, "match");
	struct sv match = SV_NONE, text, before, after;
	size_t at;

	if (json_is_string(kept))
		match =
		    sv_make(json_string_value(kept), json_string_length(kept));
	if (!hit || !e->scan)
		return match.n ? marked(e, SV_NONE, match, SV_NONE, columns)
		               : SV_NONE;
	match = hit->text;
	text = hit_text(e->scan->message, hit);
	at = hit->offset;
	/* Several headers of one name are one text to a rule: search then. */
	if (!sv_starts(sv_from(text, at), match))
		at = sv_find(text, match);
	if (match.n == 0)
		return SV_NONE;
	if (at == SV_NOT_FOUND)
		return marked(e, SV_NONE, match, SV_NONE, columns);
	surround(e->arena, text, at, match.n, &before, &after);
	return marked(e, before, match, after, columns);
}
