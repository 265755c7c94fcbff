/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/uri_detail.h"

#include "rule/lex.h"

static const char *const side_words[URI_SIDES] = {
	[URI_SIDE_RAW] = "raw",         [URI_SIDE_TYPE] = "type",
	[URI_SIDE_CLEANED] = "cleaned", [URI_SIDE_TEXT] = "text",
	[URI_SIDE_DOMAIN] = "domain",   [URI_SIDE_HOST] = "host",
};

/* ---- reading ---- */

static bool
is_modifier(char c)
{
	return c == 'i' || c == 'm' || c == 's' || c == 'x';
}

/* Cuts "/.../i" off the front: it ends at the first delimiter that has only
 * letters and then a blank behind it. */
static bool
cut_regex(struct sv *text, struct sv *ret)
{
	size_t open = sv_starts(*text, SV("m")) ? 1 : 0;

	if (open >= text->n)
		return false;
	for (size_t i = open + 1; i < text->n; i++) {
		size_t end = i + 1;

		if (text->p[i] != text->p[open])
			continue;
		while (end < text->n && is_modifier(text->p[end]))
			end++;
		if (end < text->n && !sv_is_space(text->p[end]))
			continue;
		*ret = sv_sub(*text, 0, end);
		*text = sv_trim(sv_from(*text, end));
		return true;
	}
	return false;
}

static enum uri_side
find_side(struct sv word)
{
	int side = 0;

	while (side < URI_SIDES && !sv_eq_str(word, side_words[side]))
		side++;
	return (enum uri_side)side;
}

static const char *
read_question(struct sv *text, struct uri_detail *d)
{
	struct uri_question q = { .is_asked = true };
	enum uri_side side;
	const char *wrong;
	struct sv regex;
	size_t n = 0;

	while (n < text->n && sv_is_alnum(text->p[n]))
		n++;
	side = find_side(sv_sub(*text, 0, n));
	if (side == URI_SIDES)
		return "expected raw, type, cleaned, text, domain or host";
	*text = sv_trim(sv_from(*text, n));
	q.negate = sv_starts(*text, SV("!~"));
	if (!q.negate && !sv_starts(*text, SV("=~")))
		return "expected =~ or !~";
	*text = sv_trim(sv_from(*text, 2));
	if (!cut_regex(text, &regex))
		return "expected /.../ with a blank behind it";
	wrong = lex_regex(regex, &q.regex, &q.flags);
	d->of[side] = q;
	return wrong;
}

const char *
uri_detail_parse(struct sv text, struct uri_detail *ret)
{
	const char *wrong = NULL;

	*ret = (struct uri_detail){ .gate = URI_SIDES };
	while (text.n && !wrong)
		wrong = read_question(&text, ret);
	for (int side = URI_SIDES; side-- > 0;)
		if (ret->of[side].is_asked && !ret->of[side].negate)
			ret->gate = (enum uri_side)side;
	return wrong;
}

/* ---- the sides of a URI ---- */

static struct match_text
sides_of(enum uri_side side, struct arena *a, const struct message_uri *u)
{
	struct match_text ret = { NULL, 0 };
	size_t max = side == URI_SIDE_TYPE ? MESSAGE_URI_TYPES : u->n_hosts;
	struct sv *list;

	switch (side) {
	case URI_SIDE_RAW:
		return (struct match_text){ &u->uri, 1 };
	case URI_SIDE_CLEANED:
		return (struct match_text){ u->cleaned, u->n_cleaned };
	case URI_SIDE_TEXT:
		return (struct match_text){ u->anchors, u->n_anchors };
	case URI_SIDE_TYPE:
	case URI_SIDE_DOMAIN:
	case URI_SIDE_HOST:
	case URI_SIDES:
		break;
	}
	ret.elements = list = ARENA_ARRAY(a, struct sv, max + 1);
	for (unsigned i = 0; i < max; i++) {
		if (side != URI_SIDE_TYPE)
			list[ret.n++] = side == URI_SIDE_HOST
			                    ? u->hosts[i].host
			                    : u->hosts[i].domain;
		else if (u->types & 1u << i)
			list[ret.n++] = message_uri_type_word(i);
	}
	return ret;
}

struct match_text
uri_detail_texts(enum uri_side side, struct arena *a, const struct message *m)
{
	struct match_text ret = { NULL, 0 };
	struct sv *list;
	size_t n = 0;

	for (size_t i = 0; i < m->n_uris; i++)
		n += sides_of(side, a, &m->uris[i]).n;
	ret.elements = list = ARENA_ARRAY(a, struct sv, n + 1);
	for (size_t i = 0; i < m->n_uris; i++) {
		struct match_text t = sides_of(side, a, &m->uris[i]);

		for (size_t k = 0; k < t.n; k++)
			list[ret.n++] = t.elements[k];
	}
	return ret;
}

/* ---- deciding ---- */

/* Whether one text of that side is as asked. */
static enum match_result
answer(const struct uri_question *q, struct match_worker *w,
       struct match_text texts)
{
	for (size_t i = 0; i < texts.n; i++) {
		enum match_result result =
		    match_text_decide(w, q->pattern, texts.elements[i]);

		if (result == MATCH_OVER_LIMIT || result == MATCH_LATE)
			return result;
		if ((result == MATCH_FOUND) != q->negate)
			return MATCH_FOUND;
	}
	return MATCH_NONE;
}

enum match_result
uri_detail_decide(const struct uri_detail *d, struct match_worker *w,
                  struct arena *a, const struct message *m,
                  struct match_hit *ret_hit)
{
	for (size_t i = 0; i < m->n_uris; i++) {
		enum match_result result = MATCH_FOUND;

		for (int side = 0; side < URI_SIDES && result == MATCH_FOUND;
		     side++)
			if (d->of[side].is_asked)
				result = answer(&d->of[side], w,
				                sides_of((enum uri_side)side, a,
				                         &m->uris[i]));
		if (result == MATCH_FOUND)
			*ret_hit =
			    (struct match_hit){ .element = i, .count = 1 };
		if (result != MATCH_NONE)
			return result;
	}
	return MATCH_NONE;
}
