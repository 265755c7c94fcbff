/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <arpa/inet.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/ip.h"

START_TEST(addresses_are_read_and_written)
{
	static const struct {
		const char *text, *want;
		bool is_v4;
	} table[] = {
		{ "192.0.2.1", "192.0.2.1", true },
		{ "0.0.0.0", "0.0.0.0", true },
		{ "2001:DB8:0:0::1", "2001:db8::1", false },
		{ "::", "::", false },
		{ "::1", "::1", false },
		{ "::ffff:192.0.2.1", "192.0.2.1", true },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		char text[IP_TEXT];
		struct ip ip;

		ck_assert_int_eq(ip_parse(sv_str(table[i].text), &ip), 0);
		ck_assert_str_eq(ip_text(&ip, text), table[i].want);
		ck_assert_int_eq(ip_is_v4(&ip), table[i].is_v4);
	}
}
END_TEST

START_TEST(an_address_may_have_a_port)
{
	static const struct {
		const char *text, *want;
		int code;
		unsigned port;
	} table[] = {
		{ "192.0.2.1", "192.0.2.1", 0, 0 },
		{ "192.0.2.1:53", "192.0.2.1", 0, 53 },
		{ "2001:db8::1", "2001:db8::1", 0, 0 },
		{ "[2001:db8::1]", "2001:db8::1", 0, 0 },
		{ "[::1]:65535", "::1", 0, 65535 },
		{ "[192.0.2.1]:5353", "192.0.2.1", 0, 5353 },
		{ "", NULL, E_SYNTAX, 0 },
		{ "localhost:53", NULL, E_SYNTAX, 0 },
		{ "192.0.2.1:", NULL, E_SYNTAX, 0 },
		{ "192.0.2.1:x", NULL, E_SYNTAX, 0 },
		{ "192.0.2.1:0", NULL, E_RANGE, 0 },
		{ "192.0.2.1:65536", NULL, E_RANGE, 0 },
		{ "[::1", NULL, E_SYNTAX, 0 },
		{ "[::1]53", NULL, E_SYNTAX, 0 },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		char text[IP_TEXT];
		uint16_t port;
		struct ip ip;

		ck_assert_int_eq(
		    ip_port_parse(sv_str(table[i].text), &ip, &port),
		    table[i].code);
		if (table[i].code)
			continue;
		ck_assert_str_eq(ip_text(&ip, text), table[i].want);
		ck_assert_uint_eq(port, table[i].port);
	}
}
END_TEST

START_TEST(what_is_no_address_is_refused)
{
	static const struct sv table[] = {
		SV(""),
		SV("1"),
		SV("1.2.3"),
		SV("1.2.3.256"),
		SV("1.2.3.4.5"),
		SV("[192.0.2.1]"),
		SV("192.0.2.1 "),
		SV("192.0.2.1\0"),
		SV("fe80::1%eth0"),
		SV("2001:db8"),
		SV("0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:00"),
	};
	struct ip ip;

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		ck_assert_int_eq(ip_parse(table[i], &ip), E_SYNTAX);
}
END_TEST

START_TEST(networks_are_read)
{
	static const struct {
		const char *text, *base;
		unsigned bits;
		bool except;
	} table[] = {
		{ "192.0.2.1", "192.0.2.1", 128, false },
		{ "192.0.2.255/25", "192.0.2.128", 121, false },
		{ "0.0.0.0/0", "0.0.0.0", 96, false },
		{ "10.1/16", "10.1.0.0", 112, false },
		{ "10/8", "10.0.0.0", 104, false },
		{ "192.168.", "192.168.0.0", 112, false },
		{ "!192.0.2.0/24", "192.0.2.0", 120, true },
		{ "2001:db8:1:2:3::/64", "2001:db8:1:2::", 64, false },
		{ "[2001:db8::1]", "2001:db8::1", 128, false },
		{ "[2001:db8::1]/32", "2001:db8::", 32, false },
		{ "::/0", "::", 0, false },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		char text[IP_TEXT];
		struct ip_net net;

		ck_assert_int_eq(ip_net_parse(sv_str(table[i].text), &net), 0);
		ck_assert_str_eq(ip_text(&net.base, text), table[i].base);
		ck_assert_uint_eq(net.bits, table[i].bits);
		ck_assert_int_eq(net.except, table[i].except);
	}
}
END_TEST

