/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "sample.h"

static float
score_of(const struct learner *l, const struct features *f)
{
	struct model m = learner_model(l);
	struct model_score score;

	model_score(&m, f, &score);
	return score.sum;
}

START_TEST(what_was_learned_is_told_apart)
{
	struct learner *l;
	struct features ham, spam;

	sample_begin();
	l = sample_learner(NULL);
	sample_teach(l, 0, 60);
	ham = sample_of(MODEL_HAM, 1000);
	spam = sample_of(MODEL_SPAM, 1001);
	ck_assert(score_of(l, &ham) < -2);
	ck_assert(score_of(l, &spam) > 2);
	learner_close(l);
	sample_end();
}
END_TEST

START_TEST(a_message_is_learned_once)
{
	struct learner *l;
	struct features f;
	float before;

	sample_begin();
	l = sample_learner(NULL);
	sample_teach(l, 0, 20);
	f = sample_of(MODEL_SPAM, 3);
	before = score_of(l, &f);
	ck_assert_int_eq(learner_learn(l, &f, MODEL_SPAM), LEARNER_KNOWN);
	ck_assert_float_eq(score_of(l, &f), before);
	ck_assert_uint_eq(learner_model(l).header->learned[MODEL_SPAM], 20);
	learner_close(l);
	sample_end();
}
END_TEST

START_TEST(the_other_class_corrects)
{
	struct learner *l;
	struct features f;

	sample_begin();
	l = sample_learner(NULL);
	sample_teach(l, 0, 20);
	f = sample_of(MODEL_SPAM, 3);
	ck_assert_int_eq(learner_learn(l, &f, MODEL_HAM), LEARNER_CORRECTED);
	ck_assert_uint_eq(learner_model(l).header->learned[MODEL_SPAM], 19);
	ck_assert_uint_eq(learner_model(l).header->learned[MODEL_HAM], 21);
	learner_close(l);
	sample_end();
}
END_TEST

/* Nothing is left of them, but for rounding. */
START_TEST(forgetting_is_the_opposite_of_learning)
{
	enum { MESSAGES = 40, SLOTS = 1 << 14 };
	struct learner *l;
	struct model m;

	sample_begin();
	l = sample_learner(NULL);
	sample_teach(l, 0, MESSAGES);
	for (int i = 0; i < MESSAGES; i++)
		for (int class = 0; class < MODEL_CLASSES; class ++) {
			struct features f =
			    sample_of(class, (i * 7) % MESSAGES);

			ck_assert_int_eq(learner_forget(l, &f),
			                 LEARNER_FORGOTTEN);
			ck_assert_int_eq(learner_forget(l, &f),
			                 LEARNER_UNKNOWN);
		}
	m = learner_model(l);
	ck_assert_uint_eq(m.header->learned[MODEL_SPAM], 0);
	ck_assert_uint_eq(m.header->learned[MODEL_HAM], 0);
	ck_assert(fabsf(m.header->bias[0]) < 1e-4F);
	for (size_t i = 0; i < SLOTS; i++) {
		ck_assert(fabsf(m.slots[i].weight) < 1e-4F);
		ck_assert_uint_eq(m.slots[i].seen[0] + m.slots[i].seen[1], 0);
	}
	learner_close(l);
	sample_end();
}
END_TEST

/* Folders are learned one after the other. */
START_TEST(the_order_of_classes_does_not_decide)
{
	struct learner *l;
	struct features ham, spam;

	sample_begin();
	l = sample_learner(NULL);
	for (int class = MODEL_CLASSES - 1; class >= 0; class --)
		for (int i = 0; i < 200; i++) {
			struct features f = sample_of(class, i);

			learner_learn(l, &f, class);
		}
	ham = sample_of(MODEL_HAM, 1000);
	spam = sample_of(MODEL_SPAM, 1001);
	ck_assert(score_of(l, &ham) < -2);
	ck_assert(score_of(l, &spam) > 2);
	learner_close(l);
	sample_end();
}
END_TEST

