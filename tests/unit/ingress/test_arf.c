/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "../unit.h"
#include "ingress/arf.h"
#include "ingress/intake.h"
#include "learn/mark.h"

static struct conf *conf;
static struct arena *arena;

static void
start(void)
{
	struct diags diags = DIAGS_INIT;

	conf = conf_parse(SV(""), "test", &diags);
	arena = arena_new();
}

static void
end(void)
{
	conf_unref(conf);
	arena_free(arena);
}

/* A report with those fields about a mail of that type. */
static struct sv
report(const char *fields, const char *type)
{
	return arena_printf(
	    arena,
	    "From: <fbl@example.net>\nMIME-Version: 1.0\n"
	    "Content-Type: multipart/report; report-type=feedback-report; "
	    "boundary=b\n\n--b\n\nHello\n--b\n"
	    "Content-Type: message/feedback-report\n\n%s\n--b\n"
	    "Content-Type: %s\n\nFrom: <shop@example.com>\nSubject: Buy\n\n"
	    "Buy it.\n--b--\n",
	    fields, type);
}

START_TEST(a_report_says_what_it_is)
{
	static const struct {
		const char *type, *reason;
		enum feedback_kind kind;
	} cases[] = {
		{ "abuse", "abuse", FEEDBACK_SPAM },
		{ "FRAUD", "fraud", FEEDBACK_SPAM },
		{ "opt-out", "opt-out", FEEDBACK_SPAM },
		{ "virus", "virus", FEEDBACK_SPAM },
		{ "other", "other", FEEDBACK_SPAM },
		{ "Not-Spam", "not-spam", FEEDBACK_HAM },
	};
	struct arf arf;

	start();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sv fields = arena_printf(
		    arena, "feedback-type: %s\nUser-Agent: L/1\nVersion: 1\n",
		    cases[i].type);

		ck_assert_int_eq(arf_read(arena,
		                          report(fields.p, "message/rfc822"),
		                          &conf->message, &arf),
		                 0);
		ck_assert(arf.is_report);
		ck_assert_int_eq(arf.kind, cases[i].kind);
		ck_assert(sv_eq_str(arf.reason, cases[i].reason));
		ck_assert(sv_starts(arf.original, SV("From: <shop@")));
	}
	end();
}
END_TEST

START_TEST(a_report_that_breaks_the_format_is_refused)
{
	static const char *const bad[] = {
		"",
		"Feedback-Type: abuse\nVersion: 1\n",
		"Feedback-Type: abuse\nUser-Agent: L\n",
		"User-Agent: L\nVersion: 1\n",
		"Feedback-Type: abuse\nFeedback-Type: not-spam\n"
		"User-Agent: L\nVersion: 1\n",
		"Feedback-Type: abuse\nUser-Agent: L\nVersion: 2\n",
		"Feedback-Type: auth-failure\nUser-Agent: L\nVersion: 1\n",
		"Feedback-Type: abuse\nUser-Agent:\nVersion: 1\n",
	};
	struct arf arf;

	start();
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		ck_assert_int_eq(arf_read(arena,
		                          report(bad[i], "message/rfc822"),
		                          &conf->message, &arf),
		                 E_SYNTAX);
		ck_assert_ptr_nonnull(arf.why);
	}
	ck_assert_int_eq(
	    arf_read(arena,
	             report("Feedback-Type: abuse\nUser-Agent: L\nVersion: 1\n",
	                    "text/plain"),
	             &conf->message, &arf),
	    E_SYNTAX);
	end();
}
END_TEST

START_TEST(a_mail_with_another_in_it_reports_that_one)
{
	struct arf arf;

	start();
	ck_assert_int_eq(
	    arf_read(arena,
	             SV("Content-Type: multipart/mixed; boundary=b\n\n--b\n\n"
	                "this!\n--b\nContent-Type: message/rfc822\n\n"
	                "From: <shop@example.com>\n\nBuy.\n--b--\n"),
	             &conf->message, &arf),
	    0);
	ck_assert(!arf.is_report);
	ck_assert(sv_starts(arf.original, SV("From: <shop@")));
	ck_assert_int_eq(arf_read(arena, SV("From: <a@example.org>\n\nHi\n"),
	                          &conf->message, &arf),
	                 0);
	ck_assert(sv_starts(arf.original, SV("From: <a@")));
	end();
}
END_TEST

START_TEST(a_mark_cannot_be_made_without_the_key)
{
	const char *id = "0190f2a0-0000-7000-8000-000000000001";
	char mark[MARK_TEXT], read[UUID_TEXT];

	mark_write(SV("key"), id, mark);
	ck_assert(mark_read(SV("key"), sv_str(mark), read));
	ck_assert_str_eq(read, id);
	ck_assert(!mark_read(SV("other"), sv_str(mark), read));
	ck_assert(!mark_read(SV("key"), sv_str(id), read));
	ck_assert(!mark_read(SV("key"), SV(""), read));
	mark[3] ^= 1;
	ck_assert(!mark_read(SV("key"), sv_str(mark), read));
}
END_TEST

START_TEST(members_of_a_report_are_checked)
{
	static const struct {
		const char *json;
		int result;
	} cases[] = {
		{ "{\"id\":\"x\",\"type\":\"spam\"}", 0 },
		{ "{\"type\":\"not-spam\",\"is_person\":false}", 0 },
		{ "{\"type\":\"spam\",\"by\":\"a\",\"ip\":\"192.0.2.1\"}", 0 },
		{ "", E_SYNTAX },
		{ "[]", E_SYNTAX },
		{ "{}", E_SYNTAX },
		{ "{\"type\":\"loud\"}", E_SYNTAX },
		{ "{\"type\":1}", E_SYNTAX },
		{ "{\"type\":\"spam\",\"type\":\"ham\"}", E_SYNTAX },
		{ "{\"type\":\"spam\",\"report\":\"1\"}", E_SYNTAX },
		{ "{\"type\":\"spam\",\"is_person\":1}", E_SYNTAX },
		{ "{\"type\":\"spam\",\"source\":\"review\"}", E_SYNTAX },
		{ "{\"type\":\"spam\",\"correction\":true}", E_AUTH },
	};
	const struct intake_rights rights = { false, false };
	char why[INTAKE_WHY];

	start();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct feedback f = { 0 };

		ck_assert_int_eq(
		    intake_read(sv_str(cases[i].json), arena, &rights, &f, why),
		    cases[i].result);
	}
	end();
}
END_TEST

UNIT_MAIN("arf", a_report_says_what_it_is,
          a_report_that_breaks_the_format_is_refused,
          a_mail_with_another_in_it_reports_that_one,
          a_mark_cannot_be_made_without_the_key,
          members_of_a_report_are_checked)
