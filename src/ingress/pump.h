/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps libmilter's worker pool awake. Debian builds libmilter with a pool
 * whose controller may mark sessions as ready when no worker is left to take
 * them; they wait until some other event wakes the controller. So before a
 * callback computes or waits for long, we make such an event: the pump is one
 * connection from this process to its own milter socket, and pump_stroke()
 * sends an empty macro packet over it.
 */
#ifndef INGRESS_PUMP_H
#define INGRESS_PUMP_H

#include <stdbool.h>

#include "base/sv.h"

/* Where to connect: the configured address of the milter socket. Once. */
void pump_init(const char *address);

/* Wakes the controller. Connects when need be; failing is harmless. Any
 * thread; does not block. */
void pump_stroke(void);

/* Whether a connection with this client name is the pump's own. */
bool pump_is_own(struct sv client_name);

#endif
