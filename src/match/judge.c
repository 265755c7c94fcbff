/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deciding: of a candidate PCRE2 is asked where a match may begin, slice by
 * slice, with a look at the clock in between; before that, where it saves time,
 * its automaton.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "match/worker.h"

enum {
	SLICE_WORK =
	    1 << 16,         /* of the first: places to begin at, times bytes */
	SLICE_SHORT_US = 50, /* then the next one is longer */
	SLICE_LONG_US = 500, /* and then shorter */
	STARTS_WORK_MAX = 1 << 20, /* a start can cost a look at all bytes */
	/* between two looks at the clock */
	LOOK_WORK = 1 << 18, /* elements tried, bytes times bytes */
	LONG_BYTES = 4096,   /* an element before which the clock is started */
	PLACES_MANY = 100,   /* to begin at, so that a machine is asked first */
};

static bool
is_late(struct match_worker *w)
{
	return w->is_late || (w->until_clock-- == 0 && worker_look_at_clock(w));
}

/* One pattern on its way through the elements. */
struct run {
	struct match_worker *worker;
	const struct match_pattern *pattern;
	const struct regex *code;
	const struct windows *starts;    /* or NULL */
	const struct automata *automata; /* of which, before PCRE2, ... */
	enum trial_way way;              /* ... this one is asked */
	struct stretch stretch;          /* of every match; n 0: none of use */
	bool is_sliced, begins_line;
	size_t seen_work; /* since the last look at the clock */
	enum match_result result;
	struct match_hit hit;
};

static size_t
first_slice(struct sv element)
{
	return SLICE_WORK / (element.n + 1) + 1;
}

static size_t
next_slice(size_t slice, int64_t lap_us)
{
	if (lap_us < SLICE_SHORT_US)
		return slice * 2;
	return lap_us > SLICE_LONG_US ? slice / 4 + 1 : slice;
}

/* The leftmost match that begins in [from, to], in slices: what one slice can
 * cost is bounded, and after each the clock is looked at. */
static enum match_result
run_slices(const struct run *r, struct sv element, size_t from, size_t to,
           unsigned options, size_t ret_span[2])
{
	struct match_worker *w = r->worker;
	size_t slice = r->is_sliced ? first_slice(element) : SIZE_MAX;
	enum match_result result;
	int64_t lap_us;

	for (;;) {
		size_t end = to - from <= slice ? to : from + slice;

		result = regex_run(w->scratch, r->code, element, from, end,
		                   options, ret_span);
		if (result != MATCH_NONE || end == to)
			return result;
		if (stopwatch_lap(&w->for_pattern, &lap_us))
			return MATCH_OVER_LIMIT;
		slice = next_slice(slice, lap_us);
		from = end + 1;
		options = 0; /* they are about the place where it began */
	}
}

/* The first beginning of a line in [from, to]; behind `to` when there is none.
 */
static size_t
next_line(struct sv element, size_t from, size_t to)
{
	size_t n = to < element.n ? to : element.n;
	const char *newline;

	if (from == 0 || from > n)
		return from;
	newline = memchr(element.p + from - 1, '\n', n - (from - 1));
	return newline ? (size_t)(newline + 1 - element.p) : to + 1;
}

/* The first place in [from, to] where a match may begin; or SV_NOT_FOUND. */
static size_t
next_place(const struct run *r, struct sv element, size_t from, size_t to)
{
	return r->way == TRIAL_HEAD
	           ? machine_next_begin(r->worker->machines, r->automata,
	                                element, from, to)
	           : windows_next(r->starts, element, from, to);
}

/* The same, of a search that began at `begin`. */
static size_t
next_start(const struct run *r, struct sv element, size_t begin, size_t from,
           size_t to)
{
	if (!r->begins_line)
		return next_place(r, element, from, to);
	for (; from <= to && from <= element.n; from++) {
		if (from != begin)
			from = next_line(element, from, to);
		if (from <= to &&
		    next_place(r, element, from, from) != SV_NOT_FOUND)
			return from;
	}
	return SV_NOT_FOUND;
}

/* The same as run_slices(), but only at places where a match can begin. A piece
 * of text without any of them counts as a slice. */
