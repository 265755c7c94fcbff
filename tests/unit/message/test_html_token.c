/* SPDX-License-Identifier: Apache-2.0 */
#include "message/html_token.h"

#include "parse.h"

/* Tokens as text: "a" text, "(a)" raw text, "<p k=v>", "</p>", "!" comment,
 * each followed by "|". */
static struct sv
tokens_of(const char *html)
{
	struct buf out = BUF_INIT(1 << 20);
	struct html_tokens x;
	struct html_token t;
	struct sv result;

	html_tokens_init(&x, sv_str(html));
	while (html_tokens_next(&x, &t)) {
		if (t.kind == TOKEN_TEXT) {
			buf_addf(&out, t.is_raw ? "(" SV_FMT ")" : SV_FMT,
			         SV_ARG(t.text));
		} else if (t.kind == TOKEN_COMMENT) {
			buf_add_char(&out, '!');
		} else {
			buf_addf(&out, "<%s" SV_FMT,
			         t.kind == TOKEN_END ? "/" : "",
			         SV_ARG(t.name));
			if (html_token_has(&t, AT_HREF))
				buf_addf(&out, " href=" SV_FMT,
				         SV_ARG(t.attrs[AT_HREF]));
			if (html_token_has(&t, AT_ALT))
				buf_addf(&out, " alt=" SV_FMT,
				         SV_ARG(t.attrs[AT_ALT]));
			buf_add_str(&out, t.is_empty ? "/>" : ">");
		}
		buf_add_char(&out, '|');
	}
	result = arena_dup(arena(), buf_sv(&out));
	buf_done(&out);
	return result;
}

struct token_case {
	const char *html, *tokens;
};

static void
check(const struct token_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ck_sv_eq(tokens_of(cases[i].html), cases[i].tokens);
}
#define CHECK(cases) check(cases, sizeof cases / sizeof *cases)

START_TEST(tags_are_cut_out_of_text)
{
	static const struct token_case cases[] = {
		{ "", "" },
		{ "a<b>c</b>d", "a|<b>|c|</b>|d|" },
		{ "a < b", "a |< b|" },
		{ "<3 <", "<3 |<|" },
		{ "a</", "a|</|" },
		{ "a</>b", "a|!|b|" },
		{ "a</ b>c", "a|!|c|" },
		{ "<?x?>a<!y>b", "!|a|!|b|" },
		{ "<b", "" },
		{ "a<b x", "a|" },
		{ "a<b x='>", "a|" },
		{ "<b/><b/x>", "<b>|<b>|" },
		{ "<x-y:z>", "<x-y:z>|" },
	};

	CHECK(cases);
}
END_TEST

START_TEST(attributes_are_read_as_clients_do)
{
	static const struct token_case cases[] = {
		{ "<a href=x>", "<a href=x>|" },
		{ "<a HREF = 'x y'>", "<a href=x y>|" },
		{ "<a href=\"x>y\">", "<a href=x>y>|" },
		{ "<a href=1 href=2>", "<a href=1>|" },
		{ "<a href='1'alt='2'>", "<a href=1 alt=2>|" },
		{ "<a href=x/>", "<a href=x/>|" },
		{ "<a/href=x/alt=y>", "<a href=x/alt=y>|" },
		{ "<a href>", "<a href=>|" },
		{ "<a href=>b", "<a href=>|b|" },
		{ "<a href=\"x>", "" },
		{ "<a href=x\"y'z>", "<a href=x\"y'z>|" },
		{ "<a \"href=x>", "<a>|" },
		{ "<a =href=x href=y>", "<a href=y>|" },
		{ "<a href\n=\n\"x\"\n>", "<a href=x>|" },
	};

	CHECK(cases);
}
END_TEST

START_TEST(comments_end_as_in_the_standard)
{
	static const struct token_case cases[] = {
		{ "<!--a-->b", "!|b|" },
		{ "<!-->b", "!|b|" },
		{ "<!--->b", "!|b|" },
		{ "<!---->b", "!|b|" },
		{ "<!--a--!>b", "!|b|" },
		{ "<!--!>a-->b", "!|b|" },
		{ "<!---!>a-->b", "!|b|" },
		{ "<!----!>b", "!|b|" },
		{ "<!-- -- > -->b", "!|b|" },
		{ "<!--a", "!|" },
		{ "<!-a>b", "!|b|" },
		{ "<![CDATA[a>b]]>c", "!|b]]>c|" },
		{ "<!doctype html>b", "!|b|" },
	};

	CHECK(cases);
}
END_TEST

