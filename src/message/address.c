/* SPDX-License-Identifier: Apache-2.0 */
#include "message/address.h"

#include "base/buf.h"

enum { COMMENT_DEPTH_MAX = 16, TEXT_BYTES_MAX = 64 * 1024 };

/* One mailbox while it is read: what stands outside of angle brackets, what
 * inside, and the comments. */
struct mailbox {
	struct sv s;
	size_t i;
	struct buf words, angle, comment, group;
	bool has_angle, has_group;
};

static bool
at_end(const struct mailbox *m)
{
	return m->i >= m->s.n;
}

/* RFC 5322 3.2.4, with the cursor on the opening quote. */
static void
read_quoted(struct mailbox *m, struct buf *out)
{
	for (m->i++; !at_end(m); m->i++) {
		char c = m->s.p[m->i];

		if (c == '"') {
			m->i++;
			return;
		}
		if (c == '\\' && m->i + 1 < m->s.n)
			c = m->s.p[++m->i];
		buf_add_char(out, c);
	}
}

/* RFC 5322 3.2.2, with the cursor on the opening parenthesis. */
static void
read_comment(struct mailbox *m)
{
	unsigned depth = 0;

	if (m->comment.n)
		buf_add_char(&m->comment, ' ');
	for (; !at_end(m); m->i++) {
		char c = m->s.p[m->i];

		if (c == '(' && depth++ == 0)
			continue;
		if (c == ')' && --depth == 0) {
			m->i++;
			return;
		}
		if (depth > COMMENT_DEPTH_MAX)
			depth = COMMENT_DEPTH_MAX;
		if (c == '\\' && m->i + 1 < m->s.n)
			c = m->s.p[++m->i];
		buf_add_char(&m->comment, c);
	}
}

/* With the cursor on "<". A route before the address is dropped (RFC 5322
 * 4.4). */
static void
read_angle(struct mailbox *m)
{
	buf_reset(&m->angle);
	m->has_angle = true;
	for (m->i++; !at_end(m);) {
		char c = m->s.p[m->i];

		if (c == '"') {
			read_quoted(m, &m->angle);
			continue;
		}
		m->i++;
		if (c == '>')
			return;
		if (c == ':' && m->angle.n && m->angle.p[0] == '@')
			buf_reset(&m->angle);
		else if (!sv_is_space(c))
			buf_add_char(&m->angle, c);
	}
}

/* A colon outside of quotes ends the name of a group. */
static void
read_colon(struct mailbox *m)
{
	struct sv words = buf_sv(&m->words);

	m->i++;
	if (sv_find_char(words, '@') != SV_NOT_FOUND) {
		buf_add_char(&m->words, ':');
		return;
	}
	m->has_group = true;
	buf_reset(&m->group);
	buf_add(&m->group, sv_trim(words));
	buf_reset(&m->words);
}

/* Reads up to the comma or semicolon that ends the mailbox; returns that. */
static char
read_mailbox(struct mailbox *m)
{
	while (!at_end(m)) {
		char c = m->s.p[m->i];

		switch (c) {
		case ',':
		case ';':
			m->i++;
			return c;
		case '"':
			read_quoted(m, &m->words);
			break;
		case '(':
			read_comment(m);
			break;
		case '<':
			read_angle(m);
			break;
		case ':':
			read_colon(m);
			break;
		case '\r':
		case '\n': /* folds */
			m->i++;
			break;
		default:
			buf_add_char(&m->words, c);
			m->i++;
		}
	}
	return '\0';
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
conclude(struct mailbox *m, struct arena *a, struct address *ret)
{
	struct sv words = sv_trim(buf_sv(&m->words));
	struct sv angle = buf_sv(&m->angle);
	struct sv comment = sv_trim(buf_sv(&m->comment));

	*ret = (struct address){ SV_NONE, SV_NONE, SV_NONE };
	if (m->has_angle) {
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
address_next(struct address_list *list, struct arena *a, struct address *ret)
{
	struct mailbox m = {
		.s = list->rest,
		.words = BUF_INIT(TEXT_BYTES_MAX),
		.angle = BUF_INIT(TEXT_BYTES_MAX),
		.comment = BUF_INIT(TEXT_BYTES_MAX),
		.group = BUF_INIT(TEXT_BYTES_MAX),
	};
	bool found = false;

	while (!found && !at_end(&m)) {
		char end;

		buf_reset(&m.words);
		buf_reset(&m.angle);
		buf_reset(&m.comment);
		m.has_angle = m.has_group = false;
		end = read_mailbox(&m);
		conclude(&m, a, ret);
		if (m.has_group)
			list->group = arena_dup(a, buf_sv(&m.group));
		ret->group = list->group;
		if (end == ';')
			list->group = SV_NONE;
		found = ret->addr.n || ret->name.n;
	}
	list->rest = sv_from(list->rest, m.i);
	buf_done(&m.words);
	buf_done(&m.angle);
	buf_done(&m.comment);
	buf_done(&m.group);
	return found;
}

struct sv
message_id_parse(struct sv value)
{
	size_t open = sv_find_char(value, '<'), close;

	if (open != SV_NOT_FOUND) {
		value = sv_from(value, open + 1);
		close = sv_find_char(value, '>');
		return sv_trim(sv_sub(value, 0, close));
	}
	/* Without brackets, the first word that could be one. */
	for (struct sv word; sv_word(&value, &word);)
		if (sv_find_char(word, '@') != SV_NOT_FOUND)
			return word;
	return SV("");
}
