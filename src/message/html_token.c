/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers are those of the states in the standard, section 13.2.5. */
#include "message/html_token.h"

_Static_assert(AT_COUNT <= 64, "has_attrs has 64 bits");

/* What ends a name or a value without quotes. */
enum { BLANK = 1, SLASH = 2, CLOSE = 4, EQUALS = 8 };

static const unsigned char char_class[256] = {
	['\t'] = BLANK, ['\n'] = BLANK, ['\f'] = BLANK, ['\r'] = BLANK,
	[' '] = BLANK,  ['/'] = SLASH,  ['>'] = CLOSE,  ['='] = EQUALS,
};

static bool
is_class(char c, unsigned classes)
{
	return char_class[(unsigned char)c] & classes;
}

static bool
is_letter(char c)
{
	c = sv_lower_char(c);
	return c >= 'a' && c <= 'z';
}

static size_t
left(const struct html_tokens *x)
{
	return (size_t)(x->end - x->p);
}

/* Reads up to a byte of these classes, or all. */
static struct sv
read_until(struct html_tokens *x, unsigned classes)
{
	const char *start = x->p;

	while (x->p < x->end && !is_class(*x->p, classes))
		x->p++;
	return sv_make(start, (size_t)(x->p - start));
}

static void
skip(struct html_tokens *x, unsigned classes)
{
	while (x->p < x->end && is_class(*x->p, classes))
		x->p++;
}

/* ---- ends of raw text ---- */

/* Whether the text at `lt` is an end tag of that name (12 to 14 and the
 * like), or, with `slash` false, a start tag (28). */
static bool
is_tag_of(const char *lt, const char *end, const char *name, bool slash)
{
	struct sv rest = sv_make(lt, (size_t)(end - lt));
	size_t at = slash ? 2 : 1, n = strlen(name);

	return rest.n > at + n && (!slash || rest.p[1] == '/') &&
	       sv_istarts(sv_from(rest, at), sv_make(name, n)) &&
	       is_class(rest.p[at + n], BLANK | SLASH | CLOSE);
}

/* Where the text of an element ends; the end of all when it has no end. */
static const char *
raw_text_end(const struct html_tokens *x)
{
	const char *p = x->p, *name = html_elements[x->raw].name;

	if (x->raw == EL_PLAINTEXT)
		return x->end;
	while ((p = memchr(p, '<', (size_t)(x->end - p))) != NULL) {
		if (is_tag_of(p, x->end, name, true))
			return p;
		p++;
	}
	return x->end;
}

/* ---- tags ---- */

/* 35 to 39: what follows "=". */
static struct sv
read_value(struct html_tokens *x)
{
	const char *start, *close;

	skip(x, BLANK);
	if (x->p == x->end || (*x->p != '"' && *x->p != '\''))
		return read_until(x, BLANK | CLOSE);
	start = x->p + 1;
	close = memchr(start, *x->p, (size_t)(x->end - start));
	x->p = close ? close + 1 : x->end;
	return sv_make(start, (size_t)((close ? close : x->end) - start));
}

/* 32 to 34. Of two with one name the first counts. */
static void
read_attr(struct html_tokens *x, struct html_token *t)
{
	const char *start = x->p;
	enum html_attr attr;
	struct sv name, value = SV("");

	x->p++; /* a "=" may begin a name */
	read_until(x, BLANK | SLASH | CLOSE | EQUALS);
	name = sv_make(start, (size_t)(x->p - start));
	skip(x, BLANK);
	if (x->p < x->end && *x->p == '=') {
		x->p++;
		value = read_value(x);
	}
	attr = html_attr_find(name);
	if (attr == AT_UNKNOWN || html_token_has(t, attr))
		return;
	t->has_attrs |= (uint64_t)1 << attr;
	t->attrs[attr] = value;
}

/* 8 and 40: from the name on, up to and with ">". False when the text ends
 * within the tag. */
static bool
read_tag(struct html_tokens *x, struct html_token *t)
{
	t->name = read_until(x, BLANK | SLASH | CLOSE);
	t->element = html_element_find(t->name);
	t->has_attrs = 0;
	for (;;) {
		const char *start = x->p;

		skip(x, BLANK | SLASH);
		t->is_empty = x->p > start && x->p[-1] == '/';
		if (x->p == x->end)
			return false;
		if (*x->p == '>')
			break;
		read_attr(x, t);
	}
	x->p++;
	return true;
}

/* 13.2.6.5: what cannot stand in SVG or MathML ends it. */
static bool
ends_foreign(const struct html_token *t)
{
	if (t->element == EL_FONT)
		return html_token_has(t, AT_COLOR) ||
		       html_token_has(t, AT_FACE) || html_token_has(t, AT_SIZE);
	return html_elements[t->element].flags & ELEMENT_BREAKOUT;
}

/* A title that never ends is read as if it held markup, as HTML::Parser does:
 * what follows it in spam is the whole page. */
static bool
has_title_end(struct html_tokens *x)
{
	if (!x->no_title_ends) {
		struct html_tokens rest = *x;

		rest.raw = EL_TITLE;
		x->no_title_ends = raw_text_end(&rest) == x->end;
	}
	return !x->no_title_ends;
}

/* What the tree builder does to the tokenizer (13.2.6): raw text, and whether
 * elements are those of SVG or MathML, whose <style> holds no raw text. */
static void
follow_start_tag(struct html_tokens *x, struct html_token *t)
{
	unsigned flags = html_elements[t->element].flags;

	if (x->foreign && ends_foreign(t))
		x->foreign = EL_UNKNOWN;
	if (x->foreign)
		return;
	if (t->element == EL_SVG || t->element == EL_MATH) {
		x->foreign = t->is_empty ? EL_UNKNOWN : t->element;
		return;
	}
	t->is_empty = false;
	if (flags & (ELEMENT_RAW | ELEMENT_RCDATA) &&
	    (t->element != EL_TITLE || has_title_end(x)))
		x->raw = t->element;
}