START_TEST(raw_text_ends_at_its_own_end_tag)
{
	static const struct token_case cases[] = {
		{ "<title>a<b>&c</title>d", "<title>|a<b>&c|</title>|d|" },
		{ "<textarea><!-- </textarea>d",
		  "<textarea>|<!-- |</textarea>|d|" },
		{ "<style>a<b></style x>c", "<style>|(a<b>)|</style>|c|" },
		{ "<xmp></xm></xmpx></xmp>c",
		  "<xmp>|(</xm></xmpx>)|</xmp>|c|" },
		{ "<iframe><p></iframe>c", "<iframe>|(<p>)|</iframe>|c|" },
		{ "<iframe><p></IFRAME/>c", "<iframe>|(<p>)|</IFRAME>|c|" },
		{ "<style></style>c", "<style>|</style>|c|" },
		{ "<title>a", "<title>|a|" },
		{ "<title>a</title", "<title>|a|" },
		{ "<plaintext>a</plaintext>", "<plaintext>|(a</plaintext>)|" },
	};

	CHECK(cases);
}
END_TEST

START_TEST(scripts_may_hold_comments_with_scripts)
{
	static const struct token_case cases[] = {
		{ "<script>a</script>b", "<script>|(a)|</script>|b|" },
		{ "<script><!-- a</script>b",
		  "<script>|(<!-- a)|</script>|b|" },
		{ "<script><!--<script>a</script>b--></script>c",
		  "<script>|(<!--<script>a</script>b-->)|</script>|c|" },
		{ "<script><!--<script >a</script >b</script>c",
		  "<script>|(<!--<script >a</script >b)|</script>|c|" },
		{ "<script><!--<scriptx>a</script>b",
		  "<script>|(<!--<scriptx>a)|</script>|b|" },
		{ "<script><!--><script>a</script>b",
		  "<script>|(<!--><script>a)|</script>|b|" },
		{ "<script><!--<script>a", "<script>|(<!--<script>a)|" },
	};

	CHECK(cases);
}
END_TEST

START_TEST(svg_has_tags_where_html_has_raw_text)
{
	static const struct token_case cases[] = {
		{ "<svg><style><b>a", "<svg>|<style>|<b>|a|" },
		{ "<svg><path/></svg><style><b>",
		  "<svg>|<path/>|</svg>|<style>|(<b>)|" },
		{ "<svg><![CDATA[a>b]]>c", "<svg>|(a>b)|c|" },
		{ "<svg><![CDATA[a", "<svg>|(a)|" },
		{ "<svg/><style><b>", "<svg/>|<style>|(<b>)|" },
		{ "<svg><p><style><b>", "<svg>|<p>|<style>|(<b>)|" },
	};

	CHECK(cases);
}
END_TEST

/* Names of elements, attributes and properties, in any case, and none else. */
START_TEST(names_are_found_by_their_slots)
{
#define ELEMENT(id, name, spacing, flags)                                      \
	ck_assert_int_eq(html_element_find(SV(name)), EL_##id);
#include "message/html_element.def"
#define ATTR(id, name) ck_assert_int_eq(html_attr_find(SV(name)), AT_##id);
#include "message/html_attr.def"
#define PROPERTY(id, name)                                                     \
	ck_assert_int_eq(css_property_find(SV(name)), CSS_##id);
#include "message/css_property.def"
	ck_assert_int_eq(html_element_find(SV("BlockQuote")), EL_BLOCKQUOTE);
	ck_assert_int_eq(html_element_find(SV("")), EL_UNKNOWN);
	ck_assert_int_eq(html_element_find(SV("blockquot")), EL_UNKNOWN);
	ck_assert_int_eq(html_element_find(SV("blockqXote")), EL_UNKNOWN);
	ck_assert_int_eq(html_attr_find(SV("href\0")), AT_UNKNOWN);
	ck_assert_int_eq(html_attr_find(SV("onclick")), AT_UNKNOWN);
}
END_TEST

UNIT_MAIN("html_token", tags_are_cut_out_of_text,
          attributes_are_read_as_clients_do, comments_end_as_in_the_standard,
          raw_text_ends_at_its_own_end_tag,
          scripts_may_hold_comments_with_scripts,
          svg_has_tags_where_html_has_raw_text, names_are_found_by_their_slots)
