/* SPDX-License-Identifier: Apache-2.0 */
/* Metas: names to indexes, and an order in which each comes after those it
 * depends on. */
#include <stdio.h>
#include <stdlib.h>

#include "rule/lex.h"
#include "rule/set.h"

enum { ITEMS_MAX = 200000 };

struct compiler {
	struct rule_set *rs;
	const struct drafts *drafts;
	struct diags *diags;
	const struct rule *rule;     /* the meta that is being compiled */
	const struct draft *missing; /* the first that it needs and is not */
	size_t n_missing;
	bool lacks_parts; /* that one, or another that counts as 0 */
};

/* "dep" must be computed before "meta"; both are indexes of rules. */
struct edge {
	uint32_t dep, meta;
};

/* The sum of all rules whose names match, but the meta itself. */
static const char *
add_matching(struct compiler *c, struct expr *e, struct sv pattern)
{
	expr_add_number(e, 0);
	for (size_t i = 0; i < c->rs->n; i++) {
		const struct rule *r = &c->rs->rules[i];

		if (r == c->rule || r->disabled ||
		    !sv_glob(pattern, sv_str(r->name)))
			continue;
		if (e->n > ITEMS_MAX)
			return "rules_matching() gives too many rules";
		expr_add_value(e, (uint32_t)i);
		expr_add_sum(e);
	}
	return NULL;
}

static void
add_missing(struct compiler *c, struct expr *e, struct sv name)
{
	const struct draft *d = map_get(c->drafts->by_name, name);

	expr_add_number(e, 0);
	c->lacks_parts = true;
	if (d && d->state != DRAFT_MENTIONED) {
		if (c->n_missing++ == 0)
			c->missing = d;
		return;
	}
	diags_add(c->diags, SEVERITY_WARNING, c->rule->file, c->rule->line,
	          "meta %s: there is no rule " SV_FMT ": it counts as 0",
	          c->rule->name, SV_ARG(name));
}

static const char *
add_name(void *ctx, struct expr *e, struct sv name, const struct sv *argument)
{
	struct compiler *c = ctx;
	const struct rule *r;

	if (argument && sv_eq_str(name, "rules_matching"))
		return add_matching(c, e, *argument);
	if (argument)
		return "unknown function: there is only rules_matching()";
	if (sv_eq_str(name, "local_tests_only")) {
		expr_add_number(e, 1);
		return NULL;
	}
	if (!lex_is_name(name))
		return "no name of a rule";
	r = map_get(c->rs->by_name, name);
	c->lacks_parts |= r && r->disabled;
	if (r && r->disabled)
		expr_add_number(e, 0);
	else if (r)
		expr_add_value(e, rule_index(c->rs, r));
	else
		add_missing(c, e, name);
	return NULL;
}

static void
warn_missing(const struct compiler *c)
{
	char more[32] = "";

	if (c->n_missing > 1)
		snprintf(more, sizeof more, " and %zu more", c->n_missing - 1);
	diags_add(c->diags, SEVERITY_WARNING, c->rule->file, c->rule->line,
	          "meta %s: %s%s counts as 0: %s", c->rule->name,
	          c->missing->rule.name, more,
	          c->missing->state == DRAFT_SKIPPED
	              ? "defined behind a condition that is false"
	              : "not supported");
}

static void
compile_one(struct compiler *c, struct program *p)
{
	struct expr_names names = { add_name, c };
	const char *wrong;

	c->n_missing = 0;
	c->lacks_parts = false;
	wrong = expr_compile(sv_str(c->rule->definition), &names, &p->expr);
	if (wrong)
		diags_add(c->diags, SEVERITY_ERROR, c->rule->file,
		          c->rule->line, "meta %s: %s", c->rule->name, wrong);
	else if (c->n_missing)
		warn_missing(c);
	p->lacks_parts = c->lacks_parts;
	if (p->expr.n > c->rs->expr_max)
		c->rs->expr_max = p->expr.n;
}

/* ---- order ---- */

struct sorter {
	struct rule_set *rs;
	VEC(struct edge) edges; /* sorted by dep */
	uint32_t *waiting;      /* by rule: metas it still waits for */
	uint32_t *begin;        /* by rule: its first edge */
};

