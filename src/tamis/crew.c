/* SPDX-License-Identifier: Apache-2.0 */
/* A ring of slots, one for each item under way; whoever finishes the oldest
 * open one hands over all that are ready. */
#include "tamis/crew.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "tamis/progress.h"

struct slot {
	bool ready;
	struct buf result;
};

struct crew {
	const struct crew_job *job;
	pthread_mutex_t lock;
	pthread_cond_t taken_more;
	/* guarded by lock */
	size_t next, taken, done;
	bool stopped;
	struct slot slots[CREW_AHEAD];
	struct progress progress;
};

static void
take_ready(struct crew *c)
{
	struct slot *slot;

	while (slot = &c->slots[c->taken % CREW_AHEAD], slot->ready) {
		if (!c->stopped &&
		    !c->job->take(c->job->ctx, c->taken, buf_sv(&slot->result)))
			c->stopped = true;
		slot->ready = false;
		c->taken++;
	}
	pthread_cond_broadcast(&c->taken_more);
	progress_show(&c->progress, c->done);
}

/* The next item to work on; false when there is none left. */
static bool
next_item(struct crew *c, size_t *ret_item)
{
	bool is_one;

	pthread_mutex_lock(&c->lock);
	while (!c->stopped && c->next < c->job->n &&
	       c->next >= c->taken + CREW_AHEAD)
		pthread_cond_wait(&c->taken_more, &c->lock);
	is_one = !c->stopped && c->next < c->job->n;
	*ret_item = c->next;
	c->next += is_one;
	pthread_mutex_unlock(&c->lock);
	return is_one;
}

static void *
work(void *ctx)
{
	struct crew *c = ctx;
	void *worker = c->job->begin(c->job->ctx);
	size_t item;

	while (next_item(c, &item)) {
		struct slot *slot = &c->slots[item % CREW_AHEAD];

		buf_reset(&slot->result);
		c->job->work(worker, item, &slot->result);
		pthread_mutex_lock(&c->lock);
		c->done++;
		slot->ready = true;
		if (item == c->taken)
			take_ready(c);
		pthread_mutex_unlock(&c->lock);
	}
	pthread_mutex_lock(&c->lock);
	c->job->end(c->job->ctx, worker);
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

/* Without any thread the work is done all the same. */
static void
run_threads(struct crew *c)
{
	size_t wanted =
	    c->job->threads < c->job->n ? c->job->threads : c->job->n;
	pthread_t *threads = mem_calloc(wanted, sizeof *threads);
	size_t n = 0;

	while (n < wanted && pthread_create(&threads[n], NULL, work, c) == 0)
		n++;
	if (n == 0 && wanted > 0)
		work(c);
	for (size_t i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	free(threads);
}

bool
crew_run(const struct crew_job *job)
{
	struct crew *c = mem_calloc(1, sizeof *c);
	bool whole;

	c->job = job;
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->taken_more, NULL);
	c->progress = progress_start(job->progress, job->n);
	for (size_t i = 0; i < CREW_AHEAD; i++)
		buf_init(&c->slots[i].result, CREW_RESULT_BYTES_MAX);
	run_threads(c);
	progress_end(&c->progress);
	whole = !c->stopped;
	for (size_t i = 0; i < CREW_AHEAD; i++)
		buf_done(&c->slots[i].result);
	pthread_cond_destroy(&c->taken_more);
	pthread_mutex_destroy(&c->lock);
	free(c);
	return whole;
}

size_t
crew_threads(int64_t given)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (given > 0)
		return (size_t)given;
	return cores > 0 ? (size_t)cores : 1;
}
