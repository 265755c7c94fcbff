/* SPDX-License-Identifier: Apache-2.0 */
#include "mass/frequency.h"

#include <math.h>

static void
count_message(struct mass_frequencies *f, const struct mass_log *log,
              const struct mass_message *m)
{
	const struct mass_hit *hits = mass_log_hits(log, m);

	f->n_spam += m->is_spam;
	f->n_ham += !m->is_spam;
	for (uint32_t i = 0; i < m->n_hits; i++) {
		struct mass_frequency *rule = &f->rules.list[hits[i].rule];

		rule->spam += m->is_spam;
		rule->ham += !m->is_spam;
	}
}

static double
share(size_t part, size_t whole)
{
	return whole ? (double)part / (double)whole : 0;
}

/* The uncertainty, in bits, of what is true with that probability. */
static double
entropy(double p)
{
	if (p <= 0 || p >= 1)
		return 0;
	return -p * log2(p) - (1 - p) * log2(1 - p);
}

static void
set_shares(struct mass_frequency *r, size_t n_spam, size_t n_ham)
{
	double s = share(r->spam, n_spam), h = share(r->ham, n_ham);
	double gain = entropy((s + h) / 2) - (entropy(s) + entropy(h)) / 2;

	r->spam_share = s;
	r->ham_share = h;
	r->overall_share = share((size_t)r->spam + r->ham, n_spam + n_ham);
	r->so = s + h > 0 ? s / (s + h) : 0.5;
	r->gain = gain > 0 ? gain : 0; /* rounding */
}

void
mass_frequencies_count(const struct mass_log *log, enum mass_which which,
                       struct mass_frequencies *ret)
{
	*ret = (struct mass_frequencies){ 0 };
	for (size_t i = 0; i < log->rules.n; i++)
		mass_frequencies_add(ret, log->rules.list[i].name);
	for (size_t i = 0; i < log->messages.n; i++) {
		const struct mass_message *m = &log->messages.list[i];

		if (which == MASS_ALL || m->is_spam != m->judged_spam)
			count_message(ret, log, m);
	}
	for (size_t i = 0; i < ret->rules.n; i++)
		set_shares(&ret->rules.list[i], ret->n_spam, ret->n_ham);
}

void
mass_frequencies_add(struct mass_frequencies *f, const char *name)
{
	*VEC_ADD(&f->rules) = (struct mass_frequency){
		.name = name,
		.is_sub = strncmp(name, "__", 2) == 0,
		.so = 0.5,
	};
}

static int
compare_gains(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* How many of the sorted numbers are not above `value`. */
static size_t
count_up_to(const double *sorted, size_t n, double value)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (sorted[middle] <= value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void
mass_frequencies_rank(struct mass_frequencies *f)
{
	size_t n = f->rules.n;
	double *sorted = mem_calloc(n, sizeof *sorted);

	for (size_t i = 0; i < n; i++) {
		struct mass_frequency *r = &f->rules.list[i];

		if ((r->so < 0.5) != r->is_for_ham)
			r->gain = -r->gain;
		sorted[i] = r->gain;
	}
	if (n)
		qsort(sorted, n, sizeof *sorted, compare_gains);
	for (size_t i = 0; i < n; i++) {
		struct mass_frequency *r = &f->rules.list[i];
		size_t others = count_up_to(sorted, n, r->gain) - 1;

		r->rank = n > 1 ? share(others, n - 1) : 1;
	}
	free(sorted);
}

void
mass_frequencies_done(struct mass_frequencies *f)
{
	VEC_DONE(&f->rules);
}
