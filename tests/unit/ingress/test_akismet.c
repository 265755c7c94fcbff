/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "ingress/akismet.h"

static struct arena *arena;
static struct scan scan;

static void
setup(void)
{
	arena = arena_new();
	scan = (struct scan){ .arena = arena };
}

static struct form
read_form(const char *body)
{
	struct form f;

	ck_assert_int_eq(form_read(sv_str(body), arena, &f), 0);
	return f;
}

START_TEST(a_form_is_decoded)
{
	static const struct {
		const char *body, *name, *value; /* NULL: it is not there */
	} cases[] = {
		{ "a=1&b=2", "b", "2" },
		{ "a=1&a=2", "a", "1" },
		{ "a=one+two%21%0A", "a", "one two!\n" },
		{ "%61%20b=c=d", "a b", "c=d" },
		{ "a=%4&b=%zz&c=100%", "a", "%4" },
		{ "a=%4&b=%zz&c=100%", "b", "%zz" },
		{ "a=%4&b=%zz&c=100%", "c", "100%" },
		{ "a", "a", "" },
		{ "=b&&", "", "b" },
		{ "", "a", NULL },
		{ "ab=1", "a", NULL },
		{ "a=%C3%A9", "a", "\xc3\xa9" },
	};

	setup();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct form f = read_form(cases[i].body);
		struct sv value = form_value(&f, cases[i].name);

		ck_assert_msg((cases[i].value == NULL) == (value.p == NULL),
		              "case %zu", i);
		if (cases[i].value)
			ck_sv_eq(value, cases[i].value);
	}
	arena_free(arena);
}
END_TEST

START_TEST(a_form_has_a_bounded_number_of_fields)
{
	struct buf body = BUF_INIT(100000);
	struct form f;

	setup();
	for (int i = 0; i < FORM_FIELDS_MAX; i++)
		buf_addf(&body, "%sf%d=%d", i ? "&" : "", i, i);
	ck_assert_int_eq(form_read(buf_sv(&body), arena, &f), 0);
	ck_assert_uint_eq(f.n, FORM_FIELDS_MAX);
	ck_sv_eq(form_value(&f, "f999"), "999");
	buf_add_str(&body, "&g=1");
	ck_assert_int_eq(form_read(buf_sv(&body), arena, &f), E_LIMIT);
	ck_assert_uint_eq(f.n, FORM_FIELDS_MAX);
	buf_done(&body);
	arena_free(arena);
}
END_TEST

START_TEST(the_key_is_in_the_form_or_in_the_host)
{
	static const struct {
		const char *body, *host, *key;
	} cases[] = {
		{ "api_key=k1&key=k2", "k3.rest.example.org", "k1" },
		{ "key=+k2+", "k3.rest.example.org", "k2" },
		{ "blog=x", "k3.rest.example.org:8080", "k3" },
		{ "blog=x", "localhost:8080", "" },
		{ "blog=x", "", "" },
	};

	setup();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct form f = read_form(cases[i].body);

		ck_sv_eq(akismet_key(&f, sv_str(cases[i].host)), cases[i].key);
	}
	arena_free(arena);
}
END_TEST

START_TEST(parameters_become_a_post)
{
	struct akismet a;
	struct form f;

	setup();
	f = read_form(
	    "comment_author=Ann&comment_author_email=a%40example.org"
	    "&comment_author_url=http%3A%2F%2Fexample.org%2F"
	    "&comment_content=hello+there&user_ip=2001%3Adb8%3A%3A1"
	    "&user_agent=Lynx&referrer=http%3A%2F%2Fexample.net%2F"
	    "&comment_type=forum-post&permalink=http%3A%2F%2Fb.example"
	    "&honeypot_field_name=phone&phone=123&blog_charset=big5"
	    "&reporter=mod&guid=g&recheck_reason=edit");
	ck_assert_int_eq(akismet_read(&f, &scan, &a), 0);
	ck_sv_eq(scan.post->author, "Ann");
	ck_sv_eq(scan.post->email, "a@example.org");
	ck_sv_eq(scan.post->url, "http://example.org/");
	ck_sv_eq(scan.post->text, "hello there");
	ck_sv_eq(scan.post->html, "");
	ck_sv_eq(scan.post->user_agent, "Lynx");
	ck_sv_eq(scan.post->referrer, "http://example.net/");
	ck_sv_eq(scan.post->honeypot, "123");
	ck_sv_eq(scan.post->charset, "big5");
	ck_sv_eq(scan.envelope.client_ip, "2001:db8::1");
	ck_sv_eq(scan.envelope.queue_id, "http://b.example");
	ck_assert_str_eq(scan.surface, "post");
	ck_sv_eq(a.guid, "g");
	ck_sv_eq(a.reporter, "mod");
	ck_assert(a.is_recheck);
	ck_assert(!scan.test);
	ck_assert_int_eq(a.preset, AKISMET_JUDGE);
	ck_assert_ptr_null(a.help);
	arena_free(arena);
}
END_TEST

