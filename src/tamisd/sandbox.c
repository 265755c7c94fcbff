/* SPDX-License-Identifier: Apache-2.0 */
#include "tamisd/sandbox.h"

#include <errno.h>
#include <stddef.h>
#ifdef HAVE_SECCOMP
#include <seccomp.h>
#endif

#ifdef HAVE_SECCOMP
bool
sandbox_enter(void)
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
sandbox_enter(void)
{
	return false;
}
#endif
