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

struct reporter_kind {
	const char *name;
	bool (*is_wanted)(const struct conf *conf);

	/* The state for the functions below, of one thread; NULL with the
	 * reason in `why`. `stop_ms`, a monotonic time or 0, is when a
	 * running send() has to end. */
	void *(*open)(const struct conf *conf, const _Atomic int64_t *stop_ms,
	              char why[REPORTER_WHY]);
	void (*close)(void *state);

	/* Delivers all records of the range or none: 0, or an error with the
	 * reason. *ret_bad: how many were no verdict records. */
	int (*deliver)(void *state, const struct range *range,
	               uint64_t *ret_bad, char why[REPORTER_WHY]);

	/* Instead of deliver(): sends a package and says what the answer
	 * was. *ret_wait_ms: the pause that was asked for, or 0. */
	enum sent (*send)(void *state, const struct package *package,
	                  int64_t *ret_wait_ms, char why[REPORTER_WHY]);
};

extern const struct reporter_kind history_kind, file_kind, syslog_kind,
    http_kind;

/* ---- a running one ---- */

struct reporter;

/* Starts the thread. `dir` is the spool; all arguments outlive the reporter.
 * NULL: no thread. */
struct reporter *reporter_start(const struct reporter_kind *kind,
                                const struct conf *conf, const char *dir,
                                struct tally *tally);

void reporter_wake(struct reporter *r);  /* there are new records */
void reporter_flush(struct reporter *r); /* deliver without waiting */

/* Asks for a last delivery until that monotonic time, then for the end. */
void reporter_stop(struct reporter *r, int64_t until_mono_ms);
void reporter_wait(struct reporter *r); /* for that end */
void reporter_free(struct reporter *r); /* after it */

/* Whether it has nothing to do with that segment any more. */
bool reporter_has_passed(struct reporter *r, uint64_t segment);

/* Counts what it had yet to read of a segment that will be deleted as lost. */
void reporter_drop(struct reporter *r, const struct extent *segment);

/* Its part of the status: one JSON object. */
void reporter_status(struct reporter *r, struct json *j);

#endif
