/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What signals add to a judgement: each message is judged without them, with
 * the classifier, with the signals of the store (reputation, known senders,
 * rates, greylisting, campaigns, and what is told to the store), and with all;
 * in turns, several times, of which the least counts. Prints medians of CPU
 * time in the thread that judges, and what the writing behind it takes.
 *
 *     bench/signals CONF RULES FILE...
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "fact/zone.h"
#include "measure.h"
#include "scan/learned.h"
#include "store/store.h"

enum { CLASSIFIER = 1, STORE = 2, WAYS = 4, ROUNDS = 5, BYTES_MAX = 1 << 20 };

static const char *const names[WAYS] = { "none", "classifier", "store", "all" };

struct bench {
	struct snapshot *snapshot;
	struct classifier *classifier;
	struct store *store;
	struct campaign_secret *secret;
	struct rule_worker *worker;
	struct arena *arena;
	int64_t stage_us;
	double *cost_us[WAYS]; /* by message */
	size_t reads, ops;
};

static struct snapshot *
open_snapshot(const char *conf_path, const char *rules_path)
{
	struct diags diags = DIAGS_INIT;
	struct conf *conf = conf_load(conf_path, &diags);
	char *paths[] = { (char *)(uintptr_t)rules_path };
	const struct conf_list list = { paths, 1 };
	struct rule_sources sources = { 0 };
	struct rule_set *rules = NULL;

	if (conf && rule_sources_read(&list, &sources, &diags) == 0)
		rules = rule_set_compile(&sources, conf, &diags);
	if (!rules) {
		diags_print(&diags, stderr);
		exit(2);
	}
	rule_sources_done(&sources);
	diags_done(&diags);
	return snapshot_new(conf, rules);
}

/* The time of one judgement, and of what follows it. */
static double
judge(struct bench *b, struct sv raw, int ways)
{
	struct sv recipient = SV("user@example.com");
	struct scan s = {
		.arena = b->arena,
		.snapshot = b->snapshot,
		.worker = b->worker,
		.channel = CHANNEL_SMTP,
		.surface = "mail",
		.envelope = { .client_ip = SV("192.0.2.7"),
		              .from = SV("bounce@example.org"),
		              .recipients = &recipient,
		              .n_recipients = 1 },
		.raw = raw,
		.store = ways & STORE ? b->store : NULL,
		.secret = b->secret,
	};
	int64_t begin_ns;

	arena_reset(b->arena);
	b->snapshot->classifier = ways & CLASSIFIER ? b->classifier : NULL;
	begin_ns = measure_ns(CLOCK_THREAD_CPUTIME_ID);
	scan_run(&s);
	learned_tell(&s);
	begin_ns = measure_ns(CLOCK_THREAD_CPUTIME_ID) - begin_ns;
	if (s.learned) {
		b->reads += s.learned->exchange.n_reads;
		b->ops += s.learned->exchange.n_ops;
	}
	return (double)begin_ns / 1000;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
median(double *list, size_t n)
{
	qsort(list, n, sizeof *list, compare);
	return n ? list[n / 2] : 0;
}

/* One round of a message: between two of them come all others, so that memory
 * is as cold as it is in a daemon. */
static void
measure(struct bench *b, const char *path, size_t i, int round)
{
	struct buf raw = BUF_INIT(BYTES_MAX);
	int result = file_read(path, &raw);

	for (int k = 0; k < WAYS; k++) {
		int ways = (k + round + (int)(i % WAYS)) % WAYS;
		double us = result && result != E_LIMIT
		                ? 0
		                : judge(b, buf_sv(&raw), ways);

		if (round == 0 || us < b->cost_us[ways][i])
			b->cost_us[ways][i] = us;
	}
	buf_done(&raw);
}

static void
print(struct bench *b, size_t n, double behind_us)
{
	double *added = mem_calloc(n + 1, sizeof *added);

	printf("%zu messages, least of %d; %.0f questions and %.0f operations "
	       "of the store a message\n",
	       n, ROUNDS, (double)b->reads / (double)(n * ROUNDS * 2),
	       (double)b->ops / (double)(n * ROUNDS * 2));
	printf("%-12s %12s %12s\n", "signals", "median us", "added us");
	for (int ways = WAYS - 1; ways >= 0; ways--) {
		for (size_t i = 0; i < n; i++)
			added[i] = b->cost_us[ways][i] - b->cost_us[0][i];
		printf("%-12s %12.1f %12.1f\n", names[ways],
		       median(b->cost_us[ways], n), median(added, n));
	}
	printf("writing behind: %.1f us a message that is told\n", behind_us);
	free(added);
}

static void
open_store(struct bench *b)
{
	char why[STORE_WHY];

	if (store_open(&b->snapshot->conf->store, &b->store, why)) {
		fprintf(stderr, "%s\n", why);
		exit(2);
	}
	b->secret = campaign_secret_new();
	campaign_secret_load(b->secret, b->store, clock_unix_ms());
}

int
main(int argc, char **argv)
{
	struct diags diags = DIAGS_INIT;
	struct zone *zone = zone_read("none", SV(""), DNS_NO_NAME, &diags);
	struct bench b = { 0 };
	int64_t thread_ns, process_ns;
	size_t n = argc > 3 ? (size_t)argc - 3 : 0;

	if (n == 0) {
		fprintf(stderr, "usage: signals CONF RULES FILE...\n");
		return 2;
	}
	b.snapshot = open_snapshot(argv[1], argv[2]);
	b.snapshot->sources.zone = zone;
	b.classifier = b.snapshot->classifier;
	b.worker = rule_worker_new();
	b.arena = arena_new();
	open_store(&b);
	for (int ways = 0; ways < WAYS; ways++)
		b.cost_us[ways] = mem_calloc(n, sizeof **b.cost_us);
	thread_ns = measure_ns(CLOCK_THREAD_CPUTIME_ID);
	process_ns = measure_ns(CLOCK_PROCESS_CPUTIME_ID);
	for (int round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < n; i++)
			measure(&b, argv[3 + i], i, round);
	store_flush(b.store);
	process_ns = measure_ns(CLOCK_PROCESS_CPUTIME_ID) - process_ns;
	thread_ns = measure_ns(CLOCK_THREAD_CPUTIME_ID) - thread_ns;
	print(&b, n,
	      (double)(process_ns - thread_ns) / 1000 /
	          (double)(n * ROUNDS * 2));
	for (int ways = 0; ways < WAYS; ways++)
		free(b.cost_us[ways]);
	store_close(b.store);
	campaign_secret_free(b.secret);
	b.snapshot->classifier = b.classifier;
	arena_free(b.arena);
	rule_worker_free(b.worker);
	snapshot_unref(b.snapshot);
	zone_free(zone);
	diags_done(&diags);
	return 0;
}
