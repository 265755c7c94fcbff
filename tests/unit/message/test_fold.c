/* SPDX-License-Identifier: Apache-2.0 */
#include "message/fold.h"

#include "base/utf8.h"
#include "parse.h"

struct fold_case {
	const char *text, *folded;
};

static void
check_cases(const struct fold_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ck_sv_eq(fold_text(arena(), sv_str(cases[i].text)).text,
		         cases[i].folded);
}

#define CHECK(cases) check_cases(cases, sizeof(cases) / sizeof *(cases))

START_TEST(case_width_and_style_do_not_count)
{
	static const struct fold_case cases[] = {
		{ "", "" },
		{ "Plain TEXT, 2 lines.\n", "plain text, 2 lines.\n" },
		{ "ＣＡＳＩＮＯ ﬁne ℃", "casino fine °c" },
		{ "𝐂𝑎𝓼𝕚𝖓𝙤 ⒸⒶⓈⒾⓃⓄ 🅒🅐🅢🅘🅝🅞 🄲🄰🅂🄸🄽🄾",
		  "casino casino casino casino" },
		{ "⒞⒜⒮⒤⒩⒪ 🇸🇱🇴🇹 ᴄᴀꜱɪɴᴏ", "casino slot casino" },
		{ "Straße, GROẞ, naïve café, Đặng Ørsted łódź",
		  "strasse, gross, naive cafe, dang orsted lodz" },
		{ "a\xc2\xa0"
		  "b\xe3\x80\x80"
		  "c",
		  "a b c" },
		{ "Viagra™ it´s \xe2\x80\x98so\xe2\x80\x99 1\xe2\x81\x84"
		  "2",
		  "viagra it's 'so' 1/2" },
	};

	CHECK(cases);
}
END_TEST

START_TEST(what_is_not_seen_is_left_out)
{
	static const struct fold_case cases[] = {
		{ "ca\xe2\x80\x8bsi\xe2\x80\x8c\xe2\x80\x8dno", "casino" },
		{ "ca\xc2\xadsi\xef\xb8\x8fno\xef\xbb\xbf", "casino" },
		{ "\xe2\x80\xae"
		  "casino\xe2\x80\xac",
		  "casino" },
		{ "z\xcc\xb7\xcc\xa2\xcc\x9b"
		  "a\xcc\xb6l\xcc\xb8go",
		  "zalgo" },
		/* a mark of another script behind a Latin letter */
		{ "ca\xdc\xbfsino", "casino" },
	};

	CHECK(cases);
}
END_TEST

START_TEST(look_alikes_become_latin_in_latin_words)
{
	static const struct fold_case cases[] = {
		{ "Clаim your cаsinо bоnus", "claim your casino bonus" },
		{ "cασinο ΡAYΡAL pаypаl", "caoino paypal paypal" },
		{ "g〇〇gle gഠഠgle g໐໐gle", "google google google" },
		/* all of look-alikes, in Latin text and alone */
		{ "buy саре now", "buy cape now" },
		{ "саре", "саре" },
		/* loose ones only together with letters that are Latin */
		{ "viтamin", "vitamin" },
		/* money stays money */
		{ "win £5m or €3bn, fr€€", "win £5m or €3bn, free" },
	};

	CHECK(cases);
}
END_TEST

START_TEST(words_of_other_scripts_stay)
{
	static const struct fold_case cases[] = {
		{ "Все сухо, роса и сор. НЕТ ВОЙНЕ",
		  "все сухо, роса и сор. нет войне" },
		{ "Скачай Google Chrome с сайта, Не жди",
		  "скачай google chrome с сайта, не жди" },
		{ "настроил VPN-сервер и SMSщик",
		  "настроил vpn-сервер и smsщик" },
		{ "Ελληνικά και το αυτό", "ελληνικα και το αυτο" },
		{ "代开发票 我用QQ了", "代开发票 我用qq了" },
		{ "ภาษาไทย กิ่ง ไอโฟน15", "ภาษาไทย กิ่ง ไอโฟน15" },
		{ "אשר את הסיסמה أهلا وسهلا", "אשר את הסיסמה أهلا وسهلا" },
		{ "हिन्दी ० ഠ", "हिन्दी ० ഠ" },
		{ "がぎ か\xe3\x82\x99 ｶﾞﾊﾟ", "がぎ が ガパ" },
		{ "мой ёж їжак мои\xcc\x86 е\xcc\x88ж за\xcc\x81мок",
		  "мой ёж їжак мой ёж замок" },
	};

	CHECK(cases);
}
END_TEST

