/* SPDX-License-Identifier: Apache-2.0 */
#include "message/html_look.h"

#include "message/css_text.h"
#include "message/entity.h"

enum { VALUE_BYTES_MAX = 64 << 10, FONT_PX_E2_MAX = 1000000 };

/* ---- from style to look ---- */

const struct html_look html_look_initial = {
	.color = { 0, 0, 0, 255 },
	.background = { 255, 255, 255, 255 },
	.opacity = 255,
	.font_px_e2 = 1600,
};

enum { SEEN_OPACITY = 26 }; /* a tenth: below it nothing can be read */

static enum message_hidden_reason
hidden_for_good(const struct css_style *s, uint8_t opacity)
{
	bool is_cut = css_style_is(s, STYLE_OVERFLOW_CUT);

	if (css_style_is(s, STYLE_NOT_DISPLAYED))
		return HIDDEN_DISPLAY;
	if (opacity < SEEN_OPACITY)
		return HIDDEN_OPACITY;
	if ((is_cut && (css_style_is(s, STYLE_NO_HEIGHT) ||
	                css_style_is(s, STYLE_NO_WIDTH) ||
	                css_style_is(s, STYLE_NO_MAX_HEIGHT) ||
	                css_style_is(s, STYLE_NO_MAX_WIDTH))) ||
	    (css_style_is(s, STYLE_POSITIONED) &&
	     (css_style_is(s, STYLE_LEFT_AWAY) ||
	      css_style_is(s, STYLE_TOP_AWAY) ||
	      css_style_is(s, STYLE_CLIPPED))) ||
	    css_style_is(s, STYLE_MARGIN_LEFT_AWAY) ||
	    css_style_is(s, STYLE_MARGIN_TOP_AWAY) ||
	    css_style_is(s, STYLE_INDENT_AWAY) ||
	    css_style_is(s, STYLE_PATH_CLIPPED) ||
	    css_style_is(s, STYLE_SCALED_AWAY))
		return HIDDEN_AWAY;
	if (css_style_is(s, STYLE_NOT_IN_OUTLOOK))
		return HIDDEN_OUTLOOK;
	return HIDDEN_NOT;
}

static int32_t
font_size_of(const struct css_style *s, int32_t outer)
{
	int64_t size = s->font_size;

	if (s->font_is_relative)
		size = size * outer / 100;
	return (int32_t)(size < FONT_PX_E2_MAX ? size : FONT_PX_E2_MAX);
}

struct html_look
html_look_of(const struct html_look *outer, const struct css_style *style)
{
	struct html_look look = *outer;

	if (style->set == 0)
		return look;
	if (css_style_has(style, STYLE_COLOR))
		look.color = style->color;
	if (css_style_has(style, STYLE_BACKGROUND)) {
		if (style->background.alpha == 255)
			look.has_image = false;
		look.background =
		    css_color_blend(style->background, look.background);
	}
	if (css_style_is(style, STYLE_IMAGE))
		look.has_image = true;
	if (css_style_has(style, STYLE_FONT_SIZE))
		look.font_px_e2 = font_size_of(style, outer->font_px_e2);
	if (css_style_has(style, STYLE_INVISIBLE))
		look.is_invisible = css_style_is(style, STYLE_INVISIBLE);
	if (css_style_has(style, STYLE_OPACITY))
		look.opacity = (uint8_t)(look.opacity * style->opacity / 255);
	if (look.hidden == HIDDEN_NOT || look.hidden == HIDDEN_OUTLOOK) {
		enum message_hidden_reason reason =
		    hidden_for_good(style, look.opacity);

		look.hidden = reason ? reason : look.hidden;
	}
	return look;
}

enum message_hidden_reason
html_look_hidden(const struct html_look *look)
{
	enum { TINY_PX_E2 = 150 };

	if (look->hidden && look->hidden != HIDDEN_OUTLOOK)
		return look->hidden;
	if (look->is_invisible)
		return HIDDEN_VISIBILITY;
	if (look->font_px_e2 < TINY_PX_E2)
		return HIDDEN_FONT;
	if (look->color.alpha < SEEN_OPACITY ||
	    (!look->has_image &&
	     css_color_is_near(css_color_blend(look->color, look->background),
	                       look->background)))
		return HIDDEN_COLOR;
	return look->hidden;
}

const char *
message_hidden_word(enum message_hidden_reason reason)
{
	static const char *const words[HIDDEN_COUNT] = {
		"seen", "display", "visibility", "opacity",
		"away", "font",    "color",      "outlook",
	};

	return words[reason];
}

/* ---- from a tag to its style ---- */

void
html_styles_init(struct html_styles *s, struct arena *a)
{
	css_sheet_init(&s->sheet, a);
	memset(s->seen, 0, sizeof s->seen);
	s->link = (struct color){ 0, 0, 0xee, 255 };
	buf_init(&s->value, VALUE_BYTES_MAX);
	buf_init(&s->clean, VALUE_BYTES_MAX);
}

