/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/call.h"

#include "base/clock.h"

enum {
	CALL_OPEN, /* not run yet, or an answer is missing */
	CALL_FALSE,
	CALL_TRUE,
};

enum { UNANSWERED_MAX = 20 }; /* names, for people */

static bool
run(struct evaluation *ev, const struct set_call *c)
{
	struct cost *cost = &ev->rs->costs->list[c->rule];
	struct sv text;
	int64_t before_ns;
	bool hit;

	if (!ev->is_measured)
		return eval_run(ev->evals, c->call, &text);
	before_ns = clock_cpu_ns();
	hit = eval_run(ev->evals, c->call, &text);
	cost_add(&cost->cpu_ns, (uint64_t)(clock_cpu_ns() - before_ns));
	cost_add(&cost->decided, 1);
	return hit;
}

static bool
asks(const struct evaluation *ev, const struct set_call *c)
{
	return ev->said && eval_source(c->call) == EVAL_NETWORK;
}

/* Runs those that are open; returns how many still are. */
static size_t
run_open(struct evaluation *ev)
{
	size_t n_open = 0;

	for (size_t i = 0; i < ev->rs->calls.n; i++) {
		const struct set_call *c = &ev->rs->calls.list[i];

		if (ev->said[i] != CALL_OPEN || !asks(ev, c) ||
		    !evaluation_wants(ev, c->rule))
			continue;
		if (run(ev, c))
			ev->said[i] = CALL_TRUE;
		else if (!eval_is_open(ev->evals))
			ev->said[i] = CALL_FALSE;
		else
			n_open++;
	}
	return n_open;
}

/* What rules captured, for questions. */
static bool
captured(void *ctx, struct sv name, size_t index, struct sv *ret)
{
	struct evaluation *ev = ctx;

	return ev->rs->captures.n &&
	       capture_tags_value(evaluation_tags(ev), name, index, ret);
}

void
calls_ask(struct evaluation *ev)
{
	if (!ev->job->lookup)
		return;
	eval_set_lookup(ev->evals, ev->job->lookup, ev->job->facts);
	if (ev->rs->captures.n == 0)
		eval_set_captured(ev->evals, captured, ev);
	ev->said = ARENA_ARRAY(ev->arena, uint8_t, ev->rs->calls.n + 1);
	ev->n_open = run_open(ev);
}

/* Facts and functions go on as far as they can; whether all have come to an
 * end. */
static bool
go_on(struct evaluation *ev)
{
	bool known = !ev->job->facts || facts_step(ev->job->facts);

	if (ev->n_open)
		ev->n_open = run_open(ev);
	return known && !ev->n_open;
}

void
calls_wait(struct evaluation *ev)
{
	const struct rule_job *job = ev->job;
	int64_t before_us = clock_mono_us();
	bool done;

	if (ev->n_open && ev->rs->captures.n)
		eval_set_captured(ev->evals, captured, ev);
	done = !job->lookup || go_on(ev);
	while (!done && lookup_wait(job->lookup, job->lookup_deadline_mono_us))
		done = go_on(ev);
	if (!done) {
		lookup_end(job->lookup);
		go_on(ev);
	}
	ev->waited_us = clock_mono_us() - before_us;
}

bool
call_is_true(struct evaluation *ev, size_t index)
{
	const struct set_call *c = &ev->rs->calls.list[index];

	return asks(ev, c) ? ev->said[index] == CALL_TRUE : run(ev, c);
}

/* ---- what was not answered ---- */

static bool
has_name(const struct rule_result *result, struct sv name)
{
	for (size_t i = 0; i < result->n_unanswered; i++)
		if (sv_eq(result->unanswered[i], name))
			return true;
	return false;
}

/* That the servers of a name fail is known about it; those of a list leave
 * something unknown. */
static bool
is_unanswered(const struct dns_question *q, const struct dns_answer *answer)
{
	if (answer && answer->status == DNS_FAILED)
		return q->zone.n > 0;
	return !answer || (!dns_is_known(answer->status) &&
	                   answer->status != DNS_OVER_LIMIT);
}

static void
list_unanswered(const struct evaluation *ev, struct rule_result *result)
{
	struct sv *names = ARENA_ARRAY(ev->arena, struct sv, UNANSWERED_MAX);
	const struct dns_question *q;
	const struct dns_answer *answer;
	size_t pos = 0;

	result->unanswered = names;
	while (result->n_unanswered < UNANSWERED_MAX &&
	       lookup_next(ev->job->lookup, &pos, &q, &answer)) {
		struct sv name = q->zone.n ? q->zone : q->name;

		if (is_unanswered(q, answer) && !has_name(result, name))
			names[result->n_unanswered++] = name;
	}
}

void
calls_report(struct evaluation *ev, struct rule_result *result)
{
	if (!ev->job->lookup)
		return;
	list_unanswered(ev, result);
	result->n_refusals = eval_refusals(ev->evals, &result->refusals);
	result->waited_us = ev->waited_us;
}
