/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "base/vec.h"

struct pair {
	int a, b;
};

START_TEST(elements_are_zeroed_and_keep_their_values)
{
	VEC(struct pair) v = { 0 };

	for (int i = 0; i < 1000; i++) {
		struct pair *p = VEC_ADD(&v);

		ck_assert_int_eq(p->a, 0);
		ck_assert_int_eq(p->b, 0);
		*p = (struct pair){ i, -i };
	}
	ck_assert_uint_eq(v.n, 1000);
	for (int i = 0; i < 1000; i++)
		ck_assert_int_eq(v.list[i].b, -i);
	VEC_DONE(&v);
	ck_assert_ptr_null(v.list);
	ck_assert_uint_eq(v.n, 0);
	*VEC_ADD(&v) = (struct pair){ 1, 2 };
	ck_assert_int_eq(v.list[0].b, 2);
	VEC_DONE(&v);
	VEC_DONE(&v);
}
END_TEST

UNIT_MAIN("base/vec", elements_are_zeroed_and_keep_their_values)
