/* SPDX-License-Identifier: Apache-2.0 */
#include "message/html.h"

#include "base/vec.h"
#include "message/url.h"

/* A URL of an attribute; its anchor is known only when the text is. */
struct link {
	struct sv raw;
	enum message_url_source source;
	size_t from, to; /* of the anchor, in the output */
};

struct html {
	struct reader *r;
	const char *p, *end; /* what is still to be read */
	char *out;           /* room for as many bytes as there are to read */
	size_t n;
	bool after_break; /* the output ends with a line end or is empty */
	VEC(struct link) links;
	int open_anchor; /* index in links, or -1 */
};

/* ---- text ---- */

enum { PLAIN, BLANK, SPECIAL };

static const unsigned char char_class[256] = {
	['\t'] = BLANK,  ['\n'] = BLANK,   ['\v'] = BLANK,   ['\f'] = BLANK,
	['\r'] = BLANK,  [' '] = BLANK,    ['\0'] = SPECIAL, ['<'] = SPECIAL,
	['&'] = SPECIAL, [0xe2] = SPECIAL, [0xc2] = SPECIAL,
};

static void
put(struct html *h, const char *p, size_t n)
{
	memcpy(h->out + h->n, p, n);
	h->n += n;
	h->after_break = false;
}

static void
put_blank(struct html *h)
{
	if (h->after_break || (h->n && h->out[h->n - 1] == ' '))
		return;
	put(h, " ", 1);
}

/* A line end, or two for a paragraph. A space before it goes. */
static void
put_break(struct html *h, unsigned lines)
{
	if (h->n && h->out[h->n - 1] == ' ')
		h->n--;
	while (lines-- > 0)
		h->out[h->n++] = '\n';
	h->after_break = true;
}

/* What cannot be copied as it is; at least one byte is read. */
static void
read_special(struct html *h)
{
	struct sv rest = sv_make(h->p, (size_t)(h->end - h->p));
	char text[8];
	size_t used, n;

	if (rest.p[0] == '\0') {
		h->p++; /* ignored: WHATWG 13.2.6.4.7 */
	} else if (sv_starts(rest, SV("\xc2\xa0"))) {
		put_blank(h);
		h->p += 2;
	} else if (sv_starts(rest, SV("\xe2\x80\x9c")) ||
	           sv_starts(rest, SV("\xe2\x80\x9d"))) {
		put(h, "\"", 1); /* as SpamAssassin shows it to rules */
		h->p += 3;
	} else if (rest.p[0] == '&' &&
	           (used = entity_decode(rest, false, text, &n)) > 0) {
		if (n == 2 && memcmp(text, "\xc2\xa0", 2) == 0)
			put_blank(h);
		else if (n == 1 && sv_is_space(text[0]))
			put_blank(h);
		else
			put(h, text, n);
		h->p += used;
	} else {
		put(h, h->p++, 1);
	}
}

/* Copies text up to the next "<". */
static void
read_text(struct html *h)
{
	while (h->p < h->end && *h->p != '<') {
		const char *start = h->p;

		while (h->p < h->end &&
		       char_class[(unsigned char)*h->p] == PLAIN)
			h->p++;
		if (h->p > start)
			put(h, start, (size_t)(h->p - start));
		if (h->p == h->end || *h->p == '<')
			break;
		if (char_class[(unsigned char)*h->p] == BLANK) {
			put_blank(h);
			h->p++;
		} else {
			read_special(h);
		}
	}
}

/* ---- tags ---- */

enum { ATTRS_MAX = 64, NAME_MAX_BYTES = 32 };

struct attr {
	struct sv name, value;
};

struct tag {
	char name[NAME_MAX_BYTES]; /* lower case, cut, NUL-terminated */
	bool is_end;
	struct attr attrs[ATTRS_MAX];
	size_t n_attrs;
};

static bool
is_letter(char c)
{
	c = sv_lower_char(c);
	return c >= 'a' && c <= 'z';
}

static void
skip_blanks_and_slashes(struct html *h)
{
	while (h->p < h->end && (sv_is_space(*h->p) || *h->p == '/'))
		h->p++;
}

/* States 13.2.5.35 to 39: what follows "=". */
static struct sv
read_attr_value(struct html *h)
{
	const char *start, *close;

	while (h->p < h->end && sv_is_space(*h->p))
		h->p++;
	if (h->p == h->end || *h->p == '>')
		return SV("");
	if (*h->p == '"' || *h->p == '\'') {
		start = h->p + 1;
		close = memchr(start, *h->p, (size_t)(h->end - start));
		h->p = close ? close + 1 : h->end;
		return sv_make(start,
		               (size_t)((close ? close : h->end) - start));
	}
	start = h->p;
	while (h->p < h->end && !sv_is_space(*h->p) && *h->p != '>')
		h->p++;
	return sv_make(start, (size_t)(h->p - start));
}

