/* SPDX-License-Identifier: Apache-2.0 */
/* tamis rules stats --hits, --never: how often each rule was true. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "tamis/member.h"
#include "tamis/rules.h"
#include "tamis/term.h"

enum { NAME_COLUMNS = 40, FILE_COLUMNS = 40, DATE_BYTES = 10, TIME_BYTES = 16 };

static double
part(int64_t n, int64_t of)
{
	return of > 0 ? (double)n / (double)of : 0;
}

static int64_t
hits_of(const json_t *rule)
{
	return member_int(rule, "spam") + member_int(rule, "ham");
}

/* Of both kinds as if there were as much of one as of the other. */
static double
spam_over_all(const json_t *rule)
{
	double spam =
	    part(member_int(rule, "spam"), member_int(rule, "spam_judged"));
	double ham =
	    part(member_int(rule, "ham"), member_int(rule, "ham_judged"));

	return spam + ham > 0 ? spam / (spam + ham) : 0;
}

static int
compare_rules(const void *a, const void *b)
{
	const json_t *ra = *(json_t *const *)a, *rb = *(json_t *const *)b;
	int64_t na = hits_of(ra), nb = hits_of(rb);
	struct sv sa = member_text(ra, "name"), sb = member_text(rb, "name");

	if (na != nb)
		return na > nb ? -1 : 1;
	return sv_cmp(sa, sb);
}

/* "2026-11-23T03:04:05.678Z" as "2026-11-23 03:04" */
static struct sv
time_text(struct arena *a, struct sv time)
{
	if (time.n < TIME_BYTES)
		return SV("-");
	return arena_printf(a, SV_FMT " " SV_FMT,
	                    SV_ARG(sv_sub(time, 0, DATE_BYTES)),
	                    SV_ARG(sv_sub(time, DATE_BYTES + 1, TIME_BYTES)));
}

static void
add_name(struct table *t, const json_t *rule)
{
	double score = json_number_value(json_object_get(rule, "score"));
	bool shadow = json_is_true(json_object_get(rule, "shadow"));

	table_cell(
	    t, term_text(t->arena, member_text(rule, "name"), NAME_COLUMNS));
	table_cellf(t, shadow ? "(%g)" : "%g", score);
}

static void
add_hit_row(struct table *t, const json_t *rule)
{
	int64_t spam = member_int(rule, "spam"), ham = member_int(rule, "ham");

	add_name(t, rule);
	table_cellf(t, "%" PRId64, spam);
	table_cellf(t, "%.3f %%",
	            part(spam, member_int(rule, "spam_judged")) * 100);
	table_cellf(t, "%" PRId64, ham);
	table_cellf(t, "%.3f %%",
	            part(ham, member_int(rule, "ham_judged")) * 100);
	table_cellf(t, "%.3f", spam_over_all(rule));
	table_cell(t, time_text(t->arena, member_text(rule, "last_hit")));
}

static void
add_never_row(struct table *t, const struct term *term, const json_t *rule)
{
	struct sv file = member_text(rule, "file"), at;

	at = arena_printf(t->arena, SV_FMT ":%" PRId64, SV_ARG(file),
	                  member_int(rule, "line"));
	add_name(t, rule);
	table_cellf(t, "%" PRId64,
	            member_int(rule, "spam_judged") +
	                member_int(rule, "ham_judged"));
	table_cell(t, time_text(t->arena, member_text(rule, "since")));
	table_cell(t, term_tail(t->arena, at, term->is_tty ? FILE_COLUMNS : 0));
}

static void
add_head(struct table *t, struct arena *a, bool never)
{
	static const char *const hit_words[] = { "rule", "points",  "spam",
		                                 "",     "ham",     "",
		                                 "S/O",  "last hit" };
	static const char *const never_words[] = { "rule", "points", "judged",
		                                   "since", "defined at" };
	size_t n = never ? 5 : 8;

	table_init(t, a, never ? "lrrll" : "lrrrrrrl");
	for (size_t i = 0; i < n; i++)
		table_cell(t, sv_str(never ? never_words[i] : hit_words[i]));
}

static void
print_table(const json_t *hits, json_t *const *rules, size_t n, bool never)
{
	struct term term = term_open(stdout);
	struct arena *a = arena_new();
	size_t n_never = 0;
	struct table t;

	add_head(&t, a, never);
	for (size_t i = 0; i < n; i++) {
		bool was_hit = hits_of(rules[i]) > 0;

		n_never += !was_hit;
		if (never && !was_hit)
			add_never_row(&t, &term, rules[i]);
		else if (!never && was_hit)
			add_hit_row(&t, rules[i]);
	}
	table_print(&t, &term, 0, true);
	printf("\n%" PRId64 " messages judged spam and %" PRId64
	       " not, since " SV_FMT "; %zu of %zu rules were never true\n",
	       member_int(hits, "spam"), member_int(hits, "ham"),
	       SV_ARG(time_text(a, member_text(hits, "since"))), n_never, n);
	arena_free(a);
}

static void
print_json(json_t *hits, json_t *const *rules, size_t n, bool never)
{
	json_t *out = json_copy(hits), *list = json_array();

	for (size_t i = 0; i < n; i++)
		if (!never || hits_of(rules[i]) == 0)
			json_array_append(list, rules[i]);
	json_object_set_new(out, "rules", list);
	json_dumpf(out, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(out);
}

void
rules_hits_print(json_t *hits, const struct rules_stats_options *o)
{
	const json_t *list = json_object_get(hits, "rules");
	size_t n = json_array_size(list);
	json_t **rules = mem_calloc(n + 1, sizeof *rules);

	for (size_t i = 0; i < n; i++)
		rules[i] = json_array_get(list, i);
	qsort(rules, n, sizeof *rules, compare_rules);
	if (o->json)
		print_json(hits, rules, n, o->never);
	else
		print_table(hits, rules, n, o->never);
	free(rules);
}
