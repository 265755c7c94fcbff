/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses of our own sockets, as the configuration writes them:
 *
 *     unix:/run/tamis/milter.sock
 *     inet:8891@127.0.0.1        inet6:8891@[::1]
 *
 * No host names: nothing here blocks on a resolver.
 */
#ifndef BASE_SOCKET_H
#define BASE_SOCKET_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/sv.h"

struct socket_address {
	struct sockaddr_storage address;
	socklen_t length;
	bool is_unix;
	bool is_loopback; /* true for unix sockets */
};

/* E_SYNTAX. */
int socket_parse(struct sv text, struct socket_address *ret)
    __attribute__((warn_unused_result));

/* A listening, close-on-exec socket. A stale unix socket is replaced; one
 * that somebody still answers on is E_EXISTS. E_IO with errno. `mode` is
 * that of a unix socket. Returns the descriptor. */
int socket_listen(const struct socket_address *a, unsigned mode);

/* A connected one; E_IO with errno. */
int socket_connect(const struct socket_address *a);

#endif
