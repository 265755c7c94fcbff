/* SPDX-License-Identifier: Apache-2.0 */
#include "report/reporter.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/mem.h"
#include "report/work.h"

enum { IDLE_MS = 60000 };

/* Until it is woken, or there is something to do by the clock. */
static void
wait_for_work(struct reporter *r)
{
	int64_t now_ms = work_now_ms(), until_ms = now_ms + IDLE_MS;
	struct timespec until;

	if (r->retry_ms > now_ms)
		until_ms = r->retry_ms;
	else if (r->due_ms > now_ms)
		until_ms = r->due_ms;
	if (r->unsaved && r->save_ms + WORK_SAVE_MS < until_ms)
		until_ms = r->save_ms + WORK_SAVE_MS;
	until.tv_sec = until_ms / 1000;
	until.tv_nsec = until_ms % 1000 * 1000000;
	while (!r->woken &&
	       pthread_cond_timedwait(&r->wake, &r->mutex, &until) == 0)
		;
	r->woken = false;
	if (r->unsaved && work_now_ms() >= r->save_ms + WORK_SAVE_MS)
		work_save(r);
}

static void *
reporter_thread(void *ctx)
{
	struct reporter *r = ctx;

	pthread_mutex_lock(&r->mutex);
	while (!r->stop_ms)
		if (work_now_ms() < r->retry_ms || !work_step(r))
			wait_for_work(r);
	r->flush = true;
	while (work_now_ms() < r->stop_ms && work_step(r))
		;
	if (r->unsaved)
		work_save(r);
	pthread_mutex_unlock(&r->mutex);
	return NULL;
}

static void
load_cursor(struct reporter *r)
{
	if (cursor_load(r->cursors, r->own->name, &r->cursor))
		log_error("%s: cannot read its cursor in %s; starts with the "
		          "oldest record",
		          r->own->name, r->cursors);
	r->saved = r->cursor.at;
}

struct reporter *
reporter_new(const struct reporter_kind *kind, const struct conf *conf,
             const struct conf_reporter *own, const char *dir,
             struct tally *tally)
{
	struct reporter *r = mem_calloc(1, sizeof *r);
	struct buf cursors = BUF_INIT(4096);
	pthread_condattr_t monotonic;

	r->kind = kind;
	r->conf = conf;
	r->own = own;
	r->dir = dir;
	r->tally = tally;
	r->package_ms = work_now_ms();
	buf_addf(&cursors, "%s/cursors", dir);
	r->cursors = buf_take(&cursors);
	range_init(&r->range);
	load_cursor(r);
	pthread_mutex_init(&r->mutex, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&r->wake, &monotonic);
	pthread_condattr_destroy(&monotonic);
	return r;
}

void
reporter_free(struct reporter *r)
{
	if (r->state)
		r->kind->close(r->state);
	pthread_mutex_destroy(&r->mutex);
	pthread_cond_destroy(&r->wake);
	cursor_done(&r->cursor);
	range_done(&r->range);
	free(r->cursors);
	free(r);
}

struct reporter *
reporter_start(const struct reporter_kind *kind, const struct conf *conf,
               const struct conf_reporter *own, const char *dir,
               struct tally *tally)
{
	struct reporter *r = reporter_new(kind, conf, own, dir, tally);

	if (pthread_create(&r->thread, NULL, reporter_thread, r) == 0)
		return r;
	reporter_free(r);
	return NULL;
}

static void
wake(struct reporter *r, bool flush)
{
	pthread_mutex_lock(&r->mutex);
	r->woken = true;
	if (flush) {
		r->flush = true;
		r->retry_ms = 0;
	}
	pthread_cond_signal(&r->wake);
	pthread_mutex_unlock(&r->mutex);
}

void
reporter_wake(struct reporter *r)
{
	wake(r, false);
}

void
reporter_flush(struct reporter *r)
{
	wake(r, true);
}

void
reporter_stop(struct reporter *r, int64_t until_mono_ms)
{
	r->stop_ms = until_mono_ms;
	wake(r, true);
}

void
reporter_wait(struct reporter *r)
{
	pthread_join(r->thread, NULL);
}

bool
reporter_has_passed(struct reporter *r, uint64_t segment)
{
	bool passed;

	pthread_mutex_lock(&r->mutex);
	/* a full disk gets no room if the cursor has to be saved first */
	passed = r->cursor.at.segment > segment &&
	         (r->saved.segment > segment || r->save_failed);
	pthread_mutex_unlock(&r->mutex);
	return passed;
}

const char *
reporter_name(const struct reporter *r)
{
	return r->own->name;
}

static void
write_time(struct json *j, const char *name, int64_t unix_ms)
{
	char text[CLOCK_TEXT];

	if (unix_ms)
		json_text(j, name, clock_text(unix_ms, text));
	else
		json_add_null(j, name);
}

void
reporter_status(struct reporter *r, struct json *j)
{
	const struct cursor *c = &r->cursor;
	struct backlog b;

	pthread_mutex_lock(&r->mutex);
	b = tally_backlog(r->tally, &c->at);
	json_begin_object(j, NULL);
	json_text(j, "name", r->own->name);
	json_text(j, "type", reporter_word(r->own->type));
	json_int(j, "segment", (int64_t)c->at.segment);
	json_int(j, "offset", (int64_t)c->at.offset);
	json_int(j, "backlog_records",
	         (int64_t)(b.records + c->package.records));
	json_int(j, "backlog_bytes", (int64_t)b.bytes);
	json_text(j, "batch", c->package.id);
	json_int(j, "delivered", (int64_t)c->delivered);
	json_int(j, "lost", (int64_t)c->lost);
	json_int(j, "lost_pending", (int64_t)work_lost_pending(r));
	json_int(j, "failures", r->failures);
	write_time(j, "last_success", r->success_unix_ms);
	write_time(j, "last_failure", r->failure_unix_ms);
	json_text(j, "last_error", r->why);
	json_end(j);
	pthread_mutex_unlock(&r->mutex);
}
