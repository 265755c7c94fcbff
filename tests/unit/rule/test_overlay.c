/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An overlay gives what the same lines at the end of the rules give, for
 * random points; and it lets users say what they may, no more.
 */
#include "sample.h"

/* ---- random numbers that are the same in each run ---- */

static uint64_t random_state;

static unsigned
random_below(unsigned n)
{
	random_state =
	    random_state * 6364136223846793005U + 1442695040888963407U;
	return (unsigned)(random_state >> 33) % n;
}

static const char rules_text[] = "body A0 /a0/\n"
				 "body A1 /a1/\ntflags A1 multiple\n"
				 "score A1 0.5\n"
				 "body __A2 /a2/\n"
				 "body __A3 /a3/\ntflags __A3 multiple\n"
				 "header A4 X-One !~ /a4/\n"
				 "header __A5 X-Two !~ /a5/\n"
				 "header A6 X-One =~ /a6/\n"
				 "header A7 X-Two =~ /un/ [if-unset: un]\n"
				 "meta M0 A0 && !A4\n"
				 "meta __M1 A1 + __A3 > 1\n"
				 "meta M2 !M0\n"
				 "meta __M3 __M1 || M2\n"
				 "meta M4 __M3 && A4\n"
				 "meta M5 !__M3 || __A5\n"
				 "meta M6 M4 + M5 + A7 > 1\n"
				 /* what nobody uses, and is off */
				 "body D0 /a0/\nscore D0 0\n"
				 "header D1 X-One !~ /a4/\nscore D1 0\n"
				 "meta D2 M6 && !A6\nscore D2 0\n"
				 "meta D3 !A6\nscore D3 0\n"
				 "body __D4 /a2/\nscore __D4 0\n";

static const char *const names[] = {
	"A0", "A1",   "__A2", "__A3", "A4", "__A5", "A6", "A7", "M0", "__M1",
	"M2", "__M3", "M4",   "M5",   "M6", "D0",   "D1", "D2", "D3", "__D4",
};
enum { NAMES = sizeof names / sizeof *names, ROUNDS = 400 };

static const char *const points[] = { "0", "2.5", "-1", "3", "0.01" };

static void
random_lines(struct buf *out)
{
	buf_reset(out);
	for (unsigned i = 1 + random_below(6); i > 0; i--)
		buf_addf(out, "score %s %s\n", names[random_below(NAMES)],
		         points[random_below(5)]);
}

static void
random_mail(struct sample_mail *mail)
{
	static const char *const words[] = { "a0", "a1 a1", "a2", "a3 a3 a3",
		                             "a1 a3" };

	*mail = (struct sample_mail){ .header = { "Subject: x" } };
	if (random_below(2))
		mail->header[1] = random_below(2) ? "X-One: a4" : "X-One: a6";
	if (random_below(2))
		mail->header[mail->header[1] ? 2 : 1] =
		    random_below(2) ? "X-Two: a5" : "X-Two: un";
	for (unsigned i = 0; i < 3; i++)
		mail->body[i] = words[random_below(5)];
}

static struct rule_overlay *
read_overlay(const struct rule_set *rs, struct sv lines, struct diags *diags)
{
	struct rule_sources sources = { 0 };
	struct rule_overlay *o;

	rule_sources_add(&sources, "prefs", lines);
	o = rule_overlay_read(rs, &sources, sample_conf(), diags);
	rule_sources_done(&sources);
	return o;
}

static void
list_hits(const struct rule_result *r, struct buf *out)
{
	buf_reset(out);
	for (size_t i = 0; i < r->n_hits; i++)
		buf_addf(out, "%s=%lld*%u ", r->hits[i].rule->name,
		         (long long)r->hits[i].score_e4, r->hits[i].count);
	buf_addf(out, "%lld", (long long)r->score_e4);
}

struct pair { /* the same lines, both ways */
	struct rule_set *site, *whole;
	struct rule_overlay *overlay;
	struct rule_worker *worker;
	struct arena *arena;
};

static void
compare(struct pair *p, const struct sample_mail *mail, bool all_hits,
        const char *lines)
{
	struct buf want = BUF_INIT(10000), got = BUF_INIT(10000);
	const struct message *m = sample_message(p->arena, mail);
	struct rule_job job = { .message = m, .all_hits = all_hits };

	list_hits(rule_eval(p->whole, p->worker, p->arena, &job), &want);
	job.overlay = p->overlay;
	list_hits(rule_eval(p->site, p->worker, p->arena, &job), &got);
	ck_assert_msg(strcmp(buf_str(&got), buf_str(&want)) == 0,
	              "%sall %d: %s, not %s", lines, all_hits, buf_str(&got),
	              buf_str(&want));
	buf_done(&want);
	buf_done(&got);
	arena_reset(p->arena);
}

