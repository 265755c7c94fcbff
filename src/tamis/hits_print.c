/* SPDX-License-Identifier: Apache-2.0 */
/* The table of `tamis hits`. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/json.h"
#include "rule/rule.h"
#include "tamis/hits.h"
#include "tamis/look.h"
#include "tamis/term.h"

enum { OUTPUT_BYTES_MAX = 1 << 30, NAME_COLUMNS = 60, PERCENT = 100 };

/* A row while the table is made. */
struct hit_row {
	const struct mass_frequency *f;
	const struct rule *rule; /* or NULL */
	double key;              /* to sort by */
};

/* ---- which rows ---- */

static bool
is_shown(const struct hits_options *o, const struct mass_frequency *f)
{
	uint64_t hits = (uint64_t)f->spam + f->ham;

	if (o->min_hits)
		return hits >= (uint64_t)o->min_hits;
	return hits > 0 || o->never;
}

/* Ranks compare what is looked at: with sub-rules only if these are. */
static void
leave_out_sub_rules(struct mass_frequencies *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->rules.n; i++)
		if (!f->rules.list[i].is_sub)
			f->rules.list[n++] = f->rules.list[i];
	f->rules.n = n;
}

static void
leave_out_what_never_hit(struct mass_frequencies *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->rules.n; i++)
		if (f->rules.list[i].spam || f->rules.list[i].ham)
			f->rules.list[n++] = f->rules.list[i];
	f->rules.n = n;
}

/* The rules that are in no log. */
static void
add_never(struct mass_frequencies *f, const struct mass_log *log,
          const struct rule_set *rules)
{
	for (size_t i = 0; i < rule_set_count(rules); i++) {
		const struct rule *rule = rule_set_rule(rules, i);
		uint32_t number;

		if (!rule->disabled &&
		    mass_log_rule(log, sv_str(rule->name), &number))
			mass_frequencies_add(f, rule->name);
	}
}

static void
find_directions(struct mass_frequencies *f, const struct rule_set *rules)
{
	for (size_t i = 0; i < f->rules.n; i++) {
		struct mass_frequency *r = &f->rules.list[i];
		const struct rule *rule = rule_set_find(rules, sv_str(r->name));

		r->is_for_ham =
		    rule && (rule->score_e4 < 0 || rule->tflags & TFLAG_NICE);
	}
}

static size_t
choose_rows(const struct hits_options *o, const struct mass_frequencies *f,
            const struct rule_set *rules, struct hit_row *rows)
{
	size_t n = 0;

	for (size_t i = 0; i < f->rules.n; i++) {
		const struct mass_frequency *rule = &f->rules.list[i];

		if (!is_shown(o, rule) ||
		    !hits_is_wanted(o, rule->name, rule->is_sub))
			continue;
		rows[n++] = (struct hit_row){
			.f = rule,
			.rule = rules ? rule_set_find(rules, sv_str(rule->name))
			              : NULL,
		};
	}
	return n;
}

/* ---- in which order: the greatest key first, then by name ---- */

static double
key_rank(const struct hit_row *row)
{
	return row->f->gain;
}

static double
key_overall(const struct hit_row *row)
{
	return row->f->overall_share;
}

static double
key_spam(const struct hit_row *row)
{
	return row->f->spam_share;
}

static double
key_ham(const struct hit_row *row)
{
	return row->f->ham_share;
}

static double
key_so(const struct hit_row *row)
{
	return row->f->so;
}

static double
key_score(const struct hit_row *row)
{
	return row->rule ? (double)row->rule->score_e4 : 0;
}

static double
key_name(const struct hit_row *row)
{
	(void)row;
	return 0;
}

static const struct order {
	const char *word;
	double (*key)(const struct hit_row *row);
} orders[] = {
	{ "rank", key_rank }, { "overall", key_overall },
	{ "spam", key_spam }, { "ham", key_ham },
	{ "so", key_so },     { "score", key_score },
	{ "name", key_name },
};

static const struct order *
find_order(const char *word)
{
	for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
		if (strcmp(word, orders[i].word) == 0)
			return &orders[i];
	return NULL;
}

bool
hits_can_sort(const char *word)
{
	return find_order(word);
}

static int
compare_rows(const void *a, const void *b)
{
	const struct hit_row *x = a, *y = b;

	if (x->key != y->key)
		return x->key > y->key ? -1 : 1;
	return strcmp(x->f->name, y->f->name);
}

static void
sort_rows(const struct hits_options *o, struct hit_row *rows, size_t n)
{
	const struct order *order = find_order(o->sort);

	for (size_t i = 0; i < n; i++)
		rows[i].key = order->key(&rows[i]);
	if (n)
		qsort(rows, n, sizeof *rows, compare_rows);
}

/* ---- for people ---- */

