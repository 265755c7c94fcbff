/* SPDX-License-Identifier: Apache-2.0 */
#include "regexes.h"

#ifdef HAVE_VECTORSCAN
#include <hs.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "match/perl.h"
#include "match/set.h"

enum kind { KIND_REFUSED, KIND_EXACT, KIND_PREFILTER, KIND_TOO_SLOW };

enum { TAG_DEPTH = 8 };

struct regexes {
	const struct match_set *set;
	struct match_worker *worker;
	hs_scratch_t *scratch;
	hs_database_t **databases; /* by slot */
	unsigned char *kinds;      /* by index, of enum kind */
	unsigned *stamps;          /* by index: the message it matched in */
	unsigned stamp;
	unsigned *found; /* indexes that matched, each once */
	size_t n_found;
	struct match_set *rest; /* what is left to the gates */
	struct match_worker *rest_worker;
};

/* ---- what it can take ---- */

static unsigned
hs_flags(const struct match_pattern *p, enum kind kind)
{
	unsigned flags = HS_FLAG_SINGLEMATCH | HS_FLAG_ALLOWEMPTY;

	if (p->flags & MATCH_CASELESS)
		flags |= HS_FLAG_CASELESS;
	if (p->flags & MATCH_MULTILINE)
		flags |= HS_FLAG_MULTILINE;
	if (p->flags & MATCH_DOTALL)
		flags |= HS_FLAG_DOTALL;
	if (kind == KIND_PREFILTER)
		flags |= HS_FLAG_PREFILTER;
	return flags;
}

/* The text of a tag that the rules defined at the end of the expression: see
 * rule/tags.c. */
static struct sv
tag_text(struct sv regex, unsigned long number)
{
	char open[60], next[60];
	size_t begin, end;

	snprintf(open, sizeof open, "(?(DEFINE)(?<_tag%lu>", number);
	snprintf(next, sizeof next, "))(?(DEFINE)(?<_tag%lu>", number + 1);
	begin = sv_find(regex, sv_str(open));
	if (begin == SV_NOT_FOUND)
		return SV_NONE;
	regex = sv_from(regex, begin + strlen(open));
	end = sv_find(regex, sv_str(next));
	return sv_sub(regex, 0, end == SV_NOT_FOUND ? regex.n - 2 : end);
}

/* Copies `part` of the expression with the text of tags in their places:
 * Vectorscan knows no groups that are called. */
static void
add_expanded(struct buf *out, struct sv part, struct sv regex, unsigned depth)
{
	static const struct sv call = SV("(?&_tag");
	size_t at;

	while ((at = sv_find(part, call)) != SV_NOT_FOUND &&
	       depth < TAG_DEPTH) {
		size_t end = sv_find(sv_from(part, at), SV(")"));

		buf_add(out, sv_sub(part, 0, at));
		buf_add_str(out, "(?:");
		add_expanded(
		    out,
		    tag_text(regex, strtoul(part.p + at + call.n, NULL, 10)),
		    regex, depth + 1);
		buf_add_char(out, ')');
		part = sv_from(part, at + end + 1);
	}
	buf_add(out, part);
}

/* The expression as a C string, to be freed. */
static char *
hs_text(const struct match_pattern *p)
{
	struct buf b = BUF_INIT(4 * MATCH_PATTERN_BYTES_MAX);
	struct buf regex = BUF_INIT(4 * MATCH_PATTERN_BYTES_MAX);
	size_t tags = sv_find(p->regex, SV("(?(DEFINE)(?<_tag0>"));

	if (p->flags & MATCH_EXTENDED)
		buf_add_str(&b, "(?x)");
	add_expanded(&regex, sv_sub(p->regex, 0, tags), p->regex, 0);
	match_perl_rewrite(buf_sv(&regex), p->flags, &b);
	buf_done(&regex);
	if (memchr(buf_str(&b), 0, b.n))
		buf_reset(&b); /* the API takes C strings: refused below */
	buf_add_char(&b, '\0');
	return buf_take(&b);
}

