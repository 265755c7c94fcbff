/* SPDX-License-Identifier: Apache-2.0 */
/* Giving up what a process must not have. */
#ifndef TAMISD_PRIVILEGE_H
#define TAMISD_PRIVILEGE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "conf/conf.h"

struct privilege {
	bool drop; /* started as root, and a user is configured */
	uid_t uid; /* of the unprivileged processes */
	gid_t gid;
	char user[64];
};

/* Looks the configured user and group up; E_UNKNOWN with a diagnostic. */
int privilege_find(const struct conf_tamisd *conf, struct privilege *ret,
                   struct diags *diags);

/* Becomes that user for good; ends the process if it cannot. */
void privilege_drop(const struct privilege *p);

/* Forbids what a scanner or reporter never needs (new programs, tracing,
 * mounting, loading code into the kernel, ...), as far as the build has
 * libseccomp; never fails. Returns whether a filter is in force. */
bool privilege_sandbox(void);

#endif
