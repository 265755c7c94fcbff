/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What matching costs, engine beside engine:
 *
 *     match [-r PATH]... [-n MESSAGES] [-k PASSES] [-b BUDGET_MS] MAIL...
 *
 * All engines look at the same texts, made before; they take turns after each
 * block of messages; times are CPU time of the thread, for each message the
 * least of all passes. -b 0 leaves out Vectorscan's multi-regex mode.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../tests/match/rules.h"
#include "base/clock.h"
#include "base/mem.h"
#include "measure.h"
#include "regexes.h"

enum { BLOCK = 25, ROWS_MAX = 12, PATHS_MAX = 64, CPU_MAX_MS = 60000 };

struct options {
	struct conf_list rules, mail;
	size_t messages;
	unsigned passes, budget_ms;
};

struct text_of_message {
	const struct message *message;
	const struct match_text *texts;
};

struct corpus {
	struct mails mails;
	struct arena *arena;
	struct text_of_message *list;
	size_t n, raw_bytes, view_bytes;
};

struct row;
struct tally {
	uint64_t found, candidates, sum;
};
typedef void row_function(struct row *row, const struct text_of_message *t,
                          struct tally *tally);

struct row {
	const char *name;
	row_function *run;
	struct rule_set *rules;
	struct match_worker *worker;
	struct rule_worker *rule_worker;
	struct regexes *regexes;
	struct arena *arena;
	char *copy;         /* of memcpy */
	int64_t *ns;        /* by message */
	struct tally tally; /* of one pass */
	int64_t build_ns, worker_kib, shared_kib;
};

static size_t n_slots; /* of the rules: the same for all engines */

/* ---- what a row does with one message ---- */

static struct match_job
job_of(const struct text_of_message *t)
{
	return (struct match_job){ .texts = t->texts, .n_texts = n_slots };
}

static void
run_gates_only(struct row *row, const struct text_of_message *t,
               struct tally *tally)
{
	struct match_job job = job_of(t);
	size_t n;

	match_begin(row->worker, rules_patterns(row->rules), &job);
	match_candidates(row->worker, &n);
	tally->candidates += n;
}

static void
run_full(struct row *row, const struct text_of_message *t, struct tally *tally)
{
	struct match_job job = job_of(t);
	const unsigned *ids;
	size_t n;

	match_begin(row->worker, rules_patterns(row->rules), &job);
	ids = match_candidates(row->worker, &n);
	tally->candidates += n;
	for (size_t i = 0; i < n; i++) {
		struct match_hit hit;

		tally->found +=
		    match_decide(row->worker, ids[i], &hit) == MATCH_FOUND;
	}
}

static void
evaluate(struct row *row, const struct text_of_message *t, struct tally *tally,
         bool all_hits)
{
	struct rule_job job = { .message = t->message, .all_hits = all_hits };
	const struct rule_result *result;

	arena_reset(row->arena);
	result = rule_eval(row->rules, row->rule_worker, row->arena, &job);
	tally->found += result->n_hits;
}

static void
run_rules_all(struct row *row, const struct text_of_message *t,
              struct tally *tally)
{
	evaluate(row, t, tally, true);
}

static void
run_rules(struct row *row, const struct text_of_message *t, struct tally *tally)
{
	evaluate(row, t, tally, false);
}

static void
run_regexes(struct row *row, const struct text_of_message *t,
            struct tally *tally)
{
	struct regexes_tally one = { 0 };
	struct match_job job = job_of(t);

	regexes_run(row->regexes, &job, &one);
	tally->found += one.found;
	tally->candidates += one.confirmed;
}

static void
run_memchr(struct row *row, const struct text_of_message *t,
           struct tally *tally)
{
	(void)row;
	for (size_t s = 0; s < n_slots; s++)
		for (size_t i = 0; i < t->texts[s].n; i++) {
			struct sv e = t->texts[s].elements[i];

			tally->sum += e.n && memchr(e.p, '\1', e.n) != NULL;
		}
}

static void
run_memcpy(struct row *row, const struct text_of_message *t,
           struct tally *tally)
{
	for (size_t s = 0; s < n_slots; s++)
		for (size_t i = 0; i < t->texts[s].n; i++) {
			struct sv e = t->texts[s].elements[i];

			if (e.n)
				memcpy(row->copy, e.p, e.n);
			tally->sum += (unsigned char)row->copy[0];
		}
}

/* ---- making rows ---- */

/* A first run of all messages, so that what is made on demand is there. */
static void
warm_up(struct row *row, const struct corpus *c)
{
	struct tally unused = { 0 };

	for (size_t i = 0; i < c->n; i++)
		row->run(row, &c->list[i], &unused);
}

