/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine that runs one pattern after another with PCRE2 and its compiler
 * to machine code. Slow with thousands of rules, simple and exact: what it
 * says is right.
 *
 * Limits of one match: steps, backtracking depth, heap, the stack of compiled
 * code, and the length of the element. Where machine code cannot be made (a
 * kernel that forbids writable and executable memory), PCRE2 interprets.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "match/engine.h"

enum {
	HEAP_MAX_KIB = 64 * 1024, /* of the interpreter, for one match */
	STACK_START_BYTES = 32 * 1024,
	MATCHES_PER_CLOCK = 32, /* how often the deadline is looked at */
};

struct program {
	pcre2_code **codes; /* in the order of the plan; NULL: left out */
};

struct worker {
	pcre2_match_context *context;
	pcre2_match_data *data;
	pcre2_jit_stack *stack;
	size_t stack_bytes;
};

/* One pattern on its way through the elements. */
struct run {
	const struct match_plan *plan;
	const struct match_job *job;
	struct worker *worker;
	unsigned until_clock;
	bool late;
};

static uint32_t
pcre2_options(unsigned flags)
{
	uint32_t options = PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_DUPNAMES;

	if (flags & MATCH_CASELESS)
		options |= PCRE2_CASELESS;
	if (flags & MATCH_MULTILINE)
		options |= PCRE2_MULTILINE;
	if (flags & MATCH_DOTALL)
		options |= PCRE2_DOTALL;
	if (flags & MATCH_EXTENDED)
		options |= PCRE2_EXTENDED;
	return options;
}

static void
report(const struct match_pattern *p, int code, size_t offset,
       struct diags *diags)
{
	char text[256];

	pcre2_get_error_message(code, (PCRE2_UCHAR *)text, sizeof text);
	if (code == PCRE2_ERROR_PATTERN_TOO_LARGE ||
	    code == PCRE2_ERROR_PATTERN_STRING_TOO_LONG)
		diags_add(diags, SEVERITY_WARNING, p->file, p->line,
		          "not supported: rule %s skipped: %s", p->name, text);
	else
		diags_add(diags, SEVERITY_ERROR, p->file, p->line,
		          "rule %s: regular expression: %s, at byte %zu",
		          p->name, text, offset + 1);
}

static pcre2_code *
compile_one(const struct match_pattern *p, pcre2_compile_context *context,
            struct diags *diags)
{
	struct buf regex = BUF_INIT(2 * MATCH_PATTERN_BYTES_MAX);
	pcre2_code *code;
	int error;
	size_t offset;

	match_perl_rewrite(p->regex, p->flags, &regex);
	code = pcre2_compile((PCRE2_SPTR)buf_str(&regex), regex.n,
	                     pcre2_options(p->flags), &error, &offset, context);
	if (code)
		pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	else
		report(p, error, offset, diags);
	buf_done(&regex);
	return code;
}

static void *
compile(const struct match_plan *plan, bool *ok, struct diags *diags)
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	struct program *program = mem_calloc(1, sizeof *program);

	if (!context)
		mem_die("out of memory");
	pcre2_set_newline(context, PCRE2_NEWLINE_LF);
	pcre2_set_max_pattern_length(context, MATCH_PATTERN_BYTES_MAX);
	program->codes = mem_calloc(plan->n + 1, sizeof *program->codes);
	for (size_t i = 0; i < plan->n; i++) {
		program->codes[i] =
		    compile_one(&plan->patterns[i], context, diags);
		ok[i] = program->codes[i] != NULL;
	}
	pcre2_compile_context_free(context);
	return program;
}

static void
release(void *ctx, const struct match_plan *plan)
{
	struct program *program = ctx;

	for (size_t i = 0; i < plan->n; i++)
		pcre2_code_free(program->codes[i]);
	free(program->codes);
	free(program);
}

static void *
worker_new(void)
{
	struct worker *w = mem_calloc(1, sizeof *w);

	w->context = pcre2_match_context_create(NULL);
	w->data = pcre2_match_data_create(1, NULL);
	if (!w->context || !w->data)
		mem_die("out of memory");
	pcre2_set_heap_limit(w->context, HEAP_MAX_KIB);
	return w;
}