void
html_styles_done(struct html_styles *s)
{
	css_sheet_done(&s->sheet);
	buf_done(&s->value);
	buf_done(&s->clean);
}

struct sv
html_attr_decode(struct sv value, struct buf *out)
{
	char text[ENTITY_BYTES_MAX];
	size_t at, used, n;

	if (sv_find_char(value, '&') == SV_NOT_FOUND)
		return value;
	buf_reset(out);
	while ((at = sv_find_char(value, '&')) != SV_NOT_FOUND) {
		buf_add(out, sv_sub(value, 0, at));
		value = sv_from(value, at);
		used = entity_decode(value, true, text, &n);
		buf_add(out, used ? sv_make(text, n) : SV("&"));
		value = sv_from(value, used ? used : 1);
	}
	buf_add(out, value);
	return buf_sv(out);
}

static void
set_color(struct css_style *s, enum css_field field, struct sv value)
{
	struct color color;

	if (!css_color_read_legacy(value, &color))
		return;
	s->set |= 1U << field;
	if (field == STYLE_COLOR)
		s->color = color;
	else
		s->background = color;
}

static void
set_yes(struct css_style *s, enum css_field field)
{
	s->set |= 1U << field;
	s->yes |= 1U << field;
}

static bool
has_background(const struct html_token *t)
{
	return t->element == EL_BODY || t->element == EL_TABLE ||
	       t->element == EL_MARQUEE ||
	       html_elements[t->element].flags & ELEMENT_TABLE;
}

/* The element's nature, and attributes older than CSS. */
static void
style_of_attributes(struct html_styles *s, const struct html_token *t,
                    struct css_style *ret)
{
	if (html_token_has(t, AT_HIDDEN) ||
	    html_elements[t->element].flags & ELEMENT_UNSHOWN ||
	    (t->element == EL_DIALOG && !html_token_has(t, AT_OPEN)))
		set_yes(ret, STYLE_NOT_DISPLAYED);
	if (t->element == EL_A && html_token_has(t, AT_HREF)) {
		ret->set |= 1U << STYLE_COLOR;
		ret->color = s->link;
	}
	if (t->element == EL_FONT) {
		set_color(ret, STYLE_COLOR, html_token_attr(t, AT_COLOR));
		css_font_size_read_legacy(html_token_attr(t, AT_SIZE), ret);
	}
	if (t->element == EL_BODY) {
		set_color(ret, STYLE_COLOR, html_token_attr(t, AT_TEXT));
		css_color_read_legacy(html_token_attr(t, AT_LINK), &s->link);
	}
	if (has_background(t)) {
		set_color(ret, STYLE_BACKGROUND,
		          html_token_attr(t, AT_BGCOLOR));
		if (html_token_attr(t, AT_BACKGROUND).n)
			set_yes(ret, STYLE_IMAGE);
	}
}

/* The slot of a text; texts of one slot push each other out. */
static struct html_style_seen *
seen_slot(struct html_styles *s, struct sv text)
{
	uint64_t head = 0, tail = 0;

	if (text.n >= sizeof head) {
		memcpy(&head, text.p, sizeof head);
		memcpy(&tail, text.p + text.n - sizeof tail, sizeof tail);
	}
	head = (head ^ tail << 1 ^ text.n) * 0x9e3779b97f4a7c15ULL;
	return &s->seen[(head >> 32) % HTML_STYLES_SEEN];
}

/* Adds what a style attribute says; returns its background's address. */
static struct sv
add_style_attr(struct html_styles *s, struct sv text, struct css_style *ret)
{
	struct html_style_seen *seen = seen_slot(s, text);
	struct sv url = SV("");

	if (!sv_eq(seen->text, text) || text.n == 0) {
		struct sv value = html_attr_decode(text, &s->value);

		seen->text = text;
		seen->style = (struct css_style){ 0 };
		url = css_style_read(&seen->style, css_clean(value, &s->clean));
	}
	css_style_add(ret, &seen->style);
	return url;
}

struct sv
html_style_of(struct html_styles *s, const struct html_token *t,
              struct css_style *ret)
{
	static const uint64_t attrs =
	    1ULL << AT_HIDDEN | 1ULL << AT_COLOR | 1ULL << AT_BGCOLOR |
	    1ULL << AT_BACKGROUND | 1ULL << AT_SIZE | 1ULL << AT_TEXT |
	    1ULL << AT_LINK | 1ULL << AT_HREF;

	*ret = (struct css_style){ 0 };
	if (t->has_attrs & attrs || t->element == EL_DIALOG ||
	    html_elements[t->element].flags & ELEMENT_UNSHOWN)
		style_of_attributes(s, t, ret);
	if (s->sheet.rules)
		css_sheet_apply(&s->sheet, html_elements[t->element].name,
		                html_token_attr(t, AT_ID),
		                html_token_attr(t, AT_CLASS), ret);
	if (!html_token_has(t, AT_STYLE))
		return SV("");
	return add_style_attr(s, t->attrs[AT_STYLE], ret);
}
