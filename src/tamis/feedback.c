/* SPDX-License-Identifier: Apache-2.0 */
/* tamis feedback: reports on messages, and what became of them. Reports go
 * through the daemon; what is in the ledger is read from the store. */
#include "tamis/feedback.h"

#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "learn/ledger.h"
#include "tamis/control.h"
#include "tamis/options.h"
#include "tamis/setup.h"

enum {
	MAIL_BYTES_MAX = 64 << 20,
	REQUEST_BYTES_MAX = 4000,
	EXIT_TEMPFAIL = 75, /* for those who pipe mails: try again */
};

/* ---- sending ---- */

static void
write_known(struct json *j, const char *name, const char *text)
{
	if (text)
		json_text(j, name, text);
}

static void
write_report(struct json *j, const struct feedback_options *o, const char *id,
             const char *type)
{
	json_begin_object(j, "report");
	write_known(j, "id", id);
	write_known(j, "type", type);
	write_known(j, "report", o->report);
	write_known(j, "by", o->by);
	write_known(j, "ip", o->ip);
	write_known(j, "reason", o->reason);
	write_known(j, "source", o->source ? o->source : o->arf ? "arf" : NULL);
	json_bool(j, "is_person", !o->automatic);
	if (o->correction)
		json_bool(j, "correction", true);
	json_end(j);
}

static int
print_answer(json_t *answer, const struct feedback_options *o)
{
	const char *error = json_string_value(json_object_get(answer, "error"));
	const char *report =
	    json_string_value(json_object_get(answer, "report"));

	if (o->json) {
		json_dumpf(answer, stdout, JSON_COMPACT);
		putchar('\n');
	}
	if (!report) {
		fprintf(stderr, "tamis: not recorded: %s\n",
		        error ? error : "no reason was given");
		return EXIT_NO;
	}
	if (!o->json)
		printf("recorded as report %s%s\n", report,
		       json_is_true(json_object_get(answer, "repeated"))
		           ? ", as before"
		           : "");
	return EXIT_YES;
}

static int
send_report(const struct conf *conf, const struct feedback_options *o,
            const char *id, const char *type, struct sv mail)
{
	struct buf request = BUF_INIT(REQUEST_BYTES_MAX);
	struct json j = json_start(&request);
	char why[CONTROL_WHY] = "";
	json_t *answer;
	int code;

	json_begin_object(&j, NULL);
	json_text(&j, "command", "feedback");
	json_text(&j, "form", o->arf ? "arf" : o->message ? "mail" : "");
	json_int(&j, "bytes", (int64_t)mail.n);
	write_report(&j, o, id, type);
	json_end(&j);
	answer = control_send(conf, buf_sv(&request), mail, why);
	buf_done(&request);
	if (!answer) {
		fprintf(stderr, "tamis: %s\n", why);
		return o->arf || o->message ? EXIT_TEMPFAIL : EXIT_INPUT;
	}
	code = print_answer(answer, o);
	json_decref(answer);
	return code;
}

static int
send_mail(const struct conf *conf, const struct feedback_options *o,
          const char *type)
{
	struct buf mail = BUF_INIT(MAIL_BYTES_MAX);
	int code = EXIT_INPUT;

	if (file_read_fd(STDIN_FILENO, &mail) || mail.n == 0)
		fprintf(stderr, "tamis: there is no mail on standard input, "
		                "or it is too large\n");
	else
		code = send_report(conf, o, NULL, type, buf_sv(&mail));
	buf_done(&mail);
	return code;
}

/* ---- the command ---- */

static bool
is_kind(const char *word)
{
	return feedback_kind_find(sv_str(word)) < FEEDBACK_KINDS;
}

static int
dispatch(const struct command *self, const struct conf *conf,
         const struct feedback_options *o, const struct operands *p)
{
	const char *first = p->n ? p->list[0] : "";

	if (o->arf && p->n == 0)
		return send_mail(conf, o, "spam");
	if (o->message && p->n == 1 && is_kind(first))
		return send_mail(conf, o, first);
	if (p->n == 1 && strcmp(first, "list") == 0)
		return feedback_list(conf, o);
	if (p->n == 2 && strcmp(first, "show") == 0)
		return feedback_show(conf, o, p->list[1]);
	if (p->n == 1 && strcmp(first, "status") == 0)
		return feedback_status(conf, o);
	if (p->n == 2 && is_kind(p->list[1]))
		return send_report(conf, o, first, p->list[1], SV(""));
	return options_error(self, "takes ID and one of spam, ham, appeal and "
	                           "withdrawn; or list, show ID, status");
}

int
feedback_run(const struct command *self, int argc, char **argv)
{
	struct feedback_options o = { .limit = 50 };
	const char *given = NULL;
	const struct option_row rows[] = {
		OPTION_ROW_CONFIG(&given),
		{ 0, "by", "WHO", "who reports it", OPTION_TEXT, &o.by },
		{ 0, "ip", "ADDRESS", "where they are", OPTION_TEXT, &o.ip },
		{ 0, "reason", "WORD", "why, as abuse, fraud, opt-out",
		  OPTION_TEXT, &o.reason },
		{ 0, "source", "WORD", "how it came, as imap", OPTION_TEXT,
		  &o.source },
		{ 0, "report", "UUID", "the id of the report, to send it again",
		  OPTION_TEXT, &o.report },
		{ 0, "automatic", NULL, "a program says so", OPTION_FLAG,
		  &o.automatic },
		{ 0, "correction", NULL,
		  "you decide it: what others said to the contrary is "
		  "overturned",
		  OPTION_FLAG, &o.correction },
		{ 0, "arf", NULL,
		  "read a report (RFC 5965) from standard input", OPTION_FLAG,
		  &o.arf },
		{ 0, "message", NULL,
		  "read the reported mail from standard input", OPTION_FLAG,
		  &o.message },
		{ 0, "state", "WORD", "list: only reports in this state",
		  OPTION_TEXT, &o.state },
		{ 'n', "limit", "N", "list: at most N reports (50)",
		  OPTION_COUNT, &o.limit },
		OPTION_ROW_JSON(&o.json, "print JSON, one object a line"),
		{ 0 },
	};
	struct operands operands;
	struct conf *conf;
	int result = options_parse(self, rows, argc, argv, &operands);

	if (result != OPTIONS_GO_ON)
		return result;
	if (o.state && receipt_state_find(sv_str(o.state)) == RECEIPT_STATES)
		return options_error(self,
		                     "no state '%s'; there are: "
		                     "accepted, applied, ignored, "
		                     "confirmed, overturned, withdrawn",
		                     o.state);
	conf = setup_conf(given);
	if (!conf)
		return EXIT_USAGE;
	result = dispatch(self, conf, &o, &operands);
	conf_unref(conf);
	return result;
}
