/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>

#include "../unit.h"
#include "base/buf.h"
#include "mass/rescore.h"

/* ---- logs ---- */

static uint64_t random_state;

static unsigned
random_below(unsigned n)
{
	random_state =
	    random_state * 6364136223846793005U + 1442695040888963407U;
	return (unsigned)(random_state >> 33) % n;
}

static void
add(struct mass_log *log, bool is_spam, const char *hits)
{
	static unsigned n;
	char line[300];
	const char *why;

	snprintf(line, sizeof line, "%s /mail/%u %s time=1",
	         is_spam ? "Y 9" : ". 1", n++, hits);
	ck_assert_int_eq(mass_log_add(log, sv_str(line), is_spam, &why), 0);
}

/* Rules of a made-up world: how often, of a thousand, each hits spam and ham.
 * The last two say nothing. */
static const struct {
	const char *name;
	unsigned spam, ham;
} world[] = {
	{ "CHEAP", 400, 2 }, { "PILLS", 300, 1 },  { "MONEY", 350, 3 },
	{ "LINK", 500, 5 },  { "CAPS", 450, 40 },  { "LIST", 5, 500 },
	{ "REPLY", 2, 400 }, { "HTML", 600, 600 }, { "DATE", 200, 200 },
};

enum { WORLD = sizeof world / sizeof *world, LIST = 5, REPLY = 6 };

static struct mass_log *
world_log(unsigned n)
{
	struct mass_log *log = mass_log_new();
	struct buf hits = BUF_INIT(300);

	for (unsigned i = 0; i < n; i++) {
		bool is_spam = i % 2;

		buf_reset(&hits);
		for (size_t k = 0; k < WORLD; k++)
			if (random_below(1000) <
			    (is_spam ? world[k].spam : world[k].ham))
				buf_addf(&hits, "%s%s", hits.n ? "," : "",
				         world[k].name);
		add(log, is_spam, buf_str(&hits));
	}
	buf_done(&hits);
	return log;
}

static uint32_t
number_of(const struct mass_log *log, const char *name)
{
	uint32_t rule;

	ck_assert_int_eq(mass_log_rule(log, sv_str(name), &rule), 0);
	return rule;
}

/* One point each, less where the world says nice. */
static struct mass_fit_rule *
world_rules(const struct mass_log *log)
{
	struct mass_fit_rule *rules =
	    mem_calloc(log->rules.n + 1, sizeof *rules);

	for (size_t i = 0; i < log->rules.n; i++)
		rules[i] =
		    (struct mass_fit_rule){ .points = 1, .is_fitted = true };
	for (size_t k = LIST; k <= REPLY; k++) {
		struct mass_fit_rule *r = &rules[number_of(log, world[k].name)];

		r->points = -0.1;
		r->is_nice = true;
	}
	return rules;
}

static const struct mass_fit_job job = {
	.threshold = 5,
	.points_max = 4.5,
	.ham_weight = 4,
};

static const struct mass_rescore_options options = {
	.threshold = 5,
	.points_max = 4.5,
	.fp_max = 0.005,
	.lambda = 50,
};

struct fitted {
	struct mass_log *log;
	struct mass_fit_rule *rules;
	struct mass_fit_data *data;
	double *points;
};

static struct fitted
prepare(struct mass_log *log, struct mass_fit_rule *rules)
{
	struct fitted f = { log, rules, mass_fit_data_new(log, rules, 5, false),
		            mem_calloc(log->rules.n + 1, sizeof(double)) };

	for (size_t i = 0; i < log->rules.n; i++)
		f.points[i] = rules[i].points;
	return f;
}

static void
finish(struct fitted *f)
{
	mass_fit_data_free(f->data);
	free(f->points);
	free(f->rules);
	mass_log_free(f->log);
}

static double
points_of(const struct fitted *f, const char *name)
{
	return f->points[number_of(f->log, name)];
}

/* ---- fits ---- */

START_TEST(rules_get_points_for_what_they_say)
{
	struct mass_log *log = world_log(2000);
	struct fitted f = prepare(log, world_rules(log));

	mass_fit(f.data, &job, f.points);
	ck_assert_double_gt(points_of(&f, "CHEAP"), 2);
	ck_assert_double_gt(points_of(&f, "CAPS"), 0.3);
	ck_assert_double_lt(points_of(&f, "CAPS"), points_of(&f, "CHEAP"));
	ck_assert_double_lt(points_of(&f, "HTML"), 0.3);
	ck_assert_double_lt(points_of(&f, "LIST"), -0.1);
	for (size_t i = 0; i < log->rules.n; i++) {
		double most = f.rules[i].is_nice ? 0 : 4.5;
		double least = f.rules[i].is_nice ? -4.5 : 0;

		ck_assert_double_le(f.points[i], most);
		ck_assert_double_ge(f.points[i], least);
	}
	finish(&f);
}
END_TEST

