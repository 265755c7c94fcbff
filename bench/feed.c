/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The collector without HTTP: how many batches it takes a second, and how
 * long a page takes over a year of many nodes.
 *
 *     bench/feed ADDRESS [NODES [DAYS [EVENTS.json]]]
 *
 * ADDRESS is an empty database: the path of an SQLite file, or that of a
 * PostgreSQL. EVENTS.json is a batch with an event, which is repeated.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/mem.h"
#include "feedd/accept.h"
#include "feedd/intake.h"

enum {
	BYTES_MAX = 256 << 20,
	SECONDS = 10,
	ITEMS = 40,
	DAY_ITEMS = 8,
	PAGES = 40
};

static struct database *database;
static unsigned nodes = 1000, days = 365;

static unsigned
dice(unsigned *state, unsigned below)
{
	*state = *state * 1664525u + 1013904223u;
	return (*state >> 8) % below;
}

static struct aggregate *
make_aggregate(unsigned *state, int64_t minute, unsigned items)
{
	static const char *const verdicts[] = { "legitimate", "legitimate",
		                                "advertising_spam",
		                                "other_abuse", "suspected" };
	static const char *const actions[] = { "accept", "tag", "reject" };
	static const char *const categories[] = { "gambling", "jobs",
		                                  "pharma_health", "phishing",
		                                  "other" };
	static const char *const countries[] = { "FR", "DE", "US",
		                                 "CN", "BR", "IN" };
	static const struct sv rules[] = { { "LOAN_OFFER", 10 },
		                           { "FAKE_INVOICE", 12 },
		                           { "URI_SHORTENER", 13 } };
	struct aggregate *g = aggregate_new(minute * RECORD_MINUTE_MS);

	while (items--)
		aggregate_add(
		    g, &(struct record_item){
			   .channel = dice(state, 9) ? SV("smtp") : SV("http"),
			   .surface = SV("mail"),
			   .verdict = sv_str(verdicts[dice(state, 5)]),
			   .action = sv_str(actions[dice(state, 3)]),
			   .ad_type = SV("direct_ad"),
			   .category = sv_str(categories[dice(state, 5)]),
			   .country = sv_str(countries[dice(state, 6)]),
			   .complete = true,
			   .recipients = 1,
			   .bytes = dice(state, 100000),
			   .cpu_us = dice(state, 5000),
			   .rules = rules,
			   .n_rules = dice(state, 4),
		       });
	return g;
}

static struct batch
make_batch(const char *node, const char *id, struct aggregate **list, size_t n)
{
	return (struct batch){ .id = sv_str(id),
		               .node = sv_str(node),
		               .generator = SV("tamis 0.1"),
		               .domain = SV("example.org"),
		               .ruleset = SV(""),
		               .profile = SV("statistical"),
		               .k_min = 1,
		               .aggregates = list,
		               .n_aggregates = n };
}

static void
die(const char *what, const char *why)
{
	fprintf(stderr, "bench/feed: %s: %s\n", what, why);
	exit(1);
}

/* ---- taking batches ---- */

static atomic_uint next;
static _Atomic uint64_t bytes, rows;
static int64_t end_us;

/* One minute of one node after another, as JSON, as they come by HTTP. */
static void *
take(void *ctx)
{
	unsigned state = 1 + (unsigned)(uintptr_t)ctx;
	int64_t now = clock_unix_ms();

	while (clock_mono_us() < end_us) {
		unsigned n = next++;
		int64_t minute = now / RECORD_MINUTE_MS - 60 + n / nodes % 60;
		struct aggregate *g = make_aggregate(&state, minute, ITEMS);
		const struct accept a = { .bytes_max = BYTES_MAX,
			                  .now_unix_ms = now };
		struct buf text = BUF_INIT(BYTES_MAX), out = BUF_INIT(4096);
		char node[32], id[64], why[DATABASE_TEXT] = "";
		struct refusal r;
		struct posting p;
		struct batch b;

		snprintf(node, sizeof node, "node%u", n % nodes);
		snprintf(id, sizeof id, "%s/b/%u-%u", node, n, n + 1);
		b = make_batch(node, id, &g, 1);
		batch_write(&b, &text);
		if (!posting_read(&a, buf_sv(&text), &p, &r))
			die(r.pointer, r.reason);
		bytes += text.n;
		rows += posting_rows(&p);
		if (posting_store(database, &a, &p, &out, &r, why) != 201)
			die(r.reason, why);
		posting_done(&p);
		buf_done(&text);
		buf_done(&out);
		aggregate_free(g);
	}
	return NULL;
}

static void
measure_batches(unsigned threads)
{
	pthread_t list[16];
	unsigned before = next;

	bytes = rows = 0;
	end_us = clock_mono_us() + SECONDS * 1000000;
	for (unsigned i = 0; i < threads; i++)
		pthread_create(&list[i], NULL, take, (void *)(uintptr_t)i);
	for (unsigned i = 0; i < threads; i++)
		pthread_join(list[i], NULL);
	before = next - before;
	printf("batches of a minute, %u threads: %u a second (%" PRIu64
	       " rows and %" PRIu64 " bytes each)\n",
	       threads, before / SECONDS, rows / before, bytes / before);
	fflush(stdout);
}

