/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the cost of matching grows with the number of expressions:
 *
 *     scaling [-n MESSAGES] [-m EXPRESSIONS] MAIL...
 *
 * The expressions are all alike, \bsome-name\.tld\b as in rules that name
 * domains, ten times as many in each line of the table; the texts are the
 * bodies of real mail, in which they are rare. CPU time, the least of some
 * passes.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../tests/match/dice.h"
#include "../tests/match/rules.h"
#include "base/mem.h"
#include "measure.h"
#include "regexes.h"

enum {
	PASSES = 3,
	LINES = 4,
	ONE_BY_ONE_MAX = 1000,  /* more expressions take too long */
	MULTI_REGEX_MAX = 1000, /* and these to compile */
	TRIAL_BUDGET_MS = 1000,
};

struct texts {
	struct match_text *list; /* by message: one slot */
	size_t n, bytes;
};

static void
read_texts(struct texts *t, const struct conf_list *paths, size_t messages,
           const struct conf *conf)
{
	struct arena *a = arena_new();
	struct mails mails;

	mails_read(paths, messages, &mails);
	t->n = mails.n;
	t->list = mem_calloc(mails.n + 1, sizeof *t->list);
	for (size_t i = 0; i < mails.n; i++) {
		const struct message *m = message_parse(
		    a, buf_sv(&mails.list[i].raw), &conf->message);
		const struct view *v = &m->views[VIEW_BODY];

		t->list[i] = (struct match_text){ v->elements, v->n };
		for (size_t k = 0; k < v->n; k++)
			t->bytes += v->elements[k].n;
	}
}

/* "\bbetamolo-rak12\.example\b", of syllables so that it looks like names. */
static void
add_name(struct buf *out, struct dice *d)
{
	static const char *const consonants = "bcdfghklmnprstvz";
	static const char *const vowels = "aeiou";
	static const char *const ends[] = { "com", "net",  "org", "info",
		                            "top", "shop", "xyz", "co" };
	unsigned syllables = 2 + dice_roll(d, 4);

	buf_add_str(out, "\\b");
	for (unsigned i = 0; i < syllables; i++) {
		if (i && dice_one_in(d, 8))
			buf_add_char(out, '-');
		buf_add_char(out, consonants[dice_roll(d, 16)]);
		buf_add_char(out, vowels[dice_roll(d, 5)]);
		if (dice_one_in(d, 3))
			buf_add_char(out, consonants[dice_roll(d, 16)]);
	}
	if (dice_one_in(d, 4))
		buf_addf(out, "%u", dice_roll(d, 1000));
	buf_addf(out, "\\.%s\\b", ends[dice_roll(d, 8)]);
}

static struct match_set *
make_set(const char *engine, size_t n, const struct conf_match *limits)
{
	struct match_set *set =
	    match_set_new(match_engine_find(engine), limits);
	struct dice d = { .state = 1 };
	struct diags diags = DIAGS_INIT;
	struct buf name = BUF_INIT(200);

	for (size_t i = 0; i < n; i++) {
		buf_reset(&name);
		add_name(&name, &d);
		match_set_add(set, &(struct match_pattern){
				       .regex = buf_sv(&name),
				       .flags = MATCH_CASELESS,
				       .id = (unsigned)i,
				       .hits_max = 1,
				       .name = "NAME",
				       .file = "scaling",
				   });
	}
	match_set_compile(set, &diags);
	diags_done(&diags);
	buf_done(&name);
	return set;
}

static uint64_t
run_set(struct match_worker *w, const struct match_set *set,
        const struct texts *t)
{
	uint64_t found = 0;

	for (size_t i = 0; i < t->n; i++) {
		struct match_job job = { .texts = &t->list[i], .n_texts = 1 };
		const unsigned *ids;
		size_t n;

		match_begin(w, set, &job);
		ids = match_candidates(w, &n);
		for (size_t k = 0; k < n; k++) {
			struct match_hit hit;

			found += match_decide(w, ids[k], &hit) == MATCH_FOUND;
		}
	}
	return found;
}

static uint64_t
run_regexes(struct regexes *r, const struct texts *t)
{
	struct regexes_tally tally = { 0 };

	for (size_t i = 0; i < t->n; i++) {
		struct match_job job = { .texts = &t->list[i], .n_texts = 1 };

		regexes_run(r, &job, &tally);
	}
	return tally.found;
}

