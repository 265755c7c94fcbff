/* SPDX-License-Identifier: Apache-2.0 */
/* Judging all inputs of `tamis check`. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tamis/check.h"
#include "tamis/crew.h"

struct checking {
	const struct check_job *job;
	struct tally tally;
};

/* What one thread has. */
struct checker {
	const struct check_job *job;
	struct judge *judge;
	struct tally tally;
};

static void *
begin(void *ctx)
{
	struct checking *all = ctx;
	struct checker *checker = mem_calloc(1, sizeof *checker);

	checker->job = all->job;
	checker->judge = judge_new(all->job->snapshot, all->job->images,
	                           all->job->all_hits ? JUDGE_ALL_HITS : 0);
	judge_use_store(checker->judge, all->job->store);
	return checker;
}

static void
count(struct tally *t, const struct scan *scan)
{
	t->done++;
	if (!scan) {
		t->unreadable++;
		return;
	}
	t->verdicts[scan->verdict]++;
	t->incomplete += scan->n_missing > 0;
}

static void
check(void *worker, size_t item, struct buf *line)
{
	struct checker *checker = worker;
	const struct check_job *job = checker->job;
	const struct judge_input *input = &job->inputs->list[item];
	char why[JUDGE_WHY] = "";
	const struct scan *scan = judge_run(checker->judge, input, why);

	count(&checker->tally, scan);
	if (job->json)
		check_write_json(line, input, scan, why);
	else
		check_write_line(line, &job->out, input, scan, why);
}

static void
add_tally(struct tally *sum, const struct tally *t)
{
	for (int v = 0; v < VERDICT_COUNT; v++)
		sum->verdicts[v] += t->verdicts[v];
	sum->incomplete += t->incomplete;
	sum->unreadable += t->unreadable;
	sum->done += t->done;
}

static void
end(void *ctx, void *worker)
{
	struct checking *all = ctx;
	struct checker *checker = worker;

	add_tally(&all->tally, &checker->tally);
	judge_free(checker->judge);
	free(checker);
}

static bool
print(void *ctx, size_t item, struct sv line)
{
	(void)ctx, (void)item;
	fwrite(line.p, 1, line.n, stdout);
	return true;
}

struct tally
check_all(const struct check_job *job)
{
	struct checking all = {
		.job = job,
		.tally.begin_mono_us = clock_mono_us(),
	};
	const struct crew_job crew = {
		.n = job->inputs->n,
		.threads = job->threads,
		/* Not among the results, when these go to the terminal. */
		.progress = job->err.is_tty && !job->out.is_tty,
		.ctx = &all,
		.begin = begin,
		.work = check,
		.end = end,
		.take = print,
	};

	crew_run(&crew);
	return all.tally;
}
