/* SPDX-License-Identifier: Apache-2.0 */
#include "tamisd/privilege.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>
#ifdef HAVE_SECCOMP
#include <seccomp.h>
#endif

#include "base/mem.h"

int
privilege_find(const struct conf_tamisd *conf, struct privilege *ret,
               struct diags *diags)
{
	const struct passwd *user;
	const struct group *group;

	*ret = (struct privilege){ .uid = geteuid(), .gid = getegid() };
	if (geteuid() != 0 || !*conf->user)
		return 0;
	user = getpwnam(conf->user);
	if (!user) {
		diags_add(diags, SEVERITY_ERROR, NULL, 0,
		          "tamisd.user: there is no user '%s' on this system",
		          conf->user);
		return E_UNKNOWN;
	}
	ret->drop = user->pw_uid != 0;
	ret->uid = user->pw_uid;
	ret->gid = user->pw_gid;
	snprintf(ret->user, sizeof ret->user, "%s", conf->user);
	if (!*conf->group)
		return 0;
	group = getgrnam(conf->group);
	if (!group) {
		diags_add(diags, SEVERITY_ERROR, NULL, 0,
		          "tamisd.group: there is no group '%s' on this system",
		          conf->group);
		return E_UNKNOWN;
	}
	ret->gid = group->gr_gid;
	return 0;
}

void
privilege_drop(const struct privilege *p)
{
	if (p->drop &&
	    (initgroups(p->user, p->gid) || setresgid(p->gid, p->gid, p->gid) ||
	     setresuid(p->uid, p->uid, p->uid) || setuid(0) == 0))
		mem_die("cannot give up the rights of root");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		mem_die("cannot forbid new privileges");
}

#ifdef HAVE_SECCOMP
bool
privilege_sandbox(void)
{
	static const int forbidden[] = {
		SCMP_SYS(execve),
		SCMP_SYS(execveat),
		SCMP_SYS(ptrace),
		SCMP_SYS(process_vm_readv),
		SCMP_SYS(process_vm_writev),
		SCMP_SYS(mount),
		SCMP_SYS(umount2),
		SCMP_SYS(pivot_root),
		SCMP_SYS(chroot),
		SCMP_SYS(setns),
		SCMP_SYS(unshare),
		SCMP_SYS(init_module),
		SCMP_SYS(finit_module),
		SCMP_SYS(delete_module),
		SCMP_SYS(kexec_load),
		SCMP_SYS(bpf),
		SCMP_SYS(perf_event_open),
		SCMP_SYS(userfaultfd),
		SCMP_SYS(add_key),
		SCMP_SYS(keyctl),
		SCMP_SYS(request_key),
		SCMP_SYS(reboot),
		SCMP_SYS(swapon),
		SCMP_SYS(swapoff),
		SCMP_SYS(settimeofday),
		SCMP_SYS(clock_settime),
		SCMP_SYS(personality),
		SCMP_SYS(setuid),
		SCMP_SYS(setgid),
		SCMP_SYS(setgroups),
	};
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	bool loaded;

	if (!filter)
		return false;
	for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
		seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), forbidden[i],
		                 0);
	loaded = seccomp_load(filter) == 0;
	seccomp_release(filter);
	return loaded;
}
#else
bool
privilege_sandbox(void)
{
	return false;
}
#endif
