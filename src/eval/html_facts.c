/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/html_facts.h"

#include "base/utf8.h"
#include "eval/html_font.h"
#include "message/entity.h"
#include "message/html_token.h"

enum {
	URI_BYTES_MAX = 8192,
	TEXT_BYTES_MAX = 1 << 20, /* of one anchor or title */
	IMAGE_SIDE_DEFAULT = 200,
	PERCENT_OF_WIDTH = 8, /* pixels that one is taken for */
	PERCENT_OF_HEIGHT = 6,
};

enum tag_flag {
	SEEN = 1,
	KNOWN = 2,      /* looked at */
	IS_ELEMENT = 4, /* of HTML 4, or nearly */
	ELEMENT = KNOWN | IS_ELEMENT,
	SPACE = 8,  /* stands for white space */
	STYLE = 16, /* may change how text looks */
};

/* ---- tags ---- */

static const unsigned char element_flags[EL_COUNT] = {
	[EL_A] = ELEMENT | STYLE,
	[EL_ABBR] = ELEMENT,
	[EL_ACRONYM] = ELEMENT,
	[EL_ADDRESS] = ELEMENT,
	[EL_APPLET] = ELEMENT,
	[EL_AREA] = ELEMENT,
	[EL_B] = ELEMENT,
	[EL_BASE] = ELEMENT,
	[EL_BASEFONT] = ELEMENT | STYLE,
	[EL_BGSOUND] = KNOWN,
	[EL_BIG] = ELEMENT | STYLE,
	[EL_BLOCKQUOTE] = ELEMENT | SPACE,
	[EL_BODY] = ELEMENT | STYLE,
	[EL_BR] = ELEMENT | SPACE,
	[EL_BUTTON] = ELEMENT,
	[EL_CAPTION] = ELEMENT,
	[EL_CENTER] = ELEMENT,
	[EL_CODE] = ELEMENT,
	[EL_COL] = ELEMENT,
	[EL_COLGROUP] = ELEMENT,
	[EL_DD] = ELEMENT | SPACE,
	[EL_DIR] = ELEMENT,
	[EL_DIV] = ELEMENT | SPACE | STYLE,
	[EL_DL] = ELEMENT,
	[EL_DT] = ELEMENT | SPACE,
	[EL_EM] = ELEMENT,
	[EL_EMBED] = KNOWN | SPACE,
	[EL_FIELDSET] = ELEMENT,
	[EL_FONT] = ELEMENT | STYLE,
	[EL_FORM] = ELEMENT,
	[EL_FRAME] = ELEMENT,
	[EL_FRAMESET] = ELEMENT,
	[EL_H1] = ELEMENT | SPACE,
	[EL_H2] = ELEMENT | SPACE,
	[EL_H3] = ELEMENT | SPACE,
	[EL_H4] = ELEMENT | SPACE,
	[EL_H5] = ELEMENT | SPACE,
	[EL_H6] = ELEMENT | SPACE,
	[EL_HEAD] = ELEMENT,
	[EL_HR] = ELEMENT | SPACE,
	[EL_HTML] = ELEMENT,
	[EL_I] = ELEMENT,
	[EL_IFRAME] = ELEMENT,
	[EL_IMG] = ELEMENT,
	[EL_INPUT] = ELEMENT,
	[EL_LI] = ELEMENT | SPACE,
	[EL_LINK] = ELEMENT,
	[EL_LISTING] = KNOWN | SPACE,
	[EL_MENU] = ELEMENT,
	[EL_META] = ELEMENT,
	[EL_NOBR] = ELEMENT,
	[EL_NOFRAMES] = ELEMENT,
	[EL_NOSCRIPT] = ELEMENT,
	[EL_OBJECT] = ELEMENT,
	[EL_OL] = ELEMENT,
	[EL_OPTGROUP] = ELEMENT,
	[EL_OPTION] = ELEMENT,
	[EL_P] = ELEMENT | SPACE | STYLE,
	[EL_PARAM] = ELEMENT,
	[EL_PLAINTEXT] = KNOWN | SPACE,
	[EL_PRE] = ELEMENT | SPACE,
	[EL_S] = ELEMENT,
	[EL_SCRIPT] = ELEMENT,
	[EL_SELECT] = ELEMENT,
	[EL_SMALL] = ELEMENT | STYLE,
	[EL_SPAN] = ELEMENT | STYLE,
	[EL_STRIKE] = ELEMENT,
	[EL_STRONG] = ELEMENT,
	[EL_STYLE] = ELEMENT,
	[EL_SUB] = ELEMENT,
	[EL_SUP] = ELEMENT,
	[EL_TABLE] = ELEMENT | STYLE,
	[EL_TBODY] = ELEMENT,
	[EL_TD] = ELEMENT | SPACE | STYLE,
	[EL_TEXTAREA] = ELEMENT,
	[EL_TFOOT] = ELEMENT,
	[EL_TH] = ELEMENT | SPACE | STYLE,
	[EL_THEAD] = ELEMENT,
	[EL_TITLE] = ELEMENT | SPACE,
	[EL_TR] = ELEMENT | STYLE,
	[EL_TT] = ELEMENT,
	[EL_U] = ELEMENT,
	[EL_UL] = ELEMENT,
	[EL_VAR] = ELEMENT,
	[EL_XMP] = KNOWN | SPACE
};

