/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"

START_TEST(every_code_has_a_text)
{
	for (int code = E_SYNTAX; code >= E_AUTH; code--)
		for (int other = code - 1; other >= E_AUTH; other--)
			ck_assert_str_ne(error_text(code), error_text(other));
	ck_assert_ptr_nonnull(error_text(12345));
}
END_TEST

START_TEST(diagnostics_are_printed_as_compilers_do)
{
	struct diags d = DIAGS_INIT;
	char *text, first[100];
	size_t size;
	FILE *out = open_memstream(&text, &size);

	diags_add(&d, SEVERITY_WARNING, "a.cf", 3, "odd %s", "thing");
	diags_add(&d, SEVERITY_ERROR, "a.cf", 0, "cannot be read");
	diags_add(&d, SEVERITY_ERROR, NULL, 0, "bad %d", 7);
	diags_add(&d, SEVERITY_NOTE, "b.cf", 1, "here");
	ck_assert_uint_eq(d.n, 4);
	ck_assert_uint_eq(d.errors, 2);
	ck_assert_uint_eq(d.warnings, 1);
	diags_print(&d, out);
	fclose(out);
	ck_assert_str_eq(text, "a.cf:3: warning: odd thing\n"
	                       "a.cf: error: cannot be read\n"
	                       "error: bad 7\n"
	                       "b.cf:1: note: here\n");
	diags_first(&d, first, sizeof first);
	ck_assert_str_eq(first, "a.cf: error: cannot be read");
	free(text);
	diags_done(&d);
	ck_assert_uint_eq(d.n, 0);
	diags_first(&d, first, sizeof first);
	ck_assert_str_eq(first, "");
}
END_TEST

START_TEST(without_errors_the_first_entry_is_first)
{
	struct diags d = DIAGS_INIT;
	char first[10];

	diags_add(&d, SEVERITY_WARNING, "a", 1, "a long text that is cut");
	diags_first(&d, first, sizeof first);
	ck_assert_str_eq(first, "a:1: warn");
	diags_done(&d);
}
END_TEST

START_TEST(a_thousand_are_kept_and_all_are_counted)
{
	struct diags d = DIAGS_INIT;
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (int i = 0; i < DIAGS_MAX + 10; i++)
		diags_add(&d, SEVERITY_ERROR, "f", i + 1, "x");
	ck_assert_uint_eq(d.n, DIAGS_MAX);
	ck_assert_uint_eq(d.errors, DIAGS_MAX + 10);
	diags_print(&d, out);
	fclose(out);
	ck_assert_ptr_nonnull(strstr(text, "f:1000: error: x\n(only the first "
	                                   "1000 are shown)\n"));
	free(text);
	diags_done(&d);
}
END_TEST

START_TEST(a_diagnostic_of_any_length_is_one_short_line)
{
	struct diags d = DIAGS_INIT;
	char *text, file[3000];
	size_t size;
	FILE *out = open_memstream(&text, &size);

	memset(file, 'f', sizeof file - 1);
	file[sizeof file - 1] = '\0';
	diags_add(&d, SEVERITY_ERROR, file, 1, "%0*d", 100000, 1);
	diags_print(&d, out);
	fclose(out);
	ck_assert_uint_lt(size, 2000);
	ck_assert_int_eq(text[size - 1], '\n');
	free(text);
	diags_done(&d);
}
END_TEST

UNIT_MAIN("base/error", every_code_has_a_text,
          diagnostics_are_printed_as_compilers_do,
          without_errors_the_first_entry_is_first,
          a_thousand_are_kept_and_all_are_counted,
          a_diagnostic_of_any_length_is_one_short_line)
