/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading Authentication-Results as RFC 8601 section 2.2 has it. Methods,
 * results and properties that are unknown are kept, for they may be known to
 * whoever asks; what breaks the grammar spoils the field. The rules' functions
 * read such fields otherwise (eval/authres_field.h), as SpamAssassin does.
 */
#include "fact/results.h"

struct reader {
	struct arena *arena;
	struct sv rest;
	struct sv comment; /* the last one that was passed */
};

/* ---- pieces ---- */

static char
peek(const struct reader *r)
{
	return r->rest.n ? r->rest.p[0] : '\0';
}

static struct sv
cut(struct reader *r, size_t n)
{
	struct sv piece = sv_sub(r->rest, 0, n);

	r->rest = sv_from(r->rest, n);
	return piece;
}

static bool
cut_char(struct reader *r, char c)
{
	if (r->rest.n == 0 || r->rest.p[0] != c)
		return false;
	cut(r, 1);
	return true;
}

/* How long a comment is, which may hold others; 0: it has no end. */
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
	return 0;
}

/* White space and comments; false: one has no end. */
static bool
skip(struct reader *r)
{
	for (;;) {
		size_t n = 0;

		while (n < r->rest.n && sv_is_space(r->rest.p[n]))
			n++;
		cut(r, n);
		if (peek(r) != '(')
			return true;
		n = comment_bytes(r->rest);
		if (n == 0)
			return false;
		r->comment = sv_sub(cut(r, n), 1, n - 1);
	}
}

static bool
is_token_char(char c)
{
	return (unsigned char)c > ' ' && c != 0x7f &&
	       !strchr("()<>@,;:\\\"/[]?=", c);
}

/* A keyword, of letters and digits and hyphens between them. */
static bool
cut_keyword(struct reader *r, struct sv *ret)
{
	char *out;
	size_t n = 0;

	while (n < r->rest.n && (sv_is_alnum(r->rest.p[n]) ||
	                         r->rest.p[n] == '-' || r->rest.p[n] == '_'))
		n++;
	out = arena_str(r->arena, cut(r, n));
	for (size_t i = 0; i < n; i++)
		out[i] = sv_lower_char(out[i]);
	*ret = sv_make(out, n);
	return n > 0;
}

/* How long a quoted string is, with its quotes; 0: it has no end. */
static size_t
quoted_bytes(struct sv s)
{
	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] == '"')
			return i + 1;
		i += s.p[i] == '\\';
	}
	return 0;
}

static bool
cut_quoted(struct reader *r, struct sv *ret)
{
	struct sv text = cut(r, quoted_bytes(r->rest));
	char *out = arena_alloc(r->arena, text.n);
	size_t n = 0;

	for (size_t i = 1; i + 1 < text.n; i++) {
		i += text.p[i] == '\\';
		if (text.p[i] != '\r' && text.p[i] != '\n')
			out[n++] = text.p[i];
	}
	*ret = sv_make(out, n);
	return text.n > 0;
}

/* A token or a quoted string, and around them what addresses have: "@" and
 * such, which not all writers quote. */
static bool
cut_value(struct reader *r, bool is_address, struct sv *ret)
{
	size_t n = 0;

	if (peek(r) == '"') {
		if (!cut_quoted(r, ret))
			return false;
		if (!is_address || peek(r) != '@')
			return true;
	} else {
		*ret = SV("");
	}
	while (n < r->rest.n && (is_token_char(r->rest.p[n]) ||
	                         (is_address && r->rest.p[n] &&
	                          strchr("@/:=<>[]+", r->rest.p[n]))))
		n++;
	*ret = ARENA_JOIN(r->arena, *ret, cut(r, n));
	return ret->n > 0;
}

/* ---- parts of a field ---- */

/* "method/version=result" */
static bool
read_method(struct reader *r, struct results_item *item)
{
	struct sv version;

	if (!cut_keyword(r, &item->method) || !skip(r))
		return false;
	if (cut_char(r, '/') &&
	    (!skip(r) || !cut_keyword(r, &version) || !skip(r)))
		return false;
	r->comment = SV("");
	if (!cut_char(r, '=') || !skip(r) || !cut_keyword(r, &item->result) ||
	    !skip(r))
		return false;
	item->comment = arena_dup(r->arena, r->comment);
	return true;
}