/* ---- raw text ---- */

/* 15 to 31: in "<!-- <script> -->" the end tag within does not count. */
static const char *
script_end(const struct html_tokens *x)
{
	enum { PLAIN, ESCAPED, TWICE } state = PLAIN;

	for (const char *p = x->p; p < x->end; p++) {
		struct sv rest = sv_make(p, (size_t)(x->end - p));

		if (state == PLAIN) {
			p = memchr(p, '<', rest.n);
			if (!p)
				return x->end;
			rest = sv_make(p, (size_t)(x->end - p));
			if (sv_starts(rest, SV("<!--"))) {
				state = ESCAPED;
				p++; /* the dashes may be those of "-->" */
			} else if (is_tag_of(p, x->end, "script", true)) {
				return p;
			}
		} else if (*p == '-' && sv_starts(rest, SV("-->"))) {
			state = PLAIN;
		} else if (*p == '<' && state == ESCAPED) {
			if (is_tag_of(p, x->end, "script", true))
				return p;
			if (is_tag_of(p, x->end, "script", false))
				state = TWICE;
		} else if (*p == '<' && is_tag_of(p, x->end, "script", true)) {
			state = ESCAPED;
		}
	}
	return x->end;
}

/* The text of a raw text element; false when it is empty. */
static bool
read_raw_text(struct html_tokens *x, struct html_token *t)
{
	const char *start = x->p;

	x->p = x->raw == EL_SCRIPT ? script_end(x) : raw_text_end(x);
	t->kind = TOKEN_TEXT;
	t->in = x->raw;
	t->is_raw = !(html_elements[x->raw].flags & ELEMENT_RCDATA);
	t->source = t->text = sv_make(start, (size_t)(x->p - start));
	x->raw = EL_UNKNOWN;
	return t->text.n > 0;
}

/* ---- comments ---- */

/* 43 to 52: the end of "<!--...", which "<!-->" and "--!>" are as well. */
static const char *
comment_end(const struct html_tokens *x)
{
	const char *dashes = x->p + 2, *p = x->p + 4;

	while ((p = memchr(p, '>', (size_t)(x->end - p))) != NULL) {
		if (p - 2 >= dashes && p[-1] == '-' && p[-2] == '-')
			return p + 1;
		if (p - 5 >= dashes && p[-1] == '!' && p[-2] == '-' &&
		    p[-3] == '-')
			return p + 1;
		p++;
	}
	return x->end;
}

/* 41 to 53, and 69 to 71: at "<!", "<?" or "</" that begins no tag. */
static void
read_comment(struct html_tokens *x, struct html_token *t)
{
	struct sv rest = sv_make(x->p, left(x));
	const char *end;

	t->kind = TOKEN_COMMENT;
	if (sv_starts(rest, SV("<!--"))) {
		end = comment_end(x);
	} else if (x->foreign && sv_starts(rest, SV("<![CDATA["))) {
		size_t at = sv_find(rest, SV("]]>"));

		end = at == SV_NOT_FOUND ? x->end : x->p + at + 3;
		t->kind = TOKEN_TEXT;
		t->is_raw = true;
		t->in = EL_UNKNOWN;
		t->text = sv_sub(rest, 9, at);
	} else {
		end = memchr(x->p, '>', left(x));
		end = end ? end + 1 : x->end;
	}
	x->p = end;
}

/* ---- all together ---- */

/* At "<" (6 and 7). False when it begins nothing, or the text ends in it. */
static bool
read_markup(struct html_tokens *x, struct html_token *t)
{
	char next = x->p[1];

	t->kind = next == '/' ? TOKEN_END : TOKEN_START;
	if (next == '!' || next == '?' ||
	    (next == '/' && !is_letter(x->p[2]))) {
		read_comment(x, t);
		return true;
	}
	x->p += next == '/' ? 2 : 1;
	if (!read_tag(x, t))
		return false;
	if (t->kind == TOKEN_START) {
		follow_start_tag(x, t);
		return true;
	}
	t->is_empty = false;
	if (t->element == x->foreign)
		x->foreign = EL_UNKNOWN;
	return true;
}

static bool
begins_markup(const struct html_tokens *x)
{
	char next = left(x) > 1 ? x->p[1] : '\0';

	return is_letter(next) || next == '!' || next == '?' ||
	       (next == '/' && left(x) > 2);
}

/* Text up to the next "<"; one that it begins with is part of it. */
static void
read_text(struct html_tokens *x, struct html_token *t)
{
	const char *start = x->p;
	const char *lt = memchr(start + 1, '<', left(x) - 1);

	x->p = lt ? lt : x->end;
	t->kind = TOKEN_TEXT;
	t->in = EL_UNKNOWN;
	t->is_raw = false;
	t->source = t->text = sv_make(start, (size_t)(x->p - start));
}

void
html_tokens_init(struct html_tokens *x, struct sv html)
{
	*x = (struct html_tokens){ .p = html.p, .end = html.p + html.n };
}

bool
html_tokens_next(struct html_tokens *x, struct html_token *ret)
{
	const char *start = x->p;

	if (x->raw && read_raw_text(x, ret))
		return true;
	if (x->p == x->end)
		return false;
	if (*x->p != '<' || !begins_markup(x)) {
		read_text(x, ret);
		return true;
	}
	if (!read_markup(x, ret)) {
		x->p = x->end;
		return false;
	}
	ret->source = sv_make(start, (size_t)(x->p - start));
	return true;
}
