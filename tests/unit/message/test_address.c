/* SPDX-License-Identifier: Apache-2.0 */
#include "message/address.h"
#include "parse.h"

/* "name<addr>" of each mailbox, with "|" behind. */
static struct sv
listed(const char *value)
{
	struct address_list list = address_list_make(sv_str(value));
	struct buf all = BUF_INIT(4096);
	struct address address;
	struct sv result;

	while (address_next(&list, arena(), &address))
		buf_addf(&all, SV_FMT "<" SV_FMT ">|", SV_ARG(address.name),
		         SV_ARG(address.addr));
	result = arena_dup(arena(), buf_sv(&all));
	buf_done(&all);
	return result;
}

START_TEST(mailboxes_are_read_as_mail_programs_read_them)
{
	static const struct {
		const char *value, *list;
	} cases[] = {
		{ "a@example.org", "<a@example.org>|" },
		{ "<a@example.org>", "<a@example.org>|" },
		{ "Ann B <a@example.org>", "Ann B <a@example.org>|" },
		{ "\"B, Ann\" <a@example.org>", "B, Ann <a@example.org>|" },
		{ "\"B, Ann\" C. <a@example.org>",
		  "B, Ann C. <a@example.org>|" },
		{ "\"Ann \\\"x\\\"\" <a@example.org>",
		  "Ann \"x\" <a@example.org>|" },
		{ "Ann (x) B <a@example.org>", "Ann  B <a@example.org>|" },
		{ "a@example.org (Ann)", "Ann<a@example.org>|" },
		{ "a@example.org <a@example.org>",
		  "a@example.org <a@example.org>|" },
		{ "<a@example.org> (Ann)", "Ann<a@example.org>|" },
		{ "a@example.org, b@example.org",
		  "<a@example.org>|<b@example.org>|" },
		{ "a@example.org,\r\n\tb@example.org",
		  "<a@example.org>|<b@example.org>|" },
		{ "<a@example.org>;<b@example.org>", "" },
		{ "<a@example.org>; <b@example.org>",
		  "<a@example.org>|<b@example.org>|" },
		{ "team: a@example.org, Bob <b@example.org>;",
		  "<a@example.org>|Bob <b@example.org>|" },
		{ "undisclosed-recipients:;", "" },
		{ "Ann <a@b@example.org>", "Ann <a@b>|" },
		{ "\"a@example.org\"", "<a@example.org>|" },
		{ "\"a@example\"", "a@example<>|" },
		{ "<\"a b\"@example.org>", "<\"a b\"@example.org>|" },
		{ "<< a@example.org >>", "" },
		{ "Ann <a@example.org> <a@example.org>",
		  "Ann <a@example.org>|" },
		/* encoded words stay, so that they cannot part mailboxes */
		{ "=?utf-8?q?a=40b=2C?= <a@example.org>",
		  "=?utf-8?q?a=40b=2C?= <a@example.org>|" },
		/* no address at all */
		{ "Mailer Daemon", "Mailer Daemon<>|" },
		{ "Ann <nobody>", "Ann <>|" },
		{ "<>", "" },
		{ "", "" },
		{ " ", "" },
		{ ",,;", "" },
		/* what cannot be read ends the list, but for what stands in
		 * angle brackets */
		{ "a@example.org, b[c], <d@example.org>",
		  "<a@example.org>|b[c]<>|<d@example.org>|" },
		{ "\"Ann <a@example.org>", "<a@example.org>|" },
		{ "Ann <a@example.org", "" },
		{ "a@example.org (Ann", "a@example.org (Ann<>|" },
		{ "a@example.org b, <c@example.org>",
		  "a@example.org b<>|<c@example.org>|" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_sv_eq(listed(cases[i].value), cases[i].list);
}
END_TEST

START_TEST(message_ids_lose_their_brackets)
{
	ck_sv_eq(message_id_parse(SV("<a@example.org>")), "a@example.org");
	ck_sv_eq(message_id_parse(SV(" < a@b > (c)")), "a@b");
	ck_sv_eq(message_id_parse(SV("id a@b")), "a@b");
	ck_sv_eq(message_id_parse(SV("<a@b")), "a@b");
	ck_sv_eq(message_id_parse(SV("nothing")), "");
	ck_sv_eq(message_id_parse(SV("")), "");
}
END_TEST

UNIT_MAIN("address", mailboxes_are_read_as_mail_programs_read_them,
          message_ids_lose_their_brackets)
