/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The client's side of the daemon's control socket (tamisd.control): one
 * JSON line is sent, one comes back, then the daemon closes.
 */
#ifndef TAMIS_CONTROL_H
#define TAMIS_CONTROL_H

#include <jansson.h>

#include "conf/conf.h"

enum { CONTROL_WHY = 300 };

/* Sends {"command":COMMAND}; the answer belongs to the caller. NULL with the
 * reason in `why` when there is no daemon or no sensible answer. */
json_t *control_ask(const struct conf *conf, const char *command,
                    char why[CONTROL_WHY]);

/* The same with a whole request, one JSON object, and what follows it. */
json_t *control_send(const struct conf *conf, struct sv request, struct sv tail,
                     char why[CONTROL_WHY]);

/* Whether nobody listens there at all: no daemon runs. */
bool control_is_absent(const struct conf *conf);

#endif
