/* SPDX-License-Identifier: Apache-2.0 */
#include "message/html_link.h"

#include "message/html_look.h"
#include "message/url.h"

enum {
	DATA_BYTES_MAX = 256,  /* of a data: URL that is a link */
	TEXT_BYTES_MAX = 1000, /* of the alt text of an image */
	PIXELS_MAX = 100000,
};

void
html_links_init(struct html_links *l, struct reader *r,
                struct message_html *facts)
{
	*l = (struct html_links){ .r = r, .facts = facts, .base = SV("") };
	buf_init(&l->value, (size_t)2 * URL_BYTES_MAX);
}

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

/* The value of an attribute in the arena, without the tabs and line ends
 * that clients take out of addresses. */
static struct sv
url_value(struct html_links *l, struct sv value)
{
	struct sv copy;
	char *p;
	size_t n = 0;

	value = sv_sub(sv_trim(value), 0, URL_BYTES_MAX);
	copy = arena_dup(l->r->arena, html_attr_decode(value, &l->value));
	p = (char *)(uintptr_t)copy.p;
	for (size_t i = 0; i < copy.n; i++)
		if (p[i] != '\t' && p[i] != '\n' && p[i] != '\r' && p[i])
			p[n++] = p[i];
	return without_curly_quotes(sv_trim(sv_make(p, n)));
}

static bool
is_data(struct sv value)
{
	return sv_istarts(sv_trim(value), SV("data:"));
}

/* An image that is its own address is no address. */
static struct html_link *
add(struct html_links *l, enum message_url_source source, struct sv value,
    size_t at)
{
	size_t most = (size_t)l->r->limits->urls_max * 4;
	struct html_link *link;

	if (is_data(value)) {
		if (source == URL_IMAGE)
			return NULL;
		value = sv_sub(sv_trim(value), 0, DATA_BYTES_MAX);
	}
	if (l->list.n >= most) {
		reader_limit(l->r, LIMIT_URLS);
		return NULL;
	}
	value = url_value(l, value);
	if (value.n == 0)
		return NULL;
	link = VEC_ADD(&l->list);
	*link = (struct html_link){ value, SV(""), source, at, at };
	return link;
}

static struct sv
alt_text(struct html_links *l, const struct html_token *t)
{
	struct sv alt = html_token_attr(t, AT_ALT);

	alt = sv_trim(sv_sub(alt, 0, TEXT_BYTES_MAX));
	return alt.n ? arena_dup(l->r->arena, html_attr_decode(alt, &l->value))
	             : SV("");
}

/* "120", "120px"; -1 when it is not stated. */
static long
pixels(struct sv value)
{
	long n = 0;
	size_t i;

	value = sv_trim(value);
	for (i = 0; i < value.n && value.p[i] >= '0' && value.p[i] <= '9'; i++)
		if (n < PIXELS_MAX)
			n = n * 10 + (value.p[i] - '0');
	return i == 0 || (i < value.n && value.p[i] == '%') ? -1 : n;
}

static void
count_image(struct message_html *facts, const struct html_token *t)
{
	long width = pixels(html_token_attr(t, AT_WIDTH));
	long height = pixels(html_token_attr(t, AT_HEIGHT));

	facts->n_images++;
	if (is_data(html_token_attr(t, AT_SRC)))
		facts->n_data_images++;
	if (width < 0 || height < 0)
		return;
	facts->image_area_px += (uint64_t)width * (uint64_t)height;
	if (width <= 2 && height <= 2)
		facts->n_tiny_images++;
}

/* <meta http-equiv=refresh content="0; url=..."> */
static void
add_refresh(struct html_links *l, const struct html_token *t, size_t at)
{
	struct sv content = html_token_attr(t, AT_CONTENT);
	size_t url = sv_ifind(content, SV("url="));

	if (!sv_ieq_str(sv_trim(html_token_attr(t, AT_HTTP_EQUIV)),
	                "refresh") ||
	    url == SV_NOT_FOUND)
		return;
	content = sv_trim(sv_from(content, url + 4));
	if (content.n && (content.p[0] == '"' || content.p[0] == '\''))
		content =
		    sv_sub(content, 1,
		           1 + sv_find_char(sv_from(content, 1), content.p[0]));
	add(l, URL_LINK, content, at);
}

/* srcset="a.png 1x, b.png 2x" */
static void
add_srcset(struct html_links *l, struct sv value, size_t at)
{
	struct sv item;

	while (sv_word(&value, &item))
		if (sv_find_char(item, '/') != SV_NOT_FOUND)
			add(l, URL_IMAGE, item, at);
}

