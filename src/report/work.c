/* SPDX-License-Identifier: Apache-2.0 */
#include "report/work.h"

#include <stdio.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "report/pack.h"

enum {
	RETRY_MS = 1000,    /* the first pause after a failure */
	RECORDS_MAX = 2000, /* of one delivery */
	REFUSED_MAX = 100,  /* packages that are set aside */
};

int64_t
work_now_ms(void)
{
	return clock_mono_us() / 1000;
}

int
work_save(struct reporter *r)
{
	int result = cursor_save(r->cursors, r->own->name, &r->cursor);

	r->unsaved = r->save_failed = result != 0;
	if (result == 0)
		r->saved = r->cursor.at;
	r->save_ms = work_now_ms();
	return result;
}

void
work_lose(struct reporter *r, int64_t begin_ms, int64_t end_ms,
          uint64_t records, enum gap_why why)
{
	struct cursor *c = &r->cursor;

	c->lost += records;
	c->untold += records;
	gaps_add(&c->gaps, begin_ms, end_ms, records, why);
}

/* A pause that doubles up to the configured one, of which a random half is
 * taken off so that nodes do not come back all at once. */
static int64_t
pause_ms(const struct reporter *r)
{
	int64_t most = r->own->retry_max_ms, pause = RETRY_MS;
	uint32_t noise;

	for (unsigned i = 1; i < r->failures && pause < most; i++)
		pause *= 2;
	if (pause > most)
		pause = most;
	if (getrandom(&noise, sizeof noise, 0) != sizeof noise)
		noise = 0;
	return pause - (int64_t)noise % (pause / 2 + 1);
}

/* Only the first failure in a row is news. */
static bool
note_failure(struct reporter *r, const char *why, int64_t wait_ms)
{
	if (r->failures++ == 0)
		log_warning("%s: %s; records wait in the spool", r->own->name,
		            why);
	else
		log_debug("%s: %s; attempt %u", r->own->name, why, r->failures);
	snprintf(r->why, sizeof r->why, "%s", why);
	r->failure_unix_ms = clock_unix_ms();
	r->retry_ms = work_now_ms() + (wait_ms > 0 ? wait_ms : pause_ms(r));
	return false;
}

static void
note_success(struct reporter *r)
{
	if (r->failures)
		log_info("%s: works again after %u failures", r->own->name,
		         r->failures);
	r->failures = 0;
	r->why[0] = '\0';
	r->success_unix_ms = clock_unix_ms();
}

/* ---- records as they are ---- */

/* The place moves on behind what was delivered, even if the rest was not. */
static void
note_part(struct reporter *r, const struct delivery *d)
{
	if (d->done == 0)
		return;
	range_cut(&r->range, d->done);
	r->cursor.at = r->range.to;
	r->cursor.delivered += d->done - d->bad;
	r->cursor.lost += d->bad + range_torn(&r->range);
	r->unsaved = true;
}

/* The place moves on to the end of a range without records. */
static void
pass_over(struct reporter *r)
{
	if (place_is(&r->cursor.at, &r->range.to))
		return;
	r->cursor.at = r->range.to;
	r->cursor.lost += range_torn(&r->range);
	r->unsaved = true;
}

static bool
deliver(struct reporter *r)
{
	struct place before = r->cursor.at;
	struct delivery d = { 0 };
	char why[REPORTER_WHY] = "";

	if (range_read(r->tally, &before, RECORDS_MAX, &r->range))
		return note_failure(r, "cannot read the spool", 0);
	if (r->range.n) {
		if (r->kind->deliver(r->state, &r->range, &d, why)) {
			note_part(r, &d);
			return note_failure(r, why, 0);
		}
		d.done = r->range.n;
		note_part(r, &d);
		note_success(r);
	} else {
		pass_over(r);
	}
	if (r->unsaved && work_now_ms() >= r->save_ms + WORK_SAVE_MS)
		work_save(r);
	return r->range.n > 0;
}

/* ---- packages ---- */

/* Whether a loss has to be told of, with no record after it: by a package
 * that has none. There is one at a place at most, as it is named by that; if
 * it is refused the loss waits for the next record. */
static bool
tells_alone(const struct reporter *r, const struct place *at)
{
	return r->cursor.untold && !place_is(at, &r->cursor.told_at);
}

uint64_t
work_lost_pending(const struct reporter *r)
{
	uint64_t pending = r->cursor.package.lost;

	if (r->kind->send && tells_alone(r, &r->cursor.at))
		pending += r->cursor.untold;
	return pending;
}

/* A package is made when the interval is over, or when there is no reason to
 * wait: enough records for a full one, the last one left some, a flush. */
static bool
is_due(struct reporter *r)
{
	struct backlog waiting = tally_backlog(r->tally, &r->cursor.at);
	bool is_idle = waiting.records == 0 && !tells_alone(r, &r->cursor.at);

	r->due_ms = r->package_ms + r->own->interval_ms;
	if (r->flush || r->range.more || is_idle ||
	    waiting.records >= (uint64_t)r->own->batch_max ||
	    work_now_ms() >= r->due_ms) {
		r->due_ms = 0;
		return true;
	}
	return false;
}

