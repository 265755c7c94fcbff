/* SPDX-License-Identifier: Apache-2.0 */
#include "feedd/held.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/vec.h"
#include "feedd/accept.h"

enum { READ_MS = 60000 };

struct held {
	char *node, *id;
	uint64_t items;
	int64_t unix_ms;
};

struct helds {
	VEC(struct held) list;
};

static void
take(void *ctx, const struct database_held *h)
{
	*VEC_ADD(&((struct helds *)ctx)->list) = (struct held){
		.node = mem_dup(h->node.p, h->node.n),
		.id = mem_dup(h->id.p, h->id.n),
		.items = h->items,
		.unix_ms = h->unix_ms,
	};
}

static void
done(struct helds *h)
{
	for (size_t i = 0; i < h->list.n; i++) {
		free(h->list.list[i].node);
		free(h->list.list[i].id);
	}
	VEC_DONE(&h->list);
}

static int
fail(const char *what, const char *why)
{
	fprintf(stderr, "tamis-feedd: %s: %s\n", what, why);
	return 1;
}

static int
read_all(struct database *s, struct helds *ret)
{
	struct database_reader *r;
	char why[DATABASE_TEXT] = "";
	int code = 0;

	if (database_read_begin(s, READ_MS, &r, why))
		return fail("database", why);
	if (database_read_held(r, take, ret))
		code = fail("database", database_read_error(r));
	database_read_end(r);
	return code;
}

int
held_list(struct database *s)
{
	struct helds all = { 0 };
	int code = read_all(s, &all);

	for (size_t i = 0; i < all.list.n; i++) {
		const struct held *h = &all.list.list[i];
		char time[CLOCK_TEXT];

		printf("%s %s items=%" PRIu64 "\n",
		       clock_text(h->unix_ms, time), h->id, h->items);
	}
	done(&all);
	return code;
}

/* "mx1/..." or "mx1/" and an asterisk. */
static bool
is_meant(const struct held *h, const char *id)
{
	size_t n = strlen(h->node);

	return strcmp(h->id, id) == 0 ||
	       (strncmp(h->node, id, n) == 0 && strcmp(id + n, "/*") == 0);
}

int
held_review(struct database *s, const char *id, bool is_good)
{
	struct helds all = { 0 };
	int code = read_all(s, &all);
	unsigned n = 0;

	for (size_t i = 0; i < all.list.n && code == 0; i++) {
		const struct held *h = &all.list.list[i];
		char why[DATABASE_TEXT] = "it is not held any more";

		if (!is_meant(h, id))
			continue;
		if (accept_review(s, sv_str(h->node), sv_str(h->id), is_good,
		                  clock_unix_ms(), why)) {
			code = fail(h->id, why);
			continue;
		}
		printf("%s %s items=%" PRIu64 "\n",
		       is_good ? "counted" : "dropped", h->id, h->items);
		n++;
	}
	if (code == 0 && n == 0)
		code = fail(id, "no such batch is held");
	done(&all);
	return code;
}