static void
worker_free(void *ctx)
{
	struct worker *w = ctx;

	pcre2_jit_stack_free(w->stack);
	pcre2_match_data_free(w->data);
	pcre2_match_context_free(w->context);
	free(w);
}

static void
worker_set_limits(struct worker *w, const struct conf_match *limits)
{
	size_t bytes = (size_t)limits->stack_bytes_max;

	pcre2_set_match_limit(w->context, (uint32_t)limits->steps_max);
	pcre2_set_depth_limit(w->context, (uint32_t)limits->depth_max);
	if (w->stack && w->stack_bytes == bytes)
		return;
	pcre2_jit_stack_free(w->stack);
	w->stack_bytes = bytes;
	w->stack = pcre2_jit_stack_create(
	    bytes < STACK_START_BYTES ? bytes : STACK_START_BYTES, bytes, NULL);
	if (!w->stack)
		mem_die("out of memory");
	pcre2_jit_stack_assign(w->context, NULL, w->stack);
}

static bool
is_late(struct run *r)
{
	if (r->job->deadline_mono_us && !r->late && r->until_clock-- == 0) {
		r->until_clock = MATCHES_PER_CLOCK;
		r->late = clock_mono_us() >= r->job->deadline_mono_us;
	}
	return r->late;
}

/* Counts the matches in one element as Perl's //g does: after an empty match
 * the next one must not be empty at the same place. False: enough. */
static bool
run_element(struct run *r, const pcre2_code *code, size_t element,
            unsigned hits_max, struct match_hit *hit)
{
	struct sv s = sv_sub(r->job->elements[element], 0,
	                     (size_t)r->plan->limits.element_bytes_max);
	const size_t *span = pcre2_get_ovector_pointer(r->worker->data);
	PCRE2_SPTR text = (PCRE2_SPTR)(s.p ? s.p : "");
	uint32_t options = 0;
	size_t offset = 0;

	while (!is_late(r)) {
		int rc = pcre2_match(code, text, s.n, offset, options,
		                     r->worker->data, r->worker->context);
		if (rc == PCRE2_ERROR_NOMATCH)
			return true;
		if (rc < 0) {
			hit->result = MATCH_OVER_LIMIT;
			return true;
		}
		if (hit->count++ == 0) {
			hit->element = element;
			hit->offset = span[0];
			hit->length = span[1] > span[0] ? span[1] - span[0] : 0;
		}
		if (hit->count == hits_max || hit->count == MATCH_COUNT_MAX)
			return false;
		options = span[1] == span[0] ? PCRE2_NOTEMPTY_ATSTART : 0;
		if (span[1] < offset || span[1] < span[0])
			return true; /* \K moved backwards: never twice */
		offset = span[1];
	}
	return false;
}

static void
run_pattern(struct run *r, const struct match_pattern *p,
            const pcre2_code *code)
{
	struct match_hit hit = { .id = p->id, .result = MATCH_FOUND };

	for (size_t i = 0; i < r->job->n; i++)
		if (!run_element(r, code, i, p->hits_max, &hit))
			break;
	if (hit.count)
		hit.result = MATCH_FOUND;
	if (hit.count || hit.result == MATCH_OVER_LIMIT)
		r->job->each(r->job->ctx, &hit);
}

static bool
scan(const void *ctx, const struct match_plan *plan, void *worker,
     const struct match_job *job)
{
	const struct program *program = ctx;
	struct run r = { plan, job, worker, 0, false };

	worker_set_limits(worker, &plan->limits);
	for (size_t i = plan->begin[job->slot]; i < plan->begin[job->slot + 1];
	     i++) {
		const struct match_pattern *p = &plan->patterns[i];

		if (!program->codes[i] || (job->wanted && !job->wanted[p->id]))
			continue;
		run_pattern(&r, p, program->codes[i]);
		if (r.late)
			return false;
	}
	return true;
}

const struct match_engine match_engine_pcre2 = {
	.name = "pcre2",
	.compile = compile,
	.release = release,
	.worker_new = worker_new,
	.worker_free = worker_free,
	.scan = scan,
};
