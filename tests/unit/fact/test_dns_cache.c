/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <stdio.h>

#include "fact/dns_cache.h"

enum { FRESH = 100, OLD = 200 };

static void
set_key(struct dns_key *k, enum dns_type type, const char *name)
{
	const struct dns_question q = { type, sv_str(name), SV_NONE };

	dns_key_set(k, &q);
}

static void
put(struct dns_cache *c, const char *name, const char *text)
{
	const struct dns_record record = { .text = sv_str(text) };
	const struct dns_answer answer = { .n_records = 1, .records = &record };
	struct dns_kept *kept = dns_kept_new(&answer);
	struct dns_key k;

	set_key(&k, DNS_TXT, name);
	dns_cache_put(c, &k, kept, FRESH, OLD);
	dns_kept_unref(kept);
}

/* The text that is remembered, with its age: "0 text"; "" for nothing. */
static const char *
get(struct dns_cache *c, enum dns_type type, const char *name, int64_t now_us)
{
	static char text[100];
	struct dns_key k;
	enum dns_age age = DNS_FRESH;
	struct dns_kept *kept;

	set_key(&k, type, name);
	kept = dns_cache_get(c, &k, now_us, &age);
	*text = '\0';
	if (kept)
		snprintf(text, sizeof text, "%d " SV_FMT, (int)age,
		         SV_ARG(kept->answer.records[0].text));
	dns_kept_unref(kept);
	return text;
}

START_TEST(answers_are_fresh_then_old_then_gone)
{
	struct dns_cache *c = dns_cache_new(1000, 1 << 20);

	put(c, "a.example", "one");
	ck_assert_str_eq(get(c, DNS_TXT, "a.example", 0), "0 one");
	ck_assert_str_eq(get(c, DNS_TXT, "a.example", FRESH - 1), "0 one");
	ck_assert_str_eq(get(c, DNS_TXT, "a.example", FRESH), "1 one");
	ck_assert_str_eq(get(c, DNS_TXT, "a.example", OLD), "");
	ck_assert_str_eq(get(c, DNS_MX, "a.example", 0), "");
	ck_assert_str_eq(get(c, DNS_TXT, "b.example", 0), "");
	put(c, "a.example", "two");
	ck_assert_str_eq(get(c, DNS_TXT, "a.example", 0), "0 two");
	dns_cache_clear(c);
	ck_assert_str_eq(get(c, DNS_TXT, "a.example", 0), "");
	dns_cache_free(c);
	dns_cache_free(NULL);
}
END_TEST

START_TEST(an_old_answer_can_be_prolonged)
{
	struct dns_cache *c = dns_cache_new(1000, 1 << 20);
	struct dns_key k;
	struct dns_kept *kept;

	set_key(&k, DNS_TXT, "a.example");
	put(c, "a.example", "one");
	kept = dns_cache_prolong(c, &k, 120, 150);
	ck_assert_ptr_nonnull(kept);
	dns_kept_unref(kept);
	ck_assert_str_eq(get(c, DNS_TXT, "a.example", 140), "2 one");
	ck_assert_str_eq(get(c, DNS_TXT, "a.example", 150), "1 one");
	ck_assert_ptr_null(dns_cache_prolong(c, &k, OLD, OLD + 10));
	dns_cache_free(c);
}
END_TEST

START_TEST(number_and_bytes_are_bounded)
{
	struct dns_cache *c = dns_cache_new(160, 1 << 20);
	char name[40];
	size_t n = 0;

	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof name, "n%d.example", i);
		put(c, name, "text");
		/* One that is asked for stays. */
		ck_assert_str_eq(get(c, DNS_TXT, "n0.example", 0), "0 text");
	}
	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof name, "n%d.example", i);
		n += *get(c, DNS_TXT, name, 0) != '\0';
	}
	ck_assert_uint_ge(n, 100);
	ck_assert_uint_le(n, 176);
	dns_cache_limit(c, 160, 0);
	ck_assert_str_eq(get(c, DNS_TXT, "n0.example", 0), "");
	put(c, "n0.example", "text");
	ck_assert_str_eq(get(c, DNS_TXT, "n0.example", 0), "");
	dns_cache_free(c);
}
END_TEST

START_TEST(what_somebody_holds_outlives_the_cache)
{
	struct dns_cache *c = dns_cache_new(1000, 1 << 20);
	struct dns_key k;
	enum dns_age age;
	struct dns_kept *kept;

	set_key(&k, DNS_TXT, "a.example");
	put(c, "a.example", "one");
	kept = dns_cache_get(c, &k, 0, &age);
	dns_cache_free(c);
	ck_sv_eq(kept->answer.records[0].text, "one");
	dns_kept_unref(kept);
}
END_TEST

UNIT_MAIN("dns_cache", answers_are_fresh_then_old_then_gone,
          an_old_answer_can_be_prolonged, number_and_bytes_are_bounded,
          what_somebody_holds_outlives_the_cache)