/* Takes back a package that was not saved; the room of its body stays. */
static void
unmake_package(struct cursor *c, const struct cursor *before)
{
	struct buf body = c->package.body;

	*c = *before;
	c->package.body = body;
	buf_reset(&c->package.body);
}

/* Makes the next package and saves it with the cursor in one step. */
static bool
make_package(struct reporter *r)
{
	struct cursor *c = &r->cursor;
	const struct cursor before = *c;

	if (range_read(r->tally, &before.at, (size_t)r->own->batch_max,
	               &r->range))
		return note_failure(r, "cannot read the spool", 0);
	if (r->range.n == 0 && range_torn(&r->range) == 0 &&
	    !tells_alone(r, &r->range.to)) {
		pass_over(r);
		return false;
	}
	if (pack_range(r->conf, r->own, c, &r->range))
		return note_failure(r, "cannot read or make pseudonym.key", 0);
	c->at = r->range.to;
	if (r->range.n == 0)
		c->told_at = c->at;
	c->lost += c->package.lost - before.untold;
	c->untold = 0;
	c->gaps = (struct gaps){ .n = 0 };
	r->package_ms = work_now_ms();
	if (work_save(r) == 0)
		return true;
	unmake_package(c, &before);
	return note_failure(r, "cannot save the cursor", 0);
}

static int
count_file(void *ctx, const char *path)
{
	(void)path;
	++*(int *)ctx;
	return 0;
}

/* Keeps what the other side does not want for a person to look at. */
static void
set_aside(struct reporter *r)
{
	const struct package *p = &r->cursor.package;
	struct buf path = BUF_INIT(4096);
	size_t at;
	int n = 0;

	buf_addf(&path, "%s/refused", r->dir);
	if (file_mkdirs(buf_str(&path), 0700) == 0 &&
	    file_walk(buf_str(&path), NULL, count_file, &n) == 0 &&
	    n < REFUSED_MAX) {
		/* the identifier without the node's name */
		at = path.n + 1;
		buf_addf(&path, "%s.json.zst", strchr(p->id, '/'));
		for (char *c = path.p + at; *c; c++)
			if (*c == '/')
				*c = '-';
		if (file_replace(buf_str(&path), buf_sv(&p->body), 0600) == 0)
			log_info("%s: kept %s", r->own->name, buf_str(&path));
	}
	buf_done(&path);
}

static bool
end_package(struct reporter *r, bool taken)
{
	struct cursor *c = &r->cursor;

	if (taken) {
		c->delivered += c->package.records;
	} else {
		c->untold += c->package.lost; /* is counted already */
		gaps_add_all(&c->gaps, &c->package.gaps);
		work_lose(r, c->package.begin_ms, c->package.end_ms,
		          c->package.records, GAP_REFUSED);
	}
	c->package.id[0] = '\0';
	c->package.records = c->package.lost = 0;
	buf_reset(&c->package.body);
	/* if this is not saved the package is sent once more: no harm */
	work_save(r);
	return true;
}

/* Whether the package was made when more was allowed to leave than now. */
static bool
is_too_open(const struct reporter *r)
{
	const char *made = r->cursor.method.profile;

	for (unsigned p = r->own->profile + 1U; p <= PRIVACY_EVIDENCE; p++)
		if (strcmp(made, privacy_word((enum privacy)p)) == 0)
			return true;
	return false;
}

/* Without the lock: nobody else touches the package; reporter_drop() moves the
 * place. */
static enum sent
send_if_allowed(struct reporter *r, int64_t *ret_wait_ms,
                char why[REPORTER_WHY])
{
	enum sent sent;

	if (is_too_open(r)) {
		snprintf(why, REPORTER_WHY,
		         "it was made in the profile %s; now it is %s",
		         r->cursor.method.profile,
		         privacy_word(r->own->profile));
		return SENT_REFUSED;
	}
	pthread_mutex_unlock(&r->mutex);
	sent = r->kind->send(r->state, &r->cursor.package, ret_wait_ms, why);
	pthread_mutex_lock(&r->mutex);
	return sent;
}

static bool
send_package(struct reporter *r)
{
	char why[REPORTER_WHY] = "";
	int64_t wait_ms = 0;
	enum sent sent = send_if_allowed(r, &wait_ms, why);

	if (sent == SENT_LATER)
		return note_failure(r, why, wait_ms);
	if (sent == SENT_REFUSED) {
		log_error("%s: batch %s refused, %llu records lost: %s",
		          r->own->name, r->cursor.package.id,
		          (unsigned long long)r->cursor.package.records, why);
		set_aside(r);
	}
	note_success(r);
	return end_package(r, sent == SENT_DONE);
}

static void *
open_state(struct reporter *r, char why[REPORTER_WHY])
{
	const struct reporter_setup setup = { r->conf, r->own, &r->stop_ms };

	return r->kind->open(&setup, why);
}

bool
work_step(struct reporter *r)
{
	char why[REPORTER_WHY] = "";
	bool more;

	if (!r->state)
		r->state = open_state(r, why);
	if (!r->state)
		return note_failure(r, why, 0);
	if (!r->kind->send)
		more = deliver(r);
	else if (r->cursor.package.id[0])
		more = send_package(r);
	else if (is_due(r))
		more = make_package(r);
	else
		return false;
	if (!more && r->failures == 0)
		r->flush = false;
	return more;
}
