/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/html_font.h"

#include <stdlib.h>

#include "message/css_color.h"

enum {
	COLOR_WHITE = 0xffffff,
	COLORS_NEAR = 12, /* nearer ones can hardly be told apart */
	SIZE_MAX_DIGITS = 6,
};

void
fonts_init(struct font_stack *s)
{
	*s = (struct font_stack){ .base = FONT_SIZE_DEFAULT };
	*VEC_ADD(&s->list) = (struct font){
		.background = COLOR_WHITE,
		.size = FONT_SIZE_DEFAULT,
	};
}

void
fonts_done(struct font_stack *s)
{
	VEC_DONE(&s->list);
}

/* ---- the stack ---- */

static enum font_tag
find_tag(enum html_element element)
{
	static const unsigned char tags[EL_COUNT] = {
		[EL_BODY] = FONT_TAG_BODY,
		[EL_FONT] = FONT_TAG_FONT,
		[EL_TABLE] = FONT_TAG_TABLE,
		[EL_TR] = FONT_TAG_TR,
		[EL_TD] = FONT_TAG_TD,
		[EL_TH] = FONT_TAG_TD,
		[EL_BIG] = FONT_TAG_BIG,
		[EL_SMALL] = FONT_TAG_SMALL,
		[EL_BASEFONT] = FONT_TAG_BASEFONT,
		[EL_SPAN] = FONT_TAG_SPAN,
		[EL_P] = FONT_TAG_P,
		[EL_DIV] = FONT_TAG_DIV,
		[EL_A] = FONT_TAG_A,
	};

	return (enum font_tag)tags[element];
}

static struct font *
top(const struct font_stack *s)
{
	return &s->list.list[s->list.n - 1];
}

static void
push(struct font_stack *s, struct font font)
{
	s->open[font.tag]++;
	*VEC_ADD(&s->list) = font;
}

static void
pop(struct font_stack *s)
{
	s->open[top(s)->tag]--;
	s->list.n--;
}

static void
close_tag(struct font_stack *s, enum font_tag tag)
{
	if (s->open[tag] == 0)
		return;
	while (top(s)->tag != tag)
		pop(s);
	pop(s);
}

/* A cell or a row ends the one before it. */
static void
close_table_tag(struct font_stack *s, enum font_tag tag)
{
	if (s->open[tag] == 0)
		return;
	while (top(s)->tag == FONT_TAG_FONT || top(s)->tag == FONT_TAG_TD ||
	       (tag == FONT_TAG_TR && top(s)->tag == FONT_TAG_TR))
		pop(s);
}

/* ---- colours ---- */

static int32_t
rgb(const struct color *c)
{
	return c->red << 16 | c->green << 8 | c->blue;
}

/* "#abc", "#aabbcc", and what SpamAssassin makes of other lengths. */
static int32_t
read_hex_color(struct sv s)
{
	char digits[6];
	size_t n = 0;
	int32_t value = 0;

	for (size_t i = 0; i < s.n && n < 6; i++)
		if (sv_hex_value(s.p[i]) >= 0)
			digits[n++] = s.p[i];
	if (n == 0)
		return FONT_COLOR_OTHER;
	if (n > 3 && n < 6)
		n = 3;
	while (n < 3)
		digits[n++] = '0';
	for (size_t i = 0; i < n; i++) {
		value = value << 4 | sv_hex_value(digits[i]);
		if (n == 3)
			value = value << 4 | sv_hex_value(digits[i]);
	}
	return value;
}

/* Three numbers; what is missing is 0. */
static int32_t
read_rgb(struct sv s, bool is_percent)
{
	int32_t value = 0;
	size_t i = 0;

	for (int k = 0; k < 3; k++) {
		unsigned n = 0;

		while (i < s.n && !sv_is_digit(s.p[i]) && s.p[i] != ',')
			i++;
		while (i < s.n && sv_is_digit(s.p[i]) && n < 1000)
			n = n * 10 + (unsigned)(s.p[i++] - '0');
		while (i < s.n && s.p[i] != ',')
			i++;
		i++;
		if (is_percent)
			n = n * 255 / 100;
		value = value << 8 | (int32_t)(n > 255 ? 255 : n);
	}
	return value;
}

static bool
is_name(struct sv s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!sv_is_alnum(s.p[i]) || sv_is_digit(s.p[i]))
			return false;
	return s.n > 0;
}

