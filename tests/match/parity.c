/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Engines against PCRE2 alone, on real rules and real mail:
 *
 *     parity -r RULES... [-n MESSAGES] MAIL...
 *
 * Of every pattern and every message an engine must say what "pcre2" says:
 * found or not, in which element, where, how long, how often. And rules that
 * are evaluated as far as the score needs must give the same score and the
 * same public hits as all of them by PCRE2 alone. Prints TAP.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "match/set.h"
#include "rules.h"

enum { PATHS_MAX = 64, SHOWN_MAX = 20, ENGINES = 2, CPU_MAX_MS = 600000 };

struct engine_state {
	enum engine engine;
	const char *name;
	struct rule_set *rules;
	struct match_worker *worker;
	struct rule_worker *rule_worker;
	bool *is_candidate; /* by id */
	unsigned long long differences, lazy_differences, candidates;
	unsigned long long gave_up; /* out of CPU time, or of steps */
};

struct parity {
	struct rule_set *oracle;
	struct match_worker *worker;
	struct rule_worker *rule_worker;
	struct engine_state engines[ENGINES];
	size_t n_engines;
	struct arena *arena;
	unsigned long long decisions, found, undecided, public_hits;
	unsigned shown;
};

struct decision {
	enum match_result result;
	struct match_hit hit;
};

static bool
are_equal(const struct decision *a, const struct decision *b)
{
	return a->result == b->result &&
	       (a->result != MATCH_FOUND || (a->hit.element == b->hit.element &&
	                                     a->hit.offset == b->hit.offset &&
	                                     a->hit.length == b->hit.length &&
	                                     a->hit.count == b->hit.count));
}

static void
show(struct parity *p, const char *engine, const char *path, const char *rule,
     const char *what)
{
	if (p->shown++ < SHOWN_MAX)
		printf("# %s: %s: %s: %s\n", engine, path, rule, what);
}

static void
show_decision(struct parity *p, const char *engine, const char *path,
              const char *rule, const struct decision *wanted,
              const struct decision *got)
{
	char text[300];

	snprintf(text, sizeof text,
	         "result %d, not %d; element %zu+%zu+%zu x %u, not "
	         "%zu+%zu+%zu x %u",
	         (int)got->result, (int)wanted->result, got->hit.element,
	         got->hit.offset, got->hit.length, got->hit.count,
	         wanted->hit.element, wanted->hit.offset, wanted->hit.length,
	         wanted->hit.count);
	show(p, engine, path, rule, text);
}

/* ---- patterns ---- */

static void
begin_engine(struct engine_state *e, const struct match_job *job)
{
	const struct match_set *set = rules_patterns(e->rules);
	const unsigned *ids;
	size_t n;

	match_begin(e->worker, set, job);
	ids = match_candidates(e->worker, &n);
	memset(e->is_candidate, 0, set->n_ids);
	for (size_t i = 0; i < n; i++)
		e->is_candidate[ids[i]] = true;
	e->candidates += n;
}

static void
compare_pattern(struct parity *p, const char *path,
                const struct match_pattern *pattern)
{
	struct decision wanted = { 0 };

	wanted.result = match_decide(p->worker, pattern->id, &wanted.hit);
	p->decisions++;
	p->found += wanted.result == MATCH_FOUND;
	p->undecided += wanted.result == MATCH_OVER_LIMIT;
	for (size_t i = 0; i < p->n_engines; i++) {
		struct engine_state *e = &p->engines[i];
		struct decision got = { 0 };

		if (e->is_candidate[pattern->id])
			got.result =
			    match_decide(e->worker, pattern->id, &got.hit);
		if (are_equal(&wanted, &got) ||
		    wanted.result == MATCH_OVER_LIMIT)
			continue;
		if (got.result == MATCH_OVER_LIMIT ||
		    got.result == MATCH_LATE) {
			e->gave_up++;
			continue;
		}
		e->differences++;
		show_decision(p, e->name, path, pattern->name, &wanted, &got);
	}
}

static void
compare_patterns(struct parity *p, const char *path, const struct message *m)
{
	const struct match_set *set = rules_patterns(p->oracle);
	struct match_job job = { .n_texts = rules_slots(p->oracle) };

	job.texts = rules_texts(p->oracle, p->arena, m);
	match_begin(p->worker, set, &job);
	for (size_t i = 0; i < p->n_engines; i++)
		begin_engine(&p->engines[i], &job);
	for (uint32_t i = 0; i < set->patterns.n; i++)
		if (match_set_has(set, set->patterns.list[i].id))
			compare_pattern(p, path, &set->patterns.list[i]);
}

/* ---- rules ---- */

static const struct rule_result *
evaluate(const struct rule_set *rs, struct rule_worker *w, struct arena *a,
         const struct message *m, bool everything)
{
	struct rule_job job = { .message = m,
		                .all_hits = everything,
		                .ungated = everything };

	return rule_eval(rs, w, a, &job);
}

static bool
is_public(const struct rule_hit *hit)
{
	return !hit->rule->is_sub;
}

/* The next hit of a public rule, or NULL. */
static const struct rule_hit *
next_public(const struct rule_result *r, size_t *i)
{
	while (*i < r->n_hits)
		if (is_public(&r->hits[(*i)++]))
			return &r->hits[*i - 1];
	return NULL;
}

static bool
are_same_hits(const struct rule_hit *a, const struct rule_hit *b)
{
	return strcmp(a->rule->name, b->rule->name) == 0 &&
	       a->view == b->view && a->element == b->element &&
	       a->offset == b->offset && sv_eq(a->text, b->text) &&
	       a->count == b->count && a->score_e4 == b->score_e4;
}

