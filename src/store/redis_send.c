/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sending to Redis, once each. A part has a number; it is applied together
 * with setting the node's number to it, in one transaction, which fails if
 * somebody changed that number since it was looked at. So whatever happens to
 * a connection, the part is applied or it is not, and looking at the number
 * again tells which. Batches with an id are looked at the same way.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/file.h>

#include "base/clock.h"
#include "store/redis_private.h"

enum {
	PARTS_MAX = 20, /* in one go */
	TRIES = 5,
	SEND_TIMEOUT_US = 2 * 1000 * 1000,
	NODE_KEPT_S = 400 * 86400,
};

enum sent { SENT_DONE, SENT_AGAIN, SENT_FAILED };

/* ---- one change as commands ---- */

static struct sv
print_number(char *text, size_t size, int64_t value)
{
	return sv_make(text,
	               (size_t)snprintf(text, size, "%lld", (long long)value));
}

static size_t
send_add(struct redis *r, struct redis_link *l, const struct change *c)
{
	struct redis_key key;
	struct sv k = redis_key_cell(r, c->key, c->cell.epoch, &key);
	char field[2] = "0", amount[40], time[24];
	size_t n = 0;

	for (int i = 0; i < STORE_FIELDS; i++) {
		if (c->cell.sums[i] == 0)
			continue;
		field[0] = (char)('0' + i);
		snprintf(amount, sizeof amount, "%.17g", c->cell.sums[i]);
		REDIS_SEND(l, SV("HINCRBYFLOAT"), k, sv_make(field, 1),
		           sv_str(amount));
		n++;
	}
	if (n == 0)
		return 0;
	REDIS_SEND(l, SV("PEXPIREAT"), k,
	           print_number(time, sizeof time, c->cell.expires_ms));
	return n + 1;
}

static size_t
send_set(struct redis *r, struct redis_link *l, const struct change *c)
{
	bool expires = c->cell.expires_ms != 0;
	bool is_new = c->kind == STORE_SET_NEW;
	struct redis_key key;
	struct sv words[6] = { SV("SET"), redis_key_cell(r, c->key, 0, &key),
		               c->cell.value };
	char time[24];
	size_t n = 3;

	if (expires) {
		words[n++] = SV("PXAT");
		words[n++] =
		    print_number(time, sizeof time, c->cell.expires_ms);
	}
	if (is_new)
		words[n++] = SV("NX");
	redis_link_send(l, words, n);
	return 1;
}

static size_t
send_append(struct redis *r, struct redis_link *l, const struct change *c)
{
	struct redis_key order, values;
	char time[24];

	REDIS_SEND(l, SV("HSETNX"), redis_key_make(r, 'e', c->log, &values),
	           c->id, c->cell.value);
	REDIS_SEND(l, SV("ZADD"), redis_key_make(r, 'l', c->log, &order),
	           SV("NX"), print_number(time, sizeof time, c->unix_ms),
	           c->id);
	return 2;
}

/* How many commands it took. */
static size_t
send_change(struct redis *r, struct redis_link *l, const struct change *c)
{
	struct redis_key key;

	switch (c->kind) {
	case STORE_ADD:
		return send_add(r, l, c);
	case STORE_SET:
	case STORE_SET_NEW:
		return send_set(r, l, c);
	case STORE_DROP:
		REDIS_SEND(l, SV("DEL"), redis_key_cell(r, c->key, 0, &key));
		return 1;
	case STORE_APPEND:
		return send_append(r, l, c);
	}
	return 0;
}

/* ---- one part ---- */

/* Watches, and asks for the node's number and which ids are known. */
static int
look(struct redis *r, struct redis_link *l, const struct backlog_part *p,
     bool *known, uint64_t *ret_number, char why[STORE_WHY])
{
	struct sv node = sv_str(r->node);
	struct redis_answer answer;
	struct redis_key key;
	int result;

	REDIS_SEND(l, SV("WATCH"), node);
	for (size_t i = 0; i < p->n_groups; i++)
		REDIS_SEND(l, SV("WATCH"),
		           redis_key_cell(r, p->groups[i].once, 0, &key));
	REDIS_SEND(l, SV("GET"), node);
	for (size_t i = 0; i < p->n_groups; i++)
		REDIS_SEND(l, SV("EXISTS"),
		           redis_key_cell(r, p->groups[i].once, 0, &key));
	for (size_t i = 0; i <= p->n_groups; i++)
		if (redis_link_receive(l, &answer, why))
			return E_REMOTE;
	result = redis_link_receive(l, &answer, why);
	*ret_number = 0;
	if (result == 0 && answer.kind == REDIS_TEXT)
		sv_u64(answer.text, ret_number);
	for (size_t i = 0; i < p->n_groups && result == 0; i++) {
		result = redis_link_receive(l, &answer, why);
		known[i] = answer.kind == REDIS_NUMBER && answer.number > 0;
	}
	return result;
}