static enum match_result
run_starts(const struct run *r, struct sv element, size_t from, size_t to,
           unsigned options, size_t ret_span[2])
{
	struct match_worker *w = r->worker;
	size_t slice = first_slice(element), n = 0, begin = from;
	size_t slice_max = STARTS_WORK_MAX / (element.n + 1) + 1;
	int64_t lap_us;

	while (from <= to) {
		size_t end = to - from <= PIECE_BYTES ? to : from + PIECE_BYTES;
		size_t at = next_start(r, element, begin, from, end);
		bool is_start = at != SV_NOT_FOUND;

		if (is_start) {
			enum match_result result =
			    regex_run(w->scratch, r->code, element, at, at,
			              at == begin ? options : 0, ret_span);

			if (result != MATCH_NONE)
				return result;
			end = at;
			n++;
		}
		from = end + 1;
		if (from > to || (is_start && n < slice))
			continue;
		if (stopwatch_lap(&w->for_pattern, &lap_us))
			return MATCH_OVER_LIMIT;
		slice = next_slice(slice, lap_us);
		if (slice > slice_max)
			slice = slice_max;
		n = 0;
	}
	return MATCH_NONE;
}

static enum match_result
run_once(const struct run *r, struct sv element, size_t from, size_t to,
         unsigned options, size_t ret_span[2])
{
	return r->starts || r->way == TRIAL_HEAD
	           ? run_starts(r, element, from, to, options, ret_span)
	           : run_slices(r, element, from, to, options, ret_span);
}

/* Whether there is time for the next element. */
static bool
go_on(struct run *r, struct sv element)
{
	r->seen_work += element.n * element.n;
	if (r->seen_work < LOOK_WORK)
		return true;
	r->seen_work = 0;
	if (!stopwatch_is_up(&r->worker->for_pattern))
		return true;
	r->result = MATCH_OVER_LIMIT;
	return false;
}

/* Counts the matches in one element as Perl's //g does: after an empty match
 * the next one must not be empty at the same place. The first one begins in
 * [from, to]. False: enough. */
static bool
run_element(struct run *r, size_t index, struct sv element, size_t from,
            size_t to)
{
	unsigned options = 0;
	size_t offset = from, span[2];

	if (element.n >= LONG_BYTES && !r->worker->for_pattern.mono_us)
		stopwatch_is_up(&r->worker->for_pattern);
	while (!is_late(r->worker)) {
		enum match_result result =
		    run_once(r, element, offset, to, options, span);

		if (result != MATCH_FOUND) {
			if (result != MATCH_NONE)
				r->result = result;
			return go_on(r, element);
		}
		if (r->hit.count++ == 0) {
			r->hit.element = index;
			r->hit.offset = span[0];
			r->hit.length =
			    span[1] > span[0] ? span[1] - span[0] : 0;
		}
		if (r->hit.count == r->pattern->hits_max ||
		    r->hit.count == MATCH_COUNT_MAX)
			return false;
		options = span[1] == span[0] ? REGEX_NO_EMPTY_AT_START : 0;
		if (span[1] < offset || span[1] < span[0])
			return true; /* \K moved backwards: never twice */
		offset = span[1];
		to = element.n;
	}
	r->result = MATCH_LATE;
	return false;
}

/* False: no match begins at `from` or later, and PCRE2 need not be asked. */
static bool
may_match(const struct run *r, struct sv element, size_t from)
{
	if (r->stretch.n && !stretch_is_in(&r->stretch, element, from))
		return false;
	return r->way != TRIAL_WHOLE ||
	       machine_may_match(r->worker->machines, r->automata, element);
}

/* A machine has read an element for nothing. False: there is no time for the
 * next one. */
static bool
pass_over(struct run *r, struct sv element)
{
	if (element.n >= LONG_BYTES)
		r->worker->until_clock = 0;
	if (!is_late(r->worker))
		return go_on(r, element);
	r->result = MATCH_LATE;
	return false;
}

static bool
is_enough(const struct run *r)
{
	return r->pattern->one_element && r->hit.count > 0;
}

static void
run_everywhere(struct run *r, const struct match_text *text)
{
	for (size_t i = r->pattern->skip; i < text->n; i++) {
		struct sv element = worker_element(r->worker, text, i);
		bool more = may_match(r, element, 0)
		                ? run_element(r, i, element, 0, element.n) &&
		                      !is_enough(r)
		                : pass_over(r, element);

		if (!more)
			return;
	}
}

