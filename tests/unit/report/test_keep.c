/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <fcntl.h>

#include "base/error.h"
#include "base/uuid.h"
#include "report/keep.h"

#include "folder.h"

static char *folder;
static struct conf conf;
static struct buf out;

enum { DAY = 24 * 3600 * 1000 };

static void
begin(void)
{
	folder = folder_new();
	conf.tamisd.state_dir = folder;
	conf.keep.time_ms = 2 * (int64_t)DAY;
	conf.keep.bytes_max = 1 << 20;
	buf_init(&out, 1 << 20);
}

static void
end(void)
{
	folder_remove(folder);
	buf_done(&out);
}

START_TEST(a_message_comes_back_as_it_was)
{
	char id[UUID_TEXT];

	begin();
	uuid_new(DAY, id);
	ck_assert_int_eq(
	    keep_put(&conf, KEPT_MESSAGES, id, SV("Subject: x\r\n\r\na\0b")),
	    0);
	ck_assert_int_eq(keep_get(&conf, KEPT_MESSAGES, id, &out), 0);
	ck_assert(sv_eq(buf_sv(&out), SV("Subject: x\r\n\r\na\0b")));
	ck_assert_int_eq(keep_put(&conf, KEPT_MESSAGES, id, SV("another")),
	                 E_IO);
	uuid_new(DAY, id);
	ck_assert_int_eq(keep_put(&conf, KEPT_MESSAGES, id, SV_NONE), 0);
	buf_reset(&out);
	ck_assert_int_eq(keep_get(&conf, KEPT_MESSAGES, id, &out), 0);
	ck_assert_uint_eq(out.n, 0);
	end();
}
END_TEST

START_TEST(only_ids_name_files)
{
	char id[UUID_TEXT];

	begin();
	ck_assert_int_eq(
	    keep_get(&conf, KEPT_MESSAGES, "../../etc/passwd", &out), E_SYNTAX);
	ck_assert_int_eq(keep_put(&conf, KEPT_MESSAGES, "", SV("x")), E_SYNTAX);
	uuid_new(DAY, id);
	ck_assert_int_eq(keep_get(&conf, KEPT_MESSAGES, id, &out), E_UNKNOWN);
	end();
}
END_TEST

START_TEST(damaged_files_and_large_ones_are_refused)
{
	char id[UUID_TEXT], path[KEEP_PATH];
	int fd;

	begin();
	uuid_new(DAY, id);
	ck_assert_int_eq(keep_put(&conf, KEPT_MESSAGES, id, SV("0123456789")),
	                 0);
	out.max = 9;
	ck_assert_int_eq(keep_get(&conf, KEPT_MESSAGES, id, &out), E_LIMIT);
	out.max = 1 << 20;
	snprintf(path, sizeof path, "%s/kept/%.6s/%s", folder, id, id);
	fd = open(path, O_WRONLY);
	ck_assert_int_eq(pwrite(fd, "?", 1, 0), 1);
	close(fd);
	ck_assert_int_eq(keep_get(&conf, KEPT_MESSAGES, id, &out), E_SYNTAX);
	end();
}
END_TEST

START_TEST(old_ones_go_and_then_the_oldest)
{
	char old[UUID_TEXT], middle[UUID_TEXT], young[UUID_TEXT];

	begin();
	uuid_new(10 * (int64_t)DAY, old);
	uuid_new(19 * (int64_t)DAY, middle);
	uuid_new(20 * (int64_t)DAY, young);
	ck_assert_int_eq(keep_put(&conf, KEPT_MESSAGES, old, SV("old")), 0);
	ck_assert_int_eq(keep_put(&conf, KEPT_MESSAGES, middle, SV("middle")),
	                 0);
	ck_assert_int_eq(keep_put(&conf, KEPT_MESSAGES, young, SV("young")), 0);
	ck_assert_uint_eq(keep_prune(&conf, KEPT_MESSAGES, 20 * (int64_t)DAY),
	                  1);
	ck_assert_int_eq(keep_get(&conf, KEPT_MESSAGES, old, &out), E_UNKNOWN);
	ck_assert_int_eq(keep_get(&conf, KEPT_MESSAGES, middle, &out), 0);
	conf.keep.bytes_max = 20;
	ck_assert_uint_eq(keep_prune(&conf, KEPT_MESSAGES, 20 * (int64_t)DAY),
	                  1);
	ck_assert_int_eq(keep_get(&conf, KEPT_MESSAGES, middle, &out),
	                 E_UNKNOWN);
	ck_assert_int_eq(keep_get(&conf, KEPT_MESSAGES, young, &out), 0);
	end();
}
END_TEST

static int
note_id(void *ctx, const char *id)
{
	struct buf *ids = ctx;

	buf_addf(ids, "%.6s ", id);
	return 0;
}

START_TEST(kinds_are_apart_and_can_be_gone_through)
{
	struct buf ids = BUF_INIT(1000);
	char old[UUID_TEXT], young[UUID_TEXT];

	begin();
	uuid_new(10 * (int64_t)DAY, old);
	uuid_new(20 * (int64_t)DAY, young);
	ck_assert_int_eq(keep_put(&conf, KEPT_POSTS, old, SV("old")), 0);
	ck_assert_int_eq(keep_put(&conf, KEPT_POSTS, young, SV("young")), 0);
	ck_assert_int_eq(keep_get(&conf, KEPT_HELD, old, &out), E_UNKNOWN);
	ck_assert_int_eq(keep_each(&conf, KEPT_HELD, note_id, &ids), 0);
	ck_assert_uint_eq(ids.n, 0);
	ck_assert_int_eq(keep_each(&conf, KEPT_POSTS, note_id, &ids), 0);
	ck_assert(strncmp(buf_str(&ids), young, 6) == 0);
	ck_assert_uint_eq(ids.n, 14);
	ck_assert_int_eq(keep_replace(&conf, KEPT_POSTS, old, SV("new")), 0);
	buf_reset(&out);
	ck_assert_int_eq(keep_get(&conf, KEPT_POSTS, old, &out), 0);
	ck_sv_eq(buf_sv(&out), "new");
	keep_drop(&conf, KEPT_POSTS, old);
	keep_drop(&conf, KEPT_POSTS, old);
	keep_drop(&conf, KEPT_POSTS, "../x");
	ck_assert_int_eq(keep_get(&conf, KEPT_POSTS, old, &out), E_UNKNOWN);
	buf_done(&ids);
	end();
}
END_TEST

UNIT_MAIN("keep", kinds_are_apart_and_can_be_gone_through,
          a_message_comes_back_as_it_was, only_ids_name_files,
          damaged_files_and_large_ones_are_refused,
          old_ones_go_and_then_the_oldest)
