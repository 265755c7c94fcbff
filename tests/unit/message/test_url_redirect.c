/* SPDX-License-Identifier: Apache-2.0 */
/* URLs inside URLs. */
#include "urls.h"

/* The URLs of a link but for itself. */
static struct sv
targets(const char *url)
{
	struct message *m = post_url(url);

	ck_assert_uint_ge(m->n_urls, 1);
	ck_assert(!m->urls[0].is_redirect_target);
	for (size_t i = 1; i < m->n_urls; i++)
		ck_assert(m->urls[i].is_redirect_target);
	m->urls++;
	m->n_urls--;
	return urls(m);
}

START_TEST(the_target_of_a_redirector_is_a_url)
{
	static const struct {
		const char *url, *targets;
	} cases[] = {
		{ "http://r.example/?u=http://example.com/&x",
		  "http://example.com/ " },
		{ "http://r.example/?u=http%3A%2F%2Fexample.com%2F%3Fa%3Db%26c",
		  "http://example.com/?a=b&c " },
		{ "http://r.example/?u=http%253A%252F%252Fexample.com",
		  "http://example.com " },
		{ "http://r.example/?u=aHR0cHM6Ly9leGFtcGxlLmNvbS94",
		  "https://example.com/x " },
		{ "http://r.example/c/aHR0cHM6Ly9leGFtcGxlLmNvbS94/y",
		  "https://example.com/x " },
		{ "http://r.example/ck?u=a1aHR0cHM6Ly9leGFtcGxlLmNvbS94",
		  "https://example.com/x " },
		{ "http://r.example/https://example.com/x?y#z",
		  "https://example.com/x?y#z " },
		{ "http://r.example/RU=https%3a%2f%2fexample.com%2fx/RK=2",
		  "https://example.com/x " },
		{ "http://r.example/#https://example.com/x",
		  "https://example.com/x " },
		{ "http://r.example/?http://example.com/x",
		  "http://example.com/x " },
		{ "http://r.example/?url=www.example.com/x",
		  "http://www.example.com/x " },
		{ "http://r.example/?out=http%3Aexample.com",
		  "http://example.com " },
		{ "http://r.example/?q=example.com&to=a@example.com", "" },
		{ "http://r.example/?a=http://b.example.com/"
		  "?c=http://example.org/",
		  "http://b.example.com/?c=http://example.org/ "
		  "http://example.org/ " },
		{ "mailto:a@example.org,b@example.org?cc=c@example.net&body="
		  "see%20http://example.com/x%20now",
		  "mailto:b@example.org mailto:c@example.net "
		  "http://example.com/x " },
		{ "http://r.example/?http=1&x=http", "" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_sv_eq(targets(cases[i].url), cases[i].targets);
}
END_TEST

START_TEST(click_wrappers_are_unwrapped)
{
	static const struct {
		const char *url, *targets;
	} cases[] = {
		{ "https://www.google.com/url?q=example.com/x&sa=D",
		  "http://example.com/x " },
		{ "https://www.google.com/amp/s/example.com/x",
		  "http://example.com/x " },
		{ "https://eur01.safelinks.protection.outlook.com/"
		  "?url=https%3A%2F%2Fexample.com%2Fx&data=04",
		  "https://example.com/x " },
		{ "https://urldefense.proofpoint.com/v2/url"
		  "?u=https-3A__example.com_a-5Fb&d=x",
		  "https://example.com/a_b " },
		{ "https://urldefense.com/v3/__https://example.com/a*b**Cd__"
		  ";w6lhYmNk!!x!y",
		  "https://example.com/a\xc3"
		  "b\xa9"
		  "abcd " },
		{ "https://www-example-org.translate.goog/x?_x_tr_sl=fr",
		  "http://www.example.org/x " },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_sv_eq(targets(cases[i].url), cases[i].targets);
}
END_TEST

START_TEST(redirections_are_followed_only_so_far)
{
	struct buf url = BUF_INIT(1 << 16);

	for (unsigned i = 0; i < 100; i++)
		buf_addf(&url, "http://h%u.example.org/?u=", i);
	ck_assert_uint_eq(post_url(buf_str(&url))->n_urls, 5);
	buf_reset(&url);
	buf_add_str(&url, "http://r.example/?");
	for (unsigned i = 0; i < 100; i++)
		buf_addf(&url, "a=http://h%u.example.org/&", i);
	ck_assert_uint_le(post_url(buf_str(&url))->n_urls, 17);
	buf_done(&url);
}
END_TEST

START_TEST(the_limit_of_urls_holds_for_targets)
{
	struct conf_message few = test_limits;
	struct message_post post = {
		.url = SV("http://r.example/?a=http://a.example/"
		          "&b=http://b.example/&c=http://c.example/"),
	};
	struct message *m;

	few.urls_max = 2;
	m = message_from_post(arena(), &post, &few);
	ck_assert_uint_eq(m->n_urls, 2);
	ck_assert_str_eq(m->limits_hit[0], "message.urls_max");
}
END_TEST

UNIT_MAIN("url_redirect", the_target_of_a_redirector_is_a_url,
          click_wrappers_are_unwrapped, redirections_are_followed_only_so_far,
          the_limit_of_urls_holds_for_targets)
