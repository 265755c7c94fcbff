/* SPDX-License-Identifier: Apache-2.0 */
/* URIs in the tags of a page, resolved as SpamAssassin does it (after a draft
 * of RFC 3986): without a base most stay as they are. */
#include "message/uri.h"

#include "message/html_look.h"

enum { TAGS_MAX = 20000 };

/* ---- relative references ---- */

/* SV_NONE is what is not there. */
struct pieces {
	struct sv scheme, authority, path, query, fragment;
};

enum { COLON = 1, SLASH = 2, QUERY = 4, FRAGMENT = 8 };

static const unsigned char ends[256] = {
	[':'] = COLON,
	['/'] = SLASH,
	['?'] = QUERY,
	['#'] = FRAGMENT,
};

/* Up to the first byte of these kinds. */
static struct sv
take(struct sv *s, unsigned kinds)
{
	struct sv piece = *s;
	size_t n = 0;

	while (n < s->n && !(ends[(unsigned char)s->p[n]] & kinds))
		n++;
	piece.n = n;
	*s = sv_from(*s, n);
	return piece;
}

static void
split(struct sv uri, struct pieces *ret)
{
	struct sv rest = uri,
		  scheme = take(&rest, COLON | SLASH | QUERY | FRAGMENT);

	*ret = (struct pieces){ 0 };
	if (scheme.n && rest.n && rest.p[0] == ':') {
		ret->scheme = scheme;
		rest = sv_from(rest, 1);
	} else {
		rest = uri;
	}
	if (sv_starts(rest, SV("//"))) {
		rest = sv_from(rest, 2);
		ret->authority = take(&rest, SLASH | QUERY | FRAGMENT);
	}
	ret->path = take(&rest, QUERY | FRAGMENT);
	if (rest.n && rest.p[0] == '?') {
		rest = sv_from(rest, 1);
		ret->query = take(&rest, FRAGMENT);
	}
	if (rest.n)
		ret->fragment = sv_from(rest, 1);
}

/* Whether the path goes on with that segment. */
static bool
is_segment(struct sv path, const char *segment)
{
	size_t n = strlen(segment);

	return sv_starts(path, sv_str(segment)) &&
	       (path.n == n || path.p[n] == '/');
}

static struct sv
without_dots(struct arena *a, struct sv path)
{
	char *out;
	size_t n = 0, width;

	if (sv_find(path, SV("./")) == SV_NOT_FOUND &&
	    !sv_iends(path, SV("/.")) && !sv_iends(path, SV("/..")))
		return path;
	out = arena_alloc(a, path.n + 1);
	if (sv_starts(path, SV("./")))
		path = sv_from(path, 1);
	else if (sv_starts(path, SV("../")))
		path = sv_from(path, 2);
	for (; path.n; path = sv_from(path, width)) {
		bool up = is_segment(path, "/..");

		if (up || is_segment(path, "/.")) {
			width = up ? 3 : 2;
			while (up && n > 0 && out[--n] != '/')
				;
			if (path.n == width)
				out[n++] = '/';
			continue;
		}
		width = path.p[0] == '/';
		while (width < path.n && path.p[width] != '/')
			width++;
		memcpy(out + n, path.p, width);
		n += width;
	}
	return sv_make(out, n);
}

static struct sv
merge(struct arena *a, const struct pieces *base, struct sv path)
{
	size_t n = base->path.n;

	if (base->authority.p && n == 0)
		return ARENA_JOIN(a, SV("/"), path);
	while (n > 0 && base->path.p[n - 1] != '/')
		n--;
	return n == 0 ? path : ARENA_JOIN(a, sv_sub(base->path, 0, n), path);
}

/* "www.", "www2.": what is no scheme, and yet says one. */
static const char *
scheme_of(struct sv authority, const char *name)
{
	size_t n = strlen(name);

	if (!sv_istarts(authority, sv_str(name)))
		return NULL;
	while (n < authority.n && sv_is_digit(authority.p[n]))
		n++;
	return n < authority.n && authority.p[n] == '.' ? name : NULL;
}

static struct sv
compose(struct arena *a, const struct pieces *t)
{
	struct sv colon = t->scheme.n ? SV(":") : SV("");

	if (!t->scheme.n && t->authority.p && scheme_of(t->authority, "www"))
		colon = SV("http:");
	else if (!t->scheme.n && t->authority.p &&
	         scheme_of(t->authority, "ftp"))
		colon = SV("ftp:");
	return ARENA_JOIN(a, t->scheme, colon,
	                  t->authority.p ? SV("//") : SV(""), t->authority,
	                  t->path, t->query.p ? SV("?") : SV(""), t->query,
	                  t->fragment.p ? SV("#") : SV(""), t->fragment);
}

