/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looking for the patterns of a set in the texts of one message. Gates tell
 * where a match may begin; these places are kept as ranges, a list for each
 * candidate. Memory does not grow with the message: a pattern with too many
 * ranges is judged everywhere.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "match/vectorscan.h"
#include "match/worker.h"

enum {
	MATCHES_PER_CLOCK = 32, /* how often the deadline is looked at */
	RANGES_MAX = 32768,     /* of all patterns */
	BETWEEN_MAX = 400,      /* bytes looked at before a find */
};

struct match_worker *
match_worker_new(void)
{
	struct match_worker *w = mem_calloc(1, sizeof *w);

	w->scratch = regex_scratch_new(&w->for_pattern);
	w->machines = machines_new();
	w->trials = trials_new();
	w->ranges = mem_alloc(RANGES_MAX * sizeof *w->ranges);
	return w;
}

void
match_worker_free(struct match_worker *w)
{
	if (!w)
		return;
	regex_scratch_free(w->scratch);
	machines_free(w->machines);
	trials_free(w->trials);
	vectorscan_scratch_free(w->vectorscan);
	free(w->texts);
	free(w->of);
	free(w->candidates);
	free(w->ranges);
	free(w);
}

/* ---- candidates ---- */

static struct candidate *
take_up(struct match_worker *w, uint32_t index)
{
	struct candidate *c = &w->of[index];

	if (c->stamp != w->stamp)
		*c = (struct candidate){
			.stamp = w->stamp,
			.first = NO_RANGE,
			.last = NO_RANGE,
			.kept_last = NO_RANGE,
			.element = UINT32_MAX,
		};
	return c;
}

static struct candidate *
add_candidate(struct match_worker *w, uint32_t index)
{
	struct candidate *c = take_up(w, index);

	if (!c->is_listed) {
		c->is_listed = true;
		w->candidates[w->n_candidates++] =
		    w->set->patterns.list[index].id;
	}
	return c;
}

static void
add_everywhere(struct match_worker *w, uint32_t index)
{
	add_candidate(w, index)->is_everywhere = true;
}

static bool
extend(struct range *r, uint32_t element, uint32_t from, uint32_t to)
{
	if (r->element != element || from > r->to + 1 || to + 1 < r->from)
		return false;
	r->from = from < r->from ? from : r->from;
	r->to = to > r->to ? to : r->to;
	return true;
}

static void
add_range(struct match_worker *w, struct candidate *c, uint32_t from,
          uint32_t to)
{
	uint16_t new;

	if (c->last != NO_RANGE &&
	    extend(&w->ranges[c->last], w->element, from, to))
		return;
	if (c->n == PATTERN_RANGES_MAX || w->n_ranges == RANGES_MAX) {
		c->is_everywhere = true;
		return;
	}
	new = (uint16_t)w->n_ranges++;
	w->ranges[new] = (struct range){ w->element, from, to, NO_RANGE };
	if (c->last == NO_RANGE)
		c->first = new;
	else
		w->ranges[c->last].next = new;
	c->last = new;
	c->n++;
}

/* Forgets the ranges of an element that did not hold enough. */
static void
drop_ranges(struct match_worker *w, struct candidate *c)
{
	c->last = c->kept_last;
	c->n = c->kept_n;
	if (c->last == NO_RANGE)
		c->first = NO_RANGE;
	else
		w->ranges[c->last].next = NO_RANGE;
}

/* A find where several are needed. Of those at one place one counts, if they
 * follow each other: more do no harm. */
static void
count_copy(struct match_worker *w, const struct gate_item *item,
           struct candidate *c, uint32_t begin)
{
	if (c->element != w->element) {
		if (c->copies < item->copies)
			drop_ranges(w, c);
		c->kept_last = c->last;
		c->kept_n = c->n;
		c->element = w->element;
		c->copies = 0;
	} else if (c->begin == begin) {
		return;
	}
	c->begin = begin;
	if (c->copies < item->copies && ++c->copies == item->copies)
		add_candidate(w, item->index);
}

/* Where the earliest match that reaches up to a find begins: a byte that cannot
 * stand between the two can only be its first one. */
static size_t
earliest(const struct match_worker *w, const struct gate_item *item,
         size_t begin, const struct candidate *c)
{
	size_t from = begin > item->before_max ? begin - item->before_max : 0;
	size_t end = begin > from + BETWEEN_MAX ? begin - BETWEEN_MAX : from;
	const unsigned char *p = (const unsigned char *)w->text.p;
	const struct byte_class *between;

	if (!item->between)
		return from;
	if (c->last != NO_RANGE && w->ranges[c->last].element == w->element &&
	    w->ranges[c->last].from <= from)
		return from; /* nothing would be gained */
	between = &w->gates->between[item->between - 1];
	while (begin > end && byte_class_has(between, p[begin - 1]))
		begin--;
	if (begin == end)
		return from;
	return begin - 1;
}

/* A string or window begins at `begin`. */
static void
on_found(void *ctx, uint32_t item_index, size_t begin)
{
	struct match_worker *w = ctx;
	const struct gate_item *item = &w->gates->items[item_index];
	struct candidate *c;
	size_t from, to;

	if (begin >= PIECE_BYTES) /* it belongs to the next one */
		return;
	begin += w->piece;
	if (begin < item->before_min ||
	    (item->is_anchored && begin > item->before_max) ||
	    w->element < w->set->patterns.list[item->index].skip)
		return;
	if (item->copies > 1) {
		c = take_up(w, item->index);
		count_copy(w, item, c, (uint32_t)begin);
	} else {
		c = add_candidate(w, item->index);
	}
	if (c->is_everywhere)
		return;
	from = earliest(w, item, begin, c);
	to = begin - item->before_min;
	if (from <= to)
		add_range(w, c, (uint32_t)from, (uint32_t)to);
}