/* More elements of HTML 4, each between blanks. */
static const char other_elements[] =
    " bdo cite del dfn ins kbd label legend map q samp isindex x-sigsep"
    " x-tab ";

enum { TAG_NAME_BYTES_MAX = 40 };

/* Of Office: "o:p" */
static bool
is_office(struct sv name)
{
	return sv_starts(name, SV("o:")) ||
	       (name.n > 4 && sv_starts(name, SV("st")) &&
	        sv_is_digit(name.p[2]) && name.p[3] == ':');
}

/* Those of a name that no element of the tokenizer has. */
static unsigned
other_flags(struct sv name)
{
	char text[TAG_NAME_BYTES_MAX + 2];
	struct sv word;

	if (is_office(name))
		return IS_ELEMENT;
	if (name.n > TAG_NAME_BYTES_MAX)
		return 0;
	text[0] = text[name.n + 1] = ' ';
	memcpy(text + 1, name.p, name.n);
	word = sv_make(text, name.n + 2);
	return sv_find(sv_str(other_elements), word) == SV_NOT_FOUND ? 0
	                                                             : ELEMENT;
}

static struct sv
lower(struct arena *a, struct sv s)
{
	struct sv copy = arena_dup(a, s);
	char *p = (char *)(uintptr_t)copy.p;

	for (size_t i = 0; i < copy.n; i++)
		p[i] = sv_lower_char(p[i]);
	return copy;
}

/* What is known of the tag's name; its flags are 0 when it is a new one. */
static struct census_item *
tag_item(struct arena *a, struct html_facts *f, const struct html_token *t,
         unsigned *ret_flags)
{
	struct census_item *item = &f->known[t->element];
	struct sv name;

	*ret_flags = SEEN | element_flags[t->element];
	if (t->element != EL_UNKNOWN)
		return item;
	name = lower(a, t->name);
	item = census_at(&f->others, name);
	*ret_flags = item->flags ? item->flags : SEEN | other_flags(name);
	return item;
}

int
html_open_tags(const struct html_facts *f, struct sv name)
{
	enum html_element element = html_element_find(name);
	const struct census_item *item = &f->known[element];

	if (element == EL_UNKNOWN)
		item = census_find(&f->others, name);
	else if (!sv_eq_str(name, html_elements[element].name))
		item = NULL; /* in capital letters */
	return item && item->flags ? item->a : -1;
}

/* ---- one part on its way ---- */

enum last { /* what the rendered text ends in */
	    LAST_NOTHING,
	    LAST_OTHER, /* space, punctuation */
	    LAST_LETTER,
};

struct html_reader {
	struct arena *arena;
	struct html_facts *f;
	struct font_stack fonts;
	struct buf anchor, title; /* texts in the making */
	bool in_title, in_anchor;
	enum last last;
	bool last_is_space; /* and it stands for a tag */
};

