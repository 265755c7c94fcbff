/* SPDX-License-Identifier: Apache-2.0 */
#include "signals.h"

#include <stdio.h>

#include "learn/campaign_list.h"

static const char advert[] =
    "Dear customer, our shop has watches of all famous makers for a tenth of "
    "what you would pay elsewhere. Every watch is new, comes with its box and "
    "papers, and is sent to your home within two days. Order this week and "
    "choose a second one for nothing at all. Nobody will see a difference.";
static const char letter[] =
    "Hello Maria, thanks for the notes about the garden. I will bring the "
    "seeds on Saturday, and my brother can help with the fence if it does not "
    "rain. Tell me when the children are back from the lake, then we can have "
    "dinner together and look at the pictures of last summer.";

struct post {
	struct signals s;
	struct conf *conf;
	struct campaign_secret *secret;
	struct campaign c;
};

static void
start(struct post *p)
{
	struct diags diags = DIAGS_INIT;

	*p = (struct post){ 0 };
	signals_start(&p->s);
	p->conf = conf_parse(SV(""), "test", &diags);
	diags_done(&diags);
	p->secret = campaign_secret_new();
	ck_assert(campaign_secret_load(p->secret, p->s.store, p->s.now_ms));
}

static void
end(struct post *p)
{
	campaign_secret_free(p->secret);
	conf_unref(p->conf);
	signals_end(&p->s);
}

/* Judges a post, and learns it. */
static const struct campaign *
take(struct post *p, const char *text, const struct origin *o,
     const char *target)
{
	const struct message_post post = { .text = sv_str(text) };
	const struct sv targets[] = { sv_str(target) };
	const struct campaign_scene scene = { o, targets, 1 };

	signals_next(&p->s, 1000);
	campaign_sign(&p->c, p->secret,
	              message_from_post(p->s.arena, &post, &p->conf->message),
	              p->s.arena);
	campaign_gather(&p->c, p->secret, &scene, &p->s.x);
	signals_ask(&p->s);
	campaign_judge(&p->c, p->secret, &p->s.x);
	campaign_learn(&p->c, p->secret,
	               SV("0192f0a1-0000-7000-8000-000000000001"), &p->s.x);
	signals_tell(&p->s);
	return &p->c;
}

static const struct origin nobody;

START_TEST(copies_are_a_campaign)
{
	struct post p;

	start(&p);
	ck_assert(take(&p, advert, &nobody, "a")->volume == 0);
	ck_assert(take(&p, letter, &nobody, "a")->volume == 0);
	ck_assert_double_eq_tol(take(&p, advert, &nobody, "a")->volume, 1,
	                        0.01);
	ck_assert_double_eq_tol(take(&p, advert, &nobody, "a")->volume, 2,
	                        0.01);
	ck_assert_uint_eq(strlen(p.c.id), 16);
	ck_assert_int_ge(p.c.age_ms, 2990);
	ck_assert_int_le(p.c.age_ms, 3010);
	end(&p);
}
END_TEST

START_TEST(distinct_ones_are_counted)
{
	struct post p;

	start(&p);
	for (int i = 0; i < 300; i++) {
		char ip[32], from[32], to[32];
		struct origin o = { 0 };

		snprintf(ip, sizeof ip, "198.51.%d.7", i % 50);
		snprintf(from, sizeof from, "u%d@example.org", i % 100);
		snprintf(to, sizeof to, "t%d@example.net", i);
		o.ip = sv_str(ip);
		o.from = sv_str(from);
		take(&p, advert, &o, to);
	}
	ck_assert_double_eq_tol(p.c.volume, 299, 2);
	ck_assert_double_eq_tol(p.c.senders, 100, 10);
	ck_assert_double_eq_tol(p.c.networks, 50, 5);
	ck_assert_double_eq_tol(p.c.targets, 299, 30);
	ck_assert_double_eq_tol(p.c.sender_targets, 6, 2);
	end(&p);
}
END_TEST

START_TEST(short_texts_are_none)
{
	static const char *const texts[] = { "",
		                             "ok",
		                             "thank you",
		                             "see you tomorrow then",
		                             "123 456 789 012 345 678",
		                             "!!! \xf0\x9f\x98\x80 ???" };
	struct post p;

	start(&p);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		ck_assert_uint_eq(take(&p, texts[i], &nobody, "a")->keys.n, 0);
	end(&p);
}
END_TEST

