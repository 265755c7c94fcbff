/* SPDX-License-Identifier: Apache-2.0 */
#include "tamis/crew.h"

#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "../unit.h"

struct work {
	size_t taken, stop_at;
	bool in_order;
	atomic_size_t done;
	size_t workers;
};

static void *
begin(void *ctx)
{
	return ctx;
}

/* Early items of each hundred are slow. */
static void
work(void *worker, size_t item, struct buf *result)
{
	struct work *w = worker;

	if (item % 100 < 3)
		usleep(2000);
	atomic_fetch_add(&w->done, 1);
	buf_addf(result, "item %zu", item);
}

static void
end(void *ctx, void *worker)
{
	struct work *w = ctx;

	ck_assert_ptr_eq(ctx, worker);
	w->workers++;
}

static bool
take(void *ctx, size_t item, struct sv result)
{
	struct work *w = ctx;
	char want[32];

	snprintf(want, sizeof want, "item %zu", item);
	w->in_order &= item == w->taken && sv_eq_str(result, want);
	w->taken++;
	return w->taken != w->stop_at;
}

static bool
run(struct work *w, size_t n, size_t threads)
{
	const struct crew_job job = {
		.n = n,
		.threads = threads,
		.ctx = w,
		.begin = begin,
		.work = work,
		.end = end,
		.take = take,
	};

	*w = (struct work){ .in_order = true, .stop_at = w->stop_at };
	return crew_run(&job);
}

START_TEST(results_come_in_the_order_of_the_items)
{
	struct work w = { 0 };

	ck_assert(run(&w, 3 * CREW_AHEAD, 7));
	ck_assert(w.in_order);
	ck_assert_uint_eq(w.taken, 3 * CREW_AHEAD);
	ck_assert_uint_eq(w.done, 3 * CREW_AHEAD);
	ck_assert_uint_eq(w.workers, 7);
}
END_TEST

START_TEST(no_more_threads_than_items_are_started)
{
	struct work w = { 0 };

	ck_assert(run(&w, 2, 50));
	ck_assert_uint_eq(w.workers, 2);
	ck_assert(run(&w, 0, 50));
	ck_assert_uint_eq(w.workers, 0);
}
END_TEST

START_TEST(whoever_takes_the_results_can_end_the_work)
{
	struct work w = { .stop_at = 10 };

	ck_assert(!run(&w, 100000, 4));
	ck_assert_uint_eq(w.taken, 10);
	ck_assert_uint_lt(w.done, 100000);
}
END_TEST

START_TEST(threads_are_those_asked_for_or_the_processors)
{
	ck_assert_uint_eq(crew_threads(3), 3);
	ck_assert_uint_ge(crew_threads(0), 1);
}
END_TEST

UNIT_MAIN("crew", results_come_in_the_order_of_the_items,
          no_more_threads_than_items_are_started,
          whoever_takes_the_results_can_end_the_work,
          threads_are_those_asked_for_or_the_processors)
