/* SPDX-License-Identifier: Apache-2.0 */
/* A filter on system calls for processes that read what strangers write. */
#ifndef TAMISD_SANDBOX_H
#define TAMISD_SANDBOX_H

#include <stdbool.h>

/* Forbids what a scanner or reporter never needs (new programs, tracing,
 * mounting, other users, loading code into the kernel, ...) for this thread
 * and all it starts, as far as the build has libseccomp; never fails. Returns
 * whether a filter is in force. Call it after process_user_become(). */
bool sandbox_enter(void);

#endif
