/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Work on many items by several threads. Each takes the next item, and what
 * came of it is handed over in the order of the items, whichever was ready
 * first; a slow one holds up at most CREW_AHEAD others in memory.
 */
#ifndef TAMIS_CREW_H
#define TAMIS_CREW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum { CREW_AHEAD = 1024, CREW_RESULT_BYTES_MAX = 16 << 20 };

struct crew_job {
	size_t n;       /* items, from 0 on */
	size_t threads; /* at least 1; no more than items are started */
	bool progress;  /* shown on standard error */
	void *ctx;

	/* In each thread: its own state, as the worker of the items it does. */
	void *(*begin)(void *ctx);
	void (*work)(void *worker, size_t item, struct buf *result);
	/* One thread at a time: releases the worker. */
	void (*end)(void *ctx, void *worker);
	/* One thread at a time, in order. False ends the work. */
	bool (*take)(void *ctx, size_t item, struct sv result);
};

/* Returns when all is done and all threads have ended; false when take() did
 * not want to go on. */
bool crew_run(const struct crew_job *job);

/* What -j says, or the number of processors when it is 0. */
size_t crew_threads(int64_t given);

#endif