static size_t
send_group(struct redis *r, struct redis_link *l, const struct change_group *g)
{
	struct change id = {
		.kind = STORE_SET,
		.key = g->once,
		.cell.expires_ms = g->once_expires_ms,
	};
	size_t n = send_set(r, l, &id);

	for (size_t i = 0; i < g->n; i++)
		n += send_change(r, l, &g->list[i]);
	return n;
}

static enum sent
apply(struct redis *r, struct redis_link *l, const struct backlog_part *p,
      const bool *known, char why[STORE_WHY])
{
	struct redis_answer answer = { .kind = REDIS_NOTHING };
	char number[24], kept[24];
	size_t n = 3; /* MULTI, SET, EXEC */

	REDIS_SEND(l, SV("MULTI"));
	for (size_t i = 0; i < p->n_changes; i++)
		n += send_change(r, l, &p->changes[i]);
	for (size_t i = 0; i < p->n_groups; i++)
		if (!known[i])
			n += send_group(r, l, &p->groups[i]);
	REDIS_SEND(l, SV("SET"), sv_str(r->node),
	           print_number(number, sizeof number, (int64_t)p->number),
	           SV("EX"), print_number(kept, sizeof kept, NODE_KEPT_S));
	REDIS_SEND(l, SV("EXEC"));
	for (size_t i = 0; i < n; i++)
		if (redis_link_receive(l, &answer, why))
			return SENT_FAILED;
	if (answer.kind == REDIS_REFUSAL) {
		/* Out of memory, read-only: later perhaps. */
		snprintf(why, STORE_WHY, "%.60s: %.*s", r->server.name,
		         (int)(answer.text.n < 120 ? answer.text.n : 120),
		         answer.text.p);
		return SENT_FAILED;
	}
	return answer.kind == REDIS_LIST ? SENT_DONE : SENT_AGAIN;
}

static enum sent
send_part(struct redis *r, struct redis_link *l, struct arena *a,
          const struct backlog_part *p, char why[STORE_WHY])
{
	bool *known = ARENA_ARRAY(a, bool, p->n_groups + 1);
	enum sent sent = SENT_AGAIN;

	for (int i = 0; i < TRIES && sent == SENT_AGAIN; i++) {
		uint64_t number;

		redis_link_deadline(l, clock_mono_us() + SEND_TIMEOUT_US);
		if (look(r, l, p, known, &number, why))
			return SENT_FAILED;
		if (number >= p->number) {
			struct redis_answer answer;

			REDIS_SEND(l, SV("UNWATCH"));
			return redis_link_receive(l, &answer, why) ? SENT_FAILED
			                                           : SENT_DONE;
		}
		sent = apply(r, l, p, known, why);
	}
	return sent == SENT_DONE ? SENT_DONE : SENT_FAILED;
}

/* ---- what waits ---- */

static void
send_parts(struct redis *r, struct redis_link *l, struct arena *a, bool *good,
           char why[STORE_WHY])
{
	struct backlog_part part;

	for (int i = 0; i < PARTS_MAX; i++) {
		arena_reset(a);
		if (backlog_take(r->local, a, &part, why) || part.number == 0)
			return;
		*good = send_part(r, l, a, &part, why) == SENT_DONE;
		if (!*good || backlog_forget(r->local, why))
			return;
	}
}

void
redis_send(struct redis *r, char why[STORE_WHY])
{
	struct redis_link *l;
	struct arena *a;
	bool good = true;

	if (flock(r->send_fd, LOCK_EX | LOCK_NB))
		return; /* another process does it */
	l = redis_borrow(r, why);
	if (l) {
		a = arena_new();
		send_parts(r, l, a, &good, why);
		arena_free(a);
		redis_return(r, l, good);
	}
	flock(r->send_fd, LOCK_UN);
}