static void
add_head(struct table *t, const struct mass_frequencies *f)
{
	static const char *const words[] = { "OVERALL%", "SPAM%", "HAM%", "S/O",
		                             "RANK",     "SCORE", "NAME" };
	size_t all = f->n_spam + f->n_ham;
	double whole = all ? (double)all : 1;
	double spam = (double)f->n_spam / whole;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		table_cell(t, sv_str(words[i]));
	table_cellf(t, "%zu", all);
	table_cellf(t, "%zu", f->n_spam);
	table_cellf(t, "%zu", f->n_ham);
	table_cellf(t, "%.3f", spam);
	table_cell(t, SV("-"));
	table_cell(t, SV("-"));
	table_cell(t, SV("(all messages)"));
	table_cellf(t, "%.3f", 100.0);
	table_cellf(t, "%.4f", spam * PERCENT);
	table_cellf(t, "%.4f", (double)f->n_ham / whole * PERCENT);
	table_cellf(t, "%.3f", spam);
	table_cell(t, SV("-"));
	table_cell(t, SV("-"));
	table_cell(t, SV("(all messages as %)"));
}

static void
add_row(struct table *t, const struct hit_row *row)
{
	const struct mass_frequency *f = row->f;
	char score[LOOK_SCORE] = "-";

	table_cellf(t, "%.3f", f->overall_share * PERCENT);
	table_cellf(t, "%.4f", f->spam_share * PERCENT);
	table_cellf(t, "%.4f", f->ham_share * PERCENT);
	table_cellf(t, "%.3f", f->so);
	table_cellf(t, "%.2f", f->rank);
	table_cellf(t, "%s", row->rule ? look_score(row->rule, score) : score);
	table_cell(t, sv_str(f->name));
}

static void
print_table(const struct mass_frequencies *f, const struct hit_row *rows,
            size_t n)
{
	struct term term = term_open(stdout);
	struct arena *a = arena_new();
	struct table t;

	table_init(&t, a, "rrrrrrl");
	add_head(&t, f);
	for (size_t i = 0; i < n; i++)
		add_row(&t, &rows[i]);
	table_print(&t, &term, 0, true);
	arena_free(a);
}

/* ---- for programs ---- */

static int64_t
e4_of(double value)
{
	return (int64_t)(value * E4_ONE + 0.5);
}

static void
write_row(struct json *j, const struct hit_row *row)
{
	const struct mass_frequency *f = row->f;

	json_begin_object(j, NULL);
	json_text(j, "name", f->name);
	json_int(j, "spam", f->spam);
	json_int(j, "ham", f->ham);
	json_e4(j, "overall_percent", e4_of(f->overall_share * PERCENT));
	json_e4(j, "spam_percent", e4_of(f->spam_share * PERCENT));
	json_e4(j, "ham_percent", e4_of(f->ham_share * PERCENT));
	json_e4(j, "so", e4_of(f->so));
	json_e4(j, "rank", e4_of(f->rank));
	json_e4(j, "gain_bits", e4_of(f->gain));
	if (row->rule) {
		json_e4(j, "score", row->rule->score_e4);
		json_bool(j, "shadow", rule_is_shadow(row->rule));
	}
	json_end(j);
}

static int
print_json(const struct mass_frequencies *f, const struct hit_row *rows,
           size_t n)
{
	struct buf out = BUF_INIT(OUTPUT_BYTES_MAX);
	struct json j = json_start(&out);
	int result;

	json_begin_object(&j, NULL);
	json_int(&j, "spam", (int64_t)f->n_spam);
	json_int(&j, "ham", (int64_t)f->n_ham);
	json_begin_array(&j, "rules");
	for (size_t i = 0; i < n; i++)
		write_row(&j, &rows[i]);
	json_end(&j);
	json_end(&j);
	result = hits_print_json(&out);
	buf_done(&out);
	return result;
}

int
hits_print_rules(const struct hits_options *o, const struct mass_log *log,
                 const struct rule_set *rules)
{
	struct mass_frequencies f;
	struct hit_row *rows;
	int result = EXIT_YES;
	size_t n;

	mass_frequencies_count(log, o->wrong ? MASS_WRONG : MASS_ALL, &f);
	leave_out_what_never_hit(&f);
	if (!o->sub_rules)
		leave_out_sub_rules(&f);
	if (rules)
		find_directions(&f, rules);
	mass_frequencies_rank(&f);
	if (o->never)
		add_never(&f, log, rules);
	rows = mem_calloc(f.rules.n, sizeof *rows);
	n = choose_rows(o, &f, rules, rows);
	sort_rows(o, rows, n);
	if (o->limit && n > (size_t)o->limit)
		n = (size_t)o->limit;
	if (o->json)
		result = print_json(&f, rows, n);
	else
		print_table(&f, rows, n);
	free(rows);
	mass_frequencies_done(&f);
	return result;
}
