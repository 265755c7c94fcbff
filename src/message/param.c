/* SPDX-License-Identifier: Apache-2.0 */
/* Parameters of Content-Type and Content-Disposition. */
#include <stdio.h>

#include "message/charset.h"
#include "message/header.h"

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

static void
param_add(struct params *p, struct sv item)
{
	size_t eq = sv_find_char(item, '='), close;
	struct sv value;

	if (eq == SV_NOT_FOUND || p->n == PARAMS_MAX)
		return;
	value = sv_trim(sv_from(item, eq + 1));
	p->names[p->n] = without_comment(sv_trim(sv_sub(item, 0, eq)));
	p->quoted[p->n] = value.n && value.p[0] == '"';
	if (p->quoted[p->n]) {
		value = sv_from(value, 1);
		close = value.n;
		for (size_t i = 0; i < value.n; i++) {
			if (value.p[i] == '\\') {
				i++;
			} else if (value.p[i] == '"') {
				close = i;
				break;
			}
		}
		value = sv_sub(value, 0, close);
	} else {
		/* Some leave the ";" out, or put a comment behind. */
		for (close = 0; close < value.n; close++)
			if (sv_is_space(value.p[close]))
				break;
		value = sv_sub(value, 0, close);
	}
	p->values[p->n++] = value;
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
	while (n < value.n) {
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

/* Index of the parameter called `name` and `suffix` together, or -1. */
static int
find_param(const struct params *p, const char *name, const char *suffix)
{
	struct sv head = sv_str(name);

	for (size_t i = 0; i < p->n; i++)
		if (sv_istarts(p->names[i], head) &&
		    sv_eq_str(sv_from(p->names[i], head.n), suffix))
			return (int)i;
	return -1;
}

/* RFC 2231 section 4: charset'language'text, percent-encoded; the first
 * piece carries the charset. */
static void
add_extended(struct buf *out, struct sv s, bool first, struct sv *charset)
{
	size_t a, b;

	if (first && (a = sv_find_char(s, '\'')) != SV_NOT_FOUND &&
	    (b = sv_find_char(sv_from(s, a + 1), '\'')) != SV_NOT_FOUND) {
		*charset = sv_sub(s, 0, a);
		s = sv_from(s, a + 1 + b + 1);
	}
	add_percent_decoded(out, s);
}

/* RFC 2231 section 3: name*0*=..., name*1=... */
static bool
add_pieces(struct buf *out, const struct params *p, const char *name,
           struct sv *charset)
{
	char suffix[24];
	int at;

	for (unsigned i = 0; i < PARAMS_MAX; i++) {
		snprintf(suffix, sizeof suffix, "*%u*", i);
		at = find_param(p, name, suffix);
		if (at >= 0) {
			add_extended(out, p->values[at], i == 0, charset);
			continue;
		}
		snprintf(suffix, sizeof suffix, "*%u", i);
		at = find_param(p, name, suffix);
		if (at < 0)
			return i > 0;
		add_unquoted(out, p->values[at]);
	}
	return true;
}

struct sv
params_get(struct reader *r, const struct params *p, const char *name)
{
	struct buf out = BUF_INIT(p->first.n + 64 * 1024);
	struct sv charset = SV_NONE, result = SV("");
	int at = find_param(p, name, "*"), plain = find_param(p, name, "");
	bool found = true;

	if (at >= 0)
		add_extended(&out, p->values[at], true, &charset);
	else if (plain >= 0 && p->quoted[plain])
		add_unquoted(&out, p->values[plain]);
	else if (plain >= 0)
		buf_add(&out, p->values[plain]);
	else
		found = add_pieces(&out, p, name, &charset);
	if (found)
		result = arena_dup(r->arena, buf_sv(&out));
	/* Encoded words do not belong here (RFC 2047 section 5); yet half of
	 * all programs write names so. */
	if (charset.n == 0 && sv_find(result, SV("=?")) != SV_NOT_FOUND)
		result = header_decode(r, result);
	else
		result = charset_to_utf8(r, result, charset);
	buf_done(&out);
	return result;
}
