/* SPDX-License-Identifier: Apache-2.0 */
/* What came of a rescore: for people, for programs, and as rules. */
#include <math.h>
#include <stdio.h>

#include "base/e4.h"
#include "base/json.h"
#include "tamis/rescore.h"
#include "tamis/term.h"

enum {
	NAME_COLUMNS = 40,
	CHANGES_MAX = 20,
	BAR_COLUMNS = 8,
	JSON_BYTES_MAX = 64 << 20,
};

/* ---- rules that have changed ---- */

struct change {
	const struct mass_rule *rule;
	double before, after;
};

static int64_t
e4_of(double points)
{
	return (int64_t)llround(points * E4_ONE);
}

static bool
is_changed(const struct rescore_page *p, size_t rule)
{
	return p->data->rules[rule].is_fitted &&
	       e4_of(p->data->rules[rule].points) !=
	           e4_of(p->result->points[rule]);
}

/* How much the change matters: to how many messages, and by how much. */
static double
weight_of(const struct change *c)
{
	return fabs(c->after - c->before) *
	       ((double)c->rule->spam + (double)c->rule->ham);
}

static int
compare_names(const void *a, const void *b)
{
	const struct change *x = a, *y = b;

	return strcmp(x->rule->name, y->rule->name);
}

static int
compare_weights(const void *a, const void *b)
{
	double x = weight_of(a), y = weight_of(b);

	return x > y ? -1 : x < y ? 1 : compare_names(a, b);
}

static struct change *
changes(const struct rescore_page *p, size_t *ret_n)
{
	size_t n = p->log->rules.n;
	struct change *list = mem_calloc(n + 1, sizeof *list);

	*ret_n = 0;
	for (size_t i = 0; i < n; i++)
		if (is_changed(p, i))
			list[(*ret_n)++] = (struct change){
				.rule = &p->log->rules.list[i],
				.before = p->data->rules[i].points,
				.after = p->result->points[i],
			};
	return list;
}

/* ---- for people ---- */

static double
percent(size_t n, size_t of)
{
	return of ? (double)n * 100 / (double)of : 0;
}

static void
print_kept(const struct rescore_page *p)
{
	static const char *const words[KEEP_COUNT] = {
		[KEEP_ASKED] = "by --keep",
		[KEEP_ALONE] = "decide alone",
		[KEEP_TRIAL] = "on trial",
		[KEEP_USER] = "for users' wishes and shortcircuit",
		[KEEP_NO_POINTS] = "without points",
		[KEEP_UNKNOWN] = "of the log alone",
	};
	const char *separator = "; kept: ";

	printf("%zu rules hit, %zu fitted", p->log->rules.n, p->kept[KEEP_NOT]);
	for (int i = 0; i < KEEP_COUNT; i++) {
		if (!words[i] || !p->kept[i])
			continue;
		printf("%s%zu %s", separator, p->kept[i], words[i]);
		separator = ", ";
	}
	printf("\n");
}

static void
add_share(struct table *t, size_t n, size_t of)
{
	double low, high;

	mass_share_bounds(n, of, &low, &high);
	table_cellf(t, "%zu", n);
	table_cellf(t, "%.2f %% (%.2g-%.2g)", percent(n, of), low * 100,
	            high * 100);
}

static void
add_tcr(struct table *t, const struct mass_outcome *o, double lambda)
{
	double tcr = mass_outcome_tcr(o, lambda);

	table_cell(t, SV(""));
	if (tcr > 0)
		table_cellf(t, "%.2f", tcr);
	else
		table_cell(t, SV("no errors"));
}

static void
add_means(struct table *t, const struct mass_outcome *o)
{
	table_cell(t, SV(""));
	table_cellf(t, "%.2f, %.2f",
	            o->ham ? o->ham_points / (double)o->ham : 0,
	            o->spam ? o->spam_points / (double)o->spam : 0);
}

static void
print_outcome(const struct rescore_page *p, const struct term *term,
              struct arena *a)
{
	const struct mass_outcome *before = &p->result->before;
	const struct mass_outcome *after = &p->result->after;
	struct table t;

	table_init(&t, a, "lrlrl");
	table_cellf(&t, "threshold %g", p->options->threshold);
	table_cell(&t, SV(""));
	table_cell(&t, SV("before"));
	table_cell(&t, SV(""));
	table_cell(&t, SV("after"));
	table_cell(&t, SV("ham taken for spam (FP)"));
	add_share(&t, before->lost, before->ham);
	add_share(&t, after->lost, after->ham);
	table_cell(&t, SV("spam let through (FN)"));
	add_share(&t, before->missed, before->spam);
	add_share(&t, after->missed, after->spam);
	table_cellf(&t, "cost ratio (lambda %g)", p->options->lambda);
	add_tcr(&t, before, p->options->lambda);
	add_tcr(&t, after, p->options->lambda);
	table_cell(&t, SV("mean score of ham, spam"));
	add_means(&t, before);
	add_means(&t, after);
	table_print(&t, term, 0, true);
}

