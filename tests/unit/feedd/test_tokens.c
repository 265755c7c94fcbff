/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <stdio.h>

#include "feedd/access.h"
#include "feedd/quota.h"
#include "feedd/signature.h"

/* 2026-11-23T00:00:00Z */
#define NOW_MS INT64_C(1795392000000)

/* RFC 8032 section 7.1, test 2: a body of one byte. */
#define KEY "PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw="
#define ID  "39f713d0a644253f"
#define SIGNATURE                                                              \
	"kqAJqfDUyrhyDoILX2QlQKKye1QWUD+Ps3YiI+vbadoI"                         \
	"WsHkPhWZbkWPNhPQ8R2MOHsurrQwKu6wDSkWErsMAA=="

static const struct {
	const char *text;
	size_t errors;
} files[] = {
	{ "", 0 },
	{ "# nobody\n\n", 0 },
	{ "mx1 0123456789abcdef\nmx2\tfedcba9876543210\r\n", 0 },
	{ "mx1 0123456789abcdef # old\nmx1 fedcba9876543210\n", 0 },
	{ "mx1 0123456789abcdef until=2026-12-31 revoked\n", 0 },
	{ "mx1 ed25519:" KEY "\nregulator/a 0123456789abcdef\n", 0 },
	{ "mx1 sha256:"
	  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n",
	  0 },
	{ "mx1 short\n", 1 },
	{ "mx1\n", 1 },
	{ "mx1 0123456789abcdef more\n", 1 },
	{ "mx1 0123456789abcdef until=tomorrow\n", 1 },
	{ "mx1 0123456789abcdef until=2026-02-31x\n", 1 },
	{ "mx1 0123456789abcdef\nmx2 0123456789abcdef\n", 1 },
	{ "mx1 sha256:0123\n", 1 },
	{ "mx1 ed25519:AAAA\n", 1 },
};

START_TEST(files_are_checked_line_by_line)
{
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct diags diags = DIAGS_INIT;
		struct tokens *t =
		    tokens_parse(sv_str(files[i].text), "tokens", &diags);

		ck_assert_msg(diags.errors == files[i].errors, "%zu: %zu", i,
		              diags.errors);
		ck_assert_int_eq(t == NULL, files[i].errors != 0);
		tokens_free(t);
		diags_done(&diags);
	}
}
END_TEST

static struct tokens *
parse(const char *text)
{
	struct diags diags = DIAGS_INIT;
	struct tokens *t = tokens_parse(sv_str(text), "tokens", &diags);

	diags_print(&diags, stdout);
	ck_assert_ptr_nonnull(t);
	diags_done(&diags);
	return t;
}

/* Takes two tokens of a node while it is moved to the new one. */
START_TEST(a_token_says_who_it_is_and_whether_it_is_still_good)
{
	const struct {
		const char *token;
		enum token_state state;
		enum role role;
		const char *name;
	} cases[] = {
		{ "0123456789abcdef", TOKEN_GOOD, ROLE_REPORTER, "mx1" },
		{ "a-second-token-of-mx1", TOKEN_GOOD, ROLE_REPORTER, "mx1" },
		{ "abcabcabcabcabcabc", TOKEN_GOOD, ROLE_REPORTER, "mx2" },
		{ "a-token-of-yesterday", TOKEN_EXPIRED, ROLE_REPORTER, "mx3" },
		{ "a-token-that-leaked", TOKEN_REVOKED, ROLE_REPORTER, "mx3" },
		{ "a-regulators-token", TOKEN_GOOD, ROLE_REGULATOR, "alice" },
		{ "0123456789abcde", TOKEN_UNKNOWN, ROLE_PUBLIC, "" },
		{ "", TOKEN_UNKNOWN, ROLE_PUBLIC, "" },
	};
	struct tokens *t = parse(
	    "mx1 0123456789abcdef until=2026-11-23\n"
	    "mx1 a-second-token-of-mx1\n"
	    "mx2 sha256:" /* abcabcabcabcabcabc */
	    "916f4626f2d02e07085873c17f8115790840519094e94114b706573c9749331f\n"
	    "mx3 a-token-of-yesterday until=2026-11-22\n"
	    "mx3 a-token-that-leaked revoked\n"
	    "regulator/alice a-regulators-token\n");

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		enum role role = ROLE_PUBLIC;
		const char *name = "";

		ck_assert_msg(tokens_find(t, sv_str(cases[i].token), NOW_MS,
		                          &role, &name) == cases[i].state,
		              "%s", cases[i].token);
		ck_assert_int_eq(role, cases[i].role);
		ck_assert_str_eq(name, cases[i].name);
	}
	ck_assert_str_eq(tokens_nodes(t)[0], "mx1");
	ck_assert_str_eq(tokens_nodes(t)[1], "mx2");
	ck_assert_str_eq(tokens_nodes(t)[2], "mx3");
	ck_assert_ptr_null(tokens_nodes(t)[3]);
	tokens_free(t);
}
END_TEST