START_TEST(what_is_no_network_is_refused)
{
	static const struct {
		const char *text;
		int result;
	} table[] = {
		{ "", E_SYNTAX },
		{ "!", E_SYNTAX },
		{ "/8", E_SYNTAX },
		{ "10", E_SYNTAX },
		{ "10.1", E_SYNTAX },
		{ "1.2.3.4/", E_SYNTAX },
		{ "1.2.3.4/x", E_SYNTAX },
		{ "1.2.3.4/-1", E_SYNTAX },
		{ "1.2.3.4/33", E_RANGE },
		{ "2001:db8::/129", E_RANGE },
		{ "1.2.3.4/99999999999999999999", E_SYNTAX },
		{ "10..1/16", E_SYNTAX },
		{ "300/8", E_SYNTAX },
		{ "example.org", E_SYNTAX },
	};
	struct ip_net net;

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		ck_assert_int_eq(ip_net_parse(sv_str(table[i].text), &net),
		                 table[i].result);
}
END_TEST

static struct ip_set *
make_set(const char *const *nets, size_t n)
{
	struct ip_set *s = ip_set_new();

	for (size_t i = 0; i < n; i++) {
		struct ip_net net;

		ck_assert_int_eq(ip_net_parse(sv_str(nets[i]), &net), 0);
		ip_set_add(s, &net);
	}
	ip_set_seal(s);
	return s;
}

START_TEST(the_most_specific_network_decides)
{
	static const char *const nets[] = {
		"10.0.0.0/8",       "!10.1.0.0/16",  "10.1.2.0/24",
		"!10.1.2.3",        "192.0.2.0/25",  "2001:db8::/32",
		"!2001:db8:1::/64", "2001:db8:1::1", "!192.0.2.0/25",
	};
	static const struct {
		const char *ip;
		bool is_in;
	} table[] = { { "10.0.0.0", true },        { "10.255.255.255", true },
		      { "9.255.255.255", false },  { "11.0.0.0", false },
		      { "10.1.0.1", false },       { "10.1.2.1", true },
		      { "10.1.2.3", false },       { "10.1.2.4", true },
		      { "10.1.3.4", false },       { "10.2.0.0", true },
		      { "192.0.2.127", true },     { "192.0.2.128", false },
		      { "2001:db8:1::1", true },   { "2001:db8:1::2", false },
		      { "2001:db8:1:1::", true },  { "::", false },
		      { "255.255.255.255", false } };
	struct ip_set *s = make_set(nets, sizeof nets / sizeof *nets);

	ck_assert_uint_eq(ip_set_count(s), 8);
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct ip ip;

		ck_assert_int_eq(ip_parse(sv_str(table[i].ip), &ip), 0);
		ck_assert_msg(ip_set_has(s, &ip) == table[i].is_in, "%s",
		              table[i].ip);
	}
	ip_set_free(s);
}
END_TEST

