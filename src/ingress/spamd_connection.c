/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/spamd_connection.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

enum {
	READ_BYTES = 16 * 1024,
	READS_MAX = 64, /* in one go, so that others have their turn */
};

/* What a connection is at. */
enum phase { PHASE_READ, PHASE_WRITE, PHASE_LINGER, PHASE_CLOSED };

struct spamd_connection {
	struct spamd_clients *clients;
	/* guarded by the lock: */
	struct spamd_connection *next, *before;
	enum phase phase;
	int64_t end_us; /* of the phase */
	bool late;      /* it has passed */
	/* of whichever thread has an event: */
	int fd;
	char ip[IP_TEXT];
	struct spamd_session session;
	size_t written;
};

void
spamd_clients_init(struct spamd_clients *clients, struct ingress *in)
{
	*clients = (struct spamd_clients){ .ingress = in };
	pthread_mutex_init(&clients->lock, NULL);
	clients->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (clients->epoll < 0)
		mem_die("no descriptor for epoll");
}

size_t
spamd_clients_count(struct spamd_clients *clients)
{
	size_t n;

	pthread_mutex_lock(&clients->lock);
	n = clients->n;
	pthread_mutex_unlock(&clients->lock);
	return n;
}

/* ---- the list ---- */

static void
begin_phase(struct spamd_connection *c, enum phase phase)
{
	int64_t ms = c->session.snapshot->conf->spamd.timeout_ms;

	pthread_mutex_lock(&c->clients->lock);
	c->phase = phase;
	c->late = false;
	c->end_us = clock_mono_us() + ms * 1000;
	pthread_mutex_unlock(&c->clients->lock);
}

static void
link_in(struct spamd_connection *c)
{
	struct spamd_clients *clients = c->clients;

	pthread_mutex_lock(&clients->lock);
	c->next = clients->first;
	if (c->next)
		c->next->before = c;
	clients->first = c;
	clients->n++;
	pthread_mutex_unlock(&clients->lock);
}

/* Also closes: the watcher must not find a descriptor that has become another
 * one's. */
static void
link_out(struct spamd_connection *c)
{
	struct spamd_clients *clients = c->clients;

	pthread_mutex_lock(&clients->lock);
	if (c->next)
		c->next->before = c->before;
	if (c->before)
		c->before->next = c->next;
	else
		clients->first = c->next;
	clients->n--;
	close(c->fd);
	pthread_mutex_unlock(&clients->lock);
}

static void
connection_free(struct spamd_connection *c)
{
	link_out(c);
	spamd_session_done(&c->session);
	free(c);
}

/* ---- steps ---- */

static void
step_read(struct spamd_connection *c, bool late)
{
	struct spamd_session *s = &c->session;
	char piece[READ_BYTES];

	if (late)
		spamd_session_late(s);
	for (int i = 0; i < READS_MAX && !s->answered; i++) {
		ssize_t n = recv(c->fd, piece, sizeof piece, 0);

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n < 0) {
			begin_phase(c, PHASE_CLOSED);
			return;
		}
		if (n == 0)
			spamd_session_end(s);
		else
			spamd_session_read(s, sv_make(piece, (size_t)n));
	}
	if (s->answered)
		begin_phase(c, PHASE_WRITE);
}

/* Closing with bytes of the client unread would take the answer from it: they
 * are read first. */
static void
end_answer(struct spamd_connection *c)
{
	if (c->session.whole) {
		begin_phase(c, PHASE_CLOSED);
		return;
	}
	shutdown(c->fd, SHUT_WR);
	begin_phase(c, PHASE_LINGER);
}

static void
step_write(struct spamd_connection *c)
{
	struct sv rest = sv_from(buf_sv(&c->session.out), c->written);
	ssize_t n = 0;

	if (rest.n)
		n = send(c->fd, rest.p, rest.n, MSG_NOSIGNAL);
	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		begin_phase(c, PHASE_CLOSED);
		return;
	}
	if (n > 0)
		c->written += (size_t)n;
	if (c->written == c->session.out.n)
		end_answer(c);
}

static void
step_linger(struct spamd_connection *c)
{
	char piece[READ_BYTES];

	for (int i = 0; i < READS_MAX; i++) {
		ssize_t n = recv(c->fd, piece, sizeof piece, 0);

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			begin_phase(c, PHASE_CLOSED);
			return;
		}
	}
}

/* The thread that gets the next event waits for the lock, and so sees all that
 * this one has done. */
static void
wait_for_event(struct spamd_connection *c, int operation)
{
	struct spamd_clients *clients = c->clients;
	struct epoll_event event = { .data.ptr = c };
	bool failed;

	pthread_mutex_lock(&clients->lock);
	event.events =
	    EPOLLONESHOT | (c->phase == PHASE_WRITE ? EPOLLOUT : EPOLLIN);
	failed = epoll_ctl(clients->epoll, operation, c->fd, &event) != 0;
	pthread_mutex_unlock(&clients->lock);
	if (failed)
		mem_die("cannot watch a connection");
}

static void
connection_step(struct spamd_connection *c)
{
	bool late;

	pthread_mutex_lock(&c->clients->lock);
	late = c->late;
	pthread_mutex_unlock(&c->clients->lock);
	if (c->phase == PHASE_READ)
		step_read(c, late);
	if (c->phase == PHASE_WRITE)
		step_write(c);
	if (c->phase == PHASE_LINGER)
		step_linger(c);
	if (c->phase == PHASE_CLOSED)
		connection_free(c);
	else
		wait_for_event(c, EPOLL_CTL_MOD);
}

void
spamd_clients_add(struct spamd_clients *clients, int fd, const char ip[IP_TEXT])
{
	struct spamd_connection *c = mem_calloc(1, sizeof *c);
	struct sv text;

	c->clients = clients;
	c->fd = fd;
	memcpy(c->ip, ip, sizeof c->ip);
	text = sv_str(c->ip);
	spamd_session_init(
	    &c->session, clients->ingress,
	    sv_eq(text, SV("127.0.0.1")) ? SV("localhost") : text, text);
	begin_phase(c, PHASE_READ);
	link_in(c);
	counter_add(clients->ingress->counters, COUNTER_spamd_connections, 1);
	wait_for_event(c, EPOLL_CTL_ADD);
}

void
spamd_clients_serve(struct spamd_clients *clients)
{
	struct epoll_event event;

	for (;;)
		if (epoll_wait(clients->epoll, &event, 1, -1) == 1)
			connection_step(event.data.ptr);
}

/* Whose time is over gets an event: its next read finds the end, and what it
 * writes fails. The thread that takes the event does the rest. */
void
spamd_clients_watch(struct spamd_clients *clients)
{
	int64_t now = clock_mono_us();

	pthread_mutex_lock(&clients->lock);
	for (struct spamd_connection *c = clients->first; c; c = c->next) {
		if (c->late || now < c->end_us)
			continue;
		c->late = true;
		shutdown(c->fd, c->phase == PHASE_READ ? SHUT_RD : SHUT_RDWR);
	}
	pthread_mutex_unlock(&clients->lock);
}
