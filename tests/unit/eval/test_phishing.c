/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

/* The settings of feeds have their text in place of a path. */
static bool
asks(const char *key, const char *feed, const char *more, const char *url)
{
	struct eval_settings *s = eval_settings_new();
	struct header_names *names = header_names_new();
	struct eval_worker *worker = eval_worker_new();
	struct arena *a = arena_new();
	struct sv mail =
	    arena_printf(a, "From: a@example.org\n\nSee %s now\n", url);
	struct message *m = message_parse(a, mail, &sample_conf()->message);
	struct buf scratch = BUF_INIT(1 << 20);
	struct selector_mail selected = { .arena = a,
		                          .m = m,
		                          .scratch = &scratch };
	const struct eval_call *call;
	const char *why;
	struct sv text;
	bool hit;

	ck_assert(eval_setting_takes_file(sv_str(key)));
	eval_plugin_load(s, SV("Mail::SpamAssassin::Plugin::Phishing"));
	ck_assert_ptr_null(eval_setting_read(s, sv_str(key), sv_str(feed)));
	sample_settings(s, more);
	ck_assert_int_eq(
	    eval_bind(s, SV("check_phishing()"), VIEW_BODY, &call, &why),
	    EVAL_BOUND);
	eval_settings_finish(s, &sample_conf()->match, names);
	header_index_make(&selected.headers, names, a, m);
	hit = eval_run(eval_begin(s, worker, &selected), call, &text);
	buf_done(&scratch);
	arena_free(a);
	eval_worker_free(worker);
	header_names_free(names);
	eval_settings_free(s);
	return hit;
}

static const struct {
	const char *key, *feed, *more, *url;
	bool want;
} cases[] = {
	{ "phishing_openphish_feed",
	  "# a comment\nhttps://bad.example.com/a\nnonsense\n", "",
	  "https://bad.example.com/a", true },
	{ "phishing_openphish_feed", "#https://bad.example.com/a\n", "",
	  "https://bad.example.com/a", false },
	{ "phishing_openphish_feed", "https://bad.example.com/a\n", "",
	  "https://bad.example.com/b", false },
	{ "phishing_phishtank_feed",
	  "id,https://bad.example.com/a\n1,\"https://bad.example.com/b\",x\n",
	  "", "https://bad.example.com/b", true },
	{ "phishing_phishtank_feed",
	  "id,https://bad.example.com/a\n1,https://bad.example.com/b\n", "",
	  "https://bad.example.com/a", false },
	{ "phishing_phishstats_feed",
	  "date,score,url\n\"d\",\"6.1\",\"https://bad.example.com/a\",ip\n",
	  "", "https://bad.example.com/a", true },
	{ "phishing_phishstats_feed",
	  "date,score,url\n\"d\",\"6\",\"https://bad.example.com/a\",ip\n", "",
	  "https://bad.example.com/a", false },
	{ "phishing_phishstats_feed",
	  "date,score,url\n\"d\",\"6\",\"https://bad.example.com/a\",ip\n",
	  "phishing_phishstats_minscore 5\n", "https://bad.example.com/a",
	  true },
	{ "phishing_openphish_feed", "https://bad.example.com/a/b?c=1\n",
	  "phishing_uri_noparam 1\n", "https://bad.example.com/a/b?d=2", true },
	{ "phishing_openphish_feed", "https://bad.example.com/a?c=1\n",
	  "phishing_uri_noparam 1\n", "https://bad.example.com/a?c=1", false },
};

START_TEST(links_are_looked_up_in_feeds)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_msg(asks(cases[i].key, cases[i].feed, cases[i].more,
		                   cases[i].url) == cases[i].want,
		              "case %zu", i);
}
END_TEST

UNIT_MAIN("phishing", links_are_looked_up_in_feeds)
