/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "base/error.h"
#include "fact/zone.h"
#include "report/discovery.h"

static const struct {
	const char *text, *host; /* NULL: it is refused */
} records[] = {
	{ "v=UGIFEED1; feed=https://feed.example.net/", "feed.example.net" },
	{ "v=UGIFEED1;feed=https://feed.example.net", "feed.example.net" },
	{ " v = UGIFEED1 ; feed = https://feed.example.net/a/b-c ; ",
	  "feed.example.net" },
	{ "v=UGIFEED1; feed=HTTPS://FEED.example.net:8443/",
	  "FEED.example.net" },
	{ "v=UGIFEED1; contact=a@example.org; later=1; feed=https://a.example",
	  "a.example" },
	/* not ours */
	{ "", NULL },
	{ "v=UGIFEED2; feed=https://a.example", NULL },
	{ "v=ugifeed1; feed=https://a.example", NULL },
	{ "feed=https://a.example; v=UGIFEED1", NULL },
	/* no list of tags */
	{ "v=UGIFEED1; feed", NULL },
	{ "v=UGIFEED1; feed=https://a.example; feed=https://b.example", NULL },
	{ "v=UGIFEED1;; feed=https://a.example", NULL },
	{ "v=UGIFEED1; contact=a@example.org", NULL },
	{ "v=UGIFEED1; feed=https://a.example; contact=\xc3\xa4", NULL },
	{ "v=UGIFEED1; feed=https://a.example; x=\ny", NULL },
	/* places that nobody should be sent to */
	{ "v=UGIFEED1; feed=http://a.example/", NULL },
	{ "v=UGIFEED1; feed=file:///etc/passwd", NULL },
	{ "v=UGIFEED1; feed=https://", NULL },
	{ "v=UGIFEED1; feed=https:///x", NULL },
	{ "v=UGIFEED1; feed=https://192.0.2.7/", NULL },
	{ "v=UGIFEED1; feed=https://0x7f000001/", NULL },
	{ "v=UGIFEED1; feed=https://[2001:db8::1]/", NULL },
	{ "v=UGIFEED1; feed=https://a.example:0/", NULL },
	{ "v=UGIFEED1; feed=https://a.example:65536/", NULL },
	{ "v=UGIFEED1; feed=https://a.example:/", NULL },
	{ "v=UGIFEED1; feed=https://a.example:80:80/", NULL },
	{ "v=UGIFEED1; feed=https://user@a.example/", NULL },
	{ "v=UGIFEED1; feed=https://a.example@b.example/", NULL },
	{ "v=UGIFEED1; feed=https://a.example./", NULL },
	{ "v=UGIFEED1; feed=https://-a.example/", NULL },
	{ "v=UGIFEED1; feed=https://a..example/", NULL },
	{ "v=UGIFEED1; feed=https://a_b.example/", NULL },
	{ "v=UGIFEED1; feed=https://a.example/?x", NULL },
	{ "v=UGIFEED1; feed=https://a.example/#x", NULL },
	{ "v=UGIFEED1; feed=https://a.example/%2e", NULL },
	{ "v=UGIFEED1; feed=https://a.example\\b/", NULL },
	{ "v=UGIFEED1; feed=https://a.example /", NULL },
};

START_TEST(a_record_is_read_strictly)
{
	for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
		struct discovery_record r;
		char why[DISCOVERY_WHY] = "";
		int code = discovery_read(sv_str(records[i].text), &r, why);

		ck_assert_msg((code == 0) == (records[i].host != NULL),
		              "%s: %d %s", records[i].text, code, why);
		ck_assert_msg((code == 0) == (*why == '\0'), "%s: '%s'",
		              records[i].text, why);
		if (code == 0)
			ck_assert(sv_eq_str(r.host, records[i].host));
	}
}
END_TEST

