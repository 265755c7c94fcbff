/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <zlib.h>

#include "ingress/spamd_inflate.h"
#include "ingress/spamd_session.h"

#define MAIL "Subject: x\n\nword\n"

static struct counters counters;
static _Atomic unsigned in_flight;
static struct ingress ingress;

static void
open_session(struct spamd_session *s, const char *conf_text)
{
	struct diags diags = DIAGS_INIT;
	struct rule_sources sources = { 0 };
	struct conf *conf = conf_parse(sv_str(conf_text), "t.conf", &diags);
	struct rule_set *rules;

	ck_assert_ptr_nonnull(conf);
	rule_sources_add(&sources, "t.cf",
	                 SV("body WORD /word/\nscore WORD 1\n"
	                    "body SPAM /spam/\nscore SPAM 7\n"
	                    "body A_SPAM /spam/\nscore A_SPAM 0.1\n"));
	rules = rule_set_compile(&sources, conf, &diags);
	ck_assert_ptr_nonnull(rules);
	rule_sources_done(&sources);
	diags_done(&diags);
	atomic_store(&in_flight, 0);
	ingress_init(&ingress, snapshot_new(conf, rules), &counters, NULL,
	             &in_flight);
	spamd_session_init(s, &ingress, SV("localhost"), SV("127.0.0.1"));
}

static void
close_session(struct spamd_session *s)
{
	ck_assert_uint_eq(atomic_load(&in_flight), 0);
	spamd_session_done(s);
	snapshot_unref(ingress.snapshot);
}

static void
ask(struct spamd_session *s, const char *conf_text, struct sv request)
{
	open_session(s, conf_text);
	spamd_session_read(s, request);
	spamd_session_end(s);
	ck_assert(s->answered);
}

static void
answers(const char *conf_text, const char *request, const char *want)
{
	struct spamd_session s;

	ask(&s, conf_text, sv_str(request));
	ck_sv_eq(buf_sv(&s.out), want);
	close_session(&s);
}

START_TEST(mails_are_checked)
{
	answers("", "CHECK SPAMC/1.5\r\n\r\n" MAIL,
	        "SPAMD/1.1 0 EX_OK\r\nSpam: False ; 1.0 / 5.0\r\n\r\n");
	answers("", "CHECK SPAMC/1.5\r\nContent-length: 6\r\n\r\n\nspam\n",
	        "SPAMD/1.1 0 EX_OK\r\nSpam: True ; 7.1 / 5.0\r\n\r\n");
	answers("", "CHECK SPAMC/1.0\r\n" MAIL,
	        "SPAMD/1.1 0 EX_OK\r\nSpam: False ; 1.0 / 5.0\r\n\r\n");
}
END_TEST

START_TEST(ping_and_skip_need_no_mail)
{
	answers("", "PING SPAMC/1.5\r\n\r\n", "SPAMD/1.5 0 PONG\r\n");
	answers("", "PING SPAMC/1.2\r\n", "SPAMD/1.5 0 PONG\r\n");
	answers("", "SKIP SPAMC/1.5\r\n\r\n", "");
}
END_TEST

START_TEST(telling_is_refused_unless_allowed)
{
	struct spamd_session s;

	ask(&s, "", SV("TELL SPAMC/1.5\r\nSet: local\r\n\r\n" MAIL));
	ck_assert(sv_starts(buf_sv(&s.out), SV("SPAMD/1.0 69 ")));
	close_session(&s);
	answers("spamd { tell = yes; }",
	        "TELL SPAMC/1.5\r\nSet: local\r\n\r\n" MAIL,
	        "SPAMD/1.1 0 EX_OK\r\n\r\n\r\n");
	ask(&s, "spamd { tell = yes; }",
	    SV("TELL SPAMC/1.5\r\nSet: local\r\nRemove: local\r\n\r\n" MAIL));
	ck_assert(sv_starts(buf_sv(&s.out), SV("SPAMD/1.0 76 ")));
	close_session(&s);
}
END_TEST

START_TEST(the_length_must_be_that_of_the_mail)
{
	static const struct {
		const char *request, *answer;
	} cases[] = {
		{ "CHECK SPAMC/1.2\r\nContent-length: 17\r\n\r\n" MAIL,
		  "SPAMD/1.1 0 " },
		{ "CHECK SPAMC/1.2\r\nContent-length: 18\r\n\r\n" MAIL,
		  "SPAMD/1.0 76 Bad header line: " },
		{ "CHECK SPAMC/1.2\r\nContent-length: 15\r\n\r\n" MAIL,
		  "SPAMD/1.0 76 Bad header line: " },
		{ "CHECK SPAMC/1.2\r\nContent-length: 17\r\n\r\n" MAIL "more",
		  "SPAMD/1.1 0 " },
		{ "CHECK SPAMC/1.2\r\nContent-length: x\r\n\r\n" MAIL,
		  "SPAMD/1.0 76 Bad header line: " },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct spamd_session s;

		ask(&s, "", sv_str(cases[i].request));
		ck_assert_msg(
		    sv_starts(buf_sv(&s.out), sv_str(cases[i].answer)),
		    "%zu: %s", i, buf_str(&s.out));
		close_session(&s);
	}
}
END_TEST

