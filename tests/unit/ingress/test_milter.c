/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Milter conversations inside one process: this file stands in for libmilter.
 * It takes the callbacks that milter.c registers, calls them as a mail server
 * would make libmilter do, and writes down what they ask for.
 */
#include <arpa/inet.h>
#include <libmilter/mfapi.h>
#include <stdio.h>

#include "../unit.h"
#include "ingress/milter.h"
#include "ingress/session.h"

static struct smfiDesc filter;
static struct {
	void *priv;
	const char *auth_user;
	struct buf asked; /* "insert Name: value\n" and so on */
} ctx = { .asked = BUF_INIT(65536) };

/* ---- what milter.c calls ---- */

int
smfi_setconn(char *connection)
{
	(void)connection;
	return MI_SUCCESS;
}

int
smfi_register(struct smfiDesc desc)
{
	filter = desc;
	return MI_SUCCESS;
}

int
smfi_settimeout(int seconds)
{
	(void)seconds;
	return MI_SUCCESS;
}

int
smfi_main(void)
{
	return MI_SUCCESS;
}

int
smfi_setpriv(SMFICTX *c, void *priv)
{
	(void)c;
	ctx.priv = priv;
	return MI_SUCCESS;
}

void *
smfi_getpriv(SMFICTX *c)
{
	(void)c;
	return ctx.priv;
}

char *
smfi_getsymval(SMFICTX *c, char *name)
{
	static char host[] = "mx.example.net", queue_id[] = "Q1";

	(void)c;
	if (strcmp(name, "j") == 0)
		return host;
	if (strcmp(name, "i") == 0)
		return queue_id;
	if (strcmp(name, "{auth_authen}") == 0)
		return (char *)(uintptr_t)ctx.auth_user;
	return NULL;
}

int
smfi_insheader(SMFICTX *c, int index, char *name, char *value)
{
	(void)c;
	buf_addf(&ctx.asked, "insert %d %s:%s\n", index, name, value);
	return MI_SUCCESS;
}

int
smfi_chgheader(SMFICTX *c, char *name, int index, char *value)
{
	(void)c;
	if (value)
		buf_addf(&ctx.asked, "change %d %s:%s\n", index, name, value);
	else
		buf_addf(&ctx.asked, "delete %d %s\n", index, name);
	return MI_SUCCESS;
}

int
smfi_quarantine(SMFICTX *c, char *reason)
{
	(void)c;
	buf_addf(&ctx.asked, "quarantine %s\n", reason);
	return MI_SUCCESS;
}

int
smfi_setreply(SMFICTX *c, char *code, char *extended, char *text)
{
	(void)c;
	buf_addf(&ctx.asked, "reply %s %s %s\n", code, extended, text);
	return MI_SUCCESS;
}

/* ---- the mail server's side ---- */

static const unsigned long all_no_reply =
    SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_MAIL | SMFIP_NR_RCPT |
    SMFIP_NR_DATA | SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_NR_BODY;
static const unsigned long all_actions =
    SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_QUARANTINE;

static struct counters counters;
static _Atomic unsigned in_flight;
static struct ingress ingress;

static void
serve(const char *conf_text)
{
	const struct milter_options options = {
		.listen_fd = -1,
		.address = "unix:/nonexistent/milter.sock",
		.timeout_ms = 1000,
	};
	struct diags diags = DIAGS_INIT;
	struct rule_sources sources = { 0 };
	struct conf *conf = conf_parse(sv_str(conf_text), "t.conf", &diags);
	struct rule_set *rules;

	ck_assert_ptr_nonnull(conf);
	rule_sources_add(&sources, "t.cf",
	                 SV("body AD /sieve-advert/\nscore AD 6\n"
	                    "body BAD /sieve-refuse/\nscore BAD 20\n"));
	rules = rule_set_compile(&sources, conf, &diags);
	ck_assert_ptr_nonnull(rules);
	rule_sources_done(&sources);
	diags_done(&diags);
	ingress_init(&ingress, snapshot_new(conf, rules), &counters, NULL,
	             &in_flight);
	ck_assert_int_eq(milter_run(&ingress, &options), 0);
}

