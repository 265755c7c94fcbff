/* SPDX-License-Identifier: Apache-2.0 */
/* What every unit test program shares: UNIT_MAIN runs the given tests, each
 * in a process of its own, and prints one TAP line a test. */
#ifndef UNIT_H
#define UNIT_H

#include <check.h>
#include <stdlib.h>

typedef const TTest *unit_test;

static inline int
unit_run(const char *name, const unit_test *tests, size_t n)
{
	Suite *suite = suite_create(name);
	TCase *tcase = tcase_create(name);
	SRunner *runner;
	int failed;

	for (size_t i = 0; i < n; i++)
		tcase_add_test(tcase, tests[i]);
	tcase_set_timeout(tcase, 60);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}

#define UNIT_MAIN(name, ...)                                                   \
	int main(void)                                                         \
	{                                                                      \
		const unit_test tests[] = { __VA_ARGS__ };                     \
		return unit_run(name, tests, sizeof tests / sizeof *tests);    \
	}

/* Compares string views and C strings in assertions. */
#define ck_sv_eq(view, str)                                                    \
	do {                                                                   \
		struct sv ck_got = (view);                                     \
		const char *ck_want = (str);                                   \
		ck_assert_msg(sv_eq_str(ck_got, ck_want),                      \
		              "%s is '%.*s', not '%s'", #view, (int)ck_got.n,  \
		              ck_got.p ? ck_got.p : "", ck_want);              \
	} while (0)

#endif