static int
compare_ranges(const void *a, const void *b)
{
	const struct range *ra = a, *rb = b;

	if (ra->element != rb->element)
		return ra->element < rb->element ? -1 : 1;
	return ra->from < rb->from ? -1 : ra->from > rb->from;
}

/* Those of one element; its first one is at `i`. Returns the next one's. */
static size_t
skip_element(const struct range *ranges, size_t n, size_t i)
{
	uint32_t element = ranges[i].element;

	while (i < n && ranges[i].element == element)
		i++;
	return i;
}

static size_t
count_places(const struct range *ranges, size_t n)
{
	size_t places = 0;

	for (size_t i = 0; i < n; i++)
		places += ranges[i].to - ranges[i].from + 1;
	return places;
}

/* False: enough. The first match is wanted: the ranges of an element are tried
 * in order. Or all are: then only where the first one may begin is of use. */
static bool
run_ranges_of(struct run *r, struct sv element, const struct range *ranges,
              size_t n)
{
	bool only_first = r->pattern->hits_max == 1;
	size_t places =
	    only_first ? count_places(ranges, n) : element.n - ranges[0].from;

	if (places > PLACES_MANY && !may_match(r, element, ranges[0].from))
		return pass_over(r, element);
	for (size_t i = 0; i < n; i++) {
		if (!run_element(r, ranges[i].element, element, ranges[i].from,
		                 only_first ? ranges[i].to : element.n) ||
		    is_enough(r))
			return false;
		if (!only_first || r->result == MATCH_OVER_LIMIT)
			break;
	}
	return true;
}

static void
run_ranges(struct run *r, const struct match_text *text,
           const struct candidate *c)
{
	struct range ranges[PATTERN_RANGES_MAX];
	size_t n = 0, end;

	for (uint16_t i = c->first; i != NO_RANGE;
	     i = r->worker->ranges[i].next)
		ranges[n++] = r->worker->ranges[i];
	if (n > 1)
		qsort(ranges, n, sizeof *ranges, compare_ranges);
	for (size_t i = 0; i < n; i = end) {
		struct sv element =
		    worker_element(r->worker, text, ranges[i].element);

		end = skip_element(ranges, n, i);
		if (!run_ranges_of(r, element, ranges + i, end - i))
			return;
	}
}

static void
run_candidate(struct run *r, const struct candidate *c)
{
	const struct match_text *text = &r->worker->texts[r->pattern->slot];

	if (c->is_everywhere)
		run_everywhere(r, text);
	else
		run_ranges(r, text, c);
}

static void
begin_clock(struct match_worker *w)
{
	int64_t limit_ms = w->set->limits.pattern_cpu_max_ms;

	stopwatch_begin(&w->for_pattern, worker_limit_us(&w->job, limit_ms));
}

/* Decides in all ways, by turns: what they find is the same. Each has as much
 * time as one alone would have. */
static void
run_trial(struct run *r, const struct candidate *c, enum trial_way first)
{
	struct match_worker *w = r->worker;
	const struct run fresh = *r;

	for (unsigned i = 0; i < TRIAL_WAYS; i++) {
		enum trial_way way = (first + i) % TRIAL_WAYS;
		int64_t begin_ns;

		if (!trial_has_way(r->automata, way))
			continue;
		*r = fresh;
		r->way = way;
		begin_clock(w);
		begin_ns = clock_cpu_ns();
		run_candidate(r, c);
		if (r->result != MATCH_NONE) /* there is no more time */
			return;
		trial_note(w->trials, r->automata, way,
		           clock_cpu_ns() - begin_ns);
	}
	if (trial_end(w->trials, r->automata)) /* not all are needed further */
		machines_forget(w->machines, r->automata);
}

/* With its automata, if that is the faster way. */
static void
run_faster_way(struct run *r, const struct candidate *c)
{
	enum trial_way way;

	if (!r->automata) {
		run_candidate(r, c);
	} else if (trial_is_on(r->worker->trials, r->automata, &way)) {
		run_trial(r, c, way);
	} else {
		r->way = way;
		run_candidate(r, c);
	}
}

