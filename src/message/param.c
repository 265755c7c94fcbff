/* SPDX-License-Identifier: Apache-2.0 */
/* Parameters of Content-Type and Content-Disposition. */
#include "message/charset.h"
#include "message/header.h"

enum { VALUE_BYTES_MAX = 64 * 1024, SECTION_MAX = 9999 };

/* The bytes up to the next ";" that is not inside quotes. An unclosed quote
 * reaches to the end. */
static size_t
item_bytes(struct sv s)
{
	bool quoted = false;
	size_t i;

	for (i = 0; i < s.n && (quoted || s.p[i] != ';'); i++) {
		if (s.p[i] == '"')
			quoted = !quoted;
		else if (quoted && s.p[i] == '\\')
			i++;
	}
	return i < s.n ? i : s.n;
}

/* "(see below) boundary" is "boundary". */
static struct sv
without_comment(struct sv name)
{
	size_t close;

	if (name.n && name.p[0] == '(' &&
	    (close = sv_find_char(name, ')')) != SV_NOT_FOUND)
		name = sv_trim(sv_from(name, close + 1));
	return name;
}

/* What stands between the quotes; `s` begins behind the first. */
static struct sv
quoted_value(struct sv s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '"')
			return sv_sub(s, 0, i);
	}
	return s;
}

/* Some leave the ";" out, or put a comment behind: a value ends at white
 * space, unless that stands in an encoded word. */
static struct sv
plain_value(struct sv s)
{
	size_t n = 0;

	if (sv_starts(s, SV("=?")) && sv_find(s, SV("?=")) != SV_NOT_FOUND)
		return s;
	while (n < s.n && !sv_is_space(s.p[n]))
		n++;
	return sv_sub(s, 0, n);
}

/* Reads "*2*" and the like off the end of the name. */
static void
split_name(struct param *p)
{
	size_t star = sv_find_char(p->name, '*'), i;
	struct sv tail;

	p->section = -1;
	if (star == SV_NOT_FOUND)
		return;
	tail = sv_from(p->name, star + 1);
	p->name = sv_sub(p->name, 0, star);
	for (i = 0; i < tail.n && tail.p[i] >= '0' && tail.p[i] <= '9'; i++) {
		p->section = p->section < 0 ? 0 : p->section * 10;
		p->section += tail.p[i] - '0';
		if (p->section > SECTION_MAX)
			p->section = SECTION_MAX;
	}
	p->is_extended = i == 0 || (i < tail.n && tail.p[i] == '*');
}

static void
param_add(struct params *to, struct sv item)
{
	size_t eq = sv_find_char(item, '=');
	struct param p = { 0 };

	if (eq == SV_NOT_FOUND || to->n == PARAMS_MAX)
		return;
	p.name = without_comment(sv_trim(sv_sub(item, 0, eq)));
	p.value = sv_trim(sv_from(item, eq + 1));
	p.is_quoted = p.value.n && p.value.p[0] == '"';
	p.value = p.is_quoted ? quoted_value(sv_from(p.value, 1))
	                      : plain_value(p.value);
	split_name(&p);
	to->list[to->n++] = p;
}

void
params_split(struct sv value, struct params *ret)
{
	size_t n = item_bytes(value);
	struct sv first = sv_sub(value, 0, n), glued;

	ret->n = 0;
	ret->first = SV("");
	/* Some leave the ";" out: "text/html charset=utf-8". */
	if (sv_word(&first, &ret->first))
		while (sv_word(&first, &glued))
			param_add(ret, glued);
	while (n < value.n && ret->n < PARAMS_MAX) {
		value = sv_from(value, n + 1);
		n = item_bytes(value);
		param_add(ret, sv_sub(value, 0, n));
	}
}

static void
add_percent_decoded(struct buf *out, struct sv s)
{
	for (size_t i = 0; i < s.n; i++) {
		int high = i + 2 < s.n ? sv_hex_value(s.p[i + 1]) : -1;
		int low = i + 2 < s.n ? sv_hex_value(s.p[i + 2]) : -1;

		if (s.p[i] == '%' && high >= 0 && low >= 0) {
			buf_add_char(out, (char)(high << 4 | low));
			i += 2;
		} else {
			buf_add_char(out, s.p[i]);
		}
	}
}

static void
add_unquoted(struct buf *out, struct sv s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n)
			i++;
		buf_add_char(out, s.p[i]);
	}
}

/* One form of the value or one section of it. RFC 2231 section 4:
 * charset'language'text; the first piece carries the charset. */
static void
add_value(struct buf *out, const struct param *p, struct sv *charset)
{
	struct sv s = p->value;
	size_t a, b;

	if (!p->is_extended) {
		if (p->is_quoted)
			add_unquoted(out, s);
		else
			buf_add(out, s);
		return;
	}
	if (p->section <= 0 && (a = sv_find_char(s, '\'')) != SV_NOT_FOUND &&
	    (b = sv_find_char(sv_from(s, a + 1), '\'')) != SV_NOT_FOUND) {
		*charset = sv_sub(s, 0, a);
		s = sv_from(s, a + 1 + b + 1);
	}
	add_percent_decoded(out, s);
}

/* The first parameter of that name with a section from `low` on, and the
 * lowest such; NULL when there is none. */
static const struct param *
next_section(const struct params *params, struct sv name, int low)
{
	const struct param *found = NULL;

	for (size_t i = 0; i < params->n; i++) {
		const struct param *p = &params->list[i];

		if (p->section >= low &&
		    (!found || p->section < found->section) &&
		    sv_ieq(p->name, name))
			found = p;
	}
	return found;
}

static const struct param *
whole_value(const struct params *params, struct sv name, bool extended)
{
	for (size_t i = 0; i < params->n; i++) {
		const struct param *p = &params->list[i];

		if (p->section < 0 && p->is_extended == extended &&
		    sv_ieq(p->name, name))
			return p;
	}
	return NULL;
}

/* The value in one piece and without anything to undo, as nearly all are. */
static bool
is_simple(const struct param *p)
{
	return !p->is_extended && sv_find_char(p->value, '\\') == SV_NOT_FOUND;
}

static struct sv
gather_value(struct reader *r, const struct params *params, struct sv name,
             struct sv *charset)
{
	const struct param *p = whole_value(params, name, true);
	struct buf out = BUF_INIT(VALUE_BYTES_MAX);
	struct sv value;

	if (p) {
		add_value(&out, p, charset);
	} else if ((p = next_section(params, name, 0))) {
		for (; p; p = next_section(params, name, p->section + 1))
			add_value(&out, p, charset);
	} else if ((p = whole_value(params, name, false))) {
		if (is_simple(p))
			return p->value;
		add_value(&out, p, charset);
	}
	value = arena_dup(r->arena, buf_sv(&out));
	buf_done(&out);
	return value;
}

struct sv
params_get(struct reader *r, const struct params *params, const char *name)
{
	struct sv charset = SV_NONE, value;

	if (params->n == 0)
		return SV("");
	value = gather_value(r, params, sv_str(name), &charset);
	/* Encoded words do not belong here (RFC 2047 section 5); yet half of
	 * all programs write names so. */
	if (charset.n == 0 && sv_find(value, SV("=?")) != SV_NOT_FOUND)
		return header_decode(r, value);
	return charset_to_utf8(r, value, charset);
}
