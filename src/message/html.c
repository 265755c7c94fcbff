/* SPDX-License-Identifier: Apache-2.0 */
#include "message/html.h"

#include "message/entity.h"
#include "message/html_link.h"
#include "message/html_stack.h"
#include "message/uri.h"

enum { HIDDEN_SPANS_MAX = 256 };

/* The output is made of pieces: the text between two tags, and the white
 * space of a tag. A piece of seen text loses the blank beside white space of a
 * tag; whatever else meets stays, until paragraphs are made of it. */
enum piece { PIECE_NONE, PIECE_TEXT, PIECE_HIDDEN, PIECE_SPACE };

struct html {
	struct reader *r;
	char *out; /* room for all that can come */
	size_t n;
	enum piece last;  /* the last piece of the output, */
	size_t piece;     /* and where it begins */
	bool drops_blank; /* when it is text: that it begins with */
	bool is_apart;    /* a word that comes must not join the last one */
	struct message_html *facts;
	struct html_links links;
	struct uri_page *page;
	struct html_styles styles;
	struct html_stack stack;
	VEC(struct message_hidden) hidden;
	bool seen_since;    /* text that is seen follows the last span */
	bool is_for_screen; /* the <style> that is open */
};

/* ---- text ---- */

enum { PLAIN, BLANK, SPECIAL };

static const unsigned char char_class[256] = {
	['\t'] = BLANK,   ['\n'] = BLANK,  ['\v'] = BLANK,
	['\f'] = BLANK,   ['\r'] = BLANK,  [' '] = BLANK,
	['\0'] = SPECIAL, ['&'] = SPECIAL, [0xe2] = SPECIAL,
};

static void
put(struct html *h, const char *p, size_t n)
{
	if (h->is_apart && h->n == h->piece)
		h->out[h->n++] = ' ';
	h->is_apart = false;
	memcpy(h->out + h->n, p, n);
	h->n += n;
}

/* Blanks within a piece are one; the first may be none. */
static void
put_blank(struct html *h)
{
	if (h->n > h->piece ? h->out[h->n - 1] == ' ' : h->drops_blank)
		return;
	h->out[h->n++] = ' ';
	h->is_apart = false;
}

static void
begin_text(struct html *h, bool is_seen)
{
	h->drops_blank = is_seen && h->last == PIECE_SPACE;
	h->last = is_seen ? PIECE_TEXT : PIECE_HIDDEN;
	h->piece = h->n;
}

/* The white space of a tag. */
static void
put_space(struct html *h, const char *space)
{
	if (h->last == PIECE_TEXT && h->n > h->piece && h->out[h->n - 1] == ' ')
		h->n--;
	h->last = PIECE_SPACE;
	h->piece = h->n;
	while (*space)
		h->out[h->n++] = *space++;
	h->is_apart = false;
}

/* What cannot be copied as it is; returns how many bytes it is, 1 or more. */
static size_t
put_special(struct html *h, struct sv rest, bool is_raw)
{
	char text[ENTITY_BYTES_MAX];
	size_t used, n;

	if (rest.p[0] == '\0')
		return 1; /* ignored: WHATWG 13.2.6.4.7 */
	if (sv_starts(rest, SV("\xe2\x80\x9c")) ||
	    sv_starts(rest, SV("\xe2\x80\x9d"))) {
		put(h, "\"", 1); /* as SpamAssassin shows it to rules */
		return 3;
	}
	if (rest.p[0] == '&' && !is_raw &&
	    (used = entity_decode(rest, false, text, &n)) > 0) {
		if (sv_starts(rest, SV("&nbsp;")) ||
		    (n == 1 && sv_is_space(text[0])))
			put_blank(h);
		else
			put(h, text, n);
		return used;
	}
	put(h, rest.p, 1);
	return 1;
}

static void
put_text(struct html *h, struct sv s, bool is_raw)
{
	const char *p = s.p, *end = s.p + s.n;

	while (p < end) {
		const char *start = p;

		/* A lone space between words is as good as they are. */
		while (p < end && (char_class[(unsigned char)*p] == PLAIN ||
		                   (*p == ' ' && p > start && p + 1 < end &&
		                    char_class[(unsigned char)p[1]] == PLAIN)))
			p++;
		if (p > start)
			put(h, start, (size_t)(p - start));
		if (p == end)
			break;
		if (char_class[(unsigned char)*p] == BLANK) {
			put_blank(h);
			while (p < end &&
			       char_class[(unsigned char)*p] == BLANK)
				p++;
		} else {
			p += put_special(h, sv_make(p, (size_t)(end - p)),
			                 is_raw);
		}
	}
}

/* ---- what is hidden ---- */

/* The text from `from` on has come, with one look. */
static void
note_hidden(struct html *h, size_t from)
{
	enum message_hidden_reason reason = html_stack_hidden(&h->stack);
	struct message_hidden *last =
	    h->hidden.n ? &h->hidden.list[h->hidden.n - 1] : NULL;
	size_t to = h->n;

	while (from < to && h->out[from] == ' ')
		from++;
	while (to > from && h->out[to - 1] == ' ')
		to--;
	if (from == to)
		return;
	if (reason == HIDDEN_NOT) {
		h->seen_since = true;
		return;
	}
	if (last && last->reason == reason && !h->seen_since) {
		from = last->to;
		last->to = to;
	} else if (h->hidden.n < HIDDEN_SPANS_MAX) {
		*VEC_ADD(&h->hidden) =
		    (struct message_hidden){ from, to, reason };
		h->seen_since = false;
	} else {
		h->seen_since = true; /* the last span is not this one's */
	}
	h->facts->hidden_bytes[reason] += to - from;
}

/* ---- tokens ---- */

