/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "signer.h"

enum { NOW = 1700000000 };

static const struct conf_dkim usual = { .enabled = true,
	                                .signatures_max = 3,
	                                .key_bits_min = 1024,
	                                .partial_body = true };

static struct dkim *
check_mail(struct signer *s, struct sv raw, const struct conf_dkim *conf)
{
	struct signed_mail *mail =
	    signed_mail_read(s->arena, raw, &sample_conf()->message);
	struct dkim *dkim = dkim_read(mail, conf, NOW);

	ck_assert(dkim_check(dkim, signer_lookup(s)));
	return dkim;
}

/* What other programs see in valid and broken signatures is compared in
 * tests/dkim; here is what each is said to be. */
static const struct {
	const char *tags;
	enum dkim_status want;
	const char *reason;
} cases[] = {
	{ "s=k1", DKIM_PASS, "" },
	{ "s=k1; x=1700000001", DKIM_PASS, "" },
	{ "s=k1; x=1699999999", DKIM_FAIL, "it has expired" },
	{ "s=k1; t=1700200000", DKIM_POLICY, "it is of the future" },
	{ "s=k1; t=1700000000; x=1600000000", DKIM_NEUTRAL,
	  "it expires before it was signed" },
	{ "s=k1; s=k1", DKIM_NEUTRAL, "it cannot be read" },
	{ "z=x", DKIM_PERMERROR, "a tag that is needed is missing" },
	{ "s=k9", DKIM_PERMERROR, "there is no such key" },
	{ "s=late", DKIM_TEMPERROR, "no answer about the key" },
	{ "s=two", DKIM_PERMERROR, "there are several keys" },
	{ "s=revoked", DKIM_PERMERROR, "the key has been revoked" },
	{ "s=k1; l=4", DKIM_PASS, "" },
	{ "s=k1; l=99", DKIM_PERMERROR, "l= is longer than the body" },
	{ "s=k1; q=other", DKIM_PERMERROR,
	  "the key is to be had in an unknown way" },
	{ "s=k1; i=@other.example", DKIM_NEUTRAL,
	  "i= is not of the domain of d=" },
	{ "s=strict; i=@m.example.com", DKIM_PERMERROR,
	  "the key is only for i= of d= itself" },
	{ "s=testing", DKIM_PASS, "" },
};

START_TEST(each_signature_has_a_status_and_a_reason)
{
	struct signer s;

	signer_begin(&s, 1024);
	publish(&s, "strict", "t=s; ");
	publish(&s, "testing", "t=y; ");
	buf_add_str(&s.zone_text,
	            "late._domainkey.example.com TXT failed 0\n"
	            "revoked._domainkey.example.com TXT found 1 \"p=\"\n"
	            "two._domainkey.example.com TXT found 1 \"p=a\" \"p=b\"\n");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct dkim *dkim = check_mail(
		    &s, signed_text(&s, cases[i].tags, "hi\r\n", 1), &usual);
		const struct dkim_signature *sig = dkim->signatures;

		ck_assert_uint_eq(dkim->n, 1);
		ck_assert_msg(sig->status == cases[i].want &&
		                  strcmp(sig->reason, cases[i].reason) == 0,
		              "%s: %s, %s", cases[i].tags,
		              dkim_status_word(sig->status), sig->reason);
		ck_assert(sig->is_testing ==
		          (strstr(cases[i].tags, "testing") != NULL));
	}
	signer_end(&s);
}
END_TEST

START_TEST(what_was_written_is_told)
{
	struct signer s;
	const struct dkim_signature *sig;

	signer_begin(&s, 1024);
	sig = check_mail(&s,
	                 signed_text(&s,
	                             "s=k1; t=1690000000; i=a=20b@Example.com",
	                             "hi\r\n", 1),
	                 &usual)
	          ->signatures;
	ck_assert_int_eq(sig->status, DKIM_PASS);
	ck_sv_eq(sig->domain, "example.com");
	ck_sv_eq(sig->selector, "k1");
	ck_sv_eq(sig->identity, "a b@Example.com");
	ck_assert_int_eq(sig->signed_s, 1690000000);
	ck_assert_int_eq(sig->algorithm, DKIM_RSA_SHA256);
	ck_assert_uint_eq(sig->key_bits, 1024);
	ck_assert_uint_eq(sig->n_covered, 1);
	ck_sv_eq(sig->covered[0], "from");
	ck_assert_uint_eq(sig->signature.n, 172);
	signer_end(&s);
}
END_TEST

