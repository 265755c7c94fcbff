/* SPDX-License-Identifier: Apache-2.0 */
/* Threads for what nobody waits for. */
#ifndef INGRESS_BACKGROUND_H
#define INGRESS_BACKGROUND_H

#include <pthread.h>
#include <stddef.h>

/* Starts a thread of low priority; `what` is the name of its work, for the
 * log. Without a thread the process ends. */
void background_start(pthread_t *ret, const char *what, size_t stack_bytes,
                      void *(*work)(void *ctx), void *ctx);

#endif