/* ---- a picture ---- */

/* Scores from the lowest on; bars grow with the logarithm, so that one lost
 * mail is seen beside a thousand. */
static struct sv
bar(struct arena *a, size_t n, size_t most)
{
	static const char *const parts[] = { "",
		                             "\342\226\217",
		                             "\342\226\216",
		                             "\342\226\215",
		                             "\342\226\214",
		                             "\342\226\213",
		                             "\342\226\212",
		                             "\342\226\211" };
	struct buf out = BUF_INIT(BAR_COLUMNS * 4);
	size_t eighths, columns;
	struct sv result;

	if (n == 0)
		return SV("");
	eighths = (size_t)(log((double)n + 1) / log((double)most + 1) *
	                   BAR_COLUMNS * 8);
	for (columns = eighths / 8; columns; columns--)
		buf_add_str(&out, "\342\226\210");
	buf_add_str(&out, parts[eighths % 8]);
	result = arena_dup(a, buf_sv(&out));
	buf_done(&out);
	return result;
}

static size_t
highest(const struct mass_histogram *h)
{
	size_t most = 1;

	for (size_t i = 0; i < MASS_BINS; i++) {
		most = h->spam[i] > most ? h->spam[i] : most;
		most = h->ham[i] > most ? h->ham[i] : most;
	}
	return most;
}

static void
add_bars(struct table *t, size_t n, size_t most)
{
	if (n)
		table_cellf(t, "%zu", n);
	else
		table_cell(t, SV(""));
	table_cell(t, bar(t->arena, n, most));
}

static void
add_bin(struct table *t, const struct rescore_page *p, size_t bin, size_t most)
{
	const struct mass_histogram *before = &p->result->before_histogram;
	const struct mass_histogram *after = &p->result->after_histogram;
	double low = (double)bin - 1, threshold = p->options->threshold;
	const char *mark = threshold >= low && threshold < low + 1 ? ">" : "";

	if (bin == 0)
		table_cell(t, SV("below 0"));
	else if (bin == MASS_BINS - 1)
		table_cellf(t, "%g or more", low);
	else
		table_cellf(t, "%s %g", mark, low);
	add_bars(t, before->ham[bin], most);
	add_bars(t, before->spam[bin], most);
	add_bars(t, after->ham[bin], most);
	add_bars(t, after->spam[bin], most);
}

static void
print_picture(const struct rescore_page *p, const struct term *term,
              struct arena *a)
{
	static const char *const words[] = { "score", "ham",  "before",
		                             "spam",  "",     "ham",
		                             "after", "spam", "" };
	size_t before = highest(&p->result->before_histogram);
	size_t after = highest(&p->result->after_histogram);
	struct table t;

	table_init(&t, a, "rrlrlrlrl");
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		table_cell(&t, sv_str(words[i]));
	for (size_t i = 0; i < MASS_BINS; i++)
		add_bin(&t, p, i, before > after ? before : after);
	printf("\nmessages by score, bars by their logarithm; > spam from "
	       "here on\n\n");
	table_print(&t, term, 0, true);
}

static void
print_changes(const struct rescore_page *p, const struct term *term,
              struct arena *a)
{
	size_t n;
	struct change *list = changes(p, &n);
	struct table t;

	qsort(list, n, sizeof *list, compare_weights);
	table_init(&t, a, "lrrrr");
	table_cell(&t, SV("rule"));
	table_cell(&t, SV("before"));
	table_cell(&t, SV("after"));
	table_cell(&t, SV("spam"));
	table_cell(&t, SV("ham"));
	for (size_t i = 0; i < n && i < CHANGES_MAX; i++) {
		const struct mass_rule *r = list[i].rule;

		table_cell(&t, term_text(a, sv_str(r->name), NAME_COLUMNS));
		table_cellf(&t, "%g", list[i].before);
		table_cellf(&t, "%g", list[i].after);
		table_cellf(&t, "%.2f %%", percent(r->spam, p->log->n_spam));
		table_cellf(&t, "%.2f %%", percent(r->ham, p->log->n_ham));
	}
	printf("\n%zu rules get other points%s\n\n", n,
	       n > CHANGES_MAX ? "; those that matter most:" : "");
	table_print(&t, term, 0, true);
	free(list);
}

static void
print_verdict(const struct rescore_page *p, const struct term *term)
{
	const struct mass_rescore *r = p->result;

	if (r->is_better)
		term_print(term, TONE_GOOD, "better");
	else
		term_print(term, TONE_BAD, "not better");
	printf(": what it saves is worth %.0f missed spams, with a standard "
	       "error of %.0f\n",
	       r->gain, r->gain_error);
	if (!r->is_bounded)
		printf("more than %g %% of ham is taken for spam%s: --max-fp "
		       "says how much may be\n",
		       p->options->fp_max * 100,
		       p->options->fp_max * (double)r->after.ham < 1
		           ? ", which is less than one mail of these"
		           : "");
	else if (!r->is_better)
		printf("that is not clearly more than chance: twice the "
		       "standard error is wanted\n");
}

