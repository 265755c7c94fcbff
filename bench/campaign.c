/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How well near-duplicates are found, and what it costs.
 *
 *     campaign follow DIR    each folder below DIR that has files is one after
 *                            the other, with a store of its own: how many have
 *                            been seen before
 *     campaign pairs DIR     all files below DIR against each other: pairs of
 *                            the same campaign
 *     campaign strangers DIR only those in different folders of DIR
 *     campaign cost DIR      microseconds a message, with a data base in a
 *                            folder CAMPAIGN_STORE of the environment
 *
 * Files named *.txt are posts, others mails.
 */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/vec.h"
#include "bench/measure.h"
#include "learn/campaign.h"

enum { MESSAGE_BYTES_MAX = 64 << 20 };

static struct conf *conf;
static VEC(char *) paths;

/* ---- messages ---- */

static int
take_path(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)at;
	if (type == FTW_F)
		*VEC_ADD(&paths) = mem_strdup(path);
	return 0;
}

static int
compare_paths(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
find_paths(const char *dir)
{
	if (nftw(dir, take_path, 16, 0)) {
		perror(dir);
		exit(1);
	}
	if (paths.n)
		qsort(paths.list, paths.n, sizeof *paths.list, compare_paths);
}

static struct message *
read_message(struct arena *a, const char *path, struct buf *bytes)
{
	if (file_read(path, bytes)) {
		perror(path);
		exit(1);
	}
	if (sv_iends(sv_str(path), SV(".txt"))) {
		const struct message_post post = { .text = buf_sv(bytes) };

		return message_from_post(a, &post, &conf->message);
	}
	return message_parse(a, buf_sv(bytes), &conf->message);
}

/* ---- a store ---- */

struct memory {
	struct conf_store conf;
	struct store *store;
	struct campaign_secret *secret;
	int64_t now_ms;
};

static void
open_store(struct memory *m, const char *dir)
{
	char why[STORE_WHY];

	*m = (struct memory){ .conf = conf->store,
		              .secret = campaign_secret_new(),
		              .now_ms = clock_unix_ms() };
	m->conf.backend = dir ? STORE_BACKEND_LMDB : STORE_BACKEND_MEMORY;
	if (dir)
		m->conf.dir = dir;
	if (store_open(&m->conf, &m->store, why)) {
		fprintf(stderr, "store: %s\n", why);
		exit(1);
	}
	if (!campaign_secret_load(m->secret, m->store, m->now_ms)) {
		fprintf(stderr, "there is no secret\n");
		exit(1);
	}
}

static void
close_store(struct memory *m)
{
	campaign_secret_free(m->secret);
	store_close(m->store);
}

/* ---- following ---- */

static size_t
folder_length(const char *path)
{
	return (size_t)(strrchr(path, '/') - path);
}

static bool
is_seen(struct memory *m, struct arena *a, const char *path, bool *ret_has_keys)
{
	const struct origin nobody = { 0 };
	const struct campaign_scene scene = { .origin = &nobody };
	struct buf bytes = BUF_INIT(MESSAGE_BYTES_MAX);
	struct exchange *x = ARENA_NEW(a, struct exchange);
	struct campaign c;

	exchange_begin(x, a, m->now_ms += 1000);
	campaign_sign(&c, m->secret, read_message(a, path, &bytes), a);
	campaign_gather(&c, m->secret, &scene, x);
	exchange_get(x, m->store);
	campaign_judge(&c, m->secret, x);
	campaign_learn(&c, m->secret, SV(""), x);
	if (exchange_put(x, m->store))
		store_flush(m->store);
	buf_done(&bytes);
	*ret_has_keys = c.keys.n > 0;
	return c.volume > 0.5;
}

struct tally {
	size_t n, found, keyless;
};

static void
follow_once(struct arena *a, struct tally *t)
{
	struct memory m = { 0 };

	for (size_t i = 0; i < paths.n; i++) {
		const char *path = paths.list[i];
		size_t length = folder_length(path);
		bool has_keys,
		    is_first = i == 0 ||
		               length != folder_length(paths.list[i - 1]) ||
		               memcmp(path, paths.list[i - 1], length) != 0;

		if (is_first && i)
			close_store(&m);
		if (is_first)
			open_store(&m, NULL);
		arena_reset(a);
		t->found += is_seen(&m, a, path, &has_keys);
		t->keyless += !has_keys;
		t->n += !is_first;
	}
	if (paths.n)
		close_store(&m);
}

/* Which keys a text has is a matter of chance: several secrets are tried. */
enum { ROUNDS = 10 };

static void
follow(const char *dir)
{
	struct arena *a = arena_new();
	struct tally t = { 0 };

	find_paths(dir);
	for (int i = 0; i < ROUNDS; i++)
		follow_once(a, &t);
	printf("%-12s %-24s %6.1f %%  %8zu messages, %zu too short\n", "tamis",
	       strrchr(dir, '/') + 1,
	       100 * (double)t.found / (double)(t.n ? t.n : 1), paths.n,
	       t.keyless / ROUNDS);
	arena_free(a);
}

/* ---- pairs ---- */

/* Whether both are below the same folder of DIR. */
static bool
is_one_set(const char *a, const char *b, const char *dir)
{
	size_t at = strlen(dir) + 1, n = strcspn(a + at, "/");

	return strncmp(a + at, b + at, n + 1) == 0;
}

static void
pairs(const char *dir, bool strangers)
{
	const bool shows = getenv("CAMPAIGN_SHOW");
	struct arena *a = arena_new();
	struct campaign_keys *keys;
	size_t found = 0, messages = 0, keyless = 0, looked = 0;
	struct memory m;

	find_paths(dir);
	open_store(&m, NULL);
	keys = mem_calloc(paths.n + 1, sizeof *keys);
	for (size_t i = 0; i < paths.n; i++) {
		struct buf bytes = BUF_INIT(MESSAGE_BYTES_MAX);
		struct campaign c;
		size_t before = found;

		campaign_sign(&c, m.secret,
		              read_message(a, paths.list[i], &bytes), a);
		keys[i] = c.keys;
		keyless += c.keys.n == 0;
		for (size_t k = 0; k < i; k++) {
			if (strangers &&
			    is_one_set(paths.list[i], paths.list[k], dir))
				continue;
			looked++;
			if (!campaign_is_same(&keys[i], &keys[k]))
				continue;
			found++;
			if (shows)
				printf("%s %s\n", paths.list[k], paths.list[i]);
		}
		messages += found > before;
		buf_done(&bytes);
		arena_reset(a);
	}
	printf("%-12s %-24s %6.2f %%  %8zu of %zu pairs, %zu too short\n",
	       "tamis", strrchr(dir, '/') + 1,
	       100 * (double)messages / (double)(paths.n ? paths.n : 1), found,
	       looked, keyless);
	free(keys);
	close_store(&m);
	arena_free(a);
}

/* ---- cost ---- */

enum { STEP_SIGN, STEP_ASK, STEP_TELL, STEPS };

static int
compare_ns(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void
time_message(struct memory *m, const struct message *message, struct arena *a,
             int64_t ret_ns[STEPS])
{
	const struct sv to = SV("ann@example.org");
	const struct origin origin = { .ip = SV("192.0.2.1"),
		                       .from = SV("bob@example.net") };
	const struct campaign_scene scene = { &origin, &to, 1 };
	struct exchange *x = ARENA_NEW(a, struct exchange);
	int64_t t[STEPS + 1];
	struct campaign c;

	exchange_begin(x, a, m->now_ms += 1000);
	t[0] = measure_ns(CLOCK_THREAD_CPUTIME_ID);
	campaign_sign(&c, m->secret, message, a);
	t[1] = measure_ns(CLOCK_THREAD_CPUTIME_ID);
	campaign_gather(&c, m->secret, &scene, x);
	exchange_get(x, m->store);
	campaign_judge(&c, m->secret, x);
	t[2] = measure_ns(CLOCK_THREAD_CPUTIME_ID);
	campaign_learn(&c, m->secret, SV(""), x);
	if (exchange_put(x, m->store))
		store_flush(m->store);
	t[3] = measure_ns(CLOCK_THREAD_CPUTIME_ID);
	for (int i = 0; i < STEPS; i++)
		ret_ns[i] = t[i + 1] - t[i];
}

static void
cost(const char *dir)
{
	static const char *const steps[] = { "making keys", "asking the store",
		                             "telling the store" };
	int64_t *ns[STEPS];
	struct arena *a = arena_new();
	struct memory m;

	find_paths(dir);
	open_store(&m, getenv("CAMPAIGN_STORE"));
	for (int s = 0; s < STEPS; s++)
		ns[s] = mem_calloc(paths.n + 1, sizeof **ns);
	for (size_t i = 0; i < paths.n; i++) {
		struct buf bytes = BUF_INIT(MESSAGE_BYTES_MAX);
		int64_t one[STEPS];

		time_message(&m, read_message(a, paths.list[i], &bytes), a,
		             one);
		for (int s = 0; s < STEPS; s++)
			ns[s][i] = one[s];
		buf_done(&bytes);
		arena_reset(a);
	}
	for (int s = 0; s < STEPS && paths.n; s++) {
		qsort(ns[s], paths.n, sizeof **ns, compare_ns);
		printf("%-24s %6.1f us median, %6.1f us in 90 of 100\n",
		       steps[s], (double)ns[s][paths.n / 2] / 1000,
		       (double)ns[s][paths.n * 9 / 10] / 1000);
		free(ns[s]);
	}
	close_store(&m);
	arena_free(a);
}

int
main(int argc, char **argv)
{
	struct diags diags = DIAGS_INIT;

	conf = conf_parse(SV(""), "bench", &diags);
	if (argc == 3 && strcmp(argv[1], "follow") == 0)
		follow(argv[2]);
	else if (argc == 3 && strcmp(argv[1], "pairs") == 0)
		pairs(argv[2], false);
	else if (argc == 3 && strcmp(argv[1], "strangers") == 0)
		pairs(argv[2], true);
	else if (argc == 3 && strcmp(argv[1], "cost") == 0)
		cost(argv[2]);
	else {
		fprintf(stderr,
		        "usage: campaign follow|pairs|strangers|cost DIR\n");
		return 2;
	}
	for (size_t i = 0; i < paths.n; i++)
		free(paths.list[i]);
	VEC_DONE(&paths);
	conf_unref(conf);
	diags_done(&diags);
	return 0;
}