START_TEST(points_of_a_user_are_those_of_rules_with_the_same_lines)
{
	struct diags diags = DIAGS_INIT;
	struct buf lines = BUF_INIT(10000), all = BUF_INIT(100000);
	struct pair p = { .site = sample_compile(rules_text, &diags),
		          .worker = rule_worker_new(),
		          .arena = arena_new() };

	random_state = 1;
	for (int round = 0; round < ROUNDS; round++) {
		struct sample_mail mail;

		random_lines(&lines);
		buf_reset(&all);
		buf_addf(&all, "%s%s", rules_text, buf_str(&lines));
		p.whole = sample_compile(buf_str(&all), &diags);
		p.overlay = read_overlay(p.site, buf_sv(&lines), &diags);
		ck_assert_uint_eq(diags.errors, 0);
		for (int i = 0; i < 4; i++) {
			random_mail(&mail);
			compare(&p, &mail, true, buf_str(&lines));
			compare(&p, &mail, false, buf_str(&lines));
		}
		rule_overlay_free(p.overlay);
		rule_set_unref(p.whole);
	}
	rule_set_unref(p.site);
	rule_worker_free(p.worker);
	arena_free(p.arena);
	buf_done(&lines);
	buf_done(&all);
	diags_done(&diags);
}
END_TEST

