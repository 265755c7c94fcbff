/* SPDX-License-Identifier: Apache-2.0 */
#include "message/css_style.h"

#include "message/css_text.h"
#include "message/html_name.h"

/* ---- values that are yes or no ---- */

static bool
is_none(struct sv value)
{
	return sv_ieq_str(value, "none");
}

static bool
is_hidden(struct sv value)
{
	return sv_ieq_str(value, "hidden") || sv_ieq_str(value, "collapse");
}

static bool
is_all(struct sv value)
{
	return sv_ieq_str(value, "all");
}

static bool
is_cut(struct sv value)
{
	return sv_ieq_str(value, "hidden") || sv_ieq_str(value, "clip");
}

static bool
is_positioned(struct sv value)
{
	return !sv_ieq_str(value, "static");
}

static bool
is_nothing(struct sv value)
{
	struct css_length length;

	return css_length_read(value, &length) && length.px_e2 >= 0 &&
	       length.px_e2 <= 100;
}

static bool
is_away(struct sv value)
{
	struct css_length length;

	return css_length_read(value, &length) && length.px_e2 <= -50000;
}

/* clip: rect(0 0 0 0), and rect(1px, 1px, 1px, 1px). */
static bool
is_clipped(struct sv value)
{
	if (!sv_istarts(value, SV("rect(")))
		return false;
	value = sv_from(value, 5);
	while (value.n) {
		struct css_length length;
		size_t n = 0;

		while (n < value.n && value.p[n] != ',' && value.p[n] != ' ')
			n++;
		if (sv_istarts(value, SV("auto")) ||
		    (css_length_read(sv_sub(value, 0, n), &length) &&
		     length.px_e2 > 100))
			return false;
		value = sv_from(value, n + 1);
	}
	return true;
}

static bool
is_path_clipped(struct sv value)
{
	return sv_istarts(value, SV("inset(100%")) ||
	       sv_istarts(value, SV("inset(50%")) ||
	       sv_istarts(value, SV("circle(0"));
}

static bool
is_scaled_away(struct sv value)
{
	return sv_istarts(value, SV("scale(0)")) ||
	       sv_istarts(value, SV("scale(0,"));
}

static const struct choice {
	enum css_field field;
	bool (*read)(struct sv value);
} choices[CSS_COUNT] = {
	[CSS_DISPLAY] = { STYLE_NOT_DISPLAYED, is_none },
	[CSS_VISIBILITY] = { STYLE_INVISIBLE, is_hidden },
	[CSS_MSO_HIDE] = { STYLE_NOT_IN_OUTLOOK, is_all },
	[CSS_OVERFLOW] = { STYLE_OVERFLOW_CUT, is_cut },
	[CSS_OVERFLOW_X] = { STYLE_OVERFLOW_CUT, is_cut },
	[CSS_OVERFLOW_Y] = { STYLE_OVERFLOW_CUT, is_cut },
	[CSS_HEIGHT] = { STYLE_NO_HEIGHT, is_nothing },
	[CSS_WIDTH] = { STYLE_NO_WIDTH, is_nothing },
	[CSS_MAX_HEIGHT] = { STYLE_NO_MAX_HEIGHT, is_nothing },
	[CSS_MAX_WIDTH] = { STYLE_NO_MAX_WIDTH, is_nothing },
	[CSS_POSITION] = { STYLE_POSITIONED, is_positioned },
	[CSS_LEFT] = { STYLE_LEFT_AWAY, is_away },
	[CSS_TOP] = { STYLE_TOP_AWAY, is_away },
	[CSS_MARGIN_LEFT] = { STYLE_MARGIN_LEFT_AWAY, is_away },
	[CSS_MARGIN_TOP] = { STYLE_MARGIN_TOP_AWAY, is_away },
	[CSS_TEXT_INDENT] = { STYLE_INDENT_AWAY, is_away },
	[CSS_CLIP] = { STYLE_CLIPPED, is_clipped },
	[CSS_CLIP_PATH] = { STYLE_PATH_CLIPPED, is_path_clipped },
	[CSS_TRANSFORM] = { STYLE_SCALED_AWAY, is_scaled_away },
};

/* ---- other values ---- */

static void
set(struct css_style *s, enum css_field field, bool yes)
{
	s->set |= 1U << field;
	if (yes)
		s->yes |= 1U << field;
}

static void
read_color(struct css_style *s, struct sv value)
{
	if (css_color_read(value, &s->color))
		set(s, STYLE_COLOR, false);
}

/* "(...)" of "url(...)", without its quotes. */
static struct sv
url_of(struct sv item)
{
	item = sv_trim(sv_sub(item, 4, item.n - 1));
	if (item.n >= 2 && (item.p[0] == '"' || item.p[0] == '\''))
		item = sv_sub(item, 1, item.n - 1);
	return item;
}

/* background, or one of the properties it sums up. Returns the URL in it. */
static struct sv
read_background(struct css_style *s, enum css_property property,
                struct sv value)
{
	struct sv item, url = SV("");
	bool is_image = false;

	while (css_split(&value, ' ', &item)) {
		if (sv_istarts(item, SV("url(")) && item.n > 5) {
			url = url.n ? url : url_of(item);
			is_image = true;
		} else if (sv_ifind(item, SV("gradient(")) != SV_NOT_FOUND) {
			is_image = true;
		} else if (css_color_read(item, &s->background)) {
			set(s, STYLE_BACKGROUND, false);
		}
	}
	if (property != CSS_BACKGROUND_COLOR)
		set(s, STYLE_IMAGE, is_image);
	return url;
}

static void
set_font_size(struct css_style *s, bool is_relative, int32_t size)
{
	s->font_is_relative = is_relative;
	s->font_size = size;
	set(s, STYLE_FONT_SIZE, false);
}