static enum kind
try_one(const struct match_pattern *p)
{
	static const enum kind kinds[] = { KIND_EXACT, KIND_PREFILTER };
	char *text = hs_text(p);
	enum kind result = KIND_REFUSED;

	for (size_t i = 0; i < 2 && !result && *text; i++) {
		hs_database_t *db = NULL;
		hs_compile_error_t *error = NULL;

		if (hs_compile(text, hs_flags(p, kinds[i]), HS_MODE_BLOCK, NULL,
		               &db, &error) == HS_SUCCESS)
			result = kinds[i];
		hs_free_compile_error(error);
		hs_free_database(db);
	}
	free(text);
	return result;
}

/* Tries the patterns from `i` on and writes a byte for each; dies by SIGPROF
 * when one takes longer than the budget. */
static _Noreturn void
try_in_child(const struct match_set *set, size_t i, unsigned budget_ms, int fd)
{
	struct itimerval timer = { .it_value = { budget_ms / 1000,
		                                 budget_ms % 1000 * 1000 } };

	for (; i < set->patterns.n; i++) {
		unsigned char kind;

		setitimer(ITIMER_PROF, &timer, NULL);
		kind = (unsigned char)try_one(&set->patterns.list[i]);
		if (write(fd, &kind, 1) != 1)
			break;
	}
	_exit(0);
}

static void
try_all(struct regexes *r, unsigned budget_ms)
{
	size_t i = 0;

	while (i < r->set->patterns.n) {
		int pipe_fds[2];
		pid_t child;

		if (pipe(pipe_fds) || (child = fork()) < 0)
			mem_die("no child for trials");
		if (child == 0)
			try_in_child(r->set, i, budget_ms, pipe_fds[1]);
		close(pipe_fds[1]);
		while (i < r->set->patterns.n &&
		       read(pipe_fds[0], &r->kinds[i], 1) == 1)
			i++;
		close(pipe_fds[0]);
		waitpid(child, NULL, 0);
		if (i < r->set->patterns.n)
			r->kinds[i++] = KIND_TOO_SLOW;
	}
}

/* ---- databases ---- */

static void
compile_slot(struct regexes *r, unsigned slot, struct regexes_build *build)
{
	const struct match_set *set = r->set;
	uint32_t begin = set->begin[slot], end = set->begin[slot + 1];
	char **texts = mem_calloc(end - begin + 1, sizeof *texts);
	unsigned *flags = mem_calloc(end - begin + 1, sizeof *flags);
	unsigned *ids = mem_calloc(end - begin + 1, sizeof *ids);
	hs_compile_error_t *error = NULL;
	unsigned n = 0;
	size_t bytes;

	for (uint32_t i = begin; i < end; i++) {
		if (r->kinds[i] != KIND_EXACT && r->kinds[i] != KIND_PREFILTER)
			continue;
		texts[n] = hs_text(&set->patterns.list[i]);
		flags[n] = hs_flags(&set->patterns.list[i], r->kinds[i]);
		ids[n++] = i;
	}
	if (n && hs_compile_multi((const char *const *)texts, flags, ids, n,
	                          HS_MODE_BLOCK, NULL, &r->databases[slot],
	                          &error) != HS_SUCCESS)
		mem_die(error->message);
	if (n && (hs_alloc_scratch(r->databases[slot], &r->scratch) ||
	          hs_database_size(r->databases[slot], &bytes)))
		mem_die("no scratch");
	build->database_bytes += n ? bytes : 0;
	while (n)
		free(texts[--n]);
	free(texts);
	free(flags);
	free(ids);
}

/* What it cannot take goes through our own gates. */
static void
compile_rest(struct regexes *r, struct regexes_build *build)
{
	struct diags diags = DIAGS_INIT;

	r->rest = match_set_new(match_engine_find("gates"), &r->set->limits);
	for (uint32_t i = 0; i < r->set->patterns.n; i++) {
		build->exact += r->kinds[i] == KIND_EXACT;
		build->prefiltered += r->kinds[i] == KIND_PREFILTER;
		build->refused += r->kinds[i] == KIND_REFUSED;
		build->too_slow += r->kinds[i] == KIND_TOO_SLOW;
		if (r->kinds[i] == KIND_REFUSED || r->kinds[i] == KIND_TOO_SLOW)
			match_set_add(r->rest, &r->set->patterns.list[i]);
	}
	match_set_compile(r->rest, &diags);
	diags_done(&diags);
}

struct regexes *
regexes_new(const struct match_set *set, unsigned budget_ms,
            struct regexes_build *ret_build)
{
	struct regexes *r = mem_calloc(1, sizeof *r);
	struct rusage usage;

