/* SPDX-License-Identifier: Apache-2.0 */
/* Rules that look things up in lists. */
#include "rule/list.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "sample.h"

static struct rule_set *
compile_with_list(const char *rules, const char *list, struct diags *diags)
{
	struct rule_sources sources = { 0 };
	struct rule_set *rs;

	rule_sources_add(&sources, "rules/a.cf", sv_str(rules));
	if (list)
		rule_sources_add_list(&sources, "rules/x.list", sv_str(list));
	rs = rule_set_compile(&sources, sample_conf(), diags);
	rule_sources_done(&sources);
	return rs;
}

static const struct {
	const char *kind, *entries, *text;
	bool hit;
} cases[] = {
	{ "domain", "bad.example\n", "http://bad.example/", true },
	{ "domain", "bad.example\n", "http://a.b.BAD.example:8080/x", true },
	{ "domain", "bad.example\n", "http://notbad.example/", false },
	{ "domain", "bad.example\n", "http://bad.example.org/", false },
	{ "domain", "bad.example\n", "no address at all", false },
	{ "domain", "# all\r\n*.Bad.Example  # why\r\n", "http://bad.example/",
	  true },
	{ "domain", ".example\n", "http://bad.example/", true },
	{ "domain",
	  "b\xc3\xbc"
	  "cher.example\n",
	  "http://xn--bcher-kva.example/", true },
	{ "domain", "", "http://bad.example/", false },
	{ "address", "Joe@Bad.example\n", "joe@bad.example", true },
	{ "address", "joe@bad.example\n", "jane@bad.example", false },
	{ "address", "@bad.example\n", "jane@bad.example", true },
	{ "address", "@bad.example\n", "jane@a.bad.example", false },
	{ "url", "http://bad.example/A/\n", "http://bad.example/A", true },
	{ "url", "http://bad.example/A/\n", "https://bad.example/A/b?c", true },
	{ "url", "http://bad.example/A/\n", "https://bad.example/Ab", false },
	{ "url", "bad.example/A?b=1#c\n", "http://bad.example/A?b=1", false },
	{ "url", "bad.example/A?b=1\n", "http://bad.example/A?b=1", true },
	{ "url", "bad.example/A?b=1\n", "http://bad.example/A?b=12", false },
	{ "url", "bad.example\n", "http://bad.example/x/y", true },
	{ "text", "@BuyNow\n", "write to (@buynow), today", true },
	{ "text", "@BuyNow\n", "write to buynow", false },
	{ "text", "4111-1111\n", "pay 4111-1111!", true },
};

START_TEST(messages_name_entries_or_not)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct diags diags = DIAGS_INIT;
		struct buf rules = BUF_INIT(1000);
		struct rule_set *rs;

		buf_addf(&rules, "list A %s x.list\ntest A %s %s\n",
		         cases[i].kind, cases[i].hit ? "ok" : "fail",
		         cases[i].text);
		rs = compile_with_list(buf_str(&rules), cases[i].entries,
		                       &diags);
		ck_assert_ptr_nonnull(rs);
		ck_assert_uint_eq(rule_set_run_tests(rs, &diags), 1);
		ck_assert_msg(diags.errors == 0, "%s in %s", cases[i].text,
		              cases[i].entries);
		rule_set_unref(rs);
		buf_done(&rules);
		diags_done(&diags);
	}
}
END_TEST

START_TEST(networks_are_those_of_the_client)
{
	static const struct {
		const char *entries, *client;
		bool hit;
	} networks[] = {
		{ "192.0.2.0/24\n", "192.0.2.7", true },
		{ "192.0.2.0/24 # why\n", "192.0.3.7", false },
		{ "192.0.2.7\n", "192.0.2.7", true },
		{ "192.0.2.0/24\n!192.0.2.7\n", "192.0.2.7", false },
		{ "2001:db8::/32\n", "2001:db8:1::2", true },
		{ "192.0.2.0/24\n", "", false },
	};
	struct sample_mail mail = { .body = { "", "text" } };

	for (size_t i = 0; i < sizeof networks / sizeof *networks; i++) {
		struct diags diags = DIAGS_INIT;
		struct rule_set *rs = compile_with_list(
		    "list A network x.list\n", networks[i].entries, &diags);
		struct rule_worker *w = rule_worker_new();
		struct arena *a = arena_new();
		struct message_envelope envelope = {
			.client_ip = sv_str(networks[i].client),
		};
		struct rule_job job = { .message = sample_message(a, &mail),
			                .envelope = &envelope };
		struct rule_result *result = rule_eval(rs, w, a, &job);

		ck_assert_uint_eq(diags.n, 0);
		ck_assert_msg(result->n_hits == networks[i].hit, "%s in %s",
		              networks[i].client, networks[i].entries);
		arena_free(a);
		rule_worker_free(w);
		rule_set_unref(rs);
		diags_done(&diags);
	}
}
END_TEST

START_TEST(a_million_networks_are_read)
{
	struct buf text = BUF_INIT(64 << 20);
	struct diags diags = DIAGS_INIT;
	struct list *list;
	struct ip ip;

	for (unsigned i = 0; i < 1000000; i++)
		buf_addf(&text, "%u.%u.%u.%u/31\n", 1 + i / 2097152,
		         i / 32768 % 256, i / 128 % 256, i % 128 * 2);
	list = list_read(LIST_NETWORK, "x.list", buf_sv(&text), &diags);
	ck_assert_uint_eq(diags.n, 0);
	ck_assert_int_eq(ip_parse(SV("1.2.3.4"), &ip), 0);
	ck_assert(ip_set_has(list->networks, &ip));
	ck_assert_int_eq(ip_parse(SV("9.2.3.4"), &ip), 0);
	ck_assert(!ip_set_has(list->networks, &ip));
	list_free(list);
	diags_done(&diags);
	buf_done(&text);
}
END_TEST

