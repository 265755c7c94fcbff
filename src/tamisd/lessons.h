/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What reports teach the classifier. Reads the log "change" from where it was
 * left; that place is a file in tamisd.state_dir, written when the model with
 * the lessons has been. A model learns a message once, so going over some of
 * the log again after a crash changes nothing.
 */
#ifndef TAMISD_LESSONS_H
#define TAMISD_LESSONS_H

#include "ingress/counters.h"
#include "learn/ledger.h"

struct lessons;

struct lessons *lessons_new(const struct conf *conf, struct store *store,
                            struct counters *counters);
void lessons_free(struct lessons *l);

/* Learns what is new; as much as fits in one publication of the model. True
 * when there is more. */
bool lessons_step(struct lessons *l, int64_t now_ms);

/* Up to when it has read the log. */
int64_t lessons_read_ms(const struct lessons *l);

#endif
