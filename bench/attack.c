/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What hostile texts can cost.
 *
 *     attack -d -r RULES...             prints the patterns, for attack-strings
 *     attack -r RULES... [-e BYTES] [-s STEPS] [-w TOP] < STRINGS
 *
 * The second form runs each pattern over its attack strings, repeated until
 * they are as long as the rule's texts can be (or -e), with at most
 * match.steps_max steps (or -s), and prints what one match call took at worst,
 * and each rule that met a limit. Then messages: the view of each of the TOP
 * worst rules (or all) is filled with its worst string; it is read, and all
 * rules of that view look at it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../tests/match/rules.h"
#include "base/mem.h"
#include "match/set.h"
#include "measure.h"

enum {
	LINE_BYTES_MAX = 4000,
	PATHS_MAX = 64,
	CALL_US_MAX = 5000,
	MESSAGE_US_MAX = 50000,
	REPEATS = 3, /* the least counts: other programs disturb */
};

struct pattern { /* by id */
	int64_t worst_us;
	struct buf worst; /* the text of it */
	unsigned strings, over_limit;
};

struct attack {
	const struct match_set *set;
	struct match_worker *worker;
	struct match_text *texts; /* by slot */
	struct pattern *patterns;
	const struct rule_set *rules;
	size_t element_bytes; /* 0: as long as each view's can be */
	size_t view_bytes;
	unsigned top;
};

static int64_t
cpu_us(void)
{
	return measure_ns(CLOCK_THREAD_CPUTIME_ID) / 1000;
}

static int
print_patterns(const struct match_set *set)
{
	for (uint32_t i = 0; i < set->patterns.n; i++) {
		const struct match_pattern *p = &set->patterns.list[i];

		if (!match_set_has(set, p->id) || p->regex.n == 0)
			continue;
		printf("%u -%s%s%s%s ", p->id,
		       p->flags & MATCH_CASELESS ? "i" : "",
		       p->flags & MATCH_MULTILINE ? "m" : "",
		       p->flags & MATCH_DOTALL ? "s" : "",
		       p->flags & MATCH_EXTENDED ? "x" : "");
		for (size_t k = 0; k < p->regex.n; k++)
			printf("%02x", (unsigned char)p->regex.p[k]);
		putchar('\n');
	}
	return 0;
}

/* ---- one call ---- */

/* What the rule's view is said to hold; the others hold nothing. */
static void
begin(struct attack *a, unsigned slot, const struct sv *elements, size_t n)
{
	memset(a->texts, 0, (a->set->n_slots + 1) * sizeof *a->texts);
	a->texts[slot] = (struct match_text){ elements, n };
	match_begin(a->worker, a->set,
	            &(struct match_job){ .texts = a->texts,
	                                 .n_texts = a->set->n_slots });
}

static void
try_string(struct attack *a, const struct match_pattern *p, struct buf *text)
{
	struct pattern *result = &a->patterns[p->id];
	struct sv element = buf_sv(text);
	enum match_result met = MATCH_NONE;
	int64_t least = INT64_MAX;

	for (unsigned i = 0; i < REPEATS; i++) {
		struct match_hit hit;
		int64_t us;

		begin(a, p->slot, &element, 1);
		us = cpu_us();
		met = match_decide(a->worker, p->id, &hit);
		us = cpu_us() - us;
		least = us < least ? us : least;
		if (us < 200)
			break;
	}
	result->strings++;
	result->over_limit += met == MATCH_OVER_LIMIT;
	if (least < result->worst_us)
		return;
	result->worst_us = least;
	buf_reset(&result->worst);
	buf_add(&result->worst, element);
}

static void
add_hex(struct buf *out, const char *hex)
{
	unsigned byte;

	if (*hex == '-')
		return;
	for (; sscanf(hex, "%2x", &byte) == 1; hex += 2)
		buf_add_char(out, (char)byte);
}

