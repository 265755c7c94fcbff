/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "learn/trace.h"

static struct trace
sample(void)
{
	struct trace t = {
		.unix_ms = 1700000000123,
		.verdict = 1,
		.channel = 2,
		.score_e4 = -51234,
		.own_score_e4 = INT64_MIN,
		.surface = SV("comment"),
		.domain = SV("example.org"),
		.node = SV("mx1"),
		.keys = { .list = { 1, UINT64_MAX, 0x0123456789abcdef },
		          .n = 3,
		          .n_text = 1,
		          .quorum = 1 },
		.learned_e4 = -1000,
		.n_subjects = 2,
		.features = SV("packed\0bytes"),
	};

	t.subjects[0] = (struct trace_subject){ SV("ip:192.0.2.1"), true };
	t.subjects[1] = (struct trace_subject){ SV("url:example.net"), false };
	return t;
}

START_TEST(what_is_written_is_read)
{
	const struct trace t = sample();
	struct buf out = BUF_INIT(STORE_VALUE_MAX), again = BUF_INIT(8192);
	struct trace got;

	trace_write(&t, &out);
	ck_assert_int_eq(trace_read(buf_sv(&out), &got), 0);
	ck_assert_int_eq(got.unix_ms, t.unix_ms);
	ck_assert_int_eq(got.score_e4, t.score_e4);
	ck_assert_int_eq(got.own_score_e4, t.own_score_e4);
	ck_assert_int_eq(got.learned_e4, -1000);
	ck_sv_eq(got.surface, "comment");
	ck_sv_eq(got.domain, "example.org");
	ck_assert_uint_eq(got.keys.n, 3);
	ck_assert_uint_eq(got.keys.list[2], 0x0123456789abcdef);
	ck_assert_uint_eq(got.n_subjects, 2);
	ck_assert(got.subjects[0].is_learned && !got.subjects[1].is_learned);
	ck_sv_eq(got.subjects[1].name, "url:example.net");
	ck_assert_uint_eq(got.features.n, 12);
	trace_write(&got, &again);
	ck_assert(sv_eq(buf_sv(&out), buf_sv(&again)));
	buf_done(&out);
	buf_done(&again);
}
END_TEST

START_TEST(every_cut_is_refused)
{
	const struct trace t = sample();
	struct buf out = BUF_INIT(STORE_VALUE_MAX);
	struct trace got;

	trace_write(&t, &out);
	for (size_t n = 0; n < out.n; n++)
		ck_assert_int_eq(trace_read(sv_sub(buf_sv(&out), 0, n), &got),
		                 E_SYNTAX);
	buf_add_char(&out, 0);
	ck_assert_int_eq(trace_read(buf_sv(&out), &got), E_SYNTAX);
	out.p[0] = 2; /* another version */
	out.n--;
	ck_assert_int_eq(trace_read(buf_sv(&out), &got), E_SYNTAX);
	buf_done(&out);
}
END_TEST

START_TEST(features_fill_the_room_that_is_left)
{
	struct buf out = BUF_INIT(2 * STORE_VALUE_MAX);
	char *many = calloc(1, STORE_VALUE_MAX);
	struct trace t = sample(), got;

	t.features = sv_make(many, trace_room(&t));
	trace_write(&t, &out);
	ck_assert_uint_le(out.n, STORE_VALUE_MAX);
	ck_assert_int_eq(trace_read(buf_sv(&out), &got), 0);
	ck_assert_uint_eq(got.features.n, t.features.n);
	buf_reset(&out);
	t.features.n = STORE_VALUE_MAX;
	trace_write(&t, &out);
	ck_assert_int_eq(trace_read(buf_sv(&out), &got), 0);
	ck_assert_uint_eq(got.features.n, 0);
	buf_done(&out);
	free(many);
}
END_TEST

START_TEST(subjects_that_do_not_fit_go_first)
{
	struct buf out = BUF_INIT(4 * STORE_VALUE_MAX);
	char name[TRACE_TEXT_MAX + 1] = { 0 };
	struct trace t = sample(), got;

	memset(name, 'x', sizeof name);
	for (t.n_subjects = 0; t.n_subjects < REPUTATION_SUBJECTS_MAX;)
		t.subjects[t.n_subjects++].name = sv_make(name, TRACE_TEXT_MAX);
	t.domain = sv_make(name, sizeof name); /* too long to be kept */
	trace_write(&t, &out);
	ck_assert_uint_le(out.n, STORE_VALUE_MAX);
	ck_assert_int_eq(trace_read(buf_sv(&out), &got), 0);
	ck_assert_uint_gt(got.n_subjects, 10);
	ck_assert_uint_lt(got.n_subjects, REPUTATION_SUBJECTS_MAX);
	ck_assert_uint_eq(got.domain.n, 0);
	buf_done(&out);
}
END_TEST

START_TEST(it_is_named_by_the_verdict_id)
{
	char name[TRACE_NAME];

	ck_sv_eq(trace_name(SV("0192f0a1-0000-7000-8000-000000000001"), name),
	         "trace:0192f0a1-0000-7000-8000-000000000001");
	ck_sv_eq(trace_name(SV(""), name), "trace:");
}
END_TEST

UNIT_MAIN("trace", what_is_written_is_read, every_cut_is_refused,
          features_fill_the_room_that_is_left,
          subjects_that_do_not_fit_go_first, it_is_named_by_the_verdict_id)
