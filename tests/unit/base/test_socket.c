/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/socket.h"

START_TEST(addresses_are_read)
{
	static const struct {
		const char *text;
		int family;
		bool is_loopback;
	} table[] = {
		{ "unix:/run/x.sock", AF_UNIX, true },
		{ "local:/run/x.sock", AF_UNIX, true },
		{ "inet:8891@127.0.0.1", AF_INET, true },
		{ "inet:0@127.255.255.254", AF_INET, true },
		{ "inet:65535@192.0.2.1", AF_INET, false },
		{ "inet:80@0.0.0.0", AF_INET, false },
		{ "inet6:80@::1", AF_INET6, true },
		{ "inet6:80@[::1]", AF_INET6, true },
		{ "inet6:80@[::]", AF_INET6, false },
		{ "inet6:80@2001:db8::1", AF_INET6, false },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct socket_address a;

		ck_assert_msg(socket_parse(sv_str(table[i].text), &a) == 0,
		              "%s", table[i].text);
		ck_assert_int_eq(a.address.ss_family, table[i].family);
		ck_assert_int_eq(a.is_unix, table[i].family == AF_UNIX);
		ck_assert_int_eq(a.is_loopback, table[i].is_loopback);
	}
}
END_TEST

START_TEST(what_is_no_address_is_refused)
{
	static const struct sv table[] = {
		SV(""),
		SV("unix"),
		SV("unix:"),
		SV("/run/x.sock"),
		SV("inet:80"),
		SV("inet:@127.0.0.1"),
		SV("inet:80@"),
		SV("inet:65536@127.0.0.1"),
		SV("inet:-1@127.0.0.1"),
		SV("inet:80@localhost"),
		SV("inet:80@127.1"),
		SV("inet:80@::1"),
		SV("inet6:80@127.0.0.1"),
		SV("inet6:80@[]"),
		SV("inet6:80@[::1"),
		SV("tcp:80@127.0.0.1"),
		SV("unix:/run/a\0b"),
		SV("inet:80@127.0.0.1\0.example.org"),
		SV("inet6:80@1111:2222:3333:4444:5555:6666:7777:8888:9999:"
		   "aaaa:bbbb"),
	};
	char path[200] = "unix:/";
	struct socket_address a;

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		ck_assert_msg(socket_parse(table[i], &a) == E_SYNTAX,
		              "'%s' is taken", table[i].p);
	memset(path + 6, 'x', sizeof path - 6);
	ck_assert_int_eq(socket_parse(sv_make(path, 5 + 107), &a), 0);
	ck_assert_int_eq(socket_parse(sv_make(path, 5 + 108), &a), E_SYNTAX);
}
END_TEST

static char path[] = "/var/tmp/tamis-test-XXXXXX";

/* The address of a unix socket that does not exist yet. */
static struct socket_address
unix_address(void)
{
	struct socket_address a;
	char text[100];
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	close(fd);
	unlink(path);
	snprintf(text, sizeof text, "unix:%s", path);
	ck_assert_int_eq(socket_parse(sv_str(text), &a), 0);
	return a;
}

START_TEST(a_unix_socket_has_its_mode_and_accepts)
{
	struct socket_address a = unix_address();
	int fd = socket_listen(&a, 0620), client;
	struct stat st;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0620);
	ck_assert_int_ne(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
	client = socket_connect(&a);
	ck_assert_int_ge(client, 0);
	close(client);
	close(fd);
	unlink(path);
}
END_TEST

START_TEST(a_stale_socket_is_replaced_and_a_live_one_is_not)
{
	struct socket_address a = unix_address();
	int fd = socket_listen(&a, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(socket_listen(&a, 0600), E_EXISTS);
	close(fd);
	ck_assert_int_eq(socket_connect(&a), E_IO);
	ck_assert_int_eq(errno, ECONNREFUSED);
	fd = socket_listen(&a, 0600);
	ck_assert_int_ge(fd, 0);
	close(fd);
	unlink(path);
}
END_TEST

START_TEST(a_live_socket_with_a_full_backlog_is_not_waited_for)
{
	struct socket_address a = unix_address();
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), waiting;

	ck_assert_int_eq(
	    bind(fd, (const struct sockaddr *)&a.address, a.length), 0);
	ck_assert_int_eq(listen(fd, 0), 0);
	waiting = socket_connect(&a);
	ck_assert_int_ge(waiting, 0);
	ck_assert_int_eq(socket_listen(&a, 0600), E_EXISTS);
	close(waiting);
	close(fd);
	unlink(path);
}
END_TEST

START_TEST(a_file_that_is_no_socket_is_left_alone)
{
	struct socket_address a = unix_address();
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	close(fd);
	ck_assert_int_eq(socket_listen(&a, 0600), E_EXISTS);
	ck_assert_int_eq(access(path, F_OK), 0);
	unlink(path);
}
END_TEST

START_TEST(an_address_in_use_is_an_error_of_the_system)
{
	struct socket_address a;
	socklen_t length = sizeof a.address;
	int fd;

	ck_assert_int_eq(socket_parse(SV("inet:0@127.0.0.1"), &a), 0);
	fd = socket_listen(&a, 0);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(
	    getsockname(fd, (struct sockaddr *)&a.address, &length), 0);
	ck_assert_int_eq(socket_listen(&a, 0), E_IO);
	ck_assert_int_eq(errno, EADDRINUSE);
	close(fd);
}
END_TEST

UNIT_MAIN("base/socket", addresses_are_read, what_is_no_address_is_refused,
          a_unix_socket_has_its_mode_and_accepts,
          a_stale_socket_is_replaced_and_a_live_one_is_not,
          a_live_socket_with_a_full_backlog_is_not_waited_for,
          a_file_that_is_no_socket_is_left_alone,
          an_address_in_use_is_an_error_of_the_system)