START_TEST(whoever_has_no_good_token_is_the_public)
{
	struct access *a = access_new(parse("mx1 0123456789abcdef\n"
	                                    "mx1 fedcba9876543210 revoked\n"));
	struct asker asker;

	ck_assert_int_eq(
	    access_ask(a, "Bearer 0123456789abcdef", NOW_MS, &asker),
	    TOKEN_GOOD);
	ck_assert_int_eq(asker.role, ROLE_REPORTER);
	ck_assert_str_eq(asker.node, "mx1");
	ck_assert_int_eq(
	    access_ask(a, "bearer fedcba9876543210 ", NOW_MS, &asker),
	    TOKEN_REVOKED);
	ck_assert_int_eq(asker.role, ROLE_PUBLIC);
	ck_assert_str_eq(asker.node, "");
	ck_assert_str_eq(asker.name, "mx1");
	ck_assert_int_eq(
	    access_ask(a, "Basic 0123456789abcdef", NOW_MS, &asker),
	    TOKEN_UNKNOWN);
	ck_assert_int_eq(access_ask(a, NULL, NOW_MS, &asker), TOKEN_UNKNOWN);
	ck_assert(!access_is_open(a));
	access_set_tokens(a, NULL);
	ck_assert(access_is_open(a));
	ck_assert_int_eq(
	    access_ask(a, "Bearer 0123456789abcdef", NOW_MS, &asker),
	    TOKEN_UNKNOWN);
	access_free(a);
}
END_TEST

static const char good[] = "key=" ID ", ed25519=" SIGNATURE;

START_TEST(batches_of_a_node_with_a_key_are_signed)
{
	const struct {
		const char *node, *header, *body;
		enum signature_state state;
	} cases[] = {
		{ "mx1", good, "r", SIGNATURE_GOOD },
		{ "mx1", good, "s", SIGNATURE_BAD },
		{ "mx1", good, "", SIGNATURE_BAD },
		{ "mx1", NULL, "r", SIGNATURE_MISSING },
		{ "mx1", "", "r", SIGNATURE_BAD },
		{ "mx1", "key=0000000000000000, ed25519=" SIGNATURE, "r",
		  SIGNATURE_BAD },
		{ "mx1", "ed25519=" SIGNATURE, "r", SIGNATURE_BAD },
		{ "mx1", "key=" ID ", ed25519=AAAA", "r", SIGNATURE_BAD },
		{ "mx2", good, "r", SIGNATURE_REVOKED },
		{ "mx3", good, "r", SIGNATURE_REVOKED },
		{ "mx4", NULL, "r", SIGNATURE_NOT_NEEDED },
	};
	struct tokens *t =
	    parse("mx1 ed25519:"
	          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
	          "mx1 ed25519:" KEY "\n"
	          "mx2 ed25519:" KEY " revoked\n"
	          "mx3 ed25519:" KEY " until=2026-11-22\n");

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_msg(tokens_check(t, cases[i].node, cases[i].header,
		                           sv_str(cases[i].body),
		                           NOW_MS) == cases[i].state,
		              "%zu", i);
	tokens_free(t);
}
END_TEST

START_TEST(an_hour_has_room_for_so_much)
{
	struct quotas *q =
	    quotas_new((struct quota){ .batches = 3, .bytes = 100 });
	const struct quota one = { .batches = 1 };
	int retry_s = 0;

	for (int i = 0; i < 3; i++)
		ck_assert(quotas_take(q, "mx1", one, NOW_MS, &retry_s));
	ck_assert(!quotas_take(q, "mx1", one, NOW_MS + 600000, &retry_s));
	ck_assert_int_eq(retry_s, 3001);
	ck_assert(quotas_take(q, "mx2", one, NOW_MS, &retry_s));
	ck_assert(quotas_take(q, "mx1", one, NOW_MS + 3600000, &retry_s));
	/* larger than the hour, but the first; rows have no bound */
	ck_assert(quotas_take(q, "mx3",
	                      (struct quota){ .bytes = 500, .rows = 1 << 30 },
	                      NOW_MS, &retry_s));
	ck_assert(!quotas_take(q, "mx3", (struct quota){ .bytes = 1 }, NOW_MS,
	                       &retry_s));
	quotas_free(q);
}
END_TEST

UNIT_MAIN("tokens", files_are_checked_line_by_line,
          a_token_says_who_it_is_and_whether_it_is_still_good,
          whoever_has_no_good_token_is_the_public,
          batches_of_a_node_with_a_key_are_signed, an_hour_has_room_for_so_much)
