/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <jansson.h>

#include "base/json.h"

START_TEST(commas_stand_where_they_belong)
{
	struct buf b = BUF_INIT(1000);
	struct json j = json_start(&b);

	json_begin_object(&j, NULL);
	json_text(&j, "a", "x");
	json_begin_array(&j, "b");
	json_int(&j, NULL, -1);
	json_begin_object(&j, NULL);
	json_end(&j);
	json_begin_array(&j, NULL);
	json_end(&j);
	json_bool(&j, NULL, true);
	json_end(&j);
	json_add_null(&j, "c");
	json_e4(&j, "d", 51234);
	json_e4(&j, "e", -50000);
	json_raw(&j, "f", SV("[1]"));
	json_end(&j);
	ck_assert_str_eq(buf_str(&b),
	                 "{\"a\":\"x\",\"b\":[-1,{},[],true],\"c\":null,"
	                 "\"d\":5.1234,\"e\":-5,\"f\":[1]}");
	buf_done(&b);
}
END_TEST

START_TEST(text_is_escaped_and_always_valid_utf_8)
{
	static const struct {
		struct sv text;
		const char *written;
	} table[] = {
		{ SV(""), "\"\"" },
		{ SV("a\"b\\c/"), "\"a\\\"b\\\\c/\"" },
		{ SV("\n\t\r\x01\x7f"), "\"\\n\\t\\u000d\\u0001\\u007f\"" },
		{ SV("a\0b"), "\"a\\u0000b\"" },
		{ SV("\xc3\xa9\xf0\x9f\x93\xa7"),
		  "\"\xc3\xa9\xf0\x9f\x93\xa7\"" },
		{ SV("\xff"), "\"\xef\xbf\xbd\"" },
		{ SV("x\xc3"), "\"x\xef\xbf\xbd\"" },
		{ SV("\xed\xa0\x80"),
		  "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ SV("\xc3(\xa9"), "\"\xef\xbf\xbd(\xef\xbf\xbd\"" },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct buf b = BUF_INIT(1000);
		struct json j = json_start(&b);

		json_str(&j, NULL, table[i].text);
		ck_assert_str_eq(buf_str(&b), table[i].written);
		buf_done(&b);
	}
}
END_TEST

START_TEST(any_bytes_can_be_read_back_by_a_json_parser)
{
	struct buf b = BUF_INIT(10000);
	struct json j = json_start(&b);
	char bytes[256];
	json_t *root;

	for (int i = 0; i < 256; i++)
		bytes[i] = (char)i;
	json_begin_object(&j, NULL);
	json_str(&j, "bytes", sv_make(bytes, 256));
	json_end(&j);
	root = json_loadb(b.p, b.n, JSON_ALLOW_NUL, NULL);
	ck_assert_ptr_nonnull(root);
	ck_assert_uint_eq(json_string_length(json_object_get(root, "bytes")),
	                  128 + 128 * 3);
	json_decref(root);
	buf_done(&b);
}
END_TEST

START_TEST(sixty_levels_may_be_open)
{
	struct buf b = BUF_INIT(1000);
	struct json j = json_start(&b);

	for (int i = 0; i < 60; i++)
		json_begin_array(&j, NULL);
	for (int i = 0; i < 60; i++)
		json_end(&j);
	ck_assert_uint_eq(b.n, 120);
	ck_assert_int_eq(b.p[59], '[');
	ck_assert_int_eq(b.p[60], ']');
	buf_done(&b);
}
END_TEST

START_TEST(integers_have_their_full_range)
{
	struct buf b = BUF_INIT(1000);
	struct json j = json_start(&b);

	json_begin_array(&j, NULL);
	json_int(&j, NULL, INT64_MAX);
	json_int(&j, NULL, INT64_MIN);
	json_end(&j);
	ck_assert_str_eq(buf_str(&b),
	                 "[9223372036854775807,-9223372036854775808]");
	buf_done(&b);
}
END_TEST

UNIT_MAIN("base/json", commas_stand_where_they_belong,
          text_is_escaped_and_always_valid_utf_8,
          any_bytes_can_be_read_back_by_a_json_parser, sixty_levels_may_be_open,
          integers_have_their_full_range)
