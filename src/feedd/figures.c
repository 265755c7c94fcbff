/* SPDX-License-Identifier: Apache-2.0 */
#include "feedd/figures.h"

#include <math.h>

#include "base/map.h"
#include "base/vec.h"

const char *const figures_verdicts[FIGURES_VERDICTS] = {
	[VERDICT_LEGITIMATE] = "legitimate",
	[VERDICT_SUSPECTED] = "suspected",
	[VERDICT_ADVERTISING_SPAM] = "advertising_spam",
	[VERDICT_OTHER_ABUSE] = "other_abuse",
	[VERDICT_UNKNOWN] = "unknown",
};

uint64_t
figures_percent_e2(uint64_t part, uint64_t whole)
{
	if (whole == 0)
		return 0;
	return (uint64_t)(((unsigned __int128)part * 10000 + whole / 2) /
	                  whole);
}

struct interval
figures_wilson(uint64_t k, uint64_t n)
{
	const double z = 1.959964; /* of the normal distribution, 97.5 % */
	double count = (double)n, share, middle, spread, scale;

	if (n == 0)
		return (struct interval){ 0, 10000 };
	share = (double)k / count;
	scale = 1 + z * z / count;
	middle = (share + z * z / (2 * count)) / scale;
	spread =
	    z / scale *
	    sqrt(share * (1 - share) / count + z * z / (4 * count * count));
	return (struct interval){
		(uint64_t)(fmax(0, middle - spread) * 10000 + 0.5),
		(uint64_t)(fmin(1, middle + spread) * 10000 + 0.5),
	};
}

/* ---- withholding ---- */

void
figures_withhold(struct figure *list, size_t n, unsigned min)
{
	struct figure *smallest = NULL;
	size_t withheld = 0;

	for (size_t i = 0; i < n; i++) {
		struct figure *f = &list[i];

		f->is_withheld = f->count && f->reporters < min;
		if (f->is_withheld)
			withheld++;
		else if (f->count && (!smallest || f->count < smallest->count))
			smallest = f;
	}
	if (withheld == 1 && smallest)
		smallest->is_withheld = true;
}

struct figure
figures_spam(const struct figure verdicts[FIGURES_VERDICTS])
{
	const struct figure *a = &verdicts[VERDICT_ADVERTISING_SPAM];
	const struct figure *b = &verdicts[VERDICT_OTHER_ABUSE];

	return (struct figure){
		.count = a->count + b->count,
		.reporters =
		    a->reporters > b->reporters ? a->reporters : b->reporters,
		.is_withheld = a->is_withheld || b->is_withheld,
	};
}

/* ---- totals ---- */

struct totalling {
	struct figures *figures;
	struct totals *totals;
	VEC(struct figure) all;
};

static void
take_total(void *ctx, const struct database_sum *sum)
{
	struct totalling *c = ctx;
	struct totals *t = c->totals;
	struct figure figure = { .count = sum->count,
		                 .reporters = sum->reporters };
	const struct {
		const char *name;
		struct figure *figure;
	} alone[] = {
		{ "items", &t->items },
		{ "recipients", &t->recipients },
		{ "bytes", &t->bytes },
		{ "cpu_us", &t->cpu_us },
		{ "incomplete", &t->incomplete },
	};
	const struct {
		const char *name;
		uint64_t *count;
	} plain[] = {
		{ "lost", &t->lost },
		{ "suppressed_rows", &t->suppressed_rows },
		{ "suppressed_items", &t->suppressed_items },
	};

	for (size_t i = 0; i < sizeof alone / sizeof *alone; i++)
		if (sv_eq_str(sum->cells[0], alone[i].name))
			*alone[i].figure = figure;
	figure.words[0] = arena_dup(c->figures->arena, sum->cells[0]);
	*VEC_ADD(&c->all) = figure;
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		if (sv_eq_str(sum->cells[0], plain[i].name))
			*plain[i].count = sum->count;
	for (size_t v = 0; v < FIGURES_VERDICTS; v++)
		if (sv_eq_str(sum->cells[0], figures_verdicts[v]))
			t->verdicts[v] = figure;
}