static bool
is_open(const struct html_reader *r, enum html_element element)
{
	return r->f->known[element].a > 0;
}

static void
add_string(struct arena *a, struct html_strings *s, struct sv text)
{
	if (s->n == HTML_STRINGS_MAX)
		return;
	if (s->n == s->size) {
		size_t size = s->size ? 2 * s->size : 8;

		s->list = arena_grow(a, s->list, s->n * sizeof *s->list,
		                     size * sizeof *s->list);
		s->size = size;
	}
	s->list[s->n++] = text;
}

/* Character references undone; "&nbsp;" is a space. */
static struct sv
decode(struct arena *a, struct sv s, bool in_attribute)
{
	char *out;
	size_t n = 0, width;

	if (sv_find_char(s, '&') == SV_NOT_FOUND)
		return s;
	out = arena_alloc(a, s.n + s.n / ENTITY_GROWTH + ENTITY_BYTES_MAX);
	for (size_t i = 0; i < s.n; i++) {
		size_t read = 0;

		if (s.p[i] == '&' && sv_starts(sv_from(s, i), SV("&nbsp;"))) {
			out[n++] = ' ';
			i += 5;
			continue;
		}
		if (s.p[i] == '&')
			read = entity_decode(sv_from(s, i), in_attribute,
			                     out + n, &width);
		if (read) {
			n += width;
			i += read - 1;
		} else {
			out[n++] = s.p[i];
		}
	}
	return sv_make(out, n);
}

static struct sv
attr(const struct html_reader *r, const struct html_token *t,
     enum html_attr which)
{
	return decode(r->arena, html_token_attr(t, which), true);
}

/* ---- text ---- */

/* Blanks, controls and punctuation of ASCII; or a letter, a digit, anything
 * else. */
static bool
is_letter(struct sv s)
{
	unsigned char c = (unsigned char)s.p[0];

	if (c < 0x80)
		return sv_is_alnum((char)c) ||
		       (c < 0x20 && !sv_is_space((char)c)) || c == 0x7f;
	return !sv_starts(s, SV("\xc2\xa0")) && !sv_starts(s, SV("\xc2\x85")) &&
	       !(s.n > 2 && c == 0xe2 && s.p[1] == (char)0x80 &&
	         (unsigned char)s.p[2] <= 0x8a) &&
	       !sv_starts(s, SV("\xe3\x80\x80"));
}

static bool
ends_in_letter(struct sv s)
{
	size_t at = s.n;

	while (at > 1 && ((unsigned char)s.p[at - 1] & 0xc0) == 0x80)
		at--;
	return at > 0 && is_letter(sv_from(s, at - 1));
}

static size_t
count_non_space(struct sv s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (sv_is_space((char)c) || (c & 0xc0) == 0x80)
			continue;
		n += c < 0x80 || is_letter(sv_from(s, i));
	}
	return n;
}

/* What is shown of the text: runs of blanks as one, none behind a tag that
 * stands for white space. */
static void
show_text(struct html_reader *r, struct sv s)
{
	size_t non_space = count_non_space(s);
	bool is_blank = sv_trim(s).n == 0;

	r->f->non_space += non_space;
	if (!is_blank)
		fonts_check_text(&r->fonts, r->f);
	if (r->last == LAST_LETTER && is_letter(s))
		r->f->obfuscation++;
	if (is_blank && r->last_is_space)
		r->last = LAST_NOTHING; /* nothing is left of it */
	else
		r->last = ends_in_letter(s) ? LAST_LETTER : LAST_OTHER;
	r->last_is_space = false;
}

static void
read_text(struct html_reader *r, const struct html_token *t)
{
	struct sv s = t->text;

	if (s.n == 0)
		return;
	if (is_open(r, EL_SCRIPT)) {
		add_string(r->arena, &r->f->scripts, s);
		return;
	}
	if (is_open(r, EL_STYLE))
		return;
	if (!t->is_raw)
		s = decode(r->arena, s, false);
	if (is_open(r, EL_A) && r->in_anchor)
		buf_add(&r->anchor, s);
	if (is_open(r, EL_TITLE) && r->in_title)
		buf_add(&r->title, s);
	show_text(r, s);
}