/* NULL: the message holds nothing of the pattern. */
static const struct candidate *
begin_candidate(struct match_worker *w, unsigned id, struct run *ret)
{
	const struct match_set *set = w->set;
	const struct candidate *c;
	uint32_t index;

	if (!match_set_has(set, id))
		return NULL;
	index = set->index_of[id];
	c = &w->of[index];
	if (c->stamp != w->stamp || !c->is_listed)
		return NULL;
	*ret = (struct run){
		.worker = w,
		.pattern = &set->patterns.list[index],
		.code = set->codes[index],
		.starts = w->job.ungated ? NULL : set->starts[index],
		.automata = w->job.ungated ? NULL : set->automata[index],
		.is_sliced = set->is_sliceable[index],
		.stretch = w->job.ungated ? (struct stretch){ .n = 0 }
		                          : set->stretches[index],
		.begins_line = set->begins_line[index],
	};
	begin_clock(w);
	return c;
}

static enum match_result
end_run(struct run *r, struct match_hit *ret_hit)
{
	if (!r->hit.count)
		return r->result;
	r->hit.is_uncertain = r->result == MATCH_OVER_LIMIT;
	*ret_hit = r->hit;
	return MATCH_FOUND;
}

enum match_result
match_decide(struct match_worker *w, unsigned id, struct match_hit *ret_hit)
{
	struct run r;
	const struct candidate *c = begin_candidate(w, id, &r);

	if (!c)
		return MATCH_NONE;
	run_faster_way(&r, c);
	if (w->for_pattern.mono_us || w->for_pattern.lap_us) /* it took long */
		w->until_clock = 0;
	return end_run(&r, ret_hit);
}

/* ---- out of the ordinary ---- */

enum match_result
match_text_decide(struct match_worker *w, unsigned id, struct sv text)
{
	const struct match_set *set = w->set;
	struct run r = { .worker = w };
	uint32_t index;

	if (!match_set_has(set, id))
		return MATCH_NONE;
	index = set->index_of[id];
	r.pattern = &set->patterns.list[index];
	r.code = set->codes[index];
	r.is_sliced = set->is_sliceable[index];
	text = sv_sub(text, 0, (size_t)set->limits.element_bytes_max);
	begin_clock(w);
	run_element(&r, 0, text, 0, text.n);
	return r.hit.count ? MATCH_FOUND : r.result;
}

/* False: enough. */
static bool
run_groups(struct run *r, struct sv element, const struct match_groups *groups)
{
	size_t offset = 0, span[2];
	unsigned options = 0;

	while (!is_late(r->worker)) {
		enum match_result result =
		    regex_run_groups(r->worker->scratch, r->code, element,
		                     offset, options, groups, span);

		if (result != MATCH_FOUND || span[1] < offset ||
		    span[1] < span[0])
			return true;
		r->result = MATCH_FOUND;
		if (++r->hit.count == r->pattern->hits_max ||
		    r->hit.count == MATCH_COUNT_MAX)
			return false;
		options = span[1] == span[0] ? REGEX_NO_EMPTY_AT_START : 0;
		offset = span[1];
	}
	return false;
}

enum match_result
match_decide_groups(struct match_worker *w, unsigned id,
                    const struct match_groups *groups)
{
	const struct match_text *text;
	struct run r;

	if (!begin_candidate(w, id, &r))
		return MATCH_NONE;
	text = &w->texts[r.pattern->slot];
	for (size_t i = r.pattern->skip; i < text->n; i++)
		if (!run_groups(&r, worker_element(w, text, i), groups) ||
		    is_enough(&r))
			break;
	return r.result;
}

enum match_result
match_decide_once(struct match_worker *w, const struct match_pattern *p,
                  struct match_hit *ret_hit)
{
	struct diags diags = DIAGS_INIT;
	struct regex *code = regex_compile(p, true, &diags);
	struct run r = { .worker = w, .pattern = p, .code = code };

	diags_done(&diags);
	if (!code)
		return MATCH_NONE;
	begin_clock(w);
	run_everywhere(&r, &w->texts[p->slot]);
	regex_free(code);
	return end_run(&r, ret_hit);
}
