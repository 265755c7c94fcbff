/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scanner process: ingress and pipeline, without rights. It is given its
 * sockets and its bundle; from the supervisor it takes these packets:
 *
 *     load    with a descriptor: compile this bundle, and say "ok" or why not
 *     commit  put it in force; says "ok"
 *     abort   forget it; says "ok"
 *     stop    (or the end) finish what is in flight, then exit
 *
 * and says "ready" when it listens.
 */
#ifndef TAMISD_SCANNER_H
#define TAMISD_SCANNER_H

#include "base/process.h"
#include "ingress/counters.h"
#include "ingress/hit_table.h"
#include "tamisd/bundle.h"

struct scanner_options {
	const struct bundle *bundle;
	enum log_target log_target;
	const struct process_user *user;
	struct counters *counters;
	struct hit_table *hits;
	_Atomic unsigned *in_flight; /* shared with the supervisor */
	int milter_fd;               /* -1: none */
	const char *milter_address;
	const int *http_fds;
	const bool *http_trusted; /* unix sockets: no token needed */
	size_t n_http;
	const int *spamd_fds;
	size_t n_spamd;
};

/* The body of the process; returns its exit status. */
int scanner_main(const struct scanner_options *options, int supervisor_fd);

#endif
