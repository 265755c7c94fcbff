/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "../sample_conf.h"
#include "fact/dmarc.h"

static struct arena *arena;
static struct buf out;

static void
begin(void)
{
	arena = arena_new();
	buf_init(&out, 100000);
}

static void
end(void)
{
	buf_done(&out);
	arena_free(arena);
}

/* All that was read, in one line. */
static void
describe(const struct results *r)
{
	buf_reset(&out);
	buf_add(&out, r->authserv_id);
	for (size_t i = 0; i < r->n; i++) {
		const struct results_item *item = &r->items[i];

		buf_addf(&out, "|" SV_FMT "=" SV_FMT, SV_ARG(item->method),
		         SV_ARG(item->result));
		if (item->comment.n)
			buf_addf(&out, " (" SV_FMT ")", SV_ARG(item->comment));
		if (item->reason.n)
			buf_addf(&out, " <" SV_FMT ">", SV_ARG(item->reason));
		for (size_t k = 0; k < item->n_properties; k++)
			buf_addf(&out, " " SV_FMT "." SV_FMT "=[" SV_FMT "]",
			         SV_ARG(item->properties[k].type),
			         SV_ARG(item->properties[k].name),
			         SV_ARG(item->properties[k].value));
	}
}

static const struct {
	const char *field, *want; /* "!": it cannot be read */
} cases[] = {
	{ " mx.example.org; none", "mx.example.org" },
	{ "mx.example.org 1;\r\n\tspf=pass smtp.mailfrom=a@example.com",
	  "mx.example.org|spf=pass smtp.mailfrom=[a@example.com]" },
	{ "mx.example.org; DKIM=Pass (2048-bit (rsa) key) header.d=example.com"
	  " header.b=\"ab/c+\"; dkim=fail reason=\"bad; really\" "
	  "header.i=@b.example",
	  "mx.example.org|dkim=pass (2048-bit (rsa) key) "
	  "header.d=[example.com] header.b=[ab/c+]|dkim=fail <bad; really> "
	  "header.i=[@b.example]" },
	{ "(it is) mx.example.org (me);dmarc / 1 = fail ( p=reject dis=none ) "
	  "header . from = example.com",
	  "mx.example.org|dmarc=fail ( p=reject dis=none ) "
	  "header.from=[example.com]" },
	{ "\"a b\"; iprev=pass policy.iprev=2001:db8::1",
	  "a b|iprev=pass policy.iprev=[2001:db8::1]" },
	{ "a; auth=pass smtp.auth=\"x\\\"y\"@example.com",
	  "a|auth=pass smtp.auth=[x\"y@example.com]" },
	{ "a; new-method=new_result x.y=z;",
	  "a|new-method=new_result x.y=[z]" },
	{ "a", "a" },
	{ "a;", "a" },
	{ "", "!" },
	{ ";", "!" },
	{ "a; spf", "!" },
	{ "a; spf=", "!" },
	{ "a; spf=pass smtp.mailfrom", "!" },
	{ "a; spf=pass smtp.mailfrom=", "!" },
	{ "a; spf=pass (never", "!" },
	{ "a; spf=pass reason=\"never", "!" },
	{ "a b; spf=pass", "!" },
	{ "a; spf=pass, dkim=pass", "!" },
};

START_TEST(a_field_is_read_whole_or_not_at_all)
{
	begin();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct results *r;

		if (results_read(arena, sv_str(cases[i].field), &r)) {
			buf_reset(&out);
			buf_add_str(&out, "!");
		} else {
			describe(r);
		}
		ck_assert_msg(strcmp(buf_str(&out), cases[i].want) == 0,
		              "%s: %s, not %s", cases[i].field, buf_str(&out),
		              cases[i].want);
	}
	end();
}
END_TEST