/* The sorted look-up says what going through all networks says. */
START_TEST(a_look_up_is_what_a_search_of_all_finds)
{
	enum { NETS = 300, LOOK_UPS = 3000 };
	struct ip_net nets[NETS];
	struct ip_set *s = ip_set_new();

	srand(7);
	for (int i = 0; i < NETS; i++) {
		char text[64];

		snprintf(text, sizeof text, "%s10.%d.%d.%d/%d",
		         rand() % 3 ? "" : "!", rand() % 3, rand() % 4,
		         rand() % 256, 8 + rand() % 25);
		ck_assert_int_eq(ip_net_parse(sv_str(text), &nets[i]), 0);
		ip_set_add(s, &nets[i]);
	}
	ip_set_seal(s);
	for (int i = 0; i < LOOK_UPS; i++) {
		int best = -1;
		char text[64];
		struct ip ip;

		snprintf(text, sizeof text, "10.%d.%d.%d", rand() % 3,
		         rand() % 4, rand() % 256);
		ck_assert_int_eq(ip_parse(sv_str(text), &ip), 0);
		for (int n = 0; n < NETS; n++) {
			struct ip_net host = { ip, nets[n].bits, false };
			bool within = true;

			for (unsigned b = 0; b < host.bits; b++)
				within &= ((nets[n].base.bytes[b / 8] ^
				            ip.bytes[b / 8]) &
				           (0x80 >> b % 8)) == 0;
			if (within &&
			    (best < 0 || nets[n].bits > nets[best].bits))
				best = n;
		}
		ck_assert_int_eq(ip_set_has(s, &ip),
		                 best >= 0 && !nets[best].except);
	}
	ip_set_free(s);
}
END_TEST

START_TEST(a_network_has_the_addresses_behind_its_mask)
{
	static const struct {
		const char *net, *ip;
		bool has;
	} cases[] = {
		{ "192.0.2.0/24", "192.0.2.255", true },
		{ "192.0.2.0/24", "192.0.3.0", false },
		{ "192.0.2.8/29", "192.0.2.15", true },
		{ "192.0.2.8/29", "192.0.2.16", false },
		{ "192.0.2.1", "192.0.2.1", true },
		{ "0.0.0.0/0", "203.0.113.9", true },
		{ "0.0.0.0/0", "2001:db8::1", false },
		{ "2001:db8::/33", "2001:db8:7fff::1", true },
		{ "2001:db8::/33", "2001:db8:8000::1", false },
		{ "!192.0.2.0/24", "192.0.2.1", true },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ip_net net;
		struct ip ip;

		ck_assert_int_eq(ip_net_parse(sv_str(cases[i].net), &net), 0);
		ck_assert_int_eq(ip_parse(sv_str(cases[i].ip), &ip), 0);
		ck_assert_int_eq(ip_net_has(&net, &ip), cases[i].has);
	}
}
END_TEST

START_TEST(sockets_have_addresses)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	struct sockaddr other = { .sa_family = AF_UNIX };
	char text[IP_TEXT];
	struct ip ip;

	inet_pton(AF_INET, "192.0.2.7", &v4.sin_addr);
	inet_pton(AF_INET6, "2001:db8::7", &v6.sin6_addr);
	ck_assert(ip_from_socket((struct sockaddr *)&v4, &ip));
	ck_assert_str_eq(ip_text(&ip, text), "192.0.2.7");
	ck_assert(ip_from_socket((struct sockaddr *)&v6, &ip));
	ck_assert_str_eq(ip_text(&ip, text), "2001:db8::7");
	ck_assert(!ip_from_socket(&other, &ip));
}
END_TEST

START_TEST(an_empty_set_has_nothing)
{
	struct ip_set *s = make_set(NULL, 0);
	struct ip ip;

	ck_assert_int_eq(ip_parse(SV("10.0.0.1"), &ip), 0);
	ck_assert(!ip_set_has(s, &ip));
	ip_set_free(s);
	ip_set_free(NULL);
}
END_TEST

UNIT_MAIN("ip", addresses_are_read_and_written, an_address_may_have_a_port,
          what_is_no_address_is_refused, networks_are_read,
          what_is_no_network_is_refused, the_most_specific_network_decides,
          a_look_up_is_what_a_search_of_all_finds,
          a_network_has_the_addresses_behind_its_mask, sockets_have_addresses,
          an_empty_set_has_nothing)