START_TEST(a_model_survives_on_disk)
{
	char path[] = "/tmp/test_learner.XXXXXX", lock[64];
	int fd = mkstemp(path);
	struct learner *l;
	struct features f;
	float before;

	close(fd);
	unlink(path);
	snprintf(lock, sizeof lock, "%s.lock", path);
	sample_begin();
	l = sample_learner(path);
	sample_teach(l, 0, 20);
	ck_assert_int_eq(learner_publish(l, 0600), 0);
	f = sample_of(MODEL_SPAM, 3);
	before = score_of(l, &f);
	learner_close(l);
	l = sample_learner(path);
	ck_assert_float_eq(score_of(l, &f), before);
	ck_assert_uint_eq(learner_model(l).header->generation, 1);
	ck_assert_int_eq(learner_learn(l, &f, MODEL_SPAM), LEARNER_KNOWN);
	ck_assert_int_eq(learner_forget(l, &f), LEARNER_FORGOTTEN);
	learner_close(l);
	unlink(path);
	unlink(lock);
	sample_end();
}
END_TEST

START_TEST(there_is_one_learner_at_a_time)
{
	char path[] = "/tmp/test_learner.XXXXXX", lock[64];
	int fd = mkstemp(path);
	struct learner_options options = { path, 14, 1000 };
	char why[LEARNER_WHY] = "";
	struct learner *l;

	close(fd);
	unlink(path);
	snprintf(lock, sizeof lock, "%s.lock", path);
	l = sample_learner(path);
	ck_assert_ptr_null(learner_open(&options, why));
	ck_assert_ptr_nonnull(strstr(why, "another process"));
	learner_close(l);
	unlink(lock);
}
END_TEST

START_TEST(a_damaged_file_is_refused)
{
	char path[] = "/tmp/test_learner.XXXXXX", lock[64];
	int fd = mkstemp(path);
	static const long places[] = { 0, 9, 40, 200, 5000, 60000, -1 };
	struct buf good = BUF_INIT(1 << 20);
	struct learner_options options = { path, 14, 1000 };
	char why[LEARNER_WHY];
	struct learner *l;

	close(fd);
	unlink(path);
	snprintf(lock, sizeof lock, "%s.lock", path);
	sample_begin();
	l = sample_learner(path);
	sample_teach(l, 0, 20);
	ck_assert_int_eq(learner_publish(l, 0600), 0);
	learner_close(l);
	ck_assert_int_eq(file_read(path, &good), 0);
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		size_t at = places[i] < 0 ? good.n - 1 : (size_t)places[i];

		good.p[at] ^= 1;
		ck_assert_int_eq(file_replace(path, buf_sv(&good), 0600), 0);
		good.p[at] ^= 1;
		ck_assert_msg(learner_open(&options, why) == NULL, "byte %zu",
		              at);
	}
	ck_assert_int_eq(
	    file_replace(path, sv_sub(buf_sv(&good), 0, good.n - 32), 0600), 0);
	ck_assert_ptr_null(learner_open(&options, why));
	buf_done(&good);
	unlink(path);
	unlink(lock);
	sample_end();
}
END_TEST

START_TEST(the_ledger_is_bounded)
{
	char path[] = "/tmp/test_learner.XXXXXX", lock[64];
	int fd = mkstemp(path);
	const struct learner_options options = { path, 14, 30 };
	char why[LEARNER_WHY];
	struct learner *l;
	struct features first, last;

	close(fd);
	unlink(path);
	snprintf(lock, sizeof lock, "%s.lock", path);
	sample_begin();
	l = learner_open(&options, why);
	sample_teach(l, 0, 20);
	ck_assert_int_eq(learner_publish(l, 0600), 0);
	ck_assert_uint_eq(learner_model(l).header->entries, 30);
	first = sample_of(MODEL_SPAM, 0);
	last = sample_of(MODEL_SPAM, 19);
	ck_assert_int_eq(learner_forget(l, &first), LEARNER_UNKNOWN);
	ck_assert_int_eq(learner_forget(l, &last), LEARNER_FORGOTTEN);
	learner_close(l);
	unlink(path);
	unlink(lock);
	sample_end();
}
END_TEST

UNIT_MAIN("learner", what_was_learned_is_told_apart, a_message_is_learned_once,
          the_other_class_corrects, forgetting_is_the_opposite_of_learning,
          the_order_of_classes_does_not_decide, a_model_survives_on_disk,
          there_is_one_learner_at_a_time, a_damaged_file_is_refused,
          the_ledger_is_bounded)
