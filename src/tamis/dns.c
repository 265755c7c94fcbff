/* SPDX-License-Identifier: Apache-2.0 */
/* tamis dns: whether resolvers and DNS lists are of use. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "tamis/dns_test.h"
#include "tamis/options.h"
#include "tamis/setup.h"
#include "tamis/term.h"

enum { JSON_BYTES_MAX = 16 << 20, TEXT = IP_TEXT + 10 };

/* Everything that was found out; it hangs from the arena. */
struct report {
	struct arena *arena;
	size_t n_resolvers, n_lists;
	struct dns_resolver_report resolvers[DNS_RESOLVERS_MAX];
	struct dns_list_report *lists;
};

static const char *
resolver_text(const struct dns_resolver *r, char text[TEXT])
{
	char ip[IP_TEXT];

	snprintf(text, TEXT, ip_is_v4(&r->ip) ? "%s:%u" : "[%s]:%u",
	         ip_text(&r->ip, ip), r->port);
	return text;
}

/* ---- a page ---- */

static void
print_resolvers(const struct report *r, const struct term *term)
{
	char text[TEXT], why[DNS_WHY];
	struct table t;

	table_init(&t, r->arena, "lrll");
	table_cell(&t, SV("resolver"));
	table_cell(&t, SV("ms"));
	table_cell(&t, SV("state"));
	table_cell(&t, SV(""));
	for (size_t i = 0; i < r->n_resolvers; i++) {
		const struct dns_resolver_report *one = &r->resolvers[i];
		bool bad = dns_resolver_is_bad(one, why);

		table_cell(&t, sv_str(resolver_text(&one->resolver, text)));
		if (dns_is_known(one->known))
			table_cellf(&t, "%.1f", (double)one->latency_us / 1e3);
		else
			table_cell(&t, SV("-"));
		table_cell(&t, bad ? SV("BAD") : SV("ok"));
		table_cell(&t, sv_str(why));
	}
	table_print(&t, term, 0, true);
}

/* "yes": the entry that must be there is; "-": it is not. */
static struct sv
listed_word(enum dns_status s)
{
	return s == DNS_FOUND ? SV("yes") : dns_is_known(s) ? SV("-") : SV("?");
}

static void
print_lists(const struct report *r, const struct term *term)
{
	static const char *const head[] = { "list",  "IPv4",  "IPv6",
		                            "names", "state", "" };
	struct table t;

	table_init(&t, r->arena, "llllll");
	for (size_t i = 0; i < sizeof head / sizeof *head; i++)
		table_cell(&t, sv_str(head[i]));
	for (size_t i = 0; i < r->n_lists; i++) {
		const struct dns_list_report *one = &r->lists[i];
		char why[DNS_WHY];
		bool bad = dns_list_is_bad(one, why);

		table_cell(&t, one->zone);
		table_cell(&t, listed_word(one->answers[DNS_ENTRY_ADDRESS]));
		table_cell(&t, listed_word(one->answers[DNS_ENTRY_V6]));
		table_cell(&t, listed_word(one->answers[DNS_ENTRY_NAME]));
		table_cell(&t, bad ? SV("BAD") : *why ? SV("?") : SV("ok"));
		table_cell(&t, sv_str(why));
	}
	printf("\n");
	table_print(&t, term, 0, true);
}

static void
print_page(const struct report *r)
{
	struct term term = term_open(stdout);

	print_resolvers(r, &term);
	if (r->n_lists)
		print_lists(r, &term);
	else
		printf("\nNo rule asks a list.\n");
}

/* ---- JSON ---- */

static void
write_resolver(struct json *j, const struct dns_resolver_report *one)
{
	char text[TEXT], why[DNS_WHY];
	bool bad = dns_resolver_is_bad(one, why);

	json_begin_object(j, NULL);
	json_text(j, "address", resolver_text(&one->resolver, text));
	json_bool(j, "ok", !bad);
	json_text(j, "why", why);
	json_text(j, "known_name", dns_status_word(one->known));
	json_text(j, "missing_name", dns_status_word(one->missing));
	if (dns_is_known(one->known))
		json_int(j, "latency_us", one->latency_us);
	if (one->public_name)
		json_text(j, "public", one->public_name);
	json_end(j);
}

