/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/pump.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/socket.h"

enum { RETRY_US = 200000 }; /* between attempts to connect */

static struct {
	pthread_mutex_t lock;
	struct socket_address address;
	bool usable; /* the address was understood */
	bool own;    /* this process, not a sibling, has the session */
	int fd;
	int64_t retry_us; /* no attempt to connect before this time */
	char name[64];    /* client name by which it is known again */
} pump = { .lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1 };

void
pump_init(const char *address)
{
	uint64_t nonce;

	if (getrandom(&nonce, sizeof nonce, 0) != sizeof nonce)
		mem_die("no random numbers");
	snprintf(pump.name, sizeof pump.name, "tamis-pump-%ld-%016llx",
	         (long)getpid(), (unsigned long long)nonce);
	pump.usable = socket_parse(sv_str(address), &pump.address) == 0;
}

bool
pump_is_own(struct sv client_name)
{
	bool own = sv_eq_str(client_name, pump.name);

	if (own) {
		pthread_mutex_lock(&pump.lock);
		pump.own = true;
		pthread_mutex_unlock(&pump.lock);
	}
	return own;
}

static void
disconnect(void)
{
	if (pump.fd >= 0)
		close(pump.fd);
	pump.fd = -1;
	pump.own = false;
}

static bool
send_packet(char command, struct sv payload)
{
	unsigned char packet[160];
	size_t n = payload.n + 1;

	packet[0] = packet[1] = packet[2] = 0;
	packet[3] = (unsigned char)n;
	packet[4] = (unsigned char)command;
	memcpy(packet + 5, payload.p, payload.n);
	return send(pump.fd, packet, n + 4, MSG_NOSIGNAL | MSG_DONTWAIT) ==
	       (ssize_t)(n + 4);
}

/* The beginning of a session: option negotiation (version 6, no actions, no
 * steps offered) and a connection from a client of our name, family unknown. */
static bool
connect_pump(void)
{
	static const char offer[] = "\0\0\0\6\0\0\0\0\0\0\0\0";
	char client[sizeof pump.name + 2];
	int n;

	pump.fd = socket_connect(&pump.address);
	if (pump.fd < 0)
		return false;
	n = snprintf(client, sizeof client, "%s", pump.name);
	client[n + 1] = 'U';
	return send_packet('O', sv_make(offer, 12)) &&
	       send_packet('C', sv_make(client, (size_t)n + 2));
}

void
pump_stroke(void)
{
	int64_t now;

	if (!pump.usable || pthread_mutex_trylock(&pump.lock))
		return;
	now = clock_mono_us();
	/* With several scanners on one socket a sibling may have taken the
	 * connection: then its session is of no use to us, so try again. */
	if (pump.fd >= 0 && !pump.own && now >= pump.retry_us)
		disconnect();
	if (pump.fd < 0 && now >= pump.retry_us) {
		pump.retry_us = now + RETRY_US;
		if (!connect_pump())
			disconnect();
	}
	if (pump.fd >= 0 && pump.own && !send_packet('D', SV("C")))
		disconnect();
	pthread_mutex_unlock(&pump.lock);
}
