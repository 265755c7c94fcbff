/* SPDX-License-Identifier: Apache-2.0 */
#include "message/entity.h"

#include "base/utf8.h"
#include "parse.h"

#define ENTITY(name, code, second, bare) { #name, code, second, bare },
static const struct {
	const char *name;
	uint32_t code, second;
	bool bare;
} all[] = {
#include "message/entity.def"
};
#undef ENTITY

static struct sv
decoded(const char *text, bool in_attribute, size_t *ret_used)
{
	static char out[ENTITY_BYTES_MAX];
	size_t n = 0;

	*ret_used = entity_decode(sv_str(text), in_attribute, out, &n);
	return sv_make(out, n);
}

START_TEST(every_name_is_found)
{
	struct buf want = BUF_INIT(100);
	size_t used, bare = 0;

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct sv text = arena_printf(arena(), "&%s;x", all[i].name);
		struct sv got = decoded(text.p, false, &used);

		buf_reset(&want);
		utf8_add(&want, all[i].code);
		if (all[i].second)
			utf8_add(&want, all[i].second);
		ck_assert_uint_eq(used, text.n - 1);
		ck_assert(sv_eq(got, buf_sv(&want)));
		/* What is said about how much a text can grow. */
		ck_assert_uint_le(got.n, used + used / ENTITY_GROWTH);
		bare += all[i].bare;
	}
	ck_assert_uint_eq(sizeof all / sizeof *all + bare, 2231);
	buf_done(&want);
}
END_TEST

START_TEST(some_names_need_no_semicolon)
{
	size_t used;

	ck_sv_eq(decoded("&copy2", false, &used), "\xc2\xa9");
	ck_assert_uint_eq(used, 5);
	ck_sv_eq(decoded("&notit;", false, &used), "\xc2\xac");
	ck_assert_uint_eq(used, 4);
	decoded("&euro", false, &used);
	ck_assert_uint_eq(used, 0);
	ck_sv_eq(decoded("&notin;", false, &used), "\xe2\x88\x89");
	ck_assert_uint_eq(used, 7);
}
END_TEST

START_TEST(a_query_in_an_attribute_stays)
{
	static const struct {
		const char *text;
		size_t used;
	} cases[] = {
		{ "&copy=1", 0 },  { "&copy2", 0 }, { "&copy;=1", 6 },
		{ "&copy&lt", 5 }, { "&copy", 5 },  { "&copyright", 0 },
		{ "&lt=3", 0 },    { "&amp", 4 },   { "&ampx", 0 },
	};
	size_t used;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		decoded(cases[i].text, true, &used);
		ck_assert_uint_eq(used, cases[i].used);
	}
}
END_TEST

START_TEST(numbers_are_code_points_or_windows_1252)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "&#65;", "A" },
		{ "&#x41", "A" },
		{ "&#X41;", "A" },
		{ "&#0;", "\xef\xbf\xbd" },
		{ "&#xd800;", "\xef\xbf\xbd" },
		{ "&#x110000;", "\xef\xbf\xbd" },
		{ "&#99999999999999999999;", "\xef\xbf\xbd" },
		{ "&#128;", "\xe2\x82\xac" },
		{ "&#x9f;", "\xc5\xb8" },
		{ "&#x81;", "\xc2\x81" },
		{ "&#xfdd0;", "\xef\xb7\x90" },
		{ "&#x1f600;", "\xf0\x9f\x98\x80" },
	};
	size_t used;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ck_sv_eq(decoded(cases[i].text, false, &used), cases[i].want);
		ck_assert_uint_eq(used, strlen(cases[i].text));
	}
}
END_TEST

START_TEST(what_is_no_reference_is_none)
{
	static const char *const cases[] = {
		"&",     "& ",         "&;",
		"&#",    "&#;",        "&#x",
		"&#xg;", "&nonsense;", "&CounterClockwiseContourIntegralx;",
	};
	size_t used;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		decoded(cases[i], false, &used);
		ck_assert_uint_eq(used, 0);
	}
}
END_TEST

UNIT_MAIN("entity", every_name_is_found, some_names_need_no_semicolon,
          a_query_in_an_attribute_stays,
          numbers_are_code_points_or_windows_1252, what_is_no_reference_is_none)