/* "type.name=value", or "reason=value" */
static bool
read_property(struct reader *r, struct results_item *item)
{
	struct results_property p = { .name = SV("") };

	if (!cut_keyword(r, &p.type) || !skip(r))
		return false;
	if (cut_char(r, '.') &&
	    (!skip(r) || !cut_keyword(r, &p.name) || !skip(r)))
		return false;
	if (!cut_char(r, '=') || !skip(r) ||
	    !cut_value(r, p.name.n > 0, &p.value) || !skip(r))
		return false;
	if (p.name.n == 0) {
		if (sv_eq_str(p.type, "reason"))
			item->reason = p.value;
		return true;
	}
	if (item->n_properties < RESULTS_PROPERTIES_MAX)
		item->properties[item->n_properties++] = p;
	return true;
}

static void
copy_item(struct results *results, const struct results_item *item)
{
	struct results_item *copy =
	    results_add(results, item->method, item->result);

	*copy = *item;
	copy->properties =
	    arena_grow(results->arena, item->properties,
	               item->n_properties * sizeof *item->properties,
	               (item->n_properties + 1) * sizeof *item->properties);
}

/* One result up to the ";" behind it. "none" alone is no result. */
static bool
read_item(struct reader *r, struct results *results)
{
	struct results_property properties[RESULTS_PROPERTIES_MAX];
	struct results_item item = { .reason = SV(""),
		                     .properties = properties };
	struct reader before = *r;
	struct sv word;

	if (cut_keyword(r, &word) && sv_eq_str(word, "none") && skip(r) &&
	    r->rest.n == 0)
		return true;
	*r = before;
	if (!read_method(r, &item))
		return false;
	while (r->rest.n && peek(r) != ';')
		if (!read_property(r, &item))
			return false;
	if (results->n == RESULTS_MAX)
		return true;
	copy_item(results, &item);
	return true;
}

/* "id version; results", from the first on. */
static int
read_field(struct reader *r, struct results *results)
{
	struct sv version;

	if (!skip(r) || !cut_value(r, false, &results->authserv_id) || !skip(r))
		return E_SYNTAX;
	if (sv_is_digit(peek(r)) && (!cut_keyword(r, &version) || !skip(r)))
		return E_SYNTAX;
	while (cut_char(r, ';')) {
		if (!skip(r))
			return E_SYNTAX;
		if (r->rest.n == 0)
			break;
		if (!read_item(r, results))
			return E_SYNTAX;
	}
	return r->rest.n ? E_SYNTAX : 0;
}

static int
begin(struct arena *a, struct sv value, struct reader *ret_r,
      struct results **ret)
{
	if (value.n > RESULTS_BYTES_MAX)
		return E_LIMIT;
	*ret = results_new(a, SV(""));
	*ret_r = (struct reader){ .arena = a, .rest = value };
	return 0;
}

int
results_read(struct arena *a, struct sv value, struct results **ret)
{
	struct results *results;
	struct reader r;
	int error = begin(a, value, &r, &results);

	if (!error)
		error = read_field(&r, results);
	if (!error)
		*ret = results;
	return error;
}

int
results_read_arc(struct arena *a, struct sv value, unsigned *ret_instance,
                 struct results **ret)
{
	struct results *results;
	struct sv word;
	struct reader r;
	uint64_t instance;
	int error = begin(a, value, &r, &results);

	if (error)
		return error;
	if (!skip(&r) || !cut_keyword(&r, &word) || !sv_eq_str(word, "i") ||
	    !skip(&r) || !cut_char(&r, '=') || !skip(&r) ||
	    !cut_keyword(&r, &word) || !sv_u64(word, &instance) ||
	    instance > 99 || !skip(&r) || !cut_char(&r, ';'))
		return E_SYNTAX;
	*ret_instance = (unsigned)instance;
	error = read_field(&r, results);
	if (!error)
		*ret = results;
	return error;
}
