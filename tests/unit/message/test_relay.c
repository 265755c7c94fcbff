/* SPDX-License-Identifier: Apache-2.0 */
#include "parse.h"

#include "message/relay.h"

/* ---- one field ---- */

/* What SpamAssassin 4.0.1 makes of these fields is the same, but for those
 * below "better" (docs/relays.md). */
static const struct {
	const char *value, *want;
} fields[] = {
	/* Postfix */
	{ "from a.example.org (b.example.org [192.0.2.1]) by c.example.net "
	  "(Postfix) with ESMTP id 4ABC for <u@example.net>; Mon, 1 Jan",
	  "ip=192.0.2.1 rdns=b.example.org helo=a.example.org "
	  "by=c.example.net ident= envfrom= intl=0 id=4ABC auth= msa=0" },
	{ "from a.example.org (unknown [IPv6:2001:db8::1]) (using TLSv1.3 with "
	  "cipher X (256/256 bits)) (Authenticated sender: joe) by "
	  "c.example.net (Postfix) with ESMTP id 4ABC; Mon",
	  "ip=2001:db8::1 rdns= helo=a.example.org by=c.example.net ident= "
	  "envfrom= intl=0 id=4ABC auth=Postfix msa=0" },
	{ "from [192.168.0.1] (b.example.org [192.0.2.1]) by c.example.net "
	  "(Postfix) with ESMTPSA id 4ABC; Mon",
	  "ip=192.0.2.1 rdns=b.example.org helo=!192.168.0.1! "
	  "by=c.example.net ident= envfrom= intl=0 id=4ABC auth=ESMTPSA "
	  "msa=0" },
	{ "from a.example.org (localhost [127.0.0.1]) by c.example.net "
	  "(Postfix) with UTF8SMTPSA id 12; Mon",
	  "ip=127.0.0.1 rdns=localhost helo=a.example.org by=c.example.net "
	  "ident= envfrom= intl=0 id= auth=UTF8SMTPSA msa=0" },
	/* Sendmail */
	{ "from a.example.org (b.example.org [192.0.2.1] (may be forged)) "
	  "(authenticated bits=0) by c.example.net (8.17.1/8.17.1) with "
	  "ESMTP id x9AB; Mon",
	  "ip=192.0.2.1 rdns=b.example.org helo=a.example.org "
	  "by=c.example.net ident= envfrom= intl=0 id=x9AB auth=Sendmail "
	  "msa=0" },
	{ "from a.example.org (IDENT:joe@b.example.org [192.0.2.1]) by "
	  "c.example.net (8.17.1) with ESMTP id x9AB; Mon (envelope-from "
	  "joe@example.org)",
	  "ip=192.0.2.1 rdns=b.example.org helo=a.example.org "
	  "by=c.example.net ident=joe envfrom=joe@example.org intl=0 id=x9AB "
	  "auth= msa=0" },
	{ "from a.example.org (joe@[192.0.2.1]) by c.example.net (8.17.1) "
	  "with ESMTP id x9AB; Mon",
	  "ip=192.0.2.1 rdns= helo=a.example.org by=c.example.net ident=joe "
	  "envfrom= intl=0 id=x9AB auth= msa=0" },
	{ "from a.example.org ([192.0.2.1]) by c.example.net (8.17.1) with "
	  "SMTP id x9AB; Mon",
	  "ip=192.0.2.1 rdns= helo=a.example.org by=c.example.net ident= "
	  "envfrom= intl=0 id=x9AB auth= msa=0" },
	/* Exim */
	{ "from b.example.org ([192.0.2.1]:1234 helo=a.example.org ident=joe) "
	  "by c.example.net with esmtpsa (TLS1.3) tls TLS_AES (Exim 4.94) "
	  "(envelope-from <x@example.org>) id 1abc-d; Mon",
	  "ip=192.0.2.1 rdns=b.example.org helo=a.example.org "
	  "by=c.example.net ident=joe envfrom=x@example.org intl=0 id=1abc-d "
	  "auth=esmtpsa msa=0" },
	{ "from [192.0.2.1] (port=1234 helo=[192.168.0.2]) by c.example.net "
	  "with esmtp (Exim 4.90) id 1abc; Mon",
	  "ip=192.0.2.1 rdns= helo=!192.168.0.2! by=c.example.net ident= "
	  "envfrom= intl=0 id=1abc auth= msa=0" },
	{ "from b.example.org ([192.0.2.1]) by c.example.net with esmtp "
	  "(Exim 4.90) id 1abc; Mon",
	  "ip=192.0.2.1 rdns=b.example.org helo=b.example.org "
	  "by=c.example.net ident= envfrom= intl=0 id=1abc auth= msa=0" },
	{ "from joe by c.example.net with local (Exim 4.90) id 1abc; Mon",
	  "local" },
	/* qmail and relatives */
	{ "from b.example.org (HELO a.example.org) (joe@192.0.2.1) by "
	  "c.example.net with SMTP; 1 Jan 2024 00:00:00 -0000",
	  "ip=192.0.2.1 rdns=b.example.org helo=a.example.org "
	  "by=c.example.net ident=joe envfrom= intl=0 id= auth= msa=0" },
	{ "from unknown (HELO a b) (joe@example.org@192.0.2.1) by "
	  "c.example.net with ESMTPA; 1 Jan",
	  "ip=192.0.2.1 rdns= helo=a!b by=c.example.net "
	  "ident=joe@example.org envfrom= intl=0 id= auth=ESMTPA msa=0" },
	{ "from b.example.org (192.0.2.1) by c.example.net with QMQP; 1 Jan",
	  "ip=192.0.2.1 rdns=b.example.org helo=b.example.org "
	  "by=c.example.net ident= envfrom= intl=0 id= auth= msa=0" },
	{ "from b.example.org (HELO a) ([192.0.2.1]) (envelope-sender "
	  "<x@example.org>) by c.example.net (qmail-ldap-1.03) with SMTP for "
	  "<u@example.net>; 1 Jan",
	  "ip=192.0.2.1 rdns=b.example.org helo=a by=c.example.net ident= "
	  "envfrom=x@example.org intl=0 id= auth= msa=0" },
	{ "(qmail 12 invoked from network); 1 Jan 2024", "local" },
	{ "(qmail 12 invoked by uid 500); 1 Jan 2024", "local" },
	/* Exchange and Outlook.com */
	{ "from A.example.org (2001:db8::17) by C.example.net (2001:db8::42) "
	  "with Microsoft SMTP Server (version=TLS1_2, cipher=X) id "
	  "15.20.1.2 via Frontend Transport; Mon, 1 Jan",
	  "ip=2001:db8::17 rdns=A.example.org helo=A.example.org "
	  "by=C.example.net ident= envfrom= intl=0 id=15.20.1.2 auth= msa=0" },
	{ "from A.example.org ([fe80::1]) by A.example.org ([fe80::1%4]) with "
	  "mapi id 15.20.1.2; Mon, 1 Jan 2024 00:00:00 +0000",
	  "ip=fe80::1 rdns= helo=A.example.org by=A.example.org ident= "
	  "envfrom= intl=0 id= auth= msa=0" },
	{ "from A.example.org (::1) by C.example.net with HTTPS; Mon",
	  "ip=::1 rdns=A.example.org helo=A.example.org by=C.example.net "
	  "ident= envfrom= intl=0 id= auth=HTTPS msa=0" },
	{ "from A.example.org ([192.0.2.1]) by C.example.net with Microsoft "
	  "SMTPSVC(6.0); Mon",
	  "ip=192.0.2.1 rdns= helo=A.example.org by=C.example.net ident= "
	  "envfrom= intl=0 id= auth= msa=0" },
	{ "from mail pickup service by C.example.net with Microsoft SMTPSVC; "
	  "Mon",
	  "local" },
	/* Gmail */
	{ "from a.example.org (b.example.org. [192.0.2.1]) by mx.google.com "
	  "with ESMTPS id x-2si for <u@example.net> (version=TLS1_3); Mon",
	  "ip=192.0.2.1 rdns=b.example.org helo=a.example.org "
	  "by=mx.google.com ident= envfrom= intl=0 id=x-2si auth= msa=0" },
	{ "by 2001:db8:5f:0:b0:1:2:3 with SMTP id x-2si; Mon", "local" },
	/* Courier */
	{ "from a.example.org (b.example.org [::ffff:192.0.2.1]) (AUTH: "
	  "LOGIN joe@example.org, TLS: TLSv1) by c.example.net with esmtp; "
	  "Mon",
	  "ip=192.0.2.1 rdns=b.example.org helo=a.example.org "
	  "by=c.example.net ident= envfrom= intl=0 id= auth=LOGIN msa=0" },
	/* CommuniGate */
	{ "from [192.0.2.1] (account joe@example.net HELO a.example.org) by "
	  "c.example.net (CommuniGate Pro SMTP 5.1) with ESMTPSA id 123; Mon",
	  "ip=192.0.2.1 rdns= helo=a.example.org by=c.example.net ident= "
	  "envfrom= intl=0 id=123 auth=ESMTPSA msa=0" },
	{ "from a.example.org ([192.0.2.1] verified) by c.example.net "
	  "(CommuniGate Pro SMTP 5.1) with ESMTP id 123; Mon",
	  "ip=192.0.2.1 rdns=a.example.org helo=a.example.org "
	  "by=c.example.net ident= envfrom= intl=0 id=123 auth= msa=0" },
	/* others */
	{ "from a.example.org ([192.0.2.1]) by c.example.net (Lotus Domino "
	  "Release 5.0.8) with ESMTP id 2024010100; Mon",
	  "ip=192.0.2.1 rdns= helo=a.example.org by=c.example.net ident= "
	  "envfrom= intl=0 id=2024010100 auth= msa=0" },
	{ "from b.example.org ([192.0.2.1]:41540 \"EHLO a.example.org\" "
	  "rhost-flags-OK-OK) by c.example.net with ESMTP id S17; Mon",
	  "ip=192.0.2.1 rdns= helo=a.example.org by=c.example.net ident= "
	  "envfrom= intl=0 id=S17 auth= msa=0" },
	{ "from [10.0.0.1] ([10.0.0.1:36166] helo=[10.0.0.2]) by "
	  "c.example.net (ecelerity 4.2) with ESMTP id 6A/47; Mon",
	  "ip=10.0.0.1 rdns= helo=!10.0.0.2! by=c.example.net ident= "
	  "envfrom= intl=0 id=6A/47 auth= msa=0" },
	{ "from a.example.org [192.0.2.1] by c.example.net (SMTPD32-7.07) id "
	  "A123; Mon",
	  "ip=192.0.2.1 rdns= helo=a.example.org by=c.example.net ident= "
	  "envfrom= intl=0 id=A123 auth= msa=0" },
	{ "from a.example.org ([unix socket]) by c.example.net (Cyrus v2.2) "
	  "with LMTPA; Mon",
	  "local" },
	{ "from imap.example.org [192.0.2.9] by c.example.net with POP3 "
	  "(fetchmail-6.4) for <u@localhost> (single-drop); Mon",
	  "fetched" },
	{ "from imap.example.org (192.0.2.9) by c.example.net with IMAP4 for "
	  "<u@example.net>; Mon",
	  "fetched" },
	/* web mail */
	{ "from 192.0.2.1 (SquirrelMail authenticated user joe) by "
	  "c.example.net with HTTP; Mon",
	  "ip=192.0.2.1 rdns= helo= by=c.example.net ident= envfrom= intl=0 "
	  "id= auth=HTTP msa=0" },
	{ "from [192.0.2.1] by c.example.net via HTTP; Mon",
	  "ip=192.0.2.1 rdns= helo= by=c.example.net ident= envfrom= intl=0 "
	  "id= auth= msa=0" },
	/* hostile */
	{ "from a]<b>#|c[d (b.example.org [192.0.2.1]) by c<y>.example.net "
	  "with ESMTP id 123; Mon",
	  "ip=192.0.2.1 rdns=b.example.org helo=a!!b!!!c!d "
	  "by=c!y!.example.net ident= envfrom= intl=0 id=123 auth= msa=0" },
	{ "from a (b [999.0.2.1]) by c.example.net with ESMTP id 123; Mon",
	  "unread" },
	{ "from a (b [192.000.002.001]) by c.example.net; Mon", "unread" },
	{ "from a (b [fe80::1%eth0]) by c.example.net; Mon", "unread" },
	{ "from a (b [192.0.2.1", "unread" },
	/* without an address: known to have none, or not understood */
	{ "from a.example.org by c.example.net with SMTP id 1; Mon", "local" },
	{ "from a.example.org by c.example.net; Mon", "local" },
	{ "from a.example.org with LMTP by c.example.net; Mon", "local" },
	{ "from a.example.org (unverified) by c.example.net id 1; Mon",
	  "local" },
	{ "from a.example.org (joe@localhost) by c.example.net; Mon", "local" },
	{ "from joe@example.org by c.example.net id 1; Mon", "local" },
	{ "from a.example.org by c.example.net id 1 for <u@x>; Mon", "unread" },
	{ "from a.example.org (b.example.org) by c.example.net with SMTP; Mon",
	  "unread" },
	{ "from a.example.org ([unix socket]) by c.example.net; Mon",
	  "unread" },
	{ "from", "local" },
	{ "", "local" },
	/* better: the name in HELO may be an address */
	{ "from b.example.org (HELO [192.168.0.2]) ([192.0.2.1]) by "
	  "c.example.net with ESMTP; 1 Jan 2024",
	  "ip=192.0.2.1 rdns=b.example.org helo=!192.168.0.2! "
	  "by=c.example.net ident= envfrom= intl=0 id= auth= msa=0" },
};