static const struct {
	const char *line, *wrong; /* a part of it; or NULL */
} lines[] = {
	{ "required_score 3.5", NULL },
	{ "required_hits 3.5", NULL },
	{ "score KNOWN 2", NULL },
	{ "score KNOWN 1 2 3 4", NULL },
	{ "score KNOWN (1)", NULL },
	{ "score OTHER 2", "there is no rule OTHER" },
	{ "score KNOWN two", "is no number" },
	{ "score KNOWN", "expected 1 number" },
	{ "welcomelist_from *@example.org", NULL },
	{ "whitelist_from *@example.org", NULL },
	{ "unblacklist_from a@example.org", NULL },
	{ "rewrite_header Subject [spam]", NULL },
	{ "add_header all Level _STARS_", NULL },
	{ "report_safe 3", "expected 0, 1 or 2" },
	{ "if (version >= 3.004000)\nscore KNOWN 3\nendif", NULL },
	{ "body MINE /x/", "rules of users are not supported" },
	{ "header MINE Subject =~ /x/", "rules of users are not supported" },
	{ "meta MINE KNOWN", "rules of users are not supported" },
	{ "include other.cf", "for the site alone" },
	{ "loadplugin Mail::SpamAssassin::Plugin::X", "for the site alone" },
	{ "tflags KNOWN nice", "for the site alone" },
	{ "shortcircuit KNOWN ham", "for the site alone" },
	{ "freemail_domains example.org", "for the site alone" },
	{ "version_tag mine", "for the site alone" },
	{ "trusted_networks 192.0.2.1", "for the site alone" },
	{ "use_bayes 1", "has no effect" },
	{ "blocklist_from *aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	  "one that is too long" },
	{ "whitelist_form a@example.org", "unknown directive" },
};

static void
check_line(const struct rule_set *rs, const char *line, const char *wrong)
{
	struct diags diags = DIAGS_INIT;
	struct buf said = BUF_INIT(10000);
	struct rule_overlay *o;

	o = read_overlay(rs, sv_str(line), &diags);
	sample_diags(&diags, &said);
	if (wrong)
		ck_assert_msg(strstr(buf_str(&said), wrong) != NULL, "%s: %s",
		              line, buf_str(&said));
	else
		ck_assert_str_eq(buf_str(&said), "");
	rule_overlay_free(o);
	buf_done(&said);
	diags_done(&diags);
}

START_TEST(users_may_say_what_concerns_their_mail_alone)
{
	struct diags diags = DIAGS_INIT;
	struct rule_set *rs = sample_compile("body KNOWN /x/\n", &diags);

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		check_line(rs, lines[i].line, lines[i].wrong);
	rule_set_unref(rs);
	diags_done(&diags);
}
END_TEST

START_TEST(points_may_be_added_to_those_of_the_site)
{
	struct diags diags = DIAGS_INIT;
	struct rule_set *rs =
	    sample_compile("body A /x/\nscore A 1.5\nbody B /x/\n", &diags);
	struct rule_overlay *o = read_overlay(
	    rs, SV("score B (-3)\nscore A (1)\nscore A (1)\n"), &diags);
	struct rule_points p;
	size_t pos = 0;

	ck_assert_uint_eq(diags.errors, 0);
	ck_assert(rule_overlay_points(o, &pos, &p));
	ck_assert_str_eq(p.rule->name, "A");
	ck_assert_int_eq(p.score_e4, 35000);
	ck_assert(rule_overlay_points(o, &pos, &p));
	ck_assert_int_eq(p.score_e4, -20000);
	ck_assert(!rule_overlay_points(o, &pos, &p));
	rule_overlay_free(o);
	rule_set_unref(rs);
	diags_done(&diags);
}
END_TEST

START_TEST(settings_of_a_user_leave_those_of_the_site_alone)
{
	struct diags diags = DIAGS_INIT;
	struct rule_set *rs = sample_compile("body KNOWN /x/\n"
	                                     "report_safe 0\n"
	                                     "add_header all One 1\n"
	                                     "report Site\n",
	                                     &diags);
	struct rule_overlay *o = read_overlay(rs,
	                                      SV("required_score 8\n"
	                                         "clear_headers\n"
	                                         "add_header all Two 2\n"
	                                         "report User\n"),
	                                      &diags);
	const struct rule_settings *s = rule_set_settings(rs),
				   *u = rule_overlay_settings(o);

	ck_assert_uint_eq(diags.errors, 0);
	ck_assert_int_eq(s->required_e4, 50000);
	ck_assert_int_eq(u->required_e4, 80000);
	ck_assert_uint_eq(s->headers_ham.n, 2);
	ck_assert_str_eq(s->headers_ham.list[1].name, "One");
	ck_assert_str_eq(u->headers_ham.list[1].name, "Two");
	ck_assert_str_eq(s->report, "Site\n");
	ck_assert_str_eq(u->report, "Site\nUser\n");
	rule_overlay_free(o);
	rule_set_unref(rs);
	diags_done(&diags);
}
END_TEST

/* ---- lists ---- */

static const char lists_text[] =
    "header WELCOME eval:check_from_in_welcomelist()\n"
    "header BLOCK eval:check_from_in_blocklist()\n"
    "header SUBJ eval:check_subject_in_blocklist()\n"
    "header GIVEN eval:check_from_in_list('FRIENDS')\n"
    "welcomelist_from site@example.org *@site.example.org "
    "o*r@example.org\n"
    "blocklist_from bad@example.org\n"
    "blocklist_subject pills\n"
    "enlist_addrlist (FRIENDS) friend@example.org\n";

static const struct {
	const char *lines, *from, *subject, *hits;
} list_cases[] = {
	{ "", "site@example.org", "x", "WELCOME " },
	{ "", "bad@example.org", "x", "BLOCK " },
	{ "welcomelist_from a@example.net", "a@example.net", "x", "WELCOME " },
	{ "welcomelist_from a@example.net", "site@example.org", "x",
	  "WELCOME " },
	{ "welcomelist_from *@*.example.net", "a@b.example.net", "x",
	  "WELCOME " },
	{ "unwelcomelist_from site@example.org", "site@example.org", "x", "" },
	{ "unwelcomelist_from *@site.example.org", "a@site.example.org", "x",
	  "" },
	{ "unwelcomelist_from o*r@example.org", "other@example.org", "x", "" },
	{ "unwelcomelist_from o*r@example.org\n"
	  "welcomelist_from o*r@example.org",
	  "other@example.org", "x", "WELCOME " },
	{ "unblocklist_from bad@example.org", "bad@example.org", "x", "" },
	{ "blocklist_from site@example.org", "site@example.org", "x",
	  "WELCOME BLOCK " },
	{ "blocklist_subject watches", "a@example.org", "pills", "SUBJ " },
	{ "blocklist_subject watches", "a@example.org", "watches", "SUBJ " },
	{ "enlist_addrlist (FRIENDS) b@example.org", "friend@example.org", "x",
	  "GIVEN " },
	{ "enlist_addrlist (FRIENDS) b@example.org", "b@example.org", "x",
	  "GIVEN " },
};

static void
check_list(const struct rule_set *rs, struct rule_worker *w, size_t i)
{
	struct diags diags = DIAGS_INIT;
	struct arena *a = arena_new();
	struct buf raw = BUF_INIT(1000), got = BUF_INIT(1000);
	struct rule_overlay *o =
	    read_overlay(rs, sv_str(list_cases[i].lines), &diags);
	struct rule_job job = { .overlay = o };
	const struct rule_result *r;

	ck_assert_uint_eq(diags.errors, 0);
	buf_addf(&raw, "From: <%s>\r\nSubject: %s\r\n\r\nx\r\n",
	         list_cases[i].from, list_cases[i].subject);
	job.message = message_parse(a, buf_sv(&raw), &sample_conf()->message);
	r = rule_eval(rs, w, a, &job);
	for (size_t k = 0; k < r->n_hits; k++)
		buf_addf(&got, "%s ", r->hits[k].rule->name);
	ck_assert_msg(strcmp(buf_str(&got), list_cases[i].hits) == 0,
	              "case %zu: '%s', not '%s'", i, buf_str(&got),
	              list_cases[i].hits);
	rule_overlay_free(o);
	arena_free(a);
	buf_done(&raw);
	buf_done(&got);
	diags_done(&diags);
}

START_TEST(lists_of_a_user_lie_over_those_of_the_site)
{
	struct diags diags = DIAGS_INIT;
	struct rule_set *rs = sample_compile(lists_text, &diags);
	struct rule_worker *w = rule_worker_new();

	for (size_t i = 0; i < sizeof list_cases / sizeof *list_cases; i++)
		check_list(rs, w, i);
	rule_set_unref(rs);
	rule_worker_free(w);
	diags_done(&diags);
}
END_TEST

UNIT_MAIN("overlay", points_of_a_user_are_those_of_rules_with_the_same_lines,
          users_may_say_what_concerns_their_mail_alone,
          points_may_be_added_to_those_of_the_site,
          settings_of_a_user_leave_those_of_the_site_alone,
          lists_of_a_user_lie_over_those_of_the_site)
