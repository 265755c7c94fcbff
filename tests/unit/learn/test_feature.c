/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "sample.h"

static bool
has(const struct features *f, const char *name)
{
	for (int k = 0; k < FEATURE_KINDS; k++)
		for (size_t i = 0; i < f->kinds[k].n; i++)
			if (sv_eq_str(f->kinds[k].names[i], name))
				return true;
	return false;
}

START_TEST(the_same_message_has_the_same_features)
{
	struct features a, b;

	sample_begin();
	a = sample_features(sample_mail("Subject: offer\n\nBuy it, buy it"));
	b = sample_features(sample_mail("Subject: offer\n\nBuy it, buy it"));
	ck_assert_uint_gt(features_count(&a), 20);
	ck_assert_mem_eq(a.identity, b.identity, FEATURE_IDENTITY);
	for (int k = 0; k < FEATURE_KINDS; k++) {
		ck_assert_uint_eq(a.kinds[k].n, b.kinds[k].n);
		for (size_t i = 0; i < a.kinds[k].n; i++)
			ck_assert_uint_eq(a.kinds[k].hashes[i],
			                  b.kinds[k].hashes[i]);
	}
	sample_end();
}
END_TEST

/* Written down: a model on disk must mean the same to the next version. */
START_TEST(hashes_do_not_change)
{
	struct features f;

	sample_begin();
	f = sample_features(sample_post("casino"));
	ck_assert_uint_eq(f.kinds[FEATURE_WORD].n, 1);
	ck_assert_uint_eq(f.kinds[FEATURE_WORD].hashes[0],
	                  UINT64_C(0xe440d461bec560dc));
	ck_assert_uint_eq(f.kinds[FEATURE_GRAM].n, 3);
	ck_assert_uint_eq(f.kinds[FEATURE_GRAM].hashes[0],
	                  UINT64_C(0xcec0835a73742655));
	sample_end();
}
END_TEST

START_TEST(each_piece_counts_once)
{
	struct features f;

	sample_begin();
	f = sample_features(sample_post("spam spam spam spam"));
	ck_assert_uint_eq(f.kinds[FEATURE_WORD].n, 1);
	ck_assert_uint_eq(f.kinds[FEATURE_PAIR].n, 1);
	sample_end();
}
END_TEST

START_TEST(words_are_found_in_any_script)
{
	static const struct {
		const char *text, *name;
	} cases[] = {
		{ "Casino Bonus", "word \"casino\"" },
		{ "Casino Bonus", "pair \"casino bonus\"" },
		{ "Casino Bonus", "shape \"Aa\"" },
		{ "win $1000!", "shape \"$9d!\"" },
		{ "call 08712300220", "shape longest number \"11\"" },
		{ "ALL CAPITALS", "shape share of capitals \"9\"" },
		{ "дешевые часы", "word \"часы\"" },
		{ "免费彩票", "word \"彩票\"" },
		{ "免费彩票", "word \"彩\"" },
		{ "C\u0430sin\u043e", "word \"casino\"" },
		{ "see http://shop.example.org/buy?id=1",
		  "url domain \"example.org\"" },
		{ "see http://shop.example.org/buy?id=1", "url piece \"buy\"" },
	};

	sample_begin();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct features f = sample_features(sample_post(cases[i].text));

		ck_assert_msg(has(&f, cases[i].name), "%s: no %s",
		              cases[i].text, cases[i].name);
	}
	sample_end();
}
END_TEST

START_TEST(the_header_counts_by_field)
{
	struct features f;

	sample_begin();
	f = sample_features(sample_mail("Subject: big offer\n"
	                                "X-Mailer: Blaster 3\n"
	                                "Date: Mon, 6 Apr 2026 10:00:00 +0900\n"
	                                "\nx"));
	ck_assert(has(&f, "header subject \"offer\""));
	ck_assert(has(&f, "header x-mailer \"Blaster\""));
	ck_assert(has(&f, "header zone \"+0900\""));
	ck_assert(has(&f, "header field \"date\""));
	ck_assert(!has(&f, "header date \"Apr\""));
	sample_end();
}
END_TEST

START_TEST(what_was_added_later_does_not_count)
{
	static const char *const names[] = { "X-Spam-Status", "Delivered-To",
		                             "Authentication-Results",
		                             "ARC-Seal", "x-original-to" };

	sample_begin();
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct sv text =
		    arena_printf(sample_arena,
		                 "%s: yes\nSubject: a b c d\n\ntext", names[i]);
		struct features with = sample_features(sample_mail(text.p));
		struct features without =
		    sample_features(sample_mail("Subject: a b c d\n\ntext"));

		ck_assert_uint_eq(features_count(&with),
		                  features_count(&without));
	}
	sample_end();
}
END_TEST

START_TEST(a_domain_has_features_of_its_own)
{
	struct feature_source source = { .names = true };
	struct features f;

	sample_begin();
	source.message = sample_post("casino");
	features_make(sample_arena, &source, &f);
	ck_assert_uint_eq(f.kinds[FEATURE_PERSONAL].n, 0);
	source.domain = SV("Example.ORG");
	features_make(sample_arena, &source, &f);
	ck_assert_uint_eq(f.kinds[FEATURE_PERSONAL].n, 2);
	ck_assert(has(&f, "example.org: word \"casino\""));
	sample_end();
}
END_TEST

START_TEST(a_huge_message_has_bounded_features)
{
	char *text = malloc(4000001);
	uint32_t x = 1;
	struct features f;

	for (size_t i = 0; i < 4000000; i++) {
		x = x * 1664525 + 1013904223;
		text[i] = (char)(' ' + (x >> 24) % 95);
	}
	text[4000000] = '\0';
	sample_begin();
	f = sample_features(sample_post(text));
	ck_assert_uint_lt(features_count(&f), FEATURES_MAX);
	f = sample_features(sample_mail(text));
	ck_assert_uint_lt(features_count(&f), FEATURES_MAX);
	sample_end();
	free(text);
}
END_TEST

START_TEST(identity_does_not_depend_on_what_servers_add)
{
	struct features a, b, c;

	sample_begin();
	a = sample_features(sample_mail("Message-ID: <1@example.org>\n\ntext"));
	b = sample_features(sample_mail("Received: from a by b\n"
	                                "X-Spam-Flag: YES\n"
	                                "Message-ID: <1@example.org>\n\ntext"));
	c = sample_features(sample_mail("Message-ID: <2@example.org>\n\ntext"));
	ck_assert_mem_eq(a.identity, b.identity, FEATURE_IDENTITY);
	ck_assert_mem_ne(a.identity, c.identity, FEATURE_IDENTITY);
	sample_end();
}
END_TEST

UNIT_MAIN("feature", the_same_message_has_the_same_features,
          hashes_do_not_change, each_piece_counts_once,
          words_are_found_in_any_script, the_header_counts_by_field,
          what_was_added_later_does_not_count, a_domain_has_features_of_its_own,
          a_huge_message_has_bounded_features,
          identity_does_not_depend_on_what_servers_add)
