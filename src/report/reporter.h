/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds of reporters, and the thread that each one in use has.
 *
 * A reporter either delivers records as they are (history, file, syslog): at
 * least once, and twice only after a crash. Or it packs them first (http):
 * the package is saved together with the cursor before it is sent, and sent
 * until it is answered.
 */
#ifndef REPORT_REPORTER_H
#define REPORT_REPORTER_H

#include "base/json.h"
#include "conf/conf.h"
#include "report/cursor.h"

enum { REPORTER_WHY = 256 };

enum sent {
	SENT_DONE,    /* taken, now or earlier */
	SENT_LATER,   /* try again */
	SENT_REFUSED, /* never: set aside, count as lost */
};

/* What a reporter is made of; all of it outlives it. */
struct reporter_setup {
	const struct conf *conf;
	const struct conf_reporter *own; /* its options */
	/* A monotonic time or 0: when a running send() has to end. */
	const _Atomic int64_t *stop_ms;
};

/* What became of a range. */
struct delivery {
	size_t done;  /* the first ones, which are delivered for good */
	uint64_t bad; /* of these, those that were no records */
};

struct reporter_kind {
	/* The state for the functions below, of one thread; NULL with the
	 * reason in `why`. */
	void *(*open)(const struct reporter_setup *setup,
	              char why[REPORTER_WHY]);
	void (*close)(void *state);

	/* Delivers records from the first one on: 0 when it was all of them,
	 * else an error with the reason. */
	int (*deliver)(void *state, const struct range *range,
	               struct delivery *ret, char why[REPORTER_WHY]);

	/* Instead of deliver(): sends a package and says what the answer
	 * was. *ret_wait_ms: the pause that was asked for, or 0. */
	enum sent (*send)(void *state, const struct package *package,
	                  int64_t *ret_wait_ms, char why[REPORTER_WHY]);
};

/* By enum reporter_type (kinds.c); NULL: this build does not have it. */
const struct reporter_kind *reporter_kind_of(enum reporter_type type);
extern const struct reporter_kind history_kind, file_kind, syslog_kind,
    http_kind, nats_kind, webhook_kind, intelmq_kind, xarf_kind, arf_kind,
    site_hook_kind;

/* ---- a running one ---- */

struct reporter;

/* Starts the thread. `dir` is the spool; all arguments outlive the reporter.
 * NULL: no thread. */
struct reporter *reporter_start(const struct reporter_kind *kind,
                                const struct conf *conf,
                                const struct conf_reporter *own,
                                const char *dir, struct tally *tally);
const char *reporter_name(const struct reporter *r);

void reporter_wake(struct reporter *r);  /* there are new records */
void reporter_flush(struct reporter *r); /* deliver without waiting */

/* Asks for a last delivery until that monotonic time, then for the end. */
void reporter_stop(struct reporter *r, int64_t until_mono_ms);
void reporter_wait(struct reporter *r); /* for that end */
void reporter_free(struct reporter *r); /* after it */

/* Whether it has nothing to do with that segment any more, not even after a
 * restart, unless its cursor cannot be saved. */
bool reporter_has_passed(struct reporter *r, uint64_t segment);

/* Counts what it had yet to read of a segment that will be deleted as lost.
 * False: that could not be saved, so the segment has to stay. */
bool reporter_drop(struct reporter *r, const struct extent *segment);

/* Its part of the status: one JSON object. */
void reporter_status(struct reporter *r, struct json *j);

#endif