struct figure
totals_get(const struct totals *t, const char *name)
{
	for (size_t i = 0; i < t->n_all; i++)
		if (sv_eq_str(t->all[i].words[0], name))
			return t->all[i];
	return (struct figure){ 0 };
}

static void
withhold_totals(struct totals *t, unsigned min)
{
	struct figure *alone[] = { &t->items, &t->recipients, &t->bytes,
		                   &t->cpu_us, &t->incomplete };

	for (size_t i = 0; i < sizeof alone / sizeof *alone; i++)
		figures_withhold(alone[i], 1, min);
	for (size_t i = 0; i < t->n_all; i++)
		figures_withhold(&t->all[i], 1, min);
	figures_withhold(t->verdicts, FIGURES_VERDICTS, min);
	t->spam = figures_spam(t->verdicts);
}

int
figures_totals_in(struct figures *f, struct period period, struct totals *ret)
{
	struct database_query q = { .table = DATABASE_TOTALS,
		                    .dims = 1,
		                    .period = period,
		                    .node = f->query.node };
	struct totals totals = { 0 };
	struct totalling c = { .figures = f, .totals = &totals };
	int result = database_read_sums(f->reader, &q, take_total, &c);

	if (result == 0) {
		size_t bytes = c.all.n * sizeof *c.all.list;

		totals.n_all = c.all.n;
		totals.all = arena_grow(f->arena, c.all.list, bytes, bytes);
		withhold_totals(&totals, f->reporters_min);
		*ret = totals;
	}
	VEC_DONE(&c.all);
	return result;
}

int
figures_totals(struct figures *f, struct totals *ret)
{
	return figures_totals_in(f, f->query.period, ret);
}

/* ---- tables ---- */

const struct view *
view_find(struct sv name)
{
	for (size_t i = 0; i < views_count; i++)
		if (sv_eq_str(name, views[i].name))
			return &views[i];
	return NULL;
}

size_t
view_dims(const struct view *v, const char *ret_names[3])
{
	size_t n = 0;

	for (size_t t = 0; t < aggregate_tables_count(); t++) {
		if (strcmp(aggregate_tables[t].name, v->table) != 0)
			continue;
		for (size_t d = 0; d < aggregate_tables[t].n_dims; d++)
			if (v->dims >> d & 1)
				ret_names[n++] = aggregate_tables[t].dims[d];
	}
	return n;
}

struct collecting {
	struct figures *figures;
	const struct view *view;
	VEC(struct figure) rows;
};

static void
take_row(void *ctx, const struct database_sum *sum)
{
	struct collecting *c = ctx;
	struct figure *row = VEC_ADD(&c->rows);
	size_t n = 0;

	for (size_t d = 0; d < 3; d++)
		if (c->view->dims >> d & 1)
			row->words[n++] =
			    arena_dup(c->figures->arena, sum->cells[d]);
	row->count = sum->count;
	row->reporters = sum->reporters;
}

int
figures_table(struct figures *f, const struct view *v, struct table *ret)
{
	return figures_table_in(f, v, f->query.period, ret);
}

int
figures_table_in(struct figures *f, const struct view *v, struct period period,
                 struct table *ret)
{
	struct database_query q = { .table = v->table,
		                    .dims = v->dims,
		                    .period = period,
		                    .node = f->query.node };
	struct collecting c = { .figures = f, .view = v };
	int result = database_read_sums(f->reader, &q, take_row, &c);

	if (result == 0) {
		size_t bytes = c.rows.n * sizeof *c.rows.list;

		figures_withhold(c.rows.list, c.rows.n, f->reporters_min);
		*ret = (struct table){ .view = v, .n_rows = c.rows.n };
		ret->rows = arena_grow(f->arena, c.rows.list, bytes, bytes);
		for (size_t i = 0; i < ret->n_rows; i++)
			ret->n_withheld += ret->rows[i].is_withheld;
	}
	VEC_DONE(&c.rows);
	return result;
}