static struct sv
text_of(struct relay *r)
{
	struct relays rs = { .list = r, .n = 1 };
	struct sv text = relays_text(arena(), &rs, RELAY_UNTRUSTED);

	if (r->kind != RELAY_HOST)
		return sv_str(relay_kind_word(r->kind));
	return sv_sub(text, 2, text.n - 2);
}

START_TEST(fields_of_all_servers_are_read)
{
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		struct relay r;
		struct sv text;

		relay_parse(sv_str(fields[i].value), &r);
		text = text_of(&r);
		ck_assert_msg(sv_eq_str(text, fields[i].want),
		              "%s\n got " SV_FMT "\nwant %s", fields[i].value,
		              SV_ARG(text), fields[i].want);
	}
}
END_TEST

START_TEST(protocol_tls_and_date_are_kept)
{
	static const struct {
		const char *value, *protocol;
		bool tls;
	} table[] = {
		{ "from a (b [192.0.2.1]) by c with ESMTPS id 123; D", "ESMTPS",
		  true },
		{ "from a (b [192.0.2.1]) by c with ESMTP id 123; D", "ESMTP",
		  false },
		{ "from a (b [192.0.2.1]) (using TLSv1.2 with cipher X) by c "
		  "with ESMTP id 123; D",
		  "ESMTP", true },
		{ "from a (192.0.2.1) by c (192.0.2.2) with Microsoft SMTP "
		  "Server (version=TLS1_2) id 15; D",
		  "Microsoft SMTP Server", true },
		{ "from a ([192.0.2.1]) by c; D", "", false },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct relay r;

		relay_parse(sv_str(table[i].value), &r);
		ck_assert_msg(sv_eq_str(r.protocol, table[i].protocol), "%s",
		              table[i].value);
		ck_assert_int_eq(r.tls, table[i].tls);
		ck_assert(sv_eq_str(r.date, "D"));
	}
}
END_TEST

