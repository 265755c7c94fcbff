/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A child process of the supervisor, with a packet socket between the two and
 * a rule for when to start it again.
 */
#ifndef TAMISD_CHILD_H
#define TAMISD_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/sv.h"

enum { CHILD_PACKET_MAX = 4096 };

struct child {
	const char *role;   /* "scanner", "reporter", "learner" */
	pid_t pid;          /* 0: not running */
	int fd;             /* our end of the socket; -1 when not running */
	bool ready;         /* it said so */
	int64_t started_ms; /* wall clock */
	int64_t started_us; /* monotonic */
	bool replaced;      /* told to end: its successor starts at once */
	uint64_t restarts;
	unsigned failures;  /* quick deaths in a row */
	int64_t restart_us; /* when to start it again, monotonic */
};

/* Forks. The child runs `body` with its end of the socket and exits with the
 * result; it has a process group of its own and default signal actions, and
 * must end when the socket does. Returns 0, or E_IO. */
int child_start(struct child *c, int (*body)(void *ctx, int fd), void *ctx);

/* The child is gone (after waitpid): says when to try again. A child that
 * lived for ten seconds is replaced at once, others after 0.1 s, 0.2 s, ...
 * up to 30 s; the first death is always followed by an immediate restart. */
void child_gone(struct child *c, int status);

/* One packet each way; a descriptor may go along (-1: none). Receiving waits
 * for at most `timeout_ms` and returns the bytes, 0 when the other side is
 * gone, or E_IO, E_STATE (time is up). `text` is NUL-terminated. */
int child_send(int fd, struct sv text, int pass_fd);
int child_receive(int fd, char text[CHILD_PACKET_MAX], int *ret_fd,
                  int timeout_ms);

#endif
