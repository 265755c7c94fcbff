/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the engine finds what PCRE2 alone finds. */
#include "rule/set.h"

void
rule_set_distrust(const struct rule_set *rs)
{
	atomic_store(&rs->costs->is_distrusted, true);
}

bool
rule_set_is_distrusted(const struct rule_set *rs)
{
	return atomic_load(&rs->costs->is_distrusted);
}

const char *
rule_set_engine(const struct rule_set *rs)
{
	return match_engine_name(rs->engine);
}

static void
add_name(struct buf *names, const struct rule *rule)
{
	buf_addf(names, "%s%s", names->n ? " " : "", rule->name);
}

static bool
is_same(const struct rule_hit *a, const struct rule_hit *b)
{
	return a->count == b->count && a->view == b->view &&
	       a->element == b->element && a->offset == b->offset;
}

/* The hits of both stand in the order of rules. */
struct hits {
	const struct rule_hit *list;
	size_t n;
};

static void
compare(struct hits got, struct hits want, bool with_subs, struct buf *names)
{
	size_t i = 0, k = 0;

	while (i < got.n || k < want.n) {
		const struct rule_hit *g = &got.list[i];
		const struct rule_hit *w = &want.list[k];

		if (k < want.n && !with_subs && w->rule->is_sub) {
			k++;
		} else if (k == want.n || (i < got.n && g->rule < w->rule)) {
			add_name(names, g->rule);
			i++;
		} else if (i == got.n || w->rule < g->rule) {
			add_name(names, w->rule);
			k++;
		} else {
			if (!is_same(g, w))
				add_name(names, g->rule);
			i++;
			k++;
		}
	}
}

static void
compare_results(const struct rule_result *got, const struct rule_result *want,
                bool with_subs, struct buf *names)
{
	compare((struct hits){ got->hits, got->n_hits },
	        (struct hits){ want->hits, want->n_hits }, with_subs, names);
	compare((struct hits){ got->shadow_hits, got->n_shadow_hits },
	        (struct hits){ want->shadow_hits, want->n_shadow_hits }, true,
	        names);
}

/* Whether a limit decided, not the engine. */
static bool
is_cut_short(const struct rule_result *r)
{
	return r->n_over_limit || r->deadline_passed;
}

bool
rule_set_recheck(const struct rule_set *rs, struct rule_worker *w,
                 struct arena *a, const struct rule_job *job, struct buf *names)
{
	struct rule_job again = { .message = job->message,
		                  .envelope = job->envelope };
	const struct rule_result *needed, *all, *alone;

	needed = rule_eval_again(rs, w, a, &again);
	again.all_hits = true;
	all = rule_eval_again(rs, w, a, &again);
	again.ungated = true;
	alone = rule_eval_again(rs, w, a, &again);
	if (is_cut_short(needed) || is_cut_short(all) || is_cut_short(alone))
		return true;
	compare_results(all, alone, true, names);
	if (names->n == 0)
		compare_results(needed, alone, false, names);
	return names->n == 0;
}
