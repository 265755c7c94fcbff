/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/geo.h"

#ifdef HAVE_MAXMINDDB
#include <arpa/inet.h>
#include <maxminddb.h>
#include <stdlib.h>

#include "base/mem.h"

enum { TEXT_BYTES_MAX = 200 }; /* of a name of an organisation */

struct database {
	bool is_open;
	MMDB_s mmdb;
};

struct geo {
	struct database country, asn;
};

static void
database_open(struct database *d, const char *path, struct diags *diags)
{
	int status;

	if (!*path)
		return;
	status = MMDB_open(path, MMDB_MODE_MMAP, &d->mmdb);
	d->is_open = status == MMDB_SUCCESS;
	if (!d->is_open)
		diags_add(diags, SEVERITY_WARNING, path, 0,
		          "this database cannot be used: %s",
		          MMDB_strerror(status));
}

static void
database_close(struct database *d)
{
	if (d->is_open)
		MMDB_close(&d->mmdb);
}

struct geo *
geo_open(const struct conf *conf, struct diags *diags)
{
	struct geo *g = mem_calloc(1, sizeof *g);

	database_open(&g->country, conf->geo.country_database, diags);
	database_open(&g->asn, conf->geo.asn_database, diags);
	if (g->country.is_open || g->asn.is_open)
		return g;
	free(g);
	return NULL;
}

void
geo_close(struct geo *g)
{
	if (!g)
		return;
	database_close(&g->country);
	database_close(&g->asn);
	free(g);
}

/* ---- looking up ---- */

/* The entry of the address; false: there is none. A database of IPv4 alone
 * knows no IPv6. */
static bool
entry_find(const struct database *d, const struct ip *ip,
           MMDB_entry_s *ret_entry)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	MMDB_lookup_result_s found;
	int status = MMDB_SUCCESS;

	if (!d->is_open)
		return false;
	memcpy(&v4.sin_addr, ip->bytes + 12, 4);
	memcpy(&v6.sin6_addr, ip->bytes, 16);
	found =
	    MMDB_lookup_sockaddr(&d->mmdb,
	                         ip_is_v4(ip) ? (const struct sockaddr *)&v4
	                                      : (const struct sockaddr *)&v6,
	                         &status);
	*ret_entry = found.entry;
	return status == MMDB_SUCCESS && found.found_entry;
}

/* The value at a path of keys, when it is of that type. */
static bool
value_find(MMDB_entry_s *entry, const char *const *path, uint32_t type,
           MMDB_entry_data_s *ret)
{
	return MMDB_aget_value(entry, ret, path) == MMDB_SUCCESS &&
	       ret->has_data && ret->type == type;
}

static struct sv
text_find(MMDB_entry_s *entry, struct arena *a, const char *const *path)
{
	MMDB_entry_data_s data;

	if (!value_find(entry, path, MMDB_DATA_TYPE_UTF8_STRING, &data))
		return SV("");
	return arena_dup(a, sv_sub(sv_make(data.utf8_string, data.data_size), 0,
	                           TEXT_BYTES_MAX));
}

static void
country_find(const struct geo *g, struct arena *a, const struct ip *ip,
             struct geo_place *ret)
{
	static const char *const paths[][3] = {
		{ "country", "iso_code", NULL },
		{ "registered_country", "iso_code", NULL },
	};
	MMDB_entry_s entry;

	if (!entry_find(&g->country, ip, &entry))
		return;
	for (size_t i = 0; i < 2 && ret->country.n != 2; i++)
		ret->country = text_find(&entry, a, paths[i]);
	if (ret->country.n != 2)
		ret->country = SV("");
}

static void
asn_find(const struct geo *g, struct arena *a, const struct ip *ip,
         struct geo_place *ret)
{
	static const char *const number[] = { "autonomous_system_number",
		                              NULL };
	static const char *const name[] = { "autonomous_system_organization",
		                            NULL };
	MMDB_entry_s entry;
	MMDB_entry_data_s data;

	if (!entry_find(&g->asn, ip, &entry))
		return;
	if (value_find(&entry, number, MMDB_DATA_TYPE_UINT32, &data))
		ret->asn = data.uint32;
	ret->organisation = text_find(&entry, a, name);
}

void
geo_find(const struct geo *g, struct arena *a, const struct ip *ip,
         struct geo_place *ret)
{
	*ret = (struct geo_place){ .country = SV(""), .organisation = SV("") };
	if (!g)
		return;
	country_find(g, a, ip, ret);
	asn_find(g, a, ip, ret);
}

#else /* without libmaxminddb */

struct geo *
geo_open(const struct conf *conf, struct diags *diags)
{
	if (*conf->geo.country_database || *conf->geo.asn_database)
		diags_add(diags, SEVERITY_WARNING, NULL, 0,
		          "this build has no libmaxminddb: countries and "
		          "autonomous systems stay unknown");
	return NULL;
}

void
geo_close(struct geo *g)
{
	(void)g;
}

void
geo_find(const struct geo *g, struct arena *a, const struct ip *ip,
         struct geo_place *ret)
{
	(void)g, (void)a, (void)ip;
	*ret = (struct geo_place){ .country = SV(""), .organisation = SV("") };
}

#endif