START_TEST(large_mails_are_refused_as_soon_as_that_is_known)
{
	static const char *const heads[] = {
		"CHECK SPAMC/1.2\r\nContent-length: 1025\r\n\r\n",
		"CHECK SPAMC/1.2\r\n\r\n",
	};

	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		struct spamd_session s;

		open_session(&s, "spamd { message_bytes_max = 1k; }");
		spamd_session_read(&s, sv_str(heads[i]));
		for (int n = 0; n < 1025 && !s.answered; n++)
			spamd_session_read(&s, SV("x"));
		ck_assert(s.answered && !s.whole);
		ck_assert(sv_starts(buf_sv(&s.out), SV("SPAMD/1.0 98 ")));
		close_session(&s);
	}
}
END_TEST

/* CHECK of what zlib makes of the mail, the last `cut` bytes missing. */
static void
ask_packed(struct spamd_session *s, const char *conf, struct sv mail,
           size_t cut)
{
	struct buf request = BUF_INIT(1024 * 1024);
	unsigned char packed[64 * 1024];
	uLongf n = sizeof packed;

	ck_assert_int_eq(
	    compress(packed, &n, (const unsigned char *)mail.p, mail.n), Z_OK);
	buf_addf(&request,
	         "CHECK SPAMC/1.5\r\nCompress: zlib\r\n"
	         "Content-length: %zu\r\n\r\n",
	         (size_t)n - cut);
	buf_add(&request, sv_make((const char *)packed, n - cut));
	ask(s, conf, buf_sv(&request));
	buf_done(&request);
}

START_TEST(compressed_mails_are_bounded)
{
	static const char zeros[4 * 1024 * 1024];
	struct spamd_session s;

	ask_packed(&s, "", SV("\nspam\n"), 0);
	ck_sv_eq(buf_sv(&s.out),
	         "SPAMD/1.1 0 EX_OK\r\nSpam: True ; 7.1 / 5.0\r\n\r\n");
	close_session(&s);
	ask_packed(&s, "", SV("\nspam\n"), 3);
	ck_assert(sv_starts(buf_sv(&s.out), SV("SPAMD/1.0 69 ")));
	close_session(&s);
	ask_packed(&s, "spamd { message_bytes_max = 1M; }",
	           sv_make(zeros, sizeof zeros), 0);
	ck_assert(sv_starts(buf_sv(&s.out), SV("SPAMD/1.0 98 ")));
	close_session(&s);
	ask(&s, "", SV("CHECK SPAMC/1.5\r\nCompress: zlib\r\n\r\nx"));
	ck_assert(sv_starts(buf_sv(&s.out), SV("SPAMD/1.0 69 ")));
	close_session(&s);
}
END_TEST

START_TEST(inflating_ends_with_the_stream)
{
	unsigned char packed[128];
	struct buf out = BUF_INIT(100);
	uLongf n = sizeof packed;

	ck_assert_int_eq(compress(packed, &n, (const unsigned char *)"abc", 3),
	                 Z_OK);
	packed[n] = 'x';
	ck_assert_int_eq(
	    spamd_inflate(sv_make((const char *)packed, n + 1), &out), 0);
	ck_sv_eq(buf_sv(&out), "abc");
	ck_assert_int_eq(spamd_inflate(SV(""), &out), E_SYNTAX);
	ck_assert_int_eq(spamd_inflate(SV("abc"), &out), E_SYNTAX);
	buf_done(&out);
}
END_TEST

START_TEST(who_is_late_is_told_so)
{
	struct spamd_session s;

	open_session(&s, "");
	spamd_session_read(&s, SV("CHECK SPAMC/1.2\r\n"));
	spamd_session_late(&s);
	ck_assert(sv_starts(buf_sv(&s.out), SV("SPAMD/1.0 79 Timeout: ")));
	spamd_session_read(&s, SV("\r\n" MAIL));
	ck_assert(sv_starts(buf_sv(&s.out), SV("SPAMD/1.0 79 Timeout: ")));
	close_session(&s);
}
END_TEST

START_TEST(too_many_at_once_are_put_off)
{
	struct spamd_session s;

	open_session(&s, "scan { in_flight_max = 1; }");
	atomic_store(&in_flight, 1);
	spamd_session_read(&s, SV("CHECK SPAMC/1.2\r\n\r\n" MAIL));
	spamd_session_end(&s);
	ck_assert(sv_starts(buf_sv(&s.out), SV("SPAMD/1.0 75 ")));
	atomic_store(&in_flight, 0);
	close_session(&s);
}
END_TEST

UNIT_MAIN("spamd_session", mails_are_checked, ping_and_skip_need_no_mail,
          telling_is_refused_unless_allowed,
          the_length_must_be_that_of_the_mail,
          large_mails_are_refused_as_soon_as_that_is_known,
          compressed_mails_are_bounded, inflating_ends_with_the_stream,
          who_is_late_is_told_so, too_many_at_once_are_put_off)