struct figures {
	int64_t build_ns, kib, ns;
	uint64_t found;
};

static void
print_figures(const char *name, size_t n, const struct figures *f,
              const struct texts *t, double *before)
{
	double each = (double)f->ns / (double)t->bytes;

	printf("%-24s %8zu %9.3f %9.1f %9.2f", name, n,
	       (double)f->build_ns / 1e9, (double)f->kib / 1024, each);
	if (*before > 0)
		printf(" %9.2f", each / *before);
	else
		printf(" %9s", "");
	printf(" %8llu\n", (unsigned long long)f->found);
	*before = each;
	fflush(stdout);
}

static void
measure_engine(const char *name, size_t max, const struct texts *t,
               const struct conf *conf)
{
	double before = 0;

	for (size_t n = 100; n <= max; n *= 10) {
		struct match_worker *w = match_worker_new();
		struct figures f = { .kib = -measure_pss_kib(),
			             .ns = INT64_MAX };
		struct match_set *set;

		f.build_ns = -measure_ns(CLOCK_PROCESS_CPUTIME_ID);
		set = make_set(name, n, &conf->match);
		f.build_ns += measure_ns(CLOCK_PROCESS_CPUTIME_ID);
		f.kib += measure_pss_kib();
		for (unsigned i = 0; i < PASSES; i++) {
			int64_t ns = measure_ns(CLOCK_THREAD_CPUTIME_ID);

			f.found = run_set(w, set, t);
			ns = measure_ns(CLOCK_THREAD_CPUTIME_ID) - ns;
			f.ns = ns < f.ns ? ns : f.ns;
		}
		print_figures(name, n, &f, t, &before);
		match_worker_free(w);
		match_set_free(set);
	}
}

static void
measure_regexes(size_t max, const struct texts *t, const struct conf *conf)
{
	double before = 0;

	for (size_t n = 100; n <= max; n *= 10) {
		struct match_set *set = make_set("pcre2", n, &conf->match);
		struct figures f = { .kib = -measure_pss_kib(),
			             .ns = INT64_MAX };
		struct regexes_build build;
		struct regexes *r;

		f.build_ns = -measure_ns(CLOCK_PROCESS_CPUTIME_ID);
		r = regexes_new(set, TRIAL_BUDGET_MS, &build);
		f.build_ns += measure_ns(CLOCK_PROCESS_CPUTIME_ID);
		f.kib += measure_pss_kib();
		for (unsigned i = 0; r && i < PASSES; i++) {
			int64_t ns = measure_ns(CLOCK_THREAD_CPUTIME_ID);

			f.found = run_regexes(r, t);
			ns = measure_ns(CLOCK_THREAD_CPUTIME_ID) - ns;
			f.ns = ns < f.ns ? ns : f.ns;
		}
		if (r)
			print_figures("Vectorscan multi-regex", n, &f, t,
			              &before);
		regexes_free(r);
		match_set_free(set);
	}
}

int
main(int argc, char **argv)
{
	struct conf *conf = rules_conf();
	struct conf_list mail;
	struct texts t = { 0 };
	size_t messages = 200, max = 100000;
	int opt;

	while ((opt = getopt(argc, argv, "n:m:")) != -1) {
		if (opt == 'n')
			messages = strtoul(optarg, NULL, 10);
		else if (opt == 'm')
			max = strtoul(optarg, NULL, 10);
		else
			return 2;
	}
	if (optind == argc) {
		fprintf(
		    stderr,
		    "usage: scaling [-n MESSAGES] [-m EXPRESSIONS] MAIL...\n");
		return 2;
	}
	mail = (struct conf_list){ argv + optind, (size_t)(argc - optind) };
	read_texts(&t, &mail, messages, conf);
	printf("%zu bodies, %zu bytes\n\n%-24s %8s %9s %9s %9s %9s %8s\n", t.n,
	       t.bytes, "", "rules", "build/s", "MiB", "ns/byte", "x before",
	       "found");
	measure_engine("pcre2", max < ONE_BY_ONE_MAX ? max : ONE_BY_ONE_MAX, &t,
	               conf);
	measure_regexes(max < MULTI_REGEX_MAX ? max : MULTI_REGEX_MAX, &t,
	                conf);
	measure_engine("gates", max, &t, conf);
	if (match_engine_find("vectorscan"))
		measure_engine("vectorscan", max, &t, conf);
	return 0;
}