/* What the reference means on a page with that base, or with none (""). */
static struct sv
resolve(struct arena *a, struct sv base_uri, struct sv ref)
{
	struct pieces base, t;
	struct sv path;

	split(base_uri, &base);
	split(ref, &t);
	if (t.scheme.p && base.scheme.p && sv_eq(t.scheme, base.scheme))
		t.scheme = SV_NONE;
	if (!t.scheme.p) {
		if (!t.authority.p) {
			if (t.path.n == 0) {
				t.path = base.path;
				if (!t.query.p)
					t.query = base.query;
			} else if (t.path.p[0] != '/') {
				t.path = merge(a, &base, t.path);
			}
			t.authority = base.authority;
		}
		t.scheme = base.scheme;
	}
	path = without_dots(a, t.path);
	if (!base_uri.n && path.p == t.path.p && (t.scheme.p || !t.authority.p))
		return ref;
	t.path = path;
	return compose(a, &t);
}

/* What <base href> makes of its address: a folder. */
static struct sv
base_of(struct arena *a, struct sv uri)
{
	size_t start = 0, slash, dot;

	if (sv_istarts(uri, SV("http:")) || sv_istarts(uri, SV("https:")) ||
	    sv_istarts(uri, SV("ftp:")))
		start = sv_find_char(uri, ':') + 1;
	if (start == 0)
		return SV_NONE;
	while (start < uri.n && uri.p[start] == '/')
		start++;
	/* A name with an extension is that of the page. */
	for (slash = uri.n; slash > start && uri.p[slash - 1] != '/';)
		slash--;
	dot = sv_find_char(sv_from(uri, slash), '.');
	if (slash > start + 1 && dot != SV_NOT_FOUND && dot > 0 &&
	    uri.n - slash - dot > 2 && uri.n - slash - dot < 6 &&
	    sv_find_char(sv_from(uri, slash + dot + 1), '.') == SV_NOT_FOUND)
		uri = sv_sub(uri, 0, slash);
	if (uri.p[uri.n - 1] == '/')
		return uri;
	return ARENA_JOIN(a, uri, SV("/"));
}

/* ---- tags ---- */

struct uri_page *
uri_page_begin(struct reader *r)
{
	struct uri_page *p = ARENA_NEW(r->arena, struct uri_page);
	struct uri_page **last = &r->uri_pages;

	p->arena = r->arena;
	buf_init(&p->value, (size_t)2 * URI_BYTES_MAX);
	while (*last)
		last = &(*last)->next;
	return *last = p;
}

static struct sv
decoded(struct uri_page *p, struct sv value)
{
	static const char *const around[] = { "\xc2\xa0", "\xe2\x80\x9c",
		                              "\xe2\x80\x9d", "\xef\xbb\xbf" };

	value = sv_sub(sv_trim(value), 0, URI_BYTES_MAX);
	value = sv_trim(html_attr_decode(value, &p->value));
	for (size_t i = 0; i < sizeof around / sizeof *around; i++) {
		size_t n = strlen(around[i]);

		while (sv_starts(value, sv_str(around[i])))
			value = sv_trim(sv_from(value, n));
		while (sv_iends(value, sv_str(around[i])))
			value = sv_trim(sv_sub(value, 0, value.n - n));
	}
	return arena_dup(p->arena, value);
}

static void
add_tag(struct uri_page *p, struct sv value, unsigned type, size_t at)
{
	if (p->tags.n < TAGS_MAX)
		*VEC_ADD(&p->tags) =
		    (struct uri_tag){ decoded(p, value), type, at, at };
}

/* <meta http-equiv=refresh content="0; url=..."> */
static void
add_refresh(struct uri_page *p, const struct html_token *t)
{
	struct sv content = html_token_attr(t, AT_CONTENT), rest = content;
	size_t at, end;

	if (sv_ifind(html_token_attr(t, AT_HTTP_EQUIV), SV("refresh")) ==
	    SV_NOT_FOUND)
		return;
	while ((at = sv_ifind(rest, SV("url"))) != SV_NOT_FOUND) {
		struct sv value = sv_trim(sv_from(rest, at + 3));

		rest = sv_from(rest, at + 3);
		if (value.n == 0 || value.p[0] != '=')
			continue;
		value = sv_trim(sv_from(value, 1));
		end = sv_find_char(value, ';');
		add_tag(p, sv_sub(value, 0, end), URI_META, 0);
		return;
	}
}

