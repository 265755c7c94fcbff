/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/campaign.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "learn/campaign_list.h"
#include "learn/campaign_private.h"

#define HALF_LIFE_MS CAMPAIGN_HALF_LIFE_MS

enum {
	URLS_MAX = 64,
	PATH_PIECE_MAX = 16, /* longer ones differ from copy to copy */
	/* In weight: texts that are shorter belong to nobody. */
	WHOLE_MIN = 12,
	TEXT_MIN = 28,
};

/* The sums of a key's counter: of the first text keys ... */
enum { SUM_VOLUME, SUM_SENDERS, SUM_TARGETS, SUM_NETWORKS };
/* ... and of the others: how often it was new, and when, in seconds. Both
 * decay alike, so that one divided by the other is a time. */
enum { SUM_STARTS = 1, SUM_START_S };

/* What is counted of each message. */
enum { SEEN_SENDER, SEEN_NETWORK, SEEN_TARGETS };

/* What is there of a counter is something from here on. */
#define SOMETHING 0.01

/* ---- keys ---- */

/* The domain, and what of the path stays the same. */
static uint64_t
hash_url(uint64_t seed, const struct message_url *u)
{
	size_t at = sv_find(u->url, u->host);
	struct sv piece, path = sv_from(u->url, at + u->host.n);
	uint64_t hash = shingle_hash(seed, u->domain);
	bool is_steady = true;

	path = sv_sub(path, 0, sv_find_char(path, '?'));
	path = sv_sub(path, 0, sv_find_char(path, '#'));
	while (is_steady && sv_split(&path, '/', &piece)) {
		is_steady = piece.n <= PATH_PIECE_MAX;
		for (size_t i = 0; i < piece.n; i++)
			if (sv_is_digit(piece.p[i]))
				is_steady = false;
		if (is_steady && piece.n)
			hash = shingle_mix(hash + shingle_hash(seed, piece));
	}
	return hash;
}

/* Of all links together, in any order; 0: there are none. */
static uint64_t
hash_urls(uint64_t seed, const struct message *m)
{
	uint64_t found[URLS_MAX], sum = 0;
	size_t n = 0, i;

	for (size_t u = 0; u < m->n_urls && n < URLS_MAX; u++) {
		uint64_t hash;

		if (m->urls[u].host.n == 0)
			continue;
		hash = hash_url(seed, &m->urls[u]);
		for (i = 0; i < n && found[i] != hash; i++)
			;
		if (i < n)
			continue;
		found[n++] = hash;
		sum += shingle_mix(hash);
	}
	return n ? shingle_mix(sum) : 0;
}

static void
add_key(struct campaign_keys *k, unsigned kind, uint64_t hash)
{
	hash = shingle_mix(hash + kind);
	k->list[k->n++] = hash ? hash : 1;
}

/* Short texts have few shingles, and one that is common may be most of them:
 * more must agree. Two are too few even of long ones, as some phrases of a
 * language are common, and may be two samples. */
static unsigned
quorum(size_t n_shingles)
{
	return n_shingles < 8 ? 9 : n_shingles < 16 ? 6 : 4;
}

static void
make_keys(struct campaign_keys *k, const struct shingles *s, uint64_t links)
{
	if (s->weight >= TEXT_MIN)
		for (; k->n_text < CAMPAIGN_TEXT_KEYS; k->n_text++)
			add_key(k, k->n_text, s->samples[k->n_text]);
	else if (s->weight < WHOLE_MIN || links == 0)
		return;
	k->quorum = k->n_text ? quorum(s->n) : 1;
	add_key(k, CAMPAIGN_TEXT_KEYS, k->n_text ? s->whole : s->whole + links);
	if (links && k->n_text)
		add_key(k, CAMPAIGN_TEXT_KEYS + 1, links);
}