	*ret_build = (struct regexes_build){ 0 };
	r->set = set;
	r->worker = match_worker_new();
	r->kinds = mem_calloc(set->patterns.n, 1);
	r->stamps = mem_calloc(set->patterns.n, sizeof *r->stamps);
	r->found = mem_calloc(set->patterns.n, sizeof *r->found);
	r->rest_worker = match_worker_new();
	r->databases = mem_calloc(set->n_slots, sizeof(hs_database_t *));
	try_all(r, budget_ms);
	getrusage(RUSAGE_CHILDREN, &usage);
	ret_build->trial_cpu_s = (double)usage.ru_utime.tv_sec +
	                         (double)usage.ru_utime.tv_usec / 1e6;
	for (unsigned slot = 0; slot < set->n_slots; slot++)
		compile_slot(r, slot, ret_build);
	hs_scratch_size(r->scratch, &ret_build->scratch_bytes);
	compile_rest(r, ret_build);
	return r;
}

void
regexes_free(struct regexes *r)
{
	if (!r)
		return;
	for (unsigned slot = 0; slot < r->set->n_slots; slot++)
		hs_free_database(r->databases[slot]);
	hs_free_scratch(r->scratch);
	match_worker_free(r->worker);
	match_worker_free(r->rest_worker);
	match_set_free(r->rest);
	free(r->databases);
	free(r->kinds);
	free(r->stamps);
	free(r->found);
	free(r);
}

/* ---- matching ---- */

struct scan {
	struct regexes *r;
	size_t element;
};

static int
on_match(unsigned index, unsigned long long from, unsigned long long to,
         unsigned flags, void *ctx)
{
	const struct scan *scan = ctx;
	struct regexes *r = scan->r;

	(void)from;
	(void)to;
	(void)flags;
	if (r->stamps[index] != r->stamp &&
	    scan->element >= r->set->patterns.list[index].skip) {
		r->stamps[index] = r->stamp;
		r->found[r->n_found++] = index;
	}
	return 0;
}

static void
decide(struct match_worker *w, unsigned id, struct regexes_tally *tally)
{
	struct match_hit hit;

	tally->confirmed++;
	tally->found += match_decide(w, id, &hit) == MATCH_FOUND;
}

static void
scan_slot(struct regexes *r, unsigned slot, const struct match_text *text)
{
	struct scan scan = { r, 0 };

	for (; scan.element < text->n; scan.element++) {
		struct sv s = sv_sub(text->elements[scan.element], 0,
		                     (size_t)r->set->limits.element_bytes_max);

		hs_scan(r->databases[slot], s.p ? s.p : "", (unsigned)s.n, 0,
		        r->scratch, on_match, &scan);
	}
}

static void
run_rest(struct regexes *r, const struct match_job *job,
         struct regexes_tally *tally)
{
	const unsigned *ids;
	size_t n;

	match_begin(r->rest_worker, r->rest, job);
	ids = match_candidates(r->rest_worker, &n);
	for (size_t i = 0; i < n; i++)
		decide(r->rest_worker, ids[i], tally);
}

void
regexes_run(struct regexes *r, const struct match_job *job,
            struct regexes_tally *tally)
{
	r->stamp++;
	r->n_found = 0;
	for (unsigned slot = 0; slot < r->set->n_slots; slot++)
		if (r->databases[slot])
			scan_slot(r, slot, &job->texts[slot]);
	match_begin(r->worker, r->set, job);
	for (size_t i = 0; i < r->n_found; i++) {
		const struct match_pattern *p =
		    &r->set->patterns.list[r->found[i]];

		if (r->kinds[r->found[i]] == KIND_EXACT && p->hits_max == 1)
			tally->found++;
		else
			decide(r->worker, p->id, tally);
	}
	run_rest(r, job, tally);
}

#else

struct regexes *
regexes_new(const struct match_set *set, unsigned budget_ms,
            struct regexes_build *ret_build)
{
	(void)set;
	(void)budget_ms;
	*ret_build = (struct regexes_build){ 0 };
	return NULL;
}

void
regexes_free(struct regexes *r)
{
	(void)r;
}

void
regexes_run(struct regexes *r, const struct match_job *job,
            struct regexes_tally *tally)
{
	(void)r;
	(void)job;
	(void)tally;
}
#endif
