/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/recheck.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "ingress/background.h"

enum {
	STACK_BYTES = 1024 * 1024,
	NAMES_BYTES_MAX = 1000,
};

/* A message, with all it hangs from. */
struct item {
	struct arena *arena;
	struct snapshot *snapshot;
	char id[UUID_TEXT];
	struct sv raw; /* a mail ... */
	bool is_post;
	struct message_post post; /* ... or a post */
	struct message_envelope envelope;
};

struct recheck {
	struct counters *counters;
	_Atomic uint64_t offered;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	/* guarded by lock */
	struct item *next; /* a queue of one */
	bool busy, stopping;
};

static void
item_free(struct item *item)
{
	snapshot_unref(item->snapshot);
	arena_free(item->arena);
	free(item);
}

static struct item *
item_new(const struct scan *s)
{
	struct item *item = mem_calloc(1, sizeof *item);
	struct arena *a = item->arena = arena_new();

	item->snapshot = snapshot_ref(s->snapshot);
	memcpy(item->id, s->id, sizeof item->id);
	item->is_post = s->post != NULL;
	if (s->post)
		item->post = (struct message_post){
			.title = arena_dup(a, s->post->title),
			.text = arena_dup(a, s->post->text),
			.html = arena_dup(a, s->post->html),
			.author = arena_dup(a, s->post->author),
			.email = arena_dup(a, s->post->email),
			.url = arena_dup(a, s->post->url),
			.charset = arena_dup(a, s->post->charset),
			.user_agent = arena_dup(a, s->post->user_agent),
			.referrer = arena_dup(a, s->post->referrer),
			.honeypot = arena_dup(a, s->post->honeypot),
		};
	else
		item->raw = arena_dup(a, s->raw);
	item->envelope = (struct message_envelope){
		.helo = arena_dup(a, s->envelope.helo),
		.client_ip = arena_dup(a, s->envelope.client_ip),
		.client_name = arena_dup(a, s->envelope.client_name),
	};
	if (s->envelope.from.p) /* "" is a sender, too: the null sender */
		item->envelope.from = arena_dup(a, s->envelope.from);
	return item;
}

static void
check(struct recheck *r, struct rule_worker *w, struct item *item)
{
	const struct conf_message *limits = &item->snapshot->conf->message;
	const struct rule_set *rs = item->snapshot->rules;
	struct buf names = BUF_INIT(NAMES_BYTES_MAX);
	struct rule_job job = { .envelope = &item->envelope };

	job.message = item->is_post
	                  ? message_from_post(item->arena, &item->post, limits)
	                  : message_parse(item->arena, item->raw, limits);
	if (!rule_set_recheck(rs, w, item->arena, &job, &names)) {
		rule_set_distrust(rs);
		counter_add(r->counters, COUNTER_recheck_failed, 1);
		log_error("the engine %s and PCRE2 differ about id=%s, in "
		          "the rules %s%s; PCRE2 alone is used until the next "
		          "reload",
		          rule_set_engine(rs), item->id, buf_str(&names),
		          names.full ? "..." : "");
	}
	counter_add(r->counters, COUNTER_rechecked, 1);
	buf_done(&names);
}

/* The next message; NULL: the thread is to end. */
static struct item *
take(struct recheck *r)
{
	struct item *item;

	pthread_mutex_lock(&r->lock);
	r->busy = false;
	pthread_cond_broadcast(&r->changed);
	while (!r->next && !r->stopping)
		pthread_cond_wait(&r->changed, &r->lock);
	item = r->next;
	r->next = NULL;
	r->busy = item != NULL;
	pthread_mutex_unlock(&r->lock);
	return item;
}

static void *
work(void *ctx)
{
	struct recheck *r = ctx;
	struct rule_worker *w = rule_worker_new();
	struct item *item;

	while ((item = take(r))) {
		check(r, w, item);
		item_free(item);
	}
	rule_worker_free(w);
	return NULL;
}

struct recheck *
recheck_new(struct counters *counters)
{
	struct recheck *r = mem_calloc(1, sizeof *r);

	r->counters = counters;
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->changed, NULL);
	background_start(&r->thread, "rechecks", STACK_BYTES, work, r);
	return r;
}

void
recheck_free(struct recheck *r)
{
	if (!r)
		return;
	pthread_mutex_lock(&r->lock);
	r->stopping = true;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
	pthread_join(r->thread, NULL);
	pthread_cond_destroy(&r->changed);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

static bool
is_its_turn(struct recheck *r, const struct scan *s)
{
	int64_t every = s->snapshot->conf->match.recheck_every;

	return every && !rule_set_is_distrusted(s->snapshot->rules) &&
	       (atomic_fetch_add_explicit(&r->offered, 1,
	                                  memory_order_relaxed) +
	        1) % (uint64_t)every ==
	           0;
}

void
recheck_offer(struct recheck *r, const struct scan *s)
{
	struct item *item;

	if (!is_its_turn(r, s))
		return;
	pthread_mutex_lock(&r->lock);
	if (!r->next && !r->busy) {
		item = item_new(s);
		r->next = item;
		pthread_cond_broadcast(&r->changed);
	}
	pthread_mutex_unlock(&r->lock);
}

void
recheck_drain(struct recheck *r)
{
	pthread_mutex_lock(&r->lock);
	while (r->next || r->busy)
		pthread_cond_wait(&r->changed, &r->lock);
	pthread_mutex_unlock(&r->lock);
}
