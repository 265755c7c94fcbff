/* SPDX-License-Identifier: Apache-2.0 */
#include "message/css_sheet.h"
#include "message/css_text.h"
#include "parse.h"

static uint32_t
rgba(struct color c)
{
	return (uint32_t)c.red << 24 | (uint32_t)c.green << 16 |
	       (uint32_t)c.blue << 8 | c.alpha;
}

START_TEST(colors_of_css_are_read)
{
	static const struct {
		const char *text;
		uint32_t rgba;
	} cases[] = {
		{ "red", 0xff0000ff },
		{ " White ", 0xffffffff },
		{ "rebeccapurple", 0x663399ff },
		{ "yellowgreen", 0x9acd32ff },
		{ "aliceblue", 0xf0f8ffff },
		{ "transparent", 0 },
		{ "#abc", 0xaabbccff },
		{ "#ABCD", 0xaabbccdd },
		{ "#102030", 0x102030ff },
		{ "#10203040", 0x10203040 },
		{ "rgb(1,2,3)", 0x010203ff },
		{ "RGB( 1 2 3 / 50% )", 0x01020380 },
		{ "rgba(100%, 0%, 300, 0)", 0xff00ff00 },
		{ "rgba(-1, 1.6, 1e, .5)", 0x00020180 },
		{ "hsl(0, 100%, 50%)", 0xff0000ff },
		{ "hsl(120deg 100% 25%)", 0x008000ff },
		{ "hsla(240, 100%, 50%, 0.5)", 0x0000ff80 },
		{ "hsl(99, 0%, 100%)", 0xffffffff },
	};
	static const char *const none[] = {
		"",           "#",       "#12",     "#12345",
		"#ggg",       "rgb",     "rgb(",    "rgb(1,2)",
		"hsx(1,2,3)", "nocolor", "inherit", "url(red)",
	};
	struct color c;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ck_assert_msg(css_color_read(sv_str(cases[i].text), &c), "%s",
		              cases[i].text);
		ck_assert_msg(rgba(c) == cases[i].rgba, "%s is %08x",
		              cases[i].text, rgba(c));
	}
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		ck_assert_msg(!css_color_read(sv_str(none[i]), &c), "%s",
		              none[i]);
}
END_TEST

START_TEST(any_text_is_a_color_of_an_attribute)
{
	static const struct {
		const char *text;
		uint32_t rgba;
	} cases[] = {
		{ "white", 0xffffffff },   { "#fff", 0xffffffff },
		{ "fff", 0x0f0f0fff },     { "ffffff", 0xffffffff },
		{ "#ffffff", 0xffffffff }, { "chucknorris", 0xc00000ff },
		{ "#f", 0x0f0000ff },      { "0x", 0x000000ff },
		{ "grass", 0x00a000ff },
	};
	struct color c;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ck_assert(css_color_read_legacy(sv_str(cases[i].text), &c));
		ck_assert_msg(rgba(c) == cases[i].rgba, "%s is %08x",
		              cases[i].text, rgba(c));
	}
	ck_assert(!css_color_read_legacy(SV(""), &c));
	ck_assert(!css_color_read_legacy(SV("transparent"), &c));
}
END_TEST

START_TEST(near_colors_are_those_nobody_tells_apart)
{
	static const struct {
		uint32_t a, b;
		bool is_near;
	} cases[] = {
		{ 0xffffff, 0xffffff, true },  { 0xffffff, 0xfefefe, true },
		{ 0xffffff, 0xeeeeee, true },  { 0xffffff, 0xe8e8e8, false },
		{ 0xffffff, 0xffff00, false }, { 0x000000, 0x101010, true },
		{ 0x000000, 0x333333, false },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct color c[2];
		uint32_t rgb[2] = { cases[i].a, cases[i].b };

		for (int k = 0; k < 2; k++)
			c[k] = (struct color){ (uint8_t)(rgb[k] >> 16),
				               (uint8_t)(rgb[k] >> 8),
				               (uint8_t)rgb[k], 255 };
		ck_assert(css_color_is_near(c[0], c[1]) == cases[i].is_near);
	}
}
END_TEST

static struct css_style
style_of(const char *declarations)
{
	struct css_style style = { 0 };

	css_style_read(&style, sv_str(declarations));
	return style;
}

