/* SPDX-License-Identifier: Apache-2.0 */
#include "tamis/drift.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/e4.h"
#include "base/file.h"
#include "base/mem.h"
#include "report/history.h"
#include "report/report.h"
#include "tamis/judge.h"
#include "tamis/member.h"
#include "tamis/term.h"

enum { MOVERS_SHOWN = 10, RULE_COLUMNS = 40 };

static const char *const class_words[DRIFT_CLASSES] = {
	[DRIFT_LEGITIMATE] = "legitimate",
	[DRIFT_SUSPECTED] = "suspected",
	[DRIFT_SPAM] = "spam",
};

void
drift_init(struct drift *d)
{
	*d = (struct drift){ .arena = arena_new(), .movers = map_new() };
}

void
drift_done(struct drift *d)
{
	map_free(d->movers);
	arena_free(d->arena);
}

/* ---- counting ---- */

static enum drift_class
class_of(int64_t score_e4, const struct conf_scan *conf)
{
	if (score_e4 >= conf->threshold_e4)
		return DRIFT_SPAM;
	return score_e4 >= conf->suspect_e4 ? DRIFT_SUSPECTED
	                                    : DRIFT_LEGITIMATE;
}

static void
count(struct drift_count *c, int64_t old_e4, int64_t next_e4,
      const struct conf_scan *conf)
{
	enum drift_class from = class_of(old_e4, conf);
	enum drift_class to = class_of(next_e4, conf);

	c->messages++;
	c->changed += from != to;
	c->from_to[from][to]++;
}

static void
note_mover(struct drift *d, struct sv rule, int64_t delta_e4)
{
	struct drift_mover *m;

	if (delta_e4 == 0)
		return;
	m = map_get(d->movers, rule);
	if (!m) {
		m = ARENA_NEW(d->arena, struct drift_mover);
		m->rule = arena_str(d->arena, rule);
		map_set(d->movers, rule, m);
	}
	m->messages++;
	m->sum_e4 += delta_e4;
	m->weight_e4 += llabs(delta_e4);
}

/* ---- the history ---- */

struct history_try {
	struct drift *drift;
	const struct snapshot *old, *next;
	int64_t old_e4, next_e4; /* of the record at hand */
};

static int64_t
points(const struct rule_set *rules, struct sv name, int64_t n)
{
	const struct rule *r = rule_set_find(rules, name);

	if (!r || rule_is_shadow(r))
		return 0;
	return r->multiple && n > 0 ? r->score_e4 * n : r->score_e4;
}

static void
try_hits(struct history_try *t, const json_t *hits)
{
	json_t *hit;
	size_t i;

	json_array_foreach (hits, i, hit) {
		struct sv rule = member_text(hit, "rule");
		int64_t n = member_int(hit, "count");
		int64_t before = points(t->old->rules, rule, n);
		int64_t after = points(t->next->rules, rule, n);

		t->old_e4 += before;
		t->next_e4 += after;
		note_mover(t->drift, rule, after - before);
	}
}

/* A shadow rule that gets points counts as well. */
static int
try_record(void *ctx, struct sv record)
{
	struct history_try *t = ctx;
	json_t *root = json_loadb(record.p, record.n, JSON_ALLOW_NUL, NULL);

	t->old_e4 = t->next_e4 = 0;
	try_hits(t, json_object_get(root, "hits"));
	try_hits(t, json_object_get(root, "shadow_hits"));
	if (root)
		count(&t->drift->history, t->old_e4, t->next_e4,
		      &t->next->conf->scan);
	json_decref(root);
	return 0;
}

void
drift_try_history(struct drift *d, const struct snapshot *old,
                  const struct snapshot *next, struct diags *diags)
{
	struct history_try t = { d, old, next, 0, 0 };
	char path[HISTORY_PATH];

	if (next->conf->channel.drift_records == 0 ||
	    access(history_path(next->conf, path), F_OK))
		return;
	if (history_each(next->conf, NULL, NULL,
	                 (size_t)next->conf->channel.drift_records, try_record,
	                 &t, diags))
		d->history = (struct drift_count){ 0 };
}

/* ---- samples ---- */

struct sample_try {
	struct drift *drift;
	struct judge *old, *next;
	const struct conf_scan *conf;
};