/* HTML::name_to_rgb */
static int32_t
read_color(struct sv s)
{
	struct color c;

	s = sv_trim(s);
	if (is_name(s) && !sv_ieq_str(s, "transparent") &&
	    css_color_read(s, &c))
		return rgb(&c);
	if (sv_istarts(s, SV("rgb(")))
		return read_rgb(sv_from(s, 4),
		                sv_find_char(s, '%') != SV_NOT_FOUND);
	if (!sv_starts(s, SV("#")))
		return FONT_COLOR_INVALID;
	for (size_t i = 1; i < s.n; i++)
		if (s.p[i] != '#' && sv_hex_value(s.p[i]) < 0)
			return FONT_COLOR_INVALID;
	return read_hex_color(s);
}

/* ---- attributes ---- */

/* "5", "+1", "-1" */
static void
read_size(const struct font_stack *s, struct sv value, struct font *font)
{
	char text[SIZE_MAX_DIGITS + 2];
	size_t n = 0;
	bool is_relative;

	value = sv_trim(value);
	is_relative = value.n && (value.p[0] == '+' || value.p[0] == '-');
	if (value.n <= is_relative || !sv_is_digit(value.p[is_relative]))
		return;
	while (n < value.n && n < SIZE_MAX_DIGITS &&
	       (sv_is_digit(value.p[n]) || n < is_relative)) {
		text[n] = value.p[n];
		n++;
	}
	text[n] = '\0';
	font->size = strtod(text, NULL) + (is_relative ? s->base : 0);
}

/* A colour of a style; the text's becomes the background's when it is
 * transparent. */
static void
set_style_color(const struct font_stack *s, struct font *font, struct sv value,
                bool is_background)
{
	int32_t *to = is_background ? &font->background : &font->color;
	size_t mark = sv_find_char(value, '!');

	if (mark != SV_NOT_FOUND &&
	    sv_ieq_str(sv_trim(sv_from(value, mark + 1)), "important"))
		value = sv_trim(sv_sub(value, 0, mark));
	if (sv_ifind(value, SV("rgb")) != SV_NOT_FOUND)
		*to =
		    read_rgb(sv_from(value, sv_ifind(value, SV("rgb"))), false);
	else if (sv_ieq_str(value, "transparent"))
		*to = is_background ? top(s)->background : font->background;
	else if (!sv_ieq_str(value, "inherit"))
		*to = read_color(value);
}

/* "url(x) no-repeat #fff": the first colour of the last layer */
static void
set_background(struct font *font, struct sv value)
{
	size_t comma;
	struct sv word;

	while (sv_find_char(value, '(') == SV_NOT_FOUND &&
	       (comma = sv_find_char(value, ',')) != SV_NOT_FOUND)
		value = sv_from(value, comma + 1);
	while (sv_word(&value, &word)) {
		int32_t color = read_color(word);

		if (color == FONT_COLOR_INVALID)
			continue;
		font->background = color;
		return;
	}
}

static void
read_style(const struct font_stack *s, struct sv style, struct font *font)
{
	struct sv part, name;

	while (sv_split(&style, ';', &part)) {
		if (!sv_split(&part, ':', &name))
			continue;
		name = sv_trim(name);
		part = sv_trim(part);
		if (part.n == 0)
			continue;
		if (sv_ieq_str(name, "color"))
			set_style_color(s, font, part, false);
		else if (sv_ieq_str(name, "background-color"))
			set_style_color(s, font, part, true);
		else if (sv_eq_str(name, "background"))
			set_background(font, part);
	}
}

#define ATTR(attr) (UINT64_C(1) << (attr))
#define STYLE      ATTR(AT_STYLE)
#define FONT       ATTR(AT_COLOR) | ATTR(AT_FACE) | ATTR(AT_SIZE)
#define CELL       ATTR(AT_BGCOLOR) | ATTR(AT_STYLE)

/* Which attributes each tag is asked for. */
static const uint64_t asked_for[FONT_TAGS] = {
	[FONT_TAG_BASEFONT] = FONT,
	[FONT_TAG_FONT] = FONT,
	[FONT_TAG_BODY] = ATTR(AT_TEXT) | ATTR(AT_BGCOLOR) | ATTR(AT_LINK) |
	                  ATTR(AT_BACKGROUND),
	[FONT_TAG_TABLE] = CELL,
	[FONT_TAG_TR] = CELL,
	[FONT_TAG_TD] = CELL,
	[FONT_TAG_SPAN] = STYLE,
	[FONT_TAG_P] = STYLE,
	[FONT_TAG_DIV] = STYLE,
	[FONT_TAG_A] = STYLE,
};

