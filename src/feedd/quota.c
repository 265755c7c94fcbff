/* SPDX-License-Identifier: Apache-2.0 */
#include "feedd/quota.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"

enum { HOUR_MS = 3600000 };

struct used {
	int64_t hour;
	struct quota sum;
};

struct quotas {
	struct quota most;
	pthread_mutex_t lock;
	struct map *nodes; /* name: struct used; names are those of tokens */
};

struct quotas *
quotas_new(struct quota most)
{
	struct quotas *q = mem_calloc(1, sizeof *q);

	q->most = most;
	q->nodes = map_new();
	pthread_mutex_init(&q->lock, NULL);
	return q;
}

void
quotas_free(struct quotas *q)
{
	struct sv key;
	void *used;

	if (!q)
		return;
	for (size_t pos = 0; map_next(q->nodes, &pos, &key, &used);)
		free(used);
	map_free(q->nodes);
	pthread_mutex_destroy(&q->lock);
	free(q);
}

static struct used *
find(struct quotas *q, const char *node)
{
	struct used *u = map_get(q->nodes, sv_str(node));

	if (!u) {
		u = mem_calloc(1, sizeof *u);
		map_set(q->nodes, sv_str(node), u);
	}
	return u;
}

/* What is larger than an hour's bound alone may be the only one. */
static bool
is_over(uint64_t used, uint64_t more, uint64_t most)
{
	return most && used && (more > most || used > most - more);
}

bool
quotas_take(struct quotas *q, const char *node, struct quota what,
            int64_t now_ms, int *ret_retry_s)
{
	int64_t hour = now_ms / HOUR_MS;
	struct used *u;
	bool over;

	pthread_mutex_lock(&q->lock);
	u = find(q, node);
	if (u->hour != hour)
		*u = (struct used){ .hour = hour };
	over = is_over(u->sum.batches, what.batches, q->most.batches) ||
	       is_over(u->sum.bytes, what.bytes, q->most.bytes) ||
	       is_over(u->sum.rows, what.rows, q->most.rows);
	if (!over) {
		u->sum.batches += what.batches;
		u->sum.bytes += what.bytes;
		u->sum.rows += what.rows;
	}
	pthread_mutex_unlock(&q->lock);
	*ret_retry_s = (int)((HOUR_MS - now_ms % HOUR_MS) / 1000) + 1;
	return !over;
}