static int
compare_edges(const void *a, const void *b)
{
	const struct edge *ea = a, *eb = b;

	return ea->dep < eb->dep ? -1 : ea->dep > eb->dep;
}

static void
collect_edges(struct sorter *s)
{
	struct rule_set *rs = s->rs;
	uint32_t dep;

	for (uint32_t i = 0; i < rs->n; i++) {
		const struct expr *e = &rs->programs[i].expr;

		for (size_t k = 0; k < e->n; k++)
			if (expr_is_value(&e->list[k], &dep) &&
			    rs->programs[dep].kind == PROGRAM_META) {
				*VEC_ADD(&s->edges) = (struct edge){ dep, i };
				s->waiting[i]++;
			}
	}
	if (s->edges.n)
		qsort(s->edges.list, s->edges.n, sizeof *s->edges.list,
		      compare_edges);
	for (size_t i = s->edges.n; i-- > 0;)
		s->begin[s->edges.list[i].dep] = (uint32_t)i;
}

/* Everything that waits for nothing goes first, then what waited for those,
 * and so on; what never gets its turn is part of a cycle or needs one. */
static void
sort_metas(struct sorter *s)
{
	struct rule_set *rs = s->rs;

	for (uint32_t i = 0; i < rs->n; i++)
		if (rs->programs[i].kind == PROGRAM_META && !s->waiting[i])
			rs->metas[rs->n_metas++] = i;
	for (size_t done = 0; done < rs->n_metas; done++) {
		uint32_t dep = rs->metas[done];

		for (size_t k = s->begin[dep];
		     k < s->edges.n && s->edges.list[k].dep == dep; k++)
			if (--s->waiting[s->edges.list[k].meta] == 0)
				rs->metas[rs->n_metas++] =
				    s->edges.list[k].meta;
	}
}

static void
report_cycles(const struct sorter *s, struct diags *diags)
{
	const struct rule_set *rs = s->rs;

	for (size_t i = 0; i < s->edges.n; i++) {
		const struct rule *meta = &rs->rules[s->edges.list[i].meta];
		const struct rule *dep = &rs->rules[s->edges.list[i].dep];

		if (s->waiting[s->edges.list[i].meta] &&
		    s->waiting[s->edges.list[i].dep])
			diags_add(diags, SEVERITY_ERROR, meta->file, meta->line,
			          "meta %s depends on itself, by way of %s",
			          meta->name, dep->name);
	}
}

static void
order_all(struct rule_set *rs, struct diags *diags)
{
	struct sorter s = { .rs = rs };

	s.waiting = mem_calloc(rs->n + 1, sizeof *s.waiting);
	s.begin = mem_alloc((rs->n + 1) * sizeof *s.begin);
	memset(s.begin, 0xff, (rs->n + 1) * sizeof *s.begin);
	rs->metas = ARENA_ARRAY(rs->arena, uint32_t, rs->n + 1);
	collect_edges(&s);
	sort_metas(&s);
	report_cycles(&s, diags);
	free(s.waiting);
	free(s.begin);
	VEC_DONE(&s.edges);
}

/* What a part of a meta hangs on, so does the meta: those whose points say
 * something of signals are known by it. */
static void
pass_needs(struct rule_set *rs)
{
	uint32_t used;

	for (size_t i = 0; i < rs->n_metas; i++) {
		const struct expr *e = &rs->programs[rs->metas[i]].expr;

		for (size_t k = 0; k < e->n; k++)
			if (expr_is_value(&e->list[k], &used) &&
			    strcmp(rs->rules[used].needs, "signals") == 0)
				rs->rules[rs->metas[i]].needs = "signals";
	}
}

void
meta_compile_all(struct rule_set *rs, const struct drafts *drafts,
                 struct diags *diags)
{
	struct compiler c = { .rs = rs, .drafts = drafts, .diags = diags };

	for (size_t i = 0; i < rs->n; i++) {
		c.rule = &rs->rules[i];
		if (c.rule->type == RULE_META)
			compile_one(&c, &rs->programs[i]);
	}
	order_all(rs, diags);
	pass_needs(rs);
}
