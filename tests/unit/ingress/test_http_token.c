/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "ingress/http_token.h"

static int
parse(const char *text, struct http_tokens **ret)
{
	struct diags diags = DIAGS_INIT;
	int result = http_tokens_parse(sv_str(text), "tokens", ret, &diags);

	ck_assert_int_eq(result != 0, diags.errors != 0);
	diags_done(&diags);
	return result;
}

START_TEST(a_bare_token_is_of_the_default_site)
{
	struct http_client c = { 0 };
	struct http_tokens *t;

	ck_assert_int_eq(parse("# ours\n\n first-token \r\nsecond\n", &t), 0);
	ck_assert(http_tokens_find(t, SV("first-token"), &c));
	ck_assert_str_eq(c.site, "default");
	ck_assert_uint_eq(c.roles, HTTP_ROLE_SITE | HTTP_ROLE_METRICS);
	ck_assert(http_tokens_find(t, SV("second"), &c));
	ck_assert(!http_tokens_find(t, SV("secon"), &c));
	ck_assert(!http_tokens_find(t, SV(""), &c));
	ck_assert(!http_tokens_find(t, SV("# ours"), &c));
	ck_assert(!http_tokens_find(NULL, SV("second"), &c));
	http_tokens_free(t);
}
END_TEST

START_TEST(names_and_roles_are_read)
{
	struct http_client c = { 0 };
	struct http_tokens *t;

	ck_assert_int_eq(parse("a name=shop\n"
	                       "b role=reviewer,metrics name=*\n",
	                       &t),
	                 0);
	ck_assert(http_tokens_find(t, SV("a"), &c));
	ck_assert_str_eq(c.site, "shop");
	ck_assert_uint_eq(c.roles, HTTP_ROLE_SITE | HTTP_ROLE_METRICS);
	ck_assert(http_tokens_find(t, SV("b"), &c));
	ck_assert_str_eq(c.site, "*");
	ck_assert_uint_eq(c.roles, HTTP_ROLE_REVIEWER | HTTP_ROLE_METRICS);
	http_tokens_free(t);
}
END_TEST

START_TEST(what_is_no_line_of_tokens_is_refused)
{
	static const char *const texts[] = {
		"",
		"# nothing\n",
		"a name=\n",
		"a name=sh/op\n",
		"a name=**\n",
		"a role=\n",
		"a role=king\n",
		"a role=site,\nb role=,\n",
		"a shop\n",
		"a name=0123456789012345678901234567890123456789012345678901234"
		"567890123456789\n",
	};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct http_tokens *t;

		ck_assert_msg(parse(texts[i], &t) == E_SYNTAX, "text %zu", i);
		ck_assert_ptr_null(t);
	}
}
END_TEST

START_TEST(a_site_sees_its_own_items)
{
	const struct http_client shop = { "shop", HTTP_ROLE_SITE };
	const struct http_client all = { "*", HTTP_ROLE_SITE };

	ck_assert(http_client_sees(&shop, SV("shop")));
	ck_assert(!http_client_sees(&shop, SV("sho")));
	ck_assert(!http_client_sees(&shop, SV("")));
	ck_assert(!http_client_sees(&shop, SV("*")));
	ck_assert(http_client_sees(&all, SV("shop")));
	ck_assert(http_client_sees(&all, SV("")));
}
END_TEST

UNIT_MAIN("http_token", a_bare_token_is_of_the_default_site,
          names_and_roles_are_read, what_is_no_line_of_tokens_is_refused,
          a_site_sees_its_own_items)
