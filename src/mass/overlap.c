/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each rule is a row of bits, one a message of the label; what two rules have
 * in common is counted by words. The hits of rules that are not frequent are
 * listed, and looked up one by one, until too many were not there. Rows are
 * ordered by hits: as a pair has at most the hits of the rarer one in common,
 * all that are too rare for one row come last, and are not looked at.
 */
#include "mass/overlap.h"

/* Hits for each word of a row up to which looking them up is quicker. */
enum { WORD_BITS = 64, LISTED_PER_WORD = 4 };

struct row {
	uint32_t rule, hits;
	enum mass_interest interest;
	uint64_t *bits;
	uint32_t *list; /* of the messages; NULL: too many */
	uint32_t listed;
};

struct grid {
	const struct mass_overlap_job *job;
	VEC(struct row) rows;
	struct row **by_rule; /* NULL: the rule has no row */
	size_t words;         /* of a row */
	uint64_t *bits;
	uint32_t *lists;
	struct mass_overlaps *found;
};

/* ---- rows ---- */

static int
compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->hits != y->hits)
		return x->hits > y->hits ? -1 : 1;
	return x->rule < y->rule ? -1 : x->rule > y->rule;
}

static void
choose_rows(struct grid *g)
{
	const struct mass_log *log = g->job->log;

	for (size_t i = 0; i < log->rules.n; i++) {
		const struct mass_rule *rule = &log->rules.list[i];
		uint32_t hits = g->job->is_spam ? rule->spam : rule->ham;

		if (hits < g->job->hits_min || hits == 0 ||
		    g->job->interest[i] == MASS_IGNORED)
			continue;
		*VEC_ADD(&g->rows) = (struct row){
			.rule = (uint32_t)i,
			.hits = hits,
			.interest = g->job->interest[i],
		};
	}
	if (g->rows.n)
		qsort(g->rows.list, g->rows.n, sizeof *g->rows.list,
		      compare_rows);
}

/* The memory of all rows; E_LIMIT. */
static int
make_rows(struct grid *g)
{
	size_t n_lists = 0, next = 0;

	if (g->words &&
	    g->rows.n > MASS_OVERLAP_BYTES_MAX / g->words / sizeof *g->bits)
		return E_LIMIT;
	g->bits = mem_calloc(g->rows.n * g->words + 1, sizeof *g->bits);
	g->by_rule = mem_calloc(g->job->log->rules.n + 1, sizeof(struct row *));
	for (size_t i = 0; i < g->rows.n; i++)
		if (g->rows.list[i].hits < g->words * LISTED_PER_WORD)
			n_lists += g->rows.list[i].hits;
	g->lists = mem_calloc(n_lists + 1, sizeof *g->lists);
	for (size_t i = 0; i < g->rows.n; i++) {
		struct row *row = &g->rows.list[i];

		row->bits = g->bits + i * g->words;
		g->by_rule[row->rule] = row;
		if (row->hits < g->words * LISTED_PER_WORD) {
			row->list = g->lists + next;
			next += row->hits;
		}
	}
	return 0;
}

static void
fill_rows(struct grid *g)
{
	const struct mass_log *log = g->job->log;
	uint32_t number = 0; /* among the messages of the label */

	for (size_t i = 0; i < log->messages.n; i++) {
		const struct mass_message *m = &log->messages.list[i];
		const struct mass_hit *hits = mass_log_hits(log, m);

		if (m->is_spam != g->job->is_spam)
			continue;
		for (uint32_t k = 0; k < m->n_hits; k++) {
			struct row *row = g->by_rule[hits[k].rule];

			if (!row)
				continue;
			row->bits[number / WORD_BITS] |= (uint64_t)1
			                                 << number % WORD_BITS;
			if (row->list)
				row->list[row->listed++] = number;
		}
		number++;
	}
}

/* ---- pairs ---- */

/* How many bits are set in both; written so that compilers turn it into
 * instructions that do several words at once. */
static uint32_t
count_words(const uint64_t *a, const uint64_t *b, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t w = a[i] & b[i];

		w -= w >> 1 & 0x5555555555555555;
		w = (w & 0x3333333333333333) + (w >> 2 & 0x3333333333333333);
		w = (w + (w >> 4)) & 0x0f0f0f0f0f0f0f0f;
		w += w >> 8;
		w += w >> 16;
		w += w >> 32;
		sum += w & 0x7f;
	}
	return (uint32_t)sum;
}

/* How many of the messages are set; 0 once that must be less than `least`. */
static uint32_t
count_listed(const uint64_t *bits, const uint32_t *list, uint32_t n,
             uint32_t least)
{
	uint32_t misses = 0;

	for (uint32_t i = 0; i < n; i++) {
		misses += ~bits[list[i] / WORD_BITS] >> list[i] % WORD_BITS & 1;
		if (misses > n - least)
			return 0;
	}
	return n - misses;
}

/* `b` has at most the hits of `a`. */
static void
compare(struct grid *g, const struct row *a, const struct row *b)
{
	double least = g->job->jaccard_min / (1 + g->job->jaccard_min) *
	               ((double)a->hits + (double)b->hits);
	uint32_t both =
	    b->list ? count_listed(a->bits, b->list, b->hits, (uint32_t)least)
		    : count_words(a->bits, b->bits, g->words);
	double jaccard =
	    both / ((double)a->hits + (double)b->hits - (double)both);

	if (both == 0 || jaccard < g->job->jaccard_min)
		return;
	if (g->found->pairs.n >= MASS_OVERLAPS_MAX) {
		g->found->cut = true;
		return;
	}
	*VEC_ADD(&g->found->pairs) = (struct mass_overlap){
		.a = a->rule,
		.b = b->rule,
		.hits_a = a->hits,
		.hits_b = b->hits,
		.both = both,
		.jaccard = jaccard,
	};
}

static void
compare_all(struct grid *g)
{
	for (size_t i = 0; i < g->rows.n; i++) {
		const struct row *a = &g->rows.list[i];
		double enough = g->job->jaccard_min * a->hits;

		for (size_t k = i + 1; k < g->rows.n; k++) {
			const struct row *b = &g->rows.list[k];

			if (b->hits < enough)
				break;
			if (a->interest == MASS_OF_INTEREST ||
			    b->interest == MASS_OF_INTEREST)
				compare(g, a, b);
		}
	}
}

static int
compare_pairs(const void *a, const void *b)
{
	const struct mass_overlap *x = a, *y = b;

	if (x->jaccard != y->jaccard)
		return x->jaccard > y->jaccard ? -1 : 1;
	if (x->both != y->both)
		return x->both > y->both ? -1 : 1;
	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return x->b < y->b ? -1 : x->b > y->b;
}

int
mass_overlaps_find(const struct mass_overlap_job *job,
                   struct mass_overlaps *ret)
{
	size_t messages = job->is_spam ? job->log->n_spam : job->log->n_ham;
	struct grid g = {
		.job = job,
		.words = (messages + WORD_BITS - 1) / WORD_BITS,
		.found = ret,
	};
	int result;

	*ret = (struct mass_overlaps){ 0 };
	choose_rows(&g);
	result = make_rows(&g);
	if (result == 0) {
		fill_rows(&g);
		compare_all(&g);
		if (ret->pairs.n)
			qsort(ret->pairs.list, ret->pairs.n,
			      sizeof *ret->pairs.list, compare_pairs);
	}
	free(g.lists);
	free(g.by_rule);
	free(g.bits);
	VEC_DONE(&g.rows);
	return result;
}

void
mass_overlaps_done(struct mass_overlaps *o)
{
	VEC_DONE(&o->pairs);
}
