/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <fcntl.h>

#include "base/error.h"
#include "base/file.h"
#include "report/segment.h"
#include "report/tally.h"

#include "samples.h"

static const struct conf_report small = {
	.spool_bytes_max = 1 << 30,
	.segment_bytes = 500,
};

/* Records "NUMBER": 9 + digits + 1 bytes a line. */
static void
append_numbers(const char *dir, int from, int to)
{
	struct spool *s = spool_open(dir, &small);
	char text[16];

	for (; from < to; from++) {
		snprintf(text, sizeof text, "%d", from);
		ck_assert_int_eq(spool_append(s, sv_str(text)), 0);
	}
	spool_close(s);
}

static void
add_raw(const char *dir, const char *text)
{
	char name[SEGMENT_NAME], path[128];
	struct segment *list;
	size_t n;
	int fd;

	ck_assert_int_eq(segment_list(dir, &list, &n), 0);
	snprintf(path, sizeof path, "%s/%s", dir,
	         segment_name(list[n - 1].number, name));
	free(list);
	fd = open(path, O_WRONLY | O_APPEND);
	ck_assert_int_eq(file_write_fd(fd, sv_str(text)), 0);
	close(fd);
}

/* Reads on to the end and checks that the records are from, from + 1, ... */
static int
read_numbers(struct tally *t, struct place *at, size_t records_max, int from)
{
	struct range r;

	range_init(&r);
	do {
		ck_assert_int_eq(range_read(t, at, records_max, &r), 0);
		ck_assert_uint_le(r.n, records_max);
		for (size_t i = 0; i < r.n; i++, from++) {
			uint64_t n;

			ck_assert(sv_u64(r.records[i], &n));
			ck_assert_int_eq((int)n, from);
		}
		*at = r.to;
	} while (r.n);
	range_done(&r);
	return from;
}

START_TEST(ranges_follow_the_spool_over_segments)
{
	char *dir = folder_new();
	struct place at = { 0 };
	struct tally *t = tally_new(dir);
	int got = 0;

	ck_assert_int_eq(read_numbers(t, &at, 7, 0), 0);
	for (int round = 0; round < 20; round++) {
		append_numbers(dir, round * 13, round * 13 + 13);
		ck_assert(tally_update(t));
		ck_assert(!tally_update(t));
		ck_assert_uint_eq(tally_backlog(t, &at).records, 13);
		got = read_numbers(t, &at, 7, got);
		ck_assert_int_eq(got, round * 13 + 13);
		ck_assert_uint_eq(tally_backlog(t, &at).records, 0);
		ck_assert_uint_eq(tally_backlog(t, &at).bytes, 0);
	}
	tally_free(t);
	folder_remove(dir);
}
END_TEST

START_TEST(a_place_is_good_for_a_new_reader)
{
	char *dir = folder_new();
	struct place at = { 0 };
	struct tally *t = tally_new(dir);
	struct range r;
	int got = 0;

	append_numbers(dir, 0, 300);
	range_init(&r);
	for (int more = 1; more;) {
		tally_update(t);
		ck_assert_int_eq(range_read(t, &at, 10, &r), 0);
		at = r.to;
		got += (int)r.n;
		more = r.n > 0;
		ck_assert_uint_eq(tally_backlog(t, &at).records,
		                  300u - (unsigned)got);
		tally_free(t); /* as after a restart */
		t = tally_new(dir);
		tally_update(t);
	}
	ck_assert_int_eq(got, 300);
	range_done(&r);
	tally_free(t);
	folder_remove(dir);
}
END_TEST

START_TEST(torn_lines_are_counted_and_passed_over)
{
	char *dir = folder_new();
	struct place at = { 0 };
	struct tally *t = tally_new(dir);

	append_numbers(dir, 0, 2);
	add_raw(dir, "00000000 2\n\n12345678");
	tally_update(t);
	ck_assert_int_eq(read_numbers(t, &at, 10, 0), 2);
	ck_assert_uint_eq(tally_torn(t), 2);
	append_numbers(dir, 2, 4);
	tally_update(t);
	ck_assert_int_eq(read_numbers(t, &at, 10, 2), 4);
	ck_assert_uint_eq(tally_torn(t), 3);
	tally_free(t);
	folder_remove(dir);
}
END_TEST