START_TEST(latin_letters_become_cyrillic_in_cyrillic_words)
{
	static const struct fold_case cases[] = {
		{ "Haбиpaю кoмaндy для coвмecтнoгo зapaбoткa",
		  "набираю команду для совместного заработка" },
		{ "Bcем пpивет, oт нac", "всем привет, от нас" },
		{ "кaзин0 3аработок хо4у 10-й", "казино заработок хочу 10-й" },
		/* letters that only Latin has, and some that only Cyrillic has
		 */
		{ "Яndex", "яndex" },
	};

	CHECK(cases);
}
END_TEST

START_TEST(digits_and_signs_in_words_become_letters)
{
	static const struct fold_case cases[] = {
		{ "p0rn m0n3y c45ino V1@GR4 ca$h cas1n0",
		  "porn money casino viagra cash casino" },
		{ "0nline 1oan on1ine p1ay s1ots v1p pi11s sa1e",
		  "online loan online play slots vip pills sale" },
		{ "v1agra va1ium", "viagra valium" },
		/* styled digits as well */
		{ "c𝟒s𝟣n０", "casino" },
		/* numbers, names of things, addresses */
		{ "2024 $100 $5k 4x4 1st 7pm 5GB h264 mp3",
		  "2024 $100 $5k 4x4 1st 7pm 5gb h264 mp3" },
		{ "win10 covid19 slot777 iphone14 a55 M3",
		  "win10 covid19 slot777 iphone14 a55 m3" },
		{ "joe@casino.example @someone c@sino",
		  "joe@casino.example @someone casino" },
		{ "0123456789abcdef0123456789abcdef0123456789abcdef",
		  "0123456789abcdef0123456789abcdef0123456789abcdef" },
	};

	CHECK(cases);
}
END_TEST

START_TEST(single_letters_kept_apart_become_a_word)
{
	static const struct fold_case cases[] = {
		{ "v i a g r a, v.i.a.g.r.a! V-I-A-G-R-A",
		  "viagra, viagra! viagra" },
		{ "c*a*s*i*n*o c·a·s·i·n·o", "casino casino" },
		{ "с а s i n о now", "casino now" },
		{ "v 1 @ g r a", "viagra" },
		{ "v\xe2\x80\x8b.i.a.g.r.a\xcc\x81", "viagra" },
		{ "代 开 发 票", "代开发票" },
		/* too few, other separators, more than one letter */
		{ "a b c, d. I a m", "a b c, d. i a m" },
		{ "a b-c d.e f", "a b-c d.e f" },
		{ "v i agra", "v i agra" },
		{ "1 2 3 4 5 6, a 1 2 3 4", "1 2 3 4 5 6, a 1 2 3 4" },
		{ "J. R. R. T. x, e.g. this", "j. r. r. t. x, e.g. this" },
	};

	CHECK(cases);
}
END_TEST

START_TEST(bytes_that_are_not_utf8_stay)
{
	static const struct fold_case cases[] = {
		{ "a\xff"
		  "B \xc3",
		  "a\xff"
		  "b \xc3" },
		{ "ca\xe2\x80sino", "ca\xe2\x80sino" },
	};

	CHECK(cases);
}
END_TEST