/* ---- chains ---- */

static struct network *
make_network(const char *trusted, const char *internal, const char *msa)
{
	struct conf_network conf = { 0 };
	struct conf_list *lists[] = { &conf.trusted, &conf.internal,
		                      &conf.msa };
	const char *texts[] = { trusted, internal, msa };

	for (int i = 0; i < 3; i++) {
		struct sv rest = sv_str(texts[i]), word;

		lists[i]->list = ARENA_ARRAY(arena(), char *, 10);
		while (sv_word(&rest, &word))
			lists[i]->list[lists[i]->n++] =
			    arena_str(arena(), word);
	}
	return network_new(&conf);
}

/* A mail of relays "IP" or "IP/PROTOCOL", the newest first; "fetch" is a
 * mailbox, "odd" a field nobody understands. */
static struct message *
make_chain(const char *chain)
{
	struct sv rest = sv_str(chain), item, protocol;
	struct buf mail = BUF_INIT(100000);
	struct message *m;

	while (sv_word(&rest, &item)) {
		if (sv_eq_str(item, "fetch")) {
			buf_add_str(&mail, "Received: from p [192.0.2.99] by m "
			                   "with POP3; Mon\n");
			continue;
		}
		if (sv_eq_str(item, "odd")) {
			buf_add_str(&mail,
			            "Received: from a b [c] by d; Mon\n");
			continue;
		}
		protocol = item;
		sv_split(&protocol, '/', &item);
		buf_addf(&mail,
		         "Received: from a (b [" SV_FMT "])\n\tby c with "
		         "%s" SV_FMT " id 123; Mon\n",
		         SV_ARG(item), protocol.n ? "" : "ESMTP",
		         SV_ARG(protocol));
	}
	buf_add_str(&mail, "Subject: x\n\nbody\n");
	m = message_parse(arena(), arena_dup(arena(), buf_sv(&mail)),
	                  &test_limits);
	buf_done(&mail);
	return m;
}