START_TEST(what_is_written_can_be_read)
{
	struct results *r, *again;
	struct results_item *item;
	struct buf field = BUF_INIT(100000);
	struct sv line, rest;

	begin();
	r = results_new(arena, SV("mx.example.org"));
	item = results_add(r, SV("spf"), SV("pass"));
	item->comment = SV("a (comment) \\ with \"all\"\r\n");
	item->reason = SV("it is \"so\"\r\nX-Evil: 1");
	results_set(r, item, "smtp", "mailfrom", SV("a.b+c@example.com"));
	results_set(r, item, "smtp", "mailfrom", SV("\"x y\"@example.com"));
	results_set(r, item, "smtp", "helo", SV("a;b (c)\r\n\tX: y"));
	results_set(r, item, "smtp", "helo", SV("\xc3\xa9.example"));
	results_set(r, item, "smtp", "auth", SV(""));
	results_add(r, SV("arc"), SV("none"));
	results_write(r, &field);
	ck_assert_int_eq(results_read(arena, buf_sv(&field), &again), 0);
	describe(again);
	ck_assert_str_eq(buf_str(&out),
	                 "mx.example.org|spf=pass (a \\(comment\\) \\\\ with "
	                 "\"all\"?"
	                 "?) <it is \"so\"?"
	                 "?X-Evil: 1> "
	                 "smtp.mailfrom=[a.b+c@example.com] "
	                 "smtp.mailfrom=[\"x y\"@example.com] "
	                 "smtp.helo=[a;b (c)???X: y] smtp.helo=[??.example]"
	                 "|arc=none");
	rest = buf_sv(&field);
	for (bool is_first = true; sv_line(&rest, &line); is_first = false) {
		ck_assert_uint_le(line.n, 78);
		ck_assert(is_first || line.p[0] == '\t');
	}
	buf_done(&field);
	end();
}
END_TEST

START_TEST(a_field_has_a_size)
{
	struct results *r;
	char value[400];

	begin();
	memset(value, 'x', sizeof value);
	r = results_new(arena, SV("mx.example.org"));
	for (int i = 0; i < 2 * RESULTS_MAX; i++) {
		struct results_item *item =
		    results_add(r, SV("dkim"), SV("pass"));

		results_set(r, item, "header", "d",
		            sv_make(value, sizeof value));
		results_set(r, item, "header", "i",
		            sv_make(value, sizeof value));
	}
	ck_assert_uint_eq(r->n, RESULTS_MAX);
	results_write(r, &out);
	ck_assert_uint_le(out.n, RESULTS_BYTES_MAX);
	ck_assert(sv_iends(buf_sv(&out), SV("xxx")));
	ck_assert_int_eq(results_read(arena, buf_sv(&out), &r), 0);
	ck_assert_uint_gt(r->n, 10);
	end();
}
END_TEST

START_TEST(nothing_found_is_said_as_well)
{
	begin();
	results_write(results_new(arena, SV("mx.example.org")), &out);
	ck_assert_str_eq(buf_str(&out), "mx.example.org; none");
	end();
}
END_TEST

static struct signed_mail *
read_mail(const char *text)
{
	return signed_mail_read(arena, sv_str(text), &sample_conf()->message);
}

START_TEST(of_each_method_the_topmost_field_of_a_trusted_filter_counts)
{
	char first[] = "MX.example.org", second[] = "b.example.org";
	char *ids[] = { first, second };
	struct conf_results conf = { { ids, 2 } };
	const struct results *r;
	struct dmarc *dmarc;
	struct dkim *dkim;
	struct spf_outcome *spf;

	begin();
	r = results_trusted(
	    read_mail("Authentication-Results: evil.example; dkim=pass "
	              "header.d=evil.example; iprev=pass\r\n"
	              "Authentication-Results: mx.example.org; broken\r\n"
	              "Authentication-Results: mx.example.org;\r\n"
	              " dkim=fail header.d=example.com header.s=k1;\r\n"
	              " dkim=pass header.i=@Example.net header.a=rsa-sha256\r\n"
	              "Authentication-Results: b.example.org;\r\n"
	              " dmarc=fail (p=reject dis=quarantine) "
	              "header.from=example.com; dkim=none\r\n"
	              "Authentication-Results: b.example.org; "
	              "dmarc=pass header.from=example.com;"
	              " spf=softfail smtp.mailfrom=a@example.com\r\n\r\n"),
	    &conf);
	ck_assert_ptr_nonnull(r);
	ck_assert_ptr_null(results_find(r, SV("iprev")));
	dkim = results_dkim(r);
	ck_assert(dkim->is_reported);
	ck_assert_uint_eq(dkim->n, 2);
	ck_assert_int_eq(dkim->signatures[0].status, DKIM_FAIL);
	ck_assert_ptr_nonnull(dkim_find(dkim, SV("example.net"), false));
	ck_assert_int_eq(dkim_best(dkim), DKIM_PASS);
	dmarc = results_dmarc(r);
	ck_assert_int_eq(dmarc->status, DMARC_FAIL);
	ck_assert_int_eq(dmarc->policy, DMARC_POLICY_REJECT);
	ck_assert_int_eq(dmarc->disposition, DMARC_POLICY_QUARANTINE);
	ck_sv_eq(dmarc->domain, "example.com");
	spf = results_spf(r);
	ck_assert_int_eq(spf->result, SPF_SOFTFAIL);
	ck_sv_eq(spf->domain, "example.com");
	conf.trusted_authserv_ids.n = 0;
	ck_assert_ptr_null(results_trusted(
	    read_mail("Authentication-Results: a; spf=pass\r\n\r\n"), &conf));
	end();
}
END_TEST

