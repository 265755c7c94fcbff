/* SPDX-License-Identifier: Apache-2.0 */
/* Breaks of method, and gaps. */
#include <stdlib.h>

#include "base/vec.h"
#include "feedd/figures.h"

/* Kinds of notes that are marks; the others are gaps. */
static bool
is_mark(struct sv kind)
{
	static const char *const kinds[] = { "first", "ruleset", "generator",
		                             "profile", "k_min" };

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (sv_eq_str(kind, kinds[i]))
			return true;
	return false;
}

struct marking {
	struct figures *figures;
	const struct series *series;
	VEC(struct mark) marks;
};

static size_t
find_point(const struct series *s, int64_t minute)
{
	for (size_t i = 0; i < s->n; i++)
		if (minute < s->points[i].period.end_min)
			return minute >= s->points[i].period.begin_min ? i
			                                               : s->n;
	return s->n;
}

static void
take_mark(void *ctx, const struct database_note *note)
{
	struct marking *m = ctx;
	struct arena *a = m->figures->arena;
	size_t at = find_point(m->series, note->period.begin_min);

	if (at == m->series->n || !is_mark(note->kind))
		return;
	for (size_t i = m->marks.n; i-- > 0;) {
		struct mark *mark = &m->marks.list[i];

		if (find_point(m->series, mark->minute) != at)
			break;
		if (mark->nodes && sv_eq(mark->kind, note->kind)) {
			mark->nodes++;
			return;
		}
	}
	*VEC_ADD(&m->marks) = (struct mark){
		.minute = note->period.begin_min,
		.kind = arena_dup(a, note->kind),
		.text = arena_dup(a, note->node),
		.nodes = 1,
	};
}

static void
take_diary(struct marking *m, enum lang lang)
{
	const struct diary *d = &m->figures->diary;

	for (size_t i = 0; i < d->n; i++)
		if (sv_eq(d->list[i].kind, SV("method")) &&
		    find_point(m->series, d->list[i].minute) != m->series->n)
			*VEC_ADD(&m->marks) = (struct mark){
				.minute = d->list[i].minute,
				.kind = d->list[i].kind,
				.text = diary_text(&d->list[i], lang),
			};
}

static int
compare_marks(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	if (x->minute != y->minute)
		return x->minute < y->minute ? -1 : 1;
	return sv_cmp(x->kind, y->kind);
}

/* Marks of one point share a number. */
static void
number_marks(struct marking *m, struct marks *ret)
{
	size_t bytes = m->marks.n * sizeof *m->marks.list;
	unsigned number = 0;

	if (m->marks.n)
		qsort(m->marks.list, m->marks.n, sizeof *m->marks.list,
		      compare_marks);
	ret->n = m->marks.n;
	ret->list = arena_grow(m->figures->arena, m->marks.list, bytes, bytes);
	ret->numbers =
	    ARENA_ARRAY(m->figures->arena, unsigned, m->series->n + 1);
	for (size_t i = 0; i < ret->n; i++) {
		size_t at = find_point(m->series, ret->list[i].minute);

		if (!ret->numbers[at])
			ret->numbers[at] = ++number;
		ret->list[i].number = ret->numbers[at];
	}
}

int
figures_marks(struct figures *f, const struct series *s, enum lang lang,
              struct marks *ret)
{
	struct marking m = { .figures = f, .series = s };
	int result = database_read_notes(f->reader, f->query.period,
	                                 f->query.node, take_mark, &m);

	if (result == 0) {
		take_diary(&m, lang);
		number_marks(&m, ret);
	}
	VEC_DONE(&m.marks);
	return result;
}

/* ---- gaps ---- */

struct gathering {
	struct arena *arena;
	VEC(struct gap) gaps;
};

static void
take_gap(void *ctx, const struct database_note *note)
{
	struct gathering *g = ctx;

	if (is_mark(note->kind))
		return;
	*VEC_ADD(&g->gaps) = (struct gap){
		.node = arena_dup(g->arena, note->node),
		.kind = arena_dup(g->arena, note->kind),
		.text = arena_dup(g->arena, note->text),
		.period = note->period,
		.count = note->count,
	};
}

int
figures_gaps(struct figures *f, struct gaps *ret)
{
	struct gathering g = { .arena = f->arena };
	int result = database_read_notes(f->reader, f->query.period,
	                                 f->query.node, take_gap, &g);

	ret->n = g.gaps.n;
	ret->list = ARENA_ARRAY(f->arena, struct gap, g.gaps.n + 1);
	for (size_t i = 0; i < g.gaps.n; i++)
		ret->list[i] = g.gaps.list[g.gaps.n - 1 - i];
	VEC_DONE(&g.gaps);
	return result;
}
