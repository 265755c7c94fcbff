/* SPDX-License-Identifier: Apache-2.0 */
#include <unistd.h>

#include "../unit.h"
#include "fact/geo.h"
#include "mmdb.h"

static const char country_path[] = "test_geo.country.mmdb";
static const char asn_path[] = "test_geo.asn.mmdb";

static void
add_country(struct mmdb *m, const char *network, const char *kind,
            const char *code)
{
	mmdb_network(m, network);
	mmdb_map(&m->data, 1);
	mmdb_text(&m->data, kind);
	mmdb_map(&m->data, 1);
	mmdb_text(&m->data, "iso_code");
	mmdb_text(&m->data, code);
}

static void
write_databases(void)
{
	static struct mmdb country, asn;

	mmdb_init(&country);
	add_country(&country, "192.0.2.0/24", "country", "DE");
	add_country(&country, "198.51.100.0/25", "registered_country", "FR");
	add_country(&country, "203.0.113.0/24", "country", "?");
	add_country(&country, "2001:db8::/32", "country", "JP");
	mmdb_save(&country, country_path);
	mmdb_init(&asn);
	mmdb_network(&asn, "192.0.2.128/25");
	mmdb_map(&asn.data, 2);
	mmdb_text(&asn.data, "autonomous_system_number");
	mmdb_number(&asn.data, 6, 4200000001);
	mmdb_text(&asn.data, "autonomous_system_organization");
	mmdb_text(&asn.data, "Example Carrier");
	mmdb_save(&asn, asn_path);
}

static struct geo *
open_with(const char *text, struct diags *diags)
{
	struct conf *conf = conf_parse(sv_str(text), "test", diags);
	struct geo *g;

	ck_assert_ptr_nonnull(conf);
	g = geo_open(conf, diags);
	conf_unref(conf);
	return g;
}

static struct geo *
open_both(void)
{
	char text[4096], folder[1024];
	struct diags diags = DIAGS_INIT;
	struct geo *g;

	write_databases();
	ck_assert_ptr_nonnull(getcwd(folder, sizeof folder));
	snprintf(text, sizeof text,
	         "geo { country_database = \"%s/%s\"; "
	         "asn_database = \"%s/%s\"; }",
	         folder, country_path, folder, asn_path);
	g = open_with(text, &diags);
	ck_assert_uint_eq(diags.n, 0);
	ck_assert_ptr_nonnull(g);
	unlink(country_path); /* what is mapped stays */
	unlink(asn_path);
	return g;
}

START_TEST(addresses_have_a_country_and_a_network)
{
	static const struct {
		const char *ip, *country, *organisation;
		uint32_t asn;
	} cases[] = {
		{ "192.0.2.1", "DE", "", 0 },
		{ "192.0.2.200", "DE", "Example Carrier", 4200000001 },
		{ "198.51.100.1", "FR", "", 0 },
		{ "198.51.100.129", "", "", 0 },
		{ "203.0.113.1", "", "", 0 }, /* not of two letters */
		{ "2001:db8::25", "JP", "", 0 },
		{ "2001:db9::25", "", "", 0 },
		{ "10.0.0.1", "", "", 0 },
	};
	struct arena *a = arena_new();
	struct geo *g = open_both();

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct geo_place place;
		struct ip ip;

		ck_assert_int_eq(ip_parse(sv_str(cases[i].ip), &ip), 0);
		geo_find(g, a, &ip, &place);
		ck_sv_eq(place.country, cases[i].country);
		ck_sv_eq(place.organisation, cases[i].organisation);
		ck_assert_uint_eq(place.asn, cases[i].asn);
	}
	geo_close(g);
	arena_free(a);
}
END_TEST

START_TEST(a_database_that_is_missing_is_said_once_and_knows_nothing)
{
	struct diags diags = DIAGS_INIT;
	struct arena *a = arena_new();
	struct geo_place place;
	struct ip ip = { { 0 } };
	struct geo *g =
	    open_with("geo { country_database = /nonexistent.mmdb; }", &diags);

	ck_assert_ptr_null(g);
	ck_assert_uint_eq(diags.warnings, 1);
	ck_assert_uint_eq(diags.errors, 0);
	geo_find(g, a, &ip, &place);
	ck_sv_eq(place.country, "");
	ck_assert_uint_eq(place.asn, 0);
	geo_close(g);
	diags_done(&diags);
	arena_free(a);
}
END_TEST

START_TEST(without_databases_nothing_is_said)
{
	struct diags diags = DIAGS_INIT;

	ck_assert_ptr_null(open_with("", &diags));
	ck_assert_uint_eq(diags.n, 0);
	diags_done(&diags);
}
END_TEST

UNIT_MAIN("geo", addresses_have_a_country_and_a_network,
          a_database_that_is_missing_is_said_once_and_knows_nothing,
          without_databases_nothing_is_said)
