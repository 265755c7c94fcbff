/* SPDX-License-Identifier: Apache-2.0 */
#include "mass/log.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "mass/line.h"

enum { BLOCK_BYTES = 1 << 16 };

struct mass_log_private {
	struct arena *texts; /* paths and names */
	struct map *numbers; /* name of a rule -> its number + 1 */
	struct mass_line line;
	VEC(struct mass_hit) scratch; /* of one line */
};

struct mass_log *
mass_log_new(void)
{
	struct mass_log *log = mem_calloc(1, sizeof *log);

	log->private = mem_calloc(1, sizeof *log->private);
	log->private->texts = arena_new();
	log->private->numbers = map_new();
	return log;
}

void
mass_log_free(struct mass_log *log)
{
	if (!log)
		return;
	mass_line_done(&log->private->line);
	VEC_DONE(&log->private->scratch);
	map_free(log->private->numbers);
	arena_free(log->private->texts);
	free(log->private);
	VEC_DONE(&log->rules);
	VEC_DONE(&log->messages);
	VEC_DONE(&log->hits);
	free(log);
}

int
mass_log_rule(const struct mass_log *log, struct sv name, uint32_t *ret_rule)
{
	uintptr_t number = (uintptr_t)map_get(log->private->numbers, name);

	if (!number)
		return E_UNKNOWN;
	*ret_rule = (uint32_t)(number - 1);
	return 0;
}

static uint32_t
number_of(struct mass_log *log, struct sv name)
{
	uint32_t number;

	if (mass_log_rule(log, name, &number) == 0)
		return number;
	number = (uint32_t)log->rules.n;
	*VEC_ADD(&log->rules) = (struct mass_rule){
		.name = arena_str(log->private->texts, name),
		.is_sub = sv_starts(name, SV("__")),
	};
	map_set(log->private->numbers, name, (void *)(uintptr_t)(number + 1));
	return number;
}

static int
compare_rules(const void *a, const void *b)
{
	const struct mass_hit *x = a, *y = b;

	return x->rule < y->rule ? -1 : x->rule > y->rule;
}

static uint32_t
add_counts(uint32_t a, uint32_t b)
{
	return a + b < MASS_COUNT_MAX ? a + b : MASS_COUNT_MAX;
}

/* Moves the hits of the scratch list behind those of all messages, each rule
 * once. Returns how many that were. */
static uint32_t
take_hits(struct mass_log *log)
{
	const struct mass_hit *list = log->private->scratch.list;
	size_t first = log->hits.n;

	for (size_t i = 0; i < log->private->scratch.n; i++) {
		struct mass_hit *last = log->hits.n > first
		                            ? &log->hits.list[log->hits.n - 1]
		                            : NULL;

		if (last && last->rule == list[i].rule)
			last->count = add_counts(last->count, list[i].count);
		else
			*VEC_ADD(&log->hits) = list[i];
	}
	return (uint32_t)(log->hits.n - first);
}

static void
count_message(struct mass_log *log, const struct mass_message *m)
{
	const struct mass_hit *hits = mass_log_hits(log, m);

	log->n_spam += m->is_spam;
	log->n_ham += !m->is_spam;
	for (uint32_t i = 0; i < m->n_hits; i++) {
		struct mass_rule *rule = &log->rules.list[hits[i].rule];

		rule->spam += m->is_spam;
		rule->ham += !m->is_spam;
	}
}

static void
add_message(struct mass_log *log, const struct mass_line *line, bool is_spam)
{
	struct mass_log_private *p = log->private;
	struct mass_message *m;
	size_t first = log->hits.n;

	p->scratch.n = 0;
	for (size_t i = 0; i < line->n; i++)
		*VEC_ADD(&p->scratch) = (struct mass_hit){
			number_of(log, line->list[i].name),
			line->list[i].count,
		};
	if (p->scratch.n)
		qsort(p->scratch.list, p->scratch.n, sizeof *p->scratch.list,
		      compare_rules);
	m = VEC_ADD(&log->messages);
	*m = (struct mass_message){
		.path = arena_str(p->texts, line->path),
		.score_e4 = line->score_e4,
		.unix_s = line->unix_s,
		.first_hit = first,
		.n_hits = take_hits(log),
		.is_spam = is_spam,
		.judged_spam = line->judged_spam,
	};
	count_message(log, m);
}

