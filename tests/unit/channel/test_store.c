/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "../report/folder.h"
#include "base/file.h"
#include "base/mem.h"
#include "channel/store.h"
#include "rule/rule.h"

struct fixture {
	char *dir;
	struct channel_store store;
	char why[BUNDLE_WHY];
};

static void
set_up(struct fixture *f)
{
	f->dir = folder_new();
	ck_assert_int_eq(channel_store_open(f->dir, "acme", &f->store, f->why),
	                 0);
}

static void
tear_down(struct fixture *f)
{
	channel_store_close(&f->store);
	folder_remove(f->dir);
}

static void
add(struct fixture *f, uint64_t serial, const char *rule)
{
	struct channel_bundle b;

	channel_bundle_init(&b);
	b.name = "acme";
	b.tamis = "0.1.0";
	b.serial = serial;
	b.created_ms = 1774864800000;
	channel_bundle_add(&b, "10.cf", sv_str(rule));
	channel_bundle_add(&b, "hosts.txt", SV("spam.example.net\n"));
	ck_assert_int_eq(channel_store_add(&f->store, &b, f->why), 0);
	channel_bundle_done(&b);
}

/* The rules that a reader of the folder finds now, as their text. */
static char *
rules_now(const struct fixture *f)
{
	struct diags diags = DIAGS_INIT;
	const struct conf_list paths = { (char *[]){ f->dir }, 1 };
	struct rule_sources sources = { 0 };
	struct buf text = BUF_INIT(10000);

	ck_assert_int_eq(rule_sources_read(&paths, &sources, &diags), 0);
	for (size_t i = 0; i < sources.n; i++)
		if (sources.list[i].is_included)
			buf_add_str(&text, sources.list[i].text);
	rule_sources_done(&sources);
	diags_done(&diags);
	return buf_take(&text);
}

static void
check_rules(const struct fixture *f, const char *want)
{
	char *got = rules_now(f);

	ck_assert_str_eq(got, want);
	free(got);
}

START_TEST(only_the_switch_puts_a_version_in_force)
{
	struct fixture f;

	set_up(&f);
	check_rules(&f, "");
	ck_assert_uint_eq(channel_store_current(f.dir, "acme"), 0);
	add(&f, 16, "body A /16/\n");
	add(&f, 17, "body A /17/\n");
	check_rules(&f, "");
	ck_assert_int_eq(channel_store_switch(&f.store, 17, f.why), 0);
	check_rules(&f, "body A /17/\n");
	ck_assert_uint_eq(channel_store_current(f.dir, "acme"), 17);
	ck_assert_int_eq(channel_store_switch(&f.store, 16, f.why), 0);
	check_rules(&f, "body A /16/\n");
	ck_assert_int_ne(channel_store_switch(&f.store, 99, f.why), 0);
	check_rules(&f, "body A /16/\n");
	ck_assert_int_eq(channel_store_switch(&f.store, 0, f.why), 0);
	check_rules(&f, "");
	tear_down(&f);
}
END_TEST

START_TEST(what_a_killed_update_left_is_removed)
{
	char path[STORE_PATH];
	struct fixture f;
	uint64_t *list;

	set_up(&f);
	add(&f, 16, "body A /16/\n");
	snprintf(path, sizeof path, "%s/.acme/new.99", f.dir);
	ck_assert_int_eq(file_mkdirs(path, 0755), 0);
	strcat(path, "/10.cf");
	ck_assert_int_eq(file_replace(path, SV("body B /b/\n"), 0644), 0);
	channel_store_close(&f.store);
	ck_assert_int_eq(channel_store_open(f.dir, "acme", &f.store, f.why), 0);
	ck_assert_int_ne(access(path, F_OK), 0);
	ck_assert_uint_eq(channel_store_versions(f.dir, "acme", &list), 1);
	ck_assert_uint_eq(list[0], 16);
	free(list);
	tear_down(&f);
}
END_TEST

START_TEST(old_versions_go_but_for_the_newest_of_them)
{
	uint64_t *list;
	struct fixture f;

	set_up(&f);
	for (uint64_t serial = 1; serial <= 7; serial++)
		add(&f, serial, "body A /a/\n");
	ck_assert_int_eq(channel_store_switch(&f.store, 6, f.why), 0);
	channel_store_prune(&f.store, 2, 2);
	ck_assert_uint_eq(channel_store_versions(f.dir, "acme", &list), 5);
	ck_assert_uint_eq(list[0], 7); /* it came back from there */
	ck_assert_uint_eq(list[1], 6);
	ck_assert_uint_eq(list[2], 5);
	ck_assert_uint_eq(list[3], 4);
	ck_assert_uint_eq(list[4], 2); /* that was in force before */
	free(list);
	tear_down(&f);
}
END_TEST

START_TEST(the_state_is_what_was_written)
{
	struct channel_state state = { .serial_max = 18,
		                       .previous = 16,
		                       .pending = 17,
		                       .checked_ms = 1774864800123,
		                       .result = "refused",
		                       .error = "a \"bad\" line\n",
		                       .etag = "W/\"x\"" };
	struct channel_state got;
	char path[STORE_PATH];
	struct fixture f;

	set_up(&f);
	channel_state_read(f.dir, "acme", &got);
	ck_assert_uint_eq(got.serial_max, 0);
	ck_assert_int_eq(channel_state_write(&f.store, &state), 0);
	channel_state_read(f.dir, "acme", &got);
	ck_assert_uint_eq(got.serial_max, 18);
	ck_assert_uint_eq(got.previous, 16);
	ck_assert_uint_eq(got.pending, 17);
	ck_assert_int_eq(got.checked_ms, 1774864800123);
	ck_assert_int_eq(got.changed_ms, 0);
	ck_assert_str_eq(got.error, state.error);
	ck_assert_str_eq(got.etag, state.etag);
	snprintf(path, sizeof path, "%s/.acme/state.json", f.dir);
	ck_assert_int_eq(file_replace(path, SV("{\"serial_max\":"), 0644), 0);
	channel_state_read(f.dir, "acme", &got);
	ck_assert_uint_eq(got.serial_max, 0);
	tear_down(&f);
}
END_TEST

START_TEST(a_second_process_waits_for_the_lock)
{
	struct channel_store other;
	struct fixture f;
	char byte = 0;
	int fds[2];
	pid_t pid;

	set_up(&f);
	ck_assert_int_eq(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		int r;

		close(f.store.lock_fd); /* the parent's */
		r = channel_store_open(f.dir, "acme", &other, f.why);

		_exit(write(fds[1], "x", 1) != 1 || r);
	}
	usleep(100000);
	ck_assert_int_eq(write(fds[1], "y", 1), 1);
	channel_store_close(&f.store);
	ck_assert_int_eq(read(fds[0], &byte, 1), 1);
	ck_assert_int_eq(byte, 'y'); /* ours was first */
	ck_assert_int_eq(read(fds[0], &byte, 1), 1);
	ck_assert_int_eq(byte, 'x');
	tear_down(&f);
}
END_TEST

UNIT_MAIN("store", only_the_switch_puts_a_version_in_force,
          what_a_killed_update_left_is_removed,
          old_versions_go_but_for_the_newest_of_them,
          the_state_is_what_was_written, a_second_process_waits_for_the_lock)
