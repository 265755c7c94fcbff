/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/spamd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "ingress/spamd_connection.h"

enum {
	LISTENERS_MAX = 16,
	WATCH_MS = 500, /* how often time is looked at */
	PAUSE_MS = 10,  /* while there are too many connections */
};

struct spamd {
	struct spamd_clients clients;
	struct pollfd fds[1 + LISTENERS_MAX]; /* the first: to wake up */
	size_t n_listeners;
	_Atomic bool drained; /* no more connections come */
};

/* ---- who may connect ---- */

/* Its address, that of this machine for unix sockets; whether it is on this
 * machine. */
static bool
read_peer(int fd, char text[IP_TEXT])
{
	struct sockaddr_storage peer;
	socklen_t length = sizeof peer;
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)&peer;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&peer;

	snprintf(text, IP_TEXT, "127.0.0.1");
	if (getpeername(fd, (struct sockaddr *)&peer, &length))
		return false;
	if (peer.ss_family == AF_INET) {
		inet_ntop(AF_INET, &v4->sin_addr, text, IP_TEXT);
		return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
	}
	if (peer.ss_family == AF_INET6) {
		inet_ntop(AF_INET6, &v6->sin6_addr, text, IP_TEXT);
		return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
	}
	return true;
}

static bool
is_allowed(struct ingress *in, const char *text)
{
	struct snapshot *s = ingress_snapshot(in);
	const struct conf_list *allow = &s->conf->spamd.allow;
	struct ip_set *set = ip_set_new();
	struct ip_net net;
	struct ip ip;
	bool allowed;

	for (size_t i = 0; i < allow->n; i++)
		if (ip_net_parse(sv_str(allow->list[i]), &net) == 0)
			ip_set_add(set, &net);
	ip_set_seal(set);
	allowed = ip_parse(sv_str(text), &ip) == 0 && ip_set_has(set, &ip);
	ip_set_free(set);
	snapshot_unref(s);
	return allowed;
}

/* Takes one client; false: there is none to be had. */
static bool
accept_one(struct spamd *d, int listen_fd)
{
	struct ingress *in = d->clients.ingress;
	int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	char ip[IP_TEXT];

	if (fd < 0) {
		/* Without descriptors or memory: not at full speed. */
		if (errno != EAGAIN && errno != ECONNABORTED)
			poll(NULL, 0, PAUSE_MS);
		return errno == ECONNABORTED;
	}
	if (read_peer(fd, ip) || is_allowed(in, ip)) {
		spamd_clients_add(&d->clients, fd, ip);
		return true;
	}
	counter_add(in->counters, COUNTER_spamd_refused, 1);
	log_warning("spamd client refused client=%s: not in spamd.allow", ip);
	close(fd);
	return true;
}

/* ---- the watcher ---- */

static bool
has_room(struct spamd *d)
{
	struct snapshot *s = ingress_snapshot(d->clients.ingress);
	size_t max = (size_t)s->conf->spamd.connections_max;

	snapshot_unref(s);
	return spamd_clients_count(&d->clients) < max;
}

/* Takes what has come to the kernel before it closes the door. */
static void
close_door(struct spamd *d)
{
	for (size_t i = 1; i <= d->n_listeners; i++) {
		while (accept_one(d, d->fds[i].fd))
			;
		close(d->fds[i].fd);
	}
	d->n_listeners = 0;
	atomic_store(&d->drained, true);
}

static void
watch_once(struct spamd *d)
{
	bool room = has_room(d);
	size_t n = 1 + (room ? d->n_listeners : 0);
	uint64_t ignored;

	if (poll(d->fds, n, room ? WATCH_MS : PAUSE_MS) > 0) {
		for (size_t i = 1; i < n; i++)
			if (d->fds[i].revents)
				accept_one(d, d->fds[i].fd);
		if (d->fds[0].revents &&
		    read(d->fds[0].fd, &ignored, sizeof ignored) > 0)
			close_door(d);
	}
	spamd_clients_watch(&d->clients);
}

static void *
watch_thread(void *ctx)
{
	for (;;)
		watch_once(ctx);
	return NULL;
}

static void *
serve_thread(void *ctx)
{
	struct spamd *d = ctx;

	spamd_clients_serve(&d->clients);
	return NULL;
}

/* ---- as a whole ---- */

static void
start_thread(void *(*body)(void *), struct spamd *d)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, body, d))
		mem_die("cannot start a thread");
	pthread_detach(thread);
}

static void
start_threads(struct spamd *d)
{
	for (unsigned i = ingress_threads(d->clients.ingress); i; i--)
		start_thread(serve_thread, d);
	start_thread(watch_thread, d);
}

struct spamd *
spamd_new(struct ingress *in, const int *listen_fds, size_t n)
{
	struct spamd *d = mem_calloc(1, sizeof *d);

	spamd_clients_init(&d->clients, in);
	d->fds[0] =
	    (struct pollfd){ .fd = eventfd(0, EFD_CLOEXEC), .events = POLLIN };
	if (d->fds[0].fd < 0)
		mem_die("no descriptor for events");
	for (size_t i = 0; i < n && i < LISTENERS_MAX; i++) {
		/* Several scanners wait for the same clients. */
		fcntl(listen_fds[i], F_SETFL, O_NONBLOCK);
		d->fds[++d->n_listeners] =
		    (struct pollfd){ .fd = listen_fds[i], .events = POLLIN };
	}
	if (n)
		start_threads(d);
	else
		atomic_store(&d->drained, true);
	return d;
}

void
spamd_drain(struct spamd *d)
{
	uint64_t one = 1;

	if (write(d->fds[0].fd, &one, sizeof one) < 0)
		log_warning("spamd connections are not waited for");
}

size_t
spamd_busy(struct spamd *d)
{
	return spamd_clients_count(&d->clients) + !atomic_load(&d->drained);
}