/* ---- coverage ---- */

struct covering {
	struct figures *figures;
	struct map *seen; /* names */
	VEC(struct coverage_node) nodes;
};

static void
take_node(void *ctx, const struct database_node *n)
{
	struct covering *c = ctx;
	struct arena *a = c->figures->arena;
	const char *only = c->figures->query.node;

	if (only && !sv_eq_str(n->name, only))
		return;
	map_set(c->seen, n->name, c);
	*VEC_ADD(&c->nodes) = (struct coverage_node){
		.name = arena_dup(a, n->name),
		.org = arena_dup(a, n->org),
		.domain = arena_dup(a, n->domain),
		.generator = arena_dup(a, n->generator),
		.ruleset = arena_dup(a, n->ruleset),
		.profile = arena_dup(a, n->profile),
		.k_min = n->k_min,
		.accounts = n->accounts,
		.accounts_filtered = n->accounts_filtered,
		.nodes_expected = n->nodes_expected,
		.last_unix_ms = n->last_unix_ms,
		.is_reporting = n->is_reporting,
	};
}

/* Nodes that may send but never did are missing, not unknown. */
static void
take_silent_nodes(struct covering *c)
{
	const char *only = c->figures->query.node;

	for (const char *const *name = c->figures->nodes; name && *name;
	     name++) {
		if (map_get(c->seen, sv_str(*name)) ||
		    (only && strcmp(*name, only) != 0))
			continue;
		map_set(c->seen, sv_str(*name), c);
		VEC_ADD(&c->nodes)->name =
		    arena_dup(c->figures->arena, sv_str(*name));
	}
}

static int
compare_nodes(const void *a, const void *b)
{
	return sv_cmp(((const struct coverage_node *)a)->name,
	              ((const struct coverage_node *)b)->name);
}

/* All nodes of an organisation state how many it has: the largest counts. */
static uint64_t
expected_of(const struct coverage *c)
{
	struct map *orgs = map_new();
	uint64_t sum = 0;

	for (size_t i = 0; i < c->n_nodes; i++) {
		const struct coverage_node *n = &c->nodes[i];
		struct sv org = n->org.n ? n->org : n->name;
		uint64_t before = (uintptr_t)map_get(orgs, org);

		if (n->nodes_expected <= before)
			continue;
		sum += n->nodes_expected - before;
		map_set(orgs, org, (void *)(uintptr_t)n->nodes_expected);
	}
	map_free(orgs);
	return sum;
}

static void
sum_up(struct covering *c, struct coverage *ret)
{
	size_t bytes = c->nodes.n * sizeof *c->nodes.list;

	*ret = (struct coverage){ .n_nodes = c->nodes.n };
	ret->nodes = arena_grow(c->figures->arena, c->nodes.list, bytes, bytes);
	qsort(ret->nodes, ret->n_nodes, sizeof *ret->nodes, compare_nodes);
	for (size_t i = 0; i < ret->n_nodes; i++) {
		if (!ret->nodes[i].is_reporting)
			continue;
		ret->n_reporting++;
		ret->accounts += ret->nodes[i].accounts;
		ret->accounts_filtered += ret->nodes[i].accounts_filtered;
	}
	ret->nodes_expected = expected_of(ret);
}

int
figures_coverage(struct figures *f, struct coverage *ret)
{
	struct covering c = { .figures = f, .seen = map_new() };
	int result =
	    database_read_nodes(f->reader, f->query.period, take_node, &c);

	if (result == 0) {
		take_silent_nodes(&c);
		sum_up(&c, ret);
	}
	VEC_DONE(&c.nodes);
	map_free(c.seen);
	return result;
}
