/* SPDX-License-Identifier: Apache-2.0 */
/* Each type: what is taken, what is refused, and how it is written. */
#include "../unit.h"

#include "conf/value.h"

struct item {
	const char *section, *key;
	const char *text;
	const char *written; /* NULL: refused */
};

static void
check_item(const struct item *item)
{
	int index = schema_option(sv_str(item->section), sv_str(item->key));
	struct sv text = sv_str(item->text);
	struct conf c = { 0 };
	struct arena *arena = arena_new();
	struct buf out = BUF_INIT(10000);
	size_t bad = 99;
	bool ok;

	ck_assert_int_ne(index, CONF_NONE);
	ok = value_read(&c, &conf_options[index], &text, 1, arena, &bad);
	ck_assert_msg(ok == (item->written != NULL), "%s.%s = '%s' is %s",
	              item->section, item->key, item->text,
	              ok ? "taken" : "refused");
	if (ok) {
		value_write(&c, &conf_options[index], &out);
		ck_assert_str_eq(buf_str(&out), item->written);
	} else {
		ck_assert_uint_eq(bad, 0);
	}
	buf_done(&out);
	arena_free(arena);
}

#define CHECK_ALL(table)                                                       \
	for (size_t i = 0; i < sizeof(table) / sizeof *(table); i++)           \
	check_item(&(table)[i])

START_TEST(numbers_have_units_and_inclusive_ranges)
{
	static const struct item table[] = {
		{ "tamisd", "scanners", "1", "1" },
		{ "tamisd", "scanners", "64", "64" },
		{ "tamisd", "scanners", "0", NULL },
		{ "tamisd", "scanners", "65", NULL },
		{ "tamisd", "scanners", "-1", NULL },
		{ "tamisd", "scanners", "", NULL },
		{ "tamisd", "scanners", "1k", NULL },
		{ "tamisd", "scanners", "1.5", NULL },
		{ "tamisd", "scanners", "99999999999999999999", NULL },
		{ "message", "bytes_max", "1024", "1k" },
		{ "message", "bytes_max", "1k", "1k" },
		{ "message", "bytes_max", "1023", NULL },
		{ "message", "bytes_max", "1500", "1500" },
		{ "message", "bytes_max", "50M", "50M" },
		{ "message", "bytes_max", "1024M", "1G" },
		{ "message", "bytes_max", "1G", "1G" },
		{ "message", "bytes_max", "1073741825", NULL },
		{ "message", "bytes_max", "1K", NULL },
		{ "message", "bytes_max", "9000000000000000000G", NULL },
		{ "scan", "deadline", "100ms", "100ms" },
		{ "scan", "deadline", "99ms", NULL },
		{ "scan", "deadline", "1500ms", "1500ms" },
		{ "scan", "deadline", "60s", "1min" },
		{ "scan", "deadline", "10min", "10min" },
		{ "scan", "deadline", "11min", NULL },
		{ "scan", "deadline", "1h", NULL },
		{ "scan", "deadline", "20", NULL },
		{ "scan", "deadline", "20 s", NULL },
		{ "tamisd", "stop_timeout", "0", "0" },
		{ "report", "http_interval", "1d", "1d" },
		{ "report", "http_interval", "24h", "1d" },
		{ "scan", "threshold", "5", "5" },
		{ "scan", "threshold", "-0.001", "-0.001" },
		{ "scan", "threshold", "5.00000", "5" },
		{ "scan", "threshold", "5.00001", NULL },
		{ "scan", "threshold", "1000.0001", NULL },
		{ "scan", "threshold", "5,0", NULL },
		{ "scan", "threshold", "five", NULL },
		{ "plan", "reject_score", "-1", NULL },
		{ "milter", "socket_mode", "0666", "0666" },
		{ "milter", "socket_mode", "600", "0600" },
		{ "milter", "socket_mode", "0999", NULL },
		{ "milter", "socket_mode", "1000", NULL },
		{ "milter", "socket_mode", "", NULL },
	};

	CHECK_ALL(table);
}
END_TEST

START_TEST(words_are_exact)
{
	static const struct item table[] = {
		{ "plan", "headers", "yes", "yes" },
		{ "plan", "headers", "no", "no" },
		{ "plan", "headers", "Yes", NULL },
		{ "plan", "headers", "1", NULL },
		{ "plan", "headers", "", NULL },
		{ "plan", "suspected", "hold_for_review", "hold_for_review" },
		{ "plan", "suspected", "rewrite", NULL },
		{ "plan", "suspected", "", NULL },
		{ "scan", "overload", "tempfail", "tempfail" },
		{ "scan", "overload", "discard", NULL },
		{ "report", "profile", "evidence", "evidence" },
		{ "log", "level", "debug", "debug" },
		{ "log", "target", "file", NULL },
	};

	CHECK_ALL(table);
}
END_TEST

#define KEY "RWSenJmssZEd3v02p9klQAEVRC1dYHq0Ki2q7JbH8PouZZbB5scRb1QQ"

