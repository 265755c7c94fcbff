/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mail by the protocol of SpamAssassin's spamd (docs/spamd.md), for spamc and
 * the mail servers and delivery agents that speak it.
 *
 * One thread accepts connections and watches their time; a few others, one or
 * so a processor, read, judge and answer whatever connection has something to
 * do. A slow client costs memory, not a thread.
 */
#ifndef INGRESS_SPAMD_H
#define INGRESS_SPAMD_H

#include "ingress/ingress.h"

struct spamd;

/* Serves bound and listening sockets in threads of its own. Lives as long as
 * the process; ends it when there are no threads to be had. */
struct spamd *spamd_new(struct ingress *in, const int *listen_fds, size_t n);

/* Takes the connections that wait, and then no more; those that are open are
 * served. Any thread. */
void spamd_drain(struct spamd *d);

/* Open connections, and 1 as long as more may come. */
size_t spamd_busy(struct spamd *d);

#endif
