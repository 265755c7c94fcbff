/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../unit.h"
#include "base/clock.h"
#include "base/error.h"
#include "tamisd/child.h"

/* Answers each packet with its text doubled; "fd" writes into what came. */
static int
echo_body(void *ctx, int fd)
{
	char packet[CHILD_PACKET_MAX], answer[2 * CHILD_PACKET_MAX];
	int passed, n;

	(void)ctx;
	while ((n = child_receive(fd, packet, &passed, -1)) > 0) {
		if (passed >= 0 && write(passed, "hello", 5) != 5)
			return 9;
		snprintf(answer, sizeof answer, "%s%s", packet, packet);
		child_send(fd, sv_str(answer), -1);
	}
	return 7;
}

START_TEST(packets_and_descriptors_go_both_ways)
{
	struct child c = { .role = "echo", .fd = -1 };
	char answer[CHILD_PACKET_MAX], text[6] = "";
	int pipe_fds[2], status;

	ck_assert_int_eq(child_start(&c, echo_body, NULL), 0);
	ck_assert_int_eq(pipe(pipe_fds), 0);
	ck_assert_int_eq(child_send(c.fd, SV("fd"), pipe_fds[1]), 0);
	ck_assert_int_eq(child_receive(c.fd, answer, NULL, 5000), 4);
	ck_assert_str_eq(answer, "fdfd");
	ck_assert_int_eq(read(pipe_fds[0], text, 5), 5);
	ck_assert_str_eq(text, "hello");
	close(c.fd);
	ck_assert_int_eq(waitpid(c.pid, &status, 0), c.pid);
	ck_assert_int_eq(WEXITSTATUS(status), 7);
}
END_TEST

START_TEST(waiting_for_a_silent_child_ends)
{
	struct child c = { .role = "echo", .fd = -1 };
	char answer[CHILD_PACKET_MAX];

	ck_assert_int_eq(child_start(&c, echo_body, NULL), 0);
	ck_assert_int_eq(child_receive(c.fd, answer, NULL, 50), E_STATE);
	kill(c.pid, SIGKILL);
	ck_assert_int_le(child_receive(c.fd, answer, NULL, 5000), 0);
	waitpid(c.pid, NULL, 0);
}
END_TEST

START_TEST(the_first_death_is_followed_by_an_immediate_restart)
{
	struct child c = { .role = "echo", .fd = dup(1) };
	int64_t last = 0;

	c.started_us = clock_mono_us();
	child_gone(&c, 9);
	ck_assert_int_eq(c.pid, 0);
	ck_assert_uint_eq(c.restarts, 1);
	ck_assert_int_le(c.restart_us, clock_mono_us());
	for (int i = 0; i < 12; i++) {
		int64_t delay;

		c.fd = dup(1);
		c.started_us = clock_mono_us();
		child_gone(&c, 9);
		delay = c.restart_us - c.started_us;
		ck_assert_int_ge(delay, last - 1000);
		ck_assert_int_le(delay, 30 * 1000 * 1000 + 1000000);
		last = delay;
	}
	ck_assert_int_ge(last, 20 * 1000 * 1000);
}
END_TEST

START_TEST(a_child_that_lived_long_is_replaced_at_once)
{
	struct child c = { .role = "echo", .fd = dup(1), .failures = 5 };

	c.started_us = clock_mono_us() - 11 * 1000 * 1000;
	child_gone(&c, 9);
	ck_assert_int_le(c.restart_us, clock_mono_us());
}
END_TEST

START_TEST(a_replaced_child_did_not_die)
{
	struct child c = { .role = "echo", .fd = dup(1), .replaced = true };

	c.started_us = clock_mono_us();
	c.failures = 3;
	child_gone(&c, 0);
	ck_assert_uint_eq(c.restarts, 0);
	ck_assert_uint_eq(c.failures, 3);
	ck_assert_int_le(c.restart_us, clock_mono_us());
	ck_assert(!c.replaced);
}
END_TEST

UNIT_MAIN("child", packets_and_descriptors_go_both_ways,
          waiting_for_a_silent_child_ends,
          the_first_death_is_followed_by_an_immediate_restart,
          a_child_that_lived_long_is_replaced_at_once,
          a_replaced_child_did_not_die)
