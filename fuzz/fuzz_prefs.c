/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preferences: the first line is a user's name, the rest what that user says.
 * Deciding what is needed and deciding all give the same points, the rules of
 * the site stay as they are, and templates of users are written.
 */
#include <stdint.h>
#include <stdlib.h>

#include "scan/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LINES_BYTES_MAX = 8 * 1024, MAIL_BYTES_MAX = 1 << 20 };

static const char conf_text[] =
    "prefs { user_file = /nonexistent/%d/%l/%u%%; cache_max = 3; }\n";

static const char rules[] = "body A /cheap/\n"
			    "header B Subject !~ /nothing/\n"
			    "body __C /pills/\ntflags __C multiple\n"
			    "meta D A && __C\n"
			    "meta E !D || B\n"
			    "meta __F !A\n"
			    "body OFF /cheap/\nscore OFF 0\n"
			    "meta OFFM D + E\nscore OFFM 0\n"
			    "header W eval:check_from_in_welcomelist()\n"
			    "header BL eval:check_from_in_blocklist()\n"
			    "header T eval:check_to_in_all_spam()\n"
			    "header S eval:check_subject_in_blocklist()\n"
			    "body U eval:check_uri_host_in_blocklist()\n"
			    "welcomelist_from *@example.com j*e@*\n"
			    "welcomelist_from_rcvd a@example.org example.org\n"
			    "report Points _SCORE_\n";

static const char mail[] =
    "Received: from a.example.org (HELO b) by c.example.net; x\r\n"
    "From: \"Doe, Jane\" <jane@example.org>\r\n"
    "To: Joe <joe@example.com>\r\n"
    "Subject: buy now\r\n"
    "\r\n"
    "cheap pills at http://www.example.com/x?a=1\r\n";

static void
must(bool condition)
{
	if (!condition)
		abort();
}

/* Compiled once. */
static struct snapshot *
site(void)
{
	static struct snapshot *s;
	struct rule_sources sources = { 0 };
	struct diags diags = DIAGS_INIT;
	struct conf *conf;

	if (s)
		return s;
	conf = conf_parse(SV(conf_text), "fuzz.conf", &diags);
	must(conf != NULL);
	rule_sources_add(&sources, "site.cf", SV(rules));
	s = snapshot_new(conf, rule_set_compile(&sources, conf, &diags));
	must(diags.errors == 0);
	rule_sources_done(&sources);
	diags_done(&diags);
	return s;
}

static int64_t
judge(struct arena *a, struct rule_worker *w, struct prefs *prefs,
      bool all_hits)
{
	struct scan s = {
		.arena = a,
		.snapshot = site(),
		.worker = w,
		.surface = "mail",
		.raw = SV(mail),
		.all_hits = all_hits,
		.prefs.prefs = prefs,
	};
	struct buf out = BUF_INIT(MAIL_BYTES_MAX);
	struct template_job job;

	scan_run(&s);
	template_begin(&job, &s);
	template_mail(&job, &out);
	template_report(&job);
	buf_done(&out);
	return s.score_e4;
}

static void
find(struct sv name)
{
	struct prefs_found found;

	prefs_find(site()->prefs, name, &found);
	must(found.prefs == NULL && found.failed == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv text = sv_make((const char *)data, size), name;
	struct rule_sources sources = { 0 };
	struct diags diags = DIAGS_INIT;
	struct prefs prefs = { .references = 1 };
	struct rule_worker *w;
	struct arena *a;
	int64_t before_e4;

	if (size > LINES_BYTES_MAX || !sv_line(&text, &name))
		return 0;
	find(name);
	w = rule_worker_new();
	a = arena_new();
	rule_sources_add(&sources, "prefs", text.n ? text : SV(""));
	prefs.overlay =
	    rule_overlay_read(site()->rules, &sources, site()->conf, &diags);
	before_e4 = judge(a, w, NULL, false);
	must(judge(a, w, &prefs, false) == judge(a, w, &prefs, true));
	must(judge(a, w, NULL, false) == before_e4);
	rule_overlay_free(prefs.overlay);
	rule_sources_done(&sources);
	diags_done(&diags);
	arena_free(a);
	rule_worker_free(w);
	return 0;
}
