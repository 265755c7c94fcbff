/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks the resolver what standard input says, for resolver.py. The arguments
 * are texts of the configuration. A line is a command; what it answers ends
 * with an empty line:
 *
 *     ask MS TYPE NAME [ZONE], ...   at once, by one message: a line each, "-"
 *                                    for those that were late
 *     suspend ZONE SECONDS WHY
 *     configure TEXT                 another configuration from now on
 *     zones                          that are left alone
 *     counts
 *     load THREADS MESSAGES MS NAME  each asks NAME with a number in front
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "fact/dns.h"

enum { QUESTIONS_MAX = 400 };

static const char *const stat_names[DNS_STATS] = {
#define X(name, help) [DNS_STAT_##name] = #name,
#include "fact/dns_stats.def"
#undef X
};

static _Atomic uint64_t counts[DNS_STATS];
static struct dns *dns;

static const char *const event_words[] = {
	[DNS_ZONE_SUSPENDED] = "suspended",
	[DNS_ZONE_RESUMED] = "resumed",
	[DNS_ZONE_SILENT] = "silent",
	[DNS_ZONE_ANSWERS] = "answers",
	[DNS_RESOLVER_SILENT] = "resolver silent",
	[DNS_RESOLVER_ANSWERS] = "resolver answers",
};

static void
notify(void *ctx, enum dns_event event, const char *zone, const char *why,
       int64_t seconds)
{
	(void)ctx, (void)seconds;
	fprintf(stderr, "%s %s %s\n", event_words[event], zone, why);
}

static struct conf *
read_conf(const char *text)
{
	struct diags diags = DIAGS_INIT;
	struct conf *conf = conf_parse(sv_str(text), "test", &diags);

	diags_print(&diags, stderr);
	if (!conf)
		exit(1);
	diags_done(&diags);
	return conf;
}

/* ---- ask ---- */

struct asked {
	enum dns_type type;
	struct sv name, zone;
};

static void
print_answer(const struct asked *q, const struct dns_answer *answer)
{
	const struct dns_question question = { q->type, q->name, q->zone };
	struct buf line = BUF_INIT(1 << 20);

	dns_answer_write(&question, answer, &line);
	printf("%s%s%s\n", buf_str(&line), answer->is_stale ? " STALE" : "",
	       answer->is_cut ? " CUT" : "");
	buf_done(&line);
}

/* A function as in lookup.h: false while an answer is missing. */
static bool
ask_all(struct lookup *l, const struct asked *list, size_t n,
        const struct dns_answer **answers)
{
	bool done = true;

	for (size_t i = 0; i < n; i++) {
		answers[i] =
		    lookup_ask(l, list[i].type, list[i].name, list[i].zone);
		done &= answers[i] != NULL;
	}
	return done;
}

static void
ask_message(struct arena *a, const struct asked *list, size_t n,
            int64_t deadline_ms, const struct dns_answer **answers)
{
	struct dns_batch *b = dns_batch_new(dns);
	struct lookup *l = lookup_new(a, &dns_source, b, QUESTIONS_MAX);
	int64_t end_us = clock_mono_us() + deadline_ms * 1000;
	bool done;

	do {
		done = ask_all(l, list, n, answers);
	} while (!done && lookup_wait(l, end_us));
	if (!done) {
		lookup_end(l);
		ask_all(l, list, n, answers);
	}
	dns_batch_free(b);
}

static void
run_ask(struct sv rest)
{
	const struct dns_answer *answers[QUESTIONS_MAX];
	struct asked list[QUESTIONS_MAX];
	struct arena *a = arena_new();
	struct sv word, item;
	uint64_t ms = 0;
	size_t n = 0;

	sv_word(&rest, &word);
	if (!sv_u64(word, &ms))
		exit(1);
	while (n < QUESTIONS_MAX && sv_split(&rest, ',', &item)) {
		struct asked *q = &list[n++];

		*q = (struct asked){ .type = DNS_A };
		sv_word(&item, &word);
		if (!dns_type_find(word, &q->type) || !sv_word(&item, &q->name))
			exit(1);
		sv_word(&item, &q->zone);
	}
	ask_message(a, list, n, (int64_t)ms, answers);
	for (size_t i = 0; i < n; i++)
		print_answer(&list[i], answers[i]);
	arena_free(a);
}

/* ---- load ---- */