/* Which attributes of which elements are looked at. */
static const struct {
	enum html_element element;
	enum html_attr attr;
	unsigned type;
} rows[] = {
	{ EL_A, AT_HREF, URI_A },
	{ EL_A, AT_DATA_SAFEREDIRECTURL, URI_A },
	{ EL_AREA, AT_HREF, URI_AREA },
	{ EL_AREA, AT_DATA_SAFEREDIRECTURL, URI_AREA },
	{ EL_LINK, AT_HREF, URI_LINK },
	{ EL_LINK, AT_DATA_SAFEREDIRECTURL, URI_LINK },
	{ EL_IMG, AT_SRC, URI_IMG },
	{ EL_FRAME, AT_SRC, URI_FRAME },
	{ EL_IFRAME, AT_SRC, URI_IFRAME },
	{ EL_EMBED, AT_SRC, URI_EMBED },
	{ EL_SCRIPT, AT_SRC, URI_SCRIPT },
	{ EL_BGSOUND, AT_SRC, URI_BGSOUND },
	{ EL_FORM, AT_ACTION, URI_FORM },
	{ EL_BASE, AT_HREF, URI_BASE },
	{ EL_BODY, AT_BACKGROUND, URI_BODY },
	{ EL_TABLE, AT_BACKGROUND, URI_TABLE },
	{ EL_TR, AT_BACKGROUND, URI_TR },
	{ EL_TD, AT_BACKGROUND, URI_TD },
};

static void
end_anchor_text(struct uri_page *p, size_t at)
{
	if (p->anchor && p->open)
		p->tags.list[p->anchor - 1].to = at;
}

void
uri_page_start(struct uri_page *p, const struct html_token *t, size_t at)
{
	static const uint64_t attrs = 1ULL << AT_HREF | 1ULL << AT_SRC |
	                              1ULL << AT_DATA_SAFEREDIRECTURL |
	                              1ULL << AT_ACTION | 1ULL << AT_BACKGROUND;

	if (t->element == EL_A) {
		size_t before = p->tags.n;

		end_anchor_text(p, at);
		p->open++;
		add_tag(p, html_token_attr(t, AT_HREF), 0, at);
		p->anchor = p->tags.n > before ? p->tags.n : 0;
	} else if (t->element == EL_META) {
		add_refresh(p, t);
	}
	if ((t->has_attrs & attrs) == 0)
		return;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].element == t->element &&
		    html_token_has(t, rows[i].attr))
			add_tag(p, t->attrs[rows[i].attr], rows[i].type, at);
}

void
uri_page_end(struct uri_page *p, const struct html_token *t, size_t at)
{
	if (t->element != EL_A || p->open == 0)
		return;
	if (p->open == 1)
		end_anchor_text(p, at);
	p->open--;
}

void
uri_page_done(struct uri_page *p, struct sv rendered)
{
	end_anchor_text(p, rendered.n);
	p->rendered = rendered;
	buf_done(&p->value);
}

/* ---- adding ---- */

static bool
is_absolute(struct sv uri)
{
	if (sv_lower_char(uri.p[0]) == 'h')
		return false; /* most of all */
	return sv_istarts(uri, SV("data:")) || sv_istarts(uri, SV("mailto:")) ||
	       sv_istarts(uri, SV("file:")) || sv_istarts(uri, SV("cid:")) ||
	       sv_istarts(uri, SV("tel:"));
}

static void
add_page(struct reader *r, struct uri_page *p)
{
	struct sv base = SV("");

	for (size_t i = 0; i < p->tags.n; i++) {
		const struct uri_tag *tag = &p->tags.list[i];
		struct sv uri = tag->value, next;

		if (tag->type == 0 || uri.n == 0)
			continue;
		if (!is_absolute(uri))
			uri = resolve(r->arena, base, uri);
		if (uri.n)
			uri_add(r, uri, tag->type, false);
		if (tag->type == URI_BASE) {
			next = base_of(r->arena, tag->value);
			base = next.p ? next : base;
		}
	}
	for (size_t i = 0; i < p->tags.n; i++) {
		const struct uri_tag *tag = &p->tags.list[i];

		if (tag->type)
			continue;
		uri_add(r, tag->value, 0, false);
		uri_add_anchor(r, tag->value,
		               sv_sub(p->rendered, tag->from, tag->to));
	}
}

void
uri_pages_add(struct reader *r)
{
	for (struct uri_page *p = r->uri_pages; p; p = p->next) {
		add_page(r, p);
		VEC_DONE(&p->tags);
	}
}