START_TEST(a_hit_says_which_entry_and_where)
{
	static const struct sample_mail mail = {
		.header = { "From: Joe <joe@bad.example>" },
		.body = { "", "call 555-0100 now" },
	};
	struct diags diags = DIAGS_INIT;
	struct rule_set *rs = compile_with_list(
	    "list A address x.list\nscore A 2\n"
	    "list B text x.list\nmeta C A && B\nlist D domain x.list\n"
	    "score D 0\n",
	    "@bad.example\n555-0100\n", &diags);
	struct rule_worker *w = rule_worker_new();
	struct arena *a = arena_new();
	struct rule_job job = { .message = sample_message(a, &mail) };
	struct rule_result *result = rule_eval(rs, w, a, &job);
	const struct rule_hit *h = result->hits;

	ck_assert_uint_eq(result->n_hits, 3);
	ck_assert_int_eq(result->score_e4, 40000);
	ck_assert_int_eq(h[0].view, VIEW_HEADER);
	ck_assert_str_eq(h[0].selector, "From");
	ck_assert_uint_eq(h[0].offset, 5);
	ck_sv_eq(h[0].text, "joe@bad.example");
	ck_assert_int_eq(h[1].view, VIEW_BODY);
	ck_assert_uint_eq(h[1].element, 1);
	ck_assert_uint_eq(h[1].offset, 5);
	ck_sv_eq(h[1].text, "555-0100");
	arena_free(a);
	rule_worker_free(w);
	rule_set_unref(rs);
	diags_done(&diags);
}
END_TEST

START_TEST(what_is_wrong_is_named)
{
	static const struct {
		const char *rules, *list, *want;
	} wrongs[] = {
		{ "list A", NULL, "1 error rule A has no definition\n" },
		{ "list A domain", NULL,
		  "1 error rule A: the file of the list is missing\n" },
		{ "list A domains x.list", NULL,
		  "1 error rule A: lists are of the kind domain, address, url, "
		  "text or network\n" },
		{ "list A domain x.list", NULL,
		  "1 error rule A: there is no list rules/x.list\n" },
		{ "list A domain x.list\nlist B domain x.list",
		  "good.example\nno domain\n# c\n..\n",
		  "2 warning is no domain: left out\n"
		  "4 warning is no domain: left out\n" },
		{ "list A address x.list", "@\njoe\n@a b\nb@c\n1@\n2@\n3@\n",
		  "1 warning is no address: left out\n"
		  "2 warning is no address: left out\n"
		  "3 warning is no address: left out\n"
		  "5 warning is no address: left out\n"
		  "6 warning is no address: left out\n"
		  "0 warning 6 lines are no address and left out\n" },
	};

	for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
		struct diags diags = DIAGS_INIT;
		struct buf said = BUF_INIT(10000);

		rule_set_unref(
		    compile_with_list(wrongs[i].rules, wrongs[i].list, &diags));
		sample_diags(&diags, &said);
		ck_assert_str_eq(buf_str(&said), wrongs[i].want);
		buf_done(&said);
		diags_done(&diags);
	}
}
END_TEST

static void
write_file(const char *path, const char *text)
{
	ck_assert_int_eq(file_replace(path, sv_str(text), 0600), 0);
}

/* The daemon's scanners see no files: all is in the sources, and stays there
 * when they are packed. */
START_TEST(lists_travel_with_the_rules)
{
	char folder[] = "test_list.XXXXXX", path[64];
	char *paths[] = { folder };
	struct conf_list list = { .list = paths, .n = 1 };
	struct rule_sources read = { 0 }, unpacked = { 0 }, all = { 0 };
	struct buf packed = BUF_INIT(100000);
	struct diags diags = DIAGS_INIT;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/a.cf", folder);
	write_file(path, "list A domain b/x.list # why\nLIST B text b/x.list\n"
	                 "list C broken\n");
	ck_assert_int_eq(rule_sources_read(&list, &read, &diags), E_IO);
	ck_assert_int_eq(diags.list[0].line, 1);
	rule_sources_done(&read);
	snprintf(path, sizeof path, "%s/b", folder);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	snprintf(path, sizeof path, "%s/b/x.list", folder);
	write_file(path, "bad.example\n");
	ck_assert_int_eq(rule_sources_read(&list, &read, &diags), 0);
	ck_assert_uint_eq(read.n, 2);
	ck_assert(!read.list[0].is_list && read.list[1].is_list);
	ck_assert_str_eq(read.list[1].file, path);
	rule_sources_pack(&read, &packed);
	ck_assert_int_eq(rule_sources_unpack(buf_sv(&packed), &unpacked), 0);
	rule_sources_take(&all, &unpacked);
	ck_assert_uint_eq(unpacked.n, 0);
	ck_assert(all.n == 2 && !all.list[0].is_list && all.list[1].is_list);
	ck_assert_str_eq(all.list[1].text, "bad.example\n");
	rule_sources_done(&all);
	rule_sources_done(&read);
	unlink(path);
	snprintf(path, sizeof path, "%s/b", folder);
	rmdir(path);
	snprintf(path, sizeof path, "%s/a.cf", folder);
	unlink(path);
	rmdir(folder);
	buf_done(&packed);
	diags_done(&diags);
}
END_TEST

UNIT_MAIN("rule/list", messages_name_entries_or_not,
          networks_are_those_of_the_client, a_million_networks_are_read,
          a_hit_says_which_entry_and_where, what_is_wrong_is_named,
          lists_travel_with_the_rules)
