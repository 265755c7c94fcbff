/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/zone_table.h"

#include <string.h>

enum { NAMING_FREE, NAMING_TAKEN, NAMING_DONE };

const char *
zone_state_word(enum zone_state s)
{
	static const char *const words[] = {
		[ZONE_WELL] = "well",
		[ZONE_SILENT] = "silent",
		[ZONE_SUSPENDED] = "suspended",
	};

	return words[s];
}

/* Labels of metrics and terminals get no odd bytes. */
static void
make_harmless(const char *zone, char name[ZONE_NAME])
{
	size_t n = 0;

	for (; *zone && n < ZONE_NAME - 1; zone++)
		name[n++] = sv_is_alnum(*zone) || *zone == '.' ||
		                    *zone == '-' || *zone == '_'
		                ? *zone
		                : '?';
	name[n] = '\0';
}

/* The entry of a zone, taken if need be; NULL: there is no room, or somebody
 * takes one at this moment. */
static struct zone_entry *
find_entry(struct zone_table *t, const char *zone)
{
	char name[ZONE_NAME];

	make_harmless(zone, name);
	for (size_t i = 0; i < ZONE_ENTRIES; i++) {
		struct zone_entry *e = &t->list[i];
		unsigned naming = NAMING_FREE;

		if (atomic_compare_exchange_strong(&e->naming, &naming,
		                                   NAMING_TAKEN)) {
			memcpy(e->name, name, sizeof name);
			atomic_store(&e->naming, NAMING_DONE);
			return e;
		}
		if (naming == NAMING_TAKEN)
			return NULL;
		if (strcmp(e->name, name) == 0)
			return e;
	}
	return NULL;
}

static enum zone_state
state_after(enum dns_event event)
{
	switch (event) {
	case DNS_ZONE_SUSPENDED:
		return ZONE_SUSPENDED;
	case DNS_ZONE_SILENT:
	case DNS_RESOLVER_SILENT:
		return ZONE_SILENT;
	case DNS_ZONE_RESUMED:
	case DNS_ZONE_ANSWERS:
	case DNS_RESOLVER_ANSWERS:
		break;
	}
	return ZONE_WELL;
}

void
zone_table_note(struct zone_table *t, enum dns_event event, const char *zone,
                int64_t seconds, int64_t now_unix_ms)
{
	struct zone_entry *e = find_entry(t, zone);

	if (!e)
		return;
	atomic_store(&e->until_unix_ms, now_unix_ms + seconds * 1000);
	atomic_store(&e->state, (unsigned)state_after(event));
}

void
zone_table_reset(struct zone_table *t)
{
	for (size_t i = 0; i < ZONE_ENTRIES; i++)
		atomic_store(&t->list[i].state, ZONE_WELL);
}

enum zone_state
zone_table_get(const struct zone_table *t, size_t entry, int64_t now_unix_ms,
               const char **ret_name, int64_t *ret_seconds)
{
	const struct zone_entry *e = &t->list[entry];
	enum zone_state state = (enum zone_state)atomic_load(&e->state);
	int64_t left_ms = atomic_load(&e->until_unix_ms) - now_unix_ms;

	*ret_name = e->name;
	*ret_seconds = 0;
	if (atomic_load(&e->naming) != NAMING_DONE)
		return ZONE_WELL;
	if (state != ZONE_SUSPENDED)
		return state;
	*ret_seconds = left_ms / 1000;
	return left_ms > 0 ? ZONE_SUSPENDED : ZONE_WELL;
}
