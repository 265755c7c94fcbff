/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

/* Each test is a process of its own and works in a folder of its own. */
static char folder[] = "/var/tmp/tamis-test-XXXXXX";

static void
enter_folder(void)
{
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
}

static void
leave_folder(void)
{
	char command[100];

	snprintf(command, sizeof command, "rm -rf %s", folder);
	ck_assert_int_eq(system(command), 0);
}

static void
put(const char *path, const char *text)
{
	ck_assert_int_eq(file_replace(path, sv_str(text), 0644), 0);
}

START_TEST(a_file_is_read_whole_or_refused)
{
	struct buf b = BUF_INIT(5), small = BUF_INIT(4);

	enter_folder();
	put("f", "12345");
	ck_assert_int_eq(file_read("f", &b), 0);
	ck_assert_str_eq(buf_str(&b), "12345");
	ck_assert_int_eq(file_read("f", &small), E_LIMIT);
	ck_assert_int_eq(file_read("none", &b), E_IO);
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_int_eq(file_read(".", &b), E_IO);
	ck_assert_int_eq(errno, EISDIR);
	buf_done(&b);
	buf_done(&small);
	leave_folder();
}
END_TEST

START_TEST(a_part_of_a_file_is_read_at_its_place)
{
	struct buf b = BUF_INIT(100), small = BUF_INIT(2);

	enter_folder();
	put("f", "0123456789");
	ck_assert_int_eq(file_read_part("f", 3, 4, &b), 0);
	ck_assert_str_eq(buf_str(&b), "3456");
	ck_assert_int_eq(file_read_part("f", 8, 2, &b), 0);
	ck_assert_str_eq(buf_str(&b), "345689");
	ck_assert_int_eq(file_read_part("f", 8, 3, &b), E_STATE);
	ck_assert_int_eq(file_read_part("f", 3, 4, &small), E_LIMIT);
	ck_assert_str_eq(buf_str(&small), "34");
	ck_assert_int_eq(file_read_part("none", 0, 1, &b), E_IO);
	buf_done(&b);
	buf_done(&small);
	leave_folder();
}
END_TEST

START_TEST(replacing_leaves_the_new_content_and_nothing_else)
{
	struct buf b = BUF_INIT(100);
	struct stat st;

	enter_folder();
	put("f", "old");
	ck_assert_int_eq(file_replace("f", SV("new"), 0600), 0);
	ck_assert_int_eq(file_read("f", &b), 0);
	ck_assert_str_eq(buf_str(&b), "new");
	ck_assert_int_eq(stat("f", &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0600);
	unlink("f");
	ck_assert_int_eq(rmdir(folder), 0);
	buf_done(&b);
}
END_TEST

START_TEST(what_cannot_be_replaced_stays)
{
	enter_folder();
	ck_assert_int_eq(file_replace("none/f", SV("x"), 0600), E_IO);
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_int_eq(mkdir("d", 0700), 0);
	ck_assert_int_eq(file_replace("d", SV("x"), 0600), E_IO);
	ck_assert_int_eq(rmdir("d"), 0);
	ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

START_TEST(folders_are_made_with_those_above)
{
	struct stat st;

	enter_folder();
	umask(022);
	ck_assert_int_eq(file_mkdirs("a/b/c", 0700), 0);
	ck_assert_int_eq(stat("a/b/c", &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0700);
	ck_assert_int_eq(stat("a/b", &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0755);
	ck_assert_int_eq(file_mkdirs("a/b/c", 0700), 0);
	ck_assert_int_eq(file_mkdirs("p/q//", 0700), 0);
	ck_assert_int_eq(stat("p/q", &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0700);
	ck_assert_int_eq(file_mkdirs("/", 0700), 0);
	ck_assert_int_eq(file_mkdirs("", 0700), E_IO);
	leave_folder();
}
END_TEST

START_TEST(a_file_in_the_place_of_a_folder_is_an_error)
{
	enter_folder();
	put("f", "x");
	ck_assert_int_eq(file_mkdirs("f", 0700), E_IO);
	ck_assert_int_eq(errno, ENOTDIR);
	ck_assert_int_eq(file_mkdirs("f/g", 0700), E_IO);
	ck_assert_int_eq(errno, ENOTDIR);
	leave_folder();
}
END_TEST

static int
collect(void *ctx, const char *path)
{
	buf_addf(ctx, "%s ", path);
	return 0;
}

static int
stop_at_second(void *ctx, const char *path)
{
	(void)path;
	return ++*(int *)ctx == 2 ? 77 : 0;
}

START_TEST(a_walk_visits_files_in_the_order_of_their_names)
{
	struct buf b = BUF_INIT(1000);
	int count = 0;

	enter_folder();
	ck_assert_int_eq(mkdir("d", 0700), 0);
	ck_assert_int_eq(mkdir("d/b", 0700), 0);
	put("d/c.cf", "");
	put("d/B.CF", "");
	put("d/b/1.cf", "");
	put("d/a.txt", "");
	put("d/.hidden.cf", "");
	ck_assert_int_eq(symlink("c.cf", "d/link.cf"), 0);
	ck_assert_int_eq(symlink("gone", "d/broken.cf"), 0);
	ck_assert_int_eq(symlink("..", "d/b/loop.cf"), 0);
	ck_assert_int_eq(mkfifo("d/fifo.cf", 0600), 0);
	ck_assert_int_eq(file_walk("d", ".cf", collect, &b), 0);
	ck_assert_str_eq(buf_str(&b), "d/B.CF d/b/1.cf d/c.cf d/link.cf ");
	buf_reset(&b);
	ck_assert_int_eq(file_walk("d/b", NULL, collect, &b), 0);
	ck_assert_str_eq(buf_str(&b), "d/b/1.cf ");
	buf_reset(&b);
	ck_assert_int_eq(file_walk("d/a.txt", ".cf", collect, &b), 0);
	ck_assert_str_eq(buf_str(&b), "d/a.txt ");
	ck_assert_int_eq(file_walk("d", NULL, stop_at_second, &count), 77);
	ck_assert_int_eq(count, 2);
	ck_assert_int_eq(file_walk("none", NULL, collect, &b), E_IO);
	buf_done(&b);
	leave_folder();
}
END_TEST

START_TEST(writing_goes_on_after_a_partial_write)
{
	static char block[1 << 20];
	struct buf b = BUF_INIT(2 << 20);
	int ends[2];
	pid_t child;

	ck_assert_int_eq(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		close(ends[0]);
		_exit(file_write_fd(ends[1], sv_make(block, sizeof block)));
	}
	close(ends[1]);
	ck_assert_int_eq(file_read_fd(ends[0], &b), 0);
	ck_assert_uint_eq(b.n, sizeof block);
	close(ends[0]);
	buf_done(&b);
	ck_assert_int_eq(file_write_fd(-1, SV("x")), E_IO);
	ck_assert_int_eq(errno, EBADF);
}
END_TEST

UNIT_MAIN("base/file", a_file_is_read_whole_or_refused,
          a_part_of_a_file_is_read_at_its_place,
          replacing_leaves_the_new_content_and_nothing_else,
          what_cannot_be_replaced_stays, folders_are_made_with_those_above,
          a_file_in_the_place_of_a_folder_is_an_error,
          a_walk_visits_files_in_the_order_of_their_names,
          writing_goes_on_after_a_partial_write)