static const struct rule_hit *
find_hit(const struct rule_result *r, const struct rule_hit *hit)
{
	for (size_t i = 0; i < r->n_hits; i++)
		if (strcmp(r->hits[i].rule->name, hit->rule->name) == 0)
			return &r->hits[i];
	return NULL;
}

static void
compare_hits(struct drift *d, const struct rule_result *old,
             const struct rule_result *next)
{
	const struct rule_hit *other;

	for (size_t i = 0; i < old->n_hits; i++) {
		other = find_hit(next, &old->hits[i]);
		note_mover(d, sv_str(old->hits[i].rule->name),
		           (other ? other->score_e4 : 0) -
		               old->hits[i].score_e4);
	}
	for (size_t i = 0; i < next->n_hits; i++)
		if (!find_hit(old, &next->hits[i]))
			note_mover(d, sv_str(next->hits[i].rule->name),
			           next->hits[i].score_e4);
}

static int
try_sample(void *ctx, const char *path)
{
	struct sample_try *t = ctx;
	char *copy = mem_strdup(path), why[JUDGE_WHY];
	const struct judge_input input = { .kind = INPUT_MAIL, .path = copy };
	const struct scan *old = judge_run(t->old, &input, why);
	const struct scan *next = judge_run(t->next, &input, why);

	if (old && next) {
		count(&t->drift->samples, old->score_e4, next->score_e4,
		      t->conf);
		compare_hits(t->drift, old->rules, next->rules);
	} else {
		t->drift->unreadable++;
	}
	free(copy);
	return 0;
}

void
drift_try_samples(struct drift *d, struct snapshot *old, struct snapshot *next)
{
	struct sample_try t = { d, NULL, NULL, &next->conf->scan };

	if (!*next->conf->channel.samples)
		return;
	t.old = judge_new(old, NULL, 0);
	t.next = judge_new(next, NULL, 0);
	if (file_walk(next->conf->channel.samples, NULL, try_sample, &t))
		d->unreadable++;
	judge_free(t.old);
	judge_free(t.next);
}

/* ---- what came of it ---- */

static bool
is_over(const struct drift_count *c, int64_t percent)
{
	return c->messages >= DRIFT_MESSAGES_MIN &&
	       c->changed * 100 > c->messages * (size_t)percent;
}

bool
drift_is_too_much(const struct drift *d, int64_t percent)
{
	return is_over(&d->history, percent) || is_over(&d->samples, percent);
}

static void
print_count(const char *what, const struct drift_count *c)
{
	printf("  drift      %s: %zu messages", what, c->messages);
	if (c->messages == 0) {
		printf("\n");
		return;
	}
	printf(", %zu verdicts change (%.1f %%)\n", c->changed,
	       (double)c->changed * 100 / (double)c->messages);
	for (int from = 0; from < DRIFT_CLASSES; from++)
		for (int to = 0; to < DRIFT_CLASSES; to++)
			if (from != to && c->from_to[from][to])
				printf("             %s to %s: %zu\n",
				       class_words[from], class_words[to],
				       c->from_to[from][to]);
}

static int
heaviest_first(const void *a, const void *b)
{
	const struct drift_mover *const *x = a, *const *y = b;

	if ((*x)->weight_e4 != (*y)->weight_e4)
		return (*x)->weight_e4 < (*y)->weight_e4 ? 1 : -1;
	return strcmp((*x)->rule, (*y)->rule);
}

static void
print_movers(const struct drift *d)
{
	size_t n = map_count(d->movers), at = 0, pos = 0;
	struct drift_mover **list = mem_calloc(n + 1, sizeof *list);
	char sum[E4_TEXT];
	struct sv name;
	void *value;

	while (map_next(d->movers, &pos, &name, &value))
		list[at++] = value;
	qsort(list, n, sizeof *list, heaviest_first);
	for (size_t i = 0; i < n && i < MOVERS_SHOWN; i++)
		printf("  moves      %s: %s%s points on %zu messages\n",
		       list[i]->rule, list[i]->sum_e4 > 0 ? "+" : "",
		       e4_text(list[i]->sum_e4, sum), list[i]->messages);
	if (n > MOVERS_SHOWN)
		printf("             and %zu more rules\n", n - MOVERS_SHOWN);
	free(list);
}

void
drift_print(const struct drift *d)
{
	print_count("history", &d->history);
	print_count("samples", &d->samples);
	if (d->unreadable)
		printf("             %zu samples cannot be read\n",
		       d->unreadable);
	print_movers(d);
}
