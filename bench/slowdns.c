/* SPDX-License-Identifier: Apache-2.0 */
/* `slowdns PORT MILLISECONDS`: a name server on loopback that says of every
 * name that it does not exist, each time after the same pause. So answers leave
 * in the order in which questions came. */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"

enum { PACKET_BYTES = 512, QUEUE = 1 << 16, HEADER = 12 };

struct question {
	int64_t due_us;
	struct sockaddr_in from;
	size_t n;
	unsigned char bytes[PACKET_BYTES];
};

static struct question queue[QUEUE];
static size_t first, count;

/* The header and the question; what follows (EDNS) is cut off. */
static size_t
question_bytes(const unsigned char *p, size_t n)
{
	size_t at = HEADER;

	while (at < n && p[at])
		at += p[at] + 1U;
	return at + 5 <= n ? at + 5 : 0;
}

static void
take(int fd, int64_t pause_us)
{
	struct question *q = &queue[(first + count) % QUEUE];
	socklen_t length = sizeof q->from;
	ssize_t n;

	if (count == QUEUE)
		return;
	n = recvfrom(fd, q->bytes, sizeof q->bytes, MSG_DONTWAIT,
	             (struct sockaddr *)&q->from, &length);
	q->n = n > 0 ? question_bytes(q->bytes, (size_t)n) : 0;
	if (!q->n)
		return;
	q->due_us = clock_mono_us() + pause_us;
	q->bytes[2] = 0x81; /* an answer; recursion was desired, */
	q->bytes[3] = 0x83; /* is available; and there is no such name */
	memset(q->bytes + 6, 0, HEADER - 6);
	count++;
}

static void
answer(int fd)
{
	while (count && queue[first].due_us <= clock_mono_us()) {
		const struct question *q = &queue[first];

		sendto(fd, q->bytes, q->n, 0, (const struct sockaddr *)&q->from,
		       sizeof q->from);
		first = (first + 1) % QUEUE;
		count--;
	}
}

int
main(int argc, char **argv)
{
	struct sockaddr_in me = { .sin_family = AF_INET };
	struct pollfd ready = { .events = POLLIN };
	int64_t pause_us;

	if (argc != 3) {
		fprintf(stderr, "usage: slowdns PORT MILLISECONDS\n");
		return 2;
	}
	pause_us = atoll(argv[2]) * 1000;
	me.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	me.sin_port = htons((unsigned short)atoi(argv[1]));
	ready.fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (bind(ready.fd, (const struct sockaddr *)&me, sizeof me)) {
		perror("slowdns");
		return 1;
	}
	for (;;) {
		if (poll(&ready, 1, count ? 1 : -1) > 0)
			take(ready.fd, pause_us);
		answer(ready.fd);
	}
}
