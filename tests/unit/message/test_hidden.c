/* SPDX-License-Identifier: Apache-2.0 */
#include "parse.h"

/* Hidden spans as "reason:text|". */
static struct sv
hidden_in(const struct message *m)
{
	const struct message_part *part = &m->parts[0];
	struct buf out = BUF_INIT(1 << 16);
	struct sv result;

	for (size_t i = 0; i < part->html->n_hidden; i++) {
		const struct message_hidden *h = &part->html->hidden[i];

		buf_addf(&out, "%s:" SV_FMT "|", message_hidden_word(h->reason),
		         SV_ARG(sv_sub(part->rendered, h->from, h->to)));
	}
	result = arena_dup(arena(), buf_sv(&out));
	buf_done(&out);
	return result;
}

struct hidden_case {
	const char *html, *hidden;
};

static void
check(const struct hidden_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct sv got = hidden_in(post_html(cases[i].html));

		ck_assert_msg(sv_eq_str(got, cases[i].hidden),
		              "%s: got " SV_FMT ", wanted %s", cases[i].html,
		              SV_ARG(got), cases[i].hidden);
	}
}
#define CHECK(cases) check(cases, sizeof cases / sizeof *cases)

START_TEST(each_way_to_hide_has_its_reason)
{
	static const struct hidden_case cases[] = {
		{ "a<p style='display:none'>b</p>c", "display:b|" },
		{ "a<p style='DISPLAY : none !important;'>b</p>c",
		  "display:b|" },
		{ "a<p hidden>b</p>c", "display:b|" },
		{ "a<template>b</template>c", "display:b|" },
		{ "a<dialog>b</dialog><dialog open>c</dialog>", "display:b|" },
		{ "a<b style='visibility:hidden'>b</b>c", "visibility:b|" },
		{ "a<b style='opacity:0'>b</b>c", "opacity:b|" },
		{ "a<b style='opacity:.5'><i style='opacity:10%'>b</i>c</b>",
		  "opacity:b|" },
		{ "a<b style='filter:alpha(opacity=0)'>b</b>", "opacity:b|" },
		{ "a<b style='font-size:0'>b</b>c", "font:b|" },
		{ "a<b style='font-size:1px'>b</b>c", "font:b|" },
		{ "a<b style='font-size:1pt'>b</b>c", "font:b|" },
		{ "a<b style='font-size:2px'>b</b>c", "" },
		{ "a<b style='color:#fff'>b</b>c", "color:b|" },
		{ "a<b style='color:rgba(0,0,0,0.01)'>b</b>", "color:b|" },
		{ "a<b style='color:transparent'>b</b>", "color:b|" },
		{ "a<font color=white>b</font>c", "color:b|" },
		{ "a<b style='text-indent:-9999px'>b</b>c", "away:b|" },
		{ "a<b style='position:absolute;left:-5000px'>b</b>c",
		  "away:b|" },
		{ "a<b style='left:-5000px'>b</b>c", "" },
		{ "a<b style='max-height:0;overflow:hidden'>b</b>c",
		  "away:b|" },
		{ "a<b style='height:0'>b</b>c", "" },
		{ "a<b style='width:1px;overflow:hidden'>b</b>", "away:b|" },
		{ "a<b style='position:absolute;clip:rect(0 0 0 0)'>b</b>",
		  "away:b|" },
		{ "a<b style='transform:scale(0)'>b</b>", "away:b|" },
		{ "a<b style='mso-hide:all'>b</b>c", "outlook:b|" },
		{ "a<b style='d\\69 splay:n/**/one'>b</b>", "display:b|" },
		{ "a<b style='display:&#110;one'>b</b>", "display:b|" },
	};

	CHECK(cases);
}
END_TEST