START_TEST(offsets_lead_back_to_the_original)
{
	static const struct {
		const char *text, *folded, *original;
	} cases[] = {
		{ "Plain text", "text", "text" },
		{ "your cаsinо bonus", "casino", "cаsinо" },
		{ "a v.i.a.g.r.a!", "viagra", "v.i.a.g.r.a" },
		{ "ca\xe2\x80\x8bsino x", "casino", "ca\xe2\x80\x8bsino" },
		{ "ca\xe2\x80\x8bsino x", "sin", "sin" },
		{ "ca\xe2\x80\x8bsino x", "a", "a" },
		{ "1\xc2\xbd x", "/", "\xc2\xbd" },
		{ "Ⓒⓐⓢino", "as", "ⓐⓢ" },
		{ "x и\xcc\x86 y", "й", "и\xcc\x86" },
		{ "\xe2\x80\x8bи\xcc\x86", "й", "и\xcc\x86" },
		{ "Haбиpaю", "бира", "биpa" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fold f = fold_text(arena(), sv_str(cases[i].text));
		struct sv want = sv_str(cases[i].folded), got;
		size_t at = sv_find(f.text, want), offset;

		ck_assert_msg(at != SV_NOT_FOUND, "%s: " SV_FMT, cases[i].text,
		              SV_ARG(f.text));
		got = fold_origin(&f, at, want.n, &offset);
		ck_sv_eq(got, cases[i].original);
		ck_assert(got.p == f.original.p + offset);
	}
}
END_TEST

START_TEST(offsets_at_and_beyond_the_end_are_those_of_the_end)
{
	struct fold f = fold_text(arena(), SV("ab\xc2\xad"));
	size_t offset;

	ck_assert_uint_eq(fold_origin(&f, 2, 0, &offset).n, 0);
	ck_assert_uint_eq(offset, 4);
	ck_assert_uint_eq(fold_origin(&f, 9, 9, &offset).n, 0);
	ck_sv_eq(fold_origin(&f, 1, 9, &offset), "b\xc2\xad");
	f = fold_text(arena(), SV(""));
	ck_assert_uint_eq(fold_origin(&f, 0, 0, &offset).n, 0);
	ck_assert_uint_eq(offset, 0);
}
END_TEST

START_TEST(a_character_folds_once_and_for_all)
{
	for (uint32_t code = 1; code <= 0x10ffff; code++) {
		char bytes[4];
		struct sv c = sv_make(bytes, utf8_encode(code, bytes));
		struct fold once = fold_text(arena(), c), twice;

		twice = fold_text(arena(), once.text);
		ck_assert_msg(sv_eq(once.text, twice.text), "U+%04X", code);
		ck_assert_msg(once.text.n <= FOLD_FACTOR * c.n, "U+%04X", code);
		ck_assert_msg(utf8_valid(once.text), "U+%04X", code);
		if (code % 4096 == 0)
			arena_reset(arena());
	}
}
END_TEST

START_TEST(elements_are_folded_up_to_a_limit)
{
	struct sv texts[] = { SV("ONE"), SV("TWO"), SV("Three") };
	struct view view = { texts, 3 };
	struct fold_view v = fold_view(arena(), &view, 4);

	ck_assert_uint_eq(v.view.n, 3);
	ck_sv_eq(v.view.elements[0], "one");
	ck_sv_eq(v.view.elements[1], "two");
	ck_sv_eq(v.view.elements[2], "Three");
	view.n = 0;
	ck_assert_uint_eq(fold_view(arena(), &view, 4).view.n, 0);
}
END_TEST

/* Each would take minutes if some step were repeated for each character. */
START_TEST(time_is_linear_in_hostile_texts)
{
	static const char *const texts[] = {
		"a ",
		"1 ",
		"a.b ",
		"v i ",
		"@a",
		"a@",
		"0",
		"1a",
		"с",
		"н ",
		"\xcc\x86",
		"и\xcc\x86",
		"a\xe2\x80\x8b ",
		"са ",
		"€1",
		"a-",
	};
	struct buf text = BUF_INIT(1 << 20);

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		buf_reset(&text);
		while (!text.full)
			buf_add_str(&text, texts[i]);
		text.full = false;
		fold_text(arena(), buf_sv(&text));
		arena_reset(arena());
	}
	buf_done(&text);
}
END_TEST

START_TEST(regular_expressions_are_told_what_never_occurs)
{
	static const struct {
		const char *regex;
		bool is_caseless;
		const char *never;
	} cases[] = {
		{ "\\bcasino\\b[0-9]{2}", false, "" },
		{ "Casino", false, "C" },
		{ "Casino", true, "" },
		{ "\\W\\p{Lu}\\x{E9}\\Bx", false, "" },
		{ "caf\xc3\xa9", true, "\xc3\xa9" },
		{ "выигрывай|δ", false, "" },
		{ "\\", false, "" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_sv_eq(
		    fold_never(sv_str(cases[i].regex), cases[i].is_caseless),
		    cases[i].never);
}
END_TEST

UNIT_MAIN("fold", case_width_and_style_do_not_count,
          what_is_not_seen_is_left_out, look_alikes_become_latin_in_latin_words,
          words_of_other_scripts_stay,
          latin_letters_become_cyrillic_in_cyrillic_words,
          digits_and_signs_in_words_become_letters,
          single_letters_kept_apart_become_a_word, bytes_that_are_not_utf8_stay,
          offsets_lead_back_to_the_original,
          offsets_at_and_beyond_the_end_are_those_of_the_end,
          a_character_folds_once_and_for_all, elements_are_folded_up_to_a_limit,
          time_is_linear_in_hostile_texts,
          regular_expressions_are_told_what_never_occurs)
