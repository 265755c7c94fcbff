/* SPDX-License-Identifier: Apache-2.0 */
/* From the lines of a user to an overlay of a rule set. */
#include "rule/overlay.h"

#include <stdlib.h>

#include "base/e4.h"

/* ---- points ---- */

static int
compare_points(const void *a, const void *b)
{
	const struct overlay_points *pa = a, *pb = b;

	return pa->rule < pb->rule ? -1 : pa->rule > pb->rule;
}

static int
compare_rule(const void *rule, const void *points)
{
	const struct overlay_points *p = points;
	uint32_t r = *(const uint32_t *)rule;

	return r < p->rule ? -1 : r > p->rule;
}

int64_t
overlay_score_e4(const struct rule_overlay *o, uint32_t rule)
{
	const struct overlay_points *found = NULL;

	if (o->n_points)
		found = bsearch(&rule, o->points, o->n_points,
		                sizeof *o->points, compare_rule);
	return found ? found->score_e4 : o->rs->rules[rule].score_e4;
}

static void
take_points(struct rule_overlay *o, const struct drafts *drafts,
            size_t score_set)
{
	o->points =
	    ARENA_ARRAY(o->arena, struct overlay_points, drafts->list.n + 1);
	for (size_t i = 0; i < drafts->list.n; i++) {
		const struct draft *d = drafts->list.list[i];
		const struct rule *r =
		    rule_set_find(o->rs, sv_str(d->rule.name));
		int64_t score_e4 = d->scores_e4[score_set];

		o->points[o->n_points++] = (struct overlay_points){
			.rule = rule_index(o->rs, r),
			.score_e4 = r->is_sub ? 0 : score_e4,
			.is_off = !r->disabled && score_e4 == 0,
			.is_on = r->disabled && score_e4 != 0,
		};
	}
	if (o->n_points)
		qsort(o->points, o->n_points, sizeof *o->points,
		      compare_points);
}

/* ---- which rules are looked at ---- */

/* A rule that was turned on is decided, and all that it is made of. */
static void
need_parts(const struct rule_set *rs, uint8_t *traits)
{
	uint32_t used;

	for (size_t i = rs->n_metas; i-- > 0;) { /* users before the used */
		const struct expr *e = &rs->programs[rs->metas[i]].expr;
		uint8_t passed_on =
		    traits[rs->metas[i]] & (TRAIT_NEEDED | TRAIT_MATTERS);

		for (size_t k = 0; passed_on && k < e->n; k++)
			if (expr_is_value(&e->list[k], &used) &&
			    traits[used] & TRAIT_ENABLED)
				traits[used] |= passed_on;
	}
}

/* What is off is not wanted by anybody: its value stays 0. */
static void
make_traits(struct rule_overlay *o)
{
	const struct rule_set *rs = o->rs;
	bool is_on = false, is_off = false;
	uint8_t *traits;

	for (size_t i = 0; i < o->n_points; i++) {
		is_on |= o->points[i].is_on;
		is_off |= o->points[i].is_off;
	}
	if (!is_on && !is_off)
		return;
	traits = ARENA_ARRAY(o->arena, uint8_t, rs->n);
	memcpy(traits, rs->graph.traits, rs->n);
	for (size_t i = 0; i < o->n_points; i++) {
		const struct overlay_points *p = &o->points[i];
		uint8_t *t = &traits[p->rule];

		if (p->is_off)
			*t &= TRAIT_META;
		else if (p->is_on)
			*t |= (uint8_t)graph_own_traits(&rs->rules[p->rule]);
	}
	if (is_on)
		need_parts(rs, traits);
	o->traits = traits;
}

/* ---- as a whole ---- */

const struct eval_settings *
rule_set_evals(const struct rule_set *rs)
{
	return rs->evals;
}

struct eval_settings *
rule_set_evals_over(const struct rule_set *rs, struct arena *a)
{
	return eval_settings_over(rs->evals, a);
}

struct rule_overlay *
rule_overlay_read(const struct rule_set *rs, const struct rule_sources *sources,
                  const struct conf *conf, struct diags *diags)
{
	struct arena *arena = arena_new();
	struct rule_overlay *o = ARENA_NEW(arena, struct rule_overlay);
	struct drafts drafts = {
		.site = rs,
		.arena = arena,
		.by_name = map_new(),
		.compat = map_new(),
		.settings = rs->settings,
		.language = conf->rule.language ? conf->rule.language : "en_US",
	};

	drafts.settings.has_required = false;
	for (size_t i = 0; i < sources->n; i++)
		parse_source(&sources->list[i], &drafts, diags);
	o->arena = arena;
	o->rs = rs;
	o->settings = drafts.settings;
	o->evals = drafts.evals;
	take_points(o, &drafts, conf_score_set(conf));
	make_traits(o);
	drafts_done(&drafts);
	return o;
}

void
rule_overlay_free(struct rule_overlay *o)
{
	if (!o)
		return;
	eval_settings_free(o->evals);
	arena_free(o->arena);
}

const struct rule_settings *
rule_overlay_settings(const struct rule_overlay *o)
{
	return &o->settings;
}

bool
rule_overlay_points(const struct rule_overlay *o, size_t *pos,
                    struct rule_points *ret)
{
	if (*pos == o->n_points)
		return false;
	ret->rule = &o->rs->rules[o->points[*pos].rule];
	ret->score_e4 = o->points[(*pos)++].score_e4;
	return true;
}

size_t
rule_overlay_bytes(const struct rule_overlay *o)
{
	return arena_used(o->arena);
}