/* A letter a relay: i(nternal), t(rusted), u(ntrusted), capital: an MSA. */
static const char *
letters(const struct relays *rs)
{
	struct buf out = BUF_INIT(1000);
	const char *text;

	for (size_t i = 0; i < rs->n; i++) {
		const struct relay *r = &rs->list[i];
		char c = r->internal ? 'i' : r->trusted ? 't' : 'u';

		buf_add_char(&out, r->msa ? (char)(c - 32) : c);
	}
	text = arena_str(arena(), buf_sv(&out));
	buf_done(&out);
	return text;
}

START_TEST(trust_reaches_as_far_as_it_should)
{
	static const struct {
		const char *trusted, *internal, *msa, *chain, *want;
	} table[] = {
		/* nothing configured: private addresses, authentication */
		{ "", "", "", "10.0.0.1 192.0.2.1 192.0.2.2", "iuu" },
		{ "", "", "", "192.0.2.1 10.0.0.1", "uu" },
		{ "", "", "", "127.0.0.1 172.16.0.1 100.64.0.1 fe80::1 ::1",
		  "iiiii" },
		{ "", "", "", "fd00::1", "u" },
		{ "", "", "", "127.0.0.1 192.0.2.1/ESMTPA 192.0.2.2", "iiu" },
		{ "", "", "", "192.0.2.1 192.0.2.2/ESMTPA", "uu" },
		{ "", "", "", "10.0.0.1 odd 10.0.0.2 192.0.2.1", "iiiu" },
		{ "", "", "192.0.2.1", "192.0.2.1/ESMTPA 192.0.2.2", "iu" },
		/* one list stands for both */
		{ "192.0.2.1", "", "", "192.0.2.1 10.0.0.1", "iu" },
		{ "", "192.0.2.1", "", "192.0.2.1 10.0.0.1", "iu" },
		{ "192.0.2.1", "", "", "10.0.0.1 192.0.2.1", "uu" },
		{ "192.0.2.1", "", "", "127.0.0.1 ::1 192.0.2.1", "iii" },
		/* both */
		{ "192.0.2.1 192.0.2.2", "192.0.2.1", "",
		  "192.0.2.1 192.0.2.2 192.0.2.1 192.0.2.3", "ittu" },
		{ "192.0.2.0/24 !192.0.2.9", "192.0.2.1", "",
		  "192.0.2.1 192.0.2.9", "iu" },
		{ "192.0.2.1", "192.0.2.1", "", "192.0.2.1 192.0.2.2/ESMTPA",
		  "ii" },
		/* submission servers */
		{ "192.0.2.1", "", "192.0.2.1",
		  "192.0.2.1 203.0.113.7 10.0.0.1", "Iii" },
		{ "192.0.2.1 192.0.2.2", "192.0.2.1", "192.0.2.2",
		  "192.0.2.1 192.0.2.2 203.0.113.7", "iTt" },
		{ "192.0.2.1", "", "192.0.2.2", "192.0.2.2 203.0.113.7", "uu" },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct network *n = make_network(
		    table[i].trusted, table[i].internal, table[i].msa);
		struct relays *rs = relays_read(
		    arena(), make_chain(table[i].chain), NULL, n, 200);

		ck_assert_msg(strcmp(letters(rs), table[i].want) == 0,
		              "%zu: %s is %s, not %s", i, table[i].chain,
		              letters(rs), table[i].want);
		network_free(n);
	}
}
END_TEST

