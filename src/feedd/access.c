/* SPDX-License-Identifier: Apache-2.0 */
#include "feedd/access.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

struct access {
	pthread_rwlock_t lock; /* of tokens */
	struct tokens *tokens;
	unsigned generation;
};

struct access *
access_new(struct tokens *tokens)
{
	struct access *a = mem_calloc(1, sizeof *a);

	pthread_rwlock_init(&a->lock, NULL);
	a->tokens = tokens;
	return a;
}

void
access_free(struct access *a)
{
	if (!a)
		return;
	tokens_free(a->tokens);
	pthread_rwlock_destroy(&a->lock);
	free(a);
}

void
access_set_tokens(struct access *a, struct tokens *tokens)
{
	struct tokens *old;

	pthread_rwlock_wrlock(&a->lock);
	old = a->tokens;
	a->tokens = tokens;
	a->generation++;
	pthread_rwlock_unlock(&a->lock);
	tokens_free(old);
}

bool
access_is_open(struct access *a)
{
	bool is_open;

	pthread_rwlock_rdlock(&a->lock);
	is_open = a->tokens == NULL;
	pthread_rwlock_unlock(&a->lock);
	return is_open;
}

unsigned
access_generation(struct access *a)
{
	unsigned generation;

	pthread_rwlock_rdlock(&a->lock);
	generation = a->generation;
	pthread_rwlock_unlock(&a->lock);
	return generation;
}

enum token_state
access_ask(struct access *a, const char *authorization, int64_t now_ms,
           struct asker *ret)
{
	enum token_state state = TOKEN_UNKNOWN;
	struct sv header = sv_str(authorization);
	enum role role = ROLE_PUBLIC;
	const char *name = "";

	if (!sv_istarts(header, SV("Bearer ")))
		header = SV_NONE;
	pthread_rwlock_rdlock(&a->lock);
	if (a->tokens && header.n)
		state = tokens_find(a->tokens, sv_trim(sv_from(header, 7)),
		                    now_ms, &role, &name);
	snprintf(ret->name, sizeof ret->name, "%s", name);
	pthread_rwlock_unlock(&a->lock);
	ret->role = state == TOKEN_GOOD ? role : ROLE_PUBLIC;
	snprintf(ret->node, sizeof ret->node, "%s",
	         ret->role == ROLE_REPORTER ? ret->name : "");
	return state;
}

enum signature_state
access_check(struct access *a, const char *node, const char *header,
             struct sv body, int64_t now_ms)
{
	enum signature_state state = SIGNATURE_NOT_NEEDED;

	pthread_rwlock_rdlock(&a->lock);
	if (a->tokens)
		state = tokens_check(a->tokens, node, header, body, now_ms);
	pthread_rwlock_unlock(&a->lock);
	return state;
}

const char *const *
access_nodes(struct access *a, struct arena *arena)
{
	const char **copy = NULL;

	pthread_rwlock_rdlock(&a->lock);
	if (a->tokens) {
		const char *const *names = tokens_nodes(a->tokens);
		size_t n = 0;

		while (names[n])
			n++;
		copy = ARENA_ARRAY(arena, const char *, n + 1);
		for (size_t i = 0; i < n; i++)
			copy[i] = arena_str(arena, sv_str(names[i]));
	}
	pthread_rwlock_unlock(&a->lock);
	return copy;
}
