/* SPDX-License-Identifier: Apache-2.0 */
/* A collector in memory: takes packages, once each, and adds them up. */
#ifndef TESTS_REPORT_COLLECTOR_H
#define TESTS_REPORT_COLLECTOR_H

#include <check.h>
#include <zstd.h>

#include "base/map.h"
#include "record/record.h"

struct collector {
	struct map *bodies; /* by identifier: a JSON text */
	uint64_t items, lost, batches, repeats;
};

static inline void
collector_init(struct collector *c)
{
	*c = (struct collector){ .bodies = map_new() };
}

static inline void
collector_done(struct collector *c)
{
	struct sv id;
	void *body;

	for (size_t pos = 0; map_next(c->bodies, &pos, &id, &body);)
		free(body);
	map_free(c->bodies);
}

static inline void
collector_count(struct collector *c, const char *text, struct sv id)
{
	char pointer[128] = "", why[128] = "";
	json_error_t error;
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	struct batch b;

	ck_assert_msg(root, "%s in %s", error.text, text);
	ck_assert_msg(batch_parse(root, &b, pointer, why) == 0, "%s: %s",
	              pointer, why);
	ck_assert(sv_eq(b.id, id));
	for (size_t i = 0; i < b.n_aggregates; i++)
		c->items += aggregate_total(b.aggregates[i], 0);
	c->lost += b.lost;
	c->batches++;
	batch_done(&b);
	json_decref(root);
}

/* Takes a compressed batch; the same again changes nothing, and a different
 * one under the same identifier fails the test. True: it is new. */
static inline bool
collector_take(struct collector *c, struct sv id, struct sv body)
{
	char *text = calloc(1, 8 << 20), *before;
	size_t n = ZSTD_decompress(text, (8 << 20) - 1, body.p, body.n);

	ck_assert(!ZSTD_isError(n));
	text[n] = '\0';
	before = map_get(c->bodies, id);
	if (before) {
		ck_assert_str_eq(before, text);
		c->repeats++;
		free(text);
		return false;
	}
	map_set(c->bodies, id, strdup(text));
	collector_count(c, text, id);
	free(text);
	return true;
}

#endif
