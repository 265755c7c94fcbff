/* SPDX-License-Identifier: Apache-2.0 */
#include "tamisd/child.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"

enum {
	LIVED_US = 10 * 1000 * 1000,
	DELAY_US = 100 * 1000,
	DELAY_MAX_US = 30 * 1000 * 1000,
};

static void
become_child(void)
{
	sigset_t none;

	setpgid(0, 0);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

int
child_start(struct child *c, int (*body)(void *ctx, int fd), void *ctx)
{
	int fds[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds))
		return E_IO;
	pid = fork();
	if (pid < 0) {
		close(fds[0]);
		close(fds[1]);
		return E_IO;
	}
	if (pid == 0) {
		close(fds[0]);
		become_child();
		_exit(body(ctx, fds[1]));
	}
	close(fds[1]);
	c->pid = pid;
	c->fd = fds[0];
	c->ready = false;
	c->started_ms = clock_unix_ms();
	c->started_us = clock_mono_us();
	return 0;
}

/* How long to wait before another try, in microseconds. */
static int64_t
restart_delay(struct child *c)
{
	int64_t delay = DELAY_US;

	if (clock_mono_us() - c->started_us >= LIVED_US)
		c->failures = 0;
	if (c->failures == 0)
		return 0;
	for (unsigned i = 1; i < c->failures && delay < DELAY_MAX_US; i++)
		delay *= 2;
	return delay < DELAY_MAX_US ? delay : DELAY_MAX_US;
}

void
child_gone(struct child *c, int status)
{
	int64_t delay = c->replaced ? 0 : restart_delay(c);

	if (c->replaced)
		log_debug("%s pid=%ld is replaced", c->role, (long)c->pid);
	else if (WIFSIGNALED(status))
		log_warning("%s pid=%ld died of signal %d; starting it again "
		            "in %lld ms",
		            c->role, (long)c->pid, WTERMSIG(status),
		            (long long)delay / 1000);
	else
		log_warning("%s pid=%ld ended with status %d; starting it "
		            "again in %lld ms",
		            c->role, (long)c->pid, WEXITSTATUS(status),
		            (long long)delay / 1000);
	close(c->fd);
	c->failures += !c->replaced;
	c->restarts += !c->replaced;
	c->pid = 0;
	c->fd = -1;
	c->ready = c->replaced = false;
	c->restart_us = clock_mono_us() + delay;
}

int
child_send(int fd, struct sv text, int pass_fd)
{
	struct iovec part = { (void *)(uintptr_t)text.p, text.n };
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	if (pass_fd >= 0) {
		message.msg_control = control.space;
		message.msg_controllen = sizeof control.space;
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.header), &pass_fd, sizeof(int));
	}
	return sendmsg(fd, &message, MSG_NOSIGNAL) < 0 ? E_IO : 0;
}

int
child_receive(int fd, char text[CHILD_PACKET_MAX], int *ret_fd, int timeout_ms)
{
	struct iovec part = { text, CHILD_PACKET_MAX - 1 };
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.space,
		.msg_controllen = sizeof control.space,
	};
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	const struct cmsghdr *c;
	ssize_t n;
	int ready;

	if (ret_fd)
		*ret_fd = -1;
	do
		ready = poll(&wait, 1, timeout_ms);
	while (ready < 0 && errno == EINTR);
	if (ready <= 0)
		return ready ? E_IO : E_STATE;
	n = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
	if (n < 0)
		return E_IO;
	text[n] = '\0';
	c = CMSG_FIRSTHDR(&message);
	if (c && c->cmsg_type == SCM_RIGHTS) {
		int passed;

		memcpy(&passed, CMSG_DATA(c), sizeof passed);
		if (ret_fd)
			*ret_fd = passed;
		else
			close(passed);
	}
	return (int)n;
}