START_TEST(people_find_them)
{
	struct campaign_row *rows, row;
	struct post p;
	size_t n;

	start(&p);
	for (int i = 0; i < 9; i++)
		take(&p, advert, &nobody, "a");
	for (int i = 0; i < 5; i++)
		take(&p, letter, &nobody, "a");
	rows = campaign_list(p.s.store, p.s.arena, p.s.now_ms, 10, &n);
	ck_assert_uint_eq(n, 2);
	ck_assert_double_eq_tol(rows[0].campaign.volume, 9, 0.1);
	ck_assert_double_eq_tol(rows[1].campaign.volume, 5, 0.1);
	ck_assert_str_eq(rows[1].id, p.c.id);
	ck_assert(campaign_find(p.s.store, p.s.arena, p.s.now_ms,
	                        sv_str(p.c.id), &row));
	ck_assert_str_eq(row.verdict_id,
	                 "0192f0a1-0000-7000-8000-000000000001");
	ck_assert(
	    !campaign_find(p.s.store, p.s.arena, p.s.now_ms, SV("none"), &row));
	end(&p);
}
END_TEST

START_TEST(all_have_the_secret_of_the_store)
{
	struct campaign_secret *other;
	struct post p;

	start(&p);
	take(&p, advert, &nobody, "a");
	other = p.secret;
	p.secret = campaign_secret_new();
	ck_assert(campaign_secret_load(p.secret, p.s.store, p.s.now_ms));
	ck_assert(take(&p, advert, &nobody, "a")->volume > 0.9);
	campaign_secret_free(other);
	end(&p);
}
END_TEST

START_TEST(without_a_secret_there_is_none)
{
	struct post p;

	start(&p);
	campaign_secret_free(p.secret);
	p.secret = NULL;
	ck_assert_uint_eq(take(&p, advert, &nobody, "a")->keys.n, 0);
	ck_assert(p.c.volume == 0);
	end(&p);
}
END_TEST

START_TEST(one_key_says_nothing)
{
	const struct campaign_keys k = { .n = 10, .n_text = 8, .quorum = 3 };
	double v[CAMPAIGN_KEYS] = { 1, 900, 2, 3, 0, 0, 0, 0 };

	ck_assert(campaign_quorum(&k, v) == 2);
	v[9] = 800; /* links count like one of the text */
	ck_assert(campaign_quorum(&k, v) == 3);
	v[8] = 7; /* the whole text counts alone */
	ck_assert(campaign_quorum(&k, v) == 7);
}
END_TEST

/* Two machines that ask before either has told. */
START_TEST(machines_add_up_and_correct_themselves)
{
	const struct message_post post = { .text = sv_str(advert) };
	const struct origin o = { .from = SV("ann@example.org") };
	const struct campaign_scene scene = { .origin = &o };
	struct campaign c[2];
	struct exchange x[2];
	struct post p;

	start(&p);
	take(&p, advert, &nobody, "a");
	for (int i = 0; i < 2; i++) {
		exchange_begin(&x[i], p.s.arena, p.s.now_ms);
		campaign_sign(
		    &c[i], p.secret,
		    message_from_post(p.s.arena, &post, &p.conf->message),
		    p.s.arena);
		campaign_gather(&c[i], p.secret, &scene, &x[i]);
		exchange_get(&x[i], p.s.store);
		campaign_judge(&c[i], p.secret, &x[i]);
	}
	for (int i = 0; i < 2; i++) {
		campaign_learn(&c[i], p.secret, SV(""), &x[i]);
		ck_assert_int_eq(exchange_put(&x[i], p.s.store), 0);
	}
	/* The sender was counted twice; it sends again. */
	ck_assert_double_eq_tol(take(&p, advert, &o, "b")->volume, 3, 0.01);
	ck_assert_double_eq_tol(p.c.senders, 2, 0.05);
	ck_assert_double_eq_tol(take(&p, advert, &o, "b")->senders, 1, 0.05);
	end(&p);
}
END_TEST

START_TEST(the_order_does_not_matter)
{
	static const char *const texts[] = { advert, letter, advert, advert,
		                             letter };
	double volumes[2];

	for (int run = 0; run < 2; run++) {
		struct post p;

		start(&p);
		for (int i = 0; i < 5; i++)
			take(&p, texts[run ? 4 - i : i], &nobody, "a");
		volumes[run] = take(&p, advert, &nobody, "a")->volume;
		end(&p);
	}
	ck_assert_double_eq_tol(volumes[0], volumes[1], 0.001);
	ck_assert_double_eq_tol(volumes[0], 3, 0.01);
}
END_TEST

UNIT_MAIN("campaign", machines_add_up_and_correct_themselves,
          the_order_does_not_matter, copies_are_a_campaign,
          distinct_ones_are_counted, short_texts_are_none, people_find_them,
          all_have_the_secret_of_the_store, without_a_secret_there_is_none,
          one_key_says_nothing)
