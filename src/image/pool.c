/* SPDX-License-Identifier: Apache-2.0 */
/* The client's side: which decoder is free, one request to it, its answer. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "image/image.h"
#include "image/keeper.h"
#include "image/packet.h"

struct slot {
	int fd;
	bool busy;
};

struct image_pool {
	pid_t pid;   /* of the keeper */
	int control; /* to it: a byte is the slot whose decoder shall end */
	size_t n;
	struct slot slots[KEEPER_DECODERS_MAX];
	pthread_mutex_t lock; /* of slots[].busy */
	pthread_cond_t freed; /* by the monotonic clock */
	_Atomic uint32_t number;
};

/* ---- start and end ---- */

/* Where the program is: beside ours in a build folder, else installed. */
static const char *
find_program(char *path, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", path, size - 32);
	char *slash;

	if (n > 0) {
		path[n] = '\0';
		slash = strrchr(path, '/');
		strcpy(slash ? slash + 1 : path, "tamis-image");
		if (access(path, X_OK) == 0)
			return path;
	}
	return PKGLIBEXECDIR "/tamis-image";
}

/* The keeper's descriptors are where it expects them, and no others are open:
 * it may run for long, and must not hold what is not its own. */
static void __attribute__((noreturn))
become_keeper(const char *program, const int *fds, size_t n)
{
	int high[KEEPER_DECODERS_MAX + 1];
	char count[16];

	for (size_t i = 0; i < n; i++)
		high[i] = fcntl(fds[i], F_DUPFD, 100);
	for (size_t i = 0; i < n; i++)
		dup2(high[i], KEEPER_FD + (int)i);
	close_range(KEEPER_FD + (unsigned)n, ~0u, 0);
	snprintf(count, sizeof count, "%zu", n - 1);
	execle(program, "tamis-image", count, (char *)NULL, (char *[]){ NULL });
	_exit(127);
}

static bool
open_sockets(struct image_pool *p, int *theirs)
{
	for (size_t i = 0; i <= p->n; i++) {
		int pair[2];

		if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
			return false;
		theirs[i] = pair[1];
		if (i == 0)
			p->control = pair[0];
		else
			p->slots[i - 1].fd = pair[0];
	}
	return true;
}

static void
close_all(struct image_pool *p)
{
	if (p->control >= 0)
		close(p->control);
	for (size_t i = 0; i < p->n; i++)
		if (p->slots[i].fd >= 0)
			close(p->slots[i].fd);
}

bool
image_is_built(void)
{
#ifdef HAVE_IMAGE
	return true;
#else
	return false;
#endif
}

static struct image_pool *
pool_open(size_t n)
{
	struct image_pool *p = mem_calloc(1, sizeof *p);
	pthread_condattr_t attr;

	p->n = n;
	p->control = -1;
	for (size_t i = 0; i < n; i++)
		p->slots[i].fd = -1;
	pthread_mutex_init(&p->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&p->freed, &attr);
	pthread_condattr_destroy(&attr);
	return p;
}

struct image_pool *
image_pool_new(const struct conf_image *conf, const char *program)
{
	int theirs[KEEPER_DECODERS_MAX + 1];
	char path[4096];
	struct image_pool *p;

	errno = 0;
	if (!image_is_built() || !conf->qr)
		return NULL;
	if (!program)
		program = find_program(path, sizeof path);
	if (access(program, X_OK))
		return NULL;
	p = pool_open((size_t)conf->decoders);
	memset(theirs, -1, sizeof theirs);
	p->pid = open_sockets(p, theirs) ? fork() : -1;
	if (p->pid == 0)
		become_keeper(program, theirs, p->n + 1);
	for (size_t i = 0; i <= p->n; i++)
		if (theirs[i] >= 0)
			close(theirs[i]);
	if (p->pid < 0) {
		close_all(p);
		free(p);
		return NULL;
	}
	return p;
}