static void
read_attrs(const struct font_stack *s, struct html_facts *f,
           const struct html_token *t, struct font *font)
{
	static const enum html_attr attrs[] = { AT_COLOR, AT_TEXT,
		                                AT_SIZE,  AT_STYLE,
		                                AT_FACE,  AT_BGCOLOR,
		                                AT_LINK,  AT_BACKGROUND };
	uint64_t wanted = t->has_attrs & asked_for[font->tag];

	for (size_t i = 0; i < sizeof attrs / sizeof *attrs; i++) {
		struct sv value;

		if (!(wanted & ATTR(attrs[i])))
			continue;
		value = html_token_attr(t, attrs[i]);
		if (attrs[i] == AT_COLOR || attrs[i] == AT_TEXT)
			font->color = read_color(value);
		else if (attrs[i] == AT_SIZE)
			read_size(s, value, font);
		else if (attrs[i] == AT_STYLE)
			read_style(s, value, font);
		/* the attribute bgcolor has no effect there */
		if (font->size > f->max_size)
			f->max_size = font->size;
		else if (font->size < f->min_size)
			f->min_size = font->size;
	}
}

/* HTML::text_style */
void
fonts_read_tag(struct font_stack *s, struct html_facts *f,
               const struct html_token *t)
{
	enum font_tag tag = find_tag(t->element);
	struct font font;

	if (t->kind == TOKEN_END) {
		if (tag != FONT_TAG_BODY)
			close_tag(s, tag);
		return;
	}
	if (tag == FONT_TAG_BASEFONT && html_token_has(t, AT_SIZE)) {
		struct font base = { .size = s->base };
		struct sv size = sv_trim(html_token_attr(t, AT_SIZE));

		if (size.n && sv_is_digit(size.p[0])) {
			read_size(s, size, &base);
			s->base = base.size;
			return;
		}
	}
	if (tag == FONT_TAG_TD || tag == FONT_TAG_TR)
		close_table_tag(s, tag);
	font = *top(s);
	font.tag = tag;
	if (tag == FONT_TAG_BIG)
		font.size++;
	else if (tag == FONT_TAG_SMALL)
		font.size--;
	else
		read_attrs(s, f, t, &font);
	push(s, font);
}

/* ---- what is wrong ---- */

static double
square(double x)
{
	return x * x;
}

static double
distance(int32_t a, int32_t b)
{
	double red = (a >> 16 & 255) - (b >> 16 & 255);
	double green = (a >> 8 & 255) - (b >> 8 & 255);
	double blue = (a & 255) - (b & 255);

	return square(0.2126 * red) + square(0.7152 * green) +
	       square(0.0722 * blue);
}

/* HTML::html_font_invisible */
void
fonts_check_text(const struct font_stack *s, struct html_facts *f)
{
	const struct font *font = top(s);

	if (font->color == font->background ||
	    (font->color >= 0 && font->background >= 0 &&
	     distance(font->color, font->background) < square(COLORS_NEAR)))
		f->font_low_contrast = true;
	else if (font->color == FONT_COLOR_INVALID ||
	         font->background == FONT_COLOR_INVALID)
		f->font_invalid_color = true;
}

/* Letters, blanks and hyphens, perhaps a digit, perhaps in quotes. */
static bool
is_face(struct sv s, bool is_first)
{
	while (s.n && sv_is_space(s.p[0]))
		s = sv_from(s, 1);
	if (s.n &&
	    (s.p[0] == '"' || s.p[0] == '\'' || (is_first && s.p[0] == '.')))
		s = sv_from(s, 1);
	if (s.n && (s.p[s.n - 1] == '"' || s.p[s.n - 1] == '\''))
		s.n--;
	if (s.n && sv_is_digit(s.p[s.n - 1]))
		s.n--;
	if (s.n < 2 || s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '-' ||
	    s.p[0] == '-' || (!is_first && s.p[0] == ' '))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((!sv_is_alnum(s.p[i]) || sv_is_digit(s.p[i])) &&
		    s.p[i] != ' ' && s.p[i] != '-')
			return false;
	return true;
}

bool
font_face_is_good(struct sv face)
{
	bool is_first = true;
	struct sv name;

	if (face.n && face.p[face.n - 1] == '\n')
		face.n--;
	if (face.n && face.p[face.n - 1] == ';')
		face.n--;
	if (face.n == 0 || face.p[face.n - 1] == ',')
		return false;
	while (sv_split(&face, ',', &name)) {
		if (!is_face(name, is_first))
			return false;
		is_first = false;
	}
	return true;
}