static size_t
element_bytes(const struct attack *a, const struct match_pattern *p)
{
	size_t limit = (size_t)a->set->limits.element_bytes_max;
	size_t bytes = a->element_bytes;

	if (!bytes)
		bytes = rules_element_max(a->rules, p->slot);
	return bytes < limit ? bytes : limit;
}

static void
try_line(struct attack *a, const struct match_pattern *const *by_id, char *line)
{
	struct buf text = BUF_INIT(1 << 24), body = BUF_INIT(LINE_BYTES_MAX),
		   poison = BUF_INIT(LINE_BYTES_MAX);
	char *save, *id = strtok_r(line, " \n", &save);
	char *prefix = strtok_r(NULL, " \n", &save);
	char *repeat = strtok_r(NULL, " \n", &save);
	char *end = strtok_r(NULL, " \n", &save);
	const struct match_pattern *p;
	size_t bytes;

	if (end && strtoul(id, NULL, 10) < a->set->n_ids &&
	    by_id[strtoul(id, NULL, 10)]) {
		add_hex(&text, prefix);
		add_hex(&body, repeat);
		add_hex(&poison, end);
		p = by_id[strtoul(id, NULL, 10)];
		bytes = element_bytes(a, p);
		while (body.n && text.n + body.n + poison.n <= bytes)
			buf_add(&text, buf_sv(&body));
		buf_add(&text, buf_sv(&poison));
		try_string(a, p, &text);
	}
	buf_done(&text);
	buf_done(&body);
	buf_done(&poison);
}

static void
try_all(struct attack *a, const struct match_pattern *const *by_id)
{
	char line[LINE_BYTES_MAX];

	while (fgets(line, sizeof line, stdin))
		try_line(a, by_id, line);
}

/* ---- a whole message ---- */

static int64_t
try_message(struct attack *a, const struct match_pattern *p)
{
	struct sv element = buf_sv(&a->patterns[p->id].worst);
	size_t n = a->view_bytes / (element.n + !element.n) + 1, n_ids;
	struct sv *elements = mem_alloc(n * sizeof *elements);
	const unsigned *ids;
	int64_t us;

	for (size_t i = 0; i < n; i++)
		elements[i] = element;
	us = cpu_us();
	begin(a, p->slot, elements, n);
	ids = match_candidates(a->worker, &n_ids);
	for (size_t i = 0; i < n_ids; i++) {
		struct match_hit hit;

		match_decide(a->worker, ids[i], &hit);
	}
	us = cpu_us() - us;
	free(elements);
	return us;
}

/* ---- the report ---- */

static struct attack *sorted_for; /* qsort has no context */

static int
compare_worst(const void *a, const void *b)
{
	const struct match_pattern *const *x = a, *const *y = b;
	int64_t left = sorted_for->patterns[(*x)->id].worst_us;
	int64_t right = sorted_for->patterns[(*y)->id].worst_us;

	return left < right ? 1 : left > right ? -1 : 0;
}

/* Those that met a limit, or took too long. */
static void
list_calls(const struct attack *a, const struct match_pattern **list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct pattern *r = &a->patterns[list[i]->id];

		if (r->over_limit || r->worst_us > CALL_US_MAX)
			printf("  %-36s %6.2f ms a call, over its limit %u of "
			       "%u times\n",
			       list[i]->name, (double)r->worst_us / 1000,
			       r->over_limit, r->strings);
	}
}