/* ---- anchors, titles ---- */

static void
end_anchor(struct html_reader *r)
{
	if (r->in_anchor)
		r->f->anchors[r->f->n_anchors - 1].text =
		    arena_dup(r->arena, buf_sv(&r->anchor));
	r->in_anchor = false;
	buf_reset(&r->anchor);
}

static void
begin_anchor(struct html_reader *r, struct sv href)
{
	struct html_facts *f = r->f;

	end_anchor(r);
	if (f->n_anchors == HTML_STRINGS_MAX)
		return;
	if (f->n_anchors == f->anchors_size) {
		size_t size = f->anchors_size ? 2 * f->anchors_size : 16;

		f->anchors = arena_grow(r->arena, f->anchors,
		                        f->n_anchors * sizeof *f->anchors,
		                        size * sizeof *f->anchors);
		f->anchors_size = size;
	}
	f->anchors[f->n_anchors++].href = sv_trim(href);
	r->in_anchor = true;
}

static void
end_title(struct html_reader *r)
{
	if (r->in_title)
		add_string(r->arena, &r->f->titles,
		           arena_dup(r->arena, buf_sv(&r->title)));
	r->in_title = false;
	buf_reset(&r->title);
}

/* ---- start tags ---- */

/* "100", "50%"; 0 for anything else */
static double
image_side(struct sv s, double pixels_of_percent)
{
	uint64_t n;

	if (s.n && s.p[s.n - 1] == '%' && sv_u64(sv_sub(s, 0, s.n - 1), &n))
		return (double)n * pixels_of_percent;
	return sv_u64(s, &n) ? (double)n : 0;
}

static void
read_image(struct html_reader *r, const struct html_token *t)
{
	double width, height;

	if (is_open(r, EL_A) && r->in_anchor)
		buf_add_str(&r->anchor, "<img>\n");
	if (!html_token_has(t, AT_WIDTH) || !html_token_has(t, AT_HEIGHT))
		return;
	width = image_side(attr(r, t, AT_WIDTH), PERCENT_OF_WIDTH);
	height = image_side(attr(r, t, AT_HEIGHT), PERCENT_OF_HEIGHT);
	r->f->image_area += (width > 0 ? width : IMAGE_SIDE_DEFAULT) *
	                    (height > 0 ? height : IMAGE_SIDE_DEFAULT);
}

/* The charset that <meta> says. */
static void
read_meta(struct html_reader *r, const struct html_token *t)
{
	struct sv content = attr(r, t, AT_CONTENT);
	size_t at = sv_ifind(content, SV("charset")), end;

	if (at == SV_NOT_FOUND || sv_ifind(attr(r, t, AT_HTTP_EQUIV),
	                                   SV("Content-Type")) == SV_NOT_FOUND)
		return;
	content = sv_trim(sv_from(content, at + 7));
	if (content.n == 0 || content.p[0] != '=')
		return;
	content = sv_trim(sv_from(content, 1));
	if (content.n && (content.p[0] == '"' || content.p[0] == '\''))
		content = sv_from(content, 1);
	for (end = 0;
	     end < content.n && content.p[end] != '"' && content.p[end] != '\'';
	     end++)
		;
	if (end)
		add_string(r->arena, &r->f->charsets, sv_sub(content, 0, end));
}

/* Addresses that are longer than SpamAssassin keeps them. */
static void
check_uris(struct html_reader *r, const struct html_token *t)
{
	static const enum html_attr with_uri[] = {
		AT_BACKGROUND, AT_HREF,   AT_DATA_SAFEREDIRECTURL,
		AT_SRC,        AT_ACTION,
	};

	for (size_t i = 0; i < sizeof with_uri / sizeof *with_uri; i++)
		r->f->uri_truncated |=
		    html_token_attr(t, with_uri[i]).n > URI_BYTES_MAX;
}