START_TEST(the_first_that_is_not_trusted_is_found)
{
	struct network *n =
	    make_network("192.0.2.1 192.0.2.2", "192.0.2.1", "");
	struct relays *rs = relays_read(
	    arena(), make_chain("192.0.2.1 odd 192.0.2.2 192.0.2.3"), NULL, n,
	    200);

	ck_assert_ptr_eq(relays_first_external(rs), &rs->list[2]);
	ck_assert_ptr_eq(relays_first_untrusted(rs), &rs->list[3]);
	ck_assert_uint_eq(rs->unread, 1);
	rs = relays_read(arena(), make_chain("192.0.2.1"), NULL, n, 200);
	ck_assert_ptr_null(relays_first_external(rs));
	network_free(n);
}
END_TEST

START_TEST(a_mailbox_is_where_the_chain_begins)
{
	struct network *n = make_network("", "", "");
	struct relays *rs = relays_read(
	    arena(), make_chain("10.0.0.1 fetch 10.0.0.2 192.0.2.1 fetch"),
	    NULL, n, 200);
	struct sv text = relays_text(arena(), rs, RELAY_TRUSTED);

	ck_assert_uint_eq(rs->arrival, 2);
	ck_assert(sv_find(text, SV("ip=10.0.0.1 ")) == SV_NOT_FOUND);
	ck_assert(sv_find(text, SV("ip=10.0.0.2 ")) != SV_NOT_FOUND);
	network_free(n);
}
END_TEST

