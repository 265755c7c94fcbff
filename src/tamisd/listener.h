/* SPDX-License-Identifier: Apache-2.0 */
/* A listening socket that the supervisor owns and its scanners inherit. */
#ifndef TAMISD_LISTENER_H
#define TAMISD_LISTENER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/process.h"

struct listener {
	char *address; /* as configured */
	int fd;
	bool is_unix;
	uint64_t device, inode; /* of the socket file, to know it again */
};

/* A unix socket is given to `owner` (NULL: stays ours) if that is a user to
 * become, and to `group` ("": stays as it is). Errors with a diagnostic; the
 * listener is to be closed all the same. */
int listener_open(struct listener *l, const char *address, unsigned mode,
                  const struct process_user *owner, const char *group,
                  struct diags *diags);

/* Closes it and removes its file, if that is still ours. */
void listener_close(struct listener *l);

#endif
