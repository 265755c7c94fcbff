/* SPDX-License-Identifier: Apache-2.0 */
#include "image/keeper.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "image/decoder.h"
#include "image/packet.h"

/* One that dies as it starts must not keep a processor busy. */
enum { RESTART_PAUSE_MS = 20 };

struct keeper {
	size_t n;
	pid_t pids[KEEPER_DECODERS_MAX];
	bool unwanted[KEEPER_DECODERS_MAX]; /* the client gave it up */
};

static int
decoder_fd(size_t slot)
{
	return KEEPER_FD + 1 + (int)slot;
}

static void
start(struct keeper *k, size_t slot)
{
	pid_t keeper = getpid(), pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != keeper)
			_exit(1);
		decoder_run(decoder_fd(slot));
	}
	k->pids[slot] = pid > 0 ? pid : 0;
}

/* Its client waits for an answer that will not come. */
static void
say_died(size_t slot)
{
	const struct packet_answer died = { .outcome = IMAGE_FAILED };
	char packet[PACKET_BYTES_MAX];
	size_t n = packet_write_answer(&died, packet);

	(void)!send(decoder_fd(slot), packet, n, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void
replace(struct keeper *k, pid_t pid, int status)
{
	const struct timespec pause = { .tv_nsec =
		                            RESTART_PAUSE_MS * 1000 * 1000 };

	for (size_t i = 0; i < k->n; i++) {
		if (k->pids[i] != pid)
			continue;
		if (!k->unwanted[i] &&
		    (!WIFEXITED(status) ||
		     WEXITSTATUS(status) != DECODER_RETIRED)) {
			say_died(i);
			nanosleep(&pause, NULL);
		}
		k->unwanted[i] = false;
		start(k, i);
	}
}

/* As many at once as there are: decoders whose client is gone end as soon as
 * they begin, and the keeper must find time to see that. False: there may be
 * more. */
static bool
reap(struct keeper *k)
{
	size_t ended = 0;
	int status;
	pid_t pid;

	while (ended < k->n && (pid = waitpid(-1, &status, WNOHANG)) > 0) {
		replace(k, pid, status);
		ended++;
	}
	for (size_t i = 0; i < k->n; i++) /* those that could not be started */
		if (!k->pids[i])
			start(k, i);
	return ended < k->n;
}

/* False when the client is gone. */
static bool
obey(struct keeper *k)
{
	unsigned char slot;
	ssize_t n = recv(KEEPER_FD, &slot, 1, 0);

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	if (n == 1 && slot < k->n && k->pids[slot]) {
		k->unwanted[slot] = true;
		kill(k->pids[slot], SIGKILL);
	}
	return n > 0;
}

static void
end_all(const struct keeper *k)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->pids[i])
			kill(k->pids[i], SIGKILL);
	while (waitpid(-1, NULL, 0) > 0)
		;
}

/* A signal means: somebody ended. */
static int
open_child_signals(void)
{
	sigset_t set;

	sigfillset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int
keeper_run(size_t decoders)
{
	struct keeper k = { .n = decoders };
	struct pollfd p[2] = { { .fd = KEEPER_FD, .events = POLLIN },
		               { .fd = open_child_signals(),
		                 .events = POLLIN } };
	struct signalfd_siginfo info;
	int wait_ms = 1000;

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	decoder_prepare();
	for (size_t i = 0; i < k.n; i++)
		start(&k, i);
	do {
		if (poll(p, 2, wait_ms) < 0 && errno != EINTR)
			break;
		while (read(p[1].fd, &info, sizeof info) > 0)
			;
		wait_ms = reap(&k) ? 1000 : 0;
	} while (!(p[0].revents & (POLLIN | POLLHUP)) || obey(&k));
	end_all(&k);
	return 0;
}
