/* SPDX-License-Identifier: Apache-2.0 */
/* A reporter from within: what its thread (reporter.c) and its deliveries
 * (work.c) share. */
#ifndef REPORT_WORK_H
#define REPORT_WORK_H

#include <pthread.h>

#include "report/reporter.h"

struct reporter {
	const struct reporter_kind *kind;
	const struct conf *conf;
	const struct conf_reporter *own;
	const char *dir;
	char *cursors; /* folder of the cursors */
	struct tally *tally;
	_Atomic int64_t stop_ms; /* monotonic; 0: goes on */

	/* of the thread alone */
	pthread_t thread;
	void *state; /* NULL: not open */
	struct range range;

	/* Held while the thread works, but not while it sends or waits. */
	pthread_mutex_t mutex;
	pthread_cond_t wake;
	bool woken, flush;
	struct cursor cursor;
	bool unsaved;       /* the file lags behind `cursor` */
	bool save_failed;   /* the last time */
	struct place saved; /* cursor.at as the file has it */
	int64_t save_ms;    /* monotonic: when it was saved */
	int64_t retry_ms;   /* monotonic: no attempt before */
	int64_t due_ms;     /* monotonic: to look again then; 0: no */
	int64_t package_ms; /* monotonic: when the last one was made */
	unsigned failures;  /* in a row */
	int64_t success_unix_ms, failure_unix_ms;
	char why[REPORTER_WHY]; /* of the last failure; "" since a success */
};

/* One without its thread; see reporter_start(). */
struct reporter *reporter_new(const struct reporter_kind *kind,
                              const struct conf *conf,
                              const struct conf_reporter *own, const char *dir,
                              struct tally *tally);

enum { WORK_SAVE_MS = 1000 }; /* cursors of delivering reporters lag so much */

int64_t work_now_ms(void); /* monotonic */

/* One step, with the mutex held: a delivery, a package made or sent. True
 * when there may be more to do at once; else r->retry_ms and r->due_ms say
 * when. */
bool work_step(struct reporter *r);

/* Saves the cursor. E_IO: the file is as it was, and r->unsaved is set. */
int work_save(struct reporter *r);

/* Of what was lost, what a package has told or will tell of without waiting
 * for a record. */
uint64_t work_lost_pending(const struct reporter *r);

/* Counts records that no package will have: lost, and to be told of. */
void work_lose(struct reporter *r, int64_t begin_ms, int64_t end_ms,
               uint64_t records, enum gap_why why);

#endif