static void
stop_serving(void)
{
	filter.xxfi_close(NULL);
	ck_assert_ptr_null(ctx.priv);
	ck_assert_uint_eq(atomic_load(&in_flight), 0);
	snapshot_unref(ingress.snapshot);
	buf_done(&ctx.asked);
}

static unsigned long
negotiate(unsigned long actions, unsigned long steps)
{
	unsigned long got_actions, got_steps, f2, f3;

	ck_assert_int_eq(filter.xxfi_negotiate(NULL, actions, steps, 0, 0,
	                                       &got_actions, &got_steps, &f2,
	                                       &f3),
	                 SMFIS_CONTINUE);
	ck_assert_uint_eq(got_actions & ~actions, 0);
	ck_assert_uint_eq(got_steps & ~steps, 0);
	return got_steps;
}

static void
connect_from(const char *address)
{
	struct sockaddr_in peer = { .sin_family = AF_INET };
	char name[] = "client.example.org", helo[] = "client.example.org";

	inet_pton(AF_INET, address, &peer.sin_addr);
	filter.xxfi_connect(NULL, name, (struct sockaddr *)&peer);
	filter.xxfi_helo(NULL, helo);
}

static void
header(const char *name, const char *value)
{
	filter.xxfi_header(NULL, (char *)(uintptr_t)name,
	                   (char *)(uintptr_t)value);
}

static void
begin_message(void)
{
	char from[] = "<a@example.org>", to[] = "<b@example.net>";
	char *from_arguments[] = { from, NULL }, *to_arguments[] = { to, NULL };

	buf_reset(&ctx.asked);
	filter.xxfi_envfrom(NULL, from_arguments);
	filter.xxfi_envrcpt(NULL, to_arguments);
}

static sfsistat
end_message(const char *body)
{
	if (*body)
		filter.xxfi_body(NULL, (unsigned char *)(uintptr_t)body,
		                 strlen(body));
	return filter.xxfi_eom(NULL);
}

static sfsistat
send_message(const char *body)
{
	begin_message();
	header("Subject", "s");
	return end_message(body);
}

static bool
asked(const char *text)
{
	return strstr(buf_str(&ctx.asked), text) != NULL;
}

/* ---- conversations ---- */

START_TEST(no_reply_is_asked_for_and_kept)
{
	char helo[] = "x";

	serve("");
	ck_assert_uint_eq(negotiate(all_actions, all_no_reply | SMFIP_SKIP) &
	                      all_no_reply,
	                  all_no_reply);
	ck_assert_int_eq(filter.xxfi_helo(NULL, helo), SMFIS_NOREPLY);
	ck_assert_int_eq(send_message("x"), SMFIS_CONTINUE);
	stop_serving();
}
END_TEST

START_TEST(a_server_that_wants_every_answer_gets_it)
{
	char helo[] = "x";

	serve("");
	ck_assert_uint_eq(negotiate(all_actions, SMFIP_NR_HDR), 0);
	ck_assert_int_eq(filter.xxfi_helo(NULL, helo), SMFIS_CONTINUE);
	ck_assert_int_eq(send_message("x"), SMFIS_CONTINUE);
	stop_serving();
}
END_TEST

START_TEST(clean_mail_is_marked_as_such)
{
	serve("");
	negotiate(all_actions, all_no_reply);
	connect_from("192.0.2.1");
	ck_assert_int_eq(send_message("hello"), SMFIS_CONTINUE);
	ck_assert(asked("insert 0 X-Spam-Status:No, score=0.0 required=5.0 "
	                "verdict=legitimate"));
	ck_assert(asked("insert 0 X-Spam-Score:0.0\n"));
	ck_assert(asked("insert 0 Authentication-Results:mx.example.net; "
	                "none\n"));
	ck_assert(!asked("X-Spam-Flag"));
	ck_assert(!asked("X-Spam-Level"));
	ck_assert(!asked("delete"));
	stop_serving();
}
END_TEST