static bool
report_calls(const struct attack *a, const struct match_pattern **list,
             size_t n)
{
	const struct conf_match *limits = &a->set->limits;
	size_t over_5ms = 0, over_1ms = 0, limited = 0, strings = 0, tried = 0;

	for (size_t i = 0; i < n; i++) {
		const struct pattern *r = &a->patterns[list[i]->id];

		over_1ms += r->worst_us > 1000;
		over_5ms += r->worst_us > CALL_US_MAX;
		limited += r->over_limit > 0;
		strings += r->strings;
		tried += r->strings > 0;
	}
	if (a->element_bytes)
		printf("elements of %zu bytes", a->element_bytes);
	else
		printf("elements as long as can be");
	printf(", %lld steps, %lld ms an expression: %zu strings for %zu of "
	       "%zu expressions\n",
	       (long long)limits->steps_max,
	       (long long)limits->pattern_cpu_max_ms, strings, tried, n);
	list_calls(a, list, n);
	printf("calls: worst %.2f ms; expressions over 5 ms: %zu, over 1 ms: "
	       "%zu, that met a limit: %zu\n",
	       n ? (double)a->patterns[list[0]->id].worst_us / 1000 : 0,
	       over_5ms, over_1ms, limited);
	return over_5ms == 0;
}

static bool
report_messages(struct attack *a, const struct match_pattern **list, size_t n)
{
	int64_t worst = 0;
	size_t over = 0, messages = 0;

	for (size_t i = 0; i < n && messages < a->top; i++) {
		int64_t us;

		if (!a->patterns[list[i]->id].strings)
			continue;
		us = try_message(a, list[i]);
		messages++;
		worst = us > worst ? us : worst;
		over += us > MESSAGE_US_MAX;
		if (us > MESSAGE_US_MAX)
			printf("  %-36s %6.2f ms a message\n", list[i]->name,
			       (double)us / 1000);
	}
	printf("messages of %zu bytes of that, %zu of them: worst %.2f ms; "
	       "over 50 ms: %zu\n",
	       a->view_bytes, messages, (double)worst / 1000, over);
	return over == 0;
}

static bool
run_attack(struct attack *a)
{
	const struct match_set *set = a->set;
	const struct match_pattern **by_id =
	    mem_calloc(set->n_ids, sizeof(void *));
	const struct match_pattern **list =
	    mem_calloc(set->patterns.n, sizeof(void *));
	size_t n = 0;
	bool ok;

	a->worker = match_worker_new();
	a->texts = mem_calloc(set->n_slots + 1, sizeof *a->texts);
	a->patterns = mem_calloc(set->n_ids, sizeof *a->patterns);
	for (uint32_t i = 0; i < set->patterns.n; i++) {
		const struct match_pattern *p = &set->patterns.list[i];

		by_id[p->id] = p;
		buf_init(&a->patterns[p->id].worst, (size_t)1 << 24);
		list[n++] = p;
	}
	try_all(a, by_id);
	sorted_for = a;
	qsort(list, n, sizeof *list, compare_worst);
	ok = report_calls(a, list, n);
	return report_messages(a, list, n) && ok;
}

int
main(int argc, char **argv)
{
	char *paths[PATHS_MAX];
	struct conf_list rules = { paths, 0 };
	struct attack a = { .top = UINT_MAX };
	struct conf *conf = rules_conf();
	bool dump = false;
	int opt;

	while ((opt = getopt(argc, argv, "dr:e:s:w:V:")) != -1) {
		if (opt == 'd')
			dump = true;
		else if (opt == 'r' && rules.n < PATHS_MAX)
			paths[rules.n++] = optarg;
		else if (opt == 'e')
			a.element_bytes = (size_t)atoll(optarg);
		else if (opt == 'V')
			conf->match.view_bytes_max = atoll(optarg);
		else if (opt == 's')
			conf->match.steps_max = atoll(optarg);
		else if (opt == 'w')
			a.top = (unsigned)atoi(optarg);
		else
			return 2;
	}
	if (!rules.n) {
		fprintf(stderr, "usage: attack [-d] -r RULES... [-e BYTES] "
		                "[-s STEPS] [-V BYTES] [-w TOP] < STRINGS\n");
		return 2;
	}
	if (a.element_bytes)
		conf->match.element_bytes_max = (int64_t)a.element_bytes;
	a.view_bytes = (size_t)conf->match.view_bytes_max;
	a.rules = rules_load(&rules, conf, ENGINE_GATES, false);
	a.set = rules_patterns(a.rules);
	return dump ? print_patterns(a.set) : !run_attack(&a);
}