static void
make_row(struct row *row, const char *name, row_function *run,
         const struct row *like, const struct corpus *c)
{
	int64_t before = measure_pss_kib();

	row->name = name;
	row->run = run;
	row->rules = like ? like->rules : NULL;
	row->worker = match_worker_new();
	row->rule_worker = rule_worker_new();
	row->arena = arena_new();
	row->ns = mem_calloc(c->n, sizeof *row->ns);
	if (run == run_memcpy)
		row->copy = mem_calloc(64 << 20, 1);
	warm_up(row, c);
	row->worker_kib = measure_pss_kib() - before;
	for (size_t i = 0; i < c->n; i++)
		row->ns[i] = INT64_MAX;
}

static void
make_engine(struct row *row, const char *name, enum engine engine,
            const struct options *o, const struct conf *conf,
            const struct corpus *c)
{
	struct row loaded = { 0 };
	struct conf with = *conf;
	int64_t before = measure_pss_kib(), begin;

	/* None is given up; with limits expressions are compiled as usual,
	 * without any they are PCRE2's alone. */
	with.match.message_cpu_max_ms = with.match.pattern_cpu_max_ms =
	    engine == ENGINE_PCRE2 ? 0 : CPU_MAX_MS;
	begin = measure_ns(CLOCK_PROCESS_CPUTIME_ID);
	loaded.rules = rules_load(&o->rules, &with, engine, false);
	row->build_ns = measure_ns(CLOCK_PROCESS_CPUTIME_ID) - begin;
	row->shared_kib = measure_pss_kib() - before;
	make_row(row, name, run_full, &loaded, c);
}

static void
make_regexes(struct row *row, const struct options *o, const struct row *pcre2,
             const struct corpus *c)
{
	struct regexes_build build;
	int64_t before = measure_pss_kib(),
		begin = measure_ns(CLOCK_PROCESS_CPUTIME_ID);

	row->regexes =
	    regexes_new(rules_patterns(pcre2->rules), o->budget_ms, &build);
	row->build_ns = measure_ns(CLOCK_PROCESS_CPUTIME_ID) - begin;
	row->shared_kib = measure_pss_kib() - before;
	make_row(row, "Vectorscan multi-regex", run_regexes, pcre2, c);
	printf("Vectorscan multi-regex, %u ms an expression: %u exact, "
	       "%u prefiltered, %u refused, %u too slow; databases %.1f MB, "
	       "scratch %zu KB, trials %.1f s\n",
	       o->budget_ms, build.exact, build.prefiltered, build.refused,
	       build.too_slow, (double)build.database_bytes / 1e6,
	       build.scratch_bytes / 1000, build.trial_cpu_s);
}

/* ---- the messages ---- */

static void
prepare(struct corpus *c, const struct options *o, const struct conf *conf)
{
	struct rule_set *rules =
	    rules_load(&o->rules, conf, ENGINE_PCRE2, false);

	mails_read(&o->mail, o->messages, &c->mails);
	c->arena = arena_new();
	c->n = c->mails.n;
	c->list = mem_calloc(c->n, sizeof *c->list);
	n_slots = rules_slots(rules);
	for (size_t i = 0; i < c->n; i++) {
		struct text_of_message *t = &c->list[i];

		t->message = message_parse(
		    c->arena, buf_sv(&c->mails.list[i].raw), &conf->message);
		t->texts = rules_texts(rules, c->arena, t->message);
		c->raw_bytes += c->mails.list[i].raw.n;
		for (size_t s = 0; s < n_slots; s++)
			for (size_t k = 0; k < t->texts[s].n; k++)
				c->view_bytes += t->texts[s].elements[k].n;
	}
	/* The set is kept: selectors' texts may be its own. */
}

/* ---- measuring ---- */

static void
run_block(struct row *row, const struct corpus *c, size_t from, bool counts)
{
	struct tally unused = { 0 };

	for (size_t i = from; i < c->n && i < from + BLOCK; i++) {
		int64_t begin = measure_ns(CLOCK_THREAD_CPUTIME_ID), ns;

		row->run(row, &c->list[i], counts ? &row->tally : &unused);
		ns = measure_ns(CLOCK_THREAD_CPUTIME_ID) - begin;
		if (ns < row->ns[i])
			row->ns[i] = ns;
	}
}

static void
measure(struct row *rows, size_t n, const struct corpus *c, unsigned passes)
{
	for (unsigned pass = 0; pass < passes; pass++)
		for (size_t from = 0; from < c->n; from += BLOCK)
			for (size_t i = 0; i < n; i++)
				run_block(&rows[i], c, from, pass == 0);
}

