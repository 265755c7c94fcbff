/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "image/decoder.h"

enum {
	MEMORY_BYTES_MAX = 256 * 1024 * 1024, /* 16 M pixels, several times */
	CPU_S_MAX = 60, /* it retires long before: see decoder.c */
};

/* Address space in use, so that the bound is on what comes on top. */
static rlim_t
memory_used(void)
{
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f) {
		if (fscanf(f, "%lu", &pages) != 1)
			pages = 0;
		fclose(f);
	}
	return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

static bool
set_limit(int resource, rlim_t value)
{
	const struct rlimit limit = { value, value };

	return setrlimit((__rlimit_resource_t)resource, &limit) == 0;
}

static bool
set_limits(void)
{
	return set_limit(RLIMIT_AS, memory_used() + MEMORY_BYTES_MAX) &&
	       set_limit(RLIMIT_CPU, CPU_S_MAX) && set_limit(RLIMIT_FSIZE, 0) &&
	       set_limit(RLIMIT_CORE, 0) && set_limit(RLIMIT_NPROC, 0) &&
	       set_limit(RLIMIT_NOFILE, 0);
}

/* What libraries may try on their way is refused; what nobody needs who
 * decodes pictures ends the process. */
static bool
filter_calls(void)
{
	static const int allowed[] = {
		SCMP_SYS(read),         SCMP_SYS(write),
		SCMP_SYS(futex),        SCMP_SYS(munmap),
		SCMP_SYS(mremap),       SCMP_SYS(madvise),
		SCMP_SYS(brk),          SCMP_SYS(clock_gettime),
		SCMP_SYS(rt_sigreturn), SCMP_SYS(exit),
		SCMP_SYS(exit_group),
	};
	static const int refused[] = {
		SCMP_SYS(open),        SCMP_SYS(openat),
		SCMP_SYS(access),      SCMP_SYS(faccessat),
		SCMP_SYS(fstat),       SCMP_SYS(stat),
		SCMP_SYS(newfstatat),  SCMP_SYS(statx),
		SCMP_SYS(readlink),    SCMP_SYS(readlinkat),
		SCMP_SYS(ioctl),       SCMP_SYS(getrandom),
		SCMP_SYS(sysinfo),     SCMP_SYS(close),
		SCMP_SYS(lseek),       SCMP_SYS(getpid),
		SCMP_SYS(gettid),      SCMP_SYS(prlimit64),
		SCMP_SYS(sigaltstack), SCMP_SYS(sched_getaffinity),
	};
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int bad = 0;

	if (!filter)
		return false;
	for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
		bad |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		bad |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
		                        refused[i], 0);
	/* memory: of no file, and never to be executed */
	bad |= seccomp_rule_add(
	    filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
	    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
	    SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));
	bad |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
	                        SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	bad |= seccomp_load(filter);
	seccomp_release(filter);
	return bad == 0;
}

bool
decoder_confine(int fd)
{
	if (fd != 0 && (dup2(fd, 0) != 0 || close(fd)))
		return false;
	return prctl(PR_SET_DUMPABLE, 0) == 0 && set_limits() &&
	       close_range(1, ~0u, 0) == 0 && filter_calls();
}
