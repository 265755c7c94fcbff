/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What signals cost: messages from many senders ask the store once and tell it
 * once. Prints the CPU time of a message in the thread that judges it, and of
 * the whole process, which writes behind it.
 *
 *     bench/store lmdb|memory|unix:/run/redis.sock DIR MESSAGES [PROCESSES]
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "learn/greylist.h"
#include "learn/known.h"
#include "learn/rate.h"
#include "learn/reputation.h"

enum { SENDERS = 50000, IN_ONE_GO = 100 };

/* The median mail: two signatures, four links. */
static void
make_origin(struct arena *a, unsigned n, struct origin *o)
{
	char ip[40];

	snprintf(ip, sizeof ip, "10.%u.%u.%u", n >> 16 & 255, n >> 8 & 255,
	         n & 255);
	*o = (struct origin){
		.ip = arena_dup(a, sv_str(ip)),
		.asn = 64500 + n % 500,
		.from = arena_printf(a, "user@d%u.example", n),
		.from_domain = arena_printf(a, "d%u.example", n),
		.envelope_from = arena_printf(a, "bounce@d%u.example", n),
		.spf_domain = arena_printf(a, "d%u.example", n),
		.n_dkim = 2,
		.n_urls = 4,
	};
	o->dkim_domains[0] = o->from_domain;
	o->dkim_domains[1] = arena_printf(a, "esp%u.example", n % 50);
	for (unsigned i = 0; i < 4; i++)
		o->url_domains[i] =
		    arena_printf(a, "u%u.example", (n * 7 + i) % 30000);
}

static size_t reads, ops;

static void
one_message(struct store *s, struct arena *a, unsigned n)
{
	static const struct rate_limit limits[] = {
		{ "sender", 100, 3600000 }, { "network", 1000, 3600000 }
	};
	static const struct reputation_caps caps = { 30000, 20000 };
	static const struct greylist_times times = { 300000, 86400000,
		                                     3000000000 };
	const struct reputation_lesson lesson = { n % 2, 0.1, 70000, true };
	struct known_mail mail = { .from_is_aligned = true };
	struct sv bob = SV("bob@example.net"), id = SV("<1@example.net>");
	struct exchange *x = ARENA_NEW(a, struct exchange);
	struct reputation r;
	struct rate rates[2];
	struct greylist g;
	struct origin o;
	struct known k;

	make_origin(a, n, &o);
	mail.from = o.from;
	mail.addresses = &bob;
	mail.ids = &id;
	mail.n_addresses = mail.n_ids = 1;
	exchange_begin(x, a, clock_unix_ms());
	reputation_gather(&r, &o, x);
	greylist_gather(&g, &o, bob, x);
	rate_gather(&rates[0], &limits[0], o.envelope_from, x);
	rate_gather(&rates[1], &limits[1], origin_network(a, o.ip), x);
	known_gather(&k, &mail, x);
	exchange_get(x, s);
	reputation_judge(&r, x, &caps);
	greylist_judge(&g, x, &times);
	for (int i = 0; i < 2; i++)
		rate_judge(&rates[i], 1, x);
	known_judge(&k, x);
	reputation_learn(&r, &lesson, x);
	greylist_learn(&g, x, &times);
	for (int i = 0; i < 2; i++)
		rate_learn(&rates[i], x);
	if (exchange_put(x, s))
		mem_die("the queue is full");
	reads = x->n_reads;
	ops = x->n_ops;
}

static double
process_cpu_us(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static int
compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

/* At about `IN_ONE_GO` messages every 50 ms, as a busy node would. */
static void
run(struct store *s, unsigned messages, unsigned seed)
{
	const struct timespec pause = { .tv_nsec = 50 * 1000 * 1000 };
	int64_t *took = mem_calloc(messages, sizeof *took);
	int64_t begin_us = clock_mono_us(), sum = 0;
	double cpu = process_cpu_us();
	struct arena *a = arena_new();
	struct store_status status;

	for (unsigned i = 0; i < messages; i++) {
		int64_t before = clock_cpu_ns();

		one_message(s, a, (unsigned)rand_r(&seed) % SENDERS);
		took[i] = clock_cpu_ns() - before;
		sum += took[i];
		arena_reset(a);
		if (i % IN_ONE_GO == IN_ONE_GO - 1)
			nanosleep(&pause, NULL);
	}
	store_flush(s);
	cpu = process_cpu_us() - cpu;
	qsort(took, messages, sizeof *took, compare);
	store_status(s, &status);
	printf("%u messages in %.1f s: %zu reads, %zu changes each\n"
	       "CPU of a message: median %.1f us, mean %.1f us, 99 %% %.1f us; "
	       "with writing behind %.1f us\n"
	       "%llu commits, the longest %.1f ms; lost %llu, local %llu\n",
	       messages, (double)(clock_mono_us() - begin_us) / 1e6, reads, ops,
	       (double)took[messages / 2] / 1e3, (double)sum / messages / 1e3,
	       (double)took[messages * 99ULL / 100] / 1e3, cpu / messages,
	       (unsigned long long)status.commits,
	       (double)status.commit_us_max / 1e3,
	       (unsigned long long)status.lost,
	       (unsigned long long)status.local_reads);
	arena_free(a);
	free(took);
}

static void
open_and_run(const struct conf_store *conf, unsigned messages, unsigned seed)
{
	char why[STORE_WHY];
	struct store *s;

	if (store_open(conf, &s, why)) {
		fprintf(stderr, "%s\n", why);
		exit(1);
	}
	run(s, messages, seed);
	store_close(s);
}

int
main(int argc, char **argv)
{
	struct conf_store conf = {
		.bytes_max = 256 << 20,
		.commit_ms = 1000,
		.queue_max = 100000,
		.redis_prefix = "bench:",
		.redis_password_file = "",
		.redis_timeout_ms = 100,
		.backlog_bytes_max = 64 << 20,
	};
	int processes = argc > 4 ? atoi(argv[4]) : 1;

	if (argc < 4) {
		fprintf(stderr, "usage: store lmdb|memory|ADDRESS DIR MESSAGES "
		                "[PROCESSES]\n");
		return 2;
	}
	conf.backend = strcmp(argv[1], "lmdb") == 0     ? STORE_BACKEND_LMDB
	               : strcmp(argv[1], "memory") == 0 ? STORE_BACKEND_MEMORY
	                                                : STORE_BACKEND_REDIS;
	conf.redis = argv[1];
	conf.dir = argv[2];
	for (int i = 1; i < processes; i++)
		if (fork() == 0) {
			open_and_run(&conf, (unsigned)atoi(argv[3]),
			             (unsigned)i);
			return 0;
		}
	open_and_run(&conf, (unsigned)atoi(argv[3]), 0);
	while (wait(NULL) > 0)
		;
	return 0;
}
