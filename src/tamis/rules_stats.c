/* SPDX-License-Identifier: Apache-2.0 */
/* tamis rules stats: what each rule costs, on files or in the daemon. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "ingress/hit_table.h"
#include "tamis/control.h"
#include "tamis/member.h"
#include "tamis/progress.h"
#include "tamis/rules.h"
#include "tamis/term.h"

enum { COSTS_BYTES_MAX = 256 << 20, NAME_COLUMNS = 40, FILE_COLUMNS = 40 };

static int64_t
sum_cpu_ns(const json_t *rules)
{
	int64_t sum = 0;
	json_t *rule;
	size_t i;

	json_array_foreach (rules, i, rule)
		sum += member_int(rule, "cpu_ns");
	return sum;
}

static void
add_row(struct table *t, const struct term *term, const json_t *rule,
        int64_t messages, int64_t sum_ns)
{
	int64_t ns = member_int(rule, "cpu_ns");
	int64_t decided = member_int(rule, "decided");
	struct sv file = member_text(rule, "file"), at;

	at = arena_printf(t->arena, SV_FMT ":%" PRId64, SV_ARG(file),
	                  member_int(rule, "line"));
	table_cell(
	    t, term_text(t->arena, member_text(rule, "name"), NAME_COLUMNS));
	table_cellf(t, "%.2f",
	            messages ? (double)ns / 1e3 / (double)messages : 0);
	table_cellf(t, "%.1f %%",
	            sum_ns ? (double)ns * 100 / (double)sum_ns : 0);
	table_cellf(t, "%" PRId64, decided);
	table_cellf(t, "%.2f",
	            decided ? (double)ns / 1e3 / (double)decided : 0);
	table_cellf(t, "%" PRId64, member_int(rule, "hits"));
	table_cellf(t, "%" PRId64, member_int(rule, "over_limit"));
	table_cell(t, term_tail(t->arena, at, term->is_tty ? FILE_COLUMNS : 0));
}

static void
print_table(const json_t *costs)
{
	const json_t *rules = json_object_get(costs, "rules");
	int64_t messages = member_int(costs, "messages");
	int64_t sum_ns = sum_cpu_ns(rules);
	struct term term = term_open(stdout);
	struct arena *a = arena_new();
	struct table t;
	json_t *rule;
	size_t i;

	table_init(&t, a, "lrrrrrrl");
	table_cell(&t, SV("rule"));
	table_cell(&t, SV("us/message"));
	table_cell(&t, SV("share"));
	table_cell(&t, SV("tried"));
	table_cell(&t, SV("us/try"));
	table_cell(&t, SV("hits"));
	table_cell(&t, SV("over limit"));
	table_cell(&t, SV("defined at"));
	json_array_foreach (rules, i, rule)
		add_row(&t, &term, rule, messages, sum_ns);
	table_print(&t, &term, 0, true);
	printf("\n%" PRId64 " messages measured", messages);
	if (messages)
		printf(", each %.1f us of processor time in the rules shown",
		       (double)sum_ns / 1e3 / (double)messages);
	printf("\n");
	arena_free(a);
}

static void
print_costs(const json_t *costs, bool json)
{
	if (json) {
		json_dumpf(costs, stdout, JSON_COMPACT);
		putchar('\n');
	} else {
		print_table(costs);
	}
}

/* An answer of the daemon; NULL: said why not. */
static json_t *
ask(const struct conf *conf, const char *command)
{
	char why[CONTROL_WHY];
	json_t *answer = control_ask(conf, command, why);

	if (json_is_true(json_object_get(answer, "ok")))
		return answer;
	if (answer)
		fprintf(stderr, "tamis: " SV_FMT "\n",
		        SV_ARG(member_text(answer, "error")));
	else
		fprintf(stderr, "tamis: %s\n", why);
	json_decref(answer);
	return NULL;
}

int
rules_stats_daemon(const struct conf *conf, const struct rules_stats_options *o)
{
	bool hits = o->hits || o->never;
	json_t *answer = ask(conf, hits ? "hits" : "rules");
	bool ok = answer != NULL;

	if (ok && hits)
		rules_hits_print(json_object_get(answer, "hits"), o);
	else if (ok)
		print_costs(answer, o->json);
	json_decref(answer);
	return ok ? EXIT_YES : EXIT_INPUT;
}

static size_t
judge_all(struct snapshot *snapshot, const struct inputs *inputs,
          struct hit_table *hits)
{
	struct judge *judge =
	    judge_new(snapshot, NULL, hits ? 0 : JUDGE_MEASURED);
	struct term err = term_open(stderr);
	struct progress progress = progress_start(err.is_tty, inputs->n);
	size_t unreadable = inputs->unreadable;
	char why[JUDGE_WHY];

	for (size_t i = 0; i < inputs->n; i++) {
		const struct scan *scan =
		    judge_run(judge, &inputs->list[i], why);

		if (!scan) {
			fprintf(stderr, "tamis: %s: %s\n", inputs->list[i].path,
			        why);
			unreadable++;
		} else if (hits) {
			hit_table_count(hits, scan);
		}
		progress_show(&progress, i + 1);
	}
	progress_end(&progress);
	judge_free(judge);
	return unreadable;
}

static void
print_text(struct buf *text, const struct rules_stats_options *o)
{
	json_t *root = json_loadb(buf_str(text), text->n, 0, NULL);

	if (o->hits || o->never)
		rules_hits_print(root, o);
	else
		print_costs(root, o->json);
	json_decref(root);
}

int
rules_stats_files(struct snapshot *snapshot, const struct operands *files,
                  const struct rules_stats_options *o)
{
	struct buf text = BUF_INIT(COSTS_BYTES_MAX);
	struct hit_table *hits = NULL;
	struct inputs inputs;
	size_t unreadable;

	if (o->hits || o->never) {
		hits = hit_table_open(NULL, (unsigned)-1, (unsigned)-1);
		if (!hits)
			mem_die("no memory for counts");
		hit_table_admit(hits, snapshot->rules, clock_unix_ms());
	}
	inputs_init(&inputs, o->input);
	for (size_t i = 0; i < files->n; i++)
		inputs_add(&inputs, files->list[i]);
	unreadable = judge_all(snapshot, &inputs, hits);
	if (hits)
		hit_table_json(hits, snapshot->rules, &text);
	else
		rule_set_costs_json(snapshot->rules, SIZE_MAX, &text);
	print_text(&text, o);
	hit_table_close(hits);
	inputs_done(&inputs);
	buf_done(&text);
	return unreadable ? EXIT_INPUT : EXIT_YES;
}
