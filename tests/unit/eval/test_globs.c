/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/globs.h"

#include "../unit.h"

static const char *const patterns[] = {
	"*@*.example.org",
	"*@example.net",
	"ann@example.com",
	"*@*.b.c",
	"*@*.*.twice.org",
	"*.example.invalid",
	"*@*.",
	"*@",
	"*@*.a@b.c",
	"a?n@*.example.com",
	"*@*.X.Example",
};

static const char *const texts[] = {
	"",
	"@",
	"ann@example.org",
	"ann@mail.example.org",
	"ann@.example.org",
	"ann.example.org",
	"mail.example.org@example.org",
	"a@b@mail.example.org",
	"a.example.org@x",
	"ann@example.net",
	"ann@sub.example.net",
	"ann@example.com",
	"bob@example.com",
	"x@a.b.c",
	"x@b.c",
	"x@y.a@b.c",
	"x@y.twice.org",
	"x@y.z.twice.org",
	"mail.example.invalid",
	"axn@www.example.com",
	"x@y.x.example",
	"x@y.",
	"x@",
};

START_TEST(a_set_says_what_its_patterns_say)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
		struct globs *g = globs_new(arena);
		char lower[64] = "";

		for (size_t k = 0; patterns[i][k]; k++)
			lower[k] = sv_lower_char(patterns[i][k]);
		ck_assert(globs_add(g, sv_str(patterns[i])));
		ck_assert_uint_eq(globs_count(g), 1);
		for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
			ck_assert_msg(
			    globs_has(g, sv_str(texts[k])) ==
				sv_glob(sv_str(lower), sv_str(texts[k])),
			    "%s, %s", patterns[i], texts[k]);
		globs_free(g);
	}
	arena_free(arena);
}
END_TEST

START_TEST(what_is_taken_back_is_gone_from_the_set_below_too)
{
	struct arena *arena = arena_new();
	struct globs *site = globs_new(arena), *user;

	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
		ck_assert(globs_add(site, sv_str(patterns[i])));
	user = globs_new_over(arena, site);
	ck_assert(globs_has(user, SV("ann@mail.example.org")));
	globs_remove(user, SV("*@*.example.org"));
	ck_assert(!globs_has(user, SV("ann@mail.example.org")));
	ck_assert(globs_has(site, SV("ann@mail.example.org")));
	globs_remove(user, SV("*.example.invalid"));
	ck_assert(!globs_has(user, SV("mail.example.invalid")));
	ck_assert(globs_add(user, SV("*@*.example.org")));
	ck_assert(globs_has(user, SV("ann@mail.example.org")));
	globs_free(user);
	globs_free(site);
	arena_free(arena);
}
END_TEST

UNIT_MAIN("globs", a_set_says_what_its_patterns_say,
          what_is_taken_back_is_gone_from_the_set_below_too)
