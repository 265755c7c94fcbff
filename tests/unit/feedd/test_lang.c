/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "feedd/diary.h"
#include "feedd/lang.h"
#include "record/words.h"

START_TEST(every_word_of_the_feed_has_a_name_in_every_language)
{
	for (int list = 0; list < WORDS_RULE; list++)
		for (const char *const *w = words_list((enum words)list); *w;
		     w++)
			for (int lang = 0; lang < LANGS; lang++)
				ck_assert_msg(*lang_word(lang, sv_str(*w)),
				              "%s has no name (%s)", *w,
				              lang_codes[lang]);
	for (const char *const *kind = diary_kinds; *kind; kind++)
		ck_assert_msg(*lang_word(LANG_FR, sv_str(*kind)), "%s", *kind);
}
END_TEST

/* Which of {1} to {9} a text has, as bits. */
static unsigned
places_of(const char *text)
{
	unsigned places = 0;

	for (; *text; text++)
		if (text[0] == '{' && sv_is_digit(text[1]) && text[2] == '}')
			places |= 1u << (text[1] - '0');
	return places;
}

START_TEST(texts_have_the_same_places_in_every_language)
{
	for (int text = 0; text < TEXTS; text++)
		for (int lang = 0; lang < LANGS; lang++) {
			ck_assert_msg(*lang_text(lang, text),
			              "text %d is empty", text);
			ck_assert_msg(places_of(lang_text(lang, text)) ==
			                  places_of(lang_text(LANG_EN, text)),
			              "%s", lang_text(lang, text));
		}
}
END_TEST

START_TEST(the_language_is_what_the_reader_wants_most)
{
	static const struct {
		const char *asked, *accept;
		enum lang want;
	} cases[] = {
		{ NULL, NULL, LANG_EN },
		{ NULL, "", LANG_EN },
		{ NULL, "fr", LANG_FR },
		{ NULL, "fr-CA, en;q=0.8", LANG_FR },
		{ NULL, "de, en;q=0.3, zh-CN;q=0.9", LANG_ZH },
		{ NULL, "fr;q=0, zh;q=0.001", LANG_ZH },
		{ NULL, "fr;q=x, ;;,=,en", LANG_EN },
		{ NULL, "FR ; q=1.0", LANG_FR },
		{ "zh", "fr", LANG_ZH },
		{ "xx", "fr", LANG_FR },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_int_eq(lang_choose(cases[i].asked, cases[i].accept),
		                 cases[i].want);
}
END_TEST

START_TEST(numbers_and_dates_are_written_as_people_do)
{
	static const struct {
		enum lang lang;
		const char *count, *axis, *percent, *date;
	} cases[] = {
		{ LANG_EN, "1,234,567", "1.2\xc2\xa0M", "12.3%",
		  "1\xc2\xa0Nov\xc2\xa0"
		  "2026" },
		{ LANG_FR,
		  "1\xe2\x80\xaf"
		  "234\xe2\x80\xaf"
		  "567",
		  "1,2\xc2\xa0M", "12,3\xc2\xa0%",
		  "1er\xc2\xa0nov.\xc2\xa0"
		  "2026" },
		{ LANG_ZH, "1,234,567", "123.4\xe4\xb8\x87", "12.3%",
		  "2026\xe5\xb9\xb4"
		  "11\xe6\x9c\x88"
		  "1\xe6\x97\xa5" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = BUF_INIT(100);

		lang_count(&out, cases[i].lang, 1234567);
		ck_assert_str_eq(buf_str(&out), cases[i].count);
		buf_reset(&out);
		lang_count_short(&out, cases[i].lang, 1234567);
		ck_assert_str_eq(buf_str(&out), cases[i].axis);
		buf_reset(&out);
		lang_percent(&out, cases[i].lang, 1234);
		ck_assert_str_eq(buf_str(&out), cases[i].percent);
		buf_reset(&out);
		lang_date(&out, cases[i].lang, INT64_C(29891520));
		ck_assert_str_eq(buf_str(&out), cases[i].date);
		buf_done(&out);
	}
}
END_TEST

START_TEST(countries_are_named_by_their_codes)
{
	ck_assert_str_eq(lang_country(LANG_EN, SV("FR")), "France");
	ck_assert_str_eq(lang_country(LANG_FR, SV("DE")), "Allemagne");
	ck_assert_str_eq(lang_country(LANG_EN, SV("ZZ")), "");
}
END_TEST

START_TEST(diaries_are_read_and_bad_lines_left_out)
{
	static const char text[] = "# comment\n"
				   "2026-10-03 penalty Example: 20\n"
				   "\tfr Exemple : 20\n"
				   "\n"
				   "2026-11-03 method <b>A button</b>\n"
				   "yesterday penalty no\n"
				   "2026-11-04 prize no\n"
				   "\txx no\n";
	struct arena *a = arena_new();
	struct diags diags = DIAGS_INIT;
	struct diary d;

	ck_assert_int_eq(
	    diary_parse(sv_make(text, sizeof text - 1), "d", a, &diags, &d),
	    E_SYNTAX);
	ck_assert_uint_eq(d.n, 2);
	ck_sv_eq(d.list[0].kind, "method");
	ck_sv_eq(diary_text(&d.list[1], LANG_FR), "Exemple : 20");
	ck_sv_eq(diary_text(&d.list[1], LANG_ZH), "Example: 20");
	diags_done(&diags);
	arena_free(a);
}
END_TEST

UNIT_MAIN("lang", every_word_of_the_feed_has_a_name_in_every_language,
          texts_have_the_same_places_in_every_language,
          the_language_is_what_the_reader_wants_most,
          numbers_and_dates_are_written_as_people_do,
          countries_are_named_by_their_codes,
          diaries_are_read_and_bad_lines_left_out)