START_TEST(kept_rules_stay_and_count)
{
	struct mass_log *log = world_log(2000);
	struct mass_fit_rule *rules = world_rules(log);
	struct fitted f;

	rules[number_of(log, "CHEAP")] = (struct mass_fit_rule){ .points = 7 };
	f = prepare(log, rules);
	mass_fit(f.data, &job, f.points);
	ck_assert_double_eq(points_of(&f, "CHEAP"), 7);
	for (size_t i = 0; i < f.data->rows.n; i++)
		ck_assert(f.data->rows.list[i].fixed == 0 ||
		          f.data->rows.list[i].fixed == 7);
	finish(&f);
}
END_TEST

START_TEST(what_is_rare_stays_where_it_was)
{
	struct mass_log *log = world_log(2000);
	struct mass_fit_rule *rules;
	struct fitted f;

	add(log, true, "RARE,LINK");
	add(log, false, "ODD,LIST");
	rules = world_rules(log);
	f = prepare(log, rules);
	mass_fit(f.data, &job, f.points);
	ck_assert_double_eq_tol(points_of(&f, "RARE"), 1, 0.2);
	/* One ham says that it may not be worth as much as it was. */
	ck_assert_double_lt(points_of(&f, "ODD"), 1);
	ck_assert_double_gt(points_of(&f, "ODD"), 0.3);
	finish(&f);
}
END_TEST

static double
objective(const struct fitted *f, const double *points)
{
	const struct mass_fit_data *d = f->data;
	double ham_weight =
	    job.ham_weight * (double)d->n_spam / (double)d->n_ham;
	double sum = 0;

	for (size_t i = 0; i < d->rows.n; i++) {
		const struct mass_fit_row *row = &d->rows.list[i];
		double over = row->fixed + mass_fit_row_points(d, row, points) -
		              job.threshold;

		sum += row->spam * log1p(exp(-over)) +
		       row->ham * ham_weight * log1p(exp(over));
	}
	for (size_t i = 0; i < d->n_rules; i++)
		sum += 5 * pow(points[i] - d->rules[i].points, 2);
	return sum;
}

START_TEST(no_other_points_explain_the_labels_better)
{
	struct mass_log *log = world_log(1000);
	struct fitted f = prepare(log, world_rules(log));
	double best;

	mass_fit(f.data, &job, f.points);
	best = objective(&f, f.points);
	for (size_t i = 0; i < log->rules.n; i++) {
		double found = f.points[i];

		/* Upwards there may be a bound; downwards, too, at 0. */
		f.points[i] = found * 0.9;
		ck_assert_double_ge(objective(&f, f.points), best);
		f.points[i] = found;
	}
	finish(&f);
}
END_TEST

START_TEST(twins_are_one_row_and_folds_are_left_out)
{
	struct mass_log *log = world_log(1000);
	struct mass_fit_job without = job;
	struct fitted f;
	size_t rows = 0;

	for (int i = 0; i < 50; i++)
		add(log, true, "CHEAP,ONE,THREE,TWO");
	f = prepare(log, world_rules(log));
	for (size_t i = 0; i < f.data->rows.n; i++) {
		const struct mass_fit_row *row = &f.data->rows.list[i];

		for (size_t k = row->begin; k < row->end; k++)
			if (f.data->items.list[k].rule ==
			    number_of(log, "TWO")) {
				rows++;
				ck_assert_uint_eq(row->spam, 50);
				without.left_out = 1U << row->fold;
			}
	}
	ck_assert_uint_eq(rows, 1);
	mass_fit(f.data, &without, f.points);
	ck_assert_double_eq(points_of(&f, "TWO"), 1);
	finish(&f);
}
END_TEST

START_TEST(mail_of_one_source_is_one_fold)
{
	static const char *const paths[] = {
		"/mail/ann/ham/1",
		"/mail/ann/spam/2",
		"/mail/ann/spam/cur/3",
		"/mail/ann/ham/new/4.a",
	};
	struct mass_log *log = mass_log_new();
	struct fitted f;
	const char *why;

	for (size_t i = 0; i < 4; i++) {
		char line[100];

		snprintf(line, sizeof line, ". 0 %s A%zu time=1", paths[i], i);
		ck_assert_int_eq(mass_log_add(log, sv_str(line), false, &why),
		                 0);
	}
	f = prepare(log, mem_calloc(5, sizeof(struct mass_fit_rule)));
	mass_fit_data_free(f.data);
	for (size_t i = 0; i < 4; i++)
		f.rules[i].is_fitted = true;
	f.data = mass_fit_data_new(log, f.rules, 20, true);
	ck_assert_uint_eq(f.data->rows.n, 4);
	for (size_t i = 1; i < 4; i++)
		ck_assert_uint_eq(f.data->rows.list[i].fold,
		                  f.data->rows.list[0].fold);
	finish(&f);
}
END_TEST