START_TEST(the_client_is_the_newest_relay)
{
	static const struct relay_client client = {
		.ip = { "192.0.2.7", 9 },
		.name = { "[192.0.2.7]", 11 },
		.helo = { "a.example.org", 13 },
		.by = { "mx.example.net", 14 },
		.id = { "4ABC", 4 },
		.from = { "u@example.org", 13 },
		.protocol = { "ESMTPS", 6 },
		.tls = true,
	};
	struct network *n = make_network("", "", "");
	struct relays *rs =
	    relays_read(arena(), make_chain("10.0.0.1"), &client, n, 200);

	ck_assert_uint_eq(rs->n, 2);
	ck_assert_str_eq(letters(rs), "uu");
	ck_assert_int_eq(rs->list[0].header, RELAY_CLIENT);
	ck_assert(sv_starts(
	    relays_text(arena(), rs, RELAY_UNTRUSTED),
	    SV("[ ip=192.0.2.7 rdns= helo=a.example.org by=mx.example.net "
	       "ident= envfrom=u@example.org intl=0 id=4ABC auth= msa=0 ] "
	       "[ ip=10.0.0.1 ")));
	network_free(n);
}
END_TEST

START_TEST(a_client_that_is_there_already_is_not_added)
{
	static const struct relay_client client = {
		.ip = { "192.0.2.7", 9 },
		.id = { "123", 3 },
	};
	struct network *n = make_network("", "", "");

	ck_assert_uint_eq(
	    relays_read(arena(), make_chain("192.0.2.7"), &client, n, 200)->n,
	    1);
	ck_assert_uint_eq(
	    relays_read(arena(), make_chain("192.0.2.8"), &client, n, 200)->n,
	    2);
	ck_assert_uint_eq(
	    relays_read(arena(), make_chain(""), &client, n, 200)->n, 1);
	network_free(n);
}
END_TEST

START_TEST(an_authenticated_client_is_trusted)
{
	static const struct relay_client client = {
		.ip = { "192.0.2.7", 9 },
		.protocol = { "ESMTPSA", 7 },
		.is_auth = true,
	};
	struct network *n = make_network("", "", "");
	struct relays *rs =
	    relays_read(arena(), make_chain("192.0.2.8"), &client, n, 200);

	ck_assert_str_eq(letters(rs), "iu");
	network_free(n);
}
END_TEST

START_TEST(a_chain_is_bounded)
{
	struct buf chain = BUF_INIT(100000);
	struct network *n = make_network("", "", "");
	struct relays *rs;

	for (int i = 0; i < 250; i++)
		buf_add_str(&chain, "192.0.2.1 ");
	rs = relays_read(arena(), make_chain(buf_str(&chain)), NULL, n, 200);
	ck_assert(rs->cut);
	ck_assert_uint_eq(rs->n, 200);
	buf_done(&chain);
	network_free(n);
}
END_TEST

UNIT_MAIN("relay", fields_of_all_servers_are_read,
          protocol_tls_and_date_are_kept, trust_reaches_as_far_as_it_should,
          the_first_that_is_not_trusted_is_found,
          a_mailbox_is_where_the_chain_begins, the_client_is_the_newest_relay,
          a_client_that_is_there_already_is_not_added,
          an_authenticated_client_is_trusted, a_chain_is_bounded)