/* Events are checked and dropped. */
static void
measure_events(const char *file)
{
	json_t *root = json_load_file(file, 0, NULL);
	json_t *events = json_object_get(root, "events");
	const struct accept a = { .bytes_max = BYTES_MAX,
		                  .now_unix_ms = clock_unix_ms() };
	int64_t begin;
	struct refusal r;
	struct posting p;
	char *text;
	unsigned n = 0;

	if (!events || json_array_size(events) == 0)
		die(file, "no batch with an event");
	json_object_set_new(root, "aggregates", json_array());
	while (json_array_size(events) < 10000)
		json_array_append(events, json_array_get(events, 0));
	text = json_dumps(root, JSON_COMPACT);
	begin = clock_mono_us();
	while (clock_mono_us() < begin + SECONDS * 500000) {
		if (!posting_read(&a, sv_str(text), &p, &r))
			die(r.pointer, r.reason);
		posting_done(&p);
		n++;
	}
	printf("events, checked and not kept, 1 thread: %" PRId64
	       " a second (%zu bytes each)\n",
	       (int64_t)n * 10000 * 1000000 / (clock_mono_us() - begin),
	       strlen(text) / 10000);
	free(text);
	json_decref(root);
}

/* ---- pages over a year ---- */

static void
fill(int64_t today)
{
	struct aggregate **list = mem_calloc(days, sizeof *list);
	int64_t begin = clock_mono_us();
	char why[DATABASE_TEXT] = "";
	unsigned state = 7;

	for (unsigned d = 0; d < days; d++)
		list[d] = make_aggregate(
		    &state, (today - (int64_t)(days - d)) * 1440 + 600,
		    DAY_ITEMS);
	for (unsigned n = 0; n < nodes; n++) {
		char node[32], id[64];
		struct batch b;

		snprintf(node, sizeof node, "node%u", n);
		snprintf(id, sizeof id, "%s/a/0-1", node);
		b = make_batch(node, id, list, days);
		if (database_accept(database,
		                    &(struct database_batch){
					.batch = &b,
					.digest = "d",
					.now_unix_ms = clock_unix_ms() },
		                    why) != DATABASE_NEW)
			die("fill", why);
	}
	printf("a year filled: %u nodes, %u days: %" PRId64 " s\n", nodes, days,
	       (clock_mono_us() - begin) / 1000000);
	begin = clock_mono_us();
	while (database_roll_up(database, clock_unix_ms(), 100, why) > 0)
		;
	printf("rolled up: %" PRId64 " s\n",
	       (clock_mono_us() - begin) / 1000000);
	fflush(stdout);
}

static int
compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void
measure_page(struct site *site, const char *path)
{
	int64_t us[PAGES];
	size_t n = 0;

	for (size_t i = 0; i < PAGES; i++) {
		struct site_request q = { .path = path };
		struct site_answer a;
		int64_t begin = clock_mono_us();

		site_get(site, &q, &a);
		if (a.status != 200)
			die(path, buf_str(&a.body));
		n = a.body.n;
		buf_done(&a.body);
		us[i] = clock_mono_us() - begin;
	}
	qsort(us, PAGES, sizeof *us, compare);
	printf("%-36s median %5" PRId64 " ms, p99 %5" PRId64 " ms, %zu bytes\n",
	       path, us[PAGES / 2] / 1000, us[PAGES - 1] / 1000, n);
	fflush(stdout);
}

static void
measure_pages(void)
{
	static const char *const paths[] = {
		"/",
		"/trends",
		"/types",
		"/sources",
		"/quality",
		"/v1/stats.json",
		"/v1/series.csv",
		"/v1/tables/channel_verdict_action.csv",
		"/v1/tables/rule.csv",
	};
	struct conf_feedd conf = { .title = "Bench",
		                   .country = "",
		                   .diary_file = "",
		                   .reporters_min = 3 };
	struct access *access = access_new(NULL);
	struct intake *intake = intake_new(&conf, database, access);
	struct site *site = site_new(&conf, database, access, intake);

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		measure_page(site, paths[i]);
	site_free(site);
	intake_free(intake);
	access_free(access);
}

int
main(int argc, char **argv)
{
	char why[DATABASE_TEXT] = "";
	struct rusage usage;

	if (argc < 2)
		die("usage", "bench/feed ADDRESS [NODES [DAYS [EVENTS.json]]]");
	if (database_open(argv[1], &database, why))
		die(argv[1], why);
	nodes = argc > 2 ? (unsigned)atoi(argv[2]) : nodes;
	days = argc > 3 ? (unsigned)atoi(argv[3]) : days;
	printf("%s\n", database_kind(database));
	for (unsigned threads = 1; threads <= 4; threads += 3)
		measure_batches(threads);
	if (argc > 4)
		measure_events(argv[4]);
	database_set_finest(database, LEVEL_HOUR);
	fill(clock_unix_ms() / 86400000);
	measure_pages();
	getrusage(RUSAGE_SELF, &usage);
	printf("memory at most: %ld MB\n", usage.ru_maxrss / 1024);
	database_close(database);
	return 0;
}
