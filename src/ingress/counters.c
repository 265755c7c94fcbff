/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/counters.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

const char *const counter_names[COUNTER_COUNT] = {
#define X(name, help) [COUNTER_##name] = #name,
#include "ingress/counters.def"
#undef X
#define X(name, help) [COUNTER_dns_##name] = "dns_" #name,
#include "fact/dns_stats.def"
#undef X
};

const char *const counter_helps[COUNTER_COUNT] = {
#define X(name, help) [COUNTER_##name] = help,
#include "ingress/counters.def"
#undef X
#define X(name, help) [COUNTER_dns_##name] = help,
#include "fact/dns_stats.def"
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
	return (h ^ sizeof(struct counters)) * 1099511628211U;
}

enum { ENTRY_FREE, ENTRY_TAKEN, ENTRY_NAMED };

/* The entry of a rule, taken if need be; NULL: there is no room. Whoever finds
 * one being named at this moment counts elsewhere, once. */
static struct counter_rule *
find_entry(struct counters *c, const char *rule)
{
	for (size_t i = 0; i < COUNTER_RULES; i++) {
		struct counter_rule *e = &c->over_limit[i];
		unsigned state = ENTRY_FREE;

		if (strlen(rule) >= sizeof e->name)
			return NULL;
		if (atomic_compare_exchange_strong(&e->state, &state,
		                                   ENTRY_TAKEN)) {
			memcpy(e->name, rule, strlen(rule) + 1);
			atomic_store(&e->state, ENTRY_NAMED);
			return e;
		}
		if (state == ENTRY_TAKEN)
			return NULL;
		if (strcmp(e->name, rule) == 0)
			return e;
	}
	return NULL;
}

uint64_t
counter_add_over_limit(struct counters *c, const char *rule)
{
	struct counter_rule *e = find_entry(c, rule);

	return atomic_fetch_add(e ? &e->value : &c->over_limit_other, 1) + 1;
}

const char *
counter_over_limit(const struct counters *c, size_t entry, uint64_t *ret_value)
{
	const struct counter_rule *e = &c->over_limit[entry];

	if (entry == COUNTER_RULES) {
		*ret_value = atomic_load(&c->over_limit_other);
		return *ret_value ? "other" : NULL;
	}
	if (atomic_load(&e->state) != ENTRY_NAMED)
		return NULL;
	*ret_value = atomic_load(&e->value);
	return e->name;
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
		memset((void *)c, 0, sizeof *c);
		c->magic = magic();
	}
	return c;
}