START_TEST(text_shows_on_the_background_it_stands_on)
{
	static const struct hidden_case cases[] = {
		{ "<body bgcolor=black>a<font color=white>b</font>",
		  "color:a|" },
		{ "<body bgcolor=black text=white>a<b style='color:#111'>b",
		  "color:b|" },
		{ "<table bgcolor=red><tr><td>a<font color='#ff0000'>b",
		  "color:b|" },
		{ "<table><tr bgcolor=#333333><td style='color:#fff'>a", "" },
		{ "<p style='background:#fff'><b style='color:#fefefe'>a",
		  "color:a|" },
		{ "<p style='background:url(x)'><b style='color:#fff'>a", "" },
		{ "<table background=x><tr><td><font color=white>a", "" },
		{ "<p style='background:url(x)'><i style='background:#fff'>"
		  "<b style='color:#fff'>a",
		  "color:a|" },
		{ "<p style='background:linear-gradient(red,blue)'>"
		  "<b style='color:#fff'>a",
		  "" },
		{ "<p style='background:rgba(0,0,0,.9)'><b style='color:#fff'>"
		  "a</b><b style='color:#181818'>b",
		  "color:b|" },
		{ "<p style='color:#fff'>a<a href=x>b</a><a>c", "color:a|"
		                                                "color:c|" },
		{ "<body link=white><a href=x>a</a>", "color:a|" },
	};

	CHECK(cases);
}
END_TEST

START_TEST(a_look_is_handed_down_and_may_be_taken_back)
{
	static const struct hidden_case cases[] = {
		{ "<div style='display:none'>a<p style='display:block'>b</div>"
		  "c",
		  "display:a\n\nb|" },
		{ "<div style='visibility:hidden'>a"
		  "<p style='visibility:visible'>b</p>c",
		  "visibility:a|visibility:c|" },
		{ "<div style='font-size:0'>a<b style='font-size:12px'>b</b>"
		  "<i style='font-size:2em'>c",
		  "font:a|font:c|" },
		{ "<div style='font-size:0'>a<font size=3>b", "font:a|" },
		{ "<div style='font-size:10px'><p style='font-size:10%'>a",
		  "font:a|" },
		{ "<div style='color:#fff'>a<b style='color:#000'>b",
		  "color:a|" },
	};

	CHECK(cases);
}
END_TEST

START_TEST(tags_that_do_not_match_close_what_clients_close)
{
#define NONE " style='display:none'>"
	static const struct hidden_case cases[] = {
		{ "<p" NONE "a<p>b", "display:a|" },
		{ "<p" NONE "a<div>b", "display:a|" },
		{ "<ul><li" NONE "a<li>b</ul>c", "display:a|" },
		{ "<dl><dt" NONE "a<dd>b", "display:a|" },
		{ "<table><tr><td" NONE "a<td>b<tr><td>c", "display:a|" },
		{ "<table><tr" NONE "<td>a<tr><td>b", "display:a|" },
		{ "<table" NONE "<tr><td>a</table>b", "display:a|" },
		{ "<div" NONE "<table><tr><td>a</div>b</table>c</div>d",
		  "display:a\nb c|" },
		{ "<span" NONE "a<div>b</span>c</div>d", "display:a\nbc\nd|" },
		{ "<span" NONE "a<b>b</span>c", "display:ab|" },
		{ "<b" NONE "a<div>b</b>c", "display:a\nb|" },
		{ "<b" NONE "a<i>b</b>c</i>", "display:ab|" },
		{ "<b>a<span" NONE "b</b>c", "display:b|" },
		{ "<div" NONE "a</p></x></table>b</div>c", "display:a\n\nb|" },
		{ "<x-y" NONE "a</x-z>b</x-y>c", "display:ab|" },
		{ "<h1" NONE "a</h2>b", "display:a|" },
		{ "<img" NONE "a<br" NONE "b", "" },
		{ "<a href=x" NONE "a<a href=y>b", "display:a|" },
		{ "<div" NONE "a</body></html>b", "display:a b|" },
		{ "<td" NONE "a", "" },
		{ "<select><option" NONE "a<option>b", "display:a|" },
	};

	CHECK(cases);
}
END_TEST