struct load {
	struct sv name;
	int64_t ms;
	uint64_t messages;
	_Atomic uint64_t next, known;
};

static void *
load_thread(void *arg)
{
	struct load *load = arg;
	struct arena *a = arena_new();
	uint64_t i;

	while ((i = atomic_fetch_add(&load->next, 1)) < load->messages) {
		const struct dns_answer *answers[3];
		const struct asked list[] = {
			{ DNS_A,
			  arena_printf(a, "%" PRIu64 "." SV_FMT, i / 2,
			               SV_ARG(load->name)),
			  load->name },
			{ DNS_TXT, load->name, SV_NONE },
			{ DNS_A,
			  arena_printf(a, "%" PRIu64 "." SV_FMT, i % 50,
			               SV_ARG(load->name)),
			  load->name },
		};

		ask_message(a, list, 3, load->ms, answers);
		for (size_t k = 0; k < 3; k++)
			load->known += dns_is_known(answers[k]->status);
		arena_reset(a);
	}
	arena_free(a);
	return NULL;
}

static void
run_load(struct sv rest)
{
	struct load load = { .ms = 0 };
	pthread_t threads[64];
	uint64_t n = 0, ms = 0;
	int64_t began_us = clock_mono_us();
	struct sv word;

	sv_word(&rest, &word);
	if (!sv_u64(word, &n) || n > 64)
		exit(1);
	sv_word(&rest, &word);
	if (!sv_u64(word, &load.messages))
		exit(1);
	sv_word(&rest, &word);
	if (!sv_u64(word, &ms) || !sv_word(&rest, &load.name))
		exit(1);
	load.ms = (int64_t)ms;
	for (size_t i = 0; i < n; i++)
		if (pthread_create(&threads[i], NULL, load_thread, &load))
			exit(1);
	for (size_t i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	printf("known %" PRIu64 " ms %" PRId64 "\n", load.known,
	       (clock_mono_us() - began_us) / 1000);
}

/* ---- commands ---- */

static void
run_zones(void)
{
	struct dns_zone_state list[16];
	size_t n = dns_zones(dns, list, 16);

	for (size_t i = 0; i < n; i++)
		printf("%s %s %s\n", *list[i].zone ? list[i].zone : ".",
		       list[i].is_suspended ? "suspended" : "silent",
		       list[i].why);
}

static void
run_suspend(struct sv rest)
{
	struct sv zone, word;
	uint64_t seconds = 0;
	char why[DNS_WHY];

	sv_word(&rest, &zone);
	sv_word(&rest, &word);
	if (!sv_u64(word, &seconds))
		exit(1);
	rest = sv_trim(rest);
	snprintf(why, sizeof why, SV_FMT, SV_ARG(rest));
	dns_zone_suspend(dns, zone, why, (int64_t)seconds);
}

static void
run_configure(struct sv rest)
{
	char *text = mem_dup(rest.p, rest.n);
	struct conf *conf = read_conf(text);

	dns_configure(dns, conf);
	conf_unref(conf);
	free(text);
}

static void
run(struct sv line)
{
	struct sv word = SV("");

	sv_word(&line, &word);
	if (sv_eq_str(word, "ask"))
		run_ask(line);
	else if (sv_eq_str(word, "suspend"))
		run_suspend(line);
	else if (sv_eq_str(word, "configure"))
		run_configure(line);
	else if (sv_eq_str(word, "load"))
		run_load(line);
	else if (sv_eq_str(word, "zones"))
		run_zones();
	else if (sv_eq_str(word, "counts"))
		for (int i = 0; i < DNS_STATS; i++)
			printf("%s %" PRIu64 "\n", stat_names[i], counts[i]);
	else
		exit(1);
	printf("\n");
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	const struct dns_observer observer = { counts, notify, NULL };
	struct conf *conf = read_conf(argc > 1 ? argv[1] : "");
	char why[DNS_WHY], *line = NULL;
	size_t size = 0;
	ssize_t n;

	dns = dns_new(conf, &observer, why);
	if (!dns) {
		fprintf(stderr, "%s\n", why);
		return 1;
	}
	while ((n = getline(&line, &size, stdin)) > 0)
		run(sv_trim(sv_make(line, (size_t)n)));
	dns_free(dns);
	conf_unref(conf);
	free(line);
	return 0;
}
