/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <stdio.h>
#include <string.h>

#include "feedd/login.h"

/* 2026-11-23T00:00:00Z */
#define NOW_MS  INT64_C(1795392000000)
#define HOUR_MS INT64_C(3600000)

struct fixture {
	struct access *access;
	struct login *login;
	char cookie[LOGIN_SET_COOKIE], id[64];
	const char *lang;
};

static void
open_fixture(struct fixture *f)
{
	struct diags diags = DIAGS_INIT;

	*f = (struct fixture){ .access = access_new(
				   tokens_parse(SV("mx1 0123456789+bcd&f\n"
		                                   "mx2 fedcba9876543210 "
		                                   "until=2026-11-23\n"),
		                                "tokens", &diags)) };
	f->login = login_new(f->access);
	diags_done(&diags);
}

static void
close_fixture(struct fixture *f)
{
	login_free(f->login);
	access_free(f->access);
}

static enum login_answer
post(struct fixture *f, const char *address, const char *body, int64_t now_ms)
{
	struct site_request q = { .path = "/own" };
	enum login_answer answer;

	snprintf(q.address, sizeof q.address, "%s", address);
	q.session = f->id;
	answer =
	    login_post(f->login, &q, sv_str(body), now_ms, f->cookie, &f->lang);
	if (answer == LOGIN_DONE)
		sscanf(f->cookie, LOGIN_COOKIE "=%63[0-9a-f]", f->id);
	return answer;
}

static bool
is_in(struct fixture *f, int64_t now_ms)
{
	char header[LOGIN_HEADER];

	return login_recall(f->login, f->id, now_ms, header);
}

START_TEST(a_form_is_read_as_browsers_send_it)
{
	static const struct {
		const char *body;
		enum login_answer answer;
		const char *lang;
	} cases[] = {
		{ "token=0123456789%2Bbcd%26f&lang=fr", LOGIN_DONE, "fr" },
		{ "lang=zh&token=0123456789%2bbcd%26f", LOGIN_DONE, "zh" },
		{ "token=0123456789%2Bbcd%26f&lang=//x", LOGIN_DONE, NULL },
		{ "token=0123456789+bcd%26f", LOGIN_WRONG, NULL },
		{ "token=0123456789%2Bbcd%26f%", LOGIN_WRONG, NULL },
		{ "token=%", LOGIN_WRONG, NULL },
		{ "token=%2", LOGIN_WRONG, NULL },
		{ "token", LOGIN_WRONG, NULL },
		{ "&&=&token=&", LOGIN_WRONG, NULL },
		{ "", LOGIN_WRONG, NULL },
	};
	struct fixture f;

	open_fixture(&f);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ck_assert_int_eq(post(&f, "192.0.2.1", cases[i].body, NOW_MS),
		                 cases[i].answer);
		ck_assert_pstr_eq(f.lang, cases[i].lang);
	}
	close_fixture(&f);
}
END_TEST

START_TEST(a_session_stands_for_the_token_until_it_ends)
{
	struct fixture f;
	char header[LOGIN_HEADER];

	open_fixture(&f);
	ck_assert_int_eq(
	    post(&f, "192.0.2.1", "token=fedcba9876543210", NOW_MS),
	    LOGIN_DONE);
	ck_assert_ptr_null(strstr(f.cookie, "fedcba98"));
	ck_assert(login_recall(f.login, f.id, NOW_MS, header));
	ck_assert_str_eq(header, "Bearer fedcba9876543210");
	ck_assert(is_in(&f, NOW_MS + 8 * HOUR_MS - 1));
	ck_assert(!is_in(&f, NOW_MS + 8 * HOUR_MS));
	ck_assert(!is_in(&f, NOW_MS));
	ck_assert_int_eq(
	    post(&f, "192.0.2.1", "token=fedcba9876543210", NOW_MS),
	    LOGIN_DONE);
	ck_assert(is_in(&f, NOW_MS));
	ck_assert_int_eq(post(&f, "192.0.2.1", "action=out", NOW_MS),
	                 LOGIN_DONE);
	ck_assert(!is_in(&f, NOW_MS));
	ck_assert_int_eq(post(&f, "192.0.2.1", "token=fedcba9876543210",
	                      NOW_MS + 24 * HOUR_MS),
	                 LOGIN_WRONG);
	close_fixture(&f);
}
END_TEST

START_TEST(an_unknown_cookie_is_nobody)
{
	static const char *const ids[] = {
		"", "x", "00000000000000000000000000000000",
		"0000000000000000000000000000000000"
	};
	struct fixture f;
	char header[LOGIN_HEADER];

	open_fixture(&f);
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
		ck_assert(!login_recall(f.login, ids[i], NOW_MS, header));
	ck_assert(!login_recall(f.login, NULL, NOW_MS, header));
	close_fixture(&f);
}
END_TEST

START_TEST(whoever_guesses_waits_and_others_do_not)
{
	static const char good[] = "token=fedcba9876543210";
	struct fixture f;

	open_fixture(&f);
	for (int i = 0; i < 10; i++)
		ck_assert_int_eq(post(&f, "2001:db8::1", "token=x", NOW_MS),
		                 LOGIN_WRONG);
	ck_assert_int_eq(post(&f, "2001:db8::2", good, NOW_MS), LOGIN_TOO_MANY);
	ck_assert_int_eq(post(&f, "2001:db8::2", good, NOW_MS + HOUR_MS),
	                 LOGIN_DONE);
	for (int i = 0; i < 20; i++)
		ck_assert_int_eq(post(&f, "192.0.2.7", good, NOW_MS),
		                 LOGIN_DONE);
	close_fixture(&f);
}
END_TEST

UNIT_MAIN("login", a_form_is_read_as_browsers_send_it,
          a_session_stands_for_the_token_until_it_ends,
          an_unknown_cookie_is_nobody, whoever_guesses_waits_and_others_do_not)
