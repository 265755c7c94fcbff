/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The learner process: applies reports (learn/ledger.h), and teaches what they
 * say to the classifier of this machine (lessons.h). One a machine; where
 * several share a store, one of them applies, and all are taught.
 */
#ifndef TAMISD_LEARNER_H
#define TAMISD_LEARNER_H

#include "conf/conf.h"
#include "ingress/counters.h"

/* Runs until `stop_fd` is readable or closed. `conf` is used for the whole
 * run. Returns an exit code. */
int learner_run(const struct conf *conf, struct counters *counters,
                int stop_fd);

#endif