START_TEST(font_sizes_have_many_units)
{
	static const struct {
		const char *text;
		bool is_relative;
		int32_t size;
	} cases[] = {
		{ "font-size:0", false, 0 },
		{ "font-size: 1px", false, 100 },
		{ "FONT-SIZE:12PT", false, 1599 },
		{ "font-size:.5px", false, 50 },
		{ "font-size:1.25em", true, 125 },
		{ "font-size:50%", true, 50 },
		{ "font-size:2rem", false, 3200 },
		{ "font-size:x-small", false, 1000 },
		{ "font:0/0 a", false, 0 },
		{ "font:italic 700 14px/1.5 Arial", false, 1400 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct css_style s = style_of(cases[i].text);

		ck_assert(css_style_has(&s, STYLE_FONT_SIZE));
		ck_assert(s.font_is_relative == cases[i].is_relative);
		ck_assert_int_eq(s.font_size, cases[i].size);
	}
	ck_assert_uint_eq(style_of("font-size:-1px").set, 0);
	ck_assert_uint_eq(style_of("font-size:auto;margin:0").set, 0);
}
END_TEST

START_TEST(later_declarations_win_but_not_over_important_ones)
{
	struct css_style s = style_of("display:none;display:block");
	struct css_style over = style_of("display:none;color:red");

	ck_assert(!css_style_is(&s, STYLE_NOT_DISPLAYED));
	css_style_add(&s, &over);
	ck_assert(css_style_is(&s, STYLE_NOT_DISPLAYED));
	ck_assert(css_style_has(&s, STYLE_COLOR));
	s = style_of("display:none ! IMPORTANT; display:block");
	ck_assert(css_style_is(&s, STYLE_NOT_DISPLAYED));
	over = style_of("display:inline!important");
	css_style_add(&s, &over);
	ck_assert(!css_style_is(&s, STYLE_NOT_DISPLAYED));
}
END_TEST

START_TEST(declarations_may_be_odd)
{
	struct css_style s = { 0 };
	struct buf clean = BUF_INIT(1000);

	ck_sv_eq(css_style_read(&s, SV("background: #fff "
	                               "url('//example.org/a;b.png') no-repeat;"
	                               "color:#fff")),
	         "//example.org/a;b.png");
	ck_assert(css_style_is(&s, STYLE_IMAGE));
	ck_assert(css_style_has(&s, STYLE_BACKGROUND));
	ck_assert(css_style_has(&s, STYLE_COLOR));
	s = style_of("x;;:;color;font-family:'a;b';display:none");
	ck_assert(css_style_is(&s, STYLE_NOT_DISPLAYED));
	ck_sv_eq(css_clean(SV("d\\69 splay:/* x */no\\6e e/*"), &clean),
	         "display:none");
	ck_sv_eq(css_clean(SV("a/b\\"), &clean), "a/b");
	buf_done(&clean);
}
END_TEST

static bool
is_hidden(const struct css_sheet *s, const char *element, const char *id,
          const char *classes)
{
	struct css_style style = { 0 };

	css_sheet_apply(s, element, sv_str(id), sv_str(classes), &style);
	return css_style_is(&style, STYLE_NOT_DISPLAYED);
}

START_TEST(simple_selectors_find_their_elements)
{
	struct css_sheet s;

	css_sheet_init(&s, arena());
	css_sheet_read(&s, SV("<!-- .a, #b{display:none} i{color:red}"
	                      "p.c {display:none} /* .d{} */ .d{display:none}"
	                      ".d{display:block} .e .f{display:none}"
	                      "u:hover{display:none} -->"));
	ck_assert(is_hidden(&s, "p", "", "x a y"));
	ck_assert(is_hidden(&s, "p", "b", ""));
	ck_assert(is_hidden(&s, "p", "", "C"));
	ck_assert(!is_hidden(&s, "b", "", "c"));
	ck_assert(!is_hidden(&s, "p", "", "d e f"));
	ck_assert(!is_hidden(&s, "u", "a", "b"));
	css_sheet_done(&s);
}
END_TEST

START_TEST(rules_with_a_condition_are_passed_over)
{
	struct css_sheet s;

	css_sheet_init(&s, arena());
	css_sheet_read(
	    &s, SV("@import 'x';@media (max-width:600px){.a{display:none}"
	           ".b{display:none}} .c{display:none}"
	           "@media screen{.d{display:none}} .e{display:none}"
	           "@font-face{x:y} .f{display:none"));
	ck_assert(!is_hidden(&s, "p", "", "a b"));
	ck_assert(is_hidden(&s, "p", "", "c"));
	ck_assert(is_hidden(&s, "p", "", "d"));
	ck_assert(is_hidden(&s, "p", "", "e"));
	ck_assert(is_hidden(&s, "p", "", "f"));
	css_sheet_done(&s);
}
END_TEST

UNIT_MAIN("css", colors_of_css_are_read, any_text_is_a_color_of_an_attribute,
          near_colors_are_those_nobody_tells_apart, font_sizes_have_many_units,
          later_declarations_win_but_not_over_important_ones,
          declarations_may_be_odd, simple_selectors_find_their_elements,
          rules_with_a_condition_are_passed_over)