static void
read_font_size(struct css_style *s, struct sv value)
{
	static const struct {
		const char *name;
		bool is_relative;
		int32_t size;
	} words[] = {
		{ "xx-small", false, 900 },  { "x-small", false, 1000 },
		{ "small", false, 1300 },    { "medium", false, 1600 },
		{ "large", false, 1800 },    { "x-large", false, 2400 },
		{ "xx-large", false, 3200 }, { "smaller", true, 83 },
		{ "larger", true, 120 },     { "initial", false, 1600 },
	};
	struct css_length length;

	if (css_length_read(value, &length)) {
		if (length.px_e2 >= 0)
			set_font_size(s, length.is_relative,
			              length.is_relative ? length.percent
			                                 : length.px_e2);
		return;
	}
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (sv_ieq_str(value, words[i].name))
			set_font_size(s, words[i].is_relative, words[i].size);
}

/* The size in "italic 700 0/1 Arial". */
static void
read_font(struct css_style *s, struct sv value)
{
	struct sv item;

	while (sv_word(&value, &item)) {
		bool is_weight = item.n == 3 && sv_iends(item, SV("00"));

		item = sv_sub(item, 0, sv_find_char(item, '/'));
		if (item.n && !is_weight &&
		    ((item.p[0] >= '0' && item.p[0] <= '9') ||
		     item.p[0] == '.')) {
			read_font_size(s, item);
			return;
		}
	}
}

static void
read_opacity(struct css_style *s, struct sv value)
{
	int32_t number;

	if (!css_number_read(&value, &number))
		return;
	if (!sv_eq_str(value, "%"))
		number = number < 100 ? number * 100 : 10000;
	if (number < 0)
		number = 0;
	s->opacity = (uint8_t)(number >= 10000 ? 255 : number * 255 / 10000);
	set(s, STYLE_OPACITY, false);
}

/* filter: alpha(opacity=0), opacity(0). */
static void
read_filter(struct css_style *s, struct sv value)
{
	size_t at = sv_ifind(value, SV("opacity"));
	struct sv amount =
	    sv_from(value, at == SV_NOT_FOUND ? value.n : at + 7);

	if (amount.n > 1 && (amount.p[0] == '=' || amount.p[0] == '(') &&
	    amount.p[1] == '0' && (amount.n < 3 || amount.p[2] != '.')) {
		s->opacity = 0;
		set(s, STYLE_OPACITY, false);
	}
}

/* ---- declarations ---- */

/* Cuts "!important" off. */
static bool
cut_important(struct sv *value)
{
	size_t at = sv_find_char(*value, '!');

	if (at == SV_NOT_FOUND ||
	    !sv_ieq_str(sv_trim(sv_from(*value, at + 1)), "important"))
		return false;
	*value = sv_trim(sv_sub(*value, 0, at));
	return true;
}

static struct sv
read_property(struct css_style *s, enum css_property property, struct sv value)
{
	const struct choice *choice = &choices[property];

	if (choice->read) {
		set(s, choice->field, choice->read(value));
		return SV("");
	}
	switch (property) {
	case CSS_COLOR:
		read_color(s, value);
		break;
	case CSS_BACKGROUND:
	case CSS_BACKGROUND_COLOR:
	case CSS_BACKGROUND_IMAGE:
		return read_background(s, property, value);
	case CSS_FONT_SIZE:
		read_font_size(s, value);
		break;
	case CSS_FONT:
		read_font(s, value);
		break;
	case CSS_OPACITY:
		read_opacity(s, value);
		break;
	case CSS_FILTER:
		read_filter(s, value);
		break;
	default:
		break;
	}
	return SV("");
}

void
css_style_add(struct css_style *s, const struct css_style *over)
{
	uint32_t wins = over->set & ~(s->important & ~over->important);

	if (wins == 0)
		return;
	s->set |= wins;
	s->yes = (s->yes & ~wins) | (over->yes & wins);
	s->important |= over->important & wins;
	if (wins >> STYLE_COLOR & 1)
		s->color = over->color;
	if (wins >> STYLE_BACKGROUND & 1)
		s->background = over->background;
	if (wins >> STYLE_OPACITY & 1)
		s->opacity = over->opacity;
	if (wins >> STYLE_FONT_SIZE & 1) {
		s->font_size = over->font_size;
		s->font_is_relative = over->font_is_relative;
	}
}

struct sv
css_style_read(struct css_style *s, struct sv declarations)
{
	struct sv item, url = SV("");

	while (css_split(&declarations, ';', &item)) {
		struct css_style one = { 0 };
		enum css_property property;
		struct sv value, found;
		size_t colon = 0;

		item = sv_trim(item);
		while (colon < item.n && item.p[colon] != ':')
			colon++;
		property = css_property_find(sv_trim(sv_sub(item, 0, colon)));
		if (property == CSS_UNKNOWN)
			continue;
		value = sv_trim(sv_from(item, colon + 1));
		if (cut_important(&value))
			one.important = UINT32_MAX;
		found = read_property(&one, property, value);
		one.important &= one.set;
		css_style_add(s, &one);
		url = url.n ? url : found;
	}
	return url;
}

bool
css_font_size_read_legacy(struct sv s, struct css_style *ret)
{
	static const int32_t sizes[8] = { 1000, 1000, 1300, 1600,
		                          1800, 2400, 3200, 4800 };
	bool is_change;
	int32_t number;

	s = sv_trim(s);
	is_change = s.n && (s.p[0] == '+' || s.p[0] == '-');
	if (!css_number_read(&s, &number))
		return false;
	number = number / 100 + (is_change ? 3 : 0);
	number = number < 1 ? 1 : number > 7 ? 7 : number;
	set_font_size(ret, false, sizes[number]);
	return true;
}
