/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "learn/feature_pack.h"
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

/* What all ham has, and the only spam has not, may be in the next spam. */
START_TEST(counts_say_little_before_both_classes_are_known)
{
	struct learner *l;
	struct features ham, spam;
	struct model m;
	struct model_score first, later;

	sample_begin();
	l = sample_learner(NULL);
	for (int i = 0; i < 100; i++) {
		ham = sample_of(MODEL_HAM, i);
		learner_learn(l, &ham, MODEL_HAM, 1);
	}
	ham = sample_of(MODEL_HAM, 1000);
	spam = sample_of(MODEL_SPAM, 0);
	learner_learn(l, &spam, MODEL_SPAM, 1);
	m = learner_model(l);
	model_score(&m, &ham, &first);
	for (int i = 1; i < 100; i++) {
		spam = sample_of(MODEL_SPAM, i);
		learner_learn(l, &spam, MODEL_SPAM, 1);
	}
	m = learner_model(l);
	model_score(&m, &ham, &later);
	ck_assert_float_lt(first.counts, 0);
	ck_assert_float_lt(later.counts, 2 * first.counts);
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
	ck_assert_int_eq(learner_learn(l, &f, MODEL_SPAM, 1), LEARNER_KNOWN);
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
	ck_assert_int_eq(learner_learn(l, &f, MODEL_HAM, 1), LEARNER_CORRECTED);
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

			ck_assert_int_eq(learner_forget(l, &f, 1),
			                 LEARNER_FORGOTTEN);
			ck_assert_int_eq(learner_forget(l, &f, 1),
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

			learner_learn(l, &f, class, 1);
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
	ck_assert_int_eq(learner_learn(l, &f, MODEL_SPAM, 1), LEARNER_KNOWN);
	ck_assert_int_eq(learner_forget(l, &f, 1), LEARNER_FORGOTTEN);
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
	struct learner_options options = { path, 14, 1000, 0, NULL };
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
	struct learner_options options = { path, 14, 1000, 0, NULL };
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
	const struct learner_options options = { path, 14, 30, 0, NULL };
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
	ck_assert_int_eq(learner_forget(l, &first, 1), LEARNER_UNKNOWN);
	ck_assert_int_eq(learner_forget(l, &last, 1), LEARNER_FORGOTTEN);
	learner_close(l);
	unlink(path);
	unlink(lock);
	sample_end();
}
END_TEST

/* Of features as they are kept with a verdict. */
static struct features
packed(const struct features *f, size_t bytes_max)
{
	struct buf bytes = BUF_INIT(1 << 20);
	struct features result;

	features_pack(f, bytes_max, &bytes);
	ck_assert_uint_le(bytes.n, bytes_max);
	ck_assert_int_eq(features_unpack(buf_sv(&bytes), sample_arena, &result),
	                 0);
	buf_done(&bytes);
	return result;
}

static void
check_same_model(const struct learner *x, const struct learner *y)
{
	struct model a = learner_model(x), b = learner_model(y);

	for (size_t i = 0; i < (size_t)1 << a.header->bits; i++) {
		ck_assert_float_eq_tol(a.slots[i].weight, b.slots[i].weight,
		                       1e-5);
		ck_assert_mem_eq(a.slots[i].seen, b.slots[i].seen,
		                 sizeof a.slots[i].seen);
	}
}

START_TEST(packed_features_teach_the_same)
{
	struct learner *l, *of_packed;

	sample_begin();
	l = sample_learner(NULL);
	of_packed = sample_learner(NULL);
	for (int i = 0; i < 40; i++) {
		struct features f = sample_of(i % 2, i);
		struct features p = packed(&f, 1 << 20);

		ck_assert_uint_eq(p.dropped, 0);
		learner_learn(l, &f, i % 2, 1);
		ck_assert_int_eq(learner_learn(of_packed, &p, i % 2, 1),
		                 LEARNER_LEARNED);
		ck_assert_int_eq(learner_learn(of_packed, &f, i % 2, 1),
		                 LEARNER_KNOWN);
	}
	check_same_model(l, of_packed);
	learner_close(l);
	learner_close(of_packed);
	sample_end();
}
END_TEST

START_TEST(packed_features_take_back)
{
	struct learner *l, *none;

	sample_begin();
	l = sample_learner(NULL);
	none = sample_learner(NULL);
	sample_teach(l, 0, 20);
	for (int i = 0; i < 40; i++) {
		struct features f = sample_of(i % 2, i / 2);
		struct features p = packed(&f, 1 << 20);

		ck_assert_int_eq(learner_forget(l, &p, 1), LEARNER_FORGOTTEN);
	}
	check_same_model(l, none);
	learner_close(l);
	learner_close(none);
	sample_end();
}
END_TEST

START_TEST(what_does_not_fit_is_left_out_and_named)
{
	struct learner *l;
	struct features f, p;

	sample_begin();
	l = sample_learner(NULL);
	f = sample_of(MODEL_SPAM, 1);
	p = packed(&f, 100);
	ck_assert_uint_ne(p.dropped, 0);
	for (int k = 0; k < FEATURE_KINDS; k++)
		ck_assert_uint_eq(p.kinds[k].n,
		                  p.dropped >> k & 1 ? 0 : f.kinds[k].n);
	ck_assert_uint_gt(p.kinds[FEATURE_WORD].n, 0);
	ck_assert_int_eq(learner_learn(l, &p, MODEL_SPAM, 1), LEARNER_LEARNED);
	ck_assert_int_eq(learner_learn(l, &f, MODEL_SPAM, 1), LEARNER_KNOWN);
	learner_close(l);
	sample_end();
}
END_TEST

START_TEST(a_light_lesson_moves_less)
{
	static const float weights[] = { 0.01F, 0.5F, 1 };
	struct features f;
	float before = 0;

	sample_begin();
	f = sample_of(MODEL_SPAM, 1);
	for (size_t i = 0; i < sizeof weights / sizeof *weights; i++) {
		struct learner *l = sample_learner(NULL);

		learner_learn(l, &f, MODEL_SPAM, weights[i]);
		ck_assert_float_gt(score_of(l, &f), before + 0.1F);
		before = score_of(l, &f);
		learner_close(l);
	}
	sample_end();
}
END_TEST

START_TEST(a_lighter_lesson_overrules_none)
{
	struct learner *l;
	struct features f;

	sample_begin();
	l = sample_learner(NULL);
	f = sample_of(MODEL_SPAM, 1);
	ck_assert_int_eq(learner_learn(l, &f, MODEL_SPAM, 0.5F),
	                 LEARNER_LEARNED);
	ck_assert_int_eq(learner_learn(l, &f, MODEL_HAM, 0.25F),
	                 LEARNER_OVERRULED);
	ck_assert_int_eq(learner_forget(l, &f, 0.25F), LEARNER_OVERRULED);
	ck_assert_int_eq(learner_learn(l, &f, MODEL_SPAM, 0.25F),
	                 LEARNER_KNOWN);
	ck_assert_int_eq(learner_learn(l, &f, MODEL_SPAM, 1), LEARNER_LEARNED);
	ck_assert_uint_eq(learner_model(l).header->learned[MODEL_SPAM], 1);
	ck_assert_int_eq(learner_learn(l, &f, MODEL_HAM, 1), LEARNER_CORRECTED);
	learner_close(l);
	sample_end();
}
END_TEST

static bool waited;

static void
note_waiting(const char *path)
{
	ck_assert_ptr_nonnull(path);
	waited = true;
}

static void *
close_soon(void *learner)
{
	usleep(100000);
	learner_close(learner);
	return NULL;
}

START_TEST(a_learner_waits_for_another)
{
	char path[] = "/tmp/test_learner.XXXXXX", lock[64];
	int fd = mkstemp(path);
	struct learner_options options = { path, 14, 1000, 10000,
		                           note_waiting };
	char why[LEARNER_WHY] = "";
	struct learner *l;
	pthread_t thread;

	close(fd);
	unlink(path);
	snprintf(lock, sizeof lock, "%s.lock", path);
	l = sample_learner(path);
	waited = false;
	pthread_create(&thread, NULL, close_soon, l);
	l = learner_open(&options, why);
	ck_assert_msg(l != NULL, "%s", why);
	ck_assert(waited);
	pthread_join(thread, NULL);
	learner_close(l);
	unlink(lock);
}
END_TEST

UNIT_MAIN("learner", what_was_learned_is_told_apart,
          counts_say_little_before_both_classes_are_known,
          a_message_is_learned_once, the_other_class_corrects,
          forgetting_is_the_opposite_of_learning,
          the_order_of_classes_does_not_decide, a_model_survives_on_disk,
          there_is_one_learner_at_a_time, a_damaged_file_is_refused,
          the_ledger_is_bounded, packed_features_teach_the_same,
          packed_features_take_back, what_does_not_fit_is_left_out_and_named,
          a_light_lesson_moves_less, a_lighter_lesson_overrules_none,
          a_learner_waits_for_another)