START_TEST(spam_is_flagged_and_its_subject_tagged)
{
	serve("plan { subject_tag = \"[SPAM]\"; }");
	negotiate(all_actions, all_no_reply | SMFIP_HDR_LEADSPC);
	begin_message();
	header("Subject", " one\n two");
	ck_assert_int_eq(end_message("sieve-advert"), SMFIS_CONTINUE);
	ck_assert(asked("insert 0 X-Spam-Flag: YES\n"));
	ck_assert(asked("insert 0 X-Spam-Level: ******\n"));
	ck_assert(asked("change 1 Subject: [SPAM] one\n two\n"));
	stop_serving();
}
END_TEST

START_TEST(a_missing_subject_is_made_for_the_tag)
{
	serve("plan { subject_tag = \"[SPAM]\"; }");
	negotiate(all_actions, all_no_reply);
	begin_message();
	ck_assert_int_eq(end_message("sieve-advert"), SMFIS_CONTINUE);
	ck_assert(asked("insert 0 Subject:[SPAM] \n"));
	stop_serving();
}
END_TEST

START_TEST(forged_marks_go_from_the_last_to_the_first)
{
	const char *first, *second;

	serve("");
	negotiate(all_actions, all_no_reply);
	begin_message();
	header("X-Spam-Status", "No");
	header("Authentication-Results", "mx.example.net; dkim=pass");
	header("Authentication-Results", "mx.example.org; dkim=pass");
	header("x-spam-status", "No");
	ck_assert_int_eq(end_message("hello"), SMFIS_CONTINUE);
	second = strstr(buf_str(&ctx.asked), "delete 2 X-Spam-Status\n");
	first = strstr(buf_str(&ctx.asked), "delete 1 X-Spam-Status\n");
	ck_assert_ptr_nonnull(first);
	ck_assert_ptr_nonnull(second);
	ck_assert(second < first);
	ck_assert(asked("delete 1 Authentication-Results\n"));
	ck_assert(!asked("delete 2 Authentication-Results\n"));
	stop_serving();
}
END_TEST

START_TEST(refusing_is_for_the_end_even_for_local_submissions)
{
	serve("plan { reject_score = 15; reject_text = \"50% off: %v\"; }");
	negotiate(all_actions, all_no_reply);
	connect_from("127.0.0.1");
	ck_assert_int_eq(send_message("sieve-refuse"), SMFIS_REJECT);
	ck_assert_str_eq(buf_str(&ctx.asked),
	                 "reply 550 5.7.1 50%% off: advertising_spam\n");
	stop_serving();
}
END_TEST