/* ---- all of it ---- */

START_TEST(better_points_are_found_and_bounded)
{
	struct mass_log *log = world_log(4000);
	struct fitted f = prepare(log, world_rules(log));
	struct mass_rescore *r = mass_rescore_new(f.data, &options);
	struct mass_rescore *again = mass_rescore_new(f.data, &options);

	ck_assert(r->is_better && r->is_bounded);
	ck_assert_uint_eq(r->after.spam, 2000);
	ck_assert_uint_eq(r->before.ham, 2000);
	ck_assert_uint_le(r->after.lost, 10);
	ck_assert_uint_lt(r->after.missed, r->before.missed);
	for (size_t i = 0; i < log->rules.n; i++) {
		ck_assert(r->points[i] != 0);
		ck_assert_double_eq(r->points[i], again->points[i]);
		ck_assert_double_eq_tol(r->points[i] * 1000,
		                        round(r->points[i] * 1000), 1e-9);
	}
	mass_rescore_free(r);
	mass_rescore_free(again);
	finish(&f);
}
END_TEST

/* 0.1 + 0.5 + 3.8 + 0.6 is a little less than 5 in binary. */
START_TEST(the_threshold_is_met_to_the_last_digit)
{
	static const double points[] = { 0.1, 0.5, 3.8, 0.6 };
	struct mass_log *log = mass_log_new();
	struct mass_fit_rule *rules = mem_calloc(9, sizeof *rules);
	struct mass_rescore *r;
	struct fitted f;

	for (unsigned i = 0; i < 100; i++)
		add(log, i % 2 == 0, i % 2 ? "A,B,C,E" : "A,B,C,D");
	for (size_t i = 0; i < 4; i++)
		rules[i] = (struct mass_fit_rule){ .points = points[i] };
	f = prepare(log, rules);
	r = mass_rescore_new(f.data, &options);
	ck_assert_uint_eq(r->before.missed, 0);
	ck_assert_uint_eq(r->before.lost, 0);
	ck_assert_uint_eq(r->before_histogram.spam[6], 50);
	ck_assert(!r->is_better);
	mass_rescore_free(r);
	finish(&f);
}
END_TEST

START_TEST(labels_by_chance_are_not_called_better)
{
	for (unsigned seed = 1; seed <= 5; seed++) {
		struct mass_log *log = mass_log_new();
		struct fitted f;
		struct mass_rescore *r;

		random_state = seed;
		for (unsigned i = 0; i < 1000; i++) {
			char hits[100];

			snprintf(hits, sizeof hits, "A%u,B%u,C%u,D%u,E%u",
			         random_below(9), random_below(9),
			         random_below(9), random_below(9),
			         random_below(9));
			add(log, random_below(2), hits);
		}
		f = prepare(log, mem_calloc(log->rules.n + 1,
		                            sizeof(struct mass_fit_rule)));
		for (size_t i = 0; i < log->rules.n; i++)
			f.data->rules[i].is_fitted = true;
		r = mass_rescore_new(f.data, &options);
		ck_assert_msg(!r->is_better, "%u: %zu, %zu", seed,
		              r->after.lost, r->after.missed);
		mass_rescore_free(r);
		finish(&f);
	}
}
END_TEST

START_TEST(figures_are_what_books_say)
{
	struct mass_outcome o = { .spam = 500, .ham = 500 };
	double low, high;

	ck_assert_double_eq(mass_outcome_tcr(&o, 50), 0);
	o.missed = 50;
	ck_assert_double_eq(mass_outcome_tcr(&o, 50), 10);
	o.lost = 1;
	ck_assert_double_eq(mass_outcome_tcr(&o, 50), 5);
	mass_share_bounds(5, 10, &low, &high);
	ck_assert_double_eq_tol(low, 0.2366, 1e-4);
	ck_assert_double_eq_tol(high, 0.7634, 1e-4);
	mass_share_bounds(0, 100, &low, &high);
	ck_assert_double_eq(low, 0);
	ck_assert_double_eq_tol(high, 0.0370, 1e-4);
}
END_TEST

UNIT_MAIN("rescore", rules_get_points_for_what_they_say,
          kept_rules_stay_and_count, what_is_rare_stays_where_it_was,
          no_other_points_explain_the_labels_better,
          twins_are_one_row_and_folds_are_left_out,
          mail_of_one_source_is_one_fold, better_points_are_found_and_bounded,
          the_threshold_is_met_to_the_last_digit,
          labels_by_chance_are_not_called_better, figures_are_what_books_say)
