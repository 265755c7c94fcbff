/* SPDX-License-Identifier: Apache-2.0 */
/* Campaigns, and when they were seen. */
#include <stdlib.h>

#include "base/map.h"
#include "base/vec.h"
#include "feedd/figures.h"

struct seeing {
	struct figures *figures;
	struct map *places; /* of a word in `list`, from 1 */
	VEC(struct campaign) list;
};

static bool
is_spam(struct sv verdict)
{
	return sv_eq(verdict, SV("advertising_spam")) ||
	       sv_eq(verdict, SV("other_abuse"));
}

static void
take_count(struct seeing *s, const struct figure *row)
{
	size_t place = (size_t)(uintptr_t)map_get(s->places, row->words[0]);
	struct campaign *c;

	if (!is_spam(row->words[1]))
		return;
	if (!place) {
		*VEC_ADD(&s->list) = (struct campaign){ .word = row->words[0] };
		place = s->list.n;
		map_set(s->places, row->words[0], (void *)(uintptr_t)place);
	}
	c = &s->list.list[place - 1];
	c->spam.count += row->count;
	if (row->reporters > c->spam.reporters)
		c->spam.reporters = row->reporters;
}

/* Days come in their order. */
static void
take_day(void *ctx, const struct database_sum *sum)
{
	struct seeing *s = ctx;
	size_t place = (size_t)(uintptr_t)map_get(s->places, sum->cells[0]);
	struct campaign *c = place ? &s->list.list[place - 1] : NULL;

	if (!c || !is_spam(sum->cells[1]))
		return;
	if (!c->first_min)
		c->first_min = sum->step_min;
	c->last_min = sum->step_min;
}

static int
read_days(struct seeing *s)
{
	const struct figures *f = s->figures;
	const struct database_query q = { .table = "campaign_verdict",
		                          .dims = 3,
		                          .period = f->query.period,
		                          .node = f->query.node,
		                          .by_step = true,
		                          .step = LEVEL_DAY };

	return s->list.n ? database_read_sums(f->reader, &q, take_day, s) : 0;
}

/* The order of those that are withheld would tell. */
static int
compare_campaigns(const void *a, const void *b)
{
	const struct campaign *x = a, *y = b;

	if (x->spam.is_withheld != y->spam.is_withheld)
		return x->spam.is_withheld - y->spam.is_withheld;
	if (!x->spam.is_withheld && x->spam.count != y->spam.count)
		return x->spam.count < y->spam.count ? 1 : -1;
	return sv_cmp(x->word, y->word);
}

static void
withhold(struct figures *f, struct campaign *list, size_t n)
{
	struct figure *spam = ARENA_ARRAY(f->arena, struct figure, n + 1);

	for (size_t i = 0; i < n; i++)
		spam[i] = list[i].spam;
	figures_withhold(spam, n, f->reporters_min);
	for (size_t i = 0; i < n; i++)
		list[i].spam = spam[i];
}

int
figures_campaigns(struct figures *f, struct campaigns *ret)
{
	struct seeing s = { .figures = f, .places = map_new() };
	struct table t = { NULL };
	int result = figures_table(f, view_find(SV("campaign_verdict")), &t);
	size_t bytes;

	for (size_t i = 0; !result && i < t.n_rows; i++)
		take_count(&s, &t.rows[i]);
	if (!result)
		result = read_days(&s);
	bytes = s.list.n * sizeof *s.list.list;
	*ret = (struct campaigns){ .n = s.list.n };
	ret->list = arena_grow(f->arena, s.list.list, bytes, bytes);
	withhold(f, ret->list, ret->n);
	if (ret->n)
		qsort(ret->list, ret->n, sizeof *ret->list, compare_campaigns);
	VEC_DONE(&s.list);
	map_free(s.places);
	return result;
}