/* HTML::html_tests */
static void
test_tag(struct html_reader *r, const struct html_token *t)
{
	struct html_facts *f = r->f;

	check_uris(r, t);
	switch (t->element) {
	case EL_FONT:
		if (html_token_has(t, AT_FACE))
			f->font_face_bad |=
			    !font_face_is_good(attr(r, t, AT_FACE));
		break;
	case EL_IMG:
		read_image(r, t);
		break;
	case EL_FORM:
		f->form_action_mailto |=
		    sv_ifind(attr(r, t, AT_ACTION), SV("mailto:")) !=
		    SV_NOT_FOUND;
		break;
	case EL_OBJECT:
	case EL_EMBED:
		f->embeds = true;
		break;
	case EL_A:
		begin_anchor(r, attr(r, t, AT_HREF));
		break;
	case EL_IFRAME:
		f->has_iframe |= sv_trim(attr(r, t, AT_SRC)).n > 0;
		break;
	case EL_META:
		read_meta(r, t);
		break;
	case EL_TITLE:
		end_title(r);
		r->in_title = true;
		break;
	default:
		break;
	}
}

/* HTML::html_tag */
static void
read_tag(struct html_reader *r, const struct html_token *t)
{
	struct html_facts *f = r->f;
	bool is_start = t->kind == TOKEN_START;
	unsigned flags;
	struct census_item *item = tag_item(r->arena, f, t, &flags);
	bool is_new = item->flags == 0;

	item->flags = flags;
	if (flags & IS_ELEMENT) {
		f->elements++;
		f->elements_seen += is_new;
	}
	f->tags++;
	f->tags_seen += is_new;
	item->a += is_start ? 1 : -1;
	if (item->a < 0) {
		item->a = 0;
		f->closed_extra++;
	}
	if (!(flags & KNOWN))
		return;
	if (flags & STYLE)
		fonts_read_tag(&r->fonts, f, t);
	if (flags & SPACE) {
		r->last = LAST_OTHER;
		r->last_is_space = true;
	}
	if (is_start)
		test_tag(r, t);
}

static void
read_comment(struct html_reader *r, const struct html_token *t)
{
	struct sv s = t->source;

	if (sv_istarts(s, SV("<!doctype"))) {
		r->f->elements++;
		r->f->tags++;
		census_at(&r->f->others, SV("!doctype"))->flags |= SEEN;
	} else if (!sv_starts(s, SV("<?")) &&
	           !(s.n > 2 && s.p[1] == '!' && sv_is_alnum(s.p[2]))) {
		add_string(r->arena, &r->f->comments, s);
	}
}

static struct html_facts *
read_part(struct arena *a, struct sv html)
{
	struct html_facts *f = ARENA_NEW(a, struct html_facts);
	struct html_reader r = { .arena = a, .f = f };
	struct html_tokens tokens;
	struct html_token t;

	f->others = census_make(a);
	f->length = utf8_count(html);
	f->max_size = f->min_size = FONT_SIZE_DEFAULT;
	buf_init(&r.anchor, TEXT_BYTES_MAX);
	buf_init(&r.title, TEXT_BYTES_MAX);
	fonts_init(&r.fonts);
	html_tokens_init(&tokens, html);
	while (html_tokens_next(&tokens, &t)) {
		if (t.kind == TOKEN_TEXT)
			read_text(&r, &t);
		else if (t.kind == TOKEN_COMMENT)
			read_comment(&r, &t);
		else
			read_tag(&r, &t);
	}
	end_anchor(&r);
	end_title(&r);
	fonts_done(&r.fonts);
	buf_done(&r.anchor);
	buf_done(&r.title);
	return f;
}

const struct html_facts *
html_facts(struct eval_job *job)
{
	struct html_facts **first = job->facts[FACTS_HTML];
	const struct message *m = job->message;
	struct html_facts **next;

	if (first)
		return *first;
	first = next = job->facts[FACTS_HTML] =
	    ARENA_NEW(job->arena, struct html_facts *);
	for (size_t i = 0; i < m->n_parts; i++)
		if (m->parts[i].html && m->parts[i].text.n) {
			*next = read_part(job->arena, m->parts[i].text);
			next = &(*next)->next;
		}
	return *first;
}