/* Which attribute of which element holds an address. */
static const struct url_attr {
	enum html_element element;
	enum html_attr attr;
	enum message_url_source source;
} url_attrs[] = {
	{ EL_A, AT_HREF, URL_LINK },
	{ EL_A, AT_DATA_SAFEREDIRECTURL, URL_LINK },
	{ EL_AREA, AT_HREF, URL_LINK },
	{ EL_LINK, AT_HREF, URL_LINK },
	{ EL_BASE, AT_HREF, URL_LINK },
	{ EL_IMG, AT_SRC, URL_IMAGE },
	{ EL_IMG, AT_LOWSRC, URL_IMAGE },
	{ EL_IMG, AT_DYNSRC, URL_IMAGE },
	{ EL_IMAGE, AT_SRC, URL_IMAGE },
	{ EL_IMAGE, AT_XLINK_HREF, URL_IMAGE },
	{ EL_INPUT, AT_SRC, URL_IMAGE },
	{ EL_INPUT, AT_FORMACTION, URL_FORM },
	{ EL_BUTTON, AT_FORMACTION, URL_FORM },
	{ EL_FORM, AT_ACTION, URL_FORM },
	{ EL_IFRAME, AT_SRC, URL_LINK },
	{ EL_FRAME, AT_SRC, URL_LINK },
	{ EL_EMBED, AT_SRC, URL_LINK },
	{ EL_OBJECT, AT_DATA, URL_LINK },
	{ EL_OBJECT, AT_CODEBASE, URL_LINK },
	{ EL_APPLET, AT_CODEBASE, URL_LINK },
	{ EL_SCRIPT, AT_SRC, URL_LINK },
	{ EL_AUDIO, AT_SRC, URL_LINK },
	{ EL_VIDEO, AT_SRC, URL_LINK },
	{ EL_VIDEO, AT_POSTER, URL_IMAGE },
	{ EL_SOURCE, AT_SRC, URL_LINK },
	{ EL_BGSOUND, AT_SRC, URL_LINK },
	{ EL_BODY, AT_BACKGROUND, URL_IMAGE },
	{ EL_TABLE, AT_BACKGROUND, URL_IMAGE },
	{ EL_TR, AT_BACKGROUND, URL_IMAGE },
	{ EL_TD, AT_BACKGROUND, URL_IMAGE },
	{ EL_TH, AT_BACKGROUND, URL_IMAGE },
};

static void
add_attrs(struct html_links *l, const struct html_token *t, size_t at)
{
	static const uint64_t attrs =
	    1ULL << AT_HREF | 1ULL << AT_DATA_SAFEREDIRECTURL | 1ULL << AT_SRC |
	    1ULL << AT_LOWSRC | 1ULL << AT_DYNSRC | 1ULL << AT_XLINK_HREF |
	    1ULL << AT_FORMACTION | 1ULL << AT_ACTION | 1ULL << AT_DATA |
	    1ULL << AT_CODEBASE | 1ULL << AT_POSTER | 1ULL << AT_BACKGROUND;

	if ((t->has_attrs & attrs) == 0)
		return;
	for (size_t i = 0; i < sizeof url_attrs / sizeof *url_attrs; i++) {
		const struct url_attr *row = &url_attrs[i];
		struct html_link *link;

		if (row->element != t->element || !html_token_has(t, row->attr))
			continue;
		link = add(l, row->source, t->attrs[row->attr], at);
		if (link && row->source == URL_IMAGE &&
		    html_token_has(t, AT_ALT))
			link->text = alt_text(l, t);
		if (link && t->element == EL_BASE && l->base.n == 0)
			l->base = link->raw;
	}
}

static void
end_anchor(struct html_links *l, size_t at)
{
	if (l->open)
		l->list.list[l->open - 1].to = at;
	l->open = 0;
}

void
html_links_start(struct html_links *l, const struct html_token *t, size_t at)
{
	size_t before = l->list.n;

	if (t->element == EL_A)
		end_anchor(l, at);
	if (t->has_attrs == 0)
		return;
	add_attrs(l, t, at);
	if (t->element == EL_A && html_token_has(t, AT_HREF)) {
		l->facts->n_links++;
		l->open = l->list.n > before ? before + 1 : 0;
	} else if (t->element == EL_IMG && html_token_has(t, AT_SRC)) {
		count_image(l->facts, t);
	} else if (t->element == EL_META) {
		add_refresh(l, t, at);
	}
	if (t->element == EL_IMG || t->element == EL_SOURCE)
		add_srcset(l, html_token_attr(t, AT_SRCSET), at);
}

void
html_links_end(struct html_links *l, const struct html_token *t, size_t at)
{
	if (t->element == EL_A)
		end_anchor(l, at);
}

void
html_links_background(struct html_links *l, struct sv url)
{
	add(l, URL_IMAGE, url, 0);
}

void
html_links_done(struct html_links *l, int part, struct sv rendered)
{
	end_anchor(l, rendered.n);
	l->r->base = l->base;
	for (size_t i = 0; i < l->list.n; i++) {
		const struct html_link *link = &l->list.list[i];
		struct sv anchor = sv_sub(rendered, link->from, link->to);

		url_add(l->r, part, link->source, "", link->raw,
		        link->text.n ? link->text : sv_trim(anchor));
	}
	l->r->base = SV("");
	VEC_DONE(&l->list);
	buf_done(&l->value);
}
