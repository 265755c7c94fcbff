/* SPDX-License-Identifier: Apache-2.0 */
/* The snapshot: defaults, what follows from them, files, references. */
#include "../unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "conf/conf.h"

static struct diags diags = DIAGS_INIT;

static struct conf *
parse(const char *text)
{
	struct conf *c = conf_parse(sv_str(text), "f", &diags);

	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(diags.n, 0);
	return c;
}

START_TEST(without_a_file_everything_has_its_default)
{
	struct conf *c = conf_load(NULL, &diags);

	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(diags.n, 0);
	ck_assert_int_gt(strlen(c->node.name), 0);
	ck_assert_int_eq(c->log.level, LOG_LEVEL_INFO);
	ck_assert_str_eq(c->tamisd.state_dir, LOCALSTATEDIR "/lib/tamis");
	ck_assert_int_eq(c->tamisd.control_mode, 0660);
	ck_assert_int_eq(c->tamisd.scanners, 1);
	ck_assert_uint_eq(c->milter.listen.n, 1);
	ck_assert_str_eq(c->milter.listen.list[0],
	                 "unix:" RUNSTATEDIR "/tamis/milter.sock");
	ck_assert_int_eq(c->scan.overload, PLAN_ACCEPT);
	ck_assert_uint_eq(c->http.listen.n, 0);
	ck_assert_int_eq(c->message.bytes_max, 10 << 20);
	ck_assert_int_eq(c->match.element_bytes_max, 512 << 10);
	ck_assert_int_eq(c->match.view_bytes_max, 2 << 20);
	ck_assert_uint_eq(c->rule.paths.n, 2);
	ck_assert_str_eq(c->rule.paths.list[0], PKGDATADIR "/rules");
	ck_assert_str_eq(c->rule.paths.list[1], SYSCONFDIR "/tamis/rules");
	ck_assert_int_eq(c->scan.threshold_e4, 50000);
	ck_assert_int_eq(c->scan.suspect_e4, 30000);
	ck_assert_int_eq(c->scan.deadline_ms, 20000);
	ck_assert_int_eq(c->plan.advertising_spam, PLAN_TAG);
	ck_assert_int_eq(c->plan.unknown, PLAN_ACCEPT);
	ck_assert_str_eq(c->plan.reject_code, "550 5.7.1");
	ck_assert(c->plan.headers);
	ck_assert_int_eq(c->report.profile, PRIVACY_STATISTICAL);
	ck_assert_int_eq(c->report.http_retry_max_ms, 300000);
	ck_assert_str_eq(c->feedd.listen, "inet:8790@127.0.0.1");
	conf_unref(c);
}
END_TEST

START_TEST(an_empty_file_is_a_configuration)
{
	conf_unref(parse(""));
	conf_unref(parse("# nothing\n"));
	conf_unref(parse("plan { }"));
}
END_TEST

START_TEST(what_is_empty_follows_from_the_folders)
{
	struct conf *c = parse("tamisd {\n"
	                       "\tstate_dir = /srv/t;\n"
	                       "\trun_dir = /srv/r;\n"
	                       "}\n");

	ck_assert_str_eq(c->tamisd.control, "/srv/r/control.sock");
	ck_assert_str_eq(c->report.spool_dir, "/srv/t/spool");
	conf_unref(c);
	c = parse("tamisd { control = /srv/c; }\n"
	          "report { spool_dir = /srv/s; }\n"
	          "node { name = mx1; }\n");
	ck_assert_str_eq(c->tamisd.control, "/srv/c");
	ck_assert_str_eq(c->report.spool_dir, "/srv/s");
	ck_assert_str_eq(c->node.name, "mx1");
	conf_unref(c);
}
END_TEST

START_TEST(a_listener_that_others_reach_needs_a_token_file)
{
	conf_unref(parse("http { listen = inet:80@127.0.0.1, unix:/a; }"));
	conf_unref(parse("http { listen = inet:80@192.0.2.1;\n"
	                 "       token_file = /etc/tokens; }"));
}
END_TEST

START_TEST(rejecting_what_is_not_spam_is_only_a_warning)
{
	struct conf *c =
	    conf_parse(SV("plan {\n reject_score = 4;\n}"), "f", &diags);

	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(diags.warnings, 1);
	ck_assert_int_eq(diags.list[0].line, 2);
	conf_unref(c);
}
END_TEST

START_TEST(a_snapshot_lives_as_long_as_its_last_reference)
{
	struct conf *c = parse("node { organisation = \"Example Ltd\"; }");

	ck_assert_ptr_eq(conf_ref(c), c);
	conf_unref(c);
	ck_assert_str_eq(c->node.organisation, "Example Ltd");
	conf_unref(c);
	conf_unref(NULL);
}
END_TEST

START_TEST(the_text_may_go_away_after_parsing)
{
	char text[] = "log { level = debug; } http { listen = unix:/a; }";
	struct conf *c = parse(text);

	memset(text, 'x', sizeof text);
	ck_assert_str_eq(c->http.listen.list[0], "unix:/a");
	conf_unref(c);
}
END_TEST

START_TEST(a_file_is_read_and_named_in_its_errors)
{
	char path[] = "/var/tmp/tamis-test-XXXXXX", text[300], want[300];
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(file_write_fd(fd, SV("scan {\n suspect = 4;\n}")), 0);
	struct conf *c = conf_load(path, &diags);
	ck_assert_ptr_nonnull(c);
	ck_assert_int_eq(c->scan.suspect_e4, 40000);
	conf_unref(c);
	ck_assert_int_eq(file_write_fd(fd, SV("}\n")), 0);
	ck_assert_ptr_null(conf_load(path, &diags));
	diags_first(&diags, text, sizeof text);
	snprintf(want, sizeof want,
	         "%s:3: error: '}' where 'section { ... }' belongs", path);
	ck_assert_str_eq(text, want);
	close(fd);
	unlink(path);
}
END_TEST

START_TEST(a_file_that_is_not_there_is_an_error)
{
	char text[300];

	ck_assert_ptr_null(conf_load("/nonexistent/tamis.conf", &diags));
	diags_first(&diags, text, sizeof text);
	ck_assert_str_eq(text, "/nonexistent/tamis.conf: error: cannot be "
	                       "read: No such file or directory");
}
END_TEST

START_TEST(enumerations_have_words)
{
	static const char *const words[] = {
		"accept",  "tag",        "reject",          "tempfail",
		"discard", "quarantine", "hold_for_review",
	};

	for (int i = PLAN_ACCEPT; i <= PLAN_HOLD_FOR_REVIEW; i++)
		ck_assert_str_eq(plan_action_word((enum plan_action)i),
		                 words[i]);
	ck_assert_str_eq(privacy_word(PRIVACY_STATISTICAL), "statistical");
	ck_assert_str_eq(privacy_word(PRIVACY_PSEUDONYMOUS), "pseudonymous");
	ck_assert_str_eq(privacy_word(PRIVACY_EVIDENCE), "evidence");
}
END_TEST

UNIT_MAIN("conf", without_a_file_everything_has_its_default,
          an_empty_file_is_a_configuration,
          what_is_empty_follows_from_the_folders,
          a_listener_that_others_reach_needs_a_token_file,
          rejecting_what_is_not_spam_is_only_a_warning,
          a_snapshot_lives_as_long_as_its_last_reference,
          the_text_may_go_away_after_parsing,
          a_file_is_read_and_named_in_its_errors,
          a_file_that_is_not_there_is_an_error, enumerations_have_words)