START_TEST(half_a_line_waits_and_ends_with_its_segment)
{
	char *dir = folder_new(), name[SEGMENT_NAME], path[128];
	struct place at = { 0 };
	struct tally *t = tally_new(dir);
	struct segment *list;
	struct extent e;
	size_t n;

	append_numbers(dir, 0, 2);
	add_raw(dir, "12345678 ha");
	tally_update(t);
	ck_assert_int_eq(read_numbers(t, &at, 10, 0), 2);
	ck_assert(tally_find(t, 0, &e));
	ck_assert(!e.complete);
	ck_assert_int_eq(segment_list(dir, &list, &n), 0);
	snprintf(path, sizeof path, "%s/%s", dir,
	         segment_name(list[0].number, name));
	free(list);
	ck_assert_int_eq(chmod(path, SEGMENT_MODE_SEALED), 0);
	append_numbers(dir, 2, 3);
	tally_update(t);
	ck_assert(tally_oldest(t, &e));
	ck_assert_uint_eq(e.records, 2);
	ck_assert_uint_eq(e.torn, 1);
	ck_assert_int_eq(read_numbers(t, &at, 10, 2), 3);
	ck_assert_uint_eq(at.segment, e.segment + 1);
	tally_free(t);
	folder_remove(dir);
}
END_TEST

START_TEST(megabytes_without_an_end_of_line_do_not_stop_a_reader)
{
	char *dir = folder_new(), *noise = calloc(1, 9000001);
	struct place at = { 0 };
	struct tally *t = tally_new(dir);

	memset(noise, '#', 9000000);
	append_numbers(dir, 0, 2);
	add_raw(dir, noise);
	append_numbers(dir, 2, 5); /* a new segment: the old one is full */
	tally_update(t);
	ck_assert_int_eq(read_numbers(t, &at, 10, 0), 5);
	free(noise);
	tally_free(t);
	folder_remove(dir);
}
END_TEST

START_TEST(a_deleted_segment_is_skipped)
{
	char *dir = folder_new();
	struct place at = { 0 };
	struct tally *t = tally_new(dir);
	struct extent first, next;

	append_numbers(dir, 0, 100);
	tally_update(t);
	ck_assert(tally_oldest(t, &first));
	tally_delete(t, first.segment);
	ck_assert(tally_find(t, 0, &next));
	ck_assert_uint_eq(next.segment, first.segment + 1);
	ck_assert_int_eq(read_numbers(t, &at, 10, (int)first.records), 100);
	tally_update(t);
	ck_assert_int_eq(read_numbers(t, &at, 10, 100), 100);
	tally_free(t);
	folder_remove(dir);
}
END_TEST

START_TEST(the_growing_segment_is_never_the_oldest)
{
	char *dir = folder_new();
	struct tally *t = tally_new(dir);
	struct extent e;

	append_numbers(dir, 0, 5);
	tally_update(t);
	ck_assert(!tally_oldest(t, &e));
	append_numbers(dir, 5, 100);
	tally_update(t);
	while (tally_oldest(t, &e))
		tally_delete(t, e.segment);
	ck_assert(tally_find(t, 0, &e));
	tally_free(t);
	folder_remove(dir);
}
END_TEST

UNIT_MAIN("tally", ranges_follow_the_spool_over_segments,
          a_place_is_good_for_a_new_reader,
          torn_lines_are_counted_and_passed_over,
          half_a_line_waits_and_ends_with_its_segment,
          megabytes_without_an_end_of_line_do_not_stop_a_reader,
          a_deleted_segment_is_skipped, the_growing_segment_is_never_the_oldest)
