/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How well the classifier tells spam from ham, and what it costs.
 *
 *     classifier judge LIST          each message is judged, then learned, in
 *                                    that order; a line "CLASS SCORE" each
 *     classifier judge LIST OTHER    learns LIST, then judges OTHER only
 *     classifier roc NAME < LINES    what such lines amount to
 *
 * A list has lines "CLASS PATH"; files named *.txt are posts, others mails.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/vec.h"
#include "learn/classifier.h"
#include "learn/feature_pack.h"
#include "learn/learner.h"

enum { MESSAGE_BYTES_MAX = 64 << 20, BITS = 21 };

/* ---- judging ---- */

enum step {
	STEP_PARSE,
	STEP_FEATURES,
	STEP_JUDGE,
	STEP_PACK,
	STEP_LEARN,
	STEPS
};

/* CPU nanoseconds of each message. */
struct cost {
	VEC(struct { double ns[STEPS]; }) list;
	size_t packed_bytes;
};

struct run {
	struct arena *arena;
	struct conf *conf;
	struct learner *learner;
	struct cost cost;
	bool judges, learns;
};

static double
cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int
compare_numbers(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* In microseconds, of the sum of some steps. */
static double
median(const struct cost *c, int from, int to)
{
	double *sums = mem_calloc(c->list.n + 1, sizeof *sums), result;

	for (size_t i = 0; i < c->list.n; i++)
		for (int step = from; step <= to; step++)
			sums[i] += c->list.list[i].ns[step] / 1000;
	qsort(sums, c->list.n, sizeof *sums, compare_numbers);
	result = sums[c->list.n / 2];
	free(sums);
	return result;
}

static void
print_cost(const struct cost *c)
{
	double parse = median(c, STEP_PARSE, STEP_PARSE);
	double judge = median(c, STEP_FEATURES, STEP_JUDGE);

	fprintf(stderr,
	        "%zu messages; CPU us of the median: reading %.0f, judging "
	        "%.0f (features %.0f, model %.0f; %.2f of reading), packing "
	        "%.0f (%zu bytes on average), learning %.0f\n",
	        c->list.n, parse, judge,
	        median(c, STEP_FEATURES, STEP_FEATURES),
	        median(c, STEP_JUDGE, STEP_JUDGE), judge / parse,
	        median(c, STEP_PACK, STEP_PACK),
	        c->packed_bytes / (c->list.n ? c->list.n : 1),
	        median(c, STEP_LEARN, STEP_LEARN));
}

static struct message *
read_message(const struct run *r, const char *path, struct buf *bytes)
{
	if (file_read(path, bytes)) {
		perror(path);
		exit(1);
	}
	if (sv_iends(sv_str(path), SV(".txt"))) {
		const struct message_post post = { .text = buf_sv(bytes) };

		return message_from_post(r->arena, &post, &r->conf->message);
	}
	return message_parse(r->arena, buf_sv(bytes), &r->conf->message);
}

static void
take_message(struct run *r, enum model_class class, const char *path)
{
	struct buf bytes = BUF_INIT(MESSAGE_BYTES_MAX);
	struct feature_source source = { 0 };
	struct features f;
	struct buf packed = BUF_INIT(1 << 20);
	double t[STEPS + 1], *ns;

	arena_reset(r->arena);
	t[STEP_PARSE] = cpu_ns();
	source.message = read_message(r, path, &bytes);
	t[STEP_FEATURES] = cpu_ns();
	features_make(r->arena, &source, &f);
	t[STEP_JUDGE] = cpu_ns();
	if (r->judges) {
		struct model m = learner_model(r->learner);
		struct model_score score;

		model_score(&m, &f, &score);
		printf("%s %.6f %.4f %.4f %.4f\n",
		       class == MODEL_SPAM ? "spam" : "ham", score.sum,
		       score.regression[0], score.regression[1], score.counts);
	}
	t[STEP_PACK] = cpu_ns();
	features_pack(&f, packed.max, &packed);
	t[STEP_LEARN] = cpu_ns();
	if (r->learns)
		learner_learn(r->learner, &f, class, 1);
	t[STEPS] = cpu_ns();
	ns = VEC_ADD(&r->cost.list)->ns;
	for (int i = 0; i < STEPS; i++)
		ns[i] = t[i + 1] - t[i];
	r->cost.packed_bytes += packed.n;
	buf_done(&packed);
	buf_done(&bytes);
}

static void
take_list(struct run *r, const char *list)
{
	struct buf text = BUF_INIT(MESSAGE_BYTES_MAX);
	struct sv rest, line, class;

	if (file_read(list, &text)) {
		perror(list);
		exit(1);
	}
	rest = buf_sv(&text);
	while (sv_line(&rest, &line)) {
		char *path;

		if (!sv_split(&line, ' ', &class))
			continue;
		path = mem_dup(line.p, line.n);
		take_message(
		    r, sv_eq_str(class, "spam") ? MODEL_SPAM : MODEL_HAM, path);
		free(path);
	}
	buf_done(&text);
}

static int
judge(const char *list, const char *other)
{
	struct diags diags = DIAGS_INIT;
	const struct learner_options options = { .bits = BITS,
		                                 .ledger_max = 1 << 20 };
	char why[LEARNER_WHY];
	struct run r = {
		.arena = arena_new(),
		.conf = conf_parse(SV(""), "defaults", &diags),
		.learner = learner_open(&options, why),
		.judges = !other,
		.learns = true,
	};

	take_list(&r, list);
	if (other) {
		r.judges = true;
		r.learns = false;
		r.cost.list.n = r.cost.packed_bytes = 0;
		take_list(&r, other);
	}
	print_cost(&r.cost);
	VEC_DONE(&r.cost.list);
	learner_close(r.learner);
	conf_unref(r.conf);
	arena_free(r.arena);
	diags_done(&diags);
	return 0;
}

/* ---- what it amounts to ---- */

struct outcome {
	double score;
	bool is_spam;
};

static int
compare(const void *a, const void *b)
{
	const struct outcome *x = a, *y = b;

	return (x->score > y->score) - (x->score < y->score);
}

/* "1-ROCA %" and "spam missed at 0.1 % ham loss, %", of which equal scores
 * take their share, and are not found, as ham is among them. */
static void
print_roc(const struct outcome *list, size_t n)
{
	struct outcome *sorted = mem_calloc(n + 1, sizeof *sorted);
	double ham = 0, spam = 0, area = 0, lost = 0, threshold = INFINITY;
	double missed = 0;

	if (n)
		memcpy(sorted, list, n * sizeof *sorted);
	qsort(sorted, n, sizeof *sorted, compare);
	for (size_t i = 0, k; i < n; i = k) {
		double equal[2] = { 0, 0 };

		for (k = i; k < n && sorted[k].score == sorted[i].score; k++)
			equal[sorted[k].is_spam]++;
		area += equal[0] * (spam + equal[1] / 2);
		ham += equal[0];
		spam += equal[1];
	}
	for (size_t i = n; i-- > 0 && isinf(threshold);)
		if (!sorted[i].is_spam && lost++ >= floor(ham / 1000))
			threshold = sorted[i].score;
	for (size_t i = 0; i < n; i++)
		missed +=
		    sorted[i].is_spam &&
		    (isinf(threshold) ? false : sorted[i].score <= threshold);
	if (ham > 0 && spam > 0)
		printf(" %8.3f %7.1f", 100 * area / (ham * spam),
		       100 * missed / spam);
	else
		printf(" %8s %7s", "-", "-");
	free(sorted);
}

static int
roc(const char *name)
{
	VEC(struct outcome) all = { 0 };
	char class[8];
	double score;

	while (scanf("%7s %lf%*[^\n]", class, &score) == 2)
		*VEC_ADD(&all) = (struct outcome){
			.score = score,
			.is_spam = class[0] == 's',
		};
	printf("%-36s", name);
	print_roc(all.list, all.n);
	for (size_t quarter = 0; quarter < 4; quarter++) {
		size_t from = all.n * quarter / 4;

		print_roc(all.list + from, all.n * (quarter + 1) / 4 - from);
	}
	printf("\n");
	VEC_DONE(&all);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc >= 3 && strcmp(argv[1], "judge") == 0)
		return judge(argv[2], argc > 3 ? argv[3] : NULL);
	if (argc == 3 && strcmp(argv[1], "roc") == 0)
		return roc(argv[2]);
	fprintf(stderr, "usage: classifier judge LIST [OTHER] | roc NAME\n");
	return 2;
}
