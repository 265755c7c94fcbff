/* SPDX-License-Identifier: Apache-2.0 */
/* tamis spamassassin: what scripts call spamassassin(1p) for, with its command
 * line, its output and its exit codes. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "eval/eval.h"
#include "scan/template.h"
#include "scan/unmark.h"
#include "tamis/command.h"
#include "tamis/mails.h"
#include "tamis/net.h"
#include "tamis/spamassassin_options.h"
#include "tamis/spamassassin_rules.h"
#include "tamis/spamassassin_say.h"

enum {
	CODE_SPAM = 5,   /* of -e without a number */
	CODE_USAGE = 64, /* EX_USAGE */
};

static const char version[] =
    "SpamAssassin version 4.0.1\n  running on tamis " PACKAGE_VERSION "\n";

static const char usage[] =
    "Usage:\n"
    "  spamassassin [options] [ < mail | file ... ]\n"
    "  spamassassin -d [ < mail | file ... ]\n"
    "\n"
    "  -C path, --configpath=path, --config-file=path\n"
    "                        rules: a folder of *.cf files, or a file\n"
    "  --siteconfigpath=path the rules of this site\n"
    "  -p file, --prefspath=file\n"
    "                        preferences of the user\n"
    "  --pre='line'          a line before all files\n"
    "  --cf='line'           a line after all files\n"
    "  -t, --test-mode       add the report to the mail\n"
    "  -e, --error-code[=n]  exit with n (5) if the last mail was spam\n"
    "  -d, --remove-markup   take the marks out of a mail\n"
    "  -L, --local           without the network\n"
    "  --mbox                the files are mailboxes\n"
    "  --progress            say how far it is\n"
    "  -D, --debug[=area,...]  say what happens\n"
    "  --lint                check the rules\n"
    "  -x, -u, -4, -6, --net, --create-prefs\n"
    "                        accepted, without effect\n"
    "  -V, --version\n"
    "  -h, --help\n"
    "\n"
    "Nothing is learned or reported in this version: -r and -k say that they\n"
    "failed, and the options of welcome and block lists are refused.\n";

struct run {
	const struct spamassassin_options *options;
	struct snapshot *snapshot;
	struct rule_worker *worker;
	struct arena *arena;
	struct buf out;
	size_t count;
	int exit_code;
};

/* ---- one mail ---- */

static void
say_hits(const struct scan *s)
{
	struct buf tests = BUF_INIT(64 * 1024), parts = BUF_INIT(64 * 1024);

	for (size_t i = 0; i < s->rules->n_hits; i++) {
		const struct rule_hit *hit = &s->rules->hits[i];
		struct buf *list = hit->rule->is_sub ? &parts : &tests;

		say_debug("rules",
		          "ran rule %s ======> got hit: \"" SV_FMT "\"",
		          hit->rule->name, SV_ARG(hit->text));
		buf_addf(list, "%s%s", list->n ? "," : "", hit->rule->name);
	}
	for (size_t i = 0; i < s->rules->n_captures; i++)
		say_debug("check",
		          "tagrun - tag " SV_FMT
		          " is now ready, value: " SV_FMT,
		          SV_ARG(s->rules->captures[i].name),
		          SV_ARG(s->rules->captures[i].value));
	say_debug("check", "tests=%s", buf_str(&tests));
	say_debug("check", "subtests=%s", buf_str(&parts));
	buf_done(&tests);
	buf_done(&parts);
}

static void
judge(struct run *r, struct sv mail)
{
	struct scan s = {
		.arena = r->arena,
		.snapshot = r->snapshot,
		.worker = r->worker,
		.channel = CHANNEL_FILE,
		.surface = "mail",
		.raw = mail,
		.test = true,
		.all_hits = true,
	};
	struct template_job job;
	struct sv score;

	scan_run(&s);
	for (size_t i = 0; i < s.rules->n_remarks; i++)
		say_debug(s.rules->remarks[i].area, SV_FMT,
		          SV_ARG(s.rules->remarks[i].text));
	say_debug("timing", "total %" PRId64 " ms", s.total_us / 1000);
	template_begin(&job, &s);
	score = template_text(&job, SV("score=_SCORE_ required=_REQD_"));
	say_debug("check", "is spam? " SV_FMT, SV_ARG(score));
	if (say_debug_is_on("check") || say_debug_is_on("rules"))
		say_hits(&s);
	template_mail(&job, &r->out);
	if (r->options->test_mode)
		buf_add(&r->out, template_report(&job));
	if (job.is_spam && r->options->has_error_code && !r->exit_code)
		r->exit_code = r->options->error_code
		                   ? (int)r->options->error_code
		                   : CODE_SPAM;
}

