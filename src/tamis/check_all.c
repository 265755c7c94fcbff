/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads take the next input each, and leave its result in a ring of slots;
 * whoever finishes the oldest open one prints all that are ready. So results
 * come in the order of the inputs, and a slow input holds up at most a
 * ring-full of others in memory.
 */
#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tamis/check.h"
#include "tamis/progress.h"

enum {
	SLOTS = 1024,
	LINE_BYTES_MAX = 16 << 20,
};

struct slot {
	bool ready;
	struct buf line;
};

struct pool {
	const struct check_job *job;
	pthread_mutex_t lock;
	pthread_cond_t printed_more;
	/* guarded by lock */
	size_t next, printed;
	struct slot slots[SLOTS];
	struct tally tally;
	struct progress progress;
};

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
print_ready(struct pool *p)
{
	struct slot *slot;

	while (slot = &p->slots[p->printed % SLOTS], slot->ready) {
		fwrite(slot->line.p, 1, slot->line.n, stdout);
		slot->ready = false;
		p->printed++;
	}
	pthread_cond_broadcast(&p->printed_more);
	progress_show(&p->progress, p->tally.done);
}

/* The index of the next input to judge; false when there is none left. */
static bool
take_next(struct pool *p, size_t *ret_index)
{
	bool is_one;

	pthread_mutex_lock(&p->lock);
	while (p->next < p->job->inputs->n && p->next >= p->printed + SLOTS)
		pthread_cond_wait(&p->printed_more, &p->lock);
	is_one = p->next < p->job->inputs->n;
	*ret_index = p->next;
	p->next += is_one;
	pthread_mutex_unlock(&p->lock);
	return is_one;
}

static void *
work(void *ctx)
{
	struct pool *p = ctx;
	const struct check_job *job = p->job;
	struct judge *judge =
	    judge_new(job->snapshot, job->images,
	              job->all_hits ? JUDGE_ALL_HITS : 0);
	size_t i;

	while (take_next(p, &i)) {
		const struct judge_input *input = &job->inputs->list[i];
		struct slot *slot = &p->slots[i % SLOTS];
		char why[JUDGE_WHY] = "";
		const struct scan *scan = judge_run(judge, input, why);

		buf_reset(&slot->line);
		if (job->json)
			check_write_json(&slot->line, input, scan, why);
		else
			check_write_line(&slot->line, &job->out, input, scan,
			                 why);
		pthread_mutex_lock(&p->lock);
		count(&p->tally, scan);
		slot->ready = true;
		if (i == p->printed)
			print_ready(p);
		pthread_mutex_unlock(&p->lock);
	}
	judge_free(judge);
	return NULL;
}

struct tally
check_all(const struct check_job *job)
{
	struct pool *p = mem_calloc(1, sizeof *p);
	pthread_t *threads = mem_calloc(job->threads, sizeof *threads);
	struct tally tally;
	size_t n = 0;

	p->job = job;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->printed_more, NULL);
	p->tally.begin_mono_us = clock_mono_us();
	/* Not among the results, when these go to the terminal. */
	p->progress =
	    progress_start(job->err.is_tty && !job->out.is_tty, job->inputs->n);
	for (size_t i = 0; i < SLOTS; i++)
		buf_init(&p->slots[i].line, LINE_BYTES_MAX);
	while (n < job->threads &&
	       pthread_create(&threads[n], NULL, work, p) == 0)
		n++;
	if (n == 0)
		work(p);
	for (size_t i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	progress_end(&p->progress);
	tally = p->tally;
	for (size_t i = 0; i < SLOTS; i++)
		buf_done(&p->slots[i].line);
	pthread_cond_destroy(&p->printed_more);
	pthread_mutex_destroy(&p->lock);
	free(threads);
	free(p);
	return tally;
}
