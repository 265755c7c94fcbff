/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include "store/backup.h"

START_TEST(lines_come_back_as_they_were)
{
	static const char *const lines[] = {
		"c ip:192.0.2.1 86400 647 1795000000000 1.5 0 -2.25 1e+20",
		"v grey:a%20b%25 1795000000000 one%0atwo%ff",
		"v empty 0 %",
		"l feedback 1790000000000 id-1 spam",
		"o batch-1 0",
	};
	struct buf out = BUF_INIT(1000);
	struct arena *a = arena_new();
	struct store_item item;
	uint64_t n;

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		ck_assert_int_eq(backup_read(sv_str(lines[i]), a, &item, &n),
		                 BACKUP_ITEM);
		buf_reset(&out);
		backup_write(&item, &out);
		ck_sv_eq(sv_trim(buf_sv(&out)), lines[i]);
	}
	arena_free(a);
	buf_done(&out);
}
END_TEST

START_TEST(what_is_no_line_of_a_backup_is_refused)
{
	static const char *const lines[] = {
		"",
		"tamis-store 2 1790000000000",
		"tamis-store 1",
		"c x 1 2 3 nan 0 0 0",
		"c x 1 2 3 1 0 0",
		"c x 1 2 3 1 0 0 0 0",
		"c x 4294967296 2 3 1 0 0 0",
		"v %zz 0 x",
		"v a%4",
		"v  0 x",
		"v a 0 b c",
		"l a b c d",
		"end",
		"end x",
		"q a 1",
	};
	struct arena *a = arena_new();
	struct store_item item;
	uint64_t n;

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		ck_assert_msg(backup_read(sv_str(lines[i]), a, &item, &n) ==
		                  E_SYNTAX,
		              "%s", lines[i]);
	arena_free(a);
}
END_TEST

static int
copy(void *ctx, const struct store_item *item)
{
	struct buf line = BUF_INIT(10000);
	struct arena *a = arena_new();
	struct store_item back;
	uint64_t n;

	backup_write(item, &line);
	ck_assert_int_eq(backup_read(sv_trim(buf_sv(&line)), a, &back, &n),
	                 BACKUP_ITEM);
	ck_assert_int_eq(store_put_item(ctx, &back), 0);
	arena_free(a);
	buf_done(&line);
	return 0;
}

START_TEST(a_store_goes_through_a_backup_unchanged)
{
	const struct store_op op = { .kind = STORE_ADD,
		                     .name = SV("once"),
		                     .amounts = { 1 } };
	struct fixture from, to;

	fixture_start(&from, STORE_BACKEND_LMDB);
	fixture_start(&to, STORE_BACKEND_MEMORY);
	add(&from, "n", DAY_MS, 3, NOW_MS);
	add(&from, "steady", 0, 4, NOW_MS);
	set(&from, STORE_SET, "v", "text", NOW_MS + DAY_MS, NOW_MS);
	put_ops(&from, &op, 1, NOW_MS, "id-1");
	settle(&from);
	ck_assert_int_eq(store_walk(from.store, SV(""), NOW_MS, copy, to.store),
	                 0);
	ck_assert_double_eq(sum(&to, "n", DAY_MS, NOW_MS + DAY_MS),
	                    sum(&from, "n", DAY_MS, NOW_MS + DAY_MS));
	ck_assert_double_eq(sum(&to, "steady", 0, NOW_MS), 4);
	ck_assert_str_eq(value(&to, "v", NOW_MS), "text");
	/* The batch is known there, too. */
	put_ops(&to, &op, 1, NOW_MS, "id-1");
	ck_assert_double_eq(sum(&to, "once", 0, NOW_MS), 1);
	fixture_end(&to);
	fixture_end(&from);
}
END_TEST

UNIT_MAIN("backup", lines_come_back_as_they_were,
          what_is_no_line_of_a_backup_is_refused,
          a_store_goes_through_a_backup_unchanged)
