/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mail through libmilter, for Postfix and Sendmail. Callbacks only append to
 * the session; all work is one call of ingress_judge() at end of message, so
 * that local submissions are never refused before it. Postfix's MILTER_README
 * and libmilter's own manual are the references.
 *
 * libmilter is one per process: at most one milter runs in each scanner.
 */
#ifndef INGRESS_MILTER_H
#define INGRESS_MILTER_H

#include "ingress/ingress.h"

struct milter_options {
	int listen_fd;       /* bound and listening already */
	const char *address; /* what it listens on, as configured */
	int64_t timeout_ms;
};

/* Serves until a signal or milter_stop(); returns 0, or E_IO when libmilter
 * cannot listen on a descriptor. Call it in the main thread. Session threads
 * get small stacks: set the default with milter_prepare_threads() before any
 * thread is made. */
int milter_run(struct ingress *in, const struct milter_options *options);

void milter_prepare_threads(void);

/* New messages are put off from now on; those in flight go on. Any thread. */
void milter_drain(void);

#endif