/* ---- reading the texts ---- */

/* Leaves out the elements that lie beyond the limits. */
static struct match_text
within_limits(const struct conf_match *limits, struct match_text text,
              unsigned *cut)
{
	size_t element_max = (size_t)limits->element_bytes_max;
	size_t view_max = (size_t)limits->view_bytes_max, seen = 0;

	for (size_t i = 0; i < text.n; i++) {
		if (seen >= view_max) {
			text.n = i;
			*cut |= MATCH_CUT_VIEW;
			break;
		}
		if (text.elements[i].n > element_max)
			*cut |= MATCH_CUT_ELEMENT;
		seen += text.elements[i].n;
	}
	return text;
}

/* Without gates, every pattern of the slot is a candidate. */
static void
add_slot(struct match_worker *w, unsigned slot)
{
	const struct match_set *set = w->set;

	for (uint32_t i = set->begin[slot]; i < set->begin[slot + 1]; i++)
		if (set->codes[i])
			add_everywhere(w, i);
}

bool
worker_look_at_clock(struct match_worker *w)
{
	w->until_clock = MATCHES_PER_CLOCK;
	w->is_late = stopwatch_is_up(&w->for_message) ||
	             (w->job.deadline_mono_us &&
	              clock_mono_us() >= w->job.deadline_mono_us);
	return w->is_late;
}

/* Piece by piece, each with as much of the next one as a string may need.
 * False: there is no more time. */
static bool
read_element(struct match_worker *w, struct sv element)
{
	const struct slot_gates *g = w->gates;

	w->text = element;
	for (w->piece = 0; w->piece < element.n; w->piece += PIECE_BYTES) {
		struct sv text =
		    sv_sub(element, w->piece,
		           w->piece + PIECE_BYTES + GATE_STRING_BYTES_MAX);

		if (g->literals)
			literals_scan(g->literals, &w->vectorscan, text,
			              on_found, w);
		if (g->windows)
			windows_scan(g->windows, text, on_found, w);
		w->read_bytes += text.n;
		if (w->read_bytes >= PIECE_BYTES) {
			w->read_bytes = 0;
			if (worker_look_at_clock(w))
				return false;
		}
	}
	return true;
}

/* False: there was no time to read all of it. */
static bool
read_slot(struct match_worker *w, unsigned slot)
{
	const struct match_text *text = &w->texts[slot];
	const struct slot_gates *g = &w->set->gates[slot];
	size_t longest = 0;

	w->gates = g;
	for (size_t i = 0; i < text->n; i++) {
		struct sv element = worker_element(w, text, i);

		w->element = (uint32_t)i;
		if (element.n > longest)
			longest = element.n;
		if (!read_element(w, element))
			return false;
	}
	if (longest == 0) {
		for (size_t i = 0; i < g->n_on_empty; i++)
			add_everywhere(w, g->on_empty[i]);
		return true;
	}
	for (size_t i = 0; i < g->n_always; i++)
		if (w->set->bytes_min[g->always[i]] <= longest)
			add_everywhere(w, g->always[i]);
	return true;
}

static void
make_room(struct match_worker *w, const struct match_set *set)
{
	if (w->texts_size < set->n_slots) {
		w->texts_size = set->n_slots;
		w->texts =
		    mem_realloc(w->texts, w->texts_size * sizeof *w->texts);
	}
	if (w->patterns_size < set->patterns.n) {
		w->patterns_size = set->patterns.n;
		w->candidates = mem_realloc(
		    w->candidates, w->patterns_size * sizeof(unsigned));
		free(w->of);
		w->of = mem_calloc(w->patterns_size, sizeof *w->of);
		w->stamp = 0;
	}
	if (++w->stamp == 0) {
		memset(w->of, 0, w->patterns_size * sizeof *w->of);
		w->stamp = 1;
	}
}

int64_t
worker_limit_us(const struct match_job *job, int64_t limit_ms)
{
	return limit_ms * 1000 * (job->patience ? job->patience : 1);
}

unsigned
match_begin(struct match_worker *w, const struct match_set *set,
            const struct match_job *job)
{
	unsigned cut = 0;

	make_room(w, set);
	if (w->set_serial != set->serial) {
		machines_begin_set(w->machines, set->n_automata);
		trials_begin_set(w->trials, set->n_automata);
	}
	w->set_serial = set->serial;
	machines_begin(w->machines);
	regex_set_limits(w->scratch, &set->limits);
	w->set = set;
	w->job = *job;
	w->n_candidates = w->n_ranges = 0;
	w->until_clock = 0;
	w->is_late = false;
	stopwatch_begin(&w->for_message,
	                worker_limit_us(job, set->limits.message_cpu_max_ms));
	stopwatch_is_up(&w->for_message);
	for (unsigned slot = 0; slot < set->n_slots; slot++) {
		if (set->begin[slot] == set->begin[slot + 1])
			continue;
		w->texts[slot] =
		    within_limits(&set->limits, job->texts[slot], &cut);
		if (w->texts[slot].n == 0)
			continue;
		if (!set->gates || job->ungated || w->is_late ||
		    !read_slot(w, slot))
			add_slot(w, slot);
	}
	return cut;
}

const unsigned *
match_candidates(const struct match_worker *w, size_t *ret_n)
{
	*ret_n = w->n_candidates;
	return w->candidates;
}