START_TEST(policy_may_ask_for_more)
{
	struct conf_dkim strict = usual;
	struct signer s;
	const struct dkim_signature *sig;

	signer_begin(&s, 1024);
	strict.partial_body = false;
	sig = check_mail(&s, signed_text(&s, "s=k1; l=4", "hi\r\n", 1), &strict)
	          ->signatures;
	ck_assert_int_eq(sig->status, DKIM_PASS);
	sig = check_mail(&s,
	                 ARENA_JOIN(s.arena,
	                            signed_text(&s, "s=k1; l=4", "hi\r\n", 1),
	                            SV("an offer\r\n")),
	                 &strict)
	          ->signatures;
	ck_assert_int_eq(sig->status, DKIM_POLICY);
	ck_assert_uint_eq(sig->uncovered_bytes, 10);
	strict.key_bits_min = 2048;
	sig = check_mail(&s, signed_text(&s, "s=k1", "hi\r\n", 1), &strict)
	          ->signatures;
	ck_assert_int_eq(sig->status, DKIM_POLICY);
	ck_assert_str_eq(sig->reason, "the key is too short");
	signer_end(&s);
}
END_TEST

START_TEST(only_so_many_signatures_are_looked_at)
{
	struct signer s;
	struct dkim *dkim;

	signer_begin(&s, 1024);
	dkim = check_mail(&s, signed_text(&s, "s=k1", "hi\r\n", 5), &usual);
	ck_assert_uint_eq(dkim->n, 3);
	ck_assert_uint_eq(dkim->n_left_out, 2);
	ck_assert_int_eq(dkim_best(dkim), DKIM_PASS);
	ck_assert_ptr_nonnull(dkim_find(dkim, SV("com"), true));
	ck_assert_ptr_null(dkim_find(dkim, SV("com"), false));
	ck_assert_ptr_null(dkim_find(dkim, SV("ple.com"), true));
	signer_end(&s);
}
END_TEST

START_TEST(a_header_that_is_too_large_is_not_believed)
{
	struct conf_message limits = sample_conf()->message;
	struct signer s;
	struct dkim *dkim;
	struct signed_mail *mail;

	signer_begin(&s, 1024);
	limits.headers_max = 2;
	mail = signed_mail_read(s.arena, signed_text(&s, "s=k1", "hi\r\n", 2),
	                        &limits);
	dkim = dkim_read(mail, &usual, NOW);
	ck_assert(dkim_check(dkim, signer_lookup(&s)));
	ck_assert_int_eq(dkim->signatures[0].status, DKIM_POLICY);
	signer_end(&s);
}
END_TEST

/* ---- answers that come later ---- */

static const struct dns_answer *
silent_ask(void *ctx, struct arena *a, const struct dns_question *q,
           size_t ticket)
{
	(void)a;
	(void)q;
	(void)ticket;
	++*(int *)ctx;
	return NULL;
}

static bool
silent_next(void *ctx, struct arena *a, int64_t deadline_mono_us,
            size_t *ret_ticket, const struct dns_answer **ret)
{
	(void)ctx;
	(void)a;
	(void)deadline_mono_us;
	(void)ret_ticket;
	(void)ret;
	return false;
}

START_TEST(questions_go_out_together_and_may_stay_unanswered)
{
	static const struct lookup_source silent = { silent_ask, silent_next };
	struct signer s;
	struct sv one, two;
	struct lookup *l;
	struct dkim *dkim;
	int asked = 0;

	signer_begin(&s, 1024);
	one = signed_text(&s, "s=k1", "hi\r\n", 1);
	two = signed_text(&s, "s=k2", "hi\r\n", 1);
	one = sv_sub(one, 0, sv_find(one, SV("From: ")));
	dkim = dkim_read(signed_mail_read(s.arena,
	                                  ARENA_JOIN(s.arena, one, one, two),
	                                  &sample_conf()->message),
	                 &usual, NOW);
	l = lookup_new(s.arena, &silent, &asked, 10);
	ck_assert(!dkim_check(dkim, l));
	ck_assert_int_eq(asked, 2);
	ck_assert(!dkim_check(dkim, l));
	lookup_end(l);
	ck_assert(dkim_check(dkim, l));
	ck_assert_int_eq(dkim_best(dkim), DKIM_TEMPERROR);
	ck_assert_int_eq(asked, 2);
	signer_end(&s);
}
END_TEST

/* ---- chains ---- */

