/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/counters.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

const char *const counter_names[COUNTER_COUNT] = {
#define X(name, help) [COUNTER_##name] = #name,
#include "ingress/counters.def"
#undef X
};

const char *const counter_helps[COUNTER_COUNT] = {
#define X(name, help) [COUNTER_##name] = help,
#include "ingress/counters.def"
#undef X
};

/* Changes with the list: a file of other counters must not be read as ours. */
static uint64_t
magic(void)
{
	uint64_t h = 1469598103934665603U; /* FNV-1a */

	for (int i = 0; i < COUNTER_COUNT; i++)
		for (const char *c = counter_names[i]; *c; c++)
			h = (h ^ (unsigned char)*c) * 1099511628211U;
	return h;
}

struct counters *
counters_open(const char *path, unsigned uid, unsigned gid)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640), saved;
	struct counters *c;

	if (fd < 0)
		return NULL;
	if (fchown(fd, uid, gid) || ftruncate(fd, sizeof *c)) {
		saved = errno;
		close(fd);
		errno = saved;
		return NULL;
	}
	c = mmap(NULL, sizeof *c, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	saved = errno;
	close(fd);
	errno = saved;
	if (c == MAP_FAILED)
		return NULL;
	if (c->magic != magic()) {
		for (int i = 0; i < COUNTER_COUNT; i++)
			c->value[i] = 0;
		c->magic = magic();
	}
	return c;
}
