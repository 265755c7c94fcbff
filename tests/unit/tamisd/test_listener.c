/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../unit.h"
#include "tamisd/listener.h"

static const char address[] = "unix:listener.sock";
static const char path[] = "listener.sock";

START_TEST(a_socket_file_goes_with_its_listener)
{
	struct diags diags = DIAGS_INIT;
	struct listener l;
	struct stat st;

	ck_assert_int_eq(listener_open(&l, address, 0620, NULL, "", &diags), 0);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0620);
	listener_close(&l);
	ck_assert_int_ne(stat(path, &st), 0);
}
END_TEST

START_TEST(a_successors_socket_is_left_alone)
{
	struct diags diags = DIAGS_INIT;
	struct listener old, new;
	struct stat st;

	ck_assert_int_eq(listener_open(&old, address, 0600, NULL, "", &diags),
	                 0);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(listener_open(&new, address, 0600, NULL, "", &diags),
	                 0);
	listener_close(&old);
	ck_assert_int_eq(stat(path, &st), 0);
	listener_close(&new);
}
END_TEST

START_TEST(a_living_instance_is_not_robbed)
{
	struct diags diags = DIAGS_INIT;
	struct listener first, second;

	ck_assert_int_eq(listener_open(&first, address, 0600, NULL, "", &diags),
	                 0);
	ck_assert_int_lt(
	    listener_open(&second, address, 0600, NULL, "", &diags), 0);
	ck_assert_uint_eq(diags.errors, 1);
	diags_done(&diags);
	listener_close(&second);
	listener_close(&first);
}
END_TEST

UNIT_MAIN("listener", a_socket_file_goes_with_its_listener,
          a_successors_socket_is_left_alone, a_living_instance_is_not_robbed)
