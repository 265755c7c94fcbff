/* SPDX-License-Identifier: Apache-2.0 */
/* The resolver of a scanner: one for all configurations that come and go. */
#ifndef TAMISD_RESOLVER_H
#define TAMISD_RESOLVER_H

#include "ingress/counters.h"
#include "scan/scan.h"

/* Has the snapshot ask, if its configuration says so; starts the resolver when
 * it is the first to do so. Logs what prevents it: then nobody is asked. */
void resolver_attach(struct snapshot *s, struct counters *counters);

/* The snapshot comes into force: the resolver follows its configuration. */
void resolver_follow(const struct snapshot *s);

#endif