/* A chain of one set, sealed by the domain that the keys are of. */
static struct sv
sealed_text(struct signer *s, const char *results)
{
	struct sv hash = sha256_base64(s, SV("hi\r\n"));
	struct sv from = SV("from:anna@example.org\r\n"), first, second, third;

	first = arena_printf(s->arena, "arc-authentication-results:i=1; %s",
	                     results);
	second = arena_printf(s->arena,
	                      "arc-message-signature:i=1; a=rsa-sha256; "
	                      "d=example.com; s=k1; h=From; bh=" SV_FMT "; b=",
	                      SV_ARG(hash));
	second = ARENA_JOIN(s->arena, second,
	                    sign(s, ARENA_JOIN(s->arena, from, second)));
	third = SV("arc-seal:i=1; a=rsa-sha256; cv=none; d=example.com; s=k1; "
	           "b=");
	third = ARENA_JOIN(s->arena, third,
	                   sign(s, ARENA_JOIN(s->arena, first, SV("\r\n"),
	                                      second, SV("\r\n"), third)));
	return ARENA_JOIN(s->arena, third, SV("\r\n"), second, SV("\r\n"),
	                  first, SV("\r\n"), from, SV("\r\nhi\r\n"));
}

static struct arc *
check_chain(struct signer *s, struct sv raw, const struct conf_arc *conf)
{
	struct arc *arc =
	    arc_read(signed_mail_read(s->arena, raw, &sample_conf()->message),
	             conf, &usual);

	ck_assert(arc_check(arc, signer_lookup(s)));
	return arc;
}

START_TEST(a_trusted_forwarder_may_vouch_for_a_domain)
{
	char name[] = "Example.com", *names[] = { name };
	struct conf_arc conf = { true, 50, { names, 1 } };
	static const char passed[] =
	    "mx.example.com; dmarc=pass header.from=example.org";
	struct signer s;
	struct arc *arc;

	signer_begin(&s, 1024);
	arc = check_chain(&s, sealed_text(&s, passed), &conf);
	ck_assert_str_eq(arc->reason, "");
	ck_assert_int_eq(arc->status, ARC_PASS);
	ck_assert_ptr_nonnull(arc_vouches(arc, SV("example.org")));
	ck_assert_ptr_null(arc_vouches(arc, SV("example.net")));
	arc = check_chain(&s, sealed_text(&s, "mx.example.com; dmarc=fail"),
	                  &conf);
	ck_assert_ptr_nonnull(arc_trusted(arc));
	ck_assert_ptr_null(arc_vouches(arc, SV("example.org")));
	arc = check_chain(&s, sealed_text(&s, "((("), &conf);
	ck_assert_int_eq(arc->status, ARC_PASS);
	ck_assert_ptr_null(arc->sets->results);
	ck_assert_ptr_null(arc_vouches(arc, SV("example.org")));
	conf.trusted_forwarders.n = 0;
	arc = check_chain(&s, sealed_text(&s, passed), &conf);
	ck_assert_ptr_null(arc_vouches(arc, SV("example.org")));
	signer_end(&s);
}
END_TEST

START_TEST(a_chain_that_is_not_valid_vouches_for_nothing)
{
	char name[] = "example.com", *names[] = { name };
	struct conf_arc conf = { true, 50, { names, 1 } };
	struct signer s;
	struct arc *arc;
	struct sv raw;

	signer_begin(&s, 1024);
	raw = sealed_text(&s,
	                  "mx.example.com; dmarc=pass header.from=example.org");
	arc = check_chain(&s, ARENA_JOIN(s.arena, raw, SV("an offer\r\n")),
	                  &conf);
	ck_assert_int_eq(arc->status, ARC_FAIL);
	ck_assert_ptr_null(arc_vouches(arc, SV("example.org")));
	conf.sets_max = 0;
	arc = check_chain(&s, raw, &conf);
	ck_assert_str_eq(arc->reason, "there are too many sets");
	arc = check_chain(&s, SV("From: a@example.com\r\n\r\n"), &conf);
	ck_assert_int_eq(arc->status, ARC_NONE);
	signer_end(&s);
}
END_TEST

UNIT_MAIN("dkim", each_signature_has_a_status_and_a_reason,
          what_was_written_is_told, policy_may_ask_for_more,
          only_so_many_signatures_are_looked_at,
          a_header_that_is_too_large_is_not_believed,
          questions_go_out_together_and_may_stay_unanswered,
          a_trusted_forwarder_may_vouch_for_a_domain,
          a_chain_that_is_not_valid_vouches_for_nothing)
