/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/classifier.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "sample.h"

static char path[64], lock[72];

static void
begin(void)
{
	int fd;

	snprintf(path, sizeof path, "/tmp/test_classifier.XXXXXX");
	fd = mkstemp(path);
	close(fd);
	unlink(path);
	snprintf(lock, sizeof lock, "%s.lock", path);
	sample_begin();
}

static void
end(void)
{
	unlink(path);
	unlink(lock);
	sample_end();
}

static void
teach(int from, int to)
{
	struct learner *l = sample_learner(path);

	sample_teach(l, from, to);
	ck_assert_int_eq(learner_publish(l, 0600), 0);
	learner_close(l);
}

static struct classification
judge(struct classifier *c, const char *text)
{
	const struct feature_source source = {
		.message = sample_post(text),
		.names = true,
	};
	struct classification result;

	classifier_judge(c, sample_arena, &source, &result);
	return result;
}

START_TEST(without_a_model_nothing_is_judged)
{
	struct classifier *c;
	struct classification got;
	char why[CLASSIFIER_WHY];

	begin();
	c = classifier_new(path, 10);
	got = judge(c, "casino bonus");
	ck_assert_int_eq(got.state, CLASSIFIER_UNTRAINED);
	ck_assert_float_eq(got.probability, 0.5F);
	ck_assert_str_eq(classifier_problem(c, why), "");
	classifier_free(c);
	end();
}
END_TEST

START_TEST(too_little_is_as_good_as_nothing)
{
	struct classifier *c;

	begin();
	teach(0, 9);
	c = classifier_new(path, 10);
	ck_assert_int_eq(judge(c, "casino bonus").state, CLASSIFIER_UNTRAINED);
	classifier_free(c);
	teach(9, 12);
	c = classifier_new(path, 10);
	ck_assert_int_eq(judge(c, "casino bonus").state, CLASSIFIER_JUDGED);
	classifier_free(c);
	end();
}
END_TEST

START_TEST(reasons_say_why)
{
	struct classification got;
	struct classifier *c;

	begin();
	teach(0, 40);
	c = classifier_new(path, 10);
	got = judge(c, "your casino bonus");
	ck_assert(got.probability > 0.9F);
	ck_assert(got.confidence > 0 && got.confidence < 1);
	ck_assert_uint_gt(got.n_reasons, 2);
	for (size_t i = 0; i + 1 < got.n_reasons; i++)
		ck_assert(got.reasons[i].score * got.reasons[i].score >=
		          got.reasons[i + 1].score * got.reasons[i + 1].score);
	ck_assert(got.reasons[0].score > 0);
	classifier_free(c);
	end();
}
END_TEST

START_TEST(a_damaged_file_is_not_taken)
{
	struct classifier *c;
	char why[CLASSIFIER_WHY];

	begin();
	ck_assert_int_eq(file_replace(path, SV("rubbish"), 0600), 0);
	c = classifier_new(path, 10);
	ck_assert_int_eq(judge(c, "casino").state, CLASSIFIER_UNTRAINED);
	ck_assert_ptr_nonnull(strstr(classifier_problem(c, why), "no model"));
	classifier_free(c);
	end();
}
END_TEST

/* ---- while others read ---- */

struct reading {
	struct classifier *classifier;
	_Atomic bool stop;
	_Atomic uint64_t newest;
};

static void *
read_on(void *ctx)
{
	struct reading *r = ctx;
	struct arena *a = arena_new();
	const struct message_post post = { .text = SV("casino bonus") };

	while (!r->stop) {
		struct feature_source source = { 0 };
		struct classification got;

		arena_reset(a);
		source.message =
		    message_from_post(a, &post, &sample_conf->message);
		classifier_judge(r->classifier, a, &source, &got);
		ck_assert_int_eq(got.state, CLASSIFIER_JUDGED);
		ck_assert(got.probability > 0.5F);
		if (got.generation > r->newest)
			r->newest = got.generation;
	}
	arena_free(a);
	return NULL;
}

START_TEST(a_new_model_is_taken_while_others_read)
{
	struct reading r = { 0 };
	pthread_t threads[3];

	begin();
	teach(0, 20);
	r.classifier = classifier_new(path, 10);
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, read_on, &r);
	for (int round = 0; round < 2; round++) {
		teach(20 + round, 21 + round);
		for (int i = 0; i < 400 && r.newest < (uint64_t)round + 2; i++)
			usleep(20000);
		ck_assert_uint_eq(r.newest, (uint64_t)round + 2);
	}
	r.stop = true;
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	classifier_free(r.classifier);
	end();
}
END_TEST

UNIT_MAIN("classifier", without_a_model_nothing_is_judged,
          too_little_is_as_good_as_nothing, reasons_say_why,
          a_damaged_file_is_not_taken, a_new_model_is_taken_while_others_read)
