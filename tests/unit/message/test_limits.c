/* SPDX-License-Identifier: Apache-2.0 */
/* Hostile sizes: each limit is named once, and time and memory stay linear. */
#include <stdio.h>

#include "base/clock.h"
#include "parse.h"

enum { MB = 1 << 20 };

static struct buf mail = BUF_INIT(128 << 20);

static void
repeat(const char *text, int n)
{
	while (n-- > 0)
		buf_add_str(&mail, text);
}

static void
check_one_limit(const struct message *m, const char *name)
{
	ck_assert_uint_eq(m->n_limits_hit, 1);
	ck_assert_str_eq(m->limits_hit[0], name);
}

START_TEST(headers_past_the_limit_are_left_out)
{
	struct message *m;

	repeat("Received: from example.org by example.net\r\n", 100000);
	buf_add_str(&mail, "\r\nbody\r\n");
	m = message_parse(arena(), buf_sv(&mail), &test_limits);
	ck_assert_uint_eq(m->n_limits_hit, 1);
	ck_assert_uint_eq(m->parts[0].n_headers, 2000);
	check_one_limit(m, "message.headers_max");
	ck_sv_eq(joined(m, VIEW_BODY), "\n|body |");
}
END_TEST

START_TEST(header_bytes_past_the_limit_are_left_out)
{
	struct message *m;

	buf_add_str(&mail, "A: b\nLong: ");
	repeat("0123456789abcde\n ", MB / 16);
	buf_add_str(&mail, "x\nC: d\n\nbody\n");
	m = message_parse(arena(), buf_sv(&mail), &test_limits);
	check_one_limit(m, "message.header_bytes_max");
	ck_assert_uint_eq(m->parts[0].n_headers, 2);
	ck_sv_eq(message_header(m, "C")->value, "d");
}
END_TEST

START_TEST(parts_past_the_limit_are_left_out)
{
	struct message *m;

	buf_add_str(&mail, "Content-Type: multipart/mixed; boundary=b\n\n");
	repeat("--b\n\nhello\n", 10000);
	m = message_parse(arena(), buf_sv(&mail), &test_limits);
	check_one_limit(m, "message.parts_max");
	ck_assert_uint_eq(m->n_parts, 1000);
}
END_TEST

START_TEST(depth_past_the_limit_is_not_opened)
{
	struct message *m;
	char text[128];

	for (int i = 0; i < 1000; i++) {
		snprintf(text, sizeof text,
		         "Content-Type: multipart/mixed; boundary=b%d\n\n"
		         "--b%d\n",
		         i, i);
		buf_add_str(&mail, text);
	}
	buf_add_str(&mail, "\nhello\n");
	m = message_parse(arena(), buf_sv(&mail), &test_limits);
	check_one_limit(m, "message.depth_max");
	ck_assert_uint_eq(m->n_parts, 51);
	ck_assert_uint_eq(m->parts[50].depth, 50);
}
END_TEST

START_TEST(messages_in_messages_are_no_way_around_the_depth)
{
	struct message *m;

	repeat("Content-Type: message/rfc822\n\n", 1000);
	m = message_parse(arena(), buf_sv(&mail), &test_limits);
	check_one_limit(m, "message.depth_max");
	ck_assert_uint_eq(m->n_parts, 51);
}
END_TEST

START_TEST(decoded_bytes_are_bounded_over_all_parts)
{
	struct conf_message limits = test_limits;
	struct message *m;
	size_t sum = 0;

	limits.decoded_bytes_max = 1000;
	buf_add_str(&mail, "Content-Type: multipart/mixed; boundary=b\n\n");
	repeat("--b\nContent-Transfer-Encoding: base64\n\n"
	       "aGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8g\n",
	       100);
	m = message_parse(arena(), buf_sv(&mail), &limits);
	check_one_limit(m, "message.decoded_bytes_max");
	for (size_t i = 0; i < m->n_parts; i++)
		sum += m->parts[i].data.n;
	ck_assert_uint_eq(sum, 1000);
}
END_TEST

