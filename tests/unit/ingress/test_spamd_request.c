/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <stdio.h>

#include "base/buf.h"
#include "ingress/spamd_request.h"

/* Reads a whole request at once; and again byte by byte, which must find the
 * same. */
static int
read_request(struct sv text, bool ended, struct spamd_request *ret,
             char why[SPAMD_WHY_MAX])
{
	struct spamd_request slow = { 0 };
	char slow_why[SPAMD_WHY_MAX] = "";
	int result, slow_result = E_STATE;

	*ret = (struct spamd_request){ 0 };
	*why = '\0';
	result = spamd_request_read(ret, text, ended, why);
	for (size_t n = 0; n <= text.n && slow_result == E_STATE; n++)
		slow_result = spamd_request_read(
		    &slow, sv_sub(text, 0, n), ended && n == text.n, slow_why);
	ck_assert_int_eq(result, slow_result);
	ck_assert_str_eq(why, slow_why);
	ck_assert_uint_eq(ret->used, slow.used);
	return result;
}

static struct spamd_request
good(const char *text)
{
	struct spamd_request r;
	char why[SPAMD_WHY_MAX];

	ck_assert_msg(read_request(sv_str(text), false, &r, why) == 0, "%s: %s",
	              text, why);
	return r;
}

START_TEST(commands_and_versions_are_known)
{
	for (int i = 0; i < SPAMD_COMMANDS; i++) {
		char text[64];

		snprintf(text, sizeof text, "%s SPAMC/1.5\r\n\r\n",
		         spamd_command_word((enum spamd_command)i));
		ck_assert_int_eq(good(text).command, i);
		ck_assert_uint_eq(good(text).version_tenths, 15);
		ck_assert_uint_eq(good(text).used, strlen(text));
	}
	ck_assert_uint_eq(good("PING SPAMC/1.2\n").version_tenths, 12);
	ck_assert_uint_eq(good("CHECK SPAMC/1.05\r\n").version_tenths, 10);
	ck_assert_uint_eq(good("CHECK SPAMC/\r\n").version_tenths, 0);
	ck_assert_uint_eq(good("CHECK SPAMC/2\r\n\r\n").version_tenths, 20);
}
END_TEST

START_TEST(old_versions_have_no_fields)
{
	ck_assert_uint_eq(good("CHECK SPAMC/1.0\r\nSubject: a\r\n").used, 17);
	ck_assert_uint_eq(good("PING SPAMC/1.4\r\n").used, 16);
	ck_assert(!good("PING SPAMC/1.4\r\n").has_length);
}
END_TEST

START_TEST(fields_are_read)
{
	struct spamd_request r = good("TELL SPAMC/1.5\r\n"
	                              "User: ann@example.org\r\n"
	                              "content-length:12\r\n"
	                              "Compress: zlib\r\n"
	                              "Message-class: spam\r\n"
	                              "Set: local, remote\r\n"
	                              "Remove: Local\r\n"
	                              "X-Unknown: whatever\r\n"
	                              "\r\n"
	                              "mail");

	ck_assert_str_eq(r.user, "ann@example.org");
	ck_assert(r.has_length && r.length == 12);
	ck_assert(r.compressed);
	ck_assert_str_eq(r.message_class, "spam");
	ck_assert(r.set_local && r.set_remote && r.remove_local);
	ck_assert(!r.remove_remote);
}
END_TEST

START_TEST(what_is_wrong_is_named)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "GET / HTTP/1.0\r\n", "not a spamd command" },
		{ "\r\n", "not a spamd command" },
		{ "CHECK\r\n", "not a spamd command" },
		{ "check SPAMC/1.2\r\n", "unknown command" },
		{ "LEARN SPAMC/1.2\r\n", "unknown command" },
		{ "CHECK SPAMC/1.2\r\nno colon\r\n", "without a colon" },
		{ "CHECK SPAMC/1.2\r\nContent-length: 1x\r\n", "not a number" },
		{ "CHECK SPAMC/1.2\r\nContent-length: -1\r\n", "not a number" },
		{ "CHECK SPAMC/1.2\r\nContent-length: "
		  "99999999999999999999\r\n",
		  "not a number" },
		{ "CHECK SPAMC/1.2\r\nUser: a\001b\r\n", "control character" },
		{ "CHECK SPAMC/1.2\r\nCompress: gzip\r\n", "compression" },
		{ "CHECK SPAMC/1.2\r\nMessage-class: neither-nor-at-all\r\n",
		  "Message-class" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct spamd_request r;
		char why[SPAMD_WHY_MAX];

		ck_assert_int_eq(
		    read_request(sv_str(cases[i].text), false, &r, why),
		    E_SYNTAX);
		ck_assert_msg(strstr(why, cases[i].why) != NULL, "%s: %s",
		              cases[i].text, why);
	}
}
END_TEST

START_TEST(an_early_end_is_an_error)
{
	struct spamd_request r;
	char why[SPAMD_WHY_MAX];

	ck_assert_int_eq(read_request(SV("CHE"), false, &r, why), E_STATE);
	ck_assert_int_eq(read_request(SV("CHE"), true, &r, why), E_SYNTAX);
	ck_assert_int_eq(
	    read_request(SV("CHECK SPAMC/1.2\r\nUs"), true, &r, why), E_SYNTAX);
	ck_assert_int_eq(read_request(SV(""), true, &r, why), E_SYNTAX);
}
END_TEST

START_TEST(lines_and_fields_have_a_limit)
{
	struct buf text = BUF_INIT(64 * 1024);
	struct spamd_request r = { 0 };
	char why[SPAMD_WHY_MAX];

	for (int i = 0; i < SPAMD_LINE_MAX; i++)
		buf_add_char(&text, 'A');
	ck_assert_int_eq(spamd_request_read(&r, buf_sv(&text), false, why),
	                 E_LIMIT);
	buf_reset(&text);
	buf_add_str(&text, "CHECK SPAMC/1.2\r\n");
	for (int i = 0; i <= SPAMD_FIELDS_MAX; i++)
		buf_addf(&text, "F%d: x\r\n", i);
	r = (struct spamd_request){ 0 };
	ck_assert_int_eq(spamd_request_read(&r, buf_sv(&text), false, why),
	                 E_LIMIT);
	buf_reset(&text);
	buf_add_str(&text, "CHECK SPAMC/1.2\r\nUser: ");
	for (int i = 0; i < SPAMD_USER_MAX; i++)
		buf_add_char(&text, 'u');
	buf_add_str(&text, "\r\n");
	r = (struct spamd_request){ 0 };
	ck_assert_int_eq(spamd_request_read(&r, buf_sv(&text), false, why),
	                 E_LIMIT);
	buf_done(&text);
}
END_TEST

UNIT_MAIN("spamd_request", commands_and_versions_are_known,
          old_versions_have_no_fields, fields_are_read, what_is_wrong_is_named,
          an_early_end_is_an_error, lines_and_fields_have_a_limit)
