/* SPDX-License-Identifier: Apache-2.0 */
#include "base/process.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>
#ifdef HAVE_SYSTEMD
#include <systemd/sd-daemon.h>
#endif

#include "base/mem.h"

int
process_user_find(const char *section, const char *user, const char *group,
                  struct process_user *ret, struct diags *diags)
{
	const struct passwd *u;
	const struct group *g;

	*ret = (struct process_user){ .uid = geteuid(), .gid = getegid() };
	if (geteuid() != 0 || !*user)
		return 0;
	u = getpwnam(user);
	if (!u) {
		diags_add(diags, SEVERITY_ERROR, NULL, 0,
		          "%s.user: there is no user '%s' on this system",
		          section, user);
		return E_UNKNOWN;
	}
	ret->drop = u->pw_uid != 0;
	ret->uid = u->pw_uid;
	ret->gid = u->pw_gid;
	snprintf(ret->name, sizeof ret->name, "%s", user);
	if (!*group)
		return 0;
	g = getgrnam(group);
	if (!g) {
		diags_add(diags, SEVERITY_ERROR, NULL, 0,
		          "%s.group: there is no group '%s' on this system",
		          section, group);
		return E_UNKNOWN;
	}
	ret->gid = g->gr_gid;
	return 0;
}

void
process_user_become(const struct process_user *u)
{
	if (u->drop &&
	    (initgroups(u->name, u->gid) || setresgid(u->gid, u->gid, u->gid) ||
	     setresuid(u->uid, u->uid, u->uid) || setuid(0) == 0))
		mem_die("cannot give up the rights of root");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		mem_die("cannot forbid new privileges");
}

static int
wait_for_ready(int fd, const char *program)
{
	char byte;

	if (read(fd, &byte, 1) == 1)
		return 0;
	fprintf(stderr, "%s: did not start: see the system's log\n", program);
	return 1;
}

int
process_background(const char *program)
{
	int fds[2], null;

	if (pipe2(fds, O_CLOEXEC))
		mem_die("no pipe");
	switch (fork()) {
	case -1:
		mem_die("cannot fork");
	case 0:
		break;
	default:
		close(fds[1]);
		_exit(wait_for_ready(fds[0], program));
	}
	close(fds[0]);
	setsid();
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0)
		mem_die("no /dev/null");
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	close(null);
	return fds[1];
}

void
process_say_ready(int fd)
{
	/* When nobody waits any more there is nobody to tell. */
	if (fd >= 0 && write(fd, "", 1) >= 0)
		close(fd);
	process_notify("READY=1");
}

void
process_notify(const char *state)
{
#ifdef HAVE_SYSTEMD
	sd_notify(0, state);
#else
	(void)state;
#endif
}
