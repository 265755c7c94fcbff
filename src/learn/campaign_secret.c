/* SPDX-License-Identifier: Apache-2.0 */
/* The secret that keys are made with: a value of the store. */
#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base/mem.h"
#include "learn/campaign_private.h"

enum { ASK_EVERY_MS = 60000 };

struct campaign_secret {
	pthread_mutex_t lock;
	unsigned char bytes[CAMPAIGN_SECRET_BYTES];
	bool is_known;
	int64_t asked_ms;
};

struct campaign_secret *
campaign_secret_new(void)
{
	struct campaign_secret *s = mem_calloc(1, sizeof *s);

	pthread_mutex_init(&s->lock, NULL);
	return s;
}

void
campaign_secret_free(struct campaign_secret *s)
{
	if (!s)
		return;
	pthread_mutex_destroy(&s->lock);
	free(s);
}

static void
adopt(struct campaign_secret *s, struct sv bytes)
{
	pthread_mutex_lock(&s->lock);
	memcpy(s->bytes, bytes.p, CAMPAIGN_SECRET_BYTES);
	s->is_known = true;
	pthread_mutex_unlock(&s->lock);
}

bool
campaign_secret_seeds(struct campaign_secret *s, struct campaign_seeds *ret)
{
	bool is_known;

	if (!s)
		return false;
	pthread_mutex_lock(&s->lock);
	is_known = s->is_known;
	memcpy(ret, s->bytes, sizeof *ret);
	pthread_mutex_unlock(&s->lock);
	return is_known;
}

/* Asks; true if the answer is that of all who share the store. */
static bool
ask(struct campaign_secret *s, struct store *store, int64_t now_ms,
    bool *ret_found)
{
	struct arena *a = arena_new();
	struct store_read r = { .name = SV(CAMPAIGN_SECRET_NAME),
		                .is_value = true };
	bool shared = store_get(store, a, now_ms, &r, 1);

	*ret_found = r.found && r.value.n == CAMPAIGN_SECRET_BYTES;
	if (*ret_found)
		adopt(s, r.value);
	arena_free(a);
	return shared;
}

bool
campaign_secret_load(struct campaign_secret *s, struct store *store,
                     int64_t now_ms)
{
	char bytes[CAMPAIGN_SECRET_BYTES];
	struct store_op op = { .kind = STORE_SET_NEW,
		               .name = SV(CAMPAIGN_SECRET_NAME),
		               .value = { bytes, sizeof bytes } };
	const struct store_batch b = { .ops = &op, .n = 1, .unix_ms = now_ms };
	bool found, shared = ask(s, store, now_ms, &found);

	if (found || !shared)
		return found;
	if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
		mem_die("no random numbers");
	if (store_commit(store, &b))
		return false;
	/* Somebody else may have been faster: theirs is what is there then. */
	store_flush(store);
	ask(s, store, now_ms, &found);
	return found;
}

/* ---- while messages come ---- */

size_t
campaign_secret_ask(struct campaign_secret *s, struct exchange *x)
{
	bool is_due;

	pthread_mutex_lock(&s->lock);
	is_due = x->now_ms - s->asked_ms >= ASK_EVERY_MS || !s->is_known;
	if (is_due)
		s->asked_ms = x->now_ms;
	pthread_mutex_unlock(&s->lock);
	return is_due ? exchange_ask_value(x, SV(CAMPAIGN_SECRET_NAME))
	              : EXCHANGE_NONE;
}

/* Nodes that began while Redis was away, or that it forgot, agree again. */
void
campaign_secret_answer(struct campaign_secret *s, size_t place,
                       const struct exchange *x)
{
	const struct store_read *r = exchange_answer(x, place);

	if (r->found && r->value.n == CAMPAIGN_SECRET_BYTES)
		adopt(s, r->value);
}

/* A store that has been emptied gets it back. */
void
campaign_secret_tell(struct campaign_secret *s, size_t place,
                     struct exchange *x)
{
	struct campaign_seeds seeds;
	struct store_op *op;

	if (place == EXCHANGE_NONE || exchange_answer(x, place)->found ||
	    !campaign_secret_seeds(s, &seeds))
		return;
	op = exchange_tell(x, STORE_SET_NEW, SV(CAMPAIGN_SECRET_NAME));
	if (op)
		op->value = arena_dup(
		    x->arena, sv_make((const char *)&seeds, sizeof seeds));
}
