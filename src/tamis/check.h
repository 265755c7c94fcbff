/* SPDX-License-Identifier: Apache-2.0 */
/* The pieces of `tamis check`: judging in parallel, and how a result is
 * written. */
#ifndef TAMIS_CHECK_H
#define TAMIS_CHECK_H

#include "base/buf.h"
#include "tamis/inputs.h"
#include "tamis/term.h"

/* ---- results ---- */

struct tally {
	size_t verdicts[VERDICT_COUNT];
	size_t incomplete, unreadable, done;
	int64_t begin_mono_us;
};

/* One line, with its line end, for people or for programs. `scan` NULL: the
 * input could not be read, and `why` says it. */
void check_write_line(struct buf *out, const struct term *term,
                      const struct judge_input *input, const struct scan *scan,
                      const char *why);
void check_write_json(struct buf *out, const struct judge_input *input,
                      const struct scan *scan, const char *why);

/* ---- all of it ---- */

struct check_job {
	const struct inputs *inputs;
	struct snapshot *snapshot;
	struct image_pool *images; /* or NULL */
	struct store *store;       /* or NULL */
	bool json, all_hits;
	size_t threads;
	struct term out, err;
};

/* Judges all inputs with that many threads and prints the results to
 * standard output in the order of the inputs. */
struct tally check_all(const struct check_job *job);

#endif