START_TEST(what_was_found_is_said_with_its_properties)
{
	struct dkim_signature signatures[2] = {
		{ .status = DKIM_PASS,
		  .reason = "",
		  .domain = SV("example.com"),
		  .selector = SV("k1"),
		  .identity = SV("@example.com"),
		  .signature = SV("abcdefgh1jkl"),
		  .key_bits = 2048,
		  .is_testing = true },
		{ .status = DKIM_FAIL,
		  .reason = "the body has changed",
		  .domain = SV("example.net"),
		  .identity = SV("a@m.example.net"),
		  .algorithm = DKIM_ED25519_SHA256,
		  .signature = SV("abcdefgh2jkl") },
	};
	struct dkim dkim = { .signatures = signatures,
		             .n = 2,
		             .n_left_out = 3 };
	struct arc arc = {
		.status = ARC_PASS, .reason = "", .n_sets = 2, .oldest_pass = 1
	};
	struct dmarc dmarc = { .status = DMARC_FAIL,
		               .reason = "why",
		               .domain = SV("example.org"),
		               .policy_domain = SV("example.org"),
		               .policy = DMARC_POLICY_REJECT };
	struct spf_outcome spf = { .result = SPF_PASS,
		                   .sender = SV("a@example.com"),
		                   .reason = SV("") };
	struct results *r;
	struct ip ip;

	begin();
	r = results_new(arena, SV("mx.example.org"));
	ck_assert_int_eq(ip_parse(SV("2001:db8::1"), &ip), 0);
	results_add_iprev(r, SV("pass"), &ip, SV(""));
	results_add_spf(r, &spf);
	results_add_dkim(r, &dkim);
	results_add_arc(r, &arc);
	results_add_dmarc(r, &dmarc);
	results_add_auth(r, SV(""));
	results_write(r, &out);
	ck_assert_str_eq(
	    buf_str(&out),
	    "mx.example.org;\n\tiprev=pass policy.iprev=\"2001:db8::1\";"
	    "\n\tspf=pass smtp.mailfrom=a@example.com;"
	    "\n\tdkim=pass (2048-bit key, testing) header.d=example.com "
	    "header.s=k1\n\theader.a=rsa-sha256 header.b=abcdefgh1;"
	    "\n\tdkim=fail reason=\"the body has changed\" "
	    "header.d=example.net\n\theader.i=a@m.example.net "
	    "header.a=ed25519-sha256 header.b=abcdefgh2;"
	    "\n\tdkim=policy reason=\"3 more signatures were not looked at\";"
	    "\n\tarc=pass (i=2) header.oldest-pass=1;"
	    "\n\tdmarc=fail (p=reject dis=none) reason=\"why\" "
	    "header.from=example.org\n\tpolicy.dmarc=reject");
	end();
}
END_TEST

UNIT_MAIN("results", a_field_is_read_whole_or_not_at_all,
          what_is_written_can_be_read, a_field_has_a_size,
          nothing_found_is_said_as_well,
          of_each_method_the_topmost_field_of_a_trusted_filter_counts,
          what_was_found_is_said_with_its_properties)