void
image_pool_free(struct image_pool *p)
{
	if (!p)
		return;
	close_all(p);
	waitpid(p->pid, NULL, 0);
	pthread_cond_destroy(&p->freed);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

int
image_pool_pid(const struct image_pool *p)
{
	return p->pid;
}

/* ---- one picture ---- */

static struct slot *
find_free(struct image_pool *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (!p->slots[i].busy)
			return &p->slots[i];
	return NULL;
}

static struct slot *
take_slot(struct image_pool *p, int64_t deadline_us)
{
	struct timespec until = { .tv_sec = deadline_us / 1000000,
		                  .tv_nsec = deadline_us % 1000000 * 1000 };
	struct slot *slot;
	int result = 0;

	pthread_mutex_lock(&p->lock);
	while (!(slot = find_free(p)) && result == 0)
		result = pthread_cond_timedwait(&p->freed, &p->lock, &until);
	if (slot)
		slot->busy = true;
	pthread_mutex_unlock(&p->lock);
	return slot;
}

static void
give_back(struct image_pool *p, struct slot *slot)
{
	pthread_mutex_lock(&p->lock);
	slot->busy = false;
	pthread_cond_signal(&p->freed);
	pthread_mutex_unlock(&p->lock);
}

static bool
wait_for(int fd, short events, int64_t deadline_us)
{
	struct pollfd p = { .fd = fd, .events = events };
	int64_t left_us;
	int n;

	do {
		left_us = deadline_us - clock_mono_us();
		n = left_us > 0 ? poll(&p, 1, (int)(left_us / 1000) + 1) : 0;
	} while (n < 0 && errno == EINTR);
	return n > 0;
}

/* 0; E_IO when the keeper is gone, E_LIMIT when it is too late. */
static int
send_request(const struct slot *slot, const struct packet_piece *first,
             struct sv data, int64_t deadline_us)
{
	struct packet_piece piece = *first;
	char packet[PACKET_BYTES_MAX];

	while (piece.at < data.n) {
		size_t taken;
		size_t n = packet_write_piece(&piece, sv_from(data, piece.at),
		                              packet, &taken);

		if (send(slot->fd, packet, n, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
			piece.at += (uint32_t)taken;
		else if (errno != EAGAIN && errno != EINTR)
			return E_IO;
		else if (!wait_for(slot->fd, POLLOUT, deadline_us))
			return E_LIMIT;
	}
	return 0;
}

/* Answers to earlier requests, which came too late. */
static void
drop_answers(const struct slot *slot)
{
	char packet[PACKET_BYTES_MAX];

	while (recv(slot->fd, packet, sizeof packet, MSG_DONTWAIT) > 0)
		;
}

static int
receive_answer(const struct slot *slot, uint32_t number, int64_t deadline_us,
               char packet[PACKET_BYTES_MAX], struct packet_answer *ret)
{
	ssize_t n;

	while (wait_for(slot->fd, POLLIN, deadline_us)) {
		n = recv(slot->fd, packet, PACKET_BYTES_MAX, MSG_DONTWAIT);
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
			return E_IO;
		if (n > 0 &&
		    packet_read_answer(sv_make(packet, (size_t)n), ret) &&
		    (ret->number == number || ret->number == 0))
			return 0;
	}
	return E_LIMIT;
}

static const char *
exchange(struct image_session *s, struct slot *slot, struct sv data,
         int64_t deadline_us, char packet[PACKET_BYTES_MAX],
         struct packet_answer *answer)
{
	struct image_pool *p = s->pool;
	struct packet_piece first = {
		.number = p->number++ | 1u << 31,
		.pixels_max = (uint32_t)s->conf->pixels_max,
		.bytes = (uint32_t)data.n,
	};
	unsigned char index = (unsigned char)(slot - p->slots);
	int result;

	drop_answers(slot);
	result = send_request(slot, &first, data, deadline_us);
	if (result == 0)
		result = receive_answer(slot, first.number, deadline_us, packet,
		                        answer);
	s->failed += result != 0;
	if (result == E_LIMIT) {
		(void)!send(p->control, &index, 1, MSG_DONTWAIT | MSG_NOSIGNAL);
		return "image.wait";
	}
	if (result)
		return "image.decoders";
	if (answer->outcome == IMAGE_TOO_LARGE)
		return "image.pixels_max";
	s->failed += answer->outcome == IMAGE_FAILED;
	return answer->outcome == IMAGE_FAILED ? "image.decoders" : NULL;
}

/* ---- a message ---- */

void
image_session_begin(struct image_session *s, struct image_pool *pool,
                    const struct conf_image *conf)
{
	*s = (struct image_session){ .pool = pool, .conf = conf };
}

bool
image_is_known(struct sv data)
{
	return sv_starts(data, SV("\x89PNG\r\n\x1a\n")) ||
	       sv_starts(data, SV("\xff\xd8\xff"));
}

const char *
image_read(struct image_session *s, struct arena *a, struct sv data,
           struct sv *ret_texts, size_t max, size_t *ret_n)
{
	int64_t now = clock_mono_us(), deadline_us;
	char packet[PACKET_BYTES_MAX];
	struct packet_answer answer = { 0 };
	struct slot *slot;
	const char *missing;

	*ret_n = 0;
	if (!s->pool || !s->conf->qr || !image_is_known(data))
		return NULL;
	if (data.n > (size_t)s->conf->bytes_max)
		return "image.bytes_max";
	if (s->images >= (unsigned)s->conf->per_message_max)
		return "image.per_message_max";
	s->images++;
	if (!s->deadline_mono_us)
		s->deadline_mono_us = now + s->conf->message_wait_ms * 1000;
	deadline_us = now + s->conf->wait_ms * 1000;
	if (deadline_us > s->deadline_mono_us)
		deadline_us = s->deadline_mono_us;
	slot = take_slot(s->pool, deadline_us);
	if (!slot)
		return "image.wait";
	missing = exchange(s, slot, data, deadline_us, packet, &answer);
	give_back(s->pool, slot);
	for (size_t i = 0; !missing && i < answer.n && i < max; i++)
		ret_texts[(*ret_n)++] = arena_dup(a, answer.texts[i]);
	return missing;
}
