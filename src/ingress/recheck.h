/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A second look at some messages: one in match.recheck_every is matched again
 * by PCRE2 alone, in a thread of low priority. When the engine found something
 * else, that is logged and counted, and the rule set is evaluated by PCRE2
 * alone from then on.
 */
#ifndef INGRESS_RECHECK_H
#define INGRESS_RECHECK_H

#include "ingress/counters.h"
#include "scan/scan.h"

struct recheck;

/* Starts the thread; it ends with the process, or with recheck_free(). */
struct recheck *recheck_new(struct counters *counters);
void recheck_free(struct recheck *r); /* takes NULL */

/* For each message that was judged, by any thread. Copies the message when it
 * is its turn; when the thread is busy with another one it is passed over. */
void recheck_offer(struct recheck *r, const struct scan *s);

/* Waits until the thread has nothing to do. */
void recheck_drain(struct recheck *r);

#endif
