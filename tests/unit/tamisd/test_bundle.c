/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <unistd.h>

#include "../unit.h"
#include "base/file.h"
#include "tamisd/bundle.h"

static char folder[] = "bundle-XXXXXX";
static char conf_path[600], rule_path[600];

static void
write_files(const char *rules)
{
	char text[700], *here = getcwd(NULL, 0);

	if (!conf_path[0]) {
		ck_assert_ptr_nonnull(mkdtemp(folder));
		snprintf(conf_path, sizeof conf_path, "%s/%s/t.conf", here,
		         folder);
		snprintf(rule_path, sizeof rule_path, "%s/%s/t.cf", here,
		         folder);
	}
	free(here);
	snprintf(text, sizeof text, "rule { paths = %s; }\n", rule_path);
	ck_assert_int_eq(file_replace(conf_path, sv_str(text), 0600), 0);
	ck_assert_int_eq(file_replace(rule_path, sv_str(rules), 0600), 0);
}

static void
remove_files(void)
{
	unlink(conf_path);
	unlink(rule_path);
	rmdir(folder);
}

static struct bundle
read_good(const char *rules)
{
	struct diags diags = DIAGS_INIT;
	struct bundle b;

	write_files(rules);
	ck_assert_int_eq(bundle_read(conf_path, &b, &diags), 0);
	diags_done(&diags);
	return b;
}

START_TEST(a_bundle_outlives_its_files)
{
	struct bundle b = read_good("body A /x/\nscore A 2\n");
	struct rule_sources sources = { 0 };
	struct diags diags = DIAGS_INIT;
	struct snapshot *s;
	int fd = bundle_to_fd(&b);

	write_files("rubbish");
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bundle_from_fd(fd, &sources), 0);
	s = bundle_compile(&sources, &diags);
	ck_assert_ptr_nonnull(s);
	ck_assert_uint_eq(rule_set_count(s->rules), 1);
	snapshot_unref(s);
	rule_sources_done(&sources);
	bundle_done(&b);
	close(fd);
	remove_files();
}
END_TEST

START_TEST(a_check_tells_rules_and_hash)
{
	struct bundle b = read_good("body A /x/\nscore A 2\ntest A ok ax\n");
	struct bundle_report r;

	bundle_check(&b, true, &r);
	ck_assert_msg(r.ok, "%s", r.text);
	ck_assert_uint_eq(r.rules, 1);
	ck_assert_int_eq(strncmp(r.ruleset, "sha256:", 7), 0);
	free(r.text);
	bundle_done(&b);
	remove_files();
}
END_TEST

START_TEST(a_broken_rule_is_refused_with_file_and_line)
{
	struct bundle b = read_good("body A /x/\nbody B /(/\n");
	struct bundle_report r;
	char want[640];

	bundle_check(&b, true, &r);
	ck_assert(!r.ok);
	snprintf(want, sizeof want, "%s:2: error:", rule_path);
	ck_assert_msg(strstr(r.text, want) != NULL, "%s", r.text);
	free(r.text);
	bundle_done(&b);
	remove_files();
}
END_TEST

START_TEST(a_failing_test_line_refuses_the_bundle_if_strict)
{
	struct bundle b = read_good("body A /x/\nscore A 2\ntest A ok yyy\n");
	struct bundle_report r;

	bundle_check(&b, true, &r);
	ck_assert(!r.ok);
	ck_assert_ptr_nonnull(strstr(r.text, ":3: error:"));
	free(r.text);
	bundle_check(&b, false, &r);
	ck_assert(r.ok); /* at the start it is only told */
	ck_assert_ptr_nonnull(strstr(r.text, ":3: error:"));
	free(r.text);
	bundle_done(&b);
	remove_files();
}
END_TEST

START_TEST(a_missing_configuration_is_an_error)
{
	struct diags diags = DIAGS_INIT;
	struct bundle b;

	ck_assert_int_lt(bundle_read("no-such-file.conf", &b, &diags), 0);
	ck_assert_uint_eq(diags.errors, 1);
	diags_done(&diags);
}
END_TEST

UNIT_MAIN("bundle", a_bundle_outlives_its_files, a_check_tells_rules_and_hash,
          a_broken_rule_is_refused_with_file_and_line,
          a_failing_test_line_refuses_the_bundle_if_strict,
          a_missing_configuration_is_an_error)