START_TEST(simple_rules_of_style_elements_count)
{
	static const struct hidden_case cases[] = {
		{ "<style>.x{display:none}</style>a<p class='y x'>b</p>c",
		  "display:b|" },
		{ "<style>.x{display:none}</style>"
		  "<p class=x style='display:block'>a",
		  "" },
		{ "<style>.x{display:none!important}</style>"
		  "<p class=x style='display:block'>a",
		  "display:a|" },
		{ "<style media=print>.x{display:none}</style><p class=x>a",
		  "" },
		{ "<style>@media (max-width:9px){.x{display:none}}</style>"
		  "<p class=x>a",
		  "" },
		{ "<style>body{background:#000;color:#fff}</style><body>a"
		  "<font color=black>b",
		  "color:b|" },
	};

	CHECK(cases);
}
END_TEST

START_TEST(blanks_are_not_hidden_text)
{
	static const struct hidden_case cases[] = {
		{ "<p style='display:none'> \n&nbsp; </p>b", "" },
		{ "a <b style='display:none'> x </b> c", "display:x|" },
		{ "<b hidden>x</b> \n <b hidden>y</b>", "display:x y|" },
		{ "<b hidden>x</b>-<b hidden>y</b>", "display:x|display:y|" },
		{ "<b hidden>x</b><b style='font-size:0'>y</b>",
		  "display:x|font:y|" },
	};

	CHECK(cases);
}
END_TEST

START_TEST(spans_are_bounded_and_bytes_are_not)
{
	struct buf html = BUF_INIT(1 << 20);
	const struct message_html *facts;
	struct message_hidden_sum sum;
	struct message *m;

	for (int i = 0; i < 1000; i++)
		buf_add_str(&html, "<b hidden>ab</b>c");
	m = post_html(buf_str(&html));
	facts = m->parts[0].html;
	ck_assert_uint_eq(facts->n_hidden, 256);
	ck_assert_uint_eq(facts->hidden_bytes[HIDDEN_DISPLAY], 2000);
	message_hidden_sum(m, &sum);
	ck_assert_uint_eq(sum.bytes, 2000);
	ck_assert_uint_eq(sum.of, 3000);
	buf_done(&html);
}
END_TEST

START_TEST(depth_is_bounded)
{
	struct buf html = BUF_INIT(1 << 20);

	for (int i = 0; i < 1000; i++)
		buf_add_str(&html, "<div>");
	buf_add_str(&html, "<div hidden>a</div>");
	for (int i = 0; i < 1000; i++)
		buf_add_str(&html, "</div>");
	buf_add_str(&html, "<div hidden>b</div>c");
	ck_sv_eq(hidden_in(post_html(buf_str(&html))), "display:b|");
	buf_done(&html);
}
END_TEST

START_TEST(facts_are_counted)
{
	const struct message *m = post_html(
	    "<title> The &amp;\n title </title><!--12345--><script>123</script>"
	    "<style>b{}</style><form></form><a href=x>y</a><a name=z>"
	    "<img src=http://example.org/a width=100 height='50px'>"
	    "<img src=cid:1 width=1 height=1><img alt=x>"
	    "<img src='data:image/png;base64,AAAA' width=10%>");
	const struct message_html *f = m->parts[0].html;

	ck_sv_eq(f->title, "The & title");
	ck_assert_uint_eq(f->comment_bytes, 12);
	ck_assert_uint_eq(f->script_bytes, 3);
	ck_assert_uint_eq(f->style_bytes, 3);
	ck_assert_uint_eq(f->n_links, 1);
	ck_assert_uint_eq(f->n_images, 3);
	ck_assert_uint_eq(f->n_data_images, 1);
	ck_assert_uint_eq(f->n_tiny_images, 1);
	ck_assert_uint_eq(f->image_area_px, 5001);
	ck_assert_uint_eq(f->n_forms, 1);
	ck_assert_uint_eq(f->n_scripts, 1);
	ck_assert_ptr_null(post_text("x")->parts[0].html);
}
END_TEST

UNIT_MAIN("hidden", each_way_to_hide_has_its_reason,
          text_shows_on_the_background_it_stands_on,
          a_look_is_handed_down_and_may_be_taken_back,
          tags_that_do_not_match_close_what_clients_close,
          simple_rules_of_style_elements_count, blanks_are_not_hidden_text,
          spans_are_bounded_and_bytes_are_not, depth_is_bounded,
          facts_are_counted)