static struct sv
unmark(struct run *r, struct sv mail)
{
	const char *tag =
	    rule_set_settings(r->snapshot->rules)->rewrite_subject;
	struct buf out = BUF_INIT(SIZE_MAX);
	struct sv plain;

	unmark_mail(r->arena, mail, sv_str(tag ? tag : ""), &out);
	plain = arena_dup(r->arena, buf_sv(&out));
	buf_done(&out);
	return plain;
}

static void
take_mail(void *ctx, struct sv mail)
{
	struct run *r = ctx;
	const struct spamassassin_options *o = r->options;

	r->count++;
	buf_reset(&r->out);
	if (o->remove_markup)
		mail = unmark(r, mail);
	if (o->remove_markup && !o->test_mode)
		buf_add(&r->out, mail);
	else if (o->report || o->revoke)
		say_warning("spamassassin: warning, unable to %s message",
		            o->revoke ? "revoke" : "report");
	else
		judge(r, mail);
	fwrite(r->out.p ? r->out.p : "", 1, r->out.n, stdout);
	arena_reset(r->arena);
	if (o->progress)
		fprintf(stderr, "\r%zu messages", r->count);
}

/* ---- all of them ---- */

static void
take_target(struct run *r, const char *text)
{
	struct mail_target target = mail_target_read(text);
	bool mbox = target.format == MAIL_MAILBOX || r->options->mbox;

	if (mails_each(target.path, mbox, take_mail, r))
		return;
	say_warning("archive-iterator: no access to %s: %s", target.path,
	            strerror(errno));
	r->exit_code = 1;
}

static int
run(const struct spamassassin_options *o, struct snapshot *snapshot)
{
	struct run r = {
		.options = o,
		.snapshot = snapshot,
		.worker = rule_worker_new(),
		.arena = arena_new(),
		.out = BUF_INIT(SIZE_MAX),
	};

	for (size_t i = 0; i < o->targets.n; i++)
		take_target(&r, o->targets.list[i]);
	if (o->targets.n == 0)
		take_target(&r, "-");
	if (o->progress)
		fputc('\n', stderr);
	if (o->report || o->revoke)
		printf("%zu message(s) examined.\n", r.count);
	buf_done(&r.out);
	arena_free(r.arena);
	rule_worker_free(r.worker);
	if (fflush(stdout) || ferror(stdout)) {
		say_warning("error writing: %s", strerror(errno));
		return EIO;
	}
	return r.exit_code;
}

static int
lint(size_t issues, bool debug)
{
	if (issues && !debug)
		say_warning("lint: %zu issues detected, please rerun with "
		            "debug enabled for more information",
		            issues);
	return issues ? 1 : 0;
}

/* What is answered without rules; -1: nothing. */
static int
answer_at_once(const struct spamassassin_options *o)
{
	if (o->help) {
		printf("%s\n%s", version, usage);
		return 0;
	}
	if (o->version) {
		fputs(version, stdout);
		return 0;
	}
	if (o->removed)
		return 2;
	if (o->absent) {
		fprintf(stderr,
		        "tamis spamassassin: no welcome or block lists are "
		        "kept in this version: %s\n",
		        o->absent);
		return CODE_USAGE;
	}
	return -1;
}

static int
run_options(const struct spamassassin_options *o)
{
	int code = answer_at_once(o);
	const struct net_options asked = { .off = o->local };
	struct snapshot *snapshot;
	struct net *net;
	size_t issues = 0;

	if (code >= 0)
		return code;
	say_debug_about(o->debug, o->debug_areas);
	say_debug("generic", "SpamAssassin version 4.0.1 (tamis %s)",
	          PACKAGE_VERSION);
	snapshot = spamassassin_rules(o, &issues);
	if (!snapshot)
		return o->lint ? 1 : 2;
	net = o->lint ? NULL : net_open(&asked, snapshot);
	if (o->lint)
		code = lint(issues, o->debug);
	else
		code = net ? run(o, snapshot) : 2;
	snapshot_unref(snapshot);
	net_close(net);
	return code;
}

int
spamassassin_run(const struct command *self, int argc, char **argv)
{
	struct spamassassin_options o;
	char why[SPAMASSASSIN_WHY];
	int code;

	(void)self;
	if (spamassassin_options_read(argc, argv, &o, why)) {
		fprintf(stderr, "%s\n%s", why, usage);
		code = CODE_USAGE;
	} else {
		code = run_options(&o);
	}
	spamassassin_options_done(&o);
	return code;
}
