/* SPDX-License-Identifier: Apache-2.0 */
#include "message/received.h"

static const char *const keywords[RECEIVED_CLAUSES] = {
	[RECEIVED_FROM] = "from", [RECEIVED_BY] = "by", [RECEIVED_VIA] = "via",
	[RECEIVED_WITH] = "with", [RECEIVED_ID] = "id", [RECEIVED_FOR] = "for",
};

struct reading {
	struct received *out;
	struct sv rest;
	struct received_clause *clause; /* NULL before the first keyword */
	const char *begin;              /* of the clause's text */
};

/* Bytes of the comment that the text begins with; one without its end is all
 * the rest. Comments nest; "\" makes the next byte a plain one. */
static size_t
comment_bytes(struct sv s)
{
	size_t depth = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '(')
			depth++;
		else if (s.p[i] == ')' && --depth == 0)
			return i + 1;
	}
	return s.n;
}

static size_t
word_bytes(struct sv s)
{
	char end = s.p[0] == '"' ? '"' : s.p[0] == '<' ? '>' : 0;
	size_t n = end ? sv_find_char(sv_from(s, 1), end) : SV_NOT_FOUND;

	if (n != SV_NOT_FOUND)
		return n + 2;
	for (n = 1; n < s.n && !sv_is_space(s.p[n]) && s.p[n] != '('; n++)
		if (s.p[n] == ';' && (n + 1 == s.n || sv_is_space(s.p[n + 1])))
			break;
	return n;
}

static void
end_clause(struct reading *r)
{
	if (r->clause)
		r->clause->text =
		    sv_trim(sv_make(r->begin, (size_t)(r->rest.p - r->begin)));
}

/* Whether the word begins a clause: each does so once, "from" only as the
 * first, and no clause is left without any content. */
static bool
begin_clause(struct reading *r, struct sv word)
{
	for (int i = 0; i < RECEIVED_CLAUSES; i++) {
		struct received_clause *c = &r->out->clauses[i];

		if (!sv_ieq_str(word, keywords[i]))
			continue;
		if (c->text.p || c == r->clause ||
		    (i == RECEIVED_FROM && word.p != r->out->text.p) ||
		    (r->clause && !r->clause->n_words &&
		     !r->clause->n_comments))
			return false;
		end_clause(r);
		r->clause = c;
		r->begin = word.p + word.n;
		return true;
	}
	return false;
}

static void
take_word(struct reading *r)
{
	struct sv word = sv_sub(r->rest, 0, word_bytes(r->rest));
	struct received_clause *c;

	if (!begin_clause(r, word) && r->clause) {
		c = r->clause;
		if (c->n_words < RECEIVED_WORDS_MAX)
			c->words[c->n_words++] = word;
	}
	r->rest = sv_from(r->rest, word.n);
}

static void
take_comment(struct reading *r)
{
	size_t n = comment_bytes(r->rest);
	bool closed = n > 1 && r->rest.p[n - 1] == ')';
	struct received_clause *c = r->clause;

	if (c && c->n_comments < RECEIVED_COMMENTS_MAX)
		c->comments[c->n_comments++] = sv_sub(r->rest, 1, n - closed);
	r->rest = sv_from(r->rest, n);
}

void
received_parse(struct sv value, struct received *ret)
{
	struct reading r = { .out = ret, .rest = value };

	*ret = (struct received){ .text = value };
	while (r.rest.n && r.rest.p[0] != ';') {
		if (sv_is_space(r.rest.p[0]))
			r.rest = sv_from(r.rest, 1);
		else if (r.rest.p[0] == '(')
			take_comment(&r);
		else
			take_word(&r);
	}
	end_clause(&r);
	if (r.rest.n)
		ret->date = sv_trim(sv_from(r.rest, 1));
}

struct sv
received_comment(const struct received_clause *c, const char *begin)
{
	for (size_t i = 0; i < c->n_comments; i++)
		if (sv_istarts(c->comments[i], sv_str(begin)))
			return c->comments[i];
	return SV_NONE;
}