static int
compare_ns(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static double
mean_us(const struct row *row, const struct corpus *c)
{
	int64_t sum = 0;

	for (size_t i = 0; i < c->n; i++)
		sum += row->ns[i];
	return (double)sum / (double)c->n / 1000;
}

static void
print_ratio(double base, double mean, bool is_engine)
{
	if (base > 0 && is_engine)
		printf(" %7.2f", base / mean);
	else
		printf(" %7s", "-");
}

static void
print_row(struct row *row, const struct corpus *c, double pcre2, double regexes)
{
	double mean = mean_us(row, c), median, p99;

	qsort(row->ns, c->n, sizeof *row->ns, compare_ns);
	median = (double)row->ns[c->n / 2] / 1000;
	p99 = (double)row->ns[c->n * 99 / 100] / 1000;
	printf("%-32s %8.1f %8.1f %8.1f %5.1f %8.1f", row->name, mean, median,
	       p99, p99 / median, (double)c->raw_bytes / (double)c->n / mean);
	print_ratio(pcre2, mean, row->rules);
	print_ratio(regexes, mean, row->rules);
	printf(" %8.1f %6.1f", (double)row->tally.candidates / (double)c->n,
	       (double)row->tally.found / (double)c->n);
	if (row->build_ns)
		printf(" %8.2f %7.1f %6lld", (double)row->build_ns / 1e9,
		       (double)row->shared_kib / 1024,
		       (long long)row->worker_kib);
	putchar('\n');
}

static void
print_all(struct row *rows, size_t n, const struct corpus *c)
{
	double pcre2 = 0, regexes = 0;

	for (size_t i = 0; i < n; i++) {
		if (rows[i].run == run_full && pcre2 == 0)
			pcre2 = mean_us(&rows[i], c);
		if (rows[i].run == run_regexes)
			regexes = mean_us(&rows[i], c);
	}
	printf("\n%-32s %8s %8s %8s %5s %8s %7s %7s %8s %6s %8s %7s %6s\n",
	       "CPU time, microseconds a message", "mean", "median", "p99",
	       "p99/m", "MB/s", "x PCRE2", "x multi", "candid.", "hits",
	       "build/s", "MiB", "KiB/th");
	for (size_t i = 0; i < n; i++)
		print_row(&rows[i], c, pcre2, regexes);
}

static size_t
make_rows(struct row *rows, const struct options *o, const struct conf *conf,
          const struct corpus *c)
{
	size_t n = 0, gates;

	make_row(&rows[n++], "memcpy of the same bytes", run_memcpy, NULL, c);
	make_row(&rows[n++], "memchr over them", run_memchr, NULL, c);
	make_engine(&rows[n++], "PCRE2-JIT, one by one", ENGINE_PCRE2, o, conf,
	            c);
	if (o->budget_ms)
		make_regexes(&rows[n++], o, &rows[2], c);
	gates = n;
	make_engine(&rows[n++], "gates, all decided", ENGINE_GATES, o, conf, c);
	make_row(&rows[n++], "  finding candidates only", run_gates_only,
	         &rows[gates], c);
	make_row(&rows[n++], "  rules, all hits", run_rules_all, &rows[gates],
	         c);
	make_row(&rows[n++], "  rules, what the score needs", run_rules,
	         &rows[gates], c);
	if (!match_engine_find("vectorscan"))
		return n;
	gates = n;
	make_engine(&rows[n++], "Vectorscan literals, all decided",
	            ENGINE_VECTORSCAN, o, conf, c);
	make_row(&rows[n++], "  rules, what the score needs", run_rules,
	         &rows[gates], c);
	return n;
}

static void
add_path(struct conf_list *list, char *path)
{
	if (list->n == PATHS_MAX) {
		fprintf(stderr, "too many paths\n");
		exit(2);
	}
	if (!list->list)
		list->list = mem_calloc(PATHS_MAX, sizeof *list->list);
	list->list[list->n++] = path;
}

static bool
read_options(int argc, char **argv, struct options *o)
{
	int opt;

	while ((opt = getopt(argc, argv, "r:n:k:b:")) != -1) {
		unsigned long value = optarg ? strtoul(optarg, NULL, 10) : 0;

		if (opt == 'r')
			add_path(&o->rules, optarg);
		else if (opt == 'n')
			o->messages = value;
		else if (opt == 'k')
			o->passes = (unsigned)value;
		else if (opt == 'b')
			o->budget_ms = (unsigned)value;
		else
			return false;
	}
	for (; optind < argc; optind++)
		add_path(&o->mail, argv[optind]);
	return o->rules.n && o->mail.n && o->messages;
}

int
main(int argc, char **argv)
{
	struct options o = { .messages = 600, .passes = 3, .budget_ms = 100 };
	struct row rows[ROWS_MAX] = { 0 };
	struct corpus c = { 0 };
	struct conf *conf = rules_conf();
	size_t n;

	if (!read_options(argc, argv, &o)) {
		fprintf(stderr, "usage: match -r RULES... [-n MESSAGES] "
		                "[-k PASSES] [-b BUDGET_MS] MAIL...\n");
		return 2;
	}
	prepare(&c, &o, conf);
	printf("%zu messages, on average %zu bytes, of which rules see %zu\n",
	       c.n, c.raw_bytes / (c.n + !c.n), c.view_bytes / (c.n + !c.n));
	n = make_rows(rows, &o, conf, &c);
	measure(rows, n, &c, o.passes);
	print_all(rows, n, &c);
	return 0;
}