static void
read_attr(struct html *h, struct tag *t)
{
	struct attr a = { SV_NONE, SV("") };
	const char *start = h->p, *after;

	/* A "=" may begin a name (13.2.5.32). */
	if (h->p < h->end && *h->p == '=')
		h->p++;
	while (h->p < h->end && !sv_is_space(*h->p) && *h->p != '/' &&
	       *h->p != '>' && *h->p != '=')
		h->p++;
	a.name = sv_make(start, (size_t)(h->p - start));
	for (after = h->p; after < h->end && sv_is_space(*after);)
		after++;
	if (after < h->end && *after == '=') {
		h->p = after + 1;
		a.value = read_attr_value(h);
	}
	if (t->n_attrs < ATTRS_MAX)
		t->attrs[t->n_attrs++] = a;
}

/* Reads a tag from its name on, up to and with ">". False when the text ends
 * within it: it is not there then. */
static bool
read_tag(struct html *h, struct tag *t)
{
	size_t n = 0;

	t->n_attrs = 0;
	while (h->p < h->end && !sv_is_space(*h->p) && *h->p != '/' &&
	       *h->p != '>') {
		if (n + 1 < NAME_MAX_BYTES)
			t->name[n++] = sv_lower_char(*h->p);
		h->p++;
	}
	t->name[n] = '\0';
	for (;;) {
		skip_blanks_and_slashes(h);
		if (h->p == h->end)
			return false;
		if (*h->p == '>') {
			h->p++;
			return true;
		}
		read_attr(h, t);
	}
}

/* ---- links ---- */

/* Writers set quotes that do not quote: href=“http://example.org”. */
static struct sv
without_curly_quotes(struct sv s)
{
	static const char *const quotes[] = { "\xe2\x80\x9c", "\xe2\x80\x9d" };

	for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++) {
		if (sv_starts(s, sv_str(quotes[i])))
			s = sv_from(s, 3);
		if (sv_iends(s, sv_str(quotes[i])))
			s.n -= 3;
	}
	return s;
}

/* The attribute's value with character references decoded, without the tabs
 * and line ends that clients take out of URLs. */
static struct sv
url_value(struct reader *r, struct sv value)
{
	char *out, text[8];
	size_t n = 0, used, text_n;

	value = sv_sub(sv_trim(value), 0, URL_BYTES_MAX);
	out = arena_alloc(r->arena, value.n + 1);
	while (value.n) {
		used = 0;
		if (value.p[0] == '&')
			used = entity_decode(value, true, text, &text_n);
		if (used) {
			memcpy(out + n, text, text_n);
			n += text_n;
		} else {
			used = 1;
			if (value.p[0] != '\t' && value.p[0] != '\n' &&
			    value.p[0] != '\r' && value.p[0] != '\0')
				out[n++] = value.p[0];
		}
		value = sv_from(value, used);
	}
	return without_curly_quotes(sv_trim(sv_make(out, n)));
}

static struct sv
attr_value(const struct tag *t, const char *name)
{
	for (size_t i = 0; i < t->n_attrs; i++)
		if (sv_ieq_str(t->attrs[i].name, name))
			return t->attrs[i].value;
	return SV("");
}

static void
add_link(struct html *h, enum message_url_source source, struct sv value)
{
	struct link *l;

	value = url_value(h->r, value);
	if (value.n == 0)
		return;
	l = VEC_ADD(&h->links);
	*l = (struct link){ value, source, h->n, h->n };
}

static void
end_anchor(struct html *h)
{
	if (h->open_anchor >= 0)
		h->links.list[h->open_anchor].to = h->n;
	h->open_anchor = -1;
}

/* <meta http-equiv=refresh content="0; url=..."> */
static void
add_refresh(struct html *h, const struct tag *t)
{
	struct sv content = attr_value(t, "content");
	size_t at = sv_ifind(content, SV("url="));

	if (sv_ieq_str(sv_trim(attr_value(t, "http-equiv")), "refresh") &&
	    at != SV_NOT_FOUND)
		add_link(h, URL_LINK, sv_from(content, at + 4));
}

/* Which attribute of which element holds a URL. */
static const struct url_attr {
	const char *tag, *attr;
	enum message_url_source source;
} url_attrs[] = {
	{ "a", "href", URL_LINK },
	{ "area", "href", URL_LINK },
	{ "a", "data-saferedirecturl", URL_LINK },
	{ "link", "href", URL_LINK },
	{ "base", "href", URL_LINK },
	{ "img", "src", URL_IMAGE },
	{ "input", "src", URL_IMAGE },
	{ "iframe", "src", URL_LINK },
	{ "frame", "src", URL_LINK },
	{ "embed", "src", URL_LINK },
	{ "script", "src", URL_LINK },
	{ "form", "action", URL_FORM },
	{ "button", "formaction", URL_FORM },
	{ "body", "background", URL_IMAGE },
	{ "table", "background", URL_IMAGE },
	{ "tr", "background", URL_IMAGE },
	{ "td", "background", URL_IMAGE },
};

