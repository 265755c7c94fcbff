/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/address.h"

#include "base/buf.h"

enum { COMMENT_DEPTH_MAX = 16 };

/* One mailbox while it is read: what stands outside of angle brackets, what
 * inside, and the comments. */
struct reader {
	struct sv s;
	size_t i;
	struct buf words, angle, comment;
	bool has_angle;
};

static bool
at_end(const struct reader *r)
{
	return r->i >= r->s.n;
}

/* RFC 5322 3.2.4, with the cursor on the opening quote. */
static void
read_quoted(struct reader *r, struct buf *out)
{
	for (r->i++; !at_end(r); r->i++) {
		char c = r->s.p[r->i];

		if (c == '"') {
			r->i++;
			return;
		}
		if (c == '\\' && r->i + 1 < r->s.n)
			c = r->s.p[++r->i];
		buf_add_char(out, c);
	}
}

/* RFC 5322 3.2.2, with the cursor on the opening parenthesis. */
static void
read_comment(struct reader *r)
{
	unsigned depth = 0;

	if (r->comment.n)
		buf_add_char(&r->comment, ' ');
	for (; !at_end(r); r->i++) {
		char c = r->s.p[r->i];

		if (c == '(' && depth++ == 0)
			continue;
		if (c == ')' && --depth == 0) {
			r->i++;
			return;
		}
		if (depth > COMMENT_DEPTH_MAX)
			depth = COMMENT_DEPTH_MAX;
		if (c == '\\' && r->i + 1 < r->s.n)
			c = r->s.p[++r->i];
		buf_add_char(&r->comment, c);
	}
}

static void
read_angle(struct reader *r)
{
	buf_reset(&r->angle);
	r->has_angle = true;
	for (r->i++; !at_end(r); r->i++) {
		char c = r->s.p[r->i];

		if (c == '>') {
			r->i++;
			return;
		}
		if (!sv_is_space(c))
			buf_add_char(&r->angle, c);
	}
}

static void
read_mailbox(struct reader *r)
{
	while (!at_end(r)) {
		switch (r->s.p[r->i]) {
		case ',':
		case ';':
			r->i++;
			return;
		case '"':
			read_quoted(r, &r->words);
			break;
		case '(':
			read_comment(r);
			break;
		case '<':
			read_angle(r);
			break;
		case ':': /* the name of a group ends here */
			if (sv_find_char(buf_sv(&r->words), '@') ==
			    SV_NOT_FOUND)
				buf_reset(&r->words);
			r->i++;
			break;
		default:
			buf_add_char(&r->words, r->s.p[r->i++]);
		}
	}
}

static bool
is_address(struct sv s)
{
	size_t at = sv_find_char(s, '@');

	if (at == SV_NOT_FOUND || at == 0 || at + 1 == s.n)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (sv_is_space(s.p[i]))
			return false;
	return true;
}

static void
conclude(struct reader *r, struct arena *a, struct address *ret)
{
	struct sv words = sv_trim(buf_sv(&r->words));
	struct sv angle = buf_sv(&r->angle);
	struct sv comment = sv_trim(buf_sv(&r->comment));

	*ret = (struct address){ SV_NONE, SV_NONE };
	if (r->has_angle) {
		if (is_address(angle))
			ret->addr = arena_dup(a, angle);
		if (!sv_eq(words, angle))
			ret->name = arena_dup(a, words);
	} else if (is_address(words)) {
		ret->addr = arena_dup(a, words);
	} else {
		ret->name = arena_dup(a, words);
	}
	if (ret->name.n == 0 && comment.n)
		ret->name = arena_dup(a, comment);
}

bool
address_next(struct sv *rest, struct arena *a, struct address *ret)
{
	struct reader r = {
		.s = *rest,
		.words = BUF_INIT(64 * 1024),
		.angle = BUF_INIT(64 * 1024),
		.comment = BUF_INIT(64 * 1024),
	};
	bool found = false;

	while (!found && !at_end(&r)) {
		buf_reset(&r.words);
		buf_reset(&r.angle);
		buf_reset(&r.comment);
		r.has_angle = false;
		read_mailbox(&r);
		conclude(&r, a, ret);
		found = ret->addr.n || ret->name.n;
	}
	*rest = sv_from(*rest, r.i);
	buf_done(&r.words);
	buf_done(&r.angle);
	buf_done(&r.comment);
	return found;
}