START_TEST(urls_past_the_limit_are_left_out)
{
	struct message *m;
	char text[64];

	buf_add_str(&mail, "X: y\n\n");
	for (int i = 0; i < 20000; i++) {
		snprintf(text, sizeof text, "http://h%d.example.org/ ", i);
		buf_add_str(&mail, text);
	}
	m = message_parse(arena(), buf_sv(&mail), &test_limits);
	check_one_limit(m, "message.urls_max");
	ck_assert_uint_eq(m->n_urls, 1000);
}
END_TEST

START_TEST(one_url_many_times_is_no_reason_to_stop)
{
	struct message *m;

	buf_add_str(&mail, "X: y\n\n");
	repeat("www.example.org ", 100000);
	buf_add_str(&mail, "www.example.com");
	m = message_parse(arena(), buf_sv(&mail), &test_limits);
	ck_assert_uint_eq(m->n_limits_hit, 0);
	ck_assert_uint_eq(m->n_urls, 2);
}
END_TEST

START_TEST(bytes_past_the_limit_are_not_looked_at)
{
	struct conf_message limits = test_limits;
	struct message *m;

	limits.bytes_max = 10;
	m = message_parse(arena(), SV("X: y\n\nhello"), &limits);
	check_one_limit(m, "message.bytes_max");
	ck_sv_eq(m->raw, "X: y\n\nhell");
}
END_TEST

/* What would be quadratic if it were done carelessly: each would take hours
 * then, and takes less than a second, under a sanitizer a few. CPU time,
 * because the machine may be busy with other things. */
START_TEST(megabytes_of_anything_take_linear_time)
{
	static const struct {
		const char *head, *unit;
	} cases[] = {
		{ "X: y\n\n", "a" },
		{ "X: y\n\n", "\n" },
		{ "X: y\n\n", "a@b.c " },
		{ "X: y\n\n", "http:" },
		{ "X: y\n\n", "www.example.org," },
		{ "Content-Type: text/html\n\n", "<" },
		{ "Content-Type: text/html\n\n", "<a " },
		{ "Content-Type: text/html\n\n", "<!--" },
		{ "Content-Type: text/html\n\n", "<a href='x'>" },
		{ "Content-Type: text/html\n\n", "<script>" },
		{ "Content-Type: text/html\n\n", "&#" },
		{ "Content-Type: multipart/mixed; boundary=b\n\n", "--b\n" },
		{ "Content-Type: multipart/mixed; boundary=b\n\n", "--c--\n" },
		{ "Content-Type: text/plain; charset=utf-8\n\n", "\xff" },
		{ "Content-Type: text/plain; charset=big5\n\n", "\xff" },
		{ "Content-Transfer-Encoding: base64\n\n", "=a" },
		{ "Content-Transfer-Encoding: quoted-printable\n\n", "=\n" },
		{ "Subject: =?utf-8?q?", "=?utf-8?q?" },
		{ "Content-Type: a/b", ";\"" },
		{ "", "\r" },
	};
	struct conf_message limits = test_limits;

	limits.header_bytes_max = 64 << 20;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t unit = strlen(cases[i].unit);
		int64_t start = clock_cpu_us();

		buf_reset(&mail);
		buf_add_str(&mail, cases[i].head);
		repeat(cases[i].unit, (int)(MB / unit));
		arena_reset(arena());
		message_parse(arena(), buf_sv(&mail), &limits);
		ck_assert_msg(clock_cpu_us() - start < 10 * 1000000,
		              "case %zu takes too long", i);
		ck_assert_msg(arena_used(arena()) < (size_t)50 * MB,
		              "case %zu takes %zu bytes", i,
		              arena_used(arena()));
	}
	buf_done(&mail);
}
END_TEST

UNIT_MAIN("limits", headers_past_the_limit_are_left_out,
          header_bytes_past_the_limit_are_left_out,
          parts_past_the_limit_are_left_out, depth_past_the_limit_is_not_opened,
          messages_in_messages_are_no_way_around_the_depth,
          decoded_bytes_are_bounded_over_all_parts,
          urls_past_the_limit_are_left_out,
          one_url_many_times_is_no_reason_to_stop,
          bytes_past_the_limit_are_not_looked_at,
          megabytes_of_anything_take_linear_time)
