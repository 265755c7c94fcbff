/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "base/uuid.h"

START_TEST(a_uuid_begins_with_its_time)
{
	char text[UUID_TEXT];

	/* The example of RFC 9562 appendix A.6. */
	uuid_new(0x017f22e279b0, text);
	ck_assert_uint_eq(strlen(text), 36);
	ck_assert_mem_eq(text, "017f22e2-79b0-7", 15);
	ck_assert(uuid_valid(sv_str(text)));
}
END_TEST

START_TEST(version_and_variant_are_always_set)
{
	char text[UUID_TEXT];

	for (int i = 0; i < 1000; i++) {
		uuid_new(i, text);
		ck_assert(uuid_valid(sv_str(text)));
		ck_assert_int_eq(text[14], '7');
		ck_assert_ptr_nonnull(strchr("89ab", text[19]));
	}
}
END_TEST

START_TEST(later_ones_sort_later_and_none_is_given_twice)
{
	char before[UUID_TEXT], text[UUID_TEXT];

	uuid_new(0, before);
	for (int64_t ms = 1; ms < (int64_t)1 << 47; ms *= 3) {
		uuid_new(ms, text);
		ck_assert_str_lt(before, text);
		memcpy(before, text, sizeof text);
	}
	uuid_new(5, before);
	uuid_new(5, text);
	ck_assert_str_ne(before, text);
}
END_TEST

START_TEST(only_the_canonical_form_is_valid)
{
	ck_assert(uuid_valid(SV("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")));
	ck_assert(!uuid_valid(SV("")));
	ck_assert(!uuid_valid(SV("017f22e279b07cc398c4dc0c0c07398f")));
	ck_assert(!uuid_valid(SV("017f22e2-79b0-7cc3-98c4-dc0c0c07398")));
	ck_assert(!uuid_valid(SV("017f22e2-79b0-7cc3-98c4-dc0c0c07398g")));
	ck_assert(!uuid_valid(SV("017f22e2-79b0-7cc3-98c4_dc0c0c07398f")));
	ck_assert(!uuid_valid(SV("017f22e2-79b0-7cc3-98c4-dc0c0c07398f ")));
	ck_assert(!uuid_valid(SV("-17f22e2-79b0-7cc3-98c4-dc0c0c07398f")));
	ck_assert(!uuid_valid(SV("../../../etc/passwd.................")));
}
END_TEST

UNIT_MAIN("base/uuid", a_uuid_begins_with_its_time,
          version_and_variant_are_always_set,
          later_ones_sort_later_and_none_is_given_twice,
          only_the_canonical_form_is_valid)
