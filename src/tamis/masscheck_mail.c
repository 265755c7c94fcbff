/* SPDX-License-Identifier: Apache-2.0 */
/* One mail of a mass check, and its line in the log. */
#include <stdio.h>
#include <stdlib.h>

#include "base/vec.h"
#include "message/date.h"
#include "tamis/masscheck.h"

/* What one thread has. */
struct checker {
	struct masscheck *all;
	struct judge *judge;
	struct mass_line line;
	struct buf name;
	size_t incomplete;
};

void *
masscheck_begin(void *ctx)
{
	struct checker *c = mem_calloc(1, sizeof *c);

	c->all = ctx;
	c->judge = judge_new(c->all->snapshot, c->all->images, JUDGE_ALL_HITS);
	buf_init(&c->name, MASS_PATH_BYTES_MAX);
	return c;
}

void
masscheck_end(void *ctx, void *worker)
{
	struct masscheck *all = ctx;
	struct checker *c = worker;

	all->incomplete += c->incomplete;
	judge_free(c->judge);
	mass_line_done(&c->line);
	buf_done(&c->name);
	free(c);
}

/* When the last server took it; else when it says it was written. */
static int64_t
time_of(const struct scan *scan)
{
	const struct message_header *date =
	    message_header(scan->message, "Date");
	int64_t unix_s;

	if (scan->relays && scan->relays->n &&
	    date_parse(scan->relays->list[0].date, &unix_s, NULL) == 0)
		return unix_s;
	if (date && date_parse(date->value, &unix_s, NULL) == 0)
		return unix_s;
	return 0;
}

static void
add_hits(struct mass_line *line, const struct rule_hit *hits, size_t n)
{
	for (size_t i = 0; i < n; i++)
		*VEC_ADD(line) = (struct mass_line_hit){
			sv_str(hits[i].rule->name),
			hits[i].rule->multiple ? hits[i].count : 1,
		};
}

static void
write_line(struct checker *c, const struct judge_input *input,
           const struct scan *scan, struct buf *out)
{
	struct mass_line *line = &c->line;

	buf_reset(&c->name);
	input_name(input, &c->name);
	line->judged_spam = verdict_is_spam(scan->verdict);
	line->score_e4 = scan->score_e4;
	line->path = buf_sv(&c->name);
	line->unix_s = time_of(scan);
	line->format = input->bytes ? 'm' : 'f';
	line->score_set = (unsigned)conf_score_set(scan->snapshot->conf);
	line->n = 0;
	add_hits(line, scan->rules->hits, scan->rules->n_hits);
	add_hits(line, scan->rules->shadow_hits, scan->rules->n_shadow_hits);
	mass_line_write(line, out);
}

enum label
masscheck_locate(const struct masscheck *all, size_t item, size_t *ret_index)
{
	enum label label = item < all->todo[HAM] ? HAM : SPAM;

	*ret_index = all->inputs[label].n - all->todo[label] + item -
	             (label == SPAM ? all->todo[HAM] : 0);
	return label;
}

void
masscheck_mail(void *worker, size_t item, struct buf *ret_line)
{
	struct checker *c = worker;
	char why[JUDGE_WHY];
	size_t i;
	enum label label = masscheck_locate(c->all, item, &i);
	const struct judge_input *input = &c->all->inputs[label].list[i];
	const struct scan *scan = judge_run(c->judge, input, why);

	if (scan) {
		c->incomplete += scan->n_missing > 0;
		write_line(c, input, scan, ret_line);
	} else {
		fprintf(stderr, "tamis: %s: %s\n", input->path, why);
		mass_file_write_unreadable(input, why, ret_line);
	}
}