int
mass_log_add(struct mass_log *log, struct sv text, bool is_spam,
             const char **ret_why)
{
	struct mass_line *line = &log->private->line;
	int result = mass_line_read(text, line, ret_why);

	if (result)
		return result;
	if (log->messages.n >= MASS_MESSAGES_MAX ||
	    log->hits.n + line->n > MASS_HITS_MAX ||
	    log->rules.n + line->n > MASS_RULES_MAX) {
		*ret_why = "more messages, hits or names of rules than can be "
			   "kept";
		return E_LIMIT;
	}
	add_message(log, line, is_spam);
	return 0;
}

/* ---- files ---- */

struct reading {
	struct mass_log *log;
	const char *path;
	bool is_spam;
	int line;
	struct diags *diags;
};

static int
take_line(struct reading *r, struct sv line)
{
	const char *why;
	int result;

	r->line++;
	if (mass_line_is_comment(line))
		return 0;
	result = mass_log_add(r->log, line, r->is_spam, &why);
	if (result == 0)
		return 0;
	r->log->n_bad++;
	diags_add(r->diags,
	          result == E_LIMIT ? SEVERITY_ERROR : SEVERITY_WARNING,
	          r->path, r->line, "not a result of mass-check: %s", why);
	return result == E_LIMIT ? result : 0;
}

/* Takes the complete lines at the front of `b` and keeps the rest. */
static int
take_lines(struct reading *r, struct buf *b)
{
	struct sv rest = buf_sv(b);
	size_t end;

	while (end = sv_find_char(rest, '\n'), end != SV_NOT_FOUND) {
		int result = take_line(r, sv_sub(rest, 0, end));

		if (result)
			return result;
		rest = sv_from(rest, end + 1);
	}
	if (rest.n > MASS_LINE_BYTES_MAX) {
		diags_add(r->diags, SEVERITY_ERROR, r->path, r->line + 1,
		          "the line is too long");
		return E_LIMIT;
	}
	memmove(b->p, rest.p, rest.n);
	b->n = rest.n;
	return 0;
}

static int
take_file(struct reading *r, int fd, struct buf *b)
{
	for (;;) {
		char *room = buf_room(b, BLOCK_BYTES);
		ssize_t n = read(fd, room, BLOCK_BYTES);
		int result;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			diags_add(r->diags, SEVERITY_ERROR, r->path, 0, "%s",
			          strerror(errno));
			return E_IO;
		}
		if (n == 0)
			return b->n ? take_line(r, buf_sv(b)) : 0;
		b->n += (size_t)n;
		result = take_lines(r, b);
		if (result)
			return result;
	}
}

int
mass_log_read(struct mass_log *log, const char *path, bool is_spam,
              struct diags *diags)
{
	struct reading r = {
		.log = log,
		.path = path,
		.is_spam = is_spam,
		.diags = diags,
	};
	struct buf b = BUF_INIT(MASS_LINE_BYTES_MAX + BLOCK_BYTES + 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC), result;

	if (fd < 0) {
		diags_add(diags, SEVERITY_ERROR, path, 0, "%s",
		          strerror(errno));
		return E_IO;
	}
	result = take_file(&r, fd, &b);
	close(fd);
	buf_done(&b);
	return result;
}

int
mass_log_label(const char *path, bool *ret_is_spam)
{
	const char *slash = strrchr(path, '/');
	struct sv name = sv_str(slash ? slash + 1 : path);

	if (!sv_istarts(name, SV("spam")) && !sv_istarts(name, SV("ham")))
		return E_UNKNOWN;
	*ret_is_spam = sv_istarts(name, SV("spam"));
	return 0;
}
