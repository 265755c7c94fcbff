/* SPDX-License-Identifier: Apache-2.0 */
#include "mass/overlap.h"

#include <stdio.h>

#include "../unit.h"
#include "base/buf.h"

enum { RULES = 40, MESSAGES = 900 };

static struct mass_log *log_;
static bool hit[MESSAGES][RULES]; /* even messages are ham */
static enum mass_interest interest[RULES];

/* Rule i hits about one message in i + 1; odd rules mostly what the one before
 * hits. */
static void
make_log(void)
{
	struct buf line = BUF_INIT(4000);
	const char *why;
	unsigned random = 1;

	log_ = mass_log_new();
	for (int m = 0; m < MESSAGES; m++) {
		buf_reset(&line);
		buf_addf(&line, ". 0 /m/%d ", m);
		for (int r = 0; r < RULES; r++) {
			random = random * 1103515245 + 12345;
			if (r % 2 && (random >> 16) % 8)
				hit[m][r] = hit[m][r - 1];
			else
				hit[m][r] =
				    (random >> 16) % (unsigned)(r + 1) == 0;
			if (hit[m][r] || m == 0)
				buf_addf(&line, "R%02d,", r);
			hit[m][r] |= m == 0; /* so that numbers are known */
		}
		ck_assert_int_eq(mass_log_add(log_, buf_sv(&line), m % 2, &why),
		                 0);
	}
	buf_done(&line);
	for (int r = 0; r < RULES; r++)
		interest[r] = MASS_OF_INTEREST;
}

static uint32_t
count(int a, int b, int label)
{
	uint32_t n = 0;

	for (int m = label; m < MESSAGES; m += 2)
		n += hit[m][a] && hit[m][b];
	return n;
}

static struct mass_overlaps
find(bool is_spam, uint32_t hits_min, double jaccard_min)
{
	const struct mass_overlap_job job = {
		.log = log_,
		.is_spam = is_spam,
		.interest = interest,
		.hits_min = hits_min,
		.jaccard_min = jaccard_min,
	};
	struct mass_overlaps found;

	ck_assert_int_eq(mass_overlaps_find(&job, &found), 0);
	return found;
}

/* All pairs, counted one by one. */
static size_t
count_pairs(int label, uint32_t hits_min, double jaccard_min)
{
	size_t n = 0;

	for (int a = 0; a < RULES; a++)
		for (int b = a + 1; b < RULES; b++) {
			uint32_t of_a = count(a, a, label);
			uint32_t of_b = count(b, b, label);
			uint32_t both = count(a, b, label);

			n += of_a >= hits_min && of_b >= hits_min && both &&
			     both >= jaccard_min * (of_a + of_b - both);
		}
	return n;
}

START_TEST(pairs_are_those_that_counting_finds)
{
	static const double levels[] = { 0.001, 0.3, 0.7 };

	make_log();
	for (int label = 0; label < 2; label++)
		for (size_t i = 0; i < 3; i++) {
			struct mass_overlaps found = find(label, 3, levels[i]);

			ck_assert_uint_eq(found.pairs.n,
			                  count_pairs(label, 3, levels[i]));
			ck_assert_uint_gt(found.pairs.n, 0);
			ck_assert(!found.cut);
			mass_overlaps_done(&found);
		}
	mass_log_free(log_);
}
END_TEST

START_TEST(each_pair_is_counted_right_and_the_closest_come_first)
{
	struct mass_overlaps found;

	make_log();
	found = find(true, 1, 0.001);
	for (size_t i = 0; i < found.pairs.n; i++) {
		const struct mass_overlap *p = &found.pairs.list[i];

		ck_assert_uint_eq(p->hits_a, count((int)p->a, (int)p->a, 1));
		ck_assert_uint_eq(p->hits_b, count((int)p->b, (int)p->b, 1));
		ck_assert_uint_eq(p->both, count((int)p->a, (int)p->b, 1));
		ck_assert_uint_ge(p->hits_a, p->hits_b);
		ck_assert(!i || p[-1].jaccard >= p->jaccard);
	}
	mass_overlaps_done(&found);
	mass_log_free(log_);
}
END_TEST

START_TEST(one_of_a_pair_is_of_interest)
{
	struct mass_overlaps found;

	make_log();
	for (int r = 0; r < RULES; r++)
		interest[r] = r < 10 ? MASS_IGNORED : MASS_PARTNER;
	interest[12] = MASS_OF_INTEREST;
	found = find(true, 1, 0.001);
	ck_assert_uint_gt(found.pairs.n, 0);
	for (size_t i = 0; i < found.pairs.n; i++) {
		const struct mass_overlap *p = &found.pairs.list[i];

		ck_assert(p->a == 12 || p->b == 12);
		ck_assert(p->a >= 10 && p->b >= 10);
	}
	mass_overlaps_done(&found);
	mass_log_free(log_);
}
END_TEST

START_TEST(a_log_of_one_label_has_no_pairs_of_the_other)
{
	struct mass_overlaps found;
	const char *why;

	log_ = mass_log_new();
	interest[0] = interest[1] = MASS_OF_INTEREST;
	ck_assert_int_eq(mass_log_add(log_, SV("Y 5 /m A,B"), true, &why), 0);
	found = find(false, 1, 0.5);
	ck_assert_uint_eq(found.pairs.n, 0);
	mass_overlaps_done(&found);
	found = find(true, 1, 1);
	ck_assert_uint_eq(found.pairs.n, 1);
	mass_overlaps_done(&found);
	mass_log_free(log_);
}
END_TEST

UNIT_MAIN("overlap", pairs_are_those_that_counting_finds,
          each_pair_is_counted_right_and_the_closest_come_first,
          one_of_a_pair_is_of_interest,
          a_log_of_one_label_has_no_pairs_of_the_other)
