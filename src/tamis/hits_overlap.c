/* SPDX-License-Identifier: Apache-2.0 */
/* tamis hits --overlap: which rules hit the same mail. */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "mass/overlap.h"
#include "tamis/hits.h"
#include "tamis/term.h"

enum {
	OUTPUT_BYTES_MAX = 1 << 30,
	HITS_MIN_PRESET = 5, /* fewer say nothing of a pair */
	PERCENT = 100,
};

static double
percent(uint32_t part, uint32_t whole)
{
	return (double)part * PERCENT / (double)whole;
}

/* ---- for people ---- */

static void
add_pair(struct table *t, const struct mass_log *log,
         const struct mass_overlap *pair)
{
	table_cellf(t, "%.1f", pair->jaccard * PERCENT);
	table_cellf(t, "%u", pair->both);
	table_cellf(t, "%u", pair->hits_a);
	table_cellf(t, "%u", pair->hits_b);
	table_cellf(t, "%.1f", percent(pair->both, pair->hits_a));
	table_cellf(t, "%.1f", percent(pair->both, pair->hits_b));
	table_cell(t, sv_str(log->rules.list[pair->a].name));
	table_cell(t, sv_str(log->rules.list[pair->b].name));
}

static void
print_table(const struct mass_log *log, const struct mass_overlaps *found,
            size_t n, bool is_spam)
{
	static const char *const words[] = { "COMMON%",   "BOTH",
		                             "A",         "B",
		                             "A ALSO B%", "B ALSO A%",
		                             "RULE A",    "RULE B" };
	struct term term = term_open(stdout);
	struct arena *a = arena_new();
	struct table t;

	printf("%s%s: %zu messages, %zu pairs of rules\n", is_spam ? "\n" : "",
	       is_spam ? "spam" : "ham", is_spam ? log->n_spam : log->n_ham,
	       found->pairs.n);
	table_init(&t, a, "rrrrrrll");
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		table_cell(&t, sv_str(words[i]));
	for (size_t i = 0; i < n; i++)
		add_pair(&t, log, &found->pairs.list[i]);
	if (n)
		table_print(&t, &term, 0, true);
	arena_free(a);
}

/* ---- for programs ---- */

static void
write_pairs(struct json *j, const struct mass_log *log,
            const struct mass_overlaps *found, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct mass_overlap *pair = &found->pairs.list[i];

		json_begin_object(j, NULL);
		json_text(j, "a", log->rules.list[pair->a].name);
		json_text(j, "b", log->rules.list[pair->b].name);
		json_int(j, "a_hits", pair->hits_a);
		json_int(j, "b_hits", pair->hits_b);
		json_int(j, "both", pair->both);
		json_e4(j, "jaccard", (int64_t)(pair->jaccard * E4_ONE + 0.5));
		json_end(j);
	}
}

/* ---- both labels ---- */

static enum mass_interest *
read_interest(const struct hits_options *o, const struct mass_log *log)
{
	enum mass_interest *interest =
	    mem_calloc(log->rules.n, sizeof *interest);

	for (size_t i = 0; i < log->rules.n; i++) {
		const struct mass_rule *rule = &log->rules.list[i];

		if (hits_is_wanted(o, rule->name, rule->is_sub))
			interest[i] = MASS_OF_INTEREST;
		else if (o->sub_rules || !rule->is_sub)
			interest[i] = MASS_PARTNER;
	}
	return interest;
}

static int
show_label(const struct hits_options *o, const struct mass_overlap_job *job,
           struct json *j)
{
	struct mass_overlaps found;
	size_t n;

	if (mass_overlaps_find(job, &found)) {
		fprintf(stderr, "tamis: that is too much for memory; ask for "
		                "less with --min-hits\n");
		return EXIT_INPUT;
	}
	n = found.pairs.n;
	if (o->limit && n > (size_t)o->limit)
		n = (size_t)o->limit;
	if (found.cut)
		fprintf(stderr,
		        "tamis: there are more than %d pairs; ask for less "
		        "with --min-overlap or --min-hits\n",
		        MASS_OVERLAPS_MAX);
	if (j)
		write_pairs(j, job->log, &found, n);
	else
		print_table(job->log, &found, n, job->is_spam);
	mass_overlaps_done(&found);
	return EXIT_YES;
}

static int
show_json(const struct hits_options *o, struct mass_overlap_job *job)
{
	struct buf out = BUF_INIT(OUTPUT_BYTES_MAX);
	struct json j = json_start(&out);
	int result = EXIT_YES;

	json_begin_object(&j, NULL);
	json_int(&j, "spam", (int64_t)job->log->n_spam);
	json_int(&j, "ham", (int64_t)job->log->n_ham);
	for (int label = 0; result == EXIT_YES && label < 2; label++) {
		job->is_spam = label;
		json_begin_array(&j, label ? "spam_overlap" : "ham_overlap");
		result = show_label(o, job, &j);
		json_end(&j);
	}
	json_end(&j);
	if (result == EXIT_YES)
		result = hits_print_json(&out);
	buf_done(&out);
	return result;
}

int
hits_print_overlap(const struct hits_options *o, const struct mass_log *log)
{
	enum mass_interest *interest = read_interest(o, log);
	struct mass_overlap_job job = {
		.log = log,
		.interest = interest,
		.hits_min =
		    o->min_hits ? (uint32_t)o->min_hits : HITS_MIN_PRESET,
		.jaccard_min = o->jaccard_min,
	};
	int result = EXIT_YES;

	if (o->json) {
		result = show_json(o, &job);
	} else {
		for (int label = 0; result == EXIT_YES && label < 2; label++) {
			job.is_spam = label;
			result = show_label(o, &job, NULL);
		}
	}
	free(interest);
	return result;
}
