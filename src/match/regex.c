/* SPDX-License-Identifier: Apache-2.0 */
#include "match/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "match/guard.h"
#include "match/perl.h"

enum {
	HEAP_MAX_KIB = 64 * 1024, /* of the interpreter, for one match */
	STACK_START_BYTES = 32 * 1024,
	REGEX_BYTES_MAX = 8 * MATCH_PATTERN_BYTES_MAX, /* with all we add */
	LOOK_BYTES =
	    1 << 16, /* of text at callouts, until a look at the clock */
};

struct regex_scratch {
	pcre2_match_context *context;
	pcre2_match_data *data;
	pcre2_jit_stack *stack;
	size_t stack_bytes;
	struct stopwatch *watch; /* or NULL */
	int64_t until_look;      /* bytes */
};

/* A regex is a pcre2_code; nobody else needs to know. */
static const pcre2_code *
pcre2_code_of(const struct regex *code)
{
	return (const pcre2_code *)code;
}

static uint32_t
options_of(unsigned flags)
{
	uint32_t options = PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_DUPNAMES |
	                   PCRE2_USE_OFFSET_LIMIT;

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

static bool
is_too_large(int error)
{
	return error == PCRE2_ERROR_PATTERN_TOO_LARGE ||
	       error == PCRE2_ERROR_PATTERN_STRING_TOO_LONG;
}

static void
report(const struct match_pattern *p, int code, size_t offset,
       struct diags *diags)
{
	char text[256];

	pcre2_get_error_message(code, (PCRE2_UCHAR *)text, sizeof text);
	if (is_too_large(code))
		diags_add(diags, SEVERITY_WARNING, p->file, p->line,
		          "not supported: rule %s skipped: %s", p->name, text);
	else
		diags_add(diags, SEVERITY_ERROR, p->file, p->line,
		          "rule %s: regular expression: %s, at byte %zu",
		          p->name, text, offset + 1);
}

/* NULL when the expression is wrong or too large. */
static pcre2_code *
compile(struct sv regex, uint32_t options, int *ret_error, size_t *ret_offset)
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	pcre2_code *code;

	if (!context)
		mem_die("out of memory");
	pcre2_set_newline(context, PCRE2_NEWLINE_LF);
	pcre2_set_max_pattern_length(context, MATCH_PATTERN_BYTES_MAX);
	code = pcre2_compile((PCRE2_SPTR)regex.p, regex.n, options, ret_error,
	                     ret_offset, context);
	pcre2_compile_context_free(context);
	return code;
}

/* The same expression with callouts, or NULL when it needs none. */
static pcre2_code *
compile_guarded(struct sv regex, unsigned flags, bool is_anchored)
{
	struct buf guarded = BUF_INIT(REGEX_BYTES_MAX);
	pcre2_code *code = NULL;
	int error;
	size_t offset;

	switch (guard_rewrite(regex, flags, is_anchored, &guarded)) {
	case GUARD_NONE:
		break;
	case GUARD_CALLOUTS:
		code = compile(buf_sv(&guarded), options_of(flags), &error,
		               &offset);
		break;
	case GUARD_OPAQUE:
		code = compile(regex, options_of(flags) | PCRE2_AUTO_CALLOUT,
		               &error, &offset);
		break;
	}
	buf_done(&guarded);
	return code;
}

/* What is no expression without callouts is none with them. */
static pcre2_code *
compile_perl(struct sv text, unsigned flags, bool is_guarded, int *ret_error,
             size_t *ret_offset)
{
	struct buf regex = BUF_INIT(2 * MATCH_PATTERN_BYTES_MAX);
	pcre2_code *code, *guarded = NULL;

	match_perl_rewrite(text, flags, &regex);
	code =
	    compile(buf_sv(&regex), options_of(flags), ret_error, ret_offset);
	if (code && is_guarded)
		guarded = compile_guarded(
		    buf_sv(&regex), flags,
		    regex_is_anchored((const struct regex *)code));
	if (guarded)
		pcre2_code_free(code);
	buf_done(&regex);
	return guarded ? guarded : code;
}

struct regex *
regex_compile(const struct match_pattern *p, bool is_guarded,
              struct diags *diags)
{
	int error;
	size_t offset;
	pcre2_code *code =
	    compile_perl(p->regex, p->flags, is_guarded, &error, &offset);

	if (!code && is_too_large(error) && p->compact.n)
		code = compile_perl(p->compact, p->flags, is_guarded, &error,
		                    &offset);
	if (code)
		pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	else
		report(p, error, offset, diags);
	return (struct regex *)code;
}

void
regex_free(struct regex *code)
{
	pcre2_code_free((pcre2_code *)code);
}

bool
regex_is_anchored(const struct regex *code)
{
	uint32_t options = 0;

	pcre2_pattern_info(pcre2_code_of(code), PCRE2_INFO_ALLOPTIONS,
	                   &options);
	return options & PCRE2_ANCHORED;
}

bool
regex_begins_line(const struct regex *code)
{
	enum { AT_LINES = 2 };
	uint32_t type = 0;

	pcre2_pattern_info(pcre2_code_of(code), PCRE2_INFO_FIRSTCODETYPE,
	                   &type);
	return type == AT_LINES;
}

/* A look at the clock costs as much as some dozen callouts. On short texts
 * less can happen between two of them. */
static int
on_callout(pcre2_callout_block *block, void *data)
{
	struct regex_scratch *scratch = data;

	scratch->until_look -= (int64_t)block->subject_length;
	if (scratch->until_look > 0)
		return 0;
	scratch->until_look = LOOK_BYTES;
	return stopwatch_is_up(scratch->watch) ? PCRE2_ERROR_CALLOUT : 0;
}