START_TEST(types_become_surfaces)
{
	static const struct {
		const char *type, *surface;
	} cases[] = {
		{ "", "comment" },
		{ "Comment", "comment" },
		{ "reply", "comment" },
		{ "blog-post", "post" },
		{ "signup", "profile" },
		{ "review", "review" },
		{ "message", "private-message" },
		{ "contact-form", "private-message" },
		{ "carrier-pigeon", "other" },
	};

	setup();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf body = BUF_INIT(200);
		struct akismet a;
		struct form f;

		buf_addf(&body, "comment_content=x&comment_type=%s",
		         cases[i].type);
		f = read_form(buf_str(&body));
		ck_assert_int_eq(akismet_read(&f, &scan, &a), 0);
		ck_assert_str_eq(scan.surface, cases[i].surface);
		buf_done(&body);
	}
	arena_free(arena);
}
END_TEST

START_TEST(markup_is_read_as_html)
{
	struct akismet a;
	struct form f;

	setup();
	f = read_form("comment_content=%3CA+href%3Dx%3Ey%3C%2FA%3E");
	ck_assert_int_eq(akismet_read(&f, &scan, &a), 0);
	ck_sv_eq(scan.post->html, "<A href=x>y</A>");
	ck_sv_eq(scan.post->text, "");
	f = read_form("comment_content=1+%3C+2+%3E+0");
	ck_assert_int_eq(akismet_read(&f, &scan, &a), 0);
	ck_sv_eq(scan.post->text, "1 < 2 > 0");
	arena_free(arena);
}
END_TEST

START_TEST(values_for_tests_decide_beforehand)
{
	static const struct {
		const char *body;
		enum akismet_preset preset;
	} cases[] = {
		{ "comment_author=viagra-test-123", AKISMET_ALWAYS_SPAM },
		{ "comment_author_email=akismet-guaranteed-spam%40example.com",
		  AKISMET_ALWAYS_SPAM },
		{ "comment_content=x&is_test=1&user_role=administrator",
		  AKISMET_ALWAYS_HAM },
		/* or else anybody's comment were let through who says so */
		{ "comment_content=x&user_role=administrator", AKISMET_JUDGE },
		{ "comment_content=x&is_test=true", AKISMET_JUDGE },
	};

	setup();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct form f = read_form(cases[i].body);
		struct akismet a;

		ck_assert_int_eq(akismet_read(&f, &scan, &a), 0);
		ck_assert_int_eq(a.preset, cases[i].preset);
	}
	ck_assert(scan.test);
	arena_free(arena);
}
END_TEST

START_TEST(what_cannot_be_judged_is_said)
{
	struct akismet a;
	struct form f;

	setup();
	f = read_form("blog=x&user_ip=192.0.2.1");
	ck_assert_int_eq(akismet_read(&f, &scan, &a), E_SYNTAX);
	ck_assert_ptr_nonnull(strstr(a.help, "nothing to judge"));
	f = read_form("comment_content=x&user_ip=192.0.2.999");
	ck_assert_int_eq(akismet_read(&f, &scan, &a), 0);
	ck_assert_ptr_nonnull(strstr(a.help, "user_ip"));
	ck_sv_eq(scan.envelope.client_ip, "");
	arena_free(arena);
}
END_TEST

START_TEST(the_digest_is_of_who_wrote_what)
{
	struct akismet a, b;
	struct form f;

	setup();
	f = read_form("comment_author=Ann&comment_content=x&user_ip=192.0.2.1");
	akismet_read(&f, &scan, &a);
	f = read_form("comment_content=x&comment_author=Ann&reporter=m");
	akismet_read(&f, &scan, &b);
	ck_assert_str_eq(a.digest, b.digest);
	f = read_form("comment_author=An&comment_author_email=n"
	              "&comment_content=x");
	akismet_read(&f, &scan, &b);
	ck_assert_str_ne(a.digest, b.digest);
	arena_free(arena);
}
END_TEST

UNIT_MAIN("akismet", a_form_is_decoded, a_form_has_a_bounded_number_of_fields,
          the_key_is_in_the_form_or_in_the_host, parameters_become_a_post,
          types_become_surfaces, markup_is_read_as_html,
          values_for_tests_decide_beforehand, what_cannot_be_judged_is_said,
          the_digest_is_of_who_wrote_what)