void
rescore_print(const struct rescore_page *p)
{
	struct term term = term_open(stdout);
	struct arena *a = arena_new();

	printf("%zu spam, %zu ham; ", p->log->n_spam, p->log->n_ham);
	print_kept(p);
	if (p->n_other)
		printf("%zu messages have another score in the log: were they "
		       "judged by other rules?\n",
		       p->n_other);
	printf("\n");
	print_outcome(p, &term, a);
	printf("(each message judged by points that were fitted without it; in "
	       "brackets what\n95 of 100 such samples would bracket)\n");
	print_picture(p, &term, a);
	print_changes(p, &term, a);
	printf("\n");
	print_verdict(p, &term);
	arena_free(a);
}

/* ---- for programs ---- */

static void
write_outcome(struct json *j, const char *name, const struct mass_outcome *o,
              const struct mass_histogram *h, double lambda)
{
	json_begin_object(j, name);
	json_int(j, "false_positives", (int64_t)o->lost);
	json_int(j, "false_negatives", (int64_t)o->missed);
	json_e4(j, "tcr", e4_of(mass_outcome_tcr(o, lambda)));
	json_begin_array(j, "ham_by_score");
	for (size_t i = 0; i < MASS_BINS; i++)
		json_int(j, NULL, (int64_t)h->ham[i]);
	json_end(j);
	json_begin_array(j, "spam_by_score");
	for (size_t i = 0; i < MASS_BINS; i++)
		json_int(j, NULL, (int64_t)h->spam[i]);
	json_end(j);
	json_end(j);
}

static void
write_rules(struct json *j, const struct rescore_page *p)
{
	size_t n;
	struct change *list = changes(p, &n);

	qsort(list, n, sizeof *list, compare_names);
	json_begin_array(j, "rules");
	for (size_t i = 0; i < n; i++) {
		json_begin_object(j, NULL);
		json_text(j, "name", list[i].rule->name);
		json_e4(j, "before", e4_of(list[i].before));
		json_e4(j, "after", e4_of(list[i].after));
		json_int(j, "spam", list[i].rule->spam);
		json_int(j, "ham", list[i].rule->ham);
		json_end(j);
	}
	json_end(j);
	free(list);
}

void
rescore_print_json(const struct rescore_page *p)
{
	const struct mass_rescore *r = p->result;
	struct buf out = BUF_INIT(JSON_BYTES_MAX);
	struct json j = json_start(&out);

	json_begin_object(&j, NULL);
	json_int(&j, "spam", (int64_t)p->log->n_spam);
	json_int(&j, "ham", (int64_t)p->log->n_ham);
	json_e4(&j, "threshold", e4_of(p->options->threshold));
	json_e4(&j, "lambda", e4_of(p->options->lambda));
	json_int(&j, "other_scores", (int64_t)p->n_other);
	write_outcome(&j, "before", &r->before, &r->before_histogram,
	              p->options->lambda);
	write_outcome(&j, "after", &r->after, &r->after_histogram,
	              p->options->lambda);
	json_e4(&j, "gain", e4_of(r->gain));
	json_e4(&j, "gain_error", e4_of(r->gain_error));
	json_bool(&j, "bounded", r->is_bounded);
	json_bool(&j, "better", r->is_better);
	write_rules(&j, p);
	json_end(&j);
	printf("%s\n", buf_str(&out));
	buf_done(&out);
}

/* ---- as rules ---- */

static void
write_head(const struct rescore_page *p, struct buf *out)
{
	const struct mass_outcome *b = &p->result->before;
	const struct mass_outcome *a = &p->result->after;

	buf_addf(out,
	         "# Points that tamis rescore fitted to %zu spam and %zu ham.\n"
	         "# Each message judged by points that were fitted without it, "
	         "at %g points:\n"
	         "#         ham taken for spam   spam let through\n"
	         "# before  %18zu %18zu\n"
	         "# after   %18zu %18zu\n"
	         "# Rules: %s\n\n",
	         p->log->n_spam, p->log->n_ham, p->options->threshold, b->lost,
	         b->missed, a->lost, a->missed, rule_set_hash(p->rules));
}

void
rescore_write(const struct rescore_page *p, struct buf *out)
{
	size_t n;
	struct change *list = changes(p, &n);
	char before[E4_TEXT], after[E4_TEXT];

	write_head(p, out);
	qsort(list, n, sizeof *list, compare_names);
	for (size_t i = 0; i < n; i++)
		buf_addf(out, "score %s %s # was %s; hit %u spam, %u ham\n",
		         list[i].rule->name,
		         e4_text(e4_of(list[i].after), after),
		         e4_text(e4_of(list[i].before), before),
		         list[i].rule->spam, list[i].rule->ham);
	free(list);
}