START_TEST(a_record_is_bounded)
{
	struct buf text = BUF_INIT(4096);
	struct discovery_record r;
	char why[DISCOVERY_WHY];

	buf_add_str(&text, "v=UGIFEED1; feed=https://a.example/");
	while (text.n < DISCOVERY_URL_MAX + 17)
		buf_add_char(&text, 'a');
	ck_assert_int_eq(discovery_read(buf_sv(&text), &r, why), 0);
	buf_add_char(&text, 'a');
	ck_assert_int_eq(discovery_read(buf_sv(&text), &r, why), E_SYNTAX);
	while (text.n <= DISCOVERY_TEXT_MAX)
		buf_add_char(&text, ' ');
	ck_assert_int_eq(discovery_read(buf_sv(&text), &r, why), E_LIMIT);
	buf_done(&text);
}
END_TEST

static const char zone_text[] =
    "_ugifeed.good.example TXT found 300 "
    "\"something else\" \"v=UGIFEED1; feed=https://f.test/\"\n"
    "good.example._report._ugifeed.f.test TXT found 200 "
    "\"x\" \"v=UGIFEED1\"\n"
    "_ugifeed.own.example TXT found 300 "
    "\"v=UGIFEED1; feed=https://feed.own.example/\"\n"
    "_ugifeed.victim.example TXT found 300 "
    "\"v=UGIFEED1; feed=https://v.test/\"\n"
    "victim.example._report._ugifeed.v.test TXT found 300 "
    "\"v=DMARC1\"\n"
    "_ugifeed.all.example TXT found 300 "
    "\"v=UGIFEED1; feed=https://w.test/\"\n"
    "*._report._ugifeed.w.test TXT found 300 "
    "\"v=UGIFEED1\"\n"
    "_ugifeed.two.example TXT found 300 "
    "\"v=UGIFEED1\" \"v=UGIFEED1; feed=https://f.test/\"\n"
    "_ugifeed.bad.example TXT found 300 "
    "\"v=UGIFEED1; feed=http://f.test/\"\n"
    "_ugifeed.silent.example TXT timed_out 0\n"
    "_ugifeed.doubt.example TXT found 300 "
    "\"v=UGIFEED1; feed=https://d.test/\"\n"
    "doubt.example._report._ugifeed.d.test TXT failed 0\n"
    "there.example A found 300 192.0.2.1\n";

static const struct {
	const char *domain, *state;
} domains[] = {
	{ "good.example", "proven" },      { "GOOD.example", "proven" },
	{ "all.example", "proven" },       { "own.example", "unproven" },
	{ "victim.example", "unproven" },  { "two.example", "unreadable" },
	{ "bad.example", "unreadable" },   { "silent.example", "unanswered" },
	{ "doubt.example", "unanswered" }, { "there.example", "absent" },
	{ "nowhere.example", "absent" },   { "", "absent" },
	{ "a b.example", "absent" },       { "192.0.2.1", "absent" },
};

START_TEST(a_feed_needs_the_word_of_its_host)
{
	struct diags diags = DIAGS_INIT;
	struct zone *zone =
	    zone_read("zone", sv_str(zone_text), DNS_NO_NAME, &diags);

	ck_assert_ptr_nonnull(zone);
	for (size_t i = 0; i < sizeof domains / sizeof *domains; i++) {
		struct arena *a = arena_new();
		struct lookup *l =
		    lookup_new(a, &zone_source, zone, DISCOVERY_QUESTIONS);
		struct discovery d;

		ck_assert(discovery_ask(a, l, sv_str(domains[i].domain), &d));
		ck_assert_msg(strcmp(discovery_state_word(d.state),
		                     domains[i].state) == 0,
		              "%s: %s, %s", domains[i].domain,
		              discovery_state_word(d.state), d.why);
		ck_assert((d.state == DISCOVERY_PROVEN) == (*d.why == '\0'));
		if (d.state == DISCOVERY_PROVEN)
			ck_assert_uint_eq(d.ttl_s, i < 2 ? 200 : 300);
		arena_free(a);
	}
	zone_free(zone);
	diags_done(&diags);
}
END_TEST

UNIT_MAIN("discovery", a_record_is_read_strictly, a_record_is_bounded,
          a_feed_needs_the_word_of_its_host)