static int
stop_at_callout(pcre2_callout_enumerate_block *block, void *data)
{
	(void)block;
	(void)data;
	return 1;
}

bool
regex_is_guarded(const struct regex *code)
{
	return pcre2_callout_enumerate(pcre2_code_of(code), stop_at_callout,
	                               NULL) == 1;
}

struct regex_scratch *
regex_scratch_new(struct stopwatch *watch)
{
	struct regex_scratch *scratch = mem_calloc(1, sizeof *scratch);

	scratch->context = pcre2_match_context_create(NULL);
	scratch->data = pcre2_match_data_create(1, NULL);
	if (!scratch->context || !scratch->data)
		mem_die("out of memory");
	pcre2_set_heap_limit(scratch->context, HEAP_MAX_KIB);
	scratch->watch = watch;
	if (watch)
		pcre2_set_callout(scratch->context, on_callout, scratch);
	return scratch;
}

void
regex_scratch_free(struct regex_scratch *scratch)
{
	if (!scratch)
		return;
	pcre2_jit_stack_free(scratch->stack);
	pcre2_match_data_free(scratch->data);
	pcre2_match_context_free(scratch->context);
	free(scratch);
}

void
regex_set_limits(struct regex_scratch *scratch, const struct conf_match *limits)
{
	size_t bytes = (size_t)limits->stack_bytes_max;

	pcre2_set_match_limit(scratch->context, (uint32_t)limits->steps_max);
	pcre2_set_depth_limit(scratch->context, (uint32_t)limits->depth_max);
	if (scratch->stack && scratch->stack_bytes == bytes)
		return;
	pcre2_jit_stack_free(scratch->stack);
	scratch->stack_bytes = bytes;
	scratch->stack = pcre2_jit_stack_create(
	    bytes < STACK_START_BYTES ? bytes : STACK_START_BYTES, bytes, NULL);
	if (!scratch->stack)
		mem_die("out of memory");
	pcre2_jit_stack_assign(scratch->context, NULL, scratch->stack);
}

enum match_result
regex_run(struct regex_scratch *scratch, const struct regex *code,
          struct sv text, size_t from, size_t to, unsigned options,
          size_t ret_span[2])
{
	const size_t *span = pcre2_get_ovector_pointer(scratch->data);
	PCRE2_SPTR subject = (PCRE2_SPTR)(text.p ? text.p : "");
	uint32_t pcre2_options =
	    options & REGEX_NO_EMPTY_AT_START ? PCRE2_NOTEMPTY_ATSTART : 0;
	int rc;

	pcre2_set_offset_limit(scratch->context,
	                       to >= text.n ? PCRE2_UNSET : to);
	rc = pcre2_jit_match(pcre2_code_of(code), subject, text.n, from,
	                     pcre2_options, scratch->data, scratch->context);
	if (rc == PCRE2_ERROR_JIT_BADOPTION) /* no machine code */
		rc =
		    pcre2_match(pcre2_code_of(code), subject, text.n, from,
		                pcre2_options, scratch->data, scratch->context);
	if (rc == PCRE2_ERROR_NOMATCH)
		return MATCH_NONE;
	if (rc < 0)
		return MATCH_OVER_LIMIT;
	ret_span[0] = span[0];
	ret_span[1] = span[1];
	return MATCH_FOUND;
}

/* Entries are two bytes of number, the highest first, and the name. */
static void
tell_groups(const struct regex *code, pcre2_match_data *data, struct sv text,
            const struct match_groups *groups)
{
	const size_t *spans = pcre2_get_ovector_pointer(data);
	uint32_t n = 0, bytes = 0;
	PCRE2_SPTR names = NULL;

	pcre2_pattern_info(pcre2_code_of(code), PCRE2_INFO_NAMECOUNT, &n);
	pcre2_pattern_info(pcre2_code_of(code), PCRE2_INFO_NAMEENTRYSIZE,
	                   &bytes);
	pcre2_pattern_info(pcre2_code_of(code), PCRE2_INFO_NAMETABLE, &names);
	for (uint32_t i = 0; i < n; i++, names += bytes) {
		size_t group = (size_t)names[0] << 8 | names[1];
		size_t from = spans[2 * group], to = spans[2 * group + 1];

		if (from != PCRE2_UNSET && from <= to)
			groups->each(groups->ctx,
			             sv_str((const char *)names + 2),
			             sv_sub(text, from, to));
	}
}

enum match_result
regex_run_groups(struct regex_scratch *scratch, const struct regex *code,
                 struct sv text, size_t from, unsigned options,
                 const struct match_groups *groups, size_t ret_span[2])
{
	pcre2_match_data *data =
	    pcre2_match_data_create_from_pattern(pcre2_code_of(code), NULL);
	int rc;

	pcre2_set_offset_limit(scratch->context, PCRE2_UNSET);
	rc = pcre2_match(
	    pcre2_code_of(code), (PCRE2_SPTR)(text.p ? text.p : ""), text.n,
	    from,
	    options & REGEX_NO_EMPTY_AT_START ? PCRE2_NOTEMPTY_ATSTART : 0,
	    data, scratch->context);
	if (rc > 0) {
		memcpy(ret_span, pcre2_get_ovector_pointer(data),
		       2 * sizeof *ret_span);
		tell_groups(code, data, text, groups);
	}
	pcre2_match_data_free(data);
	return rc > 0                      ? MATCH_FOUND
	       : rc == PCRE2_ERROR_NOMATCH ? MATCH_NONE
	                                   : MATCH_OVER_LIMIT;
}
