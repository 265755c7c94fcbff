/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clients of the spamd protocol: sockets on one epoll descriptor, which gives
 * each event to one thread only. Between two events nobody has a connection
 * but the watcher (spamd.c), who looks at its time.
 */
#ifndef INGRESS_SPAMD_CONNECTION_H
#define INGRESS_SPAMD_CONNECTION_H

#include "base/ip.h"
#include "ingress/spamd_session.h"

struct spamd_connection;

/* All that are open. */
struct spamd_clients {
	struct ingress *ingress;
	int epoll;
	pthread_mutex_t lock; /* of the next members */
	struct spamd_connection *first;
	size_t n;
};

void spamd_clients_init(struct spamd_clients *clients, struct ingress *in);
size_t spamd_clients_count(struct spamd_clients *clients);

/* Takes over a connected socket that does not block. */
void spamd_clients_add(struct spamd_clients *clients, int fd,
                       const char ip[IP_TEXT]);

/* Serves whatever has something to do, for ever. */
void spamd_clients_serve(struct spamd_clients *clients);

/* Ends those that have taken too long. */
void spamd_clients_watch(struct spamd_clients *clients);

#endif