static void
compare_rules(struct parity *p, const char *path, const struct message *m)
{
	const struct rule_result *all =
	    evaluate(p->oracle, p->rule_worker, p->arena, m, true);

	for (size_t k = 0; k < p->n_engines; k++) {
		struct engine_state *e = &p->engines[k];
		const struct rule_result *lazy =
		    evaluate(e->rules, e->rule_worker, p->arena, m, false);
		size_t i = 0, j = 0;
		const struct rule_hit *wanted, *got;

		do {
			wanted = next_public(all, &i);
			got = next_public(lazy, &j);
			p->public_hits += wanted && k == 0;
		} while (wanted && got && are_same_hits(wanted, got));
		if (!wanted && !got && all->score_e4 == lazy->score_e4)
			continue;
		if (all->n_over_limit || lazy->n_over_limit ||
		    lazy->deadline_passed)
			continue; /* counted among the patterns */
		e->lazy_differences++;
		show(p, e->name, path,
		     wanted ? wanted->rule->name
		     : got  ? got->rule->name
		            : "score",
		     "as far as the score needs: not the same");
	}
}

/* ---- */

static void
load_engines(struct parity *p, const struct conf_list *rules,
             const struct conf *conf)
{
	static const struct {
		enum engine engine;
		const char *name;
	} engines[ENGINES] = {
		{ ENGINE_GATES, "gates" },
		{ ENGINE_VECTORSCAN, "vectorscan" },
	};
	struct conf timed = *conf, untimed = *conf;

	/* With these limits expressions are compiled as usual; but a busy
	 * machine must not decide who gives up. */
	timed.match.message_cpu_max_ms = timed.match.pattern_cpu_max_ms =
	    CPU_MAX_MS;
	untimed.match.message_cpu_max_ms = 0;
	untimed.match.pattern_cpu_max_ms = 0;
	p->oracle = rules_load(rules, &untimed, ENGINE_PCRE2, true);
	p->worker = match_worker_new();
	p->rule_worker = rule_worker_new();
	p->arena = arena_new();
	for (size_t i = 0; i < ENGINES; i++) {
		struct engine_state *e = &p->engines[p->n_engines];

		if (!match_engine_find(engines[i].name))
			continue;
		e->engine = engines[i].engine;
		e->name = engines[i].name;
		e->rules = rules_load(rules, &timed, e->engine, true);
		e->worker = match_worker_new();
		e->rule_worker = rule_worker_new();
		e->is_candidate = mem_calloc(
		    rules_patterns(e->rules)->n_ids + 1, sizeof(bool));
		p->n_engines++;
	}
}

static int
report(const struct parity *p, size_t messages)
{
	unsigned tests = 0, failed = 0;

	printf("# %zu messages, %u patterns; %llu decisions, %llu found, "
	       "%llu where pcre2 meets a limit; %llu public hits\n",
	       messages, (unsigned)rules_patterns(p->oracle)->patterns.n,
	       p->decisions, p->found, p->undecided, p->public_hits);
	for (size_t i = 0; i < p->n_engines; i++) {
		const struct engine_state *e = &p->engines[i];

		printf("# %s: %.1f candidates a message; %llu given up, out "
		       "of CPU time or steps\n",
		       e->name,
		       (double)e->candidates / (double)(messages + !messages),
		       e->gave_up);
		printf("%sok %u - %s: %llu differences to pcre2\n",
		       e->differences ? "not " : "", ++tests, e->name,
		       e->differences);
		printf("%sok %u - %s: %llu messages where deciding less gives "
		       "something else\n",
		       e->lazy_differences ? "not " : "", ++tests, e->name,
		       e->lazy_differences);
		failed += (e->differences > 0) + (e->lazy_differences > 0);
	}
	printf("1..%u\n", tests);
	return failed > 0;
}

static void
release(struct parity *p)
{
	for (size_t i = 0; i < p->n_engines; i++) {
		struct engine_state *e = &p->engines[i];

		match_worker_free(e->worker);
		rule_worker_free(e->rule_worker);
		rule_set_unref(e->rules);
		free(e->is_candidate);
	}
	match_worker_free(p->worker);
	rule_worker_free(p->rule_worker);
	rule_set_unref(p->oracle);
	arena_free(p->arena);
}

int
main(int argc, char **argv)
{
	char *rule_paths[PATHS_MAX];
	struct conf_list rules = { rule_paths, 0 }, mail;
	struct parity p = { 0 };
	struct conf *conf = rules_conf();
	struct mails mails;
	size_t max = SIZE_MAX;
	int opt, status;

	while ((opt = getopt(argc, argv, "r:n:")) != -1) {
		if (opt == 'r' && rules.n < PATHS_MAX)
			rule_paths[rules.n++] = optarg;
		else if (opt == 'n')
			max = strtoul(optarg, NULL, 10);
		else
			return 2;
	}
	if (!rules.n || optind == argc) {
		fprintf(stderr, "usage: parity -r RULES... [-n MESSAGES] "
		                "MAIL...\n");
		return 2;
	}
	mail = (struct conf_list){ argv + optind, (size_t)(argc - optind) };
	load_engines(&p, &rules, conf);
	mails_read(&mail, max, &mails);
	for (size_t i = 0; i < mails.n; i++) {
		const struct message *m = message_parse(
		    p.arena, buf_sv(&mails.list[i].raw), &conf->message);

		compare_patterns(&p, mails.list[i].path, m);
		compare_rules(&p, mails.list[i].path, m);
		arena_reset(p.arena);
	}
	status = report(&p, mails.n);
	release(&p);
	mails_done(&mails);
	conf_unref(conf);
	return status;
}
