/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "prefs/cache.h"
#include "prefs/key.h"
#include "scan/scan.h"

/* ---- names ---- */

START_TEST(a_name_has_the_levels_below_it)
{
	static const struct {
		const char *name;
		enum prefs_level level;
		const char *text, *local, *domain, *below;
	} cases[] = {
		{ "Ann@Example.ORG", PREFS_USER, "Ann@example.org", "Ann",
		  "example.org", "@example.org" },
		{ "a@b@example.org", PREFS_USER, "a@b@example.org", "a@b",
		  "example.org", "@example.org" },
		{ "login", PREFS_USER, "login", "login", "", "" },
		{ "@Example.org", PREFS_DOMAIN, "@example.org", "",
		  "example.org", "" },
		{ "ann@", PREFS_USER, "ann@", "ann", "", "" },
		{ "", PREFS_GLOBAL, "", "", "", "" },
		{ "a b", PREFS_GLOBAL, "", "", "", "" },
		{ "a\nb@example.org", PREFS_GLOBAL, "", "", "", "" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct prefs_key key, below;

		prefs_key_read(sv_str(cases[i].name), &key);
		prefs_key_below(&key, &below);
		ck_assert_int_eq(key.level, cases[i].level);
		ck_sv_eq(key.text, cases[i].text);
		ck_sv_eq(key.local, cases[i].local);
		ck_sv_eq(key.domain, cases[i].domain);
		ck_sv_eq(below.text, cases[i].below);
	}
}
END_TEST

START_TEST(a_name_that_is_too_long_is_nobody)
{
	char text[PREFS_NAME_MAX + 2];
	struct prefs_key key;

	memset(text, 'a', sizeof text);
	prefs_key_read(sv_make(text, PREFS_NAME_MAX), &key);
	ck_assert_int_eq(key.level, PREFS_USER);
	prefs_key_read(sv_make(text, PREFS_NAME_MAX + 1), &key);
	ck_assert_int_eq(key.level, PREFS_GLOBAL);
}
END_TEST

/* ---- the cache ---- */

static struct prefs *
some_prefs(size_t n_wrong)
{
	struct prefs *p = mem_calloc(1, sizeof *p);

	p->references = 1;
	p->n_wrong = n_wrong;
	return p;
}

static bool
has(struct prefs_cache *c, const char *key, int64_t now_us, bool *ret_fresh)
{
	struct prefs *p = prefs_cache_get(c, sv_str(key), now_us, ret_fresh);

	prefs_unref(p);
	return p != NULL;
}

START_TEST(what_was_not_asked_for_the_longest_goes_first)
{
	struct prefs_cache *c = prefs_cache_new(2, 1 << 20);
	struct prefs *p = some_prefs(0);
	bool fresh;

	prefs_cache_put(c, SV("a"), p, 0, 100);
	prefs_cache_put(c, SV("b"), p, 0, 100);
	ck_assert(has(c, "a", 0, &fresh) && fresh);
	prefs_cache_put(c, SV("c"), p, 0, 100);
	ck_assert(!has(c, "b", 0, &fresh));
	ck_assert(has(c, "a", 0, &fresh) && fresh);
	ck_assert(has(c, "a", 100, &fresh) && !fresh);
	prefs_cache_put(c, SV("c"), p, 1 << 20, 100);
	ck_assert(!has(c, "c", 0, &fresh)); /* too large for it */
	ck_assert(!has(c, "a", 0, &fresh));
	prefs_cache_free(c);
	ck_assert_uint_eq(p->references, 1);
	prefs_unref(p);
}
END_TEST

static void *
use_cache(void *ctx)
{
	char key[16];
	bool fresh;

	for (int i = 0; i < 20000; i++) {
		snprintf(key, sizeof key, "%d", i % 37);
		if (!has(ctx, key, i, &fresh)) {
			struct prefs *p = some_prefs(1);

			prefs_cache_put(ctx, sv_str(key), p, 10, i + 5);
			prefs_unref(p);
		}
	}
	return NULL;
}

START_TEST(threads_share_a_cache)
{
	struct prefs_cache *c = prefs_cache_new(20, 1 << 20);
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(
		    pthread_create(&threads[i], NULL, use_cache, c), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	prefs_cache_free(c);
}
END_TEST

/* ---- files, and what is made of them ---- */

static const char rules_text[] = "body WORD /word/\nscore WORD 4\n"
				 "header LIST eval:check_from_in_blocklist()\n"
				 "score LIST 3\n";

struct fixture {
	char dir[64];
	struct snapshot *snapshot;
	struct rule_worker *worker;
	struct arena *arena;
};

static void
put(const struct fixture *f, const char *name, const char *text)
{
	char path[200];

	snprintf(path, sizeof path, "%s/%s", f->dir, name);
	ck_assert_int_eq(file_replace(path, sv_str(text), 0644), 0);
}

/* "@" in `more` stands for the folder. */
static void
fixture_open(struct fixture *f, const char *more)
{
	struct buf text = BUF_INIT(10000);
	struct diags diags = DIAGS_INIT;
	struct rule_sources sources = { 0 };
	struct sv rest = sv_str(more), part;
	struct conf *conf;

	snprintf(f->dir, sizeof f->dir, "%s/tamis-prefs-XXXXXX",
	         getenv("TMPDIR") ? getenv("TMPDIR") : P_tmpdir);
	ck_assert_ptr_nonnull(mkdtemp(f->dir));
	buf_addf(&text,
	         "prefs { global_file = %s/global; domain_file = %s/%%d; "
	         "user_file = %s/%%l-%%d; ",
	         f->dir, f->dir, f->dir);
	while (sv_split(&rest, '@', &part))
		buf_addf(&text, SV_FMT "%s", SV_ARG(part),
		         rest.p ? f->dir : "}\n");
	conf = conf_parse(buf_sv(&text), "t.conf", &diags);
	diags_print(&diags, stderr);
	ck_assert_ptr_nonnull(conf);
	rule_sources_add(&sources, "t.cf", sv_str(rules_text));
	f->snapshot =
	    snapshot_new(conf, rule_set_compile(&sources, conf, &diags));
	ck_assert_uint_eq(diags.errors, 0);
	f->worker = rule_worker_new();
	f->arena = arena_new();
	rule_sources_done(&sources);
	diags_done(&diags);
	buf_done(&text);
}

static int
remove_one(void *ctx, const char *path)
{
	(void)ctx;
	return unlink(path);
}

static void
fixture_close(struct fixture *f)
{
	file_walk(f->dir, NULL, remove_one, NULL);
	rmdir(f->dir);
	rule_worker_free(f->worker);
	arena_free(f->arena);
	snapshot_unref(f->snapshot);
}

/* "score/threshold state level", of a mail to recipients with "," between. */
static const char *
judge(struct fixture *f, const char *recipients)
{
	static char text[200];
	struct sv rest = sv_str(recipients), list[100];
	struct scan s = {
		.arena = f->arena,
		.snapshot = f->snapshot,
		.worker = f->worker,
		.channel = CHANNEL_SMTP,
		.surface = "mail",
		.raw = SV("From: a@example.com\r\nSubject: x\r\n\r\nword\r\n"),
	};

	s.envelope.recipients = list;
	while (rest.n && s.envelope.n_recipients < 100 &&
	       sv_split(&rest, ',', &list[s.envelope.n_recipients]))
		s.envelope.n_recipients++;
	scan_find_prefs(&s);
	scan_run(&s);
	snprintf(text, sizeof text, "%lld/%lld %s %s%s",
	         (long long)s.score_e4 / 10000,
	         (long long)s.threshold_e4 / 10000,
	         scan_prefs_word(s.prefs.state),
	         s.prefs.prefs ? prefs_level_word(s.prefs.prefs->level) : "-",
	         s.prefs.is_shared ? " shared" : "");
	scan_drop_prefs(&s);
	arena_reset(f->arena);
	return text;
}

START_TEST(recipients_share_what_they_have_in_common)
{
	struct fixture f;

	fixture_open(&f, "cache_ttl = 1h;");
	put(&f, "global", "score WORD 1\n");
	put(&f, "one.example", "score WORD 2\n");
	put(&f, "ann-one.example", "score WORD 3\n");
	put(&f, "bob-one.example", "required_score 9\n");
	put(&f, "eve-two.example", "score WORD 3\n");
	put(&f, "fay-two.example", "score WORD 3\n");
	ck_assert_str_eq(judge(&f, "ann@one.example"), "3/5 applied user");
	ck_assert_str_eq(judge(&f, "ANN@One.Example"), "3/5 applied user");
	ck_assert_str_eq(judge(&f, "bob@one.example"), "2/9 applied user");
	ck_assert_str_eq(judge(&f, "carl@one.example,dora@one.example"),
	                 "2/5 applied domain");
	ck_assert_str_eq(judge(&f, "ann@one.example,bob@one.example"),
	                 "2/5 applied domain shared");
	ck_assert_str_eq(judge(&f, "ann@one.example,x@two.example"),
	                 "1/5 applied global shared");
	ck_assert_str_eq(judge(&f, "eve@two.example,fay@two.example"),
	                 "3/5 applied user");
	ck_assert_str_eq(judge(&f, "x@three.example,y@two.example"),
	                 "1/5 applied global");
	ck_assert_str_eq(judge(&f, ""), "1/5 applied global");
	fixture_close(&f);
}
END_TEST

START_TEST(without_files_nobody_has_preferences)
{
	struct fixture f;

	fixture_open(&f, "");
	ck_assert_str_eq(judge(&f, "ann@one.example"), "4/5 none -");
	ck_assert_str_eq(judge(&f, "ann@one.example,b@two.example"),
	                 "4/5 none -");
	fixture_close(&f);
}
END_TEST

/* One row in the table of SpamAssassin. */
static void
make_database(const struct fixture *f)
{
	static const char sql[] =
	    "CREATE TABLE userpref (username, preference, value);"
	    "INSERT INTO userpref VALUES"
	    " ('ann@one.example', 'score WORD', '3')";
	char path[200];
	sqlite3 *db;

	snprintf(path, sizeof path, "%s/p.db", f->dir);
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

START_TEST(what_is_remembered_counts_when_a_source_fails)
{
	struct fixture f;
	struct prefs_found found;
	char path[200];

	fixture_open(&f, "cache_ttl = 0s; sqlite = @/p.db;");
	make_database(&f);
	ck_assert_str_eq(judge(&f, "ann@one.example"), "3/5 applied user");
	snprintf(path, sizeof path, "%s/p.db", f.dir);
	unlink(path);
	ck_assert_str_eq(judge(&f, "ann@one.example"), "3/5 stale user");
	ck_assert_str_eq(judge(&f, "bob@one.example"), "4/5 unavailable -");
	prefs_find(f.snapshot->prefs, SV("bob@one.example"), &found);
	ck_assert_str_eq(found.failed, "sqlite");
	ck_assert_str_eq(found.why, ""); /* that was said */
	fixture_close(&f);
}
END_TEST

START_TEST(long_texts_are_cut_at_a_line)
{
	static const struct {
		const char *text, *outcome;
	} cases[] = {
		{ "score WORD 1\nscore WORD 2\n", "2/5" },
		{ "score WORD 1\nscore WORD 2", "2/5" },
		{ "score WORD 1\nscore WORD 2\nscore WORD 3\n", "2/5" },
		{ "\n\nscore WORD 3\n", "4/5" },
	};
	struct fixture f;

	fixture_open(&f, "cache_ttl = 0s; lines_max = 2;");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		put(&f, "ann-one.example", cases[i].text);
		ck_assert_msg(strncmp(judge(&f, "ann@one.example"),
		                      cases[i].outcome, 3) == 0,
		              "case %zu: %s", i, judge(&f, "ann@one.example"));
	}
	fixture_close(&f);
}
END_TEST

START_TEST(names_stay_within_their_folder)
{
	struct fixture f;

	fixture_open(&f, "cache_ttl = 0s;");
	put(&f, "ann-one.example", "score WORD 3\n");
	put(&f, "a_b-one.example", "score WORD 2\n");
	ck_assert_str_eq(judge(&f, "./ann@one.example"), "4/5 none -");
	ck_assert_str_eq(judge(&f, "x/../ann@one.example"), "4/5 none -");
	ck_assert_str_eq(judge(&f, "a/b@one.example"), "2/5 applied user");
	ck_assert_str_eq(judge(&f, "ann@../one.example"), "4/5 none -");
	fixture_close(&f);
}
END_TEST

UNIT_MAIN("prefs", a_name_has_the_levels_below_it,
          a_name_that_is_too_long_is_nobody,
          what_was_not_asked_for_the_longest_goes_first, threads_share_a_cache,
          recipients_share_what_they_have_in_common,
          without_files_nobody_has_preferences,
          what_is_remembered_counts_when_a_source_fails,
          long_texts_are_cut_at_a_line, names_stay_within_their_folder)