static void
add_links(struct html *h, const struct tag *t)
{
	bool is_anchor = strcmp(t->name, "a") == 0;
	size_t before = h->links.n;

	if (is_anchor)
		end_anchor(h);
	if (t->is_end || t->n_attrs == 0)
		return;
	for (size_t i = 0; i < sizeof url_attrs / sizeof *url_attrs; i++)
		if (strcmp(t->name, url_attrs[i].tag) == 0)
			add_link(h, url_attrs[i].source,
			         attr_value(t, url_attrs[i].attr));
	if (strcmp(t->name, "meta") == 0)
		add_refresh(h, t);
	if (is_anchor && h->links.n > before)
		h->open_anchor = (int)h->links.n - 1;
}

/* ---- elements ---- */

/* The white space around elements that rules written for SpamAssassin count
 * on: a paragraph (two lines), a line, or a space. */
static const struct spacing {
	const char *tag;
	unsigned lines; /* 0: a space */
} spacings[] = {
	{ "br", 1 },         { "div", 1 },       { "p", 2 },   { "td", 0 },
	{ "li", 0 },         { "th", 0 },        { "dt", 0 },  { "dd", 0 },
	{ "h1", 0 },         { "h2", 0 },        { "h3", 0 },  { "h4", 0 },
	{ "h5", 0 },         { "h6", 0 },        { "hr", 2 },  { "embed", 0 },
	{ "blockquote", 2 }, { "pre", 2 },       { "xmp", 2 }, { "title", 2 },
	{ "listing", 2 },    { "plaintext", 2 },
};

static void
space_around(struct html *h, const char *name)
{
	for (size_t i = 0; i < sizeof spacings / sizeof *spacings; i++) {
		if (strcmp(name, spacings[i].tag) != 0)
			continue;
		if (spacings[i].lines)
			put_break(h, spacings[i].lines);
		else
			put_blank(h);
		return;
	}
}

/* Skips to the end tag of an element whose content is no markup and is not
 * shown (13.2.5.4, "raw text"). Without an end tag nothing more follows. */
static void
skip_raw_text(struct html *h, const char *name)
{
	struct sv wanted = sv_str(name);

	while (h->p < h->end) {
		const char *lt = memchr(h->p, '<', (size_t)(h->end - h->p));
		struct sv rest;

		if (!lt) {
			h->p = h->end;
			return;
		}
		rest = sv_make(lt, (size_t)(h->end - lt));
		h->p = lt + 1;
		if (rest.n > 2 + wanted.n && rest.p[1] == '/' &&
		    sv_istarts(sv_from(rest, 2), wanted) &&
		    !is_letter(rest.p[2 + wanted.n])) {
			h->p = lt;
			return;
		}
	}
}

static void
element(struct html *h, const struct tag *t)
{
	add_links(h, t);
	space_around(h, t->name);
	if (!t->is_end &&
	    (strcmp(t->name, "script") == 0 || strcmp(t->name, "style") == 0))
		skip_raw_text(h, t->name);
}

/* "<!--...-->", "<!doctype ...>" and what is read as a comment. */
static void
skip_markup(struct html *h)
{
	struct sv rest = sv_make(h->p, (size_t)(h->end - h->p));
	size_t at;

	if (sv_starts(rest, SV("<!--"))) {
		/* From "--" on, as "<!-->" is a whole one (13.2.5.43). */
		at = sv_find(sv_from(rest, 2), SV("-->"));
		at = at == SV_NOT_FOUND ? at : at + 5;
	} else {
		at = sv_find_char(rest, '>');
		at = at == SV_NOT_FOUND ? at : at + 1;
	}
	h->p = at == SV_NOT_FOUND ? h->end : h->p + at;
}

/* At a "<" (13.2.5.6, tag open state). */
static void
read_markup(struct html *h, struct tag *t)
{
	size_t left = (size_t)(h->end - h->p);
	char next = left > 1 ? h->p[1] : '\0';

	t->is_end = next == '/';
	if (t->is_end && left > 2 && is_letter(h->p[2])) {
		h->p += 2;
		if (read_tag(h, t))
			element(h, t);
	} else if (is_letter(next)) {
		h->p++;
		if (read_tag(h, t))
			element(h, t);
	} else if (next == '!' || next == '?' || (t->is_end && left > 2)) {
		skip_markup(h);
	} else {
		put(h, h->p++, 1);
	}
}

void
html_render(struct reader *r, int part, struct sv html)
{
	struct html h = { .r = r,
		          .p = html.p,
		          .end = html.p + html.n,
		          .after_break = true,
		          .open_anchor = -1 };
	struct sv rendered;
	struct tag tag;

	buf_reset(&r->scratch);
	r->scratch.max = html.n + 1;
	h.out = buf_room(&r->scratch, html.n + 1);
	while (h.p < h.end) {
		read_text(&h);
		if (h.p < h.end)
			read_markup(&h, &tag);
	}
	end_anchor(&h);
	rendered = arena_dup(r->arena, sv_make(h.out, h.n));
	r->m->parts[part].rendered = rendered;
	for (size_t i = 0; i < h.links.n; i++) {
		const struct link *l = &h.links.list[i];

		url_add(r, part, l->source, "", l->raw,
		        sv_trim(sv_sub(rendered, l->from, l->to)));
	}
	VEC_DONE(&h.links);
}
