/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "tamis/spamassassin_options.h"

enum { WORDS_MAX = 16 };

/* The command line with blanks between its words. */
static int
read_line(const char *text, struct spamassassin_options *ret,
          char why[SPAMASSASSIN_WHY])
{
	static char words[1024];
	char *argv[WORDS_MAX];
	int argc = 0;

	ck_assert_uint_lt(strlen(text), sizeof words);
	memcpy(words, text, strlen(text) + 1);
	for (char *w = strtok(words, " "); w; w = strtok(NULL, " "))
		argv[argc++] = w;
	return spamassassin_options_read(argc, argv, ret, why);
}

static struct spamassassin_options
good(const char *text)
{
	struct spamassassin_options o;
	char why[SPAMASSASSIN_WHY] = "";

	ck_assert_msg(read_line(text, &o, why) == 0, "%s: %s", text, why);
	return o;
}

START_TEST(letters_are_bundled)
{
	struct spamassassin_options o = good("sa -tLC/etc/rules -xdp prefs a");

	ck_assert(o.test_mode && o.local && o.remove_markup);
	ck_assert_str_eq(o.configpath, "/etc/rules");
	ck_assert_str_eq(o.prefspath, "prefs");
	ck_assert_uint_eq(o.targets.n, 1);
	ck_assert_str_eq(o.targets.list[0], "a");
	spamassassin_options_done(&o);
}
END_TEST

START_TEST(names_have_several_spellings)
{
	struct spamassassin_options o =
	    good("sa --config-file=a --siteconfigpath b --cf=x --cf y --pre=z "
	         "--despamassassinify --local --nocreate-prefs --mbox -- -t");

	ck_assert_str_eq(o.configpath, "a");
	ck_assert_str_eq(o.siteconfigpath, "b");
	ck_assert_uint_eq(o.cf.n, 2);
	ck_assert_str_eq(o.cf.list[1], "y");
	ck_assert_uint_eq(o.pre.n, 1);
	ck_assert(o.remove_markup && o.local && o.mbox && !o.test_mode);
	ck_assert_str_eq(o.targets.list[0], "-t");
	spamassassin_options_done(&o);
}
END_TEST

START_TEST(arguments_may_be_left_out)
{
	static const struct {
		const char *line;
		int code;
		const char *areas; /* NULL: no debugging */
		size_t targets;
	} cases[] = {
		{ "sa -e", 0, NULL, 0 },
		{ "sa -e 7", 7, NULL, 0 },
		{ "sa -e7", 7, NULL, 0 },
		{ "sa -et", 0, NULL, 0 },
		{ "sa -e mail", 0, NULL, 1 },
		{ "sa --exit-code=9", 9, NULL, 0 },
		{ "sa -e -D", 0, "", 0 },
		{ "sa -e -D -t", 0, "", 0 },
		{ "sa -e -D all,dns", 0, "all,dns", 0 },
		{ "sa -e --debug=rules", 0, "rules", 0 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct spamassassin_options o = good(cases[i].line);

		ck_assert(o.has_error_code);
		ck_assert_int_eq(o.error_code, cases[i].code);
		ck_assert(o.debug == (cases[i].areas != NULL));
		if (o.debug)
			ck_assert_str_eq(o.debug_areas, cases[i].areas);
		ck_assert_uint_eq(o.targets.n, cases[i].targets);
		spamassassin_options_done(&o);
	}
}
END_TEST

START_TEST(what_is_wrong_is_named)
{
	static const struct {
		const char *line, *why;
	} cases[] = {
		{ "sa --nonsense", "Unknown option: nonsense" },
		{ "sa -q", "Unknown option: q" },
		{ "sa -C", "requires an argument" },
		{ "sa --lint=1", "does not take an argument" },
		{ "sa --error-code=x", "Not a number" },
		{ "sa --conf x", "Unknown option" }, /* no abbreviations */
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct spamassassin_options o;
		char why[SPAMASSASSIN_WHY] = "";

		ck_assert_int_eq(read_line(cases[i].line, &o, why), E_SYNTAX);
		ck_assert_msg(strstr(why, cases[i].why) != NULL, "%s: %s",
		              cases[i].line, why);
		spamassassin_options_done(&o);
	}
}
END_TEST

START_TEST(what_tamis_cannot_do_is_known)
{
	struct spamassassin_options o = good("sa -W");

	ck_assert_ptr_nonnull(o.absent);
	spamassassin_options_done(&o);
	o = good("sa --add-addr-to-blacklist ann@example.org");
	ck_assert_ptr_nonnull(o.absent);
	ck_assert_uint_eq(o.targets.n, 0);
	spamassassin_options_done(&o);
	o = good("sa -P -S -6 -u ann -l");
	ck_assert(!o.absent && !o.removed);
	spamassassin_options_done(&o);
	o = good("sa --add-from");
	ck_assert(o.removed);
	spamassassin_options_done(&o);
}
END_TEST

UNIT_MAIN("spamassassin", letters_are_bundled, names_have_several_spellings,
          arguments_may_be_left_out, what_is_wrong_is_named,
          what_tamis_cannot_do_is_known)
