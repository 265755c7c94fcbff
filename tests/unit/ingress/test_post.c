/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"
#include "ingress/post.h"

START_TEST(members_arrive_where_they_belong)
{
	struct scan s = { .arena = arena_new() };
	char why[POST_WHY_MAX];

	ck_assert_int_eq(
	    post_read(SV("{\"text\":\"a\\u0000b\",\"title\":\"t\","
	                 "\"author\":\"n\",\"email\":\"n@example.org\","
	                 "\"ip\":\"2001:db8::1\",\"url\":\"http://e.example\","
	                 "\"surface\":\"review\",\"id\":\"77\",\"user\":\"u\","
	                 "\"test\":true}"),
	              &s, why),
	    0);
	ck_assert_uint_eq(s.post->text.n, 3);
	ck_sv_eq(s.post->title, "t");
	ck_sv_eq(s.post->author, "n");
	ck_sv_eq(s.post->email, "n@example.org");
	ck_sv_eq(s.post->url, "http://e.example");
	ck_sv_eq(s.envelope.client_ip, "2001:db8::1");
	ck_sv_eq(s.envelope.queue_id, "77");
	ck_sv_eq(s.user, "u");
	ck_assert_str_eq(s.surface, "review");
	ck_assert(s.test);
	arena_free(s.arena);
}
END_TEST

START_TEST(what_is_wrong_is_named)
{
	static const struct {
		const char *json, *why;
	} cases[] = {
		{ "", "line" },
		{ "[1]", "object" },
		{ "{}", "\"text\" or \"html\" is required" },
		{ "{\"text\":1}", "\"text\" must be a string" },
		{ "{\"text\":\"a\",\"html\":\"b\"}", "exclude" },
		{ "{\"text\":\"a\",\"txt\":\"b\"}", "\"txt\"" },
		{ "{\"text\":\"a\",\"text\":\"b\"}", "duplicate" },
		{ "{\"text\":\"a\",\"ip\":\"1.2.3\"}", "\"ip\"" },
		{ "{\"text\":\"a\",\"test\":\"yes\"}", "\"test\"" },
		{ "{\"text\":\"\xff\"}", "decode" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct scan s = { .arena = arena_new() };
		char why[POST_WHY_MAX] = "";

		ck_assert_int_eq(post_read(sv_str(cases[i].json), &s, why),
		                 E_SYNTAX);
		ck_assert_msg(strstr(why, cases[i].why) != NULL, "%s: %s",
		              cases[i].json, why);
		arena_free(s.arena);
	}
}
END_TEST

START_TEST(collections_may_have_notes_and_one_surface_for_all)
{
	struct scan s = { .arena = arena_new(), .surface = "post" };
	char why[POST_WHY_MAX] = "";

	ck_assert_int_eq(
	    post_read_noted(SV("{\"text\":\"a\",\"label\":1}"), &s, why), 0);
	ck_sv_eq(s.post->text, "a");
	ck_assert_str_eq(s.surface, "post");
	ck_assert_int_eq(
	    post_read_noted(SV("{\"text\":\"a\",\"surface\":\"review\"}"), &s,
	                    why),
	    0);
	ck_assert_str_eq(s.surface, "review");
	ck_assert_int_eq(post_read_noted(SV("{\"text\":7}"), &s, why),
	                 E_SYNTAX);
	arena_free(s.arena);
}
END_TEST

UNIT_MAIN("post", members_arrive_where_they_belong, what_is_wrong_is_named,
          collections_may_have_notes_and_one_surface_for_all)
