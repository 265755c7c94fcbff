/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <zstd.h>

#include "feedd/accept.h"
#include "fixture.h"

enum { BYTES_MAX = 1 << 20 };

#define NOW_MS (MIDNIGHT_MIN * MINUTE_MS)

/* A batch of one aggregate as JSON. */
static void
write_json(const char *node, const char *id, int64_t minute, struct buf *out)
{
	unsigned random = 5;
	struct aggregate *g = fixture_aggregate(&random, minute, 10);
	struct batch b = fixture_batch(node, id, &g);

	batch_write(&b, out);
	aggregate_free(g);
}

static int
post(struct fixture *f, const char *node, struct sv body, const char *encoding,
     char answer[256])
{
	struct buf out = BUF_INIT(65536);
	char why[DATABASE_TEXT];
	const struct accept a = { .node = node,
		                  .encoding = encoding,
		                  .bytes_max = BYTES_MAX,
		                  .now_unix_ms = NOW_MS };
	int status = accept_post(f->database, &a, body, &out, why);

	snprintf(answer, 256, "%s", buf_str(&out));
	buf_done(&out);
	return status;
}

START_TEST(a_batch_is_new_then_seen_packed_or_not)
{
	struct fixture f;
	struct buf json = BUF_INIT(BYTES_MAX);
	char packed[65536], answer[256];
	size_t n;

	fixture_open(&f);
	write_json("mx1", "mx1/1/0-9", MIDNIGHT_MIN, &json);
	ck_assert_int_eq(post(&f, "mx1", buf_sv(&json), NULL, answer), 201);
	ck_assert_str_eq(answer, "{\"batch\":\"mx1/1/0-9\",\"status\":\"new\","
	                         "\"items\":10,\"events_not_kept\":0}");
	n = ZSTD_compress(packed, sizeof packed, json.p, json.n, 3);
	ck_assert_int_eq(post(&f, "mx1", sv_make(packed, n), "zstd", answer),
	                 200);
	buf_done(&json);
	fixture_done(&f);
}
END_TEST

START_TEST(the_same_id_with_other_counts_is_a_conflict)
{
	struct fixture f;
	struct buf json = BUF_INIT(BYTES_MAX), other = BUF_INIT(BYTES_MAX);
	char answer[256];

	fixture_open(&f);
	write_json("mx1", "mx1/1/0-9", MIDNIGHT_MIN, &json);
	write_json("mx1", "mx1/1/0-9", MIDNIGHT_MIN - 1, &other);
	ck_assert_int_eq(post(&f, NULL, buf_sv(&json), NULL, answer), 201);
	ck_assert_int_eq(post(&f, NULL, buf_sv(&other), NULL, answer), 409);
	ck_assert_ptr_nonnull(strstr(answer, "\"pointer\":\"/batch\""));
	buf_done(&json);
	buf_done(&other);
	fixture_done(&f);
}
END_TEST

START_TEST(a_token_is_good_for_its_own_node_only)
{
	struct fixture f;
	struct buf json = BUF_INIT(BYTES_MAX);
	char answer[256];

	fixture_open(&f);
	write_json("mx1", "mx1/1/0-9", MIDNIGHT_MIN, &json);
	ck_assert_int_eq(post(&f, "mx2", buf_sv(&json), NULL, answer), 403);
	buf_done(&json);
	fixture_done(&f);
}
END_TEST

START_TEST(counts_of_the_future_and_of_long_ago_are_refused)
{
	const struct {
		int64_t minute;
		int status;
	} cases[] = {
		{ MIDNIGHT_MIN + 119, 201 },
		{ MIDNIGHT_MIN + 121, 422 },
		{ MIDNIGHT_MIN - DATABASE_BATCH_DAYS * 1440, 201 },
		{ MIDNIGHT_MIN - DATABASE_BATCH_DAYS * 1440 - 1, 422 },
	};
	struct fixture f;

	fixture_open(&f);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf json = BUF_INIT(BYTES_MAX);
		char id[32], answer[256];

		snprintf(id, sizeof id, "mx1/%zu/0-9", i);
		write_json("mx1", id, cases[i].minute, &json);
		ck_assert_int_eq(post(&f, NULL, buf_sv(&json), NULL, answer),
		                 cases[i].status);
		if (cases[i].status == 422)
			ck_assert_ptr_nonnull(
			    strstr(answer, "/aggregates/0/period/begin"));
		buf_done(&json);
	}
	fixture_done(&f);
}
END_TEST

START_TEST(what_is_no_batch_is_refused)
{
	static const struct {
		const char *body, *encoding;
		int status;
	} cases[] = {
		{ "", NULL, 422 },
		{ "{", NULL, 422 },
		{ "[]", NULL, 422 },
		{ "{\"v\":\"1\"}", NULL, 422 },
		{ "{\"v\":1,\"v\":1}", NULL, 422 },
		{ "{}", "gzip", 415 },
		{ "{}", "zstd", 422 },
		{ "", "zstd", 422 },
		{ "{}", "identity", 422 },
		{ "\xff\xfe", NULL, 422 },
		{ "nul\0", NULL, 422 },
	};
	struct fixture f;

	fixture_open(&f);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char answer[256];

		ck_assert_int_eq(post(&f, NULL, sv_str(cases[i].body),
		                      cases[i].encoding, answer),
		                 cases[i].status);
		ck_assert_ptr_nonnull(strstr(answer, "\"reason\":\""));
	}
	fixture_done(&f);
}
END_TEST

START_TEST(unpacking_stops_at_the_limit)
{
	static char zeros[64 << 20];
	struct fixture f;
	char packed[65536], answer[256];
	size_t n = ZSTD_compress(packed, sizeof packed, zeros, sizeof zeros, 1);

	ck_assert(!ZSTD_isError(n));
	fixture_open(&f);
	ck_assert_int_eq(post(&f, NULL, sv_make(packed, n), "zstd", answer),
	                 413);
	ck_assert_int_eq(post(&f, NULL, sv_make(packed, n / 2), "zstd", answer),
	                 413);
	ck_assert_int_eq(
	    post(&f, NULL, sv_make(zeros, BYTES_MAX + 1), NULL, answer), 413);
	fixture_done(&f);
}
END_TEST

START_TEST(a_frame_that_is_cut_off_is_refused)
{
	struct fixture f;
	struct buf json = BUF_INIT(BYTES_MAX);
	char packed[65536], answer[256];
	size_t n;

	fixture_open(&f);
	write_json("mx1", "mx1/1/0-9", MIDNIGHT_MIN, &json);
	n = ZSTD_compress(packed, sizeof packed, json.p, json.n, 3);
	for (size_t cut = 0; cut < n; cut += 7)
		ck_assert_int_eq(
		    post(&f, NULL, sv_make(packed, cut), "zstd", answer), 422);
	buf_done(&json);
	fixture_done(&f);
}
END_TEST

UNIT_MAIN("accept", a_batch_is_new_then_seen_packed_or_not,
          the_same_id_with_other_counts_is_a_conflict,
          a_token_is_good_for_its_own_node_only,
          counts_of_the_future_and_of_long_ago_are_refused,
          what_is_no_batch_is_refused, unpacking_stops_at_the_limit,
          a_frame_that_is_cut_off_is_refused)
