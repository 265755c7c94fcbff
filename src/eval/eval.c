/* SPDX-License-Identifier: Apache-2.0 */
/* Settings, workers, and running calls. */
#include "eval/eval.h"

#include <stdlib.h>

#include "base/mem.h"
#include "eval/theme.h"

enum { REMARKS_MAX = 500, REMARK_BYTES_MAX = 4096 };

struct eval_worker {
	struct regex_scratch *scratch;
	struct stopwatch watch; /* of one call */
};

struct eval_worker *
eval_worker_new(void)
{
	struct eval_worker *w = mem_calloc(1, sizeof *w);

	w->scratch = regex_scratch_new(&w->watch);
	return w;
}

void
eval_worker_free(struct eval_worker *w)
{
	if (!w)
		return;
	regex_scratch_free(w->scratch);
	free(w);
}

/* ---- settings ---- */

struct eval_settings *
eval_settings_new(void)
{
	static const struct conf_network nothing;
	struct eval_settings *s = mem_calloc(1, sizeof *s);

	s->arena = arena_new();
	s->ok_locales = " all ";
	for (int i = 0; i < 2; i++)
		s->subjects[i] = globs_new(s->arena);
	plugins_init(s);
	listed_init(s);
	freemail_init(s);
	spoof_init(s);
	history_init(s);
	authres_init(s);
	phishing_init(s);
	ask_init(s);
	s->bounce_relays = globs_new(s->arena);
	s->by_selector = map_new();
	s->by_regex = map_new();
	s->network = network_new(&nothing);
	return s;
}

struct eval_settings *
eval_settings_over(const struct eval_settings *site, struct arena *a)
{
	struct eval_settings *s = mem_alloc(sizeof *s);

	*s = *site;
	s->site = site;
	s->arena = a;
	listed_over(s);
	return s;
}

struct globs *
eval_own_globs(struct eval_settings *s, struct globs **set,
               const struct globs *of_site)
{
	if (s->site && *set == of_site)
		*set = globs_new_over(s->arena, of_site);
	return *set;
}

static void
free_over(struct eval_settings *s)
{
	listed_done(s);
	ask_done(s);
	if (s->bounce_relays != s->site->bounce_relays)
		globs_free(s->bounce_relays);
	for (int i = 0; i < 2; i++)
		if (s->subjects[i] != s->site->subjects[i])
			globs_free(s->subjects[i]);
	free(s);
}

void
eval_settings_free(struct eval_settings *s)
{
	if (!s)
		return;
	if (s->site) {
		free_over(s);
		return;
	}
	for (size_t i = 0; i < s->regexes.n; i++)
		regex_free(s->regexes.list[i]);
	VEC_DONE(&s->regexes);
	VEC_DONE(&s->selectors);
	listed_done(s);
	freemail_done(s);
	authres_done(s);
	phishing_done(s);
	ask_done(s);
	globs_free(s->bounce_relays);
	for (int i = 0; i < 2; i++)
		globs_free(s->subjects[i]);
	map_free(s->by_selector);
	map_free(s->by_regex);
	network_free(s->network);
	arena_free(s->arena);
	free(s);
}

/* ---- calls ---- */

bool
eval_at_least(const struct eval_call *call, size_t i, double value)
{
	return eval_is_undef(call, i) || value >= call->args[i].number;
}

bool
eval_below(const struct eval_call *call, size_t i, double value)
{
	return eval_is_undef(call, i) || value < call->args[i].number;
}

bool
eval_at_most(const struct eval_call *call, size_t i, double value)
{
	return eval_is_undef(call, i) || value <= call->args[i].number;
}

struct eval_job *
eval_begin(const struct eval_settings *s, struct eval_worker *w,
           const struct selector_mail *mail)
{
	static const struct relays none;
	struct eval_job *job = ARENA_NEW(mail->arena, struct eval_job);

	job->settings = s;
	job->worker = w;
	job->mail = mail;
	job->arena = mail->arena;
	job->message = mail->m;
	job->relays = mail->envelope && mail->envelope->relays
	                  ? mail->envelope->relays
	                  : &none;
	regex_set_limits(w->scratch, &s->limits);
	return job;
}

bool
eval_run(struct eval_job *job, const struct eval_call *call,
         struct sv *ret_text)
{
	bool hit;

	job->note = SV("");
	job->is_open = false;
	stopwatch_begin(&job->worker->watch,
	                job->settings->limits.pattern_cpu_max_ms * 1000);
	hit = call->function->run && call->function->run(job, call);
	if (hit)
		ask_note_hit(job, call);
	*ret_text = hit ? job->note : SV("");
	return hit;
}

void
eval_set_lookup(struct eval_job *job, struct lookup *lookup,
                struct facts *facts)
{
	job->lookup = lookup;
	job->outside = facts;
}

void
eval_set_captured(struct eval_job *job, eval_captured *captured, void *ctx)
{
	job->captured = captured;
	job->captured_ctx = ctx;
}

bool
eval_is_open(const struct eval_job *job)
{
	return job->is_open;
}

bool
eval_has_points(const struct eval_call *call)
{
	return call->plugin->points_e4;
}

int64_t
eval_points_e4(struct eval_job *job, const struct eval_call *call,
               int64_t others_e4)
{
	return call->plugin->points_e4(job, call, others_e4);
}

size_t
eval_refusals(const struct eval_job *job, const struct eval_refusal **ret)
{
	*ret = job->refusals;
	return job->n_refusals;
}

bool
eval_find(const struct eval_job *job, const struct regex *regex, struct sv text,
          size_t from, size_t ret_span[2])
{
	return from <= text.n &&
	       regex_run(job->worker->scratch, regex, text, from, text.n, 0,
	                 ret_span) == MATCH_FOUND;
}

struct group {
	struct sv name, text;
};

static void
take_group(void *ctx, struct sv name, struct sv text)
{
	struct group *group = ctx;

	if (sv_eq(name, group->name))
		group->text = text;
}

bool
eval_find_group(const struct eval_job *job, const struct regex *regex,
                struct sv text, size_t from, struct sv group,
                size_t ret_span[2], struct sv *ret_group)
{
	struct group found = { .name = group };
	struct match_groups groups = { take_group, &found };

	if (from > text.n ||
	    regex_run_groups(job->worker->scratch, regex, text, from, 0,
	                     &groups, ret_span) != MATCH_FOUND)
		return false;
	*ret_group = found.text;
	return true;
}

bool
eval_matches(const struct eval_job *job, const struct regex *regex,
             struct sv text)
{
	size_t span[2];

	return eval_find(job, regex, text, 0, span);
}

struct sv
eval_lower(struct eval_job *job, struct sv s)
{
	struct sv copy = arena_dup(job->arena, s);
	char *p = (char *)(uintptr_t)copy.p;

	for (size_t i = 0; i < copy.n; i++)
		p[i] = sv_lower_char(p[i]);
	return copy;
}

void
eval_remark(struct eval_job *job, const char *area, const char *format, ...)
{
	struct buf text = BUF_INIT(REMARK_BYTES_MAX);
	va_list ap;

	if (job->n_remarks == REMARKS_MAX)
		return;
	job->remarks = arena_grow(job->arena, job->remarks,
	                          job->n_remarks * sizeof *job->remarks,
	                          (job->n_remarks + 1) * sizeof *job->remarks);
	va_start(ap, format);
	buf_vaddf(&text, format, ap);
	va_end(ap);
	job->remarks[job->n_remarks++] =
	    (struct eval_remark){ area, arena_dup(job->arena, buf_sv(&text)) };
	buf_done(&text);
}
