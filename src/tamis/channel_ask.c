/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asking the daemon for a reload, and the rights to do so. Its control socket
 * may be for root alone; but what comes from the network is not handled as
 * root. So, started by root, the process forks: the child goes on as
 * tamisd.user, and the parent stays to do one thing, which is to ask for a
 * reload when the child says so.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/process.h"
#include "tamis/channel.h"
#include "tamis/control.h"
#include "tamis/member.h"

struct reply {
	enum channel_answer answer;
	char why[TRIAL_WHY];
};

static int parent_fd = -1; /* of the child; -1: we ask ourselves */

/* ---- asking ---- */

static void
print_refusal(const json_t *answer, char why[TRIAL_WHY])
{
	json_t *lines = json_object_get(answer, "diagnostics"), *line;
	struct sv error = member_text(answer, "error");
	size_t i;

	json_array_foreach (lines, i, line)
		if (json_is_string(line))
			printf("  daemon     %s\n", json_string_value(line));
	fflush(stdout);
	snprintf(why, TRIAL_WHY, "the daemon refused: %.250s",
	         error.n ? error.p : "it gave no reason");
}

static void
ask(const struct conf *conf, struct reply *ret)
{
	char reason[CONTROL_WHY];
	json_t *answer = control_ask(conf, "reload", reason);

	*ret = (struct reply){ .answer = CHANNEL_TAKEN };
	if (!answer) {
		ret->answer =
		    control_is_absent(conf) ? CHANNEL_NOBODY : CHANNEL_UNKNOWN;
		snprintf(ret->why, sizeof ret->why, "%.290s", reason);
	} else if (!json_is_true(json_object_get(answer, "ok"))) {
		ret->answer = CHANNEL_REFUSED;
		print_refusal(answer, ret->why);
	}
	json_decref(answer);
}

enum channel_answer
channel_ask_daemon(const struct conf *conf, char why[TRIAL_WHY])
{
	struct reply reply;

	fflush(stdout); /* the parent may have something to say */
	if (parent_fd < 0) {
		ask(conf, &reply);
	} else if (send(parent_fd, "r", 1, MSG_NOSIGNAL) != 1 ||
	           recv(parent_fd, &reply, sizeof reply, 0) != sizeof reply) {
		reply.answer = CHANNEL_UNKNOWN;
		snprintf(reply.why, sizeof reply.why,
		         "the process that asks the daemon is gone");
	}
	memcpy(why, reply.why, TRIAL_WHY);
	return reply.answer;
}

/* ---- the two processes ---- */

/* The parent: until the child is gone; ends as it did. */
static void __attribute__((noreturn))
serve(const struct conf *conf, int fd, pid_t child)
{
	struct reply reply;
	int status = 0;
	char word;

	while (recv(fd, &word, 1, 0) == 1) {
		ask(conf, &reply);
		if (send(fd, &reply, sizeof reply, MSG_NOSIGNAL) < 0)
			break;
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status))
		fprintf(stderr, "tamis: ended by signal %d\n",
		        WTERMSIG(status));
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_INPUT);
}

static bool
split(const struct conf *conf, const struct process_user *user)
{
	int fds[2];
	pid_t child;

	fflush(NULL);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds))
		return false;
	child = fork();
	if (child < 0)
		return false;
	if (child > 0) {
		close(fds[1]);
		serve(conf, fds[0], child);
	}
	close(fds[0]);
	parent_fd = fds[1];
	process_user_become(user);
	/* after the change of user, which forgets it */
	return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0;
}

bool
channel_become_user(const struct conf *conf)
{
	struct diags diags = DIAGS_INIT;
	struct process_user user;
	bool ok;

	ok = process_user_find("tamisd", conf->tamisd.user, conf->tamisd.group,
	                       &user, &diags) == 0;
	diags_print(&diags, stderr);
	diags_done(&diags);
	if (!ok)
		return false;
	if (file_mkdirs(conf->channel.dir, 0755) ||
	    (user.drop && chown(conf->channel.dir, user.uid, user.gid))) {
		fprintf(stderr, "tamis: cannot make the folder %s: %s\n",
		        conf->channel.dir, strerror(errno));
		return false;
	}
	if (user.drop && !split(conf, &user)) {
		fprintf(stderr, "tamis: cannot go on as %s: %s\n", user.name,
		        strerror(errno));
		return false;
	}
	return true;
}
