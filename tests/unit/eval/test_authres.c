/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "base/buf.h"
#include "eval/authres_field.h"

static const struct {
	const char *text;
	bool is_arc;
	const char *want; /* the results, or "! " and what is wrong */
} cases[] = {
	{ "mx.example.org; spf=pass smtp.mailfrom=a.example.com", false,
	  "spf=pass" },
	{ "mx.example.org 1; dkim=fail reason=\"bad; really\" "
	  "header.i=@example.org; dkim=pass (fine (really)) header.d=b.example",
	  false, "dkim=fail dkim=pass" },
	{ "mx.example.org;DMARC/1=none header.from=example.org", false,
	  "dmarc=none" },
	{ "mx.example.org; mx.example.org; iprev=pass", false, "iprev=pass" },
	{ "mx.example.org; sender-id=neutral header.sender=a@example.org",
	  false, "sender-id=neutral" },
	{ "i=2; mx.example.org; arc=pass smtp.remote-ip=192.0.2.1", true,
	  "arc=pass" },
	{ "mx.example.org; spf=fail action=none smtp.helo=\"a\\\"b", false,
	  "spf=fail" },
	/* what is no value is passed over */
	{ "mx.example.org; spf=pass smtp.mailfrom=<> smtp.helo=a.example",
	  false, "spf=pass" },
	{ "mx.example.org;", false, "" },
	{ "mx.example.org; none", false, "! method none" },
	{ "mx.example.org", false, "! missing delimiter" },
	{ "spf=pass", false, "! missing authserv" },
	{ "", false, "! invalid authserv" },
	{ "(a comment) mx.example.org; spf=pass", false, "! invalid authserv" },
	{ "mx.example.org; spf=Pass", false, "! unknown result" },
	{ "mx.example.org; spf", false, "! missing result" },
	{ "mx.example.org; telepathy=pass", false, "! unknown method" },
	{ "mx.example.org; spf=pass smtp.colour=red", false,
	  "! unknown property" },
	{ "mx.example.org; spf=pass (never", false, "! comment not ended" },
	{ "mx.example.org; spf/x=pass", false,
	  "! invalid version of a method" },
	{ "mx.example.org; spf=pass smtp.helo=", false,
	  "! invalid value of a property" },
	{ "mx.example.org; spf=pass", true, "! missing arc index" },
	{ "i=51; mx.example.org; arc=pass", true, "! invalid arc index" },
};

static void
describe(const struct authres_field *f, const char *wrong, struct buf *out)
{
	buf_reset(out);
	if (wrong) {
		buf_addf(out, "! %s", wrong);
		return;
	}
	for (size_t i = 0; i < f->n; i++)
		buf_addf(out, "%s%s=" SV_FMT, i ? " " : "",
		         authres_method(f->results[i].method),
		         SV_ARG(f->results[i].value));
}

START_TEST(a_field_is_read_whole_or_not_at_all)
{
	struct buf out = BUF_INIT(1000);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct authres_field field;
		const char *wrong = authres_read(sv_str(cases[i].text),
		                                 cases[i].is_arc, &field);

		describe(&field, wrong, &out);
		ck_assert_msg(strcmp(buf_str(&out), cases[i].want) == 0,
		              "%s: \"%s\", not \"%s\"", cases[i].text,
		              buf_str(&out), cases[i].want);
	}
	buf_done(&out);
}
END_TEST

START_TEST(the_server_is_known_before_the_rest_is_read)
{
	struct authres_field field;

	ck_assert_ptr_null(authres_read_authserv(SV("mx.example.org; nonsense"),
	                                         false, &field));
	ck_assert(sv_eq_str(field.authserv, "mx.example.org"));
}
END_TEST

START_TEST(methods_are_found_in_any_case)
{
	ck_assert_str_eq(authres_method(authres_method_find(SV("SPF"))), "spf");
	ck_assert_uint_eq(authres_method_find(SV("x")), AUTHRES_METHODS);
}
END_TEST

UNIT_MAIN("authres", a_field_is_read_whole_or_not_at_all,
          the_server_is_known_before_the_rest_is_read,
          methods_are_found_in_any_case)