START_TEST(texts_have_the_form_of_what_they_name)
{
	static const struct item table[] = {
		{ "node", "organisation", "", "\"\"" },
		{ "node", "organisation", "A \"B\" \\",
		  "\"A \\\"B\\\" \\\\\"" },
		{ "node", "organisation", "a#b", "\"a#b\"" },
		{ "node", "organisation", "plain", "plain" },
		{ "node", "name", "mx1.example.org", "mx1.example.org" },
		{ "network", "trusted", "10/8", "10/8" },
		{ "network", "trusted", "!2001:db8::/33", "!2001:db8::/33" },
		{ "network", "internal", "192.168.", "192.168." },
		{ "network", "internal", "192.168", NULL },
		{ "network", "msa", "example.org", NULL },
		{ "node", "name", "mx1/a", NULL },
		{ "node", "name", "-mx1", NULL },
		{ "node", "name", "a b", NULL },
		{ "tamisd", "state_dir", "/var/lib/x", "/var/lib/x" },
		{ "tamisd", "state_dir", "lib", NULL },
		{ "tamisd", "state_dir", "", NULL },
		{ "tamisd", "control", "", "\"\"" },
		{ "feedd", "listen", "inet6:1@[::1]", "inet6:1@[::1]" },
		{ "feedd", "listen", "", NULL },
		{ "feedd", "listen", "localhost:80", NULL },
		{ "milter", "listen", "", "\"\"" },
		{ "milter", "listen", "unix:/a b", "\"unix:/a b\"" },
		{ "rule", "paths", "", NULL },
		{ "rule", "paths", "rules", NULL },
		{ "report", "http_url", "https://feed.example.org/",
		  "https://feed.example.org/" },
		{ "channel", "sources", "a-1 https://example.org/a",
		  "\"a-1 https://example.org/a\"" },
		{ "channel", "sources", "a file:///a", "\"a file:///a\"" },
		{ "channel", "sources", "a http://example.org/a", NULL },
		{ "channel", "sources", "a file://host/a", NULL },
		{ "channel", "sources", "https://example.org/a", NULL },
		{ "channel", "sources", "../a https://example.org/a", NULL },
		{ "channel", "sources", "-a https://example.org/a", NULL },
		{ "channel", "sources", "a https://example.org/a b", NULL },
		{ "channel", "keys", "a " KEY, "\"a " KEY "\"" },
		{ "channel", "keys", KEY, NULL },
		{ "channel", "keys", "a x" KEY, NULL },
		{ "channel", "keys", "a RWQ", NULL },
		{ "report", "http_url", "https://", NULL },
		{ "report", "http_url", "ftp://feed.example.org/", NULL },
		{ "report", "http_url", "", "\"\"" },
		{ "plan", "reject_code", "554 5.7.26", "\"554 5.7.26\"" },
		{ "plan", "reject_code", "550 4.7.1", NULL },
		{ "plan", "reject_code", "450 4.7.1", NULL },
		{ "plan", "reject_code", "550", NULL },
		{ "plan", "reject_code", "550 5.7", NULL },
		{ "plan", "reject_code", "550 5.7.1.1", NULL },
		{ "plan", "reject_code", "550 5.7.", NULL },
		{ "plan", "reject_code", "5500 5.7.1", NULL },
		{ "plan", "reject_code", "", NULL },
		{ "plan", "tempfail_code", "451 4.7.1", "\"451 4.7.1\"" },
		{ "plan", "tempfail_code", "550 5.7.1", NULL },
		{ "plan", "reject_text", "", NULL },
	};

	CHECK_ALL(table);
}
END_TEST

START_TEST(a_text_has_a_largest_length)
{
	const struct conf_option *o =
	    &conf_options[schema_option(SV("plan"), SV("subject_tag"))];
	char bytes[102];
	struct sv text = { bytes, 100 };
	struct conf c = { 0 };
	struct arena *arena = arena_new();
	size_t bad;

	memset(bytes, 'x', sizeof bytes);
	ck_assert(value_read(&c, o, &text, 1, arena, &bad));
	text.n = 101;
	ck_assert(!value_read(&c, o, &text, 1, arena, &bad));
	arena_free(arena);
}
END_TEST

START_TEST(of_a_list_the_bad_item_is_named)
{
	const struct conf_option *o =
	    &conf_options[schema_option(SV("milter"), SV("listen"))];
	const struct sv items[] = { SV("unix:/a"), SV("x"), SV("unix:/b") };
	const struct sv hole[] = { SV("unix:/a"), SV("") };
	struct conf c = { 0 };
	struct arena *arena = arena_new();
	size_t bad;

	ck_assert(!value_read(&c, o, items, 3, arena, &bad));
	ck_assert_uint_eq(bad, 1);
	ck_assert(!value_read(&c, o, hole, 2, arena, &bad));
	ck_assert_uint_eq(bad, 1);
	ck_assert_uint_eq(c.milter.listen.n, 0);
	arena_free(arena);
}
END_TEST

UNIT_MAIN("conf/value", numbers_have_units_and_inclusive_ranges,
          words_are_exact, texts_have_the_form_of_what_they_name,
          a_text_has_a_largest_length, of_a_list_the_bad_item_is_named)
