/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The collector without HTTP: how many batches it takes a second, and how
 * long a page takes over a year of many nodes.
 *
 *     bench/feed ADDRESS [NODES [DAYS [EVENTS.json]]]
 *     bench/feed ADDRESS pages [PATH]
 *
 * ADDRESS is an empty database: the path of an SQLite file, or that of a
 * PostgreSQL. EVENTS.json is a batch with an event, which is repeated. The
 * second form asks for the pages, or one of them, of a database that was filled
 * by the first.
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
	PAGES = 100,
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
	static const char *const asns[] = {
		"64496", "64497", "64498", "64499",
		"64500", "64501", "64502", "64503"
	};
	static const char *const routes[] = { "named", "no_name",
		                              "generic_name", "api" };
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
			   .asn = sv_str(asns[dice(state, 8)]),
			   .route = sv_str(routes[dice(state, 4)]),
			   .spf = dice(state, 3) ? SV("pass") : SV("fail"),
			   .dkim = dice(state, 3) ? SV("pass") : SV("none"),
			   .dmarc = dice(state, 3) ? SV("pass") : SV("fail"),
			   .evidence = dice(state, 2) ? SV("rule") : SV("list"),
			   .complete = true,
			   .recipients = 1,
			   .bytes = dice(state, 100000),
			   .cpu_us = dice(state, 5000),
			   .rules = rules,
			   .n_rules = dice(state, 4),
		       });
	aggregate_add_feedback(
	    g, &(struct record_feedback){ .channel = SV("smtp"),
	                                  .type = SV("spam"),
	                                  .source = SV("arf"),
	                                  .reason = SV("no_consent") });
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
		               .accounts = 1000,
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

/*
 * A year of 1,000 nodes is some 53 million rows, of which pages read few: steps
 * that are over are rolled up, and rows of nodes are read of blocks, for rates
 * by account, and of the hour that is not over. So FULL_NODES nodes have counts
 * of every day, which is enough for the same rows of all nodes together, and
 * the others of one day in each block and of the last DAYS_FULL days: the rows
 * that pages read are those of the whole year, at an eighth of its size.
 */
enum { FULL_NODES = 64, DAYS_FULL = 7 };

static bool
has_day(unsigned node, int64_t day, int64_t today)
{
	return node < FULL_NODES || today - day <= DAYS_FULL || day % 30 == 0;
}

static void
fill_node(unsigned node, struct aggregate **by_day, int64_t today)
{
	struct aggregate **list = mem_calloc(days + 1, sizeof *list);
	char name[32], id[64], why[DATABASE_TEXT] = "";
	struct batch b;
	size_t n = 0;

	for (unsigned d = 0; d <= days; d++)
		if (has_day(node, today - (int64_t)(days - d), today))
			list[n++] = by_day[d];
	snprintf(name, sizeof name, "node%u", node);
	snprintf(id, sizeof id, "%s/a/0-1", name);
	b = make_batch(name, id, list, n);
	if (database_accept(
		database,
		&(struct database_batch){ .batch = &b,
	                                  .digest = "d",
	                                  .now_unix_ms = clock_unix_ms() },
		why) != DATABASE_NEW)
		die("fill", why);
	free(list);
}

/* The last one is of the hour that is under way. */
static void
fill(int64_t now_min)
{
	struct aggregate **by_day = mem_calloc(days + 1, sizeof *by_day);
	int64_t begin = clock_mono_us(), today = now_min / 1440;
	char why[DATABASE_TEXT] = "";
	unsigned state = 7;

	for (unsigned d = 0; d <= days; d++)
		by_day[d] = make_aggregate(
		    &state,
		    d == days ? now_min - 1
			      : (today - (int64_t)(days - d)) * 1440 + 600,
		    DAY_ITEMS);
	for (unsigned n = 0; n < nodes; n++)
		fill_node(n, by_day, today);
	for (unsigned d = 0; d <= days; d++)
		aggregate_free(by_day[d]);
	free(by_day);
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

static int64_t
get_page(struct site *site, const char *path, size_t *ret_bytes)
{
	struct site_request q = { .path = path };
	struct site_answer a;
	int64_t begin = clock_mono_us();

	site_get(site, &q, &a);
	if (a.status != 200)
		die(path, buf_str(&a.body));
	*ret_bytes = a.body.n;
	buf_done(&a.body);
	return clock_mono_us() - begin;
}

/* Other tokens make an answer that is kept useless, as a batch would. */
static void
measure_page(struct site *site, struct access *access, const char *path)
{
	int64_t us[PAGES], again_us;
	size_t n;

	for (size_t i = 0; i < PAGES; i++) {
		access_set_tokens(access, NULL);
		us[i] = get_page(site, path, &n);
	}
	again_us = get_page(site, path, &n);
	qsort(us, PAGES, sizeof *us, compare);
	printf("%-38s median %5" PRId64 " ms, p99 %5" PRId64
	       " ms, again %4" PRId64 " us, %zu bytes\n",
	       path, us[PAGES / 2] / 1000, us[PAGES * 99 / 100] / 1000,
	       again_us, n);
	fflush(stdout);
}

static void
measure_pages(const char *only)
{
	static const char *const paths[] = {
		"/",
		"/trends",
		"/types",
		"/sources",
		"/routes",
		"/complaints",
		"/campaigns",
		"/quality",
		"/cost",
		"/coverage",
		"/diary",
		"/data",
		"/report",
		"/codebook",
		"/v1/stats.json",
		"/v1/series.csv",
		"/v1/tables/channel_verdict_action.csv",
		"/v1/tables/rule.csv",
		"/v1/all.csv",
	};
	struct conf_feedd conf = { .title = "Bench",
		                   .country = "FR",
		                   .diary_file = "",
		                   .reporters_min = 3 };
	struct access *access = access_new(NULL);
	struct intake *intake = intake_new(&conf, database, access);
	struct site *site = site_new(&conf, database, access, intake);

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		if (!only || strcmp(paths[i], only) == 0)
			measure_page(site, access, paths[i]);
	site_free(site);
	intake_free(intake);
	access_free(access);
}

static void
measure_taking(int argc, char **argv)
{
	nodes = argc > 2 ? (unsigned)atoi(argv[2]) : nodes;
	days = argc > 3 ? (unsigned)atoi(argv[3]) : days;
	for (unsigned threads = 1; threads <= 4; threads += 3)
		measure_batches(threads);
	if (argc > 4)
		measure_events(argv[4]);
	fill(clock_unix_ms() / RECORD_MINUTE_MS);
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
	printf("%s\n", database_kind(database));
	database_set_finest(database, LEVEL_HOUR);
	if (argc < 3 || strcmp(argv[2], "pages") != 0) {
		measure_taking(argc, argv);
		measure_pages(NULL);
	} else {
		measure_pages(argc > 3 ? argv[3] : NULL);
	}
	getrusage(RUSAGE_SELF, &usage);
	printf("memory at most: %ld MB\n", usage.ru_maxrss / 1024);
	database_close(database);
	return 0;
}