void
campaign_sign(struct campaign *c, struct campaign_secret *secret,
              const struct message *m, struct arena *a)
{
	struct campaign_seeds seeds;
	struct shingles shingles;

	*c = (struct campaign){ .secret_place = EXCHANGE_NONE,
		                .sender_place = EXCHANGE_NONE };
	if (!campaign_secret_seeds(secret, &seeds))
		return;
	c->seed = seeds.names;
	shingles_make(&seeds.shingles, m, a, &shingles);
	make_keys(&c->keys, &shingles, hash_urls(seeds.names, m));
}

static bool
is_counted(const struct campaign_keys *k, unsigned i)
{
	return i < CAMPAIGN_COUNTED || i >= k->n_text;
}

/* The quorum-th largest. */
static double
agreed(const struct campaign_keys *k, unsigned quorum,
       const double values[CAMPAIGN_KEYS])
{
	double largest[CAMPAIGN_KEYS + 1] = { 0 }, whole;

	if (k->n <= k->n_text)
		return 0;
	whole = values[k->n_text];
	for (unsigned i = 0; i < k->n; i++) {
		unsigned at = i;

		if (i == k->n_text)
			continue;
		for (; at > 0 && largest[at - 1] < values[i]; at--)
			largest[at] = largest[at - 1];
		largest[at] = values[i];
	}
	return quorum && k->n_text ? fmax(whole, largest[quorum - 1]) : whole;
}

double
campaign_quorum(const struct campaign_keys *k,
                const double values[CAMPAIGN_KEYS])
{
	return agreed(k, k->quorum, values);
}

/* The same share of those that have a counter. */
static unsigned
counted_quorum(const struct campaign_keys *k)
{
	return (k->quorum * CAMPAIGN_COUNTED + CAMPAIGN_TEXT_KEYS - 1) /
	       CAMPAIGN_TEXT_KEYS;
}

bool
campaign_is_same(const struct campaign_keys *a, const struct campaign_keys *b)
{
	double common[CAMPAIGN_KEYS] = { 0 };
	bool some = false;

	for (unsigned i = 0; i < a->n; i++)
		for (unsigned j = 0; j < b->n; j++)
			if (a->list[i] == b->list[j])
				common[i] = some = true;
	return some && campaign_quorum(a, common) > 0;
}

/* ---- gathering ---- */

static struct sv
counter_name(struct arena *a, uint64_t key)
{
	return exchange_name(a, SV("c:"), key);
}

void
campaign_gather_keys(struct campaign *c, struct exchange *x)
{
	for (unsigned i = 0; i < c->keys.n; i++)
		c->places[i] =
		    is_counted(&c->keys, i)
			? exchange_ask_counter(
			      x, counter_name(x->arena, c->keys.list[i]),
			      HALF_LIFE_MS)
			: EXCHANGE_NONE;
}

static void
ask_seen(struct campaign_seen *s, uint64_t whose, unsigned what, uint64_t who,
         struct exchange *x)
{
	s->of =
	    shingle_mix(whose + what * CAMPAIGN_SLOTS + who % CAMPAIGN_SLOTS);
	s->place = exchange_ask_counter(
	    x, exchange_name(x->arena, SV("cs:"), s->of), HALF_LIFE_MS);
}

/* Who is made responsible: an account, else who is vouched for, else where it
 * comes from. */
static struct sv
sender_of(const struct origin *o, struct arena *a)
{
	if (o->account.n)
		return o->account;
	if (o->from.n && origin_is_aligned(o))
		return o->from;
	return o->ip.n ? origin_network(a, o->ip) : SV("");
}

static void
gather_seen(struct campaign *c, const struct campaign_scene *scene,
            struct exchange *x)
{
	const struct origin *o = scene->origin;
	struct sv sender = o->account.n ? o->account : o->from;
	uint64_t who = shingle_hash(c->seed, sender.n ? sender : o->ip),
		 net = shingle_hash(c->seed, origin_network(x->arena, o->ip));

	for (unsigned i = 0; i < CAMPAIGN_TRACKED && i < c->keys.n_text; i++) {
		uint64_t key = c->keys.list[i];

		ask_seen(&c->seen[i][SEEN_SENDER], key, SEEN_SENDER, who, x);
		ask_seen(&c->seen[i][SEEN_NETWORK], key, SEEN_NETWORK, net, x);
		for (unsigned t = 0; t < c->n_targets; t++)
			ask_seen(&c->seen[i][SEEN_TARGETS + t], key,
			         SEEN_TARGETS,
			         shingle_hash(c->seed, scene->targets[t]), x);
	}
}