static void
space_around(struct html *h, enum html_element element)
{
	switch (html_elements[element].spacing) {
	case SPACE_APART:
		h->is_apart = h->n && !sv_is_space(h->out[h->n - 1]);
		break;
	case SPACE_BLANK:
		put_space(h, " ");
		break;
	case SPACE_LINE:
		put_space(h, "\n");
		break;
	case SPACE_PARAGRAPH:
		put_space(h, "\n\n");
		break;
	}
}

static void
read_style(struct html *h, struct sv css)
{
	h->facts->style_bytes += css.n;
	if (h->is_for_screen)
		css_sheet_read(&h->styles.sheet, css);
}

/* Whether the text that comes stands directly in such an element. */
static bool
is_open(const struct html *h, enum html_element element)
{
	return h->stack.open[h->stack.n - 1].element == element;
}

static void
text(struct html *h, const struct html_token *t)
{
	size_t from = h->n;

	switch (t->in) {
	case EL_SCRIPT:
		h->facts->script_bytes += t->text.n;
		return;
	case EL_STYLE:
		read_style(h, t->text);
		return;
	default:
		break;
	}
	/* In SVG these two hold text with markup; nobody is shown it either. */
	if (is_open(h, EL_STYLE) || is_open(h, EL_SCRIPT))
		return;
	begin_text(h, true);
	put_text(h, t->text, t->is_raw);
	note_hidden(h, from);
	if (t->in == EL_TITLE && h->facts->title.n == 0)
		h->facts->title = arena_dup(
		    h->r->arena, sv_trim(sv_make(h->out + from, h->n - from)));
}

static bool
is_for_screen(struct sv media)
{
	return media.n == 0 || sv_ifind(media, SV("all")) != SV_NOT_FOUND ||
	       (sv_ifind(media, SV("screen")) != SV_NOT_FOUND &&
	        sv_find_char(media, '(') == SV_NOT_FOUND);
}

static void
start_tag(struct html *h, const struct html_token *t)
{
	struct css_style style;
	struct sv background = html_style_of(&h->styles, t, &style);

	html_links_start(&h->links, t, h->n);
	uri_page_start(h->page, t, h->n);
	if (background.n)
		html_links_background(&h->links, background);
	space_around(h, t->element);
	html_stack_start(&h->stack, t, &style);
	switch (t->element) {
	case EL_FORM:
		h->facts->n_forms++;
		break;
	case EL_SCRIPT:
		h->facts->n_scripts++;
		break;
	case EL_STYLE:
		h->is_for_screen = is_for_screen(html_token_attr(t, AT_MEDIA));
		break;
	default:
		break;
	}
}

static void
take(struct html *h, const struct html_token *t)
{
	switch (t->kind) {
	case TOKEN_TEXT:
		text(h, t);
		break;
	case TOKEN_START:
		start_tag(h, t);
		break;
	case TOKEN_END:
		html_links_end(&h->links, t, h->n);
		uri_page_end(h->page, t, h->n);
		space_around(h, t->element);
		html_stack_end(&h->stack, t);
		break;
	case TOKEN_COMMENT:
		if (sv_starts(t->source, SV("<!--")))
			h->facts->comment_bytes += t->source.n;
		break;
	}
}

/* ---- the whole ---- */

static void
begin(struct html *h, struct reader *r, struct sv html)
{
	size_t most = html.n + html.n / ENTITY_GROWTH + ENTITY_BYTES_MAX;

	h->r = r;
	h->n = 0;
	h->last = PIECE_NONE;
	h->piece = 0;
	h->is_apart = false;
	h->seen_since = false;
	h->is_for_screen = false;
	h->hidden.list = NULL;
	h->hidden.n = h->hidden.size = 0;
	buf_reset(&r->scratch);
	r->scratch.max = most;
	h->out = buf_room(&r->scratch, most);
	h->facts = ARENA_NEW(r->arena, struct message_html);
	html_links_init(&h->links, r, h->facts);
	h->page = uri_page_begin(r);
	html_styles_init(&h->styles, r->arena);
	html_stack_init(&h->stack);
}

static void
end(struct html *h, int part)
{
	struct message_part *p = &h->r->m->parts[part];
	size_t bytes = h->hidden.n * sizeof *h->hidden.list;

	p->rendered = arena_dup(h->r->arena, sv_make(h->out, h->n));
	p->html = h->facts;
	if (bytes)
		h->facts->hidden =
		    arena_grow(h->r->arena, h->hidden.list, bytes, bytes);
	h->facts->n_hidden = h->hidden.n;
	html_links_done(&h->links, part, p->rendered);
	uri_page_done(h->page, p->rendered);
	html_styles_done(&h->styles);
	VEC_DONE(&h->hidden);
}

void
html_render(struct reader *r, int part, struct sv html)
{
	struct html h;
	struct html_tokens tokens;
	struct html_token token;

	begin(&h, r, html);
	html_tokens_init(&tokens, html);
	while (html_tokens_next(&tokens, &token))
		take(&h, &token);
	if (tokens.no_title_ends)
		space_around(&h, EL_TITLE); /* ends it after all */
	end(&h, part);
}

void
message_hidden_sum(const struct message *m, struct message_hidden_sum *ret)
{
	*ret = (struct message_hidden_sum){ 0 };
	for (size_t i = 0; i < m->n_parts; i++) {
		const struct message_html *html = m->parts[i].html;

		if (!html)
			continue;
		ret->of += m->parts[i].rendered.n;
		for (int reason = 0; reason < HIDDEN_COUNT; reason++) {
			ret->by_reason[reason] += html->hidden_bytes[reason];
			ret->bytes += html->hidden_bytes[reason];
		}
	}
}