static void
write_list(struct json *j, const struct dns_list_report *one)
{
	static const char *const names[DNS_ENTRIES] = {
		[DNS_ENTRY_ADDRESS] = "127.0.0.2",
		[DNS_ENTRY_V6] = "::ffff:127.0.0.2",
		[DNS_ENTRY_NAME] = "test",
		[DNS_ENTRY_NO_ADDRESS] = "127.0.0.1",
		[DNS_ENTRY_NO_NAME] = "invalid",
	};
	char why[DNS_WHY];
	bool bad = dns_list_is_bad(one, why);

	json_begin_object(j, NULL);
	json_str(j, "zone", one->zone);
	json_bool(j, "ok", !bad);
	json_text(j, "why", why);
	json_begin_object(j, "entries");
	for (int i = 0; i < DNS_ENTRIES; i++)
		json_text(j, names[i], dns_status_word(one->answers[i]));
	json_end(j);
	if (one->refusal != LIST_ANSWERS)
		json_text(j, "refusal", list_refusal_word(one->refusal));
	json_end(j);
}

static void
print_json(const struct report *r, bool is_ok)
{
	struct buf out = BUF_INIT(JSON_BYTES_MAX);
	struct json j = json_start(&out);

	json_begin_object(&j, NULL);
	json_bool(&j, "ok", is_ok);
	json_begin_array(&j, "resolvers");
	for (size_t i = 0; i < r->n_resolvers; i++)
		write_resolver(&j, &r->resolvers[i]);
	json_end(&j);
	json_begin_array(&j, "lists");
	for (size_t i = 0; i < r->n_lists; i++)
		write_list(&j, &r->lists[i]);
	json_end(&j);
	json_end(&j);
	puts(buf_str(&out));
	buf_done(&out);
}

/* ---- the test ---- */

/* The zones that were named, else those of the rules. False: there are no
 * rules that can be read. */
static bool
find_zones(struct arena *a, const char *given,
           const struct conf_list *rule_paths, const struct operands *named,
           struct dns_zone_names *ret)
{
	struct snapshot *snapshot;

	*ret = (struct dns_zone_names){ ARENA_ARRAY(a, struct sv, named->n + 1),
		                        0 };
	for (size_t i = 1; i < named->n; i++)
		if (dns_name(a, sv_str(named->list[i]), &ret->list[ret->n]))
			ret->n++;
		else
			fprintf(stderr, "tamis dns: no name: %s\n",
			        named->list[i]);
	if (named->n > 1)
		return ret->n > 0;
	snapshot = setup_snapshot(given, rule_paths, NULL);
	if (!snapshot)
		return false;
	*ret = dns_zones_of_rules(a, snapshot);
	snapshot_unref(snapshot);
	return true;
}

static bool
is_all_well(const struct report *r)
{
	char why[DNS_WHY];
	bool ok = r->n_resolvers > 0;

	for (size_t i = 0; i < r->n_resolvers; i++)
		ok &= !dns_resolver_is_bad(&r->resolvers[i], why);
	for (size_t i = 0; i < r->n_lists; i++)
		ok &= !dns_list_is_bad(&r->lists[i], why);
	return ok;
}

static int
test(const struct conf *conf, struct arena *a,
     const struct dns_zone_names *zones, bool json)
{
	struct dns_resolver resolvers[DNS_RESOLVERS_MAX];
	struct report r = {
		.arena = a,
		.n_resolvers = dns_resolvers(conf, resolvers),
		.n_lists = zones->n,
		.lists = ARENA_ARRAY(a, struct dns_list_report, zones->n + 1),
	};
	bool ok;

	if (!conf->dns.enabled)
		fprintf(stderr, "tamis: dns.enabled is no: tamisd asks "
		                "nothing of all this\n");
	for (size_t i = 0; i < r.n_resolvers; i++)
		dns_test_resolver(conf, &resolvers[i], &r.resolvers[i]);
	dns_test_lists(conf, a, zones, r.lists);
	ok = is_all_well(&r);
	if (json)
		print_json(&r, ok);
	else
		print_page(&r);
	return ok ? EXIT_YES : EXIT_NO;
}

int
dns_run(const struct command *self, int argc, char **argv)
{
	const char *given = NULL;
	struct conf_list rule_paths = { NULL, 0 };
	bool json = false;
	const struct option_row rows[] = {
		OPTION_ROW_CONFIG(&given),
		OPTION_ROW_RULES(&rule_paths),
		OPTION_ROW_JSON(&json, "print one JSON object"),
		{ 0 },
	};
	struct operands operands;
	struct dns_zone_names zones;
	struct arena *a;
	struct conf *conf;
	int result = options_parse(self, rows, argc, argv, &operands);

	if (result == OPTIONS_GO_ON &&
	    (!operands.n || strcmp(operands.list[0], "test") != 0))
		result = options_error(self, "wants the word test");
	if (result != OPTIONS_GO_ON)
		goto out;
	result = EXIT_USAGE;
	conf = setup_conf(given);
	if (!conf)
		goto out;
	a = arena_new();
	if (find_zones(a, given, &rule_paths, &operands, &zones))
		result = test(conf, a, &zones, json);
	arena_free(a);
	conf_unref(conf);
out:
	free(rule_paths.list);
	return result;
}