START_TEST(every_action_has_its_answer)
{
	static const struct {
		const char *action;
		sfsistat answer;
		const char *asked;
	} cases[] = {
		{ "accept", SMFIS_CONTINUE, "X-Spam-Flag:YES" },
		{ "tag", SMFIS_CONTINUE, "X-Spam-Flag:YES" },
		{ "reject", SMFIS_REJECT, "reply 550 5.7.1 " },
		{ "tempfail", SMFIS_TEMPFAIL, "reply 451 4.7.1 " },
		{ "discard", SMFIS_DISCARD, "" },
		{ "quarantine", SMFIS_CONTINUE,
		  "quarantine tamis quarantine advertising_spam id=" },
		{ "hold_for_review", SMFIS_CONTINUE,
		  "quarantine tamis hold_for_review advertising_spam id=" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char conf[100];

		snprintf(conf, sizeof conf, "plan { advertising_spam = %s; }",
		         cases[i].action);
		serve(conf);
		negotiate(all_actions, all_no_reply);
		ck_assert_int_eq(send_message("sieve-advert"), cases[i].answer);
		ck_assert_msg(asked(cases[i].asked), "%s: %s", cases[i].action,
		              buf_str(&ctx.asked));
		stop_serving();
	}
}
END_TEST

START_TEST(what_the_server_cannot_do_is_counted)
{
	uint64_t before;

	serve("plan { advertising_spam = quarantine; }");
	before = counter_get(&counters, COUNTER_milter_failed);
	negotiate(SMFIF_ADDHDRS | SMFIF_CHGHDRS, all_no_reply);
	ck_assert_int_eq(send_message("sieve-advert"), SMFIS_CONTINUE);
	ck_assert(!asked("quarantine"));
	ck_assert(asked("X-Spam-Flag:YES"));
	ck_assert_uint_eq(counter_get(&counters, COUNTER_milter_failed),
	                  before + 1);
	stop_serving();
}
END_TEST

START_TEST(an_aborted_message_leaves_nothing_behind)
{
	serve("");
	negotiate(all_actions, all_no_reply);
	begin_message();
	header("X-Spam-Flag", "NO");
	filter.xxfi_body(NULL, (unsigned char *)(uintptr_t) "sieve-advert", 12);
	filter.xxfi_abort(NULL);
	ck_assert_uint_eq(atomic_load(&in_flight), 0);
	ck_assert_int_eq(send_message("hello"), SMFIS_CONTINUE);
	ck_assert(asked("X-Spam-Status:No"));
	ck_assert(!asked("delete"));
	stop_serving();
}
END_TEST

START_TEST(an_authenticated_sender_is_in_the_results)
{
	serve("milter { authserv_id = id.example; }");
	ctx.auth_user = "joe";
	negotiate(all_actions, all_no_reply);
	send_message("hello");
	ck_assert(asked("Authentication-Results:id.example;\n\tauth=pass "
	                "smtp.auth=joe\n"));
	ctx.auth_user = "a\"\nX-Spam-Flag: NO";
	send_message("hello");
	ctx.auth_user = NULL;
	ck_assert(asked("smtp.auth=\"a\\\"?X-Spam-Flag: NO\"\n"));
	stop_serving();
}
END_TEST

START_TEST(too_many_at_once_are_let_through_or_put_off)
{
	serve("scan { in_flight_max = 1; }");
	negotiate(all_actions, all_no_reply);
	atomic_fetch_add(&in_flight, 1);
	ck_assert_int_eq(send_message("sieve-refuse"), SMFIS_CONTINUE);
	ck_assert_str_eq(buf_str(&ctx.asked),
	                 "insert 0 X-Spam-Status:No, skipped=overload\n");
	atomic_fetch_sub(&in_flight, 1);
	stop_serving();

	serve("scan { in_flight_max = 1; overload = tempfail; }");
	negotiate(all_actions, all_no_reply);
	atomic_fetch_add(&in_flight, 1);
	ck_assert_int_eq(send_message("hello"), SMFIS_TEMPFAIL);
	ck_assert(asked("reply 451 4.3.2 "));
	atomic_fetch_sub(&in_flight, 1);
	stop_serving();
}
END_TEST

START_TEST(while_stopping_new_messages_are_put_off)
{
	serve("");
	negotiate(all_actions, all_no_reply);
	begin_message();
	milter_drain();
	ck_assert_int_eq(end_message("hello"), SMFIS_CONTINUE);
	ck_assert_int_eq(send_message("hello"), SMFIS_TEMPFAIL);
	ck_assert(asked("reply 451 4.3.2 "));
	stop_serving();
}
END_TEST

UNIT_MAIN("milter", no_reply_is_asked_for_and_kept,
          a_server_that_wants_every_answer_gets_it,
          clean_mail_is_marked_as_such, spam_is_flagged_and_its_subject_tagged,
          a_missing_subject_is_made_for_the_tag,
          forged_marks_go_from_the_last_to_the_first,
          refusing_is_for_the_end_even_for_local_submissions,
          every_action_has_its_answer, what_the_server_cannot_do_is_counted,
          an_aborted_message_leaves_nothing_behind,
          an_authenticated_sender_is_in_the_results,
          too_many_at_once_are_let_through_or_put_off,
          while_stopping_new_messages_are_put_off)
