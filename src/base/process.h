/* SPDX-License-Identifier: Apache-2.0 */
/* What the daemons do with their own process: whose it is, where it runs,
 * and what systemd is told of it. For programs only; main thread only. */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

struct process_user {
	bool drop; /* started as root, and another user is configured */
	uid_t uid; /* who the process will be; now, if nothing is dropped */
	gid_t gid;
	char name[64];
};

/* Looks a configured user and group up ("": no change); `section` is that of
 * the options, for the diagnostic. E_UNKNOWN. */
int process_user_find(const char *section, const char *user, const char *group,
                      struct process_user *ret, struct diags *diags)
    __attribute__((warn_unused_result));

/* Becomes that user for good, and can gain no privileges by running other
 * programs; ends the process if that fails. */
void process_user_become(const struct process_user *u);

/* Goes to the background with the standard descriptors on /dev/null; the
 * starting process waits for process_say_ready() and exits with 0, or with 1
 * when we end before. Returns what to pass to it. */
int process_background(const char *program);

/* We serve: releases the starting process and tells systemd. `fd` -1: there
 * is nobody to release. */
void process_say_ready(int fd);

/* Tells systemd, where there is one: "RELOADING=1", "STOPPING=1". */
void process_notify(const char *state);

#endif