static void
gather_sender(struct campaign *c, const struct campaign_scene *scene,
              struct exchange *x)
{
	struct sv sender = sender_of(scene->origin, x->arena);

	if (sender.n == 0 || c->n_targets == 0)
		return;
	c->sender = shingle_mix(shingle_hash(c->seed, sender));
	c->sender_place = exchange_ask_counter(
	    x, counter_name(x->arena, c->sender), HALF_LIFE_MS);
	for (unsigned t = 0; t < c->n_targets; t++)
		ask_seen(&c->sender_seen[t], c->sender, SEEN_TARGETS,
		         shingle_hash(c->seed, scene->targets[t]), x);
}

void
campaign_gather(struct campaign *c, struct campaign_secret *secret,
                const struct campaign_scene *scene, struct exchange *x)
{
	if (!secret)
		return;
	c->secret_place = campaign_secret_ask(secret, x);
	if (c->seed == 0)
		return;
	c->n_targets = scene->n_targets < CAMPAIGN_TARGETS
	                   ? (unsigned)scene->n_targets
	                   : CAMPAIGN_TARGETS;
	campaign_gather_keys(c, x);
	gather_seen(c, scene, x);
	gather_sender(c, scene, x);
}

/* ---- judging ---- */

double
campaign_distinct(double sum)
{
	double free = 1 - sum / CAMPAIGN_SLOTS;

	/* All but one are taken: more cannot be told. */
	if (free < 1.0 / CAMPAIGN_SLOTS)
		free = 1.0 / CAMPAIGN_SLOTS;
	return sum > 0 ? -CAMPAIGN_SLOTS * log(free) : 0;
}

/* Whether a key is one of this campaign, and not of what many others say, too:
 * it has come about as often as the quorum. */
static bool
is_member(const struct campaign *c, unsigned i)
{
	return c->volumes[i] >= c->volume / 2 && c->volumes[i] <= c->volume * 8;
}

static void
judge_key(struct campaign *c, unsigned i, const struct store_read *r,
          int64_t now_ms)
{
	if (i < CAMPAIGN_TRACKED && i < c->keys.n_text) {
		c->senders =
		    fmax(c->senders, campaign_distinct(r->sums[SUM_SENDERS]));
		c->targets =
		    fmax(c->targets, campaign_distinct(r->sums[SUM_TARGETS]));
		c->networks =
		    fmax(c->networks, campaign_distinct(r->sums[SUM_NETWORKS]));
	} else if (r->sums[SUM_STARTS] > 0) {
		double start_s = r->sums[SUM_START_S] / r->sums[SUM_STARTS];
		double age_ms = (double)now_ms - start_s * 1000;

		if (age_ms > (double)c->age_ms && age_ms < (double)now_ms)
			c->age_ms = (int64_t)age_ms;
	}
}

/* That of the first of its keys that it has in common with others. */
static void
name_it(struct campaign *c)
{
	for (unsigned i = 0; i < c->keys.n; i++) {
		if (!is_member(c, i))
			continue;
		snprintf(c->id, sizeof c->id, "%016" PRIx64, c->keys.list[i]);
		return;
	}
}

static void
judge_seen(struct campaign_seen *s, size_t n, const struct exchange *x)
{
	for (size_t i = 0; i < n; i++)
		s[i].there = exchange_answer(x, s[i].place)->sums[0];
}

/* Where something is known, there was one at least. */
static double
at_least_1(double count, double volume)
{
	return volume >= SOMETHING && count < 1 ? 1 : count;
}

