/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The supervisor: owns sockets, signals, the pid file and the children;
 * parses no message. One thread, one poll loop.
 */
#ifndef TAMISD_SUPERVISOR_H
#define TAMISD_SUPERVISOR_H

#include "base/process.h"
#include "ingress/counters.h"
#include "ingress/hit_table.h"
#include "tamisd/bundle.h"
#include "tamisd/child.h"
#include "tamisd/listener.h"

enum { LISTENERS_MAX = 16, SCANNERS_MAX = 64 };

/* Of one kind of clients. */
struct listeners {
	struct listener list[LISTENERS_MAX];
	size_t n;
};

struct supervisor {
	const char *conf_path;       /* absolute; NULL: defaults */
	enum log_target log_target;  /* of all processes */
	struct bundle bundle;        /* in force */
	struct bundle_report report; /* of that bundle */
	struct process_user user;    /* of the children */
	struct counters *counters;
	struct hit_table *hits;
	_Atomic unsigned *in_flight; /* one a scanner, shared memory */
	struct listeners milters, https, spamds;
	struct listener control;
	struct child scanners[SCANNERS_MAX];
	size_t n_scanners;
	struct child reporter, learner;
	int signal_fd;
	int64_t started_ms;
	uint64_t reloads;
	int64_t last_reload_ms; /* 0: never */
	bool last_reload_ok;
	bool needs_restart;      /* for what the last one has changed */
	char *last_reload_error; /* or NULL */
	bool announced;          /* readiness */
	bool stopping;
	int ready_fd; /* for process_say_ready(), once all scanners listen */
};

/* Binds sockets, opens the counters, makes folders; E_IO and so on, with
 * diagnostics. `s` is zeroed but for conf_path,
 * log_target, ready_fd, bundle and report. */
int supervisor_open(struct supervisor *s, struct diags *diags);

/* Starts the children and serves until SIGTERM; returns an exit status. */
int supervisor_run(struct supervisor *s);

/* Reads configuration and rules anew and puts them in force everywhere, or
 * nowhere. The text of what is wrong is in s->last_reload_error. */
bool supervisor_reload(struct supervisor *s);

/* Sends a word, with a descriptor (-1: none), to a scanner and waits for its
 * answer. False when that is not "ok": then it is in `why`. One that does not
 * answer in time is killed, for what it does later would be out of step; a
 * dead one is no obstacle, as its successor gets what is in force. */
bool supervisor_ask(struct supervisor *s, struct child *c, const char *word,
                    int pass_fd, char why[CHILD_PACKET_MAX]);

/* The socket that a scanner serves; NULL: there are none for mail. */
const struct listener *supervisor_milter(const struct supervisor *s,
                                         size_t scanner);

/* One client of the control socket (control.c). */
void control_serve(struct supervisor *s, int client_fd);

#endif
