/* SPDX-License-Identifier: Apache-2.0 */
/* Figures over time. */
#include "feedd/figures.h"

bool
figures_is_blocking(struct sv action)
{
	static const char *const words[] = { "reject", "discard",
		                             "quarantine" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (sv_eq_str(action, words[i]))
			return true;
	return false;
}

struct stepping {
	struct series *series;
	size_t at; /* sums come in the order of their steps */
};

static struct point *
point_of(struct stepping *s, int64_t minute)
{
	const struct series *series = s->series;

	while (s->at + 1 < series->n &&
	       series->points[s->at].period.end_min <= minute)
		s->at++;
	return &series->points[s->at];
}

static void
add_sum(struct figure *to, const struct database_sum *sum)
{
	to->count += sum->count;
	if (sum->reporters > to->reporters)
		to->reporters = sum->reporters;
}

static void
take_total(void *ctx, const struct database_sum *sum)
{
	struct point *p = point_of(ctx, sum->step_min);

	if (sv_eq(sum->cells[0], SV("items")))
		add_sum(&p->items, sum);
	if (sv_eq(sum->cells[0], SV("complaints")))
		add_sum(&p->reported, sum);
	for (size_t v = 0; v < FIGURES_VERDICTS; v++)
		if (sv_eq_str(sum->cells[0], figures_verdicts[v]))
			add_sum(&p->verdicts[v], sum);
}

static void
take_action(void *ctx, const struct database_sum *sum)
{
	if (figures_is_blocking(sum->cells[2]))
		add_sum(&point_of(ctx, sum->step_min)->blocked, sum);
}

/* Empty points; the first and the last are cut at the ends of the period. */
static void
init_points(const struct figures *f, struct period p, struct series *series)
{
	int64_t at = step_floor(series->step, p.begin_min);

	for (size_t i = 0; i < series->n; i++) {
		struct point *point = &series->points[i];
		int64_t next = step_next(series->step, at);

		point->period = (struct period){
			at > p.begin_min ? at : p.begin_min,
			next < p.end_min ? next : p.end_min,
		};
		point->is_whole = at >= p.begin_min && next <= p.end_min;
		point->is_provisional =
		    point->period.end_min > f->provisional_min;
		at = next;
	}
}

/* Withholds one figure of all points, so that none can be found by
 * subtraction from their total. */
static void
withhold_one(const struct figures *f, struct series *series, size_t offset)
{
	struct figure *list = ARENA_ARRAY(f->arena, struct figure, series->n);

	for (size_t i = 0; i < series->n; i++)
		memcpy(&list[i], (char *)&series->points[i] + offset,
		       sizeof *list);
	figures_withhold(list, series->n, f->reporters_min);
	for (size_t i = 0; i < series->n; i++)
		memcpy((char *)&series->points[i] + offset, &list[i],
		       sizeof *list);
}

/* A step whose items are withheld shows nothing else either. */
static void
withhold_points(const struct figures *f, struct series *series)
{
	withhold_one(f, series, offsetof(struct point, items));
	withhold_one(f, series, offsetof(struct point, blocked));
	withhold_one(f, series, offsetof(struct point, reported));
	for (size_t i = 0; i < series->n; i++) {
		struct point *p = &series->points[i];
		bool withheld = p->items.is_withheld;

		figures_withhold(p->verdicts, FIGURES_VERDICTS,
		                 f->reporters_min);
		for (size_t v = 0; v < FIGURES_VERDICTS; v++)
			p->verdicts[v].is_withheld |= withheld;
		p->blocked.is_withheld |= withheld;
		p->spam = figures_spam(p->verdicts);
	}
}

int
figures_series_in(struct figures *f, struct period period, enum step step,
                  struct series *ret)
{
	struct query steps = { .period = period, .step = step };
	struct database_query q = { .table = DATABASE_TOTALS,
		                    .dims = 1,
		                    .period = period,
		                    .node = f->query.node,
		                    .by_step = true,
		                    .step = step_level(step) };
	struct series series = { .step = step, .n = query_steps(&steps) };
	struct stepping totals = { .series = &series };
	struct stepping actions = { .series = &series };
	int result;

	series.points = ARENA_ARRAY(f->arena, struct point, series.n);
	init_points(f, period, &series);
	result = database_read_sums(f->reader, &q, take_total, &totals);
	if (result)
		return result;
	q.table = "channel_verdict_action";
	q.dims = 1u << 2;
	result = database_read_sums(f->reader, &q, take_action, &actions);
	if (result)
		return result;
	withhold_points(f, &series);
	*ret = series;
	return 0;
}

int
figures_series(struct figures *f, struct series *ret)
{
	return figures_series_in(f, f->query.period, f->query.step, ret);
}
