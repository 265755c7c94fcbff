/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/lookup.h"

#include <string.h>

struct looked {
	struct dns_question question;
	const struct dns_answer *answer; /* NULL: on its way */
	uint32_t next;                   /* of the same bucket, + 1; 0: none */
};

enum { BUCKETS = 256 };

struct lookup {
	struct arena *arena;
	const struct lookup_source *source;
	void *ctx;
	struct looked *list;
	size_t n, size, max, pending;
	bool ended, is_over_limit;
	uint32_t buckets[BUCKETS]; /* index + 1 */
};

struct lookup *
lookup_new(struct arena *a, const struct lookup_source *source, void *ctx,
           size_t questions_max)
{
	struct lookup *l = arena_alloc(a, sizeof *l);

	l->arena = a;
	l->source = source;
	l->ctx = ctx;
	l->max = questions_max;
	return l;
}

/* FNV-1a: the chains of a bucket are bounded by the number of questions. */
static size_t
bucket_of(enum dns_type type, struct sv name)
{
	uint32_t hash = 2166136261U ^ (uint32_t)type;

	for (size_t i = 0; i < name.n; i++)
		hash = (hash ^ (unsigned char)name.p[i]) * 16777619U;
	return (hash ^ hash >> 16) % BUCKETS;
}

static struct looked *
find(const struct lookup *l, size_t bucket, enum dns_type type, struct sv name)
{
	for (uint32_t i = l->buckets[bucket]; i; i = l->list[i - 1].next)
		if (l->list[i - 1].question.type == type &&
		    sv_eq(l->list[i - 1].question.name, name))
			return &l->list[i - 1];
	return NULL;
}

static struct looked *
add(struct lookup *l, size_t bucket, const struct dns_question *q)
{
	struct looked *k;

	if (l->n == l->size) {
		size_t size = l->size ? l->size * 2 : 32;

		l->list = arena_grow(l->arena, l->list, l->n * sizeof *l->list,
		                     size * sizeof *l->list);
		l->size = size;
	}
	k = &l->list[l->n++];
	*k = (struct looked){ .question = *q, .next = l->buckets[bucket] };
	l->buckets[bucket] = (uint32_t)l->n;
	return k;
}

const struct dns_answer *
lookup_ask(struct lookup *l, enum dns_type type, struct sv name, struct sv zone)
{
	struct dns_question q = { .type = type };
	struct looked *k;
	size_t bucket;

	if (!dns_name(l->arena, name, &q.name))
		return dns_answer_bare(DNS_NO_NAME);
	bucket = bucket_of(type, q.name);
	k = find(l, bucket, type, q.name);
	if (k)
		return k->answer;
	if (l->n >= l->max) {
		l->is_over_limit = true;
		return dns_answer_bare(DNS_OVER_LIMIT);
	}
	q.zone = arena_dup(l->arena, zone);
	k = add(l, bucket, &q);
	if (l->ended)
		k->answer = dns_answer_bare(DNS_LATE);
	else
		k->answer =
		    l->source->ask(l->ctx, l->arena, &k->question, l->n - 1);
	if (!k->answer)
		l->pending++;
	return k->answer;
}

/* Takes in one answer; false: none came. */
static bool
take(struct lookup *l, int64_t deadline_mono_us)
{
	const struct dns_answer *answer;
	size_t ticket;

	if (!l->source->next(l->ctx, l->arena, deadline_mono_us, &ticket,
	                     &answer))
		return false;
	if (!l->list[ticket].answer) {
		l->list[ticket].answer = answer;
		l->pending--;
	}
	return true;
}

bool
lookup_wait(struct lookup *l, int64_t deadline_mono_us)
{
	if (!l->pending || !take(l, deadline_mono_us))
		return false;
	while (l->pending && take(l, 0))
		;
	return true;
}

void
lookup_end(struct lookup *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (!l->list[i].answer)
			l->list[i].answer = dns_answer_bare(DNS_LATE);
	l->pending = 0;
	l->ended = true;
}

size_t
lookup_pending(const struct lookup *l)
{
	return l->pending;
}

bool
lookup_is_over_limit(const struct lookup *l)
{
	return l->is_over_limit;
}

bool
lookup_next(const struct lookup *l, size_t *pos,
            const struct dns_question **ret_question,
            const struct dns_answer **ret_answer)
{
	if (*pos >= l->n)
		return false;
	*ret_question = &l->list[*pos].question;
	*ret_answer = l->list[*pos].answer;
	(*pos)++;
	return true;
}
