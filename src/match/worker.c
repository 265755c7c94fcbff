/* SPDX-License-Identifier: Apache-2.0 */
/* Looking for the patterns of a set in the texts of one message. */
#include <stdlib.h>

#include "base/clock.h"
#include "match/set.h"

enum { MATCHES_PER_CLOCK = 32 }; /* how often the deadline is looked at */

struct match_worker {
	struct regex_scratch *scratch;
	const struct match_set *set;
	struct match_job job;
	struct match_text *texts; /* by slot, within the limits */
	size_t texts_size;
	unsigned *candidates; /* ids */
	size_t n_candidates, candidates_size;
	unsigned until_clock;
	bool is_late;
};

struct match_worker *
match_worker_new(void)
{
	struct match_worker *w = mem_calloc(1, sizeof *w);

	w->scratch = regex_scratch_new();
	return w;
}

void
match_worker_free(struct match_worker *w)
{
	if (!w)
		return;
	regex_scratch_free(w->scratch);
	free(w->texts);
	free(w->candidates);
	free(w);
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

static void
make_room(struct match_worker *w, const struct match_set *set)
{
	if (w->texts_size < set->n_slots) {
		w->texts_size = set->n_slots;
		w->texts =
		    mem_realloc(w->texts, w->texts_size * sizeof *w->texts);
	}
	if (w->candidates_size < set->patterns.n) {
		w->candidates_size = set->patterns.n;
		w->candidates = mem_realloc(
		    w->candidates, w->candidates_size * sizeof(unsigned));
	}
}

static void
add_slot(struct match_worker *w, unsigned slot)
{
	const struct match_set *set = w->set;

	if (w->texts[slot].n == 0)
		return;
	for (uint32_t i = set->begin[slot]; i < set->begin[slot + 1]; i++)
		if (set->codes[i])
			w->candidates[w->n_candidates++] =
			    set->patterns.list[i].id;
}

unsigned
match_begin(struct match_worker *w, const struct match_set *set,
            const struct match_job *job)
{
	unsigned cut = 0;

	make_room(w, set);
	regex_set_limits(w->scratch, &set->limits);
	w->set = set;
	w->job = *job;
	w->n_candidates = 0;
	w->until_clock = 0;
	w->is_late = false;
	for (unsigned slot = 0; slot < set->n_slots; slot++) {
		if (set->begin[slot] == set->begin[slot + 1])
			continue;
		w->texts[slot] =
		    within_limits(&set->limits, job->texts[slot], &cut);
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

/* ---- judging ---- */

static bool
is_late(struct match_worker *w)
{
	if (w->job.deadline_mono_us && !w->is_late && w->until_clock-- == 0) {
		w->until_clock = MATCHES_PER_CLOCK;
		w->is_late = clock_mono_us() >= w->job.deadline_mono_us;
	}
	return w->is_late;
}

/* One pattern on its way through the elements. */
struct run {
	struct match_worker *worker;
	const struct match_pattern *pattern;
	const struct regex *code;
	enum match_result result;
	struct match_hit hit;
};

/* Counts the matches in one element as Perl's //g does: after an empty match
 * the next one must not be empty at the same place. False: enough. */
static bool
run_element(struct run *r, size_t index, struct sv element)
{
	unsigned options = 0;
	size_t offset = 0, span[2];

	while (!is_late(r->worker)) {
		enum match_result result =
		    regex_run(r->worker->scratch, r->code, element, offset,
		              element.n, options, span);

		if (result != MATCH_FOUND) {
			if (result != MATCH_NONE)
				r->result = result;
			return true;
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
	}
	r->result = MATCH_LATE;
	return false;
}

enum match_result
match_decide(struct match_worker *w, unsigned id, struct match_hit *ret_hit)
{
	const struct match_set *set = w->set;
	uint32_t index = set->index_of[id];
	struct run r = { .worker = w };
	struct match_text text;

	if (index == MATCH_NO_INDEX)
		return MATCH_NONE;
	r.pattern = &set->patterns.list[index];
	r.code = set->codes[index];
	text = w->texts[r.pattern->slot];
	for (size_t i = r.pattern->skip; i < text.n; i++)
		if (!run_element(&r, i,
		                 sv_sub(text.elements[i], 0,
		                        (size_t)set->limits.element_bytes_max)))
			break;
	if (!r.hit.count)
		return r.result;
	*ret_hit = r.hit;
	return MATCH_FOUND;
}
