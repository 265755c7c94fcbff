/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "ingress/http_route.h"

START_TEST(paths_and_methods_find_their_row)
{
	static const struct {
		const char *method, *path, *allow;
		bool found;
	} cases[] = {
		{ "GET", "/healthz", "", true },
		{ "POST", "/v1/check", "", true },
		{ "GET", "/v1/check", "POST", false },
		{ "post", "/v1/check", "POST", false },
		{ "DELETE", "/metrics", "GET", false },
		{ "GET", "/v1/check/", "", false },
		{ "GET", "", "", false },
		{ "GET", "//healthz", "", false },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf allow = BUF_INIT(64);
		struct sv id;
		const struct http_route *route =
		    http_route_find(sv_str(cases[i].method),
		                    sv_str(cases[i].path), &id, &allow);

		ck_assert_msg(cases[i].found == (route != NULL), "case %zu", i);
		if (!route)
			ck_assert_str_eq(buf_str(&allow), cases[i].allow);
		buf_done(&allow);
	}
}
END_TEST

START_TEST(header_values_cannot_break_out)
{
	struct http_answer a = { .body = BUF_INIT(1000) };

	http_answer_header(&a, "X-Test", SV("one\r\nSet-Cookie: x\t\xff"));
	ck_assert_str_eq(a.headers[0].value, "one??Set-Cookie: x??");
	for (int i = 0; i < 20; i++)
		http_answer_header(&a, "X-Test", SV("x"));
	ck_assert_uint_eq(a.n_headers, HTTP_HEADERS_MAX);
	buf_done(&a.body);
}
END_TEST

START_TEST(an_error_replaces_what_was_written)
{
	struct http_answer a = { .status = 200, .body = BUF_INIT(1000) };

	buf_add_str(&a.body, "half an answer");
	http_answer_error(&a, 400, "\"text\" is required");
	ck_assert_uint_eq(a.status, 400);
	ck_assert_str_eq(buf_str(&a.body),
	                 "{\"error\":\"\\\"text\\\" is required\"}\n");
	buf_done(&a.body);
}
END_TEST

UNIT_MAIN("http_route", paths_and_methods_find_their_row,
          header_values_cannot_break_out, an_error_replaces_what_was_written)