void
campaign_judge_keys(struct campaign *c, const struct exchange *x)
{
	for (unsigned i = 0; i < c->keys.n; i++)
		c->volumes[i] =
		    fmax(0, exchange_answer(x, c->places[i])->sums[0]);
	c->volume = agreed(&c->keys, counted_quorum(&c->keys), c->volumes);
	if (c->volume < SOMETHING)
		c->volume = 0;
	for (unsigned i = 0; i < c->keys.n; i++)
		if (c->volume > 0 && is_member(c, i))
			judge_key(c, i, exchange_answer(x, c->places[i]),
			          x->now_ms);
	if (c->volume > 0)
		name_it(c);
	c->senders = at_least_1(c->senders, c->volume);
	c->targets = at_least_1(c->targets, c->volume);
	c->networks = at_least_1(c->networks, c->volume);
}

void
campaign_judge(struct campaign *c, struct campaign_secret *secret,
               const struct exchange *x)
{
	if (!secret)
		return;
	campaign_secret_answer(secret, c->secret_place, x);
	if (c->seed == 0)
		return;
	campaign_judge_keys(c, x);
	for (unsigned i = 0; i < CAMPAIGN_TRACKED && i < c->keys.n_text; i++)
		judge_seen(c->seen[i], SEEN_TARGETS + c->n_targets, x);
	judge_seen(c->sender_seen, c->n_targets, x);
	c->sender_targets = campaign_distinct(
	    exchange_answer(x, c->sender_place)->sums[SUM_TARGETS]);
}

/* ---- learning ---- */

static struct store_op *
tell_counter(struct sv name, struct exchange *x)
{
	struct store_op *op = exchange_tell(x, STORE_ADD, name);

	if (op)
		op->half_life_ms = HALF_LIFE_MS;
	return op;
}

/* What it was not worth yet; nothing if that is little. */
static double
tell_seen(const struct campaign_seen *s, struct exchange *x)
{
	double missing = 1 - s->there;
	struct store_op *op;

	if (fabs(missing) < 0.05)
		return 0;
	op = tell_counter(exchange_name(x->arena, SV("cs:"), s->of), x);
	if (!op)
		return 0;
	op->amounts[0] = missing;
	return missing;
}

/* Distinct ones are counted from the second message on: most texts come
 * once. */
static void
learn_key(const struct campaign *c, unsigned i, struct exchange *x)
{
	struct store_op *op =
	    tell_counter(counter_name(x->arena, c->keys.list[i]), x);
	const struct campaign_seen *seen;

	if (!op)
		return;
	op->amounts[SUM_VOLUME] = 1;
	if (i < CAMPAIGN_TRACKED && i < c->keys.n_text) {
		if (c->volumes[i] < SOMETHING)
			return;
		seen = c->seen[i];
		op->amounts[SUM_SENDERS] = tell_seen(&seen[SEEN_SENDER], x);
		op->amounts[SUM_NETWORKS] = tell_seen(&seen[SEEN_NETWORK], x);
		for (unsigned t = 0; t < c->n_targets; t++)
			op->amounts[SUM_TARGETS] +=
			    tell_seen(&seen[SEEN_TARGETS + t], x);
	} else if (c->volumes[i] < SOMETHING) {
		op->amounts[SUM_STARTS] = 1;
		op->amounts[SUM_START_S] = (double)x->now_ms / 1000;
	}
}

static void
learn_sender(const struct campaign *c, struct exchange *x)
{
	struct store_op *op;

	if (c->sender_place == EXCHANGE_NONE)
		return;
	op = tell_counter(counter_name(x->arena, c->sender), x);
	if (!op)
		return;
	op->amounts[SUM_VOLUME] = 1;
	for (unsigned t = 0; t < c->n_targets; t++)
		op->amounts[SUM_TARGETS] += tell_seen(&c->sender_seen[t], x);
}

void
campaign_learn(const struct campaign *c, struct campaign_secret *secret,
               struct sv verdict_id, struct exchange *x)
{
	if (!secret)
		return;
	campaign_secret_tell(secret, c->secret_place, x);
	if (c->seed == 0)
		return;
	for (unsigned i = 0; i < c->keys.n; i++)
		if (is_counted(&c->keys, i))
			learn_key(c, i, x);
	learn_sender(c, x);
	campaign_list_learn(c, verdict_id, x);
}
